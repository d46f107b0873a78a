//! Tag, length, value: BER and DER (ITU-T X.690) and BER-TLV data objects (ISO/IEC 7816-4, 6.3; ICAO 9303-10, 4.6), read without
//! copying.
//!
//! A [`Reader`] walks over the elements of one level; [`Tlv::reader`] goes one level down. Nothing is read that was not asked for,
//! nothing is allocated, and no structure is followed deeper than [`MAX_DEPTH`]. What is wrong is said with its offset in the input
//! that the outermost reader was given.

mod primitive;
mod writer;

use std::fmt;

pub(crate) use self::writer::write_header;
pub use self::writer::{write, write_into, write_oid, write_unsigned};
use crate::fault::TlvFault;

/// How many levels of nesting are followed. A certificate inside a master list needs about fifteen.
pub const MAX_DEPTH: u8 = 32;

/// A tag as it stands on the wire, its bytes big-endian: `0x30`, `0x7F61`, `0x5F1F`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u32);

impl Tag {
    /// BOOLEAN.
    pub const BOOLEAN: Self = Self(0x01);
    /// INTEGER.
    pub const INTEGER: Self = Self(0x02);
    /// BIT STRING.
    pub const BIT_STRING: Self = Self(0x03);
    /// OCTET STRING.
    pub const OCTET_STRING: Self = Self(0x04);
    /// NULL.
    pub const NULL: Self = Self(0x05);
    /// OBJECT IDENTIFIER.
    pub const OBJECT_IDENTIFIER: Self = Self(0x06);
    /// ENUMERATED.
    pub const ENUMERATED: Self = Self(0x0A);
    /// UTF8String.
    pub const UTF8_STRING: Self = Self(0x0C);
    /// NumericString.
    pub const NUMERIC_STRING: Self = Self(0x12);
    /// PrintableString.
    pub const PRINTABLE_STRING: Self = Self(0x13);
    /// TeletexString, also called T61String.
    pub const TELETEX_STRING: Self = Self(0x14);
    /// IA5String.
    pub const IA5_STRING: Self = Self(0x16);
    /// UTCTime.
    pub const UTC_TIME: Self = Self(0x17);
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: Self = Self(0x18);
    /// VisibleString.
    pub const VISIBLE_STRING: Self = Self(0x1A);
    /// UniversalString.
    pub const UNIVERSAL_STRING: Self = Self(0x1C);
    /// BMPString.
    pub const BMP_STRING: Self = Self(0x1E);
    /// SEQUENCE and SEQUENCE OF.
    pub const SEQUENCE: Self = Self(0x30);
    /// SET and SET OF.
    pub const SET: Self = Self(0x31);

    /// Context-specific and primitive, `[number] IMPLICIT` of a simple type. Only the low five bits of `number` count.
    pub const fn context(number: u8) -> Self {
        Self(0x80 | (number & 0x1F) as u32)
    }

    /// Context-specific and constructed, `[number] EXPLICIT`, or `IMPLICIT` of a structure. Only the low five bits of `number` count.
    pub const fn context_constructed(number: u8) -> Self {
        Self(0xA0 | (number & 0x1F) as u32)
    }

    /// Whether the value holds elements itself (X.690, 8.1.2.5).
    pub const fn is_constructed(self) -> bool {
        self.first_byte() & 0x20 != 0
    }

    /// The byte that holds the class and the bit for constructed.
    pub const fn first_byte(self) -> u8 {
        let bytes = self.0.to_be_bytes();
        bytes[4 - self.length()]
    }

    /// How many bytes the tag has: one to four.
    pub const fn length(self) -> usize {
        match self.0 {
            0..=0xFF => 1,
            0x100..=0xFFFF => 2,
            0x1_0000..=0xFF_FFFF => 3,
            _ => 4,
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$X}", self.0, width = 2 * self.length())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

/// How strictly lengths and simple values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Only the shortest length, only `00` and `FF` as BOOLEAN, no superfluous bytes in an INTEGER (X.690, 10 and 11).
    Der,
    /// All definite lengths of up to four bytes, and any BOOLEAN and INTEGER (X.690, 8).
    Ber,
}

/// Tag and length at the start of an element: enough to know how much of a file on a chip is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The tag.
    pub tag: Tag,
    /// Bytes of tag and length, 2 to 9.
    pub header_length: usize,
    /// Bytes of the value.
    pub value_length: usize,
    minimal: bool,
}

impl Header {
    /// Reads tag and length off the start of `bytes`, whatever follows. The value need not be there.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlvFault> {
        parse_header(bytes, 0)
    }

    /// Bytes of the whole element.
    pub const fn total_length(&self) -> usize {
        self.header_length.saturating_add(self.value_length)
    }
}

pub(crate) fn parse_header(bytes: &[u8], offset: usize) -> Result<Header, TlvFault> {
    let (tag, tag_length) = parse_tag(bytes, offset)?;
    let rest = &bytes[tag_length..];
    let truncated = TlvFault::Truncated { offset };
    let (&first, rest) = rest.split_first().ok_or(truncated)?;
    let (length, value_length, minimal) = match first {
        0..=0x7F => (1, usize::from(first), true),
        0x80 => return Err(TlvFault::IndefiniteLength { offset }),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7F);
            let digits = rest.get(..count).ok_or(truncated)?;
            let value = digits
                .iter()
                .fold(0, |value, digit| (value << 8) | u64::from(*digit));
            let minimal = digits[0] != 0 && value > 0x7F;
            let value = usize::try_from(value).map_err(|_| TlvFault::LengthTooLong { offset })?;
            (1 + count, value, minimal)
        }
        _ => return Err(TlvFault::LengthTooLong { offset }),
    };
    Ok(Header {
        tag,
        header_length: tag_length + length,
        value_length,
        minimal,
    })
}

/// The tag at the start of `bytes` and its length. Tags of several bytes may have a number below 31: ISO/IEC 7816-6 has such.
pub(crate) fn parse_tag(bytes: &[u8], offset: usize) -> Result<(Tag, usize), TlvFault> {
    let first = *bytes.first().ok_or(TlvFault::Truncated { offset })?;
    let mut tag = u32::from(first);
    if first & 0x1F != 0x1F {
        return Ok((Tag(tag), 1));
    }
    for length in 2..=4 {
        let byte = *bytes
            .get(length - 1)
            .ok_or(TlvFault::Truncated { offset })?;
        tag = (tag << 8) | u32::from(byte);
        if byte & 0x80 == 0 {
            return Ok((Tag(tag), length));
        }
    }
    Err(TlvFault::TagTooLong { offset })
}

/// One element, borrowed from the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag.
    pub tag: Tag,
    /// The value.
    pub value: &'a [u8],
    /// Tag, length and value as received.
    pub raw: &'a [u8],
    /// Where `raw` starts, in bytes from the start of the input of the outermost reader.
    pub offset: usize,
    depth: u8,
    rules: Rules,
}

impl<'a> Tlv<'a> {
    /// A reader over the elements in the value, one level deeper.
    pub const fn reader(&self) -> Reader<'a> {
        Reader {
            rest: self.value,
            offset: self.value_offset(),
            depth: self.depth.saturating_add(1),
            rules: self.rules,
        }
    }

    /// The elements in the value. The first fault ends them.
    pub const fn children(&self) -> Children<'a> {
        self.reader().into_children()
    }

    /// Where the value starts, in bytes from the start of the input of the outermost reader.
    pub const fn value_offset(&self) -> usize {
        self.offset + (self.raw.len() - self.value.len())
    }
}

/// Walks over the elements of one level.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
    depth: u8,
    rules: Rules,
}

impl<'a> Reader<'a> {
    /// A reader by the tolerant rules, [`Rules::Ber`].
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self::with_rules(bytes, Rules::Ber)
    }

    /// A reader that wants DER.
    pub const fn der(bytes: &'a [u8]) -> Self {
        Self::with_rules(bytes, Rules::Der)
    }

    /// A reader that takes any definite length: the same as [`Reader::new`].
    pub const fn ber(bytes: &'a [u8]) -> Self {
        Self::with_rules(bytes, Rules::Ber)
    }

    /// A reader by the given rules, which also hold for all readers that come from it.
    pub const fn with_rules(bytes: &'a [u8], rules: Rules) -> Self {
        Self {
            rest: bytes,
            offset: 0,
            depth: 0,
            rules,
        }
    }

    /// The next element, or `None` at the end.
    pub fn read(&mut self) -> Result<Option<Tlv<'a>>, TlvFault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let offset = self.offset;
        if self.depth > MAX_DEPTH {
            return Err(TlvFault::TooDeep { offset });
        }
        let header = parse_header(self.rest, offset)?;
        if self.rules == Rules::Der && !header.minimal {
            return Err(TlvFault::LengthNotMinimal { offset });
        }
        let (raw, rest) = self
            .rest
            .split_at_checked(header.total_length())
            .ok_or(TlvFault::Truncated { offset })?;
        self.rest = rest;
        self.offset += raw.len();
        Ok(Some(Tlv {
            tag: header.tag,
            value: &raw[header.header_length..],
            raw,
            offset,
            depth: self.depth,
            rules: self.rules,
        }))
    }

    /// The tag of the next element, which stays where it is; `None` at the end, or where no tag can be read.
    pub fn peek(&self) -> Option<Tag> {
        parse_tag(self.rest, self.offset).ok().map(|(tag, _)| tag)
    }

    /// The next element, which must have this tag.
    pub fn expect(&mut self, expected: Tag) -> Result<Tlv<'a>, TlvFault> {
        let offset = self.offset;
        if self.rest.is_empty() {
            return Err(TlvFault::Missing { offset, expected });
        }
        let (found, _) = parse_tag(self.rest, offset)?;
        if found != expected {
            return Err(TlvFault::UnexpectedTag {
                offset,
                expected,
                found,
            });
        }
        self.read()?.ok_or(TlvFault::Missing { offset, expected })
    }

    /// The next element if it has this tag; otherwise it stays where it is.
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Tlv<'a>>, TlvFault> {
        if self.peek() == Some(tag) {
            return self.read();
        }
        Ok(None)
    }

    /// The next element, whatever its tag; its absence is a fault that names `expected`.
    pub fn any(&mut self, expected: Tag) -> Result<Tlv<'a>, TlvFault> {
        let offset = self.offset;
        self.read()?.ok_or(TlvFault::Missing { offset, expected })
    }

    /// Checks that nothing is left.
    pub const fn finish(&self) -> Result<(), TlvFault> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(TlvFault::TrailingData {
            offset: self.offset,
        })
    }

    /// All elements from here on. The first fault ends them.
    pub const fn into_children(self) -> Children<'a> {
        Children { reader: Some(self) }
    }

    /// What has not been read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Where the next element starts, in bytes from the start of the input of the outermost reader.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Whether everything has been read.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// The elements of one level, each a [`Tlv`] or the fault that ends them.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    reader: Option<Reader<'a>>,
}

impl<'a> Iterator for Children<'a> {
    type Item = Result<Tlv<'a>, TlvFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.reader.as_mut()?.read().transpose();
        if !matches!(next, Some(Ok(_))) {
            self.reader = None;
        }
        next
    }
}
