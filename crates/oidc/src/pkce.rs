//! Proof key for code exchange, S256 only (RFC 7636; RFC 9700 section 2.1.1).

use aws_lc_rs::{constant_time, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// `code_challenge`: the SHA-256 of a verifier that only the asker has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge([u8; 32]);

impl CodeChallenge {
    /// Parses the 43 characters of an S256 challenge.
    pub fn parse(text: &str) -> Result<Self, PkceFault> {
        let mut hash = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut hash) {
            Ok(32) => Ok(Self(hash)),
            _ => Err(PkceFault::ChallengeMalformed),
        }
    }

    /// The challenge that belongs to a verifier.
    pub fn of(verifier: &str) -> Result<Self, PkceFault> {
        if !is_verifier(verifier) {
            return Err(PkceFault::VerifierMalformed);
        }
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref());
        Ok(Self(hash))
    }

    /// Whether the verifier belongs to this challenge (RFC 7636 section 4.6).
    pub fn verify(&self, verifier: &str) -> Result<(), PkceFault> {
        let presented = Self::of(verifier)?;
        constant_time::verify_slices_are_equal(&self.0, &presented.0)
            .map_err(|_| PkceFault::VerifierWrong)
    }
}

/// `code-verifier = 43*128unreserved` (RFC 7636 section 4.1).
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

impl TryFrom<String> for CodeChallenge {
    type Error = PkceFault;

    fn try_from(text: String) -> Result<Self, PkceFault> {
        Self::parse(&text)
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        URL_SAFE_NO_PAD.encode(challenge.0)
    }
}

/// Why a proof key does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PkceFault {
    /// Not 43 characters of base64url.
    #[error("the code challenge is not an S256 challenge")]
    ChallengeMalformed,
    /// Not 43 to 128 unreserved characters.
    #[error("the code verifier is malformed")]
    VerifierMalformed,
    /// A verifier of another challenge.
    #[error("the code verifier does not belong to the challenge")]
    VerifierWrong,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn agrees_with_rfc_7636_appendix_b() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        assert_eq!(CodeChallenge::of(VERIFIER), Ok(challenge.clone()));
        assert_eq!(challenge.verify(VERIFIER), Ok(()));
        assert_eq!(String::from(challenge), CHALLENGE);
    }

    #[test]
    fn refuses_another_verifier() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        let other = VERIFIER.replace("dBj", "eBj");
        assert_eq!(challenge.verify(&other), Err(PkceFault::VerifierWrong));
        assert_eq!(challenge.verify(CHALLENGE), Err(PkceFault::VerifierWrong));
    }

    #[test]
    fn lengths_at_their_boundaries() {
        for (length, fits) in [(42, false), (43, true), (128, true), (129, false)] {
            assert_eq!(
                CodeChallenge::of(&"a".repeat(length)).is_ok(),
                fits,
                "{length}"
            );
        }
        let mut challenge = CHALLENGE.to_owned();
        challenge.pop();
        assert_eq!(
            CodeChallenge::parse(&challenge),
            Err(PkceFault::ChallengeMalformed)
        );
        for bad in [
            format!("{CHALLENGE}="),
            format!("{CHALLENGE}A"),
            String::new(),
            CHALLENGE.replace('-', "+"),
        ] {
            assert_eq!(
                CodeChallenge::parse(&bad),
                Err(PkceFault::ChallengeMalformed),
                "{bad}"
            );
        }
    }
}
