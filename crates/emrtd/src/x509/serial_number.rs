//! Serial numbers (RFC 5280, 4.1.2.2).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::fault::{Deviation, Deviations, TlvFault};
use crate::tlv::{Reader, Tag, Tlv};

/// A serial number as received: the content bytes of an INTEGER. Two are equal when their numbers are, however they are written.
#[derive(Clone, Copy)]
pub struct SerialNumber<'a>(&'a [u8]);

impl<'a> SerialNumber<'a> {
    /// The next element of `reader`.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, TlvFault> {
        Self::of(&reader.expect(Tag::INTEGER)?)
    }

    /// The value of an element, whatever its tag.
    pub(crate) const fn of(tlv: &Tlv<'a>) -> Result<Self, TlvFault> {
        if tlv.value.is_empty() {
            return Err(TlvFault::IntegerMalformed { offset: tlv.offset });
        }
        Ok(Self(tlv.value))
    }

    /// The content bytes as received: two's complement, big-endian, at least one.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// Whether the number is below zero, which some certificates have because a leading zero was forgotten.
    pub fn is_negative(self) -> bool {
        self.0.first().is_some_and(|first| first & 0x80 != 0)
    }

    /// What is unusual about it: sign, length, superfluous bytes.
    pub fn deviations(self) -> Deviations {
        let found = [
            (self.is_negative(), Deviation::SerialNegative),
            (self.0.len() > 20, Deviation::SerialLong),
            (
                self.minimal().len() < self.0.len(),
                Deviation::SerialNotMinimal,
            ),
        ];
        found
            .into_iter()
            .filter_map(|(is, deviation)| is.then_some(deviation))
            .collect()
    }

    /// The same without the bytes that only repeat the sign: of equal numbers, these are the same.
    pub fn minimal(self) -> &'a [u8] {
        let mut bytes = self.0;
        while let [0x00, 0x00..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..] = bytes {
            bytes = &bytes[1..];
        }
        bytes
    }
}

impl PartialEq for SerialNumber<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.minimal() == other.minimal()
    }
}

impl Eq for SerialNumber<'_> {}

impl Hash for SerialNumber<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.minimal().hash(state);
    }
}

/// Some total order in which equal ones meet, for binary search; not the order of the numbers.
impl Ord for SerialNumber<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, other) = (self.minimal(), other.minimal());
        (one.len(), one).cmp(&(other.len(), other))
    }
}

impl PartialOrd for SerialNumber<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The bytes as received, in hexadecimal.
impl fmt::Display for SerialNumber<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for SerialNumber<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_not_their_bytes() {
        assert_eq!(SerialNumber(&[0, 0, 0x7F]), SerialNumber(&[0x7F]));
        assert_eq!(SerialNumber(&[0xFF, 0x80]), SerialNumber(&[0x80]));
        assert_ne!(SerialNumber(&[0, 0x80]), SerialNumber(&[0x80]));
        assert_eq!(SerialNumber(&[0]), SerialNumber(&[0, 0]));
    }

    #[test]
    fn rfc5280_4_1_2_2_what_is_unusual_is_said() {
        assert!(SerialNumber(&[0, 0x80]).deviations().is_empty());
        assert!(
            SerialNumber(&[0x80])
                .deviations()
                .contains(Deviation::SerialNegative)
        );
        assert!(
            SerialNumber(&[1; 21])
                .deviations()
                .contains(Deviation::SerialLong)
        );
        assert!(
            SerialNumber(&[0, 1])
                .deviations()
                .contains(Deviation::SerialNotMinimal)
        );
    }
}
