//! Commits: one SQL text, two engines.
//!
//! Work on the database is a synchronous closure over a [`Tx`]. It runs on a database thread, together with other closures in
//! one transaction, and its caller is answered when that transaction is durable ([`Store::write`]). So no statement waits for
//! the network in the middle of a request's own code, and many requests share one commit.

mod block_on;
mod engine;
mod error;
mod migrate;
mod row;
mod store;
mod tx;

pub use error::StoreError;
pub use migrate::{MIGRATIONS, Migration};
pub use row::{Row, Value};
pub use store::{Store, StoreConfig, migrate, pending_migrations};
pub use stored::hex;
pub use tx::Tx;

pub mod activation;
pub mod appointment;
pub mod authenticator;
pub mod chip_reading;
pub mod desk;
pub mod desk_case;
pub mod enrolment;
pub mod event;
pub mod face_case;
pub mod identity;
pub mod message;
pub mod office;
pub mod official;
pub mod p_code;
pub mod person;
pub mod question_round;
pub mod register;
pub mod sealing;
pub mod service;
pub mod sign_in;
mod stored;
pub mod trust;
pub mod used_once;
pub mod witness;
