//! Machine readable travel documents by ICAO Doc 9303.

#![forbid(unsafe_code)]

pub mod fault;
