//! With a helper, and going on elsewhere: R-HLP-1, R-ENR-1.

use app::Step;
use app::enrolment::{Enrolment, Way};
use app::relay::{Carried, ChipReading, ChipWay, Relay, RelayMessage, RelaySocket, carry};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::assurance::Level;
use domain::proofing::{ProofSummary, ProvenPerson};
use jiff::SignedDuration;
use server::enrol::accept::{OPEN_RANDOM, open};
use specimen::document::Persona;
use testkit::TestServer;

use super::*;
use crate::enrol::{Client, portrait};
use crate::on_both;

/// A device that remembers every byte it receives.
struct Device<'a> {
    server: &'a TestServer,
    received: Vec<u8>,
}

impl Device<'_> {
    fn step<S: Step>(&mut self, step: (HttpRequest, S)) -> Result<S::Next, AppError> {
        app::drive(step, |request| {
            let answer = self.server.carry(request);
            self.received.extend_from_slice(&answer.body);
            answer
        })
    }
}

impl Device<'_> {
    /// Relays the chip of the person who is helped.
    fn read(&mut self, enrolment: &Enrolment, document: &Document) -> ChipReading {
        let zone = document.mrz.text();
        let access = ChipAccess::Zone(&zone);
        let reading = self.step(enrolment.read_chip(access)).unwrap();
        let site = Site::open(&self.server.segl);
        let mut chip = chip(document);
        let mut recording = Recording {
            client: site.connect(&reading.relay()).unwrap(),
            received: &mut self.received,
        };
        let carried = carry(
            &mut Relay::default(),
            ChipWay::default(),
            &mut recording,
            |command| chip.process(command),
            || false,
        );
        assert_eq!(carried.unwrap(), Carried::Done);
        self.step(reading.look()).unwrap();
        reading
    }
}

/// A relay's socket that remembers every byte it receives.
struct Recording<'a> {
    client: Client,
    received: &'a mut Vec<u8>,
}

impl RelaySocket for Recording<'_> {
    fn say(&mut self, message: RelayMessage) -> Option<()> {
        self.client.say(message)
    }

    fn hear(&mut self) -> Option<RelayMessage> {
        let message = self.client.hear()?;
        match &message {
            RelayMessage::Apdu(bytes) => self.received.extend_from_slice(bytes),
            RelayMessage::Text(text) => self.received.extend_from_slice(text.as_bytes()),
        }
        Some(message)
    }
}

/// What is not for a helper: the person, the document, what they choose, and pieces of the portrait as bytes and as Base64.
fn secrets(document: &Document) -> Vec<Vec<u8>> {
    let picture = portrait(document);
    let middle = &picture[picture.len() / 2..picture.len() / 2 + 60];
    let mut secrets: Vec<Vec<u8>> = [
        "den.gamle.soeren",
        PIN,
        "Søren",
        "Soeren",
        "SOEREN",
        "OESTERGAARD",
        "stergaard",
        CPR,
        "290284-0002",
        "1984-02-29",
        "19840229",
        "840229",
        "120000001",
        "+4520123456",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    secrets.push(middle[..24].to_vec());
    secrets.extend((0..3).map(|shift| STANDARD.encode(&middle[shift..48 + shift]).into_bytes()));
    secrets
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

fn nothing_personal_in(received: &[u8], document: &Document) {
    for secret in secrets(document) {
        assert!(
            !contains(received, &secret),
            "the helper's device received {:?}",
            String::from_utf8_lossy(&secret)
        );
    }
}

#[test]
fn r_hlp_1_a_helpers_device_is_told_nothing_personal_and_after_handing_over_nothing() {
    on_both(|server| {
        ready(server);
        let document = specimens().document(Persona::Dane);
        let mut helpers = Device {
            server,
            received: Vec::new(),
        };
        let enrolment = helpers.step(Enrolment::begin(Way::Helper)).unwrap();
        let reading = helpers.read(&enrolment, &document);
        let shown = helpers.step(enrolment.look()).unwrap();
        assert_eq!((shown.state.as_str(), shown.document), ("face", None));
        decide(server, the_one_in(server, "face"), &same_face()).unwrap();
        helpers.step(enrolment.look()).unwrap();
        for refused_step in [
            refused(helpers.step(enrolment.number(CPR))),
            refused(helpers.step(enrolment.check_user_id("soeren"))),
            refused(helpers.step(enrolment.choose("soeren", "+4520123456", None))),
            refused(helpers.step(enrolment.app())),
        ] {
            assert_eq!(refused_step, refusal("helpers_may_not", "R-HLP-1"));
        }
        let handed_over = helpers.step(enrolment.hand_over()).unwrap();
        let before = server.carry(enrolment.look().0).body;
        assert_eq!(
            String::from_utf8_lossy(&before),
            r#"{"way":"helper","state":"handed_over","expires_at":null,"document":null,"refusal":null,"has_identity":false,"user_id":null,"number_tries_left":0}"#
        );
        assert_eq!(
            refused(helpers.step(enrolment.hand_over())),
            refusal("handed_over", "R-HLP-1")
        );

        let (code, _) = refused(helpers.step(reading.look()));
        assert_eq!(
            code, "reading_unknown",
            "the reading is told no more either"
        );

        // The person goes on, on a device of their own; the helper's asks after every step.
        let asks = || assert_eq!(server.carry(enrolment.look().0).body, before);
        let own = server
            .step(Enrolment::go_on_by_code(&handed_over.code))
            .unwrap();
        asks();
        let seen = look(server, &own).document.unwrap();
        assert_eq!(seen.name, "Soeren Aebeloe Oestergaard");
        server.step(own.number(CPR)).unwrap();
        asks();
        let choosing = server
            .step(own.choose("den.gamle.soeren", "+4520123456", None))
            .unwrap();
        asks();
        let device = activate(server, choosing).unwrap();
        asks();
        sign_in(server, &device, "den.gamle.soeren");
        helpers.step(enrolment.look()).unwrap();

        nothing_personal_in(&helpers.received, &document);
        // The search finds what is there.
        assert!(contains(&helpers.received, handed_over.code.as_bytes()));
    });
}

#[test]
fn r_hlp_1_a_helper_is_told_that_somebody_is_too_young_and_not_until_when() {
    let server = TestServer::sqlite();
    ready(&server);
    let enrolment = server.step(Enrolment::begin(Way::Helper)).unwrap();
    read(&server, &enrolment, &passport("Lind", "Alma", "141123"));
    let refusal = look(&server, &enrolment).refusal.unwrap();
    assert_eq!((refusal.rule.as_str(), refusal.from), ("R-AGE-1", None));
}

#[test]
fn r_hlp_1_of_two_devices_with_one_code_one_goes_on() {
    on_both(|server| {
        ready(server);
        let document = specimens().document(Persona::Dane);
        let enrolment = up_to_number(server, Way::Helper, &document);
        let handed_over = server.step(enrolment.hand_over()).unwrap();
        let link = handed_over
            .link
            .split_once("#continue=")
            .unwrap()
            .1
            .to_owned();
        let requests = vec![
            Enrolment::go_on_by_code(&handed_over.code).0,
            Enrolment::go_on_by_link(&link).0,
            Enrolment::go_on_by_code(&handed_over.code.to_lowercase()).0,
        ];
        let answers = at_once(server, requests);
        let on: Vec<_> = answers
            .iter()
            .filter(|(status, _)| *status == 200)
            .collect();
        assert_eq!(on.len(), 1, "{answers:?}");
        for (status, body) in &answers {
            assert!(
                *status == 200 || body["code"] == "continuation_refused",
                "{body}"
            );
        }
        let own = Enrolment::resume(on[0].1["owner"].as_str().unwrap().to_owned());
        assert_eq!(server.step(own.number(CPR)).unwrap().state, "user_id");
    });
}

#[test]
fn r_enr_1_on_a_device_of_ones_own_the_newest_code_works_and_the_old_device_is_out() {
    let server = TestServer::sqlite();
    ready(&server);
    let enrolment = up_to_user_id(&server);
    let older = server.step(enrolment.hand_over()).unwrap();
    let newer = server.step(enrolment.hand_over()).unwrap();
    assert_eq!(
        look(&server, &enrolment).state,
        "user_id",
        "until the code is used"
    );
    assert_eq!(
        refused(server.step(Enrolment::go_on_by_code(&older.code))),
        refusal("continuation_refused", "R-HLP-1")
    );
    let other = server.step(Enrolment::go_on_by_code(&newer.code)).unwrap();
    assert_eq!(look(&server, &enrolment).state, "handed_over");
    assert_eq!(
        refused(server.step(enrolment.choose("søren", "+4520123456", None))),
        refusal("handed_over", "R-HLP-1")
    );
    assert!(
        server
            .step(other.choose("søren", "+4520123456", None))
            .is_ok()
    );
}

#[test]
fn r_hlp_1_an_activation_that_was_begun_before_handing_over_is_worth_nothing_after() {
    let server = TestServer::sqlite();
    ready(&server);
    let enrolment = up_to_user_id(&server);
    let choosing = server
        .step(enrolment.choose("søren", "+4520123456", None))
        .unwrap();
    let code = server.step(enrolment.hand_over()).unwrap().code;
    let other = server.step(Enrolment::go_on_by_code(&code)).unwrap();
    let over = activate(&server, choosing).map(|_| "the old device went on");
    assert_eq!(refused(over), refusal("handed_over", "R-HLP-1"));
    assert!(activate(&server, server.step(other.app()).unwrap()).is_ok());
}

#[test]
fn codes_to_go_on_cannot_be_guessed_at_speed() {
    let server = TestServer::sqlite();
    ready(&server);
    let most = server
        .segl
        .policy
        .enrolment
        .continuations_per_address_per_hour;
    for _ in 0..most {
        let (code, _) = refused(server.step(Enrolment::go_on_by_code("0000-0000-0000")));
        assert_eq!(code, "continuation_refused");
    }
    let document = specimens().document(Persona::Dane);
    let enrolment = up_to_number(&server, Way::Helper, &document);
    let right = server.step(enrolment.hand_over()).unwrap();
    let (code, _) = refused(server.step(Enrolment::go_on_by_code(&right.code)));
    assert_eq!(
        code, "too_many_requests",
        "even a right one, once too many were tried"
    );
}

#[test]
fn r_enr_1_whom_an_official_accepted_goes_on_with_a_code_at_the_assurance_that_was_proved() {
    on_both(|server| {
        let summary = ProofSummary {
            way: domain::proofing::Way::Desk,
            ial: Level::High,
            evidence: vec!["danish_passport".to_owned()],
        };
        let kept = (
            Some(CPR),
            None::<&str>,
            "Søren Æbelø Østergård",
            "1984-02-29",
            false,
            Some("Strandvej 1\n9999 Havby"),
            &summary,
        );
        let person =
            ProvenPerson::dangerous_from_kept(&postcard::to_allocvec(&kept).unwrap()).unwrap();
        let accept = |random: u8| {
            let (segl, now, person) = (Arc::clone(&server.segl), server.now(), person.clone());
            let given = server.segl.store.write_blocking(b"desk", move |tx| {
                open(tx, &segl, person.clone(), now, &[random; OPEN_RANDOM])
            });
            given.unwrap()
        };
        let given = accept(1);
        assert_eq!(given.code, "1111-1111-1111");
        server.wait(SignedDuration::from_hours(24) - SignedDuration::from_micros(1));
        let own = server.step(Enrolment::go_on_by_code(&given.code)).unwrap();
        let shown = look(server, &own);
        assert_eq!(
            (shown.way.as_str(), shown.state.as_str()),
            ("desk", "user_id")
        );
        let choosing = server
            .step(own.choose("søren", "+4520123456", None))
            .unwrap();
        let device = activate(server, choosing).unwrap();
        sign_in(server, &device, "søren");
        let ial = server.segl.store.read_blocking(|tx| {
            tx.query_one("SELECT ial FROM identities", &[], |row| {
                Ok(row.text(0)?.to_owned())
            })
        });
        assert_eq!(
            ial.unwrap_or_else(|error: store::StoreError| panic!("{error}")),
            "high"
        );

        // Who comes again has an identity (R-PER-1), and a code lives a day.
        let again = accept(2);
        let own = server.step(Enrolment::go_on_by_code(&again.code)).unwrap();
        let shown = look(server, &own);
        assert_eq!((shown.state.as_str(), shown.has_identity), ("app", true));
        let late = accept(3);
        server.wait(SignedDuration::from_hours(24));
        assert_eq!(
            refused(server.step(Enrolment::go_on_by_code(&late.code))),
            refusal("continuation_refused", "R-HLP-1")
        );
    });
}
