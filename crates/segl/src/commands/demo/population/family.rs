//! A family: grandparents, their grown children with whom these live, and grandchildren. Everybody in it is invented together, so that parents,
//! children and spouses point at each other.

use domain::cpr_number::{CprNumber, Sex};
use domain::register::{
    Address, CprStatus, EarlierAddress, EarlierName, Marital, MaritalStatus, Protection,
    RegisterEntry, RegisterName,
};
use domain::secret::Pii;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::dice::Dice;
use super::numbers::{Numbers, replacement};
use super::{names, places};

/// The register's code of Denmark as a country.
const DENMARK: u16 = 5100;

/// What a family is invented with.
pub(super) struct Inventor<'a> {
    pub(super) dice: Dice,
    pub(super) numbers: &'a mut Numbers,
    pub(super) today: Date,
}

/// A household: one or two grown-ups at an address.
struct Household {
    grown_ups: Vec<usize>,
    address: Address,
    since: Date,
}

impl Inventor<'_> {
    /// A family of one to some fifteen people.
    pub(super) fn family(&mut self) -> Vec<RegisterEntry> {
        let mut people = Vec::new();
        // Three in ten families begin with the middle generation: the older one is dead for so long that the register forgot, or abroad.
        let year = if self.dice.happens(300) {
            self.dice.between(1955, 2004)
        } else {
            self.dice.between(1930, 1962)
        };
        let first = self.couple(&mut people, year, None);
        self.descend(&mut people, &first, 0);
        for person in &mut people {
            self.fate(person);
        }
        people
    }

    /// The children of a household, and theirs.
    fn descend(&mut self, people: &mut Vec<RegisterEntry>, parents: &Household, depth: u8) {
        let oldest = *people[parents.grown_ups[0]].birth_date.expose();
        let count = self
            .dice
            .weighted(&[(0, 25), (1, 18), (2, 38), (3, 16), (4, 3)]);
        let mut born = oldest.saturating_add(self.dice.between(22, 33).years());
        for _ in 0..*count {
            born = self.in_year(born);
            if born >= self.today {
                break;
            }
            let child = self.child(people, parents, born);
            let age = age(born, self.today);
            if age >= 20 && depth < 2 && self.dice.happens(850) {
                let home = self.moves_out(people, child, born);
                self.descend(people, &home, depth + 1);
            }
            born = born.saturating_add(self.dice.between(2, 4).years());
        }
    }

    /// One or two people of about the same age, with an address and what came before it. `child`: one of them is there already.
    fn couple(
        &mut self,
        people: &mut Vec<RegisterEntry>,
        year: i32,
        child: Option<usize>,
    ) -> Household {
        let address = match child.and_then(|child| people[child].address.clone()) {
            Some(parents) if self.dice.happens(400) => places::nearby(&mut self.dice, &parents),
            _ => places::address(&mut self.dice),
        };
        let sex = if self.dice.happens(500) {
            Sex::Female
        } else {
            Sex::Male
        };
        let one = child.unwrap_or_else(|| {
            let born = self.in_year(day(year, 1, 1));
            let family = names::family(&mut self.dice);
            self.person(people, (born, sex), family)
        });
        let born = *people[one].birth_date.expose();
        let oldest_move = born.saturating_add(20.years()).min(self.today);
        let since = self.between(oldest_move, self.today);
        let mut home = Household {
            grown_ups: vec![one],
            address,
            since,
        };
        self.settle(&mut people[one], &home);
        if self.dice.happens(680) {
            let apart = self.dice.between(-5, 5).years();
            let partner_born = self.in_year(born.saturating_add(apart));
            let partner_sex = match people[one].cpr.sex() {
                Sex::Female => Sex::Male,
                Sex::Male => Sex::Female,
            };
            let family = names::family(&mut self.dice);
            let two = self.person(people, (partner_born, partner_sex), family);
            home.grown_ups.push(two);
            self.settle(&mut people[two], &home);
            if self.dice.happens(640) {
                self.marry(people, one, two);
            }
        }
        home
    }

    fn moves_out(
        &mut self,
        people: &mut Vec<RegisterEntry>,
        child: usize,
        born: Date,
    ) -> Household {
        self.couple(people, born.year().into(), Some(child))
    }

    /// A child at its parents'.
    fn child(&mut self, people: &mut Vec<RegisterEntry>, parents: &Household, born: Date) -> usize {
        let sex = if self.dice.happens(487) {
            Sex::Female
        } else {
            Sex::Male
        };
        let family = people[parents.grown_ups[0]].name.family.expose().clone();
        let at = self.person(people, (born, sex), family);
        let number = people[at].cpr;
        let of_parents: Vec<(CprNumber, Sex)> = parents
            .grown_ups
            .iter()
            .map(|parent| (people[*parent].cpr, people[*parent].cpr.sex()))
            .collect();
        for parent in &parents.grown_ups {
            people[*parent].children.push(number);
        }
        let child = &mut people[at];
        for (parent, sex) in of_parents {
            match sex {
                Sex::Female => child.mother = Some(parent),
                Sex::Male => child.father = Some(parent),
            }
        }
        child.address = Some(parents.address.clone());
        child.moved_in = Some(Pii::new(parents.since.max(born)));
        if parents.since > born {
            let before = places::nearby(&mut self.dice, &parents.address);
            child.earlier_addresses.push(EarlierAddress {
                address: in_codes(before),
                from: Some(Pii::new(born)),
                until: Some(Pii::new(parents.since)),
            });
        }
        at
    }

    /// Somebody with a number and a name.
    fn person(
        &mut self,
        people: &mut Vec<RegisterEntry>,
        (born, sex): (Date, Sex),
        family: String,
    ) -> usize {
        let mut cpr = self.numbers.next(born, sex);
        let born = cpr.birth_date();
        // Some wait for their real number with one that stands in its place (R-CPR-2).
        if self.dice.happens(2) {
            cpr = replacement(&cpr).unwrap_or(cpr);
        }
        people.push(RegisterEntry {
            cpr,
            status: CprStatus::LivesInDenmark,
            status_since: Some(born),
            name: RegisterName {
                given: Pii::new(names::given(&mut self.dice, sex, born.year())),
                middle: names::middle(&mut self.dice).map(Pii::new),
                family: Pii::new(family),
            },
            birth_date: Pii::new(born),
            protection: None,
            address: None,
            moved_in: None,
            abroad: None,
            earlier_addresses: Vec::new(),
            earlier_names: Vec::new(),
            marital: Some(Marital {
                status: MaritalStatus::Unmarried,
                since: Some(born),
            }),
            spouse: None,
            children: Vec::new(),
            mother: None,
            father: None,
            citizenship: Some(Pii::new(DENMARK)),
            birth_place: Some(Pii::new(places::birth_place(&mut self.dice))),
            replaced_by: None,
            replaces: Vec::new(),
        });
        people.len() - 1
    }

    /// Gives a grown-up the household's address, and a few before it.
    fn settle(&mut self, person: &mut RegisterEntry, home: &Household) {
        let born = *person.birth_date.expose();
        let mut until = home.since.max(born);
        let mut before = Vec::new();
        if let Some(parents) = person.address.take() {
            before.push(parents);
        }
        for _ in 0..self.dice.below(5) {
            before.push(places::nearby(&mut self.dice, &home.address));
        }
        person.earlier_addresses.clear();
        for address in before {
            let from = self.between(born, until);
            if from < until {
                person.earlier_addresses.push(EarlierAddress {
                    address: in_codes(address),
                    from: Some(Pii::new(from)),
                    until: Some(Pii::new(until)),
                });
            }
            until = from;
        }
        person.address = Some(home.address.clone());
        person.moved_in = Some(Pii::new(home.since.max(born)));
    }

    fn marry(&mut self, people: &mut [RegisterEntry], one: usize, two: usize) {
        let of_age = |at: usize| people[at].birth_date.expose().saturating_add(20.years());
        let earliest = of_age(one).max(of_age(two)).min(self.today);
        let since = self.between(earliest, self.today);
        let marital = Some(Marital {
            status: MaritalStatus::Married,
            since: Some(since),
        });
        let family = people[one].name.family.clone();
        let (first, second) = (people[one].cpr, people[two].cpr);
        people[one].marital = marital;
        people[one].spouse = Some(second);
        people[two].marital = marital;
        people[two].spouse = Some(first);
        // Most take one family name, and the other keeps theirs as a middle name or not at all.
        if self.dice.happens(600) && people[two].name.family != family {
            let person = &mut people[two];
            person.earlier_names.push(EarlierName {
                name: person.name.clone(),
                from: Some(person.birth_date.clone()),
                until: Some(Pii::new(since)),
            });
            if self.dice.happens(400) {
                person.name.middle = Some(person.name.family.clone());
            }
            person.name.family = family;
        }
    }

    /// What happens to some: death, emigration, protection, a number that stood in place of this one ..
    fn fate(&mut self, person: &mut RegisterEntry) {
        let born = *person.birth_date.expose();
        let age = age(born, self.today);
        let mortality = match age {
            ..60 => 4,
            60..75 => 60,
            75..90 => 350,
            _ => 900,
        };
        let recent = self.today.saturating_sub(12.years()).max(born);
        let since = self.between(recent, self.today);
        match self.dice.below(1000) {
            chance if chance < mortality => dies(person, since),
            chance if chance > 985 => {
                let moved_in = person.moved_in.as_ref().map(|day| *day.expose());
                let since = since.max(moved_in.unwrap_or(since));
                person.status = CprStatus::Emigrated;
                person.status_since = Some(since);
                person.abroad = Some(places::abroad(&mut self.dice, since));
                if let (Some(address), Some(from)) = (person.address.take(), person.moved_in.take())
                {
                    person.earlier_addresses.insert(
                        0,
                        EarlierAddress {
                            address: in_codes(address),
                            from: Some(from),
                            until: Some(Pii::new(since)),
                        },
                    );
                }
            }
            chance if chance > 978 => {
                person.status = CprStatus::LivesInGreenland;
                person.address = Some(places::in_greenland(&mut self.dice));
                person.moved_in = Some(Pii::new(since));
            }
            978 => person.status = CprStatus::Missing,
            977 => person.status = CprStatus::HighStreetCodeInDenmark,
            _ => {}
        }
        if self.dice.happens(17) {
            let from = self.between(self.today.saturating_sub(3.years()), self.today);
            // Protection is for a year at a time, where nobody asks again.
            let until = self
                .dice
                .happens(500)
                .then(|| from.saturating_add(1.years()));
            person.protection = Some(Protection { from, until });
        }
        if self.dice.happens(4) && !person.cpr.is_replacement() {
            person.replaces.extend(replacement(&person.cpr));
        }
        if self.dice.happens(90) {
            person.citizenship = Some(Pii::new(
                *self.dice.pick(&[5120, 5180, 5172, 5154, 5472, 5110]),
            ));
        }
    }

    /// Some day of a year that begins on a day.
    fn in_year(&mut self, first: Date) -> Date {
        first.saturating_add(self.dice.between(0, 364).days())
    }

    pub(super) fn between(&mut self, first: Date, last: Date) -> Date {
        let days = first.until(last).map_or(0, |span| span.get_days()).max(0);
        first.saturating_add(self.dice.between(0, days).days())
    }
}

/// Somebody dies on a day.
pub(super) fn dies(person: &mut RegisterEntry, since: Date) {
    person.status = CprStatus::Dead;
    person.status_since = Some(since);
    person.marital = Some(Marital {
        status: MaritalStatus::Dead,
        since: Some(since),
    });
    person.spouse = None;
}

/// The entries for the numbers that a person's number stands in place of.
pub(super) fn replaced(person: &RegisterEntry) -> impl Iterator<Item = RegisterEntry> + '_ {
    person.replaces.iter().map(|number| RegisterEntry {
        cpr: *number,
        status: CprStatus::Changed,
        status_since: person.status_since,
        name: RegisterName {
            given: Pii::new(String::new()),
            middle: None,
            family: Pii::new(String::new()),
        },
        birth_date: person.birth_date.clone(),
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
        replaced_by: Some(person.cpr),
        replaces: Vec::new(),
    })
}

/// An address as the history has it: without what only the present one has in words.
pub(super) fn in_codes(address: Address) -> Address {
    Address {
        postal_code: Pii::new(String::new()),
        town: Pii::new(String::new()),
        street: Pii::new(String::new()),
        ..address
    }
}

fn age(born: Date, today: Date) -> i16 {
    domain::person::age_on(born, today)
}

fn day(year: i32, month: i8, day: i8) -> Date {
    let year = i16::try_from(year).unwrap_or(1950);
    Date::new(year, month, day).unwrap_or(Date::MIN)
}
