//! The authorization request: one table of faults, and what a good one becomes.

use base64::{Engine, engine::general_purpose::STANDARD};
use oidc::{
    authorize::{
        ActionText, AppSwitchOs, AuthorizeFault, AuthorizeRequest, CheckedAuthorizeRequest, Idp,
        IdpParamsFault, Language, MAX_REFERENCE_TEXT, OwnPageFault, Prompt, Refusal, ResponseMode,
    },
    client::{Client, ClientAuthentication, GrantType},
    error::ErrorCode,
    form::FormFault,
    level::{Level, RequiredAssurance},
    scope::ScopeFault,
};
use proptest::prelude::*;

use crate::registered::{bank, with};

const GOOD: [(&str, &str); 7] = [
    ("client_id", "demo-bank"),
    ("redirect_uri", "https://bank.example/callback"),
    ("response_type", "code"),
    ("scope", "openid mitid"),
    ("state", "xyz"),
    (
        "code_challenge",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    ),
    ("code_challenge_method", "S256"),
];

/// The good request with some parameters set (an empty value takes one away).
fn query(changes: &[(&str, &str)]) -> String {
    let kept = GOOD
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .extend_pairs(changes.iter().filter(|(_, value)| !value.is_empty()))
        .finish()
}

fn check_with(client: &Client, query: &str) -> Result<CheckedAuthorizeRequest, AuthorizeFault> {
    AuthorizeRequest::parse(query)?.check(Some(client))
}

fn checked(changes: &[(&str, &str)]) -> CheckedAuthorizeRequest {
    check_with(&bank(), &query(changes)).unwrap()
}

fn own_page(query: &str) -> OwnPageFault {
    match check_with(&bank(), query) {
        Err(AuthorizeFault::OwnPage(fault)) => fault,
        other => panic!("{query}: {other:?}"),
    }
}

fn refusal_by(client: &Client, query: &str) -> Refusal {
    match check_with(client, query) {
        Err(AuthorizeFault::ToClient(fault)) => {
            assert!(
                client
                    .redirect_uris
                    .iter()
                    .any(|uri| uri == fault.address().redirect_uri())
            );
            fault.refusal()
        }
        other => panic!("{query}: {other:?}"),
    }
}

fn refusal(changes: &[(&str, &str)]) -> Refusal {
    refusal_by(&bank(), &query(changes))
}

fn mitid(members: &str) -> String {
    format!(r#"{{"mitid":{{{members}}}}}"#)
}

fn params(members: &str) -> CheckedAuthorizeRequest {
    checked(&[("idp_params", &mitid(members))])
}

fn params_fault(json: &str) -> IdpParamsFault {
    match refusal(&[("idp_params", json)]) {
        Refusal::IdpParams(fault) => fault,
        other => panic!("{json}: {other:?}"),
    }
}

#[test]
fn a_plain_request_passes() {
    let request = checked(&[]);
    assert_eq!(request.client_id(), "demo-bank");
    assert_eq!(
        request.address().redirect_uri(),
        "https://bank.example/callback"
    );
    assert_eq!(request.address().state(), Some("xyz"));
    assert_eq!(request.address().response_mode(), ResponseMode::Query);
    assert_eq!(request.scope().to_string(), "openid mitid");
    assert_eq!(request.idp_values(), [Idp::Mitid]);
    assert_eq!(
        request.required_assurance(),
        RequiredAssurance::Loa(Level::Substantial)
    );
    assert_eq!(request.action_text(), ActionText::LogOn);
    assert_eq!(request.reference_text(), None);
    assert!(request.code_challenge().is_some());
    assert!(!request.require_psd2() && !request.has_age_check_defaults());
}

/// R-SVC-4: none of these is told to any address.
#[test]
fn what_stays_on_our_own_page() {
    use OwnPageFault as F;
    let twice = |name: &str| format!("{}&{name}=x", query(&[]));
    for (query, expected) in [
        ("a=%".to_owned(), F::Malformed(FormFault::BrokenEscape)),
        ("a=%ff".to_owned(), F::Malformed(FormFault::NotUtf8)),
        (String::new(), F::ClientIdMissing),
        (query(&[("client_id", "")]), F::ClientIdMissing),
        (query(&[("client_id", "other")]), F::ClientUnknown),
        (twice("client_id"), F::ClientIdRepeated),
        (query(&[("redirect_uri", "")]), F::RedirectUriMissing),
        (twice("redirect_uri"), F::RedirectUriRepeated),
        (
            query(&[("redirect_uri", "https://bank.example/callback/")]),
            F::RedirectUriNotRegistered,
        ),
        (
            query(&[("redirect_uri", "https://bank.example/callback?x=1")]),
            F::RedirectUriNotRegistered,
        ),
        (
            query(&[("redirect_uri", "https://BANK.example/callback")]),
            F::RedirectUriNotRegistered,
        ),
        (
            query(&[("redirect_uri", "http://127.0.0.1:8082/callback?from=segl")]),
            F::RedirectUriNotRegistered,
        ),
        (query(&[("idp_values", "nemid")]), F::IdpUnknown),
        (query(&[("idp_values", "mitid nemid")]), F::IdpUnknown),
    ] {
        assert_eq!(own_page(&query), expected, "{query}");
    }
    let unknown = AuthorizeRequest::parse("client_id=nobody")
        .unwrap()
        .check(None);
    assert_eq!(unknown.err(), Some(F::ClientUnknown.into()));
}

#[test]
fn what_is_told_to_the_service() {
    use ErrorCode as E;
    use Refusal as R;
    let too_long = |length: usize| "x".repeat(length);
    let (state, nonce, hint) = (too_long(2049), too_long(513), too_long(257));
    let table: &[(&[(&str, &str)], Refusal, ErrorCode)] = &[
        (
            &[("response_mode", "web_message")],
            R::ResponseModeUnknown,
            E::InvalidRequest,
        ),
        (&[("state", &state)], R::StateTooLong, E::InvalidRequest),
        (
            &[("request", "e30.e30.x")],
            R::RequestNotSupported,
            E::RequestNotSupported,
        ),
        (
            &[("request_uri", "urn:x")],
            R::RequestUriNotSupported,
            E::RequestUriNotSupported,
        ),
        (
            &[("registration", "{}")],
            R::RegistrationNotSupported,
            E::RegistrationNotSupported,
        ),
        (
            &[("response_type", "")],
            R::ResponseTypeMissing,
            E::InvalidRequest,
        ),
        (
            &[("response_type", "id_token")],
            R::ResponseTypeNotSupported,
            E::UnsupportedResponseType,
        ),
        (
            &[("response_type", "code id_token")],
            R::ResponseTypeNotSupported,
            E::UnsupportedResponseType,
        ),
        (&[("scope", "")], R::ScopeMissing, E::InvalidScope),
        (
            &[("scope", "mitid")],
            R::ScopeWithoutOpenid,
            E::InvalidScope,
        ),
        (
            &[("scope", "openid x\"")],
            R::ScopeMalformed(ScopeFault::NotAToken),
            E::InvalidScope,
        ),
        (
            &[("scope", "openid age_verify:0")],
            R::ScopeMalformed(ScopeFault::AgeOutOfRange),
            E::InvalidScope,
        ),
        (
            &[("scope", "openid age age_verify:18")],
            R::ScopeMalformed(ScopeFault::SeveralAges),
            E::InvalidScope,
        ),
        (
            &[("scope", "openid privileges")],
            R::ScopeNotAllowed,
            E::InvalidScope,
        ),
        (
            &[("scope", "openid profile")],
            R::ScopeNotAllowed,
            E::InvalidScope,
        ),
        (
            &[("code_challenge", "")],
            R::CodeChallengeMissing,
            E::InvalidRequest,
        ),
        (
            &[("code_challenge", ""), ("code_challenge_method", "")],
            R::CodeChallengeMissing,
            E::InvalidRequest,
        ),
        (
            &[("code_challenge_method", "plain")],
            R::CodeChallengeMethodNotSupported,
            E::InvalidRequest,
        ),
        (
            &[("code_challenge_method", "")],
            R::CodeChallengeMethodNotSupported,
            E::InvalidRequest,
        ),
        (
            &[("code_challenge", "abc")],
            R::CodeChallengeMalformed,
            E::InvalidRequest,
        ),
        (&[("nonce", &nonce)], R::NonceTooLong, E::InvalidRequest),
        (&[("max_age", "-1")], R::MaxAgeMalformed, E::InvalidRequest),
        (&[("max_age", "+1")], R::MaxAgeMalformed, E::InvalidRequest),
        (
            &[("max_age", "4294967296")],
            R::MaxAgeMalformed,
            E::InvalidRequest,
        ),
        (
            &[("login_hint", &hint)],
            R::LoginHintTooLong,
            E::InvalidRequest,
        ),
        (
            &[("idp_params", "x")],
            R::IdpParams(IdpParamsFault::NotAnObject),
            E::InvalidRequest,
        ),
        (&[("prompt", "create")], R::PromptUnknown, E::InvalidRequest),
        (
            &[("prompt", "none login")],
            R::PromptNoneWithOthers,
            E::InvalidRequest,
        ),
        (&[("prompt", "none")], R::LoginRequired, E::LoginRequired),
    ];
    for (changes, expected, code) in table {
        let found = refusal(changes);
        assert_eq!(found, *expected, "{changes:?}");
        assert_eq!(found.code(), *code, "{changes:?}");
        let description = found.description();
        assert!(
            description
                .bytes()
                .all(|b| matches!(b, 0x20..=0x7e) && b != b'"' && b != b'\\'),
            "{description}"
        );
    }
    assert_eq!(
        refusal_by(&bank(), &format!("{}&nonce=a&nonce=b", query(&[]))),
        R::ParameterRepeated
    );
    assert_eq!(
        refusal_by(&with(|c| c.require_nonce = true), &query(&[])),
        R::NonceMissing
    );
    let machine = with(|c| c.grant_types = vec![GrantType::ClientCredentials]);
    assert_eq!(refusal_by(&machine, &query(&[])), R::GrantTypeNotAllowed);
    assert_eq!(R::GrantTypeNotAllowed.code(), E::UnauthorizedClient);
}

#[test]
fn the_last_that_fits() {
    let (state, nonce, hint) = ("x".repeat(2048), "x".repeat(512), "x".repeat(256));
    let request = checked(&[
        ("state", &state),
        ("nonce", &nonce),
        ("login_hint", &hint),
        ("max_age", "4294967295"),
    ]);
    assert_eq!(request.address().state(), Some(&*state));
    assert_eq!(request.nonce(), Some(&*nonce));
    assert_eq!(request.login_hint(), Some(&*hint));
    assert_eq!(request.max_age(), Some(u32::MAX));
}

/// Of two faults the earlier check is named, and `prompt=none` only when nothing else is wrong.
#[test]
fn the_order_holds() {
    assert_eq!(
        refusal(&[("prompt", "none"), ("scope", "mitid")]),
        Refusal::ScopeWithoutOpenid
    );
    assert_eq!(
        refusal(&[("request", "x"), ("response_type", "")]),
        Refusal::RequestNotSupported
    );
    assert_eq!(
        own_page("idp_values=x&client_id=demo-bank"),
        OwnPageFault::RedirectUriMissing
    );
}

#[test]
fn a_fault_goes_where_the_request_says_unless_that_is_the_fault() {
    let told = |query: &str| match check_with(&bank(), query) {
        Err(AuthorizeFault::ToClient(fault)) => fault.address().clone(),
        other => panic!("{other:?}"),
    };
    let address = told(&query(&[("response_mode", "form_post"), ("scope", "")]));
    assert_eq!(
        (address.response_mode(), address.state()),
        (ResponseMode::FormPost, Some("xyz"))
    );
    let address = told(&query(&[("response_mode", "carrier_pigeon")]));
    assert_eq!(
        (address.response_mode(), address.state()),
        (ResponseMode::Query, Some("xyz"))
    );
    assert_eq!(told(&format!("{}&state=2", query(&[]))).state(), None);
    assert_eq!(told(&query(&[("state", &"x".repeat(2049))])).state(), None);
}

#[test]
fn pkce_is_optional_only_for_a_client_with_a_secret_that_was_let_off() {
    let bare = query(&[("code_challenge", ""), ("code_challenge_method", "")]);
    let let_off = with(|c| c.require_pkce = false);
    assert_eq!(check_with(&let_off, &bare).unwrap().code_challenge(), None);
    assert_eq!(
        refusal_by(&let_off, &query(&[("code_challenge", "")])),
        Refusal::CodeChallengeMissing
    );
    let public = with(|c| {
        c.authentication = ClientAuthentication::None;
        c.grant_types = vec![GrantType::AuthorizationCode];
    });
    assert_eq!(refusal_by(&public, &bare), Refusal::CodeChallengeMissing);
    assert!(check_with(&public, &query(&[])).is_ok());
}

#[test]
fn languages_and_prompts() {
    let language = |changes: &[(&str, &str)]| checked(changes).language();
    assert_eq!(language(&[]), None);
    assert_eq!(language(&[("language", "kl")]), Some(Language::Kl));
    assert_eq!(
        language(&[("ui_locales", "fr en-GB da")]),
        Some(Language::En)
    );
    assert_eq!(
        language(&[("language", "da"), ("ui_locales", "en")]),
        Some(Language::Da)
    );
    assert_eq!(
        language(&[("language", "sv"), ("ui_locales", "en")]),
        Some(Language::En)
    );
    let request = checked(&[("prompt", "login consent select_account login")]);
    assert_eq!(
        request.prompt(),
        [Prompt::Login, Prompt::Consent, Prompt::SelectAccount]
    );
    let request = checked(&[("idp_values", "mitid_erhverv mitid mitid")]);
    assert_eq!(request.idp_values(), [Idp::MitidErhverv, Idp::Mitid]);
}

#[test]
fn assurance_is_what_idp_params_say_else_acr_values_else_substantial() {
    let required = |changes: &[(&str, &str)]| checked(changes).required_assurance();
    let (low, high) = (Level::Low, Level::High);
    assert_eq!(
        required(&[("acr_values", high.uri())]),
        RequiredAssurance::Loa(high)
    );
    let both = format!("{} urn:x {}", high.uri(), low.uri());
    assert_eq!(
        required(&[("acr_values", &both)]),
        RequiredAssurance::Loa(low)
    );
    assert_eq!(
        required(&[("acr_values", "urn:x")]),
        RequiredAssurance::default()
    );
    let params = mitid(r#""aal_value":"high""#);
    assert_eq!(
        required(&[("idp_params", &params)]),
        RequiredAssurance::Aal(high)
    );
    let params = mitid(r#""aal_value":"high","loa_value":"low""#);
    assert_eq!(
        required(&[("idp_params", &params), ("acr_values", high.uri())]),
        RequiredAssurance::Loa(low)
    );
}

#[test]
fn an_age_check_has_its_own_defaults_until_idp_params_speak() {
    let scope = ("scope", "openid minimal age_verify:18");
    let request = checked(&[scope]);
    assert!(request.has_age_check_defaults());
    assert_eq!(request.action_text(), ActionText::Confirm);
    assert_eq!(
        request.required_assurance(),
        RequiredAssurance::Aal(Level::Low)
    );
    let request = checked(&[scope, ("idp_params", "{}")]);
    assert!(!request.has_age_check_defaults());
    assert_eq!(request.action_text(), ActionText::LogOn);
    assert_eq!(request.required_assurance(), RequiredAssurance::default());
}

/// The example of the broker's documentation, as it is encoded there.
#[test]
fn reads_the_documented_example() {
    let encoded = "idp_params=%7B%20%22mitid%22%3A%7B%22loa_value%22%3A%22substantial%22%2C%22reference_text%22%3A%22VGVzdCByZWZlcmVuY2UgdGV4dA%3D%3D%22%7D%7D";
    let request = check_with(&bank(), &format!("{}&{encoded}", query(&[]))).unwrap();
    assert_eq!(request.reference_text(), Some("Test reference text"));
    assert_eq!(
        request.required_assurance(),
        RequiredAssurance::Loa(Level::Substantial)
    );
}

#[test]
fn every_member_of_idp_params_is_read() {
    let request = params(
        r#""reference_text":"T3ZlcmbDuHIgMTAwIGtyLg==","action_text":"APPROVE","uuid_hint":"7027a386-aa7c-4dd6-93de-ebffd670f8b5",
        "require_psd2":true,"enable_step_up":true,"enable_app_switch":true,"app_switch_os":"ios","app_switch_url":"https://bank.example/app""#,
    );
    assert_eq!(request.reference_text(), Some("Overfør 100 kr."));
    assert_eq!(request.action_text(), ActionText::Approve);
    assert!(request.require_psd2());
    let mitid = request.mitid_params().unwrap();
    assert!(mitid.enable_step_up);
    assert_eq!(
        mitid.uuid_hint.unwrap().to_string(),
        "7027a386-aa7c-4dd6-93de-ebffd670f8b5"
    );
    let switch = mitid.app_switch.as_ref().unwrap();
    assert_eq!(
        (switch.os, &*switch.url),
        (AppSwitchOs::Ios, "https://bank.example/app")
    );
    for action in ActionText::ALL {
        let request = params(&format!(r#""action_text":"{}""#, action.as_str()));
        assert_eq!(request.action_text(), action);
    }
    assert_eq!(
        params(r#""action_text":null,"cpr_hint":null"#).action_text(),
        ActionText::LogOn
    );
    let other = checked(&[("idp_params", r#"{"mitid_erhverv":{"x":1}}"#)]);
    assert_eq!(other.action_text(), ActionText::LogOn);
}

#[test]
fn a_reference_text_has_130_characters_at_most() {
    let text = |text: &str| format!(r#""reference_text":"{}""#, STANDARD.encode(text));
    let longest = "ø".repeat(MAX_REFERENCE_TEXT);
    assert_eq!(params(&text(&longest)).reference_text(), Some(&*longest));
    assert_eq!(
        params_fault(&mitid(&text(&format!("{longest}a")))),
        IdpParamsFault::ReferenceTextTooLong
    );
    assert_eq!(params(r#""reference_text":"""#).reference_text(), None);
    assert_eq!(
        params(r#""reference_text":"VGVzdA""#).reference_text(),
        Some("Test")
    );
    for deceptive in [
        "a\u{202e}b",
        "a\nb",
        "a\u{200b}b",
        "\u{feff}",
        "\u{7f}",
        "\u{2066}",
    ] {
        assert_eq!(
            params_fault(&mitid(&text(deceptive))),
            IdpParamsFault::ReferenceTextDeceptive,
            "{deceptive:?}"
        );
    }
    assert_eq!(
        params_fault(&mitid(r#""reference_text":"VGV*""#)),
        IdpParamsFault::ReferenceTextNotBase64
    );
    assert_eq!(
        params_fault(&mitid(r#""reference_text":"/w==""#)),
        IdpParamsFault::ReferenceTextNotUtf8
    );
}

#[test]
fn idp_params_that_are_refused() {
    use IdpParamsFault as F;
    for (json, expected) in [
        ("x", F::NotAnObject),
        ("[]", F::NotAnObject),
        (r#"[{"loa_value":"low"}]"#, F::NotAnObject),
        ("null", F::NotAnObject),
        (r#"{"mitid":{}"#, F::NotAnObject),
        (r#"{"mitid":[]}"#, F::MemberInvalid),
        (r#"{"mitid":{},"mitid":{}}"#, F::MemberInvalid),
        (
            r#"{"mitid":{"loa_value":"low","loa_value":"high"}}"#,
            F::MemberInvalid,
        ),
        (r#"{"mitid":{"loa_value":"LOW"}}"#, F::MemberInvalid),
        (
            r#"{"mitid":{"aal_value":"none","loa_value":"low"}}"#,
            F::MemberInvalid,
        ),
        (r#"{"mitid":{"require_psd2":"true"}}"#, F::MemberInvalid),
        (r#"{"mitid":{"action_text":"log_on"}}"#, F::MemberInvalid),
        (r#"{"mitid":{"transaction_text":"x"}}"#, F::MemberInvalid),
        (r#"{"mitid":{"cpr_hint":"0101701234"}}"#, F::CprHintInPlain),
        (
            r#"{"mitid":{"uuid_hint":"7027a386aa7c4dd693deebffd670f8b5"}}"#,
            F::UuidHintMalformed,
        ),
        (
            r#"{"mitid":{"enable_app_switch":true}}"#,
            F::AppSwitchIncomplete,
        ),
        (
            r#"{"mitid":{"enable_app_switch":true,"app_switch_os":"ios"}}"#,
            F::AppSwitchIncomplete,
        ),
        (
            r#"{"mitid":{"app_switch_os":"ios","app_switch_url":"https://bank.example/app"}}"#,
            F::AppSwitchIncomplete,
        ),
        (
            r#"{"mitid":{"enable_app_switch":true,"app_switch_os":"android","app_switch_url":"https://evil.example/"}}"#,
            F::AppSwitchUrlNotRegistered,
        ),
        (
            r#"{"mitid":{"enable_app_switch":true,"app_switch_os":"windows","app_switch_url":"x"}}"#,
            F::MemberInvalid,
        ),
    ] {
        assert_eq!(params_fault(json), expected, "{json}");
    }
    let off = params(r#""enable_app_switch":false,"app_switch_os":"ios""#);
    assert_eq!(off.mitid_params().unwrap().app_switch, None);
}

#[test]
fn a_checked_request_survives_sealing_and_does_not_print_what_is_personal() {
    let request = checked(&[
        ("nonce", "n"),
        ("response_mode", "form_post"),
        ("login_hint", "anna-secret"),
        ("max_age", "60"),
        ("language", "en"),
        ("prompt", "login"),
        ("idp_values", "mitid"),
        ("acr_values", Level::Low.uri()),
        ("scope", "openid minimal age_verify:18 payments:read"),
        (
            "idp_params",
            &mitid(
                r#""reference_text":"VGVzdA==","loa_value":"high","app_switch_os":"ios","app_switch_url":"https://bank.example/app","enable_app_switch":true"#,
            ),
        ),
    ]);
    for request in [&request, &checked(&[])] {
        let bytes = postcard::to_allocvec(request).unwrap();
        assert_eq!(
            &postcard::from_bytes::<CheckedAuthorizeRequest>(&bytes).unwrap(),
            request
        );
        assert!(bytes.len() < 400, "{}", bytes.len());
    }
    let printed = format!("{request:?}");
    assert!(
        !printed.contains("anna-secret") && !printed.contains("Test"),
        "{printed}"
    );
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(noise in "\\PC{0,80}") {
        let _ = check_with(&bank(), &noise);
        let _ = check_with(&bank(), &format!("{}&{noise}", query(&[])));
    }

    #[test]
    fn no_value_makes_it_panic_or_leave_the_registered_addresses(
        name in prop::sample::select(vec![
            "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt", "max_age",
            "login_hint", "ui_locales", "language", "idp_values", "idp_params", "acr_values", "code_challenge",
        ]),
        value in "[ -~æ{}\":,]{0,60}",
    ) {
        let client = bank();
        let address = match check_with(&client, &query(&[(name, &value)])) {
            Ok(request) => request.address().clone(),
            Err(AuthorizeFault::ToClient(fault)) => fault.address().clone(),
            Err(AuthorizeFault::OwnPage(_)) => return Ok(()),
        };
        prop_assert!(client.redirect_uris.iter().any(|uri| uri == address.redirect_uri()));
    }

    #[test]
    fn no_idp_params_make_it_panic(members in "[\\[\\]{}\":,a-z_0-9 ]{0,80}") {
        let _ = check_with(&bank(), &query(&[("idp_params", &members)]));
        let _ = check_with(&bank(), &query(&[("idp_params", &mitid(&members))]));
    }
}
