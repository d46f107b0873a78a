//! UTCTime and GeneralizedTime (RFC 5280, 4.1.2.5; X.680, 46 and 47).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::fault::{Deviation, Deviations, TimeFault};
use crate::tlv::{Tag, Tlv};

/// A point in time, with what was unusual about how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// The point in time. `99991231235959Z`, which RFC 5280 uses for "never", is beyond what [`Timestamp`] can hold, and becomes
    /// [`Timestamp::MAX`].
    pub timestamp: Timestamp,
    /// The tolerances that were used.
    pub deviations: Deviations,
}

impl Time {
    /// Reads a UTCTime or a GeneralizedTime by its tag.
    pub fn parse(tlv: &Tlv<'_>) -> Result<Self, TimeFault> {
        match tlv.tag {
            Tag::UTC_TIME => Self::utc_time(tlv.value),
            Tag::GENERALIZED_TIME => {
                let mut time = Self::generalized_time(tlv.value)?;
                if time.timestamp < UTC_TIME_ENDS {
                    time.deviations.push(Deviation::TimeTypeWrong);
                }
                Ok(time)
            }
            _ => Err(TimeFault::NotATime),
        }
    }

    /// `YYMMDDhhmm[ss](Z|+hhmm|-hhmm)`. Years from 50 on are of the 20th century.
    pub fn utc_time(value: &[u8]) -> Result<Self, TimeFault> {
        let (year, rest) = digits(value, 2)?;
        let century = if year >= 50 { 1900 } else { 2000 };
        rest_of_time(century + year, rest)
    }

    /// `YYYYMMDDhhmm[ss[.f..]](Z|+hhmm|-hhmm)`.
    pub fn generalized_time(value: &[u8]) -> Result<Self, TimeFault> {
        let (year, rest) = digits(value, 4)?;
        rest_of_time(year, rest)
    }
}

/// 2050-01-01T00:00:00Z.
const UTC_TIME_ENDS: Timestamp = Timestamp::constant(2_524_608_000, 0);

fn rest_of_time(year: i16, rest: &[u8]) -> Result<Time, TimeFault> {
    let mut deviations = Deviations::new();
    let (month, rest) = two_digits(rest)?;
    let (day, rest) = two_digits(rest)?;
    let (hour, rest) = two_digits(rest)?;
    let (minute, mut rest) = two_digits(rest)?;
    let mut second = 0;
    if rest.first().is_some_and(u8::is_ascii_digit) {
        (second, rest) = two_digits(rest)?;
    } else {
        deviations.push(Deviation::TimeWithoutSeconds);
    }
    if let [b'.' | b',', fraction @ ..] = rest {
        let length = fraction
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if length == 0 {
            return Err(TimeFault::Malformed);
        }
        rest = &fraction[length..];
        deviations.push(Deviation::TimeWithFraction);
    }
    let offset = offset(rest, &mut deviations)?;
    // A leap second counts as the one before it.
    let time = DateTime::new(year, month, day, hour, minute, second.min(59), 0)
        .map_err(|_| TimeFault::NoSuchTime)?;
    if second > 60 {
        return Err(TimeFault::NoSuchTime);
    }
    Ok(Time {
        timestamp: offset.to_timestamp(time).unwrap_or(Timestamp::MAX),
        deviations,
    })
}

fn offset(zone: &[u8], deviations: &mut Deviations) -> Result<Offset, TimeFault> {
    if zone == b"Z" {
        return Ok(Offset::UTC);
    }
    deviations.push(Deviation::TimeNotInUtc);
    let (sign, zone) = match zone {
        [] => return Ok(Offset::UTC),
        [b'+', zone @ ..] => (1, zone),
        [b'-', zone @ ..] => (-1, zone),
        _ => return Err(TimeFault::Malformed),
    };
    let (hours, zone) = two_digits(zone)?;
    let (minutes, zone) = two_digits(zone)?;
    if !zone.is_empty() {
        return Err(TimeFault::Malformed);
    }
    let minutes = i32::from(hours) * 60 + i32::from(minutes);
    Offset::from_seconds(sign * 60 * minutes).map_err(|_| TimeFault::NoSuchTime)
}

fn two_digits(bytes: &[u8]) -> Result<(i8, &[u8]), TimeFault> {
    let (number, rest) = digits(bytes, 2)?;
    Ok((
        i8::try_from(number).map_err(|_| TimeFault::Malformed)?,
        rest,
    ))
}

/// A number of `count` digits, at most four, and what follows it.
fn digits(bytes: &[u8], count: usize) -> Result<(i16, &[u8]), TimeFault> {
    let (digits, rest) = bytes.split_at_checked(count).ok_or(TimeFault::Malformed)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(TimeFault::Malformed);
    }
    let number = digits
        .iter()
        .fold(0, |number, digit| number * 10 + i16::from(digit - b'0'));
    Ok((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(value: &str) -> (String, Vec<Deviation>) {
        let time = Time::utc_time(value.as_bytes()).unwrap();
        (time.timestamp.to_string(), time.deviations.iter().collect())
    }

    #[test]
    fn rfc5280_4_1_2_5_1_two_digits_of_a_year_turn_at_50() {
        assert_eq!(utc("491231235959Z").0, "2049-12-31T23:59:59Z");
        assert_eq!(utc("500101000000Z").0, "1950-01-01T00:00:00Z");
        assert!(utc("500101000000Z").1.is_empty());
    }

    #[test]
    fn what_is_written_unusually_is_read_and_said() {
        let expected = (
            "2009-03-04T05:06:00Z".to_owned(),
            vec![Deviation::TimeWithoutSeconds],
        );
        assert_eq!(utc("0903040506Z"), expected);
        let expected = (
            "2009-03-04T03:06:07Z".to_owned(),
            vec![Deviation::TimeNotInUtc],
        );
        assert_eq!(utc("090304050607+0200"), expected);
        let expected = (
            "2009-03-04T05:06:07Z".to_owned(),
            vec![Deviation::TimeNotInUtc],
        );
        assert_eq!(utc("090304050607"), expected);
        let time = Time::generalized_time(b"20090304050607.25Z").unwrap();
        assert!(time.deviations.contains(Deviation::TimeWithFraction));
        assert_eq!(time.timestamp.to_string(), "2009-03-04T05:06:07Z");
    }

    #[test]
    fn rfc5280_4_1_2_5_the_end_of_all_days_is_the_last_there_is() {
        let time = Time::generalized_time(b"99991231235959Z").unwrap();
        assert_eq!(time.timestamp, Timestamp::MAX);
        assert!(time.deviations.is_empty());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        assert_eq!(Time::utc_time(b"090230000000Z"), Err(TimeFault::NoSuchTime));
        assert_eq!(Time::utc_time(b"090201000061Z"), Err(TimeFault::NoSuchTime));
        for malformed in [
            "",
            "0902",
            "0902010000xxZ",
            "090201000000Zx",
            "090201000000+02",
        ] {
            let fault = Time::utc_time(malformed.as_bytes()).unwrap_err();
            assert_eq!(fault, TimeFault::Malformed, "{malformed}");
        }
    }
}
