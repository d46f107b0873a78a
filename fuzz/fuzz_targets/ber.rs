#![no_main]

use emrtd::ber::normalise;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(normal) = normalise(bytes) {
        let again = normalise(&normal.bytes).map(|it| it.bytes.into_owned());
        assert_eq!(again.as_deref(), Ok(&*normal.bytes));
    }
});
