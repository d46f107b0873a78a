//! `/p-codes` of the desk: P codes for people without a CPR number (R-PER-4).

use domain::desk::Role;
use domain::p_code::{IssuedPCode, PCode, PCodeName, PCodeRefused};
use emrtd::mrz::{HolderName, Language};
use jiff::SignedDuration;
use jiff::civil::date;
use testkit::browser::Browser;
use testkit::people::{ANNE, BO, FREJA, MARTA};
use testkit::register::registered;
use testkit::{Answer, TestServer};

use super::{HAVBY, at_the_desk};
use crate::on_both;

fn issue(browser: &mut Browser<'_>, family: &str, born: &str, same: &str) -> Answer {
    let fields = [
        ("given", "Łukasz"),
        ("family", family),
        ("born", born),
        ("seen", "yes"),
        ("same", same),
    ];
    browser.desk_post("/p-codes", &fields)
}

/// The code that a page shows.
fn code(page: &Answer) -> PCode {
    let (_, rest) = page.text().split_once("data-p-code>").unwrap();
    PCode::parse(&rest[..8]).unwrap()
}

fn redeem(server: &TestServer, code: PCode) -> Result<String, PCodeRefused> {
    let segl = std::sync::Arc::clone(&server.segl);
    let now = server.now();
    server
        .segl
        .store
        .write_blocking::<_, store::StoreError, _>(b"p code", move |tx| {
            let name = HolderName::transliterated("ZIZEK", "LUKASZ", Language::Other).unwrap();
            let holder = (&name, date(1990, 4, 9));
            store::p_code::redeem(tx, &segl.keys().data, code, holder, now, &segl.policy)
        })
        .unwrap()
        .map(|redeemed| redeemed.name().expose().clone())
}

fn acts(server: &TestServer, official: domain::id::IdentityId) -> Vec<String> {
    let segl = std::sync::Arc::clone(&server.segl);
    let acts = server
        .segl
        .store
        .read_blocking::<_, store::StoreError, _>(move |tx| {
            store::desk::of_official(tx, &segl.keys().data, official, 10)
        });
    acts.unwrap().into_iter().map(|act| act.act).collect()
}

#[test]
fn r_per_4_a_code_is_issued_by_passport_printed_and_works_for_its_holder() {
    on_both(|server| {
        let (anne, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let mut browser = at_the_desk(server, &device);
        assert_eq!(browser.desk("/p-codes").status, 200);
        let issued = issue(&mut browser, "Žižek", "1990-04-09", "");
        let page = browser.desk(issued.location());
        assert!(page.text().contains("Łukasz Žižek"));
        let code = code(&page);
        let letter = browser.desk(&issued.location().replace("/issued?", "/letter?"));
        assert_eq!(letter.header("content-type"), Some("application/pdf"));
        assert_eq!(redeem(server, code).as_deref(), Ok("Łukasz Žižek"));
        assert!(acts(server, anne.identity).contains(&"p_code_issued".to_owned()));
    });
}

#[test]
fn r_per_1_the_same_person_keeps_the_code_and_another_gets_one_of_their_own() {
    on_both(|server| {
        let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let mut browser = at_the_desk(server, &device);
        let first = issue(&mut browser, "Žižek", "1990-04-09", "");
        let first = code(&browser.desk(first.location()));
        for _ in 0..3 {
            assert!(redeem(server, first).is_ok());
        }
        assert_eq!(redeem(server, first), Err(PCodeRefused::UsedUp));
        // Written as another country's zone would have it: it is found all the same.
        let asked = issue(&mut browser, "Zizek", "1990-04-09", "");
        assert_eq!(asked.status, 409);
        assert!(asked.text().contains("R-PER-1"));
        let renewed = issue(&mut browser, "Zizek", "1990-04-09", "renew");
        assert_eq!(code(&browser.desk(renewed.location())), first);
        assert!(redeem(server, first).is_ok());
        let other = issue(&mut browser, "Žižek", "1990-04-09", "another");
        assert_ne!(code(&browser.desk(other.location())), first);
    });
}

#[test]
fn r_age_1_a_code_is_issued_from_the_thirteenth_birthday() {
    on_both(|server| {
        let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let mut browser = at_the_desk(server, &device);
        // Today is 22 November 2026.
        let younger = issue(&mut browser, "Žižek", "2013-11-23", "");
        assert_eq!(younger.status, 422);
        assert!(younger.text().contains("23 November 2026"));
        assert!(younger.text().contains("R-AGE-1"));
        assert_eq!(issue(&mut browser, "Žižek", "2013-11-22", "").status, 303);
    });
}

#[test]
fn what_is_wrong_stands_at_its_field() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
    let mut browser = at_the_desk(&server, &device);
    let nothing = browser.desk_post("/p-codes", &[("given", ""), ("family", " "), ("born", "x")]);
    assert_eq!(nothing.status, 422);
    for id in ["family-error", "born-error", "seen-error"] {
        assert!(nothing.text().contains(&format!("id=\"{id}\"")), "{id}");
    }
    let tomorrow = issue(&mut browser, "Žižek", "2026-11-23", "");
    assert_eq!(tomorrow.status, 422);
}

#[test]
fn a_code_is_shown_to_whom_issued_it_for_half_an_hour_and_to_nobody_else() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
    let mut browser = at_the_desk(&server, &device);
    let issued = issue(&mut browser, "Žižek", "1990-04-09", "");
    let address = issued.location().to_owned();
    let (_, device) = server.with_official(&BO, (HAVBY, Role::Official));
    let other = at_the_desk(&server, &device).desk(&address);
    assert_eq!(other.fault(), Some("link_over"));
    let stranger = Browser::new(&server).desk(&address);
    assert_eq!(stranger.fault(), Some("desk_sign_in_needed"));
    server.wait(SignedDuration::from_mins(30));
    let shown = browser.desk(&address);
    // Whichever ends first: the half hour, or the official's own sign-in.
    assert!(shown.status == 200 || shown.fault() == Some("desk_sign_in_needed"));
    server.wait(SignedDuration::from_micros(1));
    assert_ne!(browser.desk(&address).status, 200);
}

#[test]
fn without_a_sign_in_or_from_another_site_nothing_is_issued() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
    let mut stranger = Browser::new(&server);
    let answer = issue(&mut stranger, "Žižek", "1990-04-09", "");
    assert_eq!(answer.fault(), Some("desk_sign_in_needed"));
    let browser = at_the_desk(&server, &device);
    let headers = [
        ("host", "desk.example.dk"),
        ("origin", "https://evil.example"),
        ("cookie", &browser.cookie_header()),
    ];
    let fields = [
        ("given", ""),
        ("family", "Nowak"),
        ("born", "1990-04-09"),
        ("seen", "yes"),
    ];
    let forged = server.post_form("/p-codes", &fields, &headers);
    assert_eq!(forged.fault(), Some("foreign_form"));
}

#[test]
fn r_per_4_a_cpr_number_takes_the_place_of_the_code_and_the_identity_keeps_its_uuid() {
    on_both(|server| {
        let (marta, _) = server.with_app(&MARTA);
        let number = PCode::parse(MARTA.number).unwrap();
        let segl = std::sync::Arc::clone(&server.segl);
        let now = server.now();
        server
            .segl
            .store
            .write_blocking::<_, store::StoreError, _>(b"p code", move |tx| {
                let name = PCodeName::new("Marta", "Kowalska").unwrap();
                let issued = IssuedPCode::issue(number, name, MARTA.birth_date, now);
                store::p_code::insert(tx, &segl.keys().data, &issued)
            })
            .unwrap();
        let hers = "0307921238";
        server.register(&[
            registered("Marta", "Kowalska", hers),
            registered("Maria", "Kowalska", "0307921246"),
            registered("Freja", "Holm", FREJA.number),
        ]);
        server.with_app(&FREJA);
        let (anne, device) = server.with_official(&ANNE, (HAVBY, Role::Official));
        let mut browser = at_the_desk(server, &device);
        let mut put = |code: &str, cpr: &str| {
            browser.desk_post("/p-codes/cpr", &[("p_code", code), ("cpr", cpr)])
        };
        for (code, cpr, told) in [
            ("8765432", hers, "has eight digits"),
            (MARTA.number, "0307921246", "R-PER-4"),
            (MARTA.number, FREJA.number, "R-PER-4"),
            ("00000000", hers, "R-PER-4"),
        ] {
            let refused = put(code, cpr);
            assert_eq!(refused.status, 422, "{code}");
            assert!(refused.text().contains(told), "{}", refused.text());
        }
        assert_eq!(put(MARTA.number, "030792-1238").status, 200);
        let segl = std::sync::Arc::clone(&server.segl);
        let person = server
            .segl
            .store
            .read_blocking::<_, store::StoreError, _>(move |tx| {
                store::person::of_identity(tx, &segl.keys().data, marta.identity)
            })
            .unwrap()
            .unwrap();
        let cpr = domain::cpr_number::CprNumber::parse(hers).unwrap();
        assert_eq!(person.number, domain::person::PersonNumber::Cpr(cpr));
        assert!(acts(server, anne.identity).contains(&"p_code_replaced".to_owned()));
        assert_eq!(put(MARTA.number, hers).status, 422, "once");
    });
}
