//! The P code of the persona who has no CPR number (R-PER-4), as if Citizen Service had issued it when the demo began.

use domain::p_code::{IssuedPCode, PCode, PCodeName};
use jiff::civil::Date;
use server::Segl;
use server::error::Fault;

use super::personas::PERSONAS;

/// The eight digits.
pub(crate) const P_CODE: &str = "40719283";

/// Issues the code on the first start. When it has come to its end, a start renews it, so that the demo can be gone through again.
pub(crate) fn seed(segl: &Segl, first_day: Date) -> Result<(), Fault> {
    let now = segl.clock.now();
    let code = PCode::parse(P_CODE).map_err(|_| Fault::Missing("the demo's P code"))?;
    let strangers = PERSONAS.iter().filter(|persona| !persona.registered);
    for stranger in strangers {
        let born = stranger.born_on(first_day);
        let name = PCodeName::new(stranger.given, stranger.family)
            .map_err(|_| Fault::Missing("the name of a persona"))?;
        let (keys, policy) = (segl.keys(), segl.policy.clone());
        segl.store.write_blocking(b"p_codes", move |tx| {
            let known = store::p_code::of_holder(tx, &keys.data, &name, born)?;
            match known.into_iter().next() {
                None => {
                    let issued = IssuedPCode::issue(code, name.clone(), born, now);
                    store::p_code::insert(tx, &keys.data, &issued)?;
                }
                Some(issued)
                    if now >= issued.ends(&policy) || issued.uses >= policy.p_code.uses =>
                {
                    if let Ok(renewed) = issued.renew(now) {
                        store::p_code::renew(tx, &keys.data, &renewed)?;
                    }
                }
                Some(_) => {}
            }
            Ok::<_, Fault>(())
        })?;
    }
    Ok(())
}
