//! The store of authorities (CSCAs) that are trusted.
//!
//! Lists of authorities replace each other, but documents live for ten years: the newest list alone misses the issuers of many documents
//! that are still valid. So certificates only ever come in, each with the sources that vouch for it, and each once, however often it is
//! in a list. Whoever adds one has decided to trust its source: a list must have been verified before.
//!
//! Adding one reads it and indexes it by name and key identifier. Keys are read, and signatures between authorities verified, when they
//! are first needed. The store holds nothing but what [`StoredCertificate::der`] and [`StoredCertificate::sources`] give, and
//! the same of its revocation lists: kept elsewhere and added again, these make the same store.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use crate::crypto::{Digest, PublicKey};
use crate::fault::{CertificateFault, Deviations, RevocationListFault, SignatureFault, TrustFault};
use crate::trust::revocation::StoredRevocationList;
use crate::x509::{Certificate, KeyUsage, NormalisedName, Role};

/// Where a certificate or a revocation list came from, as its owner calls it: the name of a master list with its date, say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source(Arc<str>);

impl Source {
    /// A source by its name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// What came of adding something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It was not there.
    New,
    /// It was there, byte for byte; the source is noted beside the others.
    Known,
}

/// Authorities that are trusted, and their revocation lists.
#[derive(Debug, Default)]
pub struct Store {
    pub(super) certificates: Vec<StoredCertificate>,
    by_fingerprint: HashMap<[u8; 32], usize>,
    pub(super) by_subject: HashMap<NormalisedName, Vec<usize>>,
    pub(super) by_key_identifier: HashMap<Box<[u8]>, Vec<usize>>,
    pub(super) revocation_lists: Vec<StoredRevocationList>,
}

impl Store {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the certificate of an authority that `source` vouches for: self-signed, or a link. Nothing is verified here.
    pub fn add(&mut self, der: &[u8], source: &Source) -> Result<Added, CertificateFault> {
        Ok(self.add_parsed(&Certificate::parse(der)?, source))
    }

    /// The same, with a certificate that is parsed already.
    pub fn add_parsed(&mut self, certificate: &Certificate<'_>, source: &Source) -> Added {
        let index = self.certificates.len();
        let fingerprint = fingerprint(certificate.raw);
        match self.by_fingerprint.entry(fingerprint) {
            Entry::Occupied(known) => {
                self.certificates[*known.get()].add_source(source);
                return Added::Known;
            }
            Entry::Vacant(new) => new.insert(index),
        };
        let stored = StoredCertificate::new(certificate, fingerprint, source);
        self.by_subject
            .entry(stored.subject.clone())
            .or_default()
            .push(index);
        if let Some(identifier) = certificate.extensions.subject_key_identifier {
            self.by_key_identifier
                .entry(identifier.into())
                .or_default()
                .push(index);
        }
        self.certificates.push(stored);
        self.forget_missing_issuers();
        Added::New
    }

    /// Adds a revocation list. Its signature is verified when it is first needed: before that, its issuer need not be in the store.
    pub fn add_revocation_list(
        &mut self,
        der: &[u8],
        source: &Source,
    ) -> Result<Added, RevocationListFault> {
        if let Some(known) = self
            .revocation_lists
            .iter_mut()
            .find(|list| list.der() == der)
        {
            known.add_source(source);
            return Ok(Added::Known);
        }
        self.revocation_lists
            .push(StoredRevocationList::new(der, source)?);
        Ok(Added::New)
    }

    /// How many certificates there are.
    pub fn len(&self) -> usize {
        self.certificates.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty()
    }

    /// All certificates, in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, StoredCertificate> {
        self.certificates.iter()
    }

    /// All revocation lists, in the order in which they were added.
    pub fn revocation_lists(&self) -> &[StoredRevocationList] {
        &self.revocation_lists
    }

    /// A new certificate may be the issuer that was missing before.
    fn forget_missing_issuers(&mut self) {
        for certificate in &mut self.certificates {
            if matches!(certificate.issued_by.get(), Some(Err(_))) {
                certificate.issued_by.take();
            }
        }
        for list in &mut self.revocation_lists {
            list.forget_missing_issuer();
        }
    }
}

impl<'s> IntoIterator for &'s Store {
    type Item = &'s StoredCertificate;
    type IntoIter = std::slice::Iter<'s, StoredCertificate>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The issuer of a certificate in the store, and what it took to find it.
#[derive(Debug, Clone)]
pub(super) struct Issuer {
    pub(super) index: usize,
    pub(super) deviations: Deviations,
}

/// A certificate in the store.
#[derive(Debug)]
pub struct StoredCertificate {
    der: Box<[u8]>,
    fingerprint: [u8; 32],
    sources: Vec<Source>,
    pub(super) subject: NormalisedName,
    country: Option<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    spki: Box<[u8]>,
    is_link: bool,
    pub(super) signs_certificates: bool,
    pub(super) signs_revocation_lists: bool,
    key: OnceLock<Result<PublicKey, SignatureFault>>,
    pub(super) issued_by: OnceLock<Result<Issuer, TrustFault>>,
}

impl StoredCertificate {
    fn new(certificate: &Certificate<'_>, fingerprint: [u8; 32], source: &Source) -> Self {
        let extensions = &certificate.extensions;
        let signs_certificates = certificate.role() != Role::Signer;
        let signs_revocation_lists = extensions.key_usage.map_or(signs_certificates, |usage| {
            usage.contains(KeyUsage::CrlSign)
        });
        Self {
            der: certificate.raw.into(),
            fingerprint,
            sources: vec![source.clone()],
            subject: certificate.subject.normalised(),
            country: certificate.subject.country(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            spki: certificate.spki_raw.into(),
            is_link: is_link(certificate),
            signs_certificates,
            signs_revocation_lists,
            key: OnceLock::new(),
            issued_by: OnceLock::new(),
        }
    }

    fn add_source(&mut self, source: &Source) {
        if !self.sources.contains(source) {
            self.sources.push(source.clone());
        }
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate, read from its bytes again.
    pub fn certificate(&self) -> Result<Certificate<'_>, CertificateFault> {
        Certificate::parse(&self.der)
    }

    /// Who vouches for it.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The SHA-256 of its bytes.
    pub const fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The subject's country: the two letters of ISO 3166-1, or `EU`, `UN`, `XO` and the like, in capitals.
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// Valid from here on.
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Valid up to here, this second included.
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether it stands for itself no more than a country's old key lets it: a link between two keys, or two names (ICAO 9303-12, 7.1).
    pub const fn is_link(&self) -> bool {
        self.is_link
    }

    /// Its key, read when it is first asked for.
    pub fn key(&self) -> Result<&PublicKey, SignatureFault> {
        self.key
            .get_or_init(|| PublicKey::parse(&self.spki))
            .as_ref()
            .map_err(|fault| *fault)
    }
}

/// Another name signed it, or another key of the same name.
fn is_link(certificate: &Certificate<'_>) -> bool {
    let authority = certificate.extensions.authority_key_identifier;
    let authority = authority.and_then(|authority| authority.key_identifier);
    let subject = certificate.extensions.subject_key_identifier;
    let other_key = authority
        .zip(subject)
        .is_some_and(|(authority, subject)| authority != subject);
    other_key || !certificate.is_self_issued()
}

fn fingerprint(der: &[u8]) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(Digest::Sha256.hash(&[der]).as_ref());
    fingerprint
}
