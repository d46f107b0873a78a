//! `GET` and `POST /connect/authorize` (RFC 6749 section 4.1.1; OpenID Connect Core section 3.1.2).
//!
//! Nothing is stored here: a request that holds is sealed into the page that asks for the user ID.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oidc::authorize::{
    AuthorizeFault, AuthorizeRequest, CheckedAuthorizeRequest, Idp, OwnPageFault,
};
use oidc::error::SignInFailure;
use oidc::form::FormFault;
use oidc::response::AuthorizeResponse;

use crate::context::{BrowserCookie, Context};
use crate::error::Fault;
use crate::pages::{FormPostPage, Frame, render};
use crate::sealed::{self, Begin};
use crate::services::Service;
use crate::{Segl, services, sign_in};

/// By link.
pub async fn by_get(
    State(segl): State<Arc<Segl>>,
    context: Context,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    authorize(&segl, context, query.as_deref().unwrap_or_default())
}

/// By form. A form from another site comes without our cookie: it goes on as a link, which brings the cookie along, so that no other
/// site can replace it (R-SIG-5).
pub async fn by_post(
    State(segl): State<Arc<Segl>>,
    context: Context,
    body: String,
) -> Result<Response, Fault> {
    if context.browser.is_some() {
        return authorize(&segl, context, &body);
    }
    let mut response = StatusCode::SEE_OTHER.into_response();
    let address = HeaderValue::from_str(&format!("/connect/authorize?{body}"))
        .map_err(|_| Fault::Authorize(OwnPageFault::Malformed(FormFault::NotUtf8)))?;
    response.headers_mut().insert(LOCATION, address);
    Ok(response)
}

fn authorize(segl: &Segl, context: Context, encoded: &str) -> Result<Response, Fault> {
    let without_lang = without_lang(encoded);
    let checked = AuthorizeRequest::parse(&without_lang).and_then(|request| {
        let client = request.client_id().and_then(|id| segl.services.find(id));
        request.check(client.as_deref().map(Service::client))
    });
    match checked {
        // An identity for work (R-ORG-1) is not built yet: whoever asks for nothing else has none here.
        Ok(request) if !request.idp_values().contains(&Idp::Mitid) => {
            let failure = SignInFailure::MitidIdentityNotFound;
            respond(
                segl,
                &context,
                &AuthorizeResponse::failed(request.address(), segl.settings.issuer(), failure),
            )
        }
        Ok(request) => ask_for_user_id(segl, context, request),
        Err(AuthorizeFault::OwnPage(fault)) => Err(Fault::Authorize(fault)),
        Err(AuthorizeFault::ToClient(fault)) => respond(
            segl,
            &context,
            &AuthorizeResponse::refused(&fault, segl.settings.issuer()),
        ),
    }
}

/// `lang` is the language switch of our own page, not a parameter of the protocol.
fn without_lang(encoded: &str) -> String {
    encoded
        .split('&')
        .filter(|pair| !pair.starts_with("lang="))
        .collect::<Vec<_>>()
        .join("&")
}

fn ask_for_user_id(
    segl: &Segl,
    mut context: Context,
    request: CheckedAuthorizeRequest,
) -> Result<Response, Fault> {
    let known = context.browser.take();
    let is_new = known.is_none();
    let cookie = known.map_or_else(BrowserCookie::generate, Ok)?;
    let begin = Begin {
        request,
        browser: cookie.hash(),
        at: context.now,
    };
    let sealed = sealed::seal(&segl.keys().sealed, &begin)?;
    context.here = format!("/signin?b={sealed}");
    let set = is_new.then(|| {
        segl.settings
            .cookie(segl.settings.browser_cookie(), cookie.value(), None)
    });
    context.browser = Some(cookie);
    let mut response = sign_in::user_id::show(segl, &context, &begin.request, &sealed, None)?;
    if let Some(set) = set {
        response.headers_mut().append(
            SET_COOKIE,
            HeaderValue::from_str(&set).map_err(|_| Fault::Sealing)?,
        );
    }
    Ok(response)
}

/// Sends a browser on with an answer to a service.
pub(crate) fn respond(
    segl: &Segl,
    context: &Context,
    answer: &AuthorizeResponse,
) -> Result<Response, Fault> {
    match answer {
        AuthorizeResponse::Redirect(address) => {
            let mut response = StatusCode::SEE_OTHER.into_response();
            let address = HeaderValue::from_str(address)
                .map_err(|_| Fault::Page("an address that no header can hold".to_owned()))?;
            response.headers_mut().insert(LOCATION, address);
            response
                .headers_mut()
                .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(response)
        }
        AuthorizeResponse::FormPost { action, fields } => {
            let frame = Frame::new(segl, context, "form-post-title").script("form-post.js");
            render(
                &FormPostPage {
                    frame,
                    action,
                    fields,
                },
                StatusCode::OK,
                services::origin(action).as_deref(),
            )
        }
    }
}
