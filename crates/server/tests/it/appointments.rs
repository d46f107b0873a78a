//! `/appointments`: booking a time at Citizen Service (R-BOK-1).

use domain::appointment::Office;
use jiff::SignedDuration;
use server::i18n::Lang;
use store::message::{Message, MessageChannel};
use testkit::browser::{Browser, hidden};
use testkit::{Answer, TestServer};

use crate::on_both;

/// The day after the tests begin, which is a Monday: 9 o'clock in Denmark.
pub(crate) const MONDAY_NINE: &str = "1795420800";
pub(crate) const MONDAY_HALF_PAST: &str = "1795422600";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

pub(crate) fn open_office(server: &TestServer, desks: u32) {
    let office: Office = serde_json::from_str(&format!(
        r#"{{"id":"havby","organisation":"22222222","name":{{"da":"Borgerservice Havby","en":"Citizen Service Havby"}},
        "address":["Torvet 1","9999 Havby"],"phone":"+4570101010","desks":{desks},"services":{{"new_identity":30,"p_code":15}},
        "hours":{{"monday":[{{"from":"09:00","to":"10:00"}}],"tuesday":[{{"from":"09:00","to":"10:00"}}]}}}}"#
    ))
    .unwrap();
    let now = server.now();
    server
        .segl
        .store
        .write_blocking::<_, store::StoreError, _>(b"offices", move |tx| {
            store::office::put(tx, &office, now)
        })
        .unwrap();
}

fn details(at: &str) -> String {
    format!("/appointments/book?office=havby&service=new_identity&at={at}")
}

/// Sends the form for a time. `draft` is of a page that was asked for before.
fn send(browser: &mut Browser<'_>, at: &str, draft: &str, phone: &str) -> Answer {
    let fields = [
        ("office", "havby"),
        ("service", "new_identity"),
        ("at", at),
        ("draft", draft),
        ("name", " Marta  Nowak "),
        ("phone", phone),
        ("email", "marta@example.com"),
    ];
    browser.post("/appointments/book", &fields)
}

fn draft(browser: &mut Browser<'_>, at: &str) -> String {
    let page = browser.get(&details(at));
    assert_eq!(page.status, 200, "{}", page.text());
    hidden(page.text(), "draft")
}

/// Books a time and gives the address of the booking's page.
pub(crate) fn book(browser: &mut Browser<'_>, at: &str, phone: &str) -> String {
    let draft = draft(browser, at);
    send(browser, at, &draft, phone).location().to_owned()
}

fn messages(server: &TestServer) -> Vec<Message> {
    let keys = server.segl.keys();
    server
        .segl
        .store
        .read_blocking::<_, store::StoreError, _>(move |tx| {
            store::message::newest(tx, &keys.data, None, 50)
        })
        .unwrap()
}

/// What was sent by SMS, newest first.
fn sms(server: &TestServer) -> Vec<String> {
    messages(server)
        .into_iter()
        .filter(|message| message.channel == MessageChannel::Sms)
        .map(|message| message.body.expose().text.clone())
        .collect()
}

fn number(page: &str) -> String {
    let (_, rest) = page.split_once("data-booking-number>").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

fn key(address: &str) -> &str {
    let (_, rest) = address.split_once("?k=").unwrap();
    rest.split('&').next().unwrap()
}

#[test]
fn r_bok_1_from_nothing_to_a_booking_and_its_calendar_file() {
    on_both(|server| {
        open_office(server, 1);
        let mut browser = Browser::new(server);
        let start = browser.get("/appointments");
        assert!(start.text().contains("Citizen Service Havby"));
        assert!(
            !start.text().contains("value=\"lost_access\""),
            "not done here"
        );
        let times = browser.get("/appointments/times?office=havby&service=new_identity");
        for at in [MONDAY_NINE, MONDAY_HALF_PAST] {
            assert!(times.text().contains(&format!("at={at}\"")), "{at}");
        }
        let own = book(&mut browser, MONDAY_NINE, "+48 512 345 678");
        let page = browser.get(&own);
        assert_eq!(page.status, 200);
        for word in [
            "Marta Nowak",
            "Monday 23 November 2026 at 9:00",
            "Torvet 1, 9999 Havby",
        ] {
            assert!(page.text().contains(word), "{word}\n{}", page.text());
        }
        let number = number(page.text());
        let file = browser.get(&own.replace("booking?", "booking/calendar?"));
        assert_eq!(
            file.header("content-type"),
            Some("text/calendar; charset=utf-8; method=PUBLISH")
        );
        let unfolded = file.text().replace("\r\n ", "");
        for line in [
            "DTSTART:20261123T080000Z\r\n",
            "DTEND:20261123T083000Z\r\n",
            "LOCATION:Citizen Service Havby\\, Torvet 1\\, 9999 Havby\r\n",
            "STATUS:CONFIRMED\r\n",
        ] {
            assert!(unfolded.contains(line), "{line}\n{unfolded}");
        }
        assert!(unfolded.contains(&number));
        let letter = browser.get(&own.replace("booking?", "booking/letter?"));
        assert!(letter.body.starts_with(b"%PDF-"));
        // The time is gone for everybody else, and a quarter past is not left either.
        let times = browser.get("/appointments/times?office=havby&service=new_identity");
        assert!(!times.text().contains(&format!("at={MONDAY_NINE}\"")));
        assert!(times.text().contains(&format!("at={MONDAY_HALF_PAST}\"")));
    });
}

#[test]
fn r_msg_1_no_message_about_a_booking_carries_a_link_or_an_address_of_ours() {
    on_both(|server| {
        open_office(server, 1);
        let mut browser = Browser::new(server);
        browser.language = "da";
        let own = book(&mut browser, MONDAY_NINE, "20 12 34 56");
        let key = key(&own).to_owned();
        let moving = [("k", key.as_str()), ("at", MONDAY_HALF_PAST)];
        browser
            .post("/appointments/booking/move", &moving)
            .location();
        browser.post("/appointments/booking/cancel", &[("k", &key)]);
        let sent = messages(server);
        assert_eq!(sent.len(), 4, "booked by SMS and e-mail, moved, cancelled");
        for message in sent {
            let text = &message.body.expose().text;
            for mark in ["http", "www", "://", "example.dk", "/appointments"] {
                assert!(!text.contains(mark), "{mark}: {text}");
            }
        }
        let booked = |text: &String| {
            text.starts_with("Segl: Du har tid")
                && text.contains("mandag den 23. november 2026 kl. 9.00")
        };
        assert!(sms(server).iter().any(booked));
    });
}

#[test]
fn r_bok_1_everybody_is_reminded_once_the_day_before() {
    on_both(|server| {
        open_office(server, 2);
        let mut browser = Browser::new(server);
        // Tuesday at nine; it is Sunday noon.
        let tuesday = (MONDAY_NINE.parse::<i64>().unwrap() + 24 * 3600).to_string();
        book(&mut browser, &tuesday, "20 12 34 56");
        let gone = book(&mut browser, &tuesday, "20 12 34 57");
        browser.post("/appointments/booking/cancel", &[("k", key(&gone))]);
        let before = sms(server).len();
        let run = || server.block_on(server::jobs::once(&server.segl)).unwrap();
        // Monday at ten, less a minute.
        server.wait(SignedDuration::from_hours(22) - MINUTE);
        run();
        assert_eq!(sms(server).len(), before);
        server.wait(MINUTE);
        run();
        run();
        let sent = sms(server);
        assert_eq!(sent.len(), before + 1, "the cancelled one is not reminded");
        assert!(
            sent[0].contains("tomorrow, Tuesday 24 November 2026 at 9:00"),
            "{}",
            sent[0]
        );
    });
}

#[test]
fn r_bok_1_a_form_sent_twice_books_once_and_a_taken_time_says_so() {
    on_both(|server| {
        open_office(server, 1);
        let mut browser = Browser::new(server);
        let draft_of_one = draft(&mut browser, MONDAY_NINE);
        let draft_of_other = draft(&mut browser, MONDAY_NINE);
        let first = send(&mut browser, MONDAY_NINE, &draft_of_one, "20123456");
        let again = send(&mut browser, MONDAY_NINE, &draft_of_one, "20123456");
        assert_eq!(first.status, 303);
        assert_eq!(again.status, 303);
        let mut shown = |answer: &Answer| number(browser.get(answer.location()).text());
        assert_eq!(shown(&first), shown(&again));
        let taken = send(&mut browser, MONDAY_NINE, &draft_of_other, "20123457");
        assert_eq!(taken.status, 409);
        assert!(taken.text().contains("has just been taken"));
        assert!(taken.text().contains("R-BOK-1"));
        assert!(
            taken.text().contains(&format!("at={MONDAY_HALF_PAST}\"")),
            "and which are left"
        );
    });
}

#[test]
fn r_bok_1_the_third_booking_of_a_telephone_passes_and_the_fourth_fails() {
    on_both(|server| {
        open_office(server, 9);
        let mut browser = Browser::new(server);
        for _ in 0..3 {
            book(&mut browser, MONDAY_NINE, "+45 20 12 34 56");
        }
        let draft = draft(&mut browser, MONDAY_NINE);
        let fourth = send(&mut browser, MONDAY_NINE, &draft, "20123456");
        assert_eq!(fourth.status, 422);
        assert!(
            fourth
                .text()
                .contains("as many appointments as it can have")
        );
        assert_eq!(
            send(&mut browser, MONDAY_NINE, &draft, "20123457").status,
            303
        );
    });
}

#[test]
fn r_bok_1_a_booking_is_changed_until_an_hour_before_and_then_not() {
    on_both(|server| {
        open_office(server, 1);
        let mut browser = Browser::new(server);
        let own = book(&mut browser, MONDAY_NINE, "20123456");
        let key = key(&own).to_owned();
        // Monday at eight: 20 hours after Sunday noon.
        server.wait(SignedDuration::from_hours(20));
        let moving = [("k", key.as_str()), ("at", MONDAY_HALF_PAST)];
        let moved = browser.post("/appointments/booking/move", &moving);
        let page = browser.get(moved.location());
        assert!(page.text().contains("Your appointment has been moved"));
        server.wait(30 * MINUTE + MINUTE);
        let page = browser.post("/appointments/booking/cancel", &[("k", &key)]);
        let page = browser.get(page.location());
        assert!(
            page.text().contains("cannot be moved or cancelled here"),
            "{}",
            page.text()
        );
        assert!(page.text().contains("R-BOK-1"));
    });
}

#[test]
fn r_bok_1_a_cancelled_time_is_free_again() {
    on_both(|server| {
        open_office(server, 1);
        let mut browser = Browser::new(server);
        let own = book(&mut browser, MONDAY_NINE, "20123456");
        let cancelled = browser.post("/appointments/booking/cancel", &[("k", key(&own))]);
        let page = browser.get(cancelled.location());
        assert!(page.text().contains("Your appointment is cancelled"));
        book(&mut browser, MONDAY_NINE, "20123457");
    });
}

#[test]
fn a_booking_is_found_by_both_numbers_and_by_no_other() {
    on_both(|server| {
        open_office(server, 1);
        let mut browser = Browser::new(server);
        let own = book(&mut browser, MONDAY_NINE, "20123456");
        let number = number(browser.get(&own).text());
        let mut find = |number: &str, phone: &str| {
            browser.post(
                "/appointments/find",
                &[("number", number), ("phone", phone)],
            )
        };
        assert_eq!(find(&number, "+45 20 12 34 56").status, 303);
        let wrong_phone = find(&number, "20123457");
        let wrong_number = find("0000 0000", "20123456");
        let nonsense = find("x", "y");
        assert_eq!(wrong_phone.status, 404);
        for other in [wrong_number, nonsense] {
            assert_eq!(other.status, 404);
            assert!(other.text().contains("Check both"));
        }
        assert!(wrong_phone.text().contains("Check both"));
    });
}

#[test]
fn what_is_wrong_with_the_form_stands_at_its_field() {
    let server = TestServer::sqlite();
    open_office(&server, 1);
    let mut browser = Browser::new(&server);
    let draft = draft(&mut browser, MONDAY_NINE);
    let fields = |name: &'static str, phone: &'static str, email: &'static str| {
        [
            ("office", "havby"),
            ("service", "new_identity"),
            ("at", MONDAY_NINE),
            ("name", name),
            ("phone", phone),
            ("email", email),
        ]
    };
    let mut send = |some: [(&str, &str); 6]| {
        let all: Vec<_> = some
            .into_iter()
            .chain([("draft", draft.as_str())])
            .collect();
        browser.post("/appointments/book", &all)
    };
    let empty = send(fields(" ", "12", "x"));
    assert_eq!(empty.status, 422);
    for id in ["name-error", "phone-error", "email-error"] {
        assert!(empty.text().contains(&format!("id=\"{id}\"")), "{id}");
    }
    let abroad = send(fields("Marta Nowak", "512 345 678", ""));
    assert_eq!(
        abroad.status, 422,
        "a number from abroad needs its country code"
    );
    assert_eq!(
        send(fields("Marta Nowak", "+48 512 345 678", "")).status,
        303
    );
}

#[test]
fn a_form_from_another_site_books_nothing() {
    let server = TestServer::sqlite();
    open_office(&server, 1);
    let mut browser = Browser::new(&server);
    let own = book(&mut browser, MONDAY_NINE, "20123456");
    for path in [
        "/appointments/book",
        "/appointments/booking/move",
        "/appointments/booking/cancel",
        "/appointments/find",
    ] {
        let fields = [
            ("k", key(&own)),
            ("at", MONDAY_NINE),
            ("office", "havby"),
            ("service", "new_identity"),
            ("draft", ""),
            ("name", ""),
            ("phone", ""),
            ("email", ""),
            ("number", ""),
        ];
        let answer = server.post_form(path, &fields, &[("origin", "https://evil.example")]);
        assert_eq!(answer.fault(), Some("foreign_form"), "{path}");
    }
}

#[test]
fn whoever_does_not_hold_the_key_sees_nothing_and_the_database_neither() {
    let server = TestServer::sqlite();
    open_office(&server, 1);
    let mut browser = Browser::new(&server);
    let own = book(&mut browser, MONDAY_NINE, "20123456");
    let sealed = key(&own);
    let altered = format!("A{}", &sealed[1..]);
    let page = browser.get(&format!("/appointments/booking?k={altered}"));
    assert_eq!(page.status, 404);
    assert!(!page.text().contains("Marta"));
    for file in ["calendar", "letter"] {
        let path = format!("/appointments/booking/{file}?k={altered}");
        assert_eq!(browser.get(&path).status, 404);
    }
    let rows = server
        .segl
        .store
        .read_blocking::<_, store::StoreError, _>(|tx| {
            tx.query(
                "SELECT details_sealed, reference_index FROM appointments",
                &[],
                |row| Ok([row.bytes(0)?, row.bytes(1)?].concat()),
            )
        })
        .unwrap();
    assert_eq!(rows.len(), 1);
    for clear in ["Marta", "20123456", "example.com"] {
        let found = rows[0]
            .windows(clear.len())
            .any(|window| window == clear.as_bytes());
        assert!(!found, "{clear}");
    }
}

#[test]
fn every_page_of_booking_renders_in_both_languages() {
    let server = TestServer::sqlite();
    open_office(&server, 1);
    for (lang, at) in Lang::ALL.into_iter().zip([MONDAY_NINE, MONDAY_HALF_PAST]) {
        let mut browser = Browser::new(&server);
        browser.language = lang.tag();
        let own = book(&mut browser, at, "20123456");
        let pages = [
            "/appointments".to_owned(),
            "/appointments/times?office=havby&service=p_code".to_owned(),
            "/appointments/times?office=nowhere&service=p_code".to_owned(),
            details(at),
            own,
            "/appointments/find".to_owned(),
        ];
        for path in pages {
            let page = browser.get(&path);
            let text = page.text();
            assert!(
                text.contains(&format!("<html lang=\"{}\">", lang.tag())),
                "{path}"
            );
            assert_eq!(text.matches("<h1").count(), 1, "{path}");
            for key in ["booking-", "service-", "date-"] {
                let shown = text.split(['>', '"']).any(|part| {
                    part.trim().starts_with(key)
                        && part.contains('-')
                        && !part.contains(' ')
                        && server.segl.texts.of(lang).has(part.trim())
                });
                assert!(!shown, "{path}: a key shows itself");
            }
        }
    }
}

#[test]
fn without_an_office_the_page_says_what_to_do() {
    let server = TestServer::sqlite();
    let page = Browser::new(&server).get("/appointments");
    assert!(page.text().contains("Call your municipality"));
}
