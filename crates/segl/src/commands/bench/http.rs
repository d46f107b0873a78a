//! HTTP/1.1 as cheap as it gets: one connection that is kept, one request at a time. The load generator shares the machine with the
//! server, so what it saves the server gets.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use url::Url;

/// Where a server listens.
#[derive(Debug, Clone)]
pub(super) struct Server {
    address: SocketAddr,
    host: HeaderValue,
}

impl Server {
    /// Of an `http` URL. A server with TLS is measured behind it, at the listener that its proxy uses.
    pub(super) fn of(url: &Url) -> Result<Self, HttpFault> {
        let host = url.host_str().filter(|_| url.scheme() == "http");
        let host = host.ok_or_else(|| HttpFault::Url(url.to_string()))?;
        let port = url.port_or_known_default().unwrap_or(80);
        let address = (host.trim_matches(['[', ']']), port)
            .to_socket_addrs()?
            .next();
        let address = address.ok_or_else(|| HttpFault::Url(url.to_string()))?;
        let host = format!("{host}:{port}");
        let host = HeaderValue::from_str(&host).map_err(|_| HttpFault::Url(url.to_string()))?;
        Ok(Self { address, host })
    }
}

/// One connection, made when it is first needed and again when the server has closed it.
#[derive(Debug)]
pub(super) struct Connection {
    server: Server,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Connection {
    pub(super) const fn new(server: Server) -> Self {
        Self {
            server,
            sender: None,
        }
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Answer, HttpFault> {
        let (head, body) = self.begin(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
    }

    /// Sends a request; the answer's body is still to come.
    pub(super) async fn begin(
        &mut self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, HttpFault> {
        request.headers_mut().insert(HOST, self.server.host.clone());
        let kept = match self.sender.take() {
            Some(mut sender) => sender.ready().await.is_ok().then_some(sender),
            None => None,
        };
        let mut sender = match kept {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        let response = sender.send_request(request).await?;
        self.sender = Some(sender);
        Ok(response)
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, HttpFault> {
        let stream = TcpStream::connect(self.server.address).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        sender.ready().await?;
        Ok(sender)
    }
}

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// A header as text.
    pub(super) fn header(&self, name: &hyper::header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A GET of a path on the connection's server.
pub(super) fn get(path: &str) -> Result<Request<Full<Bytes>>, HttpFault> {
    Ok(Request::get(path).body(Full::default())?)
}

/// A POST of a form.
pub(super) fn post_form(
    path: &str,
    fields: &[(&str, &str)],
) -> Result<Request<Full<Bytes>>, HttpFault> {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    post(
        path,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
        form.into(),
    )
}

/// A POST of JSON.
pub(super) fn post_json(path: &str, json: Bytes) -> Result<Request<Full<Bytes>>, HttpFault> {
    post(path, HeaderValue::from_static("application/json"), json)
}

fn post(
    path: &str,
    content_type: HeaderValue,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, HttpFault> {
    Ok(Request::post(path)
        .header(CONTENT_TYPE, content_type)
        .body(Full::new(body))?)
}

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpFault {
    /// Not one that this client speaks to.
    #[error("{0}: an http URL is needed (TLS ends in front of what is measured)")]
    Url(String),
    /// A path or header that HTTP does not allow.
    #[error(transparent)]
    Request(#[from] hyper::http::Error),
    /// The connection.
    #[error(transparent)]
    Connection(#[from] io::Error),
    /// HTTP.
    #[error(transparent)]
    Http(#[from] hyper::Error),
}
