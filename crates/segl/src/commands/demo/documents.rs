//! The passports of the demo's personas: made by two specimen countries, whose authorities the demo trusts, and read as any passport is.
//!
//! A chip is a WebSocket here. Whoever joins it with the relay's WebSocket does what a phone does with a passport at its back.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use serde::Serialize;
use server::Segl;
use server::enrol::web_socket::{Handshake, Socket};
use server::error::Fault;
use server::trust::ImportRules;
use specimen::chip::Chip;
use specimen::country::{CertificateRequest, Country, CountryPlan};
use specimen::document::{Document, DocumentPlan, Mrz, Portrait, Size};
use specimen::randomness::Randomness;
use tokio_tungstenite::tungstenite::Message;

use super::Demo;
use super::data::Data;
use super::pages::Asked;
use super::personas::{PERSONAS, Persona};

/// How long a chip waits for the next command.
const PATIENCE: Duration = Duration::from_mins(2);
/// The longest command: extended length (ISO/IEC 7816-4, 5.1).
const LONGEST: usize = 65_600;

/// Every passport of the demo.
pub(crate) struct Documents {
    authorities: Vec<Vec<u8>>,
    issued: Vec<Issued>,
}

/// One passport.
struct Issued {
    persona: &'static Persona,
    document: Document,
    portrait: Vec<u8>,
}

/// What `GET /demo/chips` says of one.
#[derive(Serialize)]
struct ShownChip {
    persona: &'static str,
    name: String,
    document: &'static str,
    /// What it shows, in the language asked for.
    shows: String,
    mrz: ShownMrz,
    zone: String,
    can: Option<String>,
    /// The CPR number of who is in the register.
    number: Option<String>,
    portrait: String,
}

#[derive(Serialize)]
struct ShownMrz {
    document_number: String,
    birth_date: String,
    expiry_date: String,
}

#[derive(Serialize)]
struct ShownChips {
    chips: Vec<ShownChip>,
}

impl Documents {
    /// Issues them all. The same folder gives the same documents.
    pub(crate) fn issue(data: &Data) -> Self {
        let seed = data.kept().documents_seed.unwrap_or_default();
        let (first, day) = (data.first_start(), data.first_day());
        let ago = |years: i64| first - SignedDuration::from_hours(24 * 365 * years);
        let mut authorities = Vec::new();
        let mut issued = Vec::new();
        for (code, state) in [("DK", "DNK"), ("PL", "POL")] {
            let plan = CountryPlan::new(code, state, ago(4));
            let mut country = Country::found(seed.as_bytes(), &plan);
            let signer = country.issue(&CertificateRequest::usual_document_signer(ago(3)));
            authorities.extend(country.csca_certificates());
            let holders = PERSONAS
                .iter()
                .enumerate()
                .filter(|(_, persona)| persona.passport == Some(state));
            for (place, persona) in holders {
                let mut randomness = country.randomness(persona.key);
                let plan = plan_of(persona, place, day);
                issued.push(Issued {
                    persona,
                    portrait: plan.portrait.image(0),
                    document: Document::issue(&plan, &signer, &mut randomness),
                });
            }
        }
        Self {
            authorities,
            issued,
        }
    }

    /// Has the demo trust both countries.
    pub(crate) fn trust(&self, segl: &Segl) -> Result<(), Fault> {
        let authorities = self.authorities.iter();
        let files: Vec<_> = authorities
            .map(|der| ("the demo's specimen countries".to_owned(), der.clone()))
            .collect();
        server::trust::import(&segl.store, &files, &ImportRules::at(segl.clock.now()))?;
        segl.trust.reload(&segl.store)?;
        Ok(())
    }

    fn of(&self, persona: &str) -> Result<&Issued, Fault> {
        let mut all = self.issued.iter();
        all.find(|issued| issued.persona.key == persona)
            .ok_or(Fault::NotFound)
    }
}

/// Skin, hair, length and glasses, clothes: each persona differs from the others in two at least.
const LOOKS: [u8; 8] = [0x10, 0x7B, 0x84, 0xDC, 0x45, 0x12, 0xA8, 0x5D];

/// A persona's passport, issued two years before the demo began.
fn plan_of(persona: &Persona, place: usize, first_day: Date) -> DocumentPlan {
    let born = persona.born_on(first_day);
    let state = persona.passport.unwrap_or_default();
    let number = match state {
        "POL" => format!("ZS{:07}", 1_000_000 + place),
        _ => format!("{}", 210_000_001 + place),
    };
    let given_names = [persona.given, persona.middle].join(" ");
    let mrz = Mrz {
        size: Size::Td3,
        document_code: "P".to_owned(),
        issuer: state.to_owned(),
        number,
        surname: persona.family.to_owned(),
        given_names: given_names.trim().to_owned(),
        nationality: state.to_owned(),
        birth: born.strftime("%y%m%d").to_string(),
        sex: match persona.sex {
            domain::cpr_number::Sex::Female => 'F',
            domain::cpr_number::Sex::Male => 'M',
        },
        expiry: born,
        optional: String::new(),
    };
    let portrait = Portrait::Person {
        look: LOOKS[place % LOOKS.len()],
        bytes: 18_000,
    };
    let issued = first_day.saturating_sub(2.years());
    DocumentPlan {
        portrait,
        authority: None,
        ..DocumentPlan::passport(mrz, born, issued)
    }
}

/// `GET /demo/chips`.
pub(crate) async fn list(
    State(demo): State<Arc<Demo>>,
    Asked(context): Asked,
) -> Result<Response, Fault> {
    let t = context.texts(&demo.segl);
    let day = demo.data.first_day();
    let chips = demo.documents.issued.iter().map(|issued| {
        let (persona, mrz) = (issued.persona, &issued.document.mrz);
        let text = mrz.text();
        let (upper, lower) = text.split_at(text.len() / 2);
        ShownChip {
            persona: persona.key,
            name: persona.name(),
            document: "passport",
            shows: t.get(&format!("demo-persona-{}", persona.key)).to_owned(),
            mrz: ShownMrz {
                document_number: mrz.number.clone(),
                birth_date: mrz.birth.clone(),
                expiry_date: mrz.expiry.strftime("%y%m%d").to_string(),
            },
            zone: format!("{upper}\n{lower}"),
            can: issued.document.can.clone(),
            number: persona.cpr(day).map(|cpr| cpr.expose()),
            portrait: format!("/demo/chips/{}/portrait", persona.key),
        }
    });
    let shown = ShownChips {
        chips: chips.collect(),
    };
    Ok(axum::Json(shown).into_response())
}

/// `GET /demo/chips/{persona}/portrait`: the picture in the passport, for whoever wants to show it to a camera.
pub(crate) async fn portrait(
    State(demo): State<Arc<Demo>>,
    Path(persona): Path<String>,
) -> Result<Response, Fault> {
    let picture = demo.documents.of(&persona)?.portrait.clone();
    let headers = [(CONTENT_TYPE, "image/jpeg"), (CACHE_CONTROL, "no-store")];
    Ok((StatusCode::OK, headers, picture).into_response())
}

/// `GET /demo/chips/{persona}`: the chip, as a WebSocket of raw APDUs. Each connection is a chip that was just reset.
pub(crate) async fn chip(
    State(demo): State<Arc<Demo>>,
    Asked(context): Asked,
    Path(persona): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    context.own_form(&demo.segl)?;
    let document = demo.documents.of(&persona)?.document.clone();
    let randomness = Randomness::from_seed(&server::random::bytes::<32>()?);
    let (response, upgrading) = Handshake::read(request)?.accept(None);
    tokio::spawn(async move {
        if let Some(socket) = upgrading.socket(LONGEST).await {
            answer(socket, Chip::new(document, randomness)).await;
        }
    });
    Ok(response)
}

/// Answers commands until the other side goes, or is silent for too long.
async fn answer(mut socket: Socket, mut chip: Chip) {
    while let Ok(Some(Ok(message))) = tokio::time::timeout(PATIENCE, socket.next()).await {
        let command = match message {
            Message::Binary(command) => command,
            Message::Close(_) => break,
            _ => continue,
        };
        // A chip computes on curves, and keeps nobody else waiting with it.
        let worked = tokio::task::spawn_blocking(move || {
            let response = chip.process(&command);
            (chip, response)
        });
        let Ok((reset, response)) = worked.await else {
            break;
        };
        chip = reset;
        if socket.send(Message::binary(response)).await.is_err() {
            break;
        }
    }
    let _ = socket.close(None).await;
}
