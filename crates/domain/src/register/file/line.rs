//! One line: its fields as values.

use jiff::civil::Date;

use super::fault::{Broken, FileFault};
use super::layout::{self, Field};
use crate::cpr_number::CprNumber;

/// A line without its line break, and which it is.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    bytes: &'a [u8],
    number: u64,
}

type Read<T> = Result<T, FileFault>;

impl<'a> Line<'a> {
    /// Checks the character set, the record type and the length.
    pub(super) fn read(bytes: &'a [u8], number: u64) -> Read<Self> {
        let line = Self { bytes, number };
        line.check_characters()?;
        let record = line
            .record()
            .ok_or(line.fault(layout::LINE, Broken::TooShort))?;
        let longest =
            layout::length(record).ok_or(line.fault(layout::RECORD_TYPE, Broken::RecordType))?;
        if bytes.len() > longest {
            return Err(line.fault(layout::LINE, Broken::TooLong));
        }
        Ok(line)
    }

    fn check_characters(self) -> Read<()> {
        let is_foreign = |byte: &u8| matches!(byte, 0..=0x1F | 0x7F..=0x9F);
        let foreign = self.bytes.iter().position(is_foreign);
        let is_utf8 = |pair: &[u8]| matches!(pair, [0xC2..=0xC3, 0x80..=0xBF] | [0xEF, 0xBB]);
        let utf8 = self.bytes.windows(2).position(is_utf8);
        let (at, what) = match (foreign, utf8) {
            (_, Some(at)) => (at, Broken::Utf8),
            (Some(at), None) => (at, Broken::CharacterSet),
            (None, None) => return Ok(()),
        };
        let column = Field {
            name: "RECORD",
            column: at + 1,
            width: 1,
        };
        Err(self.fault(column, what))
    }

    pub(super) fn fault(self, field: Field, what: Broken) -> FileFault {
        FileFault {
            line: self.number,
            field,
            what,
        }
    }

    /// The record type.
    pub(super) fn record(self) -> Option<[u8; 3]> {
        self.bytes.first_chunk().copied()
    }

    /// The bytes of a field without spaces around; what is cut off at the end of the line is spaces.
    pub(super) fn raw(self, field: Field) -> &'a [u8] {
        let from = (field.column - 1).min(self.bytes.len());
        let to = (field.column - 1 + field.width).min(self.bytes.len());
        self.bytes[from..to].trim_ascii()
    }

    /// A text, empty or not.
    pub(super) fn text(self, field: Field) -> String {
        self.raw(field).iter().copied().map(char::from).collect()
    }

    /// A text that is there.
    pub(super) fn opt_text(self, field: Field) -> Option<String> {
        Some(self.text(field)).filter(|text| !text.is_empty())
    }

    /// A house, a floor or a door: without the zeros that fill it up.
    pub(super) fn unfilled(self, field: Field) -> String {
        let text = self.text(field);
        text.trim_start_matches('0').to_owned()
    }

    /// Digits; an empty field is 0.
    pub(super) fn number(self, field: Field) -> Read<u64> {
        let raw = self.raw(field);
        raw.iter().try_fold(0_u64, |number, byte| match byte {
            b'0'..=b'9' => Ok(number * 10 + u64::from(byte - b'0')),
            _ => Err(self.fault(field, Broken::Digits)),
        })
    }

    /// A code of four digits; an empty field is 0.
    pub(super) fn code(self, field: Field) -> Read<u16> {
        u16::try_from(self.number(field)?).map_err(|_| self.fault(field, Broken::Digits))
    }

    /// A CPR number; nothing where there are spaces or zeros.
    pub(super) fn opt_cpr(self, field: Field) -> Read<Option<CprNumber>> {
        let raw = self.raw(field);
        if raw.iter().all(|byte| *byte == b'0') {
            return Ok(None);
        }
        let text = std::str::from_utf8(raw).map_err(|_| self.fault(field, Broken::Number))?;
        match CprNumber::parse(text) {
            Ok(cpr) if raw.len() == field.width => Ok(Some(cpr)),
            _ => Err(self.fault(field, Broken::Number)),
        }
    }

    /// A CPR number that must be there.
    pub(super) fn cpr(self, field: Field) -> Read<CprNumber> {
        self.opt_cpr(field)?.ok_or(self.fault(field, Broken::Empty))
    }

    /// `yyyymmdd`, as the start record has days. Nothing where there are spaces or zeros.
    pub(super) fn opt_day(self, field: Field) -> Read<Option<Date>> {
        let raw = self.raw(field);
        if raw.iter().all(|byte| *byte == b'0') {
            return Ok(None);
        }
        let day = (raw.len() == field.width).then(|| day(raw)).flatten();
        match day.ok_or(self.fault(field, Broken::Date))? {
            Known::Day(day) => Ok(Some(day)),
            Known::Partly => Err(self.fault(field, Broken::Date)),
        }
    }

    /// `yyyymmddHHMM`, as most records have times. Nothing where it is not known to the day.
    pub(super) fn opt_time(self, field: Field) -> Read<Option<Date>> {
        let raw = self.raw(field);
        if raw.iter().all(|byte| *byte == b'0') {
            return Ok(None);
        }
        let (date, time) = raw.split_at(raw.len().min(8));
        let is_whole = raw.len() == field.width && time.iter().all(u8::is_ascii_digit);
        self.known(field, is_whole.then(|| day(date)).flatten())
    }

    /// `yyyy-mm-dd`. Nothing where it is not known to the day.
    pub(super) fn opt_date(self, field: Field) -> Read<Option<Date>> {
        let raw = self.raw(field);
        if raw.iter().all(|byte| matches!(byte, b'0' | b'-')) {
            return Ok(None);
        }
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = raw else {
            return Err(self.fault(field, Broken::Date));
        };
        self.known(field, day(&[*y1, *y2, *y3, *y4, *m1, *m2, *d1, *d2]))
    }

    fn known(self, field: Field, day: Option<Known>) -> Read<Option<Date>> {
        match day.ok_or(self.fault(field, Broken::Date))? {
            Known::Day(day) => Ok(Some(day)),
            Known::Partly => Ok(None),
        }
    }
}

/// A date of which the month or the day may be 00.
enum Known {
    Day(Date),
    Partly,
}

fn day(digits: &[u8]) -> Option<Known> {
    let number = digits.iter().try_fold(0_u32, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })?;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    if month == 0 || day == 0 {
        return (month <= 12 && day <= 31).then_some(Known::Partly);
    }
    let part = |number: u32| i8::try_from(number).ok();
    Date::new(i16::try_from(year).ok()?, part(month)?, part(day)?)
        .ok()
        .map(Known::Day)
}
