//! At home with a passport: `/enrol/v1/enrolments` from its beginning to its end.

use app::enrolment::{Enrolment, Way};
use domain::proofing::FaceDecision;
use jiff::SignedDuration;
use specimen::document::Persona;
use testkit::TestServer;
use testkit::people::FREJA;
use testkit::register::registered;

use super::*;
use crate::on_both;

#[test]
fn from_nothing_to_signed_in_at_the_bank() {
    on_both(|server| {
        ready(server);
        let document = specimens().document(Persona::Dane);
        let enrolment = server.step(Enrolment::begin(Way::Home)).unwrap();
        let shown = look(server, &enrolment);
        assert_eq!(
            (shown.way.as_str(), shown.state.as_str()),
            ("home", "document")
        );
        assert!(shown.document.is_none());

        read(server, &enrolment, &document);
        let shown = look(server, &enrolment);
        assert_eq!(shown.state, "face");
        let read = shown.document.unwrap();
        assert_eq!(read.kind, "passport");
        assert_eq!(read.name, "Soeren Aebeloe Oestergaard");
        assert_eq!(read.birth_date.as_deref(), Some("1984-02-29"));
        assert_eq!(
            (
                read.nationality.as_str(),
                read.document_number_tail.as_str()
            ),
            ("DNK", "001")
        );
        assert!(
            read.portrait
                .unwrap()
                .starts_with("data:image/jpeg;base64,/9j/")
        );

        let id = the_one_in(server, "face");
        decide(server, id, &FaceDecision::ToOfficial).unwrap();
        assert_eq!(look(server, &enrolment).state, "waiting_for_official");
        decide(server, id, &same_face()).unwrap();
        assert_eq!(
            decide(server, id, &same_face()),
            Err(Fault::EnrolmentOutOfTurn)
        );

        let shown = server.step(enrolment.number("290284-0002")).unwrap();
        assert_eq!((shown.state.as_str(), shown.document), ("user_id", None));
        let checked = server.step(enrolment.check_user_id("søren.ø")).unwrap();
        assert!(checked.free);
        let choosing = server
            .step(enrolment.choose("Søren.Ø", "20 12 34 56", Some("soren@example.dk")))
            .unwrap();
        assert_eq!(choosing.given_name(), "Søren");
        let shown = look(server, &enrolment);
        assert_eq!((shown.state.as_str(), shown.has_identity), ("app", false));
        assert_eq!(shown.user_id.as_deref(), Some("Søren.Ø"));
        let device = activate(server, choosing).unwrap();
        assert_eq!(look(server, &enrolment).state, "done");
        sign_in(server, &device, "søren.ø");
    });
}

#[test]
fn r_rec_3_the_holder_is_told_on_two_channels_and_the_decision_stays_without_the_document() {
    let server = TestServer::sqlite();
    ready(&server);
    let enrolment = up_to_user_id(&server);
    assert!(row(&server, "user_id").0);
    let choosing = server
        .step(enrolment.choose("soeren", "+4520123456", None))
        .unwrap();
    let messages = |server: &TestServer| -> Vec<String> {
        let found = server.segl.store.read_blocking(|tx| {
            tx.query(
                "SELECT channel FROM messages ORDER BY channel",
                &[],
                |row| Ok(row.text(0)?.to_owned()),
            )
        });
        found.unwrap_or_else(|error: store::StoreError| panic!("{error}"))
    };
    assert_eq!(messages(&server), ["letter", "sms"]);
    activate(&server, choosing).unwrap();
    assert_eq!(messages(&server), ["letter", "letter", "sms", "sms"]);
    let (has_evidence, decision) = row(&server, "done");
    assert!(!has_evidence);
    assert_eq!(
        decision,
        r#"{"proof":{"proof":{"way":"home","ial":"substantial","evidence":["passport_chip","chip_authentication","face_by_official","register"]},"had_identity":false}}"#
    );
    // It stays when the enrolment is forgotten.
    server.wait(SignedDuration::from_hours(25));
    let segl = server.beside();
    server.block_on(server::jobs::once(&segl)).unwrap();
    assert_eq!(row(&server, "done").1, decision);
}

#[test]
fn r_enr_1_what_was_proved_resumes_for_a_day_less_a_microsecond_even_elsewhere() {
    on_both(|server| {
        ready(server);
        let document = specimens().document(Persona::Dane);
        let enrolment = up_to_number(server, Way::Home, &document);
        server.wait(SignedDuration::from_hours(24) - SignedDuration::from_micros(1));
        // What a device stored is all that it takes, at another server.
        let stored = Enrolment::resume(enrolment.owner().to_owned());
        let (request, _) = stored.number(CPR);
        let answers = at_once(server, vec![request]);
        assert_eq!(
            (answers[0].0, answers[0].1["state"].as_str()),
            (200, Some("user_id"))
        );
        server.wait(SignedDuration::from_micros(1));
        assert_eq!(
            refused(server.step(enrolment.look())),
            refusal("enrolment_unknown", "R-ENR-1")
        );
    });
}

#[test]
fn r_enr_1_what_expired_is_forgotten_with_everything_that_was_read() {
    let server = TestServer::sqlite();
    ready(&server);
    let document = specimens().document(Persona::Dane);
    let enrolment = server.step(Enrolment::begin(Way::Home)).unwrap();
    read(&server, &enrolment, &document);
    server.wait(SignedDuration::from_hours(1));
    let segl = server.beside();
    server.block_on(server::jobs::once(&segl)).unwrap();
    let left = server.segl.store.read_blocking(|tx| {
        tx.query_one("SELECT COUNT(*) FROM enrolments", &[], |row| row.bigint(0))
    });
    assert_eq!(
        left.unwrap_or_else(|error: store::StoreError| panic!("{error}")),
        0
    );
}

#[test]
fn r_age_1_the_thirteenth_birthday_begins_at_midnight_in_denmark() {
    let server = TestServer::sqlite();
    ready(&server);
    // Noon in Denmark is 11 in UTC: midnight is twelve hours away.
    let document = passport("Lind", "Alma", "131123");
    server.wait(SignedDuration::from_hours(12) - SignedDuration::from_secs(1));
    let early = server.step(Enrolment::begin(Way::Home)).unwrap();
    read(&server, &early, &document);
    let shown = look(&server, &early);
    assert_eq!(shown.state, "refused");
    let refusal = shown.refusal.unwrap();
    assert_eq!(
        (refusal.rule.as_str(), refusal.code.as_str()),
        ("R-AGE-1", "too_young")
    );
    assert_eq!(refusal.from.as_deref(), Some("2026-11-23"));
    server.wait(SignedDuration::from_secs(1));
    let on_the_day = server.step(Enrolment::begin(Way::Home)).unwrap();
    read(&server, &on_the_day, &document);
    assert_eq!(look(&server, &on_the_day).state, "face");
}

#[test]
fn r_doc_6_another_face_ends_it() {
    let server = TestServer::sqlite();
    ready(&server);
    let document = specimens().document(Persona::Dane);
    let enrolment = server.step(Enrolment::begin(Way::Home)).unwrap();
    read(&server, &enrolment, &document);
    decide(&server, the_one_in(&server, "face"), &FaceDecision::Refused).unwrap();
    let shown = look(&server, &enrolment);
    assert_eq!(shown.refusal.unwrap().code, "face_refused");
    assert!(!row(&server, "refused").0, "nothing that was read is kept");
}

#[test]
fn r_doc_6_a_reading_that_was_refused_can_be_repeated() {
    let server = TestServer::sqlite();
    ready(&server);
    let enrolment = server.step(Enrolment::begin(Way::Home)).unwrap();
    read(&server, &enrolment, &specimens().document(Persona::Expired));
    assert_eq!(look(&server, &enrolment).state, "document");
    read(&server, &enrolment, &specimens().document(Persona::Dane));
    assert_eq!(look(&server, &enrolment).state, "face");
}

#[test]
fn r_per_1_who_has_an_identity_gets_an_app_of_that_one() {
    on_both(|server| {
        trust(&server.segl);
        let enrolled = server.enrol(&FREJA);
        server.register(&[registered("Freja", "Holm", FREJA.number)]);
        let document = passport("Holm", "Freja", "850412");
        let enrolment = up_to_number(server, Way::Home, &document);
        let shown = server.step(enrolment.number(FREJA.number)).unwrap();
        assert_eq!((shown.state.as_str(), shown.has_identity), ("app", true));
        assert_eq!(shown.user_id.as_deref(), Some("freja.holm"));
        assert_eq!(
            refused(server.step(enrolment.choose("another", "+4520123456", None))),
            refusal("enrolment_out_of_turn", "R-ENR-1")
        );
        let choosing = server.step(enrolment.app()).unwrap();
        let device = activate(server, choosing).unwrap();
        sign_in(server, &device, "freja.holm");
        drop(enrolled);
    });
}

#[test]
fn no_step_before_its_turn() {
    let server = TestServer::sqlite();
    ready(&server);
    let out_of_turn = || refusal("enrolment_out_of_turn", "R-ENR-1");
    let enrolment = server.step(Enrolment::begin(Way::Home)).unwrap();
    let all_but_the_document = |enrolment: &Enrolment| {
        assert_eq!(refused(server.step(enrolment.number(CPR))), out_of_turn());
        assert_eq!(
            refused(server.step(enrolment.check_user_id("soeren"))),
            out_of_turn()
        );
        assert_eq!(
            refused(server.step(enrolment.choose("soeren", "+4520123456", None))),
            out_of_turn()
        );
        assert_eq!(refused(server.step(enrolment.app())), out_of_turn());
        assert_eq!(refused(server.step(enrolment.hand_over())), out_of_turn());
    };
    all_but_the_document(&enrolment);
    let id = the_one_in(&server, "document");
    assert_eq!(
        decide(&server, id, &same_face()),
        Err(Fault::EnrolmentOutOfTurn)
    );
    read(&server, &enrolment, &specimens().document(Persona::Dane));
    all_but_the_document(&enrolment);
    let zone = specimens().document(Persona::Dane).mrz.text();
    let again = server.step(enrolment.read_chip(ChipAccess::Zone(&zone)));
    assert_eq!(refused(again), out_of_turn());
    let forged = Enrolment::resume("AAAA".to_owned());
    assert_eq!(
        refused(server.step(forged.look())),
        refusal("enrolment_unknown", "R-ENR-1")
    );
}

#[test]
fn a_jpeg_2000_portrait_is_shown_as_png() {
    let server = TestServer::sqlite();
    ready(&server);
    let document = issued(Persona::Dane, |plan| {
        plan.portrait = specimen::document::Portrait::Jpeg2000;
    });
    let enrolment = server.step(Enrolment::begin(Way::Home)).unwrap();
    read(&server, &enrolment, &document);
    let portrait = look(&server, &enrolment).document.unwrap().portrait;
    assert!(
        portrait
            .unwrap()
            .starts_with("data:image/png;base64,iVBORw0KGgo")
    );
}
