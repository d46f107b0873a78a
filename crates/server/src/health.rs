//! Whether the server lives and can serve, and the pages of faults at addresses of their own.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::context::Context;
use crate::error::{DeskFault, FaceFault, Fault};
use crate::{Segl, pages};

/// `GET /health/live`: the process answers.
pub async fn live() -> &'static str {
    "live\n"
}

/// `GET /health/ready`: the database answers too.
pub async fn ready(State(segl): State<Arc<Segl>>) -> Result<&'static str, Fault> {
    segl.store
        .read(|tx| tx.query_one("SELECT 1", &[], |row| row.bigint(0)))
        .await
        .map_err(|_| Fault::Store(store::StoreError::Busy))?;
    Ok("ready\n")
}

/// `GET /problem/{code}`: what a fault's page says, so that it can be read in the other language too.
pub async fn problem(
    State(segl): State<Arc<Segl>>,
    context: Context,
    Path(code): Path<String>,
) -> Result<Response, Fault> {
    let code = Fault::PAGES
        .into_iter()
        .chain(DeskFault::PAGES)
        .chain(FaceFault::PAGES)
        .find(|page| *page == code)
        .ok_or(Fault::NotFound)?;
    pages::fault(&segl, context.lang, code, None, StatusCode::OK)
}
