//! A person as an outside register speaks of one: `docs/register-openapi.json`. Codes and letters are the CPR office's.

use domain::cpr_number::CprNumber;
use domain::register::{
    Address, EarlierAddress, EarlierName, ForeignAddress, Marital, MaritalStatus, Protection,
    RegisterEntry, RegisterName,
};
use domain::secret::Pii;
use jiff::civil::Date;
use serde::Deserialize;

/// What a service says of a number. What it does not know it leaves out; what it says besides is not read.
#[derive(Deserialize)]
pub(super) struct SpokenPerson {
    cpr: String,
    status: String,
    status_since: Option<Date>,
    name: SpokenName,
    birth_date: Date,
    protection: Option<SpokenProtection>,
    address: Option<SpokenAddress>,
    moved_in: Option<Date>,
    abroad: Option<SpokenAbroad>,
    #[serde(default)]
    earlier_addresses: Vec<SpokenEarlierAddress>,
    #[serde(default)]
    earlier_names: Vec<SpokenEarlierName>,
    marital: Option<SpokenMarital>,
    spouse: Option<String>,
    #[serde(default)]
    children: Vec<String>,
    mother: Option<String>,
    father: Option<String>,
    citizenship: Option<u16>,
    birth_place: Option<String>,
    replaced_by: Option<String>,
    #[serde(default)]
    replaces: Vec<String>,
}

#[derive(Deserialize)]
struct SpokenName {
    #[serde(default)]
    given: String,
    middle: Option<String>,
    #[serde(default)]
    family: String,
}

#[derive(Deserialize)]
struct SpokenProtection {
    from: Date,
    until: Option<Date>,
}

#[derive(Deserialize)]
struct SpokenAddress {
    street: String,
    house: String,
    #[serde(default)]
    floor: String,
    #[serde(default)]
    door: String,
    #[serde(default)]
    postal_code: String,
    #[serde(default)]
    town: String,
    #[serde(default)]
    municipality_code: u16,
    #[serde(default)]
    street_code: u16,
}

#[derive(Deserialize)]
struct SpokenAbroad {
    country: u16,
    since: Option<Date>,
    #[serde(default)]
    lines: Vec<String>,
}

#[derive(Deserialize)]
struct SpokenEarlierAddress {
    address: SpokenAddress,
    from: Option<Date>,
    until: Option<Date>,
}

#[derive(Deserialize)]
struct SpokenEarlierName {
    name: SpokenName,
    from: Option<Date>,
    until: Option<Date>,
}

#[derive(Deserialize)]
struct SpokenMarital {
    status: char,
    since: Option<Date>,
}

/// A member that cannot be what it should be. Its name, and nothing of what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotUnderstood(pub(super) &'static str);

impl SpokenPerson {
    /// The entry that it speaks of.
    pub(super) fn entry(self) -> Result<RegisterEntry, NotUnderstood> {
        let status = self.status.parse().map_err(|_| NotUnderstood("status"))?;
        Ok(RegisterEntry {
            cpr: cpr("cpr", &self.cpr)?,
            status,
            status_since: self.status_since,
            name: self.name.name(),
            birth_date: Pii::new(self.birth_date),
            protection: self.protection.map(|protection| Protection {
                from: protection.from,
                until: protection.until,
            }),
            address: self.address.map(SpokenAddress::address),
            moved_in: self.moved_in.map(Pii::new),
            abroad: self.abroad.map(|abroad| ForeignAddress {
                country: Pii::new(abroad.country),
                since: abroad.since,
                lines: Pii::new(abroad.lines),
            }),
            earlier_addresses: self
                .earlier_addresses
                .into_iter()
                .map(|earlier| EarlierAddress {
                    address: earlier.address.address(),
                    from: earlier.from.map(Pii::new),
                    until: earlier.until.map(Pii::new),
                })
                .collect(),
            earlier_names: self
                .earlier_names
                .into_iter()
                .map(|earlier| EarlierName {
                    name: earlier.name.name(),
                    from: earlier.from.map(Pii::new),
                    until: earlier.until.map(Pii::new),
                })
                .collect(),
            marital: self.marital.map(SpokenMarital::marital).transpose()?,
            spouse: opt_cpr("spouse", self.spouse)?,
            children: cprs("children", &self.children)?,
            mother: opt_cpr("mother", self.mother)?,
            father: opt_cpr("father", self.father)?,
            citizenship: self.citizenship.map(Pii::new),
            birth_place: self.birth_place.map(Pii::new),
            replaced_by: opt_cpr("replaced_by", self.replaced_by)?,
            replaces: cprs("replaces", &self.replaces)?,
        })
    }
}

impl SpokenName {
    fn name(self) -> RegisterName {
        RegisterName {
            given: Pii::new(self.given),
            middle: self
                .middle
                .filter(|middle| !middle.is_empty())
                .map(Pii::new),
            family: Pii::new(self.family),
        }
    }
}

impl SpokenAddress {
    fn address(self) -> Address {
        Address {
            street: Pii::new(self.street),
            house: Pii::new(self.house),
            floor: Pii::new(self.floor),
            door: Pii::new(self.door),
            postal_code: Pii::new(self.postal_code),
            town: Pii::new(self.town),
            municipality_code: Pii::new(self.municipality_code),
            street_code: Pii::new(self.street_code),
        }
    }
}

impl SpokenMarital {
    fn marital(self) -> Result<Marital, NotUnderstood> {
        let status = MaritalStatus::of_letter(self.status);
        Ok(Marital {
            status: status.map_err(|_| NotUnderstood("marital.status"))?,
            since: self.since,
        })
    }
}

fn cpr(member: &'static str, digits: &str) -> Result<CprNumber, NotUnderstood> {
    CprNumber::parse(digits).map_err(|_| NotUnderstood(member))
}

fn opt_cpr(
    member: &'static str,
    digits: Option<String>,
) -> Result<Option<CprNumber>, NotUnderstood> {
    digits.map(|digits| cpr(member, &digits)).transpose()
}

fn cprs(member: &'static str, numbers: &[String]) -> Result<Vec<CprNumber>, NotUnderstood> {
    numbers.iter().map(|digits| cpr(member, digits)).collect()
}
