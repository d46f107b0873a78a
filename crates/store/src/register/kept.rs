//! An entry in the form in which it is sealed. The numbers of persons are numbers here and days are `yyyymmdd`, since a country's entries
//! are many; what may be added later stands at the end, under a new version.

use domain::cpr_number::CprNumber;
use domain::register::{
    Address, EarlierAddress, EarlierName, ForeignAddress, Marital, MaritalStatus, Protection,
    RegisterEntry, RegisterName,
};
use domain::secret::Pii;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::sealing::DataKeys;
use crate::stored::Place;

const VERSION: u8 = 1;

#[derive(Serialize, Deserialize)]
struct Kept {
    cpr: u64,
    status: u8,
    status_since: Option<u32>,
    name: KeptName,
    birth_date: u32,
    protection: Option<(u32, Option<u32>)>,
    address: Option<KeptAddress>,
    moved_in: Option<u32>,
    abroad: Option<KeptAbroad>,
    earlier_addresses: Vec<(KeptAddress, Option<u32>, Option<u32>)>,
    earlier_names: Vec<(KeptName, Option<u32>, Option<u32>)>,
    marital: Option<(char, Option<u32>)>,
    spouse: Option<u64>,
    children: Vec<u64>,
    mother: Option<u64>,
    father: Option<u64>,
    citizenship: Option<u16>,
    birth_place: Option<String>,
    replaced_by: Option<u64>,
    replaces: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct KeptName {
    given: String,
    middle: Option<String>,
    family: String,
}

#[derive(Serialize, Deserialize)]
struct KeptAddress {
    street: String,
    house: String,
    floor: String,
    door: String,
    postal_code: String,
    town: String,
    municipality_code: u16,
    street_code: u16,
}

#[derive(Serialize, Deserialize)]
struct KeptAbroad {
    country: u16,
    since: Option<u32>,
    lines: Vec<String>,
}

/// The row of an entry: the import, and the place in its file.
type RowKey = (i64, i64);

pub(super) fn seal(
    keys: &DataKeys,
    row: RowKey,
    entry: &RegisterEntry,
) -> Result<Vec<u8>, StoreError> {
    let id = id(row);
    let place = Place {
        table: "register_rows",
        id: &id,
    };
    let mut bytes = Zeroizing::new(vec![VERSION]);
    let kept = Zeroizing::new(
        postcard::to_allocvec(&Kept::of(entry))
            .map_err(|error| place.corrupt("entry_sealed", error))?,
    );
    bytes.extend_from_slice(&kept);
    keys.seal
        .seal(&sealed_place(&id), &bytes)
        .map_err(|error| place.corrupt("entry_sealed", error))
}

pub(super) fn open(
    keys: &DataKeys,
    row: RowKey,
    sealed: &[u8],
) -> Result<RegisterEntry, StoreError> {
    let id = id(row);
    let place = Place {
        table: "register_rows",
        id: &id,
    };
    let bytes = keys
        .seal
        .open(&sealed_place(&id), sealed)
        .map_err(|error| place.corrupt("entry_sealed", error))?;
    let Some((&VERSION, kept)) = bytes.split_first() else {
        return Err(place.corrupt(
            "entry_sealed",
            "of a version that this program does not know",
        ));
    };
    let kept: Kept =
        postcard::from_bytes(kept).map_err(|error| place.corrupt("entry_sealed", error))?;
    kept.entry()
        .ok_or_else(|| place.corrupt("entry_sealed", "a number, day or code that cannot be"))
}

fn id((import, entry): RowKey) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&import.to_be_bytes());
    id[8..].copy_from_slice(&entry.to_be_bytes());
    id
}

fn sealed_place(id: &[u8; 16]) -> [u8; 30] {
    let mut place = [0; 30];
    place[..14].copy_from_slice(b"register_rows ");
    place[14..].copy_from_slice(id);
    place
}

impl Kept {
    fn of(entry: &RegisterEntry) -> Self {
        let pii_day = |day: &Option<Pii<Date>>| day.as_ref().map(|day| of_day(*day.expose()));
        Self {
            cpr: of_cpr(&entry.cpr),
            status: entry.status.digits().parse().unwrap_or_default(),
            status_since: entry.status_since.map(of_day),
            name: KeptName::of(&entry.name),
            birth_date: of_day(*entry.birth_date.expose()),
            protection: entry
                .protection
                .map(|protection| (of_day(protection.from), protection.until.map(of_day))),
            address: entry.address.as_ref().map(KeptAddress::of),
            moved_in: pii_day(&entry.moved_in),
            abroad: entry.abroad.as_ref().map(KeptAbroad::of),
            earlier_addresses: entry
                .earlier_addresses
                .iter()
                .map(|earlier| {
                    let address = KeptAddress::of(&earlier.address);
                    (address, pii_day(&earlier.from), pii_day(&earlier.until))
                })
                .collect(),
            earlier_names: entry
                .earlier_names
                .iter()
                .map(|earlier| {
                    let name = KeptName::of(&earlier.name);
                    (name, pii_day(&earlier.from), pii_day(&earlier.until))
                })
                .collect(),
            marital: entry
                .marital
                .map(|marital| (marital.status.letter(), marital.since.map(of_day))),
            spouse: entry.spouse.as_ref().map(of_cpr),
            children: entry.children.iter().map(of_cpr).collect(),
            mother: entry.mother.as_ref().map(of_cpr),
            father: entry.father.as_ref().map(of_cpr),
            citizenship: entry.citizenship.as_ref().map(|code| *code.expose()),
            birth_place: entry
                .birth_place
                .as_ref()
                .map(|place| place.expose().clone()),
            replaced_by: entry.replaced_by.as_ref().map(of_cpr),
            replaces: entry.replaces.iter().map(of_cpr).collect(),
        }
    }

    fn entry(self) -> Option<RegisterEntry> {
        let numbers = |numbers: Vec<u64>| numbers.into_iter().map(cpr).collect::<Option<Vec<_>>>();
        let earlier_addresses = self.earlier_addresses.into_iter();
        let earlier_names = self.earlier_names.into_iter();
        Some(RegisterEntry {
            cpr: cpr(self.cpr)?,
            status: format!("{:02}", self.status).parse().ok()?,
            status_since: maybe(self.status_since, day)?,
            name: self.name.name(),
            birth_date: Pii::new(day(self.birth_date)?),
            protection: maybe(self.protection, protection)?,
            address: self.address.map(KeptAddress::address),
            moved_in: pii_day(self.moved_in)?,
            abroad: maybe(self.abroad, KeptAbroad::abroad)?,
            earlier_addresses: earlier_addresses
                .map(|(address, from, until)| {
                    Some(EarlierAddress {
                        address: address.address(),
                        from: pii_day(from)?,
                        until: pii_day(until)?,
                    })
                })
                .collect::<Option<_>>()?,
            earlier_names: earlier_names
                .map(|(name, from, until)| {
                    Some(EarlierName {
                        name: name.name(),
                        from: pii_day(from)?,
                        until: pii_day(until)?,
                    })
                })
                .collect::<Option<_>>()?,
            marital: maybe(self.marital, marital)?,
            spouse: maybe(self.spouse, cpr)?,
            children: numbers(self.children)?,
            mother: maybe(self.mother, cpr)?,
            father: maybe(self.father, cpr)?,
            citizenship: self.citizenship.map(Pii::new),
            birth_place: self.birth_place.map(Pii::new),
            replaced_by: maybe(self.replaced_by, cpr)?,
            replaces: numbers(self.replaces)?,
        })
    }
}

impl KeptName {
    fn of(name: &RegisterName) -> Self {
        Self {
            given: name.given.expose().clone(),
            middle: name.middle.as_ref().map(|middle| middle.expose().clone()),
            family: name.family.expose().clone(),
        }
    }

    fn name(self) -> RegisterName {
        RegisterName {
            given: Pii::new(self.given),
            middle: self.middle.map(Pii::new),
            family: Pii::new(self.family),
        }
    }
}

impl KeptAddress {
    fn of(address: &Address) -> Self {
        Self {
            street: address.street.expose().clone(),
            house: address.house.expose().clone(),
            floor: address.floor.expose().clone(),
            door: address.door.expose().clone(),
            postal_code: address.postal_code.expose().clone(),
            town: address.town.expose().clone(),
            municipality_code: *address.municipality_code.expose(),
            street_code: *address.street_code.expose(),
        }
    }

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

impl KeptAbroad {
    fn of(abroad: &ForeignAddress) -> Self {
        Self {
            country: *abroad.country.expose(),
            since: abroad.since.map(of_day),
            lines: abroad.lines.expose().clone(),
        }
    }

    fn abroad(self) -> Option<ForeignAddress> {
        Some(ForeignAddress {
            country: Pii::new(self.country),
            since: maybe(self.since, day)?,
            lines: Pii::new(self.lines),
        })
    }
}

/// What is not there stays so; what is there must be read.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether it could be read"
)]
fn maybe<T, U>(value: Option<T>, read: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match value {
        None => Some(None),
        Some(value) => read(value).map(Some),
    }
}

#[expect(
    clippy::option_option,
    reason = "the outer one says whether it could be read"
)]
fn pii_day(value: Option<u32>) -> Option<Option<Pii<Date>>> {
    maybe(value, |number| day(number).map(Pii::new))
}

fn of_cpr(cpr: &CprNumber) -> u64 {
    cpr.expose().parse().unwrap_or_default()
}

fn cpr(number: u64) -> Option<CprNumber> {
    CprNumber::parse(&format!("{number:010}")).ok()
}

fn of_day(day: Date) -> u32 {
    let part = |number: i8| u32::from(number.unsigned_abs());
    u32::from(day.year().unsigned_abs()) * 10_000 + part(day.month()) * 100 + part(day.day())
}

fn day(number: u32) -> Option<Date> {
    let part = |number: u32| i8::try_from(number % 100).ok();
    let year = i16::try_from(number / 10_000).ok()?;
    Date::new(year, part(number / 100)?, part(number)?).ok()
}

fn protection((from, until): (u32, Option<u32>)) -> Option<Protection> {
    Some(Protection {
        from: day(from)?,
        until: maybe(until, day)?,
    })
}

fn marital((letter, since): (char, Option<u32>)) -> Option<Marital> {
    Some(Marital {
        status: MaritalStatus::of_letter(letter).ok()?,
        since: maybe(since, day)?,
    })
}
