//! What services are told about a person and a sign-in (R-SVC-1, R-SVC-2, R-SVC-7).

mod date;
mod id_token;
mod subject;
mod userinfo;

pub use date::Date;
pub use id_token::{ID_TOKEN_LIFETIME, IdToken, token_hash};
pub use subject::{SubjectKey, pairwise_subject, transient_subject};
pub use userinfo::{PROTECTED_NAME, Userinfo, userinfo_token};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{client::Client, level::Level, scope::ScopeSet};

/// Everything that the claims are made from: what the system knows, before deciding who is told what. The server keeps it,
/// sealed, from the approval until the userinfo request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The identity's own UUID (`mitid.uuid`).
    pub identity_uuid: Uuid,
    /// This sign-in.
    pub transaction_id: Uuid,
    /// The service's session with us (`sid`).
    pub session_id: Uuid,
    /// When the person approved, in unix seconds.
    pub auth_time: i64,
    /// Until when the service may make sessions from it, in unix seconds.
    pub session_expiry: i64,
    /// What the person used.
    pub amr: Vec<Amr>,
    /// How well the identity is proven.
    pub ial: Level,
    /// How strong the authenticators were.
    pub aal: Level,
    /// When the person was born.
    pub birth_date: Date,
    /// The full name.
    pub name: String,
    /// Whether name and address are under protection (R-CPR-3).
    pub name_protected: bool,
    /// Whether the person has a CPR number rather than a P code (R-PER-4).
    pub has_cpr: bool,
    /// The CPR number, ten digits, if this service is to have it (R-SVC-3): the server decides, and the scope `ssn` must
    /// be there as well.
    pub cpr: Option<String>,
    /// Whether the sign-in told nobody which factor failed (R-SIG-7).
    pub psd2: bool,
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Facts(..)")
    }
}

impl Facts {
    /// LoA = min(IAL, AAL) (R-AUT-2).
    pub fn loa(&self) -> Level {
        self.ial.min(self.aal)
    }
}

/// `amr` (R-AUT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amr {
    /// The app.
    CodeApp,
    /// The app with a hardware-held, attested key. The dialect spells it so.
    #[serde(rename = "code_app_enchanced")]
    CodeAppEnhanced,
    /// The code display.
    CodeToken,
    /// The audio code reader.
    CodeReader,
    /// The chip.
    U2fToken,
    /// The password.
    Password,
}

/// Whom the claims are for.
#[derive(Clone, Copy)]
pub struct Recipient<'r> {
    /// Who tells: our issuer.
    pub issuer: &'r str,
    /// The service.
    pub client: &'r Client,
    /// What it may know: the scopes of the checked request.
    pub scope: &'r ScopeSet,
    /// What `sub` is derived with.
    pub subject_key: &'r SubjectKey,
}

impl Recipient<'_> {
    /// The `sub` for this service: the same for a whole organisation (R-SVC-2), or new for every sign-in when the service
    /// asked not to know who it is.
    pub fn subject(&self, facts: &Facts) -> Uuid {
        if self.scope.identifies() {
            pairwise_subject(
                self.subject_key,
                &self.client.organisation.id,
                facts.identity_uuid,
            )
        } else {
            transient_subject(
                self.subject_key,
                &self.client.client_id,
                facts.transaction_id,
            )
        }
    }
}
