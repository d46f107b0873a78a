//! The server from outside, each test at the address that it is about.

#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod app_v1;
mod appointments;
mod attacks;
mod connect;
mod desk;
mod enrol;
mod guard_rails;
mod pages;
mod register;
mod signin;

use testkit::TestServer;

/// Runs a test on both engines; the second is skipped, with the reason, where there is no PostgreSQL.
fn on_both(test: impl Fn(&TestServer)) {
    test(&TestServer::sqlite());
    match TestServer::postgres() {
        Ok(server) => test(&server),
        Err(reason) => eprintln!("skipped on PostgreSQL: {reason}"),
    }
}
