//! What pictures of a face prove against the chip's portrait (R-DOC-6): a model decides only what it is sure of, and everything else goes to
//! an official. A model refuses nobody.

use face::quality::{Flaw, QualityLimits};
use face::{Comparison, Seen, Verdict};

use super::face_challenge::FaceStep;
use super::{FaceEvidence, FaceProved};
use crate::policy::FacePolicy;

/// One picture of a challenge, with what was seen in it.
#[derive(Debug)]
pub struct StepSeen {
    /// What was asked for.
    pub step: FaceStep,
    /// What was seen.
    pub seen: Seen,
    /// Compared with the chip's portrait, where there is a model and a face.
    pub comparison: Option<Comparison>,
}

/// What came of a challenge.
#[derive(Debug, Clone, PartialEq)]
pub enum FaceJudgement {
    /// The same person, alive as far as the challenge shows it.
    Proved(FaceProved),
    /// An official is to look.
    ToOfficial(Advice),
    /// New pictures are needed: in words for the person, first what matters most.
    Again(Vec<&'static str>),
}

/// What an official is told of what a machine saw. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Advice {
    /// The model that was asked.
    pub model: Option<String>,
    /// What it said of the picture that looks straight ahead: `same`, `unsure`, `different`.
    pub verdict: Option<String>,
    /// The cosine of the angle between the vectors, in hundredths.
    pub similarity: Option<i32>,
    /// Words of what was wrong with the pictures.
    pub words: Vec<String>,
}

/// The numbers that are judged.
#[derive(Debug, Clone, PartialEq)]
struct Facts {
    step: FaceStep,
    flaws: Vec<Flaw>,
    turn: Option<f32>,
    eye_distance: Option<f32>,
    verdict: Option<Verdict>,
}

impl FacePolicy {
    /// What a picture must have.
    pub fn quality(&self) -> QualityLimits {
        QualityLimits {
            min_side: self.min_side.into(),
            min_eye_distance: self.min_eye_distance.into(),
            min_brightness: self.min_brightness.into(),
            max_brightness: self.max_brightness.into(),
            min_contrast: self.min_contrast.into(),
            min_sharpness: self.min_sharpness.into(),
        }
    }
}

/// Judges the pictures of a challenge that was answered in order. `is_last` is the last try that this enrolment has: what is not proved by it
/// goes to an official, whatever is wrong.
pub fn judge(
    portrait: Option<&Seen>,
    steps: &[StepSeen],
    policy: &FacePolicy,
    is_last: bool,
) -> FaceJudgement {
    let facts: Vec<Facts> = steps.iter().map(Facts::of).collect();
    let least = least_difference(portrait, steps);
    let words = wrong(&facts, least, policy);
    let straight = steps.iter().find(|step| step.step == FaceStep::Straight);
    let comparison = straight.and_then(|step| step.comparison.as_ref());
    if !words.is_empty() && !is_last {
        return FaceJudgement::Again(words);
    }
    match comparison {
        Some(compared) if words.is_empty() && is_proved(&facts) && compared.found_faces() => {
            FaceJudgement::Proved(FaceProved::new(FaceEvidence::Model {
                model: compared.model().to_owned(),
            }))
        }
        _ => FaceJudgement::ToOfficial(Advice::of(comparison, &words)),
    }
}

impl Facts {
    fn of(step: &StepSeen) -> Self {
        let landmarks = step.seen.landmarks();
        Self {
            step: step.step,
            flaws: step.seen.flaws().to_vec(),
            turn: landmarks.map(face::geometry::Landmarks::turn),
            eye_distance: landmarks.map(face::geometry::Landmarks::eye_distance),
            verdict: step.comparison.as_ref().map(Comparison::verdict),
        }
    }

    /// Of a turned head the eyes are nearer to each other in the picture.
    fn flaw_counts(&self, flaw: Flaw) -> bool {
        let is_turned = matches!(self.step, FaceStep::TurnLeft | FaceStep::TurnRight);
        !(is_turned && flaw == Flaw::MoveCloser)
    }
}

/// The smallest difference between any two of the pictures, the portrait among them.
fn least_difference(portrait: Option<&Seen>, steps: &[StepSeen]) -> f32 {
    let all: Vec<&Seen> = portrait
        .into_iter()
        .chain(steps.iter().map(|step| &step.seen))
        .collect();
    let pairs = all.iter().enumerate().flat_map(|(index, one)| {
        all.iter()
            .skip(index + 1)
            .map(|other| one.difference(other))
    });
    pairs.fold(f32::INFINITY, f32::min)
}

/// What is wrong, in words: with the pictures, then with what was done, then with who it is.
fn wrong(facts: &[Facts], least_difference: f32, policy: &FacePolicy) -> Vec<&'static str> {
    let mut words = Vec::new();
    for fact in facts {
        let flaws = fact.flaws.iter().filter(|flaw| fact.flaw_counts(**flaw));
        words.extend(flaws.map(|flaw| flaw.word()));
    }
    let straight = facts.iter().find(|fact| fact.step == FaceStep::Straight);
    let distance = straight.and_then(|fact| fact.eye_distance);
    words.extend(
        facts
            .iter()
            .filter_map(|fact| not_done(fact, distance, policy)),
    );
    if least_difference < hundredths(policy.min_difference_percent) {
        words.push("same_picture");
    }
    if facts
        .iter()
        .any(|fact| fact.verdict == Some(Verdict::Different))
    {
        words.push("not_alike");
    }
    let mut seen = std::collections::HashSet::new();
    words.retain(|word| seen.insert(*word));
    words
}

/// What a step did not show, as far as points of the face tell it. `distance` is the one between the eyes when looking straight ahead.
fn not_done(fact: &Facts, distance: Option<f32>, policy: &FacePolicy) -> Option<&'static str> {
    let (turn, eyes) = (fact.turn?, fact.eye_distance?);
    let straight = hundredths(policy.straight_percent);
    let turned = hundredths(policy.turned_percent);
    match fact.step {
        FaceStep::Straight => (turn.abs() > straight).then_some("not_straight"),
        FaceStep::TurnLeft => (turn < turned).then_some("not_turned_left"),
        FaceStep::TurnRight => (turn > -turned).then_some("not_turned_right"),
        FaceStep::Approach if turn.abs() > straight => Some("not_straight"),
        FaceStep::Approach => {
            let wanted = distance? * hundredths(policy.approach_percent);
            (eyes < wanted).then_some("not_closer")
        }
    }
}

/// Whether the model is sure of the picture that looks straight ahead, and contradicts itself in none.
fn is_proved(facts: &[Facts]) -> bool {
    facts.iter().all(|fact| match fact.step {
        FaceStep::Straight => fact.verdict == Some(Verdict::Same),
        _ => matches!(fact.verdict, Some(Verdict::Same | Verdict::Unsure)),
    })
}

fn hundredths(percent: u16) -> f32 {
    f32::from(percent) / 100.0
}

impl Advice {
    fn of(comparison: Option<&Comparison>, words: &[&str]) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cosine in hundredths is -100 to 100"
        )]
        let similarity = comparison.map(|compared| (compared.similarity() * 100.0).round() as i32);
        let verdict = comparison.map(|compared| match compared.verdict() {
            Verdict::Same => "same",
            Verdict::Unsure => "unsure",
            Verdict::Different => "different",
        });
        Self {
            model: comparison.map(|compared| compared.model().to_owned()),
            verdict: verdict.map(str::to_owned),
            similarity,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn facts() -> Vec<Facts> {
        let fact = |step, turn, eye_distance| Facts {
            step,
            flaws: Vec::new(),
            turn: Some(turn),
            eye_distance: Some(eye_distance),
            verdict: Some(Verdict::Same),
        };
        vec![
            fact(FaceStep::TurnLeft, 0.4, 70.0),
            fact(FaceStep::Straight, 0.0, 80.0),
            fact(FaceStep::Approach, 0.0, 120.0),
            fact(FaceStep::TurnRight, -0.4, 70.0),
        ]
    }

    fn words(change: impl FnOnce(&mut Vec<Facts>)) -> Vec<&'static str> {
        let mut facts = facts();
        change(&mut facts);
        wrong(&facts, 1.0, &Policy::builtin().face)
    }

    #[test]
    fn r_doc_6_each_step_is_seen_at_its_edge() {
        assert_eq!(words(|_| ()), [""; 0]);
        let policy = Policy::builtin().face;
        let (straight, turned, nearer) = (
            hundredths(policy.straight_percent),
            hundredths(policy.turned_percent),
            80.0 * hundredths(policy.approach_percent),
        );
        let turn = |index: usize, turn: f32| words(|facts| facts[index].turn = Some(turn));
        assert_eq!(turn(1, straight), [""; 0]);
        assert_eq!(turn(1, -straight - 0.001), ["not_straight"]);
        assert_eq!(turn(0, turned), [""; 0]);
        assert_eq!(turn(0, turned - 0.001), ["not_turned_left"]);
        assert_eq!(turn(0, -0.4), ["not_turned_left"]);
        assert_eq!(turn(3, -turned), [""; 0]);
        assert_eq!(turn(3, -turned + 0.001), ["not_turned_right"]);
        let eyes = |eyes: f32| words(|facts| facts[2].eye_distance = Some(eyes));
        assert_eq!(eyes(nearer), [""; 0]);
        assert_eq!(eyes(nearer - 0.01), ["not_closer"]);
    }

    #[test]
    fn r_doc_6_one_picture_twice_is_told() {
        let policy = Policy::builtin().face;
        let edge = hundredths(policy.min_difference_percent);
        assert_eq!(wrong(&facts(), edge, &policy), [""; 0]);
        assert_eq!(wrong(&facts(), edge - 0.001, &policy), ["same_picture"]);
    }

    #[test]
    fn flaws_are_told_once_and_a_turned_head_may_have_its_eyes_near() {
        assert_eq!(
            words(|facts| {
                facts[0].flaws = vec![Flaw::MoveCloser, Flaw::TooDark];
                facts[1].flaws = vec![Flaw::TooDark];
            }),
            ["too_dark"]
        );
        assert_eq!(
            words(|facts| facts[1].flaws = vec![Flaw::MoveCloser]),
            ["move_closer"]
        );
    }

    #[test]
    fn r_doc_6_the_model_must_be_sure_of_the_straight_one_and_deny_none() {
        let proved = |index: usize, verdict| {
            let mut facts = facts();
            facts[index].verdict = verdict;
            is_proved(&facts)
        };
        assert!(proved(0, Some(Verdict::Unsure)));
        assert!(!proved(0, Some(Verdict::Different)));
        assert!(!proved(0, None));
        assert!(!proved(1, Some(Verdict::Unsure)));
        assert!(proved(1, Some(Verdict::Same)));
        assert_eq!(
            words(|facts| facts[2].verdict = Some(Verdict::Different)),
            ["not_alike"]
        );
    }
}
