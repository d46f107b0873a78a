//! A witness at the desk (R-WIT-1 to R-WIT-3): who may say who somebody is.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::documents::{DocumentPolicy, Presented};
use crate::id::IdentityId;
use crate::identity::IdentityState;
use crate::person::age_on;

/// R-WIT-1, R-WIT-2.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessPolicy {
    /// The youngest that a witness may be, in years.
    pub minimum_years: i16,
    /// How long the witness must have had their own identity, in days of 24 hours.
    pub identity_days: i64,
    /// For how many others somebody may have been witness already.
    pub others: u32,
    /// Within how many days of 24 hours.
    pub within_days: i64,
    /// Photo documents that are Danish (R-WIT-3).
    pub danish_photo: Vec<String>,
    /// Other photo documents.
    pub other_photo: Vec<String>,
    /// What goes beside a photo document that is not Danish (R-WIT-3).
    pub beside: Vec<String>,
}

/// What is known of a witness who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness<'a> {
    /// Their identity.
    pub identity: IdentityId,
    /// In use or not.
    pub state: IdentityState,
    /// Since when it has been in use: nothing where it never was.
    pub active_since: Option<Timestamp>,
    /// The day of birth.
    pub born: Date,
    /// The photo document that they brought.
    pub photo: Option<&'a Presented>,
    /// What they brought beside it.
    pub beside: Option<&'a Presented>,
    /// Different others for whom they were witness within the time that counts.
    pub others: u32,
}

/// The proof that somebody may be a witness. Only [`WitnessPolicy::admit`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WitnessAdmitted {
    identity: IdentityId,
}

impl WitnessAdmitted {
    /// Whose word it is.
    pub const fn identity(self) -> IdentityId {
        self.identity
    }
}

/// Why somebody may not be a witness. The first that applies, in the order of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum WitnessRefused {
    /// Nobody vouches for themselves.
    #[error("nobody is their own witness (R-WIT-1)")]
    Themselves,
    /// Whoever handles a case is no witness in it.
    #[error("an official of the case is no witness in it (R-WIT-1)")]
    Official,
    /// Younger than 18.
    #[error("a witness is 18 or over (R-WIT-1)")]
    TooYoung,
    /// Their identity is not in use.
    #[error("a witness's identity is in use (R-WIT-1)")]
    NotActive,
    /// Their identity has not been in use for 30 days.
    #[error("a witness has had their identity for 30 days (R-WIT-1)")]
    TooNew,
    /// No photo document that holds.
    #[error("a witness brings photo identification (R-WIT-1)")]
    NoPhoto,
    /// Witness for three others already.
    #[error("witness for too many others (R-WIT-2)")]
    TooMany,
    /// The photo document is not Danish, and nothing fitting lies beside it.
    #[error("a photo document that is not Danish needs another beside it (R-WIT-3)")]
    NothingBeside,
}

impl WitnessRefused {
    /// The rule that decided.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::TooMany => "R-WIT-2",
            Self::NothingBeside => "R-WIT-3",
            _ => "R-WIT-1",
        }
    }

    /// The name of its text.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Themselves => "themselves",
            Self::Official => "official",
            Self::TooYoung => "too-young",
            Self::NotActive => "not-active",
            Self::TooNew => "too-new",
            Self::NoPhoto => "no-photo",
            Self::TooMany => "too-many",
            Self::NothingBeside => "nothing-beside",
        }
    }
}

impl WitnessPolicy {
    /// Checks every rule but the count, which the store decides in the same transaction, too.
    pub fn admit(
        &self,
        witness: &Witness<'_>,
        documents: &DocumentPolicy,
        (now, today): (Timestamp, Date),
    ) -> Result<WitnessAdmitted, WitnessRefused> {
        if age_on(witness.born, today) < self.minimum_years {
            return Err(WitnessRefused::TooYoung);
        }
        if witness.state != IdentityState::Active {
            return Err(WitnessRefused::NotActive);
        }
        let since = witness.active_since.ok_or(WitnessRefused::NotActive)?;
        if now.duration_since(since) < SignedDuration::from_hours(24 * self.identity_days) {
            return Err(WitnessRefused::TooNew);
        }
        let is_danish = self.photo(witness, documents, today)?;
        if witness.others > self.others {
            return Err(WitnessRefused::TooMany);
        }
        let lies_beside = witness.beside.is_some_and(|beside| {
            self.beside.contains(&beside.kind) && documents.counts(beside, today).is_ok()
        });
        if !is_danish && !lies_beside {
            return Err(WitnessRefused::NothingBeside);
        }
        Ok(WitnessAdmitted {
            identity: witness.identity,
        })
    }

    /// Whether the photo document is Danish.
    fn photo(
        &self,
        witness: &Witness<'_>,
        documents: &DocumentPolicy,
        today: Date,
    ) -> Result<bool, WitnessRefused> {
        let photo = witness.photo.ok_or(WitnessRefused::NoPhoto)?;
        documents
            .counts(photo, today)
            .map_err(|_| WitnessRefused::NoPhoto)?;
        if self.danish_photo.contains(&photo.kind) {
            Ok(true)
        } else if self.other_photo.contains(&photo.kind) {
            Ok(false)
        } else {
            Err(WitnessRefused::NoPhoto)
        }
    }

    /// The moment after which another's case still counts (R-WIT-2).
    pub fn counted_after(&self, now: Timestamp) -> Timestamp {
        now.saturating_sub(SignedDuration::from_hours(24 * self.within_days))
            .unwrap_or(Timestamp::MIN)
    }

    /// For how many persons one may be witness within the time that counts: that many others, and this one.
    pub const fn slots(&self) -> u32 {
        self.others + 1
    }

    /// What must be above zero.
    pub(crate) fn positive(&self) -> [(&'static str, i64); 4] {
        [
            ("witness.minimum_years", self.minimum_years.into()),
            ("witness.identity_days", self.identity_days),
            ("witness.others", self.others.into()),
            ("witness.within_days", self.within_days),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use jiff::civil::date;

    const NOW: Timestamp = Timestamp::constant(1_795_345_200, 0);
    const TODAY: Date = date(2026, 11, 22);

    fn shown(kind: &str) -> Presented {
        Presented {
            kind: kind.to_owned(),
            number: "1".to_owned(),
            valid_until: Some(TODAY),
            issued_on: None,
            temporary: false,
            in_app: false,
            chip_verified: false,
        }
    }

    fn admit(change: impl FnOnce(&mut Witness<'_>)) -> Result<(), WitnessRefused> {
        let policy = Policy::builtin();
        let photo = shown("danish_passport");
        let mut witness = Witness {
            identity: IdentityId::from_bytes([1; 16]),
            state: IdentityState::Active,
            active_since: Some(NOW - SignedDuration::from_hours(24 * 400)),
            born: date(1980, 1, 1),
            photo: None,
            beside: None,
            others: 0,
        };
        witness.photo = Some(&photo);
        change(&mut witness);
        let admitted = policy
            .witness
            .admit(&witness, &policy.documents, (NOW, TODAY));
        admitted.map(|_| ())
    }

    #[test]
    fn r_wit_1_the_eighteenth_birthday_passes_and_the_day_before_fails() {
        assert_eq!(admit(|witness| witness.born = date(2008, 11, 22)), Ok(()));
        assert_eq!(
            admit(|witness| witness.born = date(2008, 11, 23)),
            Err(WitnessRefused::TooYoung)
        );
    }

    #[test]
    fn r_wit_1_thirty_days_of_24_hours_pass_and_a_second_less_fails() {
        let thirty = SignedDuration::from_hours(30 * 24);
        assert_eq!(
            admit(|witness| witness.active_since = Some(NOW - thirty)),
            Ok(())
        );
        let less = NOW - thirty + SignedDuration::from_secs(1);
        assert_eq!(
            admit(|witness| witness.active_since = Some(less)),
            Err(WitnessRefused::TooNew)
        );
        assert_eq!(
            admit(|witness| witness.state = IdentityState::Blocked),
            Err(WitnessRefused::NotActive)
        );
        assert_eq!(
            admit(|witness| witness.photo = None),
            Err(WitnessRefused::NoPhoto)
        );
    }

    #[test]
    fn r_wit_2_two_others_pass_and_the_third_fails() {
        assert_eq!(admit(|witness| witness.others = 2), Ok(()));
        assert_eq!(
            admit(|witness| witness.others = 3),
            Err(WitnessRefused::TooMany)
        );
    }

    #[test]
    fn r_wit_3_a_photo_that_is_not_danish_needs_one_of_the_list_beside_it() {
        let policy = Policy::builtin();
        let foreign = shown("foreign_passport");
        let admit = |beside: Option<&Presented>| {
            let witness = Witness {
                identity: IdentityId::from_bytes([1; 16]),
                state: IdentityState::Active,
                active_since: Some(NOW - SignedDuration::from_hours(24 * 400)),
                born: date(1980, 1, 1),
                photo: Some(&foreign),
                beside,
                others: 0,
            };
            policy
                .witness
                .admit(&witness, &policy.documents, (NOW, TODAY))
                .map(|_| ())
        };
        assert_eq!(admit(None), Err(WitnessRefused::NothingBeside));
        for kind in ["health_card", "birth_certificate", "residence_certificate"] {
            assert_eq!(admit(Some(&shown(kind))), Ok(()), "{kind}");
        }
        let tax = Presented {
            issued_on: Some(TODAY),
            ..shown("tax_papers")
        };
        assert_eq!(admit(Some(&tax)), Err(WitnessRefused::NothingBeside));
    }
}
