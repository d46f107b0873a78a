//! An identity that is made: of a [`ProvenPerson`], and of nothing else (R-ENR-1).

use jiff::Timestamp;

use super::ProvenPerson;
use crate::id::{IdentityId, PersonId};
use crate::identity::{Identity, IdentityState, Settings};
use crate::person::{Contact, Person};
use crate::reach::{EmailAddress, PhoneNumber};
use crate::secret::Pii;
use crate::user_id::UserId;

/// A person and their first identity, `pending` until an app is active (R-PER-6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIdentity {
    person: Person,
    identity: Identity,
}

/// What the person chose.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The user ID.
    pub user_id: UserId,
    /// Where to reach them by SMS (R-PER-5).
    pub phone: PhoneNumber,
    /// An e-mail address.
    pub email: Option<EmailAddress>,
}

impl NewIdentity {
    /// Of somebody proven. Two channels are needed, since every change is told on two (R-REC-3): beside the phone an e-mail address, or the
    /// postal address that the register has.
    pub fn of(
        proven: &ProvenPerson,
        chosen: Chosen,
        (person, identity): (PersonId, IdentityId),
        now: Timestamp,
    ) -> Result<Self, ContactMissing> {
        let address = proven.address().cloned();
        if chosen.email.is_none() && address.is_none() {
            return Err(ContactMissing);
        }
        Ok(Self {
            person: Person {
                id: person,
                number: *proven.number(),
                name: proven.name().clone(),
                birth_date: proven.birth_date().clone(),
                protected: proven.protected(),
                contact: Contact {
                    phone: Some(Pii::new(chosen.phone.expose().to_owned())),
                    email: chosen
                        .email
                        .map(|email| Pii::new(email.expose().to_owned())),
                    address,
                },
            },
            identity: Identity {
                id: identity,
                person,
                user_id: chosen.user_id,
                state: IdentityState::Pending,
                ial: proven.summary().ial,
                settings: Settings::default(),
                created_at: now,
            },
        })
    }

    /// The person.
    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// The identity.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }
}

/// Only one channel to reach the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a person is told things on two channels (R-REC-3)")]
pub struct ContactMissing;
