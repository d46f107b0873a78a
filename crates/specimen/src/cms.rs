//! CMS `SignedData` (RFC 5652, 5) as Doc 9303-10, 4.6.2.2 profiles it, and as real documents depart from it.

use jiff::Timestamp;

use crate::{der, digest::Digest, randomness::Randomness, signer::Signer};

/// Content types.
pub mod content_type {
    /// `id-icao-ldsSecurityObject`.
    pub const LDS_SECURITY_OBJECT: &str = "2.23.136.1.1.1";
    /// `id-icao-cscaMasterList`.
    pub const MASTER_LIST: &str = "2.23.136.1.1.2";
    /// `id-icao-DeviationList`.
    pub const DEVIATION_LIST: &str = "2.23.136.1.1.7";
    /// `id-SecurityObject` of TR-03110-3, A.1.2.5: EF.CardSecurity.
    pub const SECURITY_OBJECT: &str = "0.4.0.127.0.7.3.2.1";
}

/// How a `SignedData` departs from the profile. Each is in use somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CmsQuirk {
    /// Indefinite lengths and a constructed content (BER): New Zealand.
    IndefiniteLength,
    /// Signed attributes in the order of writing instead of DER's, and signed so: older lists.
    AttributesNotInOrder,
    /// The content type is this one instead, everywhere: `id-data` (CN), `1.3.27.1.1.1` (BE, FR), `1.2.528.1.1006.1.20.1` (NL).
    ContentType(&'static str),
    /// The signer is named by its key identifier.
    KeyIdentifier,
    /// The signer's issuer is written in the opposite order: Malaysia.
    IssuerReversed,
    /// No signing time.
    NoSigningTime,
    /// No signed attributes: the signature is over the content.
    NoSignedAttributes,
    /// No certificate inside (Doc 9303 wants the document signer's).
    NoCertificates,
    /// The message digest attribute is of something else.
    WrongMessageDigest,
    /// The last byte of the signature is changed.
    WrongSignature,
}

/// Who signs: the certificate and what a signer identifier needs of it.
#[derive(Debug, Clone)]
pub struct SignerCertificate {
    /// The certificate.
    pub certificate: Vec<u8>,
    /// The issuer's name, encoded.
    pub issuer: Vec<u8>,
    /// The serial number's content bytes.
    pub serial: Vec<u8>,
    /// The issuer's name with its attributes in the opposite order.
    pub issuer_reversed: Vec<u8>,
    /// The key and its scheme.
    pub signer: Signer,
}

/// A `SignedData` to be made.
#[derive(Debug, Clone)]
pub struct SignedData<'a> {
    /// `eContentType`, dotted.
    pub content_type: &'a str,
    /// `eContent`.
    pub content: &'a [u8],
    /// Certificates beside the signer's own.
    pub further_certificates: &'a [Vec<u8>],
    /// The digest in signed attributes and `digestAlgorithms`.
    pub digest: Digest,
    /// The time of signing.
    pub signing_time: Timestamp,
    /// Departures.
    pub quirks: &'a [CmsQuirk],
}

impl SignedData<'_> {
    /// The `ContentInfo`, signed.
    pub fn sign(&self, by: &SignerCertificate, randomness: &mut Randomness) -> Vec<u8> {
        let digest = self.digest.algorithm(false);
        let content_type = der::oid(self.content_type());
        let info = self.signer_info(by, randomness);
        let version = der::small(3);
        let digests = der::set_of(vec![digest]);
        let infos = der::set_of(vec![info]);
        let certificates = self.certificates(by);
        let id_signed_data = der::oid("1.2.840.113549.1.7.2");
        if self.has(CmsQuirk::IndefiniteLength) {
            let (one, other) = self.content.split_at(self.content.len() / 2);
            let octets = der::indefinite(0x24, [der::octets(one), der::octets(other)]);
            let content = der::indefinite(0x30, [content_type, der::indefinite(0xA0, [octets])]);
            let data = der::indefinite(0x30, [version, digests, content, certificates, infos]);
            return der::indefinite(0x30, [id_signed_data, der::indefinite(0xA0, [data])]);
        }
        let content = der::sequence([content_type, der::context(0, [der::octets(self.content)])]);
        let data = der::sequence([version, digests, content, certificates, infos]);
        der::sequence([id_signed_data, der::context(0, [data])])
    }

    fn has(&self, quirk: CmsQuirk) -> bool {
        self.quirks.contains(&quirk)
    }

    fn content_type(&self) -> &str {
        let other = self.quirks.iter().find_map(|quirk| match quirk {
            CmsQuirk::ContentType(oid) => Some(*oid),
            _ => None,
        });
        other.unwrap_or(self.content_type)
    }

    fn certificates(&self, by: &SignerCertificate) -> Vec<u8> {
        if self.has(CmsQuirk::NoCertificates) {
            return Vec::new();
        }
        let mut all = vec![by.certificate.clone()];
        all.extend_from_slice(self.further_certificates);
        all.sort();
        der::context(0, all)
    }

    /// `SignerInfo` (RFC 5652, 5.3).
    fn signer_info(&self, by: &SignerCertificate, randomness: &mut Randomness) -> Vec<u8> {
        let attributes = self.attributes();
        let signed = if self.has(CmsQuirk::NoSignedAttributes) {
            self.content.to_vec()
        } else {
            der::constructed(der::SET, &attributes)
        };
        let mut signature = by.signer.sign(&signed, randomness);
        if let Some(last) = signature
            .last_mut()
            .filter(|_| self.has(CmsQuirk::WrongSignature))
        {
            *last ^= 1;
        }
        let (version, identifier) = if self.has(CmsQuirk::KeyIdentifier) {
            (3, der::context_primitive(0, &by.signer.key.identifier()))
        } else {
            let issuer = if self.has(CmsQuirk::IssuerReversed) {
                &by.issuer_reversed
            } else {
                &by.issuer
            };
            (
                1,
                der::sequence([issuer.clone(), der::integer_content(&by.serial)]),
            )
        };
        let attributes = if self.has(CmsQuirk::NoSignedAttributes) {
            Vec::new()
        } else {
            der::context(0, &attributes)
        };
        der::sequence([
            der::small(version),
            identifier,
            self.digest.algorithm(false),
            attributes,
            by.signer.scheme.algorithm(),
            der::octets(&signature),
        ])
    }

    /// `SignedAttributes`, in the order in which they are signed.
    fn attributes(&self) -> Vec<Vec<u8>> {
        let attribute =
            |oid: &str, value: Vec<u8>| der::sequence([der::oid(oid), der::set_of(vec![value])]);
        let mut hash = self.digest.hash(&[self.content]);
        if self.has(CmsQuirk::WrongMessageDigest) {
            hash[0] ^= 1;
        }
        let mut attributes = vec![
            attribute("1.2.840.113549.1.9.4", der::octets(&hash)),
            attribute("1.2.840.113549.1.9.3", der::oid(self.content_type())),
        ];
        if !self.has(CmsQuirk::NoSigningTime) {
            attributes.push(attribute(
                "1.2.840.113549.1.9.5",
                der::time(self.signing_time),
            ));
        }
        if !self.has(CmsQuirk::AttributesNotInOrder) {
            attributes.sort();
        }
        attributes
    }
}
