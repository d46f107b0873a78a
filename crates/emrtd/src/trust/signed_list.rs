//! Who has signed a list, and whether that one may (ICAO 9303-12, 7.1.1.3, 9 and 10; TR-03129-2, 7.2).

use jiff::Timestamp;

use super::path::valid_at;
use super::store::{Source, Store};
use crate::cms::{ContentType, SignedData, VerifiedSignedData};
use crate::fault::{Deviation, Deviations, ListFault, TrustFault};
use crate::oid::{Oid, known};
use crate::x509::{Certificate, Role};

/// How many authorities beside an anchor are tried on the way to it.
const MAX_INTERMEDIATES: usize = 16;

/// How many elements of a list may still be read: what is made of them is larger than they are.
pub(super) struct Budget(pub(super) usize);

impl Budget {
    /// Takes one.
    pub(super) fn take(&mut self) -> Result<(), ListFault> {
        self.0 = self.0.checked_sub(1).ok_or(ListFault::TooManyEntries)?;
        Ok(())
    }
}

/// A list whose signature holds, by a signer that is entitled to sign such lists, and whom an authority that is trusted vouches for.
///
/// Whether the signer's certificate is still valid, or revoked, is for the caller to ask: [`VerifiedList::signer_valid_at`],
/// [`Store::revocation`](crate::trust::Store::revocation).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct VerifiedList<'a, T> {
    list: T,
    signed_data: VerifiedSignedData<'a>,
    anchor: [u8; 32],
    deviations: Deviations,
}

impl<'a, T> VerifiedList<'a, T> {
    /// What the list says.
    pub const fn list(&self) -> &T {
        &self.list
    }

    /// What the list says, for whoever keeps it.
    pub fn into_list(self) -> T {
        self.list
    }

    /// The certificate of the list's signer.
    pub const fn signer(&self) -> &Certificate<'a> {
        self.signed_data.certificate()
    }

    /// When the signer says that it signed.
    pub const fn signing_time(&self) -> Option<Timestamp> {
        self.signed_data.signing_time()
    }

    /// The SHA-256 of the certificate among the anchors that vouches for the signer.
    pub const fn anchor(&self) -> [u8; 32] {
        self.anchor
    }

    /// Whether the signer's certificate was valid at a time.
    pub fn signer_valid_at(&self, time: Timestamp) -> Result<(), TrustFault> {
        let signer = self.signer();
        valid_at(signer.not_before, signer.not_after, time)
    }

    /// The tolerances that reading and verifying took.
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    pub(super) fn map<U>(
        self,
        read: impl FnOnce(T) -> Result<U, ListFault>,
    ) -> Result<VerifiedList<'a, U>, ListFault> {
        Ok(VerifiedList {
            list: read(self.list)?,
            signed_data: self.signed_data,
            anchor: self.anchor,
            deviations: self.deviations,
        })
    }
}

/// Verifies a list up to `anchors`; gives its content, unread.
///
/// Authorities that lead on from an anchor may come along beside the content, or be among `more`.
pub(super) fn verify<'a>(
    signed_data: &SignedData<'a>,
    kind: ContentType,
    more: &[Certificate<'_>],
    anchors: &Store,
) -> Result<VerifiedList<'a, &'a [u8]>, ListFault> {
    let verified = signed_data
        .verify_signer()
        .map_err(ListFault::SignedDataRefused)?;
    let (list, unusual) = verified
        .content_as(kind)
        .map_err(ListFault::SignedDataRefused)?;
    let mut deviations = verified.deviations().clone();
    deviations.extend(unusual);
    let signer = verified.certificate();
    deviations.extend(&signer.deviations);
    let pinned = anchors.iter().find(|anchor| anchor.der() == signer.raw);
    deviations.extend(entitled(kind, signer, pinned.is_some())?);
    let path = pinned.map_or_else(
        || reach(signer, anchors, &mut deviations),
        |pinned| Ok(pinned.fingerprint()),
    );
    let anchor = path.or_else(|fault| {
        let beside = signed_data.certificates.iter().chain(more);
        reach_by_way(signer, beside, anchors, &mut deviations)
            .ok_or(ListFault::SignerNotTrusted(fault))
    })?;
    if let Some(time) = verified.signing_time()
        && valid_at(signer.not_before, signer.not_after, time).is_err()
    {
        deviations.push(Deviation::SignedOutsideValidity);
    }
    Ok(VerifiedList {
        list,
        signed_data: verified,
        anchor,
        deviations,
    })
}

/// Whether the signer's certificate is for signing such lists. BSI only recommends that one for defect lists says so; one that is
/// silent could be any document signer's, and counts only where it is among the anchors itself.
fn entitled(
    kind: ContentType,
    signer: &Certificate<'_>,
    pinned: bool,
) -> Result<Option<Deviation>, ListFault> {
    let (purpose, mandatory): (Oid<'_>, bool) = match kind {
        ContentType::CscaMasterList => (known::CSCA_MASTER_LIST_SIGNING_KEY, true),
        ContentType::DeviationList => (known::DEVIATION_LIST_SIGNING_KEY, true),
        ContentType::DefectList => (known::DEFECT_LIST_SIGNING_KEY, false),
        ContentType::LdsSecurityObject | ContentType::SecurityInfos => return Ok(None),
    };
    match signer.extensions.extended_key_usage() {
        Some(purposes) if purposes.contains(&purpose) => Ok(None),
        None if pinned
            && !mandatory
            && signer.extensions.find(known::EXTENDED_KEY_USAGE).is_none() =>
        {
            Ok(Some(Deviation::ListSignerWithoutPurpose))
        }
        _ => Err(ListFault::SignerNotEntitled),
    }
}

/// The anchor that vouches for a certificate.
fn reach(
    certificate: &Certificate<'_>,
    anchors: &Store,
    deviations: &mut Deviations,
) -> Result<[u8; 32], TrustFault> {
    let path = anchors.path(certificate)?;
    deviations.extend(path.deviations());
    Ok(path.issuer().fingerprint())
}

/// The same, by way of authorities that an anchor vouches for: links to newer keys.
fn reach_by_way<'c, 'a: 'c>(
    signer: &Certificate<'_>,
    beside: impl Iterator<Item = &'c Certificate<'a>>,
    anchors: &Store,
    deviations: &mut Deviations,
) -> Option<[u8; 32]> {
    let country = signer.issuer.country();
    let mut left: Vec<&Certificate<'_>> = beside
        .filter(|authority| authority.role() != Role::Signer)
        .filter(|authority| authority.subject.country() == country)
        .take(MAX_INTERMEDIATES)
        .collect();
    let mut way = Store::new();
    let source = Source::new("");
    let mut anchor = None;
    loop {
        let before = left.len();
        left.retain(|authority| {
            let mut by = Deviations::new();
            let found = reach(authority, anchors, &mut by).ok();
            let vouched = found.is_some() || way.path(authority).is_ok();
            if vouched {
                anchor = anchor.or(found);
                deviations.extend(by);
                way.add_parsed(authority, &source);
            }
            !vouched
        });
        if let Ok(path) = way.path(signer) {
            deviations.extend(path.deviations());
            return anchor;
        }
        if left.len() == before {
            return None;
        }
    }
}
