#![no_main]

use emrtd_fuzz::read_answers;
use libfuzzer_sys::fuzz_target;

// The chip has no key: the bytes are all that it answers.
fuzz_target!(|bytes: &[u8]| read_answers(bytes));
