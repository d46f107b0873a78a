//! The proof that a chip is the one that its document was issued with, not a copy of its files (ICAO 9303-11, 6).

use crate::fault::Deviations;

/// How a chip proved that it is genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChipProof {
    /// Active Authentication, with the key of DG15 (ICAO 9303-11, 6.1).
    ActiveAuthentication,
    /// Chip Authentication, with a key of DG14 (ICAO 9303-11, 6.2).
    ChipAuthentication,
    /// PACE with Chip Authentication Mapping, with a key of EF.CardSecurity (ICAO 9303-11, 4.4.3.5).
    ChipAuthenticationMapping,
}

/// The proof that a chip knows a private key whose public half the issuing state has signed. It is only made out of a verified DG14, DG15
/// or EF.CardSecurity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct GenuineChip {
    proof: ChipProof,
    deviations: Deviations,
}

impl GenuineChip {
    pub(crate) const fn new(proof: ChipProof, deviations: Deviations) -> Self {
        Self { proof, deviations }
    }

    /// How the chip proved it.
    pub const fn proof(&self) -> ChipProof {
        self.proof
    }

    /// What was tolerated.
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }
}
