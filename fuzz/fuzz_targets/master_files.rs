#![no_main]

use emrtd::{
    lds::{AtrInfo, Directory},
    security_info::SecurityInfos,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = (AtrInfo::parse(bytes), Directory::parse(bytes));
    let _ = SecurityInfos::parse(bytes);
});
