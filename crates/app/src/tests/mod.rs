//! Both sides of the protocol against each other: this crate, and a small server made of the server types of `authn`.

mod activation;
mod answers;
mod approval;
mod server;
mod session;

use server::Server;

use crate::randomness::SystemRandomness;
use crate::{
    Activation, AppError, Channel, Claim, Device, PinProved, Stretch, StretchCache, drive, pin::Pin,
};

const PIN: &str = "271828";

/// A server, and the device of Ida Holm that is activated there. What is stretched is kept, to be fast.
fn activated() -> (Server, Device) {
    let mut server = Server::new();
    let device = activate(&mut server, Stretch::Kept(StretchCache::default())).unwrap();
    (server, device)
}

fn activate(server: &mut Server, stretch: Stretch) -> Result<Device, AppError> {
    let rng = &mut SystemRandomness::new();
    let choosing = drive(
        Activation::start("ida.holm", "7k2 m4p 9qx", "482-913"),
        server.sender(),
    )?;
    assert_eq!(choosing.given_name(), "Ida");
    let registering = drive(
        choosing.stretching(stretch).choose(PIN, rng)?,
        server.sender(),
    )?;
    Ok(drive(registering.finish("Idas telefon", rng)?, server.sender())?.device)
}

fn claim(server: &mut Server, device: &Device) -> Claim {
    let link = server.link();
    drive(device.claim(Channel::Link(&link)), server.sender()).unwrap()
}

fn with_pin(
    server: &mut Server,
    device: &Device,
    claim: &Claim,
    pin: &str,
) -> Result<PinProved, AppError> {
    let pin = Pin::as_typed(pin)?;
    drive(
        device.approve(claim, &pin, &mut SystemRandomness::new())?,
        server.sender(),
    )
}
