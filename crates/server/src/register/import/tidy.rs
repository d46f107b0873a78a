//! Removing what an import took the place of, or what it wrote before it was given up.

use jiff::Timestamp;
use store::register::{GIVEN_UP, Import, ImportKind, ImportState, IndexCursor, IndexEntry};
use store::{Store, StoreError};

use super::{BATCH, ImportFault, Phase, Run};

impl Run<'_> {
    /// Removes what nobody sees any more, and ends the import.
    pub(super) fn tidy(&mut self, index: &[IndexEntry]) -> Result<(), ImportFault> {
        if self.import.state == ImportState::Following {
            self.step((ImportState::Tidying, 0), |_, _| Ok(()))?;
        }
        match self.import.kind {
            ImportKind::Whole => drop_imports(self.importer.store, (0, self.import.id - 1))?,
            ImportKind::Changes => {
                let rest = index.get(self.import.progress as usize..).unwrap_or(&[]);
                for some in rest.chunks(BATCH) {
                    let some = some.to_vec();
                    let tidied = self.import.progress + u32::try_from(some.len()).unwrap_or(0);
                    self.step((ImportState::Tidying, tidied), move |tx, import| {
                        for entry in &some {
                            store::register::drop_superseded(tx, &entry.number_index, import.id)?;
                        }
                        Ok(())
                    })?;
                    self.tell(Phase::Tidying);
                }
            }
        }
        let persons = self.import.persons;
        self.step((ImportState::Done, persons), |_, _| Ok(()))
    }
}

/// Removes all that an import has written, and the import itself. It is marked as given up first, so that a program which is still writing it
/// stops, and one that is killed in here leaves nothing that could be taken for a whole import.
pub(super) fn forget(store: &Store, import: &Import, now: Timestamp) -> Result<(), ImportFault> {
    let marked = import.clone();
    let is_ours = store.write_blocking::<_, StoreError, _>(b"register", move |tx| {
        store::register::advance_import(tx, &marked, (marked.state, GIVEN_UP), now)
    })?;
    if !is_ours {
        return Err(ImportFault::Elsewhere);
    }
    drop_imports(store, (import.id, import.id))?;
    let import = import.clone();
    store.write_blocking::<_, StoreError, _>(b"register", move |tx| {
        store::register::forget_import(tx, &import)
    })?;
    Ok(())
}

/// Removes the entries and the index of imports, a few at a time.
fn drop_imports(store: &Store, imports: (i64, i64)) -> Result<(), ImportFault> {
    let limit = u32::try_from(BATCH).unwrap_or(u32::MAX);
    let mut after: Option<IndexCursor> = Some([0; 32]);
    while let Some(from) = after {
        after = store.write_blocking::<_, StoreError, _>(b"register", move |tx| {
            store::register::drop_index(tx, imports, &from, limit)
        })?;
    }
    while store.write_blocking::<_, StoreError, _>(b"register", move |tx| {
        store::register::drop_rows(tx, imports, limit)
    })? > 0
    {}
    Ok(())
}
