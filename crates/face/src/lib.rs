//! Whether two pictures show one face (R-DOC-6).
//!
//! Pictures are decoded ([`picture`]), judged ([`quality`]), and compared by a model that the operator configures: ONNX networks named by a
//! signed [`manifest`]. No model is shipped. What a comparison is worth is decided elsewhere; this crate says what was seen.
//!
//! Bytes in, a comparison or a fault out: nothing here reads files or asks for the time.

#![forbid(unsafe_code)]

mod detector;
pub mod geometry;
pub mod manifest;
mod matcher;
mod network;
pub mod picture;
mod png;
pub mod quality;

pub use matcher::{Comparison, Matcher, ModelFault, Seen, Verdict, look_without_model};
pub use network::NetworkFault;
