//! A signing country: its CSCA with every key that it had, link certificates between them, document signers, list signers,
//! revocations (Doc 9303-12).

use jiff::{SignedDuration, Timestamp};

use crate::{
    certificate::{CertificateContent, CertificateQuirk, Name, Role},
    cms::SignerCertificate,
    curve::{Curve, CurveParameters},
    digest::Digest,
    randomness::Randomness,
    signer::{KeyKind, PrivateKey, Scheme, Signer},
};

/// How a country begins.
#[derive(Debug, Clone)]
pub struct CountryPlan {
    /// Two letters, as in certificates.
    pub code: String,
    /// One to three letters, as in the MRZ (`D` for Germany).
    pub state: String,
    /// The organisation in its names.
    pub organisation: String,
    /// The CSCA's first key.
    pub key: KeyKind,
    /// How the CSCA signs.
    pub scheme: Scheme,
    /// When the CSCA was founded.
    pub founded: Timestamp,
    /// Departures of its certificate from the profile.
    pub quirks: Vec<CertificateQuirk>,
}

impl CountryPlan {
    /// A country with an ECDSA CSCA on brainpoolP384r1, as is usual today.
    pub fn new(code: &str, state: &str, founded: Timestamp) -> Self {
        let key = KeyKind::Ec(Curve::BrainpoolP384r1, CurveParameters::Explicit);
        Self {
            code: code.to_owned(),
            state: state.to_owned(),
            organisation: "Specimen".to_owned(),
            key,
            scheme: Scheme::Ecdsa(Digest::Sha384),
            founded,
            quirks: Vec::new(),
        }
    }

    /// The same country with another key for its CSCA.
    #[must_use]
    pub fn with_key(self, key: KeyKind, scheme: Scheme) -> Self {
        Self {
            key,
            scheme,
            ..self
        }
    }
}

/// One key of the CSCA and its certificates.
#[derive(Debug, Clone)]
pub struct Csca {
    /// The name while this key was in use.
    pub name: Name,
    /// The self-signed certificate.
    pub certificate: Vec<u8>,
    /// This key certified by the one before it, in every generation but the first.
    pub link: Option<Vec<u8>>,
    /// The key.
    pub signer: Signer,
    /// When the key began.
    pub since: Timestamp,
}

/// A signing country.
#[derive(Debug, Clone)]
pub struct Country {
    /// Two letters, as in certificates.
    pub code: String,
    /// One to three letters, as in the MRZ.
    pub state: String,
    /// The CSCA's keys, oldest first. There is always one.
    pub generations: Vec<Csca>,
    revoked: Vec<Revoked>,
    randomness: Randomness,
    issued: u32,
}

/// A line of the revocation list.
#[derive(Debug, Clone)]
pub(crate) struct Revoked {
    pub(crate) serial: Vec<u8>,
    pub(crate) at: Timestamp,
}

/// A certificate to be asked of a CSCA.
#[derive(Debug, Clone)]
pub struct CertificateRequest {
    /// What it is for.
    pub role: Role,
    /// The kind of key.
    pub key: KeyKind,
    /// How the key will sign.
    pub scheme: Scheme,
    /// First moment of validity.
    pub not_before: Timestamp,
    /// Days during which the key signs.
    pub signs_days: i64,
    /// Days of validity: at least those of signing and those of the longest document.
    pub days: i64,
    /// Departures from the profile.
    pub quirks: Vec<CertificateQuirk>,
}

impl CertificateRequest {
    /// A document signer for passports, which signs for three years and is valid for ten more (Doc 9303-12, table 1).
    pub fn document_signer(key: KeyKind, scheme: Scheme, not_before: Timestamp) -> Self {
        let role = Role::DocumentSigner {
            document_types: vec!["P".to_owned(), "ID".to_owned()],
        };
        Self {
            role,
            key,
            scheme,
            not_before,
            signs_days: 1096,
            days: 4750,
            quirks: Vec::new(),
        }
    }

    /// A document signer on P-256 with SHA-256.
    pub fn usual_document_signer(not_before: Timestamp) -> Self {
        let key = KeyKind::Ec(Curve::P256, CurveParameters::Named);
        Self::document_signer(key, Scheme::Ecdsa(Digest::Sha256), not_before)
    }
}

impl Country {
    /// Founds the country: the CSCA's first key and certificate, which signs for five years and is valid for eighteen.
    pub fn found(seed: &[u8], plan: &CountryPlan) -> Self {
        let randomness = Randomness::from_seed(seed).fork(&plan.code);
        let name = Name::new(
            &plan.code,
            &plan.organisation,
            &format!("CSCA-{}", plan.code),
        );
        let mut country = Self {
            code: plan.code.clone(),
            state: plan.state.clone(),
            generations: Vec::new(),
            revoked: Vec::new(),
            randomness,
            issued: 0,
        };
        let signer = country.new_key(plan.key, plan.scheme);
        country.add_generation(name, signer, plan.founded, &plan.quirks);
        country
    }

    /// The CSCA's present key.
    pub fn csca(&self) -> &Csca {
        // `found` adds the first, and nothing takes one away.
        &self.generations[self.generations.len() - 1]
    }

    /// Every CSCA certificate and link certificate, oldest first.
    pub fn csca_certificates(&self) -> Vec<Vec<u8>> {
        let each = |csca: &Csca| [csca.link.clone(), Some(csca.certificate.clone())];
        self.generations.iter().flat_map(each).flatten().collect()
    }

    /// The self-signed CSCA certificates alone, oldest first.
    pub fn root_certificates(&self) -> Vec<Vec<u8>> {
        self.generations
            .iter()
            .map(|csca| csca.certificate.clone())
            .collect()
    }

    /// A new key for the CSCA, linked to the one before it.
    pub fn change_key(&mut self, key: KeyKind, scheme: Scheme, at: Timestamp) {
        let signer = self.new_key(key, scheme);
        let name = self.csca().name.clone();
        self.add_generation(name, signer, at, &[]);
    }

    /// A new key and a new name for the CSCA; the link certificate has the extension NameChange (Doc 9303-12, 7.1.2).
    pub fn change_name(&mut self, common_name: &str, key: KeyKind, scheme: Scheme, at: Timestamp) {
        let signer = self.new_key(key, scheme);
        let name = Name {
            common_name: common_name.to_owned(),
            ..self.csca().name.clone()
        };
        self.add_generation(name, signer, at, &[]);
    }

    /// A certificate by the CSCA's present key.
    pub fn issue(&mut self, request: &CertificateRequest) -> SignerCertificate {
        let generation = self.generations.len() - 1;
        self.issue_by(generation, request)
    }

    /// A certificate by one of the CSCA's keys, counted from the oldest.
    pub fn issue_by(
        &mut self,
        generation: usize,
        request: &CertificateRequest,
    ) -> SignerCertificate {
        let csca = self.generations[generation].clone();
        let serial = self.serial();
        let signer = self.new_key(request.key, request.scheme);
        let content = CertificateContent {
            role: request.role.clone(),
            serial,
            issuer: csca.name.clone(),
            subject: self.end_entity_name(&request.role),
            issuer_key: csca.signer.key.identifier(),
            not_before: request.not_before,
            not_after: request.not_before + SignedDuration::from_hours(24 * request.days),
            signs_until: request.not_before + SignedDuration::from_hours(24 * request.signs_days),
            quirks: request.quirks.clone(),
        };
        let certificate = content.sign(&signer.key, &csca.signer, &mut self.randomness);
        let issuer_reversed = Name {
            reversed: !csca.name.reversed,
            ..csca.name.clone()
        }
        .encode();
        SignerCertificate {
            certificate,
            issuer: content.encoded_issuer(),
            serial: content.encoded_serial(),
            issuer_reversed,
            signer,
        }
    }

    /// A country whose present CSCA key looks like this one's and is forged by explicit parameters with another base point; its CSCA
    /// certificate is made anew. Nothing for RSA.
    pub fn forged(&self) -> Option<Self> {
        let csca = self.csca();
        let signer = Signer {
            key: csca.signer.key.forge()?,
            scheme: csca.signer.scheme,
        };
        let mut forged = self.clone();
        forged.randomness = self.randomness.fork("forged");
        forged.generations.clear();
        forged.add_generation(csca.name.clone(), signer, csca.since, &[]);
        Some(forged)
    }

    /// Puts a certificate on the revocation list.
    pub fn revoke(&mut self, certificate: &SignerCertificate, at: Timestamp) {
        self.revoked.push(Revoked {
            serial: certificate.serial.clone(),
            at,
        });
    }

    pub(crate) fn revoked(&self) -> &[Revoked] {
        &self.revoked
    }

    /// A stream of randomness of the country's own, for what is signed without changing the country.
    pub fn randomness(&self, label: &str) -> Randomness {
        self.randomness.fork(label)
    }

    fn end_entity_name(&self, role: &Role) -> Name {
        let what = match role {
            Role::MasterListSigner => "MLS",
            Role::DeviationListSigner => "DLS",
            _ => "DS",
        };
        Name::new(
            &self.code,
            &self.csca().name.organisation,
            &format!("{what}-{} {}", self.code, self.issued),
        )
    }

    /// A key that depends on the country and how many certificates it has issued, not on what was drawn for signatures.
    fn new_key(&self, key: KeyKind, scheme: Scheme) -> Signer {
        Signer::generate(
            key,
            scheme,
            &mut self.randomness.fork(&format!("key {}", self.issued)),
        )
    }

    /// Eight bytes, positive (Doc 9303-12, table 3: at most 20).
    fn serial(&mut self) -> Vec<u8> {
        self.issued += 1;
        self.randomness.bytes(8)
    }

    fn add_generation(
        &mut self,
        name: Name,
        signer: Signer,
        at: Timestamp,
        quirks: &[CertificateQuirk],
    ) {
        let content = CertificateContent {
            role: Role::Csca,
            serial: self.serial(),
            issuer: name.clone(),
            subject: name.clone(),
            issuer_key: signer.key.identifier(),
            not_before: at,
            not_after: at + SignedDuration::from_hours(24 * 6600),
            signs_until: at + SignedDuration::from_hours(24 * 1850),
            quirks: quirks.to_vec(),
        };
        let certificate = content.sign(&signer.key, &signer, &mut self.randomness);
        let link = self
            .generations
            .last()
            .cloned()
            .map(|before| self.link(&content, &before, &signer.key));
        self.generations.push(Csca {
            name,
            certificate,
            link,
            signer,
            since: at,
        });
    }

    /// The new key under the old one's signature.
    fn link(&mut self, own: &CertificateContent, before: &Csca, key: &PrivateKey) -> Vec<u8> {
        let content = CertificateContent {
            role: Role::Link {
                name_change: before.name != own.subject,
            },
            serial: self.serial(),
            issuer: before.name.clone(),
            issuer_key: before.signer.key.identifier(),
            ..own.clone()
        };
        content.sign(key, &before.signer, &mut self.randomness)
    }
}
