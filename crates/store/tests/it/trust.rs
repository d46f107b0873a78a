//! What is kept of trust, on both engines.

use jiff::Timestamp;
use store::trust::{NewItem, TrustItem, TrustKind, TrustSource, all, put};
use store::{Store, StoreError};

use crate::engine::Engine;

fn item(number: u8, kind: TrustKind) -> NewItem {
    NewItem {
        kind,
        sha256: [number; 32],
        der: vec![0x30, 1, number],
    }
}

fn source(name: &str, vouched: bool) -> TrustSource {
    TrustSource {
        name: name.to_owned(),
        vouched,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn brought(store: &Store, item: &NewItem, source: &TrustSource, second: i64) -> bool {
    let (item, source) = (item.clone(), source.clone());
    let put = move |tx: &mut store::Tx<'_>| put(tx, &item, &source, at(second));
    store
        .write_blocking::<_, StoreError, _>(b"trust", put)
        .unwrap()
}

fn kept(store: &Store) -> Vec<TrustItem> {
    store.read_blocking::<_, StoreError, _>(all).unwrap()
}

#[test]
fn each_is_kept_once_with_all_its_sources() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let authority = item(2, TrustKind::Authority);
        let list = item(1, TrustKind::RevocationList);
        assert!(brought(&store, &authority, &source("old.ml", true), 1));
        assert!(brought(&store, &list, &source("a.crl", true), 2));
        assert!(!brought(&store, &authority, &source("new.ml", true), 3));
        assert!(!brought(&store, &authority, &source("old.ml", true), 4));
        let kept = kept(&store);
        assert_eq!(kept.len(), 2, "{}", engine.name);
        assert_eq!(
            kept[0],
            TrustItem {
                kind: TrustKind::Authority,
                sha256: authority.sha256,
                der: authority.der.clone(),
                imported_at: at(1),
                sources: vec![source("old.ml", true), source("new.ml", true)],
            },
            "{}",
            engine.name
        );
        assert_eq!(kept[1].kind, TrustKind::RevocationList, "{}", engine.name);
    }
}

#[test]
fn a_source_that_vouched_once_keeps_vouching() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let authority = item(1, TrustKind::Authority);
        let mut seen = Vec::new();
        for vouched in [false, true, false] {
            brought(&store, &authority, &source("x.ml", vouched), 1);
            seen.push(kept(&store)[0].sources.clone());
        }
        let [unverified, vouched] = [false, true].map(|vouched| vec![source("x.ml", vouched)]);
        assert_eq!(
            seen,
            [unverified, vouched.clone(), vouched],
            "{}",
            engine.name
        );
    }
}

#[test]
fn a_kind_that_nobody_knows_is_an_error_that_says_where() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        brought(
            &store,
            &item(1, TrustKind::DefectList),
            &source("x", true),
            1,
        );
        let spoilt = store.write_blocking::<_, StoreError, _>(b"trust", |tx| {
            tx.execute("UPDATE trust_items SET kind = 'prophecy'", &[])
        });
        assert_eq!(spoilt, Ok(1), "{}", engine.name);
        let error = store.read_blocking::<_, StoreError, _>(all).unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::Corrupt {
                    table: "trust_items",
                    column: "kind",
                    ..
                }
            ),
            "{}: {error}",
            engine.name
        );
    }
}
