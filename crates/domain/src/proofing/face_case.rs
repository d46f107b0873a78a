//! Officials comparing two faces side by side, where no model decided (R-DOC-6, R-DOC-5).

use emrtd::mrz::{HolderName, Language};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{FaceDecision, FaceEvidence, FaceProved, VerifiedDocument};
use crate::assurance::Level;
use crate::id::{EnrolmentId, IdentityId};
use crate::person::Person;
use crate::policy::FacePolicy;

/// Pictures that wait for officials. It is named as its enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceCase {
    /// The enrolment that waits.
    pub enrolment: EnrolmentId,
    /// How well the person is to be proved: High takes two officials.
    pub wanted: Level,
    /// Since when it waits.
    pub waiting_since: Timestamp,
    /// When the pictures go, decided or not.
    pub expires_at: Timestamp,
    /// Who looks at it now, and until when it is kept for them.
    pub lease: Option<FaceLease>,
    /// The officials who said that both are the same person, since these pictures were taken.
    pub same: Vec<IdentityId>,
}

/// An official who looks at a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaceLease {
    /// Who.
    pub official: IdentityId,
    /// Until when.
    pub until: Timestamp,
}

/// What an official sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OfficialView {
    /// The same person.
    Same,
    /// Two persons.
    NotSame,
    /// It cannot be told from these pictures.
    CannotTell,
}

/// Why an official sees it so. For [`OfficialView::Same`] none is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaceReason {
    /// The features differ.
    FeaturesDiffer,
    /// The pictures show a picture, a screen or a mask.
    NotALivingFace,
    /// The steps were not done.
    StepsNotDone,
    /// More than one person is seen.
    SeveralPersons,
    /// The pictures are too poor.
    PicturesPoor,
    /// The document's portrait is too old or too poor.
    PortraitPoor,
    /// Something covers the face.
    FaceCovered,
}

/// Why an official may not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ViewRefused {
    /// The case is over, or decided.
    #[error("the case is decided already")]
    Over,
    /// Another official looks at it.
    #[error("another official is looking at the case")]
    Leased,
    /// They no longer hold it: it took too long.
    #[error("the case is no longer kept for this official")]
    LeaseOver,
    /// They were the first of two already (R-DOC-5).
    #[error("a second official is needed (R-DOC-5)")]
    SecondNeeded,
    /// It is their own.
    #[error("an official cannot decide their own case")]
    Own,
    /// A view that is not "the same" says why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// The reason belongs to another view.
    #[error("the reason does not go with the view")]
    ReasonUnfit,
}

/// What an official's view leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewLeads {
    /// To a decision.
    Decided(FaceDecision),
    /// To a second official (R-DOC-5).
    ToSecond,
}

impl FaceCase {
    /// Takes the case for an official to look at. `is_own` is whether it is about themselves.
    pub fn taken_by(
        &self,
        official: IdentityId,
        is_own: bool,
        policy: &FacePolicy,
        now: Timestamp,
    ) -> Result<FaceLease, ViewRefused> {
        self.may_look(official, is_own, now)?;
        let held = self.lease.filter(|lease| now < lease.until);
        if held.is_some_and(|lease| lease.official != official) {
            return Err(ViewRefused::Leased);
        }
        let span = SignedDuration::from_secs(policy.lease_seconds);
        Ok(FaceLease {
            official,
            until: now.saturating_add(span).unwrap_or(Timestamp::MAX),
        })
    }

    /// What an official sees, who has taken the case.
    pub fn seen(
        &self,
        official: IdentityId,
        is_own: bool,
        (view, reasons): (OfficialView, &[FaceReason]),
        now: Timestamp,
    ) -> Result<ViewLeads, ViewRefused> {
        self.may_look(official, is_own, now)?;
        match self.lease {
            Some(lease) if lease.official == official && now < lease.until => (),
            Some(lease) if now < lease.until => return Err(ViewRefused::Leased),
            _ => return Err(ViewRefused::LeaseOver),
        }
        if view != OfficialView::Same && reasons.is_empty() {
            return Err(ViewRefused::ReasonNeeded);
        }
        if !reasons.iter().all(|reason| reason.goes_with(view)) {
            return Err(ViewRefused::ReasonUnfit);
        }
        Ok(match view {
            OfficialView::NotSame => ViewLeads::Decided(FaceDecision::Refused),
            OfficialView::CannotTell => ViewLeads::Decided(FaceDecision::Again),
            OfficialView::Same if self.wanted == Level::High && self.same.is_empty() => {
                ViewLeads::ToSecond
            }
            OfficialView::Same => ViewLeads::Decided(FaceDecision::Proved(self.proved(official))),
        })
    }

    fn may_look(
        &self,
        official: IdentityId,
        is_own: bool,
        now: Timestamp,
    ) -> Result<(), ViewRefused> {
        if now >= self.expires_at {
            return Err(ViewRefused::Over);
        }
        if is_own {
            return Err(ViewRefused::Own);
        }
        if self.same.contains(&official) {
            return Err(ViewRefused::SecondNeeded);
        }
        Ok(())
    }

    fn proved(&self, official: IdentityId) -> FaceProved {
        let mut officials = self.same.clone();
        officials.push(official);
        FaceProved::new(FaceEvidence::Officials { officials })
    }
}

impl OfficialView {
    /// The word that is stored and sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::NotSame => "not_same",
            Self::CannotTell => "cannot_tell",
        }
    }
}

impl std::str::FromStr for OfficialView {
    type Err = crate::identity::UnknownState;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Same, Self::NotSame, Self::CannotTell]
            .into_iter()
            .find(|view| view.word() == word)
            .ok_or(crate::identity::UnknownState)
    }
}

impl FaceReason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::FeaturesDiffer,
        Self::NotALivingFace,
        Self::SeveralPersons,
        Self::StepsNotDone,
        Self::PicturesPoor,
        Self::PortraitPoor,
        Self::FaceCovered,
    ];

    /// The word that is stored and sent.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FeaturesDiffer => "features_differ",
            Self::NotALivingFace => "not_a_living_face",
            Self::StepsNotDone => "steps_not_done",
            Self::SeveralPersons => "several_persons",
            Self::PicturesPoor => "pictures_poor",
            Self::PortraitPoor => "portrait_poor",
            Self::FaceCovered => "face_covered",
        }
    }

    /// Whether it is a reason for a view.
    pub const fn goes_with(self, view: OfficialView) -> bool {
        match view {
            OfficialView::Same => false,
            OfficialView::NotSame => matches!(
                self,
                Self::FeaturesDiffer | Self::NotALivingFace | Self::SeveralPersons
            ),
            OfficialView::CannotTell => !matches!(self, Self::FeaturesDiffer),
        }
    }
}

impl std::str::FromStr for FaceReason {
    type Err = crate::identity::UnknownState;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.word() == word)
            .ok_or(crate::identity::UnknownState)
    }
}

/// Whether a document may be that of a person: born on the same day, with the same last name. It errs on the side of yes, as of twins,
/// since it keeps officials from their own cases.
pub fn is_of_person(document: &VerifiedDocument, person: &Person, today: Date) -> bool {
    if document.birth_date(today) != Some(*person.birth_date.expose()) {
        return false;
    }
    let name = person.name.expose().trim();
    let (given, last) = name.rsplit_once(' ').unwrap_or(("", name));
    [Language::Other, Language::PlainVowels, Language::SpanishXx]
        .into_iter()
        .filter_map(|way| HolderName::transliterated(last, given, way).ok())
        .any(|whole| whole.primary().last() == document.mrz().name.primary().last())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    const NOON: Timestamp = Timestamp::constant(1_795_345_200, 0);

    fn official(number: u8) -> IdentityId {
        IdentityId::from_random([number; 16])
    }

    fn case(wanted: Level) -> FaceCase {
        FaceCase {
            enrolment: EnrolmentId::from_random([1; 16]),
            wanted,
            waiting_since: NOON,
            expires_at: NOON + SignedDuration::from_hours(72),
            lease: None,
            same: Vec::new(),
        }
    }

    fn taken(case: FaceCase, by: u8) -> FaceCase {
        let lease = case.taken_by(official(by), false, &Policy::builtin().face, NOON);
        FaceCase {
            lease: Some(lease.unwrap()),
            ..case
        }
    }

    const SAME: (OfficialView, &[FaceReason]) = (OfficialView::Same, &[]);

    #[test]
    fn r_doc_6_one_official_is_enough_for_substantial() {
        let case = taken(case(Level::Substantial), 1);
        let ViewLeads::Decided(FaceDecision::Proved(proved)) =
            case.seen(official(1), false, SAME, NOON).unwrap()
        else {
            panic!("not proved");
        };
        assert_eq!(proved.word(), "face_by_official");
    }

    #[test]
    fn r_doc_5_high_takes_two_different_officials() {
        let first = taken(case(Level::High), 1);
        assert_eq!(
            first.seen(official(1), false, SAME, NOON),
            Ok(ViewLeads::ToSecond)
        );
        let waiting = FaceCase {
            same: vec![official(1)],
            ..case(Level::High)
        };
        let policy = Policy::builtin().face;
        let again = waiting.taken_by(official(1), false, &policy, NOON);
        assert_eq!(again, Err(ViewRefused::SecondNeeded));
        let second = taken(waiting, 2);
        let ViewLeads::Decided(FaceDecision::Proved(proved)) =
            second.seen(official(2), false, SAME, NOON).unwrap()
        else {
            panic!("not proved");
        };
        assert_eq!(proved.word(), "face_by_two_officials");
    }

    #[test]
    fn nobody_decides_their_own_case() {
        let policy = Policy::builtin().face;
        let open = case(Level::Substantial);
        assert_eq!(
            open.taken_by(official(1), true, &policy, NOON),
            Err(ViewRefused::Own)
        );
        let case = taken(open, 1);
        assert_eq!(
            case.seen(official(1), true, SAME, NOON),
            Err(ViewRefused::Own)
        );
    }

    #[test]
    fn a_case_is_kept_for_one_official_as_long_as_the_lease_lasts() {
        let policy = Policy::builtin().face;
        let case = taken(case(Level::Substantial), 1);
        let until = case.lease.unwrap().until;
        let last = until - SignedDuration::from_micros(1);
        assert_eq!(
            case.taken_by(official(2), false, &policy, last),
            Err(ViewRefused::Leased)
        );
        assert_eq!(
            case.seen(official(2), false, SAME, last),
            Err(ViewRefused::Leased)
        );
        assert!(case.seen(official(1), false, SAME, last).is_ok());
        assert!(case.taken_by(official(2), false, &policy, until).is_ok());
        assert_eq!(
            case.seen(official(1), false, SAME, until),
            Err(ViewRefused::LeaseOver)
        );
        let over = FaceCase {
            expires_at: last,
            ..case
        };
        assert_eq!(
            over.seen(official(1), false, SAME, last),
            Err(ViewRefused::Over)
        );
    }

    #[test]
    fn what_is_not_the_same_says_why() {
        let case = taken(case(Level::Substantial), 1);
        let seen =
            |view, reasons: &[FaceReason]| case.seen(official(1), false, (view, reasons), NOON);
        assert_eq!(
            seen(OfficialView::NotSame, &[]),
            Err(ViewRefused::ReasonNeeded)
        );
        assert_eq!(
            seen(OfficialView::NotSame, &[FaceReason::PicturesPoor]),
            Err(ViewRefused::ReasonUnfit)
        );
        assert_eq!(
            seen(OfficialView::NotSame, &[FaceReason::FeaturesDiffer]),
            Ok(ViewLeads::Decided(FaceDecision::Refused))
        );
        assert_eq!(
            seen(OfficialView::CannotTell, &[FaceReason::PicturesPoor]),
            Ok(ViewLeads::Decided(FaceDecision::Again))
        );
        assert_eq!(
            seen(OfficialView::Same, &[FaceReason::FaceCovered]),
            Err(ViewRefused::ReasonUnfit)
        );
    }
}
