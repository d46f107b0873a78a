//! What an identity is, and what may be done with it.
//!
//! This crate decides; it reads no clock, draws no random number, and knows neither SQL nor HTTP. Every function takes the
//! facts and the time as arguments and gives a decision back, so every rule of the rulebook can be tested at its edge: the last
//! value that passes and the first that fails. The number of the rule that decided stands in each refusal (`R-AUT-9`).

pub mod activation;
pub mod appointment;
pub mod assurance;
pub mod audit;
pub mod authenticator;
pub mod cpr_number;
pub mod desk;
pub mod id;
pub mod identity;
pub mod lockout;
pub mod p_code;
pub mod person;
pub mod pin;
pub mod policy;
pub mod proofing;
pub mod reach;
pub mod register;
pub mod secret;
pub mod sign_in;
pub mod user_id;
