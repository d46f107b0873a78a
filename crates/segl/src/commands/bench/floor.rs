//! The floor: what the cryptography of one sign-in costs that no server can leave out, on this machine, in this run.
//!
//! It is measured as the load finds the machine, with every processor busy, and counted in CPU time of the threads, as the server's own
//! share is. It begins with the bytes that the database holds, since no server keeps everybody's keys ready: reading a record and a device
//! key checks points on curves. What can be prepared is not counted: the server's own keys are there, statements built, requests read.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use app::randomness::SystemRandomness;
use app::{ApprovalStatement, Stretch, StretchCache};
use authn::device_key::{DeviceKey, DevicePublicKey};
use authn::secret::{ClientLogin, ClientRegistration, OpaqueServer, PendingLogin, SecretRecord};
use oidc::jose::{Algorithm, SigningKey, TokenType};
use serde_json::json;

use super::load::{Failure, processors};
use super::now;

/// How often each thing is done on each processor.
const ROUNDS: usize = 500;

/// Microseconds of CPU time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Floor {
    /// OPAQUE: making KE2 from the record and KE1, and checking KE3.
    pub(super) opaque: f64,
    /// Verifying the device key's signature over the approval.
    pub(super) approval: f64,
    /// Signing the ID token, ES256.
    pub(super) id_token: f64,
}

impl Floor {
    /// Of one sign-in.
    pub(super) fn sum(&self) -> f64 {
        self.opaque + self.approval + self.id_token
    }

    /// Of two measurements.
    pub(super) fn mean(&self, other: &Self) -> Self {
        self.with(other, f64::midpoint)
    }

    fn with(&self, other: &Self, combine: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            opaque: combine(self.opaque, other.opaque),
            approval: combine(self.approval, other.approval),
            id_token: combine(self.id_token, other.id_token),
        }
    }
}

/// Measures on every processor at once; gives the mean.
pub(super) fn measure() -> Result<Floor, Failure> {
    let threads = processors();
    let measured: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(on_this_thread)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| Failure::Thread).flatten())
            .collect()
    });
    let mut sum = Floor {
        opaque: 0.0,
        approval: 0.0,
        id_token: 0.0,
    };
    for floor in measured {
        sum = sum.with(&floor?, |one, other| one + other);
    }
    let count = f64::from(u32::try_from(threads).unwrap_or(u32::MAX));
    Ok(sum.with(&sum, |sum, _| sum / count))
}

fn on_this_thread() -> Result<Floor, Failure> {
    Ok(Floor {
        opaque: opaque().map_err(Failure::Floor)?,
        approval: approval().map_err(Failure::Floor)?,
        id_token: id_token()?,
    })
}

fn opaque() -> Result<f64, authn::Fault> {
    let rng = &mut SystemRandomness::new();
    let (server, id, pin) = (OpaqueServer::generate(rng), [7; 16], b"271828");
    let stretch = Stretch::Kept(StretchCache::default());
    let (registration, request) = ClientRegistration::start(rng, pin)?;
    let response = server.register(&id, &request)?;
    let record = registration.finish(rng, &response, &stretch)?.record;
    let logins: Vec<_> = (0..ROUNDS)
        .map(|_| ClientLogin::start(rng, pin))
        .collect::<Result<_, _>>()?;
    let mut answers = Vec::with_capacity(ROUNDS);
    let begin = each(ROUNDS, |round| {
        let record = SecretRecord::from_bytes(&record)?;
        answers.push(server.begin(rng, Some(&record), &id, &logins[round].1)?);
        Ok::<_, authn::Fault>(())
    })?;
    let mut finishes: Vec<(PendingLogin, [u8; 64])> = Vec::with_capacity(ROUNDS);
    for ((login, _), (pending, ke2)) in logins.into_iter().zip(answers) {
        finishes.push((pending, login.finish(rng, &ke2, &stretch)?.ke3));
    }
    let finish = each(ROUNDS, |_| match finishes.pop() {
        Some((pending, ke3)) => pending.finish(&ke3).map(black_box).map(drop),
        None => Ok(()),
    })?;
    Ok(begin + finish)
}

fn approval() -> Result<f64, authn::Fault> {
    let statement = |round: usize| {
        let statement = ApprovalStatement {
            action: "APPROVE".into(),
            authenticator: "AAECAwQFBgcICQoLDA0ODw".into(),
            decision: ApprovalStatement::APPROVE.into(),
            nonce: "EBESExQVFhcYGRobHB0eHw".into(),
            reference_text: format!("Pay DKK {round}.00 to Jensens Cykler"),
            service: "Nordbanken".into(),
            service_id: "demo-bank".into(),
            sign_in: "ICEiIyQlJicoKSorLC0uLw".into(),
            typ: ApprovalStatement::TYP.into(),
        };
        statement.canonical()
    };
    let key = DeviceKey::generate()?;
    let public = *key.public()?.as_bytes();
    let signed = (0..ROUNDS)
        .map(statement)
        .map(|statement| key.sign(&statement).map(|signature| (statement, signature)));
    let signed: Vec<_> = signed.collect::<Result<_, _>>()?;
    each(ROUNDS, |round| {
        DevicePublicKey::from_bytes(&public)?
            .verify(&signed[round].0, &signed[round].1)
            .map(black_box)
            .map(drop)
    })
}

/// A payload with the members, and about the length, of a real one.
fn id_token() -> Result<f64, Failure> {
    let (key, _) = SigningKey::generate(Algorithm::Es256).map_err(Failure::SigningKey)?;
    let uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let level = "https://data.gov.dk/concept/core/nsis/Substantial";
    let claims = json!({
        "iss": "https://id.segl.example", "sub": uuid, "aud": "demo-bank", "exp": 1_763_800_300, "iat": 1_763_800_000,
        "nbf": 1_763_800_000, "auth_time": 1_763_799_999, "nonce": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ", "sid": uuid, "amr": ["code_app"], "acr": level, "idp": "mitid",
        "identity_type": "private", "transaction_id": uuid, "loa": level, "aal": level, "ial": level, "session_expiry": "1763803600",
    });
    let payload = claims.to_string();
    each(ROUNDS, |_| {
        key.sign_compact(TokenType::Jwt, payload.as_bytes())
            .map(black_box)
            .map(drop)
    })
    .map_err(Failure::Token)
}

/// Microseconds of this thread's CPU time for each of `rounds`.
fn each<E>(rounds: usize, mut work: impl FnMut(usize) -> Result<(), E>) -> Result<f64, E> {
    let (wall, cpu) = (now(), thread_cpu_time());
    for round in 0..rounds {
        work(round)?;
    }
    let spent = match (cpu, thread_cpu_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => wall.elapsed(),
    };
    Ok(spent.as_secs_f64() * 1e6 / f64::from(u32::try_from(rounds).unwrap_or(u32::MAX)))
}

/// Time that this thread has run on a processor: the first figure of its `schedstat`, in nanoseconds. Where the system keeps none, the
/// clock on the wall serves.
fn thread_cpu_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_ascii_whitespace()
        .next()?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_costs_something() {
        let floor = on_this_thread().unwrap();
        assert!(
            floor.opaque > 1.0 && floor.approval > 1.0 && floor.id_token > 1.0,
            "{floor:?}"
        );
        assert!((floor.mean(&floor).sum() - floor.sum()).abs() < 1e-6);
    }

    #[test]
    fn a_failure_ends_the_rounds() {
        let mut done = 0;
        let outcome = each(10, |round| {
            done += 1;
            if round == 3 { Err("no") } else { Ok(()) }
        });
        assert_eq!((outcome, done), (Err("no"), 4));
    }
}
