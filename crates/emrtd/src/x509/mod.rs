//! Certificates and revocation lists (RFC 5280; profile ICAO 9303-12, 7) as they are really issued.

mod alternative_name;
mod certificate;
mod crl;
mod extensions;
mod key_usage;
mod name;
mod serial_number;
mod time;

pub use alternative_name::GeneralName;
pub use certificate::{Certificate, Role};
pub use crl::{Reason, RevocationList, Revoked};
pub use extensions::{
    AuthorityKeyIdentifier, BasicConstraints, Extension, Extensions, PrivateKeyUsagePeriod,
};
pub use key_usage::{KeyUsage, KeyUsages};
pub(crate) use name::text;
pub use name::{Attribute, Name, NormalisedName};
pub use serial_number::SerialNumber;
pub use time::Time;
