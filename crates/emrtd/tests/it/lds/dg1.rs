//! DG1.

use emrtd::fault::{LdsFault, MrzFault, MrzField};
use emrtd::lds::Dg1;
use emrtd::mrz::Format;
use emrtd::tlv::{Tag, write};

use crate::testdata;

/// DG1 of a zone.
fn dg1(zone: &[u8]) -> Vec<u8> {
    write(Tag(0x61), &[&write(Tag(0x5F1F), &[zone])])
}

/// ICAO 9303-10, appendix A.2.1. The composite check digit that it prints is wrong.
#[test]
fn worked_example_td1() {
    let zone = b"I<NLDXI85935F86999999990<<<<<<7208148F1108268NLD<<<<<<<<<<<4VAN<DER<STEEN<<MARIANNE<LOUISE";
    let file = dg1(zone);
    assert_eq!(&file[..5], [0x61, 0x5D, 0x5F, 0x1F, 0x5A]);
    let dg1 = Dg1::parse(&file).unwrap();
    assert_eq!(dg1.mrz.format, Format::Td1);
    assert_eq!(dg1.mrz.name.primary(), ["VAN", "DER", "STEEN"]);
    assert_eq!(dg1.wrong_check_digits, [MrzField::Composite]);
}

#[test]
fn what_is_refused() {
    assert_eq!(
        Dg1::parse(&dg1(b"P<UTO")),
        Err(LdsFault::Mrz(MrzFault::Length { characters: 5 }))
    );
    let lower = dg1(&[b'a'; 88]);
    assert_eq!(
        Dg1::parse(&lower),
        Err(LdsFault::Mrz(MrzFault::Character { at: 0 }))
    );
    assert!(matches!(
        Dg1::parse(&[0x61, 0x00]),
        Err(LdsFault::Structure(_))
    ));
}

#[test]
fn of_the_specimens() {
    const TEST: &str = "lds::dg1::of_the_specimens";
    let Some(file) = testdata::read(TEST, "lds/bsi2008/DG1.bin") else {
        return;
    };
    let dg1 = Dg1::parse(&file).unwrap();
    assert_eq!(dg1.mrz.issuing_state.code(), "D");
    assert_eq!(dg1.mrz.name.primary(), ["MUSTERMANN"]);
    assert_eq!(
        dg1.mrz.information().as_bytes(),
        b"C11T002JM496081221310317"
    );
    let Some(file) = testdata::read(TEST, "lds/bsi_tr03105_dg1.bin") else {
        return;
    };
    assert_eq!(Dg1::parse(&file).unwrap().wrong_check_digits, []);
}
