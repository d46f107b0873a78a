//! Connections: plain HTTP (on this machine or behind a proxy) or TLS, and a stop that lets requests under way finish.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ResolvesServerCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::context::Peer;

/// How long a client may take to send its request's head.
const HEADER_TIMEOUT: Duration = Duration::from_secs(20);
/// How many connections may be open at once; the next waits in the system's own queue.
const CONNECTIONS: usize = 16_384;
/// How long a stop waits for requests under way.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Where and how to listen.
pub struct Listener {
    /// The socket.
    pub socket: TcpListener,
    /// The certificate, for TLS.
    pub tls: Option<Arc<ServerConfig>>,
}

impl Listener {
    /// Listens at an address.
    pub async fn bind(address: SocketAddr, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        Ok(Self {
            socket: TcpListener::bind(address).await?,
            tls,
        })
    }
}

/// The TLS configuration of a certificate chain and its key: TLS 1.2 and 1.3, HTTP/1.1.
pub fn tls(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let key = CertifiedKey::from_der(chain, key, &provider)?;
    tls_with(Arc::new(SingleCertAndKey::from(key)))
}

/// As [`tls`], with a certificate that may change while the server runs.
pub fn tls_with(
    certificate: Arc<dyn ResolvesServerCert>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificate);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Serves until `stop` comes, then lets what is under way finish.
pub async fn serve(listener: Listener, router: Router, stop: impl Future<Output = ()>) {
    let (stopping, stops) = watch::channel(false);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let acceptor = listener.tls.map(TlsAcceptor::from);
    let mut handshakes = tokio::task::JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(done) = handshakes.join_next(), if !handshakes.is_empty() => {
                if let Ok(Some((stream, place, peer))) = done {
                    connection(stops.clone(), (stream, place), &router, peer);
                }
            }
            accepted = accept(&listener.socket, &places) => match accepted {
                Ok((stream, place, peer)) => match &acceptor {
                    None => connection(stops.clone(), (stream, place), &router, peer),
                    Some(acceptor) => drop(handshakes.spawn(handshake(acceptor.clone(), stream, place, peer))),
                },
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop((listener.socket, stops));
    stopping.send_replace(true);
    // Closed when the last connection has let go of its end.
    if tokio::time::timeout(STOP_TIMEOUT, stopping.closed())
        .await
        .is_err()
    {
        tracing::warn!("requests were still under way after the time that a stop allows");
    }
}

async fn accept(
    socket: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit, IpAddr)> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, peer) = socket.accept().await?;
    // A response that waits for a delayed acknowledgement would cost 40 ms.
    let _ = stream.set_nodelay(true);
    Ok((stream, place, peer.ip()))
}

async fn handshake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    peer: IpAddr,
) -> Option<(
    tokio_rustls::server::TlsStream<TcpStream>,
    OwnedSemaphorePermit,
    IpAddr,
)> {
    let accepted = tokio::time::timeout(HEADER_TIMEOUT, acceptor.accept(stream)).await;
    accepted.ok()?.ok().map(|stream| (stream, place, peer))
}

fn connection<S>(
    mut stops: watch::Receiver<bool>,
    (stream, place): (S, OwnedSemaphorePermit),
    router: &Router,
    peer: IpAddr,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let router = TowerToHyperService::new(router.clone());
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::spawn(async move {
        let _place = place;
        tokio::pin!(connection);
        let served = tokio::select! {
            served = connection.as_mut() => served,
            () = async { drop(stops.wait_for(|stops| *stops).await) } => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = served {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}
