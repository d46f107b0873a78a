#![no_main]

use emrtd::crypto::{PublicKey, SignatureAlgorithm};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = (PublicKey::parse(bytes), SignatureAlgorithm::parse(bytes));
});
