//! Calendar dates, for ages.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A date in the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(i16, u8, u8)", into = "(i16, u8, u8)")]
pub struct Date {
    /// The year.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day, 1 to 31.
    pub day: u8,
}

impl Date {
    /// The age in whole years, on `today`, of somebody born on this date: one more on every birthday, and on 1 March in a
    /// common year for those born on 29 February.
    pub fn age_on(self, today: Self) -> u16 {
        let had_birthday = (today.month, today.day) >= (self.month, self.day);
        let years = i32::from(today.year) - i32::from(self.year) - i32::from(!had_birthday);
        u16::try_from(years).unwrap_or(0)
    }
}

impl From<(i16, u8, u8)> for Date {
    fn from((year, month, day): (i16, u8, u8)) -> Self {
        Self { year, month, day }
    }
}

impl From<Date> for (i16, u8, u8) {
    fn from(date: Date) -> Self {
        (date.year, date.month, date.day)
    }
}

impl fmt::Display for Date {
    /// `YYYY-MM-DD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_change_on_the_birthday() {
        let born = Date::from((2008, 3, 15));
        assert_eq!(born.age_on((2026, 3, 14).into()), 17);
        assert_eq!(born.age_on((2026, 3, 15).into()), 18);
        assert_eq!(born.age_on((2008, 3, 15).into()), 0);
        assert_eq!(born.age_on((2008, 3, 14).into()), 0);
        assert_eq!(born.age_on((2000, 1, 1).into()), 0);
    }

    #[test]
    fn a_leap_day_child_is_older_from_1_march() {
        let born = Date::from((2008, 2, 29));
        assert_eq!(born.age_on((2026, 2, 28).into()), 17);
        assert_eq!(born.age_on((2026, 3, 1).into()), 18);
        assert_eq!(born.age_on((2028, 2, 29).into()), 20);
    }

    #[test]
    fn is_written_with_leading_zeros() {
        assert_eq!(Date::from((1985, 4, 2)).to_string(), "1985-04-02");
    }
}
