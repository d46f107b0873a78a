//! Alternative names (RFC 5280, 4.2.1.6; ICAO 9303-12, 7.1.1.2).

use std::borrow::Cow;

use super::name::{Name, text};
use crate::fault::TlvFault;
use crate::tlv::{Reader, Tag, Tlv};

/// One alternative name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GeneralName<'a> {
    /// rfc822Name: an e-mail address.
    Mail(Cow<'a, str>),
    /// dNSName.
    Dns(Cow<'a, str>),
    /// uniformResourceIdentifier.
    Uri(Cow<'a, str>),
    /// directoryName: by ICAO 9303-12, 7.1.1.2 its locality is the country as it stands in the machine readable zone.
    Directory(Name<'a>),
    /// Any other form.
    Other {
        /// Its tag.
        tag: Tag,
        /// Its value.
        value: &'a [u8],
    },
}

impl<'a> GeneralName<'a> {
    pub(crate) fn parse(tlv: &Tlv<'a>) -> Result<Self, TlvFault> {
        let ia5 = text(Tag::IA5_STRING, tlv.value);
        Ok(match tlv.tag.0 {
            0x81 => Self::Mail(ia5),
            0x82 => Self::Dns(ia5),
            0x86 => Self::Uri(ia5),
            0xA4 => Self::Directory(Name::parse(tlv.value)?),
            _ => Self::Other {
                tag: tlv.tag,
                value: tlv.value,
            },
        })
    }

    /// The value of an extension that is a SEQUENCE of names.
    pub(crate) fn list(value: &'a [u8]) -> Result<Vec<Self>, TlvFault> {
        let mut reader = Reader::ber(value);
        let names = reader.expect(Tag::SEQUENCE)?;
        reader.finish()?;
        names.children().map(|name| Self::parse(&name?)).collect()
    }
}
