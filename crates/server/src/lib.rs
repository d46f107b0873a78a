//! The provider: sign-in pages, OpenID Connect and the app protocol over HTTP.
//!
//! [`router`] is the table of contents. A handler parses, loads, decides, commits and renders: what may be decided stands in
//! `domain`, what the protocols say in `oidc` and `authn`, what is kept in `store`.

pub mod app_api;
pub mod appointments;
mod around;
pub mod assets;
pub mod clock;
pub mod context;
pub mod dates;
pub mod desk;
pub mod enrol;
pub mod error;
pub mod faces;
pub mod health;
pub mod i18n;
pub mod jobs;
mod kept;
pub mod letters;
pub mod limits;
pub mod listen;
pub mod notices;
mod oidc_api;
pub mod pages;
pub mod random;
pub mod register;
pub mod sealed;
pub mod services;
pub mod settings;
mod sign_in;
pub mod trust;
pub mod vault;
mod waiters;

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use domain::policy::Policy;
use store::Store;

use crate::clock::Clock;
use crate::enrol::{EnrolmentSignals, Relays};
use crate::error::Fault;
use crate::faces::Faces;
use crate::i18n::{TextFault, Texts};
use crate::limits::Limits;
use crate::register::Register;
use crate::services::Services;
use crate::settings::Settings;
use crate::trust::TrustInUse;
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
    /// The population register.
    pub register: Register,
    /// Whose signatures on documents count.
    pub trust: Arc<TrustInUse>,
    /// What wakes whoever watches an enrolment.
    pub enrolments: EnrolmentSignals,
    /// The model that compares faces, where there is one.
    pub faces: Faces,
    relays: Relays,
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
        let trust = Arc::new(TrustInUse::default());
        trust.reload(&store)?;
        Ok(Self {
            settings,
            store,
            limits: Limits::new(&policy),
            policy,
            clock,
            texts: Texts::builtin()?,
            services,
            register: Register::default(),
            trust,
            enrolments: EnrolmentSignals::default(),
            faces: Faces::default(),
            relays: Relays::default(),
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

/// Every address of the server.
pub fn router(segl: Arc<Segl>) -> Router {
    router_with(segl, Router::new())
}

/// Every address of the server, and more that are treated like them: their faults are rendered and their answers get safe headers.
pub fn router_with(segl: Arc<Segl>, more: Router<Arc<Segl>>) -> Router {
    provider()
        .merge(browser())
        .merge(app())
        .merge(enrolment())
        .merge(face(&segl.policy))
        .merge(appointments::router())
        .merge(pages_and_health())
        .merge(more)
        .fallback(|| async { Fault::NotFound })
        .method_not_allowed_fallback(|| async { Fault::MethodNotAllowed })
        .layer(around::Around(Arc::clone(&segl)))
        .with_state(segl)
}

/// What services speak to.
fn provider() -> Router<Arc<Segl>> {
    use oidc_api::{authorize, discovery, end_session, introspect, revoke, token, userinfo};
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(discovery::document),
        )
        .route(
            "/.well-known/openid-configuration/jwks",
            get(discovery::jwks),
        )
        .route(
            "/connect/authorize",
            get(authorize::by_get).post(authorize::by_post),
        )
        .route("/connect/token", post(token::token))
        .route(
            "/connect/userinfo",
            get(userinfo::userinfo).post(userinfo::userinfo),
        )
        .route("/connect/introspect", post(introspect::introspect))
        .route("/connect/revocation", post(revoke::revoke))
        .route(
            "/connect/endsession",
            get(end_session::by_get).post(end_session::by_post),
        )
}

/// What a person's browser goes through.
fn browser() -> Router<Arc<Segl>> {
    use sign_in::{cancel, events, finish, user_id, wait};
    Router::new()
        .route("/signin", get(user_id::page).post(user_id::submit))
        .route("/signin/wait", get(wait::page))
        .route("/signin/events", get(events::stream))
        .route("/signin/finish", get(finish::finish))
        .route("/signin/return", get(finish::sent_back))
        .route("/signin/onward", get(finish::onward))
        .route("/signin/cancel", post(cancel::cancel))
}

/// What a person's app speaks to.
fn app() -> Router<Arc<Segl>> {
    use app_api::{activation, approve, claim, holder, openapi, request, unlock};
    Router::new()
        .route("/app/v1/activations", post(activation::enter_codes))
        .route("/app/v1/activations/pin", post(activation::register_pin))
        .route("/app/v1/activations/finish", post(activation::finish))
        .route("/app/v1/requests", get(request::waiting))
        .route("/app/v1/requests/claim", post(claim::claim))
        .route("/app/v1/requests/approve/start", post(approve::start))
        .route("/app/v1/requests/approve/finish", post(approve::finish))
        .route("/app/v1/requests/reject", post(request::reject))
        .route("/app/v1/unlock/start", post(unlock::start))
        .route("/app/v1/unlock/finish", post(unlock::finish))
        .route("/app/v1/me", get(holder::me))
        .route("/app/v1/activity", get(holder::activity))
        .route("/app/v1/settings", post(holder::settings))
        .route("/app/v1/remove", post(holder::remove))
        .route("/app/openapi.json", get(openapi::document))
}

/// How somebody gets an identity, and how a document's chip is read.
fn enrolment() -> Router<Arc<Segl>> {
    use enrol::{
        chip, document, enrolment_events, enrolments, events, hand_over, number, relay, user_id,
    };
    Router::new()
        .route(
            "/enrol/v1/enrolments",
            get(enrolments::state).post(enrolments::begin),
        )
        .route("/enrol/v1/enrolments/events", get(enrolment_events::stream))
        .route("/enrol/v1/enrolments/chip", post(document::begin_reading))
        .route("/enrol/v1/enrolments/number", post(number::number))
        .route(
            "/enrol/v1/enrolments/user-id",
            get(user_id::check).post(user_id::choose),
        )
        .route("/enrol/v1/enrolments/app", post(user_id::app))
        .route("/enrol/v1/enrolments/hand-over", post(hand_over::hand_over))
        .route("/enrol/v1/continue", post(hand_over::go_on))
        .route("/enrol/v1/chip", post(chip::begin))
        .route("/enrol/v1/chip/reading", get(chip::reading))
        .route("/enrol/v1/chip/events", get(events::stream))
        .route("/enrol/v1/chip/relay", post(chip::another_relay))
        .route("/enrol/chip/{case}", get(relay::relay))
}

/// A living face against the chip's portrait: the one place where pictures are sent.
fn face(policy: &Policy) -> Router<Arc<Segl>> {
    use enrol::face;
    let limit = DefaultBodyLimit::max(face::body_limit(&policy.face));
    Router::new()
        .route(face::PATH, post(face::answer).layer(limit))
        .route("/enrol/v1/enrolments/face/challenge", post(face::challenge))
}

/// The web build, the pages of faults, and the server's health.
fn pages_and_health() -> Router<Arc<Segl>> {
    Router::new()
        .route("/assets/{*file}", get(assets::file))
        .route("/app/", get(assets::app))
        .route("/app/{file}", get(assets::app))
        .route("/problem/{code}", get(health::problem))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
}
