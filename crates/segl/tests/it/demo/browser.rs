//! A browser without screens: it keeps cookies, follows redirects, and finds what a person would see.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use url::Url;

const MOST_REDIRECTS: usize = 10;

/// Cookies by name: a browser sends them to every port of a host.
#[derive(Default)]
pub(super) struct Browser {
    cookies: BTreeMap<String, String>,
}

/// A page, where redirects have led to.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: String,
}

impl Browser {
    pub(super) fn get(&mut self, url: &str) -> Page {
        let page = self.ask("GET", url, &[], "");
        self.follow(page)
    }

    /// Without following a redirect.
    pub(super) fn get_once(&mut self, url: &str) -> Page {
        self.ask("GET", url, &[], "")
    }

    /// A form of the page's own site.
    pub(super) fn post(&mut self, url: &str, form: &[(&str, &str)]) -> Page {
        let origin = Url::parse(url).unwrap().origin().ascii_serialization();
        self.post_from(&origin, url, form)
    }

    /// A form that stands on some site.
    pub(super) fn post_from(&mut self, origin: &str, url: &str, form: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let headers = [
            ("origin", origin),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let page = self.ask("POST", url, &headers, &body);
        self.follow(page)
    }

    /// Anything else that is not a form of a page.
    pub(super) fn post_with(&mut self, url: &str, headers: &[(&str, &str)], body: &str) -> Page {
        self.ask("POST", url, headers, body)
    }

    /// Opens a stream and leaves it open.
    pub(super) fn open(&self, url: &str) -> TcpStream {
        let mut stream = self.send("GET", url, &[("accept", "text/event-stream")], "");
        let mut some = [0; 64];
        assert!(stream.read(&mut some).unwrap() > 0);
        stream
    }

    fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..MOST_REDIRECTS {
            let Some(location) = page.location.take() else {
                return page;
            };
            let url = Url::parse(&page.url).unwrap().join(&location).unwrap();
            page = self.ask("GET", url.as_str(), &[], "");
        }
        panic!("redirects without an end: {}", page.url)
    }

    fn ask(&mut self, method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut answer = String::new();
        self.send(method, url, headers, body)
            .read_to_string(&mut answer)
            .unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut location = None;
        for (name, value) in head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
        {
            match name {
                "location" => location = Some(value.to_owned()),
                "set-cookie" => {
                    let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                _ => assert_ne!((name, value), ("transfer-encoding", "chunked")),
            }
        }
        Page {
            url: url.to_owned(),
            status: head[9..12].parse().unwrap(),
            location,
            body: body.to_owned(),
        }
    }

    fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
        let url = Url::parse(url).unwrap();
        let query = url
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let host = (url.host_str().unwrap(), url.port().unwrap());
        let mut request = format!(
            "{method} {}{query} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
            url.path(),
            url.authority(),
            body.len()
        );
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            write!(request, "cookie: {}\r\n", cookies.join("; ")).unwrap();
        }
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        let mut stream = TcpStream::connect(host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        write!(stream, "{request}\r\n{body}").unwrap();
        stream
    }
}

impl Page {
    /// Types a user ID into the sign-in page, and gives the page that waits for the app.
    pub(super) fn type_user_id(&self, browser: &mut Browser, user_id: &str) -> Page {
        let segl = Url::parse(&self.url)
            .unwrap()
            .origin()
            .ascii_serialization();
        let form = [("b", self.field("b")), ("user_id", user_id.to_owned())];
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        browser.post(&format!("{segl}/signin"), &form)
    }

    /// A hidden field.
    pub(super) fn field(&self, name: &str) -> String {
        self.between(&format!("name=\"{name}\" value=\""), "\"")
    }

    /// What "Open the app on this device" carries.
    pub(super) fn link(&self) -> String {
        self.between("href=\"/app/#approve=", "\"")
    }

    pub(super) fn attribute(&self, name: &str) -> String {
        self.between(&format!("{name}=\""), "\"")
            .replace("&#38;", "&")
    }

    /// The text of an element with a test's name.
    pub(super) fn shown(&self, name: &str) -> String {
        self.between(&format!("data-testid=\"{name}\">"), "<")
    }

    /// Where a page that explains leads on to.
    pub(super) fn onward(&self) -> String {
        format!(
            "/signin/onward?{}",
            self.between("href=\"/signin/onward?", "\"")
                .replace("&#38;", "&")
        )
    }

    /// A claim among the raw ones.
    pub(super) fn claim(&self, name: &str) -> String {
        self.between(&format!("&#34;{name}&#34;: &#34;"), "&#34;")
    }

    /// The codes on somebody's card.
    pub(super) fn codes(&self, user_id: &str) -> (String, String) {
        let query = self
            .between(&format!("#activate?user_id={user_id}&#38;"), "\"")
            .replace("&#38;", "&");
        let codes: BTreeMap<_, _> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        (codes["letter"].clone(), codes["sms"].clone())
    }

    fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self
            .body
            .split_once(before)
            .unwrap_or_else(|| panic!("no {before} at {}:\n{}", self.url, self.body));
        rest.split_once(after).unwrap().0.to_owned()
    }
}
