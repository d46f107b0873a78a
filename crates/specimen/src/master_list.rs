//! CSCA master lists (Doc 9303-12, 9), and the same as LDIF of the ICAO PKD.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use crate::{
    cms::{CmsQuirk, SignedData, SignerCertificate, content_type},
    country::Country,
    der,
};

impl Country {
    /// `CscaMasterList` of the certificates, signed by a master list signer of this country (Doc 9303-12, 9.1).
    pub fn master_list(
        &self,
        certificates: Vec<Vec<u8>>,
        by: &SignerCertificate,
        at: Timestamp,
        quirks: &[CmsQuirk],
    ) -> Vec<u8> {
        let content = der::sequence([der::small(0), der::set_of(certificates)]);
        let data = SignedData {
            content_type: content_type::MASTER_LIST,
            content: &content,
            further_certificates: std::slice::from_ref(&self.csca().certificate),
            digest: by.signer.scheme.digest(),
            signing_time: at,
            quirks,
        };
        data.sign(by, &mut self.randomness("master list"))
    }
}

/// What an entry of the PKD's directory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PkdEntry<'a> {
    /// A document signer's certificate.
    DocumentSigner(&'a [u8]),
    /// A revocation list.
    RevocationList(&'a [u8]),
    /// A master list.
    MasterList(&'a [u8]),
}

/// The entries as a download of the ICAO PKD has them (LDIF, RFC 2849), each with its country's two letters.
pub fn ldif(entries: &[(&str, PkdEntry<'_>)]) -> String {
    let mut out = String::from("version: 1\n");
    for (number, (country, entry)) in entries.iter().enumerate() {
        let (kind, class, attribute, value) = match entry {
            PkdEntry::DocumentSigner(value) => {
                ("dsc", "pkdDownload", "userCertificate;binary", value)
            }
            PkdEntry::RevocationList(value) => (
                "crl",
                "pkdDownload",
                "certificateRevocationList;binary",
                value,
            ),
            PkdEntry::MasterList(value) => ("ml", "pkdMasterList", "pkdMasterListContent", value),
        };
        let name = format!(
            "cn=specimen{number},o={kind},c={country},dc=data,dc=download,dc=pkd,dc=icao,dc=int"
        );
        let lines = [
            format!("dn: {name}"),
            "pkdVersion: 1150".to_owned(),
            format!("cn: specimen{number}"),
            "objectClass: top".to_owned(),
            format!("objectClass: {class}"),
            format!("{attribute}:: {}", STANDARD.encode(value)),
        ];
        out.push('\n');
        for line in lines {
            fold(&line, &mut out);
        }
    }
    out
}

/// Lines of at most 76 characters, the rest after a space (RFC 2849, note 2).
fn fold(line: &str, out: &mut String) {
    let mut width = 76;
    let mut column = 0;
    for character in line.chars() {
        if column == width {
            out.push_str("\n ");
            width = 75;
            column = 0;
        }
        out.push(character);
        column += 1;
    }
    out.push('\n');
}
