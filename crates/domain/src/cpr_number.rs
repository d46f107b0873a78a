//! The CPR number (R-CPR-1, R-CPR-2): ten digits DDMMYYSSSS.

use std::fmt;

use jiff::civil::Date;

/// A Danish civil registration number whose date exists. Its `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CprNumber {
    digits: [u8; 10],
    birth_date: Date,
}

/// The register's two sexes, by the last digit (R-CPR-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// An odd last digit.
    Male,
    /// An even last digit.
    Female,
}

impl CprNumber {
    /// Reads ten digits, with or without a hyphen or space after the sixth.
    pub fn parse(text: &str) -> Result<Self, CprFault> {
        let digits = ten_digits(text).ok_or(CprFault::NotTenDigits)?;
        let birth_date = birth_date(&digits).ok_or(CprFault::NoSuchDate)?;
        Ok(Self { digits, birth_date })
    }

    /// The date of birth that the number says: digit 7 and the year's two digits give the century (R-CPR-1).
    pub const fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// The sex that the last digit says.
    pub const fn sex(&self) -> Sex {
        if self.digits[9] % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        }
    }

    /// Whether 60 was added to the day: a replacement number (R-CPR-2).
    pub const fn is_replacement(&self) -> bool {
        self.digits[0] >= 6
    }

    /// Whether the old control weights hold. Numbers that fail are issued since 1 October 2007, so this is information and never a
    /// reason to refuse (R-CPR-2).
    pub fn passes_modulo_11(&self) -> bool {
        const WEIGHTS: [u32; 10] = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
        let sum: u32 = self
            .digits
            .iter()
            .zip(WEIGHTS)
            .map(|(&digit, weight)| u32::from(digit) * weight)
            .sum();
        sum.is_multiple_of(11)
    }

    /// The ten digits without a hyphen, for sealing, indexing and a service that may have them (R-CPR-5, R-SVC-3).
    pub fn expose(&self) -> String {
        self.digits
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect()
    }
}

impl fmt::Debug for CprNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CprNumber(..)")
    }
}

/// Whether a text looks like a CPR number: any ten digits, also with a hyphen or a space after the sixth (R-UID-1).
pub fn looks_like_cpr_number(text: &str) -> bool {
    ten_digits(text).is_some()
}

fn ten_digits(text: &str) -> Option<[u8; 10]> {
    let bytes = text.as_bytes();
    let (head, tail) = match bytes.len() {
        10 => bytes.split_at(6),
        11 if matches!(bytes[6], b'-' | b' ') => (&bytes[..6], &bytes[7..]),
        _ => return None,
    };
    let mut digits = [0; 10];
    for (slot, byte) in digits.iter_mut().zip(head.iter().chain(tail)) {
        *slot = byte.is_ascii_digit().then(|| byte - b'0')?;
    }
    Some(digits)
}

fn birth_date(digits: &[u8; 10]) -> Option<Date> {
    let two = |at: usize| digits[at] * 10 + digits[at + 1];
    let day = if two(0) > 60 { two(0) - 60 } else { two(0) };
    let year = i16::from(two(4));
    let century = match (digits[6], year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (4 | 9, _) | (5..=8, ..58) => 2000,
        _ => 1800,
    };
    Date::new(
        century + year,
        i8::try_from(two(2)).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// Why a text is no CPR number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CprFault {
    /// Something else than ten digits, with or without a hyphen after the sixth.
    #[error("a CPR number has ten digits (R-CPR-1)")]
    NotTenDigits,
    /// The first seven digits name no day of the calendar.
    #[error("the first six digits are no date (R-CPR-1)")]
    NoSuchDate,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn r_cpr_1_digit_seven_and_the_year_give_the_century() {
        for (number, expected) in [
            ("0101000000", date(1900, 1, 1)),
            ("0101993999", date(1999, 1, 1)),
            ("0101004000", date(2000, 1, 1)),
            ("0101364999", date(2036, 1, 1)),
            ("0101374000", date(1937, 1, 1)),
            ("0101994999", date(1999, 1, 1)),
            ("0101005000", date(2000, 1, 1)),
            ("0101578999", date(2057, 1, 1)),
            ("0101585000", date(1858, 1, 1)),
            ("0101998999", date(1899, 1, 1)),
            ("0101369999", date(2036, 1, 1)),
            ("0101379999", date(1937, 1, 1)),
        ] {
            assert_eq!(
                CprNumber::parse(number).map(|cpr| cpr.birth_date()),
                Ok(expected),
                "{number}"
            );
        }
    }

    #[test]
    fn r_cpr_1_a_day_must_exist() {
        assert_eq!(
            CprNumber::parse("2902001000").unwrap_err(),
            CprFault::NoSuchDate
        ); // 1900 was no leap year
        assert_eq!(
            CprNumber::parse("2902004000").unwrap().birth_date(),
            date(2000, 2, 29)
        );
        assert_eq!(
            CprNumber::parse("3104851234").unwrap_err(),
            CprFault::NoSuchDate
        );
        assert_eq!(
            CprNumber::parse("0013851234").unwrap_err(),
            CprFault::NoSuchDate
        );
    }

    #[test]
    fn r_cpr_2_a_number_that_fails_modulo_11_is_accepted() {
        assert!(CprNumber::parse("0702614082").unwrap().passes_modulo_11());
        assert!(!CprNumber::parse("0702614083").unwrap().passes_modulo_11());
    }

    #[test]
    fn r_cpr_2_a_replacement_number_has_sixty_added_to_the_day() {
        let replacement = CprNumber::parse("610190-1234").unwrap();
        assert!(replacement.is_replacement());
        assert_eq!(replacement.birth_date(), date(1990, 1, 1));
        assert!(CprNumber::parse("9101901234").unwrap().is_replacement());
        assert_eq!(
            CprNumber::parse("9201901234").unwrap_err(),
            CprFault::NoSuchDate
        );
        assert_eq!(
            CprNumber::parse("6001901234").unwrap_err(),
            CprFault::NoSuchDate
        );
    }

    #[test]
    fn hyphen_and_space_only_after_the_sixth_digit() {
        assert_eq!(
            CprNumber::parse("070261-4085"),
            CprNumber::parse("0702614085")
        );
        assert_eq!(
            CprNumber::parse("070261 4085"),
            CprNumber::parse("0702614085")
        );
        for text in [
            "07026-14085",
            "070261--4085",
            "070261408",
            "07026140855",
            "070261408x",
            "٠٧٠٢٦١٤٠٨٥",
        ] {
            assert_eq!(
                CprNumber::parse(text).unwrap_err(),
                CprFault::NotTenDigits,
                "{text}"
            );
        }
    }

    #[test]
    fn sex_is_the_last_digit_and_debug_is_silent() {
        assert_eq!(CprNumber::parse("0702614085").unwrap().sex(), Sex::Male);
        assert_eq!(CprNumber::parse("0702614086").unwrap().sex(), Sex::Female);
        assert_eq!(
            format!("{:?}", CprNumber::parse("0702614085").unwrap()),
            "CprNumber(..)"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_number_or_a_fault(text in "\\PC{0,14}") {
            if let Ok(cpr) = CprNumber::parse(&text) {
                proptest::prop_assert_eq!(CprNumber::parse(&cpr.expose()), Ok(cpr));
            }
        }
    }
}
