//! Proving who somebody is, as far as a document's chip does it (R-DOC-6).

mod chip_reading;
mod verified_document;

pub use chip_reading::{ChipReading, ChipReadingState, RelayLease, RelayRefused};
pub use verified_document::{
    DocumentRefused, KeptFault, KeptStep, Portrait, VerifiedDocument, kept_steps,
};
