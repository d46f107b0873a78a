//! What can be wrong with a file of certificates and lists.

use crate::fault::{CertificateFault, CmsFault, RevocationListFault, TlvFault};

/// Why a file, or a part of it, holds nothing that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportFault {
    /// Neither DER, nor PEM, nor LDIF.
    #[error("neither DER, nor PEM, nor LDIF")]
    FormatUnknown,
    /// The encoding breaks off, or has no end.
    #[error("the encoding cannot be read")]
    EncodingMalformed(#[source] TlvFault),
    /// An encoding that is neither a certificate, nor a revocation list, nor signed data.
    #[error("neither a certificate, nor a revocation list, nor signed data")]
    KindUnknown,
    /// It looks like a certificate, but cannot be read.
    #[error("the certificate cannot be read")]
    CertificateRejected(#[source] CertificateFault),
    /// It looks like a revocation list, but cannot be read.
    #[error("the revocation list cannot be read")]
    RevocationListRejected(#[source] RevocationListFault),
    /// It looks like signed data, but cannot be read.
    #[error("the signed data cannot be read")]
    SignedDataRejected(#[source] CmsFault),
    /// Signed data with another content than a list that is known.
    #[error("signed data that holds no known list")]
    ContentTypeUnknown,
    /// Base64 with other characters, or of a length that there is not (RFC 4648, 4).
    #[error("the base64 cannot be read")]
    Base64Malformed,
    /// A PEM block without its last line (RFC 7468, 2).
    #[error("a PEM block without its end")]
    PemUnterminated,
    /// A PEM block of something else: a key, say.
    #[error("a PEM block of another kind")]
    PemLabelUnknown,
    /// A line that is neither an attribute, nor a comment, nor the continuation of one (RFC 2849).
    #[error("a line that is none of LDIF")]
    LdifLineMalformed,
    /// A value that stands elsewhere, at an address (RFC 2849, `:<`).
    #[error("a value that stands elsewhere")]
    LdifValueElsewhere,
    /// There is nothing in it.
    #[error("nothing to import")]
    Empty,
}
