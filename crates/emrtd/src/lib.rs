//! Machine readable travel documents by ICAO Doc 9303.

#![forbid(unsafe_code)]

pub mod active_auth;
pub mod apdu;
pub mod bac;
pub mod ber;
pub mod chip_auth;
pub mod cms;
pub mod crypto;
pub mod ephemeral_key;
pub mod fault;
pub mod genuine_chip;
pub mod lds;
pub mod mrz;
pub mod oid;
pub mod pace;
pub mod passive_auth;
pub mod password;
pub mod personal;
pub mod reader;
pub mod secure_messaging;
pub mod security_info;
pub mod tlv;
pub mod trust;
pub mod x509;

#[cfg(test)]
mod hex;
