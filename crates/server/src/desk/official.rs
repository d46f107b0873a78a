//! Who sits at the desk: read anew at each request from the sealed cookie, the table of officials and the clock.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::desk::{Role, signed_in_recently, signed_in_until};
use domain::secret::Pii;
use jiff::Timestamp;

use crate::Segl;
use crate::context::Cookies;
use crate::error::{DeskFault, Fault};
use crate::random::digest;
use crate::sealed::{self, DeskSession};

/// What [`store::used_once`] knows an ended session by.
pub(super) const ENDED: &str = "desk session";

/// An official who signed in a short while ago and has their role still. A handler that takes one is closed to everybody else.
#[derive(Debug, Clone)]
pub struct Official {
    /// Who they are at the desk.
    pub official: domain::desk::Official,
    /// What the person is called.
    pub name: Pii<String>,
    /// When they must sign in again.
    pub until: Timestamp,
}

/// As [`Official`], for supervisors only.
#[derive(Debug, Clone)]
pub struct Supervisor(pub Official);

impl Official {
    /// Whether the official is a supervisor.
    pub fn is_supervisor(&self) -> bool {
        self.official.role == Role::Supervisor
    }
}

impl Deref for Official {
    type Target = domain::desk::Official;

    fn deref(&self) -> &Self::Target {
        &self.official
    }
}

/// The session that a browser carries, if it is ours.
pub(super) fn session(segl: &Segl, parts: &Parts) -> Option<DeskSession> {
    let text = Cookies(&parts.headers).get(segl.settings.desk_cookie())?;
    sealed::open(&segl.keys().sealed, text)
}

impl FromRequestParts<Arc<Segl>> for Official {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, segl: &Arc<Segl>) -> Result<Self, Fault> {
        let session = session(segl, parts).ok_or(Fault::Desk(DeskFault::SignInNeeded))?;
        load(segl, &session).await
    }
}

impl FromRequestParts<Arc<Segl>> for Supervisor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, segl: &Arc<Segl>) -> Result<Self, Fault> {
        let official = Official::from_request_parts(parts, segl).await?;
        if official.is_supervisor() {
            Ok(Self(official))
        } else {
            Err(Fault::Desk(DeskFault::NotASupervisor))
        }
    }
}

/// The official of a session, as they are now.
async fn load(segl: &Arc<Segl>, session: &DeskSession) -> Result<Official, Fault> {
    let (policy, now) = (&segl.policy.desk, segl.clock.now());
    signed_in_recently(session.signed_in_at, now, policy)
        .map_err(|_| Fault::Desk(DeskFault::SignInNeeded))?;
    let (shared, identity) = (Arc::clone(segl), session.identity);
    let name = digest(session.sign_in.as_bytes());
    let found = segl
        .store
        .read(move |tx| {
            if store::used_once::is_claimed(tx, ENDED, &name)? {
                return Ok::<_, Fault>(None);
            }
            let official = store::official::find(tx, identity)?
                .ok_or(Fault::Desk(DeskFault::NotAnOfficial))?;
            let person = store::person::of_identity(tx, &shared.keys().data, identity)?
                .ok_or(Fault::Missing("the person of an official"))?;
            Ok(Some((official, person.name)))
        })
        .await?;
    let (official, name) = found.ok_or(Fault::Desk(DeskFault::SignInNeeded))?;
    Ok(Official {
        official,
        name,
        until: signed_in_until(session.signed_in_at, policy),
    })
}
