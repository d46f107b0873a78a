//! The app's PIN (R-PIN-1): six digits, none of the trivial ones.
//!
//! The server never sees a PIN (R-SEC-1), so this rule runs where the PIN is chosen: in the app.

use std::fmt;

use jiff::civil::Date;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Six digits that R-PIN-1 allows. Wiped from memory when it goes; its `Debug` shows nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pin([u8; 6]);

impl Pin {
    /// Checks a PIN that its holder chooses. `birth_date` is the holder's, where it is known.
    pub fn parse(text: &str, birth_date: Option<Date>) -> Result<Self, PinFault> {
        let digits: [u8; 6] = text
            .as_bytes()
            .try_into()
            .map_err(|_| PinFault::NotSixDigits)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(PinFault::NotSixDigits);
        }
        if digits.iter().all(|digit| digit == &digits[0]) {
            return Err(PinFault::OneDigit);
        }
        let steps = |step: i16| {
            digits
                .windows(2)
                .all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step)
        };
        if steps(1) || steps(-1) {
            return Err(PinFault::Run);
        }
        if birth_date.is_some_and(|date| birth_date_forms(date).iter().any(|form| form == text)) {
            return Err(PinFault::BirthDate);
        }
        Ok(Self(digits))
    }

    /// A PIN as somebody typed it to approve: six digits, whatever they are.
    pub fn as_typed(text: &str) -> Result<Self, PinFault> {
        let digits: [u8; 6] = text
            .as_bytes()
            .try_into()
            .map_err(|_| PinFault::NotSixDigits)?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then_some(Self(digits))
            .ok_or(PinFault::NotSixDigits)
    }

    /// The six digits in ASCII, for the OPAQUE client and nothing else.
    pub const fn expose(&self) -> &[u8; 6] {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// The ways in which people write their birth date with six digits: DDMMYY, YYMMDD, MMDDYY.
fn birth_date_forms(date: Date) -> [String; 3] {
    let (day, month, year) = (date.day(), date.month(), date.year().rem_euclid(100));
    [
        format!("{day:02}{month:02}{year:02}"),
        format!("{year:02}{month:02}{day:02}"),
        format!("{month:02}{day:02}{year:02}"),
    ]
}

/// Why a PIN cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinFault {
    /// Something else than six digits.
    #[error("a PIN has six digits (R-PIN-1)")]
    NotSixDigits,
    /// One digit repeated.
    #[error("a PIN cannot be one digit repeated (R-PIN-1)")]
    OneDigit,
    /// A run up or down, like 123456.
    #[error("a PIN cannot be a run of digits (R-PIN-1)")]
    Run,
    /// The holder's birth date.
    #[error("a PIN cannot be the holder's birth date (R-PIN-1)")]
    BirthDate,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn r_pin_1_trivial_ones_are_refused_and_their_neighbours_are_not() {
        let holder = Some(date(1985, 4, 12));
        for (pin, expected) in [
            ("12345", Some(PinFault::NotSixDigits)),
            ("1234567", Some(PinFault::NotSixDigits)),
            ("12345a", Some(PinFault::NotSixDigits)),
            ("٣٣٣", Some(PinFault::NotSixDigits)),
            ("777777", Some(PinFault::OneDigit)),
            ("777778", None),
            ("123456", Some(PinFault::Run)),
            ("456789", Some(PinFault::Run)),
            ("567890", None),
            ("123457", None),
            ("987654", Some(PinFault::Run)),
            ("543210", Some(PinFault::Run)),
            ("120485", Some(PinFault::BirthDate)),
            ("850412", Some(PinFault::BirthDate)),
            ("041285", Some(PinFault::BirthDate)),
            ("120486", None),
        ] {
            assert_eq!(Pin::parse(pin, holder).err(), expected, "{pin}");
        }
        assert!(Pin::parse("120485", None).is_ok());
        assert!(Pin::as_typed("111111").is_ok());
    }
}
