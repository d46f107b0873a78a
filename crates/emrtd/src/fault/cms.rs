//! What can be wrong with a CMS SignedData (RFC 5652).

use crate::fault::{CertificateFault, SignatureFault, TlvFault};

/// Why a SignedData is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CmsFault {
    /// Not `ContentInfo ::= SEQUENCE { contentType, content [0] }` (3).
    #[error("not a CMS structure")]
    NotContentInfo(#[source] TlvFault),
    /// The content is something else than SignedData (5.1).
    #[error("the CMS structure is no signed data")]
    NotSignedData,
    /// Not the elements of a SignedData (5.1).
    #[error("the signed data cannot be read")]
    SignedDataMalformed(#[source] TlvFault),
    /// The version is none of 1, 3, 4 and 5 (5.1).
    #[error("there is no such version of signed data")]
    VersionUnknown,
    /// The encapsulated content is no OCTET STRING with a type (5.2).
    #[error("the signed content cannot be read")]
    ContentMalformed(#[source] TlvFault),
    /// There is no content: a detached signature (5.2).
    #[error("there is no content beside the signature")]
    ContentMissing,
    /// The content has another type than is wanted, and none of those that are known to be used in its place.
    #[error("the signed content has another type")]
    ContentTypeUnexpected,
    /// There are more certificates than [`crate::cms::MAX_CERTIFICATES`].
    #[error("there are more certificates than are read")]
    TooManyCertificates,
    /// The signers cannot be read (5.3).
    #[error("a signer cannot be read")]
    SignerInfoMalformed(#[source] TlvFault),
    /// There is no signer (5.1).
    #[error("nobody has signed")]
    NoSigner,
    /// There are more signers than [`crate::cms::MAX_SIGNERS`].
    #[error("there are more signers than are read")]
    TooManySigners,
    /// The digest algorithm of the signer is not known (5.3).
    #[error("the signer's digest algorithm is not known")]
    DigestAlgorithmUnknown(#[source] SignatureFault),
    /// The signature algorithm of the signer is not known (5.3).
    #[error("the signer's signature algorithm is not known")]
    SignatureAlgorithmUnknown(#[source] SignatureFault),
    /// There are no signed attributes, though the content is something else than id-data (5.3).
    #[error("there are no signed attributes")]
    SignedAttributesMissing,
    /// The signed attributes cannot be read, or one that must be there once stands there twice or with several values (11).
    #[error("the signed attributes cannot be read")]
    AttributesMalformed(#[source] TlvFault),
    /// An attribute that must be there once stands there twice (11).
    #[error("a signed attribute stands there twice")]
    AttributeTwice,
    /// The message digest is missing among the signed attributes (11.2), so that the content is not signed.
    #[error("the digest of the content is not signed")]
    MessageDigestMissing,
    /// The content has another digest than was signed: it was changed (5.4, 5.6).
    #[error("the content is not the one that was signed")]
    ContentDigestWrong,
    /// The content type that was signed is another one than the content has (11.1).
    #[error("the content was signed as another type")]
    ContentTypeDiffers,
    /// No certificate fits the signer's identifier (5.3).
    #[error("the signer's certificate is missing")]
    SignerCertificateMissing,
    /// The only certificate is none.
    #[error("the signer's certificate cannot be read")]
    SignerCertificateMalformed(#[source] CertificateFault),
    /// The key in the signer's certificate is not accepted.
    #[error("the signer's key is not accepted")]
    SignerKeyRefused(#[source] SignatureFault),
    /// The signature does not verify with the signer's key (5.6).
    #[error("the signature of the signed data is not accepted")]
    SignatureRefused(#[source] SignatureFault),
}
