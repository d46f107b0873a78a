//! The user ID, and the identity that is made with it; then an app, as with two codes (R-ENR-1, R-UID-1, R-PER-1).

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::audit::What;
use domain::id::{IdentityId, PersonId};
use domain::identity::IdentityState;
use domain::person::Person;
use domain::proofing::enrolment::EnrolmentState;
use domain::proofing::{Chosen, NewIdentity};
use domain::reach::{EmailAddress, PhoneNumber};
use domain::user_id::{UserId, UserIdFault};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::enrolment::Before;
use store::{StoreError, Tx};
use utoipa::{IntoParams, ToSchema};

use super::accept::{advance, append, found_identity};
use super::enrolments::Empty;
use super::owner::Owner;
use crate::app_api::activation::{CodesRight, room};
use crate::app_api::openapi::Problem;
use crate::app_api::{Body, Worked};
use crate::around::json_answer;
use crate::context::Context;
use crate::error::Fault;
use crate::sealed::ActivationSource;
use crate::{Segl, notices, random};

/// A user ID that somebody thinks of.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    user_id: String,
}

/// Whether it can be had.
#[derive(Serialize, ToSchema)]
pub struct Checked {
    free: bool,
    /// `too_short`, `too_long`, `space_at_edge`, `character`, `looks_like_cpr` or `taken`.
    why: Option<&'static str>,
}

/// What the person chose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    user_id: String,
    phone: String,
    email: Option<String>,
}

/// `GET /enrol/v1/enrolments/user-id`: only for somebody of whom it is proved who they are, and not often (R-UID-2).
#[utoipa::path(get, path = "/enrol/v1/enrolments/user-id", params(Asked), responses((status = 200, body = Checked), (status = "4XX", body = Problem)))]
pub async fn check(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    segl.limits.user_id_check(owner.enrolment)?;
    let shared = Arc::clone(&segl);
    let why = segl
        .store
        .read(move |tx| {
            let enrolment = owner.own_enrolment(tx, &shared, context.now)?;
            if !matches!(enrolment.state, EnrolmentState::UserId { .. }) {
                return Err(Fault::EnrolmentOutOfTurn);
            }
            let user_id = match UserId::parse(&asked.user_id) {
                Ok(user_id) => user_id,
                Err(fault) => return Ok(Some(why(fault))),
            };
            let taken =
                store::identity::find_id(tx, &shared.keys().data, user_id.expose())?.is_some();
            Ok(taken.then_some("taken"))
        })
        .await?;
    let free = why.is_none();
    Ok(json_answer(StatusCode::OK, &Checked { free, why }))
}

/// `POST /enrol/v1/enrolments/user-id`.
#[utoipa::path(post, path = "/enrol/v1/enrolments/user-id", request_body = Choice, responses((status = 200, body = CodesRight), (status = "4XX", body = Problem)))]
pub async fn choose(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
    Body(choice): Body<Choice>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let chosen = choice.checked()?;
    let ids = (
        PersonId::from_random(random::bytes()?),
        IdentityId::from_random(random::bytes()?),
    );
    let making = Making {
        owner,
        chosen,
        ids,
        now: context.now,
        random: random::bytes()?,
    };
    let made = match make(&segl, making.clone()).await {
        // Another enrolment took the user ID, or made this person's identity, in the same moment: the second look sees which.
        Err(Fault::Store(StoreError::UniqueViolation { .. })) => make(&segl, making).await?,
        other => other?,
    };
    segl.enrolments.wake(owner.enrolment);
    let (identity, person) = made?;
    tracing::info!("an identity was made");
    activation(&segl, owner, (identity, &person), context.now)
}

impl Choice {
    fn checked(self) -> Result<Chosen, Fault> {
        let user_id = UserId::parse(&self.user_id)
            .map_err(|fault| Fault::UserIdRefused { why: why(fault) })?;
        let phone = PhoneNumber::parse(&self.phone).map_err(|_| Fault::PhoneRefused)?;
        let email = self
            .email
            .filter(|email| !email.trim().is_empty())
            .map(|email| EmailAddress::parse(&email))
            .transpose()
            .map_err(|_| Fault::EmailRefused)?;
        Ok(Chosen {
            user_id,
            phone,
            email,
        })
    }
}

const fn why(fault: UserIdFault) -> &'static str {
    match fault {
        UserIdFault::TooShort => "too_short",
        UserIdFault::TooLong => "too_long",
        UserIdFault::SpaceAtEdge => "space_at_edge",
        UserIdFault::Character(_) => "character",
        UserIdFault::LooksLikeCpr => "looks_like_cpr",
    }
}

/// What an identity is made with.
#[derive(Clone)]
struct Making {
    owner: Owner,
    chosen: Chosen,
    ids: (PersonId, IdentityId),
    now: Timestamp,
    random: [u8; 24],
}

/// Makes the identity. A refusal that changes the enrolment is a value.
async fn make(segl: &Arc<Segl>, making: Making) -> Worked<Result<(IdentityId, Person), Fault>> {
    let shared = Arc::clone(segl);
    let key = making.owner.enrolment;
    segl.store
        .write(key.as_bytes(), move |tx| make_in(tx, &shared, &making))
        .await
}

fn make_in(
    tx: &mut Tx<'_>,
    segl: &Segl,
    making: &Making,
) -> Worked<Result<(IdentityId, Person), Fault>> {
    let (keys, now) = (segl.keys(), making.now);
    let enrolment = making.owner.own_enrolment(tx, segl, now)?;
    let before = Before::of(&enrolment);
    let EnrolmentState::UserId { person: proven } = &enrolment.state else {
        return Err(Fault::EnrolmentOutOfTurn);
    };
    let proven = proven.clone();
    let (event, notice) = making.random.split_at(8);
    let event = event.try_into().unwrap_or_default();
    let enrolment = found_identity(tx, segl, enrolment, now, event)?;
    if matches!(enrolment.state, EnrolmentState::App(_)) {
        advance(tx, segl, before, &enrolment)?;
        return Ok(Err(Fault::HasIdentity));
    }
    let user_id = making.chosen.user_id.expose();
    if store::identity::find_id(tx, &keys.data, user_id)?.is_some() {
        return Err(Fault::UserIdTaken);
    }
    let new = NewIdentity::of(&proven, making.chosen.clone(), making.ids, now)
        .map_err(|_| Fault::ContactMissing)?;
    let identity = new.identity().id;
    store::identity::open(tx, &keys.data, &new)?;
    let after = enrolment.owned(identity, false)?;
    advance(tx, segl, before, &after)?;
    let proof = proven.summary().clone();
    append(tx, segl, (identity, now), What::Enrolled { proof }, event)?;
    notices::enrolled(tx, segl, (identity, now), new.person(), notice)?;
    Ok(Ok((identity, new.person().clone())))
}

/// `POST /enrol/v1/enrolments/app`: an app for the identity that is there.
#[utoipa::path(post, path = "/enrol/v1/enrolments/app", responses((status = 200, body = CodesRight), (status = "4XX", body = Problem)))]
pub async fn app(
    State(segl): State<Arc<Segl>>,
    context: Context,
    owner: Owner,
    Body(Empty {}): Body<Empty>,
) -> Result<Response, Fault> {
    context.own_form(&segl)?;
    segl.limits.start(context.address)?;
    let shared = Arc::clone(&segl);
    let (identity, person) = segl
        .store
        .read(move |tx| owned(tx, &shared, owner, context.now))
        .await?;
    activation(&segl, owner, (identity, &person), context.now)
}

/// Whose app it becomes, if the identity is one that may have another.
fn owned(
    tx: &mut Tx<'_>,
    segl: &Segl,
    owner: Owner,
    now: Timestamp,
) -> Worked<(IdentityId, Person)> {
    let enrolment = owner.own_enrolment(tx, segl, now)?;
    let EnrolmentState::App(owned) = &enrolment.state else {
        return Err(Fault::EnrolmentOutOfTurn);
    };
    let keys = segl.keys();
    let identity = store::identity::find(tx, &keys.data, owned.identity)?;
    let identity = identity.ok_or(Fault::Missing("an identity"))?;
    if !matches!(
        identity.state,
        IdentityState::Pending | IdentityState::Active
    ) {
        return Err(Fault::IdentityNotActive);
    }
    room(tx, segl, identity.id)?;
    let person = store::person::find(tx, &keys.data, identity.person)?;
    Ok((identity.id, person.ok_or(Fault::Missing("a person"))?))
}

/// What the app goes on with, as after two codes.
fn activation(
    segl: &Segl,
    owner: Owner,
    whose: (IdentityId, &Person),
    now: Timestamp,
) -> Result<Response, Fault> {
    let source = ActivationSource::Enrolment {
        enrolment: owner.enrolment,
        seat: owner.seat,
    };
    let right = CodesRight::of(segl, whose, source, now)?;
    Ok(json_answer(StatusCode::OK, &right))
}
