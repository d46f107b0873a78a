//! Citizen Service's site for officials.

mod cases;
mod day;
mod p_codes;
mod sign_in;

use app::Device;
use testkit::TestServer;
use testkit::browser::Browser;

/// The municipality of most tests.
pub(crate) const HAVBY: &str = "22222222";

/// A browser in which an official has signed in at the desk.
pub(crate) fn at_the_desk<'a>(server: &'a TestServer, device: &Device) -> Browser<'a> {
    let mut browser = Browser::new(server);
    let authorize = browser.desk("/sign-in").location().to_owned();
    let back = server.sign_in_for_desk(&mut browser, device, &authorize);
    assert_eq!(back.location(), "/");
    browser
}
