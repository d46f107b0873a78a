#![no_main]

use emrtd::mrz::Mrz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(reading) = Mrz::read(bytes) {
        let _ = (
            reading.mrz.write(),
            reading.mrz.write_lines(),
            reading.mrz.information(),
        );
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Mrz::from_typed(text);
    }
});
