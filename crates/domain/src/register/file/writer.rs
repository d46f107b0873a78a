//! Writing the same files: for the synthetic population, and for tests. Spaces at the end of a line are left out, as the CPR office does.

use jiff::civil::Date;

use super::layout::{self, Field};
use super::reader::Start;
use crate::cpr_number::{CprNumber, Sex};
use crate::register::{Address, RegisterEntry, RegisterName};
use crate::secret::Pii;

/// Writes the start record.
pub fn start(out: &mut Vec<u8>, start: Start) {
    use layout::start as at;
    let mut line = Line::new(*b"000");
    line.put_text(layout::PNR, "0000000000");
    line.put_text(
        Field {
            name: "OPGAVENR",
            column: 14,
            width: 6,
        },
        "000000",
    );
    line.put_text(at::PRODUCED_ON, &digits(start.produced_on));
    let since = start.changes_since.map(digits);
    line.put_text(at::CHANGES_SINCE, since.as_deref().unwrap_or("00000000"));
    line.end(out);
}

/// Writes the end record, for so many lines between the start and this one.
pub fn end(out: &mut Vec<u8>, lines: u64) {
    let mut line = Line::new(*b"099");
    line.put_text(layout::end::SORT, "9999999999");
    line.put_text(layout::end::COUNT, &format!("{lines:08}"));
    line.end(out);
}

/// Writes the records of a person and gives how many they are.
///
/// The names of streets of earlier addresses are not written: the file has only their codes. Letters that ISO-8859-1 does not have become `?`,
/// and what is too long for its field is cut.
pub fn person(out: &mut Vec<u8>, entry: &RegisterEntry) -> u64 {
    let mut records = Records {
        out,
        cpr: entry.cpr,
        count: 0,
    };
    records.current(entry);
    records.addresses(entry);
    records.names(entry);
    records.rest(entry);
    records.family(entry);
    records.count
}

struct Records<'a> {
    out: &'a mut Vec<u8>,
    cpr: CprNumber,
    count: u64,
}

impl Records<'_> {
    fn write(&mut self, record: [u8; 3], fill: impl FnOnce(&mut Line)) {
        let mut line = Line::new(record);
        line.put_cpr(layout::PNR, &self.cpr);
        fill(&mut line);
        line.end(self.out);
        self.count += 1;
    }

    fn current(&mut self, entry: &RegisterEntry) {
        use layout::current as at;
        self.write(*b"001", |line| {
            if let Some(now) = &entry.replaced_by {
                line.put_cpr(at::NOW, now);
            }
            line.put_text(at::STATUS, entry.status.digits());
            line.put_time(at::STATUS_SINCE, entry.status_since);
            let sex = match entry.cpr.sex() {
                Sex::Male => "M",
                Sex::Female => "K",
            };
            line.put_text(at::SEX, sex);
            line.put_date(at::BORN, Some(*entry.birth_date.expose()));
        });
    }

    fn addresses(&mut self, entry: &RegisterEntry) {
        use layout::{abroad, address as at, earlier_address as earlier_at};
        let moved_in = entry.moved_in.as_ref().map(|day| *day.expose());
        if entry.address.is_some() || moved_in.is_some() {
            self.write(*b"002", |line| {
                if let Some(address) = &entry.address {
                    line.put_code(at::MUNICIPALITY, *address.municipality_code.expose());
                    line.put_code(at::STREET, *address.street_code.expose());
                    line.put_place([at::HOUSE, at::FLOOR, at::DOOR], address);
                }
                line.put_time(at::MOVED_IN, moved_in);
            });
        }
        if let Some(address) = &entry.address {
            self.written(&entry.name, address);
        }
        if let Some(gone) = &entry.abroad {
            self.write(*b"005", |line| {
                line.put_code(abroad::COUNTRY, *gone.country.expose());
                line.put_time(abroad::SINCE, gone.since);
                for (field, text) in abroad::LINES.into_iter().zip(gone.lines.expose()) {
                    line.put_text(field, text);
                }
            });
        }
        for earlier in &entry.earlier_addresses {
            self.write(*b"023", |line| {
                let address = &earlier.address;
                line.put_code(
                    earlier_at::MUNICIPALITY,
                    *address.municipality_code.expose(),
                );
                line.put_code(earlier_at::STREET, *address.street_code.expose());
                line.put_place(
                    [earlier_at::HOUSE, earlier_at::FLOOR, earlier_at::DOOR],
                    address,
                );
                line.put_time(earlier_at::FROM, exposed(earlier.from.as_ref()));
                line.put_time(earlier_at::UNTIL, exposed(earlier.until.as_ref()));
            });
        }
    }

    fn written(&mut self, name: &RegisterName, address: &Address) {
        use layout::written as at;
        self.write(*b"003", |line| {
            line.put_text(at::ADDRESSEE, name.full().expose());
            line.put_text(at::STANDARD, &address.lines().expose()[0]);
            line.put_text(at::POSTAL_CODE, address.postal_code.expose());
            line.put_text(at::TOWN, address.town.expose());
            line.put_code(at::MUNICIPALITY, *address.municipality_code.expose());
            line.put_code(at::STREET_CODE, *address.street_code.expose());
            line.put_place([at::HOUSE, at::FLOOR, at::DOOR], address);
            line.put_text(at::STREET, address.street.expose());
        });
    }

    fn names(&mut self, entry: &RegisterEntry) {
        use layout::{earlier_name as earlier_at, name as at};
        let is_named = |name: &RegisterName| {
            !name.given.expose().is_empty() || !name.family.expose().is_empty()
        };
        if is_named(&entry.name) {
            self.write(*b"008", |line| {
                line.put_name([at::GIVEN, at::MIDDLE, at::FAMILY], &entry.name);
                line.put_text(at::ADDRESSEE, entry.name.full().expose());
            });
        }
        for earlier in &entry.earlier_names {
            self.write(*b"026", |line| {
                let fields = [earlier_at::GIVEN, earlier_at::MIDDLE, earlier_at::FAMILY];
                line.put_name(fields, &earlier.name);
                line.put_time(earlier_at::FROM, exposed(earlier.from.as_ref()));
                line.put_time(earlier_at::UNTIL, exposed(earlier.until.as_ref()));
            });
        }
    }

    fn rest(&mut self, entry: &RegisterEntry) {
        use layout::{civil_status, protection as at};
        if let Some(protection) = &entry.protection {
            self.write(*b"004", |line| {
                line.put_code(at::KIND, 1);
                line.put_date(at::FROM, Some(protection.from));
                line.put_date(at::UNTIL, protection.until);
            });
        }
        if let Some(place) = &entry.birth_place {
            self.write(*b"009", |line| {
                line.put_text(layout::birth::PLACE, place.expose());
            });
        }
        if let Some(country) = &entry.citizenship {
            self.write(*b"010", |line| {
                line.put_code(layout::citizenship::COUNTRY, *country.expose());
            });
        }
        if let Some(marital) = &entry.marital {
            self.write(*b"012", |line| {
                line.put_text(civil_status::STATUS, &marital.status.letter().to_string());
                if let Some(spouse) = &entry.spouse {
                    line.put_cpr(civil_status::SPOUSE, spouse);
                }
                line.put_time(civil_status::SINCE, marital.since);
            });
        }
    }

    fn family(&mut self, entry: &RegisterEntry) {
        use layout::parents as at;
        for child in &entry.children {
            self.write(*b"014", |line| line.put_cpr(layout::child::CHILD, child));
        }
        if entry.mother.is_some() || entry.father.is_some() {
            self.write(*b"015", |line| {
                for (field, parent) in [(at::MOTHER, &entry.mother), (at::FATHER, &entry.father)] {
                    if let Some(parent) = parent {
                        line.put_cpr(field, parent);
                    }
                }
            });
        }
        for number in &entry.replaces {
            self.write(*b"022", |line| {
                line.put_cpr(layout::earlier_number::NUMBER, number);
            });
        }
    }
}

/// A line that is being filled.
struct Line(Vec<u8>);

impl Line {
    fn new(record: [u8; 3]) -> Self {
        Self(record.to_vec())
    }

    fn put(&mut self, field: Field, bytes: impl Iterator<Item = u8>) {
        let from = field.column - 1;
        if self.0.len() < from + field.width {
            self.0.resize(from + field.width, b' ');
        }
        let places = self.0[from..from + field.width].iter_mut();
        for (place, byte) in places.zip(bytes) {
            *place = byte;
        }
    }

    fn put_text(&mut self, field: Field, text: &str) {
        self.put(
            field,
            text.chars()
                .map(|letter| u8::try_from(letter).unwrap_or(b'?')),
        );
    }

    fn put_cpr(&mut self, field: Field, cpr: &CprNumber) {
        self.put(field, cpr.expose().bytes());
    }

    fn put_code(&mut self, field: Field, code: u16) {
        self.put(field, format!("{code:04}").bytes());
    }

    /// House, floor and door, filled up with zeros where they begin with a digit.
    fn put_place(&mut self, [house, floor, door]: [Field; 3], address: &Address) {
        let parts = [
            (house, address.house.expose(), 3),
            (floor, address.floor.expose(), 2),
            (door, address.door.expose(), 4),
        ];
        for (field, text, digits) in parts {
            let number = text.chars().take_while(char::is_ascii_digit).count();
            let zeros = if number == 0 {
                0
            } else {
                usize::saturating_sub(digits, number)
            };
            // A door of letters and digits stays as it is; a house has its digits in front of the letter.
            let fills = number == text.len() || field == house;
            let text = if fills {
                format!("{}{text}", "0".repeat(zeros))
            } else {
                text.clone()
            };
            self.put_text(field, &text);
        }
    }

    fn put_name(&mut self, [given, middle, family]: [Field; 3], name: &RegisterName) {
        self.put_text(given, name.given.expose());
        self.put_text(
            middle,
            name.middle.as_ref().map_or("", |middle| middle.expose()),
        );
        self.put_text(family, name.family.expose());
    }

    fn put_time(&mut self, field: Field, day: Option<Date>) {
        let day = day.map_or_else(|| "00000000".to_owned(), digits);
        self.put_text(field, &format!("{day}0000"));
    }

    fn put_date(&mut self, field: Field, day: Option<Date>) {
        if let Some(day) = day {
            self.put_text(field, &day.to_string());
        }
    }

    fn end(mut self, out: &mut Vec<u8>) {
        while self.0.last() == Some(&b' ') {
            self.0.pop();
        }
        out.append(&mut self.0);
        out.push(b'\n');
    }
}

fn exposed(day: Option<&Pii<Date>>) -> Option<Date> {
    day.map(|day| *day.expose())
}

fn digits(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}
