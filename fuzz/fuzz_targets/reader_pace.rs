#![no_main]

use emrtd_fuzz::open_by_pace;
use libfuzzer_sys::fuzz_target;

// The chip has its keys and does PACE; the bytes change what it says.
fuzz_target!(|bytes: &[u8]| open_by_pace(bytes));
