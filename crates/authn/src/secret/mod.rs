//! The PIN's exchange: OPAQUE (RFC 9807) with ristretto255, SHA-512 and 3DH.
//!
//! The server never sees the secret (R-SEC-1). What it keeps, a [`SecretRecord`], allows no guessing without the keys of
//! [`OpaqueServer`], which live apart from the database. Key stretching runs on the person's device alone; the server's type has none.
//!
//! The server's identity is the ASCII string `segl-app-v1`; the client's is absent, and its public key stands in (RFC 9807, 4).

mod client;
mod server;
mod stretch;
#[cfg(test)]
mod vectors;

pub use client::{ClientLogin, ClientRegistration, LoggedIn, Registered};
pub use server::{OpaqueServer, PendingLogin, SecretProved, SecretRecord};
pub use stretch::{Stretch, StretchCache};

use opaque_ke::{CipherSuite, Identifiers, Ristretto255, TripleDh, ksf::Identity};
use sha2::Sha512;

/// Length of a registration request in bytes.
pub const REGISTRATION_REQUEST_LENGTH: usize = 32;
/// Length of a registration response in bytes.
pub const REGISTRATION_RESPONSE_LENGTH: usize = 64;
/// Length of a registration record in bytes.
pub const RECORD_LENGTH: usize = 192;
/// Length of KE1 in bytes.
pub const KE1_LENGTH: usize = 96;
/// Length of KE2 in bytes.
pub const KE2_LENGTH: usize = 320;
/// Length of KE3 in bytes.
pub const KE3_LENGTH: usize = 64;

/// The server's side: the stretching function is never called there, so there is none.
struct ServerSuite;

impl CipherSuite for ServerSuite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Identity;
}

/// The client's side, which stretches.
struct ClientSuite;

impl CipherSuite for ClientSuite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Stretch;
}

/// What an exchange is bound to besides its keys (RFC 9807, 6.4.2: `context`, `client_identity`, `server_identity`).
#[derive(Clone, Copy)]
struct Binding<'a> {
    context: &'a [u8],
    identifiers: Identifiers<'a>,
}

impl Binding<'static> {
    /// That of the app protocol, version 1. The server's identity is what separates this use of OPAQUE from any other; `context` would
    /// be the place for that, but not every client library in browsers can set it.
    const SEGL_APP: Self = Self {
        context: b"",
        identifiers: Identifiers {
            client: None,
            server: Some(b"segl-app-v1"),
        },
    };
}

/// `bytes` if they are exactly `N`: the library reads a prefix and ignores the rest.
fn exactly<const N: usize>(bytes: &[u8], fault: crate::Fault) -> Result<&[u8; N], crate::Fault> {
    bytes.try_into().map_err(|_| fault)
}

/// A message of the library as an array. Its length is fixed by the suite, so every test that runs shows that it is `N`.
fn array<const N: usize>(message: impl AsRef<[u8]>) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(message.as_ref());
    bytes
}
