//! The second reading: entries are sealed on a thread of its own, while the one before it writes.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use domain::register::RegisterEntry;
use domain::register::file::{Read, Reader};
use store::register::{IndexEntry, SealedEntry, Streets};

use super::lines::Lines;
use super::{BATCH, ImportFault};
use crate::vault::Keys;

/// How many batches may wait to be written.
const WAITING: usize = 4;

/// What is read, and what for.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a Path,
    pub(super) streets: &'a Streets,
    pub(super) keys: &'a Keys,
    pub(super) import: i64,
    /// The first entry that is not written yet.
    pub(super) first: u32,
}

/// Some entries, sealed, and the index of all that were read.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) rows: Vec<SealedEntry>,
    pub(super) index: Vec<IndexEntry>,
}

/// The batches, and, when they have ended, the SHA-256 of what was read.
type Started<'scope> = (
    Receiver<Batch>,
    ScopedJoinHandle<'scope, Result<[u8; 32], ImportFault>>,
);

pub(super) fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    source: Source<'scope>,
) -> Started<'scope> {
    let (out, batches) = sync_channel(WAITING);
    (batches, scope.spawn(move || source.read(&out)))
}

impl Source<'_> {
    fn read(self, out: &SyncSender<Batch>) -> Result<[u8; 32], ImportFault> {
        let mut lines = Lines::open(self.file)?;
        let mut reader = Reader::new();
        let mut batch = Batch::default();
        let mut entry = 0;
        while let Some(line) = lines.next()? {
            let Read::Person { entry: person, .. } = reader.line(line)? else {
                continue;
            };
            self.add(&mut batch, entry, *person)?;
            entry += 1;
            if batch.index.len() == BATCH && out.send(std::mem::take(&mut batch)).is_err() {
                // Whoever writes has stopped, and says why.
                return Err(ImportFault::Stopped);
            }
        }
        reader.end()?;
        // If nobody takes it, the writer has stopped, and says why.
        let _ = out.send(batch);
        Ok(lines.digest())
    }

    fn add(
        self,
        batch: &mut Batch,
        entry: u32,
        mut person: RegisterEntry,
    ) -> Result<(), ImportFault> {
        batch.index.push(IndexEntry {
            number_index: store::register::number_index(&self.keys.data, &person.cpr),
            entry,
        });
        if entry < self.first {
            return Ok(());
        }
        person.name_streets(|municipality, street| {
            self.streets
                .get(&(municipality, street))
                .map(String::as_str)
        });
        batch.rows.push(store::register::seal(
            &self.keys.data,
            self.import,
            entry.into(),
            &person,
        )?);
        Ok(())
    }
}
