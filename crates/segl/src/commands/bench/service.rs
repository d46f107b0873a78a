//! The service that sends a person to sign in, and what it checks when they come back: an OpenID Connect relying party with PKCE, `state`
//! and `nonce`.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hyper::header::{AUTHORIZATION, HeaderValue};
use oidc::jose::{TokenType, dangerous_unverified_payload, verify_compact};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::http::{Connection, get, post_form};
use super::load::Failure;
use super::target::{ClientCredentials, Target};

/// What all workers of one service share.
pub(super) struct Service {
    pub(super) target: Target,
    pub(super) client: ClientCredentials,
    pub(super) basic: HeaderValue,
}

impl Service {
    pub(super) fn new(target: Target, client: ClientCredentials) -> Result<Arc<Self>, Failure> {
        let basic = basic(&client.client_id, &client.client_secret);
        let basic =
            HeaderValue::from_str(&basic).map_err(|_| Failure::Wrong("the client's secret"))?;
        Ok(Arc::new(Self {
            target,
            client,
            basic,
        }))
    }

    /// Begins a sign-in.
    pub(super) fn begin(&self) -> Result<Begun, Failure> {
        let verifier = random()?;
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let (state, nonce) = (random()?, random()?);
        let query = form_urlencoded::Serializer::new(String::from("/connect/authorize?"))
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.client_id)
            .append_pair("redirect_uri", &self.client.redirect_uri)
            .append_pair("scope", &self.client.scope)
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        Ok(Begun {
            address: query,
            verifier,
            state,
            nonce,
        })
    }

    /// The browser came back to `address`: redeems the code, reads the ID token, asks who it is. The signature is checked where
    /// `thorough`; the claims always.
    pub(super) async fn redeem(
        &self,
        connection: &mut Connection,
        begun: &Begun,
        address: &str,
        thorough: bool,
    ) -> Result<(), Failure> {
        let code = self.code(begun, address)?;
        let tokens = self.tokens(connection, begun, &code).await?;
        let claims: Claims = if thorough {
            let verified = verify_compact(&tokens.id_token, &self.target.jwks, TokenType::Jwt);
            verified.map_err(Failure::Token)?.into_claims()
        } else {
            dangerous_unverified_payload(&tokens.id_token).map_err(Failure::Token)?
        };
        if claims.iss != self.target.issuer
            || claims.aud != self.client.client_id
            || claims.nonce != begun.nonce
        {
            return Err(Failure::Wrong("the ID token's iss, aud or nonce"));
        }
        let mut request = get("/connect/userinfo")?;
        let bearer = HeaderValue::from_str(&format!("Bearer {}", tokens.access_token));
        request.headers_mut().insert(
            AUTHORIZATION,
            bearer.map_err(|_| Failure::Wrong("the access token"))?,
        );
        let answer = connection.exchange(request).await?;
        if answer.status != 200 {
            return Err(Failure::status("asking who it is", &answer));
        }
        let userinfo: Userinfo =
            serde_json::from_slice(&answer.body).map_err(|_| Failure::Unreadable("userinfo"))?;
        // OpenID Connect Core section 5.3.2.
        if userinfo.sub == claims.sub {
            Ok(())
        } else {
            Err(Failure::Wrong("userinfo's sub"))
        }
    }

    /// The code that came back, with the `state` that was sent and the issuer that was meant (RFC 9207).
    fn code(&self, begun: &Begun, address: &str) -> Result<String, Failure> {
        let address: Url = address
            .parse()
            .map_err(|_| Failure::Unreadable("coming back to the service"))?;
        let (mut code, mut state, mut iss) = (None, None, None);
        for (name, value) in address.query_pairs() {
            match &*name {
                "code" => code = Some(value.into_owned()),
                "state" => state = Some(value.into_owned()),
                "iss" => iss = Some(value.into_owned()),
                _ => {}
            }
        }
        if !address.as_str().starts_with(&self.client.redirect_uri) {
            return Err(Failure::Wrong("the address that the browser was sent to"));
        }
        if state.as_ref() != Some(&begun.state) || iss.as_ref() != Some(&self.target.issuer) {
            return Err(Failure::Wrong("the state or iss that came back"));
        }
        code.ok_or(Failure::Wrong("the answer without a code"))
    }

    async fn tokens(
        &self,
        connection: &mut Connection,
        begun: &Begun,
        code: &str,
    ) -> Result<Tokens, Failure> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.client.redirect_uri),
            ("code_verifier", &begun.verifier),
        ];
        let mut request = post_form("/connect/token", &fields)?;
        request
            .headers_mut()
            .insert(AUTHORIZATION, self.basic.clone());
        let answer = connection.exchange(request).await?;
        if answer.status != 200 {
            return Err(Failure::status("redeeming the code", &answer));
        }
        serde_json::from_slice(&answer.body).map_err(|_| Failure::Unreadable("redeeming the code"))
    }
}

/// A sign-in that has begun, as the service remembers it.
pub(super) struct Begun {
    /// Where it sends the browser.
    pub(super) address: String,
    verifier: String,
    state: String,
    nonce: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    nonce: String,
}

#[derive(Deserialize)]
struct Userinfo {
    sub: String,
}

/// `client_secret_basic` (RFC 6749 section 2.3.1): both halves are form-encoded first.
fn basic(client_id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret)))
    )
}

fn random() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Failure::Wrong("the system's randomness"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_of_basic_are_encoded() {
        assert_eq!(
            basic("a b", "c:d"),
            format!("Basic {}", STANDARD.encode("a+b:c%3Ad"))
        );
    }
}
