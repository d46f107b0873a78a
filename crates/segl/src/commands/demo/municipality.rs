//! Birkesund Kommune: a municipality's self-service, which may have the CPR number and serves nobody without one (R-PER-4).

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use server::error::Fault;
use server::i18n::Texts;
use server::pages::Frame;
use tokio::sync::Mutex;

use super::data::{DataFault, Kept};
use super::lan::Certificate;
use super::pages::see_other;
use super::relying_party::{Authentication, RelyingParty, Wish};
use super::service::{self, Brand, Building, Order, Service, Visit, Who};
use super::{Addresses, registrations};

const BRAND: Brand = Brand {
    key: "demo-kommune",
    css: include_str!("../../../templates/service/municipality.css"),
    order: "/address",
};

/// Why the municipality cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MunicipalityFault {
    /// Its key.
    #[error(transparent)]
    Key(#[from] DataFault),
    /// Its HTTP client.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

/// The municipality, on a listener of its own.
pub(crate) fn router(
    addresses: &Addresses,
    kept: &Kept,
    texts: &Arc<Texts>,
    certificate: Option<&Certificate>,
) -> Result<Router, MunicipalityFault> {
    let relying_party = RelyingParty {
        issuer: addresses.segl.clone(),
        client_id: registrations::MUNICIPALITY,
        authentication: Authentication::PrivateKey(Box::new(kept.municipality_key()?)),
        redirect_uri: format!("{}/callback", addresses.municipality),
        scope: "openid mitid ssn",
        http: service::http_client(certificate)?,
        provider: Mutex::new(None),
    };
    let building = Building {
        brand: BRAND,
        origin: &addresses.municipality,
        texts,
    };
    let own = Router::new()
        .route("/", get(home))
        .route("/address", get(form).post(change));
    Ok(service::router(Service::new(&building, relying_party), own))
}

#[derive(Template)]
#[template(path = "service/municipality_front.html")]
struct FrontPage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    logged_on: bool,
    segl: &'a str,
}

#[derive(Template)]
#[template(path = "service/municipality_home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    logged_on: bool,
    who: Who<'a>,
}

async fn home(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    let Some(signed_in) = service
        .session(&visit)
        .and_then(|session| session.signed_in)
    else {
        let page = FrontPage {
            frame: service.frame(&visit, "demo-kommune-title"),
            brand: BRAND,
            logged_on: false,
            segl: &service.relying_party.issuer,
        };
        return service.page(&page, StatusCode::OK);
    };
    let page = HomePage {
        frame: service.frame(&visit, "demo-kommune-home"),
        brand: BRAND,
        logged_on: true,
        who: Who {
            t: service.texts.of(visit.lang),
            signed_in: &signed_in,
        },
    };
    service.page(&page, StatusCode::OK)
}

#[derive(Template)]
#[template(path = "service/municipality_address.html")]
struct AddressPage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    logged_on: bool,
    typed: &'a Address,
    street_error: Option<&'a str>,
    town_error: Option<&'a str>,
}

/// The form.
#[derive(Deserialize, Default)]
pub(crate) struct Address {
    street: String,
    town: String,
}

async fn form(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    if service
        .session(&visit)
        .and_then(|session| session.signed_in)
        .is_none()
    {
        return Ok(see_other("/"));
    }
    show(&service, &visit, &Address::default(), (None, None))
}

fn show(
    service: &Service,
    visit: &Visit,
    typed: &Address,
    (street_error, town_error): (Option<&'static str>, Option<&'static str>),
) -> Result<Response, Fault> {
    let frame = service.frame(visit, "demo-kommune-address");
    let t = frame.t;
    let status = match (street_error, town_error) {
        (None, None) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = AddressPage {
        frame,
        brand: BRAND,
        logged_on: true,
        typed,
        street_error: street_error.map(|key| t.get(key)),
        town_error: town_error.map(|key| t.get(key)),
    };
    service.page(&page, status)
}

async fn change(
    State(service): State<Arc<Service>>,
    visit: Visit,
    form: Result<Form<Address>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(typed) = form.map_err(|_| Fault::Malformed("street and town".to_owned()))?;
    visit.own_form(&service)?;
    let Some(signed_in) = service
        .session(&visit)
        .and_then(|session| session.signed_in)
    else {
        return Ok(see_other("/"));
    };
    let (street, town) = (typed.street.trim(), typed.town.trim());
    let line = |text: &str| {
        (3..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    let postal = |text: &str| {
        text.split_once(' ').is_some_and(|(code, name)| {
            code.len() == 4
                && code.bytes().all(|byte| byte.is_ascii_digit())
                && !name.trim().is_empty()
        })
    };
    if !line(street) || !line(town) || !postal(town) {
        let errors = (
            (!line(street)).then_some("demo-kommune-street-wrong"),
            (!line(town) || !postal(town)).then_some("demo-kommune-town-wrong"),
        );
        return show(&service, &visit, &typed, errors);
    }
    let t = service.texts.of(visit.lang);
    let reference_text = t.with_all(
        "demo-kommune-reference",
        &[("street", street), ("town", town)],
    );
    let wish = Wish {
        action: Some("CONFIRM"),
        reference_text: Some(reference_text.clone()),
        uuid_hint: Some(signed_in.about("mitid.uuid").to_owned()),
    };
    let order = Order {
        reference_text,
        facts: vec![
            ("demo-kommune-street", street.to_owned()),
            ("demo-kommune-town", town.to_owned()),
        ],
        spends: None,
    };
    service.ask(&visit, &wish, Some(order)).await
}
