//! The names of faults in reports: `mac_wrong`, `pace.token_wrong`. They are names of variants, so nothing personal is in them.

use std::fmt::Debug;

/// The name of a variant in small letters, and of the fault within it; numbers within it, such as a chip's status, are left out.
pub(super) fn word(fault: &dyn Debug) -> String {
    let text = format!("{fault:?}");
    let variants = text
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .take_while(|part| part.starts_with(|first: char| first.is_ascii_uppercase()))
        .filter(|part| *part != "StatusWord");
    let words: Vec<String> = variants.map(snake).collect();
    words.join(".")
}

fn snake(variant: &str) -> String {
    let mut word = String::with_capacity(variant.len() + 4);
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

#[cfg(test)]
mod tests {
    use emrtd::apdu::StatusWord;
    use emrtd::fault::{ChipFault, Command, PaceFault};

    use super::*;

    #[test]
    fn a_fault_is_named_as_its_variant_is() {
        assert_eq!(word(&ChipFault::MacWrong), "mac_wrong");
        assert_eq!(
            word(&ChipFault::Pace(PaceFault::TokenWrong)),
            "pace.token_wrong"
        );
        let status = StatusWord::NOT_FOUND;
        assert_eq!(word(&ChipFault::BacRefused(status)), "bac_refused");
        let command = Command::Select;
        assert_eq!(word(&ChipFault::Refused { command, status }), "refused");
    }
}
