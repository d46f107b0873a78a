//! Activation (R-AUT-5): two codes, a PIN, a device key.

use std::fmt;

use authn::device_key::DeviceKey;
use authn::randomness::{CryptoRng, RngCore};
use authn::secret::ClientRegistration;
use authn::statement::ActivationStatement;
use domain::pin::Pin;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::ke2::{base64url, from_base64url};
use crate::{AppError, Device, HttpRequest, HttpResponse, Step, Stretch};

/// Where an app's life begins.
#[derive(Debug)]
pub struct Activation;

impl Activation {
    /// Asks to activate this device with the two codes, as they were typed.
    pub fn start(
        user_id: &str,
        letter_code: &str,
        sms_code: &str,
    ) -> (HttpRequest, AwaitActivation) {
        let body = json!({ "user_id": user_id, "letter_code": letter_code, "sms_code": sms_code });
        (
            HttpRequest::post("/app/v1/activations", &body),
            AwaitActivation(()),
        )
    }
}

/// Waits for the codes to be accepted.
#[derive(Debug)]
pub struct AwaitActivation(pub(crate) ());

impl Step for AwaitActivation {
    type Next = ChoosePin;

    fn receive(self, response: &HttpResponse) -> Result<ChoosePin, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            activation: String,
            authenticator_id: String,
            given_name: String,
            birth_date: Date,
        }
        let Answer {
            activation,
            authenticator_id,
            given_name,
            birth_date,
        } = response.read()?;
        Ok(ChoosePin {
            activation,
            authenticator_id,
            given_name,
            birth_date,
            stretch: Stretch::Argon2id,
        })
    }
}

/// The codes were right; the holder chooses a PIN.
#[derive(Clone)]
pub struct ChoosePin {
    activation: String,
    authenticator_id: String,
    given_name: String,
    birth_date: Date,
    stretch: Stretch,
}

impl ChoosePin {
    /// The holder's given name, to greet them with.
    pub fn given_name(&self) -> &str {
        &self.given_name
    }

    /// Stretches the PIN in another way than with argon2id each time: for a load generator.
    #[must_use]
    pub fn stretching(self, stretch: Stretch) -> Self {
        Self { stretch, ..self }
    }

    /// Takes the PIN, unless R-PIN-1 refuses it: then the holder chooses again.
    pub fn choose(
        &self,
        pin: &str,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(HttpRequest, AwaitRegistration), AppError> {
        let pin = Pin::parse(pin, Some(self.birth_date))?;
        let (registration, request) = ClientRegistration::start(rng, pin.expose())?;
        let body =
            json!({ "activation": self.activation, "registration_request": base64url(request) });
        let awaiting = AwaitRegistration {
            chosen: self.clone(),
            registration,
        };
        Ok((
            HttpRequest::post("/app/v1/activations/pin", &body),
            awaiting,
        ))
    }
}

impl fmt::Debug for ChoosePin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChoosePin(..)")
    }
}

/// Waits for the server's half of the PIN's registration.
#[derive(Debug)]
pub struct AwaitRegistration {
    chosen: ChoosePin,
    registration: ClientRegistration,
}

impl Step for AwaitRegistration {
    type Next = Registering;

    fn receive(self, response: &HttpResponse) -> Result<Registering, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            registration_response: String,
        }
        let Answer {
            registration_response,
        } = response.read()?;
        let response = from_base64url(&registration_response)?;
        Ok(Registering {
            chosen: self.chosen,
            registration: self.registration,
            response,
        })
    }
}

/// The server answered; what is left is to stretch the PIN and to make the device key.
#[derive(Debug)]
pub struct Registering {
    chosen: ChoosePin,
    registration: ClientRegistration,
    response: Vec<u8>,
}

impl Registering {
    /// Makes the PIN's record and a device key, and hands the server both.
    pub fn finish(
        self,
        device_name: &str,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(HttpRequest, AwaitActivated), AppError> {
        let Self {
            chosen,
            registration,
            response,
        } = self;
        let registered = registration.finish(rng, &response, &chosen.stretch)?;
        let key = DeviceKey::generate()?;
        let public = key.public()?;
        let statement =
            ActivationStatement::new(&chosen.activation, &chosen.authenticator_id, &public);
        let body = json!({
            "activation": chosen.activation,
            "registration_record": base64url(registered.record),
            "device_key": base64url(public.as_bytes()),
            "device_name": device_name,
            "platform": "rust",
            "proof": base64url(key.sign(&statement.canonical())?),
        });
        let awaiting = AwaitActivated {
            authenticator_id: chosen.authenticator_id,
            key,
            stretch: chosen.stretch,
        };
        Ok((
            HttpRequest::post("/app/v1/activations/finish", &body),
            awaiting,
        ))
    }
}

/// Waits for the server to make this device an authenticator.
#[derive(Debug)]
pub struct AwaitActivated {
    authenticator_id: String,
    key: DeviceKey,
    stretch: Stretch,
}

impl Step for AwaitActivated {
    type Next = Activated;

    fn receive(self, response: &HttpResponse) -> Result<Activated, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            app_token: String,
            person: Person,
            user_id: String,
            assurance: String,
        }
        #[derive(Deserialize)]
        struct Person {
            name: String,
        }
        let Answer {
            app_token,
            person,
            user_id,
            assurance,
        } = response.read()?;
        let device = Device::new(
            user_id,
            self.authenticator_id,
            &Zeroizing::new(app_token),
            self.key,
            self.stretch,
        );
        Ok(Activated {
            device,
            name: person.name,
            assurance,
        })
    }
}

/// The device is an authenticator now.
pub struct Activated {
    /// To be stored, and used from here on.
    pub device: Device,
    /// The holder's name.
    pub name: String,
    /// The assurance that this app reaches, such as `substantial`.
    pub assurance: String,
}

impl fmt::Debug for Activated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Activated(..)")
    }
}
