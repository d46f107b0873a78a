//! CPR numbers that nobody has: they fail the control weights, which all numbers of people born before October 2007 hold (R-CPR-2).

use domain::cpr_number::{CprNumber, Sex};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// The first day of birth.
const FIRST: Date = date(1915, 1, 1);

/// Hands out numbers, never one twice. Its size does not depend on how many.
pub(crate) struct Numbers {
    /// How many serials were tried on each day, for each sex.
    tried: Vec<[u16; 2]>,
    /// Numbers that somebody has already.
    taken: Vec<CprNumber>,
}

impl Numbers {
    pub(crate) fn new(last: Date) -> Self {
        let days = FIRST.until(last).map_or(0, |span| span.get_days());
        Self {
            tried: vec![[0; 2]; usize::try_from(days).unwrap_or(0) + 1],
            taken: Vec::new(),
        }
    }

    /// Never hands out this one.
    pub(crate) fn take(&mut self, cpr: &CprNumber) {
        self.taken.push(*cpr);
    }

    /// A number for somebody born on a day; on the day after where all of that day are taken.
    pub(crate) fn next(&mut self, born: Date, sex: Sex) -> CprNumber {
        let mut day = born;
        loop {
            let at = FIRST.until(day).map_or(0, |span| span.get_days());
            let last = self.tried.len() - 1;
            let at = usize::try_from(at).unwrap_or(0).min(last);
            // The days that the table has.
            day = FIRST.saturating_add(i64::try_from(at).unwrap_or(0).days());
            let tried = &mut self.tried[at][usize::from(sex == Sex::Male)];
            while let Some(serial) = serial(day, sex, *tried) {
                *tried += 1;
                let is_free =
                    |cpr: &CprNumber| !cpr.passes_modulo_11() && !self.taken.contains(cpr);
                if let Some(cpr) = number(day, serial).filter(is_free) {
                    return cpr;
                }
            }
            day = if at == last {
                FIRST
            } else {
                day.saturating_add(1.days())
            };
        }
    }
}

/// The serials of a day, in an order that does not begin alike each day.
fn serial(day: Date, sex: Sex, tried: u16) -> Option<u16> {
    // Digit 7 (R-CPR-1): 0 to 3 say 1900 to 1999, 4 to 9 other years by their two digits.
    let (first, count) = match day.year() {
        ..2000 => (0, 2000),
        2000..2037 => (4000, 500),
        _ => (5000, 2000),
    };
    if tried >= count {
        return None;
    }
    let offset = u16::try_from(day.day_of_year() * 37).unwrap_or(0);
    let at = (offset + tried * 7) % count;
    Some(first + 2 * at + u16::from(sex == Sex::Male))
}

fn number(day: Date, serial: u16) -> Option<CprNumber> {
    let (of_month, month, year) = (day.day(), day.month(), day.year() % 100);
    CprNumber::parse(&format!("{of_month:02}{month:02}{year:02}{serial:04}")).ok()
}

/// The replacement number beside a number: 60 is added to the day (R-CPR-2).
pub(super) fn replacement(cpr: &CprNumber) -> Option<CprNumber> {
    let digits = cpr.expose();
    let day: u8 = digits.get(..2)?.parse().ok()?;
    CprNumber::parse(&format!("{:02}{}", day + 60, digits.get(2..)?)).ok()
}

/// The real number of somebody with a replacement number.
pub(super) fn real(replacement: &CprNumber) -> Option<CprNumber> {
    let digits = replacement.expose();
    let day: u8 = digits.get(..2)?.parse().ok()?;
    let day = day.checked_sub(60)?;
    CprNumber::parse(&format!("{day:02}{}", digits.get(2..)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_number_is_handed_out_twice_and_each_says_its_day_and_sex() {
        let mut numbers = Numbers::new(date(2026, 11, 1));
        let mut seen = HashSet::new();
        for born in [
            date(1915, 1, 1),
            date(1988, 2, 29),
            date(2003, 5, 5),
            date(2026, 10, 30),
        ] {
            for sex in [Sex::Female, Sex::Male] {
                for _ in 0..400 {
                    let cpr = numbers.next(born, sex);
                    assert!(seen.insert(cpr.expose()));
                    assert_eq!((cpr.birth_date(), cpr.sex()), (born, sex));
                    assert!(!cpr.passes_modulo_11());
                }
            }
        }
    }

    #[test]
    fn a_day_that_is_full_goes_over_to_the_next() {
        let mut numbers = Numbers::new(date(2026, 11, 1));
        let born = date(2010, 6, 1);
        let seen: HashSet<String> = (0..2000)
            .map(|_| numbers.next(born, Sex::Male).expose())
            .collect();
        assert_eq!(seen.len(), 2000);
    }

    #[test]
    fn r_cpr_2_a_replacement_number_has_sixty_added() {
        let cpr = CprNumber::parse("0101901234").unwrap();
        let replacement = replacement(&cpr).unwrap();
        assert!(replacement.is_replacement());
        assert_eq!(replacement.expose(), "6101901234");
        assert_eq!(real(&replacement), Some(cpr));
        assert_eq!(real(&cpr), None);
    }
}
