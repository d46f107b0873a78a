//! A simulated person: a browser's cookies, and an app that was activated through the app protocol.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use app::randomness::SystemRandomness;
use app::{Activation, Device, HttpResponse, Step, Stretch, StretchCache, pin::Pin};
use hyper::Request;
use hyper::header::HeaderValue;

use super::browser::CookieJar;
use super::http::{Connection, HttpFault, Server};
use super::load::{Failure, block_on, processors, split};
use super::target::Codes;

const PIN: &str = "271828";

/// A person with an app.
pub(super) struct Person {
    pub(super) device: Device,
    pub(super) pin: Pin,
    pub(super) jar: CookieJar,
}

/// Activates an app for each, on all processors: stretching the PIN takes long, and happens this once.
pub(super) fn activate_all(server: &Server, codes: Vec<Codes>) -> Result<Vec<Person>, Failure> {
    let (total, done) = (codes.len(), &AtomicUsize::new(0));
    let people = thread::scope(|scope| {
        let shares = split(codes, processors()).into_iter();
        let threads: Vec<_> = shares
            .map(|share| {
                scope.spawn(move || block_on(activate_share(server, share, done, total)).flatten())
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| Failure::Thread).flatten())
            .collect::<Result<Vec<_>, _>>()
    })?;
    Ok(people.into_iter().flatten().collect())
}

async fn activate_share(
    server: &Server,
    share: Vec<Codes>,
    done: &AtomicUsize,
    total: usize,
) -> Result<Vec<Person>, Failure> {
    let connection = &mut Connection::new(server.clone());
    let mut people = Vec::with_capacity(share.len());
    for codes in share {
        people.push(activate(connection, &codes).await?);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(50) || done == total {
            eprintln!("Activated {done} of {total} apps.");
        }
    }
    Ok(people)
}

async fn activate(connection: &mut Connection, codes: &Codes) -> Result<Person, Failure> {
    let rng = &mut SystemRandomness::new();
    let fault = |error| Failure::App("activating", error);
    let start = Activation::start(&codes.user_id, &codes.letter_code, &codes.sms_code);
    let choosing = step(connection, "entering the codes", start).await?;
    let choosing = choosing.stretching(Stretch::Kept(StretchCache::default()));
    let registering = step(
        connection,
        "choosing a PIN",
        choosing.choose(PIN, rng).map_err(fault)?,
    )
    .await?;
    let finish = registering.finish("Load generator", rng).map_err(fault)?;
    let activated = step(connection, "handing in the device key", finish).await?;
    let pin = Pin::as_typed(PIN).map_err(|pin| fault(pin.into()))?;
    Ok(Person {
        device: activated.device,
        pin,
        jar: CookieJar::default(),
    })
}

/// Carries one step of the app protocol.
pub(super) async fn step<S: Step>(
    connection: &mut Connection,
    doing: &'static str,
    (request, step): (app::HttpRequest, S),
) -> Result<S::Next, Failure> {
    let answer = connection.exchange(carried(request)?).await?;
    let response = HttpResponse {
        status: answer.status.as_u16(),
        body: answer.body.into(),
    };
    step.receive(&response)
        .map_err(|error| Failure::App(doing, error))
}

fn carried(
    request: app::HttpRequest,
) -> Result<Request<http_body_util::Full<bytes::Bytes>>, HttpFault> {
    let mut carried = Request::builder()
        .method(request.method.as_str())
        .uri(request.path);
    for (name, value) in request.headers {
        carried = carried.header(
            name,
            HeaderValue::try_from(value).map_err(hyper::http::Error::from)?,
        );
    }
    Ok(carried.body(bytes::Bytes::from(request.body).into())?)
}
