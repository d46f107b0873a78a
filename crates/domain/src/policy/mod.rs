//! The rulebook's numbers as data: `policy/*.toml`, read at start and validated here. No number of a rule stands in code.

mod appointments;
mod desk;
mod face;
mod p_code;

use jiff::civil::Date;
use serde::Deserialize;

pub use self::appointments::{AppointmentPolicy, ComplaintPolicy};
pub use self::desk::DeskPolicy;
pub use self::face::FacePolicy;
pub use self::p_code::PCodePolicy;
use crate::assurance::Level;
use crate::proofing::control_questions::QuestionPolicy;
use crate::proofing::documents::DocumentPolicy;
use crate::proofing::witness::WitnessPolicy;
use crate::register::RegisterPolicy;

/// The numbers that hold from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The first day on which these numbers hold.
    pub effective: Date,
    /// R-AGE-1.
    pub age: AgePolicy,
    /// R-AUT-9.
    pub pin: PinPolicy,
    /// R-AUT-5.
    pub activation: ActivationPolicy,
    /// R-AUT, R-AUT-10.
    pub app: AppPolicy,
    /// R-SIG.
    pub sign_in: SignInPolicy,
    /// R-SVC-5.
    pub tokens: TokenPolicy,
    /// Reading a document's chip (R-DOC-6).
    pub chip: ChipPolicy,
    /// Officials at Citizen Service.
    pub desk: DeskPolicy,
    /// R-DOC-1 to R-DOC-5.
    pub documents: DocumentPolicy,
    /// R-QUE-1.
    pub questions: QuestionPolicy,
    /// R-WIT-1 to R-WIT-3.
    pub witness: WitnessPolicy,
    /// R-ENR-1, R-HLP-1.
    pub enrolment: EnrolmentPolicy,
    /// Comparing faces (R-DOC-6).
    pub face: FacePolicy,
    /// The population register (R-CPR-3).
    pub register: RegisterPolicy,
    /// P codes (R-PER-4).
    pub p_code: PCodePolicy,
    /// Booking a time at Citizen Service (R-BOK-1).
    pub appointments: AppointmentPolicy,
    /// Complaints of a refusal.
    pub complaint: ComplaintPolicy,
    /// How fast anyone may ask.
    pub limits: LimitPolicy,
}

/// R-AGE-1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgePolicy {
    /// Years from which one may hold an identity.
    pub minimum_years: i16,
}

/// R-AUT-9.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinPolicy {
    /// Wrong PINs that end a round.
    pub guesses_per_round: u32,
    /// How long each round but the last locks, in minutes; the round after the last lock blocks the app.
    pub lock_minutes: Vec<i64>,
}

/// R-AUT-5.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivationPolicy {
    /// Wrong entries that block the codes.
    pub wrong_entries: u32,
    /// The life of an SMS code.
    pub sms_code_minutes: i64,
    /// The life of a paper code.
    pub paper_code_hours: i64,
}

/// R-AUT (the table), R-AUT-10.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppPolicy {
    /// Apps that one person may have at once.
    pub at_most: u32,
    /// The AAL of an app whose key nobody attested.
    pub unattested_aal: Level,
}

/// R-SIG.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInPolicy {
    /// From start to end (R-SIG-1).
    pub seconds: i64,
    /// From the opt-in to the first typed code (R-SIG-4).
    pub typed_code_wait_minutes: i64,
    /// Wrong typed codes that end the request.
    pub typed_code_tries: u32,
    /// The longest reference text, in characters (R-SIG-2).
    pub reference_text_characters: usize,
    /// How long the app stays open after the PIN.
    pub unlocked_minutes: i64,
}

/// R-SVC-5.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPolicy {
    /// From the approval to the last moment at which a code can be redeemed.
    pub code_seconds: i64,
    /// The life of an ID token.
    pub id_token_seconds: i64,
    /// The life of an access token.
    pub access_token_seconds: i64,
}

/// Reading a document's chip from the server, while a phone or a reader relays (R-DOC-6).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChipPolicy {
    /// The life of a reading, and of everything that was read.
    pub reading_minutes: i64,
    /// How often one reading may be relayed, torn ones counted.
    pub relays: u32,
    /// How long one relay may take.
    pub relay_seconds: u64,
    /// How long a relay may be silent when it is its turn.
    pub idle_seconds: u64,
    /// How long after its last sign of life a relay still keeps others out, when its server has died.
    pub lease_seconds: i64,
    /// Commands to the chip in one reading.
    pub commands: u32,
    /// Bytes of one file.
    pub file_bytes: usize,
    /// Messages of a relay in a second.
    pub messages_per_second: u32,
}

/// From nothing to an active app (R-ENR-1, R-HLP-1).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentPolicy {
    /// How long somebody may take until document and face are proved.
    pub begin_minutes: i64,
    /// How long pictures wait for an official.
    pub official_hours: i64,
    /// How long an enrolment can be resumed without proving again (R-ENR-1).
    pub resume_hours: i64,
    /// Numbers that may be tried.
    pub number_tries: u32,
    /// Codes to go on with that one address may try in an hour.
    pub continuations_per_address_per_hour: u32,
    /// User IDs that one enrolment may ask about in a minute.
    pub user_id_checks_per_minute: u32,
}

impl EnrolmentPolicy {
    /// What must be above zero.
    fn positive(&self) -> [(&'static str, i64); 6] {
        [
            ("enrolment.begin_minutes", self.begin_minutes),
            ("enrolment.official_hours", self.official_hours),
            ("enrolment.resume_hours", self.resume_hours),
            ("enrolment.number_tries", self.number_tries.into()),
            (
                "enrolment.continuations_per_address_per_hour",
                self.continuations_per_address_per_hour.into(),
            ),
            (
                "enrolment.user_id_checks_per_minute",
                self.user_id_checks_per_minute.into(),
            ),
        ]
    }
}

/// How fast anyone may ask. What is over the limit waits or is told so; it never changes anything for the holder (R-AUT-9).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitPolicy {
    /// Sign-ins and activations that one address may begin in a minute.
    pub starts_per_address_per_minute: u32,
    /// Sign-ins that strange browsers may begin for one user ID in ten minutes before they stop counting as requests (R-SIG-3).
    pub strange_starts_per_user_id_per_ten_minutes: u32,
    /// Requests of one app in a minute.
    pub requests_per_app_per_minute: u32,
}

impl Policy {
    /// The policy that is built in: the rulebook's own numbers.
    #[expect(
        clippy::missing_panics_doc,
        clippy::expect_used,
        reason = "the file is part of this program and a test parses it"
    )]
    pub fn builtin() -> Self {
        Self::parse(include_str!("../../../../policy/2026-01-01.toml"))
            .expect("the built-in policy is valid")
    }

    /// Reads and validates a policy file.
    pub fn parse(text: &str) -> Result<Self, PolicyFault> {
        let policy: Self =
            toml::from_str(text).map_err(|error| PolicyFault::Unreadable(error.to_string()))?;
        policy.validate()?;
        let lists = policy.documents.fault();
        match lists.or_else(|| policy.questions.fault()) {
            Some(name) => Err(PolicyFault::Impossible(name)),
            None => Ok(policy),
        }
    }

    fn validate(&self) -> Result<(), PolicyFault> {
        let positive = [
            (
                "pin.guesses_per_round",
                i64::from(self.pin.guesses_per_round),
            ),
            (
                "activation.wrong_entries",
                i64::from(self.activation.wrong_entries),
            ),
            (
                "activation.sms_code_minutes",
                self.activation.sms_code_minutes,
            ),
            (
                "activation.paper_code_hours",
                self.activation.paper_code_hours,
            ),
            ("app.at_most", i64::from(self.app.at_most)),
            ("sign_in.seconds", self.sign_in.seconds),
            (
                "sign_in.typed_code_tries",
                i64::from(self.sign_in.typed_code_tries),
            ),
            ("sign_in.unlocked_minutes", self.sign_in.unlocked_minutes),
            ("tokens.code_seconds", self.tokens.code_seconds),
            ("tokens.id_token_seconds", self.tokens.id_token_seconds),
            (
                "tokens.access_token_seconds",
                self.tokens.access_token_seconds,
            ),
            (
                "limits.starts_per_address_per_minute",
                i64::from(self.limits.starts_per_address_per_minute),
            ),
            (
                "limits.strange_starts_per_user_id_per_ten_minutes",
                i64::from(self.limits.strange_starts_per_user_id_per_ten_minutes),
            ),
            (
                "limits.requests_per_app_per_minute",
                i64::from(self.limits.requests_per_app_per_minute),
            ),
        ];
        let sections = self.sections();
        let mut positive = positive.iter().chain(&sections);
        if let Some((name, _)) = positive.find(|(_, value)| *value <= 0) {
            return Err(PolicyFault::NotPositive(name));
        }
        if self.sign_in.typed_code_wait_minutes < 0
            || self.pin.lock_minutes.iter().any(|minutes| *minutes < 0)
        {
            return Err(PolicyFault::Negative);
        }
        // R-SIG-4: the second since the start is written in 16 bits.
        if self.sign_in.seconds > i64::from(u16::MAX) {
            return Err(PolicyFault::SignInTooLong);
        }
        Ok(())
    }

    /// What must be above zero of the sections that say so themselves.
    fn sections(&self) -> Vec<(&'static str, i64)> {
        [
            self.chip.positive().as_slice(),
            &self.enrolment.positive(),
            &self.desk.positive(),
            &self.witness.positive(),
            &self.face.positive(),
            &self.register.positive(),
            &self.p_code.positive(),
            &self.appointments.positive(),
            &[("complaint.days", self.complaint.days)],
        ]
        .concat()
    }

    /// The one of several policies that holds on a day: the latest that is in effect.
    pub fn in_effect(policies: Vec<Self>, day: Date) -> Result<Self, PolicyFault> {
        policies
            .into_iter()
            .filter(|policy| policy.effective <= day)
            .max_by_key(|policy| policy.effective)
            .ok_or(PolicyFault::NoneInEffect)
    }
}

impl ChipPolicy {
    /// What must be above zero.
    fn positive(&self) -> [(&'static str, i64); 8] {
        [
            ("chip.reading_minutes", self.reading_minutes),
            ("chip.relays", self.relays.into()),
            ("chip.relay_seconds", count(self.relay_seconds)),
            ("chip.idle_seconds", count(self.idle_seconds)),
            ("chip.lease_seconds", self.lease_seconds),
            ("chip.commands", self.commands.into()),
            (
                "chip.file_bytes",
                i64::try_from(self.file_bytes).unwrap_or(i64::MAX),
            ),
            ("chip.messages_per_second", self.messages_per_second.into()),
        ]
    }
}

fn count(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// Why a policy cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Not TOML, an unknown or missing number, or one of the wrong type.
    #[error("{0}")]
    Unreadable(String),
    /// A number that must be above zero.
    #[error("{0} must be above zero")]
    NotPositive(&'static str),
    /// A list that does not hold together.
    #[error("{0} does not hold together")]
    Impossible(&'static str),
    /// A waiting time below zero.
    #[error("a waiting time is below zero")]
    Negative,
    /// More seconds than a QR code can count.
    #[error("sign_in.seconds is above 65535")]
    SignInTooLong,
    /// All of them begin later.
    #[error("no policy is in effect yet")]
    NoneInEffect,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_builtin_policy_is_the_rulebooks() {
        let policy = Policy::builtin();
        assert_eq!(policy.pin.lock_minutes, [10, 24 * 60]);
        assert_eq!(policy.sign_in.seconds, 300);
        assert_eq!(policy.tokens.access_token_seconds, 3 * 3600);
        assert_eq!(policy.app.unattested_aal, Level::Low);
    }

    #[test]
    fn unknown_and_impossible_numbers_are_refused() {
        let text = include_str!("../../../../policy/2026-01-01.toml");
        assert!(matches!(
            Policy::parse(&format!("{text}\n[surprise]\nx = 1\n")),
            Err(PolicyFault::Unreadable(_))
        ));
        let zero = text.replace("guesses_per_round = 3", "guesses_per_round = 0");
        assert_eq!(
            Policy::parse(&zero),
            Err(PolicyFault::NotPositive("pin.guesses_per_round"))
        );
    }

    #[test]
    fn the_latest_in_effect_wins() {
        let early = Policy::builtin();
        let late = Policy {
            effective: date(2027, 1, 1),
            ..early.clone()
        };
        let both = vec![late.clone(), early.clone()];
        assert_eq!(
            Policy::in_effect(both.clone(), date(2026, 12, 31)),
            Ok(early)
        );
        assert_eq!(Policy::in_effect(both.clone(), date(2027, 1, 1)), Ok(late));
        assert_eq!(
            Policy::in_effect(both, date(2025, 12, 31)),
            Err(PolicyFault::NoneInEffect)
        );
    }
}
