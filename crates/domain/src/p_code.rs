//! The P code (R-PER-4): eight digits that stand in for a CPR number.

mod issued;

use std::fmt;

pub use issued::{IssuedPCode, PCodeName, PCodeNameFault, PCodeRedeemed, PCodeRefused};

/// Eight digits, typed where the CPR number would be. Its `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PCode([u8; 8]);

impl PCode {
    /// Reads eight digits.
    pub fn parse(text: &str) -> Result<Self, PCodeFault> {
        let bytes: [u8; 8] = text
            .as_bytes()
            .try_into()
            .map_err(|_| PCodeFault::NotEightDigits)?;
        bytes
            .iter()
            .all(u8::is_ascii_digit)
            .then_some(Self(bytes))
            .ok_or(PCodeFault::NotEightDigits)
    }

    /// A code from 64 random bits, of which eight digits are as good as evenly spread.
    pub fn from_random(random: [u8; 8]) -> Self {
        let mut rest = u64::from_be_bytes(random);
        let mut digits = [b'0'; 8];
        for digit in digits.iter_mut().rev() {
            *digit = b"0123456789"[usize::try_from(rest % 10).unwrap_or(0)];
            rest /= 10;
        }
        Self(digits)
    }

    /// The eight digits, for sealing and for the holder.
    pub fn expose(&self) -> String {
        self.0.iter().copied().map(char::from).collect()
    }
}

impl fmt::Debug for PCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PCode(..)")
    }
}

/// Why a text is no P code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PCodeFault {
    /// Something else than eight digits.
    #[error("a P code has eight digits (R-PER-4)")]
    NotEightDigits,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_per_4_eight_digits() {
        assert_eq!(PCode::parse("01234567").unwrap().expose(), "01234567");
        for text in ["0123456", "012345678", "0123456x", ""] {
            assert_eq!(
                PCode::parse(text),
                Err(PCodeFault::NotEightDigits),
                "{text}"
            );
        }
    }

    #[test]
    fn r_per_4_a_random_code_keeps_its_leading_zeros() {
        assert_eq!(PCode::from_random([0; 8]).expose(), "00000000");
        assert_eq!(
            PCode::from_random(100_000_042_u64.to_be_bytes()).expose(),
            "00000042"
        );
        let all = PCode::from_random([0xff; 8]).expose();
        assert_eq!(PCode::parse(&all).unwrap().expose(), all);
    }
}
