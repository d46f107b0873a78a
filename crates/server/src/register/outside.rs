//! A register that is a service outside, over HTTP: `docs/register-openapi.json`.
//!
//! Both questions are reads, so one that got no answer is asked again, a few times (`[register]` of the policy). What is logged of trouble is
//! what kind it was, and never a number.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::cpr_number::CprNumber;
use domain::register::{RegisterEntry, RegisterPolicy};
use domain::secret::Secret;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

use super::spoken::SpokenPerson;
use crate::error::Fault;
use crate::oidc_api::danish_day;

/// More than any answer is.
const MOST_BYTES: usize = 1 << 20;
/// How long is waited before the second try; twice as long before each that follows.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// A service that knows the population register.
#[derive(Debug)]
pub struct HttpRegister {
    url: Url,
    token: Secret<String>,
    tls: Option<Tls>,
}

struct Tls(TlsConnector);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls(..)")
    }
}

impl HttpRegister {
    /// A service at a URL, below which its paths are. `authorities` are the certificates (PEM) that vouch for it, for `https`; `http` is for
    /// this very machine only.
    pub fn new(
        url: &str,
        token: Secret<String>,
        authorities: Option<&[u8]>,
    ) -> Result<Self, OutsideFault> {
        let mut url = Url::parse(url).map_err(|_| OutsideFault::Address)?;
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let tls = match (url.scheme(), authorities) {
            ("https", Some(authorities)) => Some(Tls(connector(authorities)?)),
            ("https", None) => return Err(OutsideFault::NoAuthorities),
            ("http", _) if is_local => None,
            ("http", _) => return Err(OutsideFault::NotSecure),
            _ => return Err(OutsideFault::Address),
        };
        Ok(Self { url, token, tls })
    }

    pub(super) async fn find(
        &self,
        cpr: &CprNumber,
        policy: &RegisterPolicy,
    ) -> Result<Option<RegisterEntry>, Fault> {
        let body = json!({ "cpr": cpr.expose() });
        let Some(answer) = self.ask("persons/find", body.to_string(), policy).await? else {
            return Ok(None);
        };
        let person: SpokenPerson = understood(&answer, "persons/find")?;
        let entry = entry(person)?;
        if entry.cpr != *cpr {
            return Err(trouble("persons/find", "an answer about another number"));
        }
        Ok(Some(entry))
    }

    pub(super) async fn plausible(
        &self,
        count: usize,
        random: &[u8; 32],
        (now, policy): (jiff::Timestamp, &RegisterPolicy),
    ) -> Result<Vec<RegisterEntry>, Fault> {
        #[derive(Deserialize)]
        struct Others {
            persons: Vec<SpokenPerson>,
        }
        let body = json!({ "count": count, "random": URL_SAFE_NO_PAD.encode(random) });
        let path = "persons/plausible";
        let Some(answer) = self.ask(path, body.to_string(), policy).await? else {
            return Ok(Vec::new());
        };
        let others: Others = understood(&answer, path)?;
        let entries = others.persons.into_iter().map(entry);
        let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
        // Whatever a service sends: who is protected is shown to nobody.
        let today = danish_day(now);
        entries.retain(|entry| super::is_plausible(entry, today));
        entries.truncate(count);
        Ok(entries)
    }

    /// Asks, several times if need be. Nothing where the service has nothing.
    async fn ask(
        &self,
        path: &'static str,
        body: String,
        policy: &RegisterPolicy,
    ) -> Result<Option<Bytes>, Fault> {
        let patience = Duration::from_secs(policy.outside_seconds);
        let mut pause = FIRST_PAUSE;
        let mut tries = policy.outside_tries;
        loop {
            tries = tries.saturating_sub(1);
            let asked = tokio::time::timeout(patience, self.once(path, body.clone()));
            let told = match asked.await {
                Ok(Ok((StatusCode::OK, answer))) => return Ok(Some(answer)),
                Ok(Ok((StatusCode::NOT_FOUND, _))) => return Ok(None),
                Ok(Ok((status, _))) if status.is_server_error() => "it has trouble of its own",
                Ok(Ok((StatusCode::TOO_MANY_REQUESTS, _))) => "it is asked too often",
                Ok(Ok((StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _))) => {
                    return Err(trouble(path, "it does not accept our token"));
                }
                Ok(Ok(_)) => return Err(trouble(path, "it does not understand us")),
                Ok(Err(told)) => told,
                Err(_elapsed) => "it did not answer in time",
            };
            if tries == 0 {
                return Err(trouble(path, told));
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// One request on one connection.
    async fn once(
        &self,
        path: &'static str,
        body: String,
    ) -> Result<(StatusCode, Bytes), &'static str> {
        const ADDRESS: &str = "its address cannot be asked";
        let url = self.url.join(path).map_err(|_| ADDRESS)?;
        let request = Request::post(url.path())
            .header(HOST, url.authority())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, format!("Bearer {}", self.token.expose()))
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| ADDRESS)?;
        let host = url.host_str().ok_or(ADDRESS)?;
        let port = url.port_or_known_default().ok_or(ADDRESS)?;
        let stream = TcpStream::connect((host.trim_matches(['[', ']']), port))
            .await
            .map_err(|_| "it cannot be reached")?;
        match &self.tls {
            None => talk(stream, request).await,
            Some(Tls(tls)) => {
                let name = ServerName::try_from(host.to_owned()).map_err(|_| ADDRESS)?;
                let stream = tls
                    .connect(name, stream)
                    .await
                    .map_err(|_| "its certificate is not trusted, or it speaks no TLS")?;
                talk(stream, request).await
            }
        }
    }
}

fn connector(authorities: &[u8]) -> Result<TlsConnector, OutsideFault> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authorities) {
        let certificate = certificate.map_err(|_| OutsideFault::Authorities)?;
        roots
            .add(certificate)
            .map_err(|_| OutsideFault::Authorities)?;
    }
    if roots.is_empty() {
        return Err(OutsideFault::Authorities);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| OutsideFault::Authorities)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Bytes), &'static str> {
    const BROKE_OFF: &str = "its answer broke off";
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|_| BROKE_OFF)?;
    let connection = tokio::spawn(connection);
    let answer = async {
        let response = sender.send_request(request).await.map_err(|_| BROKE_OFF)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MOST_BYTES)
            .collect()
            .await;
        Ok((status, body.map_err(|_| BROKE_OFF)?.to_bytes()))
    }
    .await;
    connection.abort();
    answer
}

fn understood<'a, T: Deserialize<'a>>(answer: &'a [u8], path: &'static str) -> Result<T, Fault> {
    serde_json::from_slice(answer)
        .map_err(|_| trouble(path, "its answer is not what the interface says"))
}

fn entry(person: SpokenPerson) -> Result<RegisterEntry, Fault> {
    person.entry().map_err(|member| {
        tracing::warn!(
            member = member.0,
            "the outside register says what cannot be"
        );
        Fault::RegisterUnavailable
    })
}

fn trouble(path: &'static str, told: &'static str) -> Fault {
    tracing::warn!(path, told, "the outside register gives no answer");
    Fault::RegisterUnavailable
}

/// Why an outside register cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutsideFault {
    /// Not a URL.
    #[error("register.url is no address of a service")]
    Address,
    /// Numbers would travel in clear.
    #[error("register.url must begin with https, except on this very machine")]
    NotSecure,
    /// Whom to trust.
    #[error("register.authorities_file must name the certificates that vouch for register.url")]
    NoAuthorities,
    /// Not certificates.
    #[error("register.authorities_file has no certificate that can be used")]
    Authorities,
}
