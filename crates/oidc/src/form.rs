//! `application/x-www-form-urlencoded`, strictly (URL Standard section 5; RFC 6749 section 3.1 and 3.2).
//!
//! Stricter than a browser's parser: a broken percent escape or text that is not UTF-8 is refused rather
//! than repaired, since a repaired parameter is one that nobody sent.

use std::borrow::Cow;

/// The longest form that is read, in bytes. Our own number.
pub const MAX_LENGTH: usize = 32 * 1024;
/// The most members that are read. Our own number.
pub const MAX_MEMBERS: usize = 64;

/// A parsed form: names and values in the order they came.
#[derive(Clone)]
pub struct Form<'a> {
    members: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Form<'a> {
    /// Parses a query string (without its `?`) or a request body.
    pub fn parse(encoded: &'a str) -> Result<Self, FormFault> {
        if encoded.len() > MAX_LENGTH {
            return Err(FormFault::TooLong);
        }
        let mut members = Vec::with_capacity(8);
        for member in encoded.split('&').filter(|member| !member.is_empty()) {
            if members.len() == MAX_MEMBERS {
                return Err(FormFault::TooManyMembers);
            }
            let (name, value) = member.split_once('=').unwrap_or((member, ""));
            members.push((decode(name)?, decode(value)?));
        }
        Ok(Self { members })
    }

    /// The value of a parameter. One sent without a value counts as omitted (RFC 6749 section 3.1).
    /// Of a repeated one this is the first: check [`Form::repeated`] as well.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.members
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_ref())
            .filter(|value| !value.is_empty())
    }

    /// Whether a parameter came at most once, as RFC 6749 section 3.1 demands.
    pub fn is_single(&self, name: &str) -> bool {
        self.members
            .iter()
            .filter(|(found, _)| found == name)
            .nth(1)
            .is_none()
    }

    /// The name of some parameter that came more than once.
    pub fn repeated(&self) -> Option<&str> {
        self.members.iter().enumerate().find_map(|(i, (name, _))| {
            self.members[..i]
                .iter()
                .any(|(earlier, _)| earlier == name)
                .then_some(name.as_ref())
        })
    }
}

/// Decodes `+` and percent escapes, borrowing where there are none.
pub(crate) fn decode(raw: &str) -> Result<Cow<'_, str>, FormFault> {
    if !raw.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = bytes.next().and_then(hex_digit);
                let low = bytes.next().and_then(hex_digit);
                let (Some(high), Some(low)) = (high, low) else {
                    return Err(FormFault::BrokenEscape);
                };
                high << 4 | low
            }
            other => other,
        });
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| FormFault::NotUtf8)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Names and values as one encoded string, for a query, a fragment or a body.
pub(crate) fn encode<'m>(members: impl IntoIterator<Item = (&'m str, &'m str)>) -> String {
    url::form_urlencoded::Serializer::new(String::with_capacity(128))
        .extend_pairs(members)
        .finish()
}

/// Why a form is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormFault {
    /// Longer than [`MAX_LENGTH`].
    #[error("the form is too long")]
    TooLong,
    /// More than [`MAX_MEMBERS`].
    #[error("the form has too many members")]
    TooManyMembers,
    /// `%` without two hexadecimal digits.
    #[error("a percent escape is broken")]
    BrokenEscape,
    /// Decoded, it is not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_escapes_and_plus() {
        let form = Form::parse("a=1+2&b=%C3%A6%26&c=&d&&e==").unwrap();
        assert_eq!(form.get("a"), Some("1 2"));
        assert_eq!(form.get("b"), Some("æ&"));
        assert_eq!(
            (form.get("c"), form.get("d"), form.get("x")),
            (None, None, None)
        );
        assert_eq!(form.get("e"), Some("="));
        assert_eq!(form.repeated(), None);
    }

    #[test]
    fn refuses_what_it_would_have_to_repair() {
        let fault = |encoded: &str| Form::parse(encoded).err();
        assert_eq!(fault("a=%"), Some(FormFault::BrokenEscape));
        assert_eq!(fault("a=%4"), Some(FormFault::BrokenEscape));
        assert_eq!(fault("a=%+1"), Some(FormFault::BrokenEscape));
        assert_eq!(fault("a=%ff"), Some(FormFault::NotUtf8));
    }

    #[test]
    fn names_a_repeated_parameter_even_if_one_is_empty() {
        let form = Form::parse("a=1&b=2&%61=").unwrap();
        assert_eq!(form.repeated(), Some("a"));
        assert!(!form.is_single("a"));
        assert!(form.is_single("b") && form.is_single("absent"));
    }

    #[test]
    fn limits_at_their_boundary() {
        let longest = format!("a={}", "x".repeat(MAX_LENGTH - 2));
        assert!(Form::parse(&longest).is_ok());
        assert_eq!(
            Form::parse(&(longest + "x")).err(),
            Some(FormFault::TooLong)
        );
        let most = ["a"; MAX_MEMBERS].join("&");
        assert!(Form::parse(&most).is_ok());
        assert_eq!(
            Form::parse(&(most + "&a")).err(),
            Some(FormFault::TooManyMembers)
        );
    }

    proptest! {
        #[test]
        fn never_panics(encoded in "\\PC*") {
            let _ = Form::parse(&encoded);
        }

        #[test]
        fn what_is_encoded_is_read_back(value in "\\PC{1,40}") {
            let encoded = encode([("name", value.as_str())]);
            let form = Form::parse(&encoded).unwrap();
            prop_assert_eq!(form.get("name"), Some(value.as_str()));
        }
    }
}
