//! Files of certificates and lists, whatever they are: DER, PEM (RFC 7468), LDIF (RFC 2849), or base64 alone.
//!
//! Everything that is in a file comes out, either as an item or rejected with its fault. Nothing is verified here: certificates and
//! revocation lists still have to be trusted, and master lists to be verified.

use super::ldif::{decode_base64, is_ldif, values};
use crate::ber::normalise;
use crate::cms::{ContentType, SignedData};
use crate::fault::{CertificateFault, ImportFault, RevocationListFault, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Tag, Tlv};
use crate::x509::{Certificate, RevocationList};

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// What can be read, in the order of the file.
    pub items: Vec<Item>,
    /// What cannot be read, and why.
    pub rejected: Vec<Rejected>,
}

/// One thing that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its encoding, of definite lengths (see [`crate::ber::normalise`]).
    pub bytes: Vec<u8>,
    /// Where in the file it stands.
    pub place: Place,
}

/// What an item is, and so what reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A certificate: [`Certificate::parse`].
    Certificate,
    /// A revocation list: [`RevocationList::parse`].
    RevocationList,
    /// A master list: [`SignedData::parse`], then [`MasterList::verify`](crate::trust::MasterList::verify).
    MasterList,
    /// A deviation list: likewise, [`DeviationList::verify`](crate::trust::DeviationList::verify).
    DeviationList,
    /// A defect list: likewise, [`DefectList::verify`](crate::trust::DefectList::verify).
    DefectList,
}

/// Something that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejected {
    /// Where in the file it stands.
    pub place: Place,
    /// What is wrong.
    pub fault: ImportFault,
}

/// Where in a file something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// From this byte on.
    Byte(usize),
    /// From this line on, counted from 1.
    Line(usize),
}

impl Import {
    /// Everything that is in a file.
    pub fn read(file: &[u8]) -> Self {
        let mut import = Self::default();
        let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
        let text = file.trim_ascii_start();
        if is_der(text) {
            import.der(file);
        } else if is_ldif(file) {
            for found in values(file) {
                import.decoded(Place::Line(found.line), found.value);
            }
        } else if contains(file, BEGIN) {
            import.pem(file);
        } else if matches!(text, [0x30, ..]) {
            import.der(file);
        } else if !text.is_empty() {
            let decoded = decode_base64(text).map_err(|_| ImportFault::FormatUnknown);
            import.decoded(Place::Byte(0), decoded);
        }
        if import.items.is_empty() && import.rejected.is_empty() {
            import.reject(Place::Byte(0), ImportFault::Empty);
        }
        import
    }

    fn reject(&mut self, place: Place, fault: ImportFault) {
        self.rejected.push(Rejected { place, fault });
    }

    /// One encoding, or why there is none.
    fn decoded(&mut self, place: Place, bytes: Result<Vec<u8>, ImportFault>) {
        match bytes.and_then(|bytes| classify(&bytes)) {
            Ok((kind, bytes)) => self.items.push(Item { kind, bytes, place }),
            Err(fault) => self.reject(place, fault),
        }
    }

    /// Encodings one behind the other; white space between and behind them does not matter.
    fn der(&mut self, file: &[u8]) {
        let mut rest = file.trim_ascii_start();
        while !rest.is_empty() {
            let offset = file.len() - rest.len();
            let length = match Reader::ber(rest).read() {
                Ok(Some(tlv)) => tlv.raw.len(),
                // Its end is found by reading all of it.
                Err(TlvFault::IndefiniteLength { .. }) => rest.len(),
                Ok(None) => return,
                Err(fault) => {
                    return self.reject(Place::Byte(offset), ImportFault::EncodingMalformed(fault));
                }
            };
            let (one, more) = rest.split_at(length);
            self.decoded(Place::Byte(offset), Ok(one.to_vec()));
            rest = more.trim_ascii_start();
        }
    }

    /// Blocks between `-----BEGIN ..-----` and `-----END ..-----`; what stands between blocks does not matter.
    fn pem(&mut self, file: &[u8]) {
        let mut block: Option<(usize, &[u8], Vec<u8>)> = None;
        for (index, line) in file.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if let Some(label) = line.strip_prefix(BEGIN) {
                if let Some((from, ..)) = block.take() {
                    self.reject(Place::Line(from), ImportFault::PemUnterminated);
                }
                let label = label.strip_suffix(b"-----").unwrap_or(label);
                block = Some((index + 1, label, Vec::new()));
            } else if line.starts_with(END) {
                if let Some((from, label, base64)) = block.take() {
                    let decoded = if is_wanted(label) {
                        decode_base64(&base64)
                    } else {
                        Err(ImportFault::PemLabelUnknown)
                    };
                    self.decoded(Place::Line(from), decoded);
                }
            } else if let Some((_, _, base64)) = &mut block {
                base64.extend_from_slice(line);
            }
        }
        if let Some((from, ..)) = block {
            self.reject(Place::Line(from), ImportFault::PemUnterminated);
        }
    }
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// Whether this starts as a certificate or a list does: a SEQUENCE of more than 127 bytes. The character `0` is no such start.
const fn is_der(text: &[u8]) -> bool {
    matches!(text, [0x30, 0x80..=0x84, ..])
}

fn contains(file: &[u8], wanted: &[u8]) -> bool {
    file.windows(wanted.len()).any(|window| window == wanted)
}

/// RFC 7468, 5 to 9, and what other programs write.
fn is_wanted(label: &[u8]) -> bool {
    [
        &b"CERTIFICATE"[..],
        b"X509 CERTIFICATE",
        b"X.509 CERTIFICATE",
        b"X509 CRL",
        b"CRL",
        b"PKCS7",
        b"PKCS #7 SIGNED DATA",
        b"CMS",
    ]
    .contains(&label)
}

/// What one encoding is; gives it with definite lengths.
fn classify(bytes: &[u8]) -> Result<(ItemKind, Vec<u8>), ImportFault> {
    let malformed = ImportFault::EncodingMalformed;
    let normalised = normalise(bytes).map_err(malformed)?;
    let whole = Reader::ber(&normalised.bytes).expect(Tag::SEQUENCE);
    let whole = whole.map_err(malformed)?;
    let first = whole.reader().read().map_err(malformed)?;
    let kind = match first {
        Some(first) if first.tag == Tag::OBJECT_IDENTIFIER => {
            let signed = SignedData::parse(&normalised).map_err(ImportFault::SignedDataRejected)?;
            list_kind(signed.content_type)?
        }
        Some(first) if first.tag == Tag::SEQUENCE => certificate_or_list(whole.raw, &first)?,
        _ => return Err(ImportFault::KindUnknown),
    };
    Ok((kind, normalised.bytes.into_owned()))
}

fn list_kind(content_type: Oid<'_>) -> Result<ItemKind, ImportFault> {
    match content_type {
        known::CSCA_MASTER_LIST => Ok(ItemKind::MasterList),
        known::DEVIATION_LIST => Ok(ItemKind::DeviationList),
        known::DEFECT_LIST => Ok(ItemKind::DefectList),
        _ => Err(ImportFault::ContentTypeUnknown),
    }
}

fn certificate_or_list(bytes: &[u8], tbs: &Tlv<'_>) -> Result<ItemKind, ImportFault> {
    let certificate = Certificate::parse(bytes);
    let list = match &certificate {
        Ok(_) => return Ok(ItemKind::Certificate),
        Err(_) => RevocationList::parse(bytes),
    };
    match (certificate, list) {
        (_, Ok(_)) => Ok(ItemKind::RevocationList),
        (Err(_), Err(fault)) if is_like_a_list(tbs) => Err(rejected_list(fault)),
        (Err(fault), _) => Err(rejected_certificate(fault)),
        (Ok(_), Err(_)) => Ok(ItemKind::Certificate),
    }
}

const fn rejected_list(fault: RevocationListFault) -> ImportFault {
    ImportFault::RevocationListRejected(fault)
}

const fn rejected_certificate(fault: CertificateFault) -> ImportFault {
    ImportFault::CertificateRejected(fault)
}

/// Whether a time stands where a list has that of its update: behind version, algorithm and issuer.
fn is_like_a_list(tbs: &Tlv<'_>) -> bool {
    tbs.children()
        .take(4)
        .map_while(Result::ok)
        .any(|tlv| matches!(tlv.tag, Tag::UTC_TIME | Tag::GENERALIZED_TIME))
}

/// The kind of content that a signed list has.
impl ItemKind {
    /// For lists that are signed data: the content to ask of [`SignedData`].
    pub const fn content_type(self) -> Option<ContentType> {
        match self {
            Self::MasterList => Some(ContentType::CscaMasterList),
            Self::DeviationList => Some(ContentType::DeviationList),
            Self::DefectList => Some(ContentType::DefectList),
            Self::Certificate | Self::RevocationList => None,
        }
    }
}
