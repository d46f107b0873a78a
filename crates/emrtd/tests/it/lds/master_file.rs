//! EF.ATR/INFO and EF.DIR.

use emrtd::fault::{Deviation, LdsFault};
use emrtd::lds::{AtrInfo, Directory};

#[test]
fn what_a_card_can_do() {
    let file =
        b"\x43\x01\xB8\x47\x03\x84\x01\xE0\x7F\x66\x08\x02\x02\x03\xE8\x02\x02\x08\x00\x90\x00";
    let info = AtrInfo::parse(file).unwrap();
    let capabilities = info.capabilities.unwrap();
    assert!(capabilities.selection_by_name && capabilities.short_file_identifiers);
    assert!(
        capabilities.command_chaining
            && capabilities.extended_length
            && capabilities.extended_length_information
    );
    assert_eq!(
        (info.longest_command, info.longest_response),
        (Some(1000), Some(2048))
    );
    assert!(info.deviations.is_empty());
    let padded = AtrInfo::parse(b"\x47\x03\x84\x01\x40\x82\x05\x90").unwrap();
    assert!(
        padded.capabilities.unwrap().extended_length
            && !padded.capabilities.unwrap().command_chaining
    );
    assert_eq!(
        padded.deviations.iter().collect::<Vec<_>>(),
        [Deviation::FileTrailingBytes]
    );
}

/// A length is never below zero, so its leading zero may be missing; anything longer than four bytes is none.
#[test]
fn a_length_of_65535_without_its_leading_zero() {
    let written = |longest: &[u8]| {
        let mut numbers = b"\x02\x02\x03\xE8\x02".to_vec();
        numbers.push(u8::try_from(longest.len()).unwrap());
        numbers.extend_from_slice(longest);
        let mut file = b"\x7F\x66".to_vec();
        file.push(u8::try_from(numbers.len()).unwrap());
        file.extend(numbers);
        AtrInfo::parse(&file)
    };
    let usual = written(&[0, 0xFF, 0xFF]).unwrap();
    assert_eq!(usual.longest_response, Some(65_535));
    assert!(usual.deviations.is_empty());
    let without = written(&[0xFF, 0xFF]).unwrap();
    assert_eq!(without.longest_response, Some(65_535));
    assert_eq!(
        without.deviations.iter().collect::<Vec<_>>(),
        [Deviation::LengthWithoutLeadingZero]
    );
    let longest = written(&[0xFF; 4]).unwrap();
    assert_eq!(longest.longest_response, Some(u32::MAX));
    assert!(written(&[0xFF; 5]).is_err());
}

/// ICAO 9303-10, table 31.
#[test]
fn which_applications_there_are() {
    let template = |last: u8, kind: u8| {
        [
            0x61, 0x09, 0x4F, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, kind, last,
        ]
    };
    let file = [
        template(1, 0x10),
        template(1, 0x20),
        template(2, 0x20),
        template(3, 0x20),
    ]
    .concat();
    let directory = Directory::parse(&file).unwrap();
    assert_eq!(directory.applications.len(), 4);
    assert!(directory.has_emrtd() && directory.deviations.is_empty());
    let padded = [&file[..], &[0, 0]].concat();
    assert!(
        Directory::parse(&padded)
            .unwrap()
            .deviations
            .contains(Deviation::FileTrailingBytes)
    );
    let many = template(1, 0x10).repeat(33);
    assert_eq!(Directory::parse(&many), Err(LdsFault::TooMany));
}
