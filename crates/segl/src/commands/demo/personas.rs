//! People who are in the demo's register and have no identity yet: one for each way in, and for each refusal that is worth seeing.
//!
//! They are made up, as everybody in the demo: their numbers fail the control weights, so nobody born before October 2007 has one (R-CPR-2).

use domain::cpr_number::{CprNumber, Sex};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// Somebody who has yet to get an identity.
#[derive(Debug)]
pub(crate) struct Persona {
    /// The name of this person in addresses and texts: `freja`.
    pub(crate) key: &'static str,
    /// Given names.
    pub(crate) given: &'static str,
    /// The middle name, or nothing.
    pub(crate) middle: &'static str,
    /// The family name.
    pub(crate) family: &'static str,
    pub(crate) sex: Sex,
    pub(crate) born: Born,
    /// In the register, or a stranger to it.
    pub(crate) registered: bool,
    /// Name and address protection.
    pub(crate) protected: bool,
    /// The passport, if the person has one: the state that issues it.
    pub(crate) passport: Option<&'static str>,
}

/// When somebody was born.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Born {
    On(Date),
    /// So that the birthday with this age was so many days before the day of the demo's first start.
    Turned {
        years: i16,
        days_ago: i32,
    },
}

/// All of them.
pub(crate) const PERSONAS: [Persona; 8] = [
    Persona {
        key: "freja",
        given: "Freja",
        middle: "Holm",
        family: "Nygaard",
        sex: Sex::Female,
        born: Born::On(date(1994, 5, 17)),
        registered: true,
        protected: false,
        passport: Some("DNK"),
    },
    Persona {
        key: "gerda",
        given: "Gerda",
        middle: "Lund",
        family: "Mikkelsen",
        sex: Sex::Female,
        born: Born::Turned {
            years: 81,
            days_ago: 130,
        },
        registered: true,
        protected: false,
        passport: Some("DNK"),
    },
    Persona {
        key: "emil",
        given: "Emil",
        middle: "Bro",
        family: "Thomsen",
        sex: Sex::Male,
        born: Born::Turned {
            years: 13,
            days_ago: 30,
        },
        registered: true,
        protected: false,
        passport: Some("DNK"),
    },
    Persona {
        key: "luna",
        given: "Luna",
        middle: "Bro",
        family: "Thomsen",
        sex: Sex::Female,
        born: Born::Turned {
            years: 12,
            days_ago: 60,
        },
        registered: true,
        protected: false,
        passport: Some("DNK"),
    },
    Persona {
        key: "viktor",
        given: "Viktor",
        middle: "Sand",
        family: "Poulsen",
        sex: Sex::Male,
        born: Born::On(date(1969, 2, 8)),
        registered: true,
        protected: false,
        passport: None,
    },
    Persona {
        key: "nadia",
        given: "Nadia",
        middle: "",
        family: "Rahman",
        sex: Sex::Female,
        born: Born::On(date(1998, 10, 3)),
        registered: true,
        protected: false,
        passport: None,
    },
    Persona {
        key: "jens",
        given: "Jens Åge",
        middle: "",
        family: "Østergård",
        sex: Sex::Male,
        born: Born::On(date(1975, 8, 29)),
        registered: true,
        protected: true,
        passport: Some("DNK"),
    },
    Persona {
        key: "marta",
        given: "Marta",
        middle: "",
        family: "Nowak",
        sex: Sex::Female,
        born: Born::On(date(1992, 3, 14)),
        registered: false,
        protected: false,
        passport: Some("POL"),
    },
];

impl Persona {
    /// The persona of a key.
    pub(crate) fn find(key: &str) -> Option<&'static Self> {
        PERSONAS.iter().find(|persona| persona.key == key)
    }

    /// The day of birth, in a demo that was first started on a day.
    pub(crate) fn born_on(&self, first_day: Date) -> Date {
        match self.born {
            Born::On(day) => day,
            Born::Turned { years, days_ago } => first_day
                .saturating_sub(days_ago.days())
                .saturating_sub(years.years()),
        }
    }

    /// The CPR number, for those who are in the register.
    pub(crate) fn cpr(&self, first_day: Date) -> Option<CprNumber> {
        let serial = PERSONAS.iter().position(|other| other.key == self.key)?;
        self.registered
            .then(|| super::people::unissued_cpr(self.born_on(first_day), self.sex, 700 + serial))?
            .ok()
    }

    /// Given, middle and family name.
    pub(crate) fn name(&self) -> String {
        [self.given, self.middle, self.family]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::person::{age_on, old_enough};
    use domain::policy::Policy;

    #[test]
    fn each_is_of_the_age_that_their_story_needs_and_has_a_number_nobody_has() {
        for first_day in [date(2026, 11, 24), date(2028, 2, 29), date(2028, 3, 30)] {
            let age = |key: &str| age_on(Persona::find(key).unwrap().born_on(first_day), first_day);
            assert_eq!(age("gerda"), 81);
            assert_eq!(age("emil"), 13);
            assert_eq!(age("luna"), 12);
            let policy = Policy::builtin();
            for persona in &PERSONAS {
                let born = persona.born_on(first_day);
                assert_eq!(
                    old_enough(born, first_day, &policy).is_ok(),
                    persona.key != "luna"
                );
                assert_eq!(persona.cpr(first_day).is_some(), persona.registered);
                if let Some(cpr) = persona.cpr(first_day) {
                    assert_eq!(cpr.birth_date(), born, "{}", persona.key);
                    assert!(!cpr.passes_modulo_11());
                }
            }
        }
    }
}
