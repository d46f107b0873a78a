//! Services to test with.

use oidc::client::{Client, ClientAuthentication, Registration, SecretHash};

pub(crate) const SECRET: &str = "p%20ss:wørd+";

/// A bank as an operator writes it.
pub(crate) const BANK: &str = r#"
client_id = "demo-bank"
sector = "private"
redirect_uris = ["https://bank.example/callback", "http://127.0.0.1:8081/callback?from=segl"]
post_logout_redirect_uris = ["https://bank.example/bye", "https://bank.example/bye?again=1"]
scopes = ["openid", "mitid", "ssn", "minimal", "age", "age_verify", "userinfo_token", "payments:read", "payments:write"]
grant_types = ["authorization_code", "client_credentials"]
app_switch_urls = ["https://bank.example/app"]
name = { da = "Nordbanken", en = "Nordbanken" }
organisation = { id = "12345678", name = "Nordbanken A/S" }
authentication = { method = "none" }
"#;

pub(crate) fn registration() -> Registration {
    let mut registration: Registration = toml::from_str(BANK).unwrap();
    registration.authentication = ClientAuthentication::Secret {
        sha256: SecretHash::of(SECRET),
    };
    registration
}

pub(crate) fn with(change: impl FnOnce(&mut Registration)) -> Client {
    let mut registration = registration();
    change(&mut registration);
    Client::try_from(registration).unwrap()
}

pub(crate) fn bank() -> Client {
    with(|_| {})
}
