//! A browser: it keeps cookies, fills forms and follows the ways of a sign-in.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::{Answer, DESK, ISSUER, SECRET, TestServer};

/// One browser of one person.
pub struct Browser<'a> {
    server: &'a TestServer,
    cookies: BTreeMap<String, String>,
    /// What it wants to read.
    pub language: &'static str,
}

/// A PKCE verifier and its challenge (RFC 7636 appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// S256 of [`VERIFIER`].
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An authorization request of the bank, which a test may change.
pub fn bank_request(extra: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", "bank"),
        ("redirect_uri", "https://bank.example.dk/callback"),
        ("response_type", "code"),
        ("scope", "openid mitid"),
        ("state", "xyz"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    request(&usual, extra)
}

/// An authorization request, with some of its parameters replaced, added, or (when empty) left out.
pub fn request(usual: &[(&str, &str)], extra: &[(&str, &str)]) -> String {
    let kept = usual
        .iter()
        .filter(|(name, _)| !extra.iter().any(|(other, _)| other == name));
    let pairs = kept.chain(extra).filter(|(_, value)| !value.is_empty());
    format!(
        "/connect/authorize?{}",
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    )
}

/// A reference text as `idp_params` wants it.
pub fn reference_text(text: &str) -> String {
    STANDARD.encode(text)
}

impl<'a> Browser<'a> {
    /// A browser that nobody has seen before.
    pub fn new(server: &'a TestServer) -> Self {
        Self {
            server,
            cookies: BTreeMap::new(),
            language: "en",
        }
    }

    /// Asks for a page.
    pub fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path)
            .header("accept-language", self.language)
            .header("cookie", self.cookie_header());
        let answer = self.server.send(request.body(Body::empty()).unwrap());
        self.keep(&answer);
        answer
    }

    /// Sends a form from a page of the server.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie_header();
        let headers = [
            ("origin", ISSUER),
            ("accept-language", self.language),
            ("cookie", &cookie),
        ];
        let answer = self.server.post_form(path, fields, &headers);
        self.keep(&answer);
        answer
    }

    /// Asks for a page of the desk.
    pub fn desk(&mut self, path: &str) -> Answer {
        let request = Request::get(path)
            .header("host", host(DESK))
            .header("accept-language", self.language)
            .header("cookie", self.cookie_header());
        let answer = self.server.send(request.body(Body::empty()).unwrap());
        self.keep(&answer);
        answer
    }

    /// Sends a form from a page of the desk.
    pub fn desk_post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie_header();
        let headers = [
            ("host", host(DESK)),
            ("origin", DESK),
            ("accept-language", self.language),
            ("cookie", &cookie),
        ];
        let answer = self.server.post_form(path, fields, &headers);
        self.keep(&answer);
        answer
    }

    /// Cookies of another browser, as a thief would use them.
    pub fn cookie_header(&self) -> String {
        self.cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(
                cookie.starts_with("segl_lang") || cookie.contains("; HttpOnly"),
                "{cookie}"
            );
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// From the service's request to the waiting page. Gives that page's address.
    pub fn begin(&mut self, request: &str, user_id: &str) -> String {
        let page = self.get(request);
        assert_eq!(page.status, 200, "{}", page.text());
        let sealed = hidden(page.text(), "b");
        let waiting = self.post("/signin", &[("b", &sealed), ("user_id", user_id)]);
        assert_eq!(waiting.status, 200, "{}", waiting.text());
        attribute(waiting.text(), "data-here").to_owned()
    }

    /// The link that "Open the app" carries.
    pub fn link(&mut self, wait: &str) -> String {
        let page = self.get(wait);
        assert_eq!(page.status, 200, "{}", page.text());
        page.text()
            .split_once("#approve=")
            .unwrap()
            .1
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    }

    /// The four digits of the waiting page.
    pub fn typed_code(&mut self, wait: &str) -> String {
        let page = self.get(wait);
        page.text().split_once("data-typed-code>").unwrap().1[..4].to_owned()
    }
}

/// What `Host` says for an origin.
fn host(origin: &str) -> &str {
    origin.split_once("://").unwrap().1
}

/// The value of an attribute that stands once in a page, unless it must be unescaped.
fn attribute<'p>(page: &'p str, name: &str) -> &'p str {
    let value = page
        .split_once(&format!("{name}=\""))
        .unwrap_or_else(|| panic!("no attribute {name}: {page}"));
    value.1.split('"').next().unwrap()
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let field = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no field {name}: {page}"));
    field.1.split('"').next().unwrap().to_owned()
}

/// The sealed sign-in in the address of a waiting page.
pub fn sealed(wait: &str) -> &str {
    wait.strip_prefix("/signin/wait?s=").unwrap()
}

/// One value of an address's query.
pub fn query(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once(['?', '#'])?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The `Authorization` header of a service with the usual secret.
pub fn basic(client_id: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client_id}:{SECRET}")))
}

/// The claims of a token, unverified.
pub fn claims(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

impl TestServer {
    /// Turns the bank's code in.
    pub fn redeem(&self, code: &str) -> Answer {
        self.redeem_with(code, &[])
    }

    /// As [`Self::redeem`], with some fields replaced or (when empty) left out.
    pub fn redeem_with(&self, code: &str, extra: &[(&str, &str)]) -> Answer {
        let usual = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", "https://bank.example.dk/callback"),
            ("code_verifier", VERIFIER),
        ];
        let kept = usual
            .iter()
            .filter(|(name, _)| !extra.iter().any(|(other, _)| other == name));
        let fields: Vec<(&str, &str)> = kept
            .chain(extra)
            .filter(|(_, value)| !value.is_empty())
            .copied()
            .collect();
        self.post_form(
            "/connect/token",
            &fields,
            &[("authorization", &basic("bank"))],
        )
    }

    /// A sign-in that the desk sent a browser to, with the app on the same device. Gives the desk's answer to what came of it.
    pub fn sign_in_for_desk(
        &self,
        browser: &mut Browser<'_>,
        device: &app::Device,
        authorize: &str,
    ) -> Answer {
        let request = authorize.strip_prefix(ISSUER).unwrap();
        let wait = browser.begin(request, device.user_id());
        let link = browser.link(&wait);
        let claim = self.step(device.claim(app::Channel::Link(&link))).unwrap();
        let approved = self.approve(device, &claim, crate::people::PIN).unwrap();
        let answer = browser.get(approved.return_to.as_deref().unwrap());
        let back = answer.location().strip_prefix(DESK).unwrap().to_owned();
        browser.desk(&back)
    }

    /// A whole sign-in at the bank by link on one device. Gives the code.
    pub fn code_for(
        &self,
        browser: &mut Browser<'_>,
        device: &app::Device,
        request: &str,
    ) -> String {
        let wait = browser.begin(request, device.user_id());
        let link = browser.link(&wait);
        let claim = self.step(device.claim(app::Channel::Link(&link))).unwrap();
        let approved = self.approve(device, &claim, crate::people::PIN).unwrap();
        let answer = browser.get(approved.return_to.as_deref().unwrap());
        query(answer.location(), "code")
            .unwrap_or_else(|| panic!("no code in {}", answer.location()))
    }
}
