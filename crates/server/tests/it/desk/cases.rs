//! A case from opening to decision: documents, control questions, a witness, and two officials.

use app::Device;
use domain::desk::Role;
use domain::id::{DeskCaseId, IdentityId};
use domain::register::{EarlierAddress, Marital, MaritalStatus, RegisterEntry};
use domain::secret::Pii;
use jiff::SignedDuration;
use jiff::civil::date;
use testkit::browser::Browser;
use testkit::people::{ANNE, BO, FREJA, OSCAR, Somebody};
use testkit::register::registered;
use testkit::{Answer, DESK, TestServer};

use super::{HAVBY, at_the_desk};
use crate::on_both;

const VIKTOR: &str = "0502711237";

fn fault(answer: &Answer) -> (u16, Option<&str>) {
    (answer.status.as_u16(), answer.fault())
}

/// Somebody of whom the register knows enough for control questions.
fn known(given: &str, family: &str, cpr: &str, year: i16) -> RegisterEntry {
    let mut entry = registered(given, family, cpr);
    let here = entry.address.clone().unwrap();
    let mut address = here.clone();
    address.street = Pii::new(format!("{given}svej"));
    address.town = Pii::new(format!("{given}by"));
    let mut further = here;
    further.street = Pii::new(format!("{given}sgade"));
    further.town = Pii::new(format!("{given}rup"));
    entry.earlier_addresses = [address, further]
        .map(|address| EarlierAddress {
            address,
            from: None,
            until: None,
        })
        .into();
    entry.moved_in = Some(Pii::new(date(year, 1, 1)));
    entry.marital = Some(Marital {
        status: MaritalStatus::Married,
        since: Some(date(year - 12, 6, 1)),
    });
    entry
}

fn fill_register(server: &TestServer) {
    let mut entries = vec![
        known("Viktor", "Sand", VIKTOR, 2019),
        registered("Nadia", "Rahman", "1406901236"),
        registered("Luna", "Thomsen", "0101144328"),
        registered(ANNE.name.split_once(' ').unwrap().0, "Vester", ANNE.number),
    ];
    let others = ["Ida", "Ole", "Eva", "Per", "Tom", "Liv"];
    entries.extend(others.iter().zip(0_i16..).map(|(name, at)| {
        let cpr = format!("0{}0180120{at}", at + 1);
        known(name, "Dam", &cpr, 2000 + at)
    }));
    server.register(&entries);
}

fn opened(browser: &mut Browser<'_>, cpr: &str, given: &str, family: &str) -> String {
    let fields = [("number", cpr), ("given", given), ("family", family)];
    browser.desk_post("/cases", &fields).location().to_owned()
}

fn add(browser: &mut Browser<'_>, case: &str, of: &str, kind: &str) {
    let fields = [
        ("kind", kind),
        ("number", "12345"),
        ("valid_until", "2030-01-01"),
        ("issued_on", "2026-11-01"),
        ("of", of),
    ];
    let answer = browser.desk_post(&format!("{case}/documents"), &fields);
    assert_eq!(answer.location(), case);
}

fn customer(browser: &mut Browser<'_>, case: &str) -> String {
    let page = browser.desk(case);
    let link = page
        .text()
        .split_once(&format!("{DESK}/customer/"))
        .unwrap()
        .1;
    format!("/customer/{}", link.split('"').next().unwrap())
}

fn state(browser: &mut Browser<'_>, case: &str) -> String {
    let page = browser.desk(case);
    let state = page.text().split_once("data-state=\"").unwrap().1;
    state.split('"').next().unwrap().to_owned()
}

/// Which choice is right, as only the database knows.
fn right_answers(server: &TestServer, wrong: usize) -> Vec<(String, String)> {
    let segl = std::sync::Arc::clone(&server.segl);
    let cpr = domain::cpr_number::CprNumber::parse(VIKTOR).unwrap();
    let rounds = server
        .segl
        .store
        .read_blocking(move |tx| store::question_round::of_person(tx, &segl.keys().data, &cpr))
        .unwrap();
    let json = serde_json::to_value(&rounds[0].round).unwrap();
    let questions = json["questions"].as_array().unwrap().iter().enumerate();
    questions
        .map(|(at, question)| {
            let right = question["right"].as_u64().unwrap();
            let chosen = if at < wrong { (right + 1) % 4 } else { right };
            (format!("q{at}"), chosen.to_string())
        })
        .collect()
}

fn answer(browser: &mut Browser<'_>, link: &str, answers: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = answers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.desk_post(link, &fields)
}

fn official<'a>(server: &'a TestServer, who: &Somebody, cvr: &str, role: Role) -> Browser<'a> {
    let (_, device) = server.with_official(who, (cvr, role));
    at_the_desk(server, &device)
}

#[test]
fn two_documents_and_control_questions_lead_to_an_identity_of_their_own_device() {
    on_both(|server| {
        fill_register(server);
        let mut anne = official(server, &ANNE, HAVBY, Role::Official);
        let case = opened(&mut anne, VIKTOR, "Viktor", "Sand");
        let refused = anne.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(fault(&refused), (409, Some("documents_all")));
        add(&mut anne, &case, "applicant", "health_card");
        let refused = anne.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(fault(&refused), (409, Some("documents_second_half")));
        add(&mut anne, &case, "applicant", "tax_papers");
        let refused = anne.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(fault(&refused), (409, Some("nobody_vouched")));
        anne.desk_post(&format!("{case}/questions"), &[]).location();
        let link = customer(&mut anne, &case);
        let mut viktor = Browser::new(server);
        let page = viktor.desk(&link);
        assert!(page.text().matches("<fieldset").count() >= 4);
        let answers = right_answers(server, 0);
        assert_eq!(answer(&mut viktor, &link, &answers).location(), link);
        let again = answer(&mut viktor, &link, &answers);
        assert_eq!(again.fault(), Some("round_over"));
        let accepted = anne.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(accepted.status, 200, "{}", accepted.text());
        let code = accepted.text().split_once("data-continuation>").unwrap().1;
        assert_eq!(code.find('<'), Some(14));
        assert_eq!(state(&mut anne, &case), "accepted");
        let second = anne.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(fault(&second), (409, Some("case_decided")));
    });
}

#[test]
fn r_que_1_one_round_a_day_whatever_is_reloaded_and_whichever_case_asks() {
    on_both(|server| {
        fill_register(server);
        let mut anne = official(server, &ANNE, HAVBY, Role::Official);
        let case = opened(&mut anne, VIKTOR, "Viktor", "Sand");
        anne.desk_post(&format!("{case}/questions"), &[]).location();
        let link = customer(&mut anne, &case);
        let mut viktor = Browser::new(server);
        let first = viktor.desk(&link).text().to_owned();
        assert_eq!(viktor.desk(&link).text(), first, "a reload shows the same");
        let again = anne.desk_post(&format!("{case}/questions"), &[]);
        assert_eq!(fault(&again), (409, Some("round_today")));
        let other = opened(&mut anne, VIKTOR, "Viktor", "Sand");
        let elsewhere = anne.desk_post(&format!("{other}/questions"), &[]);
        assert_eq!(fault(&elsewhere), (409, Some("round_today")));
        let answers = right_answers(server, 4);
        answer(&mut viktor, &link, &answers).location();
        assert!(anne.desk(&case).text().contains("desk-round-failed"));
        // Tomorrow what was asked is not asked again, and too little is left.
        server.wait(SignedDuration::from_hours(24));
        let (_, bo) = server.with_official(&BO, (HAVBY, Role::Official));
        let mut bo = at_the_desk(server, &bo);
        let tomorrow = bo.desk_post(&format!("{case}/questions"), &[]);
        assert_eq!(fault(&tomorrow), (409, Some("too_little_data")));
    });
}

#[test]
fn another_municipality_sees_and_changes_nothing() {
    on_both(|server| {
        fill_register(server);
        let mut anne = official(server, &ANNE, HAVBY, Role::Official);
        let case = opened(&mut anne, VIKTOR, "Viktor", "Sand");
        let mut bo = official(server, &BO, "44444444", Role::Supervisor);
        assert_eq!(bo.desk(&case).status, 404);
        for act in ["accept", "questions", "refuse", "level", "documents"] {
            let fields = [("rule", "R-DOC-1"), ("reason", "x"), ("level", "high")];
            let answer = bo.desk_post(&format!("{case}/{act}"), &fields);
            assert!(matches!(answer.status.as_u16(), 400 | 404), "{act}");
        }
        assert!(!bo.desk("/cases").text().contains("Viktor"));
        assert_eq!(
            Browser::new(server).desk(&case).fault(),
            Some("desk_sign_in_needed")
        );
    });
}

#[test]
fn an_official_handles_neither_their_own_case_nor_their_witnesss() {
    let server = TestServer::sqlite();
    fill_register(&server);
    let mut anne = official(&server, &ANNE, HAVBY, Role::Official);
    let own = [
        ("number", ANNE.number),
        ("given", "Anne"),
        ("family", "Vester"),
    ];
    assert_eq!(
        fault(&anne.desk_post("/cases", &own)),
        (403, Some("own_case"))
    );
    let case = opened(&mut anne, VIKTOR, "Viktor", "Sand");
    let (bo, device) = server.with_official(&BO, (HAVBY, Role::Official));
    vouches(&server, bo.identity, VIKTOR);
    let mut bo = at_the_desk(&server, &device);
    assert_eq!(fault(&bo.desk(&case)), (403, Some("witness_tie")));
}

/// Somebody vouches for a person in some case: what the store keeps of it.
fn vouches(server: &TestServer, witness: IdentityId, cpr: &str) -> bool {
    let cpr = domain::cpr_number::CprNumber::parse(cpr).unwrap();
    let (segl, now) = (std::sync::Arc::clone(&server.segl), server.now());
    let id = DeskCaseId::from_random(server::random::bytes().unwrap());
    let policy = server.segl.policy.witness.clone();
    server
        .segl
        .store
        .write_blocking(witness.as_bytes(), move |tx| {
            let slots = (policy.slots(), now, policy.counted_after(now));
            store::witness::vouch(tx, &segl.keys().data, (witness, id), &cpr, slots)
        })
        .unwrap()
}

#[test]
fn r_wit_2_many_at_the_same_time_are_no_more_than_three() {
    on_both(|server| {
        let witness = IdentityId::from_bytes([9; 16]);
        let taken: usize = std::thread::scope(|scope| {
            let racing: Vec<_> = (0..8)
                .map(|at| {
                    let cpr = format!("0101{}01234", 40 + at);
                    let cpr = cpr[..10].to_owned();
                    scope.spawn(move || vouches(server, witness, &cpr))
                })
                .collect();
            let won = racing
                .into_iter()
                .map(|one| usize::from(one.join().unwrap()));
            won.sum()
        });
        assert_eq!(taken, 3);
        server.wait(SignedDuration::from_hours(120 * 24) - SignedDuration::from_secs(1));
        assert!(!vouches(server, witness, "0101801234"));
        server.wait(SignedDuration::from_secs(1));
        assert!(vouches(server, witness, "0101801234"));
    });
}

fn as_witness(server: &TestServer, link: &str, device: &Device) -> Answer {
    let mut browser = Browser::new(server);
    let authorize = browser
        .desk(&format!("{link}/witness"))
        .location()
        .to_owned();
    server.sign_in_for_desk(&mut browser, device, &authorize)
}

#[test]
fn r_wit_1_a_witness_signs_in_and_the_rule_that_fails_is_named() {
    on_both(|server| {
        fill_register(server);
        let (_, new) = server.with_app(&FREJA);
        let mut anne = official(server, &ANNE, HAVBY, Role::Official);
        let case = opened(&mut anne, "1406901236", "Nadia", "Rahman");
        add(&mut anne, &case, "applicant", "health_card");
        add(&mut anne, &case, "applicant", "foreign_passport");
        let none = anne.desk_post(&format!("{case}/questions"), &[]);
        assert_eq!(fault(&none), (409, Some("too_little_data")));
        let link = customer(&mut anne, &case);
        let refused = as_witness(server, &link, &new);
        assert_eq!(fault(&refused), (403, Some("witness_too_new")));
        let thirty = SignedDuration::from_hours(30 * 24);
        server.wait(thirty);
        let (_, later) = server.with_official(&BO, (HAVBY, Role::Official));
        let mut bo = at_the_desk(server, &later);
        let link = customer(&mut bo, &case);
        let no_photo = as_witness(server, &link, &new);
        assert_eq!(fault(&no_photo), (403, Some("witness_no_photo")));
        add(&mut bo, &case, "witness", "danish_driving_licence");
        assert_eq!(as_witness(server, &link, &new).location(), link);
        let accepted = bo.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(accepted.status, 200, "{}", accepted.text());
        // R-WIT-4: next time the official is told.
        let next = opened(&mut bo, "1406901236", "Nadia", "Rahman");
        assert!(bo.desk(&next).text().contains("R-WIT-4"));
    });
}

#[test]
fn r_doc_5_high_takes_a_second_official_who_is_a_supervisor() {
    on_both(|server| {
        fill_register(server);
        let mut anne = official(server, &ANNE, HAVBY, Role::Supervisor);
        let case = opened(&mut anne, VIKTOR, "Viktor", "Sand");
        add(&mut anne, &case, "applicant", "danish_passport");
        anne.desk_post(&format!("{case}/level"), &[("level", "high")])
            .location();
        anne.desk_post(&format!("{case}/accept"), &[]).location();
        assert_eq!(state(&mut anne, &case), "awaits_second");
        let same = anne.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(fault(&same), (403, Some("second_must_be_supervisor")));
        let mut bo = official(server, &BO, HAVBY, Role::Official);
        let lower = bo.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(fault(&lower), (403, Some("second_must_be_supervisor")));
        let mut oscar = official(server, &OSCAR, HAVBY, Role::Supervisor);
        let accepted = oscar.desk_post(&format!("{case}/accept"), &[]);
        assert_eq!(accepted.status, 200);
        assert_eq!(state(&mut anne, &case), "accepted");
    });
}

#[test]
fn of_two_officials_who_decide_at_once_one_wins_and_the_other_is_told() {
    on_both(|server| {
        fill_register(server);
        let mut anne = official(server, &ANNE, HAVBY, Role::Official);
        let bo = official(server, &BO, HAVBY, Role::Official);
        for _ in 0..5 {
            let case = opened(&mut anne, VIKTOR, "Viktor", "Sand");
            add(&mut anne, &case, "applicant", "danish_passport");
            let post = |browser: &Browser<'_>, act: &str, body: &str| {
                axum::http::Request::post(format!("{case}/{act}"))
                    .header("host", "desk.example.dk")
                    .header("origin", DESK)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("cookie", browser.cookie_header())
                    .body(axum::body::Body::from(body.to_owned()))
                    .unwrap()
            };
            let requests = [
                post(&anne, "accept", ""),
                post(&bo, "refuse", "rule=R-DOC-1&reason=x"),
            ];
            let answers = server.send_together(requests);
            let told = answers
                .iter()
                .filter(|answer| answer.fault() == Some("case_decided"))
                .count();
            let won = answers
                .iter()
                .filter(|answer| matches!(answer.status.as_u16(), 200 | 303))
                .count();
            assert_eq!((won, told), (1, 1), "{answers:?}");
        }
    });
}

#[test]
fn r_age_1_somebody_of_twelve_is_refused_and_a_refusal_keeps_its_reason() {
    let server = TestServer::sqlite();
    fill_register(&server);
    let mut anne = official(&server, &ANNE, HAVBY, Role::Official);
    let case = opened(&mut anne, "0101144328", "Luna", "Thomsen");
    add(&mut anne, &case, "applicant", "danish_passport");
    let young = anne.desk_post(&format!("{case}/accept"), &[]);
    assert_eq!(fault(&young), (403, Some("desk_too_young")));
    let empty = anne.desk_post(
        &format!("{case}/refuse"),
        &[("rule", "R-AGE-1"), ("reason", " ")],
    );
    assert_eq!(fault(&empty), (422, Some("reason_missing")));
    assert_eq!(anne.desk(&format!("{case}/letter")).status, 404);
    let refused = [("rule", "R-AGE-1"), ("reason", "Under 13")];
    anne.desk_post(&format!("{case}/refuse"), &refused)
        .location();
    assert_eq!(state(&mut anne, &case), "refused");
    let letter = anne.desk(&format!("{case}/letter"));
    assert_eq!(letter.header("content-type"), Some("application/pdf"));
    assert!(letter.body.starts_with(b"%PDF-"));
    let id: DeskCaseId = case.rsplit('/').next().unwrap().parse().unwrap();
    let segl = std::sync::Arc::clone(&server.segl);
    let acts = server
        .segl
        .store
        .read_blocking(move |tx| store::desk::of_case(tx, &segl.keys().data, id))
        .unwrap();
    let reasons: Vec<_> = acts
        .iter()
        .filter_map(|act| act.reason.as_deref())
        .collect();
    assert_eq!(reasons, ["Under 13"]);
}

#[test]
fn every_text_that_the_desk_asks_for_exists_in_both_languages() {
    let texts = server::i18n::Texts::builtin().unwrap();
    let policy = domain::policy::Policy::builtin();
    for lang in server::i18n::Lang::ALL {
        let t = texts.of(lang);
        for kind in &policy.documents.kinds {
            let key = format!("desk-kind-{}", kind.kind.replace('_', "-"));
            assert!(t.has(&key), "{key}");
        }
        let templates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/desk");
        for file in std::fs::read_dir(templates).unwrap() {
            let template = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let keys = template
                .split("get(\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap());
            for key in keys {
                assert!(t.has(key), "{} lacks {key}", lang.tag());
            }
        }
    }
}
