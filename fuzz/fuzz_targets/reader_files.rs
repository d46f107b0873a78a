#![no_main]

use emrtd_fuzz::read_files;
use libfuzzer_sys::fuzz_target;

// The chip has its keys, and holds anything.
fuzz_target!(|bytes: &[u8]| read_files(bytes));
