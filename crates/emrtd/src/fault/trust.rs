//! What can be wrong on the way from a certificate to an authority that is trusted.

use crate::fault::{CertificateFault, SignatureFault};

/// Why a certificate is not trusted, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustFault {
    /// No authority in the store has the issuer's name or key identifier.
    #[error("the issuer is unknown")]
    IssuerUnknown,
    /// The only certificate that fits as issuer belongs to another country (ICAO 9303-12, 7.1.1: both must be the same).
    #[error("the issuer belongs to another country")]
    IssuerCountryDiffers,
    /// The only certificate that fits as issuer is none of an authority: basic constraints or key usage do not let it sign (RFC 5280,
    /// 4.2.1.3 and 4.2.1.9).
    #[error("the issuer is no authority")]
    IssuerNotAuthority,
    /// The algorithm of the certificate's signature is not accepted.
    #[error("the algorithm of the certificate's signature is not accepted")]
    AlgorithmRefused(#[source] SignatureFault),
    /// The issuer's key is not accepted.
    #[error("the issuer's key is not accepted")]
    IssuerKeyRefused(#[source] SignatureFault),
    /// The certificate is not signed with the key of any authority that fits.
    #[error("the certificate's signature is not accepted")]
    SignatureRefused(#[source] SignatureFault),
    /// A certificate in the store can no longer be read.
    #[error("a certificate in the store cannot be read")]
    StoreUnreadable(#[source] CertificateFault),
    /// The certificate was not valid yet.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// The certificate was no longer valid.
    #[error("the certificate is no longer valid")]
    Expired,
}
