use jiff::SignedDuration;
use testkit::browser::{Browser, bank_request, basic, claims};
use testkit::people::{FREJA, SIGNE};
use testkit::{SECRET, TestServer};

use crate::on_both;

#[test]
fn a_code_gives_tokens_that_say_what_the_dialect_says() {
    on_both(|server| {
        let (freja, device) = server.with_app(&FREJA);
        let code = server.code_for(&mut Browser::new(server), &device, &bank_request(&[]));
        let answer = server.redeem(&code);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 3 * 3600);
        let id_token = claims(tokens["id_token"].as_str().unwrap());
        assert_eq!(id_token["iss"], testkit::ISSUER);
        assert_eq!(id_token["aud"], "bank");
        assert_eq!(id_token["nonce"], "n-0S6_WzA2Mj");
        assert_eq!(id_token["idp"], "mitid");
        assert_eq!(id_token["identity_type"], "private");
        assert_eq!(id_token["amr"], serde_json::json!(["code_app"]));
        assert_eq!(
            id_token["loa"],
            "https://data.gov.dk/concept/core/nsis/Substantial"
        );
        assert_eq!(
            id_token["exp"].as_i64().unwrap() - id_token["iat"].as_i64().unwrap(),
            300
        );
        assert_ne!(
            id_token["sub"],
            freja.identity.to_string(),
            "R-SVC-2: sub is pairwise"
        );
    });
}

#[test]
fn a_code_redeemed_twice_is_refused_and_revokes_what_it_gave() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let code = server.code_for(&mut Browser::new(server), &device, &bank_request(&[]));
        let token = server.redeem(&code).json()["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        let bearer = format!("Bearer {token}");
        assert_eq!(
            server
                .get("/connect/userinfo", &[("authorization", &bearer)])
                .status,
            200
        );
        let again = server.redeem(&code);
        assert_eq!(
            (again.status.as_u16(), &again.json()["error"]),
            (400, &"invalid_grant".into())
        );
        assert_eq!(
            server
                .get("/connect/userinfo", &[("authorization", &bearer)])
                .status,
            401
        );
    });
}

#[test]
fn a_code_of_which_anything_is_wrong_gives_nothing_and_stays_good() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let code = server.code_for(&mut Browser::new(server), &device, &bank_request(&[]));
        for wrong in [
            (
                "code_verifier",
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl",
            ),
            ("code_verifier", ""),
            ("redirect_uri", "https://bank.example.dk/callback/"),
            ("redirect_uri", ""),
            ("code", &code[1..]),
        ] {
            let answer = server.redeem_with(&code, &[wrong]);
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["error"]),
                (400, &"invalid_grant".into()),
                "{wrong:?}"
            );
        }
        let other = server.post_form(
            "/connect/token",
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", "https://bank.example.dk/callback"),
            ],
            &[("authorization", &basic("kommune"))],
        );
        assert_eq!(
            other.json()["error"],
            "invalid_grant",
            "another service's code"
        );
        assert_eq!(server.redeem(&code).status, 200);
    });
}

#[test]
fn a_code_lives_a_minute() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&FREJA);
    let code = server.code_for(&mut Browser::new(&server), &device, &bank_request(&[]));
    server.wait(SignedDuration::from_secs(60));
    assert_eq!(server.redeem(&code).json()["error"], "invalid_grant");
}

#[test]
fn one_code_raced_by_many_gives_tokens_once() {
    on_both(|server| {
        let (_, device) = server.with_app(&FREJA);
        let code = server.code_for(&mut Browser::new(server), &device, &bank_request(&[]));
        let router = server::router(std::sync::Arc::clone(&server.segl));
        let given = race(&router, &code);
        assert_eq!(given, 1);
    });
}

/// Presents a code from eight threads at once. Gives how many got tokens.
fn race(router: &axum::Router, code: &str) -> usize {
    use tower::ServiceExt;
    let body = format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fbank.example.dk%2Fcallback&code_verifier={}",
        testkit::browser::VERIFIER
    );
    let start = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (router, start, body) = (router.clone(), &start, body.clone());
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    let request = axum::http::Request::post("/connect/token")
                        .header("content-type", "application/x-www-form-urlencoded")
                        .header("authorization", basic("bank"))
                        .body(axum::body::Body::from(body))
                        .unwrap();
                    start.wait();
                    runtime.block_on(router.oneshot(request)).unwrap().status() == 200
                })
            })
            .collect();
        tries
            .into_iter()
            .map(|thread| usize::from(thread.join().unwrap()))
            .sum()
    })
}

#[test]
fn a_service_proves_itself_in_its_own_way_and_no_other() {
    let server = TestServer::sqlite();
    let grant = [("grant_type", "client_credentials")];
    let with = |fields: &[(&str, &str)], headers: &[(&str, &str)]| {
        server.post_form("/connect/token", fields, headers)
    };
    assert_eq!(
        with(&grant, &[("authorization", &basic("bank"))]).status,
        200
    );
    assert_eq!(
        with(
            &[grant[0], ("client_id", "bank"), ("client_secret", SECRET)],
            &[]
        )
        .status,
        200
    );
    let wrong = with(
        &[grant[0], ("client_id", "bank"), ("client_secret", "guess")],
        &[],
    );
    assert_eq!(
        (wrong.status.as_u16(), &wrong.json()["error"]),
        (401, &"invalid_client".into())
    );
    assert!(wrong.header("www-authenticate").is_some());
    let both = with(
        &[grant[0], ("client_id", "bank"), ("client_secret", SECRET)],
        &[("authorization", &basic("bank"))],
    );
    assert_eq!(both.json()["error"], "invalid_request");
    let public = with(&[grant[0], ("client_id", "app")], &[]);
    assert_eq!(public.json()["error"], "unauthorized_client");
    let unknown = with(&grant, &[("authorization", &basic("nobody"))]);
    assert_eq!(
        unknown.text(),
        wrong.text(),
        "an unknown service hears what a wrong secret hears"
    );
}

#[test]
fn an_age_check_gives_no_lasting_identifier() {
    let server = TestServer::sqlite();
    let (freja, device) = server.with_app(&FREJA);
    let request = bank_request(&[("scope", "openid minimal age_verify:18")]);
    let mut browser = Browser::new(&server);
    let mut subjects = Vec::new();
    for _ in 0..2 {
        let tokens = server
            .redeem(&server.code_for(&mut browser, &device, &request))
            .json();
        let id_token = claims(tokens["id_token"].as_str().unwrap());
        assert_eq!(id_token["idbrokerdk_age_verified"], "18:true");
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let userinfo = server.get("/connect/userinfo", &[("authorization", &bearer)]);
        assert_eq!(userinfo.json()["idbrokerdk_age_verify_18"], "true");
        assert!(!userinfo.text().contains(&freja.identity.to_string()));
        subjects.push(id_token["sub"].clone());
    }
    assert_ne!(subjects[0], subjects[1]);
}

#[test]
fn r_svc_2_one_person_has_one_sub_in_an_organisation_and_another_in_the_next() {
    let server = TestServer::sqlite();
    let (_, device) = server.with_app(&SIGNE);
    let mut browser = Browser::new(&server);
    let sub = |browser: &mut Browser<'_>| {
        let tokens = server
            .redeem(&server.code_for(browser, &device, &bank_request(&[])))
            .json();
        claims(tokens["id_token"].as_str().unwrap())["sub"].clone()
    };
    let at_bank = sub(&mut browser);
    assert_eq!(sub(&mut browser), at_bank);
    let tokens = kommune_tokens(&server, &mut browser, &device);
    assert_ne!(claims(tokens["id_token"].as_str().unwrap())["sub"], at_bank);
}

/// A sign-in at the municipality. Gives its tokens.
fn kommune_tokens(
    server: &TestServer,
    browser: &mut Browser<'_>,
    device: &app::Device,
) -> serde_json::Value {
    let redirect_uri = "https://kommune.example.dk/callback";
    let request = testkit::browser::request(
        &[
            ("client_id", "kommune"),
            ("redirect_uri", redirect_uri),
            ("response_type", "code"),
            ("scope", "openid mitid"),
            ("code_challenge", testkit::browser::CHALLENGE),
            ("code_challenge_method", "S256"),
        ],
        &[],
    );
    let code = server.code_for(browser, device, &request);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri),
        ("code_verifier", testkit::browser::VERIFIER),
    ];
    server
        .post_form(
            "/connect/token",
            &fields,
            &[("authorization", &basic("kommune"))],
        )
        .json()
}
