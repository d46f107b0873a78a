//! Random bytes and digests, through aws-lc-rs.

use crate::error::Fault;

/// `N` random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Fault::Randomness)?;
    Ok(bytes)
}

/// SHA-256, under which tokens and what may be used once are kept.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref());
    out
}
