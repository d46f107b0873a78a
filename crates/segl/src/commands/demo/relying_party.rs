//! A relying party: what a service has to do to sign people in with OpenID Connect, and nothing that only works here.
//!
//! Authorization code with PKCE, `state` and `nonce`; the answer's `iss` (RFC 9207); the ID token's signature by the provider's
//! keys, and `iss`, `aud`, `exp`, `nonce` and `at_hash` (OpenID Connect Core section 3.1.3.7); userinfo for the same `sub`.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderName};
use jiff::Timestamp;
use oidc::jose::{Audience, JoseFault, JwkSet, SigningKey, TokenType, verify_compact};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use server::i18n::Lang;
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::Serializer;

use super::http_client::{Answer, HttpClient, HttpFault};

/// A service, as its provider knows it.
pub(crate) struct RelyingParty {
    pub(crate) issuer: String,
    pub(crate) client_id: &'static str,
    pub(crate) authentication: Authentication,
    pub(crate) redirect_uri: String,
    pub(crate) scope: &'static str,
    pub(crate) http: HttpClient,
    pub(crate) provider: Mutex<Option<Provider>>,
}

/// How the service proves itself at the token endpoint.
pub(crate) enum Authentication {
    /// `client_secret_basic`.
    Secret(String),
    /// `private_key_jwt`.
    PrivateKey(Box<SigningKey>),
}

/// What the provider says of itself (OpenID Connect Discovery section 3), with its keys.
#[derive(Clone)]
pub(crate) struct Provider {
    metadata: Metadata,
    keys: JwkSet,
}

#[derive(Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Address,
    token_endpoint: Address,
    userinfo_endpoint: Address,
    end_session_endpoint: Address,
    jwks_uri: Address,
}

/// An address in the provider's metadata.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
struct Address(Url);

impl TryFrom<String> for Address {
    type Error = url::ParseError;

    fn try_from(text: String) -> Result<Self, url::ParseError> {
        Url::parse(&text).map(Self)
    }
}

/// What is asked of the person.
#[derive(Default)]
pub(crate) struct Wish {
    /// `LOG_ON` when nothing is said.
    pub(crate) action: Option<&'static str>,
    /// What the app shows (R-SIG-2).
    pub(crate) reference_text: Option<String>,
    /// Who it must be: the `mitid.uuid` of an earlier sign-in.
    pub(crate) uuid_hint: Option<String>,
}

/// A request under way, as the browser's session keeps it.
pub(crate) struct Pending {
    pub(crate) state: String,
    nonce: String,
    verifier: String,
}

/// The claims that the demo's services read.
#[derive(Clone, Deserialize)]
pub(crate) struct IdClaims {
    iss: String,
    pub(crate) sub: String,
    aud: Audience,
    exp: i64,
    nonce: Option<String>,
    at_hash: Option<String>,
    pub(crate) amr: Vec<String>,
    pub(crate) loa: String,
    pub(crate) ial: String,
    pub(crate) aal: String,
    pub(crate) transaction_id: String,
}

/// Somebody who signed in.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) claims: IdClaims,
    pub(crate) userinfo: Map<String, Value>,
    pub(crate) id_token: String,
    pub(crate) access_token: String,
}

impl SignedIn {
    /// A userinfo claim; every one of the dialect is a string.
    pub(crate) fn about(&self, claim: &str) -> &str {
        self.userinfo
            .get(claim)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// The provider's answer in the address that the browser came back to.
#[derive(Deserialize)]
pub(crate) struct Returned {
    pub(crate) code: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) error_description: Option<String>,
    iss: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl RelyingParty {
    /// Where to send the browser, and what to keep of it.
    pub(crate) async fn begin(&self, wish: &Wish, lang: Lang) -> Result<(String, Pending), Fault> {
        let provider = self.provider(false).await?;
        let pending = Pending {
            state: random()?,
            nonce: random()?,
            verifier: random()?,
        };
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, pending.verifier.as_bytes()));
        let mut mitid = Map::new();
        let mut say = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                mitid.insert(name.to_owned(), value.into());
            }
        };
        say("action_text", wish.action.map(str::to_owned));
        say(
            "reference_text",
            wish.reference_text
                .as_ref()
                .map(|text| STANDARD.encode(text)),
        );
        say("uuid_hint", wish.uuid_hint.clone());
        let Address(mut address) = provider.metadata.authorization_endpoint;
        address.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", self.scope),
            ("state", &pending.state),
            ("nonce", &pending.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("idp_values", "mitid"),
            ("idp_params", &json!({ "mitid": mitid }).to_string()),
            ("language", lang.tag()),
        ]);
        Ok((address.into(), pending))
    }

    /// Exchanges the provider's answer for what it knows of the person.
    pub(crate) async fn finish(
        &self,
        returned: Returned,
        pending: &Pending,
        now: Timestamp,
    ) -> Result<SignedIn, Fault> {
        if returned.iss.as_deref() != Some(&self.issuer) {
            return Err(Fault::Check("iss"));
        }
        if let Some(error) = returned.error {
            let description = returned.error_description.unwrap_or_default();
            return Err(Fault::Refused { error, description });
        }
        let code = returned.code.ok_or(Fault::Check("code"))?;
        let tokens = self.redeem(&code, pending, now).await?;
        let claims = self.verify(&tokens, pending, now).await?;
        let userinfo = self.userinfo(&tokens.access_token).await?;
        if userinfo.get("sub").and_then(Value::as_str) != Some(&claims.sub) {
            return Err(Fault::Check("sub"));
        }
        Ok(SignedIn {
            claims,
            userinfo,
            id_token: tokens.id_token,
            access_token: tokens.access_token,
        })
    }

    /// Where to send the browser to log off (OpenID Connect RP-Initiated Logout).
    pub(crate) async fn end_session(
        &self,
        id_token: &str,
        return_to: &str,
    ) -> Result<String, Fault> {
        let Address(mut address) = self.provider(false).await?.metadata.end_session_endpoint;
        address.query_pairs_mut().extend_pairs([
            ("id_token_hint", id_token),
            ("post_logout_redirect_uri", return_to),
            ("client_id", self.client_id),
        ]);
        Ok(address.into())
    }

    async fn redeem(&self, code: &str, pending: &Pending, now: Timestamp) -> Result<Tokens, Fault> {
        let Address(endpoint) = self.provider(false).await?.metadata.token_endpoint;
        let (headers, form) = self.token_request(code, pending, &endpoint, now)?;
        let answer = self.http.post_form(&endpoint, &headers, form).await?;
        if answer.status != StatusCode::OK {
            let refusal: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
            let error = refusal.map_or_else(|| answer.status.to_string(), |refusal| refusal.error);
            let description = String::new();
            return Err(Fault::Refused { error, description });
        }
        read(&answer)
    }

    fn token_request(
        &self,
        code: &str,
        pending: &Pending,
        endpoint: &Url,
        now: Timestamp,
    ) -> Result<(Vec<(HeaderName, String)>, String), Fault> {
        let mut form = Serializer::new(String::new());
        form.extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &pending.verifier),
        ]);
        match &self.authentication {
            // RFC 6749 section 2.3.1: both are form-encoded first; ours have no character that this would change.
            Authentication::Secret(secret) => {
                let credentials = STANDARD.encode(format!("{}:{secret}", self.client_id));
                let header = (AUTHORIZATION, format!("Basic {credentials}"));
                Ok((vec![header], form.finish()))
            }
            Authentication::PrivateKey(key) => {
                let assertion = self.assertion(key, endpoint, now)?;
                form.extend_pairs([
                    ("client_id", self.client_id),
                    ("client_assertion_type", ASSERTION_TYPE),
                    ("client_assertion", &assertion),
                ]);
                Ok((Vec::new(), form.finish()))
            }
        }
    }

    /// RFC 7523 section 3: who says it, to whom, once, and not for long.
    fn assertion(&self, key: &SigningKey, endpoint: &Url, now: Timestamp) -> Result<String, Fault> {
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": endpoint.as_str(), "jti": random()?,
            "iat": now.as_second(), "exp": now.as_second() + 60,
        });
        Ok(key.sign(TokenType::ClientAssertion, &claims)?)
    }

    async fn verify(
        &self,
        tokens: &Tokens,
        pending: &Pending,
        now: Timestamp,
    ) -> Result<IdClaims, Fault> {
        let keys = self.provider(false).await?.keys;
        let verified = match verify_compact::<IdClaims>(&tokens.id_token, &keys, TokenType::Jwt) {
            // A key that was rotated in since: ask for the keys again, once.
            Err(JoseFault::NoSuchKey) => {
                let keys = self.provider(true).await?.keys;
                verify_compact(&tokens.id_token, &keys, TokenType::Jwt)?
            }
            other => other?,
        };
        let claims = verified.into_claims();
        let hash = digest(&SHA256, tokens.access_token.as_bytes());
        let at_hash = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]);
        let checks = [
            ("iss", claims.iss == self.issuer),
            ("aud", claims.aud.single() == Some(self.client_id)),
            ("exp", now.as_second() < claims.exp),
            ("nonce", claims.nonce.as_deref() == Some(&pending.nonce)),
            ("at_hash", claims.at_hash.as_deref() == Some(&at_hash)),
        ];
        match checks.into_iter().find(|(_, holds)| !holds) {
            Some((claim, _)) => Err(Fault::Check(claim)),
            None => Ok(claims),
        }
    }

    async fn userinfo(&self, access_token: &str) -> Result<Map<String, Value>, Fault> {
        let Address(endpoint) = self.provider(false).await?.metadata.userinfo_endpoint;
        let bearer = [(AUTHORIZATION, format!("Bearer {access_token}"))];
        read(&self.http.get(&endpoint, &bearer).await?)
    }

    /// The provider, asked once, and again when `anew`.
    async fn provider(&self, anew: bool) -> Result<Provider, Fault> {
        let mut known = self.provider.lock().await;
        if let Some(provider) = known.as_ref().filter(|_| !anew) {
            return Ok(provider.clone());
        }
        let address = format!("{}/.well-known/openid-configuration", self.issuer);
        let address = Url::parse(&address).map_err(|_| Fault::Check("issuer"))?;
        let metadata: Metadata = read(&self.http.get(&address, &[]).await?)?;
        if metadata.issuer != self.issuer {
            return Err(Fault::Check("issuer"));
        }
        let keys = read(&self.http.get(&metadata.jwks_uri.0, &[]).await?)?;
        let provider = Provider { metadata, keys };
        *known = Some(provider.clone());
        Ok(provider)
    }
}

/// RFC 7523 section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Fault> {
    if answer.status != StatusCode::OK {
        return Err(Fault::Status(answer.status.as_u16()));
    }
    serde_json::from_slice(&answer.body).map_err(|_| Fault::NotUnderstood)
}

/// 256 random bits as text.
pub(crate) fn random() -> Result<String, Fault> {
    let bytes = server::random::bytes::<32>().map_err(|_| Fault::Randomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A token's header and payload as readable JSON, for people who want to see it.
pub(crate) fn readable(token: &str) -> (String, String) {
    let mut parts = token.split('.').map(|part| {
        let json = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        pretty(&serde_json::from_slice::<Value>(&json).unwrap_or(Value::Null))
    });
    (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    )
}

/// JSON over several lines.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Why nobody was signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The provider says no, in the words of OAuth and the dialect (R-SVC-4).
    #[error("the provider refuses: {error} {description}")]
    Refused {
        /// `error`.
        error: String,
        /// `error_description`.
        description: String,
    },
    /// A check of the answer does not hold.
    #[error("the answer does not hold: {0}")]
    Check(&'static str),
    /// The ID token.
    #[error(transparent)]
    Token(#[from] JoseFault),
    /// The provider.
    #[error("the provider {0}")]
    Http(#[from] HttpFault),
    /// An HTTP status that has no place here.
    #[error("the provider answers with {0}")]
    Status(u16),
    /// An answer that is not what it should be.
    #[error("the provider's answer cannot be read")]
    NotUnderstood,
    /// The operating system gives no random numbers.
    #[error("no random numbers")]
    Randomness,
}
