//! RSA public keys (RFC 8017): signatures by PKCS#1 v1.5 and PSS, and the bare public operation for active authentication.

use std::sync::OnceLock;

use aws_lc_rs::signature::{
    self, ParsedPublicKey, RsaParameters, RsaPssSaltLength, RsaPublicKeyComponents,
};
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use crate::crypto::{Digest, PssParameters};
use crate::fault::{Deviation, Deviations, SignatureFault, TlvFault};
use crate::tlv::{self, Reader, Tag};

/// The shortest modulus that is taken, in bits (ICAO 9303-11, 6.1, for active authentication; 9303-12, 4.1.6 has 1024 and more).
const MIN_BITS: usize = 1024;
/// The longest modulus that is taken, in bits.
const MAX_BITS: usize = 8192;

/// An RSA public key. What a backend computes from it once is kept with it.
pub struct RsaPublicKey {
    /// Big-endian, without leading zeros.
    modulus: Vec<u8>,
    /// Big-endian, without leading zeros.
    exponent: Vec<u8>,
    fast: OnceLock<Option<(&'static RsaParameters, ParsedPublicKey)>>,
    residues: OnceLock<BoxedMontyParams>,
}

impl RsaPublicKey {
    /// A key out of its numbers, big-endian. The modulus is odd and has 1024 to 8192 bits, the exponent is odd, at least 3, and has at
    /// most 33 bits (ICAO 9303-12, 4.1.6.1 asks for more; real certificates have 3).
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, SignatureFault> {
        let (modulus, exponent) = (without_zeros(modulus), without_zeros(exponent));
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        if !is_odd(modulus) || !(MIN_BITS..=MAX_BITS).contains(&bits(modulus)) {
            return Err(SignatureFault::RsaModulusUnusable);
        }
        if !is_odd(exponent) || exponent == [1] || bits(exponent) > 33 {
            return Err(SignatureFault::RsaExponentUnusable);
        }
        Ok(Self {
            modulus: modulus.to_vec(),
            exponent: exponent.to_vec(),
            fast: OnceLock::new(),
            residues: OnceLock::new(),
        })
    }

    /// A key out of `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 8017, A.1.1).
    pub(super) fn parse(bytes: &[u8], deviations: &mut Deviations) -> Result<Self, SignatureFault> {
        let numbers = numbers(bytes).map_err(SignatureFault::KeyMalformed)?;
        if numbers.iter().any(|number| number[0] & 0x80 != 0) {
            deviations.push(Deviation::RsaNumberNegative);
        }
        Self::new(numbers[0], numbers[1])
    }

    /// Bits of the modulus.
    pub fn bits(&self) -> usize {
        bits(&self.modulus)
    }

    /// The modulus, big-endian, without leading zeros.
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// The exponent, big-endian, without leading zeros.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    /// `signature^e mod n`, as long as the modulus: what RSAVP1 gives (RFC 8017, 5.2.2; ISO/IEC 9796-2).
    ///
    /// The signature may be shorter than the modulus, or longer by leading zeros; as a number it must be below the modulus.
    pub fn public_operation(&self, signature: &[u8]) -> Result<Vec<u8>, SignatureFault> {
        let signature = without_zeros(signature);
        let length = self.modulus.len();
        let too_large = signature.len() > length
            || (signature.len() == length && signature >= self.modulus.as_slice());
        if too_large {
            return Err(SignatureFault::SignatureMalformed);
        }
        let residues = self.residues()?;
        let number = BoxedUint::from_be_slice(signature, residues.bits_precision())
            .map_err(|_| SignatureFault::SignatureMalformed)?;
        let base = BoxedMontyForm::new(number, residues);
        let mut power = base.clone();
        let exponent = self
            .exponent
            .iter()
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        for bit in (0..exponent.ilog2()).rev() {
            power = power.square();
            if exponent >> bit & 1 == 1 {
                power = power.mul(&base);
            }
        }
        let bytes = power.retrieve().to_be_bytes();
        Ok(bytes[bytes.len() - length..].to_vec())
    }

    /// RSASSA-PKCS1-V1_5-VERIFY (RFC 8017, 8.2.2), with and without the NULL in DigestInfo.
    pub(super) fn verify_pkcs1(
        &self,
        digest: Digest,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Deviations, SignatureFault> {
        if let Some(parameters) = fast_pkcs1(digest)
            && self.fast_holds(parameters, message, signature)
        {
            return Ok(Deviations::new());
        }
        let mut deviations = self.length_deviations(signature);
        let encoded = self.public_operation(signature)?;
        let hash = digest.hash(&[message]);
        let is = |null| {
            pkcs1_encoded(digest, null, hash.as_ref(), encoded.len())
                .is_some_and(|wanted| wanted == encoded)
        };
        if is(true) {
            return Ok(deviations);
        }
        if is(false) {
            deviations.push(Deviation::DigestInfoWithoutNull);
            return Ok(deviations);
        }
        Err(SignatureFault::SignatureWrong)
    }

    /// RSASSA-PSS-VERIFY (RFC 8017, 8.1.2).
    pub(super) fn verify_pss(
        &self,
        parameters: PssParameters,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Deviations, SignatureFault> {
        if self.fast_pss_holds(parameters, message, signature) {
            return Ok(Deviations::new());
        }
        let deviations = self.length_deviations(signature);
        let encoded = self.public_operation(signature)?;
        let hash = parameters.digest.hash(&[message]);
        if pss_holds(parameters, hash.as_ref(), &encoded, self.bits() - 1) {
            return Ok(deviations);
        }
        Err(SignatureFault::SignatureWrong)
    }

    /// Whether the fastest backend knows the parameters and finds the signature good.
    fn fast_pss_holds(&self, parameters: PssParameters, message: &[u8], signature: &[u8]) -> bool {
        let Some(fast) =
            fast_pss(parameters.digest).filter(|_| parameters.mask_digest == parameters.digest)
        else {
            return false;
        };
        if usize::from(parameters.salt_length) == parameters.digest.length() {
            return self.fast_holds(fast, message, signature);
        }
        let salt = RsaPssSaltLength::Custom(parameters.salt_length);
        let fast = match parameters.digest {
            Digest::Sha384 => signature::RSA_PSS_2048_8192_SHA384.with_pss_salt_length(salt),
            Digest::Sha512 => signature::RSA_PSS_2048_8192_SHA512.with_pss_salt_length(salt),
            _ => signature::RSA_PSS_2048_8192_SHA256.with_pss_salt_length(salt),
        };
        self.components().verify(&fast, message, signature).is_ok()
    }

    /// Whether the fastest backend finds the signature good. It refuses some that are good; the slow way decides those.
    fn fast_holds(
        &self,
        parameters: &'static RsaParameters,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let kept = self.fast.get_or_init(|| {
            let key = self.components().to_parsed_public_key(parameters).ok()?;
            Some((parameters, key))
        });
        match kept {
            Some((known, key)) if **known == *parameters => {
                key.verify_sig(message, signature).is_ok()
            }
            _ => self
                .components()
                .verify(parameters, message, signature)
                .is_ok(),
        }
    }

    fn components(&self) -> RsaPublicKeyComponents<&[u8]> {
        RsaPublicKeyComponents {
            n: &self.modulus,
            e: &self.exponent,
        }
    }

    fn residues(&self) -> Result<&BoxedMontyParams, SignatureFault> {
        if let Some(residues) = self.residues.get() {
            return Ok(residues);
        }
        let precision =
            u32::try_from(self.modulus.len().next_multiple_of(8) * 8).unwrap_or(u32::MAX);
        let modulus = BoxedUint::from_be_slice(&self.modulus, precision)
            .ok()
            .and_then(|modulus| Option::from(Odd::new(modulus)))
            .ok_or(SignatureFault::RsaModulusUnusable)?;
        Ok(self
            .residues
            .get_or_init(|| BoxedMontyParams::new_vartime(modulus)))
    }

    fn length_deviations(&self, signature: &[u8]) -> Deviations {
        let short = signature.len() < self.modulus.len();
        short
            .then_some(Deviation::RsaSignatureShort)
            .into_iter()
            .collect()
    }
}

impl Clone for RsaPublicKey {
    fn clone(&self) -> Self {
        Self {
            modulus: self.modulus.clone(),
            exponent: self.exponent.clone(),
            fast: OnceLock::new(),
            residues: self.residues.clone(),
        }
    }
}

impl PartialEq for RsaPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.modulus == other.modulus && self.exponent == other.exponent
    }
}

impl Eq for RsaPublicKey {}

impl std::fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RsaPublicKey({} bits)", self.bits())
    }
}

/// The bytes of modulus and exponent as they stand in `RSAPublicKey`, neither of them empty.
fn numbers(bytes: &[u8]) -> Result<[&[u8]; 2], TlvFault> {
    let mut outer = Reader::ber(bytes);
    let mut inner = outer.expect(Tag::SEQUENCE)?.reader();
    outer.finish()?;
    let modulus = inner.expect(Tag::INTEGER)?.integer()?;
    let exponent = inner.expect(Tag::INTEGER)?.integer()?;
    inner.finish()?;
    Ok([modulus, exponent])
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// Bits of a number without leading zero bytes.
fn bits(number: &[u8]) -> usize {
    number
        .first()
        .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// What the fastest backend knows of PKCS#1 v1.5: all but SHA-224.
fn fast_pkcs1(digest: Digest) -> Option<&'static RsaParameters> {
    Some(match digest {
        Digest::Sha1 => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Digest::Sha224 => return None,
        Digest::Sha256 => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        Digest::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Digest::Sha512 => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    })
}

/// What the fastest backend knows of PSS.
fn fast_pss(digest: Digest) -> Option<&'static RsaParameters> {
    Some(match digest {
        Digest::Sha1 | Digest::Sha224 => return None,
        Digest::Sha256 => &signature::RSA_PSS_2048_8192_SHA256,
        Digest::Sha384 => &signature::RSA_PSS_2048_8192_SHA384,
        Digest::Sha512 => &signature::RSA_PSS_2048_8192_SHA512,
    })
}

/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2): `00 01 FF.. 00 DigestInfo`. `None` where that does not fit into `length` bytes.
fn pkcs1_encoded(digest: Digest, null: bool, hash: &[u8], length: usize) -> Option<Vec<u8>> {
    let oid = tlv::write_oid(digest.oid());
    let parameters: &[u8] = if null { &[5, 0] } else { &[] };
    let algorithm = tlv::write(Tag::SEQUENCE, &[&oid, parameters]);
    let info = tlv::write(
        Tag::SEQUENCE,
        &[&algorithm, &tlv::write(Tag::OCTET_STRING, &[hash])],
    );
    let filling = length
        .checked_sub(info.len() + 3)
        .filter(|filling| *filling >= 8)?;
    let mut encoded = vec![0, 1];
    encoded.resize(2 + filling, 0xFF);
    encoded.push(0);
    encoded.extend_from_slice(&info);
    Some(encoded)
}

/// EMSA-PSS-VERIFY (RFC 8017, 9.1.2); `encoded` is as long as the modulus, of which `bits` are used.
fn pss_holds(parameters: PssParameters, hash: &[u8], encoded: &[u8], bits: usize) -> bool {
    let (before, encoded) = encoded.split_at(encoded.len() - bits.div_ceil(8));
    let salt_length = usize::from(parameters.salt_length);
    let unused = u32::try_from(encoded.len() * 8 - bits).unwrap_or(0);
    let Some((&0xBC, encoded)) = encoded.split_last() else {
        return false;
    };
    let Some(masked_length) = encoded
        .len()
        .checked_sub(hash.len())
        .filter(|length| *length > salt_length)
    else {
        return false;
    };
    let (masked, inner_hash) = encoded.split_at(masked_length);
    let highest = 0xFF_u8.checked_shr(unused).unwrap_or(0);
    let mut block = unmasked(masked, inner_hash, parameters.mask_digest);
    block[0] &= highest;
    let (filling, salt) = block.split_at(masked_length - salt_length);
    let filled = filling
        .split_last()
        .is_some_and(|(one, zeros)| *one == 1 && zeros.iter().all(|zero| *zero == 0));
    let surplus = before.iter().all(|byte| *byte == 0) && masked[0] & !highest == 0;
    surplus && filled && parameters.digest.hash(&[&[0; 8], hash, salt]) == *inner_hash
}

/// `masked` without the mask that MGF1 (RFC 8017, B.2.1) makes of `seed`.
fn unmasked(masked: &[u8], seed: &[u8], digest: Digest) -> Vec<u8> {
    let mut block = masked.to_vec();
    for (counter, chunk) in (0_u32..).zip(block.chunks_mut(digest.length())) {
        let mask = digest.hash(&[seed, &counter.to_be_bytes()]);
        for (byte, mask) in chunk.iter_mut().zip(mask.as_ref()) {
            *byte ^= mask;
        }
    }
    block
}
