//! The symmetric cryptography of the chip protocols: key derivation (ICAO 9303-11, 9.7.1), CBC encryption and
//! message authentication with 3DES (9.8.6) and AES (9.8.7).

use core::fmt;

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::array::Array;
use cbc::cipher::typenum::{U8, U16};
use cbc::cipher::{
    Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit,
    KeyInit,
};
use cmac::{Cmac, Mac};
use des::{Des, TdesEde2};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::crypto::Digest;
use crate::fault::ChipFault;

/// An initialisation vector of zeros. Ciphers with blocks of 8 bytes use the first 8.
pub const ZERO_IV: [u8; 16] = [0; 16];

/// A block cipher with its key length, as the object identifiers of PACE and Chip Authentication name them
/// (ICAO 9303-11, 4.4.3 and 6.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cipher {
    /// 3DES with two keys: 16 bytes, of which 112 bits count.
    TripleDes,
    /// AES with a key of 16 bytes.
    Aes128,
    /// AES with a key of 24 bytes.
    Aes192,
    /// AES with a key of 32 bytes.
    Aes256,
}

impl Cipher {
    /// Bytes in a block: 8 or 16.
    pub const fn block_length(self) -> usize {
        match self {
            Self::TripleDes => 8,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
        }
    }

    /// Bytes in a key: 16, 24 or 32.
    pub const fn key_length(self) -> usize {
        match self {
            Self::TripleDes | Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// Bytes in the nonce `s` of PACE's integrated mapping: the smallest multiple of the block that holds a key
    /// (ICAO 9303-11, 4.4.3.3), and 16 for 3DES.
    pub const fn nonce_length(self) -> usize {
        self.key_length().next_multiple_of(self.block_length())
    }
}

/// `KDF(K, c)` of ICAO 9303-11, 9.7.1: SHA-1 for keys of 128 bits, SHA-256 for longer ones, cut to the key's length.
/// The parity bits of DES keys are left as they come; DES ignores them.
fn derive(cipher: Cipher, secret: &[u8], counter: u32) -> Zeroizing<Vec<u8>> {
    let digest = match cipher {
        Cipher::TripleDes | Cipher::Aes128 => Digest::Sha1,
        Cipher::Aes192 | Cipher::Aes256 => Digest::Sha256,
    };
    let value = digest.hash(&[secret, &counter.to_be_bytes()]);
    let mut key = Zeroizing::new(value.as_ref().to_vec());
    key.truncate(cipher.key_length());
    key
}

/// A key that encrypts in CBC mode. It is wiped when dropped and never printed.
#[derive(Clone)]
pub struct EncryptionKey(Box<EncryptionSchedule>);

#[derive(Clone)]
enum EncryptionSchedule {
    TripleDes(TdesEde2),
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl EncryptionKey {
    /// A key of `cipher.key_length()` bytes.
    pub fn new(cipher: Cipher, key: &[u8]) -> Result<Self, ChipFault> {
        let schedule = match cipher {
            Cipher::TripleDes => TdesEde2::new_from_slice(key).map(EncryptionSchedule::TripleDes),
            Cipher::Aes128 => Aes128::new_from_slice(key).map(EncryptionSchedule::Aes128),
            Cipher::Aes192 => Aes192::new_from_slice(key).map(EncryptionSchedule::Aes192),
            Cipher::Aes256 => Aes256::new_from_slice(key).map(EncryptionSchedule::Aes256),
        };
        Ok(Self(Box::new(schedule.map_err(|_| ChipFault::KeyLength)?)))
    }

    /// `KDF_Enc(K) = KDF(K, 1)` (ICAO 9303-11, 9.7.4).
    pub fn derive(cipher: Cipher, secret: &[u8]) -> Result<Self, ChipFault> {
        Self::new(cipher, &derive(cipher, secret, 1))
    }

    /// `KDF_pi(pi) = KDF(f(pi), 3)`, the key under which a chip encrypts PACE's nonce (ICAO 9303-11, 9.7.3).
    pub fn from_password(cipher: Cipher, encoded: &[u8]) -> Result<Self, ChipFault> {
        Self::new(cipher, &derive(cipher, encoded, 3))
    }

    /// The cipher of this key.
    pub fn cipher(&self) -> Cipher {
        match &*self.0 {
            EncryptionSchedule::TripleDes(_) => Cipher::TripleDes,
            EncryptionSchedule::Aes128(_) => Cipher::Aes128,
            EncryptionSchedule::Aes192(_) => Cipher::Aes192,
            EncryptionSchedule::Aes256(_) => Cipher::Aes256,
        }
    }

    /// Encrypts whole blocks in place. [`ChipFault::CryptogramLength`] where `data` is not of whole blocks.
    pub fn encrypt(&self, iv: &[u8; 16], data: &mut [u8]) -> Result<(), ChipFault> {
        match &*self.0 {
            EncryptionSchedule::TripleDes(key) => cbc_encrypt(key, &short(iv), data),
            EncryptionSchedule::Aes128(key) => cbc_encrypt(key, &Array(*iv), data),
            EncryptionSchedule::Aes192(key) => cbc_encrypt(key, &Array(*iv), data),
            EncryptionSchedule::Aes256(key) => cbc_encrypt(key, &Array(*iv), data),
        }
    }

    /// Decrypts whole blocks in place. [`ChipFault::CryptogramLength`] where `data` is not of whole blocks.
    pub fn decrypt(&self, iv: &[u8; 16], data: &mut [u8]) -> Result<(), ChipFault> {
        match &*self.0 {
            EncryptionSchedule::TripleDes(key) => cbc_decrypt(key, &short(iv), data),
            EncryptionSchedule::Aes128(key) => cbc_decrypt(key, &Array(*iv), data),
            EncryptionSchedule::Aes192(key) => cbc_decrypt(key, &Array(*iv), data),
            EncryptionSchedule::Aes256(key) => cbc_decrypt(key, &Array(*iv), data),
        }
    }

    /// The initialisation vector for `block`: `E(K, block)` with AES (ICAO 9303-11, 9.8.7.1 and 4.4.3.5.4), zeros
    /// with 3DES (9.8.6.1).
    pub fn iv(&self, block: [u8; 16]) -> [u8; 16] {
        let mut iv = Array(block);
        match &*self.0 {
            EncryptionSchedule::TripleDes(_) => return ZERO_IV,
            EncryptionSchedule::Aes128(key) => key.encrypt_block(&mut iv),
            EncryptionSchedule::Aes192(key) => key.encrypt_block(&mut iv),
            EncryptionSchedule::Aes256(key) => key.encrypt_block(&mut iv),
        }
        iv.0
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey({:?})", self.cipher())
    }
}

fn short(iv: &[u8; 16]) -> Array<u8, U8> {
    let mut short = Array::default();
    short.copy_from_slice(&iv[..8]);
    short
}

fn cbc_encrypt<C: BlockCipherEncrypt>(
    key: &C,
    iv: &Block<C>,
    data: &mut [u8],
) -> Result<(), ChipFault> {
    let (blocks, rest) = Array::slice_as_chunks_mut(data);
    if !rest.is_empty() {
        return Err(ChipFault::CryptogramLength);
    }
    cbc::Encryptor::inner_iv_init(key, iv).encrypt_blocks(blocks);
    Ok(())
}

fn cbc_decrypt<C: BlockCipherDecrypt>(
    key: &C,
    iv: &Block<C>,
    data: &mut [u8],
) -> Result<(), ChipFault> {
    let (blocks, rest) = Array::slice_as_chunks_mut(data);
    if !rest.is_empty() {
        return Err(ChipFault::CryptogramLength);
    }
    cbc::Decryptor::inner_iv_init(key, iv).decrypt_blocks(blocks);
    Ok(())
}

/// A key that authenticates messages with 8 bytes: the retail MAC (ISO/IEC 9797-1, MAC algorithm 3) with 3DES,
/// CMAC (NIST SP 800-38B) with AES. It is wiped when dropped and never printed.
#[derive(Clone)]
pub struct MacKey(Box<MacSchedule>);

#[derive(Clone)]
enum MacSchedule {
    Retail { first: Des, second: Des },
    Aes128(Cmac<Aes128>),
    Aes192(Cmac<Aes192>),
    Aes256(Cmac<Aes256>),
}

impl MacKey {
    /// A key of `cipher.key_length()` bytes.
    pub fn new(cipher: Cipher, key: &[u8]) -> Result<Self, ChipFault> {
        if key.len() != cipher.key_length() {
            return Err(ChipFault::KeyLength);
        }
        let schedule = match cipher {
            Cipher::TripleDes => Des::new_from_slice(&key[..8]).and_then(|first| {
                Des::new_from_slice(&key[8..]).map(|second| MacSchedule::Retail { first, second })
            }),
            Cipher::Aes128 => Cmac::new_from_slice(key).map(MacSchedule::Aes128),
            Cipher::Aes192 => Cmac::new_from_slice(key).map(MacSchedule::Aes192),
            Cipher::Aes256 => Cmac::new_from_slice(key).map(MacSchedule::Aes256),
        };
        Ok(Self(Box::new(schedule.map_err(|_| ChipFault::KeyLength)?)))
    }

    /// `KDF_MAC(K) = KDF(K, 2)` (ICAO 9303-11, 9.7.4).
    pub fn derive(cipher: Cipher, secret: &[u8]) -> Result<Self, ChipFault> {
        Self::new(cipher, &derive(cipher, secret, 2))
    }

    /// The cipher of this key.
    pub fn cipher(&self) -> Cipher {
        match &*self.0 {
            MacSchedule::Retail { .. } => Cipher::TripleDes,
            MacSchedule::Aes128(_) => Cipher::Aes128,
            MacSchedule::Aes192(_) => Cipher::Aes192,
            MacSchedule::Aes256(_) => Cipher::Aes256,
        }
    }

    /// The MAC over the concatenation of `parts`. 3DES pads with padding method 2 first, as MAC algorithm 3 is used
    /// in every protocol; AES takes the message as it is (ICAO 9303-11, 4.4.3.4).
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 8] {
        match &*self.0 {
            MacSchedule::Retail { first, second } => retail_mac(first, second, parts),
            MacSchedule::Aes128(key) => cmac(key, parts),
            MacSchedule::Aes192(key) => cmac(key, parts),
            MacSchedule::Aes256(key) => cmac(key, parts),
        }
    }

    /// Whether `mac` is the MAC over the concatenation of `parts`, compared in constant time.
    pub fn verify(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        same(&self.mac(parts), mac)
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MacKey({:?})", self.cipher())
    }
}

fn cmac<M: Mac<OutputSize = U16> + Clone>(key: &M, parts: &[&[u8]]) -> [u8; 8] {
    let mut mac = key.clone();
    for part in parts {
        mac.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&mac.finalize().into_bytes()[..8]);
    first
}

fn retail_mac(first: &Des, second: &Des, parts: &[&[u8]]) -> [u8; 8] {
    let mut state = Array::<u8, U8>::default();
    let mut position = 0;
    for byte in parts.iter().copied().flatten().chain(&[0x80]) {
        if position == 8 {
            first.encrypt_block(&mut state);
            position = 0;
        }
        state[position] ^= byte;
        position += 1;
    }
    first.encrypt_block(&mut state);
    second.decrypt_block(&mut state);
    first.encrypt_block(&mut state);
    state.0
}

/// Whether two MACs are the same, without telling by its time where they differ.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// Appends padding method 2 of ISO/IEC 9797-1: `80`, then zeros up to a whole block.
pub fn pad(data: &mut Vec<u8>, block_length: usize) {
    data.push(0x80);
    data.resize(data.len().next_multiple_of(block_length), 0);
}

/// Takes padding method 2 of ISO/IEC 9797-1 off. [`ChipFault::Padding`] where it is not there.
pub fn unpad(data: &mut Vec<u8>) -> Result<(), ChipFault> {
    let end = data
        .iter()
        .rposition(|&byte| byte != 0)
        .ok_or(ChipFault::Padding)?;
    if data[end] != 0x80 {
        return Err(ChipFault::Padding);
    }
    data.truncate(end);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::unhex;

    /// ICAO 9303-11, Appendix D.1; parity bits differ, so the keys are compared by what they do.
    #[test]
    fn derives_3des_keys_as_appendix_d1() {
        let seed = unhex("239AB9CB282DAF66231DC5A4DF6BFBAE");
        let derived = EncryptionKey::derive(Cipher::TripleDes, &seed).unwrap();
        let given = EncryptionKey::new(
            Cipher::TripleDes,
            &unhex("AB94FDECF2674FDFB9B391F85D7F76F2"),
        )
        .unwrap();
        let (mut a, mut b) = ([7; 16], [7; 16]);
        derived.encrypt(&ZERO_IV, &mut a).unwrap();
        given.encrypt(&ZERO_IV, &mut b).unwrap();
        assert_eq!(a, b);
        let derived = MacKey::derive(Cipher::TripleDes, &seed).unwrap();
        let given = MacKey::new(
            Cipher::TripleDes,
            &unhex("7962D9ECE03D1ACD4C76089DCE131543"),
        )
        .unwrap();
        assert_eq!(derived.mac(&[b"abc"]), given.mac(&[b"a", b"bc"]));
    }

    /// ICAO 9303-11, Appendix D.3: encryption and retail MAC of EXTERNAL AUTHENTICATE.
    #[test]
    fn encrypts_and_authenticates_as_appendix_d3() {
        let seed = unhex("239AB9CB282DAF66231DC5A4DF6BFBAE");
        let key = EncryptionKey::derive(Cipher::TripleDes, &seed).unwrap();
        let plain = unhex("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B");
        let mut data = plain.clone();
        key.encrypt(&ZERO_IV, &mut data).unwrap();
        assert_eq!(
            data,
            unhex("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2")
        );
        let mac = MacKey::derive(Cipher::TripleDes, &seed).unwrap();
        assert_eq!(mac.mac(&[&data]), unhex("5F1448EEA8AD90A7")[..]);
        assert!(mac.verify(&[&data], &unhex("5F1448EEA8AD90A7")));
        assert!(!mac.verify(&[&data], &unhex("5F1448EEA8AD90")));
        key.decrypt(&ZERO_IV, &mut data).unwrap();
        assert_eq!(data, plain);
    }

    /// NIST SP 800-38B, Appendix D: examples 1 to 4 for each key length, cut to 8 bytes.
    #[test]
    fn cmac_as_sp_800_38b() {
        let message = unhex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
        );
        let keys = [
            (
                Cipher::Aes128,
                "2b7e151628aed2a6abf7158809cf4f3c",
                "bb1d6929e9593728",
                "dfa66747de9ae630",
            ),
            (
                Cipher::Aes192,
                "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
                "d17ddf46adaacde5",
                "8a1de5be2eb31aad",
            ),
            (
                Cipher::Aes256,
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                "028962f61b7bf89e",
                "aaf3d8f1de5640c2",
            ),
        ];
        for (cipher, key, empty, forty) in keys {
            let key = MacKey::new(cipher, &unhex(key)).unwrap();
            assert_eq!(key.mac(&[]), unhex(empty)[..]);
            assert_eq!(key.mac(&[&message[..3], &message[3..]]), unhex(forty)[..]);
        }
    }

    /// NIST SP 800-38A, F.2: CBC, first block of each key length.
    #[test]
    fn cbc_as_sp_800_38a() {
        let iv = <[u8; 16]>::try_from(unhex("000102030405060708090a0b0c0d0e0f")).unwrap();
        let keys = [
            (
                Cipher::Aes128,
                "2b7e151628aed2a6abf7158809cf4f3c",
                "7649abac8119b246cee98e9b12e9197d",
            ),
            (
                Cipher::Aes192,
                "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
                "4f021db243bc633d7178183a9fa071e8",
            ),
            (
                Cipher::Aes256,
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                "f58c4c04d6e5f1ba779eabfb5f7bfbd6",
            ),
        ];
        for (cipher, key, expected) in keys {
            let key = EncryptionKey::new(cipher, &unhex(key)).unwrap();
            let mut data = unhex("6bc1bee22e409f96e93d7e117393172a");
            key.encrypt(&iv, &mut data).unwrap();
            assert_eq!(data, unhex(expected));
            key.decrypt(&iv, &mut data).unwrap();
            assert_eq!(data, unhex("6bc1bee22e409f96e93d7e117393172a"));
        }
    }

    #[test]
    fn refuses_broken_blocks_keys_and_padding() {
        let key = EncryptionKey::new(Cipher::Aes128, &[0; 16]).unwrap();
        assert_eq!(
            key.decrypt(&ZERO_IV, &mut [0; 15]),
            Err(ChipFault::CryptogramLength)
        );
        assert_eq!(
            MacKey::new(Cipher::TripleDes, &[0; 24]).unwrap_err(),
            ChipFault::KeyLength
        );
        assert_eq!(
            EncryptionKey::new(Cipher::Aes256, &[0; 24]).unwrap_err(),
            ChipFault::KeyLength
        );
        for wrong in [&[][..], &[0; 8], &[1, 2], &[0x80, 1]] {
            assert_eq!(unpad(&mut wrong.to_vec()), Err(ChipFault::Padding));
        }
        let mut data = vec![1; 8];
        pad(&mut data, 8);
        assert_eq!(data.len(), 16);
        unpad(&mut data).unwrap();
        assert_eq!(data, [1; 8]);
    }
}
