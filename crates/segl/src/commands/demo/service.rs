//! What the demo's services share: sessions, logging on and off, approvals, receipts, and a page for each way that it can fail.

mod session;
mod visit;
mod who;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use server::assets;
use server::clock::Clock;
use server::error::Fault;
use server::i18n::Texts;
use server::pages::{Frame, render};

use super::lan::Certificate;
use super::pages::{moment, see_other};
use super::relying_party::{self, RelyingParty, Returned, SignedIn, Wish};
pub(crate) use session::{Order, Receipt, Session, Under};
pub(crate) use visit::Visit;
pub(crate) use who::Who;

/// One of the demo's services.
pub(crate) struct Service {
    pub(crate) relying_party: RelyingParty,
    pub(crate) brand: Brand,
    pub(crate) origin: String,
    pub(crate) texts: Arc<Texts>,
    pub(crate) clock: Clock,
    sessions: session::Sessions,
    /// What people have spent here, in øre, by their `sub`.
    spent: Mutex<HashMap<String, i64>>,
}

/// What makes a service look like itself.
#[derive(Clone, Copy)]
pub(crate) struct Brand {
    /// Its texts are `<key>-..`, and this is its cookie's name.
    pub(crate) key: &'static str,
    /// Its colours.
    pub(crate) css: &'static str,
    /// The page where people ask for what they then approve.
    pub(crate) order: &'static str,
}

/// What a service is built from.
pub(crate) struct Building<'a> {
    pub(crate) brand: Brand,
    pub(crate) origin: &'a str,
    pub(crate) texts: &'a Arc<Texts>,
}

/// The HTTP client of a service.
pub(crate) fn http_client(
    certificate: Option<&Certificate>,
) -> Result<super::http_client::HttpClient, rustls::Error> {
    super::http_client::HttpClient::trusting(certificate.map(Certificate::root))
}

impl Service {
    /// A service with nobody in it.
    pub(crate) fn new(building: &Building<'_>, relying_party: RelyingParty) -> Arc<Self> {
        Arc::new(Self {
            relying_party,
            brand: building.brand,
            origin: building.origin.to_owned(),
            texts: Arc::clone(building.texts),
            clock: Clock::System,
            sessions: session::Sessions::default(),
            spent: Mutex::default(),
        })
    }

    /// What somebody has spent here.
    pub(crate) fn spent(&self, sub: &str) -> i64 {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.get(sub).copied().unwrap_or_default()
    }

    fn spend(&self, sub: &str, oere: i64) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        *spent.entry(sub.to_owned()).or_default() += oere;
    }

    /// The frame of a page.
    pub(crate) fn frame(&self, visit: &Visit, title: &'static str) -> Frame<'_> {
        let t = self.texts.of(visit.lang);
        Frame {
            t,
            title: t.get(title),
            here: visit.here.clone(),
            script: None,
            refresh: None,
        }
    }

    /// A page under the strict policy; its forms may lead to Segl.
    pub(crate) fn page(&self, page: &impl Template, status: StatusCode) -> Result<Response, Fault> {
        render(page, status, Some(&self.relying_party.issuer))
    }

    /// Sends the browser to Segl with a wish, for an order or to log on.
    pub(crate) async fn ask(
        &self,
        visit: &Visit,
        wish: &Wish,
        order: Option<Order>,
    ) -> Result<Response, Fault> {
        let now = self.clock.now();
        let begun = self.relying_party.begin(wish, visit.lang).await;
        let (key, fresh) = self.sessions.key_of(visit.session.as_deref(), now)?;
        let address = match begun {
            Ok((address, pending)) => {
                self.sessions
                    .change(&key, |session| session.begin(Under { pending, order }));
                address
            }
            Err(fault) => {
                tracing::warn!(service = self.brand.key, %fault, "Segl could not be asked");
                self.sessions
                    .change(&key, |session| session.failed(fault, order.is_some()));
                "/problem".to_owned()
            }
        };
        let response = see_other(&address);
        Ok(if fresh {
            self.with_cookie(response, &key, None)
        } else {
            response
        })
    }

    fn with_cookie(&self, mut response: Response, key: &str, seconds: Option<u32>) -> Response {
        let secure = if self.origin.starts_with("https:") {
            "; Secure"
        } else {
            ""
        };
        let age = seconds
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        let cookie = format!(
            "{}={key}; Path=/; HttpOnly; SameSite=Lax{secure}{age}",
            self.brand.key
        );
        if let Ok(cookie) = cookie.parse() {
            response
                .headers_mut()
                .append(axum::http::header::SET_COOKIE, cookie);
        }
        response
    }
}

/// The addresses that every service has, and its own.
pub(crate) fn router(service: Arc<Service>, own: Router<Arc<Service>>) -> Router {
    Router::new()
        .route("/login", post(log_on))
        .route("/callback", get(callback))
        .route("/receipt", get(receipt))
        .route("/problem", get(problem))
        .route("/logout", post(log_off))
        .route("/logged-out", get(logged_off))
        .route("/style.css", get(style))
        .route("/assets/{*file}", get(assets::file))
        .merge(own)
        .fallback(|| async { Fault::NotFound })
        .layer(from_fn_with_state(Arc::clone(&service), visit::around))
        .with_state(service)
}

async fn style(State(service): State<Arc<Service>>) -> Response {
    (
        [(CONTENT_TYPE, "text/css; charset=utf-8")],
        service.brand.css,
    )
        .into_response()
}

/// `POST /login`.
async fn log_on(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    visit.own_form(&service)?;
    service.ask(&visit, &Wish::default(), None).await
}

/// `GET /callback`: the browser comes back from Segl.
async fn callback(
    State(service): State<Arc<Service>>,
    visit: Visit,
    Query(returned): Query<Returned>,
) -> Result<Response, Fault> {
    let now = service.clock.now();
    let (key, fresh) = service.sessions.key_of(visit.session.as_deref(), now)?;
    let state = returned.state.clone().unwrap_or_default();
    let under = service
        .sessions
        .change(&key, |session| session.take(&state))
        .flatten();
    let ordered = under.as_ref().is_some_and(|under| under.order.is_some());
    let outcome = match under {
        None => Err(relying_party::Fault::Check("state")),
        Some(under) => {
            let signed_in = service
                .relying_party
                .finish(returned, &under.pending, now)
                .await;
            signed_in.map(|signed_in| (signed_in, under.order))
        }
    };
    let settled = match outcome {
        Ok((signed_in, None)) => {
            let key = service.sessions.replace(&key, signed_in, now)?;
            return Ok(service.with_cookie(see_other("/"), &key, None));
        }
        Ok((signed_in, Some(order))) => service.settle(&key, signed_in, order, now),
        Err(fault) => Err(fault),
    };
    let response = match settled {
        Ok(()) => see_other("/receipt"),
        Err(fault) => {
            // Somebody who says no is no fault.
            if !matches!(fault, relying_party::Fault::Refused { .. }) {
                tracing::warn!(service = service.brand.key, %fault, "a sign-in came to nothing");
            }
            service
                .sessions
                .change(&key, |session| session.failed(fault, ordered));
            see_other("/problem")
        }
    };
    Ok(if fresh {
        service.with_cookie(response, &key, None)
    } else {
        response
    })
}

impl Service {
    /// An order was approved: by the person who is logged on, or it does not count.
    fn settle(
        &self,
        key: &str,
        signed_in: SignedIn,
        order: Order,
        now: Timestamp,
    ) -> Result<(), relying_party::Fault> {
        let spent = order.spends.map_or(0, |amount| amount.0);
        let sub = signed_in.claims.sub.clone();
        let settled = self
            .sessions
            .change(key, |session| session.approved(signed_in, order, now));
        match settled {
            Some(true) => {
                self.spend(&sub, spent);
                Ok(())
            }
            _ => Err(relying_party::Fault::Check("sub")),
        }
    }

    /// The session of somebody who is logged on.
    pub(crate) fn session(&self, visit: &Visit) -> Option<Session> {
        let key = visit.session.as_deref()?;
        self.sessions.find(key, self.clock.now())
    }
}

#[derive(Template)]
#[template(path = "service/receipt.html")]
struct ReceiptPage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    who: Who<'a>,
    at: String,
    receipt: &'a Receipt,
    logged_on: bool,
}

async fn receipt(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    let Some(receipt) = service.session(&visit).and_then(|session| session.receipt) else {
        return Ok(see_other("/"));
    };
    let page = ReceiptPage {
        frame: service.frame(&visit, "service-receipt"),
        brand: service.brand,
        who: Who {
            t: service.texts.of(visit.lang),
            signed_in: &receipt.signed_in,
        },
        at: moment(receipt.at, visit.lang),
        receipt: &receipt,
        logged_on: true,
    };
    service.page(&page, StatusCode::OK)
}

#[derive(Template)]
#[template(path = "service/problem.html")]
struct ProblemPage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    text: &'a str,
    detail: String,
    /// Where the order can be given again; nothing where it was a log-on.
    again: Option<&'static str>,
    logged_on: bool,
}

async fn problem(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    let Some((session, problem)) = service
        .session(&visit)
        .and_then(|session| session.problem.clone().map(|problem| (session, problem)))
    else {
        return Ok(see_other("/"));
    };
    let (title, text) = problem_texts(&problem.fault);
    let frame = service.frame(&visit, title);
    let page = ProblemPage {
        text: frame.t.get(text),
        brand: service.brand,
        detail: problem.fault.to_string(),
        again: problem.ordered.then_some(service.brand.order),
        logged_on: session.signed_in.is_some(),
        frame,
    };
    service.page(&page, StatusCode::OK)
}

/// The title and text for a way in which it failed (R-SVC-4).
fn problem_texts(fault: &relying_party::Fault) -> (&'static str, &'static str) {
    use relying_party::Fault as F;
    match fault {
        F::Refused { description, .. } => match description.as_str() {
            "mitid_user_aborted" => ("service-rejected", "service-rejected.text"),
            "user_aborted" => ("service-cancelled", "service-cancelled.text"),
            "mitid_timeout" => ("service-too-late", "service-too-late.text"),
            "mitid_identity_not_found" => {
                ("service-unknown-identity", "service-unknown-identity.text")
            }
            "mitid_core_client_error" => ("service-ended", "service-ended.text"),
            _ => ("service-refused", "service-refused.text"),
        },
        F::Check("state") => ("service-lost", "service-lost.text"),
        F::Check("sub") => ("service-somebody-else", "service-somebody-else.text"),
        F::Http(_) | F::Status(_) => ("service-unreachable", "service-unreachable.text"),
        _ => ("service-not-trusted", "service-not-trusted.text"),
    }
}

/// `POST /logout`.
async fn log_off(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    visit.own_form(&service)?;
    let session = visit
        .session
        .as_deref()
        .and_then(|key| service.sessions.remove(key));
    let mut address = "/logged-out".to_owned();
    if let Some(signed_in) = session.and_then(|session| session.signed_in) {
        let return_to = format!("{}/logged-out", service.origin);
        let party = &service.relying_party;
        if let Ok(onward) = party.end_session(&signed_in.id_token, &return_to).await {
            address = onward;
        }
    }
    Ok(service.with_cookie(see_other(&address), "", Some(0)))
}

#[derive(Template)]
#[template(path = "service/logged_off.html")]
struct LoggedOffPage<'a> {
    frame: Frame<'a>,
    brand: Brand,
    logged_on: bool,
}

async fn logged_off(State(service): State<Arc<Service>>, visit: Visit) -> Result<Response, Fault> {
    let page = LoggedOffPage {
        frame: service.frame(&visit, "service-logged-off"),
        brand: service.brand,
        logged_on: false,
    };
    service.page(&page, StatusCode::OK)
}
