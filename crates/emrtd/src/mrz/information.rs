//! What of the zone opens the chip: `MRZ_information` (9303-11, 4.3.2 and appendix D.2).

use std::fmt;

use zeroize::Zeroizing;

use super::{MrzDate, check_digit};
use crate::fault::{MrzFault, MrzField};

/// Document number, date of birth and date of expiry, each with its check digit, as one row of characters: the secret behind Basic Access
/// Control and behind PACE with the zone's password. It is wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzInformation(Zeroizing<Vec<u8>>);

impl MrzInformation {
    /// Of three fields. The number is filled up to nine characters; a longer one stands whole, as on TD1 and TD2.
    pub fn new(document_number: &str, birth: MrzDate, expiry: MrzDate) -> Self {
        let mut number = Zeroizing::new(document_number.as_bytes().to_vec());
        if number.len() < 9 {
            number.resize(9, b'<');
        }
        let mut row = Zeroizing::new(Vec::with_capacity(number.len() + 15));
        for field in [&number[..], birth.as_bytes(), expiry.as_bytes()] {
            row.extend_from_slice(field);
            row.push(check_digit(&[field]));
        }
        Self(row)
    }

    /// Of three fields as a person types them: the number in either case, spaces within it ignored, the dates as `YYMMDD`.
    ///
    /// ```
    /// use emrtd::mrz::MrzInformation;
    /// let information = MrzInformation::from_typed("l898902c", "690806", "940623")?;
    /// assert_eq!(information.as_bytes(), b"L898902C<369080619406236"); // 9303-11, appendix D.2
    /// # Ok::<(), emrtd::fault::MrzFault>(())
    /// ```
    pub fn from_typed(document_number: &str, birth: &str, expiry: &str) -> Result<Self, MrzFault> {
        let typed = document_number
            .chars()
            .filter(|character| !character.is_whitespace());
        let number: String = typed
            .map(|character| character.to_ascii_uppercase())
            .collect();
        let number = number.trim_end_matches('<');
        if number.is_empty() {
            return Err(MrzFault::Empty(MrzField::DocumentNumber));
        }
        if !number
            .bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<'))
        {
            return Err(MrzFault::FieldCharacter(MrzField::DocumentNumber));
        }
        if number.len() > LONGEST_NUMBER {
            return Err(MrzFault::TooLong(MrzField::DocumentNumber));
        }
        let birth = MrzDate::from_typed(birth).ok_or(MrzFault::Date(MrzField::BirthDate))?;
        let expiry = MrzDate::from_typed(expiry).ok_or(MrzFault::Date(MrzField::ExpiryDate))?;
        Ok(Self::new(number, birth, expiry))
    }

    /// The row of ASCII characters that SHA-1 is taken of.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Opaque: it opens the document.
impl fmt::Debug for MrzInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzInformation(..)")
    }
}

/// The longest document number that a zone can hold: TD1's nine characters and thirteen more (9303-5, 4.2.4).
pub(super) const LONGEST_NUMBER: usize = 22;
