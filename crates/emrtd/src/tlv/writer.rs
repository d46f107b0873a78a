//! Writing DER: a tag, the shortest length, and the value out of its parts.

use super::Tag;
use crate::oid::Oid;

/// An element whose value is `parts`, one behind the other.
pub fn write(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 9);
    write_into(&mut out, tag, parts);
    out
}

/// Adds to `out` an element whose value is `parts`, one behind the other.
pub fn write_into(out: &mut Vec<u8>, tag: Tag, parts: &[&[u8]]) {
    let length = parts.iter().map(|part| part.len()).sum();
    write_header(out, tag, length);
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// An INTEGER that is not negative, out of its bytes, big-endian; leading zeros do not matter.
pub fn write_unsigned(digits: &[u8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = &digits[zeros..];
    let needs_sign = digits.first().is_none_or(|first| first & 0x80 != 0);
    let sign: &[u8] = if needs_sign { &[0] } else { &[] };
    write(Tag::INTEGER, &[sign, digits])
}

/// An OBJECT IDENTIFIER.
pub fn write_oid(oid: Oid<'_>) -> Vec<u8> {
    write(Tag::OBJECT_IDENTIFIER, &[oid.0])
}

pub(crate) fn write_header(out: &mut Vec<u8>, tag: Tag, length: usize) {
    out.extend_from_slice(&tag.0.to_be_bytes()[4 - tag.length()..]);
    let digits = length.to_be_bytes();
    if length <= 0x7F {
        out.push(digits[digits.len() - 1]);
        return;
    }
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = &digits[zeros..];
    // At most eight digits, so that this never cuts anything off.
    out.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
    out.extend_from_slice(digits);
}
