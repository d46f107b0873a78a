//! OBJECT IDENTIFIERs (X.690, 8.19), as the bytes that stand on the wire.

pub mod known;

use std::fmt;

/// An OBJECT IDENTIFIER: the content bytes, without tag and length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid<'a>(pub &'a [u8]);

impl<'a> Oid<'a> {
    /// Content bytes, where they are well-formed: not empty, no arc that starts with a superfluous `80`, none that is cut off.
    pub fn parse(content: &'a [u8]) -> Option<Self> {
        let ends = content.last().is_some_and(|last| last & 0x80 == 0);
        let minimal = content
            .iter()
            .scan(true, |starts, byte| {
                let padded = *starts && *byte == 0x80;
                *starts = byte & 0x80 == 0;
                Some(padded)
            })
            .all(|padded| !padded);
        (ends && minimal).then_some(Self(content))
    }

    /// Whether this stands below `arc`, or is it.
    pub fn starts_with(self, arc: Oid<'_>) -> bool {
        self.0.starts_with(arc.0)
    }

    /// What follows `arc`, as content bytes; `None` where this does not stand below it.
    pub fn below(self, arc: Oid<'_>) -> Option<&'a [u8]> {
        self.0.strip_prefix(arc.0)
    }
}

/// Dotted decimal. An arc beyond 64 bits, or one that is cut off, is shown as `?`.
impl fmt::Display for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for arc in self.0.split_inclusive(|byte| byte & 0x80 == 0) {
            let value = arc.iter().try_fold(0_u64, |value, byte| {
                (value >> 57 == 0).then_some((value << 7) | u64::from(byte & 0x7F))
            });
            match (value, first) {
                (Some(value @ 0..80), true) => write!(f, "{}.{}", value / 40, value % 40)?,
                (Some(value), true) => write!(f, "2.{}", value - 80)?,
                (Some(value), false) => write!(f, ".{value}")?,
                (None, true) => write!(f, "?")?,
                (None, false) => write!(f, ".?")?,
            }
            first = false;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

/// The content bytes of the given arcs, for constants: a wrong `N` does not compile.
const fn encode<const N: usize>(arcs: &[u64]) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    let mut index = 1;
    while index < arcs.len() {
        let arc = if index == 1 {
            arcs[0] * 40 + arcs[1]
        } else {
            arcs[index]
        };
        let mut count = 1;
        while arc >> (7 * count) != 0 {
            count += 1;
        }
        while count > 0 {
            count -= 1;
            let more = if count == 0 { 0 } else { 0x80 };
            bytes[at] = more | ((arc >> (7 * count)) & 0x7F).to_le_bytes()[0];
            at += 1;
        }
        index += 1;
    }
    assert!(at == N, "the number of bytes is wrong");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_read_as_they_were_written() {
        assert_eq!(known::SIGNED_DATA.to_string(), "1.2.840.113549.1.7.2");
        assert_eq!(known::LDS_SECURITY_OBJECT.to_string(), "2.23.136.1.1.1");
        assert_eq!(known::PACE_ECDH_GM.to_string(), "0.4.0.127.0.7.2.2.4.2");
        assert_eq!(known::SHA256.to_string(), "2.16.840.1.101.3.4.2.1");
    }

    /// The example of X.690, 8.19.5: {joint-iso-itu-t 100 3}.
    #[test]
    fn x690_8_19_5_the_example() {
        assert_eq!(
            Oid::parse(&[0x81, 0x34, 0x03]).unwrap().to_string(),
            "2.100.3"
        );
    }

    #[test]
    fn x690_8_19_malformed_ones_are_refused() {
        assert_eq!(Oid::parse(&[]), None);
        assert_eq!(Oid::parse(&[0x2A, 0x86]), None);
        assert_eq!(Oid::parse(&[0x2A, 0x80, 0x01]), None);
        assert_eq!(
            Oid::parse(&[0x2A, 0x81, 0x00]).unwrap().to_string(),
            "1.2.128"
        );
    }

    #[test]
    fn display_has_no_limit_that_panics() {
        assert_eq!(Oid(&[0xFF; 12]).to_string(), "?");
        assert_eq!(Oid(&[0x88, 0x37]).to_string(), "2.999");
    }
}
