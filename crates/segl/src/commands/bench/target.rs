//! The server that is measured, as its own documents describe it, and whom to be there.

use std::path::Path;

use hyper::StatusCode;
use hyper::header::HeaderValue;
use oidc::jose::JwkSet;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::Common;
use super::http::{Answer, Connection, Server, get, post_json};
use super::load::Failure;

/// A server, found by discovery (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// Where it listens.
    pub(super) server: Server,
    /// Its issuer, which is another address than the target's where a proxy stands in front.
    pub(super) issuer: String,
    /// The issuer's origin, which browsers name.
    pub(super) origin: HeaderValue,
    /// Its signing keys.
    pub(super) jwks: JwkSet,
}

impl Target {
    /// Asks the server who it is.
    pub(super) async fn discover(url: &str) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Document {
            issuer: String,
        }
        let url: Url = url
            .parse()
            .map_err(|_| Failure::Target(format!("{url} is not a URL")))?;
        let server = Server::of(&url)?;
        let connection = &mut Connection::new(server.clone());
        let Document { issuer } = read(connection, "/.well-known/openid-configuration").await?;
        let jwks = read(connection, "/.well-known/openid-configuration/jwks").await?;
        let origin = issuer
            .parse::<Url>()
            .map(|issuer| issuer.origin().ascii_serialization())
            .ok();
        let origin = origin.and_then(|origin| HeaderValue::from_str(&origin).ok());
        let origin =
            origin.ok_or_else(|| Failure::Target(format!("the issuer {issuer} is not a URL")))?;
        Ok(Self {
            server,
            issuer,
            origin,
            jwks,
        })
    }
}

async fn read<T: DeserializeOwned>(
    connection: &mut Connection,
    path: &'static str,
) -> Result<T, Failure> {
    let answer = connection.exchange(get(path)?).await?;
    json(path, &answer)
}

fn json<T: DeserializeOwned>(path: &'static str, answer: &Answer) -> Result<T, Failure> {
    if answer.status != 200 {
        return Err(Failure::status(path, answer));
    }
    serde_json::from_slice(&answer.body).map_err(|_| Failure::Unreadable(path))
}

/// The service that sends people here.
#[derive(Clone, Deserialize)]
pub(super) struct ClientCredentials {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) redirect_uri: String,
    /// What it asks of people, such as `openid mitid`.
    pub(super) scope: String,
    /// What it asks for itself, by client credentials.
    pub(super) api_scope: String,
}

/// A person who has not activated an app yet, with both codes.
#[derive(Clone, Deserialize)]
pub(super) struct Codes {
    pub(super) user_id: String,
    pub(super) letter_code: String,
    pub(super) sms_code: String,
}

/// Whom the benchmark plays.
#[derive(Deserialize)]
pub(super) struct Cast {
    pub(super) client: ClientCredentials,
    #[serde(default)]
    pub(super) people: Vec<Codes>,
}

impl Cast {
    /// From the file that was named, or from the demo, which makes people on demand.
    pub(super) async fn gather(
        common: &Common,
        target: &Target,
        people: u32,
    ) -> Result<Self, Failure> {
        if let Some(file) = &common.prepared {
            return Self::prepared(file, people as usize);
        }
        let connection = &mut Connection::new(target.server.clone());
        let answer = connection.exchange(get("/demo/api/bench-client")?).await?;
        if answer.status == StatusCode::NOT_FOUND {
            let missing = "the server is no demo: name a file with a service and people in --prepared (docs/performance.md)";
            return Err(Failure::Target(missing.to_owned()));
        }
        let client = json("/demo/api/bench-client", &answer)?;
        if people == 0 {
            return Ok(Self {
                client,
                people: Vec::new(),
            });
        }
        let order = serde_json::json!({ "count": people }).to_string();
        let answer = connection
            .exchange(post_json("/demo/api/people", order.into())?)
            .await?;
        Ok(Self {
            client,
            people: json("/demo/api/people", &answer)?,
        })
    }

    fn prepared(file: &Path, people: usize) -> Result<Self, Failure> {
        let fault = |reason: String| Failure::Target(format!("{}: {reason}", file.display()));
        let text = std::fs::read(file).map_err(|error| fault(error.to_string()))?;
        let mut cast: Self =
            serde_json::from_slice(&text).map_err(|error| fault(error.to_string()))?;
        if cast.people.len() < people {
            return Err(fault(format!(
                "{} people, and {people} are needed",
                cast.people.len()
            )));
        }
        cast.people.truncate(people);
        Ok(cast)
    }
}
