//! The server's half of OPAQUE.

use std::fmt;

use opaque_ke::{
    CredentialFinalization, CredentialRequest, RegistrationRequest, ServerLogin,
    ServerLoginParameters, ServerRegistration, ServerSetup,
};
use zeroize::Zeroizing;

use super::{
    Binding, KE1_LENGTH, KE2_LENGTH, KE3_LENGTH, RECORD_LENGTH, REGISTRATION_REQUEST_LENGTH,
    REGISTRATION_RESPONSE_LENGTH, ServerSuite, array, exactly,
};
use crate::Fault;
use crate::randomness::{CryptoRng, RngCore};

/// The server's long-term OPAQUE keys: the OPRF seed, the key pair of the key exchange, and the public key of nobody, for uniform
/// answers. Read once at start; a login parses nothing of it again.
pub struct OpaqueServer(ServerSetup<ServerSuite>);

impl OpaqueServer {
    /// Length of the keys in bytes: OPRF seed (64), private key (32), public key of nobody (32).
    pub const LENGTH: usize = 128;

    /// Draws new keys.
    pub fn generate(rng: &mut (impl RngCore + CryptoRng)) -> Self {
        Self(ServerSetup::new(rng))
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let bytes: &[u8; Self::LENGTH] = exactly(bytes, Fault::ServerKeysMalformed)?;
        ServerSetup::deserialize(bytes)
            .map(Self)
            .map_err(|_| Fault::ServerKeysMalformed)
    }

    /// The keys, for the vault that keeps them apart from the database.
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::LENGTH]> {
        Zeroizing::new(array(self.0.serialize()))
    }

    /// Answers a registration request (RFC 9807, 5.2.2: `CreateRegistrationResponse`).
    ///
    /// `credential_id` is the authenticator's id, the same one as at every later login.
    pub fn register(
        &self,
        credential_id: &[u8],
        request: &[u8],
    ) -> Result<[u8; REGISTRATION_RESPONSE_LENGTH], Fault> {
        let request: &[u8; REGISTRATION_REQUEST_LENGTH] =
            exactly(request, Fault::RegistrationRequestMalformed)?;
        let request = RegistrationRequest::deserialize(request)
            .map_err(|_| Fault::RegistrationRequestMalformed)?;
        let started = ServerRegistration::start(&self.0, request, credential_id)
            .map_err(|_| Fault::OpaqueFailed)?;
        Ok(array(started.message.serialize()))
    }

    /// Answers KE1 with KE2 (RFC 9807, 6.2.2: `GenerateKE2`).
    ///
    /// Without a record the answer is that of RFC 9807 section 10.9: nobody can tell it from a real one, nor finish it. For that to
    /// hold at the second try too, a `credential_id` that does not exist must be the same each time.
    pub fn begin(
        &self,
        rng: &mut (impl RngCore + CryptoRng),
        record: Option<&SecretRecord>,
        credential_id: &[u8],
        ke1: &[u8],
    ) -> Result<(PendingLogin, [u8; KE2_LENGTH]), Fault> {
        self.begin_bound(rng, record, credential_id, ke1, Binding::SEGL_APP)
    }

    pub(super) fn begin_bound(
        &self,
        rng: &mut (impl RngCore + CryptoRng),
        record: Option<&SecretRecord>,
        credential_id: &[u8],
        ke1: &[u8],
        binding: Binding<'_>,
    ) -> Result<(PendingLogin, [u8; KE2_LENGTH]), Fault> {
        let ke1: &[u8; KE1_LENGTH] = exactly(ke1, Fault::Ke1Malformed)?;
        let request = CredentialRequest::deserialize(ke1).map_err(|_| Fault::Ke1Malformed)?;
        let record = record.map(|record| record.0.clone());
        let started =
            ServerLogin::start(rng, &self.0, record, request, credential_id, binding.into())
                .map_err(|_| Fault::OpaqueFailed)?;
        Ok((
            PendingLogin(started.state),
            array(started.message.serialize()),
        ))
    }
}

impl fmt::Debug for OpaqueServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueServer(..)")
    }
}

impl<'a> From<Binding<'a>> for ServerLoginParameters<'a, 'a> {
    fn from(binding: Binding<'a>) -> Self {
        Self {
            context: Some(binding.context),
            identifiers: binding.identifiers,
        }
    }
}

/// What the server keeps of a person's secret (RFC 9807, 5.1: `RegistrationRecord`).
///
/// ```text
/// struct {
///   uint8 client_public_key[Npk];   // 32, a valid element
///   uint8 masking_key[Nh];          // 64
///   Envelope envelope;              // nonce 32, auth_tag 64
/// } RegistrationRecord;
/// ```
#[derive(Clone)]
pub struct SecretRecord(ServerRegistration<ServerSuite>);

impl SecretRecord {
    /// Reads a record, as the client uploaded or the database keeps it, and checks its public key.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let bytes: &[u8; RECORD_LENGTH] = exactly(bytes, Fault::RecordMalformed)?;
        ServerRegistration::deserialize(bytes)
            .map(Self)
            .map_err(|_| Fault::RecordMalformed)
    }

    /// The record, for the database.
    pub fn to_bytes(&self) -> [u8; RECORD_LENGTH] {
        array(self.0.serialize())
    }
}

impl fmt::Debug for SecretRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretRecord(..)")
    }
}

/// A login between KE2 and KE3. It is written to be sealed and handed to the app: whoever reads it could finish without the secret.
pub struct PendingLogin(ServerLogin<ServerSuite>);

impl PendingLogin {
    /// Length in bytes: session key (64) and expected client MAC (64).
    pub const LENGTH: usize = 128;

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let bytes: &[u8; Self::LENGTH] = exactly(bytes, Fault::PendingLoginMalformed)?;
        ServerLogin::deserialize(bytes)
            .map(Self)
            .map_err(|_| Fault::PendingLoginMalformed)
    }

    /// The state, to be sealed.
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::LENGTH]> {
        Zeroizing::new(array(self.0.serialize()))
    }

    /// Checks KE3 (RFC 9807, 6.4.4: `AuthServerFinalize`). A pending login is finished at most once.
    pub fn finish(self, ke3: &[u8]) -> Result<SecretProved, Fault> {
        self.finish_bound(ke3, Binding::SEGL_APP)
            .map(|_session_key| SecretProved(()))
    }

    /// As [`Self::finish`]; gives the session key, which the app protocol has no use for: TLS carries what follows.
    pub(super) fn finish_bound(
        self,
        ke3: &[u8],
        binding: Binding<'_>,
    ) -> Result<Zeroizing<[u8; 64]>, Fault> {
        let ke3: &[u8; KE3_LENGTH] = exactly(ke3, Fault::Ke3Malformed)?;
        let ke3 = CredentialFinalization::deserialize(ke3).map_err(|_| Fault::Ke3Malformed)?;
        let finished = self
            .0
            .finish(ke3, binding.into())
            .map_err(|_| Fault::SecretRefused)?;
        Ok(Zeroizing::new(array(finished.session_key)))
    }
}

impl fmt::Debug for PendingLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingLogin(..)")
    }
}

/// Evidence that the other side knew the secret in an exchange.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct SecretProved(());
