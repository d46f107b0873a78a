//! `idp_params`: what the dialect lets a service say about the sign-in itself (R-SVC-1).

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use uuid::Uuid;

use crate::{
    client::Client,
    json::Object,
    level::{Level, RequiredAssurance},
};

/// The longest reference text, in characters (R-SIG-2).
pub const MAX_REFERENCE_TEXT: usize = 130;

/// Base64 with the standard alphabet. Padding may be left out, as URL-encoding libraries do.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The checked members of `idp_params.mitid`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MitidParams {
    /// What is approved, as the person will read it. Absent when none was given.
    pub reference_text: Option<String>,
    /// What the person is asked to do.
    pub action_text: ActionText,
    /// How sure the service wants to be; nothing when it does not say.
    pub required: Option<RequiredAssurance>,
    /// The identity (its own UUID) that the service expects.
    pub uuid_hint: Option<Uuid>,
    /// Nothing may tell which factor failed (R-SIG-7).
    pub require_psd2: bool,
    /// Accepted and without effect: every sign-in is a fresh one.
    pub enable_step_up: bool,
    /// The service's own app, to which the person returns.
    pub app_switch: Option<AppSwitch>,
}

impl std::fmt::Debug for MitidParams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MitidParams")
            .field("action_text", &self.action_text)
            .field("required", &self.required)
            .field("require_psd2", &self.require_psd2)
            .finish_non_exhaustive()
    }
}

/// `action_text` (R-SIG-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActionText {
    /// Log on, when nothing else is said.
    #[default]
    LogOn,
    /// Approve.
    Approve,
    /// Confirm.
    Confirm,
    /// Accept.
    Accept,
    /// Sign.
    Sign,
}

impl ActionText {
    /// Every action.
    pub const ALL: [Self; 5] = [
        Self::LogOn,
        Self::Approve,
        Self::Confirm,
        Self::Accept,
        Self::Sign,
    ];

    /// The value of `action_text`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LogOn => "LOG_ON",
            Self::Approve => "APPROVE",
            Self::Confirm => "CONFIRM",
            Self::Accept => "ACCEPT",
            Self::Sign => "SIGN",
        }
    }
}

/// Return to the service's app after approving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppSwitch {
    /// The phone's system.
    pub os: AppSwitchOs,
    /// One of the service's registered links.
    pub url: String,
}

/// `app_switch_os`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppSwitchOs {
    /// iOS.
    Ios,
    /// Android.
    Android,
}

/// `idp_params`: one member an identity provider.
#[derive(Deserialize)]
struct Providers {
    mitid: Option<Object<Sent>>,
}

/// `idp_params.mitid` as it is sent. A wrong type, an unknown value or an unknown member is refused: a service that thinks
/// it has said something must not be mistaken.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    reference_text: Option<String>,
    uuid_hint: Option<String>,
    cpr_hint: Option<IgnoredAny>,
    require_psd2: Option<bool>,
    loa_value: Option<Level>,
    aal_value: Option<Level>,
    enable_step_up: Option<bool>,
    action_text: Option<ActionText>,
    enable_app_switch: Option<bool>,
    app_switch_os: Option<AppSwitchOs>,
    app_switch_url: Option<String>,
}

impl MitidParams {
    /// Parses the JSON of `idp_params` in a plain request. Parameters of other identity providers are passed over.
    pub(super) fn parse(json: &str, client: &Client) -> Result<Self, IdpParamsFault> {
        let Object(Providers { mitid }) = serde_json::from_str(json).map_err(|error| {
            if error.is_data() && json.trim_start().starts_with('{') {
                IdpParamsFault::MemberInvalid
            } else {
                IdpParamsFault::NotAnObject
            }
        })?;
        let Some(Object(sent)) = mitid else {
            return Ok(Self::default());
        };
        if sent.cpr_hint.is_some() {
            return Err(IdpParamsFault::CprHintInPlain);
        }
        Ok(Self {
            app_switch: app_switch(&sent, client)?,
            reference_text: reference_text(sent.reference_text.as_deref())?,
            action_text: sent.action_text.unwrap_or_default(),
            required: sent
                .loa_value
                .map(RequiredAssurance::Loa)
                .or(sent.aal_value.map(RequiredAssurance::Aal)),
            uuid_hint: match sent.uuid_hint.as_deref() {
                Some(hint) => Some(uuid_hint(hint)?),
                None => None,
            },
            require_psd2: sent.require_psd2.unwrap_or_default(),
            enable_step_up: sent.enable_step_up.unwrap_or_default(),
        })
    }
}

fn reference_text(encoded: Option<&str>) -> Result<Option<String>, IdpParamsFault> {
    let Some(encoded) = encoded.filter(|encoded| !encoded.is_empty()) else {
        return Ok(None);
    };
    let bytes = BASE64
        .decode(encoded)
        .map_err(|_| IdpParamsFault::ReferenceTextNotBase64)?;
    let text = String::from_utf8(bytes).map_err(|_| IdpParamsFault::ReferenceTextNotUtf8)?;
    if text.chars().count() > MAX_REFERENCE_TEXT {
        return Err(IdpParamsFault::ReferenceTextTooLong);
    }
    if text.chars().any(deceives_the_eye) {
        return Err(IdpParamsFault::ReferenceTextDeceptive);
    }
    Ok(Some(text))
}

/// Characters that make a text look like another than the one that is signed: controls, and those that turn or hide the writing.
fn deceives_the_eye(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn uuid_hint(text: &str) -> Result<Uuid, IdpParamsFault> {
    Uuid::try_parse(text)
        .ok()
        .filter(|_| text.len() == 36)
        .ok_or(IdpParamsFault::UuidHintMalformed)
}

/// All three members or none (R-SVC-1), and a link that is registered, since a plain request could be anybody's.
fn app_switch(sent: &Sent, client: &Client) -> Result<Option<AppSwitch>, IdpParamsFault> {
    match (
        sent.enable_app_switch,
        sent.app_switch_os,
        &sent.app_switch_url,
    ) {
        (Some(false), _, _) | (None, None, None) => Ok(None),
        (Some(true), Some(os), Some(url)) => {
            if !client.app_switch_urls.contains(url) {
                return Err(IdpParamsFault::AppSwitchUrlNotRegistered);
            }
            Ok(Some(AppSwitch {
                os,
                url: url.clone(),
            }))
        }
        _ => Err(IdpParamsFault::AppSwitchIncomplete),
    }
}

/// Why `idp_params` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdpParamsFault {
    /// Not a JSON object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// A member of `mitid` is unknown, of a wrong type, or has a value outside its list.
    #[error("a member of mitid is unknown or has an invalid value")]
    MemberInvalid,
    /// A CPR number in a URL. It may come encrypted or from server to server only.
    #[error("cpr_hint is not allowed in a plain request")]
    CprHintInPlain,
    /// Not base64.
    #[error("reference_text is not base64")]
    ReferenceTextNotBase64,
    /// Decoded, not UTF-8.
    #[error("reference_text is not UTF-8")]
    ReferenceTextNotUtf8,
    /// More than [`MAX_REFERENCE_TEXT`] characters.
    #[error("reference_text is longer than 130 characters")]
    ReferenceTextTooLong,
    /// Control characters or ones that turn or hide the writing.
    #[error("reference_text has characters that are not shown as they are")]
    ReferenceTextDeceptive,
    /// Not a UUID with hyphens.
    #[error("uuid_hint is not a UUID")]
    UuidHintMalformed,
    /// One or two of three members.
    #[error("enable_app_switch, app_switch_os and app_switch_url are needed together")]
    AppSwitchIncomplete,
    /// Not one of the service's.
    #[error("app_switch_url is not registered for this service")]
    AppSwitchUrlNotRegistered,
}
