//! Public keys as JSON (RFC 7517) and their thumbprints (RFC 7638).

use std::fmt;

use aws_lc_rs::{digest, signature::ParsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::algorithm::{Algorithm, Material};

/// The shortest RSA modulus, in bits (RFC 7518 section 3.5).
pub const MIN_RSA_BITS: usize = 2048;
/// The longest RSA modulus, in bits: verifying with a longer one would cost too much. Our own number.
pub const MAX_RSA_BITS: usize = 8192;
/// The most keys that a set may have. Our own number.
const MAX_KEYS: usize = 32;

/// A public signature key: checked, and parsed once for all verifications to come.
#[derive(Clone)]
pub struct PublicJwk {
    kid: String,
    material: Material,
    parsed: ParsedPublicKey,
}

impl PublicJwk {
    pub(crate) fn new(material: Material, kid: Option<String>) -> Result<Self, JwkFault> {
        if let Material::Rsa { n, e } = &material {
            let bits = n
                .first()
                .map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
            if bits < MIN_RSA_BITS {
                return Err(JwkFault::RsaTooShort);
            }
            if bits > MAX_RSA_BITS {
                return Err(JwkFault::RsaTooLong);
            }
            // With an exponent of 1 every text would be its own signature.
            if e == &[1] || e.len() > 4 || e.last().is_none_or(|last| last % 2 == 0) {
                return Err(JwkFault::NotAKey);
            }
        }
        let parsed = material.parse().ok_or(JwkFault::NotAKey)?;
        let kid = kid.unwrap_or_else(|| thumbprint(&material));
        Ok(Self {
            kid,
            material,
            parsed,
        })
    }

    /// The key's name: as given, else its thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm that this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.material.algorithm()
    }

    /// The RFC 7638 thumbprint with SHA-256, base64url.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.material)
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for PublicJwk {
    fn eq(&self, other: &Self) -> bool {
        self.kid == other.kid && self.material == other.material
    }
}

impl Eq for PublicJwk {}

impl fmt::Debug for PublicJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicJwk")
            .field("kid", &self.kid)
            .field("alg", &self.algorithm())
            .finish_non_exhaustive()
    }
}

/// The required members in lexicographic order without white space (RFC 7638 section 3).
fn thumbprint(material: &Material) -> String {
    let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let canonical = match material {
        Material::P256 { x, y } => {
            format!(
                r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
                b64(x),
                b64(y)
            )
        }
        Material::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64(e), b64(n)),
        Material::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64(x)),
    };
    b64(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref())
}

/// The members that are written, and read with others ignored (RFC 7517 section 4).
#[derive(Serialize, Deserialize)]
struct Members {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    use_: Option<String>,
}

impl Members {
    fn material(&self) -> Result<Material, JwkFault> {
        let bytes = |member: &Option<String>| {
            let text = member.as_deref().ok_or(JwkFault::MemberMissing)?;
            URL_SAFE_NO_PAD
                .decode(text)
                .map_err(|_| JwkFault::NotBase64Url)
        };
        let fixed = |member| bytes(member)?.try_into().map_err(|_| JwkFault::NotAKey);
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("EC", Some("P-256")) => Ok(Material::P256 {
                x: fixed(&self.x)?,
                y: fixed(&self.y)?,
            }),
            ("RSA", _) => Ok(Material::Rsa {
                n: bytes(&self.n)?,
                e: bytes(&self.e)?,
            }),
            ("OKP", Some("Ed25519")) => Ok(Material::Ed25519 { x: fixed(&self.x)? }),
            _ => Err(JwkFault::Unsupported),
        }
    }
}

impl TryFrom<Map<String, Value>> for PublicJwk {
    type Error = JwkFault;

    fn try_from(object: Map<String, Value>) -> Result<Self, JwkFault> {
        if ["d", "p", "q", "k"]
            .iter()
            .any(|member| object.contains_key(*member))
        {
            return Err(JwkFault::Private);
        }
        let members: Members =
            serde_json::from_value(Value::Object(object)).map_err(|_| JwkFault::MemberMissing)?;
        if members.use_.as_deref().is_some_and(|use_| use_ != "sig") {
            return Err(JwkFault::Unsupported);
        }
        let material = members.material()?;
        if members
            .alg
            .as_deref()
            .is_some_and(|alg| alg != material.algorithm().as_str())
        {
            return Err(JwkFault::Unsupported);
        }
        Self::new(material, members.kid)
    }
}

impl<'de> Deserialize<'de> for PublicJwk {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer)?
            .try_into()
            .map_err(serde::de::Error::custom)
    }
}

impl Serialize for PublicJwk {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let b64 = |bytes: &[u8]| Some(URL_SAFE_NO_PAD.encode(bytes));
        let (kty, crv) = match &self.material {
            Material::P256 { .. } => ("EC", Some("P-256")),
            Material::Rsa { .. } => ("RSA", None),
            Material::Ed25519 { .. } => ("OKP", Some("Ed25519")),
        };
        let mut members = Members {
            kty: kty.to_owned(),
            crv: crv.map(str::to_owned),
            x: None,
            y: None,
            n: None,
            e: None,
            kid: Some(self.kid.clone()),
            alg: Some(self.algorithm().as_str().to_owned()),
            use_: Some("sig".to_owned()),
        };
        match &self.material {
            Material::P256 { x, y } => (members.x, members.y) = (b64(x), b64(y)),
            Material::Rsa { n, e } => (members.n, members.e) = (b64(n), b64(e)),
            Material::Ed25519 { x } => members.x = b64(x),
        }
        members.serialize(serializer)
    }
}

/// A set of public keys: ours as we publish them, or a service's as it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct JwkSet {
    keys: Vec<PublicJwk>,
}

impl JwkSet {
    /// Collects keys.
    pub fn new(keys: Vec<PublicJwk>) -> Self {
        Self { keys }
    }

    /// The keys, in order.
    pub fn keys(&self) -> &[PublicJwk] {
        &self.keys
    }
}

impl<'de> Deserialize<'de> for JwkSet {
    /// Keys of a kind that is not understood are passed over (RFC 7517 section 5); a private one, a broken one, or
    /// a set in which nothing is left are refused.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Map<String, Value>>,
        }
        let set = Set::deserialize(deserializer)?;
        if set.keys.len() > MAX_KEYS {
            return Err(serde::de::Error::custom(JwkFault::TooMany));
        }
        let mut keys = Vec::with_capacity(set.keys.len());
        for object in set.keys {
            match PublicJwk::try_from(object) {
                Ok(key) => keys.push(key),
                Err(JwkFault::Unsupported) => {}
                Err(fault) => return Err(serde::de::Error::custom(fault)),
            }
        }
        if keys.is_empty() {
            return Err(serde::de::Error::custom(JwkFault::NoneUsable));
        }
        Ok(Self { keys })
    }
}

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwkFault {
    /// It has private or symmetric members. Whoever sent it should replace the key.
    #[error("the key has private members")]
    Private,
    /// A type, curve, use or algorithm that is not supported.
    #[error("the key is of a kind that is not supported")]
    Unsupported,
    /// A required member is missing or no string.
    #[error("the key lacks a member")]
    MemberMissing,
    /// A number is not base64url without padding.
    #[error("a member of the key is not base64url")]
    NotBase64Url,
    /// The numbers are no key: off the curve, of a wrong length.
    #[error("the key's numbers are no key")]
    NotAKey,
    /// Shorter than [`MIN_RSA_BITS`].
    #[error("the RSA key is too short")]
    RsaTooShort,
    /// Longer than [`MAX_RSA_BITS`].
    #[error("the RSA key is too long")]
    RsaTooLong,
    /// More keys than a set may have.
    #[error("the set has too many keys")]
    TooMany,
    /// No key in the set can be used.
    #[error("the set has no key that can be used")]
    NoneUsable,
}
