//! Names (RFC 5280, 4.1.2.4; X.501).

use std::borrow::Cow;
use std::fmt;

use crate::fault::{Deviation, Deviations, TlvFault};
use crate::oid::{Oid, known};
use crate::tlv::{Children, Reader, Tag, Tlv};

/// A distinguished name, as received. Its attributes are read when they are asked for.
///
/// ```text
/// RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
/// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    raw: &'a [u8],
}

impl<'a> Name<'a> {
    /// The next element of `reader`, which must be a SEQUENCE. What is inside it may be malformed.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, TlvFault> {
        let raw = reader.expect(Tag::SEQUENCE)?.raw;
        Ok(Self { raw })
    }

    /// The encoding of a name: one SEQUENCE and nothing behind it. What is inside it may be malformed.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, TlvFault> {
        let mut reader = Reader::ber(bytes);
        let name = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(name)
    }

    /// The SEQUENCE as received.
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The attributes in the order of the name. Those that are malformed are left out: see [`Name::deviations`].
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        self.parts().flatten()
    }

    fn parts(&self) -> impl Iterator<Item = Result<Attribute<'a>, TlvFault>> + use<'a> {
        children(self.raw)
            .flat_map(|set| match set {
                Ok(set) if set.tag == Tag::SET => set.children(),
                // Not a SET: handed on as it is, so that the attribute in it is found malformed.
                Ok(other) => children(other.raw),
                Err(_) => children(&[]),
            })
            .map(|part| Attribute::parse(&part?))
    }

    /// The first attribute of this type, as text.
    pub fn attribute(&self, kind: Oid<'_>) -> Option<Cow<'a, str>> {
        self.attributes()
            .find(|attribute| attribute.kind == kind)
            .map(|attribute| attribute.text())
    }

    /// The country in upper case, without surrounding spaces: two letters by ICAO 9303-12, 7.1.1.1.1, but whatever stands there.
    pub fn country(&self) -> Option<String> {
        self.attribute(known::COUNTRY_NAME)
            .map(|country| country.trim().to_ascii_uppercase())
    }

    /// The common name.
    pub fn common_name(&self) -> Option<Cow<'a, str>> {
        self.attribute(known::COMMON_NAME)
    }

    /// What is compared: types, and values in lower case with single spaces, whatever string type they were written in (RFC 5280,
    /// 7.1); the country in upper case. The order of the attributes counts.
    pub fn normalised(&self) -> NormalisedName {
        NormalisedName::of(self, false)
    }

    /// Like [`Name::normalised`], but the order of the attributes does not count: some issuers turn a name round.
    pub fn normalised_in_any_order(&self) -> NormalisedName {
        NormalisedName::of(self, true)
    }

    /// What is unusual about it.
    pub fn deviations(&self) -> Deviations {
        let mut deviations = Deviations::new();
        let whole = Reader::ber(self.raw)
            .read()
            .ok()
            .flatten()
            .is_some_and(|name| {
                name.children()
                    .all(|set| set.is_ok_and(|set| set.tag == Tag::SET))
            });
        if !whole || self.parts().any(|part| part.is_err()) {
            deviations.push(Deviation::NameMalformed);
        }
        match self.attribute(known::COUNTRY_NAME) {
            Some(country) if country.len() == 2 => {
                if country.bytes().any(|byte| byte.is_ascii_lowercase()) {
                    deviations.push(Deviation::CountryLowerCase);
                }
            }
            _ => deviations.push(Deviation::CountryMissing),
        }
        if self.common_name().is_none() {
            deviations.push(Deviation::CommonNameMissing);
        }
        deviations
    }
}

/// The elements inside the first element of `raw`; none where that cannot be read.
fn children(raw: &[u8]) -> Children<'_> {
    match Reader::ber(raw).read() {
        Ok(Some(outer)) => outer.children(),
        _ => Reader::ber(&[]).into_children(),
    }
}

/// Country first letters as they are common: `C=DK, O=.., CN=..`; types without a short name as dotted numbers.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, attribute) in self.attributes().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            match short_name(attribute.kind) {
                Some(kind) => write!(f, "{separator}{kind}={}", attribute.text())?,
                None => write!(f, "{separator}{}={}", attribute.kind, attribute.text())?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

fn short_name(kind: Oid<'_>) -> Option<&'static str> {
    let names = [
        (known::COUNTRY_NAME, "C"),
        (known::ORGANIZATION_NAME, "O"),
        (known::ORGANIZATIONAL_UNIT_NAME, "OU"),
        (known::COMMON_NAME, "CN"),
        (known::SERIAL_NUMBER, "SERIALNUMBER"),
        (known::LOCALITY_NAME, "L"),
        (known::STATE_OR_PROVINCE_NAME, "ST"),
        (known::DOMAIN_COMPONENT, "DC"),
        (known::EMAIL_ADDRESS, "E"),
    ];
    names
        .iter()
        .find(|(oid, _)| *oid == kind)
        .map(|(_, name)| *name)
}

/// One attribute of a name.
///
/// ```text
/// AttributeTypeAndValue ::= SEQUENCE { type AttributeType, value AttributeValue }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The type: [`known::COUNTRY_NAME`] and others.
    pub kind: Oid<'a>,
    /// The string type of the value.
    pub tag: Tag,
    /// The bytes of the value.
    pub value: &'a [u8],
}

impl<'a> Attribute<'a> {
    fn parse(tlv: &Tlv<'a>) -> Result<Self, TlvFault> {
        let mut reader = tlv.expect(Tag::SEQUENCE)?.reader();
        let kind = reader.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        let value = reader.any(Tag::UTF8_STRING)?;
        reader.finish()?;
        Ok(Self {
            kind,
            tag: value.tag,
            value: value.value,
        })
    }

    /// The value as text, by its string type. TeletexString is read as ISO 8859-1, as is everything that is not what its type says.
    pub fn text(&self) -> Cow<'a, str> {
        text(self.tag, self.value)
    }
}

/// The text of a string type; what is not what its type says is read as ISO 8859-1.
pub(crate) fn text(tag: Tag, value: &[u8]) -> Cow<'_, str> {
    let wide = match tag {
        Tag::BMP_STRING if value.len().is_multiple_of(2) => {
            let units = value
                .chunks_exact(2)
                .map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            char::decode_utf16(units)
                .collect::<Result<String, _>>()
                .ok()
        }
        Tag::UNIVERSAL_STRING if value.len().is_multiple_of(4) => value
            .chunks_exact(4)
            .map(|unit| char::from_u32(u32::from_be_bytes([unit[0], unit[1], unit[2], unit[3]])))
            .collect(),
        _ => None,
    };
    if let Some(text) = wide {
        return Cow::Owned(text);
    }
    match std::str::from_utf8(value) {
        Ok(text) if tag != Tag::TELETEX_STRING || text.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(value.iter().copied().map(char::from).collect()),
    }
}

/// A name in the form in which names are compared; good as a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormalisedName(Box<[u8]>);

impl NormalisedName {
    fn of(name: &Name<'_>, any_order: bool) -> Self {
        let mut out = Vec::with_capacity(name.raw.len());
        if any_order {
            let mut parts: Vec<Vec<u8>> = name
                .attributes()
                .map(|attribute| {
                    let mut part = Vec::new();
                    normalise(&attribute, &mut part);
                    part
                })
                .collect();
            parts.sort_unstable();
            out.extend(parts.concat());
        } else {
            name.attributes()
                .for_each(|attribute| normalise(&attribute, &mut out));
        }
        Self(out.into_boxed_slice())
    }
}

/// Adds type and value, each with its length in front, so that no two different lists of attributes give the same bytes.
fn normalise(attribute: &Attribute<'_>, out: &mut Vec<u8>) {
    let text = attribute.text();
    let kind = attribute.kind.0;
    out.extend_from_slice(&kind.len().to_be_bytes());
    out.extend_from_slice(kind);
    let length_at = out.len();
    out.extend_from_slice(&[0; size_of::<usize>()]);
    let value_at = out.len();
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        if attribute.kind == known::COUNTRY_NAME {
            out.extend(word.bytes().map(|byte| byte.to_ascii_uppercase()));
        } else if word.is_ascii() {
            out.extend(word.bytes().map(|byte| byte.to_ascii_lowercase()));
        } else {
            out.extend_from_slice(word.to_lowercase().as_bytes());
        }
    }
    let length = out.len() - value_at;
    out[length_at..value_at].copy_from_slice(&length.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::{write, write_oid};

    fn name(parts: &[(Oid<'_>, Tag, &[u8])]) -> Vec<u8> {
        let sets: Vec<u8> = parts
            .iter()
            .flat_map(|(kind, tag, value)| {
                let attribute = [write_oid(*kind), write(*tag, &[value])].concat();
                write(Tag::SET, &[&write(Tag::SEQUENCE, &[&attribute])])
            })
            .collect();
        write(Tag::SEQUENCE, &[&sets])
    }

    #[test]
    fn rfc5280_7_1_case_spaces_and_string_types_do_not_count() {
        let one = name(&[
            (known::COUNTRY_NAME, Tag::PRINTABLE_STRING, b"dk"),
            (
                known::COMMON_NAME,
                Tag::UTF8_STRING,
                "Rød  Grød ".as_bytes(),
            ),
        ]);
        let other = name(&[
            (known::COUNTRY_NAME, Tag::UTF8_STRING, b"DK"),
            (known::COMMON_NAME, Tag::TELETEX_STRING, b"R\xD8D GR\xD8d"),
        ]);
        let (one, other) = (Name::parse(&one).unwrap(), Name::parse(&other).unwrap());
        assert_eq!(one.normalised(), other.normalised());
        assert_eq!(one.country().unwrap(), "DK");
        assert!(one.deviations().contains(Deviation::CountryLowerCase));
        assert_eq!(one.to_string(), "C=dk, CN=Rød  Grød ");
    }

    #[test]
    fn order_counts_unless_it_is_said_not_to() {
        let country = (known::COUNTRY_NAME, Tag::PRINTABLE_STRING, &b"MY"[..]);
        let common = (known::COMMON_NAME, Tag::BMP_STRING, &b"\0A\0B"[..]);
        let (one, other) = (name(&[country, common]), name(&[common, country]));
        let (one, other) = (Name::parse(&one).unwrap(), Name::parse(&other).unwrap());
        assert_ne!(one.normalised(), other.normalised());
        assert_eq!(
            one.normalised_in_any_order(),
            other.normalised_in_any_order()
        );
        assert_eq!(one.common_name().unwrap(), "AB");
    }

    #[test]
    fn what_is_malformed_is_left_out_and_said() {
        let bytes = write(Tag::SEQUENCE, &[&write(Tag::SET, &[&[0x30, 0x01, 0x06]])]);
        let name = Name::parse(&bytes).unwrap();
        assert_eq!(name.attributes().count(), 0);
        assert!(name.deviations().contains(Deviation::NameMalformed));
    }
}
