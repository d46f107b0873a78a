//! What opens the chip: ICAO 9303-11, appendix D.2.

use emrtd::fault::{MrzFault, MrzField};
use emrtd::mrz::{Mrz, MrzInformation};

use super::read;

#[test]
fn worked_examples() {
    // The zone itself, as it is printed, has a wrong composite check digit.
    let td2 = b"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<L898902C<3UTO6908061F9406236<<<<<<<8";
    let td2 = Mrz::read(td2).unwrap().mrz;
    assert_eq!(td2.information().as_bytes(), b"L898902C<369080619406236");
    let long = read(&[
        "I<UTOD23145890<7349<<<<<<<<<<<",
        "3407127M9507122UTO<<<<<<<<<<<2",
        "STEVENSON<<PETER<JOHN<<<<<<<<<",
    ]);
    assert_eq!(
        long.mrz.information().as_bytes(),
        b"D23145890734934071279507122"
    );
    assert_eq!(
        long.mrz.information(),
        MrzInformation::from_typed("D23145890734", "340712", "950712").unwrap()
    );
}

#[test]
fn what_cannot_be_typed() {
    let fault =
        |number, birth, expiry| MrzInformation::from_typed(number, birth, expiry).unwrap_err();
    assert_eq!(
        fault(" ", "690806", "940623"),
        MrzFault::Empty(MrzField::DocumentNumber)
    );
    assert_eq!(
        fault("L8989-2C", "690806", "940623"),
        MrzFault::FieldCharacter(MrzField::DocumentNumber)
    );
    assert_eq!(
        fault("L89890212345678901234567", "690806", "940623"),
        MrzFault::TooLong(MrzField::DocumentNumber)
    );
    assert_eq!(
        fault("L898902C", "691306", "940623"),
        MrzFault::Date(MrzField::BirthDate)
    );
    assert_eq!(
        fault("L898902C", "690806", "9406"),
        MrzFault::Date(MrzField::ExpiryDate)
    );
}
