//! An office of Citizen Service: when it is open, what it does, at how many desks.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{ServiceKind, Slot};
use crate::policy::AppointmentPolicy;

/// A name that addresses can carry: `havby-centrum`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OfficeId(String);

impl OfficeId {
    /// Reads a name of 1 to 40 lower-case letters a to z, digits and hyphens.
    pub fn parse(text: &str) -> Result<Self, OfficeFault> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ((1..=40).contains(&text.len()) && text.bytes().all(fits))
            .then(|| Self(text.to_owned()))
            .ok_or(OfficeFault::Id)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OfficeId {
    type Error = OfficeFault;
    fn try_from(text: String) -> Result<Self, OfficeFault> {
        Self::parse(&text)
    }
}

impl From<OfficeId> for String {
    fn from(id: OfficeId) -> Self {
        id.0
    }
}

impl fmt::Display for OfficeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An office, as an operator writes it down and as it is kept. All of it is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Its name in addresses.
    pub id: OfficeId,
    /// The organisation whose officials work there, by its CVR number.
    pub organisation: String,
    /// What people call it.
    pub name: Name,
    /// Street, then postal code and town.
    pub address: Vec<String>,
    /// Where to call.
    pub phone: String,
    /// Desks that serve people at the same time.
    pub desks: u32,
    /// Minutes that each service takes.
    pub services: BTreeMap<String, i64>,
    /// Opening hours by weekday, `monday` to `sunday`: Danish local time.
    pub hours: BTreeMap<String, Vec<Hours>>,
    /// Days that are not as their weekday is.
    #[serde(default)]
    pub special_days: Vec<SpecialDay>,
}

/// In both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// In Danish.
    pub da: String,
    /// In English.
    pub en: String,
}

/// From opening to closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Such as `09:00`.
    pub from: Time,
    /// Such as `15:00`. The last appointment ends here at the latest.
    pub to: Time,
}

/// A holiday, or a day with other hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialDay {
    /// Which.
    pub day: Date,
    /// Its hours; none when it is closed.
    #[serde(default)]
    pub hours: Vec<Hours>,
}

const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "monday"),
    (Weekday::Tuesday, "tuesday"),
    (Weekday::Wednesday, "wednesday"),
    (Weekday::Thursday, "thursday"),
    (Weekday::Friday, "friday"),
    (Weekday::Saturday, "saturday"),
    (Weekday::Sunday, "sunday"),
];

impl Office {
    /// Checks what the types cannot.
    pub fn checked(self, policy: &AppointmentPolicy) -> Result<Self, OfficeFault> {
        if self.desks == 0 {
            return Err(OfficeFault::NoDesk);
        }
        if self.services.is_empty() {
            return Err(OfficeFault::NoService);
        }
        for (word, minutes) in &self.services {
            word.parse::<ServiceKind>()
                .map_err(|_| OfficeFault::UnknownService(word.clone()))?;
            if *minutes <= 0 || minutes % policy.step_minutes != 0 {
                return Err(OfficeFault::Minutes(word.clone()));
            }
        }
        for day in self.hours.keys() {
            if !WEEKDAYS.iter().any(|(_, word)| word == day) {
                return Err(OfficeFault::UnknownWeekday(day.clone()));
            }
        }
        let special = self.special_days.iter().map(|day| &day.hours);
        for hours in self.hours.values().chain(special) {
            let apart = hours.windows(2).all(|pair| pair[0].to <= pair[1].from);
            if !apart || hours.iter().any(|hours| hours.from >= hours.to) {
                return Err(OfficeFault::Hours);
            }
        }
        Ok(self)
    }

    /// How many minutes a service takes here; nothing where it is not done here.
    pub fn minutes(&self, service: ServiceKind) -> Option<i64> {
        self.services.get(service.word()).copied()
    }

    /// The services that are done here, in the order in which people choose.
    pub fn offered(&self) -> Vec<ServiceKind> {
        ServiceKind::ALL
            .into_iter()
            .filter(|service| self.minutes(*service).is_some())
            .collect()
    }

    /// The hours of a day.
    pub fn hours_on(&self, day: Date) -> &[Hours] {
        if let Some(special) = self.special_days.iter().find(|special| special.day == day) {
            return &special.hours;
        }
        WEEKDAYS
            .iter()
            .find(|(weekday, _)| *weekday == day.weekday())
            .and_then(|(_, word)| self.hours.get(*word))
            .map_or(&[], Vec::as_slice)
    }

    /// Every time at which a service could begin on a day, free or not. Opening and closing are local time, and what lies between is
    /// counted in minutes that pass: so the hour that is missing in March gives no times, and the one that comes twice in October gives them twice.
    pub fn slots(
        &self,
        service: ServiceKind,
        day: Date,
        zone: &TimeZone,
        policy: &AppointmentPolicy,
    ) -> Result<Vec<Slot>, Closed> {
        let minutes = self.minutes(service).ok_or(Closed::NotDoneHere)?;
        let mut slots = Vec::new();
        for hours in self.hours_on(day) {
            let moment = |time: Time| day.to_datetime(time).to_zoned(zone.clone());
            let (Ok(opens), Ok(closes)) = (moment(hours.from), moment(hours.to)) else {
                continue;
            };
            let mut slot = Slot::new(opens.timestamp(), minutes);
            while slot.ends_at <= closes.timestamp() {
                slots.push(slot);
                slot = Slot::new(
                    Slot::new(slot.starts_at, policy.step_minutes).ends_at,
                    minutes,
                );
            }
        }
        if slots.is_empty() {
            return Err(Closed::AllDay);
        }
        Ok(slots)
    }
}

/// Why there is no time on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// The office does not do this.
    #[error("the office does not do this")]
    NotDoneHere,
    /// The office is closed, or not open for long enough.
    #[error("the office is closed that day")]
    AllDay,
}

/// Why an office cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficeFault {
    /// Something else than lower-case letters a to z, digits and hyphens.
    #[error("id: 1 to 40 lower-case letters a to z, digits and hyphens")]
    Id,
    /// Nobody could be served.
    #[error("desks: at least one")]
    NoDesk,
    /// Nothing could be booked.
    #[error("services: at least one")]
    NoService,
    /// A word that names no service.
    #[error("services: {0} is not new_identity, with_witness, lost_access or p_code")]
    UnknownService(String),
    /// Minutes that do not fit the times that can be chosen.
    #[error("services: the minutes of {0} must be a multiple of appointments.step_minutes")]
    Minutes(String),
    /// A word that names no weekday.
    #[error("hours: {0} is not one of monday to sunday")]
    UnknownWeekday(String),
    /// Hours that end before they begin, or that overlap.
    #[error("hours: each must end after it begins, and before the next begins")]
    Hours,
}
