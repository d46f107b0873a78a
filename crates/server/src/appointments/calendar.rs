//! A booking as an iCalendar file (RFC 5545), for any calendar.

use domain::appointment::{Booking, BookingState, Office};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{office_name, service_name, what_to_bring};
use crate::i18n::T;

/// Where a line is folded, in octets (3.1).
const FOLD: usize = 75;

/// The file. Times are in UTC (3.3.5, form 2), so no time zone needs describing.
pub(super) fn file(t: T<'_>, booking: &Booking, office: &Office, now: Timestamp) -> String {
    let number = booking.reference.spaced();
    let summary = t.with(
        "booking-calendar-summary",
        "service",
        service_name(t, booking.service),
    );
    let location = std::iter::once(office_name(office, t.lang()))
        .chain(office.address.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(", ");
    let bring = what_to_bring(t, booking.service);
    let description = [
        format!("{}: {number}", t.get("booking-number")),
        format!("{}: {}", t.get("booking-call"), office.phone),
        format!("{}:", t.get("booking-bring")),
    ]
    .into_iter()
    .chain(bring.iter().map(|line| format!("- {line}")))
    .collect::<Vec<_>>()
    .join("\n");
    let cancelled = matches!(booking.state, BookingState::Cancelled { .. });
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Segl//Appointments//DA".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@segl", booking.id),
        format!("DTSTAMP:{}", utc(now)),
        // A later file of the same booking takes the place of an earlier one (3.8.7.4).
        format!(
            "SEQUENCE:{}",
            now.as_second()
                .saturating_sub(booking.made_at.as_second())
                .max(0)
        ),
        format!("SUMMARY:{}", escaped(&summary)),
        format!("LOCATION:{}", escaped(&location)),
        format!("DESCRIPTION:{}", escaped(&description)),
        format!(
            "STATUS:{}",
            if cancelled { "CANCELLED" } else { "CONFIRMED" }
        ),
    ];
    if let Some(slot) = booking.slot {
        lines.push(format!("DTSTART:{}", utc(slot.starts_at)));
        lines.push(format!("DTEND:{}", utc(slot.ends_at)));
    }
    lines.push("END:VEVENT".to_owned());
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// TEXT (3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' => escaped.push_str("\\n"),
            '\r' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// A content line, folded between characters so that no line has more than 75 octets (3.1).
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > FOLD {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(character);
        octets += character.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_lines_are_folded_between_characters() {
        assert_eq!(escaped("a,b;c\\d\ne\r\n"), "a\\,b\\;c\\\\d\\ne\\n");
        let line = format!("SUMMARY:{}", "æ".repeat(60));
        let folded = folded(&line);
        assert!(folded.split("\r\n").all(|line| line.len() <= FOLD));
        assert_eq!(folded.replace("\r\n ", ""), format!("{line}\r\n"));
        assert_eq!(
            super::folded(&"a".repeat(75)),
            format!("{}\r\n", "a".repeat(75))
        );
        assert_eq!(
            super::folded(&"a".repeat(76)),
            format!("{}\r\n a\r\n", "a".repeat(75))
        );
    }
}
