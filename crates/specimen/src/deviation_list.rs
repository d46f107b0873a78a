//! Deviation lists: what a country has issued against the standard (Doc 9303-12, 10; Doc 9303-3, 7.3).

use jiff::Timestamp;

use crate::{
    cms::{SignedData, SignerCertificate, content_type},
    country::Country,
    der,
    digest::Digest,
};

/// One entry of a deviation list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// The document type of the MRZ, two characters.
    pub document_type: Option<String>,
    /// The document signer whose documents are meant.
    pub document_signer: Option<DocumentSignerIdentifier>,
    /// Document numbers.
    pub document_numbers: Vec<String>,
    /// What deviates: the arcs below `id-icao-DeviationList`, such as `2.2` for a wrong hash of a data group.
    pub kind: String,
    /// Words.
    pub description: Option<String>,
}

/// How an entry names a document signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentSignerIdentifier {
    /// By issuer (encoded) and serial number (content bytes).
    IssuerAndSerial(Vec<u8>, Vec<u8>),
    /// By subject key identifier.
    KeyIdentifier(Vec<u8>),
    /// By the hash of its certificate.
    CertificateDigest(Vec<u8>),
}

impl Country {
    /// A deviation list, signed by a deviation list signer of this country.
    pub fn deviation_list(
        &self,
        deviations: &[Deviation],
        by: &SignerCertificate,
        at: Timestamp,
    ) -> Vec<u8> {
        let entries = deviations.iter().map(Deviation::encode).collect();
        let content = der::sequence([
            der::small(0),
            Digest::Sha256.algorithm(false),
            der::set_of(entries),
        ]);
        let data = SignedData {
            content_type: content_type::DEVIATION_LIST,
            content: &content,
            further_certificates: std::slice::from_ref(&self.csca().certificate),
            digest: by.signer.scheme.digest(),
            signing_time: at,
            quirks: &[],
        };
        data.sign(by, &mut self.randomness("deviation list"))
    }
}

impl Deviation {
    /// `Deviation` (Doc 9303-12, 10.3; the module's tags are implicit, but those of a CHOICE).
    fn encode(&self) -> Vec<u8> {
        let document_type = self
            .document_type
            .as_ref()
            .map(|kind| der::context_primitive(0, kind.as_bytes()));
        let signer = self
            .document_signer
            .as_ref()
            .map(DocumentSignerIdentifier::encode);
        let numbers = self
            .document_numbers
            .iter()
            .map(|number| der::printable(number))
            .collect::<Vec<_>>();
        let numbers = if numbers.is_empty() {
            None
        } else {
            Some(der::context(5, numbers))
        };
        let documents = der::sequence([document_type, signer, numbers].into_iter().flatten());
        let description = self.description.as_ref().map(|text| der::printable(text));
        let kind = der::oid(&format!("{}.{}", content_type::DEVIATION_LIST, self.kind));
        let description = der::sequence([description.unwrap_or_default(), kind]);
        der::sequence([documents, der::set_of(vec![description])])
    }
}

impl DocumentSignerIdentifier {
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::IssuerAndSerial(issuer, serial) => {
                der::context(1, [issuer.clone(), der::integer_content(serial)])
            }
            Self::KeyIdentifier(identifier) => der::context_primitive(2, identifier),
            Self::CertificateDigest(digest) => der::context_primitive(3, digest),
        }
    }
}
