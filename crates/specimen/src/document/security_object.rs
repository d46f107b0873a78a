//! EF.SOD and EF.CardSecurity: what the document signer signs (Doc 9303-10, 4.6.2; Doc 9303-11, 9.2.11).

use jiff::Timestamp;

use super::{DocumentPlan, noon};
use crate::{
    cms::{SignedData, SignerCertificate, content_type},
    der,
    digest::Digest,
    randomness::Randomness,
};

/// The version of the logical data structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LdsVersion {
    /// 1.7: the version stands only in EF.COM.
    V1_7,
    /// 1.8: the version stands in the security object too, which has version 1.
    V1_8,
}

impl LdsVersion {
    /// As in EF.COM.
    pub fn text(self) -> &'static str {
        match self {
            Self::V1_7 => "0107",
            Self::V1_8 => "0108",
        }
    }
}

/// `LDSSecurityObject` (Doc 9303-10, 4.6.2.3) over data groups with their numbers.
pub fn security_object_content(
    version: LdsVersion,
    digest: Digest,
    groups: &[(u8, Vec<u8>)],
) -> Vec<u8> {
    let hashes = groups.iter().map(|(number, content)| {
        der::sequence([
            der::small(u32::from(*number)),
            der::octets(&digest.hash(&[content])),
        ])
    });
    let (number, info) = match version {
        LdsVersion::V1_7 => (0, Vec::new()),
        LdsVersion::V1_8 => (
            1,
            der::sequence([der::printable(version.text()), der::printable("040000")]),
        ),
    };
    der::sequence([
        der::small(number),
        digest.algorithm(false),
        der::sequence(hashes),
        info,
    ])
}

/// EF.SOD over the data groups.
pub(super) fn sign(
    plan: &DocumentPlan,
    groups: &[(u8, Vec<u8>)],
    by: &SignerCertificate,
    randomness: &mut Randomness,
) -> Vec<u8> {
    let content = security_object_content(plan.lds_version, plan.digest, groups);
    let data = SignedData {
        content_type: content_type::LDS_SECURITY_OBJECT,
        content: &content,
        further_certificates: &[],
        digest: by.signer.scheme.digest(),
        signing_time: noon(plan.issued),
        quirks: &plan.quirks,
    };
    der::constructed(0x77, [data.sign(by, randomness)])
}

/// EF.CardSecurity around its `SecurityInfos`.
pub(super) fn sign_card_security(
    content: &[u8],
    signing_time: Timestamp,
    by: &SignerCertificate,
    randomness: &mut Randomness,
) -> Vec<u8> {
    let data = SignedData {
        content_type: content_type::SECURITY_OBJECT,
        content,
        further_certificates: &[],
        digest: by.signer.scheme.digest(),
        signing_time,
        quirks: &[],
    };
    data.sign(by, randomness)
}
