//! Specimens for tests and the demo: a signing country and virtual travel documents by ICAO Doc 9303.
//!
//! Written from the standards (Doc 9303 parts 10 to 12, TR-03110, RFC 5280, RFC 5652), apart from the reader in `emrtd`: it shares no
//! code with it, so that an error of one side shows against the other. Nothing here is secret, nothing runs in constant time, and
//! nothing here may sign a real document.
//!
//! Time and randomness are arguments: one seed gives one country with its documents.

#![forbid(unsafe_code)]

pub mod certificate;
pub mod chip;
pub mod cipher;
pub mod cms;
pub mod country;
pub mod curve;
mod curve_table;
pub mod der;
pub mod deviation_list;
pub mod digest;
pub mod document;
pub mod ec_key;
pub mod group;
pub mod master_list;
pub mod misbehaviour;
pub mod randomness;
mod revocation_list;
pub mod rsa;
pub mod signer;
pub mod vpcd;
