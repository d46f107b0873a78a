//! Which documents prove who somebody is at a desk (R-DOC-1 to R-DOC-5). What each kind counts for is policy data.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::assurance::Level;

/// The kinds of documents, and how old a paper may be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentPolicy {
    /// How old a dated paper may be (R-DOC-2).
    pub paper_months: i32,
    /// Every kind, in the order in which an official looks for it.
    pub kinds: Vec<KindPolicy>,
}

/// What a kind of document counts for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindPolicy {
    /// Its name: that of its text, too.
    pub kind: String,
    /// Whether it is enough alone, or one of two.
    pub counts: Counts,
    /// The item of R-DOC-2's list: two documents of one item count as one.
    #[serde(default)]
    pub item: String,
    /// Whether the CPR number stands in it (R-DOC-3).
    #[serde(default)]
    pub carries_cpr: bool,
    /// Whether it has a picture of its holder.
    #[serde(default)]
    pub photo: bool,
    /// Whether it is a passport or identity card, for R-DOC-5.
    #[serde(default)]
    pub travel: bool,
    /// Whether it may be shown in its own app (R-DOC-4).
    #[serde(default)]
    pub app: bool,
    /// Whether it says until when it holds.
    #[serde(default)]
    pub expires: bool,
    /// Whether it must not be older than a few months.
    #[serde(default)]
    pub dated: bool,
}

/// R-DOC-1 or R-DOC-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counts {
    /// Enough alone (R-DOC-1).
    One,
    /// One of two (R-DOC-2).
    Half,
}

/// A document that lies on the desk, as the official saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    /// Its kind's name.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// The last day on which it holds.
    pub valid_until: Option<Date>,
    /// The day of a dated paper.
    pub issued_on: Option<Date>,
    /// Issued for a short while only.
    pub temporary: bool,
    /// Shown in an app, not as the thing itself.
    pub in_app: bool,
    /// Its chip was read and verified in this case (R-DOC-5, R-DOC-6).
    pub chip_verified: bool,
}

/// Why a document does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotCounted {
    /// No kind of the policy's.
    #[error("not a kind of document that counts (R-DOC-2)")]
    UnknownKind,
    /// Temporary ones never count.
    #[error("a temporary document never counts (R-DOC-4)")]
    Temporary,
    /// Its last day is past.
    #[error("the document has expired (R-DOC-4)")]
    Expired,
    /// It has a last day, and nobody wrote it down.
    #[error("the day of expiry is missing (R-DOC-4)")]
    ExpiryMissing,
    /// Only two kinds of documents count in an app.
    #[error("this document must be the thing itself (R-DOC-4)")]
    NotInApp,
    /// Older than three months.
    #[error("the paper is older than allowed (R-DOC-2)")]
    TooOld,
    /// A dated paper without its date, or from the future.
    #[error("the paper's date is missing or lies ahead (R-DOC-2)")]
    DateMissing,
}

impl NotCounted {
    /// The rule that decided.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::UnknownKind | Self::TooOld | Self::DateMissing => "R-DOC-2",
            Self::Temporary | Self::Expired | Self::ExpiryMissing | Self::NotInApp => "R-DOC-4",
        }
    }

    /// The name of its text.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownKind => "unknown-kind",
            Self::Temporary => "temporary",
            Self::Expired => "expired",
            Self::ExpiryMissing => "expiry-missing",
            Self::NotInApp => "not-in-app",
            Self::TooOld => "too-old",
            Self::DateMissing => "date-missing",
        }
    }
}

/// What is still missing before documents are enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Missing {
    /// None counts: one of R-DOC-1 or two of R-DOC-2.
    #[error("no document counts yet (R-DOC-1, R-DOC-2)")]
    All,
    /// One of R-DOC-2 counts: another of another item, or one of R-DOC-1.
    #[error("one more document is needed (R-DOC-2)")]
    SecondHalf,
    /// None that counts carries the CPR number.
    #[error("no document carries the CPR number (R-DOC-3)")]
    CprNumber,
    /// High wants a passport with CPR number, or a chip that was read with a document with CPR number.
    #[error("the documents do not reach high (R-DOC-5)")]
    High,
}

impl Missing {
    /// The rule that decided.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::All => "R-DOC-1",
            Self::SecondHalf => "R-DOC-2",
            Self::CprNumber => "R-DOC-3",
            Self::High => "R-DOC-5",
        }
    }

    /// The name of its text.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::SecondHalf => "second-half",
            Self::CprNumber => "cpr-number",
            Self::High => "high",
        }
    }
}

/// The proof that the documents of a case are enough. Only [`DocumentPolicy::judge`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentsEnough {
    alone: bool,
    kinds: Vec<String>,
}

impl DocumentsEnough {
    /// Whether one of them is enough alone, and has the holder's picture: nobody else need say who the person is.
    pub const fn has_one(&self) -> bool {
        self.alone
    }

    /// The kinds that counted.
    pub fn kinds(&self) -> &[String] {
        &self.kinds
    }
}

impl DocumentPolicy {
    /// What the policy says of a kind.
    pub fn kind(&self, name: &str) -> Option<&KindPolicy> {
        self.kinds.iter().find(|kind| kind.kind == name)
    }

    /// Whether a document counts on a day, and for what.
    pub fn counts(&self, document: &Presented, today: Date) -> Result<&KindPolicy, NotCounted> {
        let kind = self.kind(&document.kind).ok_or(NotCounted::UnknownKind)?;
        if document.temporary {
            return Err(NotCounted::Temporary);
        }
        if document.in_app && !kind.app {
            return Err(NotCounted::NotInApp);
        }
        match document.valid_until {
            Some(last) if last < today => return Err(NotCounted::Expired),
            None if kind.expires => return Err(NotCounted::ExpiryMissing),
            _ => {}
        }
        if kind.dated {
            let limit: Span = self.paper_months.months();
            let issued = document
                .issued_on
                .filter(|issued| *issued <= today)
                .ok_or(NotCounted::DateMissing)?;
            if issued.saturating_add(limit) < today {
                return Err(NotCounted::TooOld);
            }
        }
        Ok(kind)
    }

    /// Whether documents are enough for a level, for somebody with a CPR number or without one.
    pub fn judge(
        &self,
        documents: &[Presented],
        (wanted, has_cpr): (Level, bool),
        today: Date,
    ) -> Result<DocumentsEnough, Missing> {
        let counted: Vec<(&Presented, &KindPolicy)> = documents
            .iter()
            .filter_map(|document| Some((document, self.counts(document, today).ok()?)))
            .collect();
        let alone = counted.iter().any(|(_, kind)| kind.counts == Counts::One);
        let mut items: Vec<&str> = counted
            .iter()
            .filter(|(_, kind)| kind.counts == Counts::Half)
            .map(|(_, kind)| kind.item.as_str())
            .collect();
        items.sort_unstable();
        items.dedup();
        if !alone && items.len() < 2 {
            return Err(if items.is_empty() {
                Missing::All
            } else {
                Missing::SecondHalf
            });
        }
        if has_cpr && !counted.iter().any(|(_, kind)| kind.carries_cpr) {
            return Err(Missing::CprNumber);
        }
        if wanted == Level::High && !reaches_high(&counted) {
            return Err(Missing::High);
        }
        Ok(DocumentsEnough {
            alone,
            kinds: counted.iter().map(|(_, kind)| kind.kind.clone()).collect(),
        })
    }

    /// What makes the policy impossible, if anything does.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        if self.paper_months <= 0 {
            return Some("documents.paper_months");
        }
        let halves = |kind: &&KindPolicy| kind.counts == Counts::Half && kind.item.is_empty();
        if self.kinds.is_empty() || self.kinds.iter().any(|kind| halves(&kind)) {
            return Some("documents.kinds");
        }
        None
    }
}

/// R-DOC-5: a passport with CPR number, or a chip-verified passport or identity card with a document that carries the number.
fn reaches_high(counted: &[(&Presented, &KindPolicy)]) -> bool {
    let passport = counted
        .iter()
        .any(|(_, kind)| kind.travel && kind.carries_cpr);
    let chip = counted
        .iter()
        .any(|(document, kind)| kind.travel && document.chip_verified);
    passport || (chip && counted.iter().any(|(_, kind)| kind.carries_cpr))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 24);

    fn policy() -> DocumentPolicy {
        Policy::builtin().documents
    }

    fn shown(kind: &str) -> Presented {
        Presented {
            kind: kind.to_owned(),
            number: "1".to_owned(),
            valid_until: Some(TODAY),
            issued_on: Some(TODAY),
            temporary: false,
            in_app: false,
            chip_verified: false,
        }
    }

    fn judge(kinds: &[&str]) -> Result<DocumentsEnough, Missing> {
        let documents: Vec<_> = kinds.iter().map(|kind| shown(kind)).collect();
        policy().judge(&documents, (Level::Substantial, true), TODAY)
    }

    #[test]
    fn r_doc_1_one_of_the_first_list_is_enough() {
        for kind in [
            "danish_passport",
            "danish_driving_licence",
            "residence_permit",
        ] {
            assert!(judge(&[kind]).unwrap().has_one(), "{kind}");
        }
        assert_eq!(judge(&[]), Err(Missing::All));
    }

    #[test]
    fn r_doc_2_two_of_different_items_pass_and_one_item_twice_fails() {
        assert!(!judge(&["health_card", "tax_papers"]).unwrap().has_one());
        assert_eq!(judge(&["health_card"]), Err(Missing::SecondHalf));
        assert_eq!(
            judge(&["health_card", "special_health_card"]),
            Err(Missing::SecondHalf)
        );
        assert_eq!(judge(&["library_card", "pass"]), Err(Missing::All));
    }

    #[test]
    fn r_doc_2_a_paper_of_three_months_passes_and_one_a_day_older_fails() {
        let paper = |issued_on| Presented {
            issued_on,
            ..shown("tax_papers")
        };
        let policy = policy();
        assert!(
            policy
                .counts(&paper(Some(date(2026, 8, 24))), TODAY)
                .is_ok()
        );
        let older = policy.counts(&paper(Some(date(2026, 8, 23))), TODAY);
        assert_eq!(older, Err(NotCounted::TooOld));
        // The last day of a shorter month stands for those it does not have.
        let may = date(2026, 5, 31);
        assert!(
            policy
                .counts(&paper(Some(date(2026, 2, 28))), date(2026, 5, 28))
                .is_ok()
        );
        let later = policy.counts(&paper(Some(date(2026, 2, 28))), may);
        assert_eq!(later, Err(NotCounted::TooOld));
        let tomorrow = policy.counts(&paper(Some(date(2026, 11, 25))), TODAY);
        assert_eq!(tomorrow, Err(NotCounted::DateMissing));
        assert_eq!(
            policy.counts(&paper(None), TODAY),
            Err(NotCounted::DateMissing)
        );
    }

    #[test]
    fn r_doc_3_somebody_with_a_cpr_number_shows_it_once() {
        let kinds = ["birth_certificate", "foreign_identity"];
        assert_eq!(judge(&kinds), Err(Missing::CprNumber));
        let documents = kinds.map(shown);
        let without = policy().judge(&documents, (Level::Substantial, false), TODAY);
        assert!(without.is_ok());
        assert!(judge(&["health_card", "foreign_identity"]).is_ok());
    }

    #[test]
    fn r_doc_4_the_day_of_expiry_passes_and_the_day_after_fails() {
        let policy = policy();
        let until = |valid_until| Presented {
            valid_until,
            ..shown("danish_passport")
        };
        assert!(policy.counts(&until(Some(TODAY)), TODAY).is_ok());
        let past = policy.counts(&until(Some(date(2026, 11, 23))), TODAY);
        assert_eq!(past, Err(NotCounted::Expired));
        assert_eq!(
            policy.counts(&until(None), TODAY),
            Err(NotCounted::ExpiryMissing)
        );
    }

    #[test]
    fn r_doc_4_temporary_never_counts_and_apps_only_for_two_kinds() {
        let policy = policy();
        for kind in &policy.kinds {
            let temporary = Presented {
                temporary: true,
                ..shown(&kind.kind)
            };
            assert_eq!(policy.counts(&temporary, TODAY), Err(NotCounted::Temporary));
        }
        let in_app = |kind| Presented {
            in_app: true,
            ..shown(kind)
        };
        for kind in ["danish_driving_licence", "health_card"] {
            assert!(policy.counts(&in_app(kind), TODAY).is_ok(), "{kind}");
        }
        let passport = policy.counts(&in_app("danish_passport"), TODAY);
        assert_eq!(passport, Err(NotCounted::NotInApp));
    }

    #[test]
    fn r_doc_5_high_wants_a_passport_with_the_number_or_a_chip_with_a_cpr_document() {
        let high = |documents: &[Presented]| policy().judge(documents, (Level::High, true), TODAY);
        assert!(high(&[shown("danish_passport")]).is_ok());
        assert_eq!(high(&[shown("danish_driving_licence")]), Err(Missing::High));
        let foreign = |chip_verified| Presented {
            chip_verified,
            ..shown("foreign_passport")
        };
        let card = shown("health_card");
        assert!(high(&[foreign(true), card.clone()]).is_ok());
        assert_eq!(high(&[foreign(false), card]), Err(Missing::High));
    }
}
