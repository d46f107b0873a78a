//! `emrtd::lds`: worked examples of ICAO 9303-10, and files of real and specimen documents.

mod common;
mod dg1;
pub mod security_object;
