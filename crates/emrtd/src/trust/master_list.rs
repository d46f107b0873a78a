//! Master lists: the authorities that a state or organisation trusts (ICAO 9303-12, 9).

use super::signed_list::{VerifiedList, verify};
use super::store::Store;
use crate::cms::{ContentType, RejectedCertificate, SignedData};
use crate::fault::{ListFault, TlvFault};
use crate::tlv::{Reader, Tag};
use crate::x509::Certificate;

/// How many certificates of a list are read: ten times as many as all countries have today.
pub const MAX_LIST_CERTIFICATES: usize = 20_000;

/// The content of a master list, borrowed from its bytes.
///
/// ```text
/// CscaMasterList ::= SEQUENCE { version INTEGER { v0(0) }, certList SET OF Certificate }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterList<'a> {
    /// The authorities: self-signed certificates and links.
    pub certificates: Vec<Certificate<'a>>,
    /// What stands in the list and cannot be read as a certificate.
    pub rejected: Vec<RejectedCertificate<'a>>,
}

impl<'a> MasterList<'a> {
    /// Reads the content of a list. Nothing is verified here: see [`MasterList::verify`].
    pub fn dangerous_parse(content: &'a [u8]) -> Result<Self, ListFault> {
        let malformed = ListFault::ContentMalformed;
        let mut outer = Reader::ber(content);
        let list = outer.expect(Tag::SEQUENCE).map_err(malformed)?;
        outer.finish().map_err(malformed)?;
        let mut reader = list.reader();
        let version = reader.expect(Tag::INTEGER).map_err(malformed)?;
        if version.small_unsigned().map_err(malformed)? != 0 {
            return Err(ListFault::VersionUnknown);
        }
        let certificates = reader.expect(Tag::SET).map_err(malformed)?;
        reader.finish().map_err(malformed)?;
        let mut list = Self {
            certificates: Vec::with_capacity(certificates.value.len() / 1500),
            rejected: Vec::new(),
        };
        for tlv in certificates.children() {
            list.take(tlv.map_err(malformed)?.raw)?;
        }
        Ok(list)
    }

    fn take(&mut self, raw: &'a [u8]) -> Result<(), ListFault> {
        if self.certificates.len() + self.rejected.len() == MAX_LIST_CERTIFICATES {
            return Err(ListFault::TooManyEntries);
        }
        match Certificate::parse(raw) {
            Ok(certificate) => self.certificates.push(certificate),
            Err(fault) => self.rejected.push(RejectedCertificate { raw, fault }),
        }
        Ok(())
    }

    /// Verifies a list: its signature, that its signer is a master list signer, and that an authority among `anchors` vouches for
    /// that signer, be it by way of links that come along in the list. `anchors` are those whose choice of authorities is trusted.
    pub fn verify(
        signed_data: &SignedData<'a>,
        anchors: &Store,
    ) -> Result<VerifiedList<'a, Self>, ListFault> {
        let kind = ContentType::CscaMasterList;
        kind.check(signed_data.content_type)
            .map_err(ListFault::SignedDataRefused)?;
        let list = Self::dangerous_parse(signed_data.content)?;
        verify(signed_data, kind, &list.certificates, anchors)?.map(|_| Ok(list))
    }
}

impl From<TlvFault> for ListFault {
    fn from(fault: TlvFault) -> Self {
        Self::ContentMalformed(fault)
    }
}
