//! A person's browser: its cookies, and what it finds in our pages.

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT_LANGUAGE, COOKIE, HeaderValue, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT,
};

use super::http::{Answer, Connection, HttpFault};
use super::load::Failure;

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// The cookies of one browser for one site.
#[derive(Debug, Default)]
pub(super) struct CookieJar(Vec<(String, String)>);

impl CookieJar {
    /// Keeps what an answer sets (RFC 6265 section 5.3, as far as one site with `Path=/` needs it).
    fn keep(&mut self, answer: &hyper::HeaderMap) {
        for cookie in answer
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
        {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            self.0.retain(|(kept, _)| kept != name.trim());
            let over = attributes
                .split(';')
                .any(|attribute| attribute.trim().eq_ignore_ascii_case("max-age=0"));
            if !over {
                self.0
                    .push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }

    fn header(&self) -> Option<HeaderValue> {
        let pairs: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        HeaderValue::from_str(&pairs.join("; "))
            .ok()
            .filter(|header| !header.is_empty())
    }
}

/// A browser window: a person's cookies on somebody's connection.
pub(super) struct Browser<'w> {
    pub(super) connection: &'w mut Connection,
    pub(super) jar: &'w mut CookieJar,
    pub(super) origin: &'w HeaderValue,
}

impl Browser<'_> {
    /// Asks, and keeps the cookies that come.
    pub(super) async fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, HttpFault> {
        let request = dressed(request, self.jar, self.origin);
        let answer = self.connection.exchange(request).await?;
        self.jar.keep(&answer.headers);
        Ok(answer)
    }

    /// Asks for a page.
    pub(super) async fn page(
        &mut self,
        step: &'static str,
        request: Request<Full<Bytes>>,
    ) -> Result<Answer, Failure> {
        let answer = self.ask(request).await?;
        if answer.status == 200 {
            Ok(answer)
        } else {
            Err(Failure::status(step, &answer))
        }
    }

    /// Asks for what answers with a redirect; gives its address.
    pub(super) async fn redirect(
        &mut self,
        step: &'static str,
        request: Request<Full<Bytes>>,
    ) -> Result<String, Failure> {
        let answer = self.ask(request).await?;
        match answer.header(&LOCATION) {
            Some(location) if answer.status.is_redirection() => Ok(location.to_owned()),
            _ => Err(Failure::status(step, &answer)),
        }
    }

    /// Opens a stream of events on a connection of its own.
    pub(super) async fn events(
        &self,
        connection: &mut Connection,
        request: Request<Full<Bytes>>,
    ) -> Result<Events, Failure> {
        let response = connection
            .begin(dressed(request, self.jar, self.origin))
            .await?;
        if response.status() == 200 {
            Ok(Events {
                body: response.into_body(),
                read: Vec::new(),
            })
        } else {
            Err(Failure::Refused {
                step: "opening the events",
                status: response.status(),
                said: String::new(),
            })
        }
    }
}

fn dressed(
    mut request: Request<Full<Bytes>>,
    jar: &CookieJar,
    origin: &HeaderValue,
) -> Request<Full<Bytes>> {
    let post = request.method() == hyper::Method::POST;
    let headers = request.headers_mut();
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(
        ACCEPT_LANGUAGE,
        HeaderValue::from_static("da-DK,da;q=0.9,en;q=0.8"),
    );
    if post {
        headers.insert(ORIGIN, origin.clone());
    }
    if let Some(cookies) = jar.header() {
        headers.insert(COOKIE, cookies);
    }
    request
}

/// Server-sent events (HTML, 9.2), as far as ours go: each with one `event` and one `data` line.
pub(super) struct Events {
    body: Incoming,
    read: Vec<u8>,
}

impl Events {
    /// The next event: its name and data. `None` where the stream ends.
    pub(super) async fn next(&mut self) -> Result<Option<(String, String)>, HttpFault> {
        use http_body_util::BodyExt as _;
        loop {
            if let Some(end) = self.read.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<u8> = self.read.drain(..end + 2).collect();
                if let Some(event) = parse_event(&String::from_utf8_lossy(&event)) {
                    return Ok(Some(event));
                }
                continue;
            }
            match self.body.frame().await {
                None => return Ok(None),
                Some(frame) => {
                    if let Some(data) = frame?.data_ref() {
                        self.read.extend_from_slice(data);
                    }
                }
            }
        }
    }
}

fn parse_event(text: &str) -> Option<(String, String)> {
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|value| value.trim_start().to_owned())
    };
    field("event").zip(field("data"))
}

/// What stands between `before` and the next quotation mark.
pub(super) fn attribute<'p>(page: &'p [u8], before: &str) -> Option<&'p str> {
    let page = std::str::from_utf8(page).ok()?;
    let from = page.find(before)? + before.len();
    let length = page[from..].find('"')?;
    Some(&page[from..from + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_kept_replaced_and_dropped() {
        let mut jar = CookieJar::default();
        let mut answer = hyper::HeaderMap::new();
        assert_eq!(jar.header(), None);
        answer.append(
            SET_COOKIE,
            HeaderValue::from_static("segl=a=b; Path=/; HttpOnly"),
        );
        answer.append(
            SET_COOKIE,
            HeaderValue::from_static("segl-known=1; Max-Age=100"),
        );
        jar.keep(&answer);
        assert_eq!(jar.header().unwrap(), "segl=a=b; segl-known=1");
        answer.clear();
        answer.append(SET_COOKIE, HeaderValue::from_static("segl=c"));
        answer.append(
            SET_COOKIE,
            HeaderValue::from_static("segl-known=; Max-Age=0"),
        );
        jar.keep(&answer);
        assert_eq!(jar.header().unwrap(), "segl=c");
    }

    #[test]
    fn events_have_a_name_and_data() {
        let event = parse_event("event: qr\ndata: SEGL1.x\n\n").unwrap();
        assert_eq!((event.0.as_str(), event.1.as_str()), ("qr", "SEGL1.x"));
        assert_eq!(parse_event(": still here\n\n"), None);
    }

    #[test]
    fn an_attribute_ends_at_its_quotation_mark() {
        let page = br#"<input name="b" value="abc"> <a href="/app/#approve=xyz">"#;
        assert_eq!(attribute(page, r#"name="b" value=""#), Some("abc"));
        assert_eq!(attribute(page, r#"href="/app/#approve="#), Some("xyz"));
        assert_eq!(attribute(page, r#"name="c" value=""#), None);
    }
}
