//! What can be wrong with a TLV structure (ITU-T X.690; ISO/IEC 7816-4).

use crate::tlv::Tag;

/// Why bytes are not the TLV structure that was looked for. Every `offset` counts bytes from the start of the input that the
/// outermost reader was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlvFault {
    /// The input ends inside a tag, a length or a value.
    #[error("the input ends too early, at byte {offset}")]
    Truncated {
        /// Start of the element that is cut off.
        offset: usize,
    },
    /// A tag has more than four bytes.
    #[error("the tag at byte {offset} has more than four bytes")]
    TagTooLong {
        /// Start of the element.
        offset: usize,
    },
    /// A length has more than four bytes, or the reserved first byte `FF`.
    #[error("the length at byte {offset} has more than four bytes")]
    LengthTooLong {
        /// Start of the element.
        offset: usize,
    },
    /// Indefinite length, which the reader does not follow: see [`crate::ber::normalise`].
    #[error("indefinite length at byte {offset}")]
    IndefiniteLength {
        /// Start of the element.
        offset: usize,
    },
    /// A length is written in more bytes than it needs (X.690, 10.1), where DER is due.
    #[error("the length at byte {offset} is longer than it needs to be")]
    LengthNotMinimal {
        /// Start of the element.
        offset: usize,
    },
    /// Another element stands where this one is due.
    #[error("tag {found} instead of {expected} at byte {offset}")]
    UnexpectedTag {
        /// Start of the element.
        offset: usize,
        /// What was looked for.
        expected: Tag,
        /// What is there.
        found: Tag,
    },
    /// The structure ends where another element is due.
    #[error("nothing instead of tag {expected} at byte {offset}")]
    Missing {
        /// Where it would start.
        offset: usize,
        /// What was looked for.
        expected: Tag,
    },
    /// Bytes are left over behind the last element.
    #[error("bytes are left over from byte {offset} on")]
    TrailingData {
        /// The first byte that is left over.
        offset: usize,
    },
    /// Elements are nested deeper than [`crate::tlv::MAX_DEPTH`].
    #[error("nested too deeply at byte {offset}")]
    TooDeep {
        /// Start of the inner structure.
        offset: usize,
    },
    /// The input is longer than [`crate::ber::MAX_LENGTH`].
    #[error("the input is longer than is read")]
    TooLarge,
    /// Not a BOOLEAN: one byte, in DER `00` or `FF`.
    #[error("not a BOOLEAN at byte {offset}")]
    BooleanMalformed {
        /// Start of the element.
        offset: usize,
    },
    /// Not an INTEGER: at least one byte, in DER no more than are needed; or too large, or negative, for what it counts.
    #[error("not an INTEGER of the kind that is due at byte {offset}")]
    IntegerMalformed {
        /// Start of the element.
        offset: usize,
    },
    /// Not a BIT STRING: a count of unused bits up to seven, then the bits.
    #[error("not a BIT STRING at byte {offset}")]
    BitStringMalformed {
        /// Start of the element.
        offset: usize,
    },
    /// Not an OBJECT IDENTIFIER.
    #[error("not an OBJECT IDENTIFIER at byte {offset}")]
    OidMalformed {
        /// Start of the element.
        offset: usize,
    },
}
