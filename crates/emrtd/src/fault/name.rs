//! The names of faults and findings in reports, in logs and towards programs.

use std::fmt::Debug;

/// The name of a fault: its variants from outside to inside, in small letters, such as `path.issuer_unknown` or `pace.token_wrong`.
///
/// What the variants hold besides, such as a chip's status or an offset, is left out, so that nothing personal is in a name. A reason, a
/// deviation or a finding is named in the same way.
pub fn name(fault: &dyn Debug) -> String {
    let text = format!("{fault:?}");
    let variants = text
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .take_while(|part| part.starts_with(|first: char| first.is_ascii_uppercase()))
        .filter(|part| *part != "StatusWord");
    let words: Vec<String> = variants.map(snake_case).collect();
    words.join(".")
}

fn snake_case(variant: &str) -> String {
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
    use super::name;
    use crate::apdu::StatusWord;
    use crate::fault::{
        ChipFault, CmsFault, Command, PaceFault, PassiveFault, TlvFault, TrustFault,
    };
    use crate::passive_auth::Reason;
    use crate::tlv::Tag;

    #[test]
    fn a_fault_is_named_by_its_variants() {
        assert_eq!(name(&ChipFault::MacWrong), "mac_wrong");
        assert_eq!(
            name(&ChipFault::Pace(PaceFault::TokenWrong)),
            "pace.token_wrong"
        );
        assert_eq!(
            name(&PassiveFault::Path(TrustFault::IssuerUnknown)),
            "path.issuer_unknown"
        );
        assert_eq!(name(&Reason::NoRevocationList), "no_revocation_list");
    }

    #[test]
    fn what_a_fault_holds_is_no_part_of_its_name() {
        let status = StatusWord::NOT_FOUND;
        assert_eq!(name(&ChipFault::BacRefused(status)), "bac_refused");
        let command = Command::Select;
        assert_eq!(name(&ChipFault::Refused { command, status }), "refused");
        let missing = TlvFault::Missing {
            offset: 3,
            expected: Tag::SEQUENCE,
        };
        let malformed = PassiveFault::SignedData(CmsFault::NotContentInfo(missing));
        assert_eq!(name(&malformed), "signed_data.not_content_info.missing");
    }
}
