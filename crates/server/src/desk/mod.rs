//! Citizen Service's site: where officials work, at an origin of its own.
//!
//! An official signs in with their own identity, as at any service. What they may do stands in `officials`, and is read at each
//! request: whoever loses the role, loses it at once. Each act is recorded under their name, in the transaction that does it.

mod case;
mod cases;
mod customer;
mod day;
mod decision;
pub(crate) mod face_queue;
mod home;
mod official;
mod p_code_replaced;
mod p_codes;
mod sign_in;

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use oidc::client::{
    Client, ClientAuthentication, ClientFault, GrantType, LocalisedName, Organisation,
    Registration, SecretHash, Sector,
};
use oidc::jose::Algorithm;

pub use self::official::{Official, Supervisor};
use crate::error::Fault;
use crate::i18n::Lang;
use crate::{Segl, around, assets, health};

/// The `client_id` under which the desk is registered with ourselves.
pub const CLIENT_ID: &str = "segl-desk";

/// Every address of the site for officials.
pub fn router(segl: Arc<Segl>) -> Router {
    Router::new()
        .route("/", get(home::page))
        .route("/sign-in", get(sign_in::begin))
        .route("/callback", get(sign_in::callback))
        .route("/sign-out", post(sign_in::sign_out))
        .merge(handling())
        .merge(faces())
        .route("/day", get(day::page))
        .route("/day/note", post(day::note))
        .route("/day/walk-in", post(day::walk_in))
        .route("/p-codes", get(p_codes::page).post(p_codes::submit))
        .route(
            "/p-codes/cpr",
            get(p_code_replaced::page).post(p_code_replaced::submit),
        )
        .route("/p-codes/issued", get(p_codes::issued))
        .route("/p-codes/letter", get(p_codes::letter))
        .route("/assets/{*file}", get(assets::file))
        .route("/problem/{code}", get(health::problem))
        .route("/health/live", get(health::live))
        .fallback(|| async { Fault::NotFound })
        .method_not_allowed_fallback(|| async { Fault::MethodNotAllowed })
        .layer(around::Around(Arc::clone(&segl)))
        .with_state(segl)
}

/// Cases, and the person's side of them.
fn handling() -> Router<Arc<Segl>> {
    Router::new()
        .route("/cases", get(cases::page).post(cases::open))
        .route("/cases/{id}", get(case::page))
        .route("/cases/{id}/documents", post(case::add_document))
        .route("/cases/{id}/documents/remove", post(case::remove_document))
        .route("/cases/{id}/level", post(case::want))
        .route("/cases/{id}/questions", post(decision::ask))
        .route("/cases/{id}/accept", post(decision::accept))
        .route("/cases/{id}/refuse", post(decision::refuse))
        .route("/cases/{id}/letter", get(decision::letter))
        .route(
            "/customer/{link}",
            get(customer::page).post(customer::answer),
        )
        .route("/customer/{link}/witness", get(customer::witness))
}

/// A time as people in Denmark read it.
fn moment(time: Timestamp, lang: Lang) -> String {
    let format = match lang {
        Lang::Da => "%-d.%-m.%Y kl. %H.%M",
        Lang::En => "%-d %b %Y, %H:%M",
    };
    let zone = TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC);
    time.to_zoned(zone).strftime(format).to_string()
}

/// A link as a QR code: how many modules wide, and the path that draws the dark ones.
pub(crate) fn qr(link: &str) -> Option<(usize, String)> {
    let code = qrcode::QrCode::new(link.as_bytes()).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", at % width, at / width);
        }
    }
    Some((width, path))
}

/// Where officials compare faces (R-DOC-6).
fn faces() -> Router<Arc<Segl>> {
    Router::new()
        .route("/faces", get(face_queue::list))
        .route(
            "/faces/{id}",
            get(face_queue::page).post(face_queue::decide),
        )
        .route("/faces/{id}/take", post(face_queue::take))
        .route("/faces/{id}/put-back", post(face_queue::put_back))
        .route("/faces/{id}/portrait", get(face_queue::portrait))
        .route("/faces/{id}/pictures/{place}", get(face_queue::picture))
}

/// Registers the desk as a service of our own, at its origin of today. Without a desk there is nothing to register.
pub fn register(segl: &Segl) -> Result<(), RegisterFault> {
    let Some(origin) = segl.settings.desk_origin() else {
        return Ok(());
    };
    let client = Client::try_from(registration(origin)?)?;
    let document = serde_json::to_string(&client)?;
    let now = segl.clock.now();
    segl.store.write_blocking(b"services", move |tx| {
        store::service::put(tx, CLIENT_ID, &document, now)
    })?;
    Ok(segl.services.reload(&segl.store)?)
}

/// A service that nobody can speak for over the network: its codes are redeemed in this program, and nobody knows a secret whose
/// hash is 32 zeros.
fn registration(origin: &str) -> Result<Registration, ClientFault> {
    let sha256 = SecretHash::try_from("A".repeat(43))?;
    Ok(Registration {
        client_id: CLIENT_ID.to_owned(),
        organisation: Organisation {
            id: CLIENT_ID.to_owned(),
            name: "Segl".to_owned(),
        },
        name: LocalisedName {
            da: "Borgerservice".to_owned(),
            en: "Citizen Service".to_owned(),
        },
        sector: Sector::Public,
        redirect_uris: vec![callback_address(origin)],
        post_logout_redirect_uris: Vec::new(),
        authentication: ClientAuthentication::Secret { sha256 },
        scopes: ["openid", "mitid"].map(str::to_owned).into(),
        grant_types: vec![GrantType::AuthorizationCode],
        id_token_alg: Algorithm::Es256,
        require_pkce: true,
        require_nonce: true,
        demands_cpr: false,
        app_switch_urls: Vec::new(),
    })
}

/// Where the answer to a sign-in goes.
fn callback_address(origin: &str) -> String {
    format!("{origin}/callback")
}

/// 303 to an address.
pub(crate) fn see_other(address: &str) -> Result<Response, Fault> {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let address = HeaderValue::from_str(address)
        .map_err(|_| Fault::Page("an address that no header can hold".to_owned()))?;
    response.headers_mut().insert(LOCATION, address);
    Ok(response)
}

/// Why the desk cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterFault {
    /// The registration does not hold together.
    #[error(transparent)]
    Client(#[from] ClientFault),
    /// A registration that JSON cannot hold.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}
