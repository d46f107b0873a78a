//! The block ciphers of secure messaging and what is built of them: CBC, the retail MAC, CMAC, key derivation (Doc 9303-11, 9.7, 9.8).

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit},
};
use des::{Des, TdesEde2};

use crate::digest::Digest;

/// A block cipher with its key length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cipher {
    /// Two-key triple DES.
    TripleDes,
    /// AES with 128 bits.
    Aes128,
    /// AES with 192 bits.
    Aes192,
    /// AES with 256 bits.
    Aes256,
}

/// What a derived key is for (Doc 9303-11, 9.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Encryption.
    Encryption = 1,
    /// Authentication.
    Mac = 2,
    /// The password of PACE.
    Password = 3,
}

impl Cipher {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::TripleDes, Self::Aes128, Self::Aes192, Self::Aes256];

    /// Bytes of a block.
    pub fn block(self) -> usize {
        if self == Self::TripleDes { 8 } else { 16 }
    }

    /// Bytes of a key.
    pub fn key_length(self) -> usize {
        match self {
            Self::TripleDes | Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// The number that ends the protocols' object identifiers (Doc 9303-11, 9.2.3).
    pub fn arc(self) -> u32 {
        match self {
            Self::TripleDes => 1,
            Self::Aes128 => 2,
            Self::Aes192 => 3,
            Self::Aes256 => 4,
        }
    }

    /// KDF(K, c) (Doc 9303-11, 9.7.1), parity of DES keys left as it comes.
    pub fn derive(self, secret: &[u8], purpose: Purpose) -> Vec<u8> {
        let digest = if self.key_length() > 16 {
            Digest::Sha256
        } else {
            Digest::Sha1
        };
        let mut key = digest.hash(&[secret, &(purpose as u32).to_be_bytes()]);
        key.truncate(self.key_length());
        key
    }

    /// CBC over whole blocks. A key or data of another length gives nothing.
    pub fn encrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Vec<u8> {
        fn with<C: KeyInit + BlockCipherEncrypt>(
            key: &[u8],
            iv: &[u8],
            data: &[u8],
        ) -> Option<Vec<u8>> {
            let cipher = C::new_from_slice(key).ok()?;
            let mut state: Array<u8, C::BlockSize> = iv.try_into().ok()?;
            let mut out = Vec::with_capacity(data.len());
            for block in data.chunks_exact(iv.len()) {
                state
                    .iter_mut()
                    .zip(block)
                    .for_each(|(byte, other)| *byte ^= other);
                cipher.encrypt_block(&mut state);
                out.extend_from_slice(&state);
            }
            Some(out)
        }
        let out = match self {
            Self::TripleDes => with::<TdesEde2>(key, iv, data),
            Self::Aes128 => with::<Aes128>(key, iv, data),
            Self::Aes192 => with::<Aes192>(key, iv, data),
            Self::Aes256 => with::<Aes256>(key, iv, data),
        };
        out.unwrap_or_default()
    }

    /// CBC backwards.
    pub fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Vec<u8> {
        fn with<C: KeyInit + BlockCipherDecrypt>(
            key: &[u8],
            iv: &[u8],
            data: &[u8],
        ) -> Option<Vec<u8>> {
            let cipher = C::new_from_slice(key).ok()?;
            let mut out = Vec::with_capacity(data.len());
            let mut before = iv;
            for block in data.chunks_exact(iv.len()) {
                let mut state: Array<u8, C::BlockSize> = block.try_into().ok()?;
                cipher.decrypt_block(&mut state);
                out.extend(state.iter().zip(before).map(|(byte, other)| byte ^ other));
                before = block;
            }
            Some(out)
        }
        let out = match self {
            Self::TripleDes => with::<TdesEde2>(key, iv, data),
            Self::Aes128 => with::<Aes128>(key, iv, data),
            Self::Aes192 => with::<Aes192>(key, iv, data),
            Self::Aes256 => with::<Aes256>(key, iv, data),
        };
        out.unwrap_or_default()
    }

    /// One block.
    pub fn encrypt_block(self, key: &[u8], block: &[u8]) -> Vec<u8> {
        self.encrypt(key, &vec![0; self.block()], block)
    }

    /// Padding method 2 of ISO/IEC 9797-1.
    pub fn pad(self, data: &[u8]) -> Vec<u8> {
        let mut out = data.to_vec();
        out.push(0x80);
        while !out.len().is_multiple_of(self.block()) {
            out.push(0);
        }
        out
    }

    /// Eight bytes over the data: the retail MAC with its own padding (ISO/IEC 9797-1, algorithm 3, method 2), or CMAC (SP 800-38B).
    pub fn mac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        match self {
            Self::TripleDes => retail_mac(key, &self.pad(data)),
            _ => self.cmac(key, data),
        }
    }

    /// The same over what secure messaging has padded already (Doc 9303-11, 9.7.4 note).
    pub fn mac_of_padded(self, key: &[u8], padded: &[u8]) -> Vec<u8> {
        match self {
            Self::TripleDes => retail_mac(key, padded),
            _ => self.cmac(key, padded),
        }
    }

    fn cmac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        let doubled = |block: &[u8]| -> Vec<u8> {
            let number = block
                .iter()
                .fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
            let reduction = if number >> 127 == 1 { 0x87 } else { 0 };
            (number << 1 ^ reduction).to_be_bytes().to_vec()
        };
        let first = doubled(&self.encrypt_block(key, &[0; 16]));
        let whole = !data.is_empty() && data.len().is_multiple_of(16);
        let (mut blocks, mask) = if whole {
            (data.to_vec(), first)
        } else {
            (self.pad(data), doubled(&first))
        };
        let last = blocks.len() - 16;
        for (byte, mask) in blocks[last..].iter_mut().zip(mask) {
            *byte ^= mask;
        }
        let encrypted = self.encrypt(key, &[0; 16], &blocks);
        encrypted[last..last + 8].to_vec()
    }
}

/// ISO/IEC 9797-1, MAC algorithm 3 with DES: CBC with the first half of the key, the last block also with the second and the first.
fn retail_mac(key: &[u8], blocks: &[u8]) -> Vec<u8> {
    let (Ok(single), Ok(triple)) = (
        Des::new_from_slice(&key[..8]),
        TdesEde2::new_from_slice(key),
    ) else {
        return vec![0; 8];
    };
    let mut state = Array::from([0_u8; 8]);
    let count = blocks.len() / 8;
    for (index, block) in blocks.chunks_exact(8).enumerate() {
        for (byte, other) in state.iter_mut().zip(block) {
            *byte ^= other;
        }
        if index + 1 == count {
            triple.encrypt_block(&mut state);
        } else {
            single.encrypt_block(&mut state);
        }
    }
    state.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    /// SP 800-38B, D.1, examples 1 to 3.
    #[test]
    fn cmac_is_sp_800_38bs() {
        let key = hex("2b7e151628aed2a6abf7158809cf4f3c");
        assert_eq!(Cipher::Aes128.mac(&key, &[]), hex("bb1d6929e9593728"));
        let block = hex("6bc1bee22e409f96e93d7e117393172a");
        assert_eq!(Cipher::Aes128.mac(&key, &block), hex("070a16b46b4d4144"));
        let more =
            hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411");
        assert_eq!(Cipher::Aes128.mac(&key, &more), hex("dfa66747de9ae630"));
    }

    /// Doc 9303-11, D.2: the MAC over E.IFD.
    #[test]
    fn the_retail_mac_is_the_worked_examples() {
        let key = hex("7962D9ECE03D1ACD4C76089DCE131543");
        let data = hex("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2");
        assert_eq!(Cipher::TripleDes.mac(&key, &data), hex("5F1448EEA8AD90A7"));
    }
}
