use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::*;
use crate::cpr_number::CprNumber;
use crate::register::tests::somebody;
use crate::register::{
    Address, CprStatus, EarlierAddress, EarlierName, ForeignAddress, Marital, MaritalStatus,
    Protection, RegisterEntry, RegisterName,
};
use crate::secret::Pii;

const START: Start = Start {
    produced_on: date(2026, 11, 24),
    changes_since: None,
};

/// A whole file.
fn file(entries: &[RegisterEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    start(&mut bytes, START);
    let lines = entries.iter().map(|entry| person(&mut bytes, entry)).sum();
    end(&mut bytes, lines);
    bytes
}

fn read(bytes: &[u8]) -> Result<(Vec<RegisterEntry>, Summary), FileFault> {
    let mut reader = Reader::new();
    let mut entries = Vec::new();
    for line in bytes
        .strip_suffix(b"\n")
        .unwrap_or(bytes)
        .split(|byte| *byte == b'\n')
    {
        if let Read::Person { entry, .. } = reader.line(line)? {
            entries.push(*entry);
        }
    }
    Ok((entries, reader.end()?))
}

/// The fault of a file as text lines: the line, the name of the field and what is wrong.
fn refused(lines: &[&str]) -> (u64, &'static str, Broken) {
    let bytes: Vec<u8> = lines
        .iter()
        .flat_map(|line| {
            line.chars()
                .map(|letter| u8::try_from(letter).unwrap())
                .chain([b'\n'])
        })
        .collect();
    let fault = read(&bytes).map(drop).unwrap_err();
    (fault.line, fault.field.name, fault.what)
}

const START_LINE: &str = "00000000000000000002026112400000000";
const FREJA: &str = "0011204910418          01199104120000 K1991-04-12";
const FREJAS_NAME: &str = "0081204910418Freja";

#[test]
fn r_cpr_4_a_small_file_is_read_as_it_was_written() {
    let lines = [
        START_LINE,
        FREJA,
        &format!("{:<69}201803010000", "0021204910418085185110016 2TV"),
        &format!("{FREJAS_NAME:<105}Nygaard"),
        "999999999999900000003",
    ];
    let bytes = lines.join("\r\n");
    let (entries, summary) = read(bytes.as_bytes()).unwrap();
    assert_eq!(
        summary,
        Summary {
            start: START,
            persons: 1,
            lines: 5
        }
    );
    let entry = &entries[0];
    assert_eq!(entry.cpr.expose(), "1204910418");
    assert_eq!(entry.status_since, Some(date(1991, 4, 12)));
    assert_eq!(entry.name.full().expose(), "Freja Nygaard");
    assert_eq!(entry.moved_in, Some(Pii::new(date(2018, 3, 1))));
    let address = entry.address.as_ref().unwrap();
    assert_eq!(*address.municipality_code.expose(), 851);
    assert_eq!(*address.street_code.expose(), 8511);
    assert_eq!(address.house.expose(), "16");
    assert_eq!(
        (
            address.floor.expose().as_str(),
            address.door.expose().as_str()
        ),
        ("2", "TV")
    );
}

#[test]
fn r_cpr_4_a_file_that_does_not_end_is_refused_and_either_end_record_ends_it() {
    let name = format!("{FREJAS_NAME:<105}Nygaard");
    for end in ["099999999999900000002", "999999999999900000002"] {
        let bytes = [START_LINE, FREJA, &name, end].join("\n");
        assert_eq!(
            read(bytes.as_bytes()).map(|(entries, _)| entries.len()),
            Ok(1)
        );
    }
    assert_eq!(
        refused(&[START_LINE, FREJA, &name]),
        (3, "RECORDTYPE", Broken::NoEnd)
    );
    // An event is no end, though its type is that of the rulebook's end.
    let event = "0991204910418202611240001A01";
    assert_eq!(
        refused(&[START_LINE, FREJA, &name, event]),
        (4, "RECORDTYPE", Broken::NoEnd)
    );
    let after = [START_LINE, FREJA, &name, "099999999999900000002", FREJA];
    assert_eq!(refused(&after), (5, "RECORD", Broken::AfterEnd));
    assert_eq!(read(b"").map(drop).unwrap_err().what, Broken::TooShort);
}

#[test]
fn r_cpr_4_counts_must_match() {
    let name = format!("{FREJAS_NAME:<105}Nygaard");
    let counted = |count: u64| format!("0999999999999{count:08}");
    for (count, found) in [(1, 2), (3, 2), (0, 2)] {
        assert_eq!(
            refused(&[START_LINE, FREJA, &name, &counted(count)]),
            (
                4,
                "TAELLER",
                Broken::Count {
                    counted: count,
                    found
                }
            )
        );
    }
    assert_eq!(
        refused(&[START_LINE, FREJA, &name, "0999999999999"]),
        (4, "TAELLER", Broken::Empty)
    );
    assert_eq!(
        refused(&[START_LINE, FREJA, &name, "09999999999990000000x"]),
        (4, "TAELLER", Broken::Digits)
    );
}

#[test]
fn r_cpr_4_another_character_set_is_refused_with_its_place() {
    // C1 controls are where Windows-1252 has its quotation marks and dashes.
    for byte in 0..=0xFF_u8 {
        let mut line = b"0081204910418Fre".to_vec();
        line.push(byte);
        line.push(b'a');
        let mut bytes = [START_LINE, FREJA, ""].join("\n").into_bytes();
        bytes.extend_from_slice(&line);
        bytes.extend_from_slice(b"\n099999999999900000002\n");
        let outcome = read(&bytes).map(drop);
        match byte {
            b'\n' => assert!(outcome.is_err()),
            0..=0x1F | 0x7F..=0x9F => {
                let fault = outcome.unwrap_err();
                assert_eq!((fault.line, fault.field.column), (3, 17), "{byte:#x}");
                assert_eq!(fault.what, Broken::CharacterSet, "{byte:#x}");
            }
            _ => assert_eq!(outcome, Ok(()), "{byte:#x}"),
        }
    }
    for utf8 in ["Lærke", "Søren", "Åse", "Ægir", "Østen"] {
        let line = format!("0081204910418{utf8}");
        let mut bytes = [START_LINE, FREJA, ""].join("\n").into_bytes();
        bytes.extend_from_slice(line.as_bytes());
        let fault = read(&bytes).map(drop).unwrap_err();
        assert_eq!((fault.line, fault.what), (3, Broken::Utf8), "{utf8}");
    }
    let marked = [b"\xEF\xBB\xBF".as_slice(), START_LINE.as_bytes()].concat();
    let fault = read(&marked).map(drop).unwrap_err();
    assert_eq!(
        (fault.line, fault.field.column, fault.what),
        (1, 1, Broken::Utf8)
    );
}

/// A third line, the field that is wrong in it, and what is wrong.
const BROKEN: [(&str, &str, Broken); 21] = [
    ("0", "RECORD", Broken::TooShort),
    ("0041204910418x001", "BESKYTTYPE", Broken::Digits),
    ("00412049104180001", "START_DT-BESKYTTELSE", Broken::Empty),
    (
        "004120491041800012026-02-29",
        "START_DT-BESKYTTELSE",
        Broken::Date,
    ),
    (
        "004120491041800012026-1-29",
        "START_DT-BESKYTTELSE",
        Broken::Date,
    ),
    ("0081204910418", "FORNVN", Broken::Empty),
    ("0081204910419Freja", "PNR", Broken::OtherPerson),
    ("0083204910418Freja", "PNR", Broken::Number),
    ("008120491041", "PNR", Broken::Number),
    ("008", "PNR", Broken::Empty),
    ("0121204910418X", "CIVST", Broken::Code),
    ("0121204910418G120491041", "AEGTEPNR", Broken::Number),
    ("0141204910418", "PNR", Broken::Empty),
    ("01412049104189999999999", "PNR", Broken::Number),
    ("7771204910418", "RECORDTYPE", Broken::RecordType),
    (START_LINE, "RECORDTYPE", Broken::SecondStart),
    ("0010101901234          02", "STATUS", Broken::Code),
    (
        "0010101901234          01             X",
        "KOEN",
        Broken::Code,
    ),
    (
        "0010101901234          60             K",
        "PNRGAELD",
        Broken::Empty,
    ),
    (
        "0010101901234          01201313010000 K",
        "STATUSHAENSTART",
        Broken::Date,
    ),
    (
        "0010101901234          01             K1990-13-01",
        "FOED_DT",
        Broken::Date,
    ),
];

#[test]
fn r_cpr_4_a_broken_record_is_refused_with_line_and_field() {
    for (line, field, what) in BROKEN {
        assert_eq!(
            refused(&[START_LINE, FREJA, line]),
            (3, field, what),
            "{line}"
        );
    }
    assert_eq!(refused(&[FREJA]), (1, "RECORDTYPE", Broken::NoStart));
    assert_eq!(
        refused(&["0000000000000000000"]),
        (1, "PRODDTO", Broken::Empty)
    );
    assert_eq!(
        refused(&["00000000000000000002026113100000000"]),
        (1, "PRODDTO", Broken::Date)
    );
    // Nobody has a file that begins in the middle of a person.
    assert_eq!(
        refused(&[START_LINE, FREJAS_NAME]),
        (2, "PNR", Broken::OtherPerson)
    );
    // The name is missed when the next person begins, and told of where this one does.
    let next = "0010101901234          01             K";
    assert_eq!(
        refused(&[START_LINE, FREJA, next]),
        (2, "FORNVN", Broken::NoName)
    );
    assert_eq!(
        refused(&[START_LINE, FREJA, FREJAS_NAME, FREJAS_NAME]),
        (4, "RECORDTYPE", Broken::Twice)
    );
}

#[test]
fn r_cpr_4_a_record_may_lose_spaces_at_its_end_and_may_not_be_longer() {
    let whole = format!("{FREJA:<106}");
    let name = format!("{FREJAS_NAME:<193}");
    let end = "099999999999900000002";
    let bytes = [START_LINE, &whole, &name, end].join("\n");
    assert!(read(bytes.as_bytes()).is_ok());
    assert_eq!(
        refused(&[START_LINE, &format!("{whole} ")]),
        (2, "RECORD", Broken::TooLong)
    );
}

#[test]
fn days_that_are_not_known_are_left_out_and_undone_records_too() {
    let lines = [
        START_LINE,
        "0011204910418          01199100000000 K0000-00-00",
        FREJAS_NAME,
        "0231204910418A0851851101602TV",
        "0231204910418 08518511017",
        "0261204910418AFrida",
        "0261204910418KFreia",
        "099999999999900000006",
    ];
    let (entries, _) = read(lines.join("\n").as_bytes()).unwrap();
    assert_eq!(entries[0].status_since, None);
    assert_eq!(
        *entries[0].birth_date.expose(),
        date(1991, 4, 12),
        "the number says it"
    );
    assert_eq!(entries[0].earlier_addresses.len(), 1);
    assert_eq!(entries[0].earlier_addresses[0].address.house.expose(), "17");
    assert_eq!(entries[0].earlier_names[0].name.given.expose(), "Freia");
}

#[test]
fn a_fault_says_where_and_never_what_stands_there() {
    let fault = read(
        [START_LINE, "0011204910418          77"]
            .join("\n")
            .as_bytes(),
    )
    .map(drop)
    .unwrap_err();
    assert_eq!(
        fault.to_string(),
        "line 2, STATUS (column 24): not a code of the register (R-CPR-4)"
    );
}

fn text(letters: &'static str) -> impl Strategy<Value = String> {
    proptest::string::string_regex(letters).unwrap()
}

/// Letters that the register writes names with.
const NAME: &str = "[A-ZÆØÅÉ][a-zæøåéüö]{1,9}( [A-ZÆØÅ][a-zæøå]{1,7})?";

fn day() -> impl Strategy<Value = Date> {
    (1900_i16..2026, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn pii_day() -> impl Strategy<Value = Option<Pii<Date>>> {
    of(day().prop_map(Pii::new))
}

fn cpr() -> impl Strategy<Value = CprNumber> {
    (1_u8..=28, 1_u8..=12, 0_u8..=99, 0_u16..=9999).prop_map(|(day, month, year, serial)| {
        CprNumber::parse(&format!("{day:02}{month:02}{year:02}{serial:04}")).unwrap()
    })
}

fn name() -> impl Strategy<Value = RegisterName> {
    (text(NAME), of(text(NAME)), text(NAME)).prop_map(|(given, middle, family)| RegisterName {
        given: Pii::new(given),
        middle: middle.map(Pii::new),
        family: Pii::new(family),
    })
}

/// `written`: an address now, with a street's name and a town; else one in codes.
fn address(written: bool) -> impl Strategy<Value = Address> {
    let place = (
        text("[1-9][0-9]{0,2}[A-F]?"),
        text("([1-9]|ST|KL)?"),
        text("(TV|TH|MF|[1-9]{1,3})?"),
    );
    (
        place,
        text(NAME),
        1_u16..1000,
        1_u16..10_000,
        1000_u16..10_000,
    )
        .prop_map(
            move |((house, floor, door), words, municipality, street, postal)| Address {
                street: Pii::new(if written {
                    words.clone()
                } else {
                    String::new()
                }),
                house: Pii::new(house),
                floor: Pii::new(floor),
                door: Pii::new(door),
                postal_code: Pii::new(if written {
                    postal.to_string()
                } else {
                    String::new()
                }),
                town: Pii::new(if written { words } else { String::new() }),
                municipality_code: Pii::new(municipality),
                street_code: Pii::new(street),
            },
        )
}

fn latest_first<T>(mut list: Vec<T>, until: impl Fn(&T) -> Option<Pii<Date>>) -> Vec<T> {
    list.sort_by_key(|item| std::cmp::Reverse(until(item)));
    list
}

fn homes() -> impl Strategy<Value = Vec<EarlierAddress>> {
    let home =
        (address(false), pii_day(), pii_day()).prop_map(|(address, from, until)| EarlierAddress {
            address,
            from,
            until,
        });
    vec(home, 0..4).prop_map(|homes| latest_first(homes, |home| home.until.clone()))
}

fn names() -> impl Strategy<Value = Vec<EarlierName>> {
    let name = (name(), pii_day(), pii_day()).prop_map(|(name, from, until)| EarlierName {
        name,
        from,
        until,
    });
    vec(name, 0..3).prop_map(|names| latest_first(names, |name| name.until.clone()))
}

fn relatives() -> impl Strategy<Value = [Option<CprNumber>; 3]> {
    let one = || of(cpr());
    [one(), one(), one()]
}

fn gone() -> impl Strategy<Value = Option<ForeignAddress>> {
    let line = || text(NAME);
    let gone = (1_u16..9999, of(day()), vec(line(), 0..=5)).prop_map(|(country, since, lines)| {
        ForeignAddress {
            country: Pii::new(country),
            since,
            lines: Pii::new(lines),
        }
    });
    of(gone)
}

fn entry() -> impl Strategy<Value = RegisterEntry> {
    let status = (0..CprStatus::ALL.len(), of(day()), cpr());
    let marital = (0..MaritalStatus::ALL.len(), of(day()));
    let protection = of((day(), of(day())));
    let numbers = (vec(cpr(), 0..4), vec(cpr(), 0..2));
    let home = (of(address(true)), pii_day(), gone(), homes());
    let rest = (of(1_u16..9999), of(text(NAME)));
    let core = (cpr(), status, name(), names(), day());
    (
        core,
        home,
        protection,
        of(marital),
        relatives(),
        numbers,
        rest,
    )
        .prop_map(
            |(core, home, protection, marital, [spouse, mother, father], numbers, rest)| {
                let (cpr, (status, status_since, now), name, earlier_names, born) = core;
                let (address, moved_in, abroad, earlier_addresses) = home;
                let status = CprStatus::ALL[status].1;
                RegisterEntry {
                    cpr,
                    status,
                    status_since,
                    name,
                    birth_date: Pii::new(born),
                    protection: protection.map(|(from, until)| Protection { from, until }),
                    address,
                    moved_in,
                    abroad,
                    earlier_addresses,
                    earlier_names,
                    spouse: spouse.filter(|_| marital.is_some()),
                    marital: marital.map(|(at, since)| Marital {
                        status: MaritalStatus::ALL[at].1,
                        since,
                    }),
                    children: numbers.0,
                    mother,
                    father,
                    citizenship: rest.0.map(Pii::new),
                    birth_place: rest.1.map(Pii::new),
                    replaced_by: Some(now)
                        .filter(|now| status == CprStatus::Changed && *now != cpr),
                    replaces: numbers
                        .1
                        .into_iter()
                        .filter(|number| *number != cpr)
                        .collect(),
                }
            },
        )
}

proptest! {
    /// What the writer writes is what the reader reads.
    #[test]
    fn what_is_written_reads_back(entries in vec(entry(), 0..6)) {
        let entries: Vec<_> = entries
            .into_iter()
            .filter(|entry| entry.status != CprStatus::Changed || entry.replaced_by.is_some())
            .collect();
        let (found, summary) = read(&file(&entries)).unwrap();
        prop_assert_eq!(summary.persons, entries.len() as u64);
        prop_assert_eq!(found, entries);
    }

    /// Any bytes are a file or a fault.
    #[test]
    fn any_bytes_are_a_file_or_a_fault(bytes in vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    /// A file that lost or gained a byte anywhere is refused, or says the same but for the one field.
    #[test]
    fn a_file_that_lost_a_line_is_refused(entries in vec(entry(), 1..4), at in any::<prop::sample::Index>()) {
        let entries: Vec<_> = entries
            .into_iter()
            .filter(|entry| entry.status != CprStatus::Changed || entry.replaced_by.is_some())
            .collect();
        let whole = file(&entries);
        let mut lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
        lines.remove(at.index(lines.len()));
        prop_assert!(read(&lines.concat()).is_err());
    }
}

#[test]
fn the_writer_cuts_what_is_too_long_and_marks_what_latin_1_has_not() {
    let entry = RegisterEntry {
        name: RegisterName {
            given: Pii::new("Ж".repeat(60)),
            middle: None,
            family: Pii::new("N".to_owned()),
        },
        ..somebody()
    };
    let (entries, _) = read(&file(&[entry])).unwrap();
    assert_eq!(entries[0].name.given.expose(), &"?".repeat(50));
}
