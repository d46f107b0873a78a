//! What can be wrong with a signed list: of authorities, of deviations, of defects.

use crate::fault::{CmsFault, SignatureFault, TimeFault, TlvFault, TrustFault};

/// Why a list is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListFault {
    /// Its signature, or what holds it, is not accepted.
    #[error("the list's signed data is not accepted")]
    SignedDataRefused(#[source] CmsFault),
    /// Its content is not the structure that the standard gives.
    #[error("the list cannot be read")]
    ContentMalformed(#[source] TlvFault),
    /// Its content is of a version that is not known.
    #[error("there is no such version of the list")]
    VersionUnknown,
    /// It has more entries than are read.
    #[error("the list has more entries than are read")]
    TooManyEntries,
    /// A period holds something else than times.
    #[error("the list holds a period of something else than times")]
    PeriodMalformed(#[source] TimeFault),
    /// The hash function of the list is not known.
    #[error("the list's hash function is not known")]
    DigestUnknown(#[source] SignatureFault),
    /// The certificate of its signer is not for signing such lists (ICAO 9303-12, 7.1.1.3): any document signer could have signed it.
    #[error("the signer is not entitled to sign such lists")]
    SignerNotEntitled,
    /// The certificate of its signer leads to no authority that is trusted.
    #[error("the list's signer is not trusted")]
    SignerNotTrusted(#[source] TrustFault),
}
