//! What a day changes in a population.

use domain::register::{CprStatus, EarlierAddress, EarlierName, Protection, RegisterEntry};
use domain::secret::Pii;
use jiff::ToSpan as _;

use super::family::{Inventor, dies, in_codes, replaced};
use super::{names, numbers, places};

/// The entries of a person that are other than the day before: none for most, two for whoever has a new number.
pub(super) fn of(inventor: &mut Inventor<'_>, mut person: RegisterEntry) -> Vec<RegisterEntry> {
    let tomorrow = inventor.today.saturating_add(1.days());
    if !person.status.is_active() {
        return Vec::new();
    }
    if let Some(now) = numbers::real(&person.cpr).filter(|_| inventor.dice.happens(500)) {
        let old = std::mem::replace(&mut person.cpr, now);
        person.replaces.insert(0, old);
        let old = replaced(&person).next();
        return std::iter::once(person.clone()).chain(old).collect();
    }
    // Far more of everything than a day has, so that a small population shows it all.
    match inventor.dice.below(1000) {
        0..=7 => {
            let (Some(old), from) = (person.address.take(), person.moved_in.take()) else {
                return Vec::new();
            };
            person.address = Some(places::nearby(&mut inventor.dice, &old));
            person.moved_in = Some(Pii::new(tomorrow));
            person.earlier_addresses.insert(
                0,
                EarlierAddress {
                    address: in_codes(old),
                    from,
                    until: Some(Pii::new(tomorrow)),
                },
            );
        }
        8..=10 => {
            let before = person.name.clone();
            person.name.family = Pii::new(names::family(&mut inventor.dice));
            person.earlier_names.insert(
                0,
                EarlierName {
                    name: before,
                    from: None,
                    until: Some(Pii::new(tomorrow)),
                },
            );
        }
        11..=12 => dies(&mut person, tomorrow),
        13 => {
            person.protection = Some(Protection {
                from: tomorrow,
                until: None,
            });
        }
        14..=15 => {
            person.status = CprStatus::Emigrated;
            person.status_since = Some(tomorrow);
            person.abroad = Some(places::abroad(&mut inventor.dice, tomorrow));
            person.address = None;
        }
        _ => return Vec::new(),
    }
    vec![person]
}
