//! Machine readable travel documents by ICAO Doc 9303.

#![forbid(unsafe_code)]

pub mod ber;
pub mod fault;
pub mod oid;
pub mod tlv;
pub mod x509;
