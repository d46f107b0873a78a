//! What a closure may do inside its transaction.

use crate::StoreError;
use crate::engine::Session;
use crate::row::{Row, Value};

/// One transaction, as the closure that was given to [`Store::write`](crate::Store::write) or [`Store::read`](crate::Store::read) sees it.
///
/// The text of a statement is the same for both engines. Parameters are `$1`, `$2`, and so on. Every text is prepared once per
/// connection and found again by its address, so statements are constants.
///
/// After a statement fails, the transaction is over on both engines: later statements return the same error, and the work is
/// undone even if the closure returns `Ok`. Expect a conflict with `ON CONFLICT`, not by catching its error.
pub struct Tx<'a> {
    session: &'a mut dyn Session,
    failure: Option<StoreError>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(session: &'a mut dyn Session) -> Self {
        Self {
            session,
            failure: None,
        }
    }

    /// The error that ended the transaction early.
    pub(crate) fn into_failure(self) -> Option<StoreError> {
        self.failure
    }

    /// Runs a statement that returns no rows, and says how many it changed.
    pub fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.guarded(params, |session| session.execute(sql, params))
    }

    /// The only row that a statement finds, mapped; [`StoreError::NoRow`] if it finds none.
    pub fn query_one<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.query_opt(sql, params, map)?.ok_or(StoreError::NoRow)
    }

    /// The row that a statement finds, if any, mapped; [`StoreError::TooManyRows`] if it finds several.
    pub fn query_opt<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.each(sql, params, &mut |row| {
            if found.is_some() {
                return Err(StoreError::TooManyRows);
            }
            found = Some(map(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// All rows that a statement finds, mapped.
    pub fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, params, &mut |row| {
            rows.push(map(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    fn each(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.guarded(params, |session| session.query(sql, params, each))
    }

    /// Runs a step unless one failed before, and remembers its failure.
    fn guarded<T>(
        &mut self,
        params: &[Value<'_>],
        step: impl FnOnce(&mut dyn Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let result = if params
            .iter()
            .any(|value| matches!(value, Value::Text(text) if text.as_bytes().contains(&0)))
        {
            Err(StoreError::Database(
                "TEXT cannot hold a NUL character".to_owned(),
            ))
        } else {
            step(self.session)
        };
        if let Err(failure) = &result {
            self.failure = Some(failure.clone());
        }
        result
    }
}
