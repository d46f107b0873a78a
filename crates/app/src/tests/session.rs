//! The holder's own pages.

use super::{PIN, activated};
use crate::pin::Pin;
use crate::randomness::SystemRandomness;
use crate::{AppError, SettingsChange, TypedCode, drive};

#[test]
fn the_pin_opens_the_holders_pages() {
    let (mut server, device) = activated();
    let rng = &mut SystemRandomness::new();
    let pin = Pin::as_typed(PIN).unwrap();
    let proved = drive(device.unlock(&pin, rng).unwrap(), server.sender()).unwrap();
    let session = drive(proved.open(), server.sender()).unwrap();

    let me = drive(session.me(), server.sender()).unwrap();
    assert_eq!(
        (me.name.as_str(), me.settings.typed_code),
        ("Ida Holm", TypedCode::Off)
    );
    assert!(me.authenticators[0].this && me.authenticators[0].id == device.authenticator_id());

    let first = drive(session.activity(None), server.sender()).unwrap();
    assert_eq!(first.entries[0].service.as_deref(), Some("Nordbanken"));
    let last = drive(session.activity(first.next.as_deref()), server.sender()).unwrap();
    assert_eq!(
        (last.entries[0].what.as_str(), last.next),
        ("app_activated", None)
    );

    let change = SettingsChange {
        typed_code: Some(true),
        ..SettingsChange::default()
    };
    let settings = drive(session.settings(change), server.sender()).unwrap();
    assert_eq!(settings.typed_code, TypedCode::Waiting);
    assert_eq!(
        settings.typed_code_from,
        Some("2026-11-22T21:00:00Z".parse().unwrap())
    );

    drive(session.remove(), server.sender()).unwrap();
    let error = drive(device.waiting(), server.sender()).unwrap_err();
    assert_eq!(error.code(), Some("app_not_active"));
}

#[test]
fn a_wrong_pin_opens_nothing() {
    let (mut server, device) = activated();
    let pin = Pin::as_typed("000000").unwrap();
    let step = device.unlock(&pin, &mut SystemRandomness::new()).unwrap();
    assert_eq!(
        drive(step, server.sender()).unwrap_err(),
        AppError::WrongPin { tries_left: 2 }
    );
}
