//! Asking with the PIN and opening the answer: what approving and unlocking have in common.

use authn::Fault;
use authn::randomness::{CryptoRng, RngCore, SystemRandomness};
use authn::secret::{ClientLogin, KE3_LENGTH};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::pin::Pin;
use serde::Deserialize;

use crate::{AppError, HttpResponse, Stretch};

/// A guess that is on its way.
#[derive(Debug)]
pub(crate) struct Guess(ClientLogin);

impl Guess {
    /// Begins a guess; gives KE1 in base64url.
    pub(crate) fn start(
        rng: &mut (impl RngCore + CryptoRng),
        pin: &Pin,
    ) -> Result<(Self, String), AppError> {
        let (login, ke1) = ClientLogin::start(rng, pin.expose())?;
        Ok((Self(login), base64url(ke1)))
    }

    /// Opens KE2. A wrong PIN shows here, and is not finished.
    pub(crate) fn open(
        self,
        response: &HttpResponse,
        stretch: &Stretch,
    ) -> Result<Proved, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            exchange: String,
            ke2: String,
            tries_left: u32,
        }
        let Answer {
            exchange,
            ke2,
            tries_left,
        } = response.read()?;
        let ke2 = from_base64url(&ke2)?;
        // 3DH draws nothing when it finishes; only other key exchanges of the library would.
        let unused = &mut SystemRandomness::new();
        match self.0.finish(unused, &ke2, stretch) {
            Ok(logged_in) => Ok(Proved {
                exchange,
                ke3: logged_in.ke3,
            }),
            Err(Fault::SecretWrong) => Err(AppError::WrongPin { tries_left }),
            Err(fault) => Err(fault.into()),
        }
    }
}

/// A guess that was right.
#[derive(Clone)]
pub(crate) struct Proved {
    pub(crate) exchange: String,
    pub(crate) ke3: [u8; KE3_LENGTH],
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn from_base64url(text: &str) -> Result<Vec<u8>, AppError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| AppError::MalformedAnswer)
}
