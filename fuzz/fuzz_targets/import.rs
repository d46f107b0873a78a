#![no_main]

use emrtd::trust::{Import, Source, Store};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut store = Store::new();
    for item in Import::read(bytes).items {
        let _ = store.add(&item.bytes, &Source::new("fuzz"));
        let _ = store.add_revocation_list(&item.bytes, &Source::new("fuzz"));
    }
});
