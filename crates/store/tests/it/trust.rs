//! What is kept of trust, on both engines.

use jiff::Timestamp;
use store::trust::{NewItem, TrustItem, TrustKind, TrustSource, Vouching, all, put, state};
use store::{Store, StoreError};

use crate::engine::Engine;

fn item(number: u8, kind: TrustKind) -> NewItem {
    NewItem {
        kind,
        sha256: [number; 32],
        der: vec![0x30, 1, number],
    }
}

fn source(name: &str, vouching: Vouching) -> TrustSource {
    TrustSource {
        name: name.to_owned(),
        vouching,
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
        assert!(brought(
            &store,
            &authority,
            &source("old.ml", Vouching::Vouched),
            1
        ));
        assert!(brought(
            &store,
            &list,
            &source("a.crl", Vouching::Vouched),
            2
        ));
        assert!(!brought(
            &store,
            &authority,
            &source("new.ml", Vouching::Vouched),
            3
        ));
        assert!(!brought(
            &store,
            &authority,
            &source("old.ml", Vouching::Vouched),
            4
        ));
        let kept = kept(&store);
        assert_eq!(kept.len(), 2, "{}", engine.name);
        assert_eq!(
            kept[0],
            TrustItem {
                kind: TrustKind::Authority,
                sha256: authority.sha256,
                der: authority.der.clone(),
                imported_at: at(1),
                sources: vec![
                    source("old.ml", Vouching::Vouched),
                    source("new.ml", Vouching::Vouched)
                ],
            },
            "{}",
            engine.name
        );
        assert_eq!(kept[1].kind, TrustKind::RevocationList, "{}", engine.name);
    }
}

#[test]
fn a_source_stands_for_more_and_never_for_less() {
    use Vouching::{Anchor, Unverified, Vouched};
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let authority = item(1, TrustKind::Authority);
        let mut seen = Vec::new();
        for vouching in [Unverified, Vouched, Unverified, Anchor, Vouched] {
            brought(&store, &authority, &source("x.ml", vouching), 1);
            seen.push(kept(&store)[0].vouching());
        }
        let expected = [Unverified, Vouched, Vouched, Anchor, Anchor];
        assert_eq!(seen, expected, "{}", engine.name);
    }
}

#[test]
fn whatever_comes_makes_another_state_and_nothing_else_does() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let now = || store.read_blocking::<_, StoreError, _>(state).unwrap();
        let mut seen = vec![now()];
        let authority = item(1, TrustKind::Authority);
        for (name, vouching) in [
            ("x.ml", Vouching::Unverified),
            ("x.ml", Vouching::Vouched),
            ("y.ml", Vouching::Unverified),
            ("y.ml", Vouching::Anchor),
        ] {
            brought(&store, &authority, &source(name, vouching), 1);
            assert!(!seen.contains(&now()), "{}: {name}", engine.name);
            seen.push(now());
            brought(&store, &authority, &source(name, vouching), 2);
            assert_eq!(seen.last(), Some(&now()), "{}: {name}", engine.name);
        }
    }
}

#[test]
fn a_kind_that_nobody_knows_is_an_error_that_says_where() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        brought(
            &store,
            &item(1, TrustKind::DefectList),
            &source("x", Vouching::Vouched),
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
