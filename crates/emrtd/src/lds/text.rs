//! Text and dates of DG11, DG12 and DG16 (ICAO 9303-10, 4.7).

use std::borrow::Cow;

use jiff::civil::DateTime;

use crate::fault::{Deviation, Deviations};
use crate::mrz::PartialDate;
use crate::personal::Personal;

/// Text, borrowed where it is UTF-8.
pub type Text<'a> = Personal<Cow<'a, str>>;

/// Text by its bytes.
pub(super) fn text<'a>(bytes: &'a [u8], deviations: &mut Deviations) -> Text<'a> {
    Personal::new(std::str::from_utf8(bytes).map_or_else(
        |_| {
            deviations.push(Deviation::TextNotUtf8);
            Cow::Owned(bytes.iter().copied().map(char::from).collect())
        },
        Cow::Borrowed,
    ))
}

/// A name as the files have it: primary identifier, `<<`, secondary identifier, and `<` between components, each as a text with spaces.
///
/// ```
/// assert_eq!(emrtd::lds::split_name("VAN<DER<STEEN<<MARIANNE"), ("VAN DER STEEN".into(), "MARIANNE".into()));
/// ```
pub fn split_name(name: &str) -> (String, String) {
    let (primary, secondary) = name.split_once("<<").unwrap_or((name, ""));
    let spaced = |part: &str| {
        part.split('<')
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    (spaced(primary), spaced(secondary))
}

/// `YYYYMMDD` as eight characters, or four bytes of packed digits. Zeros are unknown parts (4.7.11).
pub(super) fn date(bytes: &[u8], deviations: &mut Deviations) -> Option<PartialDate> {
    let date = digits::<8>(bytes, deviations).and_then(|digits| {
        let number = |place: &[u8]| {
            place
                .iter()
                .fold(0_i16, |value, digit| value * 10 + i16::from(*digit))
        };
        let known = |value: i16| (value != 0).then_some(value);
        let part = |value: i16, last: i16| {
            known(value).map(|value| u8::try_from(value.min(last + 1)).unwrap_or(u8::MAX))
        };
        let date = PartialDate {
            year: known(number(&digits[..4])),
            month: part(number(&digits[4..6]), 12),
            day: part(number(&digits[6..]), 31),
        };
        let ranges =
            date.month.is_none_or(|month| month <= 12) && date.day.is_none_or(|day| day <= 31);
        (ranges && (date.year.is_none() || date.earliest().is_some())).then_some(date)
    });
    if date.is_none() {
        deviations.push(Deviation::DateMalformed);
    }
    date
}

/// `YYYYMMDDhhmmss` as fourteen characters, or seven bytes of packed digits.
pub(super) fn date_time(bytes: &[u8], deviations: &mut Deviations) -> Option<DateTime> {
    let moment = digits::<14>(bytes, deviations).and_then(|digits| {
        let pair = |at: usize| i8::try_from(digits[at] * 10 + digits[at + 1]).unwrap_or(-1);
        let year = i16::from(pair(0)) * 100 + i16::from(pair(2));
        DateTime::new(year, pair(4), pair(6), pair(8), pair(10), pair(12), 0).ok()
    });
    if moment.is_none() {
        deviations.push(Deviation::DateMalformed);
    }
    moment
}

/// `N` decimal digits as characters, or packed two in a byte.
fn digits<const N: usize>(bytes: &[u8], deviations: &mut Deviations) -> Option<[u8; N]> {
    let mut digits = [0; N];
    if bytes.len() == N {
        for (digit, character) in digits.iter_mut().zip(bytes) {
            *digit = character.checked_sub(b'0')?;
        }
    } else if bytes.len() * 2 == N {
        deviations.push(Deviation::DatePacked);
        for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[byte >> 4, byte & 0x0F]);
        }
    } else {
        return None;
    }
    digits.iter().all(|digit| *digit <= 9).then_some(digits)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use crate::fault::{Deviation, Deviations};
    use crate::mrz::PartialDate;

    #[test]
    fn dates() {
        let mut deviations = Deviations::new();
        let mut read = |bytes: &[u8]| super::date(bytes, &mut deviations);
        assert_eq!(
            read(b"19740812").and_then(PartialDate::exact),
            Some(date(1974, 8, 12))
        );
        let unknown = PartialDate {
            year: Some(1974),
            month: None,
            day: None,
        };
        assert_eq!(read(b"19740000"), Some(unknown));
        assert_eq!(
            read(b"00000000"),
            Some(PartialDate {
                year: None,
                month: None,
                day: None
            })
        );
        assert_eq!(
            read(&[0x19, 0x74, 0x08, 0x12]).and_then(PartialDate::exact),
            Some(date(1974, 8, 12))
        );
        for wrong in [
            &b"19741312"[..],
            b"19740832",
            b"19740230",
            b"1974081",
            b"1974x812",
            &[0x19, 0x74, 0x08, 0x1A],
            b"19749900",
        ] {
            assert_eq!(read(wrong), None);
        }
        assert!(
            deviations.contains(Deviation::DatePacked)
                && deviations.contains(Deviation::DateMalformed)
        );
        let moment = super::date_time(b"20261124183005", &mut deviations);
        assert_eq!(moment, Some(datetime(2026, 11, 24, 18, 30, 5, 0)));
        assert_eq!(super::date_time(b"20261124183065", &mut deviations), None);
    }
}
