//! The vectors of RFC 9807, Appendix C, for ristretto255 (`testdata/rfc9807.json`), and what must not pass.

use std::collections::BTreeMap;

use opaque_ke::Identifiers;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::Fault;
use crate::randomness::{CryptoRng, Error, RngCore, SystemRandomness};

#[derive(Deserialize)]
struct Vector {
    section: String,
    context: String,
    inputs: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
}

impl Vector {
    fn read(section: &str) -> Self {
        let vectors: Vec<Self> =
            serde_json::from_str(include_str!("../../testdata/rfc9807.json")).unwrap();
        vectors
            .into_iter()
            .find(|vector| vector.section == section)
            .unwrap()
    }

    fn input(&self, name: &str) -> Vec<u8> {
        unhex(&self.inputs[name])
    }

    fn identity(&self, name: &str) -> Option<Vec<u8>> {
        self.inputs.get(name).map(|value| unhex(value))
    }

    fn output(&self, name: &str) -> Vec<u8> {
        unhex(&self.outputs[name])
    }

    /// The server's keys; `nobody` is the public key that answers where there is no record.
    fn server(&self, nobody: &[u8]) -> OpaqueServer {
        OpaqueServer::from_bytes(
            &[
                &self.input("oprf_seed"),
                &self.input("server_private_key"),
                nobody,
            ]
            .concat(),
        )
        .unwrap()
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
        .collect()
}

/// Gives the bytes it was made of, in their order, and no more.
struct Given(Vec<u8>);

impl Given {
    fn of(parts: &[&[u8]]) -> Self {
        Self(parts.concat())
    }
}

impl RngCore for Given {
    fn next_u32(&mut self) -> u32 {
        unreachable!("OPAQUE draws bytes")
    }
    fn next_u64(&mut self) -> u64 {
        unreachable!("OPAQUE draws bytes")
    }
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        let rest = self.0.split_off(dest.len());
        dest.copy_from_slice(&self.0);
        self.0 = rest;
    }
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}
impl CryptoRng for Given {}

/// A random scalar is 64 bytes modulo the group's order, so a scalar and 32 zero bytes give that scalar.
const REST_OF_SCALAR: [u8; 32] = [0; 32];

fn real_vector(section: &str) {
    let vector = Vector::read(section);
    let (client, server) = (
        vector.identity("client_identity"),
        vector.identity("server_identity"),
    );
    let context = unhex(&vector.context);
    let binding = Binding {
        context: &context,
        identifiers: Identifiers {
            client: client.as_deref(),
            server: server.as_deref(),
        },
    };
    let (password, credential_id) = (
        vector.input("password"),
        vector.input("credential_identifier"),
    );
    let opaque = vector.server(&vector.input("server_public_key"));

    let mut rng = Given::of(&[&vector.input("blind_registration"), &REST_OF_SCALAR]);
    let (registration, request) = ClientRegistration::start(&mut rng, &password).unwrap();
    assert_eq!(request[..], vector.output("registration_request"));
    let response = opaque.register(&credential_id, &request).unwrap();
    assert_eq!(response[..], vector.output("registration_response"));
    let mut rng = Given::of(&[&vector.input("envelope_nonce")]);
    let registered = registration
        .finish_bound(&mut rng, &response, &Stretch::Identity, binding)
        .unwrap();
    assert_eq!(registered.record[..], vector.output("registration_upload"));
    assert_eq!(registered.export_key[..], vector.output("export_key"));

    let (seed, nonce) = (
        vector.input("client_keyshare_seed"),
        vector.input("client_nonce"),
    );
    let mut rng = Given::of(&[&vector.input("blind_login"), &REST_OF_SCALAR, &seed, &nonce]);
    let (login, ke1) = ClientLogin::start(&mut rng, &password).unwrap();
    assert_eq!(ke1[..], vector.output("KE1"));
    let record = SecretRecord::from_bytes(&registered.record).unwrap();
    let (seed, nonce) = (
        vector.input("server_keyshare_seed"),
        vector.input("server_nonce"),
    );
    let masking_key_of_nobody = [0; 64];
    let mut rng = Given::of(&[
        &masking_key_of_nobody,
        &vector.input("masking_nonce"),
        &seed,
        &nonce,
    ]);
    let (pending, ke2) = opaque
        .begin_bound(&mut rng, Some(&record), &credential_id, &ke1, binding)
        .unwrap();
    assert_eq!(ke2[..], vector.output("KE2"));
    let logged_in = login
        .finish_bound(&mut Given::of(&[]), &ke2, &Stretch::Identity, binding)
        .unwrap();
    assert_eq!(logged_in.ke3[..], vector.output("KE3"));
    assert_eq!(logged_in.session_key[..], vector.output("session_key"));
    assert_eq!(logged_in.export_key[..], vector.output("export_key"));
    let session_key = pending.finish_bound(&logged_in.ke3, binding).unwrap();
    assert_eq!(session_key[..], vector.output("session_key"));
}

#[test]
fn rfc_9807_c_1_1_without_identities() {
    real_vector("C.1.1");
}

#[test]
fn rfc_9807_c_1_2_with_identities() {
    real_vector("C.1.2");
}

#[test]
fn rfc_9807_c_2_1_a_record_of_nobody() {
    let vector = Vector::read("C.2.1");
    let (client, server) = (
        vector.identity("client_identity"),
        vector.identity("server_identity"),
    );
    let context = unhex(&vector.context);
    let binding = Binding {
        context: &context,
        identifiers: Identifiers {
            client: client.as_deref(),
            server: server.as_deref(),
        },
    };
    let mut rng = Given::of(&[
        &vector.input("masking_key"),
        &vector.input("masking_nonce"),
        &vector.input("server_keyshare_seed"),
        &vector.input("server_nonce"),
    ]);
    let (_, ke2) = vector
        .server(&vector.input("client_public_key"))
        .begin_bound(
            &mut rng,
            None,
            &vector.input("credential_identifier"),
            &vector.input("KE1"),
            binding,
        )
        .unwrap();
    assert_eq!(ke2[..], vector.output("KE2"));
}

const ID: &[u8] = b"0123456789abcdef";

/// A server and the record of the PIN 271828, made with the stretching that vectors use.
fn registered() -> (OpaqueServer, SecretRecord, Registered) {
    let rng = &mut SystemRandomness::new();
    let server = OpaqueServer::generate(rng);
    let (client, request) = ClientRegistration::start(rng, b"271828").unwrap();
    let response = server.register(ID, &request).unwrap();
    let registered = client.finish(rng, &response, &Stretch::Identity).unwrap();
    let record = SecretRecord::from_bytes(&registered.record).unwrap();
    (server, record, registered)
}

fn login(
    server: &OpaqueServer,
    record: Option<&SecretRecord>,
    id: &[u8],
    pin: &[u8],
) -> Result<(), Fault> {
    let rng = &mut SystemRandomness::new();
    let (client, ke1) = ClientLogin::start(rng, pin)?;
    let (pending, ke2) = server.begin(rng, record, id, &ke1)?;
    let ke3 = client.finish(rng, &ke2, &Stretch::Identity)?.ke3;
    let _proved: SecretProved = pending.finish(&ke3)?;
    Ok(())
}

#[test]
fn only_the_right_secret_for_the_right_authenticator_passes() {
    let (server, record, _) = registered();
    assert_eq!(login(&server, Some(&record), ID, b"271828"), Ok(()));
    assert_eq!(
        login(&server, Some(&record), ID, b"271829"),
        Err(Fault::SecretWrong)
    );
    assert_eq!(
        login(&server, Some(&record), b"0123456789abcdeF", b"271828"),
        Err(Fault::SecretWrong)
    );
    assert_eq!(login(&server, None, ID, b"271828"), Err(Fault::SecretWrong));
    let other = OpaqueServer::generate(&mut SystemRandomness::new());
    assert_eq!(
        login(&other, Some(&record), ID, b"271828"),
        Err(Fault::SecretWrong)
    );
}

/// What the app protocol says: no context, no client identity, and the server is `segl-app-v1`.
#[test]
fn the_exchange_is_bound_to_the_app_protocol() {
    let (server, record, _) = registered();
    let rng = &mut SystemRandomness::new();
    for (context, name, expected) in [
        (&b""[..], Some(&b"segl-app-v1"[..]), true),
        (b"", Some(b"segl-app-v2"), false),
        (b"", None, false),
        (b"segl-app-v1", Some(b"segl-app-v1"), false),
    ] {
        let (client, ke1) = ClientLogin::start(rng, b"271828").unwrap();
        let (_, ke2) = server.begin(rng, Some(&record), ID, &ke1).unwrap();
        let identifiers = Identifiers {
            client: None,
            server: name,
        };
        let binding = Binding {
            context,
            identifiers,
        };
        let finished = client.finish_bound(rng, &ke2, &Stretch::Identity, binding);
        assert_eq!(finished.is_ok(), expected);
    }
}

#[test]
fn argon2id_is_part_of_the_secret() {
    let rng = &mut SystemRandomness::new();
    let server = OpaqueServer::generate(rng);
    let (client, request) = ClientRegistration::start(rng, b"271828").unwrap();
    let response = server.register(ID, &request).unwrap();
    let registered = client.finish(rng, &response, &Stretch::Argon2id).unwrap();
    let record = SecretRecord::from_bytes(&registered.record).unwrap();
    let kept = Stretch::Kept(StretchCache::default());
    for (stretch, expected) in [
        (&Stretch::Argon2id, true),
        (&kept, true),
        (&kept, true),
        (&Stretch::Identity, false),
    ] {
        let (client, ke1) = ClientLogin::start(rng, b"271828").unwrap();
        let (_, ke2) = server.begin(rng, Some(&record), ID, &ke1).unwrap();
        let export_key = client
            .finish(rng, &ke2, stretch)
            .map(|logged_in| logged_in.export_key);
        assert_eq!(
            export_key.ok(),
            expected.then_some(registered.export_key.clone())
        );
    }
}

#[test]
fn what_was_written_reads_back_and_works() {
    let (server, record, registered) = registered();
    assert_eq!(record.to_bytes(), registered.record);
    let again = OpaqueServer::from_bytes(&server.to_bytes()[..]).unwrap();
    assert_eq!(again.to_bytes(), server.to_bytes());

    let rng = &mut SystemRandomness::new();
    let (client, ke1) = ClientLogin::start(rng, b"271828").unwrap();
    let (pending, ke2) = again.begin(rng, Some(&record), ID, &ke1).unwrap();
    let logged_in = client.finish(rng, &ke2, &Stretch::Identity).unwrap();
    assert_eq!(logged_in.export_key, registered.export_key);
    let unsealed = PendingLogin::from_bytes(&pending.to_bytes()[..]).unwrap();
    assert!(unsealed.finish(&logged_in.ke3).is_ok());
}

#[test]
fn any_changed_byte_of_ke2_or_ke3_is_refused() {
    let (server, record, _) = registered();
    let rng = &mut SystemRandomness::new();
    for at in 0..KE2_LENGTH {
        let (client, ke1) = ClientLogin::start(rng, b"271828").unwrap();
        let (_, mut ke2) = server.begin(rng, Some(&record), ID, &ke1).unwrap();
        ke2[at] ^= 1;
        let fault = client.finish(rng, &ke2, &Stretch::Identity).unwrap_err();
        assert!(
            matches!(fault, Fault::SecretWrong | Fault::Ke2Malformed),
            "byte {at}: {fault:?}"
        );
    }
    let (client, ke1) = ClientLogin::start(rng, b"271828").unwrap();
    let (pending, ke2) = server.begin(rng, Some(&record), ID, &ke1).unwrap();
    let ke3 = client.finish(rng, &ke2, &Stretch::Identity).unwrap().ke3;
    for at in 0..KE3_LENGTH {
        let mut altered = ke3;
        altered[at] ^= 1;
        let pending = PendingLogin::from_bytes(&pending.to_bytes()[..]).unwrap();
        assert_eq!(
            pending.finish(&altered),
            Err(Fault::SecretRefused),
            "byte {at}"
        );
    }
}

#[test]
fn an_element_that_the_server_reflects_is_noticed() {
    let (server, record, _) = registered();
    let rng = &mut SystemRandomness::new();
    let (client, ke1) = ClientLogin::start(rng, b"271828").unwrap();
    let (_, mut ke2) = server.begin(rng, Some(&record), ID, &ke1).unwrap();
    ke2[..32].copy_from_slice(&ke1[..32]);
    assert_eq!(
        client.finish(rng, &ke2, &Stretch::Identity).unwrap_err(),
        Fault::ReflectedElement
    );
}

#[test]
fn every_other_length_is_malformed() {
    let (server, record, registered) = registered();
    let rng = &mut SystemRandomness::new();
    let (registration, request) = ClientRegistration::start(rng, b"271828").unwrap();
    let mut response = server.register(ID, &request).unwrap().to_vec();
    let (client, ke1) = ClientLogin::start(rng, b"271828").unwrap();
    let (pending, ke2) = server.begin(rng, Some(&record), ID, &ke1).unwrap();
    response.push(0);
    let fault = registration
        .finish(rng, &response, &Stretch::Identity)
        .unwrap_err();
    assert_eq!(fault, Fault::RegistrationResponseMalformed);
    assert_eq!(
        client
            .finish(rng, &ke2[1..], &Stretch::Identity)
            .unwrap_err(),
        Fault::Ke2Malformed
    );
    assert_eq!(
        pending.finish(&[0; KE3_LENGTH - 1]).unwrap_err(),
        Fault::Ke3Malformed
    );
    for change in [-1_isize, 1] {
        let resized = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            bytes.resize(bytes.len().saturating_add_signed(change), 0);
            bytes
        };
        assert_eq!(
            server.register(ID, &resized(&request)),
            Err(Fault::RegistrationRequestMalformed)
        );
        assert_eq!(
            server.begin(rng, None, ID, &resized(&ke1)).unwrap_err(),
            Fault::Ke1Malformed
        );
        assert_eq!(
            SecretRecord::from_bytes(&resized(&registered.record)).unwrap_err(),
            Fault::RecordMalformed
        );
        assert_eq!(
            OpaqueServer::from_bytes(&resized(&server.to_bytes()[..])).unwrap_err(),
            Fault::ServerKeysMalformed
        );
        assert_eq!(
            PendingLogin::from_bytes(&resized(&[0; 128])).unwrap_err(),
            Fault::PendingLoginMalformed
        );
    }
}

#[test]
fn the_identity_element_is_refused_everywhere() {
    let (server, _, registered) = registered();
    let rng = &mut SystemRandomness::new();
    assert_eq!(
        server.register(ID, &[0; 32]),
        Err(Fault::RegistrationRequestMalformed)
    );
    let (_, mut ke1) = ClientLogin::start(rng, b"271828").unwrap();
    ke1[64..].fill(0);
    assert_eq!(
        server.begin(rng, None, ID, &ke1).unwrap_err(),
        Fault::Ke1Malformed
    );
    let mut record = registered.record;
    record[..32].fill(0);
    assert_eq!(
        SecretRecord::from_bytes(&record).unwrap_err(),
        Fault::RecordMalformed
    );
}

#[test]
fn debug_shows_no_secret() {
    let (server, record, _) = registered();
    let rng = &mut SystemRandomness::new();
    let (client, ke1) = ClientLogin::start(rng, b"271828").unwrap();
    let (pending, _) = server.begin(rng, Some(&record), ID, &ke1).unwrap();
    let shown = format!("{server:?} {record:?} {pending:?} {client:?}");
    assert_eq!(
        shown,
        "OpaqueServer(..) SecretRecord(..) PendingLogin(..) ClientLogin(..)"
    );
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), KE2_LENGTH)) {
        let (server, _, _) = registered();
        let rng = &mut SystemRandomness::new();
        let _ = server.register(ID, &bytes[..REGISTRATION_REQUEST_LENGTH]);
        let _ = server.begin(rng, None, ID, &bytes[..KE1_LENGTH]);
        let _ = SecretRecord::from_bytes(&bytes[..RECORD_LENGTH]);
        let _ = OpaqueServer::from_bytes(&bytes[..OpaqueServer::LENGTH]);
        let pending = PendingLogin::from_bytes(&bytes[..PendingLogin::LENGTH]).unwrap();
        prop_assert!(pending.finish(&bytes[128..128 + KE3_LENGTH]).is_err());
        let (client, _) = ClientLogin::start(rng, b"271828").unwrap();
        prop_assert!(client.finish(rng, &bytes, &Stretch::Identity).is_err());
    }
}
