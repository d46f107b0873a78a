//! Codes that people type: the two of an activation (R-AUT-5) and the one that stands in for a QR code (R-SIG-4).
//!
//! All are short, so none is stored: the server keeps a [keyed hash](LetterCode::keyed_hash), whose key lives apart from the database.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Fault;
use crate::keyed_hash::{keyed_hash, same};
use crate::randomness::{CryptoRng, RngCore};

/// Digits and capital letters without I, L, O, U (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code of an activation letter: nine characters. The first three, the selector, say which letter it is; six are secret (30 bits).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct LetterCode([u8; Self::LENGTH]);

impl LetterCode {
    /// Length in characters.
    pub const LENGTH: usize = 9;
    /// Length of the selector in characters.
    pub const SELECTOR_LENGTH: usize = 3;

    /// Draws a code. 32 symbols divide 256, so each is as likely.
    pub fn generate(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut symbols = [0; Self::LENGTH];
        rng.fill_bytes(&mut symbols);
        Self(symbols.map(|byte| ALPHABET[usize::from(byte % 32)]))
    }

    /// Reads a code as people type it: case, spaces and hyphens do not matter, `I` and `L` are read as 1 and `O` as 0.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let symbols = typed(text).map(|character| match character.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        });
        let symbols = fixed(symbols).ok_or(Fault::LetterCodeMalformed)?;
        symbols
            .iter()
            .all(|symbol| ALPHABET.contains(symbol))
            .then_some(Self(symbols))
            .ok_or(Fault::LetterCodeMalformed)
    }

    /// The first three characters, which are no secret.
    pub fn selector(&self) -> &str {
        str::from_utf8(&self.0[..Self::SELECTOR_LENGTH]).unwrap_or_default()
    }

    /// The code as it is printed in the letter: `XXX-XXX-XXX`.
    pub fn expose(&self) -> String {
        let symbols = str::from_utf8(&self.0).unwrap_or_default();
        format!("{}-{}-{}", &symbols[..3], &symbols[3..6], &symbols[6..])
    }

    /// What the server keeps. `context` says whose code it is, so a hash that is moved to another row matches nothing.
    pub fn keyed_hash(&self, key: &[u8; 32], context: &[u8]) -> [u8; 32] {
        keyed_hash(key, "segl-letter-code-v1", &[context, &self.0])
    }

    /// Whether this is the code whose hash is kept. Takes the same time wherever they differ.
    #[must_use]
    pub fn matches(&self, key: &[u8; 32], context: &[u8], kept: &[u8]) -> bool {
        same(&self.keyed_hash(key, context), kept)
    }
}

impl fmt::Debug for LetterCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LetterCode(..)")
    }
}

/// A code that came by SMS: six digits.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SmsCode([u8; Self::LENGTH]);

impl SmsCode {
    /// Length in digits.
    pub const LENGTH: usize = 6;

    /// Draws a code. Bytes that would favour the digits 0 to 5 are drawn again.
    pub fn generate(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        Self([(); Self::LENGTH].map(|()| {
            loop {
                let mut byte = [0];
                rng.fill_bytes(&mut byte);
                if byte[0] < 250 {
                    return b'0' + byte[0] % 10;
                }
            }
        }))
    }

    /// Reads a code as people type it: spaces and hyphens do not matter.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let digits = fixed(typed(text)).ok_or(Fault::SmsCodeMalformed)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then_some(Self(digits))
            .ok_or(Fault::SmsCodeMalformed)
    }

    /// The six digits, for the message that carries them.
    pub fn expose(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What the server keeps. `context` says whose code it is.
    pub fn keyed_hash(&self, key: &[u8; 32], context: &[u8]) -> [u8; 32] {
        keyed_hash(key, "segl-sms-code-v1", &[context, &self.0])
    }

    /// Whether this is the code whose hash is kept. Takes the same time wherever they differ.
    #[must_use]
    pub fn matches(&self, key: &[u8; 32], context: &[u8], kept: &[u8]) -> bool {
        same(&self.keyed_hash(key, context), kept)
    }
}

impl fmt::Debug for SmsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsCode(..)")
    }
}

/// The four digits that a browser shows and a person types into the app, where nothing can be scanned (R-SIG-4). They follow from the
/// sign-in's id, so nothing of them is stored.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct TypedCode([u8; Self::LENGTH]);

impl TypedCode {
    /// Length in digits.
    pub const LENGTH: usize = 4;

    /// The code of a sign-in.
    pub fn of_sign_in(key: &[u8; 32], sign_in: &[u8; 16]) -> Self {
        // Numbers from 60,000 on would favour low codes, and are passed over; a hash without another number is as good as impossible.
        let mut round = 0_u64;
        loop {
            let hash = keyed_hash(key, "segl-typed-code-v1", &[sign_in, &round.to_be_bytes()]);
            let mut numbers = hash
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            if let Some(number) = numbers.find(|number| *number < 60_000) {
                return Self(digits(number % 10_000));
            }
            round += 1;
        }
    }

    /// The four digits, for the page that shows them.
    pub fn expose(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether this is what was typed; spaces and hyphens do not matter. Takes the same time wherever they differ.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        fixed::<{ Self::LENGTH }>(typed(text)).is_some_and(|digits| same(&self.0, &digits))
    }
}

impl fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedCode(..)")
    }
}

/// A number below 10,000 as four digits.
fn digits(number: u16) -> [u8; 4] {
    [1000, 100, 10, 1].map(|place| b'0' + (number / place % 10).to_le_bytes()[0])
}

/// What was typed without spaces and dashes of any kind (U+2010 to U+2015: phones like to make dashes of hyphens).
fn typed(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|character| {
        !character.is_whitespace()
            && *character != '-'
            && !('\u{2010}'..='\u{2015}').contains(character)
    })
}

/// Exactly `N` ASCII characters.
fn fixed<const N: usize>(mut characters: impl Iterator<Item = char>) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for byte in &mut bytes {
        *byte = characters
            .next()
            .filter(char::is_ascii)
            .and_then(|character| u8::try_from(character).ok())?;
    }
    characters.next().is_none().then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [3; 32];

    #[test]
    fn r_aut_5_a_letter_code_is_read_as_people_type_it() {
        let code = LetterCode::parse("01A-BCD-XYZ").unwrap();
        assert_eq!(code.selector(), "01A");
        assert_eq!(code.expose(), "01A-BCD-XYZ");
        for same in [
            "01abcdxyz",
            " o1a bcd xyz ",
            "OIA-BCD-XYZ",
            "olabcdxyz",
            "01A\u{2011}BCD\u{2013}XYZ",
            "0-1-A-BCDXYZ-",
        ] {
            assert_eq!(LetterCode::parse(same), Ok(code.clone()), "{same}");
        }
        for bad in [
            "",
            "01A-BCD-XY",
            "01A-BCD-XYZ0",
            "01A-BCD-XYU",
            "01A-BCD-XYÆ",
            "01A_BCD_XYZ",
            "01A-BCD-XY\0",
        ] {
            assert_eq!(
                LetterCode::parse(bad),
                Err(Fault::LetterCodeMalformed),
                "{bad}"
            );
        }
    }

    #[test]
    fn r_aut_5_an_sms_code_is_six_digits() {
        let code = SmsCode::parse("012 345").unwrap();
        assert_eq!(code.expose(), "012345");
        assert_eq!(SmsCode::parse("012-345"), Ok(code));
        for bad in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(SmsCode::parse(bad), Err(Fault::SmsCodeMalformed), "{bad}");
        }
    }

    #[test]
    fn a_hash_matches_its_code_key_and_holder_only() {
        let (code, other) = (
            LetterCode::parse("01ABCDXYZ").unwrap(),
            LetterCode::parse("01ABCDXYY").unwrap(),
        );
        let kept = code.keyed_hash(&KEY, b"ida");
        assert!(code.matches(&KEY, b"ida", &kept));
        assert!(!other.matches(&KEY, b"ida", &kept));
        assert!(!code.matches(&[4; 32], b"ida", &kept));
        assert!(!code.matches(&KEY, b"bo", &kept));
        assert!(!code.matches(&KEY, b"ida", &kept[..31]));

        let (code, other) = (
            SmsCode::parse("012345").unwrap(),
            SmsCode::parse("012346").unwrap(),
        );
        let kept = code.keyed_hash(&KEY, b"ida");
        assert!(code.matches(&KEY, b"ida", &kept));
        assert!(!other.matches(&KEY, b"ida", &kept));
        assert!(!code.matches(&KEY, b"bo", &kept));
    }

    #[test]
    fn a_typed_code_follows_from_key_and_sign_in() {
        let code = TypedCode::of_sign_in(&KEY, &[1; 16]);
        assert_eq!(code, TypedCode::of_sign_in(&KEY, &[1; 16]));
        assert!(code.matches(code.expose()));
        assert!(code.matches(&format!(
            " {}-{} ",
            &code.expose()[..2],
            &code.expose()[2..]
        )));
        assert!(!code.matches(&code.expose()[..3]));
        assert!(!code.matches(&format!("{}0", code.expose())));
        let of = |n: u16| {
            let mut id = [0; 16];
            id[..2].copy_from_slice(&n.to_be_bytes());
            TypedCode::of_sign_in(&KEY, &id).expose().to_owned()
        };
        let distinct: std::collections::BTreeSet<_> = (0..2000).map(of).collect();
        assert!(
            distinct.len() > 1700,
            "2000 draws of 10,000 give about 1813 different codes, not {}",
            distinct.len()
        );
        assert_ne!(
            (0..8)
                .map(|n| TypedCode::of_sign_in(&[5; 32], &[n; 16]))
                .collect::<Vec<_>>(),
            (0..8)
                .map(|n| TypedCode::of_sign_in(&KEY, &[n; 16]))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn every_symbol_is_drawn_about_as_often() {
        let rng = &mut SystemRandomness::new();
        let mut counts = std::collections::BTreeMap::<u8, u32>::new();
        for _ in 0..4000 {
            SmsCode::generate(rng)
                .0
                .iter()
                .for_each(|digit| *counts.entry(*digit).or_default() += 1);
        }
        // 24,000 digits: 2,400 each, with a standard deviation of 46.
        assert_eq!(counts.len(), 10);
        assert!(
            counts.values().all(|count| (2050..2750).contains(count)),
            "{counts:?}"
        );
        let symbols: std::collections::BTreeSet<u8> =
            (0..400).flat_map(|_| LetterCode::generate(rng).0).collect();
        assert_eq!(symbols.into_iter().collect::<Vec<_>>(), ALPHABET);
    }

    #[test]
    fn debug_shows_no_code() {
        let shown = format!(
            "{:?} {:?} {:?}",
            LetterCode::parse("01ABCDXYZ").unwrap(),
            SmsCode::parse("012345").unwrap(),
            TypedCode::of_sign_in(&KEY, &[1; 16])
        );
        assert_eq!(shown, "LetterCode(..) SmsCode(..) TypedCode(..)");
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(letter in "[0-9A-HJKMNP-TV-Z]{9}", sms in "[0-9]{6}") {
            let code = LetterCode::parse(&letter).unwrap();
            let shown = code.expose();
            prop_assert_eq!(shown.replace('-', ""), letter);
            prop_assert_eq!(LetterCode::parse(&shown), Ok(code));
            let code = SmsCode::parse(&sms).unwrap();
            prop_assert_eq!(code.expose(), sms);
        }

        #[test]
        fn any_text_never_panics(text in any::<String>()) {
            let _ = LetterCode::parse(&text);
            let _ = SmsCode::parse(&text);
            let _ = TypedCode::of_sign_in(&KEY, &[1; 16]).matches(&text);
        }

        #[test]
        fn four_digits_write_their_number(number in 0..10_000_u16) {
            prop_assert_eq!(digits(number).to_vec(), format!("{number:04}").into_bytes());
        }
    }
}
