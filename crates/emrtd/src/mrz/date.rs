//! Dates of the machine readable zone (9303-3, 4.8): two-digit years, and parts that are unknown.

use std::fmt;

use jiff::civil::Date;

/// Six characters `YYMMDD` as the zone holds them; an unknown part of a birth date is `<<`.
///
/// Any six characters of the zone make one, since documents hold what they hold. [`MrzDate::is_plausible`] says whether they are a date.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MrzDate([u8; 6]);

impl MrzDate {
    /// Of six characters as the zone holds them.
    pub const fn new(characters: [u8; 6]) -> Self {
        Self(characters)
    }

    /// As a person types it: `YYMMDD`. `None` for anything that is not [plausible](Self::is_plausible).
    pub fn from_typed(text: &str) -> Option<Self> {
        let typed: Vec<u8> = text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let date = Self(typed.try_into().ok()?);
        date.is_plausible().then_some(date)
    }

    /// Of a date in full.
    pub fn from_date(date: Date) -> Self {
        let parts = [
            i16::rem_euclid(date.year(), 100),
            i16::from(date.month()),
            i16::from(date.day()),
        ];
        let mut characters = [b'0'; 6];
        for (pair, part) in characters.chunks_exact_mut(2).zip(parts) {
            pair.copy_from_slice(&two_digits(part));
        }
        Self(characters)
    }

    /// The six characters.
    pub const fn as_bytes(&self) -> &[u8; 6] {
        &self.0
    }

    /// The year within its century, 0 to 99.
    pub fn year_of_century(self) -> Option<u8> {
        self.pair(0)
    }

    /// The month, 1 to 12. `None` where it is unknown: `<<`, or `00` as some documents have it.
    pub fn month(self) -> Option<u8> {
        self.pair(2).filter(|month| (1..=12).contains(month))
    }

    /// The day, 1 to 31. `None` where it is unknown: `<<`, or `00` as some documents have it.
    pub fn day(self) -> Option<u8> {
        self.pair(4).filter(|day| (1..=31).contains(day))
    }

    /// Whether all of year, month and day are known.
    pub fn is_complete(self) -> bool {
        self.year_of_century().is_some() && self.month().is_some() && self.day().is_some()
    }

    /// Whether each part is a number in its range or unknown, written `<<` by the standard and `00` by some documents, and the month has
    /// that day.
    pub fn is_plausible(self) -> bool {
        let known_or_filled = |part: Option<u8>, at: usize| {
            part.is_some() || matches!(&self.0[at..at + 2], b"<<" | b"00")
        };
        known_or_filled(self.year_of_century(), 0)
            && known_or_filled(self.month(), 2)
            && known_or_filled(self.day(), 4)
            && self.day_exists()
    }

    /// Whether the zeros of an unknown month or day stand where the standard wants fillers.
    pub(super) fn has_zeros_for_unknown(self) -> bool {
        self.pair(2) == Some(0) || self.pair(4) == Some(0)
    }

    /// The date of birth in the last hundred years up to `reference`: the latest year with these two digits whose earliest possible
    /// day is not after `reference`.
    ///
    /// Who is older than a hundred appears a century too young. Nothing in the zone tells; DG11 has the year in full.
    pub fn birth(self, reference: Date) -> PartialDate {
        let this_century = reference.year() - i16::rem_euclid(reference.year(), 100);
        let candidate = |century: i16| self.with_century(century);
        let of_this = candidate(this_century);
        match of_this.earliest() {
            Some(earliest) if earliest > reference => candidate(this_century - 100),
            _ => of_this,
        }
    }

    /// The date of expiry whose year is nearest to `reference`: from 49 years before it to 50 years after.
    pub fn expiry(self, reference: Date) -> PartialDate {
        let this_century = reference.year() - i16::rem_euclid(reference.year(), 100);
        let year = self.year_of_century().map_or(0, i16::from);
        let distance = this_century + year - reference.year();
        let century = match distance {
            51.. => this_century - 100,
            ..-49 => this_century + 100,
            _ => this_century,
        };
        self.with_century(century)
    }

    /// The parts, with the year in full.
    fn with_century(self, century: i16) -> PartialDate {
        PartialDate {
            year: self.year_of_century().map(|year| century + i16::from(year)),
            month: self.month(),
            day: self.day(),
        }
    }

    /// Two digits at a place, as a number.
    fn pair(self, at: usize) -> Option<u8> {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
        Some(digit(self.0[at])? * 10 + digit(self.0[at + 1])?)
    }

    /// Whether the month has that day, as far as both are known. Years that divide by four have a leap day.
    fn day_exists(self) -> bool {
        let last = match self.month() {
            Some(2) if self.year_of_century().is_some_and(|year| year % 4 != 0) => 28,
            Some(2) => 29,
            Some(4 | 6 | 9 | 11) => 30,
            _ => 31,
        };
        self.day().is_none_or(|day| day <= last)
    }
}

/// Opaque, as birth dates are personal.
impl fmt::Debug for MrzDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzDate(..)")
    }
}

/// A date of which parts may be unknown, with the year in full.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    /// The year, such as 1974.
    pub year: Option<i16>,
    /// The month, 1 to 12.
    pub month: Option<u8>,
    /// The day of the month, 1 to 31.
    pub day: Option<u8>,
}

impl PartialDate {
    /// The date, where every part is known and the calendar has it.
    pub fn exact(self) -> Option<Date> {
        calendar(self.year?, self.month?, self.day?)
    }

    /// The first day that it can be. `None` if the year is unknown, or the calendar has no such day.
    pub fn earliest(self) -> Option<Date> {
        calendar(self.year?, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day that it can be. `None` if the year is unknown, or the calendar has no such day.
    pub fn latest(self) -> Option<Date> {
        let first = calendar(self.year?, self.month.unwrap_or(12), self.day.unwrap_or(1))?;
        Some(if self.day.is_some() {
            first
        } else {
            first.last_of_month()
        })
    }
}

/// Opaque, as birth dates are personal.
impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartialDate(..)")
    }
}

/// A day of the calendar.
fn calendar(year: i16, month: u8, day: u8) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A number below 100 as two ASCII digits.
fn two_digits(number: i16) -> [u8; 2] {
    let digit = |value: i16| b"0123456789"[usize::from(value.rem_euclid(10).unsigned_abs())];
    [digit(number / 10), digit(number)]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{MrzDate, PartialDate};

    const TODAY: jiff::civil::Date = date(2026, 11, 24);

    #[test]
    fn births_are_not_in_the_future() {
        let born = |text: &[u8; 6]| MrzDate::new(*text).birth(TODAY).exact().unwrap();
        assert_eq!(born(b"261124"), TODAY);
        assert_eq!(born(b"261125"), date(1926, 11, 25));
        assert_eq!(born(b"740812"), date(1974, 8, 12));
        assert_eq!(born(b"000229"), date(2000, 2, 29));
    }

    #[test]
    fn unknown_parts() {
        let year_only = MrzDate::new(*b"74<<<<");
        assert!(year_only.is_plausible());
        let birth = year_only.birth(TODAY);
        assert_eq!(
            birth,
            PartialDate {
                year: Some(1974),
                month: None,
                day: None
            }
        );
        assert_eq!(
            (birth.earliest(), birth.latest()),
            (Some(date(1974, 1, 1)), Some(date(1974, 12, 31)))
        );
        assert_eq!(
            MrzDate::new(*b"7402<<").birth(TODAY).latest(),
            Some(date(1974, 2, 28))
        );
        assert_eq!(
            MrzDate::new(*b"<<<<<<").birth(TODAY),
            PartialDate {
                year: None,
                month: None,
                day: None
            }
        );
        assert_eq!(
            MrzDate::new(*b"740000").birth(TODAY).latest(),
            Some(date(1974, 12, 31))
        );
        assert_eq!(MrzDate::new(*b"26<<<<").birth(TODAY).year, Some(2026));
    }

    #[test]
    fn expiry_is_near() {
        let expires = |text: &[u8; 6]| MrzDate::new(*text).expiry(TODAY).exact().unwrap();
        assert_eq!(expires(b"340415"), date(2034, 4, 15));
        assert_eq!(expires(b"760101"), date(2076, 1, 1));
        assert_eq!(expires(b"770101"), date(1977, 1, 1));
        assert_eq!(
            MrzDate::new(*b"020101").expiry(date(1999, 1, 1)).exact(),
            Some(date(2002, 1, 1))
        );
        assert_eq!(
            MrzDate::new(*b"990101").expiry(date(2001, 1, 1)).exact(),
            Some(date(1999, 1, 1))
        );
    }

    #[test]
    fn implausible() {
        for text in [
            b"741301", b"740230", b"750229", b"7A0101", b"7<0101", b"74XX01",
        ] {
            assert!(!MrzDate::new(*text).is_plausible());
        }
        assert_eq!(
            MrzDate::from_typed(" 740812"),
            Some(MrzDate::new(*b"740812"))
        );
        assert_eq!(MrzDate::from_typed("7408123"), None);
        assert_eq!(
            MrzDate::from_date(date(2005, 3, 9)),
            MrzDate::new(*b"050309")
        );
    }
}
