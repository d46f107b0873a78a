//! The demo's population register: the personas with their families, and a few thousand others, put there once through the real importer.

use domain::cpr_number::{CprNumber, Sex};
use domain::register::{
    Address, CprStatus, EarlierAddress, EarlierName, Marital, MaritalStatus, Protection,
    RegisterEntry, RegisterName,
};
use domain::secret::Pii;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use server::Segl;
use server::register::import::Importer;
use store::StoreError;

use super::data::Data;
use super::people::unissued_cpr;
use super::personas::{PERSONAS, Persona};
use super::population;
use crate::commands::Outcome;

/// How many others there are.
const OTHERS: u64 = 2000;
/// Any number: everybody's demo has the same people.
const SEED: u64 = 417;

/// Fills the register, if nothing is there yet.
pub(crate) fn seed(segl: &Segl, data: &Data) -> Outcome {
    let held = segl
        .store
        .read_blocking::<_, StoreError, _>(store::register::held)?;
    if held.is_some() {
        return Ok(());
    }
    let first_day = data.first_day();
    let args = population::Args {
        persons: OTHERS,
        seed: SEED,
        day: first_day,
        changes: false,
        out: None,
    };
    let file = data.folder().join("register.cpr");
    population::write(&args, &entries(first_day), std::fs::File::create(&file)?)?;
    let importer = Importer {
        store: &segl.store,
        keys: segl.keys(),
        clock: segl.clock.clone(),
        // The demo's own file, half read when the demo was last ended, and of another day.
        instead: true,
    };
    importer.import(&file, &mut |_| {})?;
    std::fs::remove_file(&file)?;
    Ok(())
}

/// The personas who are in the register, and whom they live with.
pub(crate) fn entries(first_day: Date) -> Vec<RegisterEntry> {
    let mut entries: Vec<RegisterEntry> = PERSONAS
        .iter()
        .filter_map(|persona| of_persona(persona, first_day))
        .collect();
    entries.extend(relatives(first_day));
    relate(&mut entries, first_day);
    entries
}

fn of_persona(persona: &Persona, first_day: Date) -> Option<RegisterEntry> {
    let born = persona.born_on(first_day);
    let cpr = persona.cpr(first_day)?;
    let name = named(persona.given, persona.middle, persona.family);
    let mut entry = entry(cpr, born, name);
    match persona.key {
        "freja" => {
            settle(&mut entry, HOMES[0], date(2021, 8, 15));
            lived(&mut entry, HOMES[7], (date(2015, 9, 1), date(2021, 8, 15)));
            lived(&mut entry, HOMES[8], (born, date(2015, 9, 1)));
        }
        "gerda" => {
            settle(&mut entry, HOMES[1], date(1998, 4, 1));
            lived(&mut entry, HOMES[9], (date(1969, 6, 1), date(1998, 4, 1)));
            entry.marital = Some(Marital {
                status: MaritalStatus::Widowed,
                since: Some(date(2017, 2, 20)),
            });
        }
        "emil" | "luna" => settle(&mut entry, HOMES[2], date(2016, 5, 1)),
        "viktor" => long_history(&mut entry, born),
        "nadia" => {
            let since = first_day.saturating_sub(3.months());
            settle(&mut entry, HOMES[4], since);
            entry.marital = None;
            entry.citizenship = Some(Pii::new(5432));
            entry.birth_place = None;
            entry.status_since = Some(since);
        }
        "jens" => {
            settle(&mut entry, HOMES[5], date(2019, 10, 1));
            lived(&mut entry, HOMES[6], (date(2003, 3, 1), date(2019, 10, 1)));
            entry.protection = persona.protected.then(|| Protection {
                from: first_day.saturating_sub(1.years()),
                until: None,
            });
        }
        _ => {}
    }
    Some(entry)
}

/// Enough to ask six questions about.
fn long_history(entry: &mut RegisterEntry, born: Date) {
    settle(entry, HOMES[3], date(2012, 6, 15));
    lived(entry, HOMES[10], (date(2005, 2, 1), date(2012, 6, 15)));
    lived(entry, HOMES[11], (date(1998, 9, 1), date(2005, 2, 1)));
    lived(entry, HOMES[6], (date(1991, 8, 1), date(1998, 9, 1)));
    lived(entry, HOMES[9], (born, date(1991, 8, 1)));
    entry.earlier_names.push(EarlierName {
        name: named("Viktor", "Sand", "Kristoffersen"),
        from: Some(Pii::new(born)),
        until: Some(Pii::new(date(1999, 7, 3))),
    });
    entry.marital = Some(Marital {
        status: MaritalStatus::Married,
        since: Some(date(1999, 7, 3)),
    });
}

/// Given name, middle name, family name, sex, day of birth, home and where the serials begin.
type Relative = (
    &'static str,
    &'static str,
    &'static str,
    Sex,
    Date,
    usize,
    usize,
);

const RELATIVES: [Relative; 6] = [
    (
        "Maria",
        "Bro",
        "Thomsen",
        Sex::Female,
        date(1983, 6, 24),
        2,
        720,
    ),
    (
        "Anders",
        "",
        "Thomsen",
        Sex::Male,
        date(1981, 1, 30),
        2,
        721,
    ),
    (
        "Lone",
        "Friis",
        "Poulsen",
        Sex::Female,
        date(1971, 12, 5),
        3,
        722,
    ),
    (
        "Mathilde",
        "Friis",
        "Poulsen",
        Sex::Female,
        date(2001, 4, 9),
        3,
        723,
    ),
    (
        "Jonas",
        "Friis",
        "Poulsen",
        Sex::Male,
        date(2004, 10, 21),
        3,
        724,
    ),
    (
        "Inge",
        "Sand",
        "Kristoffersen",
        Sex::Female,
        date(1942, 3, 2),
        9,
        725,
    ),
];

fn relatives(first_day: Date) -> impl Iterator<Item = RegisterEntry> {
    RELATIVES
        .into_iter()
        .filter_map(move |(given, middle, family, sex, born, home, serial)| {
            let cpr = unissued_cpr(born, sex, serial).ok()?;
            let mut entry = entry(cpr, born, named(given, middle, family));
            let since = date(2012, 6, 15).max(born).min(first_day);
            settle(&mut entry, HOMES[home], since);
            Some(entry)
        })
}

/// Who is whose child, and who is married to whom.
fn relate(entries: &mut [RegisterEntry], first_day: Date) {
    let persona = |key: &str| Persona::find(key).and_then(|persona| persona.cpr(first_day));
    let relative = |at: usize| {
        let (_, _, _, sex, born, _, serial) = RELATIVES[at];
        unissued_cpr(born, sex, serial).ok()
    };
    let (maria, anders, lone) = (relative(0), relative(1), relative(2));
    let (emil, luna, viktor) = (persona("emil"), persona("luna"), persona("viktor"));
    for child in [emil, luna] {
        parents(entries, child, (maria, anders));
    }
    for child in [relative(3), relative(4)] {
        parents(entries, child, (lone, viktor));
    }
    parents(entries, viktor, (relative(5), None));
    for (one, two, since) in [
        (maria, anders, date(2010, 8, 14)),
        (lone, viktor, date(1999, 7, 3)),
    ] {
        for (this, other) in [(one, two), (two, one)] {
            if let Some(entry) = find(entries, this) {
                entry.spouse = other;
                entry.marital = Some(Marital {
                    status: MaritalStatus::Married,
                    since: Some(since),
                });
            }
        }
    }
}

fn parents(
    entries: &mut [RegisterEntry],
    child: Option<CprNumber>,
    (mother, father): (Option<CprNumber>, Option<CprNumber>),
) {
    if let Some(entry) = find(entries, child) {
        (entry.mother, entry.father) = (mother, father);
    }
    for parent in [mother, father] {
        if let (Some(entry), Some(child)) = (find(entries, parent), child) {
            entry.children.push(child);
        }
    }
}

fn find(entries: &mut [RegisterEntry], cpr: Option<CprNumber>) -> Option<&mut RegisterEntry> {
    entries.iter_mut().find(|entry| Some(entry.cpr) == cpr)
}

/// Street, house, floor, door, postal code, town, the codes of municipality and street.
type Home = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u16,
    u16,
);

const HOMES: [Home; 12] = [
    ("Eksempelvej", "27", "3", "TH", "9999", "Eksempelby", 999, 4),
    ("Prøvelunden", "8", "", "", "9999", "Eksempelby", 999, 8),
    ("Skoleprøven", "14", "", "", "9999", "Eksempelby", 999, 12),
    ("Prøvegade", "61", "", "", "9999", "Eksempelby", 999, 16),
    (
        "Eksempelstræde",
        "5",
        "1",
        "TV",
        "9999",
        "Eksempelby",
        999,
        20,
    ),
    ("Forsøgsvænget", "33", "", "", "9999", "Eksempelby", 999, 24),
    (
        "Mønsterallé",
        "102",
        "ST",
        "TH",
        "9999",
        "Eksempelby",
        999,
        28,
    ),
    (
        "Modelparken",
        "19",
        "2",
        "MF",
        "9999",
        "Eksempelby",
        999,
        32,
    ),
    ("Kladdebakken", "3", "", "", "9999", "Eksempelby", 999, 36),
    ("Udkastvej", "47", "", "", "9999", "Eksempelby", 999, 40),
    (
        "Skitsestræde",
        "12",
        "4",
        "TV",
        "9999",
        "Eksempelby",
        999,
        44,
    ),
    ("Attrapgade", "76", "1", "TH", "9999", "Eksempelby", 999, 48),
];

fn home(
    (street, house, floor, door, postal_code, town, municipality, street_code): Home,
) -> Address {
    let text = |text: &str| Pii::new(text.to_owned());
    Address {
        street: text(street),
        house: text(house),
        floor: text(floor),
        door: text(door),
        postal_code: text(postal_code),
        town: text(town),
        municipality_code: Pii::new(municipality),
        street_code: Pii::new(street_code),
    }
}

fn settle(entry: &mut RegisterEntry, at: Home, since: Date) {
    entry.address = Some(home(at));
    entry.moved_in = Some(Pii::new(since));
}

fn lived(entry: &mut RegisterEntry, at: Home, (from, until): (Date, Date)) {
    entry.earlier_addresses.push(EarlierAddress {
        address: home(at),
        from: Some(Pii::new(from)),
        until: Some(Pii::new(until)),
    });
}

fn named(given: &str, middle: &str, family: &str) -> RegisterName {
    RegisterName {
        given: Pii::new(given.to_owned()),
        middle: Some(middle.to_owned())
            .filter(|middle| !middle.is_empty())
            .map(Pii::new),
        family: Pii::new(family.to_owned()),
    }
}

/// An unmarried citizen who was born in Eksempelby.
fn entry(cpr: CprNumber, born: Date, name: RegisterName) -> RegisterEntry {
    RegisterEntry {
        cpr,
        status: CprStatus::LivesInDenmark,
        status_since: Some(born),
        name,
        birth_date: Pii::new(born),
        protection: None,
        address: None,
        moved_in: None,
        abroad: None,
        earlier_addresses: Vec::new(),
        earlier_names: Vec::new(),
        marital: Some(Marital {
            status: MaritalStatus::Unmarried,
            since: Some(born),
        }),
        spouse: None,
        children: Vec::new(),
        mother: None,
        father: None,
        citizenship: Some(Pii::new(5100)),
        birth_place: Some(Pii::new("Eksempelby".to_owned())),
        replaced_by: None,
        replaces: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn everybody_of_the_register_is_there_once_with_a_family() {
        let first_day = date(2026, 11, 24);
        let entries = entries(first_day);
        let numbers: HashSet<CprNumber> = entries.iter().map(|entry| entry.cpr).collect();
        assert_eq!(numbers.len(), entries.len());
        assert_eq!(entries.len(), 7 + RELATIVES.len());
        let of = |key: &str| {
            let cpr = Persona::find(key).unwrap().cpr(first_day).unwrap();
            entries.iter().find(|entry| entry.cpr == cpr).unwrap()
        };
        assert_eq!(
            (of("emil").mother, of("emil").father),
            (of("luna").mother, of("luna").father)
        );
        assert_eq!(of("viktor").children.len(), 2);
        assert!(of("viktor").spouse.is_some() && of("viktor").mother.is_some());
        assert!(of("jens").is_protected_on(first_day));
        assert!(of("nadia").earlier_addresses.is_empty());
        for entry in &entries {
            assert!(entry.moved_in.as_ref().unwrap().expose() <= &first_day);
            assert!(entry.moved_in.as_ref() >= Some(&entry.birth_date));
        }
    }
}
