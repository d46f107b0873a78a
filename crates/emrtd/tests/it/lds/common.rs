//! EF.COM.

use emrtd::fault::{Deviation, Deviations, LdsFault, TlvFault};
use emrtd::lds::{Com, DataGroup, LdsVersion};
use emrtd::tlv::Tag;

use crate::testdata;

/// ICAO 9303-10, appendix A.1: LDS 1.7, Unicode 4.0.0, data groups 1, 2, 4 and 12.
const EXAMPLE: &[u8] = b"\x60\x16\x5F\x01\x040107\x5F\x36\x06040000\x5C\x04\x61\x75\x76\x6C";

#[test]
fn worked_example() {
    let com = Com::parse(EXAMPLE).unwrap();
    assert_eq!(com.lds_version, Some(LdsVersion { major: 1, minor: 7 }));
    assert_eq!(com.unicode_version, Some([4, 0, 0]));
    assert_eq!(
        com.data_groups,
        [
            DataGroup::Dg1,
            DataGroup::Dg2,
            DataGroup::Dg4,
            DataGroup::Dg12
        ]
    );
    assert_eq!(com.deviations, Deviations::new());
}

#[test]
fn tolerances_are_reported() {
    let mut file = EXAMPLE.to_vec();
    file[8] = b'x';
    file[23] = 0x61;
    file.extend_from_slice(&[0, 0]);
    let com = Com::parse(&file).unwrap();
    assert_eq!(com.lds_version, None);
    assert_eq!(
        com.data_groups,
        [DataGroup::Dg1, DataGroup::Dg2, DataGroup::Dg4]
    );
    let expected = [
        Deviation::FileTrailingBytes,
        Deviation::ComTagListUnusual,
        Deviation::ComVersionMissing,
    ];
    assert_eq!(com.deviations.iter().collect::<Vec<_>>(), expected);
    let other = TlvFault::UnexpectedTag {
        offset: 0,
        expected: Tag(0x60),
        found: Tag(0x61),
    };
    assert_eq!(Com::parse(&[0x61, 0]), Err(LdsFault::Structure(other)));
}

#[test]
fn of_a_specimen() {
    let Some(file) = testdata::read("lds::common::of_a_specimen", "lds/bsi2008/COM.bin") else {
        return;
    };
    let com = Com::parse(&file).unwrap();
    let expected = [
        DataGroup::Dg1,
        DataGroup::Dg2,
        DataGroup::Dg3,
        DataGroup::Dg14,
    ];
    assert_eq!(com.data_groups, expected);
}
