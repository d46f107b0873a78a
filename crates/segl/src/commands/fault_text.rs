//! Faults for the two who read them: a program, by name, and a person, in words.

use std::error::Error;
use std::fmt::Debug;

/// A fault's name: its variants from outside to inside, such as `Path.IssuerUnknown`. What the variants hold besides is left out.
pub(crate) fn name(fault: &impl Debug) -> String {
    let debug = format!("{fault:?}");
    let variants = debug
        .split([' ', '{'])
        .next()
        .unwrap_or_default()
        .trim_end_matches(')')
        .split('(')
        .take_while(|variant| variant.starts_with(|first: char| first.is_ascii_uppercase()))
        .filter(|variant| *variant != "StatusWord");
    variants.collect::<Vec<_>>().join(".")
}

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

/// A name of a program in the form of JSON: `NoRevocationList` is `no_revocation_list`.
pub(crate) fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use emrtd::fault::{CmsFault, PassiveFault, TlvFault, TrustFault};
    use emrtd::tlv::Tag;

    use super::*;

    #[test]
    fn names_and_words() {
        let unknown = PassiveFault::Path(TrustFault::IssuerUnknown);
        assert_eq!(name(&unknown), "Path.IssuerUnknown");
        assert_eq!(
            words(&unknown),
            "the document signer is not trusted: the issuer is unknown"
        );
        let missing = TlvFault::Missing {
            offset: 3,
            expected: Tag::SEQUENCE,
        };
        let malformed = PassiveFault::SignedData(CmsFault::NotContentInfo(missing));
        assert_eq!(name(&malformed), "SignedData.NotContentInfo.Missing");
        assert_eq!(
            name(&PassiveFault::DataGroupHashWrong),
            "DataGroupHashWrong"
        );
        assert_eq!(snake("NoRevocationList"), "no_revocation_list");
    }
}
