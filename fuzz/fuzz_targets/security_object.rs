#![no_main]

use emrtd::lds::{LdsSecurityObject, Sod};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Sod::parse(bytes);
    if let Ok(object) = LdsSecurityObject::parse(bytes) {
        let _ = object.version_info.and_then(|info| info.version());
    }
});
