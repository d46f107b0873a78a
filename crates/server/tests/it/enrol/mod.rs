//! Reading a document's chip: a real server on a real socket, a WebSocket client that is not ours, the app's relay, and virtual chips.

mod enrolments;
mod guard_rails;
mod hostile;
mod reading;
mod resuming;
mod secrecy;
mod trust;

use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use app::relay::{
    Carried, ChipAccess, ChipReading, ChipWay, ReadingShown, Relay, RelayMessage, RelayRequest,
    RelaySocket, carry,
};
use domain::proofing::{ChipReadingState, VerifiedDocument};
use server::Segl;
use server::listen::{Listener, serve};
use server::trust::ImportRules;
use specimen::chip::Chip;
use specimen::document::{Document, DocumentPlan, Persona, Specimens};
use specimen::randomness::Randomness;
use testkit::{NOON, TestServer};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::HandshakeError;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client};

/// The countries and their documents.
fn specimens() -> &'static Specimens {
    static SPECIMENS: OnceLock<Specimens> = OnceLock::new();
    SPECIMENS.get_or_init(|| Specimens::new(b"relay", NOON))
}

/// A document that departs from a persona's.
pub(crate) fn issued(persona: Persona, change: impl Fn(&mut DocumentPlan)) -> Document {
    let mut plan = specimens().plan(persona);
    change(&mut plan);
    let mut randomness = Randomness::from_seed(b"relay document");
    Document::issue(&plan, specimens().signer(persona), &mut randomness)
}

fn chip(document: &Document) -> Chip {
    Chip::new(document.clone(), Randomness::from_seed(b"relay chip"))
}

/// The specimens' authorities and revocation lists.
fn trust(segl: &Segl) {
    let mut files = Vec::new();
    for country in [&specimens().denmark, &specimens().abroad] {
        files.extend(country.csca_certificates());
    }
    files.extend(specimens().revocation_lists());
    import(segl, files);
}

/// What the command and the demo do; then this server reads it.
fn import(segl: &Segl, files: Vec<Vec<u8>>) {
    let named = files.into_iter().enumerate();
    let files: Vec<_> = named
        .map(|(index, bytes)| (format!("specimen {index}"), bytes))
        .collect();
    let rules = ImportRules::at(NOON);
    let imported = server::trust::import(&segl.store, &files, &rules).unwrap();
    for (file, _) in &imported.files {
        assert!(file.refused.is_empty(), "{:?}", file.refused);
    }
    segl.trust.reload(&segl.store).unwrap();
}

/// A server that listens, as long as this lives.
struct Site {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Site {
    fn open(segl: &Arc<Segl>) -> Self {
        let router = server::router(Arc::clone(segl));
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = Listener::bind(([127, 0, 0, 1], 0).into(), None).await;
                let listener = listener.unwrap();
                tell.send(listener.socket.local_addr().unwrap()).unwrap();
                serve(listener, router, async { drop(stopped.await) }).await;
            });
            runtime.shutdown_timeout(Duration::from_secs(1));
        });
        Self {
            address: told.recv().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Opens a WebSocket, or gives the status and the code of the problem.
    fn connect(&self, request: &RelayRequest) -> Result<Client, (u16, String)> {
        self.connect_from(request, None)
    }

    fn connect_from(
        &self,
        relay: &RelayRequest,
        origin: Option<&str>,
    ) -> Result<Client, (u16, String)> {
        let uri = format!("ws://{}{}", self.address, relay.path);
        let mut request = uri.into_client_request().unwrap();
        let protocols = relay.subprotocols.join(", ");
        let headers = request.headers_mut();
        let value = |text: &str| HeaderValue::from_str(text).unwrap();
        headers.insert("sec-websocket-protocol", value(&protocols));
        if let Some(origin) = origin {
            headers.insert("origin", value(origin));
        }
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        match client(request, stream) {
            Ok((socket, _)) => Ok(Client { socket }),
            Err(HandshakeError::Failure(Error::Http(response))) => {
                Err((response.status().as_u16(), code(&response)))
            }
            Err(other) => panic!("{other}"),
        }
    }
}

type Refusal = tokio_tungstenite::tungstenite::http::Response<Option<Vec<u8>>>;

/// The code of a problem, as far as its body came with the head.
fn code(response: &Refusal) -> String {
    let body = response.body().clone().unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let rest = text.split_once("\"code\":\"").map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default().to_owned()
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// A WebSocket client.
struct Client {
    socket: WebSocket<TcpStream>,
}

impl RelaySocket for Client {
    fn say(&mut self, message: RelayMessage) -> Option<()> {
        let message = match message {
            RelayMessage::Apdu(bytes) => Message::Binary(bytes.into()),
            RelayMessage::Text(text) => Message::Text(text.into()),
        };
        self.socket.send(message).ok()
    }

    fn hear(&mut self) -> Option<RelayMessage> {
        loop {
            match self.socket.read().ok()? {
                Message::Binary(bytes) => return Some(RelayMessage::Apdu(bytes.to_vec())),
                Message::Text(text) => return Some(RelayMessage::Text(text.to_string())),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}

impl Client {
    /// Relays until the end.
    fn relay(&mut self, transmit: impl FnMut(&[u8]) -> Vec<u8>) -> Carried {
        let mut relay = Relay::default();
        carry(&mut relay, ChipWay::default(), self, transmit, || false).unwrap()
    }

    /// The next text that is not about progress.
    fn text(&mut self) -> Option<String> {
        loop {
            match self.hear()? {
                RelayMessage::Text(text) if text.contains("\"file\"") => {}
                RelayMessage::Text(text) => return Some(text),
                RelayMessage::Apdu(_) => {}
            }
        }
    }
}

/// What opens a document's chip: its CAN, where it has one, else its zone.
fn begin(server: &TestServer, document: &Document) -> ChipReading {
    let zone = document.mrz.text();
    let access = match &document.can {
        Some(can) => ChipAccess::Can(can),
        None => ChipAccess::Zone(&zone),
    };
    server.step(ChipReading::begin(access)).unwrap()
}

fn look(server: &TestServer, reading: &ChipReading) -> ReadingShown {
    server.step(reading.look()).unwrap()
}

/// The fault that a relay ended with, as soon as it has.
fn until_fault(server: &TestServer, reading: &ChipReading) -> String {
    for _ in 0..500 {
        if let Some(fault) = look(server, reading).fault {
            return fault;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the relay goes on");
}

/// What came of a step.
fn outcome<'a>(shown: &'a ReadingShown, step: &str) -> (&'a str, Option<&'a str>) {
    let found = shown.steps.iter().find(|one| one.step == step);
    let found = found.unwrap_or_else(|| panic!("no {step} in {:?}", shown.steps));
    (&found.outcome, found.why.as_deref())
}

/// What is kept of a reading.
fn kept(server: &TestServer, relay: &RelayRequest) -> Option<VerifiedDocument> {
    let id = relay.path.rsplit('/').next().unwrap().parse().unwrap();
    let (segl, now) = (Arc::clone(&server.segl), server.now());
    let stored = server
        .segl
        .store
        .read_blocking(move |tx| store::chip_reading::find(tx, &segl.keys().data, id, now));
    let state = stored.unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    match state?.reading.state {
        ChipReadingState::Verified { document, .. } => Some(*document),
        _ => None,
    }
}

/// The last of a file: a portrait, of which a part is searched for.
fn portrait(document: &Document) -> &[u8] {
    &document.application[&0x0102]
}
