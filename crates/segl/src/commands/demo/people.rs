//! The seeded people, and new ones. All of them are made up: no CPR number here has ever been issued to anybody born before October
//! 2007, since it fails the control weights of that time (R-CPR-2), no phone number begins as real ones do, and no postal code exists.

use domain::assurance::Level;
use domain::cpr_number::{CprNumber, Sex};
use domain::id::{IdentityId, PersonId};
use domain::identity::{Identity, IdentityState, Settings};
use domain::p_code::PCode;
use domain::person::{Contact, Person, PersonNumber};
use domain::secret::Pii;
use domain::user_id::UserId;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use server::Segl;
use server::error::Fault;
use server::random;
use store::Tx;

/// Somebody who is there from the start.
pub(crate) struct Seed {
    pub(crate) user_id: &'static str,
    name: &'static str,
    sex: Sex,
    born: Born,
    /// Registered in the CPR, or only known by a P code.
    registered: bool,
    protected: bool,
    ial: Level,
    phone: &'static str,
    address: &'static str,
    /// The texts that say why this person is here: `demo-who-<story>`.
    pub(crate) story: &'static str,
}

enum Born {
    On(Date),
    /// So that the person has this age on the day of seeding.
    YearsAgo(i16),
}

/// Everybody, in the order of the front page.
pub(crate) const SEEDS: [Seed; 10] = [
    Seed {
        user_id: "freja.holm",
        name: "Freja Holm",
        sex: Sex::Female,
        born: Born::On(date(1991, 4, 12)),
        registered: true,
        protected: false,
        ial: Level::Substantial,
        phone: "+4500112233",
        address: "Eksempelvej 12, 2. tv.\n9999 Eksempelby",
        story: "ordinary",
    },
    Seed {
        user_id: "mikkel.lund",
        name: "Mikkel Lund",
        sex: Sex::Male,
        born: Born::On(date(1984, 11, 3)),
        registered: true,
        protected: false,
        ial: Level::High,
        phone: "+4500445566",
        address: "Prøvegade 4\n9999 Eksempelby",
        story: "recipient",
    },
    Seed {
        user_id: "oscar.birk",
        name: "Oscar Birk",
        sex: Sex::Male,
        born: Born::YearsAgo(13),
        registered: true,
        protected: false,
        ial: Level::Substantial,
        phone: "+4500778899",
        address: "Skoleprøven 8\n9999 Eksempelby",
        story: "child",
    },
    Seed {
        user_id: "marta.kowalska",
        name: "Marta Kowalska",
        sex: Sex::Female,
        born: Born::On(date(1996, 7, 30)),
        registered: false,
        protected: false,
        ial: Level::Substantial,
        phone: "+48000111222",
        address: "ul. Przykładowa 5/3\n00-000 Przykładowo\nPolska",
        story: "p-code",
    },
    Seed {
        user_id: "karen.skov",
        name: "Karen Bech Skov",
        sex: Sex::Female,
        born: Born::On(date(1978, 2, 21)),
        registered: true,
        protected: true,
        ial: Level::Substantial,
        phone: "+4500990011",
        address: "Eksempelstræde 1\n9999 Eksempelby",
        story: "protected",
    },
    Seed {
        user_id: "poul.dam",
        name: "Poul Erik Dam",
        sex: Sex::Male,
        born: Born::On(date(1953, 9, 17)),
        registered: true,
        protected: false,
        ial: Level::Substantial,
        phone: "+4500223344",
        address: "Prøvelunden 31\n9999 Eksempelby",
        story: "visually-impaired",
    },
    Seed {
        user_id: "anne.vester",
        name: "Anne Vester",
        sex: Sex::Female,
        born: Born::On(date(1981, 5, 8)),
        registered: true,
        protected: false,
        ial: Level::Substantial,
        phone: "+4500330011",
        address: "Eksempelvej 40\n9999 Eksempelby",
        story: "official",
    },
    Seed {
        user_id: "bo.lykke",
        name: "Bo Lykke",
        sex: Sex::Male,
        born: Born::On(date(1974, 1, 29)),
        registered: true,
        protected: false,
        ial: Level::Substantial,
        phone: "+4500330022",
        address: "Eksempelvej 51\n9999 Eksempelby",
        story: "official",
    },
    Seed {
        user_id: "dorte.skaarup",
        name: "Dorte Skaarup",
        sex: Sex::Female,
        born: Born::On(date(1969, 8, 14)),
        registered: true,
        protected: false,
        ial: Level::Substantial,
        phone: "+4500330033",
        address: "Prøvegade 9\n9999 Eksempelby",
        story: "supervisor",
    },
    Seed {
        user_id: "jonas.krag",
        name: "Jonas Krag",
        sex: Sex::Male,
        born: Born::On(date(1988, 3, 2)),
        registered: true,
        protected: false,
        ial: Level::Substantial,
        phone: "+4500330044",
        address: "Prøvelunden 3\n9999 Eksempelby",
        story: "other-official",
    },
];

/// A person with an identity that waits for its first app.
#[derive(Clone)]
pub(crate) struct Newcomer {
    pub(crate) person: Person,
    pub(crate) identity: Identity,
}

/// Makes sure that everybody of [`SEEDS`] is there. Whoever is there already is left alone.
pub(crate) fn seed(segl: &Segl) -> Result<(), Fault> {
    let keys = segl.keys();
    let newcomers = SEEDS
        .iter()
        .map(|seed| seed.newcomer(segl.clock.now()))
        .collect::<Result<Vec<_>, Fault>>()?;
    segl.store.write_blocking(b"seed", move |tx| {
        for newcomer in &newcomers {
            let user_id = newcomer.identity.user_id.expose();
            if store::identity::find_id(tx, &keys.data, user_id)?.is_none() {
                newcomer.insert(tx, &keys.data)?;
            }
        }
        Ok(())
    })
}

impl Newcomer {
    /// Writes both.
    pub(crate) fn insert(
        &self,
        tx: &mut Tx<'_>,
        keys: &store::sealing::DataKeys,
    ) -> Result<(), store::StoreError> {
        store::person::insert(tx, keys, &self.person)?;
        store::identity::dangerous_insert_unproven(tx, keys, &self.identity)
    }

    /// Somebody new: an adult with a made-up name and everything that an ordinary person has.
    pub(crate) fn invent(now: Timestamp) -> Result<Self, Fault> {
        let dice = random::bytes::<16>()?;
        let at = |first: usize| usize::from(u16::from_be_bytes([dice[first], dice[first + 1]]));
        let sex = if dice[0] % 2 == 0 {
            Sex::Female
        } else {
            Sex::Male
        };
        let given = match sex {
            Sex::Female => WOMEN[at(1) % WOMEN.len()],
            Sex::Male => MEN[at(1) % MEN.len()],
        };
        let family = FAMILIES[at(3) % FAMILIES.len()];
        // 1940 to 1999, so at least 18 for as long as this program runs, and within the serials that need no second century.
        let day = i32::try_from(at(5) % 21_900).unwrap_or(0);
        let born = date(1940, 1, 1).saturating_add(day.days());
        let tail: String = dice[7..13]
            .iter()
            .map(|byte| char::from(TAIL[usize::from(byte % 32)]))
            .collect();
        let user_id = format!("{}.{}.{tail}", ascii(given), ascii(family));
        let cpr = unissued_cpr(born, sex, at(13))?;
        let made = Made {
            name: format!("{given} {family}"),
            number: PersonNumber::Cpr(cpr),
            born,
            protected: false,
            phone: format!("+4500{:06}", at(9) % 1_000_000),
            address: format!("Eksempelvej {}\n9999 Eksempelby", 1 + at(11) % 200),
            ial: Level::Substantial,
            adult: true,
        };
        made.newcomer(user_id, now)
    }
}

impl Seed {
    fn newcomer(&self, now: Timestamp) -> Result<Newcomer, Fault> {
        let today = now.to_zoned(denmark()).date();
        let (born, adult) = match self.born {
            Born::On(born) => (born, true),
            // Forty days past the birthday.
            Born::YearsAgo(years) => (
                today
                    .saturating_sub(years.years())
                    .saturating_sub(40.days()),
                false,
            ),
        };
        let number = if self.registered {
            PersonNumber::Cpr(unissued_cpr(born, self.sex, 417)?)
        } else {
            PersonNumber::PCode(PCode::parse("20260417").map_err(|_| Fault::Missing("a P code"))?)
        };
        let made = Made {
            name: self.name.to_owned(),
            number,
            born,
            protected: self.protected,
            phone: self.phone.to_owned(),
            address: self.address.to_owned(),
            ial: self.ial,
            adult,
        };
        made.newcomer(self.user_id.to_owned(), now)
    }
}

/// What makes one made-up person another than the next.
struct Made {
    name: String,
    number: PersonNumber,
    born: Date,
    protected: bool,
    phone: String,
    address: String,
    ial: Level,
    /// Has opted in to typed codes long enough ago for them to work (R-SIG-4).
    adult: bool,
}

impl Made {
    fn newcomer(self, user_id: String, now: Timestamp) -> Result<Newcomer, Fault> {
        let person = Person {
            id: PersonId::from_random(random::bytes()?),
            number: self.number,
            name: Pii::new(self.name),
            birth_date: Pii::new(self.born),
            protected: self.protected,
            contact: Contact {
                phone: Some(Pii::new(self.phone)),
                email: Some(Pii::new(format!("{user_id}@example.com"))),
                address: Some(Pii::new(self.address)),
            },
        };
        let yesterday = now.saturating_sub(SignedDuration::from_hours(24)).ok();
        let identity = Identity {
            id: IdentityId::from_random(random::bytes()?),
            person: person.id,
            user_id: UserId::parse(&user_id).map_err(|_| Fault::Missing("a user ID"))?,
            state: IdentityState::Pending,
            ial: self.ial,
            settings: Settings {
                typed_code_from: yesterday.filter(|_| self.adult),
                hide_service_names: false,
            },
            created_at: now,
        };
        Ok(Newcomer { person, identity })
    }
}

/// A CPR number for a day and sex that fails the control weights, from a starting point among the serials.
pub(crate) fn unissued_cpr(born: Date, sex: Sex, from: usize) -> Result<CprNumber, Fault> {
    // Digit 7 (R-CPR-1): 0 to 3 say 1900 to 1999; 4 says 2000 to 2036.
    let (first, count) = if born.year() < 2000 {
        (0, 4000)
    } else {
        (4000, 1000)
    };
    (0..count)
        .map(|step| first + (from + step) % count)
        .filter_map(|serial| {
            let digits = format!(
                "{:02}{:02}{:02}{serial:04}",
                born.day(),
                born.month(),
                born.year() % 100
            );
            CprNumber::parse(&digits).ok()
        })
        .find(|cpr| cpr.sex() == sex && cpr.birth_date() == born && !cpr.passes_modulo_11())
        .ok_or(Fault::Missing("a CPR number"))
}

/// The time zone of Danish calendar days.
pub(crate) fn denmark() -> TimeZone {
    TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC)
}

fn ascii(name: &str) -> String {
    name.to_lowercase()
        .replace('æ', "ae")
        .replace('ø', "oe")
        .replace('å', "aa")
}

const TAIL: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

const WOMEN: [&str; 24] = [
    "Alma", "Agnes", "Asta", "Bodil", "Clara", "Dagny", "Ellen", "Esther", "Gerda", "Hanne", "Ida",
    "Inge", "Johanne", "Karla", "Laura", "Lærke", "Maja", "Nanna", "Olivia", "Rikke", "Signe",
    "Sofie", "Thea", "Vigga",
];
const MEN: [&str; 24] = [
    "Aksel", "Anton", "August", "Bjørn", "Carl", "Elias", "Emil", "Frederik", "Gustav", "Hans",
    "Jonas", "Kaj", "Lauge", "Malthe", "Mads", "Nikolaj", "Oliver", "Peter", "Rasmus", "Sigurd",
    "Søren", "Tage", "Valdemar", "Villads",
];
const FAMILIES: [&str; 32] = [
    "Aagaard",
    "Bang",
    "Bak",
    "Berg",
    "Bruun",
    "Dahl",
    "Eng",
    "Fisker",
    "Friis",
    "Gade",
    "Gram",
    "Hede",
    "Hjort",
    "Høj",
    "Juul",
    "Kjær",
    "Kirk",
    "Krog",
    "Lind",
    "Løvstad",
    "Mose",
    "Nygaard",
    "Odde",
    "Ravn",
    "Riis",
    "Skov",
    "Storm",
    "Sund",
    "Toft",
    "Vang",
    "Vestergaard",
    "Winther",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_of_an_age_for_an_identity_and_has_a_number_nobody_has() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let policy = domain::policy::Policy::builtin();
        let today = now.to_zoned(denmark()).date();
        for seed in &SEEDS {
            let Newcomer { person, identity } = seed.newcomer(now).unwrap();
            let born = *person.birth_date.expose();
            assert_eq!(
                domain::person::old_enough(born, today, &policy),
                Ok(()),
                "{}",
                seed.user_id
            );
            assert_eq!(identity.user_id.expose(), seed.user_id);
            match person.number {
                PersonNumber::Cpr(cpr) => {
                    assert_eq!(cpr.birth_date(), born);
                    assert!(!cpr.passes_modulo_11());
                }
                PersonNumber::PCode(_) => assert_eq!(seed.story, "p-code"),
            }
            assert_eq!(
                identity.settings.typed_code_from.is_some(),
                seed.story != "child"
            );
        }
        let child = SEEDS.iter().find(|seed| seed.story == "child").unwrap();
        assert_eq!(child.newcomer(now).unwrap().person.age_on(today), 13);
    }

    #[test]
    fn invented_people_are_adults_with_a_user_id_of_their_own() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let today = now.to_zoned(denmark()).date();
        let mut user_ids = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let Newcomer { person, identity } = Newcomer::invent(now).unwrap();
            assert!((18..=90).contains(&person.age_on(today)));
            assert!(
                matches!(person.number, PersonNumber::Cpr(cpr) if cpr.birth_date() == *person.birth_date.expose())
            );
            user_ids.insert(identity.user_id.expose().to_owned());
        }
        assert_eq!(user_ids.len(), 500);
    }
}
