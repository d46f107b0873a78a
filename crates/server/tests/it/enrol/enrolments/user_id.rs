//! `/enrol/v1/enrolments/user-id` and the app that follows: R-UID-1, R-PER-1, R-PER-5.

use app::enrolment::Way;
use specimen::document::Persona;
use testkit::TestServer;

use super::*;
use crate::on_both;

#[test]
fn r_uid_1_what_is_wrong_with_a_user_id_is_named() {
    let server = TestServer::sqlite();
    ready(&server);
    server.enrol(&testkit::people::OSCAR);
    let enrolment = up_to_user_id(&server);
    let long = "a".repeat(49);
    for (user_id, why) in [
        ("abcd", "too_short"),
        (long.as_str(), "too_long"),
        ("søren ", "space_at_edge"),
        ("søren/", "character"),
        ("290284-0002", "looks_like_cpr"),
    ] {
        let checked = server.step(enrolment.check_user_id(user_id)).unwrap();
        assert_eq!((checked.free, checked.why.as_deref()), (false, Some(why)));
        let answer = server.carry(enrolment.choose(user_id, "+4520123456", None).0);
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            (body["code"].as_str(), body["why"].as_str()),
            (Some("user_id_refused"), Some(why))
        );
    }
    let taken = server.step(enrolment.check_user_id("Oscar Dam")).unwrap();
    assert_eq!(taken.why.as_deref(), Some("taken"));
    assert_eq!(
        refused(server.step(enrolment.choose("OSCAR dam", "+4520123456", None))),
        refusal("user_id_taken", "R-UID-1")
    );
    assert!(
        server
            .step(enrolment.choose("søren", "+4520123456", None))
            .is_ok()
    );
}

#[test]
fn r_per_5_phone_numbers_of_any_country_and_nothing_else() {
    let server = TestServer::sqlite();
    ready(&server);
    let enrolment = up_to_user_id(&server);
    for phone in ["", "201234567", "+45201234567", "+0123456789", "ring"] {
        assert_eq!(
            refused(server.step(enrolment.choose("søren", phone, None))),
            refusal("phone_refused", "R-PER-5"),
            "{phone}"
        );
    }
    assert_eq!(
        refused(server.step(enrolment.choose("søren", "20123456", Some("søren@")))),
        refusal("email_refused", "R-REC-3")
    );
    assert!(
        server
            .step(enrolment.choose("søren", "0048 601 234 567", None))
            .is_ok()
    );
}

#[test]
fn r_uid_1_of_two_who_choose_one_user_id_in_one_moment_one_gets_it() {
    on_both(|server| {
        trust(&server.segl);
        server.register(&[the_dane(), registered("Alma", "Lind", "0101901235")]);
        let first = up_to_user_id(server);
        let second = up_to_number(server, Way::Home, &passport("Lind", "Alma", "900101"));
        assert_eq!(
            server.step(second.number("0101901235")).unwrap().state,
            "user_id"
        );
        let requests =
            [&first, &second].map(|enrolment| enrolment.choose("the.same", "+4520123456", None).0);
        let answers = at_once(server, requests.into());
        let mut statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{answers:?}");
        let loser = answers.iter().find(|(status, _)| *status == 409).unwrap();
        assert_eq!(loser.1["code"], "user_id_taken");
    });
}

#[test]
fn r_per_1_of_two_enrolments_of_one_person_in_one_moment_one_makes_the_identity() {
    on_both(|server| {
        ready(server);
        let enrolments = [up_to_user_id(server), up_to_user_id(server)];
        let requests = ["one.name", "other.name"]
            .into_iter()
            .zip(&enrolments)
            .map(|(user_id, enrolment)| enrolment.choose(user_id, "+4520123456", None).0);
        let answers = at_once(server, requests.collect());
        let mut statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{answers:?}");
        let place = answers
            .iter()
            .position(|(status, _)| *status == 409)
            .unwrap();
        assert_eq!(answers[place].1["code"], "has_identity");
        let shown = look(server, &enrolments[place]);
        assert_eq!((shown.state.as_str(), shown.has_identity), ("app", true));
    });
}

#[test]
fn one_enrolment_makes_one_identity_however_often_it_is_asked_in_one_moment() {
    on_both(|server| {
        ready(server);
        let enrolment = up_to_user_id(server);
        let requests = ["one.name", "other.name", "third.name"]
            .map(|user_id| enrolment.choose(user_id, "+4520123456", None).0);
        let answers = at_once(server, requests.into());
        let made = answers.iter().filter(|(status, _)| *status == 200).count();
        assert_eq!(made, 1, "{answers:?}");
        let identities = server.segl.store.read_blocking(|tx| {
            tx.query_one("SELECT COUNT(*) FROM identities", &[], |row| row.bigint(0))
        });
        let identities: i64 =
            identities.unwrap_or_else(|error: store::StoreError| panic!("{error}"));
        assert_eq!(identities, 1);
    });
}

#[test]
fn r_enr_1_an_activation_is_finished_once_and_can_be_begun_anew_before() {
    on_both(|server| {
        ready(server);
        let enrolment = up_to_user_id(server);
        let first = server
            .step(enrolment.choose("søren", "+4520123456", None))
            .unwrap();
        // The app was closed before the PIN: another activation of the same identity.
        let second = server.step(enrolment.app()).unwrap();
        let rng = &mut authn::randomness::SystemRandomness::new();
        let finishing = [first, second].map(|choosing| {
            let choosing = choosing.stretching(Stretch::Kept(StretchCache::default()));
            let registering = server.step(choosing.choose(PIN, rng).unwrap()).unwrap();
            registering.finish("Phone", rng).unwrap().0
        });
        let answers = at_once(server, finishing.into());
        let mut statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{answers:?}");
        assert_eq!(
            refused(server.step(enrolment.app())),
            refusal("enrolment_out_of_turn", "R-ENR-1")
        );
    });
}

#[test]
fn r_uid_2_asking_for_user_ids_is_for_the_proven_and_limited() {
    let server = TestServer::sqlite();
    ready(&server);
    let document = specimens().document(Persona::Dane);
    let enrolment = up_to_number(&server, Way::Home, &document);
    assert_eq!(
        refused(server.step(enrolment.check_user_id("søren"))),
        refusal("enrolment_out_of_turn", "R-ENR-1")
    );
    server.step(enrolment.number(CPR)).unwrap();
    let most = server.segl.policy.enrolment.user_id_checks_per_minute - 1;
    for _ in 0..most {
        assert!(server.step(enrolment.check_user_id("søren")).is_ok());
    }
    let (code, _) = refused(server.step(enrolment.check_user_id("søren")));
    assert_eq!(code, "too_many_requests");
}
