//! `POST /enrol/v1/enrolments/number`: R-CPR-3, R-PER-4.

use app::enrolment::Way;
use domain::p_code::{IssuedPCode, PCode, PCodeName};
use domain::register::CprStatus;
use jiff::civil::date;
use server::register::{HttpRegister, Register};
use specimen::document::Persona;
use testkit::TestServer;

use super::*;
use crate::on_both;

#[test]
fn a_number_of_somebody_else_and_one_of_nobody_look_the_same() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    server.register(&[the_dane(), registered("Ida", "Holm", "1204851238")]);
    let document = specimens().document(Persona::Dane);
    let enrolment = up_to_number(&server, Way::Home, &document);
    let answer = |number: &str| {
        let answer = server.carry(enrolment.number(number).0);
        let mut body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        body["tries_left"].take();
        (answer.status, body)
    };
    let (of_another, of_nobody) = (answer("1204851238"), answer("0101901235"));
    assert_eq!(of_another, of_nobody);
    assert_eq!(
        (of_nobody.0, of_nobody.1["code"].as_str()),
        (403, Some("number_refused"))
    );
    assert_eq!(
        refused(server.step(enrolment.number("12345"))),
        refusal("number_malformed", "R-CPR-1")
    );
    let shown = server.step(enrolment.number(CPR)).unwrap();
    assert_eq!(shown.state, "user_id", "malformed ones do not count");
}

#[test]
fn the_fifth_number_may_still_be_right_and_the_fifth_wrong_one_ends_it() {
    on_both(|server| {
        ready(server);
        let document = specimens().document(Persona::Dane);
        for last_is_right in [true, false] {
            let enrolment = up_to_number(server, Way::Home, &document);
            for left in (1..5).rev() {
                match server.step(enrolment.number("0101901235")) {
                    Err(AppError::Refused(problem)) => assert_eq!(problem.tries_left, Some(left)),
                    other => panic!("{other:?}"),
                }
            }
            let number = if last_is_right { CPR } else { "0101901235" };
            let shown = server.step(enrolment.number(number)).unwrap();
            if last_is_right {
                assert_eq!(shown.state, "user_id");
            } else {
                assert_eq!(shown.refusal.unwrap().code, "number_tries_used_up");
                assert_eq!(
                    refused(server.step(enrolment.number(CPR))),
                    refusal("enrolment_out_of_turn", "R-ENR-1")
                );
            }
        }
    });
}

#[test]
fn many_numbers_in_one_moment_gain_no_more_than_the_tries() {
    on_both(|server| {
        ready(server);
        let document = specimens().document(Persona::Dane);
        let enrolment = up_to_number(server, Way::Home, &document);
        let requests = (0..12).map(|_| enrolment.number("0101901235").0).collect();
        let answers = at_once(server, requests);
        let told = answers
            .iter()
            .filter(|(_, body)| body["code"] == "number_refused")
            .count();
        assert!(
            told < 5,
            "{told} were told that there are more: {answers:?}"
        );
        let tried = server.segl.store.read_blocking(|tx| {
            tx.query_one("SELECT number_tries FROM enrolments", &[], |row| {
                row.bigint(0)
            })
        });
        let tried: i64 = tried.unwrap_or_else(|error: store::StoreError| panic!("{error}"));
        assert!(tried <= 5, "{tried} were looked up: {answers:?}");
    });
}

#[test]
fn r_cpr_3_a_status_that_allows_no_identity_ends_it() {
    for (digits, status) in CprStatus::ALL {
        let server = TestServer::sqlite();
        trust(&server.segl);
        server.register(&[RegisterEntry {
            status,
            ..the_dane()
        }]);
        let document = specimens().document(Persona::Dane);
        let enrolment = up_to_number(&server, Way::Home, &document);
        let answer = server.step(enrolment.number(CPR));
        match digits {
            "01" | "03" | "05" | "07" | "80" => {
                assert_eq!(answer.unwrap().state, "user_id", "{digits}");
            }
            "60" => assert_eq!(refused(answer), refusal("number_replaced", "R-CPR-3")),
            _ => {
                let refused = answer.unwrap().refusal.unwrap();
                assert_eq!(
                    (refused.code.as_str(), refused.rule.as_str()),
                    ("register_status", "R-CPR-3"),
                    "{digits}"
                );
            }
        }
    }
}

fn issue_p_code(server: &TestServer, code: &str) {
    let name = PCodeName::new("Anna Lena", "Specimen").unwrap();
    let code = PCode::parse(code).unwrap();
    let issued = IssuedPCode::issue(code, name, date(1990, 5, 17), server.now());
    let segl = Arc::clone(&server.segl);
    let added = server.segl.store.write_blocking(b"p_code", move |tx| {
        store::p_code::insert(tx, &segl.keys().data, &issued)
    });
    assert!(added.unwrap_or_else(|error: store::StoreError| panic!("{error}")));
}

#[test]
fn r_per_4_a_foreigner_uses_a_p_code_and_must_give_a_second_channel() {
    on_both(|server| {
        ready(server);
        issue_p_code(server, "12345678");
        let document = specimens().document(Persona::Foreigner);
        let enrolment = up_to_number(server, Way::Home, &document);
        assert_eq!(
            refused(server.step(enrolment.number("87654321"))),
            refusal("p_code_refused", "R-PER-4")
        );
        let shown = server.step(enrolment.number("12345678")).unwrap();
        assert_eq!(shown.state, "user_id");
        assert_eq!(
            refused(server.step(enrolment.choose("anna.lena", "+46 70 123 45 67", None))),
            refusal("contact_missing", "R-REC-3")
        );
        let choose = enrolment.choose("anna.lena", "+46 70 123 45 67", Some("anna@example.se"));
        let device = activate(server, server.step(choose).unwrap()).unwrap();
        sign_in(server, &device, "anna.lena");
    });
}

#[test]
fn r_per_4_a_p_code_of_somebody_else_is_none() {
    let server = TestServer::sqlite();
    ready(&server);
    issue_p_code(&server, "12345678");
    let document = specimens().document(Persona::Dane);
    let enrolment = up_to_number(&server, Way::Home, &document);
    assert_eq!(
        refused(server.step(enrolment.number("12345678"))),
        refusal("p_code_refused", "R-PER-4")
    );
}

#[test]
fn a_register_that_does_not_answer_costs_no_try() {
    let mut policy = testkit::demo_policy();
    policy.register.outside_seconds = 1;
    policy.register.outside_tries = 1;
    let server = TestServer::with_policy(policy);
    ready(&server);
    let document = specimens().document(Persona::Dane);
    let enrolment = up_to_number(&server, Way::Home, &document);
    let mut away = Arc::into_inner(server.beside()).unwrap();
    // Nobody listens on the discard port here.
    let token = domain::secret::Secret::new("token".to_owned());
    let register = HttpRegister::new("http://127.0.0.1:9/", token, None).unwrap();
    away.register = Register::Outside(register);
    let router = server::router(Arc::new(away));
    for _ in 0..6 {
        let request = enrolment.number(CPR).0;
        let mut builder = Request::post(&request.path);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let request = builder.body(Body::from(request.body)).unwrap();
        let answer = server.block_on(router.clone().oneshot(request)).unwrap();
        assert_eq!(answer.status().as_u16(), 503);
    }
    assert_eq!(look(&server, &enrolment).number_tries_left, 5);
    assert_eq!(server.step(enrolment.number(CPR)).unwrap().state, "user_id");
}
