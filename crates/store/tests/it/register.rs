//! The population register's rows, on both engines.

use domain::cpr_number::CprNumber;
use domain::register::{CprStatus, RegisterEntry, RegisterName};
use domain::secret::Pii;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use store::register::{
    self, Began, Import, ImportKind, ImportState, IndexEntry, advance_import, begin_import,
};
use store::{Store, StoreError, Tx, Value};

use crate::engine::Engine;
use crate::p_code::keys;

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);
const DAY: Date = date(2026, 11, 20);

fn entry(number: &str, given: &str) -> RegisterEntry {
    let cpr = CprNumber::parse(number).unwrap();
    RegisterEntry {
        cpr,
        status: CprStatus::LivesInDenmark,
        status_since: Some(DAY),
        name: RegisterName {
            given: Pii::new(given.to_owned()),
            middle: None,
            family: Pii::new("Mængde".to_owned()),
        },
        birth_date: Pii::new(cpr.birth_date()),
        protection: None,
        address: None,
        moved_in: None,
        abroad: None,
        earlier_addresses: Vec::new(),
        earlier_names: Vec::new(),
        marital: None,
        spouse: None,
        children: vec![cpr],
        mother: None,
        father: None,
        citizenship: None,
        birth_place: None,
        replaced_by: None,
        replaces: Vec::new(),
    }
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    store.write_blocking(b"register", work)
}

fn begin(store: &Store, kind: ImportKind, number: u8) -> Import {
    let began = Began {
        kind,
        digest: [number; 32],
        produced_on: DAY,
        persons: 1,
    };
    write(store, move |tx| begin_import(tx, &began, NOW)).unwrap()
}

/// Writes entries under an import and makes them findable, and lets nothing hold yet.
fn put(store: &Store, import: &Import, entries: &[RegisterEntry]) {
    let rows: Vec<_> = (0..)
        .zip(entries)
        .map(|(at, entry)| register::seal(keys(), import.id, at, entry).unwrap())
        .collect();
    let index: Vec<_> = (0..)
        .zip(entries)
        .map(|(entry, value)| IndexEntry {
            number_index: register::number_index(keys(), &value.cpr),
            entry,
        })
        .collect();
    let id = import.id;
    write(store, move |tx| {
        register::write_rows(tx, id, &rows)?;
        register::index_rows(tx, id, &index)
    })
    .unwrap();
}

fn hold(store: &Store, import: &Import) -> bool {
    let import = import.clone();
    write(store, move |tx| {
        let before = register::held(tx)?;
        register::switch_to(tx, &import, before)
    })
    .unwrap()
}

fn found(store: &Store, number: &str) -> Result<Option<RegisterEntry>, StoreError> {
    let cpr = CprNumber::parse(number).unwrap();
    store.read_blocking(move |tx| register::find(tx, keys(), &cpr))
}

/// As many as several statements and a rest write.
fn many() -> Vec<RegisterEntry> {
    (0..250)
        .map(|at| entry(&format!("01017{at:05}"), &format!("Navn{at}")))
        .collect()
}

#[test]
fn r_cpr_4_nothing_is_seen_before_it_holds_and_the_latest_change_wins() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let whole = begin(&store, ImportKind::Whole, 1);
        let entries = many();
        put(&store, &whole, &entries);
        assert_eq!(found(&store, "0101700000"), Ok(None), "{}", engine.name);
        assert!(hold(&store, &whole));
        for entry in &entries {
            assert_eq!(found(&store, &entry.cpr.expose()), Ok(Some(entry.clone())));
        }
        let changes = begin(&store, ImportKind::Changes, 2);
        assert_eq!(changes.id, whole.id + 1);
        let changed = entry("0101700000", "Ny");
        put(&store, &changes, std::slice::from_ref(&changed));
        assert_eq!(found(&store, "0101700000"), Ok(Some(entries[0].clone())));
        assert!(hold(&store, &changes));
        assert_eq!(found(&store, "0101700000"), Ok(Some(changed)));
        assert_eq!(found(&store, "0101700001"), Ok(Some(entries[1].clone())));
        // Another whole register takes the place of both.
        let other = begin(&store, ImportKind::Whole, 3);
        put(&store, &other, &entries[1..2]);
        assert!(hold(&store, &other));
        assert_eq!(found(&store, "0101700000"), Ok(None));
        assert_eq!(found(&store, "0101700001"), Ok(Some(entries[1].clone())));
    }
}

#[test]
fn of_two_programs_that_import_one_stops() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let import = begin(&store, ImportKind::Whole, 1);
        let step = |from: Import| {
            write(&store, move |tx| {
                advance_import(tx, &from, (ImportState::Writing, 1), NOW)
            })
        };
        assert_eq!(step(import.clone()), Ok(true), "{}", engine.name);
        assert_eq!(step(import.clone()), Ok(false));
        assert!(hold(&store, &import));
        // Built on nothing, when something holds.
        let late = import.clone();
        let switched = write(&store, move |tx| register::switch_to(tx, &late, None));
        assert_eq!(switched, Ok(false));
    }
}

#[test]
fn r_cpr_5_an_entry_that_was_moved_to_another_row_does_not_open() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let import = begin(&store, ImportKind::Whole, 1);
        put(&store, &import, &many()[..2]);
        assert!(hold(&store, &import));
        write(&store, |tx| {
            tx.execute(
                "UPDATE register_index SET entry = $1 - entry",
                &[Value::BigInt(1)],
            )?;
            tx.execute(
                "UPDATE register_rows SET entry_sealed = \
                 (SELECT o.entry_sealed FROM register_rows o WHERE o.entry = 1) WHERE entry = 0",
                &[],
            )
        })
        .unwrap();
        assert!(matches!(
            found(&store, "0101700001"),
            Err(StoreError::Corrupt {
                table: "register_rows",
                column: "entry_sealed",
                ..
            })
        ));
    }
}

#[test]
fn what_is_dropped_is_gone_and_nothing_else() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let (old, new) = (
            begin(&store, ImportKind::Whole, 1),
            begin(&store, ImportKind::Whole, 2),
        );
        let entries = many();
        put(&store, &old, &entries);
        put(&store, &new, &entries);
        assert!(hold(&store, &new));
        let mut after = Some([0; 32]);
        while let Some(from) = after {
            let imports = (0, old.id);
            after = write(&store, move |tx| {
                register::drop_index(tx, imports, &from, 40)
            })
            .unwrap();
        }
        let imports = (0, old.id);
        let drop = || write(&store, move |tx| register::drop_rows(tx, imports, 100)).unwrap();
        assert_eq!([drop(), drop(), drop(), drop()], [100, 100, 50, 0]);
        let count = |sql: &'static str| {
            let count = move |tx: &mut Tx<'_>| tx.query_one(sql, &[], |row| row.bigint(0));
            store.read_blocking::<_, StoreError, _>(count).unwrap()
        };
        assert_eq!(
            count("SELECT COUNT(*) FROM register_index"),
            250,
            "{}",
            engine.name
        );
        assert_eq!(count("SELECT COUNT(*) FROM register_rows"), 250);
        assert_eq!(found(&store, "0101700249"), Ok(Some(entries[249].clone())));
    }
}
