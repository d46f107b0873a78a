//! Scopes: what a service asks for (RFC 6749 section 3.3; the dialect of R-SVC-1).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The ages that `age_verify:NN` can ask about. Our own number.
pub const VERIFIABLE_AGES: std::ops::RangeInclusive<u8> = 1..=120;
/// The longest list of scopes that is read, in characters. Our own number.
pub const MAX_LENGTH: usize = 1024;

/// Scopes that other providers of the dialect, or OpenID Connect itself, know and this version does not offer. A
/// service cannot be registered with them, so none is mistaken for the scope of an interface.
pub const NOT_OFFERED: [&str; 9] = [
    "address",
    "email",
    "offline_access",
    "phone",
    "privileges",
    "profile",
    "ssn.details_address",
    "ssn.details_name",
    "transaction_token",
];

/// One scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// `openid`: without it, a request is not OpenID Connect.
    OpenId,
    /// `mitid`: the `mitid.*` claims.
    Mitid,
    /// `ssn`: `dk.cpr` (R-SVC-3).
    Ssn,
    /// `minimal`: nothing lasting about the person, except what other scopes name.
    Minimal,
    /// `age`: the age in whole years.
    Age,
    /// `age_verify:NN`: whether the person is NN years or older.
    AgeVerify(u8),
    /// `userinfo_token`: the userinfo claims as a signed token beside the ID token.
    UserinfoToken,
    /// The scope of some interface, meant for access tokens only.
    Api(Box<str>),
}

impl Scope {
    /// The names of the scopes that this system itself gives a meaning.
    pub const IDENTITY_NAMES: [&'static str; 7] = [
        "openid",
        "mitid",
        "ssn",
        "minimal",
        "age",
        "age_verify",
        "userinfo_token",
    ];

    /// Parses one scope token.
    pub fn parse(token: &str) -> Result<Self, ScopeFault> {
        Ok(match token {
            "openid" => Self::OpenId,
            "mitid" => Self::Mitid,
            "ssn" => Self::Ssn,
            "minimal" => Self::Minimal,
            "age" => Self::Age,
            "userinfo_token" => Self::UserinfoToken,
            "age_verify" => return Err(ScopeFault::AgeOutOfRange),
            other => match other.strip_prefix("age_verify:") {
                Some(age) => Self::AgeVerify(verifiable_age(age)?),
                None if is_scope_token(other) => Self::Api(other.into()),
                None => return Err(ScopeFault::NotAToken),
            },
        })
    }

    /// The name that a service is registered with: as written, but `age_verify` for every age.
    pub fn name(&self) -> &str {
        match self {
            Self::OpenId => "openid",
            Self::Mitid => "mitid",
            Self::Ssn => "ssn",
            Self::Minimal => "minimal",
            Self::Age => "age",
            Self::AgeVerify(_) => "age_verify",
            Self::UserinfoToken => "userinfo_token",
            Self::Api(name) => name,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::AgeVerify(age) => write!(f, ":{age}"),
            _ => Ok(()),
        }
    }
}

/// Decimal, without a leading zero or sign.
fn verifiable_age(digits: &str) -> Result<u8, ScopeFault> {
    if digits.starts_with(['0', '+']) {
        return Err(ScopeFault::AgeOutOfRange);
    }
    digits
        .parse()
        .ok()
        .filter(|age| VERIFIABLE_AGES.contains(age))
        .ok_or(ScopeFault::AgeOutOfRange)
}

/// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )` (RFC 6749 section 3.3).
pub(crate) fn is_scope_token(token: &str) -> bool {
    !token.is_empty()
        && token
            .bytes()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// Scopes without repetition, in the order they were asked for. Serialised as the usual list with spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// Parses a list separated by spaces. A repeated scope counts once.
    pub fn parse(list: &str) -> Result<Self, ScopeFault> {
        if list.len() > MAX_LENGTH {
            return Err(ScopeFault::TooLong);
        }
        let mut scopes = Vec::with_capacity(4);
        for token in list.split(' ').filter(|token| !token.is_empty()) {
            let scope = Scope::parse(token)?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        let set = Self(scopes);
        if set.asked_ages() > 1 {
            return Err(ScopeFault::SeveralAges);
        }
        Ok(set)
    }

    /// How many scopes ask for an age: the dialect has room for one answer.
    fn asked_ages(&self) -> usize {
        self.0
            .iter()
            .filter(|scope| matches!(scope, Scope::Age | Scope::AgeVerify(_)))
            .count()
    }

    /// Whether the scope is in the set.
    pub fn contains(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    /// The scopes, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Scope> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The age that `age_verify:NN` asks about.
    pub fn verified_age(&self) -> Option<u8> {
        self.0.iter().find_map(|scope| match scope {
            Scope::AgeVerify(age) => Some(*age),
            _ => None,
        })
    }

    /// Whether this is exactly `openid minimal age_verify:NN`, for which the dialect has its own defaults.
    pub fn is_age_check(&self) -> bool {
        self.0.len() == 3
            && self.contains(&Scope::OpenId)
            && self.contains(&Scope::Minimal)
            && self.verified_age().is_some()
    }

    /// Whether the service learns who the person is, rather than only something about them. With `minimal` and nothing that
    /// names the person, `sub` is new for every sign-in.
    pub fn identifies(&self) -> bool {
        !self.contains(&Scope::Minimal)
            || self
                .0
                .iter()
                .any(|scope| matches!(scope, Scope::Mitid | Scope::Ssn))
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl<'s> IntoIterator for &'s ScopeSet {
    type Item = &'s Scope;
    type IntoIter = std::slice::Iter<'s, Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            scope.fmt(f)?;
        }
        Ok(())
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = String::deserialize(deserializer)?;
        Self::parse(&list).map_err(serde::de::Error::custom)
    }
}

/// Why a list of scopes is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeFault {
    /// Longer than [`MAX_LENGTH`].
    #[error("the list of scopes is too long")]
    TooLong,
    /// A character outside RFC 6749 section 3.3.
    #[error("a scope has a character that it may not have")]
    NotAToken,
    /// `age_verify` without an age in [`VERIFIABLE_AGES`].
    #[error("age_verify asks for an age that cannot be asked for")]
    AgeOutOfRange,
    /// More than one of `age` and `age_verify:NN`.
    #[error("more than one scope asks for an age")]
    SeveralAges,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_the_grammar() {
        let set = ScopeSet::parse("openid  mitid age_verify:18 openid payments:read").unwrap();
        assert_eq!(set.to_string(), "openid mitid age_verify:18 payments:read");
        assert_eq!(set.verified_age(), Some(18));
        assert!(set.contains(&Scope::Api("payments:read".into())));
    }

    #[test]
    fn ages_at_their_boundaries() {
        for good in ["age_verify:1", "age_verify:120"] {
            assert!(Scope::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "age_verify",
            "age_verify:",
            "age_verify:0",
            "age_verify:121",
            "age_verify:018",
            "age_verify:+18",
            "age_verify:256",
            "age_verify:x",
        ] {
            assert_eq!(Scope::parse(bad), Err(ScopeFault::AgeOutOfRange), "{bad}");
        }
        assert_eq!(
            ScopeSet::parse("age age_verify:18"),
            Err(ScopeFault::SeveralAges)
        );
        assert_eq!(
            ScopeSet::parse("age_verify:15 age_verify:18"),
            Err(ScopeFault::SeveralAges)
        );
    }

    #[test]
    fn only_the_exact_three_are_an_age_check() {
        let check = |list: &str| ScopeSet::parse(list).unwrap().is_age_check();
        assert!(check("minimal age_verify:18 openid"));
        assert!(!check("openid age_verify:18"));
        assert!(!check("openid minimal age"));
        assert!(!check("openid minimal age_verify:18 mitid"));
    }

    #[test]
    fn minimal_identifies_only_with_a_scope_that_names_the_person() {
        let identifies = |list: &str| ScopeSet::parse(list).unwrap().identifies();
        assert!(identifies("openid"));
        assert!(identifies("openid age_verify:18"));
        assert!(identifies("openid minimal mitid"));
        assert!(identifies("openid minimal ssn"));
        assert!(!identifies("openid minimal"));
        assert!(!identifies("openid minimal age"));
        assert!(!identifies("openid minimal age_verify:18"));
    }

    #[test]
    fn refuses_characters_and_length() {
        for bad in ["a\"b", "a\\b", "a\tb", "æ"] {
            assert_eq!(ScopeSet::parse(bad), Err(ScopeFault::NotAToken), "{bad}");
        }
        assert!(ScopeSet::parse(&"x".repeat(MAX_LENGTH)).is_ok());
        assert_eq!(
            ScopeSet::parse(&"x".repeat(MAX_LENGTH + 1)),
            Err(ScopeFault::TooLong)
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_round_trips(list in "\\PC{0,60}") {
            if let Ok(set) = ScopeSet::parse(&list) {
                prop_assert_eq!(ScopeSet::parse(&set.to_string()), Ok(set));
            }
        }
    }
}
