//! Active Authentication (ICAO 9303-11, 6.1): the chip signs a nonce with the key whose public half is in DG15.

use crate::apdu::{CommandApdu, EXTENDED_EXPECTED, ResponseApdu, SHORT_EXPECTED, instruction};
use crate::crypto::rsa::RsaPublicKey;
use crate::crypto::{self, Digest, KeyKind, PublicKey, SignatureAlgorithm};
use crate::fault::{ChipFault, Command, Deviations};
use crate::genuine_chip::{ChipProof, GenuineChip};
use crate::lds::DataGroup;
use crate::passive_auth::VerifiedDataGroup;
use crate::security_info::SecurityInfos;
use crate::tlv::{self, Reader, Tag};

/// Header of ISO/IEC 9796-2: the two bits `01`.
const HEADER: u8 = 0x40;
const HEADER_MASK: u8 = 0xC0;
/// The bit that says that not the whole message is in the signature.
const MORE_DATA: u8 = 0x20;
/// Trailer of one byte: the hash is SHA-1.
const TRAILER_SHORT: u8 = 0xBC;
/// Second byte of a trailer of two bytes, of which the first names the hash.
const TRAILER_LONG: u8 = 0xCC;

/// One run of Active Authentication: a nonce that was never used before.
#[derive(Debug, Clone, Copy)]
pub struct ActiveAuthentication {
    nonce: [u8; 8],
}

impl ActiveAuthentication {
    /// Begins a run, with INTERNAL AUTHENTICATE. `is_extended` asks for as long a signature as the chip has, where the chip takes extended
    /// length; without, signatures of up to 223 bytes come under secure messaging with AES (ICAO 9303-11, 6.1.4).
    pub fn begin(nonce: [u8; 8], is_extended: bool) -> (Self, CommandApdu) {
        let expected = if is_extended {
            EXTENDED_EXPECTED
        } else {
            SHORT_EXPECTED
        };
        let command = CommandApdu::new(instruction::INTERNAL_AUTHENTICATE, [0, 0]);
        (Self { nonce }, command.with_data(nonce).expecting(expected))
    }

    /// Takes the answer. It proves nothing before DG15 is verified.
    pub fn respond(self, answer: &ResponseApdu) -> Result<ChipSignature, ChipFault> {
        let command = Command::InternalAuthenticate;
        if !answer.status.is_success() {
            return Err(ChipFault::Refused {
                command,
                status: answer.status,
            });
        }
        if answer.data.is_empty() {
            return Err(ChipFault::AnswerIncomplete { command });
        }
        Ok(ChipSignature {
            nonce: self.nonce,
            signature: answer.data.to_vec(),
        })
    }
}

/// What a chip signed a nonce with. It proves nothing before DG15 is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipSignature {
    nonce: [u8; 8],
    signature: Vec<u8>,
}

impl ChipSignature {
    /// Whether the chip is genuine: whether it signed with the key of `dg15`. `dg14`, where the document has one, says which hash an ECDSA
    /// key signs with (ICAO 9303-11, 9.2.4).
    pub fn verify(
        &self,
        dg15: &VerifiedDataGroup<'_>,
        dg14: Option<&VerifiedDataGroup<'_>>,
    ) -> Result<GenuineChip, ChipFault> {
        let unsupported = ChipFault::ActiveAuthenticationKeyUnsupported;
        let file = dg15.file_of(DataGroup::Dg15).ok_or(unsupported)?;
        let key = Reader::ber(file).expect(DataGroup::Dg15.tag());
        let key = key.map_err(|_| unsupported)?.value;
        let algorithm = dg14
            .and_then(|file| file.file_of(DataGroup::Dg14))
            .and_then(signature_algorithm);
        let deviations = self.dangerous_verify(key, algorithm)?;
        Ok(GenuineChip::new(
            ChipProof::ActiveAuthentication,
            deviations,
        ))
    }

    /// Whether the signature is by the key of a SubjectPublicKeyInfo, tag and length included, and what was tolerated.
    ///
    /// The name says it: this is worth nothing unless the key comes from a verified DG15.
    pub fn dangerous_verify(
        &self,
        public_key: &[u8],
        algorithm: Option<SignatureAlgorithm>,
    ) -> Result<Deviations, ChipFault> {
        let unsupported = |_| ChipFault::ActiveAuthenticationKeyUnsupported;
        let key = PublicKey::parse(public_key).map_err(unsupported)?;
        match (key.rsa(), key.kind()) {
            (Some(rsa), _) => {
                recover(rsa, &self.signature, &self.nonce).map(|()| Deviations::new())
            }
            (None, KeyKind::EllipticCurve(curve)) => {
                self.verify_ecdsa(&key, algorithm, curve.field_bytes())
            }
            (None, KeyKind::Rsa { .. }) => Err(ChipFault::ActiveAuthenticationKeyUnsupported),
        }
    }

    /// ECDSA (6.1.2.3). Where DG14 does not say by which hash, any that is not longer than the key will do, the longest first.
    fn verify_ecdsa(
        &self,
        key: &PublicKey,
        algorithm: Option<SignatureAlgorithm>,
        bytes: usize,
    ) -> Result<Deviations, ChipFault> {
        let named = algorithm.and_then(|algorithm| algorithm.digest());
        let digests = Digest::ALL.into_iter().rev();
        let possible = digests.filter(|digest| match named {
            Some(named) => *digest == named,
            None => digest.length() <= bytes,
        });
        possible
            .map(SignatureAlgorithm::EcdsaPlain)
            .find_map(|algorithm| {
                crypto::verify(key, &algorithm, &self.nonce, &self.signature).ok()
            })
            .ok_or(ChipFault::ActiveAuthenticationFailed)
    }
}

/// The algorithm of ActiveAuthenticationInfo in DG14.
fn signature_algorithm(dg14: &[u8]) -> Option<SignatureAlgorithm> {
    let infos = Reader::ber(dg14).expect(DataGroup::Dg14.tag()).ok()?.value;
    let infos = SecurityInfos::parse(infos).ok()?;
    let oid = tlv::write_oid(infos.active_authentication?.signature_algorithm);
    SignatureAlgorithm::parse(&tlv::write(Tag::SEQUENCE, &[&oid])).ok()
}

/// ISO/IEC 9796-2, digital signature scheme 1, opened and compared with the nonce (ICAO 9303-11, 6.1.2.2).
fn recover(key: &RsaPublicKey, signature: &[u8], nonce: &[u8]) -> Result<(), ChipFault> {
    let message = key.public_operation(signature);
    let message = message.map_err(|_| ChipFault::ActiveAuthenticationMalformed)?;
    if message.last().is_some_and(|last| last & 0x0F == 0x0C) {
        return check(&message, nonce);
    }
    // Schemes of ISO/IEC 9796-2, B.4, give the smaller of a number and its complement.
    check(&difference(key.modulus(), &message), nonce)
}

/// Checks a recovered message: header, padding, the recoverable part of the message, hash, trailer. Leading zeros are passed over:
/// Australia's are one byte short.
fn check(message: &[u8], nonce: &[u8]) -> Result<(), ChipFault> {
    let malformed = ChipFault::ActiveAuthenticationMalformed;
    let zeros = message.iter().take_while(|byte| **byte == 0).count();
    let message = &message[zeros..];
    let (digests, body) = trailer(message)?;
    let header = *body.first().ok_or(malformed)?;
    if header & HEADER_MASK != HEADER {
        return Err(malformed);
    }
    let mut fault = malformed;
    for digest in digests {
        match compare(body, *digest, nonce) {
            Ok(()) => return Ok(()),
            Err(ChipFault::ActiveAuthenticationFailed) => {
                fault = ChipFault::ActiveAuthenticationFailed;
            }
            Err(_) => {}
        }
    }
    Err(fault)
}

/// Checks padding, the recoverable part of the message, and the hash.
fn compare(body: &[u8], digest: Digest, nonce: &[u8]) -> Result<(), ChipFault> {
    let malformed = ChipFault::ActiveAuthenticationMalformed;
    let (padded, hash) = body
        .split_at_checked(body.len().saturating_sub(digest.length()))
        .ok_or(malformed)?;
    // The padding ends with the first nibble A in the lower half of a byte; 6A has none.
    let start = padded
        .iter()
        .position(|byte| byte & 0x0F == 0x0A)
        .ok_or(malformed)?;
    let filled = padded[..start].iter().skip(1).all(|byte| *byte == 0xBB);
    if !filled || hash.len() != digest.length() {
        return Err(malformed);
    }
    let recovered = &padded[start + 1..];
    let computed = if body[0] & MORE_DATA != 0 {
        digest.hash(&[recovered, nonce])
    } else if recovered.ends_with(nonce) {
        digest.hash(&[recovered])
    } else {
        return Err(ChipFault::ActiveAuthenticationFailed);
    };
    if computed.as_ref() == hash {
        return Ok(());
    }
    Err(ChipFault::ActiveAuthenticationFailed)
}

/// The hashes that the trailer may stand for, and what stands before the trailer. `BC` is for a hash that both sides know, by ICAO
/// SHA-1; chips have others.
fn trailer(message: &[u8]) -> Result<(&'static [Digest], &[u8]), ChipFault> {
    match message {
        [body @ .., TRAILER_SHORT] => Ok((&Digest::ALL, body)),
        [body @ .., hash, TRAILER_LONG] => {
            // ISO/IEC 10118-3's numbers of dedicated hash functions.
            let digest: &[Digest] = match hash {
                0x33 => &[Digest::Sha1],
                0x34 => &[Digest::Sha256],
                0x35 => &[Digest::Sha512],
                0x36 => &[Digest::Sha384],
                0x38 => &[Digest::Sha224],
                _ => return Err(ChipFault::ActiveAuthenticationHashUnknown),
            };
            Ok((digest, body))
        }
        _ => Err(ChipFault::ActiveAuthenticationMalformed),
    }
}

/// `a - b` of two big-endian numbers of the same length, `a` being the larger.
fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = false;
    let mut digits: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let (digit, first) = a.overflowing_sub(*b);
            let (digit, second) = digit.overflowing_sub(u8::from(borrow));
            borrow = first || second;
            digit
        })
        .collect();
    digits.reverse();
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::unhex;

    const NONCE: &str = "F173589974BF40C6";

    /// ICAO 9303-11, Appendix F, steps 12 to 18. The example does not give the key.
    #[test]
    fn opens_the_message_of_appendix_f() {
        let message = unhex(
            "6A9D2784A67F8E7C659973EA1AEA25D9 5B6C8F91E5002F369F0FBDCE8A3CEC19
             91B543F1696546C5524CF23A5303CD6C 98599F40B79F377B5F3A1406B3B4D8F9
             6784D23AA88DB7E1032A405E69325FA9 1A6E86F5C71AEA978264C4A207446DAD
             4E7292E2DCDA3024B47DA8C063AA1E6D 22FBD976AB0FE73D94D2D9C6D88127BC",
        );
        let nonce = unhex(NONCE);
        assert_eq!(check(&message, &nonce), Ok(()));
        assert_eq!(check(&[&[0, 0], &message[..]].concat(), &nonce), Ok(()));
        let failed = Err(ChipFault::ActiveAuthenticationFailed);
        assert_eq!(check(&message, &[0; 8]), failed);
        for at in [1, 50, 107, 126] {
            let mut altered = message.clone();
            altered[at] ^= 0x10;
            assert_eq!(check(&altered, &nonce), failed, "{at}");
        }
    }

    /// A message of 128 bytes with this header, padding and trailer.
    fn message(header: &[u8], recovered: &[u8], hash: &[u8], trailer: &[u8]) -> Vec<u8> {
        [header, recovered, hash, trailer].concat()
    }

    #[test]
    fn knows_every_trailer() {
        let nonce = unhex(NONCE);
        let trailers: [(&[u8], Digest); 6] = [
            (&[0xBC], Digest::Sha1),
            (&[0x33, 0xCC], Digest::Sha1),
            (&[0x38, 0xCC], Digest::Sha224),
            (&[0x34, 0xCC], Digest::Sha256),
            (&[0x36, 0xCC], Digest::Sha384),
            (&[0x35, 0xCC], Digest::Sha512),
        ];
        for (trailer, digest) in trailers {
            let recovered = vec![0x5A; 127 - digest.length() - trailer.len()];
            let hash = digest.hash(&[&recovered, &nonce]);
            let partial = message(&[0x6A], &recovered, hash.as_ref(), trailer);
            assert_eq!(check(&partial, &nonce), Ok(()), "{digest:?}");
            // Total recovery, with padding: the nonce is in the signature.
            let recovered = [&recovered[..20], &nonce].concat();
            let hash = digest.hash(&[&recovered]);
            let total = message(&[0x4B, 0xBB, 0xBA], &recovered, hash.as_ref(), trailer);
            assert_eq!(check(&total, &nonce), Ok(()), "{digest:?}");
            let failed = Err(ChipFault::ActiveAuthenticationFailed);
            assert_eq!(check(&total, &[1; 8]), failed);
        }
    }

    #[test]
    fn refuses_messages_of_another_form() {
        let nonce = unhex(NONCE);
        let hash = Digest::Sha1.hash(&[&[1; 40], &nonce]);
        let malformed = Err(ChipFault::ActiveAuthenticationMalformed);
        let unknown = Err(ChipFault::ActiveAuthenticationHashUnknown);
        for (header, trailer, result) in [
            (&[0x6A][..], &[0xBC][..], Ok(())),
            (&[0xAA], &[0xBC], malformed),
            (&[0x2A], &[0xBC], malformed),
            (&[0x6B, 0xCB, 0xBA], &[0xBC], malformed),
            (&[0x6B, 0xBB], &[0xBC], malformed),
            (&[0x6A], &[0xBD], malformed),
            (&[0x6A], &[0x31, 0xCC], unknown),
        ] {
            let message = message(header, &[1; 40], hash.as_ref(), trailer);
            assert_eq!(
                check(&message, &nonce),
                result,
                "{header:02X?} {trailer:02X?}"
            );
        }
        for short in [
            &[][..],
            &[0xBC],
            &[0, 0xBC],
            &[0x34, 0xCC],
            &[0x6A, 0xBC],
            &[0x6A; 19],
        ] {
            assert_eq!(check(short, &nonce), malformed);
        }
    }

    #[test]
    fn subtracts() {
        assert_eq!(difference(&[2, 0, 0], &[0, 0, 1]), [1, 0xFF, 0xFF]);
        assert_eq!(difference(&[2, 5, 0], &[2, 4, 0xFF]), [0, 0, 1]);
    }
}
