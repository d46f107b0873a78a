//! The code by which another device goes on with an enrolment (R-HLP-1, R-ENR-1).

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Digits and capital letters without I, L, O, U (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Twelve characters (60 bits), shown once. Whoever has it goes on as the person, so it is long enough that guessing among all codes of
/// a country leads nowhere.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ContinuationCode([u8; Self::LENGTH]);

impl ContinuationCode {
    /// Length in characters.
    pub const LENGTH: usize = 12;

    /// Of as many random bytes. 32 symbols divide 256, so each is as likely.
    pub fn from_random(random: [u8; Self::LENGTH]) -> Self {
        Self(random.map(|byte| ALPHABET[usize::from(byte % 32)]))
    }

    /// Reads a code as people type it: case, spaces and hyphens do not matter, `I` and `L` are read as 1 and `O` as 0.
    pub fn parse(text: &str) -> Result<Self, NoContinuationCode> {
        let symbols: Vec<u8> = text
            .bytes()
            .filter(|byte| !matches!(byte, b' ' | b'-'))
            .map(|byte| match byte.to_ascii_uppercase() {
                b'I' | b'L' => b'1',
                b'O' => b'0',
                other => other,
            })
            .collect();
        if !symbols.iter().all(|symbol| ALPHABET.contains(symbol)) {
            return Err(NoContinuationCode);
        }
        symbols.try_into().map(Self).map_err(|_| NoContinuationCode)
    }

    /// As it is shown: `XXXX-XXXX-XXXX`.
    pub fn expose(&self) -> String {
        let symbols = str::from_utf8(&self.0).unwrap_or_default();
        format!("{}-{}-{}", &symbols[..4], &symbols[4..8], &symbols[8..])
    }

    /// Its symbols, for a keyed index.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Debug for ContinuationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContinuationCode(..)")
    }
}

/// Not twelve characters of the alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code to go on has twelve characters")]
pub struct NoContinuationCode;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_people_type_it() {
        let code = ContinuationCode::from_random([0, 1, 2, 31, 18, 19, 20, 21, 22, 23, 24, 25]);
        assert_eq!(code.expose(), "012Z-JKMN-PQRS");
        for typed in ["012Z-JKMN-PQRS", "o12zjkmnpqrs", " Oi2z jkmn-pqrs "] {
            assert_eq!(
                ContinuationCode::parse(typed).as_ref(),
                Ok(&code),
                "{typed}"
            );
        }
        for typed in ["", "012Z-JKMN-PQR", "012Z-JKMN-PQRSS", "012Z-JKMN-PQRU"] {
            assert!(ContinuationCode::parse(typed).is_err(), "{typed}");
        }
        assert_eq!(format!("{code:?}"), "ContinuationCode(..)");
    }
}
