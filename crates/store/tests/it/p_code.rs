//! P codes, on both engines (R-PER-4).

use domain::p_code::{IssuedPCode, PCode, PCodeName, PCodeRedeemed, PCodeRefused};
use domain::policy::Policy;
use emrtd::mrz::{HolderName, Language};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use store::sealing::{DataKeys, Master};
use store::{Store, StoreError, p_code};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use crate::engine::Engine;

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);
const BORN: Date = date(1990, 4, 9);

pub(crate) fn keys() -> &'static DataKeys {
    static KEYS: std::sync::OnceLock<DataKeys> = std::sync::OnceLock::new();
    KEYS.get_or_init(|| DataKeys::derive(&Master::new(Zeroizing::new([9; 32]))).unwrap())
}

fn code() -> PCode {
    PCode::parse("01234567").unwrap()
}

fn marta() -> PCodeName {
    PCodeName::new("Marta", "Nowak").unwrap()
}

fn issue(store: &Store) -> bool {
    let issued = IssuedPCode::issue(code(), marta(), BORN, NOW);
    store
        .write_blocking::<_, StoreError, _>(b"p codes", move |tx| {
            p_code::insert(tx, keys(), &issued)
        })
        .unwrap()
}

async fn redeem(
    store: &Store,
    key: u8,
    given: &str,
    now: Timestamp,
) -> Result<PCodeRedeemed, PCodeRefused> {
    let name = HolderName::transliterated("NOWAK", given, Language::Other).unwrap();
    store
        .write::<_, StoreError, _>(&[key], move |tx| {
            p_code::redeem(tx, keys(), code(), (&name, BORN), now, &Policy::builtin())
        })
        .await
        .unwrap()
}

fn uses(store: &Store) -> u32 {
    let found = store
        .read_blocking::<_, StoreError, _>(|tx| p_code::of_holder(tx, keys(), &marta(), BORN))
        .unwrap();
    assert_eq!(found.len(), 1);
    found[0].uses
}

#[test]
fn r_per_4_of_five_redeemings_at_once_three_pass_and_two_fail() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        assert!(issue(&store));
        let answers = Runtime::new().unwrap().block_on(async {
            let mut race = JoinSet::new();
            for key in 0..5 {
                let store = store.clone();
                race.spawn(async move { redeem(&store, key, "MARTA", NOW).await });
            }
            race.join_all().await
        });
        let passed = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(passed, 3, "{}: {answers:?}", engine.name);
        let used_up = |answer: &&Result<_, _>| **answer == Err(PCodeRefused::UsedUp);
        assert_eq!(answers.iter().filter(used_up).count(), 2, "{}", engine.name);
        assert_eq!(uses(&store), 3, "{}", engine.name);
    }
}

#[test]
fn r_per_4_a_stranger_uses_nothing_up_and_a_code_is_never_given_twice() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let runtime = Runtime::new().unwrap();
        let none = runtime.block_on(redeem(&store, 0, "MARTA", NOW));
        assert_eq!(none, Err(PCodeRefused::NotTheHolder), "{}", engine.name);
        assert!(issue(&store));
        assert!(!issue(&store), "{}: the same code again", engine.name);
        for _ in 0..4 {
            let stranger = runtime.block_on(redeem(&store, 0, "MARIA", NOW));
            assert_eq!(stranger, Err(PCodeRefused::NotTheHolder));
        }
        assert_eq!(uses(&store), 0, "{}", engine.name);
    }
}

#[test]
fn r_per_4_a_renewed_code_has_its_days_and_uses_anew() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let runtime = Runtime::new().unwrap();
        issue(&store);
        let late = NOW + SignedDuration::from_hours(60 * 24);
        let expired = runtime.block_on(redeem(&store, 0, "MARTA", late));
        assert_eq!(expired, Err(PCodeRefused::Expired), "{}", engine.name);
        let renewed = store
            .write_blocking::<_, StoreError, _>(b"p codes", move |tx| {
                let found = p_code::of_holder(tx, keys(), &marta(), BORN)?;
                let renewed = found.into_iter().next().unwrap().renew(late).unwrap();
                p_code::renew(tx, keys(), &renewed)
            })
            .unwrap();
        assert!(renewed);
        assert!(runtime.block_on(redeem(&store, 0, "MARTA", late)).is_ok());
        assert_eq!(uses(&store), 1, "{}", engine.name);
    }
}
