//! Whom to trust (ICAO 9303-12): the authorities of all countries, gathered from lists over the years, and the paths that lead to them.

mod defect_list;
mod deviation_list;
mod import;
mod ldif;
mod master_list;
mod path;
mod revocation;
mod signed_list;
mod store;

pub use defect_list::{Consequence, Defect, DefectList, MAX_DEFECTS, SignerDefects};
pub use deviation_list::{
    DeviationDescription, DeviationDocuments, DeviationKind, DeviationList, DocumentFacts,
    DocumentSigner, MAX_ENTRIES, Match, PublishedDeviation,
};
pub use import::{Import, Item, ItemKind, Place, Rejected};
pub use master_list::{MAX_LIST_CERTIFICATES, MasterList};
pub use path::VerifiedPath;
pub(crate) use path::valid_at;
pub use revocation::{Revocation, StoredRevocationList};
pub use signed_list::VerifiedList;
pub use store::{Added, Source, Store, StoredCertificate};
