//! The discovery document (OpenID Connect Discovery 1.0 section 3; RFC 8414). Every value in it is one that this crate implements.

use serde::Serialize;

use crate::{
    authorize::{Language, ResponseMode},
    jose::{Algorithm, JoseFault, JwkSet},
    level::Level,
    scope::Scope,
};

/// Where things are, below the issuer.
pub mod path {
    /// The discovery document.
    pub const CONFIGURATION: &str = "/.well-known/openid-configuration";
    /// The public keys.
    pub const JWKS: &str = "/.well-known/openid-configuration/jwks";
    /// The authorization endpoint.
    pub const AUTHORIZE: &str = "/connect/authorize";
    /// The token endpoint.
    pub const TOKEN: &str = "/connect/token";
    /// The userinfo endpoint.
    pub const USERINFO: &str = "/connect/userinfo";
    /// The introspection endpoint.
    pub const INTROSPECT: &str = "/connect/introspect";
    /// The revocation endpoint.
    pub const REVOCATION: &str = "/connect/revocation";
    /// The end-session endpoint.
    pub const END_SESSION: &str = "/connect/endsession";
}

/// The methods of the token endpoint.
const AUTHENTICATION_METHODS: [&str; 4] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "none",
];
/// The methods of the introspection and revocation endpoints: introspection tells only services that prove who they are.
const PROVEN_METHODS: [&str; 3] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
];

/// The document.
#[derive(Debug, Clone, Serialize)]
pub struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
    jwks_uri: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 3],
    grant_types_supported: [&'static str; 2],
    acr_values_supported: [&'static str; 3],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: Vec<Algorithm>,
    token_endpoint_auth_methods_supported: [&'static str; 4],
    token_endpoint_auth_signing_alg_values_supported: [Algorithm; 3],
    introspection_endpoint_auth_methods_supported: [&'static str; 3],
    introspection_endpoint_auth_signing_alg_values_supported: [Algorithm; 3],
    revocation_endpoint_auth_methods_supported: [&'static str; 4],
    revocation_endpoint_auth_signing_alg_values_supported: [Algorithm; 3],
    code_challenge_methods_supported: [&'static str; 1],
    prompt_values_supported: [&'static str; 4],
    claims_supported: &'static [&'static str],
    ui_locales_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
}

/// Every claim of the ID token and of userinfo. `idbrokerdk_age_verify_NN` exists for each age and is not listed.
const CLAIMS: [&str; 30] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "nonce",
    "at_hash",
    "sid",
    "amr",
    "acr",
    "idp",
    "identity_type",
    "transaction_id",
    "loa",
    "aal",
    "ial",
    "session_expiry",
    "idbrokerdk_age",
    "idbrokerdk_age_verified",
    "mitid.uuid",
    "mitid.date_of_birth",
    "mitid.age",
    "mitid.has_cpr",
    "mitid.identity_name",
    "mitid.transaction_id",
    "mitid.psd2",
    "idp_identity_id",
    "dk.cpr",
];

impl Discovery {
    /// The document of an issuer (an `https` URL without a slash at its end) that signs with the algorithms of `keys` and has pages in
    /// `languages`.
    pub fn new(issuer: &str, keys: &JwkSet, languages: &[Language]) -> Self {
        let at = |path: &str| [issuer, path].concat();
        let signs =
            |algorithm: &Algorithm| keys.keys().iter().any(|key| key.algorithm() == *algorithm);
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at(path::AUTHORIZE),
            token_endpoint: at(path::TOKEN),
            userinfo_endpoint: at(path::USERINFO),
            introspection_endpoint: at(path::INTROSPECT),
            revocation_endpoint: at(path::REVOCATION),
            end_session_endpoint: at(path::END_SESSION),
            jwks_uri: at(path::JWKS),
            scopes_supported: Scope::IDENTITY_NAMES.to_vec(),
            response_types_supported: ["code"],
            response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str),
            grant_types_supported: ["authorization_code", "client_credentials"],
            acr_values_supported: Level::ALL.map(Level::uri),
            subject_types_supported: ["pairwise"],
            id_token_signing_alg_values_supported: Algorithm::ALL
                .into_iter()
                .filter(signs)
                .collect(),
            token_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
            token_endpoint_auth_signing_alg_values_supported: Algorithm::ALL,
            introspection_endpoint_auth_methods_supported: PROVEN_METHODS,
            introspection_endpoint_auth_signing_alg_values_supported: Algorithm::ALL,
            revocation_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
            revocation_endpoint_auth_signing_alg_values_supported: Algorithm::ALL,
            code_challenge_methods_supported: ["S256"],
            prompt_values_supported: ["none", "login", "consent", "select_account"],
            claims_supported: &CLAIMS,
            ui_locales_supported: languages.iter().map(|language| language.as_str()).collect(),
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
        }
    }

    /// The document as JSON, to be made once and served as it is.
    pub fn to_json(&self) -> Result<String, JoseFault> {
        serde_json::to_string(self).map_err(|_| JoseFault::ClaimsNotJson)
    }
}

impl JwkSet {
    /// The set as JSON, to be made once and served as it is.
    pub fn to_json(&self) -> Result<String, JoseFault> {
        serde_json::to_string(self).map_err(|_| JoseFault::ClaimsNotJson)
    }
}
