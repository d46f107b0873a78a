//! A person whose number changes, on both engines (R-PER-1, R-PER-4).

use domain::cpr_number::CprNumber;
use domain::id::PersonId;
use domain::p_code::{IssuedPCode, PCode, PCodeName, PCodeRefused};
use domain::person::{Contact, Person, PersonNumber};
use domain::policy::Policy;
use domain::secret::Pii;
use emrtd::mrz::{HolderName, Language};
use jiff::Timestamp;
use jiff::civil::date;
use store::person::{self, Renumbered};
use store::{Store, StoreError, p_code};

use crate::engine::Engine;
use crate::p_code::keys;

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn code() -> PCode {
    PCode::parse("12345678").unwrap()
}

fn cpr() -> PersonNumber {
    PersonNumber::Cpr(CprNumber::parse("0904901234").unwrap())
}

fn somebody(id: u8, number: PersonNumber) -> Person {
    Person {
        id: PersonId::from_bytes([id; 16]),
        number,
        name: Pii::new("Marta Nowak".to_owned()),
        birth_date: Pii::new(date(1990, 4, 9)),
        protected: false,
        contact: Contact::default(),
    }
}

fn add(store: &Store, person: Person) {
    store
        .write_blocking::<_, StoreError, _>(b"persons", move |tx| {
            person::insert(tx, keys(), &person)
        })
        .unwrap();
}

fn renumber(store: &Store, person: &Person, to: PersonNumber) -> Result<Renumbered, StoreError> {
    let person = person.clone();
    store.write_blocking(b"persons", move |tx| {
        person::renumber(tx, keys(), &person, to, NOW)
    })
}

fn found(store: &Store, number: PersonNumber) -> Option<Person> {
    store
        .read_blocking::<_, StoreError, _>(move |tx| person::find_by_number(tx, keys(), &number))
        .unwrap()
}

#[test]
fn r_per_4_a_cpr_number_takes_the_place_of_a_p_code_and_the_person_stays() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let marta = somebody(1, PersonNumber::PCode(code()));
        add(&store, marta.clone());
        let name = PCodeName::new("Marta", "Nowak").unwrap();
        let issued = IssuedPCode::issue(code(), name, date(1990, 4, 9), NOW);
        store
            .write_blocking::<_, StoreError, _>(b"p", move |tx| p_code::insert(tx, keys(), &issued))
            .unwrap();

        assert_eq!(renumber(&store, &marta, cpr()), Ok(Renumbered::Done));
        assert_eq!(found(&store, marta.number), None, "{}", engine.name);
        let now_with_cpr = found(&store, cpr()).unwrap();
        assert_eq!((now_with_cpr.id, now_with_cpr.number), (marta.id, cpr()));
        assert_eq!(now_with_cpr.name, marta.name);
        // The number that was read is not the person's any more.
        assert_eq!(renumber(&store, &marta, cpr()), Ok(Renumbered::Changed));

        let again = store.write_blocking::<_, StoreError, _>(b"p", |tx| {
            let zone = HolderName::transliterated("NOWAK", "MARTA", Language::Other).unwrap();
            let born = date(1990, 4, 9);
            p_code::redeem(tx, keys(), code(), (&zone, born), NOW, &Policy::builtin())
        });
        assert_eq!(again, Ok(Err(PCodeRefused::Ended)), "{}", engine.name);
    }
}

#[test]
fn r_per_1_a_number_that_somebody_has_is_not_given_to_another() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let marta = somebody(1, PersonNumber::PCode(code()));
        let other = somebody(2, cpr());
        add(&store, marta.clone());
        add(&store, other.clone());
        assert_eq!(
            renumber(&store, &marta, cpr()),
            Ok(Renumbered::TakenBy(other.id)),
            "{}",
            engine.name
        );
        assert_eq!(found(&store, marta.number), Some(marta));
    }
}

#[test]
fn r_per_1_of_two_who_are_given_one_number_at_once_one_gets_it() {
    for engine in Engine::all() {
        let store = Store::open(&engine.config).unwrap();
        let people: Vec<_> = (1..=2)
            .map(|id| {
                let code = PCode::parse(&format!("0000000{id}")).unwrap();
                somebody(id, PersonNumber::PCode(code))
            })
            .collect();
        people
            .iter()
            .cloned()
            .for_each(|person| add(&store, person));
        let answers: Vec<_> = std::thread::scope(|scope| {
            let race: Vec<_> = people
                .iter()
                .map(|person| {
                    let store = &store;
                    scope.spawn(move || {
                        let work = person.clone();
                        store.write_blocking::<_, StoreError, _>(person.id.as_bytes(), move |tx| {
                            person::renumber(tx, keys(), &work, cpr(), NOW)
                        })
                    })
                })
                .collect();
            race.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let done = |answer: &&Result<_, _>| **answer == Ok(Renumbered::Done);
        assert_eq!(
            answers.iter().filter(done).count(),
            1,
            "{}: {answers:?}",
            engine.name
        );
        let holder = found(&store, cpr()).unwrap();
        assert!(people.iter().any(|person| person.id == holder.id));
        assert!(answers.iter().all(|answer| matches!(
            answer,
            Ok(Renumbered::Done | Renumbered::TakenBy(_)) | Err(StoreError::UniqueViolation { .. })
        )));
    }
}
