//! Whom to trust about travel documents: what the database keeps, as passive authentication takes it.

pub mod import;
mod in_use;

use std::collections::HashMap;
use std::fmt;

use emrtd::ber::{Normalised, normalise};
use emrtd::cms::{SignedData, SignerIdentifier};
use emrtd::fault::{CertificateFault, CmsFault, ListFault, RevocationListFault, TlvFault, name};
use emrtd::passive_auth::Circumstances;
use emrtd::trust::{DefectList, DeviationKind, DeviationList, DocumentFacts, Match, Source, Store};
use emrtd::x509::Certificate;
use jiff::Timestamp;
use store::trust::{TrustItem, TrustKind, Vouching};

pub use import::{ImportRules, Imported, import};
pub use in_use::TrustInUse;

/// What is trusted, read from the database's rows and kept for many documents.
#[derive(Default)]
pub struct Trust {
    authorities: Store,
    /// Those whose word about other countries' documents counts.
    anchors: Store,
    document_signers: DocumentSigners,
    /// Verified when they were read, and again for each document that they are asked about.
    defect_lists: Vec<Vec<u8>>,
    deviation_lists: Vec<VerifiedDeviations>,
}

/// The content of a deviation list whose signature holds.
struct VerifiedDeviations {
    country: Option<String>,
    content: Vec<u8>,
}

/// What a state has published about its own documents that fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Whether the document is surely meant.
    pub how: Match,
    /// The kind of deviation, named as faults are.
    pub kind: String,
    /// In words, as the state has it, or else the kind.
    pub text: String,
    /// Whether others may know the keys with which the chip shows that it is no copy.
    pub key_compromised: bool,
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("authorities", &self.authorities.len())
            .field(
                "document_signers",
                &self.document_signers.certificates.len(),
            )
            .finish_non_exhaustive()
    }
}

impl Trust {
    /// Reads what is kept. Keys are read, and most signatures verified, when a document needs them.
    pub fn of(items: Vec<TrustItem>) -> Result<Self, TrustRowFault> {
        let (trust, mut faults) = Self::of_readable(items);
        faults.pop().map_or(Ok(trust), Err)
    }

    /// The same of what can be read, and what cannot: one bad row must not keep a whole country's documents out.
    pub fn of_readable(items: Vec<TrustItem>) -> (Self, Vec<TrustRowFault>) {
        let mut trust = Self::default();
        let mut faults = Vec::new();
        let (lists, certificates): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| {
            matches!(item.kind, TrustKind::DefectList | TrustKind::DeviationList)
        });
        // Lists come last, since their signers' authorities must be there.
        for item in certificates.into_iter().chain(lists) {
            let sha256 = item.sha256;
            let added = trust.add(item);
            faults.extend(added.err().map(|fault| TrustRowFault { sha256, fault }));
        }
        (trust, faults)
    }

    fn add(&mut self, item: TrustItem) -> Result<(), TrustItemFault> {
        let is_anchor = item.vouching() == Vouching::Anchor;
        let sources = item.sources.iter().map(|source| Source::new(&source.name));
        match item.kind {
            TrustKind::Authority => {
                let certificate = Certificate::parse(&item.der)?;
                for source in sources {
                    self.authorities.add_parsed(&certificate, &source);
                    if is_anchor {
                        self.anchors.add_parsed(&certificate, &source);
                    }
                }
            }
            TrustKind::RevocationList => {
                for source in sources {
                    self.authorities.add_revocation_list(&item.der, &source)?;
                }
            }
            TrustKind::DocumentSigner => self.document_signers.add(item.der)?,
            TrustKind::DefectList => {
                if is_verified_defect_list(&item.der, &self.anchors)? {
                    self.defect_lists.push(item.der);
                }
            }
            TrustKind::DeviationList => {
                let verified = verified_deviations(&item.der, &self.authorities)?;
                self.deviation_lists.extend(verified);
            }
        }
        Ok(())
    }

    /// The authorities and their revocation lists.
    pub const fn authorities(&self) -> &Store {
        &self.authorities
    }

    /// The authorities whose word about other countries counts.
    pub const fn anchors(&self) -> &Store {
        &self.anchors
    }

    /// Does something with all that is trusted, at the time `now`, about the document with this security object (EF.SOD, or EF.CardSecurity).
    pub fn with_circumstances<T>(
        &self,
        security_object: &[u8],
        now: Timestamp,
        judge: impl FnOnce(&Circumstances<'_>) -> T,
    ) -> T {
        let signers = self.document_signers.of(security_object);
        let lists: Vec<_> = self.defect_lists.iter().map(|der| normalise(der)).collect();
        let defect_lists: Vec<_> = lists
            .iter()
            .flatten()
            .filter_map(|list| SignedData::parse(list).ok())
            .filter_map(|signed| DefectList::verify(&signed, &self.anchors).ok())
            .collect();
        let circumstances = Circumstances {
            document_signers: &signers,
            defect_lists: &defect_lists,
            ..Circumstances::new(&self.authorities, now)
        };
        judge(&circumstances)
    }

    /// What the state whose authority issued a document's signer, `country`, has published about documents like it.
    pub fn published_deviations(
        &self,
        country: Option<&str>,
        facts: DocumentFacts<'_>,
    ) -> Vec<Published> {
        let mut found = Vec::new();
        let own = self.deviation_lists.iter();
        for list in own.filter(|list| country.is_some() && list.country.as_deref() == country) {
            let Ok(list) = DeviationList::dangerous_parse(&list.content) else {
                continue;
            };
            for (how, entry) in list.about(facts) {
                found.extend(entry.descriptions.iter().map(|described| {
                    let kind = name(&described.kind);
                    Published {
                        how,
                        text: described
                            .description
                            .as_ref()
                            .map_or_else(|| kind.clone(), ToString::to_string),
                        kind,
                        key_compromised: described.kind
                            == DeviationKind::ActiveAuthenticationKeyCompromised,
                    }
                }));
            }
        }
        found
    }
}

/// Certificates of document signers that security objects need not hold, found by what a security object calls its signer: a directory has
/// tens of thousands.
#[derive(Default)]
struct DocumentSigners {
    certificates: Vec<Vec<u8>>,
    by_identifier: HashMap<Vec<u8>, Vec<usize>>,
}

impl DocumentSigners {
    fn add(&mut self, der: Vec<u8>) -> Result<(), CertificateFault> {
        let certificate = Certificate::parse(&der)?;
        let index = self.certificates.len();
        let serial = certificate.serial.minimal();
        let key = certificate.extensions.subject_key_identifier;
        for identifier in [Some(serial), key].into_iter().flatten() {
            let known = self.by_identifier.entry(identifier.to_owned()).or_default();
            known.push(index);
        }
        self.certificates.push(der);
        Ok(())
    }

    /// Those that may have signed. Whether one did is for its name and the signature to say.
    fn of(&self, security_object: &[u8]) -> Vec<Certificate<'_>> {
        if self.certificates.is_empty() {
            return Vec::new();
        }
        let Ok(normalised) = normalise(security_object) else {
            return Vec::new();
        };
        let signed = SignedData::parse_security_object(&normalised);
        let signers = signed.map(|signed| signed.signer_infos).unwrap_or_default();
        let found = signers.iter().filter_map(|signer| {
            self.by_identifier.get(match signer.identifier {
                SignerIdentifier::IssuerAndSerialNumber { serial, .. } => serial.minimal(),
                SignerIdentifier::SubjectKeyIdentifier(key) => key,
            })
        });
        found
            .flatten()
            .filter_map(|index| Certificate::parse(&self.certificates[*index]).ok())
            .collect()
    }
}

/// Whether an anchor vouches for a defect list's signer. One for which nobody does, or no longer, counts for nothing.
fn is_verified_defect_list(der: &[u8], anchors: &Store) -> Result<bool, TrustItemFault> {
    let normalised = normalise(der)?;
    let signed = SignedData::parse(&normalised)?;
    Ok(DefectList::verify(&signed, anchors).is_ok())
}

/// A deviation list, where an authority of the state that it is about vouches for its signer.
fn verified_deviations(
    der: &[u8],
    authorities: &Store,
) -> Result<Option<VerifiedDeviations>, TrustItemFault> {
    let normalised: Normalised<'_> = normalise(der)?;
    let signed = SignedData::parse(&normalised)?;
    match DeviationList::verify(&signed, authorities) {
        Ok(verified) => Ok(Some(VerifiedDeviations {
            country: verified.signer().issuer.country(),
            content: signed.content.to_owned(),
        })),
        Err(ListFault::SignerNotTrusted(_)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// A row that cannot be read: it was written by another program, or the disk lost it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("trust_items {}: {fault}", store::hex(sha256))]
pub struct TrustRowFault {
    /// The row's key.
    pub sha256: [u8; 32],
    /// What is wrong.
    pub fault: TrustItemFault,
}

/// Why what was kept cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustItemFault {
    /// A certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// A revocation list.
    #[error(transparent)]
    RevocationList(#[from] RevocationListFault),
    /// A list's encoding.
    #[error("the list's encoding cannot be read")]
    Encoding(#[from] TlvFault),
    /// A list's signed data.
    #[error(transparent)]
    SignedData(#[from] CmsFault),
    /// What is in a list.
    #[error(transparent)]
    List(#[from] ListFault),
}
