//! The crate as a server uses it, and the published vectors.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "a table of faults is one table"
)]

mod authorize;
mod claims;
mod client;
mod discovery;
mod jose;
mod logout;
mod registered;
mod response;
mod token;
