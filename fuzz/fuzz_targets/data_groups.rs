#![no_main]

use emrtd::lds::{Com, Dg1, Dg5, Dg7, Dg11, Dg12, Dg14, Dg15, Dg16, UnreadDataGroup};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = (
        Com::parse(bytes),
        Dg1::parse(bytes),
        Dg5::parse(bytes),
        Dg7::parse(bytes),
    );
    let _ = (
        Dg11::parse(bytes),
        Dg12::parse(bytes),
        Dg14::parse(bytes),
        Dg15::parse(bytes),
    );
    let _ = (Dg16::parse(bytes), UnreadDataGroup::parse(bytes));
});
