//! `segl import cpr`: a file of the CPR office into our own register (R-CPR-4), all of it or nothing.
//!
//! The file is read twice. The first time it is only checked, to its last line. The second time its entries are sealed on one thread and
//! written by another, under the number of this import, which nobody looks at yet; then they are made findable, in the order of their index;
//! then one UPDATE lets the import hold. Identities follow (R-PER-6), and what was there before is removed. Each step is many short
//! transactions that note how far they came, so an import that was interrupted anywhere goes on there when the same file is imported again,
//! and the server works on beside it.

mod check;
mod follow;
mod lines;
mod seal;
mod tidy;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use domain::register::file::FileFault;
use jiff::civil::Date;
use store::register::{
    Began, GIVEN_UP, Held, Import, ImportKind, ImportState, IndexEntry, Streets,
};
use store::{Store, StoreError, Tx};

use self::check::Checked;
pub use self::follow::FollowedIdentities;
use crate::clock::Clock;
use crate::vault::Keys;

/// How many entries one transaction writes. More would make the server's own writing wait; less would make each entry cost more.
const BATCH: usize = 2000;

/// How long it lets others write after each of them.
const PAUSE: Duration = Duration::from_millis(2);

/// What an import works on.
pub struct Importer<'a> {
    /// Where the register is kept.
    pub store: &'a Store,
    /// What seals it.
    pub keys: Arc<Keys>,
    /// What time it is.
    pub clock: Clock,
    /// Gives up an unfinished import of another file.
    pub instead: bool,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// In what.
    pub phase: Phase,
    /// How much of it.
    pub done: u64,
    /// Of how much: bytes while the file is checked, else persons.
    pub all: u64,
}

/// The steps of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The file is read and nothing is written.
    Checking,
    /// Entries are written.
    Writing,
    /// They are made findable.
    Indexing,
    /// Identities follow.
    Following,
    /// What was there before is removed.
    Tidying,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The whole register or changes.
    pub kind: ImportKind,
    /// The day on which the file was produced.
    pub produced_on: Date,
    /// How many persons it has.
    pub persons: u64,
    /// Whether an import that was interrupted went on, or everything had been done before.
    pub began: Beginning,
    /// Whose identities changed with it.
    pub followed: FollowedIdentities,
}

/// Where an import began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// At the beginning.
    Anew,
    /// Where an earlier one was interrupted.
    Resumed,
    /// At the end: the same file is what holds.
    DoneBefore,
}

/// Hears how far an import is.
pub type Watch<'w> = &'w mut dyn FnMut(Progress);

impl Importer<'_> {
    /// Imports a file, and tells how far it is.
    pub fn import(&self, file: &Path, watch: Watch<'_>) -> Result<Report, ImportFault> {
        let checked = check::check(file, &mut *watch)?;
        let (import, began) = self.begin(&checked)?;
        let mut report = Report {
            kind: import.kind,
            produced_on: import.produced_on,
            persons: u64::from(import.persons),
            began,
            followed: FollowedIdentities::default(),
        };
        if import.state == ImportState::Done {
            return Ok(report);
        }
        let mut run = Run {
            importer: self,
            import,
            watch,
        };
        let streets = run.streets(checked.streets)?;
        let index = run.write_entries(file, &streets)?;
        run.index_entries(&index)?;
        report.followed = run.follow(&index)?;
        run.tidy(&index)?;
        Ok(report)
    }

    /// Finds where to go on, or begins.
    fn begin(&self, checked: &Checked) -> Result<(Import, Beginning), ImportFault> {
        loop {
            let (unfinished, last, held) = self.store.read_blocking(|tx| {
                Ok::<_, StoreError>((
                    store::register::current_import(tx)?,
                    store::register::last_done(tx)?,
                    store::register::held(tx)?,
                ))
            })?;
            match (unfinished, last) {
                (Some(import), _) if import.progress == GIVEN_UP => {
                    tidy::forget(self.store, &import, self.clock.now())?;
                }
                (Some(import), _) if import.digest == checked.digest => {
                    return Ok((import, Beginning::Resumed));
                }
                (Some(import), _) => self.give_up(&import)?,
                (None, Some(import))
                    if import.digest == checked.digest
                        && held.is_some_and(|held| held.head == import.id) =>
                {
                    return Ok((import, Beginning::DoneBefore));
                }
                _ => {
                    let began = fits(checked, held)?;
                    let now = self.clock.now();
                    let import = self.store.write_blocking(b"register", move |tx| {
                        store::register::begin_import(tx, &began, now)
                    })?;
                    return Ok((import, Beginning::Anew));
                }
            }
        }
    }

    /// Removes what an unfinished import of another file has written, where nobody has seen it and the operator says so.
    fn give_up(&self, import: &Import) -> Result<(), ImportFault> {
        let is_seen = !matches!(import.state, ImportState::Writing | ImportState::Indexing);
        if is_seen || !self.instead {
            return Err(ImportFault::Unfinished {
                produced_on: import.produced_on,
                is_seen,
            });
        }
        tidy::forget(self.store, import, self.clock.now())
    }
}

/// Whether a file can follow what holds.
fn fits(checked: &Checked, held: Option<Held>) -> Result<Began, ImportFault> {
    let start = checked.start;
    let kind = match (start.changes_since, held) {
        (None, Some(held)) if start.produced_on < held.produced_on => {
            return Err(ImportFault::Older {
                file: start.produced_on,
                held: held.produced_on,
            });
        }
        (None, _) => ImportKind::Whole,
        (Some(_), None) => return Err(ImportFault::NothingToChange),
        (Some(since), Some(held)) if since != held.produced_on => {
            return Err(ImportFault::Gap {
                since,
                held: held.produced_on,
            });
        }
        (Some(_), Some(_)) => ImportKind::Changes,
    };
    Ok(Began {
        kind,
        digest: checked.digest,
        produced_on: start.produced_on,
        persons: checked.persons,
    })
}

/// An import under way.
struct Run<'a> {
    importer: &'a Importer<'a>,
    import: Import,
    watch: Watch<'a>,
}

impl Run<'_> {
    /// Does one step in a transaction that also notes how far the import has come; of two imports of one file, one goes on.
    fn step<T, F>(
        &mut self,
        (state, progress): (ImportState, u32),
        mut work: F,
    ) -> Result<T, ImportFault>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>, &Import) -> Result<T, StoreError> + Send + 'static,
    {
        let (import, now) = (self.import.clone(), self.importer.clock.now());
        let done = self.importer.store.write_blocking(b"register", move |tx| {
            if !store::register::advance_import(tx, &import, (state, progress), now)? {
                return Err(ImportFault::Elsewhere);
            }
            Ok(work(tx, &import)?)
        })?;
        (self.import.state, self.import.progress) = (state, progress);
        // Whoever else waits to write gets a turn: SQLite keeps no queue.
        thread::sleep(PAUSE);
        Ok(done)
    }

    fn tell(&mut self, phase: Phase) {
        (self.watch)(Progress {
            phase,
            done: self.import.progress.into(),
            all: self.import.persons.into(),
        });
    }

    /// All streets that have a name, with those that the file names; these are kept.
    fn streets(&self, named: Streets) -> Result<Streets, ImportFault> {
        let store = self.importer.store;
        let mut known = store.read_blocking::<_, StoreError, _>(store::register::streets)?;
        let mut new: Vec<_> = named
            .into_iter()
            .filter(|(codes, name)| known.get(codes) != Some(name))
            .collect();
        new.sort_unstable();
        for some in new.chunks(BATCH) {
            let some = some.to_vec();
            store.write_blocking::<_, StoreError, _>(b"register", move |tx| {
                store::register::put_streets(tx, some.iter().map(|(codes, name)| (codes, name)))
            })?;
        }
        known.extend(new);
        Ok(known)
    }

    /// Writes all entries that are not there yet. Gives the index of all, in its order.
    fn write_entries(
        &mut self,
        file: &Path,
        streets: &Streets,
    ) -> Result<Vec<IndexEntry>, ImportFault> {
        let first = match self.import.state {
            ImportState::Writing => self.import.progress,
            _ => self.import.persons,
        };
        let keys = Arc::clone(&self.importer.keys);
        let source = seal::Source {
            file,
            streets,
            keys: &keys,
            import: self.import.id,
            first,
        };
        let mut index = Vec::with_capacity(self.import.persons as usize);
        let digest = thread::scope(|scope| {
            let (batches, sealing) = seal::start(scope, source);
            for batch in batches {
                index.extend(batch.index);
                let rows = batch.rows;
                if rows.is_empty() {
                    continue;
                }
                let written = self.import.progress + u32::try_from(rows.len()).unwrap_or(0);
                self.step((ImportState::Writing, written), move |tx, import| {
                    store::register::write_rows(tx, import.id, &rows)
                })?;
                self.tell(Phase::Writing);
            }
            sealing.join().unwrap_or(Err(ImportFault::Stopped))
        })?;
        if digest != self.import.digest {
            if matches!(
                self.import.state,
                ImportState::Writing | ImportState::Indexing
            ) {
                let now = self.importer.clock.now();
                tidy::forget(self.importer.store, &self.import, now)?;
            }
            return Err(ImportFault::FileChanged);
        }
        index.sort_unstable();
        Ok(index)
    }

    /// Makes the entries findable, then lets the import hold.
    fn index_entries(&mut self, index: &[IndexEntry]) -> Result<(), ImportFault> {
        if self.import.state == ImportState::Writing {
            self.step((ImportState::Indexing, 0), |_, _| Ok(()))?;
        }
        if self.import.state != ImportState::Indexing {
            return Ok(());
        }
        let rest = index.get(self.import.progress as usize..).unwrap_or(&[]);
        for some in rest.chunks(BATCH) {
            let some = some.to_vec();
            let indexed = self.import.progress + u32::try_from(some.len()).unwrap_or(0);
            self.step((ImportState::Indexing, indexed), move |tx, import| {
                store::register::index_rows(tx, import.id, &some)
            })?;
            self.tell(Phase::Indexing);
        }
        let holds = self.step((ImportState::Following, 0), |tx, import| {
            let before = store::register::held(tx)?;
            store::register::switch_to(tx, import, before)
        })?;
        if holds {
            Ok(())
        } else {
            Err(ImportFault::Elsewhere)
        }
    }
}

/// Why a file was not imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportFault {
    /// It is broken (R-CPR-4).
    #[error(transparent)]
    File(#[from] FileFault),
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another file was begun and not finished.
    #[error("the import of another file, produced on {produced_on}, was interrupted")]
    Unfinished {
        /// The day of that file.
        produced_on: Date,
        /// Whether what it brought holds already.
        is_seen: bool,
    },
    /// Changes, and nothing that they could change.
    #[error(
        "the file has changes, and there is no register here that they could change: import a file of the whole register first"
    )]
    NothingToChange,
    /// Changes to another file than the one that holds.
    #[error(
        "the file has the changes since {since}, but the register here is of {held}: a file between the two is missing, or was imported before"
    )]
    Gap {
        /// Since when the file has changes.
        since: Date,
        /// The day of the file that holds.
        held: Date,
    },
    /// A whole register that is older than the one that holds.
    #[error("the file is of {file}, and the register here is newer: it is of {held}")]
    Older {
        /// The day of the file.
        file: Date,
        /// The day of the file that holds.
        held: Date,
    },
    /// The file is not the same at the end as at the beginning.
    #[error("the file changed while it was being read; nothing of it was taken")]
    FileChanged,
    /// Another program does the same.
    #[error("another program is importing into this register")]
    Elsewhere,
    /// A thread of ours panicked.
    #[error("the import stopped for a reason that is ours")]
    Stopped,
}
