#![no_main]

use face::manifest::VerifiedManifest;
use libfuzzer_sys::fuzz_target;

// Key, signature and manifest, apart by zeros.
fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(3, |byte| *byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    let (key, signature, manifest) = (part(), part(), part());
    let key = String::from_utf8_lossy(key);
    assert!(VerifiedManifest::open(manifest, signature, &key).is_err());
});
