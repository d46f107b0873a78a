//! The specimens that ICAO 9303 prints, read and written again.

use emrtd::fault::{Deviation, MrzFault, MrzField};
use emrtd::mrz::{Format, Mrz, Sex};
use jiff::civil::date;

use super::read;

/// Every whole zone in parts 3 to 11 whose check digits are right.
const SPECIMENS: [&[&str]; 10] = [
    // 9303-4, appendix B
    &[
        "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F3404159ZE184226B<<<<<16",
    ],
    // 9303-5, appendix B
    &[
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ],
    // 9303-6, appendix B
    &[
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "D231458907UTO7408122F1204159<<<<<<<6",
    ],
    // 9303-7, appendix B: MRV-A, MRV-B
    &[
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<",
    ],
    &[
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "L898902C<3UTO6908061F9406236ZE184226",
    ],
    // 9303-7, appendix A: a holder of unspecified nationality
    &[
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "L8988901C4XXX7408122F9612109<<<<<<<<",
    ],
    // 9303-7, the visible digital seal's example
    &[
        "VCD<<DENT<<ARTHUR<PHILIP<<<<<<<<<<<<",
        "1234567XY7GBR5203116M2105253<<<<<<<<",
    ],
    // 9303-11, appendix D.2
    &[
        "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<",
        "D23145890<UTO3407127M95071227349<<<8",
    ],
    &[
        "I<UTOD23145890<7349<<<<<<<<<<<",
        "3407127M9507122UTO<<<<<<<<<<<2",
        "STEVENSON<<PETER<JOHN<<<<<<<<<",
    ],
    // Not of ICAO: the German passport's specimen
    &[
        "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<",
        "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4",
    ],
];

/// Zones that ICAO 9303 prints with a composite check digit that is wrong: part 11, appendix D.2 (twice), and part 10, appendix A.2.1.
const WRONG_COMPOSITE: [&[&str]; 3] = [
    &[
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "L898902C<3UTO6908061F9406236<<<<<<<8",
    ],
    &[
        "I<UTOL898902C<3<<<<<<<<<<<<<<<",
        "6908061F9406236UTO<<<<<<<<<<<1",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ],
    &[
        "I<NLDXI85935F86999999990<<<<<<",
        "7208148F1108268NLD<<<<<<<<<<<4",
        "VAN<DER<STEEN<<MARIANNE<LOUISE",
    ],
];

#[test]
fn every_specimen_is_read_and_written_again() {
    for lines in SPECIMENS {
        let reading = read(lines);
        assert_eq!(
            reading.mrz.write().unwrap(),
            zero_filled(&lines.concat()),
            "{lines:?}"
        );
    }
}

#[test]
fn specimens_with_a_wrong_composite() {
    for lines in WRONG_COMPOSITE {
        let reading = Mrz::read(lines.concat().as_bytes()).unwrap();
        assert_eq!(
            reading.wrong_check_digits,
            [MrzField::Composite],
            "{lines:?}"
        );
        let fault = Mrz::from_typed(&lines.join("\n")).unwrap_err();
        assert_eq!(fault, MrzFault::CheckDigit(MrzField::Composite));
    }
}

/// An absent personal number's check digit may be a filler; what is written is zero.
fn zero_filled(zone: &str) -> String {
    let mut zone = zone.to_owned();
    if zone.len() == 88 && zone.starts_with('P') && zone.as_bytes()[86] == b'<' {
        zone.replace_range(86..87, "0");
    }
    zone
}

#[test]
fn a_passport() {
    let reading = read(SPECIMENS[0]);
    let mrz = reading.mrz;
    assert_eq!(mrz.format, Format::Td3);
    assert_eq!(&mrz.document_code, b"PP");
    assert_eq!(mrz.issuing_state.code(), "UTO");
    assert_eq!(mrz.name.primary(), ["ERIKSSON"]);
    assert_eq!(mrz.name.secondary(), ["ANNA", "MARIA"]);
    assert!(!mrz.name.may_be_truncated());
    assert_eq!(mrz.document_number.expose(), "L898902C3");
    assert_eq!(mrz.nationality.code(), "UTO");
    let today = date(2026, 11, 24);
    assert_eq!(mrz.birth.birth(today).exact(), Some(date(1974, 8, 12)));
    assert_eq!(mrz.expiry.expiry(today).exact(), Some(date(2034, 4, 15)));
    assert_eq!(mrz.sex, Sex::Female);
    assert_eq!(mrz.optional_data.expose(), "ZE184226B");
    assert_eq!(reading.deviations.len(), 0);
}

#[test]
fn a_number_longer_than_nine_characters() {
    for lines in [SPECIMENS[7], SPECIMENS[8]] {
        let mrz = read(lines).mrz;
        assert_eq!(mrz.document_number.expose(), "D23145890734");
        assert_eq!(mrz.optional_data.expose(), "");
        assert_eq!(mrz.name.primary(), ["STEVENSON"]);
    }
    // It may be followed by other optional data.
    let mut mrz = read(SPECIMENS[8]).mrz;
    mrz.optional_data = "AB12".to_owned().into();
    let written = mrz.write().unwrap();
    assert_eq!(&written[..30], "I<UTOD23145890<7349<AB12<<<<<<");
    assert_eq!(Mrz::read(written.as_bytes()).unwrap().mrz, mrz);
}

/// 9303-10, appendix A.2.2 prints a zone whose check digits are wrong and whose document code is not of the standard.
#[test]
fn what_is_wrong_is_said_and_read_all_the_same() {
    let zone = b"I<ATASMITH<<JOHN<T<<<<<<<<<<<<<<<<<<123456789<HMD7406222M10123130121<<<54";
    let reading = Mrz::read(&zone[..72]).unwrap();
    assert_eq!(reading.mrz.issuing_state.two_letter(), Some("AQ"));
    assert_eq!(reading.mrz.name.primary(), ["SMITH"]);
    let lines = [
        "PXUTQERIKSSON<ANNA<3<<<<<<<<<<<<<<<<<<<<<<<<",
        "L898902C37UTO7400002X3404<<6ZE184226B<<<<<16",
    ];
    let reading = Mrz::read(lines.concat().as_bytes()).unwrap();
    let fields = [
        MrzField::DocumentNumber,
        MrzField::BirthDate,
        MrzField::ExpiryDate,
        MrzField::Composite,
    ];
    assert_eq!(reading.wrong_check_digits, fields);
    let deviations: Vec<Deviation> = reading.deviations.iter().collect();
    let expected = [
        Deviation::MrzNameUnusual,
        Deviation::MrzSexUnusual,
        Deviation::MrzIssuingStateUnknown,
        Deviation::MrzUnknownDateAsZeros,
        Deviation::MrzExpiryDateImplausible,
    ];
    assert_eq!(deviations, expected);
}

#[test]
fn nothing_personal_is_printed() {
    let reading = read(SPECIMENS[0]);
    let printed = format!(
        "{reading:?} {:?} {:?} {:?}",
        reading.mrz.name,
        reading.mrz.birth,
        reading.mrz.information()
    );
    assert_eq!(
        printed,
        "Reading { mrz: Mrz { format: Td3, issuing_state: State(UTO), .. }, wrong_check_digits: [], deviations: Deviations([]) } \
         HolderName(..) MrzDate(..) MrzInformation(..)"
    );
}
