//! The program as an operator runs it: the real binary in a folder of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod country;
mod demo;
mod doctor;
mod installation;
mod keys;
mod offices;
mod passport;
mod register;
mod serve;
mod services;
mod trust;
