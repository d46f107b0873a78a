//! The opening handshake of a WebSocket (RFC 6455, section 4.2). The frames are `tungstenite`'s.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::context::text;
use crate::error::Fault;

/// A WebSocket over whatever carries HTTP here.
pub type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// A client that asks for a WebSocket, as the standard wants it asked.
pub struct Handshake {
    key: String,
    /// The subprotocols that it speaks, in its order.
    pub subprotocols: Vec<String>,
    on_upgrade: OnUpgrade,
}

/// An answered handshake, that becomes a socket when the answer is out.
pub struct Upgrading(OnUpgrade);

impl Handshake {
    /// Reads the client's half.
    pub fn read(mut request: Request<Body>) -> Result<Self, Fault> {
        let headers = request.headers();
        let is_websocket = lists(headers, &CONNECTION, "upgrade")
            && lists(headers, &UPGRADE, "websocket")
            && text(headers, &SEC_WEBSOCKET_VERSION) == Some("13");
        let key = text(headers, &SEC_WEBSOCKET_KEY)
            .filter(|_| is_websocket)
            .ok_or(Fault::UpgradeRequired)?
            .to_owned();
        let subprotocols = values(headers, &SEC_WEBSOCKET_PROTOCOL)
            .map(str::to_owned)
            .collect();
        let on_upgrade = request
            .extensions_mut()
            .remove::<OnUpgrade>()
            .ok_or(Fault::UpgradeRequired)?;
        Ok(Self {
            key,
            subprotocols,
            on_upgrade,
        })
    }

    /// The server's half, with the subprotocol that will be spoken, where one was agreed on.
    pub fn accept(self, subprotocol: Option<&'static str>) -> (Response, Upgrading) {
        let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        if let Some(subprotocol) = subprotocol {
            let subprotocol = HeaderValue::from_static(subprotocol);
            headers.insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        // Base64 of a digest is a header's value.
        if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(self.key.as_bytes())) {
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        (response, Upgrading(self.on_upgrade))
    }
}

impl Upgrading {
    /// The socket, or nothing where the client went away.
    pub async fn socket(self, longest_message: usize) -> Option<Socket> {
        let config = WebSocketConfig::default()
            .read_buffer_size(4096)
            .write_buffer_size(0)
            .max_message_size(Some(longest_message))
            .max_frame_size(Some(longest_message));
        let upgraded = TokioIo::new(self.0.await.ok()?);
        Some(WebSocketStream::from_raw_socket(upgraded, Role::Server, Some(config)).await)
    }
}

/// The values of a header that lists some (RFC 9110, 5.6.1).
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

fn lists(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    values(headers, name).any(|value| value.eq_ignore_ascii_case(token))
}
