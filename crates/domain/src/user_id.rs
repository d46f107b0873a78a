//! The user ID (R-UID-1): what a person types to say who is signing in. Never "username".

use std::fmt;

use crate::cpr_number::looks_like_cpr_number;

/// A user ID that follows R-UID-1. Two that differ only in case are equal. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct UserId {
    typed: String,
}

impl UserId {
    /// Checks every rule of R-UID-1, in the order in which a person would mend them.
    pub fn parse(typed: &str) -> Result<Self, UserIdFault> {
        let length = typed.chars().count();
        if length < 5 {
            return Err(UserIdFault::TooShort);
        }
        if length > 48 {
            return Err(UserIdFault::TooLong);
        }
        if typed.starts_with(' ') || typed.ends_with(' ') {
            return Err(UserIdFault::SpaceAtEdge);
        }
        if let Some(character) = typed.chars().find(|&character| !is_allowed(character)) {
            return Err(UserIdFault::Character(character));
        }
        if looks_like_cpr_number(typed) {
            return Err(UserIdFault::LooksLikeCpr);
        }
        Ok(Self {
            typed: typed.to_owned(),
        })
    }

    /// As the holder wrote it.
    pub fn expose(&self) -> &str {
        &self.typed
    }

    /// The form that is compared and indexed: lower case (R-UID-1).
    pub fn canonical(&self) -> String {
        canonical(&self.typed)
    }
}

/// The form in which user IDs are compared, of any text that somebody typed: an unknown or impossible user ID takes the same path as
/// one that exists (R-UID-2).
pub fn canonical(typed: &str) -> String {
    typed.trim().to_lowercase()
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "æøåÆØÅ{}!#$^,*()_+-=:;?.@ ".contains(character)
}

impl PartialEq for UserId {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}
impl Eq for UserId {}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(..)")
    }
}

/// Which part of R-UID-1 a text breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserIdFault {
    /// Fewer than 5 characters.
    #[error("a user ID has at least 5 characters (R-UID-1)")]
    TooShort,
    /// More than 48 characters.
    #[error("a user ID has at most 48 characters (R-UID-1)")]
    TooLong,
    /// A leading or trailing space.
    #[error("a user ID neither begins nor ends with a space (R-UID-1)")]
    SpaceAtEdge,
    /// A character outside the alphabet.
    #[error("a user ID cannot contain {0:?} (R-UID-1)")]
    Character(char),
    /// Ten digits, with or without a hyphen or space after the sixth.
    #[error("a user ID must not look like a CPR number (R-UID-1)")]
    LooksLikeCpr,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_uid_1_length_from_5_to_48() {
        assert_eq!(UserId::parse("abcd").unwrap_err(), UserIdFault::TooShort);
        assert!(UserId::parse("abcde").is_ok());
        assert!(UserId::parse(&"å".repeat(48)).is_ok());
        assert_eq!(
            UserId::parse(&"a".repeat(49)).unwrap_err(),
            UserIdFault::TooLong
        );
    }

    #[test]
    fn r_uid_1_alphabet() {
        assert!(UserId::parse("{}!#$^,*()_+-=:;?.@ æøåÆØÅ").is_ok());
        assert!(UserId::parse("99999").is_ok(), "digits only is fine");
        for character in ['é', '"', '\\', '/', '<', '&', '\'', '~', '\t', 'ß', '|'] {
            assert_eq!(
                UserId::parse(&format!("abcde{character}f")).unwrap_err(),
                UserIdFault::Character(character)
            );
        }
    }

    #[test]
    fn r_uid_1_no_space_at_the_edges() {
        assert!(UserId::parse("ida holm").is_ok());
        assert_eq!(
            UserId::parse(" idaholm").unwrap_err(),
            UserIdFault::SpaceAtEdge
        );
        assert_eq!(
            UserId::parse("idaholm ").unwrap_err(),
            UserIdFault::SpaceAtEdge
        );
    }

    #[test]
    fn r_uid_1_must_not_look_like_a_cpr_number() {
        for text in ["0702614085", "070261-4085", "070261 4085", "9999999999"] {
            assert_eq!(
                UserId::parse(text).unwrap_err(),
                UserIdFault::LooksLikeCpr,
                "{text}"
            );
        }
        for text in ["070261408", "07026140855", "07026-14085", "070261-408a"] {
            assert!(UserId::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn r_uid_1_case_makes_no_difference() {
        assert_eq!(
            UserId::parse("Søren.Å").unwrap(),
            UserId::parse("sØREN.å").unwrap()
        );
    }
}
