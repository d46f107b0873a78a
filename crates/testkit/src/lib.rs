//! Test-only: a whole server in the test's own process, with a clock that stands still, people with their apps, and browsers.
//!
//! Nothing is faked but the time and the network: requests go through the real router to a real database.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "test support: a failure here is a failed test"
)]

pub mod browser;
pub mod people;
pub mod register;
pub mod register_service;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use domain::assurance::Level;
use domain::policy::Policy;
use jiff::{SignedDuration, Timestamp};
use oidc::client::{Client, Registration, SecretHash};
use server::Segl;
use server::clock::Clock;
use server::settings::Settings;
use server::vault::Contents;
use store::{Store, StoreConfig};
use testpg::Postgres;
use tower::ServiceExt;

/// The issuer of every test server.
pub const ISSUER: &str = "https://id.example.dk";
/// The origin of its site for officials.
pub const DESK: &str = "https://desk.example.dk";
/// When every test begins: 22 November 2026, 12:00 in Denmark.
pub const NOON: Timestamp = Timestamp::constant(1_795_345_200, 0);
/// The secret of the confidential services.
pub const SECRET: &str = "0BTFmhW7Q4hFJXyC3i3TqV9v3m2wYbLrWcVQvLbQ1ao";

/// A server.
pub struct TestServer {
    /// What it is made of.
    pub segl: Arc<Segl>,
    router: Router,
    desk: Router,
    runtime: tokio::runtime::Runtime,
    vault: Contents,
    database: Option<testpg::Database<'static>>,
}

impl TestServer {
    /// On SQLite in memory.
    pub fn sqlite() -> Self {
        Self::open("sqlite::memory:", None, demo_policy())
    }

    /// On SQLite in a file, which a test can read.
    pub fn on_file(path: &std::path::Path) -> Self {
        Self::open(&format!("sqlite:{}", path.display()), None, demo_policy())
    }

    /// With a policy of the test's own.
    pub fn with_policy(policy: Policy) -> Self {
        Self::open("sqlite::memory:", None, policy)
    }

    /// On PostgreSQL, or why there is none.
    pub fn postgres() -> Result<Self, &'static str> {
        let database = Postgres::shared()?
            .create_database()
            .map_err(|_| "no database could be created")?;
        let url = database.url.clone();
        Ok(Self::open(&url, Some(database), demo_policy()))
    }

    fn open(url: &str, database: Option<testpg::Database<'static>>, policy: Policy) -> Self {
        let store = Store::open(&StoreConfig::new(url)).unwrap();
        let vault = Contents::generate(NOON).unwrap();
        let keys = vault.open().unwrap();
        let settings = Settings::new(ISSUER, false)
            .unwrap()
            .with_desk(DESK)
            .unwrap();
        for registration in services() {
            let client = Client::try_from(registration).unwrap();
            let document = serde_json::to_string(&client).unwrap();
            store
                .write_blocking(b"services", move |tx| {
                    store::service::put(tx, &client.client_id.clone(), &document, NOON)
                })
                .unwrap();
        }
        let segl = Arc::new(Segl::new(settings, store, keys, policy, Clock::fixed(NOON)).unwrap());
        server::desk::register(&segl).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            router: server::router(Arc::clone(&segl)),
            desk: server::desk::router(Arc::clone(&segl)),
            segl,
            runtime,
            vault,
            database,
        }
    }

    /// Another server with the same database, keys, policy and clock.
    pub fn beside(&self) -> Arc<Segl> {
        let segl = &self.segl;
        let beside = Segl::new(
            segl.settings.clone(),
            segl.store.clone(),
            self.vault.open().unwrap(),
            segl.policy.clone(),
            segl.clock.clone(),
        );
        Arc::new(beside.unwrap())
    }

    /// The time here.
    pub fn now(&self) -> Timestamp {
        self.segl.clock.now()
    }

    /// Lets time pass.
    pub fn wait(&self, by: SignedDuration) {
        self.segl.clock.advance(by);
    }

    /// Sends a request through the router: the desk's, where it names the desk as its host.
    pub fn send(&self, request: Request<Body>) -> Answer {
        let is_desk = request
            .headers()
            .get("host")
            .is_some_and(|host| DESK.ends_with(host.to_str().unwrap()));
        let router = if is_desk { &self.desk } else { &self.router };
        self.runtime.block_on(async {
            let response = router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, 1 << 20).await.unwrap().to_vec();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body,
            }
        })
    }

    /// Sends requests of the desk at the same time.
    pub fn send_together<const N: usize>(&self, requests: [Request<Body>; N]) -> Vec<Answer> {
        self.runtime.block_on(async {
            let sent = requests.map(|request| tokio::spawn(self.desk.clone().oneshot(request)));
            let mut answers = Vec::new();
            for one in sent {
                let (parts, body) = one.await.unwrap().unwrap().into_parts();
                answers.push(Answer {
                    status: parts.status,
                    headers: parts.headers,
                    body: to_bytes(body, 1 << 20).await.unwrap().to_vec(),
                });
            }
            answers
        })
    }

    /// Runs something on the server's runtime.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Sends a form.
    pub fn post_form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap())
    }

    /// Gets a page or a document.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap())
    }

    /// Carries a request of the app.
    pub fn carry(&self, request: app::HttpRequest) -> app::HttpResponse {
        let mut builder = Request::builder()
            .method(request.method.as_str())
            .uri(&request.path);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let answer = self.send(builder.body(Body::from(request.body)).unwrap());
        app::HttpResponse {
            status: answer.status.as_u16(),
            body: answer.body,
        }
    }

    /// Takes a step of the app.
    pub fn step<S: app::Step>(
        &self,
        step: (app::HttpRequest, S),
    ) -> Result<S::Next, app::AppError> {
        app::drive(step, |request| self.carry(request))
    }

    /// The URL of the PostgreSQL database, for a dump.
    pub fn database_url(&self) -> Option<&str> {
        self.database.as_ref().map(|database| database.url.as_str())
    }
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where it redirects to.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
        self.header("location").unwrap()
    }

    /// The code of the fault that a page shows.
    pub fn fault(&self) -> Option<&str> {
        self.text().split_once("data-code=\"")?.1.split('"').next()
    }
}

/// The built-in policy, under which unattested apps reach substantial, as in the demo.
pub fn demo_policy() -> Policy {
    let mut policy = Policy::builtin();
    policy.app.unattested_aal = Level::Substantial;
    policy.limits.starts_per_address_per_minute = 1_000_000;
    policy.limits.requests_per_app_per_minute = 1_000_000;
    policy
}

/// The services of every test server: a bank, a municipality that demands CPR numbers, and a public client.
fn services() -> Vec<Registration> {
    let service = |text: &str| serde_json::from_str::<Registration>(text).unwrap();
    let secret = String::from(SecretHash::of(SECRET));
    vec![
        service(&format!(
            r#"{{"client_id":"bank","organisation":{{"id":"11111111","name":"Nordbanken A/S"}},"name":{{"da":"Nordbanken","en":"Nordbanken"}},
            "sector":"private","redirect_uris":["https://bank.example.dk/callback"],"post_logout_redirect_uris":["https://bank.example.dk/"],
            "authentication":{{"method":"secret","sha256":"{secret}"}},"scopes":["openid","mitid","age","age_verify","minimal","userinfo_token","accounts.read"],
            "grant_types":["authorization_code","client_credentials"],"require_pkce":false}}"#
        )),
        service(&format!(
            r#"{{"client_id":"kommune","organisation":{{"id":"22222222","name":"Havby Kommune"}},"name":{{"da":"Havby Kommune","en":"Havby Municipality"}},
            "sector":"public","redirect_uris":["https://kommune.example.dk/callback"],"authentication":{{"method":"secret","sha256":"{secret}"}},
            "scopes":["openid","mitid","ssn"],"demands_cpr":true}}"#
        )),
        service(
            r#"{"client_id":"app","organisation":{"id":"33333333","name":"Lommeapp ApS"},"name":{"da":"Lommeapp","en":"Pocket app"},
            "sector":"private","redirect_uris":["http://localhost:7777/callback"],"authentication":{"method":"none"},"scopes":["openid","mitid"]}"#,
        ),
    ]
}
