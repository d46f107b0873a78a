#![no_main]

use emrtd::apdu::ResponseApdu;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(answer) = ResponseApdu::parse(bytes) {
        let _ = format!("{answer:?}");
    }
});
