//! Faults in words, for a person. Their names, for a program, are `emrtd`'s.

use std::error::Error;

/// A fault in words, with what lies beneath it: `the document signer is not trusted: the issuer is unknown`.
pub(crate) fn words(fault: &(dyn Error + 'static)) -> String {
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use emrtd::fault::{PassiveFault, TrustFault};

    use super::words;

    #[test]
    fn what_lies_beneath_is_said_too() {
        assert_eq!(
            words(&PassiveFault::Path(TrustFault::IssuerUnknown)),
            "the document signer is not trusted: the issuer is unknown"
        );
    }
}
