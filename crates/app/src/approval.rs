//! Approving a request with the PIN and the device key (R-SIG-2), or rejecting it.

use std::fmt;

use authn::device_key::SIGNATURE_LENGTH;
use authn::randomness::{CryptoRng, RngCore};
use authn::statement::ApprovalStatement;
use domain::pin::Pin;
use serde::Deserialize;
use serde_json::json;

use crate::ke2::{Guess, Proved, base64url};
use crate::{AppError, Claim, Device, HttpRequest, HttpResponse, Step};

impl Device {
    /// Begins to approve what was shown. The server counts the guess before it answers (R-AUT-9).
    pub fn approve(
        &self,
        claim: &Claim,
        pin: &Pin,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(HttpRequest, AwaitKe2), AppError> {
        let (guess, ke1) = Guess::start(rng, pin)?;
        let body = json!({ "claim": claim.claim, "ke1": ke1 });
        let request = self.signed_in(HttpRequest::post("/app/v1/requests/approve/start", &body));
        let statement = claim.statement(self);
        Ok((
            request,
            AwaitKe2 {
                device: self.clone(),
                guess,
                statement,
                psd2: claim.psd2,
            },
        ))
    }

    /// Rejects a request. That needs no PIN.
    pub fn reject(&self, claim: &Claim, reason: RejectReason) -> (HttpRequest, AwaitRejected) {
        let body = json!({ "claim": claim.claim, "reason": reason.as_str() });
        (
            self.signed_in(HttpRequest::post("/app/v1/requests/reject", &body)),
            AwaitRejected(()),
        )
    }
}

/// Waits for KE2, which shows whether the PIN is right.
#[derive(Debug)]
pub struct AwaitKe2 {
    device: Device,
    guess: Guess,
    statement: ApprovalStatement,
    psd2: bool,
}

impl Step for AwaitKe2 {
    type Next = PinProved;

    fn receive(self, response: &HttpResponse) -> Result<PinProved, AppError> {
        match self.guess.open(response, self.device.stretch()) {
            Ok(proved) => Ok(PinProved {
                device: self.device,
                statement: self.statement,
                proved,
            }),
            Err(AppError::WrongPin { tries_left }) if self.psd2 => {
                Err(AppError::NotAccepted { tries_left })
            }
            Err(error) => Err(error),
        }
    }
}

/// The PIN is right; what was shown can be signed.
#[derive(Clone)]
pub struct PinProved {
    device: Device,
    statement: ApprovalStatement,
    proved: Proved,
}

impl PinProved {
    /// What will be signed: exactly what was shown.
    pub const fn statement(&self) -> &ApprovalStatement {
        &self.statement
    }

    /// Signs what was shown, and hands it in.
    pub fn sign(self) -> Result<(HttpRequest, AwaitApproved), AppError> {
        let signature = self.device.dangerous_sign(&self.statement)?;
        Ok(self.dangerous_finish(&self.statement, &signature))
    }

    /// Hands in any statement with any signature: for tests of what a server refuses.
    pub fn dangerous_finish(
        &self,
        approval: &ApprovalStatement,
        signature: &[u8; SIGNATURE_LENGTH],
    ) -> (HttpRequest, AwaitApproved) {
        let body = json!({
            "exchange": self.proved.exchange,
            "ke3": base64url(self.proved.ke3),
            "approval": approval,
            "signature": base64url(signature),
        });
        let request = HttpRequest::post("/app/v1/requests/approve/finish", &body);
        (self.device.signed_in(request), AwaitApproved(()))
    }
}

impl fmt::Debug for PinProved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinProved(..)")
    }
}

/// Waits for the server to take the approval.
#[derive(Debug)]
pub struct AwaitApproved(());

impl Step for AwaitApproved {
    type Next = Approved;

    fn receive(self, response: &HttpResponse) -> Result<Approved, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            approved: bool,
            return_to: Option<String>,
        }
        match response.read()? {
            Answer {
                approved: true,
                return_to,
            } => Ok(Approved { return_to }),
            Answer {
                approved: false, ..
            } => Err(AppError::MalformedAnswer),
        }
    }
}

/// The server took the approval.
#[derive(Clone, PartialEq, Eq)]
pub struct Approved {
    /// Where to send the browser on the same device, where the request came by link (R-SIG-5).
    pub return_to: Option<String>,
}

impl fmt::Debug for Approved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Approved(..)")
    }
}

/// Why a holder rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectReason {
    /// They changed their mind.
    Abort,
    /// They did not begin this, and report it.
    NotMe,
}

impl RejectReason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Abort => "abort",
            Self::NotMe => "not_me",
        }
    }
}

/// Waits for the server to take the rejection.
#[derive(Debug)]
pub struct AwaitRejected(());

impl Step for AwaitRejected {
    type Next = Rejected;

    fn receive(self, response: &HttpResponse) -> Result<Rejected, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            rejected: bool,
            return_to: Option<String>,
        }
        match response.read()? {
            Answer {
                rejected: true,
                return_to,
            } => Ok(Rejected { return_to }),
            Answer {
                rejected: false, ..
            } => Err(AppError::MalformedAnswer),
        }
    }
}

/// The server took the rejection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Where to send the browser on the same device, where the request came by link.
    pub return_to: Option<String>,
}
