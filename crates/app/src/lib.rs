//! The citizen's app without its screens: activating, approving, and the holder's own pages.
//!
//! It speaks the app protocol (`docs/app-protocol.md`) and does no I/O. Each step gives an [`HttpRequest`] and a state that waits for
//! the [`HttpResponse`]; only the right answer leads to the next state. Whoever holds the state decides how requests travel: a phone's
//! network stack, a test's router, a load generator.
//!
//! ```no_run
//! # fn send(_: app::HttpRequest) -> app::HttpResponse { unimplemented!() }
//! # fn main() -> Result<(), app::AppError> {
//! use app::{Activation, Channel, drive, pin, randomness::SystemRandomness};
//! let rng = &mut SystemRandomness::new();
//!
//! let choosing = drive(Activation::start("ida.holm", "7K2-M4P-9QX", "482913"), send)?;
//! let registering = drive(choosing.choose("271828", rng)?, send)?;
//! let device = drive(registering.finish("Ida's phone", rng)?, send)?.device;
//!
//! let claim = drive(device.claim(Channel::TypedCode("1234")), send)?;
//! let pin = pin::Pin::as_typed("271828")?;
//! let proved = drive(device.approve(&claim, &pin, rng)?, send)?;
//! let approved = drive(proved.sign()?, send)?;
//! # Ok(())
//! # }
//! ```

mod activation;
mod approval;
mod claim;
mod device;
pub mod enrolment;
mod error;
mod http;
mod ke2;
pub mod relay;
mod session;
#[cfg(test)]
mod tests;

pub use activation::{
    Activated, Activation, AwaitActivated, AwaitActivation, AwaitRegistration, ChoosePin,
    Registering,
};
pub use approval::{
    Approved, AwaitApproved, AwaitKe2, AwaitRejected, PinProved, RejectReason, Rejected,
};
pub use authn::randomness;
pub use authn::secret::{Stretch, StretchCache};
pub use authn::statement::ApprovalStatement;
pub use claim::{AwaitClaim, AwaitWaiting, Channel, Claim};
pub use device::{Device, StoredDevice};
pub use domain::pin;
pub use error::{AppError, Problem};
pub use http::{HttpRequest, HttpResponse, Method, Step, drive};
pub use session::{
    Activity, AuthenticatorShown, AwaitActivity, AwaitMe, AwaitRemoved, AwaitSession,
    AwaitSettings, AwaitUnlockKe2, Entry, Me, Session, Settings, SettingsChange, TypedCode,
    UnlockProved,
};
