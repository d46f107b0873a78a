//! People, and the apps that they activate.

use app::{Activation, Device, Stretch, StretchCache, pin};
use authn::code::{LetterCode, SmsCode};
use authn::randomness::SystemRandomness;
use domain::activation::Activation as Codes;
use domain::assurance::Level;
use domain::cpr_number::CprNumber;
use domain::desk::{Official, Organisation, Role};
use domain::id::{ActivationId, IdentityId, PersonId};
use domain::identity::{Identity, IdentityState, Settings};
use domain::p_code::PCode;
use domain::person::{Contact, Person, PersonNumber};
use domain::secret::Pii;
use domain::user_id::UserId;
use jiff::civil::{Date, date};
use server::app_api::activation::code_context;
use server::error::Fault;
use server::{notices, random};
use store::activation::StoredActivation;

use crate::TestServer;

/// The PIN of every app that does not say otherwise.
pub const PIN: &str = "271828";

/// Who somebody is.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// Given names and family name.
    pub name: &'static str,
    /// What they type.
    pub user_id: &'static str,
    /// Ten digits, or eight of a P code.
    pub number: &'static str,
    /// The day of birth, where the number does not say it.
    pub birth_date: Date,
    /// Name and address protection.
    pub protected: bool,
}

/// An ordinary adult.
pub const FREJA: Somebody = Somebody {
    name: "Freja Holm",
    user_id: "freja.holm",
    number: "1204851238",
    birth_date: date(1985, 4, 12),
    protected: false,
};
/// Another.
pub const OSCAR: Somebody = Somebody {
    name: "Oscar Dam",
    user_id: "oscar dam",
    number: "0101901235",
    birth_date: date(1990, 1, 1),
    protected: false,
};
/// Somebody without a CPR number.
pub const MARTA: Somebody = Somebody {
    name: "Marta Kowalska",
    user_id: "marta_k",
    number: "87654321",
    birth_date: date(1992, 7, 3),
    protected: false,
};
/// Somebody whose name is protected.
pub const SIGNE: Somebody = Somebody {
    name: "Signe Ravn",
    user_id: "signe.r",
    number: "2302782346",
    birth_date: date(1978, 2, 23),
    protected: true,
};

/// Somebody who works at a desk.
pub const ANNE: Somebody = Somebody {
    name: "Anne Vester",
    user_id: "anne.vester",
    number: "0805811236",
    birth_date: date(1981, 5, 8),
    protected: false,
};
/// Another.
pub const BO: Somebody = Somebody {
    name: "Bo Lykke",
    user_id: "bo.lykke",
    number: "2901741237",
    birth_date: date(1974, 1, 29),
    protected: false,
};

/// Somebody with their identity and the codes that were sent.
pub struct Enrolled {
    /// Who.
    pub somebody: Somebody,
    /// Their identity.
    pub identity: IdentityId,
    /// The code on paper.
    pub letter_code: String,
    /// The code by SMS.
    pub sms_code: String,
}

impl TestServer {
    /// Gives somebody an identity and sends them activation codes.
    pub fn enrol(&self, somebody: &Somebody) -> Enrolled {
        let number = match CprNumber::parse(somebody.number) {
            Ok(cpr) => PersonNumber::Cpr(cpr),
            Err(_) => PersonNumber::PCode(PCode::parse(somebody.number).unwrap()),
        };
        let person = Person {
            id: PersonId::from_random(random::bytes().unwrap()),
            number,
            name: Pii::new(somebody.name.to_owned()),
            birth_date: Pii::new(somebody.birth_date),
            protected: somebody.protected,
            contact: Contact {
                phone: Some(Pii::new("+4520000000".to_owned())),
                email: Some(Pii::new("someone@example.dk".to_owned())),
                address: Some(Pii::new("Strandvej 1\n9999 Havby".to_owned())),
            },
        };
        let identity = Identity {
            id: IdentityId::from_random(random::bytes().unwrap()),
            person: person.id,
            user_id: UserId::parse(somebody.user_id).unwrap(),
            state: IdentityState::Pending,
            ial: Level::Substantial,
            settings: Settings::default(),
            created_at: self.now(),
        };
        let segl = std::sync::Arc::clone(&self.segl);
        let (stored_person, stored_identity) = (person.clone(), identity.clone());
        self.segl
            .store
            .write_blocking(identity.id.as_bytes(), move |tx| {
                store::person::insert(tx, &segl.keys().data, &stored_person)?;
                store::identity::dangerous_insert_unproven(tx, &segl.keys().data, &stored_identity)
            })
            .unwrap();
        let (letter_code, sms_code) = self.send_codes(identity.id, &person);
        Enrolled {
            somebody: somebody.clone(),
            identity: identity.id,
            letter_code,
            sms_code,
        }
    }

    /// Sends somebody new codes.
    pub fn new_codes(&self, enrolled: &mut Enrolled) {
        let (segl, identity) = (std::sync::Arc::clone(&self.segl), enrolled.identity);
        let person = self
            .segl
            .store
            .read_blocking(move |tx| store::person::of_identity(tx, &segl.keys().data, identity))
            .unwrap()
            .unwrap();
        (enrolled.letter_code, enrolled.sms_code) = self.send_codes(identity, &person);
    }

    fn send_codes(&self, identity: IdentityId, person: &Person) -> (String, String) {
        let rng = &mut SystemRandomness::new();
        let (letter, sms) = (LetterCode::generate(rng), SmsCode::generate(rng));
        let (segl, person, now) = (
            std::sync::Arc::clone(&self.segl),
            person.clone(),
            self.now(),
        );
        let codes = (letter.expose(), sms.expose().to_owned());
        let id = ActivationId::from_random(random::bytes().unwrap());
        self.segl
            .store
            .write_blocking(identity.as_bytes(), move |tx| {
                let keys = segl.keys();
                let context = code_context(identity);
                let stored = StoredActivation {
                    activation: Codes {
                        id,
                        identity,
                        wrong_entries: 0,
                        sent_at: now,
                        used: false,
                    },
                    selector: letter.selector().to_owned(),
                    letter_hash: letter.keyed_hash(&keys.codes, &context),
                    sms_hash: sms.keyed_hash(&keys.codes, &context),
                };
                store::activation::insert(tx, &stored)?;
                notices::activation_codes(
                    tx,
                    &segl,
                    (identity, now),
                    &person,
                    (&letter, &sms),
                    &random::bytes()?,
                )?;
                Ok::<_, Fault>(())
            })
            .unwrap();
        codes
    }

    /// Gives somebody an identity and an app with the usual PIN.
    pub fn with_app(&self, somebody: &Somebody) -> (Enrolled, Device) {
        let enrolled = self.enrol(somebody);
        let device = self.activate(&enrolled, PIN).unwrap();
        (enrolled, device)
    }

    /// Gives somebody an identity, an app, and a role at a desk.
    pub fn with_official(
        &self,
        somebody: &Somebody,
        (cvr, role): (&str, Role),
    ) -> (Enrolled, Device) {
        let (enrolled, device) = self.with_app(somebody);
        let official = Official {
            identity: enrolled.identity,
            organisation: Organisation::new(cvr, "0999", "Havby Kommune").unwrap(),
            office: "Borgerservice, Strandvej 1".to_owned(),
            role,
        };
        let now = self.now();
        self.segl
            .store
            .write_blocking(enrolled.identity.as_bytes(), move |tx| {
                store::official::put(tx, &official, now)
            })
            .unwrap();
        (enrolled, device)
    }

    /// Activates an app with the codes that were sent.
    pub fn activate(&self, enrolled: &Enrolled, pin: &str) -> Result<Device, app::AppError> {
        let rng = &mut SystemRandomness::new();
        let start = Activation::start(
            enrolled.somebody.user_id,
            &enrolled.letter_code,
            &enrolled.sms_code,
        );
        let choosing = self
            .step(start)?
            .stretching(Stretch::Kept(StretchCache::default()));
        let registering = self.step(choosing.choose(pin, rng)?)?;
        Ok(self.step(registering.finish("Phone", rng)?)?.device)
    }

    /// Approves a claim with a PIN.
    pub fn approve(
        &self,
        device: &Device,
        claim: &app::Claim,
        pin: &str,
    ) -> Result<app::Approved, app::AppError> {
        let pin = pin::Pin::as_typed(pin)?;
        let proved = self.step(device.approve(claim, &pin, &mut SystemRandomness::new())?)?;
        self.step(proved.sign()?)
    }
}
