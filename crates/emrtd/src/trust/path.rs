//! From a certificate to an authority that is trusted (ICAO 9303-12, 5 and 7; 9303-11, 5.1; TR-03135-1, 5.6.4.3.3).

use jiff::Timestamp;

use crate::crypto::{SignatureAlgorithm, verify};
use crate::fault::{Deviation, Deviations, TrustFault};
use crate::trust::store::{Issuer, Store, StoredCertificate};
use crate::x509::{AuthorityKeyIdentifier, Certificate, Name};

/// How many certificates of authorities a path may have: a link for every key that a country has had in decades.
const MAX_LENGTH: usize = 12;

/// How many authorities are tried that fit one issuer: keys of one name.
const MAX_CANDIDATES: usize = 24;

/// The proof that a certificate was issued by an authority in a store: every signature on the way holds.
///
/// Validity and revocation are questions of their own: see [`VerifiedPath::valid_at`] and [`Store::revocation`].
#[derive(Debug, Clone)]
#[must_use]
pub struct VerifiedPath<'s> {
    authorities: Vec<&'s StoredCertificate>,
    deviations: Deviations,
}

impl<'s> VerifiedPath<'s> {
    /// The authority whose key signed the certificate.
    pub fn issuer(&self) -> &'s StoredCertificate {
        self.authorities[0]
    }

    /// The authorities on the way: the issuer, and behind links those whose older keys or names vouch for it.
    pub fn authorities(&self) -> &[&'s StoredCertificate] {
        &self.authorities
    }

    /// What was unusual on the way.
    pub const fn deviations(&self) -> &Deviations {
        &self.deviations
    }

    /// Whether the issuer's certificate was valid at a time, its first and last second included. Those behind links may have expired:
    /// that is what links are for.
    pub fn valid_at(&self, time: Timestamp) -> Result<(), TrustFault> {
        let issuer = self.issuer();
        valid_at(issuer.not_before(), issuer.not_after(), time)
    }
}

/// Whether a time is in a validity, whose first and last second belong to it (RFC 5280, 4.1.2.5).
pub(crate) fn valid_at(
    not_before: Timestamp,
    not_after: Timestamp,
    time: Timestamp,
) -> Result<(), TrustFault> {
    if time < not_before {
        return Err(TrustFault::NotYetValid);
    }
    // The last second is valid to its end.
    if time.as_second() > not_after.as_second() {
        return Err(TrustFault::Expired);
    }
    Ok(())
}

/// Who signed something, by its own words.
pub(super) struct Signed<'a> {
    pub(super) issuer: Name<'a>,
    pub(super) authority: Option<AuthorityKeyIdentifier<'a>>,
    pub(super) algorithm_raw: &'a [u8],
    pub(super) message: &'a [u8],
    pub(super) signature: &'a [u8],
    pub(super) time: Timestamp,
    /// What the issuer must be allowed to do.
    pub(super) may: fn(&StoredCertificate) -> bool,
}

/// How an authority fits; the better, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Name and key identifier, or the name alone where no key identifier is told.
    Whole,
    /// The key identifier, under another name.
    Key,
    /// The name, with another key identifier.
    Name,
}

impl Store {
    /// The path of a certificate, of a document signer as of a list signer, to an authority in this store.
    pub fn path(&self, certificate: &Certificate<'_>) -> Result<VerifiedPath<'_>, TrustFault> {
        let mut issuer = self.issuer(&Signed::certificate(certificate), None)?;
        let mut authorities = Vec::with_capacity(2);
        let mut deviations = Deviations::new();
        loop {
            deviations.extend(&issuer.deviations);
            let authority = &self.certificates[issuer.index];
            authorities.push(authority);
            if !authority.is_link() || authorities.len() == MAX_LENGTH {
                break;
            }
            let Ok(next) = self.issuer_of_stored(issuer.index) else {
                // A link is in a list because the list's signer trusts it. TR-03135-1, 5.6.4.3.3: its signature is not verified then.
                deviations.push(Deviation::LinkWithoutIssuer);
                break;
            };
            issuer = next.clone();
        }
        Ok(VerifiedPath {
            authorities,
            deviations,
        })
    }

    /// Which certificate in the store issued another in the store, itself where it is self-signed; verified once.
    pub fn issuer_of<'s>(
        &'s self,
        certificate: &StoredCertificate,
    ) -> Result<&'s StoredCertificate, TrustFault> {
        let index = self
            .certificates
            .iter()
            .position(|stored| std::ptr::eq(stored, certificate))
            .ok_or(TrustFault::IssuerUnknown)?;
        Ok(&self.certificates[self.issuer_of_stored(index)?.index])
    }

    fn issuer_of_stored(&self, index: usize) -> Result<&Issuer, TrustFault> {
        let stored = &self.certificates[index];
        stored
            .issued_by
            .get_or_init(|| {
                let certificate = stored.certificate().map_err(TrustFault::StoreUnreadable)?;
                let itself = (!stored.is_link()).then_some(index);
                self.issuer(&Signed::certificate(&certificate), itself)
            })
            .as_ref()
            .map_err(|fault| *fault)
    }

    /// The authority whose key verifies what was signed; `first` is tried before all others.
    pub(super) fn issuer(
        &self,
        signed: &Signed<'_>,
        first: Option<usize>,
    ) -> Result<Issuer, TrustFault> {
        let algorithm = SignatureAlgorithm::parse(signed.algorithm_raw)
            .map_err(TrustFault::AlgorithmRefused)?;
        let mut fault = TrustFault::IssuerUnknown;
        for (fit, index) in self.candidates(signed, first, &mut fault) {
            match self.verify(signed, algorithm, index) {
                Ok(mut deviations) => {
                    deviations.extend(algorithm.deviations());
                    deviations.extend(fit.deviation());
                    return Ok(Issuer { index, deviations });
                }
                // The fault of the candidate that fits best counts; another key of the same name is no candidate that was meant.
                Err(one) if is_vague(fault) && fit != Fit::Name => fault = one,
                Err(_) => {}
            }
        }
        Err(fault)
    }

    fn verify(
        &self,
        signed: &Signed<'_>,
        algorithm: SignatureAlgorithm,
        index: usize,
    ) -> Result<Deviations, TrustFault> {
        let key = self.certificates[index]
            .key()
            .map_err(TrustFault::IssuerKeyRefused)?;
        let mut deviations = verify(key, &algorithm, signed.message, signed.signature)
            .map_err(TrustFault::SignatureRefused)?;
        deviations.extend(key.deviations());
        Ok(deviations)
    }

    /// The authorities that may have signed, those that fit best first; among them self-signed ones before links, and ones that were
    /// valid then before others.
    fn candidates(
        &self,
        signed: &Signed<'_>,
        first: Option<usize>,
        fault: &mut TrustFault,
    ) -> Vec<(Fit, usize)> {
        let identifier = signed
            .authority
            .and_then(|authority| authority.key_identifier);
        let name = signed.issuer.normalised();
        let named = self.by_subject.get(&name).map_or(&[][..], Vec::as_slice);
        let keyed = identifier
            .and_then(|identifier| self.by_key_identifier.get(identifier))
            .map_or(&[][..], Vec::as_slice);
        let country = signed.issuer.country();
        let mut candidates = Vec::new();
        let mut offer = |fit, index: usize| {
            let stored: &StoredCertificate = &self.certificates[index];
            if !(signed.may)(stored) {
                *fault = TrustFault::IssuerNotAuthority;
            } else if stored.country() != country.as_deref() {
                *fault = TrustFault::IssuerCountryDiffers;
            } else {
                let expired =
                    valid_at(stored.not_before(), stored.not_after(), signed.time).is_err();
                let order = (Some(index) != first, fit, stored.is_link(), expired);
                candidates.push((order, index));
            }
        };
        for index in keyed {
            offer(
                if named.contains(index) {
                    Fit::Whole
                } else {
                    Fit::Key
                },
                *index,
            );
        }
        for index in named.iter().filter(|index| !keyed.contains(index)) {
            offer(
                if identifier.is_none() {
                    Fit::Whole
                } else {
                    Fit::Name
                },
                *index,
            );
        }
        candidates.sort_unstable();
        candidates.truncate(MAX_CANDIDATES);
        candidates
            .into_iter()
            .map(|((_, fit, _, _), index)| (fit, index))
            .collect()
    }
}

/// Whether a fault says less than one about a key or a signature would.
const fn is_vague(fault: TrustFault) -> bool {
    matches!(
        fault,
        TrustFault::IssuerUnknown
            | TrustFault::IssuerNotAuthority
            | TrustFault::IssuerCountryDiffers
    )
}

impl<'a> Signed<'a> {
    fn certificate(certificate: &Certificate<'a>) -> Self {
        Self {
            issuer: certificate.issuer,
            authority: certificate.extensions.authority_key_identifier,
            algorithm_raw: certificate.signature_algorithm_raw,
            message: certificate.tbs_raw,
            signature: certificate.signature,
            time: certificate.not_before,
            may: |stored| stored.signs_certificates,
        }
    }
}

impl Fit {
    const fn deviation(self) -> Option<Deviation> {
        match self {
            Self::Whole => None,
            Self::Key => Some(Deviation::IssuerNameOtherwise),
            Self::Name => Some(Deviation::AuthorityKeyIdentifierUnfit),
        }
    }
}
