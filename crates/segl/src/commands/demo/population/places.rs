//! Addresses. The municipalities and towns are there; the streets are put together of parts, and whether a house has a number is chance.

use domain::register::Address;
use domain::secret::Pii;

use super::dice::Dice;

/// The register's code, the postal code, the town, and how many live there, in thousands.
type Town = (u16, u16, &'static str, usize);

const TOWNS: [Town; 36] = [
    (101, 2100, "København Ø", 80),
    (101, 2200, "København N", 80),
    (101, 2300, "København S", 110),
    (101, 2400, "København NV", 50),
    (101, 1620, "København V", 40),
    (147, 2000, "Frederiksberg", 100),
    (151, 2750, "Ballerup", 50),
    (157, 2900, "Hellerup", 40),
    (159, 2860, "Søborg", 40),
    (167, 2650, "Hvidovre", 50),
    (173, 2800, "Kongens Lyngby", 50),
    (185, 2770, "Kastrup", 40),
    (217, 3000, "Helsingør", 60),
    (219, 3400, "Hillerød", 50),
    (259, 4600, "Køge", 60),
    (265, 4000, "Roskilde", 90),
    (330, 4200, "Slagelse", 75),
    (370, 4700, "Næstved", 80),
    (376, 4800, "Nykøbing F", 60),
    (400, 3700, "Rønne", 40),
    (461, 5000, "Odense C", 200),
    (479, 5700, "Svendborg", 60),
    (510, 6100, "Haderslev", 55),
    (540, 6400, "Sønderborg", 74),
    (561, 6700, "Esbjerg", 115),
    (607, 7000, "Fredericia", 52),
    (615, 8700, "Horsens", 95),
    (621, 6000, "Kolding", 94),
    (630, 7100, "Vejle", 120),
    (657, 7400, "Herning", 89),
    (730, 8900, "Randers C", 99),
    (740, 8600, "Silkeborg", 98),
    (751, 8000, "Aarhus C", 350),
    (791, 8800, "Viborg", 97),
    (851, 9000, "Aalborg", 220),
    (860, 9800, "Hjørring", 64),
];

const GREENLAND: (u16, u16, &str) = (956, 3900, "Nuuk");

const BEGINNINGS: [&str; 40] = [
    "Skov", "Strand", "Bøge", "Ege", "Birke", "Linde", "Kirke", "Skole", "Mølle", "Bakke", "Sø",
    "Å", "Eng", "Mark", "Vinkel", "Rosen", "Tulipan", "Nørre", "Sønder", "Vester", "Øster",
    "Lærke", "Svale", "Fasan", "Hjorte", "Ræve", "Kløver", "Hvede", "Rug", "Havre", "Fyrre",
    "Gran", "Ahorn", "Elme", "Pile", "Tjørne", "Hassel", "Syren", "Violen", "Præste",
];
const ENDINGS: [&str; 10] = [
    "vej", "gade", "allé", "vænget", "parken", "stræde", "bakken", "lunden", "haven", "toften",
];

/// An address in a town that is drawn by its size.
pub(super) fn address(dice: &mut Dice) -> Address {
    let all: usize = TOWNS.iter().map(|(.., size)| size).sum();
    let mut at = dice.below(all);
    let town = TOWNS.iter().find(|(.., size)| {
        let is_here = at < *size;
        at = at.saturating_sub(*size);
        is_here
    });
    let (municipality, postal_code, town, _) = *town.unwrap_or(&TOWNS[0]);
    within(dice, municipality, postal_code, town)
}

/// Another one in the same town.
pub(super) fn nearby(dice: &mut Dice, other: &Address) -> Address {
    let municipality = *other.municipality_code.expose();
    let postal_code = other.postal_code.expose().parse().unwrap_or(1000);
    within(dice, municipality, postal_code, other.town.expose())
}

pub(super) fn in_greenland(dice: &mut Dice) -> Address {
    let (municipality, postal_code, town) = GREENLAND;
    within(dice, municipality, postal_code, town)
}

fn within(dice: &mut Dice, municipality: u16, postal_code: u16, town: &str) -> Address {
    let count = BEGINNINGS.len() * ENDINGS.len();
    let number = dice.below(count);
    let in_flat = dice.happens(400);
    let letter = if dice.happens(80) {
        ["A", "B", "C"][dice.below(3)]
    } else {
        ""
    };
    let floors = ["ST", "1", "2", "3", "4"];
    let doors = ["TV", "TH", "MF"];
    Address {
        street: Pii::new(street(municipality, number)),
        house: Pii::new(format!("{}{letter}", dice.between(1, 120))),
        floor: Pii::new(if in_flat {
            (*dice.pick(&floors)).to_owned()
        } else {
            String::new()
        }),
        door: Pii::new(if in_flat {
            (*dice.pick(&doors)).to_owned()
        } else {
            String::new()
        }),
        postal_code: Pii::new(format!("{postal_code:04}")),
        town: Pii::new(town.to_owned()),
        municipality_code: Pii::new(municipality),
        street_code: Pii::new(u16::try_from(number * 4 + 4).unwrap_or(4)),
    }
}

/// The street of a number: in each municipality another one has it.
fn street(municipality: u16, number: usize) -> String {
    let count = BEGINNINGS.len() * ENDINGS.len();
    let at = (number * 7 + usize::from(municipality) * 13) % count;
    format!(
        "{}{}",
        BEGINNINGS[at / ENDINGS.len()],
        ENDINGS[at % ENDINGS.len()]
    )
}

/// Countries that people move to: the register's code, its name, a line of an address.
const ABROAD: [(u16, &str, &str); 5] = [
    (5120, "Sverige", "Storgatan 12, Malmö"),
    (5110, "Norge", "Kirkegata 8, Oslo"),
    (5180, "Tyskland", "Hauptstraße 3, Flensburg"),
    (5170, "Storbritannien", "14 Mill Lane, Leeds"),
    (5390, "USA", "220 Oak Street, Portland"),
];

pub(super) fn abroad(
    dice: &mut Dice,
    since: jiff::civil::Date,
) -> domain::register::ForeignAddress {
    let (code, country, line) = *dice.pick(&ABROAD);
    domain::register::ForeignAddress {
        country: Pii::new(code),
        since: Some(since),
        lines: Pii::new(vec![line.to_owned(), country.to_owned()]),
    }
}

pub(super) fn birth_place(dice: &mut Dice) -> String {
    let (.., town, _) = *dice.pick(&TOWNS);
    town.split(' ').next().unwrap_or(town).to_owned()
}
