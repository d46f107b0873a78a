//! `segl bench signin`: complete sign-ins.

use std::collections::VecDeque;
use std::sync::Arc;

use app::randomness::SystemRandomness;
use app::{Channel, Claim};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::ValueEnum;

use super::browser::{Browser, Events, attribute};
use super::http::{Answer, Connection, get, post_form};
use super::load::{Failure, Work, block_on, run as load};
use super::meter::Meter;
use super::person::{Person, activate_all, step};
use super::service::Service;
use super::target::{Cast, Target};
use super::{Common, floor, report};
use crate::commands::Outcome;

/// What `segl bench signin` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// How many people with an app to simulate. One person has one request pending at a time, so this bounds the concurrency.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    apps: u32,
    /// How the app finds the request: by the link on the same device, or by the animated QR code, which takes a second to see.
    #[arg(long, value_enum, default_value_t = Way::Link)]
    channel: Way,
}

/// How the app finds the request (R-SIG-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Way {
    /// "Open the app" on the same device.
    Link,
    /// Two consecutive halves of the animated QR code.
    Qr,
}

/// How many sign-ins are under way at a time, unless told otherwise.
const CONCURRENCY: u32 = 64;

/// Runs it.
pub(super) fn run(args: Args) -> Outcome {
    let Args {
        common,
        apps,
        channel,
    } = args;
    let (target, cast, mut meter) = block_on(async {
        let target = Target::discover(&common.target).await?;
        let cast = Cast::gather(&common, &target, apps).await?;
        let meter = Meter::find(&common, &target).await?;
        Ok::<_, Failure>((target, cast, meter))
    })??;
    let people = activate_all(&target.server, cast.people)?;
    let service = Service::new(target, cast.client)?;
    // One person waits a second for the QR code: only more people at once are more load.
    let usual = if channel == Way::Qr {
        apps
    } else {
        CONCURRENCY
    };
    let workers = workers(
        &service,
        people,
        channel,
        common.concurrency.unwrap_or(usual).min(apps),
    );
    eprintln!("Measuring the floor.");
    let before = floor::measure()?;
    eprintln!(
        "Signing in for {} seconds, {} at a time.",
        common.seconds,
        workers.len()
    );
    let measured = load(workers, common.seconds, &mut meter)?;
    let floor = before.mean(&floor::measure()?);
    report::sign_ins(&measured, &floor, common.json)
}

/// Shares the people out: a worker signs its own in, one after the other.
pub(super) fn workers(
    service: &Arc<Service>,
    people: Vec<Person>,
    way: Way,
    count: u32,
) -> Vec<SignIns> {
    let shares = super::load::split(people, count as usize).into_iter();
    let connection = || Connection::new(service.target.server.clone());
    shares
        .map(|share| SignIns {
            service: Arc::clone(service),
            people: share.into(),
            way,
            browser: connection(),
            app: connection(),
            back_channel: connection(),
            verified: false,
        })
        .collect()
}

/// Signs its people in, in turn.
pub(super) struct SignIns {
    service: Arc<Service>,
    people: VecDeque<Person>,
    way: Way,
    browser: Connection,
    app: Connection,
    back_channel: Connection,
    /// Whether this worker has checked the signature of an ID token: the first one it gets.
    verified: bool,
}

impl Work for SignIns {
    async fn once(&mut self) -> Result<(), Failure> {
        let Some(mut person) = self.people.pop_front() else {
            return Err(Failure::Wrong("a worker without people"));
        };
        let outcome = self.sign_in(&mut person).await;
        self.people.push_back(person);
        outcome
    }
}

impl SignIns {
    async fn sign_in(&mut self, person: &mut Person) -> Result<(), Failure> {
        let service = Arc::clone(&self.service);
        let begun = service.begin()?;
        let mut browser = Browser {
            connection: &mut self.browser,
            jar: &mut person.jar,
            origin: &service.target.origin,
        };
        let waiting = begin(&mut browser, &begun.address, person.device.user_id()).await?;
        let back = match self.way {
            Way::Link => {
                let link = attribute(&waiting.body, "/app/#approve=")
                    .ok_or(Failure::Unreadable("waiting"))?;
                let claim = step(
                    &mut self.app,
                    "opening the link",
                    person.device.claim(Channel::Link(link)),
                )
                .await?;
                let back = approve(&mut self.app, &person.device, &person.pin, &claim).await?;
                back.ok_or(Failure::Unreadable("approving by link"))?
            }
            Way::Qr => {
                let address =
                    |name| attribute(&waiting.body, name).ok_or(Failure::Unreadable("waiting"));
                let mut connection = Connection::new(service.target.server.clone());
                let mut events = browser
                    .events(&mut connection, get(address(r#"data-events=""#)?)?)
                    .await?;
                let (older, newer) = two_halves(&mut events).await?;
                let shown = person.device.claim(Channel::Qr([&older, &newer]));
                let claim = step(&mut self.app, "scanning", shown).await?;
                approve(&mut self.app, &person.device, &person.pin, &claim).await?;
                approved(&mut events).await?;
                address(r#"data-finish=""#)?.to_owned()
            }
        };
        let address = browser
            .redirect("going back to the service", get(&back)?)
            .await?;
        service
            .redeem(&mut self.back_channel, &begun, &address, !self.verified)
            .await?;
        self.verified = true;
        Ok(())
    }
}

/// From the service to the waiting page.
async fn begin(browser: &mut Browser<'_>, address: &str, user_id: &str) -> Result<Answer, Failure> {
    let page = browser.page("asking to sign in", get(address)?).await?;
    let begin = attribute(&page.body, r#"name="b" value=""#)
        .ok_or(Failure::Unreadable("asking to sign in"))?;
    let form = post_form("/signin", &[("b", begin), ("user_id", user_id)])?;
    browser.page("typing the user ID", form).await
}

/// The app asks with the PIN and signs what it was shown; gives where the browser goes.
async fn approve(
    app: &mut Connection,
    device: &app::Device,
    pin: &app::pin::Pin,
    claim: &Claim,
) -> Result<Option<String>, Failure> {
    let rng = &mut SystemRandomness::new();
    let fault = |error| Failure::App("approving", error);
    let proved = step(
        app,
        "entering the PIN",
        device.approve(claim, pin, rng).map_err(fault)?,
    )
    .await?;
    let approved = step(app, "approving", proved.sign().map_err(fault)?).await?;
    Ok(approved.return_to)
}

/// Watches until two halves of the QR code were shown, of consecutive seconds. A second that was skipped begins anew, as it does for a camera.
async fn two_halves(events: &mut Events) -> Result<(String, String), Failure> {
    let mut older: Option<(String, u16)> = None;
    while let Some((event, text)) = events.next().await? {
        let second = second(&text).filter(|_| event == "qr");
        let second = second.ok_or(Failure::Wrong("what the waiting page is told"))?;
        match older {
            Some((older, before)) if second == before.saturating_add(1) => {
                return Ok((older, text));
            }
            _ => older = Some((text, second)),
        }
    }
    Err(Failure::Ended("watching the QR code"))
}

/// The second in which a half was shown (`docs/app-protocol.md`).
fn second(text: &str) -> Option<u16> {
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix("SEGL1.")?).ok()?;
    Some(u16::from_be_bytes(*bytes.get(16..)?.first_chunk()?))
}

/// Watches until the page learns that the app has approved.
async fn approved(events: &mut Events) -> Result<(), Failure> {
    while let Some((event, data)) = events.next().await? {
        match (event.as_str(), data.as_str()) {
            ("state", "approved") => return Ok(()),
            ("state", _) => return Err(Failure::Wrong("what the waiting page is told")),
            _ => {}
        }
    }
    Err(Failure::Ended("waiting for the approval"))
}
