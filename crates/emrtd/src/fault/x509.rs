//! What can be wrong with a certificate or a revocation list (RFC 5280).

use crate::fault::TlvFault;

/// Why bytes are no certificate. What is wrong inside an extension is never one of these: see [`crate::fault::Deviation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// Not `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }` (RFC 5280, 4.1).
    #[error("not a certificate")]
    NotACertificate(#[source] TlvFault),
    /// The version cannot be read (4.1.2.1).
    #[error("the certificate's version cannot be read")]
    VersionMalformed(#[source] TlvFault),
    /// The serial number cannot be read (4.1.2.2).
    #[error("the certificate's serial number cannot be read")]
    SerialMalformed(#[source] TlvFault),
    /// The issuer's name is no name (4.1.2.4).
    #[error("the certificate's issuer cannot be read")]
    IssuerMalformed(#[source] TlvFault),
    /// The validity is not two elements (4.1.2.5).
    #[error("the certificate's validity cannot be read")]
    ValidityMalformed(#[source] TlvFault),
    /// One of the two times of the validity is no time.
    #[error("the certificate's validity holds something else than times")]
    ValidityNotTimes(#[source] TimeFault),
    /// The subject's name is no name (4.1.2.6).
    #[error("the certificate's subject cannot be read")]
    SubjectMalformed(#[source] TlvFault),
    /// The subject's key is no SubjectPublicKeyInfo (4.1.2.7).
    #[error("the certificate's public key cannot be read")]
    PublicKeyMalformed(#[source] TlvFault),
    /// The algorithm of the signature cannot be read (4.1.1.2).
    #[error("the algorithm of the certificate's signature cannot be read")]
    SignatureAlgorithmMalformed(#[source] TlvFault),
    /// The signature is no BIT STRING of whole bytes (4.1.1.3).
    #[error("the certificate's signature cannot be read")]
    SignatureMalformed(#[source] TlvFault),
}

/// Why bytes are no revocation list (RFC 5280, 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevocationListFault {
    /// Not `CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue }` (5.1).
    #[error("not a revocation list")]
    NotARevocationList(#[source] TlvFault),
    /// The issuer's name is no name (5.1.2.3).
    #[error("the revocation list's issuer cannot be read")]
    IssuerMalformed(#[source] TlvFault),
    /// The time of this or of the next update is no time (5.1.2.4, 5.1.2.5).
    #[error("a time of the revocation list is no time")]
    UpdateNotATime(#[source] TimeFault),
    /// The list of revoked certificates cannot be read (5.1.2.6). A list that is read only in part would call a revoked certificate
    /// good.
    #[error("the revoked certificates cannot be read")]
    RevokedMalformed(#[source] TlvFault),
    /// The date of a revocation is no time.
    #[error("the date of a revocation is no time")]
    RevocationDateNotATime(#[source] TimeFault),
    /// The extensions cannot be read (5.2).
    #[error("the revocation list's extensions cannot be read")]
    ExtensionsMalformed(#[source] TlvFault),
    /// A list of changes to another list, which ICAO 9303-12, 7.1.4 does not know.
    #[error("a list of changes, which stands for nothing by itself")]
    DeltaList,
    /// A list of only some certificates or reasons, or one for other issuers too (5.2.5).
    #[error("a list of only some certificates, or of those of other issuers")]
    PartialList,
    /// Another critical extension, so that the list may mean something else than it seems to (5.2).
    #[error("a critical extension that is not known")]
    UnknownCriticalExtension,
}

/// Why a value is no UTCTime or GeneralizedTime (X.680, 46 and 47).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    /// It has another type.
    #[error("neither UTCTime nor GeneralizedTime")]
    NotATime,
    /// It is not made of digits in the way that its type asks.
    #[error("the time is not written as its type asks")]
    Malformed,
    /// There is no such day, hour, minute or second.
    #[error("there is no such time")]
    NoSuchTime,
}
