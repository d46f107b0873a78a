//! Answers that are not the protocol's.

use proptest::prelude::*;
use serde_json::json;

use super::{PIN, activated, claim};
use crate::pin::Pin;
use crate::randomness::SystemRandomness;
use crate::{Activation, AppError, HttpResponse, Step};

fn answer(status: u16, body: &str) -> HttpResponse {
    HttpResponse {
        status,
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn an_answer_from_something_else_is_not_taken_for_the_servers() {
    let receive = |status, body| {
        Activation::start("", "", "")
            .1
            .receive(&answer(status, body))
            .unwrap_err()
    };
    assert_eq!(receive(200, "<html>"), AppError::MalformedAnswer);
    assert_eq!(receive(200, "{}"), AppError::MalformedAnswer);
    assert_eq!(receive(502, "<html>"), AppError::UnexpectedStatus(502));
    assert_eq!(receive(500, "{}"), AppError::UnexpectedStatus(500));
    assert_eq!(receive(204, ""), AppError::UnexpectedStatus(204));
}

#[test]
fn an_answer_may_have_members_that_this_version_does_not_know() {
    let (_, device) = activated();
    let body = json!({ "waiting": false, "tomorrow": [1, 2, 3] });
    assert_eq!(
        device
            .waiting()
            .1
            .receive(&HttpResponse::json(200, &body).unwrap()),
        Ok(false)
    );
}

#[test]
fn a_success_that_says_no_is_none() {
    let (mut server, device) = activated();
    let claim = claim(&mut server, &device);
    let proved = super::with_pin(&mut server, &device, &claim, PIN).unwrap();
    let (_, awaiting) = proved.sign().unwrap();
    assert_eq!(
        awaiting.receive(&answer(200, r#"{"approved":false}"#)),
        Err(AppError::MalformedAnswer)
    );
}

#[test]
fn a_ke2_of_another_length_or_encoding_is_malformed() {
    let (mut server, device) = activated();
    let claim = claim(&mut server, &device);
    let receive = |ke2: &str| {
        let pin = Pin::as_typed(PIN).unwrap();
        let (_, awaiting) = device
            .approve(&claim, &pin, &mut SystemRandomness::new())
            .unwrap();
        let body = json!({ "exchange": "", "ke2": ke2, "tries_left": 2 });
        awaiting
            .receive(&HttpResponse::json(200, &body).unwrap())
            .unwrap_err()
    };
    assert_eq!(receive("AAAA"), AppError::Authn(authn::Fault::Ke2Malformed));
    assert_eq!(receive("===="), AppError::MalformedAnswer);
}

proptest! {
    #[test]
    fn any_answer_never_panics(status in 100..600_u16, body in any::<Vec<u8>>()) {
        let response = HttpResponse { status, body };
        prop_assert!(Activation::start("", "", "").1.receive(&response).is_err());
    }
}
