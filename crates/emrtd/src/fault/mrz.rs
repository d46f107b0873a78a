//! What can be wrong with a machine readable zone.

use std::fmt;

/// A field of the machine readable zone (9303-3 to 9303-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MrzField {
    /// The document code, such as `P<` or `ID`.
    DocumentCode,
    /// The issuing state or organisation.
    IssuingState,
    /// The holder's name.
    Name,
    /// The document number, its continuation in the optional data included.
    DocumentNumber,
    /// The holder's nationality.
    Nationality,
    /// The holder's date of birth.
    BirthDate,
    /// The holder's sex.
    Sex,
    /// The document's date of expiry, or a visa's "valid until".
    ExpiryDate,
    /// The optional data (TD3: the personal number; TD1: those of the upper line).
    OptionalData,
    /// TD1: the optional data of the middle line.
    SecondOptionalData,
    /// The composite check digit, over several fields.
    Composite,
}

impl fmt::Display for MrzField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DocumentCode => "document code",
            Self::IssuingState => "issuing state",
            Self::Name => "name",
            Self::DocumentNumber => "document number",
            Self::Nationality => "nationality",
            Self::BirthDate => "date of birth",
            Self::Sex => "sex",
            Self::ExpiryDate => "date of expiry",
            Self::OptionalData => "optional data",
            Self::SecondOptionalData => "second optional data",
            Self::Composite => "whole zone",
        })
    }
}

/// Why a machine readable zone was refused, or could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MrzFault {
    /// Not 90 characters (TD1), 72 (TD2, MRV-B) or 88 (TD3, MRV-A), nor lines that fillers complete to that.
    #[error("a machine readable zone does not have {characters} characters")]
    Length {
        /// How many there were, without white space.
        characters: usize,
    },
    /// A character that the zone cannot hold (9303-3, 4.3): anything but `A-Z`, `0-9` and `<`.
    #[error("character {at} cannot stand in a machine readable zone")]
    Character {
        /// Its place, from 0, without white space.
        at: usize,
    },
    /// A check digit does not fit (9303-3, 4.9): something was misread or mistyped, or the document is wrong.
    #[error("the check digit of the {0} is wrong")]
    CheckDigit(MrzField),
    /// Not a date, nor one with parts unknown (9303-3, 4.8).
    #[error("the {0} is not a date")]
    Date(MrzField),
    /// A field that must not be empty is.
    #[error("the {0} is empty")]
    Empty(MrzField),
    /// Writing: more than the field holds.
    #[error("the {0} is too long")]
    TooLong(MrzField),
    /// Writing: a character that the field cannot hold.
    #[error("the {0} has a character that cannot stand there")]
    FieldCharacter(MrzField),
    /// Writing: this kind of document has no such field.
    #[error("this kind of document has no {0}")]
    NoSuchField(MrzField),
    /// A name has a digit, which the zone's name field must not (9303-3, 4.6).
    #[error("a name has a digit")]
    DigitInName,
    /// A name has a letter of a script that 9303-3, section 6 has no table for.
    #[error("a name has a letter that no table transliterates")]
    NotTransliterable,
}
