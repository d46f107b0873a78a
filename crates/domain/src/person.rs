//! A person, as far as an identity needs to know them.

use jiff::civil::Date;

use crate::cpr_number::CprNumber;
use crate::id::PersonId;
use crate::p_code::PCode;
use crate::secret::Pii;

/// Somebody who may hold one identity (R-PER-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Names this person.
    pub id: PersonId,
    /// The number in the register, or what stands in for it.
    pub number: PersonNumber,
    /// Given names, then the family name.
    pub name: Pii<String>,
    /// The day of birth.
    pub birth_date: Pii<Date>,
    /// Name and address protection (R-CPR-3, R-SVC-7).
    pub protected: bool,
    /// Where the person is told things (R-REC-3).
    pub contact: Contact,
}

/// A CPR number, or a P code in its place (R-PER-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonNumber {
    /// Registered in the CPR.
    Cpr(CprNumber),
    /// Not registered.
    PCode(PCode),
}

/// The channels on which a person can be told something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// E.164, Danish or foreign (R-PER-5).
    pub phone: Option<Pii<String>>,
    /// An e-mail address.
    pub email: Option<Pii<String>>,
    /// A postal address, one line each.
    pub address: Option<Pii<String>>,
}

impl Person {
    /// Whole years on a day.
    pub fn age_on(&self, day: Date) -> i16 {
        age_on(*self.birth_date.expose(), day)
    }

    /// The first of the given names, for a greeting.
    pub fn given_name(&self) -> &str {
        self.name.expose().split(' ').next().unwrap_or_default()
    }
}

/// Checks that a service which demands a CPR number meets somebody who has one (R-PER-4).
pub const fn has_what_service_demands(
    person: &Person,
    demands_cpr: bool,
) -> Result<(), CprDemanded> {
    match person.number {
        PersonNumber::PCode(_) if demands_cpr => Err(CprDemanded),
        _ => Ok(()),
    }
}

/// The service serves only people with a CPR number (R-PER-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the service demands a CPR number (R-PER-4)")]
pub struct CprDemanded;

/// Whole years from a birth date to a day. Somebody born on 29 February turns a year older on 1 March of a common year.
pub fn age_on(born: Date, day: Date) -> i16 {
    let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
    day.year() - born.year() - i16::from(!had_birthday)
}

/// Checks that somebody has turned 13 on a Danish calendar day (R-AGE-1).
pub fn old_enough(born: Date, day: Date, policy: &crate::policy::Policy) -> Result<(), TooYoung> {
    if age_on(born, day) >= policy.age.minimum_years {
        return Ok(());
    }
    let year = born.year() + policy.age.minimum_years;
    let birthday = Date::new(year, born.month(), born.day()).or_else(|_| Date::new(year, 3, 1));
    Err(TooYoung {
        from: birthday.unwrap_or(Date::MAX),
    })
}

/// Younger than 13 (R-AGE-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identity can be had from the 13th birthday, {from} (R-AGE-1)")]
pub struct TooYoung {
    /// The first day on which this person may hold an identity.
    pub from: Date,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use jiff::civil::date;

    #[test]
    fn r_age_1_the_thirteenth_birthday_passes_and_the_day_before_fails() {
        let policy = Policy::builtin();
        let born = date(2013, 11, 22);
        assert_eq!(old_enough(born, date(2026, 11, 22), &policy), Ok(()));
        assert_eq!(
            old_enough(born, date(2026, 11, 21), &policy),
            Err(TooYoung {
                from: date(2026, 11, 22)
            })
        );
    }

    #[test]
    fn r_per_4_a_service_may_demand_a_cpr_number() {
        let person = |number| Person {
            id: PersonId::from_bytes([1; 16]),
            number,
            name: Pii::new("Marta Kowalska".into()),
            birth_date: Pii::new(date(1990, 1, 1)),
            protected: false,
            contact: Contact::default(),
        };
        let p_code = person(PersonNumber::PCode(PCode::parse("12345678").unwrap()));
        let cpr = person(PersonNumber::Cpr(CprNumber::parse("0101901234").unwrap()));
        assert_eq!(has_what_service_demands(&p_code, true), Err(CprDemanded));
        assert_eq!(has_what_service_demands(&p_code, false), Ok(()));
        assert_eq!(has_what_service_demands(&cpr, true), Ok(()));
    }

    #[test]
    fn r_age_1_leap_day() {
        let policy = Policy::builtin();
        let born = date(2012, 2, 29);
        assert_eq!(
            old_enough(born, date(2025, 2, 28), &policy),
            Err(TooYoung {
                from: date(2025, 3, 1)
            })
        );
        assert_eq!(old_enough(born, date(2025, 3, 1), &policy), Ok(()));
    }
}
