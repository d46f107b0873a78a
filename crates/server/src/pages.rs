//! The pages: what every page shares, and one type for each template in `templates/`.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::Segl;
use crate::assets;
use crate::context::Context;
use crate::error::Fault;
use crate::i18n::{Lang, T};

/// What the frame around every page needs.
pub struct Frame<'a> {
    /// The texts.
    pub t: T<'a>,
    /// The page's title.
    pub title: &'a str,
    /// This page's address, for its language switch.
    pub here: String,
    /// A script of the page's own, by its name in the web build.
    pub script: Option<&'static str>,
    /// After how many seconds a browser without scripts asks again, and for what (HTML, the `refresh` pragma).
    pub refresh: Option<String>,
}

impl<'a> Frame<'a> {
    /// The frame of a page at the address that was asked for.
    pub fn new(segl: &'a Segl, context: &Context, title: &'a str) -> Self {
        let t = context.texts(segl);
        Self::at(t, context.here.clone(), t.get(title))
    }

    /// The frame of a page with an address of its own.
    pub fn at(t: T<'a>, here: String, title: &'a str) -> Self {
        Self {
            t,
            title,
            here,
            script: None,
            refresh: None,
        }
    }

    /// With a script.
    #[must_use]
    pub fn script(self, name: &'static str) -> Self {
        Self {
            script: Some(name),
            ..self
        }
    }

    /// This page in a language.
    pub fn switch_to(&self, lang: &Lang) -> String {
        switched(&self.here, *lang)
    }

    /// The address of a file of the web build.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
}

/// An address of ours with its language changed.
fn switched(here: &str, lang: Lang) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let kept = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    let pairs: Vec<&str> = kept.collect();
    let lang = format!("lang={}", lang.tag());
    let query = pairs
        .into_iter()
        .chain([lang.as_str()])
        .collect::<Vec<_>>()
        .join("&");
    format!("{path}?{query}")
}

/// The page that asks for the user ID (R-SIG-1).
#[derive(Template)]
#[template(path = "user_id.html")]
pub struct UserIdPage<'a> {
    /// The frame.
    pub frame: Frame<'a>,
    /// The service, as it is registered.
    pub service: &'a str,
    /// The organisation behind it.
    pub organisation: &'a str,
    /// What is asked: `log-on`, `approve`, ...
    pub action: &'a str,
    /// The sealed request.
    pub begin: &'a str,
    /// What was typed, or hinted.
    pub typed: &'a str,
    /// Why it must be typed again.
    pub error: Option<&'a str>,
}

/// The page that waits for the app (R-SIG-4).
#[derive(Template)]
#[template(path = "wait.html")]
pub struct WaitPage<'a> {
    /// The frame.
    pub frame: Frame<'a>,
    /// The service.
    pub service: &'a str,
    /// The four digits.
    pub typed_code: &'a str,
    /// The sealed sign-in.
    pub wait: &'a str,
    /// What the app is opened with on this device.
    pub link: &'a str,
    /// When it is too late.
    pub expires_at: String,
    /// The time here, by which the page counts down on a clock that is wrong.
    pub now: String,
}

/// A page that says one thing, and where to go from here.
#[derive(Template)]
#[template(path = "message.html")]
pub struct MessagePage<'a> {
    /// The frame.
    pub frame: Frame<'a>,
    /// What happened, in one or two sentences.
    pub text: &'a str,
    /// The stable name of what happened, for support.
    pub code: &'a str,
    /// The rule that decided.
    pub rule: Option<&'a str>,
    /// Where to go: an address and its words.
    pub onward: Option<(String, String)>,
    /// `error`, `warning`, `info` or `success`.
    pub tone: &'static str,
}

/// The page that carries an answer to a service in a form (OAuth 2.0 Form Post Response Mode).
#[derive(Template)]
#[template(path = "form_post.html")]
pub struct FormPostPage<'a> {
    /// The frame.
    pub frame: Frame<'a>,
    /// Where to.
    pub action: &'a str,
    /// What.
    pub fields: &'a [(&'static str, String)],
}

/// Where a page's forms may lead besides ourselves; Chromium holds redirects after a form to it too.
pub fn render(
    page: &impl Template,
    status: StatusCode,
    form_target: Option<&str>,
) -> Result<Response, Fault> {
    let html = page
        .render()
        .map_err(|error| Fault::Page(error.to_string()))?;
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        content_security_policy(form_target)?,
    );
    Ok(response)
}

fn content_security_policy(form_target: Option<&str>) -> Result<HeaderValue, Fault> {
    let target = form_target
        .map(|origin| format!(" {origin}"))
        .unwrap_or_default();
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         manifest-src 'self'; form-action 'self'{target}; frame-ancestors 'none'; base-uri 'none'"
    ))
    .map_err(|_| Fault::Page("an origin that no header can hold".to_owned()))
}

/// The page of a fault. It has an address of its own, so that it can be read in the other language too.
pub fn fault(
    segl: &Segl,
    lang: Lang,
    code: &'static str,
    rule: Option<&'static str>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let t = segl.texts.of(lang);
    let key = format!("fault-{}", code.replace('_', "-"));
    let frame = Frame::at(t, format!("/problem/{code}"), t.get(&key));
    let help = format!("{key}.help");
    render(
        &MessagePage {
            text: t.get(&help),
            code,
            rule,
            onward: onward_from(code)
                .map(|(address, words)| (address.to_owned(), t.get(words).to_owned())),
            tone: "error",
            frame,
        },
        status,
        None,
    )
}

/// Where a fault's page leads: an address and the key of its words.
fn onward_from(code: &str) -> Option<(&'static str, &'static str)> {
    match code {
        "desk_sign_in_needed" | "desk_visit_over" | "desk_sign_in_stopped" => {
            Some(("/sign-in", "desk-sign-in"))
        }
        "not_an_official" | "not_a_supervisor" => Some(("/", "desk-to-the-front")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_keeps_the_query_and_changes_only_the_language() {
        assert_eq!(
            switched("/signin?b=x&lang=da", Lang::En),
            "/signin?b=x&lang=en"
        );
        assert_eq!(switched("/", Lang::Da), "/?lang=da");
    }
}
