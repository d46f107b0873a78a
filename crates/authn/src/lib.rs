//! What a person's authenticator produces: approvals signed by a device key, the PIN's OPAQUE exchange, activation codes.
//!
//! Bytes go in, and a proof or a [`Fault`] comes out. Nothing here reads a clock, opens a file or keeps state; randomness is an
//! argument. The proofs ([`secret::SecretProved`], [`approval::VerifiedApproval`], [`activation::ProvenDeviceKey`]) have no public
//! constructor, so later steps that ask for one cannot be reached without the check.
//!
//! The shapes are those of the app protocol, `docs/app-protocol.md`.

pub mod activation;
pub mod approval;
pub mod code;
pub mod device_key;
mod fault;
mod keyed_hash;
pub mod qr;
pub mod randomness;
pub mod secret;
pub mod statement;

pub use fault::{ApprovalFault, Fault};
