//! Control questions (R-QUE-1): made from the register, four to six of them, among answers that could be anybody's.
//!
//! Nothing is asked that stands on a document that people carry: neither name, number nor the address of today.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::cpr_number::CprNumber;
use crate::register::RegisterEntry;

/// R-QUE-1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionPolicy {
    /// Fewer are no round.
    pub at_least: usize,
    /// More are not asked.
    pub at_most: usize,
    /// How many answers there are to choose from.
    pub choices: usize,
    /// How many must be right, by how many are asked, from `at_least` on.
    pub right_needed: Vec<usize>,
}

impl QuestionPolicy {
    /// What makes the policy impossible, if anything does.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        if self.at_least == 0 || self.at_most < self.at_least {
            return Some("questions.at_least");
        }
        if self.choices < 2 {
            return Some("questions.choices");
        }
        let counts = self.at_least..=self.at_most;
        let fits = self.right_needed.len() == counts.clone().count()
            && counts
                .zip(&self.right_needed)
                .all(|(asked, needed)| (1..=asked).contains(needed));
        (!fits).then_some("questions.right_needed")
    }

    fn needed(&self, asked: usize) -> usize {
        asked
            .checked_sub(self.at_least)
            .and_then(|index| self.right_needed.get(index).copied())
            .unwrap_or(asked)
    }
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A street where the person lived before.
    FormerStreet,
    /// A town where the person lived before.
    FormerTown,
    /// The year in which the person moved to where they live.
    MovedIn,
    /// The month and year in which a child was born.
    ChildBorn,
    /// The year in which the person married, divorced or was widowed.
    MaritalYear,
    /// The month and year in which the spouse was born.
    SpouseBorn,
    /// The month and year in which the mother was born.
    MotherBorn,
    /// The month and year in which the father was born.
    FatherBorn,
}

impl About {
    /// The name of its text.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FormerStreet => "former-street",
            Self::FormerTown => "former-town",
            Self::MovedIn => "moved-in",
            Self::ChildBorn => "child-born",
            Self::MaritalYear => "marital-year",
            Self::SpouseBorn => "spouse-born",
            Self::MotherBorn => "mother-born",
            Self::FatherBorn => "father-born",
        }
    }
}

/// One question, with its answers in the order in which they are shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What it is about.
    pub about: About,
    /// Which of several of the same kind, such as the second of the earlier addresses.
    pub which: u8,
    /// The answers to choose from: names, years, or `YYYY-MM`.
    pub choices: Vec<String>,
    right: usize,
}

/// A round of questions that was put to somebody. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// The questions, in the order in which they are asked.
    pub questions: Vec<Question>,
}

/// The proof that somebody answered well enough. Only [`Round::answer`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuestionsPassed(());

/// The register knows too little of the person: a witness is needed (R-QUE-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too little is known for control questions: a witness is needed (R-QUE-1)")]
pub struct TooLittleData;

/// Too many wrong answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the control questions were not answered well enough (R-QUE-1)")]
pub struct QuestionsFailed;

impl Round {
    /// Makes a round from what the register knows, leaving out what was asked in earlier rounds. The wrong answers are `others`'; `random`
    /// decides what is asked and in which order the answers stand.
    pub fn make(
        entry: &RegisterEntry,
        others: &[RegisterEntry],
        asked_before: &BTreeSet<(About, String)>,
        policy: &QuestionPolicy,
        random: &[u8],
    ) -> Result<Self, TooLittleData> {
        let mut dice = Dice(random);
        let own = facts(entry);
        let pool: Vec<Fact> = others.iter().flat_map(facts).collect();
        let mut candidates: Vec<Question> = own
            .iter()
            .filter(|fact| !asked_before.contains(&(fact.about, fact.answer.clone())))
            .filter_map(|fact| question(fact, &own, &pool, policy.choices, &mut dice))
            .collect();
        dice.shuffle(&mut candidates);
        candidates.truncate(policy.at_most);
        if candidates.len() < policy.at_least {
            return Err(TooLittleData);
        }
        Ok(Self {
            questions: candidates,
        })
    }

    /// Counts the right answers: for each question which of its choices was chosen.
    pub fn answer(
        &self,
        chosen: &[Option<usize>],
        policy: &QuestionPolicy,
    ) -> Result<QuestionsPassed, QuestionsFailed> {
        let right = self
            .questions
            .iter()
            .zip(chosen)
            .filter(|(question, chosen)| **chosen == Some(question.right))
            .count();
        if right >= policy.needed(self.questions.len()) {
            Ok(QuestionsPassed(()))
        } else {
            Err(QuestionsFailed)
        }
    }

    /// What it asked, so that it is not asked again. The answer stands for the question: numbers shift when somebody moves.
    pub fn asked(&self) -> impl Iterator<Item = (About, String)> {
        self.questions.iter().filter_map(|question| {
            let answer = question.choices.get(question.right)?;
            Some((question.about, answer.clone()))
        })
    }
}

impl QuestionsPassed {
    /// That a round was passed, as the store has it.
    ///
    /// The name says it: nothing is counted again, so this is only for a round that the store keeps as passed.
    pub const fn dangerous_from_kept() -> Self {
        Self(())
    }
}

/// Something that the register knows and the person should.
struct Fact {
    about: About,
    which: u8,
    answer: String,
}

fn facts(entry: &RegisterEntry) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |about, which: usize, answer: String| {
        if let (Ok(which), false) = (u8::try_from(which), answer.is_empty()) {
            facts.push(Fact {
                about,
                which,
                answer,
            });
        }
    };
    let here = entry.address.as_ref();
    let (street, town) = here.map_or(("", ""), |here| {
        (here.street.expose().as_str(), here.town.expose().as_str())
    });
    for (which, earlier) in entry.earlier_addresses.iter().enumerate() {
        let address = &earlier.address;
        if address.street.expose() != street {
            add(About::FormerStreet, which, address.street.expose().clone());
        }
        if address.town.expose() != town {
            add(About::FormerTown, which, address.town.expose().clone());
        }
    }
    if let Some(since) = &entry.moved_in {
        add(About::MovedIn, 0, since.expose().year().to_string());
    }
    for (which, child) in entry.children.iter().enumerate() {
        add(About::ChildBorn, which, month(child.birth_date()));
    }
    if let Some(since) = entry.marital.and_then(|marital| marital.since) {
        add(About::MaritalYear, 0, since.year().to_string());
    }
    let mut born = |about, number: Option<CprNumber>| {
        if let Some(number) = number {
            add(about, 0, month(number.birth_date()));
        }
    };
    born(About::SpouseBorn, entry.spouse);
    born(About::MotherBorn, entry.mother);
    born(About::FatherBorn, entry.father);
    // The same answer twice, as of twins, would show itself among the others'.
    let mut seen = BTreeSet::new();
    facts.retain(|fact| seen.insert((fact.about, fact.answer.clone())));
    facts
}

fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// The question after a fact, unless too few wrong answers can be had. No answer of another question of the same kind is among the wrong ones:
/// it would be right as well.
fn question(
    fact: &Fact,
    own: &[Fact],
    pool: &[Fact],
    choices: usize,
    dice: &mut Dice<'_>,
) -> Option<Question> {
    let right: BTreeSet<&str> = own
        .iter()
        .filter(|other| other.about == fact.about)
        .map(|other| other.answer.as_str())
        .collect();
    let wrong: BTreeSet<&str> = pool
        .iter()
        .filter(|other| other.about == fact.about)
        .map(|other| other.answer.as_str())
        .filter(|answer| !right.contains(answer))
        .collect();
    let mut wrong: Vec<&str> = wrong.into_iter().collect();
    if wrong.len() < choices - 1 {
        return None;
    }
    for at in 0..choices - 1 {
        let other = at + dice.below(wrong.len() - at);
        wrong.swap(at, other);
    }
    wrong.truncate(choices - 1);
    let mut all: Vec<String> = wrong.into_iter().map(str::to_owned).collect();
    let right = dice.below(choices);
    all.insert(right, fact.answer.clone());
    Some(Question {
        about: fact.about,
        which: fact.which,
        choices: all,
        right,
    })
}

/// Random bytes, two for each throw. The bias of 65,536 over a few dozen is far below what anybody could use.
struct Dice<'a>(&'a [u8]);

impl Dice<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let Some((pair, rest)) = self.0.split_first_chunk::<2>() else {
            return 0;
        };
        self.0 = rest;
        usize::from(u16::from_be_bytes(*pair)) % limit.max(1)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}

/// Random bytes that one round may use.
pub const ROUND_RANDOM: usize = 4096;

impl std::fmt::Debug for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Round(..)")
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::register::{
        Address, CprStatus, EarlierAddress, Marital, MaritalStatus, RegisterName,
    };
    use crate::secret::Pii;
    use jiff::civil::date;

    fn address(street: &str, town: &str) -> Address {
        let text = |text: &str| Pii::new(text.to_owned());
        Address {
            street: text(street),
            house: text("1"),
            floor: text(""),
            door: text(""),
            postal_code: text("9999"),
            town: text(town),
            municipality_code: Pii::new(991),
            street_code: Pii::new(1),
        }
    }

    /// Somebody with so many earlier addresses, and a moving-in year of their own.
    fn somebody(name: &str, earlier: usize, year: i16) -> RegisterEntry {
        let text = |text: &str| Pii::new(text.to_owned());
        RegisterEntry {
            cpr: CprNumber::parse("0101901234").unwrap(),
            status: CprStatus::LivesInDenmark,
            status_since: None,
            name: RegisterName {
                given: text(name),
                middle: None,
                family: text("Dam"),
            },
            birth_date: Pii::new(date(1990, 1, 1)),
            protection: None,
            address: Some(address(&format!("{name}s Plads"), &format!("{name}by"))),
            moved_in: Some(Pii::new(date(year, 3, 1))),
            abroad: None,
            earlier_addresses: (0..earlier)
                .map(|which| EarlierAddress {
                    address: address(&format!("{name}vej {which}"), &format!("{name}rup {which}")),
                    from: None,
                    until: None,
                })
                .collect(),
            earlier_names: Vec::new(),
            marital: Some(Marital {
                status: MaritalStatus::Married,
                since: Some(date(year - 9, 5, 5)),
            }),
            spouse: None,
            children: Vec::new(),
            mother: None,
            father: None,
            citizenship: None,
            birth_place: None,
            replaced_by: None,
            replaces: Vec::new(),
        }
    }

    fn others() -> Vec<RegisterEntry> {
        [
            ("Ida", 1999),
            ("Bo", 2003),
            ("Eva", 2007),
            ("Per", 2011),
            ("Tom", 2015),
        ]
        .map(|(name, year)| somebody(name, 2, year))
        .into()
    }

    fn make(
        earlier: usize,
        seed: u8,
        before: &BTreeSet<(About, String)>,
    ) -> Result<Round, TooLittleData> {
        make_for(&somebody("Ulla", earlier, 2020), seed, before)
    }

    fn make_for(
        entry: &RegisterEntry,
        seed: u8,
        before: &BTreeSet<(About, String)>,
    ) -> Result<Round, TooLittleData> {
        let policy = Policy::builtin().questions;
        let random: Vec<u8> = (0..ROUND_RANDOM)
            .map(|at| {
                u8::try_from(at % 251)
                    .unwrap()
                    .wrapping_mul(31)
                    .wrapping_add(seed)
            })
            .collect();
        Round::make(entry, &others(), before, &policy, &random)
    }

    #[test]
    fn r_que_1_what_was_asked_is_not_asked_again_after_a_move() {
        let first = make(6, 1, &BTreeSet::new()).unwrap();
        let asked: BTreeSet<_> = first.asked().collect();
        let mut moved = somebody("Ulla", 6, 2020);
        let newest = EarlierAddress {
            address: address("Nygade", "Nyby"),
            from: None,
            until: None,
        };
        moved.earlier_addresses.insert(0, newest);
        let second = make_for(&moved, 2, &asked).unwrap();
        assert!(second.asked().all(|question| !asked.contains(&question)));
    }

    #[test]
    fn r_que_1_one_answer_is_asked_for_once() {
        let mut twins = somebody("Ulla", 3, 2020);
        let again = twins.earlier_addresses.clone();
        twins.earlier_addresses.extend(again);
        for seed in 0..40 {
            let round = make_for(&twins, seed, &BTreeSet::new()).unwrap();
            let distinct: BTreeSet<_> = round.asked().collect();
            assert_eq!(distinct.len(), round.questions.len());
        }
    }

    #[test]
    fn r_que_1_four_to_six_are_asked_and_too_little_data_wants_a_witness() {
        let none = BTreeSet::new();
        // Year of moving in, year of marrying: two, and two for each earlier address.
        assert_eq!(make(0, 1, &none).unwrap_err(), TooLittleData);
        assert_eq!(make(1, 1, &none).unwrap().questions.len(), 4);
        assert_eq!(make(2, 1, &none).unwrap().questions.len(), 6);
        assert_eq!(make(5, 1, &none).unwrap().questions.len(), 6);
    }

    #[test]
    fn r_que_1_what_was_asked_is_not_asked_again() {
        let first = make(6, 1, &BTreeSet::new()).unwrap();
        let asked: BTreeSet<_> = first.asked().collect();
        let second = make(6, 2, &asked).unwrap();
        assert!(second.asked().all(|question| !asked.contains(&question)));
        let all: BTreeSet<_> = asked.into_iter().chain(second.asked()).collect();
        assert_eq!(all.len(), 12);
        assert_eq!(make(6, 3, &all).unwrap_err(), TooLittleData);
    }

    #[test]
    fn r_que_1_the_right_answer_stands_once_among_four_and_anywhere() {
        let mut places = BTreeSet::new();
        for seed in 0..40 {
            for question in make(3, seed, &BTreeSet::new()).unwrap().questions {
                let distinct: BTreeSet<_> = question.choices.iter().collect();
                assert_eq!(distinct.len(), 4);
                places.insert(question.right);
            }
        }
        assert_eq!(places.len(), 4);
    }

    #[test]
    fn r_que_1_the_last_number_of_right_answers_that_passes_and_the_first_that_fails() {
        let policy = Policy::builtin().questions;
        for (earlier, needed) in [(1, 4), (2, 5)] {
            let round = make(earlier, 1, &BTreeSet::new()).unwrap();
            let with = |right: usize| -> Vec<Option<usize>> {
                let answers = round.questions.iter().enumerate();
                answers
                    .map(|(at, question)| (at < right).then_some(question.right))
                    .collect()
            };
            assert!(round.answer(&with(needed), &policy).is_ok());
            assert_eq!(
                round.answer(&with(needed - 1), &policy),
                Err(QuestionsFailed)
            );
        }
    }
}
