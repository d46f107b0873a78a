#![no_main]

use emrtd::trust::{DefectList, DeviationList, MasterList};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = MasterList::dangerous_parse(bytes);
    let _ = DeviationList::dangerous_parse(bytes);
    let _ = DefectList::dangerous_parse(bytes);
});
