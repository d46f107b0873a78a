//! The device once it is an authenticator, and what is stored of it.

use std::fmt;
use std::sync::Arc;

use authn::Fault;
use authn::device_key::{DeviceKey, SIGNATURE_LENGTH};
use authn::statement::ApprovalStatement;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::ke2::base64url;
use crate::{AppError, HttpRequest, Stretch};

/// An activated device. Clones share the one key.
#[derive(Clone)]
pub struct Device(Arc<Inner>);

struct Inner {
    user_id: String,
    authenticator_id: String,
    app_token: Zeroizing<String>,
    key: DeviceKey,
    stretch: Stretch,
}

impl Device {
    pub(crate) fn new(
        user_id: String,
        authenticator_id: String,
        app_token: &str,
        key: DeviceKey,
        stretch: Stretch,
    ) -> Self {
        let app_token = app_token.to_owned().into();
        Self(Arc::new(Inner {
            user_id,
            authenticator_id,
            app_token,
            key,
            stretch,
        }))
    }

    /// The holder's user ID.
    pub fn user_id(&self) -> &str {
        &self.0.user_id
    }

    /// This authenticator's id.
    pub fn authenticator_id(&self) -> &str {
        &self.0.authenticator_id
    }

    /// What to store of the device.
    pub fn to_stored(&self) -> Result<StoredDevice, AppError> {
        let pkcs8 = self.0.key.to_pkcs8()?;
        Ok(StoredDevice {
            user_id: self.0.user_id.clone(),
            authenticator_id: self.0.authenticator_id.clone(),
            app_token: self.0.app_token.to_string(),
            device_key: base64url(&*pkcs8),
        })
    }

    /// Signs any statement, also one that nobody was shown: for tests of what a server refuses.
    pub fn dangerous_sign(
        &self,
        statement: &ApprovalStatement,
    ) -> Result<[u8; SIGNATURE_LENGTH], Fault> {
        self.0.key.sign(&statement.canonical())
    }

    pub(crate) fn stretch(&self) -> &Stretch {
        &self.0.stretch
    }

    /// A request that says which app speaks.
    pub(crate) fn signed_in(&self, request: HttpRequest) -> HttpRequest {
        request.with_header("authorization", format!("Segl-App {}", *self.0.app_token))
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Device(..)")
    }
}

/// A device as it is kept in the device's own protected storage. No PIN, and nothing from which one could be guessed.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct StoredDevice {
    user_id: String,
    authenticator_id: String,
    app_token: String,
    /// PKCS#8 in base64url.
    device_key: String,
}

impl StoredDevice {
    /// The device. [`Stretch::Argon2id`] unless this is a load generator.
    pub fn open(&self, stretch: Stretch) -> Result<Device, AppError> {
        let pkcs8 = URL_SAFE_NO_PAD.decode(&self.device_key).map(Zeroizing::new);
        let pkcs8 = pkcs8.map_err(|_| AppError::MalformedDevice)?;
        let key = DeviceKey::from_pkcs8(&pkcs8).map_err(|_| AppError::MalformedDevice)?;
        Ok(Device::new(
            self.user_id.clone(),
            self.authenticator_id.clone(),
            &self.app_token,
            key,
            stretch,
        ))
    }
}

impl fmt::Debug for StoredDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredDevice(..)")
    }
}
