//! The records of one person, gathered into an entry.

use super::fault::{Broken, FileFault};
use super::layout::{self, Field};
use super::line::Line;
use crate::register::{
    Address, CprStatus, EarlierAddress, EarlierName, ForeignAddress, Marital, MaritalStatus,
    Protection, RegisterEntry, RegisterName,
};
use crate::secret::Pii;

/// Somebody whose records are being read.
pub(super) struct Person {
    entry: RegisterEntry,
    /// The record types that were seen of those which come once, as bits.
    seen: u64,
    line: u64,
}

type Step = Result<(), FileFault>;

/// The register's type of name and address protection (R-CPR-3).
const NAME_AND_ADDRESS: u64 = 1;
/// A record that was undone.
const UNDONE: &[u8] = b"A";

impl Person {
    /// Begins with a record 001.
    pub(super) fn begin(line: Line<'_>, number: u64) -> Result<Self, FileFault> {
        use layout::current as at;
        let cpr = line.cpr(layout::PNR)?;
        let status: CprStatus = std::str::from_utf8(line.raw(at::STATUS))
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or(line.fault(at::STATUS, Broken::Code))?;
        if !matches!(line.raw(at::SEX), b"M" | b"K") {
            return Err(line.fault(at::SEX, Broken::Code));
        }
        let now = line.opt_cpr(at::NOW)?.filter(|now| *now != cpr);
        if status == CprStatus::Changed && now.is_none() {
            return Err(line.fault(at::NOW, Broken::Empty));
        }
        let born = line.opt_date(at::BORN)?.unwrap_or(cpr.birth_date());
        Ok(Self {
            entry: RegisterEntry {
                cpr,
                status,
                status_since: line.opt_time(at::STATUS_SINCE)?,
                name: nameless(),
                birth_date: Pii::new(born),
                protection: None,
                address: None,
                moved_in: None,
                abroad: None,
                earlier_addresses: Vec::new(),
                earlier_names: Vec::new(),
                marital: None,
                spouse: None,
                children: Vec::new(),
                mother: None,
                father: None,
                citizenship: None,
                birth_place: None,
                replaced_by: now,
                replaces: Vec::new(),
            },
            seen: 0,
            line: number,
        })
    }

    /// Takes one more record of the same person.
    pub(super) fn take(&mut self, line: Line<'_>) -> Step {
        if line.cpr(layout::PNR)? != self.entry.cpr {
            return Err(line.fault(layout::PNR, Broken::OtherPerson));
        }
        let record = line.record().unwrap_or_default();
        match &record {
            b"002" => self.once(line, 2, Self::address),
            b"003" => self.once(line, 3, Self::written_address),
            b"004" => self.protection(line),
            b"005" => self.once(line, 5, Self::abroad),
            b"008" => self.once(line, 8, Self::name),
            b"009" => self.once(line, 9, |person, line| {
                person.birth(line);
                Ok(())
            }),
            b"010" => self.once(line, 10, Self::citizenship),
            b"012" => self.once(line, 12, Self::civil_status),
            b"014" => self.child(line),
            b"015" => self.once(line, 15, Self::parents),
            b"022" => self.earlier_number(line),
            b"023" => self.earlier_address(line),
            b"026" => self.earlier_name(line),
            // What else the register knows says nothing that an identity needs.
            _ => Ok(()),
        }
    }

    /// The entry, when the next person begins.
    pub(super) fn end(mut self) -> Result<RegisterEntry, FileFault> {
        let needs_no_name = matches!(
            self.entry.status,
            CprStatus::Annulled | CprStatus::Deleted | CprStatus::Changed
        );
        if self.seen & (1 << 8) == 0 && !needs_no_name {
            return Err(FileFault {
                line: self.line,
                field: layout::name::GIVEN,
                what: Broken::NoName,
            });
        }
        let entry = &mut self.entry;
        entry
            .earlier_addresses
            .sort_by_key(|earlier| std::cmp::Reverse(earlier.until.clone()));
        entry
            .earlier_names
            .sort_by_key(|earlier| std::cmp::Reverse(earlier.until.clone()));
        Ok(self.entry)
    }

    fn once(
        &mut self,
        line: Line<'_>,
        record: u8,
        take: impl FnOnce(&mut Self, Line<'_>) -> Step,
    ) -> Step {
        if self.seen & (1 << record) != 0 {
            return Err(line.fault(layout::RECORD_TYPE, Broken::Twice));
        }
        self.seen |= 1 << record;
        take(self, line)
    }

    fn address(&mut self, line: Line<'_>) -> Step {
        use layout::address as at;
        let municipality = line.code(at::MUNICIPALITY)?;
        self.entry.moved_in = line.opt_time(at::MOVED_IN)?.map(Pii::new);
        if municipality == 0 {
            // Nobody's address: those who have left keep the record, empty.
            return Ok(());
        }
        let street_code = line.code(at::STREET)?;
        let address = self.entry.address.get_or_insert_with(nowhere);
        address.municipality_code = Pii::new(municipality);
        address.street_code = Pii::new(street_code);
        address.house = Pii::new(line.unfilled(at::HOUSE));
        address.floor = Pii::new(line.unfilled(at::FLOOR));
        address.door = Pii::new(line.unfilled(at::DOOR));
        Ok(())
    }

    fn written_address(&mut self, line: Line<'_>) -> Step {
        use layout::written as at;
        let municipality = line.code(at::MUNICIPALITY)?;
        let street_code = line.code(at::STREET_CODE)?;
        line.number(at::POSTAL_CODE)?;
        if municipality == 0 {
            return Ok(());
        }
        let address = self.entry.address.get_or_insert_with(nowhere);
        if *address.municipality_code.expose() == 0 {
            address.municipality_code = Pii::new(municipality);
            address.street_code = Pii::new(street_code);
            address.house = Pii::new(line.unfilled(at::HOUSE));
            address.floor = Pii::new(line.unfilled(at::FLOOR));
            address.door = Pii::new(line.unfilled(at::DOOR));
        }
        address.street = Pii::new(line.text(at::STREET));
        address.postal_code = Pii::new(line.text(at::POSTAL_CODE));
        address.town = Pii::new(line.text(at::TOWN));
        Ok(())
    }

    fn protection(&mut self, line: Line<'_>) -> Step {
        use layout::protection as at;
        let kind = line.number(at::KIND)?;
        let from = line.opt_date(at::FROM)?;
        let until = line.opt_date(at::UNTIL)?;
        if kind == NAME_AND_ADDRESS {
            let from = from.ok_or(line.fault(at::FROM, Broken::Empty))?;
            self.entry.protection = Some(Protection { from, until });
        }
        Ok(())
    }

    fn abroad(&mut self, line: Line<'_>) -> Step {
        use layout::abroad as at;
        let lines = at::LINES
            .into_iter()
            .filter_map(|field| line.opt_text(field));
        self.entry.abroad = Some(ForeignAddress {
            country: Pii::new(line.code(at::COUNTRY)?),
            since: line.opt_time(at::SINCE)?,
            lines: Pii::new(lines.collect()),
        });
        Ok(())
    }

    fn name(&mut self, line: Line<'_>) -> Step {
        use layout::name as at;
        self.entry.name = name(line, [at::GIVEN, at::MIDDLE, at::FAMILY])?;
        Ok(())
    }

    fn birth(&mut self, line: Line<'_>) {
        self.entry.birth_place = line.opt_text(layout::birth::PLACE).map(Pii::new);
    }

    fn citizenship(&mut self, line: Line<'_>) -> Step {
        let country = line.code(layout::citizenship::COUNTRY)?;
        self.entry.citizenship = Some(country).filter(|code| *code != 0).map(Pii::new);
        Ok(())
    }

    fn civil_status(&mut self, line: Line<'_>) -> Step {
        use layout::civil_status as at;
        let status = match line.raw(at::STATUS) {
            [letter] => MaritalStatus::of_letter(char::from(*letter)).ok(),
            _ => None,
        };
        self.entry.marital = Some(Marital {
            status: status.ok_or(line.fault(at::STATUS, Broken::Code))?,
            since: line.opt_time(at::SINCE)?,
        });
        self.entry.spouse = line.opt_cpr(at::SPOUSE)?;
        Ok(())
    }

    fn child(&mut self, line: Line<'_>) -> Step {
        self.entry.children.push(line.cpr(layout::child::CHILD)?);
        Ok(())
    }

    fn parents(&mut self, line: Line<'_>) -> Step {
        use layout::parents as at;
        self.entry.mother = line.opt_cpr(at::MOTHER)?;
        self.entry.father = line.opt_cpr(at::FATHER)?;
        Ok(())
    }

    fn earlier_number(&mut self, line: Line<'_>) -> Step {
        let number = line.cpr(layout::earlier_number::NUMBER)?;
        if number != self.entry.cpr {
            self.entry.replaces.push(number);
        }
        Ok(())
    }

    fn earlier_address(&mut self, line: Line<'_>) -> Step {
        use layout::earlier_address as at;
        let earlier = EarlierAddress {
            address: Address {
                municipality_code: Pii::new(line.code(at::MUNICIPALITY)?),
                street_code: Pii::new(line.code(at::STREET)?),
                house: Pii::new(line.unfilled(at::HOUSE)),
                floor: Pii::new(line.unfilled(at::FLOOR)),
                door: Pii::new(line.unfilled(at::DOOR)),
                ..nowhere()
            },
            from: line.opt_time(at::FROM)?.map(Pii::new),
            until: line.opt_time(at::UNTIL)?.map(Pii::new),
        };
        if line.raw(at::UNDONE) != UNDONE && *earlier.address.municipality_code.expose() != 0 {
            self.entry.earlier_addresses.push(earlier);
        }
        Ok(())
    }

    fn earlier_name(&mut self, line: Line<'_>) -> Step {
        use layout::earlier_name as at;
        let earlier = EarlierName {
            name: name(line, [at::GIVEN, at::MIDDLE, at::FAMILY])?,
            from: line.opt_time(at::FROM)?.map(Pii::new),
            until: line.opt_time(at::UNTIL)?.map(Pii::new),
        };
        if line.raw(at::UNDONE) != UNDONE {
            self.entry.earlier_names.push(earlier);
        }
        Ok(())
    }
}

fn name(line: Line<'_>, [given, middle, family]: [Field; 3]) -> Result<RegisterName, FileFault> {
    let name = RegisterName {
        given: Pii::new(line.text(given)),
        middle: line.opt_text(middle).map(Pii::new),
        family: Pii::new(line.text(family)),
    };
    if name.given.expose().is_empty() && name.family.expose().is_empty() {
        return Err(line.fault(given, Broken::Empty));
    }
    Ok(name)
}

fn nameless() -> RegisterName {
    RegisterName {
        given: Pii::new(String::new()),
        middle: None,
        family: Pii::new(String::new()),
    }
}

fn nowhere() -> Address {
    Address {
        street: Pii::new(String::new()),
        house: Pii::new(String::new()),
        floor: Pii::new(String::new()),
        door: Pii::new(String::new()),
        postal_code: Pii::new(String::new()),
        town: Pii::new(String::new()),
        municipality_code: Pii::new(0),
        street_code: Pii::new(0),
    }
}
