//! Checking that an app that is being activated holds its device key (R-AUT-5).

use crate::Fault;
use crate::device_key::DevicePublicKey;
use crate::statement::ActivationStatement;

/// Checks the proof of possession in `activations/finish`: the device key signed the activation statement for just this activation
/// token and authenticator.
pub fn verify_activation(
    activation_token: &str,
    authenticator_id: &str,
    device_key: &[u8],
    proof: &[u8],
) -> Result<ProvenDeviceKey, Fault> {
    let key = DevicePublicKey::from_bytes(device_key)?;
    let _signed = key.verify(
        &ActivationStatement::new(activation_token, authenticator_id, &key).canonical(),
        proof,
    )?;
    Ok(ProvenDeviceKey(key))
}

/// A device key whose private half the app has shown to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ProvenDeviceKey(DevicePublicKey);

impl ProvenDeviceKey {
    /// The key, to be kept.
    pub const fn key(&self) -> &DevicePublicKey {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device_key::DeviceKey;

    #[test]
    fn the_proof_holds_for_its_activation_authenticator_and_key_only() {
        let key = DeviceKey::generate().unwrap();
        let public = key.public().unwrap();
        let proof = key
            .sign(&ActivationStatement::new("token", "id", &public).canonical())
            .unwrap();
        let verify = |token, id, key: &[u8]| verify_activation(token, id, key, &proof);
        assert_eq!(
            verify("token", "id", public.as_bytes()).unwrap().key(),
            &public
        );
        let other = *DeviceKey::generate().unwrap().public().unwrap().as_bytes();
        assert_eq!(
            verify("Token", "id", public.as_bytes()),
            Err(Fault::SignatureRefused)
        );
        assert_eq!(
            verify("token", "Id", public.as_bytes()),
            Err(Fault::SignatureRefused)
        );
        assert_eq!(verify("token", "id", &other), Err(Fault::SignatureRefused));
        assert_eq!(
            verify("token", "id", &other[1..]),
            Err(Fault::DeviceKeyMalformed)
        );
    }
}
