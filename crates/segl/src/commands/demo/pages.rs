//! The demo's own pages: what they share, and how times are written.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use server::context::Context;
use server::i18n::Lang;

use super::Demo;
use super::people::denmark;

/// A request's circumstances, as the provider sees them.
pub(crate) struct Asked(pub(crate) Context);

impl FromRequestParts<Arc<Demo>> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, demo: &Arc<Demo>) -> Result<Self, Infallible> {
        Context::from_request_parts(parts, &demo.segl)
            .await
            .map(Self)
    }
}

/// `GET /demo/style.css`.
pub(crate) async fn style() -> Response {
    let css = include_str!("../../../templates/demo/demo.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

/// A time as people in Denmark read it.
pub(crate) fn moment(time: Timestamp, lang: Lang) -> String {
    let format = match lang {
        Lang::Da => "%-d.%-m.%Y kl. %H.%M",
        Lang::En => "%-d %b %Y, %H:%M",
    };
    time.to_zoned(denmark()).strftime(format).to_string()
}

/// The time of day.
pub(crate) fn clock_time(time: Timestamp, lang: Lang) -> String {
    let format = match lang {
        Lang::Da => "%H.%M",
        Lang::En => "%H:%M",
    };
    time.to_zoned(denmark()).strftime(format).to_string()
}

/// Sends a browser that came by another name of this machine to the one that links and cookies are made for.
pub(crate) fn by_its_name(origin: &str, headers: &HeaderMap, uri: &Uri) -> Option<Response> {
    let host = headers
        .get(axum::http::header::HOST)
        .map(HeaderValue::as_bytes)?;
    let (_, name) = origin.split_once("://")?;
    let path = uri
        .path_and_query()
        .map_or("/", axum::http::uri::PathAndQuery::as_str);
    (host != name.as_bytes()).then(|| Redirect::to(&format!("{origin}{path}")).into_response())
}

/// 303 to a page of this site.
pub(crate) fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(address) = HeaderValue::from_str(address) {
        response
            .headers_mut()
            .insert(axum::http::header::LOCATION, address);
    }
    response
}

/// Percent-encoding for a query or a fragment.
pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use server::i18n::{T, Texts};

    use super::*;
    use crate::commands::demo::people::SEEDS;

    /// Every quoted word of a file that looks like the key of a text.
    fn keys(file: &str) -> Vec<String> {
        let prefixes = [
            "demo-bank-",
            "demo-kommune-",
            "demo-place-",
            "demo-outbox",
            "demo-channel-",
            "service-",
        ];
        let quoted = file.split('"').skip(1).step_by(2);
        let key = |word: &&str| {
            let characters = word.chars().all(|character| {
                character.is_ascii_lowercase() || "-.0123456789".contains(character)
            });
            characters
                && prefixes.iter().any(|prefix| word.starts_with(prefix))
                && !word.ends_with('-')
        };
        quoted.filter(key).map(str::to_owned).collect()
    }

    fn files(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_text_that_a_page_asks_for_exists_in_both_languages() {
        let texts = Texts::builtin().unwrap();
        let mut all = Vec::new();
        files(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"),
            &mut all,
        );
        let templates = all.len();
        files(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands/demo"),
            &mut all,
        );
        let mut keys: Vec<String> = all.iter().flat_map(|file| keys(file)).collect();
        // In a template, whatever is asked for is a key.
        for template in &all[..templates] {
            let asked = template
                .split("get(\"")
                .skip(1)
                .chain(template.split("with(\"").skip(1));
            keys.extend(asked.map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
        for story in SEEDS.iter().map(|seed| seed.story).chain(["added"]) {
            keys.extend([format!("demo-who-{story}"), format!("demo-who-{story}.tag")]);
        }
        assert!(keys.len() > 100, "{}", keys.len());
        for lang in Lang::ALL {
            let t: T<'_> = texts.of(lang);
            for key in &keys {
                assert!(t.has(key), "{} lacks {key}", lang.tag());
            }
        }
    }

    #[test]
    fn times_are_written_as_each_language_does() {
        let time: Timestamp = "2026-11-22T21:05:00Z".parse().unwrap();
        assert_eq!(moment(time, Lang::Da), "22.11.2026 kl. 22.05");
        assert_eq!(moment(time, Lang::En), "22 Nov 2026, 22:05");
        assert_eq!(clock_time(time, Lang::Da), "22.05");
    }
}
