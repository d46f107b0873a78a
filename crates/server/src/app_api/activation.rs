//! Activating an app with two codes (R-AUT-5) and choosing its PIN (R-PIN-1, R-SEC-1).

use std::sync::Arc;

use authn::activation::verify_activation;
use authn::code::{LetterCode, SmsCode};
use authn::secret::SecretRecord;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::activation::{CodesProved, Entered};
use domain::audit::{Event, What};
use domain::authenticator::{Authenticator, AuthenticatorState, Platform, room_for_another_app};
use domain::id::{AuthenticatorId, IdentityId};
use domain::identity::{IdentityEvent, IdentityState};
use domain::lockout::PinGuesses;
use domain::person::Person;
use domain::sign_in::wire_id;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::authenticator::StoredApp;
use store::enrolment::Before;
use store::{StoreError, Tx};
use utoipa::ToSchema;

use super::{AppToken, Body, Worked, decode};
use crate::around::json_answer;
use crate::context::Context;
use crate::enrol::owner::Owner;
use crate::error::Fault;
use crate::sealed::{self, Activating, ActivationSource};
use crate::{Segl, notices, random};

/// How long an app may take from the codes to the PIN.
const ACTIVATING_MINUTES: i64 = 30;

/// The user ID and both codes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    user_id: String,
    letter_code: String,
    sms_code: String,
}

/// An app may be activated: the codes were right, or an enrolment has come so far.
#[derive(Serialize, ToSchema)]
pub struct CodesRight {
    /// To be brought back; 30 minutes.
    activation: String,
    /// What the app will be called, 16 bytes, base64url.
    authenticator_id: String,
    /// For a greeting.
    given_name: String,
    /// For the PIN rule (R-PIN-1).
    birth_date: String,
}

/// `POST /app/v1/activations`.
#[utoipa::path(post, path = "/app/v1/activations", request_body = Codes, responses((status = 200, body = CodesRight), (status = "4XX", body = super::openapi::Problem)))]
pub async fn enter_codes(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Body(codes): Body<Codes>,
) -> Result<Response, Fault> {
    segl.limits.start(context.address)?;
    let letter = LetterCode::parse(&codes.letter_code).map_err(|_| Fault::ActivationRefused)?;
    let sms = SmsCode::parse(&codes.sms_code).map_err(|_| Fault::ActivationRefused)?;
    let (shared, now) = (Arc::clone(&segl), context.now);
    let typed = domain::user_id::canonical(&codes.user_id);
    let key = typed.clone();
    let (proved, person) = segl
        .store
        .write(key.as_bytes(), move |tx| {
            judge(tx, &shared, &typed, (&letter, &sms), now)
        })
        .await?
        .ok_or(Fault::ActivationRefused)?;
    let source = ActivationSource::Codes(proved.activation());
    let right = CodesRight::of(&segl, (proved.identity(), &person), source, now)?;
    Ok(json_answer(StatusCode::OK, &right))
}

impl CodesRight {
    /// For somebody who may activate an app.
    pub(crate) fn of(
        segl: &Segl,
        (identity, person): (IdentityId, &Person),
        source: ActivationSource,
        now: Timestamp,
    ) -> Worked<Self> {
        let authenticator = AuthenticatorId::from_random(random::bytes()?);
        let activating = Activating {
            identity,
            source,
            authenticator,
            expires_at: now
                .saturating_add(SignedDuration::from_mins(ACTIVATING_MINUTES))
                .unwrap_or(Timestamp::MAX),
        };
        Ok(Self {
            activation: sealed::seal(&segl.keys().sealed, &activating)?,
            authenticator_id: wire_id(authenticator),
            given_name: person.given_name().to_owned(),
            birth_date: person.birth_date.expose().to_string(),
        })
    }
}

/// Judges an entry. It is counted before it is checked, and a wrong one stays counted: so a refusal is a value here, not an error.
fn judge(
    tx: &mut Tx<'_>,
    segl: &Segl,
    typed: &str,
    (letter, sms): (&LetterCode, &SmsCode),
    now: Timestamp,
) -> Worked<Option<(CodesProved, Person)>> {
    let keys = segl.keys();
    let identity =
        store::identity::find_id(tx, &keys.data, typed)?.unwrap_or(IdentityId::from_bytes([0; 16]));
    let Some(stored) = store::activation::take(tx, identity, letter.selector())? else {
        return Ok(None);
    };
    let context = code_context(identity);
    let entered = Entered {
        letter: letter.matches(&keys.codes, &context, &stored.letter_hash),
        sms: sms.matches(&keys.codes, &context, &stored.sms_hash),
    };
    let Ok(proved) = stored.activation.enter(entered, &segl.policy, now) else {
        return Ok(None);
    };
    store::activation::forgive(tx, &proved)?;
    let person =
        store::person::of_identity(tx, &keys.data, identity)?.ok_or(Fault::Missing("a person"))?;
    room(tx, segl, identity)?;
    Ok(Some((proved, person)))
}

/// What ties a code's hash to its holder.
pub fn code_context(identity: IdentityId) -> Vec<u8> {
    [b"activation ", identity.as_bytes().as_slice()].concat()
}

/// Whether the holder may have one more app (R-AUT, the table).
pub(crate) fn room(tx: &mut Tx<'_>, segl: &Segl, identity: IdentityId) -> Worked<()> {
    let apps = store::authenticator::of_identity(tx, identity)?;
    let in_use = |app: &&StoredApp| {
        matches!(
            app.authenticator.state,
            AuthenticatorState::Active | AuthenticatorState::Suspended
        )
    };
    let count = u32::try_from(apps.iter().filter(in_use).count()).unwrap_or(u32::MAX);
    room_for_another_app(count, &segl.policy).map_err(|_| Fault::TooManyApps)
}

fn activating(segl: &Segl, context: &Context, text: &str) -> Worked<Activating> {
    sealed::open::<Activating>(&segl.keys().sealed, text)
        .filter(|activating| context.now < activating.expires_at)
        .ok_or(Fault::ActivationRefused)
}

/// The PIN, blinded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PinRequest {
    activation: String,
    registration_request: String,
}

/// The server's half of the registration.
#[derive(Serialize, ToSchema)]
pub struct PinResponse {
    registration_response: String,
}

/// `POST /app/v1/activations/pin`.
#[utoipa::path(post, path = "/app/v1/activations/pin", request_body = PinRequest, responses((status = 200, body = PinResponse), (status = "4XX", body = super::openapi::Problem)))]
pub async fn register_pin(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Body(pin): Body<PinRequest>,
) -> Result<Response, Fault> {
    segl.limits.start(context.address)?;
    let activating = activating(&segl, &context, &pin.activation)?;
    let (shared, now) = (Arc::clone(&segl), context.now);
    let (identity, source) = (activating.identity, activating.source);
    segl.store
        .read(move |tx| may_go_on(tx, &shared, identity, source, now))
        .await?;
    let request = decode(&pin.registration_request, "registration_request")?;
    let response = segl
        .keys()
        .opaque
        .register(activating.authenticator.as_bytes(), &request)
        .map_err(|_| Fault::Malformed("registration_request is not one of OPAQUE".to_owned()))?;
    Ok(json_answer(
        StatusCode::OK,
        &PinResponse {
            registration_response: URL_SAFE_NO_PAD.encode(response),
        },
    ))
}

/// Whether what allows an activation is still unused.
fn may_go_on(
    tx: &mut Tx<'_>,
    segl: &Segl,
    identity: IdentityId,
    source: ActivationSource,
    now: Timestamp,
) -> Worked<()> {
    match source {
        ActivationSource::Codes(codes) => {
            let is_unused = store::activation::is_unused(tx, identity, codes)?;
            is_unused.then_some(()).ok_or(Fault::ActivationRefused)
        }
        ActivationSource::Enrolment { enrolment, seat } => {
            let owner = Owner { enrolment, seat };
            let enrolment = owner.own_enrolment(tx, segl, now)?;
            enrolment.finished()?;
            Ok(())
        }
    }
}

/// Uses up what allows an activation, once.
fn use_up(
    tx: &mut Tx<'_>,
    segl: &Segl,
    identity: IdentityId,
    source: ActivationSource,
    now: Timestamp,
) -> Worked<()> {
    match source {
        ActivationSource::Codes(codes) => {
            let is_first = store::activation::use_up(tx, identity, codes, now)?;
            is_first.then_some(()).ok_or(Fault::ActivationRefused)
        }
        ActivationSource::Enrolment { enrolment, seat } => {
            let owner = Owner { enrolment, seat };
            let enrolment = owner.own_enrolment(tx, segl, now)?;
            let before = Before::of(&enrolment);
            let finished = enrolment.finished()?;
            let data = &segl.keys().data;
            if store::enrolment::advance(tx, data, before, &finished)? {
                Ok(())
            } else {
                Err(Fault::EnrolmentOutOfTurn)
            }
        }
    }
}

/// Everything that an app is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    activation: String,
    registration_record: String,
    device_key: String,
    device_name: String,
    platform: String,
    proof: String,
}

/// The app is active.
#[derive(Serialize, ToSchema)]
pub struct Activated {
    app_token: String,
    person: Named,
    user_id: String,
    assurance: &'static str,
}

/// Whose app it is.
#[derive(Serialize, ToSchema)]
pub struct Named {
    name: String,
}

/// `POST /app/v1/activations/finish`.
#[utoipa::path(post, path = "/app/v1/activations/finish", request_body = Finish, responses((status = 200, body = Activated), (status = "4XX", body = super::openapi::Problem)))]
pub async fn finish(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Body(finish): Body<Finish>,
) -> Result<Response, Fault> {
    let activating = activating(&segl, &context, &finish.activation)?;
    let (app_token, token_hash) =
        AppToken::issue(&segl, activating.identity, activating.authenticator)?;
    let app = checked(&finish, &activating, token_hash, context.now)?;
    let platform = app.authenticator.platform;
    let (shared, key) = (Arc::clone(&segl), activating.identity);
    let source = activating.source;
    let random = random::bytes::<32>()?;
    let (person, user_id, assurance) = segl
        .store
        .write(key.as_bytes(), move |tx| {
            add(tx, &shared, &app, source, &random)
        })
        .await?;
    if let ActivationSource::Enrolment { enrolment, .. } = source {
        segl.enrolments.wake(enrolment);
    }
    tracing::info!(platform = platform.word(), "an app was activated");
    let activated = Activated {
        app_token,
        person: Named {
            name: person.name.expose().clone(),
        },
        user_id,
        assurance,
    };
    Ok(json_answer(StatusCode::OK, &activated))
}

/// The app that the request describes, if every part of it holds: platform, name, PIN record, and the device key's own signature.
fn checked(
    finish: &Finish,
    activating: &Activating,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Worked<StoredApp> {
    let platform: Platform = finish
        .platform
        .parse()
        .map_err(|_| Fault::PlatformRefused)?;
    let name = finish.device_name.trim().to_owned();
    if !may_be_a_name(&name) {
        return Err(Fault::Malformed(
            "device_name has 1 to 60 letters, digits, spaces and -_'()+,".to_owned(),
        ));
    }
    let record =
        SecretRecord::from_bytes(&decode(&finish.registration_record, "registration_record")?)
            .map_err(|_| Fault::Malformed("registration_record is not one of OPAQUE".to_owned()))?;
    let (device_key, proof) = (
        decode(&finish.device_key, "device_key")?,
        decode(&finish.proof, "proof")?,
    );
    let device = verify_activation(
        &finish.activation,
        &wire_id(activating.authenticator),
        &device_key,
        &proof,
    )
    .map_err(|fault| match fault {
        authn::Fault::SignatureRefused => Fault::SignatureRefused,
        other => Fault::Malformed(other.to_string()),
    })?;
    let authenticator = Authenticator {
        id: activating.authenticator,
        identity: activating.identity,
        name,
        platform,
        state: AuthenticatorState::Active,
        device_key: device.key().as_bytes().to_vec(),
        guesses: PinGuesses::default(),
        activated_at: now,
        last_used_at: None,
    };
    Ok(StoredApp {
        authenticator,
        token_hash,
        pin_record: record.to_bytes().to_vec(),
    })
}

/// A device's name goes into messages to its holder, so it can hold no address that somebody would follow (R-MSG-1).
fn may_be_a_name(name: &str) -> bool {
    let allowed = |character: char| character.is_alphanumeric() || " -_'()+,".contains(character);
    (1..=60).contains(&name.chars().count()) && name.chars().all(allowed)
}

/// Adds the app, uses up what allowed it, and tells the holder, all at once or not at all.
fn add(
    tx: &mut Tx<'_>,
    segl: &Segl,
    app: &StoredApp,
    source: ActivationSource,
    random: &[u8; 32],
) -> Worked<(Person, String, &'static str)> {
    let keys = segl.keys();
    let (id, now) = (app.authenticator.identity, app.authenticator.activated_at);
    use_up(tx, segl, id, source, now)?;
    room(tx, segl, id)?;
    let identity = store::identity::find(tx, &keys.data, id)?.ok_or(Fault::ActivationRefused)?;
    if !matches!(
        identity.state,
        IdentityState::Pending | IdentityState::Active
    ) {
        return Err(Fault::IdentityNotActive);
    }
    if !store::identity::advance(tx, &identity, IdentityEvent::AuthenticatorActivated)? {
        return Err(Fault::Store(StoreError::Busy));
    }
    store::authenticator::insert(tx, app)?;
    let what = What::AppActivated {
        authenticator: app.authenticator.id,
        name: app.authenticator.name.clone(),
    };
    let (event_random, notice_random) = random.split_at(8);
    store::event::append(
        tx,
        &keys.data,
        &Event {
            identity: id,
            at: now,
            what,
        },
        event_random.try_into().unwrap_or_default(),
    )?;
    let person =
        store::person::of_identity(tx, &keys.data, id)?.ok_or(Fault::Missing("a person"))?;
    notices::app_activated(tx, segl, id, &person, &app.authenticator, notice_random)?;
    let assurance = domain::assurance::Assurance {
        ial: identity.ial,
        aal: app.authenticator.platform.aal(&segl.policy),
    };
    Ok((
        person,
        identity.user_id.expose().to_owned(),
        assurance.loa().word(),
    ))
}
