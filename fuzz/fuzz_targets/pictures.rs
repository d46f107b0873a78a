#![no_main]

use face::picture::{Picture, Png};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(picture) = Picture::decode(bytes) {
        assert!(picture.width() <= 4096 && picture.height() <= 4096);
    }
    let _ = Png::of(bytes);
});
