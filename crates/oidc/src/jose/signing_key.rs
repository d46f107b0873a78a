//! Our own signing keys.

use std::fmt;

use aws_lc_rs::{
    encoding::AsDer,
    error::{KeyRejected, Unspecified},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PSS_SHA256,
        RsaKeyPair, RsaPublicKeyComponents,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{
    algorithm::{Algorithm, Material},
    compact::{JoseFault, TokenType},
    jwk::{JwkFault, PublicJwk},
};

/// A private key with what every token of it begins with: the encoded headers, made once.
///
/// The randomness of signatures (ECDSA's nonce, the salt of PSS) and of generated keys is drawn inside aws-lc,
/// which offers no way to hand it in.
pub struct SigningKey {
    pair: Pair,
    public: PublicJwk,
    headers: [String; TokenType::ALL.len()],
}

enum Pair {
    Es256(EcdsaKeyPair),
    Ps256(Box<RsaKeyPair>),
    EdDsa(Ed25519KeyPair),
}

impl SigningKey {
    /// Reads an unencrypted PKCS#8 document. Its `kid` is the key's RFC 7638 thumbprint.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyFault> {
        let pair = match algorithm {
            Algorithm::Es256 => Pair::Es256(EcdsaKeyPair::from_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                pkcs8,
            )?),
            Algorithm::Ps256 => Pair::Ps256(Box::new(RsaKeyPair::from_pkcs8(pkcs8)?)),
            Algorithm::EdDsa => Pair::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8)?),
        };
        let public = PublicJwk::new(pair.material()?, None)?;
        let headers =
            TokenType::ALL.map(|token_type| encoded_header(algorithm, token_type, public.kid()));
        Ok(Self {
            pair,
            public,
            headers,
        })
    }

    /// Makes a new key. The second value is its PKCS#8 document, to be sealed and kept. RSA keys get 3072 bits.
    pub fn generate(algorithm: Algorithm) -> Result<(Self, Zeroizing<Vec<u8>>), KeyFault> {
        let pkcs8 = Zeroizing::new(match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?
                .to_pkcs8v1()?
                .as_ref()
                .to_vec(),
            Algorithm::Ps256 => RsaKeyPair::generate(KeySize::Rsa3072)?
                .as_der()?
                .as_ref()
                .to_vec(),
            Algorithm::EdDsa => Ed25519KeyPair::generate()?.to_pkcs8v1()?.as_ref().to_vec(),
        });
        Ok((Self::from_pkcs8(algorithm, &pkcs8)?, pkcs8))
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public half, for the key set that is published.
    pub fn public(&self) -> &PublicJwk {
        &self.public
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        self.public.kid()
    }

    /// Signs claims as a compact token (RFC 7515 section 7.1).
    pub fn sign<T: Serialize>(
        &self,
        token_type: TokenType,
        claims: &T,
    ) -> Result<String, JoseFault> {
        let mut payload = Vec::with_capacity(512);
        serde_json::to_writer(&mut payload, claims).map_err(|_| JoseFault::ClaimsNotJson)?;
        self.sign_compact(token_type, &payload)
    }

    /// Signs a payload as it stands.
    pub fn sign_compact(&self, token_type: TokenType, payload: &[u8]) -> Result<String, JoseFault> {
        let header = &self.headers[token_type as usize];
        let signature = self.pair.signature_length();
        let mut token =
            String::with_capacity(header.len() + (payload.len() + signature) * 4 / 3 + 8);
        token.push_str(header);
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        self.pair.append_signature(&mut token)?;
        Ok(token)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid())
            .field("alg", &self.algorithm())
            .finish_non_exhaustive()
    }
}

impl Pair {
    fn material(&self) -> Result<Material, KeyFault> {
        Ok(match self {
            Self::Es256(pair) => match pair.public_key().as_ref().split_at_checked(1) {
                Some(([4], point)) if point.len() == 64 => {
                    let (mut x, mut y) = ([0; 32], [0; 32]);
                    x.copy_from_slice(&point[..32]);
                    y.copy_from_slice(&point[32..]);
                    Material::P256 { x, y }
                }
                _ => return Err(KeyFault::Rejected),
            },
            Self::Ps256(pair) => {
                let RsaPublicKeyComponents { n, e } = pair.public_key().into();
                Material::Rsa { n, e }
            }
            Self::EdDsa(pair) => Material::Ed25519 {
                x: pair
                    .public_key()
                    .as_ref()
                    .try_into()
                    .map_err(|_| KeyFault::Rejected)?,
            },
        })
    }

    fn signature_length(&self) -> usize {
        match self {
            Self::Es256(_) | Self::EdDsa(_) => 64,
            Self::Ps256(pair) => pair.public_modulus_len(),
        }
    }

    /// Signs the token so far and appends `.` and the signature.
    fn append_signature(&self, token: &mut String) -> Result<(), JoseFault> {
        let failed = |_: Unspecified| JoseFault::SigningFailed;
        let message = token.as_bytes();
        let mut rsa;
        let short;
        let signature = match self {
            Self::Es256(pair) => {
                short = pair.sign(&SystemRandom::new(), message).map_err(failed)?;
                short.as_ref()
            }
            Self::EdDsa(pair) => {
                short = pair.try_sign(message).map_err(failed)?;
                short.as_ref()
            }
            Self::Ps256(pair) => {
                rsa = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &SystemRandom::new(), message, &mut rsa)
                    .map_err(failed)?;
                rsa.as_slice()
            }
        };
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, token);
        Ok(())
    }
}

/// The protected header, encoded, with the dot that follows it.
fn encoded_header(algorithm: Algorithm, token_type: TokenType, kid: &str) -> String {
    let typ = token_type.as_str();
    let header = format!(r#"{{"alg":"{algorithm}","kid":"{kid}","typ":"{typ}"}}"#);
    let mut encoded = URL_SAFE_NO_PAD.encode(header);
    encoded.push('.');
    encoded
}

/// Why a private key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// Not a PKCS#8 document of a sound key for that algorithm.
    #[error("the private key is not one for its algorithm")]
    Rejected,
    /// The public half is refused.
    #[error("the public half is refused")]
    Public(#[from] JwkFault),
    /// A key could not be made.
    #[error("the key could not be made")]
    NotMade,
}

impl From<KeyRejected> for KeyFault {
    fn from(_: KeyRejected) -> Self {
        Self::Rejected
    }
}

impl From<Unspecified> for KeyFault {
    fn from(_: Unspecified) -> Self {
        Self::NotMade
    }
}
