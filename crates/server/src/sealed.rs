//! What travels through browsers, apps and services as sealed text: only what the other side must bring back, and only for a while.
//!
//! Each kind is bound to its own purpose, so one can never be taken for another, and none shows whose it is.

use authn::statement::ApprovalStatement;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{
    ActivationId, AuthenticatorId, ChipReadingId, DeskCaseId, EnrolmentId, IdentityId, SignInId,
};
use domain::sign_in::{Action, Channel};
use jiff::Timestamp;
use oidc::authorize::CheckedAuthorizeRequest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::sealing::SealingKey;

use crate::error::Fault;

/// Something that travels sealed.
pub trait Travels: Serialize + DeserializeOwned {
    /// What it is for; no two kinds share one.
    const PURPOSE: &'static str;
}

/// Seals a value into base64url text.
pub fn seal<V: Travels>(key: &SealingKey, value: &V) -> Result<String, Fault> {
    let plain = zeroize::Zeroizing::new(postcard::to_allocvec(value).map_err(|_| Fault::Sealing)?);
    let sealed = key
        .seal(V::PURPOSE.as_bytes(), &plain)
        .map_err(|_| Fault::Sealing)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// Opens a sealed text, or nothing: not ours, altered, or of another kind.
pub fn open<V: Travels>(key: &SealingKey, text: &str) -> Option<V> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let plain = key.open(V::PURPOSE.as_bytes(), &sealed).ok()?;
    postcard::from_bytes(&plain).ok()
}

/// Times as microseconds, as the store keeps them.
mod micros {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.as_microsecond().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        Timestamp::from_microsecond(i64::deserialize(deserializer)?)
            .map_err(serde::de::Error::custom)
    }
}

/// An authorization request on its way through the page that asks for the user ID.
#[derive(Serialize, Deserialize)]
pub struct Begin {
    /// The request, checked.
    pub request: CheckedAuthorizeRequest,
    /// The browser that it is bound to.
    pub browser: BrowserHash,
    /// When the page was made.
    #[serde(with = "micros")]
    pub at: Timestamp,
}
impl Travels for Begin {
    const PURPOSE: &'static str = "begin";
}

/// SHA-256 of a browser's cookie, cut to 16 bytes (R-SIG-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BrowserHash([u8; 16]);

impl BrowserHash {
    /// Of a cookie.
    pub fn of(cookie: &str) -> Self {
        let mut hash = [0; 16];
        hash.copy_from_slice(&crate::random::digest(cookie.as_bytes())[..16]);
        Self(hash)
    }
}

/// A sign-in, as its browser carries it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Wait {
    /// Whose user ID was typed, or a decoy (R-UID-2).
    pub identity: IdentityId,
    /// Which sign-in.
    pub sign_in: SignInId,
    /// The service.
    pub service: String,
    /// The browser that began.
    pub browser: BrowserHash,
    /// When it began.
    #[serde(with = "micros")]
    pub begun_at: Timestamp,
    /// When it is too late.
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
impl Travels for Wait {
    const PURPOSE: &'static str = "wait";
}

/// What "Open the app" on the same device hands to the app (R-SIG-4).
#[derive(Serialize, Deserialize)]
pub struct Link {
    /// Which sign-in.
    pub sign_in: SignInId,
    /// The waiting page to come back to, sealed itself.
    pub back: String,
}
impl Travels for Link {
    const PURPOSE: &'static str = "link";
}

/// A request that an app has found.
#[derive(Serialize, Deserialize)]
pub struct Claim {
    /// By which app.
    pub authenticator: AuthenticatorId,
    /// Which sign-in.
    pub sign_in: SignInId,
    /// How it was found.
    pub channel: Channel,
    /// Nothing may tell which factor failed (R-SIG-7).
    pub psd2: bool,
    /// What was shown, from the server's own record: just this must be signed (R-SIG-2).
    pub statement: ApprovalStatement,
    /// The waiting page to come back to, when it was found by link.
    pub back: Option<String>,
}
impl Travels for Claim {
    const PURPOSE: &'static str = "claim";
}

/// A PIN exchange between KE2 and KE3.
#[derive(Serialize, Deserialize)]
pub struct Exchange {
    /// Whose.
    pub identity: IdentityId,
    /// By which app.
    pub authenticator: AuthenticatorId,
    /// The pending OPAQUE login.
    pub pending: Vec<u8>,
    /// The app's device key, so that its signature is verified before the database is asked.
    pub device_key: Vec<u8>,
    /// What the PIN is given for: a claim, or to open the app.
    pub claim: Option<Claim>,
    /// When it is too late.
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
impl Travels for Exchange {
    const PURPOSE: &'static str = "exchange";
}

/// An app that was opened with the PIN.
#[derive(Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub identity: IdentityId,
    /// Which app.
    pub authenticator: AuthenticatorId,
    /// Until when.
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
impl Travels for Session {
    const PURPOSE: &'static str = "session";
}

/// An activation that may go on to the PIN.
#[derive(Serialize, Deserialize)]
pub struct Activating {
    /// Whose.
    pub identity: IdentityId,
    /// What allows it, and is used up by it.
    pub source: ActivationSource,
    /// What the new app will be called.
    pub authenticator: AuthenticatorId,
    /// When it is too late.
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
/// What allows an app to be activated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActivationSource {
    /// Two codes that were right (R-AUT-5).
    Codes(ActivationId),
    /// An enrolment, on the device that goes on with it (R-ENR-1).
    Enrolment {
        /// Which.
        enrolment: EnrolmentId,
        /// Which device.
        seat: u32,
    },
}
impl Travels for Activating {
    const PURPOSE: &'static str = "activating";
}

/// Whoever holds it began a reading of a document's chip.
#[derive(Serialize, Deserialize)]
pub struct ChipReadingOwner {
    /// Which.
    pub reading: ChipReadingId,
    /// When it is over.
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
impl Travels for ChipReadingOwner {
    const PURPOSE: &'static str = "chip reading owner";
}

/// A device that goes on with an enrolment. Whether it is still its turn, and until when, the row says.
#[derive(Serialize, Deserialize)]
pub struct EnrolmentOwner {
    /// Which.
    pub enrolment: EnrolmentId,
    /// Which device: 0 began.
    pub seat: u32,
}
impl Travels for EnrolmentOwner {
    const PURPOSE: &'static str = "enrolment owner";
}

/// What a face was asked to do, with the random name under which the row knows it.
#[derive(Serialize, Deserialize)]
pub struct FaceChallenged {
    /// For which enrolment.
    pub enrolment: EnrolmentId,
    /// What was asked for, in order.
    pub steps: Vec<domain::proofing::FaceStep>,
    /// Names it.
    pub nonce: [u8; 16],
    /// When it is too late.
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
impl Travels for FaceChallenged {
    const PURPOSE: &'static str = "face challenge";
}

/// The code by which another device goes on, as it is scanned.
#[derive(Serialize, Deserialize)]
pub struct ContinueLink {
    /// As it is typed.
    pub code: String,
}
impl Travels for ContinueLink {
    const PURPOSE: &'static str = "continue link";
}

/// An authorization code.
#[derive(Serialize, Deserialize)]
pub struct Code {
    /// Whose.
    pub identity: IdentityId,
    /// Which sign-in.
    pub sign_in: SignInId,
    /// When it was given to the browser.
    #[serde(with = "micros")]
    pub issued_at: Timestamp,
}
impl Travels for Code {
    const PURPOSE: &'static str = "code";
}

/// An access token for userinfo. It rests on its sign-in, which a revocation ends.
#[derive(Serialize, Deserialize)]
pub struct AccessToken {
    /// Whose.
    pub identity: IdentityId,
    /// Which sign-in.
    pub sign_in: SignInId,
    /// The service that it was given to.
    pub client_id: String,
    /// When it was given.
    #[serde(with = "micros")]
    pub issued_at: Timestamp,
    /// When it ends.
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
impl Travels for AccessToken {
    const PURPOSE: &'static str = "access token";
}

/// The identities that have completed a sign-in in a browser, newest last (R-SIG-3).
#[derive(Default, Serialize, Deserialize)]
pub struct KnownIn {
    /// The browser's own hash, so the cookie is worth nothing in another.
    pub browser: BrowserHash,
    /// Whose.
    pub identities: Vec<IdentityId>,
}
impl Travels for KnownIn {
    const PURPOSE: &'static str = "known in";
}

/// An official at the desk, as their browser carries it. What they may do is read anew each time.
#[derive(Serialize, Deserialize)]
pub struct DeskSession {
    /// Whose.
    pub identity: IdentityId,
    /// Which sign-in; signing out uses it up.
    pub sign_in: SignInId,
    /// When the official approved it.
    #[serde(with = "micros")]
    pub signed_in_at: Timestamp,
}
impl Travels for DeskSession {
    const PURPOSE: &'static str = "desk session";
}

/// A browser on its way from the desk to its sign-in and back.
#[derive(Serialize, Deserialize)]
pub struct DeskVisit {
    /// `state` (RFC 6749 section 4.1.1): the answer must bring it.
    pub state: String,
    /// `nonce` (OpenID Connect Core section 3.1.2.1).
    pub nonce: String,
    /// The PKCE verifier (RFC 7636).
    pub verifier: String,
    /// When it began.
    #[serde(with = "micros")]
    pub at: Timestamp,
    /// Where to go with the answer: a path of the desk.
    pub back: String,
    /// What the app is to show: what was approved is compared with it, since the request goes through the browser (R-SIG-2).
    pub action: Action,
    /// The same for the reference text.
    pub reference_text: String,
    /// For whom the person vouches who signs in; nothing where an official does.
    pub witness_in: Option<DeskCaseId>,
}
impl Travels for DeskVisit {
    const PURPOSE: &'static str = "desk visit";
}

/// The person's side of a case at the desk.
#[derive(Serialize, Deserialize)]
pub struct DeskCustomer {
    /// Which case.
    pub case: DeskCaseId,
    /// Until when the link leads there.
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
impl Travels for DeskCustomer {
    const PURPOSE: &'static str = "desk customer";
}
