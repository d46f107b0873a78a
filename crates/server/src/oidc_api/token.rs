//! `POST /connect/token` (RFC 6749 section 3.2).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::person::Person;
use domain::sign_in::{Approval, RedeemFault, SignInState};
use jiff::{SignedDuration, Timestamp};
use oidc::authorize::CheckedAuthorizeRequest;
use oidc::claims::{IdToken, Recipient, Userinfo, userinfo_token};
use oidc::client::Client;
use oidc::jose::{SigningKey, TokenType};
use oidc::scope::Scope;
use oidc::token::{
    AssertionFault, AuthenticatedClient, AuthorizationCodeGrant, ClientCredentials, Expected,
    TokenFault, TokenForm, TokenRequest, TokenResponse, client_credentials_scope,
};
use store::sign_in::StoredSignIn;
use store::{StoreError, Tx};

use super::{danish_day, date, facts};
use crate::around::json_answer;
use crate::context::text;
use crate::error::Fault;
use crate::kept::Kept;
use crate::random::digest;
use crate::sealed::{self, AccessToken, Code};
use crate::services::Service;
use crate::{Segl, random};

/// The endpoint.
pub async fn token(
    State(segl): State<Arc<Segl>>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Fault> {
    let now = segl.clock.now();
    let form = TokenForm::parse(&body).map_err(Fault::Token)?;
    let credentials = form
        .credentials(text(&headers, &AUTHORIZATION))
        .map_err(Fault::Token)?;
    let client = segl.services.find(credentials.client_id());
    let who = authenticate(
        &segl,
        &credentials,
        client.as_deref().map(Service::client),
        now,
    )
    .await?;
    match form.request(&who).map_err(Fault::Token)? {
        TokenRequest::ClientCredentials { scope } => {
            client_credentials(&segl, who.client(), scope, now)
        }
        TokenRequest::AuthorizationCode(grant) => {
            authorization_code(&segl, &who, &grant, now).await
        }
    }
}

/// Who speaks. An assertion is good once (RFC 7523 section 3, `jti`).
pub(super) async fn authenticate<'c>(
    segl: &Segl,
    credentials: &ClientCredentials<'_>,
    client: Option<&'c Client>,
    now: Timestamp,
) -> Result<AuthenticatedClient<'c>, Fault> {
    let endpoint = format!("{}/connect/token", segl.settings.issuer());
    let audiences = [segl.settings.issuer(), endpoint.as_str()];
    let who = credentials
        .authenticate(
            client,
            &Expected {
                audiences: &audiences,
                now: now.as_second(),
            },
        )
        .map_err(Fault::Token)?;
    if let Some(used) = who.assertion() {
        let name = digest(&[who.client().client_id.as_bytes(), b" ", used.jti.as_bytes()].concat());
        let until = Timestamp::from_second(used.forget_after).unwrap_or(Timestamp::MAX);
        let unused = segl
            .store
            .write(&name, move |tx| {
                store::used_once::claim(tx, "assertion", &name, until)
            })
            .await?;
        if !unused {
            return Err(Fault::Token(AssertionFault::Replayed.into()));
        }
    }
    Ok(who)
}

fn client_credentials(
    segl: &Segl,
    client: &Client,
    scope: Option<&str>,
    now: Timestamp,
) -> Result<Response, Fault> {
    let scope = client_credentials_scope(client, scope).map_err(Fault::Token)?;
    let keys = segl.keys();
    let key = keys
        .signing
        .current(oidc::jose::Algorithm::Es256, now)
        .ok_or(Fault::Signing)?;
    let token = oidc::access_token::issue(
        key,
        segl.settings.issuer(),
        &client.client_id,
        &scope,
        now.as_second(),
        random::bytes()?,
    )
    .map_err(|_| Fault::Signing)?;
    Ok(json_answer(
        StatusCode::OK,
        &TokenResponse::bearer(&token, oidc::access_token::ACCESS_TOKEN_LIFETIME, &scope),
    ))
}

/// A sign-in whose code was redeemed, with what its tokens say.
pub(crate) struct Redeemed {
    pub(crate) stored: StoredSignIn,
    pub(crate) approval: Approval,
    pub(crate) request: CheckedAuthorizeRequest,
    pub(crate) person: Person,
}

/// What came of a code.
enum Redemption {
    Given(Box<Redeemed>),
    /// It had been redeemed before; what it gave is revoked, and that must be kept although the answer is a refusal.
    Again,
}

/// A fault of the closure that redeems: of the request, or of the store.
enum RedeemError {
    Token(TokenFault),
    Store(StoreError),
}

impl From<StoreError> for RedeemError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

async fn authorization_code(
    segl: &Arc<Segl>,
    who: &AuthenticatedClient<'_>,
    grant: &AuthorizationCodeGrant<'_>,
    now: Timestamp,
) -> Result<Response, Fault> {
    let redeemed = redeem_code(segl, who.client(), grant, now).await?;
    answer(segl, who.client(), &redeemed, now)
}

/// Redeems a code, for the token endpoint and for our own desk, which asks nobody over the network for what is here.
pub(crate) async fn redeem_code(
    segl: &Arc<Segl>,
    client: &Client,
    grant: &AuthorizationCodeGrant<'_>,
    now: Timestamp,
) -> Result<Redeemed, Fault> {
    let keys = segl.keys();
    let code: Code =
        sealed::open(&keys.sealed, grant.code).ok_or(Fault::Token(TokenFault::CodeInvalid))?;
    let given = Given {
        client: client.clone(),
        redirect_uri: grant.redirect_uri.map(str::to_owned),
        code_verifier: grant.code_verifier.map(str::to_owned),
    };
    let (shared, identity) = (Arc::clone(segl), code.identity);
    let redeemed = segl
        .store
        .write(identity.as_bytes(), move |tx| {
            redeem(tx, &shared, &code, &given, now)
        })
        .await;
    match redeemed {
        Ok(Redemption::Given(redeemed)) => Ok(*redeemed),
        Ok(Redemption::Again) => {
            tracing::warn!(
                client_id = client.client_id,
                "a code was presented twice; its tokens are revoked"
            );
            Err(Fault::Token(TokenFault::CodeInvalid))
        }
        Err(RedeemError::Token(fault)) => Err(Fault::Token(fault)),
        Err(RedeemError::Store(error)) => Err(error.into()),
    }
}

/// What the service gave with its code, kept for the transaction.
struct Given {
    client: Client,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
}

fn redeem(
    tx: &mut Tx<'_>,
    segl: &Segl,
    code: &Code,
    given: &Given,
    now: Timestamp,
) -> Result<Redemption, RedeemError> {
    let keys = segl.keys();
    let invalid = || RedeemError::Token(TokenFault::CodeInvalid);
    let session = digest(code.sign_in.as_bytes());
    let (stored, person) =
        store::sign_in::grant(tx, &keys.data, (code.identity, code.sign_in), &session)?
            .ok_or_else(invalid)?;
    let request = Kept::of(&stored).map_err(|_| invalid())?.request;
    let grant = AuthorizationCodeGrant {
        code: "",
        redirect_uri: given.redirect_uri.as_deref(),
        code_verifier: given.code_verifier.as_deref(),
    };
    request
        .code_binding()
        .check(&grant, &given.client)
        .map_err(RedeemError::Token)?;
    let before = stored.sign_in.state.clone();
    let redeemed = match stored
        .sign_in
        .clone()
        .redeem(code.issued_at, &segl.policy, now)
    {
        Ok(redeemed) => redeemed,
        Err(RedeemFault::Again) => {
            let revoked = stored.sign_in.revoke();
            store::sign_in::advance(tx, &before, &revoked)?;
            return Ok(Redemption::Again);
        }
        Err(RedeemFault::TooLate | RedeemFault::NotApproved) => return Err(invalid()),
    };
    if !store::sign_in::advance(tx, &before, &redeemed)? {
        return Err(invalid());
    }
    let SignInState::Redeemed(approval) = redeemed.state else {
        return Err(invalid());
    };
    let person = person.ok_or_else(invalid)?;
    Ok(Redemption::Given(Box::new(Redeemed {
        stored: StoredSignIn {
            sign_in: redeemed,
            ..stored
        },
        approval,
        request,
        person,
    })))
}

fn answer(
    segl: &Segl,
    client: &Client,
    redeemed: &Redeemed,
    now: Timestamp,
) -> Result<Response, Fault> {
    let keys = segl.keys();
    let life = segl.policy.tokens.access_token_seconds;
    let ends_at = now
        .saturating_add(SignedDuration::from_secs(life))
        .unwrap_or(Timestamp::MAX);
    let sign_in = &redeemed.stored.sign_in;
    let token = AccessToken {
        identity: sign_in.identity,
        sign_in: sign_in.id,
        client_id: client.client_id.clone(),
        issued_at: now,
        expires_at: ends_at,
    };
    let access_token = sealed::seal(&keys.sealed, &token)?;
    let key = keys
        .signing
        .current(client.id_token_alg, now)
        .ok_or(Fault::Signing)?;
    let scope = redeemed.request.scope();
    let facts = facts(
        sign_in,
        &redeemed.approval,
        &redeemed.person,
        client.is_public_sector(),
        ends_at,
    );
    let recipient = Recipient {
        issuer: segl.settings.issuer(),
        client,
        scope,
        subject_key: &keys.pairwise,
    };
    let today = date(danish_day(now));
    let id_token = IdToken::new(&recipient, &facts, today, now.as_second())
        .with_nonce(redeemed.request.nonce())
        .with_access_token(&access_token, client.id_token_alg);
    let userinfo = scope
        .contains(&Scope::UserinfoToken)
        .then(|| signed_userinfo(key, &id_token, &Userinfo::new(&recipient, &facts, today)))
        .transpose()?;
    let id_token = id_token.sign(key).map_err(|_| Fault::Signing)?;
    let mut response = TokenResponse::bearer(&access_token, life, scope);
    response.id_token = Some(&id_token);
    response.userinfo_token = userinfo.as_deref();
    Ok(json_answer(StatusCode::OK, &response))
}

fn signed_userinfo(
    key: &SigningKey,
    id_token: &IdToken<'_>,
    userinfo: &Userinfo<'_>,
) -> Result<String, Fault> {
    let claims = userinfo_token(id_token, userinfo).map_err(|_| Fault::Signing)?;
    key.sign(TokenType::Jwt, &claims)
        .map_err(|_| Fault::Signing)
}
