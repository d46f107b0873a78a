//! Activation: R-AUT-5, R-PIN-1, R-REC-3.

use app::{Activation, AppError};
use jiff::SignedDuration;
use testkit::TestServer;
use testkit::people::{Enrolled, FREJA, OSCAR, PIN};

use crate::on_both;

fn enter(server: &TestServer, user_id: &str, letter: &str, sms: &str) -> Result<(), String> {
    let entered = server.step(Activation::start(user_id, letter, sms));
    entered
        .map(drop)
        .map_err(|error| error.code().unwrap_or_default().to_owned())
}

fn other_digit(code: &str) -> String {
    let last = code.chars().last().unwrap();
    format!(
        "{}{}",
        &code[..code.len() - 1],
        if last == '1' { '2' } else { '1' }
    )
}

#[test]
fn both_codes_and_a_pin_make_an_app_and_the_holder_is_told_twice() {
    on_both(|server| {
        let (freja, device) = server.with_app(&FREJA);
        assert_eq!(device.user_id(), "freja.holm");
        let segl = std::sync::Arc::clone(&server.segl);
        let messages = server
            .segl
            .store
            .read_blocking(move |tx| {
                store::message::newest(tx, &segl.keys().data, Some(freja.identity), 10)
            })
            .unwrap();
        let told: Vec<_> = messages
            .iter()
            .filter(|message| message.body.expose().text.contains("Phone"))
            .collect();
        assert_eq!(told.len(), 2, "R-REC-3");
        assert_ne!(told[0].channel, told[1].channel);
        assert!(
            messages
                .iter()
                .all(|message| !message.body.expose().text.contains("http")),
            "R-MSG-1"
        );
    });
}

#[test]
fn r_aut_5_the_third_wrong_entry_blocks_and_nobody_hears_which_code_was_wrong() {
    on_both(|server| {
        let freja = server.enrol(&FREJA);
        let refused = Err("activation_refused".to_owned());
        assert_eq!(
            enter(
                server,
                "freja.holm",
                &freja.letter_code,
                &other_digit(&freja.sms_code)
            ),
            refused
        );
        assert_eq!(
            enter(
                server,
                "freja.holm",
                &other_digit(&freja.letter_code),
                &freja.sms_code
            ),
            refused
        );
        assert_eq!(
            enter(server, "freja.holm", &freja.letter_code, &freja.sms_code),
            Ok(()),
            "two wrong ones do no harm"
        );
        assert_eq!(
            enter(
                server,
                "freja.holm",
                &freja.letter_code,
                &other_digit(&freja.sms_code)
            ),
            refused
        );
        assert_eq!(
            enter(server, "freja.holm", &freja.letter_code, &freja.sms_code),
            refused,
            "three do"
        );
    });
}

#[test]
fn r_aut_9_a_stranger_with_only_a_user_id_blocks_no_codes() {
    let server = TestServer::sqlite();
    let freja = server.enrol(&FREJA);
    let selector: String = freja.letter_code.chars().take(3).collect();
    let other = if selector == "000" { "111" } else { "000" };
    for _ in 0..10 {
        assert!(enter(&server, "freja.holm", &format!("{other}-000-000"), "000000").is_err());
    }
    assert_eq!(
        enter(&server, "freja.holm", &freja.letter_code, &freja.sms_code),
        Ok(())
    );
}

#[test]
fn r_aut_5_an_sms_code_ends_after_thirty_minutes() {
    let server = TestServer::sqlite();
    let mut freja = server.enrol(&FREJA);
    server.wait(SignedDuration::from_mins(30) - SignedDuration::from_micros(1));
    assert_eq!(
        enter(&server, "freja.holm", &freja.letter_code, &freja.sms_code),
        Ok(())
    );
    server.wait(SignedDuration::from_micros(1));
    assert!(enter(&server, "freja.holm", &freja.letter_code, &freja.sms_code).is_err());
    server.new_codes(&mut freja);
    assert_eq!(
        enter(&server, "freja.holm", &freja.letter_code, &freja.sms_code),
        Ok(())
    );
}

#[test]
fn codes_are_used_once_and_only_the_newest_work() {
    let server = TestServer::sqlite();
    let mut freja = server.enrol(&FREJA);
    let old = Enrolled {
        somebody: FREJA,
        letter_code: freja.letter_code.clone(),
        sms_code: freja.sms_code.clone(),
        ..freja
    };
    server.new_codes(&mut freja);
    assert!(server.activate(&old, PIN).is_err());
    assert!(server.activate(&freja, PIN).is_ok());
    assert!(server.activate(&freja, PIN).is_err());
}

#[test]
fn another_persons_codes_do_not_fit() {
    let server = TestServer::sqlite();
    let (freja, oscar) = (server.enrol(&FREJA), server.enrol(&OSCAR));
    assert!(enter(&server, "freja.holm", &oscar.letter_code, &oscar.sms_code).is_err());
    assert!(enter(&server, "freja.holm", &freja.letter_code, &oscar.sms_code).is_err());
}

#[test]
fn r_aut_three_apps_and_not_four() {
    on_both(|server| {
        let mut freja = server.enrol(&FREJA);
        for _ in 0..3 {
            server.activate(&freja, PIN).unwrap();
            server.new_codes(&mut freja);
        }
        assert_eq!(
            server
                .activate(&freja, PIN)
                .err()
                .and_then(|error| error.code().map(str::to_owned))
                .as_deref(),
            Some("too_many_apps")
        );
    });
}

#[test]
fn r_pin_1_a_trivial_pin_is_refused_on_the_device() {
    let server = TestServer::sqlite();
    let freja = server.enrol(&FREJA);
    for pin in ["111111", "123456", "120485"] {
        assert!(
            matches!(server.activate(&freja, pin).err(), Some(AppError::Pin(_))),
            "{pin}"
        );
    }
    assert!(server.activate(&freja, "120486").is_ok());
}
