//! Who works at a desk: officials of a municipality's Citizen Service, and what each of them may do there.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::id::IdentityId;
use crate::policy::DeskPolicy;

/// Somebody who works at Citizen Service, by their own identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// The identity with which they sign in.
    pub identity: IdentityId,
    /// Whom they work for.
    pub organisation: Organisation,
    /// Where in it, such as `Borgerservice, Torvet 1`.
    pub office: String,
    /// What they may do.
    pub role: Role,
}

/// A municipality, as far as a desk needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its CVR number: eight digits. What one organisation does is no other's business.
    pub cvr: String,
    /// Its number among municipalities: four digits.
    pub municipality_code: String,
    /// What people call it.
    pub name: String,
}

/// What an official may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Handles cases.
    Official,
    /// Handles cases, and is the second official of a case that is to reach IAL High (R-DOC-5).
    Supervisor,
}

impl Role {
    /// The word that is stored and that operators type.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Supervisor => "supervisor",
        }
    }
}

impl FromStr for Role {
    type Err = NotARole;
    fn from_str(word: &str) -> Result<Self, NotARole> {
        [Self::Official, Self::Supervisor]
            .into_iter()
            .find(|role| role.word() == word)
            .ok_or(NotARole)
    }
}

/// A word that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role: official or supervisor")]
pub struct NotARole;

impl Organisation {
    /// Checks the numbers: eight digits and four, and a name that can be shown.
    pub fn new(cvr: &str, municipality_code: &str, name: &str) -> Result<Self, OrganisationFault> {
        let digits = |text: &str, count| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(cvr, 8) {
            return Err(OrganisationFault::Cvr);
        }
        if !digits(municipality_code, 4) {
            return Err(OrganisationFault::MunicipalityCode);
        }
        if !is_shown(name) {
            return Err(OrganisationFault::Name);
        }
        Ok(Self {
            cvr: cvr.to_owned(),
            municipality_code: municipality_code.to_owned(),
            name: name.to_owned(),
        })
    }
}

/// Whether a text can stand on a page as a name: 1 to 120 characters, none of them a control character.
pub fn is_shown(name: &str) -> bool {
    (1..=120).contains(&name.chars().count())
        && !name.chars().any(char::is_control)
        && name.trim() == name
}

/// Why an organisation cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationFault {
    /// Not eight digits.
    #[error("a CVR number has eight digits")]
    Cvr,
    /// Not four digits.
    #[error("a municipality's number has four digits")]
    MunicipalityCode,
    /// Empty, too long, or with control characters.
    #[error("a name has 1 to 120 characters")]
    Name,
}

/// When an official must sign in again.
pub fn signed_in_until(signed_in_at: Timestamp, policy: &DeskPolicy) -> Timestamp {
    signed_in_at
        .saturating_add(SignedDuration::from_mins(policy.signed_in_minutes))
        .unwrap_or(Timestamp::MAX)
}

/// Checks that an official has signed in lately. What is done at a desk is done by somebody who was there with their own identity.
pub fn signed_in_recently(
    signed_in_at: Timestamp,
    now: Timestamp,
    policy: &DeskPolicy,
) -> Result<(), SignInTooOld> {
    if now < signed_in_until(signed_in_at, policy) {
        return Ok(());
    }
    Err(SignInTooOld)
}

/// The official signed in too long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sign-in at the desk is too old")]
pub struct SignInTooOld;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn a_sign_in_is_recent_until_its_last_microsecond() {
        let policy = Policy::builtin().desk;
        let at = Timestamp::constant(1_795_345_200, 0);
        let until = signed_in_until(at, &policy);
        let last = until - SignedDuration::from_micros(1);
        assert_eq!(signed_in_recently(at, last, &policy), Ok(()));
        assert_eq!(signed_in_recently(at, until, &policy), Err(SignInTooOld));
    }

    #[test]
    fn an_organisation_has_its_two_numbers_and_a_name() {
        assert!(Organisation::new("00000002", "0999", "Birkesund Kommune").is_ok());
        for (cvr, code, name, fault) in [
            ("0000002", "0999", "Birkesund", OrganisationFault::Cvr),
            ("0000000x", "0999", "Birkesund", OrganisationFault::Cvr),
            (
                "00000002",
                "999",
                "Birkesund",
                OrganisationFault::MunicipalityCode,
            ),
            ("00000002", "0999", "", OrganisationFault::Name),
            ("00000002", "0999", " Birkesund", OrganisationFault::Name),
            ("00000002", "0999", "Birke\nsund", OrganisationFault::Name),
        ] {
            assert_eq!(Organisation::new(cvr, code, name), Err(fault));
        }
    }
}
