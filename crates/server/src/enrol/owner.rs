//! Whoever goes on with an enrolment: `Authorization: Segl-Enrolment <owner>`.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use domain::id::EnrolmentId;
use domain::proofing::enrolment::Enrolment;
use jiff::Timestamp;
use store::Tx;

use crate::Segl;
use crate::app_api::Worked;
use crate::context::text;
use crate::error::Fault;
use crate::sealed::{self, EnrolmentOwner};

/// A device that an enrolment was given to.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// Which enrolment.
    pub enrolment: EnrolmentId,
    /// Which device: whether it is still its turn, the row says.
    pub seat: u32,
}

impl Owner {
    /// The token of a seat.
    pub(super) fn token(self, segl: &Segl) -> Worked<String> {
        let owner = EnrolmentOwner {
            enrolment: self.enrolment,
            seat: self.seat,
        };
        sealed::seal(&segl.keys().sealed, &owner)
    }

    /// The enrolment, for whoever may still go on with it.
    ///
    /// Faults: [`Fault::EnrolmentUnknown`] when it is over, [`Fault::HandedOver`] when another device has it (R-HLP-1).
    pub fn enrolment(self, tx: &mut Tx<'_>, segl: &Segl, now: Timestamp) -> Worked<Enrolment> {
        let found = store::enrolment::find(tx, &segl.keys().data, self.enrolment, now)?;
        let found = found.ok_or(Fault::EnrolmentUnknown)?;
        if found.seat == self.seat {
            Ok(found)
        } else {
            Err(Fault::HandedOver)
        }
    }

    /// The same, on a device of the person's own: a helper chooses and learns nothing (R-HLP-1).
    pub fn own_enrolment(self, tx: &mut Tx<'_>, segl: &Segl, now: Timestamp) -> Worked<Enrolment> {
        let found = self.enrolment(tx, segl, now)?;
        if found.is_helpers(self.seat) {
            Err(Fault::HelpersMayNot)
        } else {
            Ok(found)
        }
    }
}

impl FromRequestParts<Arc<Segl>> for Owner {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, segl: &Arc<Segl>) -> Result<Self, Fault> {
        let owner: Option<EnrolmentOwner> = text(&parts.headers, &AUTHORIZATION)
            .and_then(|header| header.strip_prefix("Segl-Enrolment "))
            .and_then(|sealed| sealed::open(&segl.keys().sealed, sealed));
        let owner = owner.ok_or(Fault::EnrolmentUnknown)?;
        Ok(Self {
            enrolment: owner.enrolment,
            seat: owner.seat,
        })
    }
}
