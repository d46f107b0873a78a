//! Getting an identity (`docs/app-protocol.md`, "The enrolment protocol"): from nothing to an active app, at home or for somebody who is helped.
//!
//! As everywhere here, each step gives a request and a state that waits for its answer. The chip itself is carried by [`crate::relay`].

use std::fmt;

use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::activation::AwaitActivation;
use crate::ke2::base64url;
use crate::relay::{AwaitChipReading, ChipAccess};
use crate::session::percent_encoded;
use crate::{AppError, HttpRequest, HttpResponse, Step};

/// By which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// For whoever holds this device (R-DOC-6).
    Home,
    /// For somebody else, who is here (R-HLP-1).
    Helper,
}

/// An enrolment, on the device that goes on with it.
#[derive(Clone)]
pub struct Enrolment {
    owner: Zeroizing<String>,
}

impl Enrolment {
    /// Begins one.
    pub fn begin(way: Way) -> (HttpRequest, AwaitEnrolment) {
        let way = match way {
            Way::Home => "home",
            Way::Helper => "helper",
        };
        let request = HttpRequest::post("/enrol/v1/enrolments", &json!({ "way": way }));
        (request, AwaitEnrolment(()))
    }

    /// Goes on with one that another device or an official began, by the code as it was typed.
    pub fn go_on_by_code(code: &str) -> (HttpRequest, AwaitEnrolment) {
        let request = HttpRequest::post("/enrol/v1/continue", &json!({ "code": code }));
        (request, AwaitEnrolment(()))
    }

    /// The same, by what stands after `#continue=` in the link that was scanned.
    pub fn go_on_by_link(link: &str) -> (HttpRequest, AwaitEnrolment) {
        let request = HttpRequest::post("/enrol/v1/continue", &json!({ "link": link }));
        (request, AwaitEnrolment(()))
    }

    /// Takes up one that this device had stored.
    pub fn resume(owner: String) -> Self {
        Self {
            owner: owner.into(),
        }
    }

    /// What to store, so that it can be taken up again. It is a secret.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Asks where it stands.
    pub fn look(&self) -> (HttpRequest, AwaitEnrolmentShown) {
        let request = HttpRequest::get("/enrol/v1/enrolments");
        (self.owned(request), AwaitEnrolmentShown(()))
    }

    /// Begins to have the document's chip read.
    pub fn read_chip(&self, access: ChipAccess<'_>) -> (HttpRequest, AwaitChipReading) {
        let request = HttpRequest::post("/enrol/v1/enrolments/chip", &access.body());
        (self.owned(request), AwaitChipReading(()))
    }

    /// Asks in which poses the face is to be shown.
    pub fn face_challenge(&self) -> (HttpRequest, AwaitFaceChallenge) {
        let request = HttpRequest::post("/enrol/v1/enrolments/face/challenge", &json!({}));
        (self.owned(request), AwaitFaceChallenge(()))
    }

    /// Shows the face: a JPEG for each step, in the challenge's order.
    pub fn show_face(
        &self,
        challenge: &FaceChallenge,
        pictures: &[Vec<u8>],
    ) -> (HttpRequest, AwaitFaceOutcome) {
        let pictures: Vec<_> = challenge
            .steps
            .iter()
            .zip(pictures)
            .map(|(step, jpeg)| json!({ "step": step.step, "jpeg": base64url(jpeg) }))
            .collect();
        let body = json!({ "challenge": challenge.challenge, "pictures": pictures });
        let request = HttpRequest::post("/enrol/v1/enrolments/face", &body);
        (self.owned(request), AwaitFaceOutcome(()))
    }

    /// Gives it to another device: shown once, and a helper's device is out from then on (R-HLP-1).
    pub fn hand_over(&self) -> (HttpRequest, AwaitHandedOver) {
        let request = HttpRequest::post("/enrol/v1/enrolments/hand-over", &json!({}));
        (self.owned(request), AwaitHandedOver(()))
    }

    /// Brings the CPR number or P code.
    pub fn number(&self, number: &str) -> (HttpRequest, AwaitEnrolmentShown) {
        let body = json!({ "number": number });
        let request = HttpRequest::post("/enrol/v1/enrolments/number", &body);
        (self.owned(request), AwaitEnrolmentShown(()))
    }

    /// Asks whether a user ID can be had.
    pub fn check_user_id(&self, user_id: &str) -> (HttpRequest, AwaitUserIdChecked) {
        let path = format!(
            "/enrol/v1/enrolments/user-id?user_id={}",
            percent_encoded(user_id)
        );
        (self.owned(HttpRequest::get(&path)), AwaitUserIdChecked(()))
    }

    /// Chooses the user ID and says where the person is reached; then the PIN.
    pub fn choose(
        &self,
        user_id: &str,
        phone: &str,
        email: Option<&str>,
    ) -> (HttpRequest, AwaitActivation) {
        let body = json!({ "user_id": user_id, "phone": phone, "email": email });
        let request = HttpRequest::post("/enrol/v1/enrolments/user-id", &body);
        (self.owned(request), AwaitActivation(()))
    }

    /// Activates an app for the identity that is there; then the PIN.
    pub fn app(&self) -> (HttpRequest, AwaitActivation) {
        let request = HttpRequest::post("/enrol/v1/enrolments/app", &json!({}));
        (self.owned(request), AwaitActivation(()))
    }

    fn owned(&self, request: HttpRequest) -> HttpRequest {
        request.with_header("authorization", format!("Segl-Enrolment {}", *self.owner))
    }
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Enrolment(..)")
    }
}

/// Waits for an enrolment to be this device's.
#[derive(Debug)]
pub struct AwaitEnrolment(());

impl Step for AwaitEnrolment {
    type Next = Enrolment;

    fn receive(self, response: &HttpResponse) -> Result<Enrolment, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            owner: String,
        }
        let Answer { owner } = response.read()?;
        Ok(Enrolment::resume(owner))
    }
}

/// Waits to hear where an enrolment stands.
#[derive(Debug)]
pub struct AwaitEnrolmentShown(());

impl Step for AwaitEnrolmentShown {
    type Next = EnrolmentShown;

    fn receive(self, response: &HttpResponse) -> Result<EnrolmentShown, AppError> {
        response.read()
    }
}

/// Where an enrolment stands, as this device may know it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct EnrolmentShown {
    /// `home`, `helper` or `desk`.
    pub way: String,
    /// Such as `document`, `face`, `number`.
    pub state: String,
    /// When it is over; nothing once another device has it.
    pub expires_at: Option<String>,
    /// What was read, on the person's own device and as long as it is kept.
    pub document: Option<DocumentShown>,
    /// Why it came to nothing.
    pub refusal: Option<Refusal>,
    /// The person had an identity before (R-PER-1).
    pub has_identity: bool,
    /// The user ID of the identity, once there is one.
    pub user_id: Option<String>,
    /// Numbers that may still be tried.
    pub number_tries_left: u32,
}

impl fmt::Debug for EnrolmentShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnrolmentShown")
            .field("way", &self.way)
            .field("state", &self.state)
            .field("refusal", &self.refusal)
            .finish_non_exhaustive()
    }
}

/// What was read of a document.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct DocumentShown {
    /// `passport`, `id_card` or `other`.
    pub kind: String,
    /// Given names, then the family name, as the zone has them.
    pub name: String,
    /// `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// The state's code.
    pub nationality: String,
    /// The last of the document's number.
    pub document_number_tail: String,
    /// `YYYY-MM-DD`.
    pub expiry: Option<String>,
    /// A `data:` address.
    pub portrait: Option<String>,
}

impl fmt::Debug for DocumentShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentShown(..)")
    }
}

/// Why an enrolment came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refusal {
    /// The rule that decided.
    pub rule: String,
    /// Its name in the protocol.
    pub code: String,
    /// With `too_young`: from which day.
    pub from: Option<String>,
}

/// Waits to hear in which poses the face is to be shown.
#[derive(Debug)]
pub struct AwaitFaceChallenge(());

impl Step for AwaitFaceChallenge {
    type Next = FaceChallenge;

    fn receive(self, response: &HttpResponse) -> Result<FaceChallenge, AppError> {
        response.read()
    }
}

/// In which poses the face is to be shown.
#[derive(Debug, Clone, Deserialize)]
pub struct FaceChallenge {
    challenge: String,
    /// In this order.
    pub steps: Vec<FaceStep>,
}

/// A pose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FaceStep {
    /// Such as `straight`, `turn_left`, `approach`.
    pub step: String,
}

/// Waits to hear what came of the face.
#[derive(Debug)]
pub struct AwaitFaceOutcome(());

impl Step for AwaitFaceOutcome {
    type Next = FaceOutcome;

    fn receive(self, response: &HttpResponse) -> Result<FaceOutcome, AppError> {
        response.read()
    }
}

/// What came of the face.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FaceOutcome {
    /// `proved`, `to_official` or `again`.
    pub outcome: String,
    /// What was wrong with the pictures.
    pub why: Vec<String>,
}

/// Waits for the code for another device.
#[derive(Debug)]
pub struct AwaitHandedOver(());

impl Step for AwaitHandedOver {
    type Next = HandedOver;

    fn receive(self, response: &HttpResponse) -> Result<HandedOver, AppError> {
        response.read()
    }
}

/// By which another device goes on: to be shown once, and kept nowhere.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct HandedOver {
    /// To be typed.
    pub code: String,
    /// For a QR code.
    pub link: String,
}

impl fmt::Debug for HandedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandedOver(..)")
    }
}

/// Waits to hear whether a user ID can be had.
#[derive(Debug)]
pub struct AwaitUserIdChecked(());

impl Step for AwaitUserIdChecked {
    type Next = UserIdChecked;

    fn receive(self, response: &HttpResponse) -> Result<UserIdChecked, AppError> {
        response.read()
    }
}

/// Whether a user ID can be had.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserIdChecked {
    /// Nobody has it, and it follows R-UID-1.
    pub free: bool,
    /// Which part of R-UID-1 it breaks, or `taken`.
    pub why: Option<String>,
}
