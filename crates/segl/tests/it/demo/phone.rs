//! Somebody's phone with the app on it.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::TcpStream;

use app::randomness::SystemRandomness;
use app::{
    Activation, AppError, Channel, Claim, Device, HttpRequest, HttpResponse, RejectReason, drive,
    pin,
};
use serde_json::Value;
use url::Url;

pub(super) const PIN: &str = "402917";

pub(super) struct Phone {
    segl: String,
    device: Device,
    codes: (String, String),
}

impl Phone {
    /// Activates the app with two codes.
    pub(super) fn activate(
        segl: &str,
        user_id: &str,
        codes: &(String, String),
    ) -> Result<Self, AppError> {
        let rng = &mut SystemRandomness::new();
        let choosing = drive(Activation::start(user_id, &codes.0, &codes.1), |request| {
            send(segl, &request)
        })?;
        let registering = drive(choosing.choose(PIN, rng)?, |request| send(segl, &request))?;
        let activated = drive(registering.finish("Test", rng)?, |request| {
            send(segl, &request)
        })?;
        Ok(Self {
            segl: segl.to_owned(),
            device: activated.device,
            codes: codes.clone(),
        })
    }

    pub(super) fn segl(&self) -> &str {
        &self.segl
    }

    pub(super) fn user_id(&self) -> &str {
        self.device.user_id()
    }

    /// The codes that activated it.
    pub(super) fn codes(&self) -> &(String, String) {
        &self.codes
    }

    /// Opens the app by the link of a page on the same device.
    pub(super) fn claim(&self, link: &str) -> Result<Claim, AppError> {
        drive(self.device.claim(Channel::Link(link)), |request| {
            send(&self.segl, &request)
        })
    }

    /// Approves, and gives what was shown and where the browser goes then.
    pub(super) fn approve(&self, link: &str) -> (Claim, String) {
        let rng = &mut SystemRandomness::new();
        let pin = pin::Pin::as_typed(PIN).unwrap();
        let claim = self.claim(link).unwrap();
        let proved = drive(self.device.approve(&claim, &pin, rng).unwrap(), |request| {
            send(&self.segl, &request)
        })
        .unwrap();
        let approved = drive(proved.sign().unwrap(), |request| send(&self.segl, &request)).unwrap();
        (claim, approved.return_to.unwrap())
    }

    /// Says no.
    pub(super) fn reject(&self, link: &str) -> String {
        let claim = self.claim(link).unwrap();
        let rejected = drive(self.device.reject(&claim, RejectReason::Abort), |request| {
            send(&self.segl, &request)
        })
        .unwrap();
        rejected.return_to.unwrap()
    }

    /// What must be nowhere but here.
    pub(super) fn secrets(&self) -> [(&'static str, String); 2] {
        let stored = serde_json::to_value(self.device.to_stored().unwrap()).unwrap();
        let member = |name: &str| stored[name].as_str().map(str::to_owned).unwrap();
        [
            ("app token", member("app_token")),
            ("device key", member("device_key")),
        ]
    }
}

/// One request on one connection.
pub(super) fn send(segl: &str, request: &HttpRequest) -> HttpResponse {
    let url = Url::parse(segl).unwrap();
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
        request.method.as_str(),
        request.path,
        url.authority(),
        request.body.len()
    );
    for (name, value) in &request.headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    let mut stream = TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"\r\n").unwrap();
    stream.write_all(&request.body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let _: Value = serde_json::from_str(body).unwrap();
    HttpResponse {
        status: head[9..12].parse().unwrap(),
        body: body.as_bytes().to_vec(),
    }
}
