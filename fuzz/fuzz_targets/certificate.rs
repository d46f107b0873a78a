#![no_main]

use emrtd::x509::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(certificate) = Certificate::parse(bytes) {
        let _ = (
            certificate.role(),
            certificate.conformance(),
            certificate.is_self_issued(),
        );
        let _ = (
            certificate.subject.normalised(),
            certificate.issuer.to_string(),
        );
        let _ = format!("{certificate:?}");
    }
});
