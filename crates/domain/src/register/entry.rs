//! One person in the register.

use std::str::FromStr;

use jiff::civil::Date;

use crate::cpr_number::CprNumber;
use crate::secret::Pii;

/// What the register knows of one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEntry {
    /// The number.
    pub cpr: CprNumber,
    /// What the number stands for now.
    pub status: CprStatus,
    /// Since when.
    pub status_since: Option<Date>,
    /// The name now.
    pub name: RegisterName,
    /// The day of birth. It need not be the one in the number.
    pub birth_date: Pii<Date>,
    /// Name and address protection, past or present.
    pub protection: Option<Protection>,
    /// Where the person lives in Denmark.
    pub address: Option<Address>,
    /// Since when.
    pub moved_in: Option<Pii<Date>>,
    /// Where the person went when they left the country (status 80).
    pub abroad: Option<ForeignAddress>,
    /// Where they lived before, the latest first.
    pub earlier_addresses: Vec<EarlierAddress>,
    /// What they were called before, the latest first.
    pub earlier_names: Vec<EarlierName>,
    /// Married or not.
    pub marital: Option<Marital>,
    /// Their spouse or partner, while they have one.
    pub spouse: Option<CprNumber>,
    /// Their children.
    pub children: Vec<CprNumber>,
    /// Their mother.
    pub mother: Option<CprNumber>,
    /// Their father, or the other mother.
    pub father: Option<CprNumber>,
    /// The register's code of the country whose citizen they are; 5100 is Denmark.
    pub citizenship: Option<Pii<u16>>,
    /// The parish or town.
    pub birth_place: Option<Pii<String>>,
    /// The number that stands in place of this one (status 60).
    pub replaced_by: Option<CprNumber>,
    /// The numbers that this one stands in place of, as a replacement number that became a real one (R-CPR-2).
    pub replaces: Vec<CprNumber>,
}

impl RegisterEntry {
    /// Whether name and address are protected on a day (R-CPR-3).
    pub fn is_protected_on(&self, day: Date) -> bool {
        self.protection
            .is_some_and(|protection| protection.holds_on(day))
    }

    /// Gives the streets of earlier addresses their names, by the codes of municipality and street; one without a name stays without.
    pub fn name_streets<'a>(&mut self, name: impl Fn(u16, u16) -> Option<&'a str>) {
        for earlier in &mut self.earlier_addresses {
            let address = &mut earlier.address;
            let codes = (&address.municipality_code, &address.street_code);
            if let Some(name) = name(*codes.0.expose(), *codes.1.expose()) {
                address.street = Pii::new(name.to_owned());
            }
        }
    }
}

/// A name in its three parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterName {
    /// All given names.
    pub given: Pii<String>,
    /// The middle names, which stand between the two.
    pub middle: Option<Pii<String>>,
    /// The family name; empty for whoever has one name only.
    pub family: Pii<String>,
}

impl RegisterName {
    /// The name as it is written: given, middle, family.
    pub fn full(&self) -> Pii<String> {
        let middle = self.middle.as_ref().map(|middle| middle.expose().as_str());
        let parts = [
            self.given.expose(),
            middle.unwrap_or(""),
            self.family.expose(),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Pii::new(parts.join(" "))
    }
}

/// Name and address protection: type 1 of the register (R-CPR-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    /// The first day.
    pub from: Date,
    /// The day on which it ends and no longer holds; nothing while it has no end.
    pub until: Option<Date>,
}

impl Protection {
    /// Whether it holds on a day.
    pub fn holds_on(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// An address in Denmark. What is not known of it is empty: an earlier one may be known by the codes of its municipality and street only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The street's name.
    pub street: Pii<String>,
    /// `12B`.
    pub house: Pii<String>,
    /// `2`, `ST`, `KL`.
    pub floor: Pii<String>,
    /// `TV`, `MF`, `TH` or a number.
    pub door: Pii<String>,
    /// Four digits.
    pub postal_code: Pii<String>,
    /// The postal district.
    pub town: Pii<String>,
    /// The register's number of the municipality.
    pub municipality_code: Pii<u16>,
    /// The street's number within the municipality.
    pub street_code: Pii<u16>,
}

impl Address {
    /// The address as it is written on a letter: `Søgade 16, 2. tv`, then `9000 Aalborg`.
    pub fn lines(&self) -> Pii<[String; 2]> {
        let (floor, door) = (self.floor.expose(), self.door.expose().to_lowercase());
        let mut first = format!("{} {}", self.street.expose(), self.house.expose());
        if !floor.is_empty() {
            let floor = floor.trim_start_matches('0').to_lowercase();
            first = format!("{first}, {floor}. {door}");
        } else if !door.is_empty() {
            first = format!("{first}, {door}");
        }
        let second = format!("{} {}", self.postal_code.expose(), self.town.expose());
        Pii::new([first.trim().to_owned(), second.trim().to_owned()])
    }
}

/// Where somebody went when they left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignAddress {
    /// The register's code of the country.
    pub country: Pii<u16>,
    /// The day on which they left.
    pub since: Option<Date>,
    /// The address, one line each.
    pub lines: Pii<Vec<String>>,
}

/// Where somebody lived before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierAddress {
    /// There.
    pub address: Address,
    /// From this day.
    pub from: Option<Pii<Date>>,
    /// To this one.
    pub until: Option<Pii<Date>>,
}

/// What somebody was called before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierName {
    /// The name.
    pub name: RegisterName,
    /// From this day.
    pub from: Option<Pii<Date>>,
    /// To this one.
    pub until: Option<Pii<Date>>,
}

/// Married or not, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marital {
    /// Which.
    pub status: MaritalStatus,
    /// Since when.
    pub since: Option<Date>,
}

/// The register's civil statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MaritalStatus {
    /// `U`.
    Unmarried,
    /// `G`.
    Married,
    /// `F`.
    Divorced,
    /// `E`: widow or widower.
    Widowed,
    /// `P`: in a registered partnership.
    Partnership,
    /// `O`: of which one that was dissolved.
    PartnershipDissolved,
    /// `L`: of which the other has died.
    PartnershipSurvivor,
    /// `D`: dead.
    Dead,
}

impl MaritalStatus {
    /// Every status, with its letter.
    pub const ALL: [(char, Self); 8] = [
        ('U', Self::Unmarried),
        ('G', Self::Married),
        ('F', Self::Divorced),
        ('E', Self::Widowed),
        ('P', Self::Partnership),
        ('O', Self::PartnershipDissolved),
        ('L', Self::PartnershipSurvivor),
        ('D', Self::Dead),
    ];

    /// The register's letter.
    pub fn letter(self) -> char {
        Self::ALL
            .into_iter()
            .find_map(|(letter, status)| (status == self).then_some(letter))
            .unwrap_or('U')
    }

    /// The status of a letter.
    pub fn of_letter(letter: char) -> Result<Self, UnknownCode> {
        Self::ALL
            .into_iter()
            .find_map(|(known, status)| (known == letter).then_some(status))
            .ok_or(UnknownCode)
    }
}

/// What a number stands for (R-CPR-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CprStatus {
    /// 01: lives in Denmark.
    LivesInDenmark,
    /// 03: lives in Denmark, at an address of the municipality's own.
    HighStreetCodeInDenmark,
    /// 05: lives in Greenland.
    LivesInGreenland,
    /// 07: lives in Greenland, at an address of the municipality's own.
    HighStreetCodeInGreenland,
    /// 20: lives elsewhere and has the number for taxes only.
    TaxOnly,
    /// 30: annulled.
    Annulled,
    /// 50: deleted.
    Deleted,
    /// 60: another number stands in its place.
    Changed,
    /// 70: nobody knows where.
    Missing,
    /// 80: has left the country.
    Emigrated,
    /// 90: dead.
    Dead,
}

impl CprStatus {
    /// Every status, with its two digits.
    pub const ALL: [(&'static str, Self); 11] = [
        ("01", Self::LivesInDenmark),
        ("03", Self::HighStreetCodeInDenmark),
        ("05", Self::LivesInGreenland),
        ("07", Self::HighStreetCodeInGreenland),
        ("20", Self::TaxOnly),
        ("30", Self::Annulled),
        ("50", Self::Deleted),
        ("60", Self::Changed),
        ("70", Self::Missing),
        ("80", Self::Emigrated),
        ("90", Self::Dead),
    ];

    /// The register's two digits.
    pub fn digits(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find_map(|(digits, status)| (status == self).then_some(digits))
            .unwrap_or("01")
    }

    /// Lives in Denmark or Greenland: 01, 03, 05 and 07 (R-CPR-3).
    pub const fn is_active(self) -> bool {
        matches!(
            self,
            Self::LivesInDenmark
                | Self::HighStreetCodeInDenmark
                | Self::LivesInGreenland
                | Self::HighStreetCodeInGreenland
        )
    }
}

impl FromStr for CprStatus {
    type Err = UnknownCode;
    fn from_str(digits: &str) -> Result<Self, UnknownCode> {
        Self::ALL
            .into_iter()
            .find_map(|(known, status)| (known == digits).then_some(status))
            .ok_or(UnknownCode)
    }
}

/// A code that the register does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code of the register")]
pub struct UnknownCode;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn r_cpr_3_statuses_and_letters_read_back() {
        for (digits, status) in CprStatus::ALL {
            assert_eq!(digits.parse(), Ok(status));
            assert_eq!(status.digits(), digits);
            assert_eq!(
                status.is_active(),
                ["01", "03", "05", "07"].contains(&digits)
            );
        }
        for (letter, status) in MaritalStatus::ALL {
            assert_eq!(MaritalStatus::of_letter(letter), Ok(status));
            assert_eq!(status.letter(), letter);
        }
        assert_eq!("02".parse::<CprStatus>(), Err(UnknownCode));
        assert_eq!(MaritalStatus::of_letter('X'), Err(UnknownCode));
    }

    #[test]
    fn r_cpr_3_protection_holds_from_its_first_day_to_the_day_before_its_end() {
        let protection = Protection {
            from: date(2026, 3, 1),
            until: Some(date(2027, 3, 1)),
        };
        assert!(!protection.holds_on(date(2026, 2, 28)));
        assert!(protection.holds_on(date(2026, 3, 1)));
        assert!(protection.holds_on(date(2027, 2, 28)));
        assert!(!protection.holds_on(date(2027, 3, 1)));
        let for_ever = Protection {
            until: None,
            ..protection
        };
        assert!(for_ever.holds_on(date(2060, 1, 1)));
    }

    #[test]
    fn an_address_is_written_as_on_a_letter() {
        let text = |text: &str| Pii::new(text.to_owned());
        let address = |floor: &str, door: &str| Address {
            street: text("Søgade"),
            house: text("16"),
            floor: text(floor),
            door: text(door),
            postal_code: text("9000"),
            town: text("Aalborg"),
            municipality_code: Pii::new(851),
            street_code: Pii::new(8511),
        };
        let lines = |floor: &str, door: &str| address(floor, door).lines().into_exposed();
        assert_eq!(lines("02", "TV"), ["Søgade 16, 2. tv", "9000 Aalborg"]);
        assert_eq!(lines("ST", ""), ["Søgade 16, st.", "9000 Aalborg"]);
        assert_eq!(lines("", ""), ["Søgade 16", "9000 Aalborg"]);
    }
}
