//! Writing DER (ITU-T X.690): only what certificates, CMS and security infos need, and the few BER forms that real documents have.

use jiff::{Timestamp, tz::TimeZone};
use num_bigint::BigUint;

/// `SEQUENCE`.
pub const SEQUENCE: u32 = 0x30;
/// `SET`.
pub const SET: u32 = 0x31;

/// One element: tag bytes as on the wire (`0x30`, `0x7F61`), the shortest length, the value.
pub fn tlv(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out = tag_bytes(tag);
    out.extend(length(value.len()));
    out.extend_from_slice(value);
    out
}

/// A constructed element of the parts, in their order.
pub fn constructed<P: AsRef<[u8]>>(tag: u32, parts: impl IntoIterator<Item = P>) -> Vec<u8> {
    let mut value = Vec::new();
    for part in parts {
        value.extend_from_slice(part.as_ref());
    }
    tlv(tag, &value)
}

/// The tag's bytes without leading zeros.
pub fn tag_bytes(tag: u32) -> Vec<u8> {
    let bytes = tag.to_be_bytes();
    let first = bytes.iter().position(|b| *b != 0).unwrap_or(3);
    bytes[first..].to_vec()
}

/// The shortest length (X.690, 10.1).
pub fn length(length: usize) -> Vec<u8> {
    let bytes = length.to_be_bytes();
    let first = bytes
        .iter()
        .position(|b| *b != 0)
        .unwrap_or(bytes.len() - 1);
    let significant = &bytes[first..];
    if length < 0x80 {
        return significant.to_vec();
    }
    let mut out = vec![0x80 | low_byte(significant.len())];
    out.extend_from_slice(significant);
    out
}

/// A constructed element of indefinite length (BER only, X.690, 8.1.3.6).
pub fn indefinite<P: AsRef<[u8]>>(tag: u32, parts: impl IntoIterator<Item = P>) -> Vec<u8> {
    let mut out = tag_bytes(tag);
    out.push(0x80);
    for part in parts {
        out.extend_from_slice(part.as_ref());
    }
    out.extend_from_slice(&[0, 0]);
    out
}

/// `SEQUENCE` of the parts.
pub fn sequence<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> Vec<u8> {
    constructed(SEQUENCE, parts)
}

/// `SET OF` the parts, put in DER's order (X.690, 11.6).
pub fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    constructed(SET, parts)
}

/// Explicitly tagged or constructed `[number]`.
pub fn context<P: AsRef<[u8]>>(number: u8, parts: impl IntoIterator<Item = P>) -> Vec<u8> {
    constructed(u32::from(0xA0 | number), parts)
}

/// Primitive `[number]`.
pub fn context_primitive(number: u8, value: &[u8]) -> Vec<u8> {
    tlv(u32::from(0x80 | number), value)
}

/// `INTEGER` that is not negative.
pub fn unsigned(value: &BigUint) -> Vec<u8> {
    unsigned_bytes(&value.to_bytes_be())
}

/// `INTEGER` of a big-endian magnitude.
pub fn unsigned_bytes(magnitude: &[u8]) -> Vec<u8> {
    let first = magnitude
        .iter()
        .position(|b| *b != 0)
        .unwrap_or(magnitude.len());
    let mut content = magnitude[first..].to_vec();
    if content.first().is_none_or(|b| b & 0x80 != 0) {
        content.insert(0, 0);
    }
    tlv(0x02, &content)
}

/// `INTEGER` of a small number.
pub fn small(value: u32) -> Vec<u8> {
    unsigned_bytes(&value.to_be_bytes())
}

/// `INTEGER` whose content is given as it stands: two's complement, so it may be negative.
pub fn integer_content(content: &[u8]) -> Vec<u8> {
    tlv(0x02, content)
}

/// `BOOLEAN` that is true.
pub fn truth() -> Vec<u8> {
    tlv(0x01, &[0xFF])
}

/// `NULL`.
pub fn null() -> Vec<u8> {
    tlv(0x05, &[])
}

/// `OCTET STRING`.
pub fn octets(value: &[u8]) -> Vec<u8> {
    tlv(0x04, value)
}

/// `BIT STRING` of whole bytes.
pub fn bits(value: &[u8]) -> Vec<u8> {
    constructed(0x03, [&[0][..], value])
}

/// `BIT STRING` of named bits: bit 0 is the first, trailing zeros are left out (X.690, 11.2.2).
pub fn named_bits(set: &[u8]) -> Vec<u8> {
    let Some(last) = set.iter().max() else {
        return tlv(0x03, &[0]);
    };
    let mut bytes = vec![0_u8; usize::from(last / 8) + 1];
    for bit in set {
        bytes[usize::from(bit / 8)] |= 0x80 >> (bit % 8);
    }
    constructed(0x03, [&[7 - last % 8][..], &bytes])
}

/// `UTF8String`.
pub fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0C, text.as_bytes())
}

/// `PrintableString`.
pub fn printable(text: &str) -> Vec<u8> {
    tlv(0x13, text.as_bytes())
}

/// `OBJECT IDENTIFIER` from its dotted form.
pub fn oid(dotted: &str) -> Vec<u8> {
    tlv(0x06, &oid_content(dotted))
}

/// The content bytes of an object identifier (X.690, 8.19).
pub fn oid_content(dotted: &str) -> Vec<u8> {
    let mut arcs = dotted.split('.').map(|arc| arc.parse::<u32>().unwrap_or(0));
    let first = arcs.next().unwrap_or(0) * 40 + arcs.next().unwrap_or(0);
    let mut out = Vec::new();
    for arc in std::iter::once(first).chain(arcs) {
        let mut groups = vec![low_byte_of(arc & 0x7F)];
        let mut rest = arc >> 7;
        while rest > 0 {
            groups.push(0x80 | low_byte_of(rest & 0x7F));
            rest >>= 7;
        }
        out.extend(groups.into_iter().rev());
    }
    out
}

/// `Time`: `UTCTime` until 2049, `GeneralizedTime` after (RFC 5280, 4.1.2.5).
pub fn time(at: Timestamp) -> Vec<u8> {
    let text = digits(at);
    match &text[..2] {
        "19" | "20" if text[..4] < *"2050" => tlv(0x17, &text.as_bytes()[2..]),
        _ => tlv(0x18, text.as_bytes()),
    }
}

/// `GeneralizedTime` content, `YYYYMMDDHHMMSSZ`.
pub fn digits(at: Timestamp) -> String {
    let zoned = at.to_zoned(TimeZone::UTC);
    zoned.strftime("%Y%m%d%H%M%SZ").to_string()
}

/// `AlgorithmIdentifier` (RFC 5280, 4.1.1.2) with its parameters, if any, as encoded.
pub fn algorithm(dotted: &str, parameters: Option<Vec<u8>>) -> Vec<u8> {
    sequence([oid(dotted), parameters.unwrap_or_default()])
}

/// The last byte of a count known to be below 256.
pub(crate) fn low_byte(value: usize) -> u8 {
    value.to_be_bytes()[size_of::<usize>() - 1]
}

fn low_byte_of(value: u32) -> u8 {
    value.to_be_bytes()[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_the_shortest() {
        assert_eq!(length(0), [0]);
        assert_eq!(length(0x7F), [0x7F]);
        assert_eq!(length(0x80), [0x81, 0x80]);
        assert_eq!(length(0x1234), [0x82, 0x12, 0x34]);
    }

    #[test]
    fn identifiers_and_integers_follow_x690() {
        assert_eq!(
            oid("2.23.136.1.1.1"),
            [0x06, 0x06, 0x67, 0x81, 0x08, 0x01, 0x01, 0x01]
        );
        assert_eq!(small(0), [0x02, 0x01, 0x00]);
        assert_eq!(small(128), [0x02, 0x02, 0x00, 0x80]);
        assert_eq!(named_bits(&[5, 6]), [0x03, 0x02, 0x01, 0x06]);
    }
}
