#![no_main]

use emrtd::{ber, cms::SignedData};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(normalised) = ber::normalise(bytes) else {
        return;
    };
    let _ = SignedData::parse_security_object(&normalised);
    if let Ok(signed) = SignedData::parse(&normalised) {
        let _ = signed.verify_signer();
    }
});
