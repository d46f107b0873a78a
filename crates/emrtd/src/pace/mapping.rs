//! How PACE makes a generator out of the nonce (ICAO 9303-11, 4.4.3.3).

use zeroize::Zeroizing;

use crate::crypto::AgreementKey;
use crate::crypto::symmetric::{Cipher, EncryptionKey, ZERO_IV};
use crate::ephemeral_key::DomainParameters;
use crate::fault::{ChipFault, SignatureFault};

/// `c0` and `c1` for 3DES and AES-128.
const SHORT: [[u8; 16]; 2] = [
    0xa668_892a_7c41_e3ca_739f_40b0_57d8_5904_u128.to_be_bytes(),
    0xa4e1_36ac_725f_738b_01c1_f602_17c1_88ad_u128.to_be_bytes(),
];

/// `c0` and `c1` for AES-192 and AES-256, each in two halves.
const LONG: [[[u8; 16]; 2]; 2] = [
    [
        0xd463_d652_3412_4ef7_8970_5498_6dca_0a17_u128.to_be_bytes(),
        0x4e28_df75_8cba_a03f_2406_1641_4d5a_1676_u128.to_be_bytes(),
    ],
    [
        0x54bd_7255_f0aa_f831_bec3_423f_cf39_d69b_u128.to_be_bytes(),
        0x6cbf_0666_77d0_faae_5aad_d99d_f8e5_3517_u128.to_be_bytes(),
    ],
];

/// Generic mapping and chip authentication mapping: `s * G + H`, or `g^s * h` (4.4.3.3.1 and 4.4.3.3.3).
pub(super) fn generic(nonce: &[u8], shared: &AgreementKey) -> Result<AgreementKey, SignatureFault> {
    match shared {
        AgreementKey::EllipticCurve(shared) => shared
            .curve()
            .map_generator(nonce, shared)
            .map(AgreementKey::EllipticCurve),
        AgreementKey::DiffieHellman(shared) => shared
            .group()
            .map_generator(nonce, shared)
            .map(AgreementKey::DiffieHellman),
    }
}

/// Integrated mapping: `f(R_p(s, t))` (4.4.3.3.2).
pub(super) fn integrated(
    parameters: DomainParameters,
    pseudo_random: &[u8],
) -> Result<AgreementKey, SignatureFault> {
    match parameters {
        DomainParameters::Curve(curve) => curve
            .map_integrated(pseudo_random)
            .map(AgreementKey::EllipticCurve),
        DomainParameters::Group(group) => group
            .map_integrated(pseudo_random)
            .map(AgreementKey::DiffieHellman),
    }
}

/// `R(s, t)`, before it is taken modulo p (4.4.3.3.2, figure 2): as many blocks as hold 64 bits more than p.
pub(super) fn pseudo_random(
    cipher: Cipher,
    nonce: &[u8],
    key: &[u8],
    prime: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ChipFault> {
    let [c0, c1] = match cipher {
        Cipher::TripleDes | Cipher::Aes128 => SHORT.map(|constant| constant.to_vec()),
        Cipher::Aes192 | Cipher::Aes256 => LONG.map(|halves| halves.concat()),
    };
    let encrypted = |key: &EncryptionKey, data: &[u8]| {
        let mut data = Zeroizing::new(data.to_vec());
        key.encrypt(&ZERO_IV, &mut data).map(|()| data)
    };
    let cut = |data: &[u8]| {
        let key = data
            .get(..cipher.key_length())
            .ok_or(ChipFault::KeyLength)?;
        EncryptionKey::new(cipher, key)
    };
    let mut key = cut(&encrypted(&EncryptionKey::new(cipher, key)?, nonce)?)?;
    let blocks = (8 * cipher.nonce_length()).max(1);
    let wanted = (bits(prime) + 64).div_ceil(blocks);
    let mut output = Zeroizing::new(Vec::with_capacity(wanted * c1.len()));
    for _ in 0..wanted {
        output.extend_from_slice(&encrypted(&key, &c1)?);
        key = cut(&encrypted(&key, &c0)?)?;
    }
    Ok(output)
}

fn bits(number: &[u8]) -> usize {
    let zeros = number
        .first()
        .map_or(0, |first| first.leading_zeros() as usize);
    8 * number.len() - zeros
}
