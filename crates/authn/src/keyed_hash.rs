//! HMAC-SHA-256 over parts, each with its length before it, under a label: no two uses and no two splits of the same bytes collide.

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq;

/// The hash of `parts` under `key` for the use that `label` names.
pub(crate) fn keyed_hash(key: &[u8; 32], label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in [label.as_bytes()].iter().chain(parts) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.sign().as_ref());
    hash
}

/// Compares without telling by its time where the difference is.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_splits_do_not_collide() {
        let key = [7; 32];
        let hash = keyed_hash(&key, "a", &[b"bc", b"d"]);
        for other in [
            keyed_hash(&key, "b", &[b"bc", b"d"]),
            keyed_hash(&key, "a", &[b"b", b"cd"]),
            keyed_hash(&key, "a", &[b"bcd"]),
            keyed_hash(&key, "a", &[b"bc", b"d", b""]),
            keyed_hash(&[8; 32], "a", &[b"bc", b"d"]),
        ] {
            assert!(!same(&hash, &other));
        }
        assert!(same(&hash, &keyed_hash(&key, "a", &[b"bc", b"d"])));
        assert!(!same(&hash, &hash[..31]));
    }

    /// The value comes from Python's `hmac`: each part after its length as 8 bytes, big endian.
    #[test]
    fn is_hmac_sha_256() {
        let hash = keyed_hash(&[7; 32], "a", &[b"bc", b"d"]);
        let expected = "27389abe23d9481ee5ae74beaa82a340994db9ca0dca45208d70e41079d0ff06";
        assert_eq!(hash[..], unhex(expected));
    }

    fn unhex(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
            .collect()
    }
}
