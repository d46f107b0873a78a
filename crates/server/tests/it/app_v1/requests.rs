//! Claiming and approving: R-SIG-2, R-SIG-4, R-SIG-7, R-AUT-9.

use app::pin::Pin;
use app::randomness::SystemRandomness;
use app::{AppError, Channel, Claim, Device};
use jiff::SignedDuration;
use testkit::TestServer;
use testkit::browser::{Browser, bank_request, reference_text};
use testkit::people::{FREJA, OSCAR, PIN};

use crate::on_both;

fn claim(server: &TestServer, device: &Device, request: &str) -> Claim {
    let mut browser = Browser::new(server);
    let wait = browser.begin(request, device.user_id());
    let link = browser.link(&wait);
    server.step(device.claim(Channel::Link(&link))).unwrap()
}

fn code(error: &AppError) -> String {
    error.code().unwrap_or_default().to_owned()
}

fn transfer() -> String {
    let text = reference_text("Overfør 2.000,00 kr. til Oscar Dam");
    bank_request(&[(
        "idp_params",
        &format!(r#"{{"mitid":{{"action_text":"APPROVE","reference_text":"{text}"}}}}"#),
    )])
}

#[test]
fn r_sig_2_the_app_is_shown_who_asks_what_and_the_reference_text() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let claim = claim(&server, &device, &transfer());
    assert_eq!(claim.action, "APPROVE");
    assert_eq!(claim.reference_text, "Overfør 2.000,00 kr. til Oscar Dam");
    assert_eq!(
        (claim.service.as_str(), claim.organisation.as_str()),
        ("Nordbanken", "Nordbanken A/S")
    );
}

#[test]
fn r_sig_2_an_altered_approval_is_refused_and_nothing_changes() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let claim = claim(server, &device, &transfer());
        let pin = Pin::as_typed(PIN).unwrap();
        let proved = server
            .step(
                device
                    .approve(&claim, &pin, &mut SystemRandomness::new())
                    .unwrap(),
            )
            .unwrap();
        let mut altered = proved.statement().clone();
        altered.reference_text = "Overfør 2,00 kr. til Oscar Dam".to_owned();
        let signature = device.dangerous_sign(&altered).unwrap();
        let error = server
            .step(proved.dangerous_finish(&altered, &signature))
            .unwrap_err();
        assert_eq!(code(&error), "approval_altered");

        let proved = server
            .step(
                device
                    .approve(&claim, &pin, &mut SystemRandomness::new())
                    .unwrap(),
            )
            .unwrap();
        let shown = proved.statement().clone();
        let error = server
            .step(proved.dangerous_finish(&shown, &signature))
            .unwrap_err();
        assert_eq!(
            code(&error),
            "signature_refused",
            "signed something else than it says"
        );
        assert!(
            server.approve(&device, &claim, PIN).is_ok(),
            "and the right one still works"
        );
    });
}

#[test]
fn a_replayed_approval_is_refused() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let claim = claim(server, &device, &transfer());
        let pin = Pin::as_typed(PIN).unwrap();
        let proved = server
            .step(
                device
                    .approve(&claim, &pin, &mut SystemRandomness::new())
                    .unwrap(),
            )
            .unwrap();
        let (request, _) = proved.sign().unwrap();
        assert_eq!(server.carry(request.clone()).status, 200);
        let replayed = server.carry(request);
        assert_eq!(replayed.status, 409);
        assert!(
            String::from_utf8(replayed.body)
                .unwrap()
                .contains("request_over")
        );
    });
}

#[test]
fn r_aut_9_wrong_pins_lock_ten_minutes_then_a_day_then_block() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let wrong = |left| {
            let claim = claim(server, &device, &transfer());
            let error = server.approve(&device, &claim, "141421").unwrap_err();
            assert!(
                matches!(error, AppError::WrongPin { tries_left } if tries_left == left),
                "{error:?}"
            );
        };
        let refused = |expected: &str| {
            let claim = claim(server, &device, &transfer());
            assert_eq!(
                code(&server.approve(&device, &claim, PIN).unwrap_err()),
                expected
            );
        };
        // A new sign-in of a strange browser ends the one before (R-SIG-3), so each try has time to run out.
        let next = || server.wait(SignedDuration::from_mins(6));
        for (round, lock) in [
            SignedDuration::from_mins(10),
            SignedDuration::from_hours(24),
        ]
        .into_iter()
        .enumerate()
        {
            for left in [2, 1, 0] {
                wrong(left);
                if left > 0 {
                    next();
                }
            }
            server.wait(lock - SignedDuration::from_secs(1));
            if round == 0 {
                refused("pin_locked");
                server.wait(SignedDuration::from_mins(6));
            } else {
                server.wait(SignedDuration::from_secs(1));
            }
        }
        for left in [2, 1, 0] {
            wrong(left);
            next();
        }
        server.wait(SignedDuration::from_hours(1000));
        refused("app_blocked");
    });
}

#[test]
fn r_aut_9_a_right_pin_forgives_the_wrong_ones_before() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    for _ in 0..4 {
        let claim = claim(&server, &device, &transfer());
        for _ in 0..2 {
            assert!(matches!(
                server.approve(&device, &claim, "141421"),
                Err(AppError::WrongPin { .. })
            ));
        }
        assert!(server.approve(&device, &claim, PIN).is_ok());
    }
}

/// Guesses are counted before they are checked: of many at once, no more than three get an answer to check against.
#[test]
fn r_aut_9_parallel_guessing_gains_nothing() {
    use tower::ServiceExt;
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let claim = claim(server, &device, &transfer());
        let router = server::router(std::sync::Arc::clone(&server.segl));
        let start = std::sync::Barrier::new(12);
        let answered: usize = std::thread::scope(|scope| {
            let guesses: Vec<_> = (0..12)
                .map(|guess| {
                    let pin = Pin::as_typed(&format!("14142{}", guess % 10)).unwrap();
                    let (request, _) = device
                        .approve(&claim, &pin, &mut SystemRandomness::new())
                        .unwrap();
                    let (router, start) = (router.clone(), &start);
                    scope.spawn(move || {
                        let mut builder = axum::http::Request::post(&request.path);
                        for (name, value) in &request.headers {
                            builder = builder.header(*name, value);
                        }
                        let request = builder.body(axum::body::Body::from(request.body)).unwrap();
                        start.wait();
                        let runtime = tokio::runtime::Builder::new_current_thread()
                            .enable_all()
                            .build()
                            .unwrap();
                        usize::from(
                            runtime.block_on(router.oneshot(request)).unwrap().status() == 200,
                        )
                    })
                })
                .collect();
            guesses.into_iter().map(|guess| guess.join().unwrap()).sum()
        });
        assert_eq!(answered, 3);
    });
}

#[test]
fn r_sig_2_somebody_elses_request_is_not_shown() {
    let server = TestServer::sqlite();
    let (_, oscar) = server.with_app(&OSCAR);
    server.enrol(&FREJA);
    let mut browser = Browser::new(&server);
    let wait = browser.begin(&bank_request(&[]), "freja.holm");
    let link = browser.link(&wait);
    assert_eq!(
        code(&server.step(oscar.claim(Channel::Link(&link))).unwrap_err()),
        "not_your_request"
    );
}

#[test]
fn r_sig_4_the_typed_code_works_an_hour_after_the_opt_in_and_three_wrong_ones_end_the_request() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let mut browser = Browser::new(server);
        let wait = browser.begin(&bank_request(&[]), "freja.holm");
        let digits = browser.typed_code(&wait);
        assert_eq!(
            code(
                &server
                    .step(device.claim(Channel::TypedCode(&digits)))
                    .unwrap_err()
            ),
            "typed_code_not_on"
        );

        let pin = Pin::as_typed(PIN).unwrap();
        let opened = server
            .step(device.unlock(&pin, &mut SystemRandomness::new()).unwrap())
            .unwrap();
        let session = server.step(opened.open()).unwrap();
        server
            .step(session.settings(app::SettingsChange {
                typed_code: Some(true),
                ..Default::default()
            }))
            .unwrap();
        server.wait(SignedDuration::from_mins(60));

        let wait = browser.begin(&bank_request(&[]), "freja.holm");
        let digits = browser.typed_code(&wait);
        let wrong = format!("{:04}", (digits.parse::<u32>().unwrap() + 1) % 10_000);
        assert!(
            server
                .step(device.claim(Channel::TypedCode(&digits)))
                .is_ok()
        );
        for left in [2, 1, 0] {
            let AppError::Refused(problem) = server
                .step(device.claim(Channel::TypedCode(&wrong)))
                .unwrap_err()
            else {
                panic!()
            };
            assert_eq!(
                (problem.code.as_str(), problem.tries_left),
                ("channel_refused", Some(left))
            );
        }
        assert_eq!(
            code(
                &server
                    .step(device.claim(Channel::TypedCode(&digits)))
                    .unwrap_err()
            ),
            "nothing_waiting"
        );
        assert_eq!(
            browser.get(&wait.replace("/wait", "/finish")).fault(),
            Some("wrong_codes")
        );
    });
}

#[test]
fn r_sig_7_with_psd2_the_app_does_not_say_which_factor_failed() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let claim = claim(
        &server,
        &device,
        &bank_request(&[("idp_params", r#"{"mitid":{"require_psd2":true}}"#)]),
    );
    assert!(claim.psd2);
    assert!(matches!(
        server.approve(&device, &claim, "141421"),
        Err(AppError::NotAccepted { .. })
    ));
}

#[test]
fn an_app_token_that_is_missing_or_wrong_opens_nothing() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let (mut request, _) = device.waiting();
    for (name, value) in &mut request.headers {
        if *name == "authorization" {
            value.replace_range(60..61, if &value[60..61] == "A" { "B" } else { "A" });
        }
    }
    assert_eq!(server.carry(request).status, 401);
    assert_eq!(server.get("/app/v1/requests", &[]).status, 401);
}

#[test]
fn problems_speak_the_language_of_the_app() {
    let server = TestServer::sqlite();
    let danish = server.get("/app/v1/requests", &[("accept-language", "da")]);
    assert_eq!(
        danish.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(danish.json()["title"], "Appen kendes ikke");
    assert_eq!(
        server
            .get("/app/v1/requests", &[("accept-language", "en")])
            .json()["title"],
        "This app is not known"
    );
}
