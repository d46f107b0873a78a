//! Everything that can be wrong with what an authenticator sent.

/// Why something was refused. Says what, never with which data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The server's OPAQUE keys are not the 128 bytes that were written.
    #[error("the OPAQUE server keys cannot be read")]
    ServerKeysMalformed,
    /// Not a registration request (RFC 9807, 5.1): 32 bytes, an element that is not the identity.
    #[error("not an OPAQUE registration request")]
    RegistrationRequestMalformed,
    /// Not a registration response (RFC 9807, 5.1): 64 bytes.
    #[error("not an OPAQUE registration response")]
    RegistrationResponseMalformed,
    /// Not a registration record (RFC 9807, 5.1): 192 bytes.
    #[error("not an OPAQUE registration record")]
    RecordMalformed,
    /// Not a KE1 (RFC 9807, 6.1): 96 bytes.
    #[error("not an OPAQUE KE1")]
    Ke1Malformed,
    /// Not a KE2 (RFC 9807, 6.1): 320 bytes.
    #[error("not an OPAQUE KE2")]
    Ke2Malformed,
    /// Not a KE3 (RFC 9807, 6.1): 64 bytes.
    #[error("not an OPAQUE KE3")]
    Ke3Malformed,
    /// A pending login is not the 128 bytes that were written.
    #[error("the pending OPAQUE login cannot be read")]
    PendingLoginMalformed,
    /// Server: KE3 does not fit, so the other side does not know the secret.
    #[error("the OPAQUE client did not prove the secret")]
    SecretRefused,
    /// Client: KE2 does not open. The secret is wrong, or the answer is not from the server that it was registered with.
    #[error("the secret is wrong, or the server is another one")]
    SecretWrong,
    /// Client: the server sent the client's own element back (RFC 9807, 10.6).
    #[error("the OPAQUE server reflected the client's element")]
    ReflectedElement,
    /// The key stretching function failed, for want of memory.
    #[error("the secret could not be stretched")]
    StretchFailed,
    /// The OPAQUE library failed inside.
    #[error("OPAQUE failed inside")]
    OpaqueFailed,
    /// Not an uncompressed point on P-256 (65 bytes), or not a PKCS#8 key of one.
    #[error("not a P-256 key")]
    DeviceKeyMalformed,
    /// A device key could not be made or used.
    #[error("the device key failed")]
    DeviceKeyFailed,
    /// Not `r||s` of 64 bytes.
    #[error("not an ECDSA P-256 signature of 64 bytes")]
    SignatureMalformed,
    /// The signature is not by this key over this statement.
    #[error("the signature does not verify")]
    SignatureRefused,
    /// Not nine characters of the letter code's alphabet.
    #[error("not a letter code")]
    LetterCodeMalformed,
    /// Not six digits.
    #[error("not an SMS code")]
    SmsCodeMalformed,
    /// Not `SEGL1.` and 43 characters of base64url.
    #[error("not a half of an animated QR code")]
    QrMalformed,
    /// A QR half was not made with this key.
    #[error("a QR half is forged")]
    QrForged,
    /// Two halves of different sign-ins.
    #[error("the QR halves belong to different sign-ins")]
    QrMixed,
    /// Two halves that are not of consecutive seconds.
    #[error("the QR halves are not of consecutive seconds")]
    QrNotConsecutive,
    /// The newer half is too old.
    #[error("the QR code is stale")]
    QrStale,
    /// The newer half is of a second that has not come.
    #[error("the QR code is from the future")]
    QrFromFuture,
}

/// Why an approval was refused (R-SIG-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalFault {
    /// What the app says it showed differs from what the server asked.
    #[error("the approval was altered in `{member}`")]
    Altered {
        /// The first member that differs, by name.
        member: &'static str,
    },
    /// Not `r||s` of 64 bytes.
    #[error("not an ECDSA P-256 signature of 64 bytes")]
    SignatureMalformed,
    /// The signature is not by this device key over what the server asked.
    #[error("the approval's signature does not verify")]
    SignatureRefused,
}
