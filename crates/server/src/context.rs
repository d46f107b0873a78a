//! What every handler wants to know of a request: when it came, from where, in which language, from which browser.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, ORIGIN, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use crate::Segl;
use crate::error::Fault;
use crate::i18n::{Lang, T};
use crate::sealed::{self, BrowserHash, KnownIn};

/// The address of the other side of a connection; the accept loop puts it into each request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A request's circumstances.
#[derive(Debug, Clone)]
pub struct Context {
    /// The one time of this request.
    pub now: Timestamp,
    /// The address it comes from, behind a proxy the one that the proxy names.
    pub address: IpAddr,
    /// The language of its answer.
    pub lang: Lang,
    /// A language chosen in this very request, to be remembered.
    pub chosen: Option<Lang>,
    /// The path and query, for links back to this page.
    pub here: String,
    /// The browser's cookie.
    pub browser: Option<BrowserCookie>,
    known_in: Option<String>,
    origin: Option<String>,
    user_agent: Option<String>,
}

/// 32 random bytes that tell one browser from another (R-SIG-5).
#[derive(Clone)]
pub struct BrowserCookie(String);

impl BrowserCookie {
    /// A new one.
    pub fn generate() -> Result<Self, Fault> {
        Ok(Self(URL_SAFE_NO_PAD.encode(crate::random::bytes::<32>()?)))
    }

    /// What is stored and sealed of it.
    pub fn hash(&self) -> BrowserHash {
        BrowserHash::of(&self.0)
    }

    /// The cookie's value, to set it.
    pub fn value(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for BrowserCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserCookie(..)")
    }
}

/// The cookie that remembers the language, on every site of the installation.
pub const LANG_COOKIE: &str = "segl_lang";

/// The language of an answer, and the one chosen in the very request, to be remembered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken {
    pub(crate) lang: Lang,
    pub(crate) chosen: Option<Lang>,
}

impl Spoken {
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let query = uri.query().unwrap_or_default();
        let remembered = Cookies(headers).get(LANG_COOKIE).and_then(Lang::from_tag);
        let asked = || {
            query_value(query, "language")
                .or_else(|| query_value(query, "ui_locales"))
                .and_then(Lang::from_tag)
        };
        let chosen = query_value(query, "lang")
            .and_then(Lang::from_tag)
            .or_else(|| if remembered.is_none() { asked() } else { None });
        let lang = chosen
            .or(remembered)
            .or_else(|| text(headers, &ACCEPT_LANGUAGE).and_then(Lang::from_accept_language))
            .unwrap_or_default();
        Self { lang, chosen }
    }
}

impl Context {
    /// Reads the circumstances of a request.
    pub fn of(uri: &Uri, headers: &HeaderMap, peer: Option<Peer>, segl: &Segl) -> Self {
        let cookies = Cookies(headers);
        let Spoken { lang, chosen } = Spoken::of(uri, headers);
        Self {
            now: segl.clock.now(),
            address: segl.settings.address_of(
                headers,
                peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0),
            ),
            lang,
            chosen,
            here: uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            browser: cookies
                .get(segl.settings.browser_cookie())
                .filter(|value| value.len() == 43)
                .map(|value| BrowserCookie(value.to_owned())),
            known_in: cookies.get(segl.settings.known_cookie()).map(str::to_owned),
            origin: text(headers, &ORIGIN).map(str::to_owned),
            user_agent: text(headers, &USER_AGENT).map(str::to_owned),
        }
    }

    /// The texts in the language of the answer.
    pub fn texts<'a>(&self, segl: &'a Segl) -> T<'a> {
        segl.texts.of(self.lang)
    }

    /// The identities that have completed a sign-in in this browser.
    pub fn known_in(&self, segl: &Segl) -> KnownIn {
        let hash = self
            .browser
            .as_ref()
            .map(BrowserCookie::hash)
            .unwrap_or_default();
        self.known_in
            .as_deref()
            .and_then(|text| sealed::open::<KnownIn>(&segl.keys().sealed, text))
            .filter(|known| self.browser.is_some() && known.browser == hash)
            .unwrap_or(KnownIn {
                browser: hash,
                identities: Vec::new(),
            })
    }

    /// Refuses a form that another site sent (R-SIG-5). Browsers say where a form comes from; whoever says nothing is no browser.
    pub fn own_form(&self, segl: &Segl) -> Result<(), Fault> {
        match &self.origin {
            Some(origin) if origin != segl.settings.origin() => Err(Fault::ForeignForm),
            _ => Ok(()),
        }
    }

    /// Refuses a form that another site sent to the desk.
    pub fn own_desk_form(&self, segl: &Segl) -> Result<(), Fault> {
        match (&self.origin, segl.settings.desk_origin()) {
            (Some(origin), Some(desk)) if origin == desk => Ok(()),
            _ => Err(Fault::ForeignForm),
        }
    }

    /// What the browser calls itself, in a few words: its name and system.
    pub fn browser_name(&self) -> String {
        let agent = self.user_agent.as_deref().unwrap_or_default();
        let pick = |known: &[(&str, &'static str)]| {
            known
                .iter()
                .find(|(mark, _)| agent.contains(mark))
                .map(|(_, name)| *name)
        };
        let name = pick(&[
            ("Edg/", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ]);
        let system = pick(&[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ]);
        [name, system]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl FromRequestParts<Arc<Segl>> for Context {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, segl: &Arc<Segl>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().copied();
        Ok(Self::of(&parts.uri, &parts.headers, peer, segl))
    }
}

/// The cookies of a request (RFC 6265 section 5.4).
pub(crate) struct Cookies<'a>(pub(crate) &'a HeaderMap);

impl<'a> Cookies<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

/// A header as text.
pub fn text<'a>(headers: &'a HeaderMap, name: &axum::http::HeaderName) -> Option<&'a str> {
    headers.get(name).map(HeaderValue::to_str)?.ok()
}

/// One plain value of a query; enough for words of one language.
fn query_value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}
