//! The client's half of OPAQUE.

use std::fmt;

use opaque_ke::errors::{InternalError, ProtocolError};
use opaque_ke::{
    ClientLoginFinishParameters, ClientRegistrationFinishParameters, CredentialResponse,
    RegistrationResponse,
};
use zeroize::Zeroizing;

use super::{
    Binding, ClientSuite, KE1_LENGTH, KE2_LENGTH, KE3_LENGTH, RECORD_LENGTH,
    REGISTRATION_REQUEST_LENGTH, REGISTRATION_RESPONSE_LENGTH, Stretch, array, exactly,
};
use crate::Fault;
use crate::randomness::{CryptoRng, RngCore};

/// A registration between request and response.
pub struct ClientRegistration {
    state: opaque_ke::ClientRegistration<ClientSuite>,
    secret: Zeroizing<Vec<u8>>,
}

impl ClientRegistration {
    /// Begins to register `secret` (RFC 9807, 5.2.1: `CreateRegistrationRequest`); gives the request to send.
    pub fn start(
        rng: &mut (impl RngCore + CryptoRng),
        secret: &[u8],
    ) -> Result<(Self, [u8; REGISTRATION_REQUEST_LENGTH]), Fault> {
        let started = opaque_ke::ClientRegistration::start(rng, secret).map_err(client_fault)?;
        let pending = Self {
            state: started.state,
            secret: secret.to_vec().into(),
        };
        Ok((pending, array(started.message.serialize())))
    }

    /// Makes the record for the server from its response (RFC 9807, 5.2.3: `FinalizeRegistrationRequest`).
    pub fn finish(
        self,
        rng: &mut (impl RngCore + CryptoRng),
        response: &[u8],
        stretch: &Stretch,
    ) -> Result<Registered, Fault> {
        self.finish_bound(rng, response, stretch, Binding::SEGL_APP)
    }

    pub(super) fn finish_bound(
        self,
        rng: &mut (impl RngCore + CryptoRng),
        response: &[u8],
        stretch: &Stretch,
        binding: Binding<'_>,
    ) -> Result<Registered, Fault> {
        let response: &[u8; REGISTRATION_RESPONSE_LENGTH] =
            exactly(response, Fault::RegistrationResponseMalformed)?;
        let response = RegistrationResponse::deserialize(response)
            .map_err(|_| Fault::RegistrationResponseMalformed)?;
        let parameters =
            ClientRegistrationFinishParameters::new(binding.identifiers, Some(stretch));
        let finished = self
            .state
            .finish(rng, &self.secret, response, parameters)
            .map_err(client_fault)?;
        Ok(Registered {
            record: array(finished.message.serialize()),
            export_key: Zeroizing::new(array(finished.export_key)),
        })
    }
}

impl fmt::Debug for ClientRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientRegistration(..)")
    }
}

/// A finished registration.
pub struct Registered {
    /// For the server to keep.
    pub record: [u8; RECORD_LENGTH],
    /// A key that only the holder of the secret can have again, at each login.
    pub export_key: Zeroizing<[u8; 64]>,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registered(..)")
    }
}

/// A login between KE1 and KE2.
pub struct ClientLogin {
    state: opaque_ke::ClientLogin<ClientSuite>,
    secret: Zeroizing<Vec<u8>>,
}

impl ClientLogin {
    /// Begins a login (RFC 9807, 6.2.1: `GenerateKE1`); gives the KE1 to send.
    pub fn start(
        rng: &mut (impl RngCore + CryptoRng),
        secret: &[u8],
    ) -> Result<(Self, [u8; KE1_LENGTH]), Fault> {
        let started = opaque_ke::ClientLogin::start(rng, secret).map_err(client_fault)?;
        let pending = Self {
            state: started.state,
            secret: secret.to_vec().into(),
        };
        Ok((pending, array(started.message.serialize())))
    }

    /// Opens KE2 and makes KE3 (RFC 9807, 6.2.3: `GenerateKE3`). [`Fault::SecretWrong`] where it does not open.
    pub fn finish(
        self,
        rng: &mut (impl RngCore + CryptoRng),
        ke2: &[u8],
        stretch: &Stretch,
    ) -> Result<LoggedIn, Fault> {
        self.finish_bound(rng, ke2, stretch, Binding::SEGL_APP)
    }

    pub(super) fn finish_bound(
        self,
        rng: &mut (impl RngCore + CryptoRng),
        ke2: &[u8],
        stretch: &Stretch,
        binding: Binding<'_>,
    ) -> Result<LoggedIn, Fault> {
        let ke2: &[u8; KE2_LENGTH] = exactly(ke2, Fault::Ke2Malformed)?;
        let ke2 = CredentialResponse::deserialize(ke2).map_err(|_| Fault::Ke2Malformed)?;
        let parameters = ClientLoginFinishParameters::new(
            Some(binding.context),
            binding.identifiers,
            Some(stretch),
        );
        let finished = self
            .state
            .finish(rng, &self.secret, ke2, parameters)
            .map_err(client_fault)?;
        Ok(LoggedIn {
            ke3: array(finished.message.serialize()),
            session_key: Zeroizing::new(array(finished.session_key)),
            export_key: Zeroizing::new(array(finished.export_key)),
        })
    }
}

impl fmt::Debug for ClientLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientLogin(..)")
    }
}

/// A login that the client has finished: the secret was right, and the server is the one it was registered with.
pub struct LoggedIn {
    /// To be sent to the server.
    pub ke3: [u8; KE3_LENGTH],
    /// Shared with the server, new for each login.
    pub session_key: Zeroizing<[u8; 64]>,
    /// The same as at registration.
    pub export_key: Zeroizing<[u8; 64]>,
}

impl fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoggedIn(..)")
    }
}

fn client_fault(error: ProtocolError) -> Fault {
    match error {
        ProtocolError::InvalidLoginError => Fault::SecretWrong,
        ProtocolError::ReflectedValueError => Fault::ReflectedElement,
        ProtocolError::LibraryError(InternalError::KsfError) => Fault::StretchFailed,
        _ => Fault::OpaqueFailed,
    }
}
