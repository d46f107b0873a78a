//! Claiming, approving, rejecting; and what must be refused.

use super::{PIN, activated, claim, with_pin};
use crate::{AppError, ApprovalStatement, Approved, Channel, RejectReason, Rejected, drive};

#[test]
fn r_sig_2_what_was_shown_is_signed_with_the_pin() {
    let (mut server, device) = activated();
    let claim = claim(&mut server, &device);
    assert_eq!(
        (claim.service.as_str(), claim.action.as_str()),
        ("Nordbanken", "APPROVE")
    );
    let proved = with_pin(&mut server, &device, &claim, PIN).unwrap();
    assert_eq!(proved.statement(), &server.asked);
    let approved = drive(proved.sign().unwrap(), server.sender()).unwrap();
    assert_eq!(
        approved,
        Approved {
            return_to: Some("/signin/return?s=1&proof=2".to_owned())
        }
    );
    assert_eq!((server.approved, server.tries_left), (1, 3));
}

#[test]
fn r_sig_4_a_request_is_found_by_qr_code_or_typed_code() {
    let (mut server, device) = activated();
    let code = server.code_in_browser();
    assert!(drive(device.claim(Channel::TypedCode(&code)), server.sender()).is_ok());
    let [one, other] = server.qr([19, 20]);
    assert!(drive(device.claim(Channel::Qr([&other, &one])), server.sender()).is_ok());
    let [one, other] = server.qr([3, 4]);
    let error = drive(device.claim(Channel::Qr([&one, &other])), server.sender()).unwrap_err();
    assert_eq!(error.code(), Some("channel_refused"));
    let error = drive(device.claim(Channel::TypedCode("")), server.sender()).unwrap_err();
    assert_eq!(error.code(), Some("channel_refused"));
}

#[test]
fn r_aut_9_a_wrong_pin_is_found_by_the_app_and_counted_by_the_server() {
    let (mut server, device) = activated();
    let claim = claim(&mut server, &device);
    for tries_left in [2, 1, 0] {
        let error = with_pin(&mut server, &device, &claim, "271829").unwrap_err();
        assert_eq!(error, AppError::WrongPin { tries_left });
    }
    let AppError::Refused(problem) = with_pin(&mut server, &device, &claim, PIN).unwrap_err()
    else {
        panic!("not refused");
    };
    assert_eq!(
        (
            problem.status,
            problem.code.as_str(),
            problem.rule.as_deref()
        ),
        (423, "pin_locked", Some("R-AUT-9"))
    );
    assert_eq!(problem.until, Some("2026-11-22T20:40:00Z".parse().unwrap()));
    assert_eq!(server.approved, 0);
}

#[test]
fn r_sig_7_with_psd2_the_app_does_not_say_which_factor_failed() {
    let (mut server, device) = activated();
    server.psd2 = true;
    let claim = claim(&mut server, &device);
    let error = with_pin(&mut server, &device, &claim, "271829").unwrap_err();
    assert_eq!(error, AppError::NotAccepted { tries_left: 2 });
    assert!(!error.to_string().contains("PIN"));
}

#[test]
fn r_sig_2_an_altered_approval_is_refused_by_the_name_of_the_member() {
    let (mut server, device) = activated();
    let claim = claim(&mut server, &device);
    let proved = with_pin(&mut server, &device, &claim, PIN).unwrap();
    let altered = ApprovalStatement {
        reference_text: "Overfør 20,00 kr.".to_owned(),
        ..proved.statement().clone()
    };
    let signature = device.dangerous_sign(&altered).unwrap();
    let error = drive(
        proved.dangerous_finish(&altered, &signature),
        server.sender(),
    )
    .unwrap_err();
    let AppError::Refused(problem) = error else {
        panic!("not refused")
    };
    assert_eq!(
        (problem.code.as_str(), problem.member.as_deref()),
        ("approval_altered", Some("reference_text"))
    );

    // And one that claims to be what was asked, while something else was signed.
    let proved = with_pin(&mut server, &device, &claim, PIN).unwrap();
    let error = drive(
        proved.dangerous_finish(proved.statement(), &signature),
        server.sender(),
    )
    .unwrap_err();
    assert_eq!(error.code(), Some("signature_refused"));
    assert_eq!(server.approved, 0);
}

#[test]
fn a_replayed_approval_is_refused() {
    let (mut server, device) = activated();
    let claim = claim(&mut server, &device);
    let (request, awaiting) = with_pin(&mut server, &device, &claim, PIN)
        .unwrap()
        .sign()
        .unwrap();
    drive((request.clone(), awaiting), server.sender()).unwrap();
    assert_eq!(server.answer(&request).status, 409);
    assert_eq!(server.approved, 1);
}

#[test]
fn the_proof_of_another_exchange_is_refused() {
    let (mut server, device) = activated();
    let claim = claim(&mut server, &device);
    let (earlier, _) = with_pin(&mut server, &device, &claim, PIN)
        .unwrap()
        .sign()
        .unwrap();
    let (mut request, awaiting) = with_pin(&mut server, &device, &claim, PIN)
        .unwrap()
        .sign()
        .unwrap();
    let earlier: serde_json::Value = serde_json::from_slice(&earlier.body).unwrap();
    let mut body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    body["ke3"] = earlier["ke3"].clone();
    request.body = body.to_string().into_bytes();
    let error = drive((request, awaiting), server.sender()).unwrap_err();
    assert_eq!(error.code(), Some("pin_refused"));
    assert_eq!(server.approved, 0);
}

#[test]
fn rejecting_needs_no_pin() {
    let (mut server, device) = activated();
    let claim = claim(&mut server, &device);
    let rejected = drive(device.reject(&claim, RejectReason::NotMe), server.sender()).unwrap();
    assert_eq!(rejected, Rejected { return_to: None });
    assert_eq!(server.rejected.as_deref(), Some("not_me"));
    drive(device.reject(&claim, RejectReason::Abort), server.sender()).unwrap();
    assert_eq!(server.rejected.as_deref(), Some("abort"));
    assert_eq!(server.tries_left, 3);
}
