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
