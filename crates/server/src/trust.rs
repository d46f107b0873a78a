//! Whom to trust about travel documents: what the database keeps, as passive authentication takes it.

use std::fmt;

use emrtd::ber::{Normalised, normalise};
use emrtd::cms::SignedData;
use emrtd::fault::{CertificateFault, CmsFault, RevocationListFault, TlvFault};
use emrtd::passive_auth::Circumstances;
use emrtd::trust::{DefectList, DeviationList, DocumentFacts, Match, Source, Store};
use emrtd::x509::Certificate;
use jiff::Timestamp;
use store::trust::{TrustItem, TrustKind};

/// What is trusted, read from the database's rows and kept for many documents.
#[derive(Default)]
pub struct Trust {
    authorities: Store,
    document_signers: Vec<Vec<u8>>,
    defect_lists: Vec<Vec<u8>>,
    deviation_lists: Vec<Vec<u8>>,
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("authorities", &self.authorities.len())
            .field("document_signers", &self.document_signers.len())
            .finish_non_exhaustive()
    }
}

impl Trust {
    /// Reads what is kept. Keys are read, and signatures verified, when a document needs them.
    pub fn of(items: Vec<TrustItem>) -> Result<Self, TrustRowFault> {
        let mut trust = Self::default();
        for item in items {
            let sha256 = item.sha256;
            trust
                .add(item)
                .map_err(|fault| TrustRowFault { sha256, fault })?;
        }
        Ok(trust)
    }

    fn add(&mut self, item: TrustItem) -> Result<(), TrustItemFault> {
        let sources = item.sources.iter().map(|source| Source::new(&source.name));
        match item.kind {
            TrustKind::Authority => {
                let certificate = Certificate::parse(&item.der)?;
                for source in sources {
                    self.authorities.add_parsed(&certificate, &source);
                }
            }
            TrustKind::RevocationList => {
                for source in sources {
                    self.authorities.add_revocation_list(&item.der, &source)?;
                }
            }
            TrustKind::DocumentSigner => self.document_signers.push(item.der),
            TrustKind::DefectList => self.defect_lists.push(item.der),
            TrustKind::DeviationList => self.deviation_lists.push(item.der),
        }
        Ok(())
    }

    /// The authorities and their revocation lists.
    pub const fn authorities(&self) -> &Store {
        &self.authorities
    }

    /// Does something with all that is trusted, at the time `now`. A defect list whose signer no authority vouches for any more counts
    /// for nothing.
    pub fn with_circumstances<T>(
        &self,
        now: Timestamp,
        judge: impl FnOnce(&Circumstances<'_>) -> T,
    ) -> Result<T, TrustItemFault> {
        let signers = self
            .document_signers
            .iter()
            .map(|der| Certificate::parse(der))
            .collect::<Result<Vec<_>, _>>()?;
        let lists = normalised(&self.defect_lists)?;
        let mut defect_lists = Vec::with_capacity(lists.len());
        for list in &lists {
            let signed = SignedData::parse(list)?;
            defect_lists.extend(DefectList::verify(&signed, &self.authorities).ok());
        }
        let circumstances = Circumstances {
            document_signers: &signers,
            defect_lists: &defect_lists,
            ..Circumstances::new(&self.authorities, now)
        };
        Ok(judge(&circumstances))
    }

    /// What states have published about documents like this one, each as its list describes it.
    pub fn published_deviations(
        &self,
        facts: DocumentFacts<'_>,
    ) -> Result<Vec<(Match, String)>, TrustItemFault> {
        let mut found = Vec::new();
        for list in &normalised(&self.deviation_lists)? {
            let signed = SignedData::parse(list)?;
            let Ok(verified) = DeviationList::verify(&signed, &self.authorities) else {
                continue;
            };
            for (how, entry) in verified.list().about(facts) {
                for described in &entry.descriptions {
                    let text = match &described.description {
                        Some(text) => text.to_string(),
                        None => format!("{:?}", described.kind),
                    };
                    found.push((how, text));
                }
            }
        }
        Ok(found)
    }
}

fn normalised(lists: &[Vec<u8>]) -> Result<Vec<Normalised<'_>>, TlvFault> {
    lists.iter().map(|der| normalise(der)).collect()
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
}
