//! Signed attributes (RFC 5652, 5.3 and 11).

use jiff::Timestamp;

use crate::fault::{CmsFault, Deviation, Deviations, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Tag, Tlv, write_header};
use crate::x509::Time;

/// `SignedAttributes ::= SET SIZE (1..MAX) OF Attribute`, as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedAttributes<'a> {
    /// `[0] IMPLICIT`, as received.
    pub(super) tlv: Tlv<'a>,
}

/// `Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its type.
    pub oid: Oid<'a>,
    /// Its only value.
    pub value: Tlv<'a>,
}

impl<'a> SignedAttributes<'a> {
    /// All attributes. Each must have one value, as all those have that matter here.
    pub fn iter(&self) -> impl Iterator<Item = Result<Attribute<'a>, TlvFault>> + use<'a> {
        self.tlv.children().map(|tlv| {
            let mut reader = tlv?.expect(Tag::SEQUENCE)?.reader();
            let oid = reader.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            let mut values = reader.expect(Tag::SET)?.reader();
            reader.finish()?;
            let value = values.any(Tag::OCTET_STRING)?;
            if !matches!(
                oid,
                known::CONTENT_TYPE | known::MESSAGE_DIGEST | known::SIGNING_TIME
            ) {
                return Ok(Attribute { oid, value });
            }
            values.finish()?;
            Ok(Attribute { oid, value })
        })
    }

    /// The one attribute of this type.
    fn one(&self, oid: Oid<'_>) -> Result<Option<Tlv<'a>>, CmsFault> {
        let mut found = None;
        for attribute in self.iter() {
            let attribute = attribute.map_err(CmsFault::AttributesMalformed)?;
            if attribute.oid == oid && found.replace(attribute.value).is_some() {
                return Err(CmsFault::AttributeTwice);
            }
        }
        Ok(found)
    }

    /// The digest of the content (11.2).
    pub fn message_digest(&self) -> Result<&'a [u8], CmsFault> {
        let value = self.one(known::MESSAGE_DIGEST)?;
        let value = value.ok_or(CmsFault::MessageDigestMissing)?;
        let octets = value.expect(Tag::OCTET_STRING);
        Ok(octets.map_err(CmsFault::AttributesMalformed)?.value)
    }

    /// The type of the content (11.1).
    pub fn content_type(&self) -> Result<Option<Oid<'a>>, CmsFault> {
        let value = self.one(known::CONTENT_TYPE)?;
        value
            .map(|value| value.expect(Tag::OBJECT_IDENTIFIER)?.oid())
            .transpose()
            .map_err(CmsFault::AttributesMalformed)
    }

    /// When the signer says that it signed (11.3). One that cannot be read counts as absent, with a deviation.
    pub fn signing_time(&self, deviations: &mut Deviations) -> Result<Option<Timestamp>, CmsFault> {
        let Some(value) = self.one(known::SIGNING_TIME)? else {
            return Ok(None);
        };
        let Ok(time) = Time::parse(&value) else {
            deviations.push(Deviation::SigningTimeMalformed);
            return Ok(None);
        };
        deviations.extend(time.deviations);
        Ok(Some(time.timestamp))
    }

    /// What is signed, attributes in the order in which they were received: a SET of what `[0]` held (5.4).
    pub fn as_received(&self) -> Vec<u8> {
        let mut message = Vec::with_capacity(self.tlv.raw.len() + 4);
        write_header(&mut message, Tag::SET, self.tlv.value.len());
        message.extend_from_slice(self.tlv.value);
        message
    }

    /// What is signed, attributes in the order of DER (X.690, 11.6), if they were not received in it.
    pub(super) fn in_order(&self) -> Result<Option<Vec<u8>>, CmsFault> {
        let received: Result<Vec<&[u8]>, _> = self
            .tlv
            .children()
            .map(|tlv| tlv.map(|tlv| tlv.raw))
            .collect();
        let received = received.map_err(CmsFault::AttributesMalformed)?;
        if received.is_sorted() {
            return Ok(None);
        }
        let mut sorted = received;
        sorted.sort_unstable();
        let mut message = Vec::with_capacity(self.tlv.raw.len() + 4);
        write_header(&mut message, Tag::SET, self.tlv.value.len());
        message.extend(sorted.concat());
        Ok(Some(message))
    }
}
