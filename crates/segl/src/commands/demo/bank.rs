//! Nordbanken: a bank that people log on to, and transfer money in.

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
use server::i18n::{Lang, Texts};
use server::pages::Frame;
use tokio::sync::Mutex;

use super::data::Kept;
use super::lan::Certificate;
use super::money::Amount;
use super::pages::see_other;
use super::relying_party::{Authentication, RelyingParty, SignedIn, Wish};
use super::service::{self, Brand, Building, Order, Service, Visit, Who};
use super::{Addresses, registrations};

const BRAND: Brand = Brand {
    key: "demo-bank",
    css: include_str!("../../../templates/service/bank.css"),
    order: "/transfer",
};

/// The bank, on a listener of its own.
pub(crate) fn router(
    addresses: &Addresses,
    kept: &Kept,
    texts: &Arc<Texts>,
    certificate: Option<&Certificate>,
) -> Result<Router, rustls::Error> {
    let relying_party = RelyingParty {
        issuer: addresses.segl.clone(),
        client_id: registrations::BANK,
        authentication: Authentication::Secret(kept.bank_secret.clone()),
        redirect_uri: format!("{}/callback", addresses.bank),
        scope: "openid mitid",
        http: service::http_client(certificate)?,
        provider: Mutex::new(None),
    };
    let building = Building {
        brand: BRAND,
        origin: &addresses.bank,
        texts,
    };
    let own = Router::new()
        .route("/", get(home))
        .route("/transfer", get(form).post(transfer));
    Ok(service::router(Service::new(&building, relying_party), own))
}

#[derive(Template)]
#[template(path = "service/bank_front.html")]
struct FrontPage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    logged_on: bool,
    segl: &'a str,
}

#[derive(Template)]
#[template(path = "service/bank_home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    logged_on: bool,
    who: Who<'a>,
    accounts: Vec<Account>,
}

/// An account, as the overview shows it.
struct Account {
    name: &'static str,
    number: String,
    balance: String,
}

async fn home(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    let Some(signed_in) = service
        .session(&visit)
        .and_then(|session| session.signed_in)
    else {
        let page = FrontPage {
            frame: service.frame(&visit, "demo-bank-title"),
            brand: BRAND,
            logged_on: false,
            segl: &service.relying_party.issuer,
        };
        return service.page(&page, StatusCode::OK);
    };
    let page = HomePage {
        frame: service.frame(&visit, "demo-bank-home"),
        brand: BRAND,
        logged_on: true,
        who: Who {
            t: service.texts.of(visit.lang),
            signed_in: &signed_in,
        },
        accounts: accounts(&service, &signed_in, visit.lang),
    };
    service.page(&page, StatusCode::OK)
}

/// What somebody has, made up from their `sub` so that it is the same tomorrow.
fn accounts(service: &Service, signed_in: &SignedIn, lang: Lang) -> Vec<Account> {
    let adult = signed_in
        .about("mitid.age")
        .parse()
        .is_ok_and(|age: u16| age >= 18);
    let kinds: &[(&str, i64, i64)] = if adult {
        &[
            ("demo-bank-account-salary", 1_000_000, 6_000_000),
            ("demo-bank-account-budget", 200_000, 1_500_000),
            ("demo-bank-account-savings", 3_000_000, 20_000_000),
        ]
    } else {
        &[
            ("demo-bank-account-pocket", 15_000, 90_000),
            ("demo-bank-account-child", 500_000, 2_500_000),
        ]
    };
    let digest = server::random::digest(signed_in.claims.sub.as_bytes());
    let kinds = kinds.iter().zip(digest.chunks_exact(8)).enumerate();
    kinds
        .map(|(at, (&(name, from, to), bytes))| {
            let number = |at: usize| {
                i64::from(u32::from_be_bytes([
                    bytes[at],
                    bytes[at + 1],
                    bytes[at + 2],
                    bytes[at + 3],
                ]))
            };
            let spent = if at == 0 {
                service.spent(&signed_in.claims.sub)
            } else {
                0
            };
            Account {
                name,
                number: format!("0000 {:010}", number(4)),
                balance: Amount(from + number(0) % (to - from) - spent).shown(lang),
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "service/bank_transfer.html")]
struct TransferPage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    logged_on: bool,
    typed: &'a Transfer,
    recipient_error: Option<&'a str>,
    amount_error: Option<&'a str>,
}

/// The form.
#[derive(Deserialize, Default)]
pub(crate) struct Transfer {
    recipient: String,
    amount: String,
}

async fn form(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    if service
        .session(&visit)
        .and_then(|session| session.signed_in)
        .is_none()
    {
        return Ok(see_other("/"));
    }
    show(&service, &visit, &Transfer::default(), (None, None))
}

fn show(
    service: &Service,
    visit: &Visit,
    typed: &Transfer,
    (recipient_error, amount_error): (Option<&'static str>, Option<&'static str>),
) -> Result<Response, Fault> {
    let frame = service.frame(visit, "demo-bank-transfer");
    let t = frame.t;
    let status = match (recipient_error, amount_error) {
        (None, None) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = TransferPage {
        frame,
        brand: BRAND,
        logged_on: true,
        typed,
        recipient_error: recipient_error.map(|key| t.get(key)),
        amount_error: amount_error.map(|key| t.get(key)),
    };
    service.page(&page, status)
}

/// The most that the demo's bank lets anybody transfer at once: 50,000 kr.
const MOST: Amount = Amount(5_000_000);

async fn transfer(
    State(service): State<Arc<Service>>,
    visit: Visit,
    form: Result<Form<Transfer>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(typed) = form.map_err(|_| Fault::Malformed("recipient and amount".to_owned()))?;
    visit.own_form(&service)?;
    let Some(signed_in) = service
        .session(&visit)
        .and_then(|session| session.signed_in)
    else {
        return Ok(see_other("/"));
    };
    let recipient = typed.recipient.trim();
    let length = recipient.chars().count();
    let fits = (2..=50).contains(&length) && !recipient.chars().any(char::is_control);
    let amount = Amount::parse(&typed.amount).filter(|amount| (Amount(1)..=MOST).contains(amount));
    let (true, Some(amount)) = (fits, amount) else {
        let errors = (
            (!fits).then_some("demo-bank-recipient-wrong"),
            amount.is_none().then_some("demo-bank-amount-wrong"),
        );
        return show(&service, &visit, &typed, errors);
    };
    let shown = amount.shown(visit.lang);
    let t = service.texts.of(visit.lang);
    let reference_text = t.with_all(
        "demo-bank-reference",
        &[("amount", &shown), ("recipient", recipient)],
    );
    let wish = Wish {
        action: Some("APPROVE"),
        reference_text: Some(reference_text.clone()),
        uuid_hint: Some(signed_in.about("mitid.uuid").to_owned()),
    };
    let order = Order {
        reference_text,
        facts: vec![
            ("demo-bank-recipient", recipient.to_owned()),
            ("demo-bank-amount", shown),
        ],
        spends: Some(amount),
    };
    service.ask(&visit, &wish, Some(order)).await
}
