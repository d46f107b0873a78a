//! Everything that can be wrong, each with its own name. No variant carries personal data.

mod chip;
mod cms;
mod deviation;
mod import;
mod lds;
mod list;
mod mrz;
mod name;
mod passive;
mod signature;
mod tlv;
mod trust;
mod x509;

pub use chip::{ChipFault, Command, Finding, PaceFault, PaceStep};
pub use cms::CmsFault;
pub use deviation::{Deviation, Deviations};
pub use import::ImportFault;
pub use lds::{ImageFault, LdsFault};
pub use list::ListFault;
pub use mrz::{MrzFault, MrzField};
pub use name::name;
pub use passive::PassiveFault;
pub use signature::SignatureFault;
pub use tlv::TlvFault;
pub use trust::TrustFault;
pub use x509::{CertificateFault, RevocationListFault, TimeFault};
