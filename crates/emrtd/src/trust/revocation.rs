//! Whether an authority has taken back a certificate (ICAO 9303-12, 7.1.4 and 7.1.5; RFC 5280, 5).

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::Timestamp;

use crate::fault::{RevocationListFault, TrustFault};
use crate::trust::path::Signed;
use crate::trust::store::{Source, Store, StoredCertificate};
use crate::x509::{Certificate, NormalisedName, Reason, RevocationList};

/// What is known about the revocation of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The newest list of its issuer does not name it.
    Good {
        /// When that list was made.
        this_update: Timestamp,
        /// Whether the next list was due already.
        outdated: bool,
    },
    /// A list of its issuer names it.
    Revoked {
        /// Since when.
        date: Timestamp,
        /// Why, where the list says.
        reason: Option<Reason>,
    },
    /// There is no list of its issuer, or none whose signature holds.
    Unknown {
        /// Why the list that is there does not count; `None` where there is none.
        fault: Option<TrustFault>,
    },
}

/// A revocation list in the store.
#[derive(Debug)]
pub struct StoredRevocationList {
    der: Box<[u8]>,
    sources: Vec<Source>,
    issuer: NormalisedName,
    country: Option<String>,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    revoked: HashMap<Box<[u8]>, (Timestamp, Option<Reason>)>,
    signed_by: OnceLock<Result<usize, TrustFault>>,
}

impl StoredRevocationList {
    pub(super) fn new(der: &[u8], source: &Source) -> Result<Self, RevocationListFault> {
        let list = RevocationList::parse(der)?;
        let entry = |revoked: &crate::x509::Revoked<'_>| {
            let serial = revoked.serial.minimal().into();
            (serial, (revoked.date, revoked.reason()))
        };
        Ok(Self {
            der: der.into(),
            sources: vec![source.clone()],
            issuer: list.issuer.normalised(),
            country: list.issuer.country(),
            this_update: list.this_update,
            next_update: list.next_update,
            revoked: list.revoked().iter().map(entry).collect(),
            signed_by: OnceLock::new(),
        })
    }

    pub(super) fn add_source(&mut self, source: &Source) {
        if !self.sources.contains(source) {
            self.sources.push(source.clone());
        }
    }

    pub(super) fn forget_missing_issuer(&mut self) {
        if matches!(self.signed_by.get(), Some(Err(_))) {
            self.signed_by.take();
        }
    }

    /// The list's bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Where it came from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The issuer's country, as in [`StoredCertificate::country`].
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// When it was made.
    pub const fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// When the next one is due.
    pub const fn next_update(&self) -> Option<Timestamp> {
        self.next_update
    }

    /// How many certificates it names.
    pub fn len(&self) -> usize {
        self.revoked.len()
    }

    /// Whether it names none.
    pub fn is_empty(&self) -> bool {
        self.revoked.is_empty()
    }
}

impl Store {
    /// What is known about the revocation of a certificate that `issuer` issued, at the time `now`.
    ///
    /// A country's list is signed with its newest key and stands for certificates under its older keys too, as long as the name is the
    /// same. A certificate is revoked if any list of its issuer whose signature holds names it; it is good by the newest of them.
    pub fn revocation(
        &self,
        certificate: &Certificate<'_>,
        issuer: &StoredCertificate,
        now: Timestamp,
    ) -> Revocation {
        let name = certificate.issuer.normalised();
        let serial = certificate.serial.minimal();
        let mut newest: Option<&StoredRevocationList> = None;
        let mut fault = None;
        for list in &self.revocation_lists {
            if list.issuer != name && list.issuer != issuer.subject {
                continue;
            }
            if let Err(one) = self.signer_of_list(list) {
                fault = fault.or(Some(one));
                continue;
            }
            if let Some((date, reason)) = list.revoked.get(serial) {
                return Revocation::Revoked {
                    date: *date,
                    reason: *reason,
                };
            }
            if newest.is_none_or(|newest| newest.this_update < list.this_update) {
                newest = Some(list);
            }
        }
        newest.map_or(Revocation::Unknown { fault }, |list| Revocation::Good {
            this_update: list.this_update,
            outdated: list.next_update.is_none_or(|next| next < now),
        })
    }

    /// The authority that signed a revocation list of this store; verified once.
    pub fn signer_of_list(
        &self,
        list: &StoredRevocationList,
    ) -> Result<&StoredCertificate, TrustFault> {
        let index = list.signed_by.get_or_init(|| {
            let parsed = RevocationList::parse(&list.der).map_err(|_| TrustFault::IssuerUnknown)?;
            let signed = Signed {
                issuer: parsed.issuer,
                authority: parsed.authority_key_identifier,
                algorithm_raw: parsed.signature_algorithm_raw,
                message: parsed.tbs_raw,
                signature: parsed.signature,
                time: parsed.this_update,
                may: |stored| stored.signs_revocation_lists,
            };
            self.issuer(&signed, None).map(|issuer| issuer.index)
        });
        index.map(|index| &self.certificates[index])
    }
}
