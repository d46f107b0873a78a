//! Everything that can be wrong, each with its own name. No variant carries personal data.

mod deviation;
mod tlv;
mod x509;

pub use deviation::{Deviation, Deviations};
pub use tlv::TlvFault;
pub use x509::{CertificateFault, RevocationListFault, TimeFault};
