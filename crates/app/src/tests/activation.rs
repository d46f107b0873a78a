//! Activating, and what is stored of the device.

use super::{PIN, Server, activate, activated, claim, with_pin};
use crate::pin::PinFault;
use crate::randomness::SystemRandomness;
use crate::{Activation, AppError, StoredDevice, Stretch, StretchCache, drive};

#[test]
fn r_aut_5_two_right_codes_a_pin_and_a_key_make_a_device() {
    let (mut server, device) = activated();
    assert_eq!(device.user_id(), "ida.holm");
    assert!(drive(device.waiting(), server.sender()).unwrap());
}

#[test]
fn r_aut_5_wrong_codes_are_refused() {
    let mut server = Server::new();
    for (user_id, letter, sms) in [
        ("ida.helm", "7K2-M4P-9QX", "482913"),
        ("ida.holm", "7K2-M4P-9QY", "482913"),
        ("ida.holm", "7K2-M4P-9QX", "482914"),
        ("ida.holm", "", ""),
    ] {
        let error = drive(Activation::start(user_id, letter, sms), server.sender()).unwrap_err();
        assert_eq!(error.code(), Some("activation_refused"));
    }
}

#[test]
fn r_pin_1_a_trivial_pin_never_leaves_the_app_and_another_may_follow() {
    let mut server = Server::new();
    let rng = &mut SystemRandomness::new();
    let choosing = drive(
        Activation::start("ida.holm", "7K2-M4P-9QX", "482913"),
        server.sender(),
    )
    .unwrap();
    for (pin, fault) in [
        ("12345", PinFault::NotSixDigits),
        ("777777", PinFault::OneDigit),
        ("987654", PinFault::Run),
        ("120485", PinFault::BirthDate),
    ] {
        assert_eq!(choosing.choose(pin, rng).unwrap_err(), AppError::Pin(fault));
    }
    assert!(choosing.choose(PIN, rng).is_ok());
}

#[test]
fn the_stored_device_is_the_device_and_holds_no_pin() {
    let mut server = Server::new();
    // With argon2id at every step, as on a real device.
    let device = activate(&mut server, Stretch::Argon2id).unwrap();
    let stored = serde_json::to_string(&device.to_stored().unwrap()).unwrap();
    assert!(!stored.contains(PIN));
    let again: StoredDevice = serde_json::from_str(&stored).unwrap();
    let again = again.open(Stretch::Argon2id).unwrap();
    let claim = claim(&mut server, &again);
    let proved = with_pin(&mut server, &again, &claim, PIN).unwrap();
    drive(proved.sign().unwrap(), server.sender()).unwrap();
    assert_eq!(server.approved, 1);

    let broken: StoredDevice =
        serde_json::from_str(&stored.replacen("\"device_key\":\"", "\"device_key\":\"A", 1))
            .unwrap();
    assert_eq!(
        broken.open(Stretch::Argon2id).unwrap_err(),
        AppError::MalformedDevice
    );
}

#[test]
fn a_key_that_is_not_the_devices_is_refused() {
    let mut server = Server::new();
    let rng = &mut SystemRandomness::new();
    let stretch = Stretch::Kept(StretchCache::default());
    let choosing = drive(
        Activation::start("ida.holm", "7K2-M4P-9QX", "482913"),
        server.sender(),
    )
    .unwrap();
    let registering = drive(
        choosing.stretching(stretch).choose(PIN, rng).unwrap(),
        server.sender(),
    )
    .unwrap();
    let (mut request, awaiting) = registering.finish("Idas telefon", rng).unwrap();
    let mut body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let other = authn::device_key::DeviceKey::generate()
        .unwrap()
        .public()
        .unwrap();
    body["device_key"] = crate::ke2::base64url(other.as_bytes()).into();
    request.body = body.to_string().into_bytes();
    let error = drive((request, awaiting), server.sender()).unwrap_err();
    assert_eq!(error.code(), Some("signature_refused"));
}

#[test]
fn debug_shows_no_secret() {
    let (_, device) = activated();
    let stored = device.to_stored().unwrap();
    let (request, _) = device.waiting();
    assert_eq!(
        format!("{device:?} {stored:?} {request:?}"),
        "Device(..) StoredDevice(..) GET /app/v1/requests"
    );
}
