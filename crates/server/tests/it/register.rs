//! The population register: files in, all of them or nothing (R-CPR-4), and identities that follow (R-PER-6).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use authn::randomness::SystemRandomness;
use domain::audit::What;
use domain::authenticator::AuthenticatorState;
use domain::cpr_number::CprNumber;
use domain::id::IdentityId;
use domain::identity::{Identity, IdentityState};
use domain::person::{Person, PersonNumber};
use domain::pin::Pin;
use domain::register::file::{self, Broken, Start};
use domain::register::{
    Address, CprStatus, EarlierAddress, Protection, RegisterChange, RegisterEntry, RegisterName,
};
use domain::secret::Pii;
use jiff::civil::{Date, date};
use server::register::import::{
    Beginning, FollowedIdentities, ImportFault, Importer, Progress, Report,
};
use store::StoreError;
use store::authenticator::StoredApp;
use testkit::TestServer;
use testkit::people::{FREJA, OSCAR, PIN};

use crate::on_both;

const DAY: Date = date(2026, 11, 20);
const NEXT: Date = date(2026, 11, 21);

/// A file that goes with the test.
struct File(PathBuf);

impl File {
    fn of(test: &str, bytes: &[u8]) -> Self {
        let name = format!("segl-{test}-{}.cpr", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn bytes(produced_on: Date, changes_since: Option<Date>, entries: &[RegisterEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let start = Start {
        produced_on,
        changes_since,
    };
    file::start(&mut bytes, start);
    let lines = entries
        .iter()
        .map(|entry| file::person(&mut bytes, entry))
        .sum();
    file::end(&mut bytes, lines);
    bytes
}

fn importer(server: &TestServer) -> Importer<'_> {
    Importer {
        store: &server.segl.store,
        keys: server.segl.keys(),
        clock: server.segl.clock.clone(),
        instead: false,
    }
}

fn import(server: &TestServer, file: &File) -> Result<Report, ImportFault> {
    importer(server).import(&file.0, &mut |_| {})
}

fn text(text: &str) -> Pii<String> {
    Pii::new(text.to_owned())
}

fn person(number: &str, given: &str, family: &str) -> RegisterEntry {
    let cpr = CprNumber::parse(number).unwrap();
    RegisterEntry {
        cpr,
        status: CprStatus::LivesInDenmark,
        status_since: None,
        name: RegisterName {
            given: text(given),
            middle: None,
            family: text(family),
        },
        birth_date: Pii::new(cpr.birth_date()),
        protection: None,
        address: Some(home("Strandvej", "1")),
        moved_in: Some(Pii::new(date(2020, 1, 1))),
        abroad: None,
        earlier_addresses: Vec::new(),
        earlier_names: Vec::new(),
        marital: None,
        spouse: None,
        children: Vec::new(),
        mother: None,
        father: None,
        citizenship: Some(Pii::new(5100)),
        birth_place: None,
        replaced_by: None,
        replaces: Vec::new(),
    }
}

fn home(street: &str, house: &str) -> Address {
    Address {
        street: text(street),
        house: text(house),
        floor: text(""),
        door: text(""),
        postal_code: text("9999"),
        town: text("Havby"),
        municipality_code: Pii::new(999),
        street_code: Pii::new(if street == "Strandvej" { 4 } else { 8 }),
    }
}

/// So many people, each with a number and name of their own.
fn crowd(count: usize) -> Vec<RegisterEntry> {
    (0..count)
        .map(|at| {
            let number = format!("{:02}{:02}70{:04}", at % 28 + 1, at / 28 % 12 + 1, at / 336);
            person(&number, &format!("Navn{at}"), "Mængde")
        })
        .collect()
}

fn find(server: &TestServer, number: &str) -> Option<RegisterEntry> {
    let cpr = CprNumber::parse(number).unwrap();
    server
        .block_on(server.segl.register.find(&server.segl, &cpr))
        .unwrap()
}

/// How many rows each table of the register has.
fn rows(server: &TestServer) -> [i64; 3] {
    let count = |sql: &'static str| {
        server
            .segl
            .store
            .read_blocking::<_, StoreError, _>(move |tx| {
                tx.query_one(sql, &[], |row| row.bigint(0))
            })
            .unwrap()
    };
    [
        count("SELECT COUNT(*) FROM register_rows"),
        count("SELECT COUNT(*) FROM register_index"),
        count("SELECT COUNT(*) FROM register_imports WHERE state <> 'done'"),
    ]
}

#[test]
fn r_cpr_4_what_a_file_says_is_found_by_its_number() {
    on_both(|server| {
        let mut freja = person("1204910418", "Freja", "Nygaard");
        freja.earlier_addresses.push(EarlierAddress {
            address: Address {
                postal_code: text(""),
                town: text(""),
                ..home("Skovvej", "7")
            },
            from: None,
            until: Some(Pii::new(date(2020, 1, 1))),
        });
        // Somebody who lives there now, so that the street has a name.
        let other = RegisterEntry {
            address: Some(home("Skovvej", "9")),
            ..person("0101901234", "Åse", "Østergård")
        };
        let file = File::of("find", &bytes(DAY, None, &[freja.clone(), other.clone()]));
        let report = import(server, &file).unwrap();
        assert_eq!((report.persons, report.began), (2, Beginning::Anew));
        assert_eq!(find(server, "1204910418"), Some(freja));
        assert_eq!(find(server, "0101901234"), Some(other));
        assert_eq!(find(server, "0101901242"), None);
        assert_eq!(rows(server), [2, 2, 0]);
        let again = import(server, &file).unwrap();
        assert_eq!(again.began, Beginning::DoneBefore);
        assert_eq!(rows(server), [2, 2, 0]);
    });
}

#[test]
fn r_cpr_4_a_broken_file_is_refused_whole_with_line_and_field() {
    on_both(|server| {
        let people = crowd(3000);
        let whole = bytes(DAY, None, &people);
        let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
        let with = |at: usize, line: &[u8]| {
            let mut lines = lines.clone();
            lines[at] = line;
            lines.concat()
        };
        let last = lines.len() - 1;
        let is_name = |line: &&[u8]| line.windows(6).any(|part| part == b"M\xE6ngde");
        let first_name = 1 + lines.iter().position(is_name).unwrap();
        let twice = [&people[..], &people[..1]].concat();
        let table = [
            (lines[..last].concat(), last, "RECORDTYPE", Broken::NoEnd),
            (
                with(last, b"099999999999900000007\n"),
                last + 1,
                "TAELLER",
                Broken::Count {
                    counted: 7,
                    found: last as u64 - 1,
                },
            ),
            (
                with(last - 1, b"0089912700008Navn\n"),
                last,
                "PNR",
                Broken::Number,
            ),
            (
                bytes(DAY, None, &twice),
                1 + 5 * 3000 + 1,
                "PNR",
                Broken::Repeated,
            ),
            (
                String::from_utf8_lossy(&whole)
                    .replace("M\u{FFFD}ngde", "Mængde")
                    .into_bytes(),
                first_name,
                "RECORD",
                Broken::Utf8,
            ),
        ];
        for (broken, line, field, what) in table {
            let file = File::of("broken", &broken);
            let Err(ImportFault::File(fault)) = import(server, &file) else {
                panic!("{what} was not seen");
            };
            assert_eq!((fault.field.name, fault.what), (field, what));
            assert_eq!(fault.line, line as u64, "{what}");
        }
        assert_eq!(rows(server), [0, 0, 0]);
        assert_eq!(find(server, "0101700000"), None);
    });
}

/// Everything that the register answers, and how much lies there.
fn everything(
    server: &TestServer,
    people: &[RegisterEntry],
) -> (Vec<Option<RegisterEntry>>, [i64; 3]) {
    let found = people
        .iter()
        .map(|person| find(server, &person.cpr.expose()))
        .collect();
    (found, rows(server))
}

/// The import is stopped at each step that it tells of, one after the other, and each time begun again.
#[test]
fn r_cpr_4_an_import_that_is_interrupted_anywhere_goes_on_to_the_same_register() {
    on_both(|server| {
        let before = crowd(2100);
        let old = File::of("interrupted-old", &bytes(DAY, None, &before));
        import(server, &old).unwrap();
        let mut now: Vec<_> = crowd(4200)
            .into_iter()
            .map(|person| RegisterEntry {
                name: RegisterName {
                    given: text("Ny"),
                    ..person.name
                },
                ..person
            })
            .collect();
        now.remove(17);
        let new = File::of("interrupted-new", &bytes(NEXT, None, &now));
        let mut stops = 0;
        let report = loop {
            let mut left = 1;
            let mut watch = |_: Progress| {
                assert!(left > 0, "stopped by the test");
                left -= 1;
            };
            let importer = importer(server);
            let attempt = catch_unwind(AssertUnwindSafe(|| importer.import(&new.0, &mut watch)));
            match attempt {
                Ok(report) => break report.unwrap(),
                Err(_panic) => stops += 1,
            }
            // Nobody sees a mixture: either the old file or the new one.
            let names: Vec<_> = ["0101700000", "2808700007"]
                .map(|number| find(server, number))
                .into_iter()
                .flatten()
                .map(|entry| entry.name.given.expose().starts_with("Navn"))
                .collect();
            assert!(names.windows(2).all(|pair| pair[0] == pair[1]));
            assert!(stops < 100);
        };
        assert!(stops > 5, "{stops}");
        assert_eq!(report.began, Beginning::Resumed);
        let straight = TestServer::sqlite();
        import(&straight, &old).unwrap();
        import(&straight, &new).unwrap();
        assert_eq!(everything(server, &before), everything(&straight, &before));
        assert_eq!(everything(server, &now), everything(&straight, &now));
        assert_eq!(rows(server), [4199, 4199, 0]);
    });
}

#[test]
fn another_file_waits_for_the_interrupted_one_or_takes_its_place() {
    let server = TestServer::sqlite();
    let (one, other) = (crowd(5000), crowd(10));
    let first = File::of("waits-first", &bytes(DAY, None, &one));
    let second = File::of("waits-second", &bytes(DAY, None, &other));
    let mut seen = 0;
    let stopped = catch_unwind(AssertUnwindSafe(|| {
        importer(&server).import(&first.0, &mut |_| {
            seen += 1;
            assert!(seen < 4);
        })
    }));
    assert!(stopped.is_err());
    assert_eq!(
        import(&server, &second),
        Err(ImportFault::Unfinished {
            produced_on: DAY,
            is_seen: false
        })
    );
    let instead = Importer {
        instead: true,
        ..importer(&server)
    };
    instead.import(&second.0, &mut |_| {}).unwrap();
    assert_eq!(rows(&server), [10, 10, 0]);
    assert!(find(&server, "0101700000").is_some());
    assert_eq!(find(&server, "0101700005"), None);
}

#[test]
fn changes_follow_the_file_before_and_no_other() {
    on_both(|server| {
        let people = crowd(30);
        let changes = |since: Date, day: Date, entries: &[RegisterEntry]| {
            File::of("changes", &bytes(day, Some(since), entries))
        };
        assert_eq!(
            import(server, &changes(DAY, NEXT, &people[..1])),
            Err(ImportFault::NothingToChange)
        );
        import(
            server,
            &File::of("changes-base", &bytes(DAY, None, &people)),
        )
        .unwrap();
        assert_eq!(
            import(server, &changes(date(2026, 11, 19), NEXT, &people[..1])),
            Err(ImportFault::Gap {
                since: date(2026, 11, 19),
                held: DAY
            })
        );
        let moved = RegisterEntry {
            address: Some(home("Skovvej", "3")),
            ..people[0].clone()
        };
        let new = person("0101810001", "Nyfødt", "Mængde");
        import(server, &changes(DAY, NEXT, &[moved.clone(), new.clone()])).unwrap();
        assert_eq!(find(server, &moved.cpr.expose()), Some(moved));
        assert_eq!(find(server, "0101810001"), Some(new));
        assert_eq!(
            find(server, &people[1].cpr.expose()),
            Some(people[1].clone())
        );
        assert_eq!(rows(server), [31, 31, 0]);
        assert_eq!(
            import(
                server,
                &File::of("changes-old", &bytes(DAY, None, &crowd(3)))
            ),
            Err(ImportFault::Older {
                file: DAY,
                held: NEXT
            })
        );
    });
}

/// What the log of an identity says of the register, latest first.
fn followed(server: &TestServer, identity: IdentityId) -> Vec<Vec<RegisterChange>> {
    let keys = server.segl.keys();
    let events = server
        .segl
        .store
        .read_blocking::<_, StoreError, _>(move |tx| {
            store::event::page(tx, &keys.data, identity, None, 50)
        })
        .unwrap();
    events
        .into_iter()
        .filter_map(|(_, event)| match event.what {
            What::RegisterFollowed { changes } => Some(changes),
            _ => None,
        })
        .collect()
}

/// Freja's number after it changed.
const NEW_NUMBER: &str = "1204851246";

/// Freja has another name and number and is protected; Oscar has died.
fn what_happened() -> [RegisterEntry; 3] {
    let renamed = RegisterEntry {
        name: RegisterName {
            given: text("Freja"),
            middle: Some(text("Holm")),
            family: text("Dahl"),
        },
        protection: Some(Protection {
            from: DAY,
            until: None,
        }),
        ..person(NEW_NUMBER, "Freja", "Dahl")
    };
    let old_number = RegisterEntry {
        status: CprStatus::Changed,
        replaced_by: CprNumber::parse(NEW_NUMBER).ok(),
        address: None,
        moved_in: None,
        ..person(FREJA.number, "Freja", "Holm")
    };
    let dead = RegisterEntry {
        status: CprStatus::Dead,
        ..person(OSCAR.number, "Oscar", "Dam")
    };
    [renamed, old_number, dead]
}

/// The person and the identity of one, and the identity and the apps of another.
fn known(
    server: &TestServer,
    one: IdentityId,
    other: IdentityId,
) -> (Person, Identity, Identity, Vec<StoredApp>) {
    let keys = server.segl.keys();
    let found = server.segl.store.read_blocking(move |tx| {
        Ok::<_, StoreError>((
            store::person::of_identity(tx, &keys.data, one)?.unwrap(),
            store::identity::find(tx, &keys.data, one)?.unwrap(),
            store::identity::find(tx, &keys.data, other)?.unwrap(),
            store::authenticator::of_identity(tx, other)?,
        ))
    });
    found.unwrap()
}

#[test]
fn r_per_6_identities_follow_a_new_name_another_number_and_death() {
    on_both(|server| {
        let freja = server.enrol(&FREJA);
        let oscar = server.enrol(&OSCAR);
        let phone = server.activate(&oscar, PIN).unwrap();
        let in_register = [
            person(FREJA.number, "Freja", "Holm"),
            person(OSCAR.number, "Oscar", "Dam"),
            person("0303700001", "Uden", "Identitet"),
        ];
        let base = File::of("follow-base", &bytes(DAY, None, &in_register));
        // The address is written as the register has it, and nothing else is new.
        assert_eq!(
            import(server, &base).unwrap().followed,
            FollowedIdentities::default()
        );
        let changes = File::of("follow", &bytes(NEXT, Some(DAY), &what_happened()));
        let report = import(server, &changes).unwrap();
        let expected = FollowedIdentities {
            details: 1,
            numbers: 1,
            deaths: 1,
            conflicts: 0,
        };
        assert_eq!(report.followed, expected);

        let (person, alive, dead, apps) = known(server, freja.identity, oscar.identity);
        // The identity keeps its UUID, and the person is who they were.
        assert_eq!(alive.person, person.id);
        assert_ne!(alive.state, IdentityState::Deceased);
        assert_eq!(person.name.expose(), "Freja Holm Dahl");
        assert!(person.protected);
        assert_eq!(
            person.number,
            PersonNumber::Cpr(CprNumber::parse(NEW_NUMBER).unwrap())
        );
        assert_eq!(dead.state, IdentityState::Deceased);
        let states: Vec<_> = apps.iter().map(|app| app.authenticator.state).collect();
        assert_eq!(states, [AuthenticatorState::Blocked]);
        // Both at the same moment.
        let mut of_freja = followed(server, freja.identity);
        of_freja.sort_by_key(Vec::len);
        assert_eq!(
            of_freja,
            [
                vec![RegisterChange::Number],
                vec![RegisterChange::Name, RegisterChange::Protection],
            ]
        );
        assert_eq!(
            followed(server, oscar.identity),
            [vec![RegisterChange::Death]]
        );
        let pin = Pin::as_typed(PIN).unwrap();
        let unlock = phone.unlock(&pin, &mut SystemRandomness::new()).unwrap();
        assert!(server.step(unlock).is_err());
    });
}

#[test]
fn a_number_under_which_somebody_else_has_an_identity_is_left_to_an_official() {
    let server = TestServer::sqlite();
    let freja = server.enrol(&FREJA);
    server.enrol(&OSCAR);
    let in_register = [
        person(FREJA.number, "Freja", "Holm"),
        person(OSCAR.number, "Oscar", "Dam"),
    ];
    import(
        &server,
        &File::of("conflict-base", &bytes(DAY, None, &in_register)),
    )
    .unwrap();
    let old_number = RegisterEntry {
        status: CprStatus::Changed,
        replaced_by: CprNumber::parse(OSCAR.number).ok(),
        ..person(FREJA.number, "Freja", "Holm")
    };
    let changes = File::of("conflict", &bytes(NEXT, Some(DAY), &[old_number]));
    let report = import(&server, &changes).unwrap();
    assert_eq!(report.followed.conflicts, 1);
    assert_eq!(
        followed(&server, freja.identity),
        [] as [Vec<RegisterChange>; 0]
    );
}

#[test]
fn r_que_1_others_are_drawn_who_may_be_shown() {
    on_both(|server| {
        let mut people = crowd(40);
        for (at, person) in people.iter_mut().enumerate() {
            match at % 4 {
                0 => {
                    person.protection = Some(Protection {
                        from: DAY,
                        until: None,
                    });
                }
                1 => person.status = CprStatus::Dead,
                2 => person.address = None,
                _ => {}
            }
        }
        import(server, &File::of("plausible", &bytes(DAY, None, &people))).unwrap();
        let draw = |count, seed| {
            let register = &server.segl.register;
            server
                .block_on(register.plausible(&server.segl, count, &[seed; 32]))
                .unwrap()
        };
        let drawn = draw(5, 1);
        assert_eq!(drawn.len(), 5);
        assert_eq!(drawn, draw(5, 1));
        assert_ne!(drawn, draw(5, 2));
        for entry in &drawn {
            let at = people.iter().position(|person| person == entry).unwrap();
            assert_eq!(at % 4, 3);
        }
        let numbers: std::collections::HashSet<_> = drawn.iter().map(|entry| entry.cpr).collect();
        assert_eq!(numbers.len(), 5);
        assert!(draw(50, 3).len() <= 10);
    });
}

#[test]
fn r_cpr_5_a_stolen_database_shows_no_number_and_no_name() {
    let path = std::env::temp_dir().join(format!("segl-register-{}.db", std::process::id()));
    let server = TestServer::on_file(&path);
    let people = crowd(2100);
    import(&server, &File::of("secret", &bytes(DAY, None, &people))).unwrap();
    let mut stolen = Vec::new();
    for ending in ["", "-wal", "-shm"] {
        let file = format!("{}{ending}", path.display());
        stolen.extend(std::fs::read(&file).unwrap_or_default());
        let _ = std::fs::remove_file(&file);
    }
    assert!(stolen.len() > 100_000);
    let has = |words: &[u8]| stolen.windows(words.len()).any(|window| window == words);
    for secret in ["0101700000", "2808700005", "Navn17", "Navn2000", "Mængde"] {
        assert!(!has(secret.as_bytes()), "{secret}");
    }
    // The name of a street is nobody's.
    assert!(has(b"Strandvej"));
}

mod outside {
    //! A register that is a service, over real HTTP.

    use domain::register::{EarlierName, ForeignAddress, Marital, MaritalStatus};
    use domain::secret::Secret;
    use server::Segl;
    use server::error::Fault;
    use server::register::{HttpRegister, OutsideFault, Register};
    use std::sync::Arc;
    use testkit::register_service::{RegisterService, TOKEN, Trouble};

    use super::*;

    /// Somebody with something in every member.
    fn full() -> RegisterEntry {
        let other = |number: &str| CprNumber::parse(number).unwrap();
        RegisterEntry {
            status_since: Some(DAY),
            protection: Some(Protection {
                from: DAY,
                until: Some(NEXT),
            }),
            abroad: Some(ForeignAddress {
                country: Pii::new(5120),
                since: Some(DAY),
                lines: Pii::new(vec!["Storgatan 1".to_owned(), "Malmö".to_owned()]),
            }),
            earlier_addresses: vec![EarlierAddress {
                address: home("Skovvej", "7"),
                from: None,
                until: Some(Pii::new(DAY)),
            }],
            earlier_names: vec![EarlierName {
                name: person("0101900001", "Åse", "Før").name,
                from: Some(Pii::new(DAY)),
                until: None,
            }],
            marital: Some(Marital {
                status: MaritalStatus::Divorced,
                since: Some(DAY),
            }),
            spouse: Some(other("0101900003")),
            children: vec![other("0101180003"), other("0101200005")],
            mother: Some(other("0101600002")),
            father: Some(other("0101600001")),
            birth_place: Some(text("Havby")),
            replaces: vec![other("6101900002")],
            replaced_by: None,
            ..person("0101900002", "Åse", "Nu")
        }
    }

    /// A server whose register is the service, with a token.
    fn server(service: &RegisterService, token: &str) -> (TestServer, Arc<Segl>) {
        let mut policy = testkit::demo_policy();
        policy.register.outside_seconds = 1;
        let server = TestServer::with_policy(policy);
        let token = Secret::new(token.to_owned());
        let register = HttpRegister::new(&service.url(), token, None).unwrap();
        let mut segl = Arc::into_inner(server.beside()).unwrap();
        segl.register = Register::Outside(register);
        (server, Arc::new(segl))
    }

    fn ask(
        (server, segl): &(TestServer, Arc<Segl>),
        number: &str,
    ) -> Result<Option<RegisterEntry>, Fault> {
        let cpr = CprNumber::parse(number).unwrap();
        server.block_on(segl.register.find(segl, &cpr))
    }

    #[test]
    fn what_a_service_says_is_what_the_register_knows() {
        let service = RegisterService::start(vec![full(), person("0202700001", "Bo", "Nu")]);
        let asking = server(&service, TOKEN);
        assert_eq!(ask(&asking, "0101900002"), Ok(Some(full())));
        assert_eq!(ask(&asking, "0303700001"), Ok(None));
        let (server, segl) = &asking;
        let others = server
            .block_on(segl.register.plausible(segl, 2, &[1; 32]))
            .unwrap();
        assert_eq!(others, [full(), person("0202700001", "Bo", "Nu")]);
        // Protected until the day after the first file; who is protected now is shown to nobody, whatever a service sends.
        let now = RegisterEntry {
            protection: Some(Protection {
                from: DAY,
                until: None,
            }),
            ..full()
        };
        let service = RegisterService::start(vec![now]);
        let (server, segl) = &self::server(&service, TOKEN);
        let others = server.block_on(segl.register.plausible(segl, 2, &[1; 32]));
        assert_eq!(others, Ok(Vec::new()));
    }

    #[test]
    fn trouble_that_passes_is_waited_for_and_trouble_that_stays_is_told() {
        let service = RegisterService::start(vec![full()]);
        let asking = server(&service, TOKEN);
        service.trouble(&[Trouble::Overloaded, Trouble::Slow(1500)]);
        assert_eq!(ask(&asking, "0101900002"), Ok(Some(full())));
        assert_eq!(service.asked(), 3);
        service.trouble(&[Trouble::Overloaded; 3]);
        assert_eq!(ask(&asking, "0101900002"), Err(Fault::RegisterUnavailable));
        assert_eq!(service.asked(), 3, "as often as the policy says");
        service.trouble(&[Trouble::Nonsense]);
        assert_eq!(ask(&asking, "0101900002"), Err(Fault::RegisterUnavailable));
        assert_eq!(service.asked(), 1, "asking again would not help");
    }

    #[test]
    fn an_answer_about_somebody_else_is_no_answer() {
        let service = RegisterService::start(vec![full(), person("0202700001", "Bo", "Nu")]);
        let asking = server(&service, TOKEN);
        service.trouble(&[Trouble::SomebodyElse]);
        assert_eq!(ask(&asking, "0101900002"), Err(Fault::RegisterUnavailable));
    }

    #[test]
    fn a_wrong_token_and_a_service_that_is_away_are_told() {
        let service = RegisterService::start(vec![full()]);
        let refused = server(&service, "another");
        assert_eq!(ask(&refused, "0101900002"), Err(Fault::RegisterUnavailable));
        assert_eq!(service.asked(), 1);
        let asking = server(&service, TOKEN);
        drop(service);
        assert_eq!(ask(&asking, "0101900002"), Err(Fault::RegisterUnavailable));
    }

    #[test]
    fn numbers_travel_in_clear_to_nobody_but_this_machine() {
        let new = |url: &str, authorities| {
            let token = Secret::new(TOKEN.to_owned());
            HttpRegister::new(url, token, authorities).map(drop)
        };
        assert_eq!(new("http://localhost:1/v1", None), Ok(()));
        assert_eq!(
            new("http://register.example.dk", None),
            Err(OutsideFault::NotSecure)
        );
        assert_eq!(
            new("https://register.example.dk", None),
            Err(OutsideFault::NoAuthorities)
        );
        assert_eq!(
            new(
                "https://register.example.dk",
                Some(b"no certificate".as_slice())
            ),
            Err(OutsideFault::Authorities)
        );
        assert_eq!(new("register", None), Err(OutsideFault::Address));
    }
}
