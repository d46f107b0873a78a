//! Passive authentication: that a country issued what the chip holds, and that nobody changed it (ICAO 9303-11, 5.1).
//!
//! Every step has its outcome in the [`Verdict`], named as BSI TR-03135-1, 5.6.4 names the checks. What all decisive steps proved becomes a
//! [`VerifiedSecurityObject`]; files whose hashes it has become [`VerifiedDataGroup`]s; and a whole document that names the state which signed
//! it becomes a [`VerifiedDocument`]. None of them can be had otherwise. That the chip is no copy is not among what they prove: this
//! is what chip and active authentication are for, which take a verified data group.
//!
//! Whether a certificate is still valid today, and whether a revocation list was at hand, is said and not judged: see
//! [`Verdict::outcome`].

mod check;
mod document;
mod security_object;
mod signer;
mod verdict;

use jiff::Timestamp;

pub use document::{Authentication, Files, VerifiedDocument, authenticate};
pub use security_object::{
    VerifiedCardSecurity, VerifiedDataGroup, VerifiedSecurityObject, verify_card_security,
    verify_security_object,
};
pub use signer::DocumentSigner;
pub use verdict::{Notice, Outcome, Reason, Step, Verdict};

use crate::trust::{Defect, DefectList, Store, VerifiedList};
use crate::x509::Certificate;

/// What passive authentication is done with, besides what the chip holds.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'s> {
    /// The authorities that are trusted.
    pub store: &'s Store,
    /// Certificates of document signers that are known otherwise: a security object need not hold its own.
    pub document_signers: &'s [Certificate<'s>],
    /// What is known to be wrong with the documents of some signers.
    pub defect_lists: &'s [VerifiedList<'s, DefectList<'s>>],
    /// The time of the check.
    pub now: Timestamp,
    /// When the document was signed, where this is known otherwise. The signer's own word goes first.
    pub signed: Option<Timestamp>,
}

impl<'s> Circumstances<'s> {
    /// A check at the time `now` with the authorities of `store`.
    pub const fn new(store: &'s Store, now: Timestamp) -> Self {
        Self {
            store,
            document_signers: &[],
            defect_lists: &[],
            now,
            signed: None,
        }
    }

    /// What the defect lists say about the documents of a signer.
    fn defects<'d>(&self, signer: &'d Certificate<'_>) -> Vec<&'d Defect<'s>>
    where
        's: 'd,
    {
        let lists = self.defect_lists.iter().map(VerifiedList::list);
        lists.flat_map(|list| list.of(signer)).collect()
    }
}
