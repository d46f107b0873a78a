//! The holder's own pages in the app, which want the PIN first.

use std::fmt::{self, Write as _};

use authn::randomness::{CryptoRng, RngCore};
use domain::pin::Pin;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use zeroize::Zeroizing;

use crate::ke2::{Guess, Proved, base64url};
use crate::{AppError, Device, HttpRequest, HttpResponse, Step};

impl Device {
    /// Begins to open the app. The server counts the guess before it answers (R-AUT-9).
    pub fn unlock(
        &self,
        pin: &Pin,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(HttpRequest, AwaitUnlockKe2), AppError> {
        let (guess, ke1) = Guess::start(rng, pin)?;
        let request = self.signed_in(HttpRequest::post(
            "/app/v1/unlock/start",
            &json!({ "ke1": ke1 }),
        ));
        Ok((
            request,
            AwaitUnlockKe2 {
                device: self.clone(),
                guess,
            },
        ))
    }
}

/// Waits for KE2, which shows whether the PIN is right.
#[derive(Debug)]
pub struct AwaitUnlockKe2 {
    device: Device,
    guess: Guess,
}

impl Step for AwaitUnlockKe2 {
    type Next = UnlockProved;

    fn receive(self, response: &HttpResponse) -> Result<UnlockProved, AppError> {
        let proved = self.guess.open(response, self.device.stretch())?;
        Ok(UnlockProved {
            device: self.device,
            proved,
        })
    }
}

/// The PIN is right; the app can be opened.
pub struct UnlockProved {
    device: Device,
    proved: Proved,
}

impl UnlockProved {
    /// Asks for a session.
    pub fn open(self) -> (HttpRequest, AwaitSession) {
        let body = json!({ "exchange": self.proved.exchange, "ke3": base64url(self.proved.ke3) });
        let request = self
            .device
            .signed_in(HttpRequest::post("/app/v1/unlock/finish", &body));
        (
            request,
            AwaitSession {
                device: self.device,
            },
        )
    }
}

impl fmt::Debug for UnlockProved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnlockProved(..)")
    }
}

/// Waits for a session.
#[derive(Debug)]
pub struct AwaitSession {
    device: Device,
}

impl Step for AwaitSession {
    type Next = Session;

    fn receive(self, response: &HttpResponse) -> Result<Session, AppError> {
        #[derive(Deserialize)]
        struct Answer {
            session: String,
        }
        let Answer { session } = response.read()?;
        Ok(Session {
            device: self.device,
            session: session.into(),
        })
    }
}

/// An app that its holder has opened, for 15 minutes.
#[derive(Clone)]
pub struct Session {
    device: Device,
    session: Zeroizing<String>,
}

impl Session {
    /// Asks who the holder is and which authenticators they have.
    pub fn me(&self) -> (HttpRequest, AwaitMe) {
        (self.signed_in(HttpRequest::get("/app/v1/me")), AwaitMe(()))
    }

    /// Asks for a page of the activity log (R-SIG-6): the newest, or what came before a cursor.
    pub fn activity(&self, before: Option<&str>) -> (HttpRequest, AwaitActivity) {
        let path = before.map_or_else(
            || "/app/v1/activity".to_owned(),
            |cursor| format!("/app/v1/activity?before={}", percent_encoded(cursor)),
        );
        (self.signed_in(HttpRequest::get(path)), AwaitActivity(()))
    }

    /// Changes settings.
    pub fn settings(&self, change: SettingsChange) -> (HttpRequest, AwaitSettings) {
        (
            self.signed_in(HttpRequest::post("/app/v1/settings", &json!(change))),
            AwaitSettings(()),
        )
    }

    /// Asks that this app stops being an authenticator.
    pub fn remove(self) -> (HttpRequest, AwaitRemoved) {
        (
            self.signed_in(HttpRequest::post("/app/v1/remove", &json!({}))),
            AwaitRemoved(()),
        )
    }

    fn signed_in(&self, request: HttpRequest) -> HttpRequest {
        self.device
            .signed_in(request)
            .with_header("segl-session", self.session.to_string())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(..)")
    }
}

/// RFC 3986, 2.1: all but unreserved characters.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Waits for [`Me`].
#[derive(Debug)]
pub struct AwaitMe(());

impl Step for AwaitMe {
    type Next = Me;

    fn receive(self, response: &HttpResponse) -> Result<Me, AppError> {
        response.read()
    }
}

/// The holder, as they see themselves.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Me {
    /// Their name.
    pub name: String,
    /// Their user ID.
    pub user_id: String,
    /// The assurance that this app reaches.
    pub assurance: String,
    /// Their authenticators.
    pub authenticators: Vec<AuthenticatorShown>,
    /// Whether to remind them to get a second one (R-AUT-3).
    pub remind_second_authenticator: bool,
    /// Their settings.
    pub settings: Settings,
}

impl fmt::Debug for Me {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Me(..)")
    }
}

/// An authenticator in [`Me`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AuthenticatorShown {
    /// Its id.
    pub id: String,
    /// Such as `app`.
    pub kind: String,
    /// As its holder named it.
    pub name: String,
    /// Such as `active` (R-AUT-4).
    pub state: String,
    /// Since when the holder has it.
    pub since: Timestamp,
    /// When it was last used, if ever.
    pub last_used: Option<Timestamp>,
    /// Whether it is the app that asks.
    pub this: bool,
}

/// The holder's settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Settings {
    /// Whether typed codes are taken (R-SIG-4).
    pub typed_code: TypedCode,
    /// With [`TypedCode::Waiting`]: from when they will be.
    pub typed_code_from: Option<Timestamp>,
    /// Whether the names of services are hidden in the log (R-SIG-6).
    pub hide_service_names: bool,
}

/// Whether typed codes are taken (R-SIG-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedCode {
    /// They are not.
    Off,
    /// The holder asked for it, and it has not taken effect.
    Waiting,
    /// They are.
    On,
}

/// Waits for a page of [`Activity`].
#[derive(Debug)]
pub struct AwaitActivity(());

impl Step for AwaitActivity {
    type Next = Activity;

    fn receive(self, response: &HttpResponse) -> Result<Activity, AppError> {
        response.read()
    }
}

/// A page of the activity log, newest first.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Activity {
    /// What happened.
    pub entries: Vec<Entry>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl fmt::Debug for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Activity(..)")
    }
}

/// A line of the activity log.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What, such as `sign_in_approved`.
    pub what: String,
    /// The service, unless there is none or its name is hidden (R-SIG-6).
    pub service: Option<String>,
    /// What the service asked, such as `APPROVE`.
    pub action: Option<String>,
    /// In the service's words, unless hidden.
    pub reference_text: Option<String>,
    /// The authenticator that took part.
    pub authenticator: Option<String>,
    /// How to show it, such as `used`.
    pub tone: String,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("at", &self.at)
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

/// What to change in the settings; what is `None` stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SettingsChange {
    /// Take typed codes, 60 minutes from now, or stop taking them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typed_code: Option<bool>,
    /// Hide the names of services in the log, or show them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hide_service_names: Option<bool>,
}

/// Waits for the new [`Settings`].
#[derive(Debug)]
pub struct AwaitSettings(());

impl Step for AwaitSettings {
    type Next = Settings;

    fn receive(self, response: &HttpResponse) -> Result<Settings, AppError> {
        response.read()
    }
}

/// Waits for the app to be removed.
#[derive(Debug)]
pub struct AwaitRemoved(());

impl Step for AwaitRemoved {
    type Next = ();

    fn receive(self, response: &HttpResponse) -> Result<(), AppError> {
        #[derive(Deserialize)]
        struct Answer {
            removed: bool,
        }
        let Answer { removed } = response.read()?;
        removed.then_some(()).ok_or(AppError::MalformedAnswer)
    }
}
