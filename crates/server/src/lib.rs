//! The provider: sign-in pages, OpenID Connect and the app protocol over HTTP.
//!
//! [`router`] is the table of contents. A handler parses, loads, decides, commits and renders: what may be decided stands in
//! `domain`, what the protocols say in `oidc` and `authn`, what is kept in `store`.

pub mod app_api;
mod around;
pub mod assets;
pub mod clock;
pub mod context;
pub mod error;
pub mod health;
pub mod i18n;
pub mod jobs;
pub mod limits;
pub mod listen;
pub mod notices;
mod oidc_api;
pub mod pages;
pub mod random;
pub mod sealed;
pub mod services;
pub mod settings;
mod sign_in;
pub mod vault;
mod waiters;

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use domain::policy::Policy;
use store::Store;

use crate::clock::Clock;
use crate::error::Fault;
use crate::i18n::{TextFault, Texts};
use crate::limits::Limits;
use crate::services::Services;
use crate::settings::Settings;
use crate::vault::Keys;
use crate::waiters::Waiters;

/// Everything that handlers share.
pub struct Segl {
    /// Where this installation stands.
    pub settings: Settings,
    /// What is kept.
    pub store: Store,
    /// The rulebook's numbers.
    pub policy: Policy,
    /// What time it is.
    pub clock: Clock,
    /// Danish and English.
    pub texts: Texts,
    /// The registered services.
    pub services: Services,
    /// How fast anyone may ask.
    pub limits: Limits,
    waiters: Arc<Waiters>,
    keys: RwLock<Arc<Keys>>,
}

impl Segl {
    /// A server that is ready to answer.
    pub fn new(
        settings: Settings,
        store: Store,
        keys: Keys,
        policy: Policy,
        clock: Clock,
    ) -> Result<Self, StartFault> {
        let services = Services::default();
        services.reload(&store)?;
        Ok(Self {
            settings,
            store,
            limits: Limits::new(&policy.limits),
            policy,
            clock,
            texts: Texts::builtin()?,
            services,
            waiters: Arc::default(),
            keys: RwLock::new(Arc::new(keys)),
        })
    }

    /// The keys as they are now.
    pub fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes new keys into use, as after a rotation.
    pub fn replace_keys(&self, keys: Keys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The texts.
    #[error(transparent)]
    Texts(#[from] TextFault),
}

/// The largest body that anyone may send: forms and short JSON.
const BODY_LIMIT: usize = 64 * 1024;

/// Every address of the server.
pub fn router(segl: Arc<Segl>) -> Router {
    let provider = Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(oidc_api::discovery::document),
        )
        .route(
            "/.well-known/openid-configuration/jwks",
            get(oidc_api::discovery::jwks),
        )
        .route(
            "/connect/authorize",
            get(oidc_api::authorize::by_get).post(oidc_api::authorize::by_post),
        )
        .route("/connect/token", post(oidc_api::token::token))
        .route(
            "/connect/userinfo",
            get(oidc_api::userinfo::userinfo).post(oidc_api::userinfo::userinfo),
        )
        .route(
            "/connect/introspect",
            post(oidc_api::introspect::introspect),
        )
        .route("/connect/revocation", post(oidc_api::revoke::revoke))
        .route(
            "/connect/endsession",
            get(oidc_api::end_session::by_get).post(oidc_api::end_session::by_post),
        );
    let sign_in = Router::new()
        .route(
            "/signin",
            get(sign_in::user_id::page).post(sign_in::user_id::submit),
        )
        .route("/signin/wait", get(sign_in::wait::page))
        .route("/signin/events", get(sign_in::events::stream))
        .route("/signin/finish", get(sign_in::finish::finish))
        .route("/signin/return", get(sign_in::finish::sent_back))
        .route("/signin/onward", get(sign_in::finish::onward))
        .route("/signin/cancel", post(sign_in::cancel::cancel));
    let app = Router::new()
        .route(
            "/app/v1/activations",
            post(app_api::activation::enter_codes),
        )
        .route(
            "/app/v1/activations/pin",
            post(app_api::activation::register_pin),
        )
        .route(
            "/app/v1/activations/finish",
            post(app_api::activation::finish),
        )
        .route("/app/v1/requests", get(app_api::request::waiting))
        .route("/app/v1/requests/claim", post(app_api::request::claim))
        .route(
            "/app/v1/requests/approve/start",
            post(app_api::approve::start),
        )
        .route(
            "/app/v1/requests/approve/finish",
            post(app_api::approve::finish),
        )
        .route("/app/v1/requests/reject", post(app_api::request::reject))
        .route("/app/v1/unlock/start", post(app_api::unlock::start))
        .route("/app/v1/unlock/finish", post(app_api::unlock::finish))
        .route("/app/v1/me", get(app_api::holder::me))
        .route("/app/v1/activity", get(app_api::holder::activity))
        .route("/app/v1/settings", post(app_api::holder::settings))
        .route("/app/v1/remove", post(app_api::holder::remove))
        .route("/app/openapi.json", get(app_api::openapi::document));
    let pages = Router::new()
        .route("/assets/{*file}", get(assets::file))
        .route("/app/", get(assets::app))
        .route("/app/{file}", get(assets::app))
        .route("/problem/{code}", get(health::problem))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready));
    provider
        .merge(sign_in)
        .merge(app)
        .merge(pages)
        .fallback(|| async { Fault::NotFound })
        .method_not_allowed_fallback(|| async { Fault::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(Arc::clone(&segl), around::around))
        .with_state(segl)
}
