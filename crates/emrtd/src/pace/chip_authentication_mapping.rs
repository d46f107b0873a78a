//! Chip Authentication Mapping (ICAO 9303-11, 4.4.3.5): PACE that proves the chip's static key at once.

use zeroize::Zeroizing;

use crate::crypto::AgreementKey;
use crate::crypto::curve::{Point, Secret};
use crate::crypto::symmetric::{EncryptionKey, unpad};
use crate::fault::{ChipFault, PaceFault};

/// What the chip sent to prove that it knows the private key of EF.CardSecurity. It proves nothing before EF.CardSecurity is verified.
#[derive(Debug, Clone)]
pub struct ChipAuthenticationMapping {
    /// `PK_Map,IC`.
    mapping: Point,
    /// `CA_IC`.
    data: Zeroizing<Vec<u8>>,
}

impl ChipAuthenticationMapping {
    /// Decrypts Encrypted Chip Authentication Data (4.4.3.5.3 and 4.4.3.5.4).
    pub(super) fn decrypt(
        key: &EncryptionKey,
        encrypted: &[u8],
        mapping: AgreementKey,
    ) -> Result<Self, PaceFault> {
        let malformed = |_| PaceFault::ChipAuthenticationDataMalformed;
        let AgreementKey::EllipticCurve(mapping) = mapping else {
            return Err(PaceFault::ChipAuthenticationDataMalformed);
        };
        let mut data = Zeroizing::new(encrypted.to_vec());
        key.decrypt(&key.iv([0xFF; 16]), &mut data)
            .map_err(malformed)?;
        unpad(&mut data).map_err(malformed)?;
        Ok(Self { mapping, data })
    }

    /// Whether the chip knows the private key of `static_key`: `PK_Map,IC = CA_IC * PK_IC` (4.4.3.5.2).
    ///
    /// The name says it: this is worth nothing unless `static_key` comes from a verified EF.CardSecurity.
    pub fn dangerous_verify(&self, static_key: &AgreementKey) -> Result<(), ChipFault> {
        let AgreementKey::EllipticCurve(point) = static_key else {
            return Err(ChipFault::ChipKeyInvalid);
        };
        if point.curve() != self.mapping.curve() {
            return Err(ChipFault::ChipKeyInvalid);
        }
        let failed = |_| ChipFault::ChipAuthenticationFailed;
        let data = Secret::from_bytes(point.curve(), &self.data).map_err(failed)?;
        if data.multiply(point).map_err(failed)? == self.mapping {
            return Ok(());
        }
        Err(ChipFault::ChipAuthenticationFailed)
    }
}
