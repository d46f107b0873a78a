//! Messages to and from a PostgreSQL server, over a blocking socket.
//!
//! The crate `postgres-protocol` knows the messages; this moves them. A thread that has nothing to do but wait for its answer needs
//! one `write` and one `read` for a round trip, and no runtime in between: a prepared look-up costs 4.6 us of processor time on a
//! quiet machine, through the `postgres` crate 8 us, and steps of a transaction can travel with the statement after them.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::{md5_hash, sasl};
use postgres_protocol::message::backend::{ErrorResponseBody, Message};
use postgres_protocol::message::frontend;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::url::{Host, Url};

/// No answer for so long means that the server is gone. It ends statements that take half of it by itself.
const SILENCE: Duration = Duration::from_secs(30);

trait Stream: Read + Write + Send {
    fn set_patience(&self, patience: Option<Duration>) -> io::Result<()>;
}

impl Stream for UnixStream {
    fn set_patience(&self, patience: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(patience)
    }
}

impl Stream for TcpStream {
    fn set_patience(&self, patience: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(patience)
    }
}

impl Stream for StreamOwned<ClientConnection, TcpStream> {
    fn set_patience(&self, patience: Option<Duration>) -> io::Result<()> {
        self.sock.set_read_timeout(patience)
    }
}

/// A connection as messages. What is put into `output` leaves with the next [`flush`](Self::flush).
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    pub(super) output: BytesMut,
    input: BytesMut,
    chunk: Box<[u8]>,
}

impl Wire {
    /// Connects and logs in; `settings` are run-time parameters of the session.
    pub(super) fn connect(url: &Url, settings: &[(&str, &str)]) -> io::Result<Self> {
        let stream: Box<dyn Stream> = match &url.host {
            Host::Socket(directory) => Box::new(unix(directory, url.port)?),
            Host::Name(name) => {
                let tcp = tcp(name, url.port)?;
                match &url.tls_roots {
                    Some(roots) => Box::new(tls(tcp, name, roots)?),
                    None => Box::new(tcp),
                }
            }
        };
        let chunk = vec![0; 16 * 1024].into_boxed_slice();
        let mut wire = Self {
            stream,
            output: BytesMut::new(),
            input: BytesMut::new(),
            chunk,
        };
        let mut parameters = vec![
            ("user", url.user.as_str()),
            ("database", url.database.as_str()),
        ];
        parameters.extend_from_slice(settings);
        frontend::startup_message(parameters, &mut wire.output)?;
        wire.log_in(url)?;
        Ok(wire)
    }

    fn log_in(&mut self, url: &Url) -> io::Result<()> {
        let password = url.password.as_deref().unwrap_or_default().as_bytes();
        let mut scram = None;
        loop {
            self.flush()?;
            match self.receive()? {
                Message::AuthenticationCleartextPassword
                    if url.tls_roots.is_some() || matches!(url.host, Host::Socket(_)) =>
                {
                    frontend::password_message(password, &mut self.output)?;
                }
                Message::AuthenticationMd5Password(body) => {
                    let hash = md5_hash(url.user.as_bytes(), password, body.salt());
                    frontend::password_message(hash.as_bytes(), &mut self.output)?;
                }
                Message::AuthenticationSasl(body) => {
                    if !body
                        .mechanisms()
                        .any(|mechanism| Ok(mechanism == sasl::SCRAM_SHA_256))?
                    {
                        return Err(io::Error::other(
                            "the server offers no way to log in that is known here",
                        ));
                    }
                    let exchange =
                        sasl::ScramSha256::new(password, sasl::ChannelBinding::unsupported());
                    frontend::sasl_initial_response(
                        sasl::SCRAM_SHA_256,
                        exchange.message(),
                        &mut self.output,
                    )?;
                    scram = Some(exchange);
                }
                Message::AuthenticationSaslContinue(body) => {
                    let exchange = scram.as_mut().ok_or_else(unexpected)?;
                    exchange.update(body.data())?;
                    frontend::sasl_response(exchange.message(), &mut self.output)?;
                }
                Message::AuthenticationSaslFinal(body) => {
                    scram.as_mut().ok_or_else(unexpected)?.finish(body.data())?;
                }
                Message::AuthenticationOk
                | Message::ParameterStatus(_)
                | Message::BackendKeyData(_)
                | Message::NoticeResponse(_) => {}
                Message::ReadyForQuery(_) => return Ok(()),
                Message::ErrorResponse(body) => {
                    return Err(io::Error::other(Refusal::read(&body)?.message));
                }
                _ => {
                    return Err(io::Error::other(
                        "the server asks for a log-in that is refused here",
                    ));
                }
            }
        }
    }

    /// Waits for as long as an answer takes, or again no longer than a server in health needs.
    pub(super) fn set_patient(&mut self, patient: bool) -> io::Result<()> {
        self.stream
            .set_patience(if patient { None } else { Some(SILENCE) })
    }

    /// Sends what has gathered in `output`.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        self.stream.write_all(&self.output)?;
        self.stream.flush()?;
        self.output.clear();
        Ok(())
    }

    /// Waits for the next message.
    pub(super) fn receive(&mut self) -> io::Result<Message> {
        loop {
            if let Some(message) = Message::parse(&mut self.input)? {
                return Ok(message);
            }
            match self.stream.read(&mut self.chunk) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => self.input.extend_from_slice(&self.chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// What a server says when it refuses. `DETAIL` is left where it is: it may repeat stored values.
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) constraint: Option<String>,
}

impl Refusal {
    pub(super) fn read(body: &ErrorResponseBody) -> io::Result<Self> {
        let mut refusal = Self {
            code: String::new(),
            message: String::new(),
            constraint: None,
        };
        let mut fields = body.fields();
        while let Some(field) = fields.next()? {
            let value = || String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'C' => refusal.code = value(),
                b'M' => refusal.message = value(),
                b'n' => refusal.constraint = Some(value()),
                _ => {}
            }
        }
        Ok(refusal)
    }
}

fn unix(directory: &Path, port: u16) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(directory.join(format!(".s.PGSQL.{port}")))?;
    stream.set_patience(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    Ok(stream)
}

fn tcp(name: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((name, port))?;
    stream.set_nodelay(true)?;
    stream.set_patience(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    Ok(stream)
}

fn tls(
    mut tcp: TcpStream,
    name: &str,
    roots: &Path,
) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut request = BytesMut::new();
    frontend::ssl_request(&mut request);
    tcp.write_all(&request)?;
    let mut answer = [0];
    tcp.read_exact(&mut answer)?;
    if answer != *b"S" {
        return Err(io::Error::other("the server does not speak TLS"));
    }
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(roots).map_err(io::Error::other)? {
        store
            .add(certificate.map_err(io::Error::other)?)
            .map_err(io::Error::other)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .map_err(io::Error::other)?
    .with_root_certificates(store)
    .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    Ok(StreamOwned::new(connection, tcp))
}

fn unexpected() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a message out of turn")
}
