//! What is done around every request: it is counted, its faults are rendered for whoever asked, and its answer gets its safe headers.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE,
    STRICT_TRANSPORT_SECURITY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tower::{Layer, Service};

use crate::context::{LANG_COOKIE, Spoken, text};
use crate::error::Fault;
use crate::i18n::Lang;
use crate::{Segl, enrol, pages};

/// How long a request may take until its answer begins, with the time that its body takes to come.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest body that anyone may announce: forms and short JSON. A body that is not announced ends at what axum reads by default.
const BODY_LIMIT: u64 = 64 * 1024;

/// The pictures of a face are larger than all that is sent otherwise, and one address takes them.
fn too_large(segl: &Segl, path: &str, headers: &HeaderMap) -> bool {
    let limit = if path == enrol::face::PATH {
        enrol::face::body_limit(&segl.policy.face) as u64
    } else {
        BODY_LIMIT
    };
    text(headers, &CONTENT_LENGTH)
        .and_then(|length| length.parse::<u64>().ok())
        .is_some_and(|length| length > limit)
}

/// The outermost layer.
///
/// A type of its own, where `axum::middleware::from_fn` would do: that one copies the route and boxes it twice for each request.
#[derive(Clone)]
pub struct Around(pub Arc<Segl>);

impl<S> Layer<S> for Around {
    type Service = Surrounded<S>;

    fn layer(&self, inner: S) -> Surrounded<S> {
        Surrounded {
            inner,
            segl: Arc::clone(&self.0),
        }
    }
}

/// A route with what is done around it.
#[derive(Clone)]
pub struct Surrounded<S> {
    inner: S,
    segl: Arc<Segl>,
}

impl<S> Service<Request> for Surrounded<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "measures how long a request takes"
    )]
    fn call(&mut self, request: Request) -> Self::Future {
        let began = Instant::now();
        let segl = Arc::clone(&self.segl);
        let route = request.extensions().get::<MatchedPath>().cloned();
        let spoken = Spoken::of(request.uri(), request.headers());
        let handled = (!too_large(&segl, request.uri().path(), request.headers()))
            .then(|| tokio::time::timeout(HANDLER_TIMEOUT, self.inner.call(request)));
        Box::pin(async move {
            let response = match handled {
                None => Fault::TooLarge.into_response(),
                Some(handled) => match handled.await {
                    Ok(Ok(response)) => response,
                    Ok(Err(never)) => match never {},
                    Err(_) => Fault::TooSlow.into_response(),
                },
            };
            let route = route.as_ref().map_or("", MatchedPath::as_str);
            Ok(finished(&segl, spoken, route, response, began))
        })
    }
}

fn finished(
    segl: &Segl,
    spoken: Spoken,
    route: &str,
    mut response: Response,
    began: Instant,
) -> Response {
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        log(&fault, route);
        response = answer(segl, spoken.lang, route, &fault);
    }
    finish(segl, spoken.chosen, response.headers_mut());
    let labels = [
        (
            "route",
            if route.is_empty() { "none" } else { route }.to_owned(),
        ),
        ("status", response.status().as_str().to_owned()),
    ];
    metrics::counter!("segl_http_requests_total", &labels).increment(1);
    metrics::histogram!("segl_http_request_seconds").record(began.elapsed().as_secs_f64());
    response
}

/// What went wrong on our side is an error in the log; what others did wrong is not.
fn log(fault: &Fault, route: &str) {
    let row = fault.row();
    if row.status.is_server_error() {
        tracing::error!(route, code = row.code, %fault, "a request failed");
    } else {
        tracing::debug!(
            route,
            code = row.code,
            rule = row.rule,
            "a request was refused"
        );
    }
}

fn answer(segl: &Segl, lang: Lang, route: &str, fault: &Fault) -> Response {
    if route.starts_with("/app/v1/") || route.starts_with("/enrol/") {
        return problem(segl, lang, fault);
    }
    match (route, fault) {
        (_, Fault::Token(fault)) => return oauth(*fault),
        ("/connect/userinfo", Fault::AccessToken) => return bearer(),
        (
            "/connect/token" | "/connect/introspect" | "/connect/revocation" | "/connect/userinfo",
            _,
        ) => {
            let busy = fault.row().status == StatusCode::SERVICE_UNAVAILABLE;
            let error = if busy {
                "temporarily_unavailable"
            } else {
                "server_error"
            };
            return json_answer(fault.row().status, &json!({ "error": error }));
        }
        _ => {}
    }
    let row = fault.row();
    pages::fault(segl, lang, row.code, row.rule, row.status)
        .unwrap_or_else(|_| row.status.into_response())
}

/// RFC 9457, as `docs/app-protocol.md` has it.
pub fn problem(segl: &Segl, lang: Lang, fault: &Fault) -> Response {
    let row = fault.row();
    let name = row.code.replace('_', "-");
    let key = format!("fault-{name}");
    let mut body = Map::new();
    let mut put = |member: &str, value: Value| body.insert(member.to_owned(), value);
    put("type", format!("urn:segl:problem:{name}").into());
    put("title", segl.texts.of(lang).get(&key).into());
    put("status", row.status.as_u16().into());
    put("code", row.code.into());
    if let Some(rule) = row.rule {
        put("rule", rule.into());
    }
    match fault {
        Fault::PinLocked { until } => drop(put("until", until.to_string().into())),
        Fault::ChannelRefused {
            tries_left: Some(left),
        } => drop(put("tries_left", (*left).into())),
        Fault::RequestOver { ending } => drop(put(
            "outcome",
            ending
                .map_or("answered", domain::sign_in::Ending::word)
                .into(),
        )),
        Fault::ApprovalAltered { member } => drop(put("member", (*member).into())),
        Fault::NumberRefused { tries_left }
        | Fault::NumberReplaced { tries_left }
        | Fault::PCodeRefused { tries_left } => {
            drop(put("tries_left", (*tries_left).into()));
        }
        Fault::UserIdRefused { why } => drop(put("why", (*why).into())),
        Fault::Malformed(detail) => drop(put("detail", detail.as_str().into())),
        _ => {}
    }
    let mut response = json_answer(row.status, &Value::Object(body));
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if row.status == StatusCode::TOO_MANY_REQUESTS {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}

fn oauth(fault: oidc::token::TokenFault) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = json_answer(status, &fault.body());
    if let Some(challenge) = fault.www_authenticate() {
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

/// RFC 6750 section 3.
fn bearer() -> Response {
    let mut response = json_answer(
        StatusCode::UNAUTHORIZED,
        &json!({ "error": "invalid_token" }),
    );
    response.headers_mut().insert(
        WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer error=\"invalid_token\""),
    );
    response
}

/// JSON that nobody may keep.
pub fn json_answer(status: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut response = (status, bytes).into_response();
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
                .headers_mut()
                .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => Fault::Page(error.to_string()).into_response(),
    }
}

fn finish(segl: &Segl, chosen: Option<Lang>, headers: &mut HeaderMap) {
    headers.reserve(8);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Nothing leaves for other sites. `no-referrer` would also take the origin from our own forms, by which they are known (Fetch 3.2).
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(self), microphone=(), geolocation=()"),
    );
    if segl.settings.secure() {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    if let Some(lang) = chosen
        && let Ok(cookie) = HeaderValue::from_str(&format!(
            "{LANG_COOKIE}={}; Path=/; SameSite=Lax; Max-Age=31536000",
            lang.tag()
        ))
    {
        headers.append(SET_COOKIE, cookie);
    }
}
