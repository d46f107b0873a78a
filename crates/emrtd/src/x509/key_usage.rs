//! What a key may be used for (RFC 5280, 4.2.1.3).

use crate::fault::TlvFault;
use crate::tlv::{Reader, Tag};

/// One bit of the key usage extension; the discriminant is the number of the bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum KeyUsage {
    /// digitalSignature: document, master list and deviation list signers.
    DigitalSignature = 0,
    /// nonRepudiation, also called contentCommitment.
    NonRepudiation = 1,
    /// keyEncipherment.
    KeyEncipherment = 2,
    /// dataEncipherment.
    DataEncipherment = 3,
    /// keyAgreement.
    KeyAgreement = 4,
    /// keyCertSign: a CSCA.
    KeyCertSign = 5,
    /// cRLSign: a CSCA.
    CrlSign = 6,
    /// encipherOnly.
    EncipherOnly = 7,
    /// decipherOnly.
    DecipherOnly = 8,
}

/// The set of usages that a certificate states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUsages(u16);

impl KeyUsages {
    /// Reads the value of the extension.
    pub(crate) fn parse(value: &[u8]) -> Result<Self, TlvFault> {
        let mut reader = Reader::ber(value);
        let tlv = reader.expect(Tag::BIT_STRING)?;
        reader.finish()?;
        let (bits, _) = tlv.bit_string()?;
        let bit = |number: usize| {
            bits.get(number / 8)
                .is_some_and(|byte| byte & (0x80 >> (number % 8)) != 0)
        };
        let set = (0..9).filter(|number| bit(*number));
        Ok(Self(set.fold(0, |all, number| all | 1 << number)))
    }

    /// Whether this usage is stated.
    pub const fn contains(self, usage: KeyUsage) -> bool {
        self.0 & (1 << usage as u8) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc5280_4_2_1_3_bits_count_from_the_left() {
        let usages = KeyUsages::parse(&[0x03, 0x02, 0x01, 0x06]).unwrap();
        assert!(usages.contains(KeyUsage::KeyCertSign) && usages.contains(KeyUsage::CrlSign));
        assert!(!usages.contains(KeyUsage::DigitalSignature));
        let usages = KeyUsages::parse(&[0x03, 0x03, 0x07, 0x00, 0x80]).unwrap();
        assert!(usages.contains(KeyUsage::DecipherOnly));
        assert!(KeyUsages::parse(&[0x04, 0x01, 0x80]).is_err());
    }
}
