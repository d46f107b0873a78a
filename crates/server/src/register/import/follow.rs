//! Identities follow the register (R-PER-6).

use std::sync::Arc;

use domain::audit::{Event, What};
use domain::authenticator::AuthenticatorEvent;
use domain::cpr_number::CprNumber;
use domain::identity::IdentityEvent;
use domain::person::PersonNumber;
use domain::register::{Followed, RegisterChange, follow};
use jiff::Timestamp;
use jiff::civil::Date;
use store::person::Renumbered;
use store::register::{ImportKind, ImportState, IndexCursor, IndexEntry};
use store::sealing::DataKeys;
use store::{StoreError, Tx};

use super::{ImportFault, Phase, Run};
use crate::oidc_api::danish_day;

/// How many identities one transaction looks at.
const AT_ONCE: usize = 500;

/// Whose identities changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FollowedIdentities {
    /// Who has another name, address, protection or day of birth.
    pub details: u64,
    /// Who has another number.
    pub numbers: u64,
    /// Who has died.
    pub deaths: u64,
    /// Who should have another number, under which somebody else has an identity: an official must look at it (R-PER-1).
    pub conflicts: u64,
}

impl FollowedIdentities {
    fn add(&mut self, other: Self) {
        self.details += other.details;
        self.numbers += other.numbers;
        self.deaths += other.deaths;
        self.conflicts += other.conflicts;
    }
}

impl Run<'_> {
    /// Lets all identities follow whose persons are in the import.
    pub(super) fn follow(
        &mut self,
        index: &[IndexEntry],
    ) -> Result<FollowedIdentities, ImportFault> {
        let mut followed = FollowedIdentities::default();
        if self.import.state != ImportState::Following {
            return Ok(followed);
        }
        match self.import.kind {
            ImportKind::Changes => {
                let rest = index.get(self.import.progress as usize..).unwrap_or(&[]);
                for some in rest.chunks(AT_ONCE) {
                    let some: Vec<_> = some.iter().map(|entry| entry.number_index).collect();
                    let looked_at = self.import.progress + u32::try_from(some.len()).unwrap_or(0);
                    followed.add(self.follow_some(looked_at, some)?);
                }
            }
            ImportKind::Whole => {
                // Few have an identity, so these are asked for. Where this was interrupted, it begins anew and finds nothing new at first.
                let mut after: IndexCursor = [0; 32];
                loop {
                    let import = self.import.id;
                    let limit = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
                    let some = self.importer.store.read_blocking(move |tx| {
                        store::register::met_persons(tx, import, &after, limit)
                    })?;
                    let Some(last) = some.last() else { break };
                    after = *last;
                    followed.add(self.follow_some(self.import.progress, some)?);
                }
            }
        }
        Ok(followed)
    }

    fn follow_some(
        &mut self,
        progress: u32,
        some: Vec<IndexCursor>,
    ) -> Result<FollowedIdentities, ImportFault> {
        let keys = Arc::clone(&self.importer.keys);
        let now = self.importer.clock.now();
        let followed = self.step((ImportState::Following, progress), move |tx, _| {
            let mut followed = FollowedIdentities::default();
            for index in &some {
                followed.add(follow_one(tx, &keys.data, index, now)?);
            }
            Ok(followed)
        })?;
        self.tell(Phase::Following);
        Ok(followed)
    }
}

/// A number may stand in place of one that stood in place of one: followed so often.
const LONGEST_CHAIN: usize = 8;

fn follow_one(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    index: &IndexCursor,
    now: Timestamp,
) -> Result<FollowedIdentities, StoreError> {
    let mut counts = FollowedIdentities::default();
    let mut index = *index;
    for _ in 0..LONGEST_CHAIN {
        match follow_number(tx, keys, &index, now, &mut counts)? {
            Some(next) => index = store::register::number_index(keys, &next),
            None => break,
        }
    }
    Ok(counts)
}

/// Follows one number. Gives the one that stands in its place, if that is now the person's.
fn follow_number(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    index: &IndexCursor,
    now: Timestamp,
    counts: &mut FollowedIdentities,
) -> Result<Option<CprNumber>, StoreError> {
    let Some(person) = store::person::find_by_index(tx, keys, index)? else {
        return Ok(None);
    };
    let Some(entry) = store::register::find_by_index(tx, keys, index)? else {
        return Ok(None);
    };
    let today: Date = danish_day(now);
    let followed = follow(&person, &entry, today);
    let mut changes = Vec::new();
    if followed.has_new_details() {
        // Somebody wrote to the row since it was read a moment ago: the import stops here and goes on when it is started again.
        if !store::person::update(tx, keys, &person, &followed.person)? {
            return Err(StoreError::Busy);
        }
        counts.details += 1;
        let details = followed.changes.iter().copied();
        changes.extend(details.filter(|change| *change != RegisterChange::Death));
    }
    let mut next = None;
    if let Some(number) = followed.number {
        match store::person::renumber(tx, keys, &person, number, now)? {
            Renumbered::Done => {
                counts.numbers += 1;
                changes.push(RegisterChange::Number);
                next = match number {
                    PersonNumber::Cpr(cpr) => Some(cpr),
                    PersonNumber::PCode(_) => None,
                };
            }
            Renumbered::TakenBy(_) => counts.conflicts += 1,
            Renumbered::Changed => return Err(StoreError::Busy),
        }
    }
    write_down(tx, keys, (&followed, changes), (index, now), counts)?;
    Ok(next)
}

/// Ends the identity of somebody who has died, and puts everything into the log.
fn write_down(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    (followed, mut changes): (&Followed, Vec<RegisterChange>),
    (index, now): (&IndexCursor, Timestamp),
    counts: &mut FollowedIdentities,
) -> Result<(), StoreError> {
    let Some(identity) = store::identity::of_person(tx, keys, followed.person.id)? else {
        return Ok(());
    };
    let can_die = identity.state.after(IdentityEvent::Death).is_some();
    if followed.has_died() && can_die {
        if !store::identity::advance(tx, &identity, IdentityEvent::Death)? {
            return Err(StoreError::Busy);
        }
        for app in store::authenticator::of_identity(tx, identity.id)? {
            // One that is blocked or replaced already stays so.
            store::authenticator::advance(tx, &app.authenticator, AuthenticatorEvent::Block)?;
        }
        counts.deaths += 1;
        changes.push(RegisterChange::Death);
    }
    if changes.is_empty() {
        return Ok(());
    }
    let event = Event {
        identity: identity.id,
        at: now,
        what: What::RegisterFollowed { changes },
    };
    let mut random = [0; 8];
    random.copy_from_slice(&index[..8]);
    store::event::append(tx, keys, &event, random)
}
