#![no_main]

use emrtd::tlv::{Reader, Tlv};
use libfuzzer_sys::fuzz_target;

fn walk(element: &Tlv<'_>, depth: u8) {
    let mut reader = element.reader();
    while let (1.., Ok(Some(child))) = (depth, reader.read()) {
        walk(&child, depth - 1);
    }
}

fuzz_target!(|bytes: &[u8]| {
    for mut reader in [Reader::ber(bytes), Reader::der(bytes)] {
        while let Ok(Some(element)) = reader.read() {
            walk(&element, 8);
        }
    }
});
