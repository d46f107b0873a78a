//! From BER to definite lengths and whole strings (X.690, 8.1.3.6, 8.7.3 and 10.1, 10.2).
//!
//! Some security objects come with indefinite lengths. [`normalise`] makes of them what the rest of this crate reads, so that what is
//! hashed is what its signer hashed: RFC 5652 signs the DER encoding. Where nothing is to be done, nothing is copied.

use std::borrow::Cow;

use crate::fault::{Deviation, Deviations, TlvFault};
use crate::tlv::{MAX_DEPTH, Reader, Tag, parse_header, parse_tag, write_header};

/// The longest input that is rewritten, in bytes: several times the longest known master or deviation list.
pub const MAX_LENGTH: usize = 32 * 1024 * 1024;

/// What came of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised<'a> {
    /// The input itself, or what it was rewritten to.
    pub bytes: Cow<'a, [u8]>,
    /// [`Deviation::IndefiniteLength`] and [`Deviation::ConstructedString`], where they were met.
    pub deviations: Deviations,
}

/// Gives every element of `bytes` a definite length, and puts strings together that came in pieces.
///
/// What is primitive is not looked into. A structure of definite length whose inside cannot be read is left as it is: whoever wants
/// that inside will name the fault. Elements that hold nothing to rewrite keep their bytes, even where these are not DER.
///
/// Fails where an indefinite length does not end, with the offset in `bytes`.
pub fn normalise(bytes: &[u8]) -> Result<Normalised<'_>, TlvFault> {
    if !wants_rewriting(Reader::ber(bytes)) {
        return Ok(Normalised {
            bytes: Cow::Borrowed(bytes),
            deviations: Deviations::new(),
        });
    }
    if bytes.len() > MAX_LENGTH {
        return Err(TlvFault::TooLarge);
    }
    let mut rewriter = Rewriter {
        input: bytes,
        out: Vec::with_capacity(bytes.len()),
        deviations: Deviations::new(),
    };
    let mut at = 0;
    while at < bytes.len() {
        at = rewriter.element(at, bytes.len(), 0)?;
    }
    Ok(Normalised {
        bytes: Cow::Owned(rewriter.out),
        deviations: rewriter.deviations,
    })
}

/// Whether an indefinite length or a string in pieces stands anywhere.
fn wants_rewriting(mut reader: Reader<'_>) -> bool {
    loop {
        match reader.read() {
            Ok(None) => return false,
            Err(fault) => return matches!(fault, TlvFault::IndefiniteLength { .. }),
            Ok(Some(tlv)) if !tlv.tag.is_constructed() => {}
            Ok(Some(tlv)) => {
                if string_in_pieces(tlv.tag).is_some() || wants_rewriting(tlv.reader()) {
                    return true;
                }
            }
        }
    }
}

/// The primitive tag of a universal string type whose tag says that it is constructed.
fn string_in_pieces(tag: Tag) -> Option<Tag> {
    let whole = Tag(tag.0 & !0x20);
    let is_string = matches!(
        whole,
        Tag::BIT_STRING
            | Tag::OCTET_STRING
            | Tag::UTF8_STRING
            | Tag::NUMERIC_STRING
            | Tag::PRINTABLE_STRING
            | Tag::TELETEX_STRING
            | Tag::IA5_STRING
            | Tag::VISIBLE_STRING
            | Tag::UNIVERSAL_STRING
            | Tag::BMP_STRING
    );
    (tag.0 <= 0xFF && tag.is_constructed() && is_string).then_some(whole)
}

struct Rewriter<'a> {
    input: &'a [u8],
    out: Vec<u8>,
    deviations: Deviations,
}

/// Where a value ends.
#[derive(Clone, Copy)]
enum End {
    At(usize),
    /// At the end-of-contents octets, which must come before `limit`.
    OfContents {
        limit: usize,
    },
}

impl Rewriter<'_> {
    /// One element; gives where the next one starts.
    fn element(&mut self, at: usize, limit: usize, depth: u8) -> Result<usize, TlvFault> {
        if depth > MAX_DEPTH {
            return Err(TlvFault::TooDeep { offset: at });
        }
        let (tag, start, end) = self.header(at, limit)?;
        let End::At(next) = end else {
            self.deviations.push(Deviation::IndefiniteLength);
            return self.rewritten(tag, start, end, depth);
        };
        let wanted = tag.is_constructed()
            && (string_in_pieces(tag).is_some()
                || wants_rewriting(Reader::ber(&self.input[start..next])));
        let from = self.out.len();
        if !wanted || self.rewritten(tag, start, end, depth).is_err() {
            self.out.truncate(from);
            self.out.extend_from_slice(&self.input[at..next]);
        }
        Ok(next)
    }

    /// Writes an element anew; gives where the next one starts.
    fn rewritten(
        &mut self,
        tag: Tag,
        start: usize,
        end: End,
        depth: u8,
    ) -> Result<usize, TlvFault> {
        let from = self.out.len();
        let (tag, next) = if let Some(whole) = string_in_pieces(tag) {
            self.deviations.push(Deviation::ConstructedString);
            (whole, self.string(whole, start, end, depth)?)
        } else {
            (tag, self.structure(start, end, depth)?)
        };
        let mut header = Vec::with_capacity(9);
        write_header(&mut header, tag, self.out.len() - from);
        self.out.splice(from..from, header);
        Ok(next)
    }

    /// The elements of a structure; gives where the next element behind it starts.
    fn structure(&mut self, start: usize, end: End, depth: u8) -> Result<usize, TlvFault> {
        let mut at = start;
        loop {
            if let Some(next) = self.ended(start, at, end)? {
                return Ok(next);
            }
            at = self.element(at, end.limit(), depth + 1)?;
        }
    }

    /// The pieces of a string, put together; gives where the next element behind it starts.
    fn string(&mut self, whole: Tag, start: usize, end: End, depth: u8) -> Result<usize, TlvFault> {
        if depth > MAX_DEPTH {
            return Err(TlvFault::TooDeep { offset: start });
        }
        let from = self.out.len();
        if whole == Tag::BIT_STRING {
            self.out.push(0);
        }
        let mut at = start;
        loop {
            if let Some(next) = self.ended(start, at, end)? {
                return Ok(next);
            }
            let (tag, value, value_end) = self.header(at, end.limit())?;
            at = match value_end {
                End::At(next) if tag == whole && whole == Tag::BIT_STRING => {
                    self.bits(from, at, value, next)?;
                    next
                }
                End::At(next) if tag == whole => {
                    self.out.extend_from_slice(&self.input[value..next]);
                    next
                }
                _ if string_in_pieces(tag) == Some(whole) && whole != Tag::BIT_STRING => {
                    self.string(whole, value, value_end, depth + 1)?
                }
                _ => {
                    return Err(TlvFault::UnexpectedTag {
                        offset: at,
                        expected: whole,
                        found: tag,
                    });
                }
            };
        }
    }

    /// One piece of a BIT STRING. Only the last one may have unused bits, and `from` holds their count.
    fn bits(
        &mut self,
        from: usize,
        offset: usize,
        value: usize,
        next: usize,
    ) -> Result<(), TlvFault> {
        match &self.input[value..next] {
            [unused, bits @ ..] if self.out[from] == 0 => {
                self.out[from] = *unused;
                self.out.extend_from_slice(bits);
                Ok(())
            }
            _ => Err(TlvFault::BitStringMalformed { offset }),
        }
    }

    /// Where the next element behind a value starts, once `at` has reached the end of the value.
    fn ended(&self, start: usize, at: usize, end: End) -> Result<Option<usize>, TlvFault> {
        match end {
            End::At(end) => Ok((at >= end).then_some(end)),
            End::OfContents { limit } => match &self.input[at..limit] {
                [] => Err(TlvFault::Truncated { offset: start }),
                [0, 0, ..] => Ok(Some(at + 2)),
                _ => Ok(None),
            },
        }
    }

    /// Tag, start of the value, and its end.
    fn header(&self, at: usize, limit: usize) -> Result<(Tag, usize, End), TlvFault> {
        let rest = &self.input[at..limit];
        let header = match parse_header(rest, at) {
            Err(TlvFault::IndefiniteLength { offset }) => {
                let (tag, length) = parse_tag(rest, at)?;
                if !tag.is_constructed() {
                    return Err(TlvFault::IndefiniteLength { offset });
                }
                return Ok((tag, at + length + 1, End::OfContents { limit }));
            }
            header => header?,
        };
        let start = at + header.header_length;
        if header.value_length > limit - start {
            return Err(TlvFault::Truncated { offset: at });
        }
        Ok((header.tag, start, End::At(start + header.value_length)))
    }
}

impl End {
    /// The value ends here at the latest.
    const fn limit(self) -> usize {
        match self {
            Self::At(limit) | Self::OfContents { limit } => limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(bytes: &[u8]) -> (Vec<u8>, Vec<Deviation>) {
        let normalised = normalise(bytes).unwrap();
        let deviations = normalised.deviations.iter().collect();
        (normalised.bytes.into_owned(), deviations)
    }

    #[test]
    fn x690_8_1_3_6_an_indefinite_length_becomes_definite() {
        let (bytes, deviations) = rewritten(&[0x30, 0x80, 0x02, 0x01, 0x05, 0x00, 0x00]);
        assert_eq!(bytes, [0x30, 0x03, 0x02, 0x01, 0x05]);
        assert_eq!(deviations, [Deviation::IndefiniteLength]);
    }

    #[test]
    fn x690_8_7_3_a_string_in_pieces_becomes_whole() {
        let pieces = [
            0x24, 0x80, 0x04, 0x01, b'a', 0x24, 0x03, 0x04, 0x01, b'b', 0x04, 0x00, 0x00, 0x00,
        ];
        let (bytes, deviations) = rewritten(&pieces);
        assert_eq!(bytes, [0x04, 0x02, b'a', b'b']);
        let both = [Deviation::IndefiniteLength, Deviation::ConstructedString];
        assert_eq!(deviations, both);
    }

    #[test]
    fn x690_8_6_4_bits_in_pieces_keep_the_last_count_of_unused_ones() {
        let pieces = [0x23, 0x08, 0x03, 0x02, 0x00, 0x0A, 0x03, 0x02, 0x04, 0xF0];
        assert_eq!(rewritten(&pieces).0, [0x03, 0x03, 0x04, 0x0A, 0xF0]);
    }

    /// The example of X.690, 8.6.4.2.
    #[test]
    fn x690_8_6_4_2_the_example_of_a_bit_string_in_pieces() {
        let pieces = [
            0x23, 0x80, 0x03, 0x03, 0x00, 0x0A, 0x3B, 0x03, 0x05, 0x04, 0x5F, 0x29, 0x1C, 0xD0,
            0x00, 0x00,
        ];
        let whole = [0x03, 0x07, 0x04, 0x0A, 0x3B, 0x5F, 0x29, 0x1C, 0xD0];
        assert_eq!(rewritten(&pieces).0, whole);
    }

    #[test]
    fn what_holds_neither_is_borrowed() {
        let bytes = [0x30, 0x81, 0x03, 0x04, 0x01, 0x80];
        let normalised = normalise(&bytes).unwrap();
        assert!(matches!(normalised.bytes, Cow::Borrowed(same) if same == bytes));
    }

    #[test]
    fn without_an_end_it_is_cut_off() {
        let fault = normalise(&[0x30, 0x80, 0x02, 0x01, 0x05]).unwrap_err();
        assert_eq!(fault, TlvFault::Truncated { offset: 2 });
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let bytes = [0x30, 0x80].repeat(100_000);
        let fault = normalise(&bytes).unwrap_err();
        assert!(matches!(fault, TlvFault::TooDeep { .. }));
    }
}
