//! The numbers of R-BOK-1, and of complaints.

use serde::Deserialize;

/// R-BOK-1: how Citizen Service is booked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentPolicy {
    /// Minutes between the times that can be chosen.
    pub step_minutes: i64,
    /// How many days ahead one can book, today not counted.
    pub days_ahead: i64,
    /// The last minute at which a time can still be booked, before it begins.
    pub book_until_minutes: i64,
    /// The last minute at which a booking can still be moved or cancelled, before it begins.
    pub change_until_minutes: i64,
    /// Bookings to come that one telephone number may have.
    pub per_phone: u32,
    /// The hour of the day before at which people are reminded, in Danish local time.
    pub reminder_hour: i8,
    /// From how many minutes after its time somebody who has not come counts as not coming.
    pub no_show_minutes: i64,
    /// How many days after its day a booking is forgotten.
    pub forget_after_days: i64,
}

impl AppointmentPolicy {
    /// What must be above zero.
    pub(super) fn positive(&self) -> [(&'static str, i64); 8] {
        [
            ("appointments.step_minutes", self.step_minutes),
            ("appointments.days_ahead", self.days_ahead),
            ("appointments.book_until_minutes", self.book_until_minutes),
            (
                "appointments.change_until_minutes",
                self.change_until_minutes,
            ),
            ("appointments.per_phone", self.per_phone.into()),
            ("appointments.reminder_hour", self.reminder_hour.into()),
            ("appointments.no_show_minutes", self.no_show_minutes),
            ("appointments.forget_after_days", self.forget_after_days),
        ]
    }
}

/// Where and for how long one can complain of a refusal. The authority is the installation's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintPolicy {
    /// Days from the decision, the last one included.
    pub days: i64,
    /// The authority, in Danish.
    pub authority_da: String,
    /// Its address in one line, in Danish.
    pub address_da: String,
    /// The authority, in English.
    pub authority_en: String,
    /// Its address in one line, in English.
    pub address_en: String,
}
