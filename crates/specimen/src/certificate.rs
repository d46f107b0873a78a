//! X.509 certificates as Doc 9303-12, 7 profiles them, and the odd ones that are in use.

use jiff::Timestamp;

use crate::{
    der,
    randomness::Randomness,
    signer::{PrivateKey, Signer},
};

/// A distinguished name (RFC 5280, 4.1.2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// `C`, two letters.
    pub country: String,
    /// `O`.
    pub organisation: String,
    /// `OU`.
    pub unit: Option<String>,
    /// `CN`.
    pub common_name: String,
    /// The order of its attributes turned round, as Malaysia's signer identifiers have it.
    pub reversed: bool,
}

impl Name {
    /// A name without unit.
    pub fn new(country: &str, organisation: &str, common_name: &str) -> Self {
        Self {
            country: country.to_owned(),
            organisation: organisation.to_owned(),
            unit: None,
            common_name: common_name.to_owned(),
            reversed: false,
        }
    }

    /// `RDNSequence`: the country as `PrintableString`, the rest as `UTF8String` (Doc 9303-12, table 3).
    pub fn encode(&self) -> Vec<u8> {
        let attribute =
            |oid: &str, value: Vec<u8>| der::set_of(vec![der::sequence([der::oid(oid), value])]);
        let mut attributes = vec![
            attribute("2.5.4.6", der::printable(&self.country)),
            attribute("2.5.4.10", der::utf8(&self.organisation)),
        ];
        if let Some(unit) = &self.unit {
            attributes.push(attribute("2.5.4.11", der::utf8(unit)));
        }
        attributes.push(attribute("2.5.4.3", der::utf8(&self.common_name)));
        if self.reversed {
            attributes.reverse();
        }
        der::sequence(attributes)
    }
}

/// What a certificate is for, which decides its extensions (Doc 9303-12, table 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A country signing CA, self-signed.
    Csca,
    /// A country signing CA's new key, certified by the one before it.
    Link {
        /// The name changed with the key: the extension NameChange is there (7.1.2).
        name_change: bool,
    },
    /// A document signer, with the document types of its MRZs (7.1.3).
    DocumentSigner {
        /// One or two letters each, such as `P` or `ID`.
        document_types: Vec<String>,
    },
    /// A master list signer (Doc 9303-12, 7.1: extended key usage 2.23.136.1.1.3).
    MasterListSigner,
    /// A deviation list signer (2.23.136.1.1.8).
    DeviationListSigner,
}

/// How a certificate departs from its profile. Each is in use somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertificateQuirk {
    /// No BasicConstraints.
    NoBasicConstraints,
    /// No KeyUsage.
    NoKeyUsage,
    /// No AuthorityKeyIdentifier.
    NoAuthorityKeyIdentifier,
    /// No SubjectKeyIdentifier.
    NoSubjectKeyIdentifier,
    /// No extensions at all, and version 1.
    NoExtensions,
    /// A value that is no DER inside PrivateKeyUsagePeriod.
    MalformedExtension,
    /// The serial number is negative.
    NegativeSerial,
    /// The serial number has 21 bytes, one more than RFC 5280 allows.
    LongSerial,
    /// The country in the names is in lower case.
    LowerCaseCountry,
    /// A critical extension that nobody knows.
    UnknownCriticalExtension,
}

/// All that a certificate says.
#[derive(Debug, Clone)]
pub struct CertificateContent {
    /// What it is for.
    pub role: Role,
    /// Content bytes of the serial number.
    pub serial: Vec<u8>,
    /// Who signs it.
    pub issuer: Name,
    /// Whose key it holds.
    pub subject: Name,
    /// The issuer's key identifier.
    pub issuer_key: Vec<u8>,
    /// First moment of validity.
    pub not_before: Timestamp,
    /// Last moment of validity.
    pub not_after: Timestamp,
    /// Last moment at which the key signs (PrivateKeyUsagePeriod).
    pub signs_until: Timestamp,
    /// Departures from the profile.
    pub quirks: Vec<CertificateQuirk>,
}

impl CertificateContent {
    /// The certificate for a key, signed (RFC 5280, 4.1).
    pub fn sign(
        &self,
        subject_key: &PrivateKey,
        signer: &Signer,
        randomness: &mut Randomness,
    ) -> Vec<u8> {
        let body = self.body(subject_key, &signer.scheme.algorithm());
        let signature = signer.sign(&body, randomness);
        der::sequence([body, signer.scheme.algorithm(), der::bits(&signature)])
    }

    /// The serial number's content bytes as they stand in the certificate.
    pub fn encoded_serial(&self) -> Vec<u8> {
        let mut serial = self.serial.clone();
        if self.has(CertificateQuirk::LongSerial) {
            serial.resize(21, 0x5A);
        }
        if let Some(first) = serial.first_mut() {
            *first = if self.has(CertificateQuirk::NegativeSerial) {
                *first | 0x80
            } else {
                *first & 0x7F | 0x01
            };
        }
        serial
    }

    /// The issuer's name as it stands in the certificate.
    pub fn encoded_issuer(&self) -> Vec<u8> {
        self.name(&self.issuer)
    }

    fn has(&self, quirk: CertificateQuirk) -> bool {
        self.quirks.contains(&quirk)
    }

    fn name(&self, name: &Name) -> Vec<u8> {
        if self.has(CertificateQuirk::LowerCaseCountry) {
            return Name {
                country: name.country.to_lowercase(),
                ..name.clone()
            }
            .encode();
        }
        name.encode()
    }

    /// `TBSCertificate`.
    fn body(&self, subject_key: &PrivateKey, algorithm: &[u8]) -> Vec<u8> {
        let plain = self.has(CertificateQuirk::NoExtensions);
        let version = if plain {
            Vec::new()
        } else {
            der::context(0, [der::small(2)])
        };
        let extensions = if plain {
            Vec::new()
        } else {
            der::context(3, [der::sequence(self.extensions(subject_key))])
        };
        der::sequence([
            version,
            der::integer_content(&self.encoded_serial()),
            algorithm.to_vec(),
            self.encoded_issuer(),
            der::sequence([der::time(self.not_before), der::time(self.not_after)]),
            self.name(&self.subject),
            subject_key.public_key_info(),
            extensions,
        ])
    }

    fn extensions(&self, subject_key: &PrivateKey) -> Vec<Vec<u8>> {
        let mut extensions = Vec::new();
        if !self.has(CertificateQuirk::NoAuthorityKeyIdentifier) {
            let identifier = der::sequence([der::context_primitive(0, &self.issuer_key)]);
            extensions.push(extension("2.5.29.35", false, &identifier));
        }
        if !self.has(CertificateQuirk::NoSubjectKeyIdentifier) {
            extensions.push(extension(
                "2.5.29.14",
                false,
                &der::octets(&subject_key.identifier()),
            ));
        }
        let authority = matches!(self.role, Role::Csca | Role::Link { .. });
        if !self.has(CertificateQuirk::NoKeyUsage) {
            let usage = if authority {
                der::named_bits(&[5, 6])
            } else {
                der::named_bits(&[0])
            };
            extensions.push(extension("2.5.29.15", true, &usage));
        }
        if authority && !self.has(CertificateQuirk::NoBasicConstraints) {
            let constraints = der::sequence([der::truth(), der::small(0)]);
            extensions.push(extension("2.5.29.19", true, &constraints));
        }
        extensions.push(self.private_key_usage_period());
        extensions.push(extension(
            "2.5.29.18",
            false,
            &alternative_name(&self.issuer),
        ));
        extensions.push(extension(
            "2.5.29.17",
            false,
            &alternative_name(&self.subject),
        ));
        extensions.push(extension(
            "2.5.29.31",
            false,
            &distribution_points(&self.issuer),
        ));
        extensions.extend(self.role_extensions());
        if self.has(CertificateQuirk::UnknownCriticalExtension) {
            extensions.push(extension("1.3.6.1.4.1.99999.1", true, &der::null()));
        }
        extensions
    }

    fn role_extensions(&self) -> Option<Vec<u8>> {
        let list_signer = |purpose: &str| {
            Some(extension(
                "2.5.29.37",
                true,
                &der::sequence([der::oid(purpose)]),
            ))
        };
        match &self.role {
            Role::Csca | Role::Link { name_change: false } => None,
            Role::Link { name_change: true } => {
                Some(extension("2.23.136.1.1.6.1", false, &der::null()))
            }
            Role::DocumentSigner { document_types } => {
                let types = der::set_of(
                    document_types
                        .iter()
                        .map(|text| der::printable(text))
                        .collect(),
                );
                Some(extension(
                    "2.23.136.1.1.6.2",
                    false,
                    &der::sequence([der::small(0), types]),
                ))
            }
            Role::MasterListSigner => list_signer("2.23.136.1.1.3"),
            Role::DeviationListSigner => list_signer("2.23.136.1.1.8"),
        }
    }

    /// PrivateKeyUsagePeriod (RFC 3280, 4.2.1.4).
    fn private_key_usage_period(&self) -> Vec<u8> {
        if self.has(CertificateQuirk::MalformedExtension) {
            return extension("2.5.29.16", false, &[0x30, 0x40, 0x01]);
        }
        let period = der::sequence([
            der::context_primitive(0, der::digits(self.not_before).as_bytes()),
            der::context_primitive(1, der::digits(self.signs_until).as_bytes()),
        ]);
        extension("2.5.29.16", false, &period)
    }
}

/// `Extension` (RFC 5280, 4.1).
pub(crate) fn extension(oid: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical { der::truth() } else { Vec::new() };
    der::sequence([der::oid(oid), flag, der::octets(value)])
}

/// `GeneralNames` with a mail address and the ICAO country code as a locality (Doc 9303-12, 7.1.1.2).
fn alternative_name(name: &Name) -> Vec<u8> {
    let address = format!("csca@{}.example", name.country.to_lowercase());
    let place = der::set_of(vec![der::sequence([
        der::oid("2.5.4.7"),
        der::printable(&name.country),
    ])]);
    der::sequence([
        der::context_primitive(1, address.as_bytes()),
        der::context(4, [der::sequence([place])]),
    ])
}

fn distribution_points(issuer: &Name) -> Vec<u8> {
    let address = format!(
        "https://pki.{}.example/csca.crl",
        issuer.country.to_lowercase()
    );
    let full_name = der::context(0, [der::context_primitive(6, address.as_bytes())]);
    der::sequence([der::sequence([der::context(0, [full_name])])])
}
