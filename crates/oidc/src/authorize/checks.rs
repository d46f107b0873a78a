//! The checks of an authorization request, in order. Each reads its own parameters and fills in its own part.

use super::{
    address::{MAX_STATE, ResponseMode},
    checked::{CheckedAuthorizeRequest, Idp, Language, Prompt},
    fault::{OwnPageFault, Refusal, Stop},
    idp_params::MitidParams,
};
use crate::{
    client::{Client, GrantType},
    form::Form,
    level::Level,
    pkce::CodeChallenge,
    scope::{Scope, ScopeSet},
};

/// The longest nonce, in bytes. Our own number.
const MAX_NONCE: usize = 512;
/// The longest login hint, in bytes. Our own number.
const MAX_LOGIN_HINT: usize = 256;

type Check = fn(&Form<'_>, &Client, &mut CheckedAuthorizeRequest) -> Result<(), Stop>;

/// What is checked once the address is known to be the service's, first things first. `prompt=none` comes last: it says
/// "nothing else was wrong, but a person is needed".
pub(super) const IN_ORDER: [Check; 17] = [
    no_parameter_is_repeated,
    response_mode_is_known,
    state_is_short,
    no_request_object,
    no_registration,
    grant_type_is_allowed,
    response_type_is_code,
    scope_is_allowed,
    proof_key_is_s256,
    nonce_is_there_if_demanded,
    max_age_is_a_number,
    login_hint_is_short,
    language_if_known,
    acr_if_known,
    idp_is_known,
    idp_params_are_valid,
    prompt_leaves_room_for_a_person,
];

fn no_parameter_is_repeated(
    form: &Form<'_>,
    _: &Client,
    _: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    match form.repeated() {
        Some(_) => Err(Refusal::ParameterRepeated.into()),
        None => Ok(()),
    }
}

fn response_mode_is_known(
    form: &Form<'_>,
    _: &Client,
    _: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    match form.get("response_mode").map(ResponseMode::from_name) {
        Some(None) => Err(Refusal::ResponseModeUnknown.into()),
        _ => Ok(()),
    }
}

fn state_is_short(
    form: &Form<'_>,
    _: &Client,
    _: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    match form.get("state") {
        Some(state) if state.len() > MAX_STATE => Err(Refusal::StateTooLong.into()),
        _ => Ok(()),
    }
}

fn no_request_object(
    form: &Form<'_>,
    _: &Client,
    _: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    if form.get("request").is_some() {
        return Err(Refusal::RequestNotSupported.into());
    }
    match form.get("request_uri") {
        Some(_) => Err(Refusal::RequestUriNotSupported.into()),
        None => Ok(()),
    }
}

fn no_registration(
    form: &Form<'_>,
    _: &Client,
    _: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    match form.get("registration") {
        Some(_) => Err(Refusal::RegistrationNotSupported.into()),
        None => Ok(()),
    }
}

fn grant_type_is_allowed(
    _: &Form<'_>,
    client: &Client,
    _: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    if client.may_use(GrantType::AuthorizationCode) {
        Ok(())
    } else {
        Err(Refusal::GrantTypeNotAllowed.into())
    }
}

fn response_type_is_code(
    form: &Form<'_>,
    _: &Client,
    _: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    match form.get("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(Refusal::ResponseTypeNotSupported.into()),
        None => Err(Refusal::ResponseTypeMissing.into()),
    }
}

/// R-SVC-1: a scope that the service may not have fails the request, where OpenID Connect would pass over it.
fn scope_is_allowed(
    form: &Form<'_>,
    client: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let list = form.get("scope").ok_or(Refusal::ScopeMissing)?;
    let scope = ScopeSet::parse(list).map_err(Refusal::ScopeMalformed)?;
    if !scope.contains(&Scope::OpenId) {
        return Err(Refusal::ScopeWithoutOpenid.into());
    }
    if !scope.iter().all(|scope| client.may_have(scope)) {
        return Err(Refusal::ScopeNotAllowed.into());
    }
    draft.scope = scope;
    Ok(())
}

/// RFC 7636 section 4.4.1; a method that is left out means `plain`, which is refused.
fn proof_key_is_s256(
    form: &Form<'_>,
    client: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let method = form.get("code_challenge_method");
    let Some(challenge) = form.get("code_challenge") else {
        return if client.requires_pkce() || method.is_some() {
            Err(Refusal::CodeChallengeMissing.into())
        } else {
            Ok(())
        };
    };
    if method != Some("S256") {
        return Err(Refusal::CodeChallengeMethodNotSupported.into());
    }
    let challenge = CodeChallenge::parse(challenge).map_err(|_| Refusal::CodeChallengeMalformed)?;
    draft.code_challenge = Some(challenge);
    Ok(())
}

fn nonce_is_there_if_demanded(
    form: &Form<'_>,
    client: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let nonce = form.get("nonce");
    if nonce.is_none() && client.require_nonce {
        return Err(Refusal::NonceMissing.into());
    }
    if nonce.is_some_and(|nonce| nonce.len() > MAX_NONCE) {
        return Err(Refusal::NonceTooLong.into());
    }
    draft.nonce = nonce.map(str::to_owned);
    Ok(())
}

fn max_age_is_a_number(
    form: &Form<'_>,
    _: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let Some(text) = form.get("max_age") else {
        return Ok(());
    };
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::MaxAgeMalformed.into());
    }
    draft.max_age = Some(text.parse().map_err(|_| Refusal::MaxAgeMalformed)?);
    Ok(())
}

fn login_hint_is_short(
    form: &Form<'_>,
    _: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let hint = form.get("login_hint");
    if hint.is_some_and(|hint| hint.len() > MAX_LOGIN_HINT) {
        return Err(Refusal::LoginHintTooLong.into());
    }
    draft.login_hint = hint.map(str::to_owned);
    Ok(())
}

/// A language that there is not is no reason to refuse anybody (OpenID Connect Core section 3.1.2.1).
#[expect(clippy::unnecessary_wraps, reason = "it stands in the table of checks")]
fn language_if_known(
    form: &Form<'_>,
    _: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let tags = |name| form.get(name).unwrap_or_default().split(' ');
    draft.language = tags("language")
        .chain(tags("ui_locales"))
        .find_map(Language::from_tag);
    Ok(())
}

/// The weakest level of `acr_values` that is known: the list is voluntary, so any of it will do.
#[expect(clippy::unnecessary_wraps, reason = "it stands in the table of checks")]
fn acr_if_known(
    form: &Form<'_>,
    _: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let values = form.get("acr_values").unwrap_or_default().split(' ');
    draft.acr = values.filter_map(Level::from_uri).min();
    Ok(())
}

/// The dialect keeps an unknown identity provider on our own page.
fn idp_is_known(
    form: &Form<'_>,
    _: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let values = form.get("idp_values").unwrap_or_default().split(' ');
    for value in values.filter(|value| !value.is_empty()) {
        let idp = match value {
            "mitid" => Idp::Mitid,
            "mitid_erhverv" => Idp::MitidErhverv,
            _ => return Err(Stop::OwnPage(OwnPageFault::IdpUnknown)),
        };
        if !draft.idp_values.contains(&idp) {
            draft.idp_values.push(idp);
        }
    }
    Ok(())
}

fn idp_params_are_valid(
    form: &Form<'_>,
    client: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    if let Some(json) = form.get("idp_params") {
        draft.mitid = Some(MitidParams::parse(json, client).map_err(Refusal::IdpParams)?);
    }
    Ok(())
}

fn prompt_leaves_room_for_a_person(
    form: &Form<'_>,
    _: &Client,
    draft: &mut CheckedAuthorizeRequest,
) -> Result<(), Stop> {
    let values = form.get("prompt").unwrap_or_default().split(' ');
    let mut none = false;
    for value in values.filter(|value| !value.is_empty()) {
        let prompt = match value {
            "none" => {
                none = true;
                continue;
            }
            "login" => Prompt::Login,
            "consent" => Prompt::Consent,
            "select_account" => Prompt::SelectAccount,
            _ => return Err(Refusal::PromptUnknown.into()),
        };
        if !draft.prompt.contains(&prompt) {
            draft.prompt.push(prompt);
        }
    }
    match (none, draft.prompt.is_empty()) {
        (true, false) => Err(Refusal::PromptNoneWithOthers.into()),
        (true, true) => Err(Refusal::LoginRequired.into()),
        (false, _) => Ok(()),
    }
}
