//! Names as ICAO 9303 cuts them: parts 4, 5, 6 and 7.

use emrtd::mrz::{Format, HolderName, Language, Mrz};

use super::read;

const DINGO: (&str, &str) = (
    "Bennelong Wooloomooloo Warrandyte Warnambool",
    "Dingo Potoroo",
);
const KRASUANG: (&str, &str) = ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang");
const ARNPOL: (&str, &str) = ("Nilavadhanananda", "Arnpol Petch Charonguang");

fn name((primary, secondary): (&str, &str)) -> HolderName {
    HolderName::transliterated(primary, secondary, Language::Other).unwrap()
}

/// The name field of a document of this format.
fn written(format: Format, holder: (&str, &str)) -> String {
    let mut mrz = match format {
        Format::Td1 => read(&[
            "I<UTOD231458907<<<<<<<<<<<<<<<",
            "7408122F1204159UTO<<<<<<<<<<<6",
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ]),
        _ => read(&[
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
            "D231458907UTO7408122F1204159<<<<<<<6",
        ]),
    }
    .mrz;
    mrz.format = format;
    mrz.name = name(holder);
    let zone = mrz.write().unwrap();
    let place = if format == Format::Td1 {
        60..90
    } else {
        5..format.width()
    };
    zone[place].to_owned()
}

/// Those examples that follow "components truncated to initials", and all that are not truncated.
#[test]
fn worked_examples_are_written() {
    let examples = [
        // 9303-4, 4.2.3
        (
            Format::Td3,
            ("Eriksson", "Anna Maria"),
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        ),
        (
            Format::Td3,
            ("Heng", "Deborah Ming Lo"),
            "HENG<<DEBORAH<MING<LO<<<<<<<<<<<<<<<<<<",
        ),
        (
            Format::Td3,
            ("Smith-Jones", "Susie Margaret"),
            "SMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<",
        ),
        (
            Format::Td3,
            ("O’Connor", "Enya Siobhan"),
            "OCONNOR<<ENYA<SIOBHAN<<<<<<<<<<<<<<<<<<",
        ),
        (
            Format::Td3,
            ("van der Muellen", "Martin"),
            "VAN<DER<MUELLEN<<MARTIN<<<<<<<<<<<<<<<<",
        ),
        (
            Format::Td3,
            ("Arkfreith", ""),
            "ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        ),
        (
            Format::Td3,
            KRASUANG,
            "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
        ),
        (
            Format::Td3,
            DINGO,
            "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI",
        ),
        (
            Format::Td3,
            ("Papandropoulous", "Jonathon Warren Trevor"),
            "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR",
        ),
        // 9303-5, 4.2.3
        (Format::Td1, KRASUANG, "NILAVADHANANANDA<<CHAYAPA<DE<K"),
        (Format::Td1, DINGO, "BENNELONG<WOOLOOMOOLOO<W<W<<DI"),
        (
            Format::Td1,
            ("Papandropoulous", "Jonathon Alec"),
            "PAPANDROPOULOUS<<JONATHON<ALEC",
        ),
        (
            Format::Td1,
            ("Al-Basri", "Huda Muhammad Jawad"),
            "AL<BASRI<<HUDA<MUHAMMAD<JAWAD<",
        ),
        (
            Format::Td1,
            ("Vilarchao Fernandez", "Jose Ramon"),
            "VILARCHAO<FERNANDEZ<<JOSE<RAMO",
        ),
        (
            Format::Td1,
            ("Satriya Sudarpa", ""),
            "SATRIYA<SUDARPA<<<<<<<<<<<<<<<",
        ),
        // 9303-6, 4.2.3
        (Format::Td2, KRASUANG, "NILAVADHANANANDA<<CHAYAPA<DEJ<K"),
        (Format::Td2, DINGO, "BENNELONG<WOOLOOMOOLOO<W<W<<D<P"),
        (
            Format::Td2,
            ("Vilarchao Fernandez", "Jose Ramon"),
            "VILARCHAO<FERNANDEZ<<JOSE<RAMON",
        ),
    ];
    for (format, holder, field) in examples {
        assert_eq!(written(format, holder), field);
    }
}

/// Whichever method a state chose, what it wrote stands for the name, and says that it may be cut: every example of parts 4 to 7.
#[test]
fn every_way_of_cutting_stands_for_the_whole() {
    let examples = [
        // 9303-4, 4.2.3, and 9303-7, 4.2.3 (MRV-A)
        (DINGO, "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO"),
        (DINGO, "BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO"),
        (DINGO, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"),
        (ARNPOL, "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        (KRASUANG, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        // 9303-5, 4.2.3
        (KRASUANG, "NILAVADHANANANDA<<CHAYAPA<DE<K"),
        (ARNPOL, "NILAVADHANANANDA<<ARNPOL<PE<CH"),
        (DINGO, "BENNELONG<WOOLOOMOOLOO<W<W<<DI"),
        (DINGO, "BENNELONG<WOOLOOM<WA<WARN<<D<P"),
        (DINGO, "BENNE<WOOLO<WARRA<WARNA<<DIN<P"),
        // 9303-6, 4.2.3
        (KRASUANG, "NILAVADHANANANDA<<CHAYAPA<DEJ<K"),
        (ARNPOL, "NILAVADHANANANDA<<ARN<PET<CHARO"),
        (DINGO, "BENNELONG<WOOLOOMOOLOO<W<W<<D<P"),
        (DINGO, "BENNELONG<WOOLOOM<WAR<WARN<<D<P"),
        (DINGO, "BENNEL<WOOLO<WARRA<WARNA<<DIN<P"),
        // 9303-7, 7.2.3 (MRV-B)
        (ARNPOL, "NILAVADHANANANDA<<ARNP<PE<CHARO"),
        (DINGO, "BENNELONG<WOOLOOMOOLOO<WAR<W<<D"),
        (DINGO, "BENNELONG<WOOLOOM<WAR<WA<<DINGO"),
        (DINGO, "BENN<WOOL<WARR<WARN<<DINGO<POTO"),
    ];
    for (holder, field) in examples {
        let read = name_of(field);
        assert!(read.may_be_truncated(), "{field}");
        assert!(read.can_stand_for(&name(holder)), "{field}");
        assert!(!read.can_stand_for(&name(("Eriksson", "Anna"))));
    }
    let short = name_of("ERIKSSON<<ANNA<MARIA<<<<<<<<<<");
    assert!(short.can_stand_for(&name(("Eriksson", "Anna Maria"))));
    assert!(!short.can_stand_for(&name(("Erikssonsson", "Anna Maria"))));
}

/// The name of a field, in a zone whose name field has that width.
fn name_of(field: &str) -> HolderName {
    let zone = match field.len() {
        30 => format!("I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6{field}"),
        31 => format!("I<UTO{field}D231458907UTO7408122F1204159<<<<<<<6"),
        _ => format!("PPUTO{field}L898902C36UTO7408122F3404159ZE184226B<<<<<16"),
    };
    read(&[&zone]).mrz.name
}

#[test]
fn a_danish_passport() {
    let mut mrz = read(&[
        "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F3404159ZE184226B<<<<<16",
    ])
    .mrz;
    mrz.name = name(("Æbelø-Ågård", "Søren"));
    let zone = mrz.write().unwrap();
    assert_eq!(&zone[..44], "PPUTOAEBELOE<AAGAARD<<SOEREN<<<<<<<<<<<<<<<<");
    assert_eq!(
        Mrz::read(zone.as_bytes()).unwrap().mrz.name.primary(),
        ["AEBELOE", "AAGAARD"]
    );
}
