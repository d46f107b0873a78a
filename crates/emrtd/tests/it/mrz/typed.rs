//! Zones as people type them and cameras read them.

use emrtd::fault::{Deviation, MrzFault, MrzField};
use emrtd::mrz::Mrz;

const UPPER: &str = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const LOWER: &str = "L898902C36UTO7408122F3404159ZE184226B<<<<<16";

fn whole() -> Mrz {
    Mrz::read(format!("{UPPER}{LOWER}").as_bytes()).unwrap().mrz
}

#[test]
fn what_is_mended_and_reported() {
    let cases: [(String, &[Deviation]); 9] = [
        (format!("{UPPER}\r\n{LOWER}\r\n\r\n"), &[]),
        (format!("{UPPER}{LOWER}"), &[]),
        (
            format!("{UPPER}\n{LOWER}").to_lowercase(),
            &[Deviation::MrzLowerCase],
        ),
        (
            format!("{}\n{LOWER}", UPPER.replace("<<", "«")),
            &[Deviation::MrzFillerLookalike],
        ),
        (
            format!("PPUTO ERIKSSON<<ANNA <MARIA<<<<<<<<<<<<<<<<<<<\n{LOWER}"),
            &[Deviation::MrzSpaces],
        ),
        (
            format!("PPUTOERIKSSON<<ANNA<MARIA\n{LOWER}"),
            &[Deviation::MrzFillersMissing],
        ),
        (
            format!("{UPPER}<<<\n{LOWER}"),
            &[Deviation::MrzFillersTooMany],
        ),
        (
            format!("PPUT0ER1K550N<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n{LOWER}"),
            &[Deviation::MrzLookalikesCorrected],
        ),
        (
            format!("{UPPER}\nL898902C3GUT074O8I22F34O4I59ZE184226B<<<<<1G"),
            &[Deviation::MrzLookalikesCorrected],
        ),
    ];
    for (text, deviations) in cases {
        let reading = Mrz::from_typed(&text).unwrap();
        assert_eq!(reading.mrz, whole(), "{text}");
        assert_eq!(
            reading.deviations.iter().collect::<Vec<_>>(),
            deviations,
            "{text}"
        );
    }
}

#[test]
fn cards_and_visas() {
    let card = "I<UTOD231458907\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA";
    assert_eq!(
        Mrz::from_typed(card).unwrap().mrz.name.secondary(),
        ["ANNA", "MARIA"]
    );
    let visa = "V<UTOERIKSSON<<ANNA<MARIA\nL8988901C4XXX7408122F9612109";
    assert_eq!(Mrz::from_typed(visa).unwrap().mrz.nationality.code(), "XXX");
}

#[test]
fn what_is_refused() {
    let fault = |text: &str| Mrz::from_typed(text).unwrap_err();
    assert_eq!(fault(""), MrzFault::Length { characters: 0 });
    assert_eq!(fault(UPPER), MrzFault::Length { characters: 44 });
    assert_eq!(
        fault(&format!("{UPPER}X\n{LOWER}")),
        MrzFault::Length { characters: 89 }
    );
    assert_eq!(
        fault(&format!("{UPPER}\n{LOWER}").replace('F', "?")),
        MrzFault::Character { at: 64 }
    );
    assert_eq!(
        fault(&format!("{UPPER}\n{}", LOWER.replace("898", "888"))),
        MrzFault::CheckDigit(MrzField::DocumentNumber)
    );
    assert_eq!(
        fault(&format!("{UPPER}\n{}", LOWER.replace("740812", "740813"))),
        MrzFault::CheckDigit(MrzField::BirthDate)
    );
    assert_eq!(
        fault(&format!("{UPPER}\n{}", LOWER.replace("340415", "340416"))),
        MrzFault::CheckDigit(MrzField::ExpiryDate)
    );
    assert_eq!(
        fault(&format!("{UPPER}\n{}", LOWER.replace("ZE1", "ZE7"))),
        MrzFault::CheckDigit(MrzField::OptionalData)
    );
    assert_eq!(
        fault(&format!("{UPPER}\n{}", LOWER.replace("<16", "<17"))),
        MrzFault::CheckDigit(MrzField::Composite)
    );
    // A lost character at the end of the lower line is no missing filler.
    assert_eq!(
        fault(&format!("{UPPER}\n{}", &LOWER[..43])),
        MrzFault::CheckDigit(MrzField::Composite)
    );
}
