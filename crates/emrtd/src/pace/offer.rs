//! Which of the protocols that EF.CardAccess offers is taken (ICAO 9303-11, 4.4.2 and 9.2.1).

use crate::crypto::symmetric::Cipher;
use crate::ephemeral_key::DomainParameters;
use crate::security_info::{KeyAgreement, Mapping, PaceInfo, PaceProtocol, SecurityInfos};

/// One way of doing PACE that a chip offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceOffer {
    /// Mapping, key agreement and cipher.
    pub protocol: PaceProtocol,
    /// The curve or the group.
    pub parameters: DomainParameters,
    /// The number of the domain parameters, as EF.CardAccess has it.
    pub parameter_id: Option<u64>,
    /// Whether the chip has several domain parameters, so that they must be named (DO'84' of MSE:Set AT).
    pub is_ambiguous: bool,
}

impl PaceOffer {
    /// Every offer that can be taken, best first: chip authentication mapping, which proves the chip at once, before the others;
    /// curves before groups; then the longer key, the larger field, and the generic mapping.
    ///
    /// Explicit domain parameters are taken where they equal known ones; version 1, which ICAO never had, is not taken.
    pub fn all(infos: &SecurityInfos<'_>) -> Vec<Self> {
        let mut ids: Vec<Option<u64>> = infos.pace.iter().map(|info| info.parameter_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let is_ambiguous = ids.len() > 1;
        let offer = |info: &PaceInfo| {
            let parameters = parameters(info, infos)?;
            let fits = matches!(
                (info.protocol.key_agreement, parameters),
                (KeyAgreement::Ecdh, DomainParameters::Curve(_))
                    | (KeyAgreement::Dh, DomainParameters::Group(_))
            );
            (fits && info.version == 2).then_some(Self {
                protocol: info.protocol,
                parameters,
                parameter_id: info.parameter_id,
                is_ambiguous,
            })
        };
        let mut offers: Vec<Self> = infos.pace.iter().filter_map(offer).collect();
        offers.sort_by_key(|offer| core::cmp::Reverse(offer.rank()));
        offers
    }

    fn rank(&self) -> (bool, bool, Cipher, usize, bool) {
        let PaceProtocol {
            key_agreement,
            mapping,
            cipher,
        } = self.protocol;
        (
            mapping == Mapping::ChipAuthentication,
            key_agreement == KeyAgreement::Ecdh,
            cipher,
            self.parameters.prime().len(),
            mapping == Mapping::Generic,
        )
    }
}

/// Numbers below this are standardised; others name a PACEDomainParameterInfo (ICAO 9303-11, 9.5.1).
const STANDARDISED: u64 = 32;

fn parameters(info: &PaceInfo, infos: &SecurityInfos<'_>) -> Option<DomainParameters> {
    if let Some(id) = info.parameter_id.filter(|id| *id < STANDARDISED) {
        return DomainParameters::from_parameter_id(id);
    }
    let mut explicit = infos.pace_domain_parameters.iter();
    let found = explicit.find(|explicit| {
        explicit.key_agreement == info.protocol.key_agreement
            && (explicit.parameter_id == info.parameter_id
                || infos.pace_domain_parameters.len() == 1)
    })?;
    DomainParameters::recognise(found.domain_parameter)
}
