//! A registered service: an OAuth client, checked when it is read (RFC 7591 section 2; R-SVC-1).

use std::fmt;

use crate::{
    jose::{Algorithm, JwkSet},
    scope::Scope,
};
use aws_lc_rs::{constant_time, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

mod checks;

/// A registration as it is written, in TOML or JSON. Unknown members are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// `client_id`: 1 to 100 unreserved characters.
    pub client_id: String,
    /// Whom the service belongs to.
    pub organisation: Organisation,
    /// What the person is shown.
    pub name: LocalisedName,
    /// Whether it is a public authority.
    pub sector: Sector,
    /// Where answers may go: compared letter by letter.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where a person may return after logging out: compared letter by letter.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// How it proves itself at the token endpoint.
    pub authentication: ClientAuthentication,
    /// The names of the scopes it may have; `age_verify` stands for every age.
    pub scopes: Vec<String>,
    /// What it may exchange for tokens.
    #[serde(default = "default_grant_types")]
    pub grant_types: Vec<GrantType>,
    /// How its ID tokens are signed.
    #[serde(default)]
    pub id_token_alg: Algorithm,
    /// Whether PKCE is demanded. Always so for a service without a secret.
    #[serde(default = "yes")]
    pub require_pkce: bool,
    /// Whether a nonce is demanded.
    #[serde(default)]
    pub require_nonce: bool,
    /// Whether a person without a CPR number is refused (R-PER-4).
    #[serde(default)]
    pub demands_cpr: bool,
    /// Links that `app_switch_url` may name: compared letter by letter.
    #[serde(default)]
    pub app_switch_urls: Vec<String>,
}

fn default_grant_types() -> Vec<GrantType> {
    vec![GrantType::AuthorizationCode]
}

const fn yes() -> bool {
    true
}

/// An organisation: everything under one organisation sees the same `sub` (R-SVC-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Its stable identifier, such as a CVR number.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalisedName {
    /// In Danish.
    pub da: String,
    /// In English.
    pub en: String,
}

/// Who runs a service. It decides over CPR numbers and protected names (R-SVC-3, R-SVC-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sector {
    /// A public authority.
    Public,
    /// Anybody else.
    Private,
}

/// `token_endpoint_auth_method`, with what it takes to check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "method",
    rename_all = "snake_case",
    from = "WrittenAuthentication"
)]
pub enum ClientAuthentication {
    /// `none`: a public client, held to its code by PKCE.
    None,
    /// `client_secret_basic` and `client_secret_post`, whichever it likes.
    Secret {
        /// The secret's hash.
        sha256: SecretHash,
    },
    /// `private_key_jwt` (RFC 7523; OpenID Connect Core section 9).
    PrivateKeyJwt {
        /// Its public keys.
        jwks: JwkSet,
    },
}

/// As [`ClientAuthentication`], with braces: only so does serde refuse unknown members beside `none`.
#[derive(Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
enum WrittenAuthentication {
    None {},
    Secret { sha256: SecretHash },
    PrivateKeyJwt { jwks: JwkSet },
}

impl From<WrittenAuthentication> for ClientAuthentication {
    fn from(written: WrittenAuthentication) -> Self {
        match written {
            WrittenAuthentication::None {} => Self::None,
            WrittenAuthentication::Secret { sha256 } => Self::Secret { sha256 },
            WrittenAuthentication::PrivateKeyJwt { jwks } => Self::PrivateKeyJwt { jwks },
        }
    }
}

/// The SHA-256 of a client secret, base64url. Unsalted and fast on purpose: secrets are 256 random bits that we make, which
/// nobody can guess, and a token costs microseconds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Hashes a secret.
    pub fn of(secret: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref());
        Self(hash)
    }

    /// Whether the secret has this hash, compared in constant time.
    pub fn matches(&self, secret: &str) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &Self::of(secret).0).is_ok()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

impl TryFrom<String> for SecretHash {
    type Error = ClientFault;

    fn try_from(text: String) -> Result<Self, ClientFault> {
        let mut hash = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut hash) {
            Ok(32) => Ok(Self(hash)),
            _ => Err(ClientFault::SecretHashMalformed),
        }
    }
}

impl From<SecretHash> for String {
    fn from(hash: SecretHash) -> Self {
        URL_SAFE_NO_PAD.encode(hash.0)
    }
}

/// `grant_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 6749 section 4.4.
    ClientCredentials,
}

/// A registration that holds together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Registration", into = "Registration")]
pub struct Client(Registration);

impl TryFrom<Registration> for Client {
    type Error = ClientFault;

    fn try_from(registration: Registration) -> Result<Self, ClientFault> {
        for check in checks::IN_ORDER {
            check(&registration)?;
        }
        Ok(Self(registration))
    }
}

impl From<Client> for Registration {
    fn from(client: Client) -> Self {
        client.0
    }
}

impl std::ops::Deref for Client {
    type Target = Registration;

    fn deref(&self) -> &Registration {
        &self.0
    }
}

impl Client {
    /// Whether it proves itself at the token endpoint at all.
    pub fn is_confidential(&self) -> bool {
        self.authentication != ClientAuthentication::None
    }

    /// Whether its code requests must carry a challenge.
    pub fn requires_pkce(&self) -> bool {
        self.require_pkce || !self.is_confidential()
    }

    /// Whether it may exchange this for tokens.
    pub fn may_use(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }

    /// Whether it may have the scope.
    pub fn may_have(&self, scope: &Scope) -> bool {
        self.scopes.iter().any(|name| name == scope.name())
    }

    /// Whether a public authority runs it.
    pub fn is_public_sector(&self) -> bool {
        self.sector == Sector::Public
    }
}

/// Why a registration does not hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientFault {
    /// Not 1 to 100 of `A-Z a-z 0-9 - . _ ~`.
    #[error("client_id is malformed")]
    ClientIdMalformed,
    /// Empty, longer than 120 characters, or with control characters.
    #[error("a name is malformed")]
    NameMalformed,
    /// Known elsewhere, and not offered here.
    #[error("a scope is not offered")]
    ScopeNotOffered,
    /// Not a scope token, or an age where `age_verify` stands for all.
    #[error("a scope is malformed")]
    ScopeMalformed,
    /// No absolute URL, or one that would need repair.
    #[error("an address is malformed")]
    AddressMalformed,
    /// RFC 6749 section 3.1.2.
    #[error("an address has a fragment")]
    AddressHasFragment,
    /// `user@` misleads whoever reads the address.
    #[error("an address has a user name")]
    AddressHasUser,
    /// Neither `https` nor on this machine.
    #[error("an address is not secure")]
    AddressNotSecure,
    /// Nothing to exchange.
    #[error("grant_types is empty")]
    NoGrantType,
    /// `authorization_code` without an address.
    #[error("redirect_uris is empty")]
    NoRedirectUri,
    /// `authorization_code` without `openid`.
    #[error("scopes lacks openid")]
    NoOpenidScope,
    /// `client_credentials` without credentials.
    #[error("client_credentials needs authentication")]
    CredentialsWithoutAuthentication,
    /// `none` with PKCE turned off.
    #[error("a client without authentication needs PKCE")]
    PublicWithoutPkce,
    /// Not 43 characters of base64url.
    #[error("the secret's hash is malformed")]
    SecretHashMalformed,
}
