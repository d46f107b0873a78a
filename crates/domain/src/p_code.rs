//! The P code (R-PER-4): eight digits that stand in for a CPR number.

use std::fmt;

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
}
