//! What can be wrong with a key, a signature algorithm or a signature.

use crate::fault::TlvFault;

/// Why a key or a signature is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureFault {
    /// SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) or what is in it is not the structure that it has to be.
    #[error("the public key is malformed")]
    KeyMalformed(#[source] TlvFault),
    /// The key is of a kind that is not known here: neither RSA, nor elliptic curve, nor Diffie-Hellman.
    #[error("the public key is of an unknown kind")]
    KeyKindUnknown,
    /// A curve is named that is not known here.
    #[error("the key names an unknown curve")]
    CurveUnknown,
    /// The explicit parameters (RFC 3279, 2.3.5) are those of no known curve: what CVE-2020-0601 was about.
    #[error("the key's explicit parameters are those of no known curve")]
    CurveParametersUnknown,
    /// The parameters say `implicitlyCA` (NULL), or are not there: the curve is not told.
    #[error("the key does not tell its curve")]
    CurveNotTold,
    /// The curve has no such mapping: integrated mapping on secp224r1.
    #[error("the curve has no such mapping")]
    CurveUnsuitable,
    /// The point is not encoded as SEC 1, 2.3.3 says, or has another length.
    #[error("the point is malformed")]
    PointMalformed,
    /// The point is not on its curve.
    #[error("the point is not on its curve")]
    PointNotOnCurve,
    /// The point is the one at infinity.
    #[error("the point is the one at infinity")]
    PointAtInfinity,
    /// Points or secrets of two curves or groups were mixed.
    #[error("the keys are not of one group")]
    GroupMismatch,
    /// The modulus has fewer than 1024 or more than 8192 bits, or is even.
    #[error("the RSA modulus is not one that is used")]
    RsaModulusUnusable,
    /// The exponent is even, below 3, or longer than 33 bits.
    #[error("the RSA exponent is not one that is used")]
    RsaExponentUnusable,
    /// The Diffie-Hellman parameters are those of no known group.
    #[error("the Diffie-Hellman parameters are those of no known group")]
    GroupUnknown,
    /// The Diffie-Hellman value is not in 2..=p-2, or not of the order of the subgroup (NIST SP 800-56A, 5.6.2.3.1).
    #[error("the Diffie-Hellman value is not in its group")]
    GroupElementInvalid,
    /// AlgorithmIdentifier is not the structure that it has to be.
    #[error("the signature algorithm is malformed")]
    AlgorithmMalformed(#[source] TlvFault),
    /// The signature algorithm is not known here.
    #[error("the signature algorithm is unknown")]
    AlgorithmUnknown,
    /// The hash function is not known here.
    #[error("the hash function is unknown")]
    DigestUnknown,
    /// RSASSA-PSS with a mask generation function other than MGF1 (RFC 8017, A.2.3).
    #[error("the mask generation function is unknown")]
    MaskFunctionUnknown,
    /// RSASSA-PSS with a trailer field other than 1 (RFC 8017, A.2.3).
    #[error("the trailer field is unknown")]
    TrailerUnknown,
    /// RSASSA-PSS with a salt that no signature can hold.
    #[error("the salt is longer than a signature can hold")]
    SaltTooLong,
    /// The algorithm tells no hash function (`rsaEncryption`), and nothing else did.
    #[error("no hash function is told")]
    DigestNotTold,
    /// The key is not of the kind that the algorithm is for.
    #[error("the key is not of the kind that the algorithm is for")]
    KeyAlgorithmMismatch,
    /// The signature has not the length or the structure that the key and the algorithm ask for, or a number out of range.
    #[error("the signature is malformed")]
    SignatureMalformed,
    /// The signature is not one by this key over these bytes.
    #[error("the signature is wrong")]
    SignatureWrong,
    /// A secret is zero, or not below the order of the group.
    #[error("the secret is out of range")]
    SecretOutOfRange,
    /// Fewer random bytes were given than are needed.
    #[error("too few random bytes")]
    TooLittleRandomness,
}
