//! How the demo's services are registered: each start writes it anew, since addresses follow the port.

use oidc::client::{
    Client, ClientAuthentication, ClientFault, GrantType, LocalisedName, Organisation,
    Registration, SecretHash, Sector,
};
use oidc::jose::{Algorithm, JwkSet};
use server::Segl;

use super::Addresses;
use super::data::{DataFault, Kept};

/// The bank's `client_id`.
pub(crate) const BANK: &str = "demo-bank";
/// The municipality's.
pub(crate) const MUNICIPALITY: &str = "demo-kommune";
/// The load generator's.
pub(crate) const BENCH: &str = "demo-bench";
/// What the load generator asks for: the first two of a person, the last for itself.
pub(crate) const BENCH_SCOPE: &str = "openid mitid";
/// The scope of an interface, for client credentials.
pub(crate) const BENCH_API_SCOPE: &str = "demo.api";

/// Registers all of them.
pub(crate) fn put(
    segl: &Segl,
    addresses: &Addresses,
    kept: &Kept,
) -> Result<(), RegistrationFault> {
    let clients = [
        bank(addresses, kept).try_into()?,
        municipality(addresses, kept)?.try_into()?,
        bench(addresses, kept).try_into()?,
    ];
    let documents = clients
        .iter()
        .map(|client: &Client| Ok((client.client_id.clone(), serde_json::to_string(client)?)))
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let now = segl.clock.now();
    segl.store.write_blocking(b"services", move |tx| {
        documents
            .iter()
            .try_for_each(|(id, document)| store::service::put(tx, id, document, now))
    })?;
    Ok(segl.services.reload(&segl.store)?)
}

/// Where the load generator's answers would go. Nothing is there: it reads the redirect.
pub(crate) fn bench_redirect_uri(addresses: &Addresses) -> String {
    format!("{}/demo/bench/callback", addresses.segl)
}

fn bank(addresses: &Addresses, kept: &Kept) -> Registration {
    let authentication = ClientAuthentication::Secret {
        sha256: SecretHash::of(&kept.bank_secret),
    };
    Registration {
        organisation: Organisation {
            id: "00000001".to_owned(),
            name: "Nordbanken A/S".to_owned(),
        },
        ..registration(
            BANK,
            &addresses.bank,
            ("Nordbanken", "Nordbanken"),
            authentication,
        )
    }
}

fn municipality(addresses: &Addresses, kept: &Kept) -> Result<Registration, DataFault> {
    let key = kept.municipality_key()?;
    let authentication = ClientAuthentication::PrivateKeyJwt {
        jwks: JwkSet::new(vec![key.public().clone()]),
    };
    let names = ("Birkesund Kommune", "Birkesund Municipality");
    let own = registration(MUNICIPALITY, &addresses.municipality, names, authentication);
    Ok(Registration {
        organisation: Organisation {
            id: "00000002".to_owned(),
            name: "Birkesund Kommune".to_owned(),
        },
        sector: Sector::Public,
        scopes: ["openid", "mitid", "ssn"].map(str::to_owned).into(),
        demands_cpr: true,
        ..own
    })
}

fn bench(addresses: &Addresses, kept: &Kept) -> Registration {
    let authentication = ClientAuthentication::Secret {
        sha256: SecretHash::of(&kept.bench_secret),
    };
    let own = registration(
        BENCH,
        &addresses.segl,
        ("Belastningsprøve", "Load test"),
        authentication,
    );
    Registration {
        redirect_uris: vec![bench_redirect_uri(addresses)],
        post_logout_redirect_uris: Vec::new(),
        scopes: ["openid", "mitid", BENCH_API_SCOPE]
            .map(str::to_owned)
            .into(),
        grant_types: vec![GrantType::AuthorizationCode, GrantType::ClientCredentials],
        require_nonce: false,
        ..own
    }
}

/// What all of them have in common.
fn registration(
    client_id: &str,
    origin: &str,
    (da, en): (&str, &str),
    authentication: ClientAuthentication,
) -> Registration {
    Registration {
        client_id: client_id.to_owned(),
        organisation: Organisation {
            id: "00000003".to_owned(),
            name: "Segl".to_owned(),
        },
        name: LocalisedName {
            da: da.to_owned(),
            en: en.to_owned(),
        },
        sector: Sector::Private,
        redirect_uris: vec![format!("{origin}/callback")],
        post_logout_redirect_uris: vec![format!("{origin}/logged-out")],
        authentication,
        scopes: ["openid", "mitid"].map(str::to_owned).into(),
        grant_types: vec![GrantType::AuthorizationCode],
        id_token_alg: Algorithm::Es256,
        require_pkce: true,
        require_nonce: true,
        demands_cpr: false,
        app_switch_urls: Vec::new(),
    }
}

/// Why the services cannot be registered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistrationFault {
    /// A key.
    #[error(transparent)]
    Data(#[from] DataFault),
    /// A registration does not hold together.
    #[error(transparent)]
    Client(#[from] ClientFault),
    /// A registration that JSON cannot hold.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}
