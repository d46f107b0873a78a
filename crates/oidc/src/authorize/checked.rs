//! An authorization request that passed every check.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    address::ReturnAddress,
    idp_params::{ActionText, MitidParams},
};
use crate::{
    client::Client,
    level::{Level, RequiredAssurance},
    pkce::CodeChallenge,
    scope::ScopeSet,
    token::CodeBinding,
};

/// What a service may ask of us, and did. Only [`super::AuthorizeRequest::check`] makes one; it can be serialised, in a
/// format without names too, to be sealed and read back. Reading one back repeats no check, so read only what was sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedAuthorizeRequest {
    client_id: String,
    address: ReturnAddress,
    pub(super) scope: ScopeSet,
    pub(super) nonce: Option<String>,
    pub(super) code_challenge: Option<CodeChallenge>,
    pub(super) prompt: Vec<Prompt>,
    pub(super) max_age: Option<u32>,
    pub(super) login_hint: Option<String>,
    pub(super) language: Option<Language>,
    pub(super) acr: Option<Level>,
    pub(super) idp_values: Vec<Idp>,
    pub(super) mitid: Option<MitidParams>,
}

/// A value of `prompt`, other than `none`. None of them changes anything: every sign-in is approved anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Sign in again.
    Login,
    /// Ask for consent again.
    Consent,
    /// Let the person choose who they are.
    SelectAccount,
}

/// A language of the dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Danish.
    Da,
    /// English.
    En,
    /// Greenlandic.
    Kl,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Da, Self::En, Self::Kl];

    /// The primary language subtag (BCP 47).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Da => "da",
            Self::En => "en",
            Self::Kl => "kl",
        }
    }

    /// The language of a tag such as `da` or `en-GB`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.as_str().eq_ignore_ascii_case(primary))
    }
}

/// A value of `idp_values`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idp {
    /// The private identity.
    Mitid,
    /// The identity for work.
    MitidErhverv,
}

impl Idp {
    /// The value of `idp_values` and of the claim `idp`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mitid => "mitid",
            Self::MitidErhverv => "mitid_erhverv",
        }
    }
}

impl CheckedAuthorizeRequest {
    pub(super) fn begun(client: &Client, address: ReturnAddress) -> Self {
        Self {
            client_id: client.client_id.clone(),
            address,
            scope: ScopeSet::default(),
            nonce: None,
            code_challenge: None,
            prompt: Vec::new(),
            max_age: None,
            login_hint: None,
            language: None,
            acr: None,
            idp_values: Vec::new(),
            mitid: None,
        }
    }

    /// The service.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Where the answer goes, whatever it is.
    pub fn address(&self) -> &ReturnAddress {
        &self.address
    }

    /// What it asks for; always with `openid`.
    pub fn scope(&self) -> &ScopeSet {
        &self.scope
    }

    /// The nonce, for the ID token.
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// The proof key.
    pub fn code_challenge(&self) -> Option<&CodeChallenge> {
        self.code_challenge.as_ref()
    }

    /// The values of `prompt`.
    pub fn prompt(&self) -> &[Prompt] {
        &self.prompt
    }

    /// How old a sign-in may be, in seconds. Always met.
    pub fn max_age(&self) -> Option<u32> {
        self.max_age
    }

    /// Who the service thinks the person is: something to put into the user ID field.
    pub fn login_hint(&self) -> Option<&str> {
        self.login_hint.as_deref()
    }

    /// The language of the pages: `language`, else the first of `ui_locales` that there is.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// The identity providers to choose from, in order of preference; never empty.
    pub fn idp_values(&self) -> &[Idp] {
        if self.idp_values.is_empty() {
            &[Idp::Mitid]
        } else {
            &self.idp_values
        }
    }

    /// How sure the service wants to be: what `idp_params` says, else `acr_values`, else Low's authenticator for an age
    /// check, else Substantial.
    pub fn required_assurance(&self) -> RequiredAssurance {
        let said = self.mitid.as_ref().and_then(|mitid| mitid.required);
        said.or(self.acr.map(RequiredAssurance::Loa))
            .unwrap_or(if self.has_age_check_defaults() {
                RequiredAssurance::Aal(Level::Low)
            } else {
                RequiredAssurance::default()
            })
    }

    /// What the person is asked to do.
    pub fn action_text(&self) -> ActionText {
        match &self.mitid {
            Some(mitid) => mitid.action_text,
            None if self.has_age_check_defaults() => ActionText::Confirm,
            None => ActionText::default(),
        }
    }

    /// What is approved, as the person will read it.
    pub fn reference_text(&self) -> Option<&str> {
        self.mitid.as_ref()?.reference_text.as_deref()
    }

    /// Whether the dialect's defaults for an age check hold: exactly `openid minimal age_verify:NN` and no `idp_params`. The server
    /// then writes a reference text in the person's language.
    pub fn has_age_check_defaults(&self) -> bool {
        self.mitid.is_none() && self.scope.is_age_check()
    }

    /// The checked `idp_params.mitid`, if `idp_params` came at all.
    pub fn mitid_params(&self) -> Option<&MitidParams> {
        self.mitid.as_ref()
    }

    /// Whether nothing may tell which factor failed (R-SIG-7).
    pub fn require_psd2(&self) -> bool {
        self.mitid.as_ref().is_some_and(|mitid| mitid.require_psd2)
    }

    /// What a code for this request is bound to.
    pub fn code_binding(&self) -> CodeBinding {
        CodeBinding {
            client_id: self.client_id.clone(),
            redirect_uri: self.address.redirect_uri().to_owned(),
            code_challenge: self.code_challenge.clone(),
        }
    }
}

impl fmt::Debug for CheckedAuthorizeRequest {
    /// Without the hints and texts, which may be about a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedAuthorizeRequest")
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .field("mitid", &self.mitid)
            .finish_non_exhaustive()
    }
}
