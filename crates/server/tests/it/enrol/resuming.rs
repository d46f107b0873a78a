//! Relays that are torn, that meet, and whose server stops or dies.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::relay::{Carried, ChipReading, ChipWay, Relay, RelayRequest, carry};
use jiff::SignedDuration;
use specimen::document::Persona;
use testkit::TestServer;

use super::{Client, Site, begin, chip, kept, look, specimens, trust};
use crate::on_both;

/// The token that a relay is told first of all.
fn next(client: &mut Client, request: &RelayRequest) -> RelayRequest {
    let text = client.text().unwrap();
    let word: serde_json::Value = serde_json::from_str(&text).unwrap();
    request.again(word["token"].as_str().unwrap())
}

/// Waits until a reading is there where it will be soon.
#[expect(clippy::disallowed_methods, reason = "waits for another thread")]
fn until(server: &TestServer, reading: &ChipReading, state: &str) {
    let began = Instant::now();
    while look(server, reading).state != state {
        assert!(began.elapsed() < Duration::from_secs(20), "not {state}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_torn_relay_is_taken_up_where_it_was() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let site = Site::open(&server.segl);
    let document = specimens().document(Persona::Dane);
    let whole = {
        let reading = begin(&server, &document);
        let mut chip = chip(&document);
        let mut client = site.connect(&reading.relay()).unwrap();
        client.relay(|command| chip.process(command));
        chip.steps()
    };
    let reading = begin(&server, &document);
    let mut first = chip(&document);
    let request = reading.relay();
    let again = {
        let mut client = site.connect(&request).unwrap();
        let mut relay = Relay::default();
        // Torn when all but the portrait is read.
        let carried = carry(
            &mut relay,
            ChipWay::default(),
            &mut client,
            |command| {
                if first.steps() + 2 < whole {
                    first.process(command)
                } else {
                    Vec::new()
                }
            },
            || false,
        );
        assert_eq!(carried, Ok(Carried::Torn));
        request.again(relay.next_token().unwrap())
    };
    until(&server, &reading, "waiting");
    assert_eq!(look(&server, &reading).fault.as_deref(), Some("torn"));
    let mut second = chip(&document);
    let mut client = site.connect(&again).unwrap();
    let carried = client.relay(|command| second.process(command));
    assert_eq!(carried, Carried::Done);
    assert_eq!(look(&server, &reading).state, "verified");
    assert!(
        second.steps() < whole,
        "{} commands of {whole} after the tear",
        second.steps()
    );
    assert!(kept(&server, &again).is_some());
}

#[test]
fn a_chip_that_leaves_the_field_comes_back_within_the_same_relay() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let site = Site::open(&server.segl);
    let document = specimens().document(Persona::Foreigner);
    let reading = begin(&server, &document);
    let chip = std::cell::RefCell::new(chip(&document));
    let mut left = false;
    let mut client = site.connect(&reading.relay()).unwrap();
    let carried = carry(
        &mut Relay::default(),
        ChipWay::default(),
        &mut client,
        |command| {
            let mut chip = chip.borrow_mut();
            if chip.steps() == 20 && !std::mem::replace(&mut left, true) {
                return Vec::new();
            }
            chip.process(command)
        },
        || {
            chip.borrow_mut().reset();
            true
        },
    );
    assert_eq!(carried, Ok(Carried::Done));
    assert_eq!(look(&server, &reading).state, "verified");
}

#[test]
fn another_server_takes_over_what_one_has_begun() {
    on_both(|server| {
        trust(&server.segl);
        let other = server.beside();
        trust(&other);
        let (here, there) = (Site::open(&server.segl), Site::open(&other));
        let document = specimens().document(Persona::Dane);
        let reading = begin(server, &document);
        let mut client = here.connect(&reading.relay()).unwrap();
        let again = next(&mut client, &reading.relay());
        let busy = there.connect(&again).err().unwrap();
        assert_eq!(busy, (409, "relay_busy".to_owned()));
        drop(client);
        until(server, &reading, "waiting");
        let mut chip = chip(&document);
        let mut client = there.connect(&again).unwrap();
        let carried = client.relay(|command| chip.process(command));
        assert_eq!(carried, Carried::Done);
        assert_eq!(look(server, &reading).state, "verified");
    });
}

#[test]
fn the_relay_of_a_server_that_died_keeps_others_out_for_seconds_only() {
    on_both(|server| {
        trust(&server.segl);
        let document = specimens().document(Persona::Dane);
        let reading = begin(server, &document);
        let again = {
            let site = Site::open(&server.segl);
            let mut client = site.connect(&reading.relay()).unwrap();
            // Every task is dropped with the site, and says no good-bye.
            let again = next(&mut client, &reading.relay());
            drop(site);
            again
        };
        let other = server.beside();
        trust(&other);
        let site = Site::open(&other);
        let lease = SignedDuration::from_secs(server.segl.policy.chip.lease_seconds);
        server.wait(lease - SignedDuration::from_micros(1));
        let busy = site.connect(&again).err().unwrap();
        assert_eq!(busy, (409, "relay_busy".to_owned()));
        server.wait(SignedDuration::from_micros(1));
        let mut chip = chip(&document);
        let mut client = site.connect(&again).unwrap();
        assert_eq!(client.relay(|command| chip.process(command)), Carried::Done);
        assert_eq!(look(server, &reading).state, "verified");
    });
}

#[test]
fn a_stop_sends_relays_elsewhere_at_once() {
    let server = TestServer::sqlite();
    trust(&server.segl);
    let other = server.beside();
    trust(&other);
    let (here, there) = (Site::open(&server.segl), Site::open(&other));
    let document = specimens().document(Persona::Dane);
    let reading = begin(&server, &document);
    let mut client = here.connect(&reading.relay()).unwrap();
    let again = next(&mut client, &reading.relay());
    server.segl.end_waiting();
    assert_eq!(
        client.text().as_deref(),
        Some(r#"{"refused":"server_stops"}"#)
    );
    until(&server, &reading, "waiting");
    let mut chip = chip(&document);
    let mut client = there.connect(&again).unwrap();
    assert_eq!(client.relay(|command| chip.process(command)), Carried::Done);
}

#[test]
fn of_many_relays_at_once_one_goes_on_and_the_others_are_told() {
    on_both(|server| {
        trust(&server.segl);
        let other = server.beside();
        trust(&other);
        let sites = [Site::open(&server.segl), Site::open(&other)];
        let document = specimens().document(Persona::Dane);
        let reading = begin(server, &document);
        let request = reading.relay();
        let barrier = Arc::new(std::sync::Barrier::new(8));
        let tried: Vec<Result<Client, (u16, String)>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|number| {
                    let (site, request) = (&sites[number % 2], &request);
                    let barrier = Arc::clone(&barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        site.connect(request)
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        let (first, others): (Vec<_>, Vec<_>) = tried.into_iter().partition(Result::is_ok);
        assert_eq!(first.len(), 1);
        for refused in others {
            let (status, code) = refused.err().unwrap();
            let known = [(403, "relay_refused"), (409, "relay_busy")];
            assert!(known.contains(&(status, code.as_str())), "{status} {code}");
        }
        // A second with a token of its own is refused, and the first goes on.
        let second = server.step(reading.another_relay()).unwrap();
        for site in &sites {
            let busy = site.connect(&second).err().unwrap();
            assert_eq!(busy, (409, "relay_busy".to_owned()));
        }
        let mut client = first.into_iter().next().unwrap().ok().unwrap();
        let mut chip = chip(&document);
        assert_eq!(client.relay(|command| chip.process(command)), Carried::Done);
        assert_eq!(look(server, &reading).state, "verified");
        let over = sites[0].connect(&second).err().unwrap();
        assert_eq!(over, (409, "reading_over".to_owned()));
    });
}
