#![no_main]

use domain::register::file::{self, Read, Reader};
use libfuzzer_sys::fuzz_target;

// Any bytes are a file or a fault; and what was read is read again from what is written of it.
fuzz_target!(|bytes: &[u8]| {
    let mut reader = Reader::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok(read) = reader.line(line) else { return };
        if let Read::Person { entry, .. } = read {
            let mut written = Vec::new();
            let lines = file::person(&mut written, &entry);
            assert_eq!(lines, written.split(|byte| *byte == b'\n').count() as u64 - 1);
        }
    }
    let _ = reader.end();
});
