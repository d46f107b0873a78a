//! People in the register of a test's server.

use std::sync::Arc;

use domain::cpr_number::CprNumber;
use domain::register::{Address, CprStatus, RegisterEntry, RegisterName};
use domain::secret::Pii;
use jiff::civil::{Date, date};
use store::register::{Began, ImportKind, ImportState, IndexEntry, number_index, seal};

use crate::TestServer;

/// Somebody whom the register knows little of: alive in Denmark, with an address.
pub fn registered(given: &str, family: &str, cpr: &str) -> RegisterEntry {
    let cpr = CprNumber::parse(cpr).unwrap();
    let pii = |text: &str| Pii::new(text.to_owned());
    RegisterEntry {
        cpr,
        status: CprStatus::ALL[0].1,
        status_since: None,
        name: RegisterName {
            given: pii(given),
            middle: None,
            family: pii(family),
        },
        birth_date: Pii::new(cpr.birth_date()),
        protection: None,
        address: Some(Address {
            street: pii("Strandvej"),
            house: pii("1"),
            floor: pii(""),
            door: pii(""),
            postal_code: pii("9999"),
            town: pii("Havby"),
            municipality_code: Pii::new(851),
            street_code: Pii::new(1),
        }),
        moved_in: None,
        abroad: None,
        earlier_addresses: Vec::new(),
        earlier_names: Vec::new(),
        marital: None,
        spouse: None,
        children: Vec::new(),
        mother: None,
        father: None,
        citizenship: None,
        birth_place: None,
        replaced_by: None,
        replaces: Vec::new(),
    }
}

impl TestServer {
    /// Lets the register hold just these.
    pub fn register(&self, entries: &[RegisterEntry]) {
        const PRODUCED: Date = date(2026, 11, 22);
        let (segl, now) = (Arc::clone(&self.segl), self.now());
        let entries = entries.to_vec();
        let written = self
            .segl
            .store
            .write_blocking(b"register", move |tx| {
                let keys = segl.keys();
                let persons = u32::try_from(entries.len()).unwrap();
                let began = Began {
                    kind: ImportKind::Whole,
                    digest: [u8::try_from(persons).unwrap(); 32],
                    produced_on: PRODUCED,
                    persons,
                };
                let import = store::register::begin_import(tx, &began, now)?;
                let mut rows = Vec::new();
                let mut index = Vec::new();
                for (place, entry) in entries.iter().enumerate() {
                    let entry_place = i64::try_from(place).unwrap();
                    rows.push(seal(&keys.data, import.id, entry_place, entry)?);
                    index.push(IndexEntry {
                        number_index: number_index(&keys.data, &entry.cpr),
                        entry: u32::try_from(place).unwrap(),
                    });
                }
                store::register::write_rows(tx, import.id, &rows)?;
                store::register::index_rows(tx, import.id, &index)?;
                let held = store::register::held(tx)?;
                store::register::switch_to(tx, &import, held)?;
                store::register::advance_import(tx, &import, (ImportState::Done, persons), now)
            })
            .map_err(|error: store::StoreError| error.to_string());
        assert_eq!(written, Ok(true));
    }
}
