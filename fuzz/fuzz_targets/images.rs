#![no_main]

use emrtd::{fault::Deviations, lds::ImageHeader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(header) = ImageHeader::parse(bytes, &mut Deviations::new()) {
        let _ = header.is_grey();
    }
});
