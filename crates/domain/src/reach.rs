//! Where a person can be reached: phone numbers of any country (R-PER-5) and e-mail addresses.

use std::fmt;

/// A phone number as ITU-T E.164 has it: `+`, and up to fifteen digits that begin with a country code (R-PER-5). Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The fewest digits: a country code of one and a subscriber's number of seven. E.164 itself gives no lower bound.
    const FEWEST: usize = 8;
    /// E.164, 6.1: country code and number together.
    const MOST: usize = 15;

    /// Reads a number as people write it: spaces, hyphens, dots and parentheses do not matter, `00` may stand for `+`, and eight
    /// digits alone are Danish.
    pub fn parse(text: &str) -> Result<Self, PhoneFault> {
        let written: String = text
            .chars()
            .filter(|character| !" -.()/\u{a0}".contains(*character))
            .collect();
        let digits = match (written.strip_prefix('+'), written.strip_prefix("00")) {
            (Some(digits), _) | (None, Some(digits)) => digits.to_owned(),
            (None, None) if written.len() == 8 => format!("45{written}"),
            (None, None) => return Err(PhoneFault::NoCountryCode),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneFault::NotDigits);
        }
        if digits.starts_with('0') {
            return Err(PhoneFault::NoCountryCode);
        }
        if !(Self::FEWEST..=Self::MOST).contains(&digits.len()) {
            return Err(PhoneFault::Length);
        }
        if digits.starts_with("45") && digits.len() != 10 {
            return Err(PhoneFault::Length);
        }
        Ok(Self(format!("+{digits}")))
    }

    /// As it is stored and sent to: `+4520123456`.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(..)")
    }
}

/// Why a text is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneFault {
    /// Neither `+`, nor eight Danish digits.
    #[error("a phone number from abroad begins with + and the country code (R-PER-5)")]
    NoCountryCode,
    /// Something else than digits.
    #[error("a phone number has digits only (R-PER-5)")]
    NotDigits,
    /// Too many or too few digits.
    #[error(
        "a phone number has 8 to 15 digits with its country code, a Danish one 8 after +45 (R-PER-5)"
    )]
    Length,
}

/// An e-mail address, as far as it can be checked without writing to it. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// RFC 5321, 4.5.3.1: the longest local part, and the longest address.
    const LOCAL: usize = 64;
    const WHOLE: usize = 254;

    /// Reads an address: one `@`, a name before it, a domain with a dot after it, and nothing that cannot stand in either.
    pub fn parse(text: &str) -> Result<Self, EmailFault> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailFault)?;
        let in_name = |character: char| {
            !character.is_whitespace()
                && !character.is_control()
                && !"@,;:<>()[]\\\"".contains(character)
        };
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .chars()
                    .all(|character| character.is_alphanumeric() || character == '-')
        };
        let holds = !local.is_empty()
            && local.len() <= Self::LOCAL
            && text.len() <= Self::WHOLE
            && local.chars().all(in_name)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && domain.contains('.')
            && domain.split('.').all(label);
        holds.then(|| Self(text.to_owned())).ok_or(EmailFault)
    }

    /// As it is stored and written to.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

/// Not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct EmailFault;

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: &str) -> Result<String, PhoneFault> {
        PhoneNumber::parse(text).map(|number| number.expose().to_owned())
    }

    #[test]
    fn r_per_5_phone_numbers_of_any_country_pass() {
        for (written, stored) in [
            ("20 12 34 56", "+4520123456"),
            ("+45 20123456", "+4520123456"),
            ("0048 601-234-567", "+48601234567"),
            ("+49 (1512) 3456789", "+4915123456789"),
            ("+299 48 12 34", "+299481234"),
            ("+1 907 555 0123", "+19075550123"),
        ] {
            assert_eq!(phone(written).as_deref(), Ok(stored), "{written}");
        }
    }

    #[test]
    fn r_per_5_the_last_length_that_passes_and_the_first_that_fails() {
        assert!(phone("+46123456").is_ok());
        assert_eq!(phone("+4612345"), Err(PhoneFault::Length));
        assert!(phone("+491234567890123").is_ok());
        assert_eq!(phone("+4912345678901234"), Err(PhoneFault::Length));
        assert_eq!(phone("+45201234567"), Err(PhoneFault::Length));
        assert_eq!(phone("+452012345"), Err(PhoneFault::Length));
    }

    #[test]
    fn r_per_5_what_is_no_number_is_refused() {
        assert_eq!(phone("201234567"), Err(PhoneFault::NoCountryCode));
        assert_eq!(phone("+0123456789"), Err(PhoneFault::NoCountryCode));
        assert_eq!(phone("+45 2012 345x"), Err(PhoneFault::NotDigits));
        assert_eq!(phone("+"), Err(PhoneFault::NotDigits));
        assert_eq!(phone(""), Err(PhoneFault::NoCountryCode));
    }

    #[test]
    fn email_addresses() {
        for good in [
            "ida@example.dk",
            "ida.holm+segl@post.example.dk",
            "søren@blåbær.example",
        ] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ida",
            "@example.dk",
            "ida@",
            "ida@example",
            "ida@.dk",
            "ida@exa mple.dk",
            "ida@@example.dk",
            "a,b@example.dk",
            ".ida@example.dk",
            "ida@-example.dk",
            "ida\n@example.dk",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
