//! The offices at which people of the demo book a time (R-BOK-1), one in each of its two municipalities.

use domain::policy::AppointmentPolicy;
use server::Segl;

use crate::commands::Outcome;
use crate::commands::offices;

/// In the form that `segl offices import` takes.
const OFFICES: &str = include_str!("offices.toml");

/// Makes sure that both are there, as this version has them.
pub(crate) fn seed(segl: &Segl) -> Outcome {
    let policy: &AppointmentPolicy = &segl.policy.appointments;
    let offices = offices::parse(OFFICES, policy)?;
    let now = segl.clock.now();
    segl.store
        .write_blocking::<_, store::StoreError, _>(b"seed", move |tx| {
            offices
                .iter()
                .try_for_each(|office| store::office::put(tx, office, now))
        })?;
    Ok(())
}
