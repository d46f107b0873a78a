//! Days and times as people in Denmark say them, in either language.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::i18n::T;

/// Danish local time; the database of time zones is built in.
pub fn denmark() -> TimeZone {
    TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC)
}

/// A moment in Danish local time.
pub fn in_denmark(at: Timestamp) -> Zoned {
    at.to_zoned(denmark())
}

/// `24. november 2026`, `24 November 2026`.
pub fn day(t: T<'_>, date: Date) -> String {
    let (number, year) = (date.day().to_string(), date.year().to_string());
    let named = [
        ("day", number.as_str()),
        ("month", month(t, date.month())),
        ("year", &year),
    ];
    t.with_all("date-day", &named)
}

/// `tirsdag den 24. november`, `Tuesday 24 November`.
pub fn weekday_and_day(t: T<'_>, date: Date) -> String {
    let number = date.day().to_string();
    let named = [
        ("weekday", weekday(t, date.weekday())),
        ("day", number.as_str()),
        ("month", month(t, date.month())),
    ];
    t.with_all("date-weekday", &named)
}

/// `tirsdag den 24. november 2026 kl. 9.30`, `Tuesday 24 November 2026 at 9:30`.
pub fn day_and_time(t: T<'_>, at: &Zoned) -> String {
    let (day, year) = (weekday_and_day(t, at.date()), at.year().to_string());
    let time = time(t, at);
    let named = [("day", day.as_str()), ("year", &year), ("time", &time)];
    t.with_all("date-and-time", &named)
}

/// `9.30`, `9:30`.
pub fn time(t: T<'_>, at: &Zoned) -> String {
    let (hour, minute) = (at.hour().to_string(), format!("{:02}", at.minute()));
    let named = [("hour", hour.as_str()), ("minute", &minute)];
    t.with_all("date-time", &named)
}

fn month(t: T<'_>, month: i8) -> &str {
    const KEYS: [&str; 12] = [
        "month.january",
        "month.february",
        "month.march",
        "month.april",
        "month.may",
        "month.june",
        "month.july",
        "month.august",
        "month.september",
        "month.october",
        "month.november",
        "month.december",
    ];
    let index = usize::try_from(month - 1).unwrap_or_default();
    t.get(KEYS.get(index).copied().unwrap_or_default())
}

fn weekday(t: T<'_>, weekday: Weekday) -> &str {
    t.get(match weekday {
        Weekday::Monday => "weekday.monday",
        Weekday::Tuesday => "weekday.tuesday",
        Weekday::Wednesday => "weekday.wednesday",
        Weekday::Thursday => "weekday.thursday",
        Weekday::Friday => "weekday.friday",
        Weekday::Saturday => "weekday.saturday",
        Weekday::Sunday => "weekday.sunday",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, Texts};

    #[test]
    fn a_day_is_said_as_people_say_it() {
        let texts = Texts::builtin().unwrap();
        let at: Timestamp = "2026-11-24T08:05:00Z".parse().unwrap();
        let at = in_denmark(at);
        let (da, en) = (texts.of(Lang::Da), texts.of(Lang::En));
        assert_eq!(day(da, at.date()), "24. november 2026");
        assert_eq!(day(en, at.date()), "24 November 2026");
        assert_eq!(
            day_and_time(da, &at),
            "tirsdag den 24. november 2026 kl. 9.05"
        );
        assert_eq!(day_and_time(en, &at), "Tuesday 24 November 2026 at 9:05");
    }
}
