//! The compact serialisation and its checks (RFC 7515 section 5.2, RFC 8725).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};

use super::{algorithm::Algorithm, jwk::JwkSet};
use crate::json::Object;

/// The longest token that is read, in bytes. Our own number.
pub const MAX_LENGTH: usize = 16 * 1024;

/// What a token is for. Explicit types keep one kind from passing as another (RFC 8725 section 3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// An ID token or userinfo token; on reading, an absent `typ` is one too.
    Jwt = 0,
    /// An access token (RFC 9068 section 2.1).
    AccessToken = 1,
    /// A client's assertion (RFC 7523); on reading, `JWT` and an absent `typ` are one too.
    ClientAssertion = 2,
}

impl TokenType {
    /// Every type, in the order of its number.
    pub const ALL: [Self; 3] = [Self::Jwt, Self::AccessToken, Self::ClientAssertion];

    /// The value of `typ`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::AccessToken => "at+jwt",
            Self::ClientAssertion => "client-authentication+jwt",
        }
    }

    /// Whether a header with this `typ` may be read as the type. Media types ignore case and may leave out
    /// `application/` (RFC 7515 section 4.1.9).
    fn accepts(self, typ: Option<&str>) -> bool {
        let Some(typ) = typ else {
            return self != Self::AccessToken;
        };
        let is = |name: &str| {
            let bare = match typ.get(..12) {
                Some(prefix) if prefix.eq_ignore_ascii_case("application/") => &typ[12..],
                _ => typ,
            };
            bare.eq_ignore_ascii_case(name)
        };
        is(self.as_str()) || (self == Self::ClientAssertion && is("JWT"))
    }
}

/// Claims whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<C> {
    claims: C,
}

impl<C> Verified<C> {
    /// The claims.
    pub fn claims(&self) -> &C {
        &self.claims
    }

    /// The claims, owned.
    pub fn into_claims(self) -> C {
        self.claims
    }
}

/// `aud`: one recipient or several (RFC 7519 section 4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Audience {
    /// Whether the recipient is among them.
    pub fn contains(&self, recipient: &str) -> bool {
        match self {
            Self::One(one) => one == recipient,
            Self::Many(many) => many.iter().any(|one| one == recipient),
        }
    }

    /// The only recipient, where there is one.
    pub fn single(&self) -> Option<&str> {
        match self {
            Self::One(one) => Some(one),
            Self::Many(many) => match many.as_slice() {
                [one] => Some(one),
                _ => None,
            },
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
}

/// True for any value, `null` too.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// Verifies a compact token with whichever key of the set its header means: same `alg`, and same `kid` where it
/// names one. The times and names in the claims are for the caller to check.
pub fn verify_compact<C: DeserializeOwned>(
    token: &str,
    keys: &JwkSet,
    token_type: TokenType,
) -> Result<Verified<C>, JoseFault> {
    let payload = verify_payload(token, keys, token_type)?.claims;
    let claims = parse(&payload, JoseFault::ClaimsMalformed)?;
    Ok(Verified { claims })
}

/// As [`verify_compact`], for a payload that may be anything.
pub fn verify_payload(
    token: &str,
    keys: &JwkSet,
    token_type: TokenType,
) -> Result<Verified<Vec<u8>>, JoseFault> {
    let parts = Parts::split(token)?;
    let header: Header = parse(&decode(parts.header)?, JoseFault::HeaderMalformed)?;
    let algorithm = Algorithm::from_name(&header.alg).ok_or(JoseFault::AlgorithmNotSupported)?;
    if header.crit {
        return Err(JoseFault::CriticalExtension);
    }
    if !token_type.accepts(header.typ.as_deref()) {
        return Err(JoseFault::WrongType);
    }
    let signature = decode(parts.signature)?;
    let mut candidates = keys
        .keys()
        .iter()
        .filter(|key| key.algorithm() == algorithm)
        .filter(|key| header.kid.as_deref().is_none_or(|kid| kid == key.kid()))
        .peekable();
    if candidates.peek().is_none() {
        return Err(JoseFault::NoSuchKey);
    }
    if !candidates.any(|key| key.verify(parts.signed.as_bytes(), &signature)) {
        return Err(JoseFault::SignatureWrong);
    }
    decode(parts.payload).map(|claims| Verified { claims })
}

/// Reads claims without any check, to learn whose keys to check with. Believe nothing of them.
pub fn dangerous_unverified_payload<C: DeserializeOwned>(token: &str) -> Result<C, JoseFault> {
    parse(
        &decode(Parts::split(token)?.payload)?,
        JoseFault::ClaimsMalformed,
    )
}

struct Parts<'t> {
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
    signed: &'t str,
}

impl<'t> Parts<'t> {
    fn split(token: &'t str) -> Result<Self, JoseFault> {
        if token.len() > MAX_LENGTH {
            return Err(JoseFault::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JoseFault::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JoseFault::Malformed)?;
        if payload.contains('.') {
            return Err(JoseFault::Malformed);
        }
        Ok(Self {
            header,
            payload,
            signature,
            signed,
        })
    }
}

fn decode(encoded: &str) -> Result<Vec<u8>, JoseFault> {
    URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|_| JoseFault::Malformed)
}

fn parse<C: DeserializeOwned>(json: &[u8], malformed: JoseFault) -> Result<C, JoseFault> {
    let Object(object) = serde_json::from_slice(json).map_err(|_| malformed)?;
    Ok(object)
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoseFault {
    /// Longer than [`MAX_LENGTH`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url.
    #[error("the token is not a compact JWS")]
    Malformed,
    /// The header is not the JSON of a header.
    #[error("the token's header is malformed")]
    HeaderMalformed,
    /// `none`, HMAC, or anything else but ES256, PS256 and EdDSA.
    #[error("the token's algorithm is not supported")]
    AlgorithmNotSupported,
    /// `crit` names something that must be understood, and nothing is.
    #[error("the token has a critical extension")]
    CriticalExtension,
    /// `typ` says that the token is for something else.
    #[error("the token is of another type")]
    WrongType,
    /// No key with that name and algorithm.
    #[error("no key fits the token's header")]
    NoSuchKey,
    /// The signature is not by that key over these bytes.
    #[error("the token's signature is wrong")]
    SignatureWrong,
    /// The payload is not the JSON that was expected.
    #[error("the token's claims are malformed")]
    ClaimsMalformed,
    /// Claims that cannot be written as JSON.
    #[error("the claims cannot be written as JSON")]
    ClaimsNotJson,
    /// The signature could not be made.
    #[error("the signature could not be made")]
    SigningFailed,
}
