//! The contract of both engines, what a crash may do to them, and what they cost.

#![expect(clippy::unwrap_used, reason = "tests")]

mod appointment;
mod commit;
mod cost;
mod crash;
mod engine;
mod migration;
mod p_code;
mod person;
mod read;
mod register;
mod statement;
mod tls;
mod trust;
