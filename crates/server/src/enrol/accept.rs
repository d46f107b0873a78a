//! Where the ways in meet: what an official accepted becomes an enrolment that the person goes on with, and a decision about faces takes
//! an enrolment on (R-ENR-1).

use domain::audit::{Event, What};
use domain::id::{EnrolmentId, IdentityId};
use domain::proofing::enrolment::{Enrolment, EnrolmentState};
use domain::proofing::{ContinuationCode, FaceDecision, ProvenPerson};
use jiff::Timestamp;
use serde::Serialize;
use store::enrolment::Before;
use store::{StoreError, Tx};
use utoipa::ToSchema;

use crate::Segl;
use crate::app_api::Worked;
use crate::error::Fault;
use crate::sealed::{self, ContinueLink};

/// By which a device of the person's own goes on: shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Continuation {
    /// To be typed: `XXXX-XXXX-XXXX`.
    pub code: String,
    /// The same for a QR code.
    pub link: String,
    /// When it and the enrolment are over.
    pub expires_at: String,
}

/// Randomness for [`open`]: the enrolment's id, its code, and an event.
pub const OPEN_RANDOM: usize = 16 + ContinuationCode::LENGTH + 8;

/// Opens an enrolment for somebody of whom it is proved who they are, and gives the code and link by which they go on for 24 hours on a
/// device of their own (R-ENR-1): choose a user ID and activate an app, or only the app where they have an identity (R-PER-1).
pub fn open(
    tx: &mut Tx<'_>,
    segl: &Segl,
    person: ProvenPerson,
    now: Timestamp,
    random: &[u8; OPEN_RANDOM],
) -> Worked<Continuation> {
    let keys = segl.keys();
    let (id, rest) = random.split_at(16);
    let (code, event) = rest.split_at(ContinuationCode::LENGTH);
    let id = EnrolmentId::from_random(id.try_into().unwrap_or_default());
    let code = ContinuationCode::from_random(code.try_into().unwrap_or_default());
    let enrolment = Enrolment::proven(id, person, &segl.policy, now);
    let event = event.try_into().unwrap_or_default();
    let enrolment = found_identity(tx, segl, enrolment, now, event)?;
    store::enrolment::insert(tx, &keys.data, &enrolment)?;
    if !store::enrolment::set_continuation(tx, &keys.data, Before::of(&enrolment), &code, true)? {
        return Err(Fault::Store(StoreError::Busy));
    }
    continuation(segl, &enrolment, &code)
}

/// A code and its link, as they are shown.
pub(super) fn continuation(
    segl: &Segl,
    enrolment: &Enrolment,
    code: &ContinuationCode,
) -> Worked<Continuation> {
    let link = ContinueLink {
        code: code.expose(),
    };
    let link = sealed::seal(&segl.keys().sealed, &link)?;
    Ok(Continuation {
        code: code.expose(),
        link: format!("{}/app/#continue={link}", segl.settings.issuer()),
        expires_at: enrolment.expires_at.to_string(),
    })
}

/// Looks whether somebody just proven has an identity (R-PER-1). Where they do, the enrolment goes on with that one, and it is written into
/// its log that its holder was identified anew.
pub(super) fn found_identity(
    tx: &mut Tx<'_>,
    segl: &Segl,
    enrolment: Enrolment,
    now: Timestamp,
    random: [u8; 8],
) -> Worked<Enrolment> {
    let EnrolmentState::UserId { person } = &enrolment.state else {
        return Ok(enrolment);
    };
    let keys = segl.keys();
    let Some(known) = store::person::find_by_number(tx, &keys.data, person.number())? else {
        return Ok(enrolment);
    };
    let Some(identity) = store::identity::of_person(tx, &keys.data, known.id)? else {
        return Ok(enrolment);
    };
    let proof = person.summary().clone();
    store::identity::raise_ial(tx, &identity, proof.ial)?;
    let what = What::Identified { proof };
    append(tx, segl, (identity.id, now), what, random)?;
    enrolment.owned(identity.id, true).map_err(Fault::from)
}

/// Writes into an identity's log.
pub(super) fn append(
    tx: &mut Tx<'_>,
    segl: &Segl,
    (identity, at): (IdentityId, Timestamp),
    what: What,
    random: [u8; 8],
) -> Worked<()> {
    let event = Event { identity, at, what };
    Ok(store::event::append(tx, &segl.keys().data, &event, random)?)
}

/// What was decided about the faces of an enrolment, by a model or by officials (R-DOC-6). Where the enrolment waits for no such decision, as
/// when another official decided first, it is [`Fault::EnrolmentOutOfTurn`].
pub fn face_decided(
    tx: &mut Tx<'_>,
    segl: &Segl,
    enrolment: EnrolmentId,
    decision: FaceDecision,
    now: Timestamp,
) -> Worked<Enrolment> {
    let keys = segl.keys();
    let found = store::enrolment::find(tx, &keys.data, enrolment, now)?;
    let found = found.ok_or(Fault::EnrolmentUnknown)?;
    let before = Before::of(&found).in_any_seat();
    let after = found.face_decided(decision, &segl.policy, now)?;
    advance(tx, segl, before, &after)?;
    Ok(after)
}

/// Takes an enrolment on, if it is still where it was read.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    segl: &Segl,
    before: Before,
    after: &Enrolment,
) -> Worked<()> {
    if store::enrolment::advance(tx, &segl.keys().data, before, after)? {
        Ok(())
    } else {
        Err(Fault::Store(StoreError::Busy))
    }
}
