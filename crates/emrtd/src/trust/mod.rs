//! Whom to trust (ICAO 9303-12): the authorities of all countries, gathered from lists over the years, and the paths that lead to them.

mod path;
mod revocation;
mod store;

pub use path::VerifiedPath;
pub(crate) use path::valid_at;
pub use revocation::{Revocation, StoredRevocationList};
pub use store::{Added, Source, Store, StoredCertificate};
