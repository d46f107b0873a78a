use std::collections::HashMap;

use domain::cpr_number::CprNumber;
use domain::register::file::{Read, Reader, Summary};
use domain::register::{CprStatus, MaritalStatus};

use super::*;

fn args(persons: u64, seed: u64, changes: bool) -> Args {
    Args {
        persons,
        seed,
        day: DAY,
        changes,
        out: None,
    }
}

fn bytes(args: &Args) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(args, &[], &mut bytes).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> (Vec<RegisterEntry>, Summary) {
    let mut reader = Reader::new();
    let mut entries = Vec::new();
    for line in bytes
        .strip_suffix(b"\n")
        .unwrap()
        .split(|byte| *byte == b'\n')
    {
        if let Read::Person { entry, .. } = reader.line(line).unwrap() {
            entries.push(*entry);
        }
    }
    (entries, reader.end().unwrap())
}

#[test]
fn r_cpr_4_the_population_is_a_file_that_the_importer_takes_and_repeats_itself() {
    let first = bytes(&args(3000, 7, false));
    assert_eq!(first, bytes(&args(3000, 7, false)));
    assert_ne!(first, bytes(&args(3000, 8, false)));
    let (entries, summary) = read(&first);
    assert_eq!(summary.start.changes_since, None);
    let persons = entries
        .iter()
        .filter(|entry| entry.status != CprStatus::Changed)
        .count();
    assert_eq!(persons, 3000);
}

#[test]
fn everything_that_the_register_knows_is_there() {
    let (entries, _) = read(&bytes(&args(10_000, 1, false)));
    let by_number: HashMap<CprNumber, &RegisterEntry> =
        entries.iter().map(|entry| (entry.cpr, entry)).collect();
    assert_eq!(
        by_number.len(),
        entries.len(),
        "no number stands there twice"
    );
    let some =
        |is: &dyn Fn(&RegisterEntry) -> bool| entries.iter().filter(|entry| is(entry)).count();
    assert!(some(&|entry| entry.is_protected_on(DAY)) > 30);
    assert!(some(&|entry| entry.status == CprStatus::Dead) > 300);
    assert!(some(&|entry| entry.status == CprStatus::Emigrated) > 30);
    assert!(some(&|entry| entry.cpr.is_replacement()) > 10);
    assert!(some(&|entry| entry.replaced_by.is_some()) > 10);
    assert!(some(&|entry| !entry.earlier_names.is_empty()) > 300);
    assert!(some(&|entry| entry.earlier_addresses.len() > 1) > 2000);
    assert!(some(&|entry| entry.children.len() > 1) > 500);
    assert!(some(&|entry| entry.mother.is_some() && entry.father.is_some()) > 1000);
    for entry in &entries {
        assert!(!entry.cpr.passes_modulo_11() || entry.cpr.is_replacement());
        // Parents, children and spouses point at each other, and are of an age for it.
        for child in &entry.children {
            if let Some(child) = by_number.get(child) {
                assert!([child.mother, child.father].contains(&Some(entry.cpr)));
                assert!(child.birth_date.expose().year() - entry.birth_date.expose().year() > 15);
            }
        }
        if let Some(spouse) = entry.spouse.and_then(|spouse| by_number.get(&spouse)) {
            assert!(spouse.spouse == Some(entry.cpr) || spouse.status == CprStatus::Dead);
            assert_eq!(entry.marital.unwrap().status, MaritalStatus::Married);
        }
        for earlier in &entry.earlier_addresses {
            assert!(earlier.from <= earlier.until);
        }
    }
}

#[test]
fn changes_are_of_the_same_population_and_of_the_day_after() {
    let (before, whole) = read(&bytes(&args(5000, 3, false)));
    let (after, changes) = read(&bytes(&args(5000, 3, true)));
    assert_eq!(changes.start.changes_since, Some(whole.start.produced_on));
    let before: HashMap<CprNumber, &RegisterEntry> =
        before.iter().map(|entry| (entry.cpr, entry)).collect();
    assert!((50..500).contains(&after.len()), "{}", after.len());
    for entry in &after {
        match before.get(&entry.cpr) {
            Some(known) => assert_ne!(*known, entry),
            None => assert!(entry.replaces.iter().any(|old| before.contains_key(old))),
        }
    }
    assert!(after.iter().any(|entry| entry.status == CprStatus::Dead));
    assert!(after.iter().any(|entry| entry.status == CprStatus::Changed));
}
