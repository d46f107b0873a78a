//! The demo's virtual passports, read through two WebSockets as the web app does it.

use std::net::TcpStream;

use app::drive;
use app::enrolment::{Enrolment, Way};
use app::relay::{Carried, ChipAccess, ChipWay, Relay, RelayMessage, RelaySocket, carry};
use serde_json::Value;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use super::browser::Browser;
use super::phone::send;
use super::running::Demo;

struct Socket(WebSocket<TcpStream>);

impl Socket {
    fn open(segl: &str, path: &str, subprotocols: Option<&str>) -> Self {
        let authority = segl.strip_prefix("http://").unwrap();
        let mut request = format!("ws://{authority}{path}")
            .into_client_request()
            .unwrap();
        if let Some(subprotocols) = subprotocols {
            let value = HeaderValue::from_str(subprotocols).unwrap();
            request
                .headers_mut()
                .insert("sec-websocket-protocol", value);
        }
        let stream = TcpStream::connect(authority).unwrap();
        Self(client(request, stream).unwrap().0)
    }

    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.0.send(Message::binary(command.to_vec())).unwrap();
        self.0.read().unwrap().into_data().to_vec()
    }
}

impl RelaySocket for Socket {
    fn say(&mut self, message: RelayMessage) -> Option<()> {
        let message = match message {
            RelayMessage::Apdu(bytes) => Message::binary(bytes),
            RelayMessage::Text(text) => Message::text(text),
        };
        self.0.send(message).ok()
    }

    fn hear(&mut self) -> Option<RelayMessage> {
        loop {
            match self.0.read().ok()? {
                Message::Binary(bytes) => return Some(RelayMessage::Apdu(bytes.to_vec())),
                Message::Text(text) => return Some(RelayMessage::Text(text.to_string())),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}

fn chips(segl: &str) -> Vec<Value> {
    let answer = Browser::default().get(&format!("{segl}/demo/chips"));
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    answer["chips"].as_array().unwrap().clone()
}

/// Begins an enrolment, and has a persona's passport read for it.
fn read(segl: &str, chip: &Value) -> Enrolment {
    let carried = |request: app::HttpRequest| send(segl, &request);
    let enrolment = drive(Enrolment::begin(Way::Home), carried).unwrap();
    let field = |name: &str| chip["mrz"][name].as_str().unwrap();
    let access = ChipAccess::Mrz {
        document_number: field("document_number"),
        birth_date: field("birth_date"),
        expiry_date: field("expiry_date"),
    };
    let reading = drive(enrolment.read_chip(access), carried).unwrap();
    let relay = reading.relay();
    let subprotocols = relay.subprotocols.join(", ");
    let mut server = Socket::open(segl, &relay.path, Some(&subprotocols));
    let path = format!("/demo/chips/{}", chip["persona"].as_str().unwrap());
    let mut passport = Socket::open(segl, &path, None);
    let done = carry(
        &mut Relay::default(),
        ChipWay::default(),
        &mut server,
        |command| passport.transmit(command),
        || false,
    );
    assert_eq!(done.unwrap(), Carried::Done, "{chip}");
    enrolment
}

#[test]
fn every_passport_is_read_and_the_child_is_refused_with_the_date() {
    let mut demo = Demo::start("passports");
    let before = chips(&demo.segl);
    assert_eq!(before.len(), 6);
    for chip in &before {
        let enrolment = read(&demo.segl, chip);
        let shown = drive(enrolment.look(), |request| send(&demo.segl, &request)).unwrap();
        if chip["persona"] == "luna" {
            let refusal = shown.refusal.unwrap();
            assert_eq!(refusal.rule, "R-AGE-1");
            assert!(refusal.from.is_some());
        } else {
            assert_eq!(shown.state, "face", "{chip}");
            let portrait = shown.document.unwrap().portrait.unwrap();
            assert!(portrait.starts_with("data:image/jpeg;base64,"));
        }
    }
    // The same passports are there after a restart, and are still trusted.
    demo.stop();
    demo.start_again();
    assert_eq!(chips(&demo.segl), before);
    read(&demo.segl, &before[0]);
}
