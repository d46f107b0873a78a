//! LDIF as the public key directory of ICAO gives it out (RFC 2849; ICAO 9303-12, 6).

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::fault::ImportFault;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Attributes whose values are certificates or lists (RFC 4523; the directory's first own), in lower case.
const WANTED: [&str; 6] = [
    "usercertificate",
    "cacertificate",
    "crosscertificatepair",
    "certificaterevocationlist",
    "authorityrevocationlist",
    "cscamasterlistdata",
];

/// A value out of an LDIF file, or why it is none.
pub(super) struct Value {
    /// The line on which it starts, counted from 1.
    pub(super) line: usize,
    /// The decoded value.
    pub(super) value: Result<Vec<u8>, ImportFault>,
}

/// Whether a file looks like LDIF: its first line that is neither empty nor a comment is a version or a distinguished name.
pub(super) fn is_ldif(bytes: &[u8]) -> bool {
    bytes
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty() && !line.starts_with(b"#"))
        .is_some_and(|line| {
            let starts = |name: &[u8]| {
                line.get(..name.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(name))
            };
            starts(b"version:") || starts(b"dn:")
        })
}

/// All values of attributes that hold certificates or lists, and all lines that are none of LDIF.
pub(super) fn values(bytes: &[u8]) -> impl Iterator<Item = Value> {
    Lines { bytes, line: 0 }.filter_map(|(line, logical)| {
        let value = value(&logical)?;
        Some(Value { line, value })
    })
}

/// The value of a logical line; `None` where it is not of interest.
fn value(logical: &[u8]) -> Option<Result<Vec<u8>, ImportFault>> {
    if logical.is_empty() || logical.starts_with(b"#") || logical == b"-" {
        return None;
    }
    let Some(colon) = logical.iter().position(|byte| *byte == b':') else {
        return Some(Err(ImportFault::LdifLineMalformed));
    };
    let (name, value) = (&logical[..colon], &logical[colon + 1..]);
    let name = name.split(|byte| *byte == b';').next().unwrap_or_default();
    if !is_wanted(name) {
        return None;
    }
    Some(match value {
        [b':', base64 @ ..] => decode_base64(base64),
        [b'<', ..] => Err(ImportFault::LdifValueElsewhere),
        raw => Ok(raw.trim_ascii_start().to_vec()),
    })
}

/// One of [`WANTED`], or what the directory calls such things today: `pkdMasterListContent` and the like. Without options such as
/// `;binary`.
fn is_wanted(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let known = WANTED.iter().any(|wanted| wanted.as_bytes() == name);
    known || (name.starts_with(b"pkd") && name.ends_with(b"listcontent"))
}

/// Decodes base64, whatever white space stands in it.
pub(super) fn decode_base64(text: &[u8]) -> Result<Vec<u8>, ImportFault> {
    let dense: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    BASE64
        .decode(dense)
        .map_err(|_| ImportFault::Base64Malformed)
}

/// Logical lines: a line that starts with a space goes on with the one before (RFC 2849, note 2).
struct Lines<'a> {
    bytes: &'a [u8],
    line: usize,
}

impl Lines<'_> {
    fn physical(&mut self) -> Option<&[u8]> {
        if self.bytes.is_empty() {
            return None;
        }
        let end = self.bytes.iter().position(|byte| *byte == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.bytes[..end], &self.bytes[end + 1..]),
            None => (self.bytes, &[][..]),
        };
        self.bytes = rest;
        self.line += 1;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

impl Iterator for Lines<'_> {
    type Item = (usize, Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut logical = self.physical()?.to_vec();
        let line = self.line;
        while self.bytes.first() == Some(&b' ') {
            let more = self.physical()?;
            logical.extend_from_slice(&more[1..]);
        }
        Some((line, logical))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc2849_lines_go_on_after_a_space() {
        let file = b"version: 1\r\ndn: c=DK,\r\n dc=icao\r\nuserCertificate;binary:: MAM\r\n CAQ\r\n E=\r\nsn: 1\r\n\r\n# a\n b\n";
        assert!(is_ldif(file));
        let found: Vec<Value> = values(file).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 4);
        assert_eq!(found[0].value, Ok(vec![0x30, 0x03, 0x02, 0x01, 0x01]));
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        let file = b"dn: c=DK\ncACertificate:: MA*=\n\ncACertificate:< file:///a\nnonsense\n";
        let found: Vec<_> = values(file)
            .map(|found| (found.line, found.value))
            .collect();
        let expected = [
            (2, Err(ImportFault::Base64Malformed)),
            (4, Err(ImportFault::LdifValueElsewhere)),
            (5, Err(ImportFault::LdifLineMalformed)),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn other_files_are_none() {
        assert!(!is_ldif(b"-----BEGIN CERTIFICATE-----\n"));
        assert!(!is_ldif(b""));
        assert!(is_ldif(b"# exported\n\nDN: dc=data\n"));
    }
}
