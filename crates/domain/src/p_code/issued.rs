//! A P code that was issued to somebody, and its redeeming (R-PER-4): 60 days, three uses, and only by whom it was issued to.

use emrtd::mrz::{HolderName, Language};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::PCode;
use crate::person::PersonNumber;
use crate::policy::Policy;
use crate::secret::Pii;

/// A code and whom an official issued it to, by their passport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedPCode {
    /// The eight digits.
    pub code: PCode,
    /// The holder's name, as the passport prints it.
    pub name: PCodeName,
    /// The holder's birth date, as the passport has it.
    pub birth_date: Pii<Date>,
    /// When it was issued, or last renewed.
    pub issued_at: Timestamp,
    /// How often it has been used since.
    pub uses: u32,
    /// The holder has a CPR number now, and the code has come to its end.
    pub ended: bool,
}

/// A name as a passport prints it: national letters, not the characters of the machine readable zone. Its `Debug` shows nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PCodeName {
    given: Pii<String>,
    family: Pii<String>,
}

impl PCodeName {
    /// The longest that each part may be.
    const CHARACTERS: usize = 100;

    /// Given names, which may be empty, and a family name. Each must be writable in the letters of a passport's zone.
    pub fn new(given: &str, family: &str) -> Result<Self, PCodeNameFault> {
        let (given, family) = (words(given), words(family));
        if family.is_empty() {
            return Err(PCodeNameFault::NoFamilyName);
        }
        if given.chars().count().max(family.chars().count()) > Self::CHARACTERS {
            return Err(PCodeNameFault::TooLong);
        }
        HolderName::transliterated(&family, &given, Language::Other)
            .map_err(|_| PCodeNameFault::Letters)?;
        Ok(Self {
            given: Pii::new(given),
            family: Pii::new(family),
        })
    }

    /// The given names; empty for who has one name only.
    pub fn given(&self) -> &str {
        self.given.expose()
    }

    /// The family name.
    pub fn family(&self) -> &str {
        self.family.expose()
    }

    /// Given names, then the family name.
    pub fn whole(&self) -> String {
        [self.given(), self.family()].join(" ").trim().to_owned()
    }

    /// The name in the letters of a passport's zone, by which the same holder is found again.
    pub fn in_zone_letters(&self) -> String {
        self.in_zone(Language::Other).map_or_else(
            || self.whole().to_uppercase(),
            |name| {
                format!(
                    "{}<<{}",
                    name.primary().join("<"),
                    name.secondary().join("<")
                )
            },
        )
    }

    fn in_zone(&self, language: Language) -> Option<HolderName> {
        HolderName::transliterated(self.family(), self.given(), language).ok()
    }

    /// Whether the name in a document's zone can be this one. Each country transliterates in its own way, and cuts what is too long.
    pub fn can_be(&self, zone: &HolderName) -> bool {
        [
            Language::Other,
            Language::PlainVowels,
            Language::SpanishXx,
            Language::Belarusian,
            Language::Bulgarian,
            Language::Macedonian,
            Language::Serbian,
            Language::Ukrainian,
        ]
        .into_iter()
        .filter_map(|language| self.in_zone(language))
        .any(|name| zone.can_stand_for(&name))
    }
}

/// One space between words and none around them.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl IssuedPCode {
    /// A code that is issued now.
    pub const fn issue(code: PCode, name: PCodeName, birth_date: Date, now: Timestamp) -> Self {
        Self {
            code,
            name,
            birth_date: Pii::new(birth_date),
            issued_at: now,
            uses: 0,
            ended: false,
        }
    }

    /// The first moment at which it is too old: 60 days of 24 hours after it was issued.
    pub fn ends(&self, policy: &Policy) -> Timestamp {
        let life = SignedDuration::from_hours(24 * policy.p_code.days);
        self.issued_at
            .saturating_add(life)
            .unwrap_or(Timestamp::MAX)
    }

    /// Counts a use by somebody whose document was verified. What is told of the code is told to its holder only: to anybody else it
    /// does not exist.
    pub fn redeem(
        mut self,
        name: &HolderName,
        birth_date: Date,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<(Self, PCodeRedeemed), PCodeRefused> {
        if *self.birth_date.expose() != birth_date || !self.name.can_be(name) {
            return Err(PCodeRefused::NotTheHolder);
        }
        if self.ended {
            return Err(PCodeRefused::Ended);
        }
        if now >= self.ends(policy) {
            return Err(PCodeRefused::Expired);
        }
        if self.uses >= policy.p_code.uses {
            return Err(PCodeRefused::UsedUp);
        }
        self.uses += 1;
        let redeemed = PCodeRedeemed {
            code: self.code,
            name: Pii::new(self.name.whole()),
            birth_date: self.birth_date.clone(),
        };
        Ok((self, redeemed))
    }

    /// The same code for another 60 days and three uses: its holder came again with a valid passport, and stays one person (R-PER-1).
    pub fn renew(self, now: Timestamp) -> Result<Self, PCodeRefused> {
        if self.ended {
            return Err(PCodeRefused::Ended);
        }
        Ok(Self {
            issued_at: now,
            uses: 0,
            ..self
        })
    }
}

/// Evidence that a P code belongs to the person of a verified document, and that this use was counted. Only [`IssuedPCode::redeem`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PCodeRedeemed {
    code: PCode,
    name: Pii<String>,
    birth_date: Pii<Date>,
}

impl PCodeRedeemed {
    /// The code, as the person's number.
    pub const fn number(&self) -> PersonNumber {
        PersonNumber::PCode(self.code)
    }

    /// The name as the passport prints it, which a document's zone cannot say.
    pub const fn name(&self) -> &Pii<String> {
        &self.name
    }

    /// The birth date.
    pub const fn birth_date(&self) -> Date {
        *self.birth_date.expose()
    }
}

/// Why a code is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PCodeRefused {
    /// No such code, or it was issued to somebody else: nobody is told which.
    #[error("no such P code for this person (R-PER-4)")]
    NotTheHolder,
    /// Issued 60 days ago or more.
    #[error("the P code is too old (R-PER-4)")]
    Expired,
    /// Used three times.
    #[error("the P code has been used as often as it can be (R-PER-4)")]
    UsedUp,
    /// Its holder has a CPR number now, which takes its place.
    #[error("the holder has a CPR number now (R-PER-4)")]
    Ended,
}

/// Why a name cannot stand on a P code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PCodeNameFault {
    /// A passport always has a first part of the name.
    #[error("the family name is missing")]
    NoFamilyName,
    /// More than 100 characters.
    #[error("the name is too long")]
    TooLong,
    /// Digits, or letters that have no place in a passport's zone.
    #[error("the name has characters that cannot be in a passport's zone")]
    Letters,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const ISSUED: Timestamp = Timestamp::constant(1_790_000_000, 0);
    const BORN: Date = date(1990, 4, 9);

    fn issued(uses: u32) -> IssuedPCode {
        let name = PCodeName::new("Marta", "Nowak").unwrap();
        IssuedPCode {
            uses,
            ..IssuedPCode::issue(PCode::parse("12345678").unwrap(), name, BORN, ISSUED)
        }
    }

    fn zone(family: &str, given: &str) -> HolderName {
        HolderName::transliterated(family, given, Language::Other).unwrap()
    }

    fn redeemed(code: IssuedPCode, now: Timestamp) -> Result<u32, PCodeRefused> {
        code.redeem(&zone("NOWAK", "MARTA"), BORN, now, &Policy::builtin())
            .map(|(code, _)| code.uses)
    }

    #[test]
    fn r_per_4_sixty_days_less_a_microsecond_pass_and_sixty_days_fail() {
        let end = ISSUED + SignedDuration::from_hours(60 * 24);
        let micro = SignedDuration::from_micros(1);
        assert_eq!(redeemed(issued(0), end - micro), Ok(1));
        assert_eq!(redeemed(issued(0), end), Err(PCodeRefused::Expired));
    }

    #[test]
    fn r_per_4_the_third_use_passes_and_the_fourth_fails() {
        assert_eq!(redeemed(issued(2), ISSUED), Ok(3));
        assert_eq!(redeemed(issued(3), ISSUED), Err(PCodeRefused::UsedUp));
    }

    #[test]
    fn r_per_4_only_the_holder_is_told_anything_of_a_code() {
        let policy = Policy::builtin();
        let late = ISSUED + SignedDuration::from_hours(61 * 24);
        for (name, born, now) in [
            (zone("NOWAK", "MARIA"), BORN, ISSUED),
            (zone("NOWAK", "MARTA"), date(1990, 4, 10), ISSUED),
            (zone("KOWALSKA", "MARTA"), BORN, late),
        ] {
            for code in [issued(0), issued(3)] {
                assert_eq!(
                    code.redeem(&name, born, now, &policy).err(),
                    Some(PCodeRefused::NotTheHolder)
                );
            }
        }
    }

    #[test]
    fn r_per_4_a_name_is_written_as_the_passport_prints_it_and_found_as_its_zone_has_it() {
        for (given, family, zone_family, zone_given) in [
            ("Łukasz", "Žižek", "ZIZEK", "LUKASZ"),
            ("Anne-Sophie", "Müller", "MUELLER", "ANNE SOPHIE"),
            ("Anne-Sophie", "Müller", "MULLER", "ANNE SOPHIE"),
            ("", "Nadia", "NADIA", ""),
            ("Олена", "Шевченко", "SHEVCHENKO", "OLENA"),
        ] {
            let name = PCodeName::new(given, family).unwrap();
            assert!(name.can_be(&zone(zone_family, zone_given)), "{family}");
            let code = IssuedPCode::issue(PCode::parse("12345678").unwrap(), name, BORN, ISSUED);
            let (_, redeemed) = code
                .redeem(
                    &zone(zone_family, zone_given),
                    BORN,
                    ISSUED,
                    &Policy::builtin(),
                )
                .unwrap();
            let whole = format!("{given} {family}");
            assert_eq!(redeemed.name().expose(), whole.trim());
        }
    }

    #[test]
    fn r_per_4_a_name_that_no_passport_can_have_is_refused() {
        assert_eq!(
            PCodeName::new("Marta", " "),
            Err(PCodeNameFault::NoFamilyName)
        );
        assert_eq!(
            PCodeName::new("Marta", "N0wak"),
            Err(PCodeNameFault::Letters)
        );
        let name = |length| PCodeName::new("Marta", &"a".repeat(length));
        assert!(name(100).is_ok());
        assert_eq!(name(101), Err(PCodeNameFault::TooLong));
        assert_eq!(
            PCodeName::new(" Marta  Anna ", "Nowak").unwrap().whole(),
            "Marta Anna Nowak"
        );
    }

    #[test]
    fn r_per_4_a_code_is_renewed_until_its_holder_has_a_cpr_number() {
        let later = ISSUED + SignedDuration::from_hours(90 * 24);
        let renewed = issued(3).renew(later).unwrap();
        assert_eq!(redeemed(renewed, later), Ok(1));
        let ended = IssuedPCode {
            ended: true,
            ..issued(0)
        };
        assert_eq!(ended.clone().renew(later), Err(PCodeRefused::Ended));
        assert_eq!(redeemed(ended, ISSUED), Err(PCodeRefused::Ended));
    }
}
