#![no_main]

use emrtd::lds::Dg2;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Dg2::parse(bytes);
});
