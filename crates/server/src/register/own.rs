//! The register in our own database.

use std::collections::HashSet;

use domain::cpr_number::CprNumber;
use domain::register::RegisterEntry;
use jiff::civil::Date;
use store::sealing::DataKeys;
use store::{StoreError, Tx};

use super::is_plausible;
use crate::Segl;
use crate::error::Fault;
use crate::oidc_api::danish_day;
use crate::random;

pub(super) async fn find(segl: &Segl, cpr: CprNumber) -> Result<Option<RegisterEntry>, Fault> {
    let keys = segl.keys();
    let found = segl
        .store
        .read(move |tx| store::register::find(tx, &keys.data, &cpr))
        .await;
    found.map_err(|error: StoreError| error.into())
}

/// How many are drawn for each who is wanted, before there are taken to be no more.
const DRAWS: usize = 20;

pub(super) async fn plausible(
    segl: &Segl,
    count: usize,
    random: [u8; 32],
) -> Result<Vec<RegisterEntry>, Fault> {
    let keys = segl.keys();
    let today = danish_day(segl.clock.now());
    let drawn = segl
        .store
        .read(move |tx| draw(tx, &keys.data, (count, today), &random))
        .await;
    drawn.map_err(|error: StoreError| error.into())
}

fn draw(
    tx: &mut Tx<'_>,
    keys: &DataKeys,
    (count, today): (usize, Date),
    random: &[u8; 32],
) -> Result<Vec<RegisterEntry>, StoreError> {
    let mut drawn = Vec::new();
    let Some(held) = store::register::held(tx)? else {
        return Ok(drawn);
    };
    let size = store::register::size(tx, held.base)?;
    let mut seen = HashSet::new();
    for step in 0..count.saturating_mul(DRAWS) {
        if drawn.len() == count || size == 0 {
            break;
        }
        let at = die(random, step) % u64::from(size);
        if !seen.insert(at) {
            continue;
        }
        let at = i64::try_from(at).unwrap_or(0);
        let Some(entry) = store::register::at(tx, keys, held.base, at)? else {
            continue;
        };
        // As it is now: it may have been changed since the import of the whole register.
        let now = store::register::find(tx, keys, &entry.cpr)?;
        drawn.extend(now.filter(|entry| is_plausible(entry, today)));
    }
    Ok(drawn)
}

/// A number of 64 bits for each step.
fn die(random: &[u8; 32], step: usize) -> u64 {
    let digest = random::digest(&[random.as_slice(), &step.to_be_bytes()].concat());
    let mut number = [0; 8];
    number.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(number)
}
