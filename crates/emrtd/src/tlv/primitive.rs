//! The simple types (X.690, 8.2 to 8.6 and 8.19).

use super::{Rules, Tag, Tlv};
use crate::fault::TlvFault;
use crate::oid::Oid;

impl<'a> Tlv<'a> {
    /// This element, if it has this tag.
    pub const fn expect(self, expected: Tag) -> Result<Self, TlvFault> {
        if self.tag.0 == expected.0 {
            return Ok(self);
        }
        Err(TlvFault::UnexpectedTag {
            offset: self.offset,
            expected,
            found: self.tag,
        })
    }

    /// The value as a BOOLEAN, whatever the tag. DER knows only `00` and `FF`.
    pub const fn boolean(&self) -> Result<bool, TlvFault> {
        match (self.value, self.rules) {
            ([0], _) => Ok(false),
            ([0xFF], _) | ([_], Rules::Ber) => Ok(true),
            _ => Err(TlvFault::BooleanMalformed {
                offset: self.offset,
            }),
        }
    }

    /// The bytes of an INTEGER, two's complement, big-endian, whatever the tag. At least one; in DER no superfluous one.
    pub const fn integer(&self) -> Result<&'a [u8], TlvFault> {
        match (self.value, self.rules) {
            ([], _) | ([0x00, 0x00..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..], Rules::Der) => {
                Err(TlvFault::IntegerMalformed {
                    offset: self.offset,
                })
            }
            (value, _) => Ok(value),
        }
    }

    /// The bytes of an INTEGER that must not be negative, big-endian, without leading zeros: empty for 0.
    pub fn unsigned(&self) -> Result<&'a [u8], TlvFault> {
        let value = self.integer()?;
        if value[0] & 0x80 != 0 {
            return Err(TlvFault::IntegerMalformed {
                offset: self.offset,
            });
        }
        let zeros = value.iter().take_while(|byte| **byte == 0).count();
        Ok(&value[zeros..])
    }

    /// A small INTEGER that must not be negative: a version, a count.
    pub fn small_unsigned(&self) -> Result<u32, TlvFault> {
        let digits = self.unsigned()?;
        if digits.len() > 4 {
            return Err(TlvFault::IntegerMalformed {
                offset: self.offset,
            });
        }
        Ok(digits
            .iter()
            .fold(0, |value, digit| (value << 8) | u32::from(*digit)))
    }

    /// The bytes of a BIT STRING and how many bits of the last one are unused, 0 to 7.
    pub const fn bit_string(&self) -> Result<(&'a [u8], u8), TlvFault> {
        match self.value {
            [0] => Ok((&[], 0)),
            [unused @ 0..=7, bits @ ..] if !bits.is_empty() => Ok((bits, *unused)),
            _ => Err(TlvFault::BitStringMalformed {
                offset: self.offset,
            }),
        }
    }

    /// The bytes of a BIT STRING that holds bytes: a key, a signature.
    pub const fn bit_string_bytes(&self) -> Result<&'a [u8], TlvFault> {
        match self.bit_string() {
            Ok((bytes, 0)) => Ok(bytes),
            Ok(_) => Err(TlvFault::BitStringMalformed {
                offset: self.offset,
            }),
            Err(fault) => Err(fault),
        }
    }

    /// The value as an OBJECT IDENTIFIER, whatever the tag.
    pub fn oid(&self) -> Result<Oid<'a>, TlvFault> {
        Oid::parse(self.value).ok_or(TlvFault::OidMalformed {
            offset: self.offset,
        })
    }
}
