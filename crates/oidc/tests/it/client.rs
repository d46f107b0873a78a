//! Registrations that hold together, and each that does not.

use oidc::client::{
    Client, ClientAuthentication, ClientFault, GrantType, Registration, SecretHash,
};

use crate::registered::{BANK, SECRET, bank, registration};

fn fault(change: impl FnOnce(&mut Registration)) -> Option<ClientFault> {
    let mut registration = registration();
    change(&mut registration);
    Client::try_from(registration).err()
}

#[test]
fn round_trips_through_json_and_toml() {
    let json = serde_json::to_string(&bank()).unwrap();
    assert_eq!(serde_json::from_str::<Client>(&json).unwrap(), bank());
    let toml = toml::to_string(&bank()).unwrap();
    assert_eq!(toml::from_str::<Client>(&toml).unwrap(), bank());
}

#[test]
fn an_unknown_member_is_refused_at_every_depth() {
    assert!(toml::from_str::<Registration>(BANK).is_ok());
    for (place, with_unknown) in [
        ("client_id", "requires_pkce = true\nclient_id"),
        ("da = ", "de = \"x\", da = "),
        ("id = \"12345678\"", "cvr = \"x\", id = \"12345678\""),
        ("method = \"none\"", "method = \"none\", x = 1"),
        (
            "method = \"none\"",
            "method = \"secret\", sha256 = \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\", x = 1",
        ),
    ] {
        let written = BANK.replacen(place, with_unknown, 1);
        assert_ne!(written, BANK);
        assert!(
            toml::from_str::<Registration>(&written).is_err(),
            "{with_unknown}"
        );
    }
}

#[test]
fn a_client_that_has_no_secret_gets_no_client_credentials() {
    assert!(toml::from_str::<Client>(BANK).is_err());
    assert_eq!(
        fault(|client| client.authentication = ClientAuthentication::None),
        Some(ClientFault::CredentialsWithoutAuthentication)
    );
}

#[test]
fn every_fault_has_its_registration() {
    let public = |client: &mut Registration| {
        client.authentication = ClientAuthentication::None;
        client.grant_types = vec![GrantType::AuthorizationCode];
    };
    assert_eq!(fault(public), None);
    assert_eq!(
        fault(|c| c.client_id = String::new()),
        Some(ClientFault::ClientIdMalformed)
    );
    assert_eq!(fault(|c| c.client_id = "a".repeat(100)), None);
    assert_eq!(
        fault(|c| c.client_id = "a".repeat(101)),
        Some(ClientFault::ClientIdMalformed)
    );
    assert_eq!(
        fault(|c| c.client_id = "a b".into()),
        Some(ClientFault::ClientIdMalformed)
    );
    assert_eq!(
        fault(|c| c.name.en = String::new()),
        Some(ClientFault::NameMalformed)
    );
    assert_eq!(
        fault(|c| c.name.da = "a\nb".into()),
        Some(ClientFault::NameMalformed)
    );
    assert_eq!(
        fault(|c| c.scopes.push("offline_access".into())),
        Some(ClientFault::ScopeNotOffered)
    );
    assert_eq!(
        fault(|c| c.scopes.push("age_verify:18".into())),
        Some(ClientFault::ScopeMalformed)
    );
    assert_eq!(
        fault(|c| c.scopes.push("a b".into())),
        Some(ClientFault::ScopeMalformed)
    );
    assert_eq!(
        fault(|c| c.grant_types.clear()),
        Some(ClientFault::NoGrantType)
    );
    assert_eq!(
        fault(|c| c.redirect_uris.clear()),
        Some(ClientFault::NoRedirectUri)
    );
    assert_eq!(
        fault(|c| c.scopes.retain(|s| s != "openid")),
        Some(ClientFault::NoOpenidScope)
    );
    assert_eq!(
        fault(|c| {
            public(c);
            c.require_pkce = false;
        }),
        Some(ClientFault::PublicWithoutPkce)
    );
    assert_eq!(
        SecretHash::try_from("short".to_owned()),
        Err(ClientFault::SecretHashMalformed)
    );
}

#[test]
fn addresses_are_safe() {
    let address = |address: &str| fault(|c| c.redirect_uris = vec![address.to_owned()]);
    for good in [
        "https://bank.example/",
        "https://bank.example:8443/a?b=c",
        "http://localhost:8081/cb",
        "http://127.0.0.1/cb",
        "http://127.200.0.1/cb",
        "http://[::1]:3/cb",
    ] {
        assert_eq!(address(good), None, "{good}");
    }
    for (bad, expected) in [
        ("/callback", ClientFault::AddressMalformed),
        ("bank.example/cb", ClientFault::AddressMalformed),
        ("https://bank.example/\ncb", ClientFault::AddressMalformed),
        ("https://bank.example/ cb", ClientFault::AddressMalformed),
        ("https://bank.example/\"", ClientFault::AddressMalformed),
        ("https://bænk.example/", ClientFault::AddressMalformed),
        ("https:\\\\bank.example", ClientFault::AddressMalformed),
        ("data:text/html,x", ClientFault::AddressMalformed),
        ("https://bank.example/#", ClientFault::AddressHasFragment),
        (
            "https://bank.example@evil.example/",
            ClientFault::AddressHasUser,
        ),
        ("http://bank.example/cb", ClientFault::AddressNotSecure),
        (
            "http://localhost.evil.example/cb",
            ClientFault::AddressNotSecure,
        ),
        ("http://128.0.0.1/cb", ClientFault::AddressNotSecure),
        ("ftp://bank.example/cb", ClientFault::AddressNotSecure),
    ] {
        assert_eq!(address(bad), Some(expected), "{bad}");
    }
    let unsafe_address = || vec!["http://bank.example/".to_owned()];
    assert!(fault(|c| c.post_logout_redirect_uris = unsafe_address()).is_some());
    assert!(fault(|c| c.app_switch_urls = unsafe_address()).is_some());
}

#[test]
fn a_secret_matches_its_own_hash_only() {
    let hash = SecretHash::of(SECRET);
    assert!(hash.matches(SECRET));
    assert!(!hash.matches(""));
    assert!(!hash.matches("p%20ss:wørd"));
    assert_eq!(format!("{hash:?}"), "SecretHash(..)");
}
