#![no_main]

use emrtd::x509::RevocationList;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = RevocationList::parse(bytes) {
        for entry in list.revoked() {
            let _ = (entry.reason(), entry.invalidity_date());
            assert!(list.find(entry.serial).is_some());
        }
    }
});
