//! What a change in the register means for somebody who has an identity (R-PER-6).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CprStatus, RegisterEntry};
use crate::person::{Person, PersonNumber};
use crate::secret::Pii;

/// One thing that the register says otherwise now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterChange {
    /// Another name.
    Name,
    /// Another day of birth.
    BirthDate,
    /// Name and address are protected now, or no longer.
    Protection,
    /// Another address.
    Address,
    /// Another number in place of this one.
    Number,
    /// Dead.
    Death,
}

/// A person as the register has them now. Who they are to us, and their identity, stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The person with all that is new but the number.
    pub person: Person,
    /// The number that they have now, if it is another.
    pub number: Option<PersonNumber>,
    /// What is new.
    pub changes: Vec<RegisterChange>,
}

impl Followed {
    /// Whether the person has died.
    pub fn has_died(&self) -> bool {
        self.changes.contains(&RegisterChange::Death)
    }

    /// Whether something is new that is kept with the person.
    pub fn has_new_details(&self) -> bool {
        self.changes
            .iter()
            .any(|change| !matches!(change, RegisterChange::Number | RegisterChange::Death))
    }
}

/// Compares what is known of a person with the register's entry under their number.
///
/// An entry with status 60 says only which number stands in its place; the rest is under that one. What the register does not say, such as
/// an address of somebody who has moved abroad, leaves things as they are.
pub fn follow(person: &Person, entry: &RegisterEntry, today: Date) -> Followed {
    let mut followed = Followed {
        person: person.clone(),
        number: None,
        changes: Vec::new(),
    };
    if entry.status == CprStatus::Changed {
        followed.number = entry.replaced_by.map(PersonNumber::Cpr);
        if followed.number.is_some() {
            followed.changes.push(RegisterChange::Number);
        }
        return followed;
    }
    let Followed {
        person: now,
        changes,
        ..
    } = &mut followed;
    let name = entry.name.full();
    if !name.expose().is_empty() && name != now.name {
        now.name = name;
        changes.push(RegisterChange::Name);
    }
    if entry.birth_date != now.birth_date {
        now.birth_date = entry.birth_date.clone();
        changes.push(RegisterChange::BirthDate);
    }
    if entry.is_protected_on(today) != now.protected {
        now.protected = !now.protected;
        changes.push(RegisterChange::Protection);
    }
    if let Some(address) = &entry.address {
        let lines = Pii::new(address.lines().expose().join("\n"));
        if now.contact.address.as_ref() != Some(&lines) {
            now.contact.address = Some(lines);
            changes.push(RegisterChange::Address);
        }
    }
    if entry.status == CprStatus::Dead {
        changes.push(RegisterChange::Death);
    }
    followed
}

#[cfg(test)]
mod tests {
    use super::super::tests::somebody;
    use super::super::{Protection, RegisterName};
    use super::*;
    use crate::cpr_number::CprNumber;
    use crate::id::PersonId;
    use crate::person::Contact;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 24);

    fn person() -> Person {
        let entry = somebody();
        Person {
            id: PersonId::from_bytes([3; 16]),
            number: PersonNumber::Cpr(entry.cpr),
            name: entry.name.full(),
            birth_date: entry.birth_date,
            protected: false,
            contact: Contact::default(),
        }
    }

    #[test]
    fn r_per_6_nothing_new_changes_nothing() {
        let followed = follow(&person(), &somebody(), TODAY);
        assert_eq!(followed.person, person());
        assert_eq!(followed.changes, []);
        assert!(!followed.has_new_details() && !followed.has_died());
    }

    #[test]
    fn r_per_6_a_new_name_and_protection_are_followed_and_the_person_stays() {
        let entry = RegisterEntry {
            name: RegisterName {
                given: Pii::new("Freja".to_owned()),
                middle: Some(Pii::new("Holm".to_owned())),
                family: Pii::new("Dahl".to_owned()),
            },
            protection: Some(Protection {
                from: TODAY,
                until: None,
            }),
            ..somebody()
        };
        let followed = follow(&person(), &entry, TODAY);
        assert_eq!(followed.person.name.expose(), "Freja Holm Dahl");
        assert!(followed.person.protected);
        assert_eq!(followed.person.id, person().id);
        assert_eq!(
            followed.changes,
            [RegisterChange::Name, RegisterChange::Protection]
        );
        let yesterday = follow(&person(), &entry, date(2026, 11, 23));
        assert_eq!(yesterday.changes, [RegisterChange::Name]);
    }

    #[test]
    fn r_per_6_death_and_another_number() {
        let dead = RegisterEntry {
            status: CprStatus::Dead,
            ..somebody()
        };
        assert!(follow(&person(), &dead, TODAY).has_died());
        let real = CprNumber::parse("1204910426").unwrap();
        let changed = RegisterEntry {
            status: CprStatus::Changed,
            replaced_by: Some(real),
            name: RegisterName {
                given: Pii::new(String::new()),
                middle: None,
                family: Pii::new(String::new()),
            },
            ..somebody()
        };
        let followed = follow(&person(), &changed, TODAY);
        assert_eq!(followed.number, Some(PersonNumber::Cpr(real)));
        assert_eq!(followed.changes, [RegisterChange::Number]);
        assert_eq!(followed.person, person());
    }
}
