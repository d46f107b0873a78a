//! Finding the request that waits (R-SIG-3, R-SIG-4).

use std::fmt;

use authn::statement::ApprovalStatement;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::{AppError, Device, HttpRequest, HttpResponse, Step};

/// How the holder shows the app which request is meant.
#[derive(Clone, Copy)]
pub enum Channel<'a> {
    /// The texts of two halves of the animated QR code.
    Qr([&'a str; 2]),
    /// The four digits that the browser shows.
    TypedCode(&'a str),
    /// The link that "Open the app" carried, on the same device.
    Link(&'a str),
}

impl fmt::Debug for Channel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Qr(_) => "Qr(..)",
            Self::TypedCode(_) => "TypedCode(..)",
            Self::Link(_) => "Link(..)",
        })
    }
}

impl Device {
    /// Asks whether a browser waits for this holder.
    pub fn waiting(&self) -> (HttpRequest, AwaitWaiting) {
        (
            self.signed_in(HttpRequest::get("/app/v1/requests")),
            AwaitWaiting(()),
        )
    }

    /// Asks for the request that the holder has shown.
    pub fn claim(&self, channel: Channel<'_>) -> (HttpRequest, AwaitClaim) {
        let body = match channel {
            Channel::Qr(halves) => json!({ "qr": halves }),
            Channel::TypedCode(code) => json!({ "typed_code": code }),
            Channel::Link(link) => json!({ "link": link }),
        };
        (
            self.signed_in(HttpRequest::post("/app/v1/requests/claim", &body)),
            AwaitClaim(()),
        )
    }
}

/// Waits to hear whether a request waits.
#[derive(Debug)]
pub struct AwaitWaiting(());

impl Step for AwaitWaiting {
    type Next = bool;

    fn receive(self, response: &HttpResponse) -> Result<bool, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            waiting: bool,
        }
        response.read().map(|Answer { waiting }| waiting)
    }
}

/// Waits for the request's details.
#[derive(Debug)]
pub struct AwaitClaim(());

impl Step for AwaitClaim {
    type Next = Claim;

    fn receive(self, response: &HttpResponse) -> Result<Claim, AppError> {
        response.read()
    }
}

/// A request, with what the app shows of it (R-SIG-2).
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Claim {
    /// Sealed; names the request to the server.
    pub claim: String,
    /// The sign-in's id.
    pub sign_in: String,
    /// Makes the approval good for one use.
    pub nonce: String,
    /// Who asks: the service's name.
    pub service: String,
    /// The service's `client_id`.
    pub service_id: String,
    /// The organisation behind the service.
    pub organisation: String,
    /// What is asked, such as `LOG_ON`.
    pub action: String,
    /// What exactly, in the service's words; empty where it gave none.
    pub reference_text: String,
    /// Whether nothing may tell which factor failed (R-SIG-7).
    pub psd2: bool,
    /// When the browser began.
    pub begun_at: Timestamp,
    /// When the request is over (R-SIG-1).
    pub expires_at: Timestamp,
    /// The browser that began, for the holder to recognise.
    pub browser: String,
}

impl Claim {
    /// What the device will sign: exactly what was shown.
    pub fn statement(&self, device: &Device) -> ApprovalStatement {
        ApprovalStatement {
            action: self.action.clone(),
            authenticator: device.authenticator_id().to_owned(),
            decision: ApprovalStatement::APPROVE.to_owned(),
            nonce: self.nonce.clone(),
            reference_text: self.reference_text.clone(),
            service: self.service.clone(),
            service_id: self.service_id.clone(),
            sign_in: self.sign_in.clone(),
            typ: ApprovalStatement::TYP.to_owned(),
        }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("sign_in", &self.sign_in)
            .finish_non_exhaustive()
    }
}
