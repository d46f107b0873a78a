//! What passive authentication can find wrong (ICAO 9303-11, 5.1; TR-03135-1, 5.6.4).

use crate::fault::{CmsFault, LdsFault, TlvFault, TrustFault};

/// Why a step of passive authentication failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassiveFault {
    /// The security object's bytes do not hold together.
    #[error("the security object cannot be read")]
    Unreadable(#[source] TlvFault),
    /// The security object is no signed data, its content is not what was signed, or its signature does not hold.
    #[error("the security object is not accepted as signed data")]
    SignedData(#[source] CmsFault),
    /// What was signed is no list of hashes.
    #[error("what the security object signs cannot be read")]
    Content(#[source] LdsFault),
    /// The hashes are by a function that is not known.
    #[error("the hash function of the data groups is unknown")]
    DigestUnknown,
    /// The document signer has no path to an authority that is trusted.
    #[error("the document signer is not trusted")]
    Path(#[source] TrustFault),
    /// The key usage of the document signer does not let it sign (ICAO 9303-12, table 6: digitalSignature).
    #[error("the document signer's key is not for signing")]
    KeyUsage,
    /// The certificate is one of an authority, or for signing lists, and not for documents (ICAO 9303-12, table 6).
    #[error("the signer's certificate is not one for documents")]
    NotADocumentSigner,
    /// The document was signed when the document signer was not valid, or the certificate is not valid now.
    #[error("a certificate was used outside of its validity")]
    Validity(#[source] TrustFault),
    /// The authority has revoked the document signer.
    #[error("the document signer is revoked")]
    Revoked,
    /// A defect list says that what the document signer signed is not to be trusted (TR-03129-2, 7.3).
    #[error("a defect list says that the document signer is not to be trusted")]
    KnownDefect,
    /// The document signer was issued by another country than the machine readable zone names.
    #[error("the document signer belongs to another country than the document")]
    IssuingStateDiffers,
    /// The certificate names no country, or the machine readable zone a state that is not known.
    #[error("the countries of document signer and document cannot be compared")]
    IssuingStateUnknown,
    /// The document signer may not sign this kind of document (ICAO 9303-12, 7.1.1.6).
    #[error("the document signer is not for this kind of document")]
    DocumentTypeNotAllowed,
    /// EF.COM lists other data groups than the security object, or cannot be read.
    #[error("EF.COM and the security object list other data groups")]
    ComDiffers,
    /// The security object has no hash for the data group.
    #[error("the data group is not covered by the security object")]
    DataGroupNotCovered,
    /// The data group's hash is another one than the document signer has signed.
    #[error("the data group is not the one that was signed")]
    DataGroupHashWrong,
    /// The file begins with another data group's tag.
    #[error("the file is another data group")]
    DataGroupTag,
    /// A data group cannot be read.
    #[error("the data group cannot be read")]
    DataGroupUnreadable(#[source] LdsFault),
}
