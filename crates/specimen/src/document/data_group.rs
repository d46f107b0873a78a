//! The content of data groups (Doc 9303-10, 4.7).

use jiff::civil::Date;

use crate::der;

/// EF.DG1: the MRZ.
pub(super) fn dg1(mrz: &str) -> Vec<u8> {
    der::constructed(0x61, [der::tlv(0x5F1F, mrz.as_bytes())])
}

/// What DG11 says of the holder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonalDetails {
    /// Full name, in the national script.
    pub full_name: Option<String>,
    /// Other names.
    pub other_names: Vec<String>,
    /// Personal number.
    pub personal_number: Option<String>,
    /// Full date of birth, `YYYYMMDD`.
    pub full_date_of_birth: Option<String>,
    /// Place of birth, parts separated by `<`.
    pub place_of_birth: Option<String>,
    /// Address, parts separated by `<`.
    pub address: Option<String>,
    /// Telephone.
    pub telephone: Option<String>,
    /// Profession.
    pub profession: Option<String>,
}

/// EF.DG11 (Doc 9303-10, 4.7.11).
pub(super) fn dg11(details: &PersonalDetails) -> Vec<u8> {
    let mut elements = Vec::new();
    let mut text = |tag: u32, value: &Option<String>| {
        if let Some(value) = value {
            elements.push((tag, der::tlv(tag, value.as_bytes())));
        }
    };
    text(0x5F0E, &details.full_name);
    text(0x5F10, &details.personal_number);
    text(0x5F2B, &details.full_date_of_birth);
    text(0x5F11, &details.place_of_birth);
    text(0x5F42, &details.address);
    text(0x5F12, &details.telephone);
    text(0x5F13, &details.profession);
    if !details.other_names.is_empty() {
        let mut template = vec![der::tlv(0x02, &[der::low_byte(details.other_names.len())])];
        template.extend(
            details
                .other_names
                .iter()
                .map(|name| der::tlv(0x5F0F, name.as_bytes())),
        );
        elements.insert(
            1.min(elements.len()),
            (0x5F0F, der::constructed(0xA0, template)),
        );
    }
    with_tag_list(0x6B, elements)
}

/// EF.DG12: authority and date of issue (Doc 9303-10, 4.7.12).
pub(super) fn dg12(authority: &str, issued: Date) -> Vec<u8> {
    with_tag_list(
        0x6C,
        vec![
            (0x5F19, der::tlv(0x5F19, authority.as_bytes())),
            (
                0x5F26,
                der::tlv(0x5F26, issued.strftime("%Y%m%d").to_string().as_bytes()),
            ),
        ],
    )
}

fn with_tag_list(tag: u32, elements: Vec<(u32, Vec<u8>)>) -> Vec<u8> {
    let list: Vec<u8> = elements
        .iter()
        .flat_map(|(tag, _)| der::tag_bytes(*tag))
        .collect();
    let mut parts = vec![der::tlv(0x5C, &list)];
    parts.extend(elements.into_iter().map(|(_, element)| element));
    der::constructed(tag, parts)
}

/// The tag of a data group in EF.COM and before its content (Doc 9303-10, table 38).
pub fn tag(number: u8) -> u8 {
    const TAGS: [u8; 16] = [
        0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F,
        0x70,
    ];
    TAGS[usize::from((number.max(1) - 1) & 15)]
}

/// EF.COM (Doc 9303-10, 4.6.1).
pub(super) fn com(lds_version: &str, groups: &[u8]) -> Vec<u8> {
    let tags: Vec<u8> = groups.iter().map(|number| tag(*number)).collect();
    der::constructed(
        0x60,
        [
            der::tlv(0x5F01, lds_version.as_bytes()),
            der::tlv(0x5F36, b"040000"),
            der::tlv(0x5C, &tags),
        ],
    )
}
