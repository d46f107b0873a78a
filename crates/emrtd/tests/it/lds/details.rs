//! DG5, DG7, DG11, DG12, DG14 to DG16, and those that are left alone.

use emrtd::fault::{Deviation, LdsFault};
use emrtd::lds::{
    DataGroup, Dg5, Dg7, Dg11, Dg12, Dg14, Dg15, Dg16, Text, UnreadDataGroup, split_name,
};
use emrtd::mrz::PartialDate;
use emrtd::personal::Personal;
use emrtd::tlv::{Tag, write};
use jiff::civil::{date, datetime};

use super::image::jpeg;
use crate::testdata;

fn element(tag: u32, value: &[u8]) -> Vec<u8> {
    write(Tag(tag), &[value])
}

fn shown<'a>(text: Option<&'a Text<'_>>) -> Option<&'a str> {
    text.map(|text| text.expose().as_ref())
}

/// ICAO 9303-10, appendix A.5. Two of the lengths that it prints do not fit the texts; here they do.
#[test]
fn worked_example_dg11() {
    let file = element(
        0x6B,
        &[
            element(0x5C, b"\x5F\x0E\x5F\x11\x5F\x42\x5F\x12\x5F\x13"),
            element(0x5F0E, b"SMITH<<JOHN<J"),
            element(0x5F11, b"ANYTOWN<MN"),
            element(0x5F42, b"123 MAPLE RD<ANYTOWN<MN"),
            element(0x5F12, b"16125551212"),
            element(0x5F13, b"TRAVEL<AGENT"),
        ]
        .concat(),
    );
    let dg11 = Dg11::parse(&file).unwrap();
    assert_eq!(
        shown(dg11.full_name.as_ref()).map(split_name),
        Some(("SMITH".into(), "JOHN J".into()))
    );
    assert_eq!(shown(dg11.place_of_birth.as_ref()), Some("ANYTOWN<MN"));
    assert_eq!(
        shown(dg11.permanent_address.as_ref()),
        Some("123 MAPLE RD<ANYTOWN<MN")
    );
    assert_eq!(shown(dg11.telephone.as_ref()), Some("16125551212"));
    assert_eq!(shown(dg11.profession.as_ref()), Some("TRAVEL<AGENT"));
    assert!(dg11.deviations.is_empty(), "{:?}", dg11.deviations);
    assert_eq!(
        format!("{dg11:?}"),
        "Dg11 { deviations: Deviations([]), .. }"
    );
}

#[test]
fn dg11_with_everything_unusual() {
    let others = [
        element(0x02, &[5]),
        element(0x5F0F, "ÅGÅRD<<ÆBLE".as_bytes()),
        element(0x5F0F, b"J\xD8RGEN"),
    ]
    .concat();
    let file = element(
        0x6B,
        &[
            element(0x5C, b"\x5F\x0E\x5F\x2B"),
            element(0xA0, &others),
            element(0x5F2B, &[0x19, 0x74, 0x08, 0x00]),
            element(0x5F10, b"1"),
            element(0x5F10, b"2"),
            element(0x5F7F, b"?"),
        ]
        .concat(),
    );
    let dg11 = Dg11::parse(&file).unwrap();
    let names: Vec<&str> = dg11
        .other_names
        .iter()
        .map(|name| name.expose().as_ref())
        .collect();
    assert_eq!(names, ["ÅGÅRD<<ÆBLE", "JØRGEN"]);
    let birth = PartialDate {
        year: Some(1974),
        month: Some(8),
        day: None,
    };
    assert_eq!(dg11.full_date_of_birth, Some(Personal::new(birth)));
    assert_eq!(shown(dg11.personal_number.as_ref()), Some("1"));
    let expected = [
        Deviation::CountWrong,
        Deviation::ElementTwice,
        Deviation::TagListWrong,
        Deviation::TextNotUtf8,
        Deviation::DatePacked,
        Deviation::FileUnknownElement,
    ];
    assert_eq!(dg11.deviations.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn dg12_in_full() {
    let persons = [element(0x02, &[1]), element(0x5F1A, b"SMITH<<BRENDA<P")].concat();
    let file = element(
        0x6C,
        &[
            element(
                0x5C,
                b"\x5F\x19\x5F\x26\xA0\x5F\x1B\x5F\x1C\x5F\x1D\x5F\x1E\x5F\x55\x5F\x56",
            ),
            element(0x5F19, b"UNITED STATES OF AMERICA"),
            element(0x5F26, b"20020531"),
            element(0xA0, &persons),
            element(0x5F1B, b"NONE"),
            element(0x5F1C, b"NONE"),
            element(0x5F1D, &jpeg()),
            element(0x5F1E, &jpeg()),
            element(0x5F55, b"20020531123005"),
            element(0x5F56, b"7"),
        ]
        .concat(),
    );
    let dg12 = Dg12::parse(&file).unwrap();
    assert_eq!(
        shown(dg12.issuing_authority.as_ref()),
        Some("UNITED STATES OF AMERICA")
    );
    assert_eq!(
        dg12.date_of_issue.and_then(PartialDate::exact),
        Some(date(2002, 5, 31))
    );
    assert_eq!(dg12.personalised, Some(datetime(2002, 5, 31, 12, 30, 5, 0)));
    assert_eq!(dg12.other_persons.len(), 1);
    assert_eq!(dg12.rear.unwrap().header.unwrap().width, 20);
    assert!(dg12.deviations.is_empty(), "{:?}", dg12.deviations);
}

#[test]
fn more_names_than_are_read() {
    let names = element(0x5F0F, b"A").repeat(100);
    let inside = element(
        0x6B,
        &element(0xA0, &[element(0x02, &[100]), names.clone()].concat()),
    );
    assert_eq!(Dg11::parse(&inside), Err(LdsFault::TooMany));
    assert_eq!(Dg11::parse(&element(0x6B, &names)), Err(LdsFault::TooMany));
}

/// ICAO 9303-10, appendix A.4: portraits and signatures as they are shown.
#[test]
fn displayed_images() {
    let file = element(
        0x65,
        &[element(0x02, &[1]), element(0x5F40, &jpeg())].concat(),
    );
    assert_eq!(Dg5::parse(&file).unwrap().images[0].data, jpeg());
    let file = element(
        0x67,
        &[element(0x02, &[2]), element(0x5F43, &jpeg())].concat(),
    );
    let dg7 = Dg7::parse(&file).unwrap();
    assert_eq!(
        dg7.deviations.iter().collect::<Vec<_>>(),
        [Deviation::CountWrong]
    );
    assert_eq!(
        Dg7::parse(&element(0x67, &element(0x02, &[0]))),
        Err(LdsFault::NoImage)
    );
    let many = [element(0x02, &[1]), element(0x5F43, &[]).repeat(17)].concat();
    assert_eq!(Dg7::parse(&element(0x67, &many)), Err(LdsFault::TooMany));
}

/// ICAO 9303-10, appendix A.6.
#[test]
fn worked_example_dg16() {
    let charles = [
        element(0x5F50, b"20020101"),
        element(0x5F51, b"SMITH<<CHARLES<R"),
        element(0x5F52, b"19525551212"),
        element(0x5F53, b"123 MAPLE RD<ANYTOWN<MN<55100"),
    ];
    let mary = [
        element(0x5F50, b"20020315"),
        element(0x5F51, b"BROWN<<MARY<J"),
        element(0x5F52, b"14155551212"),
        element(0x5F53, b"49 REDWOOD LN<OCEAN BREEZE<CA<94000"),
    ];
    let file = element(
        0x70,
        &[
            element(0x02, &[2]),
            element(0xA1, &charles.concat()),
            element(0xA2, &mary.concat()),
        ]
        .concat(),
    );
    assert_eq!(&file[..3], [0x70, 0x81, 0xA2]);
    let dg16 = Dg16::parse(&file).unwrap();
    assert_eq!(dg16.persons.len(), 2);
    assert_eq!(
        shown(dg16.persons[1].name.as_ref()).map(split_name),
        Some(("BROWN".into(), "MARY J".into()))
    );
    assert_eq!(
        dg16.persons[0].recorded.and_then(PartialDate::exact),
        Some(date(2002, 1, 1))
    );
    assert!(dg16.deviations.is_empty());
    let many = element(
        0x70,
        &[element(0x02, &[16]), element(0xA1, &[]).repeat(16)].concat(),
    );
    assert_eq!(Dg16::parse(&many), Err(LdsFault::TooMany));
}

#[test]
fn what_is_left_alone() {
    for group in [
        DataGroup::Dg3,
        DataGroup::Dg4,
        DataGroup::Dg6,
        DataGroup::Dg13,
    ] {
        let file = [element(group.tag().0, b"secret"), vec![0]].concat();
        let unread = UnreadDataGroup::parse(&file).unwrap();
        assert_eq!((unread.data_group, unread.value), (group, &b"secret"[..]));
        assert!(unread.deviations.contains(Deviation::FileTrailingBytes));
        assert!(!format!("{unread:?}").contains("115"));
    }
    assert!(matches!(
        UnreadDataGroup::parse(&element(0x60, &[])),
        Err(LdsFault::Structure(_))
    ));
    assert!(matches!(
        UnreadDataGroup::parse(&[]),
        Err(LdsFault::Structure(_))
    ));
}

#[test]
fn keys_of_the_specimens() {
    const TEST: &str = "lds::details::keys_of_the_specimens";
    for (dg14, dg15) in [
        ("lds/bsi2008/DG14.bin", "lds/bsi2008/DG15.bin"),
        ("lds/bsi_tr03105_dg14.bin", "lds/bsi_tr03105_dg15.bin"),
    ] {
        let Some(file) = testdata::read(TEST, dg14) else {
            return;
        };
        let parsed = Dg14::parse(&file).unwrap();
        assert_eq!(parsed.security_infos.chip_authentication_keys.len(), 1);
        assert!(parsed.deviations.is_empty());
        let Some(file) = testdata::read(TEST, dg15) else {
            return;
        };
        let parsed = Dg15::parse(&file).unwrap();
        assert_eq!(parsed.public_key, &file[3..]);
        assert!(parsed.deviations.is_empty());
    }
}
