//! Whether a number in the register is of the person of a document.

use emrtd::mrz::{HolderName, Language};
use jiff::civil::Date;
use serde::Deserialize;

use super::{CprStatus, RegisterEntry, RegisterName};
use crate::cpr_number::CprNumber;

/// What the register's words mean for an identity (R-CPR-3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterPolicy {
    /// The statuses with which one may have an identity.
    pub may_have_identity: Vec<String>,
    /// How long an outside register may take for one answer.
    pub outside_seconds: u64,
    /// How often it is asked before we say that it does not answer.
    pub outside_tries: u32,
}

impl RegisterPolicy {
    /// Whether a status is one of them (R-CPR-3).
    pub fn admits(&self, status: CprStatus) -> bool {
        self.may_have_identity
            .iter()
            .any(|digits| digits == status.digits())
    }

    /// What must be above zero.
    pub(crate) fn positive(&self) -> [(&'static str, i64); 2] {
        let seconds = i64::try_from(self.outside_seconds).unwrap_or(i64::MAX);
        [
            ("register.outside_seconds", seconds),
            ("register.outside_tries", self.outside_tries.into()),
        ]
    }
}

/// The proof that a CPR number belongs to the person of a document: the register has the same name and the same day of birth under it,
/// and the number is of somebody who may have an identity (R-CPR-3). Only [`matched`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterMatch {
    entry: RegisterEntry,
}

impl RegisterMatch {
    /// The number.
    pub const fn cpr(&self) -> CprNumber {
        self.entry.cpr
    }

    /// What the register knows.
    pub const fn entry(&self) -> &RegisterEntry {
        &self.entry
    }

    /// What the register knows, for whoever goes on with it.
    pub fn into_entry(self) -> RegisterEntry {
        self.entry
    }
}

/// Matches an entry with what a document says of its holder.
///
/// `name` is in the characters of the machine readable zone: a document that was read has it so, and a typed name is brought there by
/// [`HolderName::transliterated`]. The register's name is brought there in every way that states do, whole or cut as in a zone. The first
/// given name and the family name must be the same; further given names and middle names may be left out in the document, where some
/// countries have no room for them, and middle names may stand with either of the two. A document that has a name which the register
/// does not have does not match.
pub fn matched(
    entry: RegisterEntry,
    name: &HolderName,
    birth_date: Date,
    policy: &RegisterPolicy,
) -> Result<RegisterMatch, RegisterMismatch> {
    if *entry.birth_date.expose() != birth_date {
        return Err(RegisterMismatch::BirthDate);
    }
    if !same_name(name, &entry.name) {
        return Err(RegisterMismatch::Name);
    }
    if entry.status == CprStatus::Changed {
        return Err(RegisterMismatch::Replaced);
    }
    if !policy.admits(entry.status) {
        return Err(RegisterMismatch::Status(entry.status));
    }
    Ok(RegisterMatch { entry })
}

/// The ways in which states bring a name into the zone (ICAO 9303-3, section 6).
const WAYS: [Language; 3] = [Language::Other, Language::PlainVowels, Language::SpanishXx];

fn same_name(document: &HolderName, register: &RegisterName) -> bool {
    let given = register.given.expose().as_str();
    let middle = register
        .middle
        .as_ref()
        .map_or("", |middle| middle.expose());
    let family = register.family.expose().as_str();
    // Middle names stand with the given names, as in Danish passports, or with the family name. Who has one name only has it as surname.
    let splits = if family.is_empty() {
        vec![(format!("{given} {middle}"), String::new())]
    } else {
        vec![
            (family.to_owned(), format!("{given} {middle}")),
            (format!("{middle} {family}"), given.to_owned()),
        ]
    };
    splits.iter().any(|(primary, secondary)| {
        WAYS.into_iter()
            .filter_map(|way| HolderName::transliterated(primary, secondary, way).ok())
            .any(|full| is_of(document, &full))
    })
}

/// Whether the name in a zone is this one. Given names after the first may be left out.
fn is_of(document: &HolderName, full: &HolderName) -> bool {
    if document.primary().is_empty()
        || document.secondary().is_empty() != full.secondary().is_empty()
    {
        return false;
    }
    let is_cut = document.may_be_truncated();
    let same = |short: &String, whole: &String| {
        short == whole || (is_cut && whole.starts_with(short.as_str()))
    };
    let surname = document.primary().len() == full.primary().len()
        || (is_cut && document.primary().len() < full.primary().len());
    let first = match (document.secondary().first(), full.secondary().first()) {
        (Some(short), Some(whole)) => same(short, whole),
        (none, other) => none == other,
    };
    let mut rest = full.secondary().iter();
    surname
        && document
            .primary()
            .iter()
            .zip(full.primary())
            .all(|(short, whole)| same(short, whole))
        && first
        && document
            .secondary()
            .iter()
            .all(|short| rest.any(|whole| same(short, whole)))
}

/// Why a number is not taken for that of the person of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegisterMismatch {
    /// Another name.
    #[error("the register has another name under this number")]
    Name,
    /// Another day of birth.
    #[error("the register has another day of birth under this number")]
    BirthDate,
    /// Another number stands in its place.
    #[error("another number stands in place of this one (R-CPR-3)")]
    Replaced,
    /// A number with which one has no identity.
    #[error("no identity with this status in the register (R-CPR-3)")]
    Status(CprStatus),
}

#[cfg(test)]
mod tests {
    use super::super::tests::somebody;
    use super::*;
    use crate::policy::Policy;
    use crate::secret::Pii;
    use jiff::civil::date;

    fn zone(primary: &str, secondary: &str) -> HolderName {
        HolderName::transliterated(primary, secondary, Language::Other).unwrap()
    }

    fn named(given: &str, middle: &str, family: &str) -> RegisterEntry {
        RegisterEntry {
            name: RegisterName {
                given: Pii::new(given.to_owned()),
                middle: Some(Pii::new(middle.to_owned())).filter(|_| !middle.is_empty()),
                family: Pii::new(family.to_owned()),
            },
            ..somebody()
        }
    }

    fn try_match(entry: RegisterEntry, name: &HolderName) -> Result<(), RegisterMismatch> {
        let born = *entry.birth_date.expose();
        matched(entry, name, born, &Policy::builtin().register).map(drop)
    }

    #[test]
    fn r_cpr_3_a_number_of_somebody_who_may_have_an_identity_matches_and_others_do_not() {
        let name = zone("Nygaard", "Freja Holm");
        for (digits, status) in CprStatus::ALL {
            let entry = RegisterEntry {
                status,
                ..named("Freja", "Holm", "Nygaard")
            };
            let expected = match digits {
                "01" | "03" | "05" | "07" | "80" => Ok(()),
                "60" => Err(RegisterMismatch::Replaced),
                _ => Err(RegisterMismatch::Status(status)),
            };
            assert_eq!(try_match(entry, &name), expected, "{digits}");
        }
    }

    #[test]
    fn the_day_of_birth_must_be_the_same() {
        let entry = named("Freja", "Holm", "Nygaard");
        let policy = Policy::builtin().register;
        let name = zone("Nygaard", "Freja Holm");
        let born = *entry.birth_date.expose();
        assert_eq!(born, date(1991, 4, 12));
        assert!(matched(entry.clone(), &name, born, &policy).is_ok());
        assert_eq!(
            matched(entry, &name, date(1991, 4, 13), &policy),
            Err(RegisterMismatch::BirthDate)
        );
    }

    #[test]
    fn danish_letters_and_accents_match_in_every_transliteration() {
        let entry = || named("Jens Åge", "", "Østergård");
        assert_eq!(
            try_match(entry(), &zone("OESTERGAARD", "JENS AAGE")),
            Ok(())
        );
        // As a state writes it that leaves the dots and rings out.
        assert_eq!(try_match(entry(), &zone("OESTERGARD", "JENS AGE")), Ok(()));
        assert_eq!(
            try_match(entry(), &zone("OSTERGARD", "JENS AGE")),
            Err(RegisterMismatch::Name)
        );
        assert_eq!(
            try_match(
                named("René", "", "Müller-Ibáñez"),
                &zone("MUELLER IBANEZ", "RENE")
            ),
            Ok(())
        );
    }

    #[test]
    fn middle_names_stand_with_either_part_or_are_left_out() {
        let entry = || named("Freja Marie", "Holm", "Nygaard");
        for (primary, secondary) in [
            ("Nygaard", "Freja Marie Holm"),
            ("Holm Nygaard", "Freja Marie"),
            ("Nygaard", "Freja Marie"),
            ("Nygaard", "Freja Holm"),
            ("Nygaard", "Freja"),
        ] {
            assert_eq!(
                try_match(entry(), &zone(primary, secondary)),
                Ok(()),
                "{primary}, {secondary}"
            );
        }
        for (primary, secondary) in [
            ("Nygaard", "Marie"),
            ("Nygaard", "Freja Sofie"),
            ("Nygaard", "Holm Freja"),
            ("Holm", "Freja Marie"),
            ("Nygaard Holm", "Freja"),
            ("Nygaard", "Frej"),
            ("Nygaard", ""),
            ("Nygaards", "Freja"),
        ] {
            assert_eq!(
                try_match(entry(), &zone(primary, secondary)),
                Err(RegisterMismatch::Name),
                "{primary}, {secondary}"
            );
        }
    }

    #[test]
    fn a_name_that_a_zone_cuts_matches_as_far_as_it_goes() {
        let entry = || {
            named(
                "Alexandra Konstantina Wilhelmina",
                "Frederiksdatter",
                "Lauridsen-Kjærgaard",
            )
        };
        let cut = |line: &str| {
            let mrz = format!("P<DNK{line}\n9999999997DNK9104129F3501014<<<<<<<<<<<<<<04");
            emrtd::mrz::Mrz::from_typed(&mrz).unwrap().mrz.name
        };
        let whole = "LAURIDSEN<KJAERGAARD<<ALEXANDRA<KONSTANTINA";
        assert_eq!(whole.len(), 43);
        // The 39 characters of a passport's line, the last of them a letter.
        let line = &whole[..39];
        let name = cut(line);
        assert!(name.may_be_truncated());
        assert_eq!(try_match(entry(), &name), Ok(()));
        let other = "LAURIDSEN<KJAERGAARD<<ALEXANDRA<SOFIE<M";
        assert_eq!(other.len(), 39);
        assert_eq!(try_match(entry(), &cut(other)), Err(RegisterMismatch::Name));
    }

    #[test]
    fn who_has_one_name_only_has_it_as_surname_in_a_document() {
        assert_eq!(
            try_match(named("Suharto", "", ""), &zone("Suharto", "")),
            Ok(())
        );
    }
}
