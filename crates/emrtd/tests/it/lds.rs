//! `emrtd::lds`: worked examples of ICAO 9303-10, and files of real and specimen documents.

mod common;
mod details;
mod dg1;
mod face;
mod image;
mod master_file;
mod property;
pub mod security_object;
