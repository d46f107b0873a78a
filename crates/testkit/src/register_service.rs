//! A reference server for `docs/register-openapi.json`: what an outside population register answers, over real HTTP.
//!
//! It writes its JSON by hand, and shares none of the code that reads it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use domain::cpr_number::CprNumber;
use domain::register::{Address, RegisterEntry, RegisterName};
use domain::secret::Pii;
use jiff::civil::Date;
use serde_json::{Value, json};

/// The token that it wants.
pub const TOKEN: &str = "reference-register-token";

/// The server, while it runs.
pub struct RegisterService {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    // Ends with it.
    _runtime: tokio::runtime::Runtime,
}

struct Shared {
    entries: Vec<RegisterEntry>,
    trouble: Mutex<Vec<Trouble>>,
    asked: AtomicUsize,
}

/// What goes wrong with the next request.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    /// Status 503.
    Overloaded,
    /// No answer for so many milliseconds.
    Slow(u64),
    /// Something that is no JSON.
    Nonsense,
    /// The entry of somebody else.
    SomebodyElse,
}

impl RegisterService {
    /// Starts one that knows some people.
    pub fn start(entries: Vec<RegisterEntry>) -> Self {
        let shared = Arc::new(Shared {
            entries,
            trouble: Mutex::default(),
            asked: AtomicUsize::new(0),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let router = Router::new()
            .route("/v1/persons/find", post(find))
            .route("/v1/persons/plausible", post(plausible))
            .with_state(Arc::clone(&shared));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            address,
            shared,
            _runtime: runtime,
        }
    }

    /// The URL for `register.url`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Lets the next requests go wrong, one after the other.
    pub fn trouble(&self, trouble: &[Trouble]) {
        let reversed = trouble.iter().rev().copied().collect();
        *self.shared.trouble.lock().unwrap() = reversed;
    }

    /// How often it was asked since the last time this was.
    pub fn asked(&self) -> usize {
        self.shared.asked.swap(0, Ordering::SeqCst)
    }
}

async fn find(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: String) -> Response {
    let trouble = match shared.received(&headers).await {
        Ok(trouble) => trouble,
        Err(answer) => return answer,
    };
    let asked: Value = serde_json::from_str(&body).unwrap();
    let number = asked["cpr"].as_str().unwrap();
    let is_other = matches!(trouble, Some(Trouble::SomebodyElse));
    let found = shared
        .entries
        .iter()
        .find(|entry| (entry.cpr.expose() == number) != is_other);
    match found {
        Some(entry) => (StatusCode::OK, person(entry).to_string()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn plausible(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Err(answer) = shared.received(&headers).await {
        return answer;
    }
    let asked: Value = serde_json::from_str(&body).unwrap();
    let count = usize::try_from(asked["count"].as_u64().unwrap()).unwrap();
    let persons: Vec<Value> = shared.entries.iter().take(count).map(person).collect();
    (StatusCode::OK, json!({ "persons": persons }).to_string()).into_response()
}

impl Shared {
    async fn received(&self, headers: &HeaderMap) -> Result<Option<Trouble>, Response> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let authorization = headers.get("authorization");
        if authorization.is_none_or(|value| value != &format!("Bearer {TOKEN}")) {
            return Err(StatusCode::UNAUTHORIZED.into_response());
        }
        let trouble = self.trouble.lock().unwrap().pop();
        match trouble {
            Some(Trouble::Overloaded) => Err(StatusCode::SERVICE_UNAVAILABLE.into_response()),
            Some(Trouble::Nonsense) => Err((StatusCode::OK, "<html>").into_response()),
            Some(Trouble::Slow(millis)) => {
                tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
                Ok(trouble)
            }
            other => Ok(other),
        }
    }
}

fn person(entry: &RegisterEntry) -> Value {
    let numbers = |numbers: &[CprNumber]| numbers.iter().map(CprNumber::expose).collect::<Vec<_>>();
    let earlier_addresses: Vec<Value> = entry
        .earlier_addresses
        .iter()
        .map(|earlier| {
            json!({ "address": address(&earlier.address), "from": day(earlier.from.as_ref()), "until": day(earlier.until.as_ref()) })
        })
        .collect();
    let earlier_names: Vec<Value> = entry
        .earlier_names
        .iter()
        .map(|earlier| {
            json!({ "name": name(&earlier.name), "from": day(earlier.from.as_ref()), "until": day(earlier.until.as_ref()) })
        })
        .collect();
    json!({
        "cpr": entry.cpr.expose(),
        "status": entry.status.digits(),
        "status_since": entry.status_since,
        "name": name(&entry.name),
        "birth_date": entry.birth_date.expose(),
        "protection": entry.protection.map(|held| json!({ "from": held.from, "until": held.until })),
        "address": entry.address.as_ref().map(address),
        "moved_in": day(entry.moved_in.as_ref()),
        "abroad": entry.abroad.as_ref().map(|gone| {
            json!({ "country": gone.country.expose(), "since": gone.since, "lines": gone.lines.expose() })
        }),
        "earlier_addresses": earlier_addresses,
        "earlier_names": earlier_names,
        "marital": entry.marital.map(|marital| json!({ "status": marital.status.letter(), "since": marital.since })),
        "spouse": entry.spouse.map(|cpr| cpr.expose()),
        "children": numbers(&entry.children),
        "mother": entry.mother.map(|cpr| cpr.expose()),
        "father": entry.father.map(|cpr| cpr.expose()),
        "citizenship": entry.citizenship.as_ref().map(|code| *code.expose()),
        "birth_place": entry.birth_place.as_ref().map(|place| place.expose().clone()),
        "replaced_by": entry.replaced_by.map(|cpr| cpr.expose()),
        "replaces": numbers(&entry.replaces),
    })
}

fn name(name: &RegisterName) -> Value {
    json!({
        "given": name.given.expose(),
        "middle": name.middle.as_ref().map(|middle| middle.expose().clone()),
        "family": name.family.expose(),
    })
}

fn address(address: &Address) -> Value {
    json!({
        "street": address.street.expose(),
        "house": address.house.expose(),
        "floor": address.floor.expose(),
        "door": address.door.expose(),
        "postal_code": address.postal_code.expose(),
        "town": address.town.expose(),
        "municipality_code": address.municipality_code.expose(),
        "street_code": address.street_code.expose(),
    })
}

fn day(day: Option<&Pii<Date>>) -> Value {
    json!(day.map(|day| *day.expose()))
}
