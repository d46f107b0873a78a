//! Properties of every zone, and of what is none.

use emrtd::mrz::{
    Format, HolderName, Language, Mrz, MrzDate, MrzInformation, Sex, State, transliterate,
};
use jiff::civil::date;
use proptest::prelude::*;

fn format() -> impl Strategy<Value = Format> {
    prop::sample::select(vec![
        Format::Td1,
        Format::Td2,
        Format::Td3,
        Format::MrvA,
        Format::MrvB,
    ])
}

prop_compose! {
    fn mrz()(
        format in format(),
        primary in "[A-Z]{1,9}( [A-Z]{1,8}){0,4}",
        secondary in "([A-Z]{1,9}( [A-Z]{1,8}){0,4})?",
        number in "[A-Z0-9]{1,9}",
        longer in "[A-Z0-9]{1,5}",
        (optional, second) in ("([A-Z0-9<]{0,6}[A-Z0-9])?", "([A-Z0-9<]{0,10}[A-Z0-9])?"),
        days in 0..36_500_i32,
        valid in 0..5_000_i32,
        sex in prop::sample::select(vec![Sex::Female, Sex::Male, Sex::Unspecified]),
    ) -> Mrz {
        let long = number.len() == 9 && matches!(format, Format::Td1 | Format::Td2) && longer.len() < 6;
        let card = matches!(format, Format::Td1 | Format::Td2);
        Mrz {
            format,
            document_code: match format { Format::Td1 | Format::Td2 => *b"ID", Format::Td3 => *b"PP", _ => *b"V<" },
            issuing_state: State::from_code("DNK").unwrap(),
            name: HolderName::transliterated(&primary, &secondary, Language::Other).unwrap(),
            document_number: if long { number + &longer } else { number }.into(),
            nationality: State::from_code("D").unwrap(),
            birth: MrzDate::from_date(date(1926, 11, 24) + jiff::Span::new().days(days)),
            sex,
            expiry: MrzDate::from_date(date(2020, 1, 1) + jiff::Span::new().days(valid)),
            optional_data: if card && long { String::new() } else { optional }.into(),
            second_optional_data: if format == Format::Td1 { second } else { String::new() }.into(),
        }
    }
}

proptest! {
    /// What is written is read again, but for names that were cut; and a person may type it.
    #[test]
    fn round_trip(mrz in mrz()) {
        let lines = mrz.write_lines().unwrap();
        let reading = Mrz::from_typed(&lines).unwrap();
        prop_assert!(reading.mrz.name.can_stand_for(&mrz.name));
        prop_assert_eq!(lines.lines().map(str::len).collect::<Vec<_>>(), vec![mrz.format.width(); mrz.format.length() / mrz.format.width()]);
        prop_assert_eq!(reading.mrz.information(), mrz.information());
        let again = Mrz { name: mrz.name.clone(), ..reading.mrz };
        prop_assert_eq!(again, mrz);
    }

    /// A single wrong digit in what check digits cover never passes unseen.
    #[test]
    fn every_wrong_digit_is_seen(mrz in mrz(), at in 0..28_usize, by in 1..10_u8) {
        let mut zone = mrz.write().unwrap().into_bytes();
        let at = if mrz.format == Format::Td1 { 30 + at % 15 } else { mrz.format.width() + at };
        if zone[at].is_ascii_digit() {
            zone[at] = (zone[at] - b'0' + by) % 10 + b'0';
            prop_assert!(!Mrz::read(&zone).unwrap().wrong_check_digits.is_empty());
        }
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..100), text in any::<String>(), zone in "[A-Z0-9<]{72}|[A-Z0-9<]{88}|[A-Z0-9<]{90}") {
        let _ = Mrz::read(&bytes);
        let _ = Mrz::from_typed(&text);
        let _ = MrzInformation::from_typed(&text, &text, &text);
        let _ = transliterate(&text, Language::Other);
        let reading = Mrz::read(zone.as_bytes()).unwrap();
        let _ = (reading.mrz.write(), reading.mrz.birth.birth(date(2026, 11, 24)), reading.mrz.expiry.expiry(date(2026, 11, 24)));
        let _ = Mrz::from_typed(&zone);
    }

    /// A mark that doubles cannot be made to double what it doubled.
    #[test]
    fn transliteration_stays_small(text in "[\u{0621}-\u{0652}]{0,200}") {
        if let Ok(written) = transliterate(&text, Language::Other) {
            prop_assert!(written.len() <= 8 * text.chars().count());
        }
    }
}
