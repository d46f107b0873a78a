//! The HTTP client of the demo's services: one request on one connection, over TLS where the address says so.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{CONTENT_TYPE, HOST, HeaderName};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(10);
const MOST_BYTES: usize = 256 * 1024;

/// The client.
pub(crate) struct HttpClient {
    tls: Option<TlsConnector>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl HttpClient {
    /// A client that trusts one certificate, for `https`, and nobody else.
    pub(crate) fn trusting(root: Option<CertificateDer<'static>>) -> Result<Self, rustls::Error> {
        let Some(root) = root else {
            return Ok(Self { tls: None });
        };
        let mut roots = RootCertStore::empty();
        roots.add(root)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: Some(TlsConnector::from(Arc::new(config))),
        })
    }

    /// `GET`.
    pub(crate) async fn get(
        &self,
        url: &Url,
        headers: &[(HeaderName, String)],
    ) -> Result<Answer, HttpFault> {
        self.send(Method::GET, url, headers, String::new()).await
    }

    /// `POST` of a form.
    pub(crate) async fn post_form(
        &self,
        url: &Url,
        headers: &[(HeaderName, String)],
        form: String,
    ) -> Result<Answer, HttpFault> {
        self.send(Method::POST, url, headers, form).await
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: &[(HeaderName, String)],
        body: String,
    ) -> Result<Answer, HttpFault> {
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, url.authority())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| HttpFault::Request)?;
        tokio::time::timeout(TIMEOUT, self.exchange(url, request))
            .await
            .map_err(|_| HttpFault::TooLate)?
    }

    async fn exchange(
        &self,
        url: &Url,
        request: Request<Full<Bytes>>,
    ) -> Result<Answer, HttpFault> {
        let host = url.host_str().ok_or(HttpFault::Request)?;
        let port = url.port_or_known_default().ok_or(HttpFault::Request)?;
        let stream = TcpStream::connect((host, port))
            .await
            .map_err(|_| HttpFault::Unreachable)?;
        match (url.scheme(), &self.tls) {
            ("http", _) => talk(stream, request).await,
            ("https", Some(tls)) => {
                let name = ServerName::try_from(host.to_owned()).map_err(|_| HttpFault::Request)?;
                let stream = tls
                    .connect(name, stream)
                    .await
                    .map_err(|_| HttpFault::NotTrusted)?;
                talk(stream, request).await
            }
            _ => Err(HttpFault::NotTrusted),
        }
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Answer, HttpFault> {
    let broken = |_| HttpFault::Broken;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status();
    let body = Limited::new(response.into_body(), MOST_BYTES)
        .collect()
        .await
        .map_err(|_| HttpFault::Broken)?
        .to_bytes();
    connection.abort();
    Ok(Answer { status, body })
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HttpFault {
    /// Nobody listens there.
    #[error("cannot be reached")]
    Unreachable,
    /// Not an address or header that can be sent.
    #[error("is not an address that can be asked")]
    Request,
    /// The certificate is not the one that is trusted.
    #[error("has a certificate that is not trusted")]
    NotTrusted,
    /// The connection or the answer broke off.
    #[error("broke off")]
    Broken,
    /// No answer in time.
    #[error("did not answer in time")]
    TooLate,
}
