//! `GET /enrol/chip/{case}`: a WebSocket that carries APDUs, and nothing that they say (R-DOC-6, R-HLP-1).
//!
//! PACE or BAC, secure messaging, chip and active authentication end here. A relay is let in by a token that is used once; each relay is told
//! the token of the next, in case it is torn. What it may not do is in `End`.

use std::sync::Arc;
use std::time::Duration;

use authn::randomness::{RngCore, SystemRandomness};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{ChipReadingId, RelayId};
use domain::proofing::{ChipReading, ChipReadingState, RelayLease};
use emrtd::fault::{ChipFault, Finding};
use emrtd::reader::{
    Access as Opened, FileName, Limits, Progress as FileProgress, Randomness, Reading, ReadingPlan,
    Session, SessionStep, Transport,
};
use jiff::Timestamp;
use store::chip_reading::Progress;
use tokio::sync::OwnedSemaphorePermit;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::access::Access;
use super::document;
use super::line::{End, Heard, LONGEST_MESSAGE, Line, Tell};
use super::verdict;
use super::web_socket::{Handshake, Upgrading};
use crate::Segl;
use crate::context::Context;
use crate::error::Fault;
use crate::random::{self, digest};

/// The subprotocol (RFC 6455, 1.9).
const SUBPROTOCOL: &str = "segl-chip.v1";
/// Where a browser can put a token: it lets nobody set a header, and an address ends up in logs.
const TOKEN_PREFIX: &str = "token.";
/// How often a relay's progress and sign of life are written.
const BEAT: Duration = Duration::from_secs(1);

/// A relay that has begun.
struct Begun {
    reading: ChipReading,
    lease: RelayLease,
    access: Access,
    /// What the next relay must bring.
    token: String,
}

/// A new token for a relay. Gives what the relay brings, and what is stored.
pub(super) fn new_token() -> Result<(String, [u8; 32]), Fault> {
    let token = URL_SAFE_NO_PAD.encode(random::bytes::<32>()?);
    let hash = digest(token.as_bytes());
    Ok((token, hash))
}

/// The WebSocket.
#[utoipa::path(get, path = "/enrol/chip/{case}", params(("case" = String, Path)), responses((status = 101, description = "A WebSocket of the subprotocol segl-chip.v1; see docs/app-protocol.md"), (status = "4XX", body = crate::app_api::openapi::Problem)))]
pub async fn relay(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Path(case): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    // Browsers let any site open a WebSocket to any other, and say which (RFC 6455, 10.2).
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let handshake = Handshake::read(request)?;
    let speaks = handshake.subprotocols.iter().any(|one| one == SUBPROTOCOL);
    let mut offered = handshake.subprotocols.iter();
    let token = offered.find_map(|one| one.strip_prefix(TOKEN_PREFIX));
    let (Some(token), true, Ok(id)) = (token, speaks, case.parse()) else {
        return Err(Fault::RelayRefused);
    };
    let place = segl.relays.place()?;
    let hash = digest(token.as_bytes());
    let begun = begin(&segl, id, hash, context.now).await?;
    let (response, upgrading) = handshake.accept(Some(SUBPROTOCOL));
    tokio::spawn(carry(segl, begun, upgrading, place));
    Ok(response)
}

/// Lets a relay in, if its token is the one, nobody else relays, and it is not too late.
async fn begin(
    segl: &Arc<Segl>,
    id: ChipReadingId,
    hash: [u8; 32],
    now: Timestamp,
) -> Result<Begun, Fault> {
    let (token, next) = new_token()?;
    let relay = RelayId::from_random(random::bytes()?);
    let shared = Arc::clone(segl);
    let begun = segl
        .store
        .write(id.as_bytes(), move |tx| {
            let found = store::chip_reading::find(tx, &shared.keys().data, id, now)?;
            let found = found
                .filter(|found| verify_slices_are_equal(&found.token_hash, &hash).is_ok())
                .ok_or(Fault::RelayRefused)?;
            let reading = found.reading.relayed_by(relay, &shared.policy.chip, now)?;
            if !store::chip_reading::begin_relay(tx, &found, &reading, &next)? {
                return Err(Fault::RelayBusy);
            }
            let access = found.access.ok_or(Fault::Missing("what opens a chip"))?;
            Ok::<_, Fault>(Begun {
                lease: RelayLease::new(relay, &shared.policy.chip, now),
                access: Access::from_bytes(&access)?,
                token: token.clone(),
                reading,
            })
        })
        .await?;
    segl.relays.wake(id);
    Ok(begun)
}

/// One relay from its opening to its end.
async fn carry(segl: Arc<Segl>, begun: Begun, upgrading: Upgrading, _place: OwnedSemaphorePermit) {
    let (id, relay) = (begun.reading.id, begun.lease.relay);
    let Some(socket) = upgrading.socket(LONGEST_MESSAGE).await else {
        return end(&segl, id, relay, &End::Torn).await;
    };
    let line = Line::new(socket, &segl.policy.chip, segl.relays.stopping());
    let mut under_way = UnderWay {
        segl: Arc::clone(&segl),
        begun,
        line,
        told: None,
    };
    let done = match under_way.read().await {
        Ok(reading) => under_way.finish(reading).await,
        Err(end) => Err(end),
    };
    let line = &mut under_way.line;
    let code = match &done {
        Ok(()) => {
            let _ = line.tell(&Tell::Done { done: true }).await;
            CloseCode::Normal
        }
        Err(why) => {
            if let End::Internal(fault) = why {
                tracing::error!(%fault, "a relay failed");
            }
            end(&segl, id, relay, why).await;
            let refused = &why.word();
            let _ = line.tell(&Tell::Refused { refused }).await;
            if *why == End::ServerStops {
                CloseCode::Away
            } else {
                CloseCode::Normal
            }
        }
    };
    line.close(code).await;
}

/// Lets the next relay in, and tells why this one ended.
async fn end(segl: &Arc<Segl>, id: ChipReadingId, relay: RelayId, why: &End) {
    let word = why.word();
    let ended = segl
        .store
        .write(id.as_bytes(), move |tx| {
            store::chip_reading::end_relay(tx, id, relay, &word)
        })
        .await;
    if let Err(error) = ended {
        tracing::warn!(%error, "the end of a relay was not written, its time will run out");
    }
    segl.relays.wake(id);
}

/// A relay while it carries.
struct UnderWay {
    segl: Arc<Segl>,
    begun: Begun,
    line: Line,
    told: Option<Progress>,
}

impl UnderWay {
    /// Reads the chip, as far as it goes.
    async fn read(&mut self) -> Result<Reading, End> {
        let token = self.begun.token.clone();
        self.line.tell(&Tell::Token { token: &token }).await?;
        let transport = self.chip().await?;
        let id = self.begun.reading.id;
        let torn = self.segl.relays.take_torn(id);
        let (mut session, mut step) = if let Some(session) = torn {
            stepped(session, Session::resume).await?
        } else {
            let session = self.session()?.with_transport(transport);
            stepped(session, Session::start).await?
        };
        loop {
            (session, step) = match step {
                Ok(SessionStep::Done) => return Ok(session.into_reading()),
                Ok(SessionStep::Send(command)) => {
                    if is_pace_hidden(session.reading()) {
                        return Err(End::PaceHidden);
                    }
                    let progress = session.progress();
                    match self.transmit(progress, command).await {
                        Ok(Heard::Apdu(answer)) => {
                            stepped(session, move |session| session.respond(&answer)).await?
                        }
                        Ok(Heard::Lost) => {
                            session.connection_lost();
                            (session, Err(ChipFault::ConnectionLost))
                        }
                        Err(end) => return Err(self.torn(session, end)),
                    }
                }
                Err(ChipFault::ConnectionLost) => match self.chip().await {
                    Ok(_) => stepped(session, Session::resume).await?,
                    Err(end) => return Err(self.torn(session, end)),
                },
                Err(fault) => return Err(End::Chip(fault)),
            };
        }
    }

    /// A session that has read nothing yet.
    fn session(&self) -> Result<Session, End> {
        let password = self.begun.access.password().map_err(End::Internal)?;
        let policy = &self.segl.policy.chip;
        let limits = Limits {
            file_bytes: policy.file_bytes,
            commands: policy.commands,
            ..Limits::default()
        };
        let mut system = SystemRandomness::new();
        let randomness = Randomness::new(move |bytes| system.fill_bytes(bytes));
        Ok(Session::new(password, ReadingPlan::identification(), randomness).with_limits(limits))
    }

    /// Keeps a session whose relay was torn, so that the next one goes on where it was.
    fn torn(&self, mut session: Session, end: End) -> End {
        if end.is_resumable() {
            session.connection_lost();
            let reading = &self.begun.reading;
            let relays = &self.segl.relays;
            relays.keep_torn(reading.id, session, reading.expires_at);
        }
        end
    }

    /// Waits for a chip in the relay's field, and gives signs of life meanwhile.
    async fn chip(&mut self) -> Result<Transport, End> {
        let Self {
            segl,
            begun,
            line,
            told,
        } = self;
        beating(segl, begun, told.as_ref(), line.chip()).await
    }

    /// Sends a command, and waits for the chip's answer.
    async fn transmit(
        &mut self,
        progress: Option<FileProgress>,
        command: Vec<u8>,
    ) -> Result<Heard, End> {
        if let Some(progress) = progress {
            self.tell_progress(progress).await?;
        }
        self.line.command(command).await?;
        let Self {
            segl,
            begun,
            line,
            told,
        } = self;
        beating(segl, begun, told.as_ref(), line.answer()).await
    }

    /// Tells the relay how far the file is that is being read.
    async fn tell_progress(&mut self, progress: FileProgress) -> Result<(), End> {
        let percent = progress
            .expected
            .map_or(0, |of| progress.read * 100 / of.max(1));
        let now = Progress {
            file: name(progress.file),
            percent: u32::try_from(percent.min(100)).unwrap_or(100),
        };
        if self.told.as_ref() == Some(&now) {
            return Ok(());
        }
        let tell = Tell::Progress {
            file: &now.file,
            read: progress.read,
            of: progress.expected,
        };
        self.line.tell(&tell).await?;
        self.told = Some(now);
        Ok(())
    }

    /// Verifies what was read, and keeps what came of it.
    async fn finish(&mut self, reading: Reading) -> Result<(), End> {
        let segl = Arc::clone(&self.segl);
        let (now, trust) = (segl.clock.now(), segl.trust.now());
        let judged = Segl::aside(move || verdict::judge(&reading, &trust, now))
            .await
            .map_err(End::Internal)?;
        let steps = judged.steps;
        let finished = ChipReading {
            state: match judged.document {
                Some(document) => ChipReadingState::Verified {
                    document: Box::new(document),
                    steps,
                },
                None => ChipReadingState::Refused { steps },
            },
            ..self.begun.reading.clone()
        };
        let (id, relay, shared) = (finished.id, self.begun.lease.relay, Arc::clone(&segl));
        let (is_the_one, enrolment) = segl
            .store
            .write(id.as_bytes(), move |tx| {
                let data = &shared.keys().data;
                if !store::chip_reading::finish(tx, data, &finished, relay)? {
                    return Ok((false, None));
                }
                Ok((true, document::was_read(tx, &shared, &finished, now)?))
            })
            .await
            .map_err(End::Internal)?;
        segl.relays.wake(id);
        if let Some(enrolment) = enrolment {
            segl.enrolments.wake(enrolment);
        }
        if is_the_one {
            Ok(())
        } else {
            Err(End::Superseded)
        }
    }
}

/// Waits for a relay, and writes all the while that it lives and how far it is.
async fn beating<T>(
    segl: &Arc<Segl>,
    begun: &Begun,
    told: Option<&Progress>,
    heard: impl Future<Output = Result<T, End>>,
) -> Result<T, End> {
    tokio::pin!(heard);
    let mut beat = tokio::time::interval(BEAT);
    beat.reset();
    loop {
        tokio::select! {
            heard = &mut heard => return heard,
            _ = beat.tick() => sign_of_life(segl, begun, told.cloned()).await?,
        }
    }
}

async fn sign_of_life(segl: &Arc<Segl>, begun: &Begun, told: Option<Progress>) -> Result<(), End> {
    let (id, now) = (begun.reading.id, segl.clock.now());
    if now >= begun.reading.expires_at {
        return Err(End::TooLong);
    }
    let lease = RelayLease::new(begun.lease.relay, &segl.policy.chip, now);
    let is_the_one = segl
        .store
        .write(id.as_bytes(), move |tx| {
            store::chip_reading::keep_alive(tx, id, lease, told.as_ref())
        })
        .await
        .map_err(|error: store::StoreError| End::Internal(error.into()))?;
    segl.relays.wake(id);
    if is_the_one {
        Ok(())
    } else {
        Err(End::Superseded)
    }
}

/// Who stands between could hide that a chip does PACE: what is then said under BAC can be read by whoever knows the zone. DG14 repeats
/// under signature what the chip does, and is read before anything personal.
fn is_pace_hidden(reading: &Reading) -> bool {
    reading.access == Some(Opened::Bac) && reading.findings.contains(&Finding::PaceHidden)
}

/// A step of a session, where it keeps no other request waiting.
async fn stepped(
    mut session: Session,
    step: impl FnOnce(&mut Session) -> Result<SessionStep, ChipFault> + Send + 'static,
) -> Result<(Session, Result<SessionStep, ChipFault>), End> {
    Segl::aside(move || {
        let step = step(&mut session);
        (session, step)
    })
    .await
    .map_err(End::Internal)
}

/// The file's name in the standard.
fn name(file: FileName) -> String {
    match file {
        FileName::CardAccess => "EF.CardAccess".to_owned(),
        FileName::AtrInfo => "EF.ATR/INFO".to_owned(),
        FileName::CardSecurity => "EF.CardSecurity".to_owned(),
        FileName::Com => "EF.COM".to_owned(),
        FileName::Sod => "EF.SOD".to_owned(),
        FileName::DataGroup(group) => format!("DG{}", group.number()),
    }
}
