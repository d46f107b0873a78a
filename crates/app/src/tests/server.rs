//! A server for one person and one sign-in at a time. What a real server seals, it keeps under a random name.

use std::collections::BTreeMap;

use authn::ApprovalFault;
use authn::activation::verify_activation;
use authn::approval::verify_approval;
use authn::code::{LetterCode, SmsCode, TypedCode};
use authn::device_key::DevicePublicKey;
use authn::qr::{QrHalf, QrPair};
use authn::secret::{OpaqueServer, PendingLogin, SecretRecord};
use authn::statement::ApprovalStatement;
use serde_json::{Value, json};

use crate::ke2::{base64url, from_base64url};
use crate::randomness::{RngCore as _, SystemRandomness};
use crate::{HttpRequest, HttpResponse, Method};

const KEY: [u8; 32] = [9; 32];
const SIGN_IN: [u8; 16] = *b"sign-in-sign-in!";
const NONCE: [u8; 16] = *b"nonce-nonce-once";
const AUTHENTICATOR: [u8; 16] = *b"authenticator-00";

type Answer = Result<Value, (u16, Value)>;

pub(super) struct Server {
    opaque: OpaqueServer,
    sign_in: [u8; 16],
    app: Option<App>,
    exchanges: BTreeMap<String, Vec<u8>>,
    /// What the service asked.
    pub(super) asked: ApprovalStatement,
    pub(super) psd2: bool,
    pub(super) tries_left: u32,
    pub(super) approved: u32,
    pub(super) rejected: Option<String>,
    pub(super) typed_code: bool,
}

struct App {
    token: String,
    record: SecretRecord,
    key: DevicePublicKey,
}

impl Server {
    pub(super) fn new() -> Self {
        Self {
            opaque: OpaqueServer::generate(&mut SystemRandomness::new()),
            sign_in: SIGN_IN,
            app: None,
            exchanges: BTreeMap::new(),
            asked: ApprovalStatement {
                action: "APPROVE".to_owned(),
                authenticator: base64url(AUTHENTICATOR),
                decision: ApprovalStatement::APPROVE.to_owned(),
                nonce: base64url(NONCE),
                reference_text: "Overfør 2.000,00 kr.\ntil \"Åse\"".to_owned(),
                service: "Nordbanken".to_owned(),
                service_id: "demo-bank".to_owned(),
                sign_in: base64url(SIGN_IN),
                typ: ApprovalStatement::TYP.to_owned(),
            },
            psd2: false,
            tries_left: 3,
            approved: 0,
            rejected: None,
            typed_code: false,
        }
    }

    pub(super) fn sender(&mut self) -> impl FnOnce(HttpRequest) -> HttpResponse {
        |request| self.answer(&request)
    }

    pub(super) fn link(&self) -> String {
        base64url(self.sign_in)
    }

    /// The texts of the QR codes of two seconds.
    pub(super) fn qr(&self, seconds: [u16; 2]) -> [String; 2] {
        seconds.map(|second| QrHalf::make(&KEY, self.sign_in, second).text())
    }

    pub(super) fn code_in_browser(&self) -> String {
        TypedCode::of_sign_in(&KEY, &self.sign_in)
            .expose()
            .to_owned()
    }

    pub(super) fn answer(&mut self, request: &HttpRequest) -> HttpResponse {
        let (status, body) = match self.route(request) {
            Ok(body) => (200, body),
            Err((status, mut problem)) => {
                problem["status"] = status.into();
                problem["title"] = "Nej".into();
                problem["type"] = "urn:segl:problem:test".into();
                (status, problem)
            }
        };
        HttpResponse::json(status, &body).unwrap()
    }

    fn route(&mut self, request: &HttpRequest) -> Answer {
        let path = request.path.strip_prefix("/app/v1").unwrap();
        match (request.method, path) {
            (Method::Post, "/activations") => Self::activations(request),
            (Method::Post, "/activations/pin") => self.activations_pin(request),
            (Method::Post, "/activations/finish") => self.activations_finish(request),
            (Method::Get, "/requests") => self.of_app(request).map(|_| json!({ "waiting": true })),
            (Method::Post, "/requests/claim") => self.claim(request),
            (Method::Post, "/requests/approve/start") => {
                let [claim, ke1] = members(request, ["claim", "ke1"]);
                assert_eq!(claim, "sealed claim");
                self.ke2(request, &ke1)
            }
            (Method::Post, "/requests/approve/finish") => self.approve_finish(request),
            (Method::Post, "/requests/reject") => self.reject(request),
            (Method::Post, "/unlock/start") => {
                let [ke1] = members(request, ["ke1"]);
                self.ke2(request, &ke1)
            }
            (Method::Post, "/unlock/finish") => self.unlock_finish(request),
            _ => self.opened(request, path),
        }
    }

    fn activations(request: &HttpRequest) -> Answer {
        let [user_id, letter, sms] = members(request, ["user_id", "letter_code", "sms_code"]);
        let kept = LetterCode::parse("7K2-M4P-9QX")
            .unwrap()
            .keyed_hash(&KEY, b"ida");
        let letter_fits =
            LetterCode::parse(&letter).is_ok_and(|code| code.matches(&KEY, b"ida", &kept));
        let kept = SmsCode::parse("482913").unwrap().keyed_hash(&KEY, b"ida");
        let sms_fits = SmsCode::parse(&sms).is_ok_and(|code| code.matches(&KEY, b"ida", &kept));
        if user_id != "ida.holm" || !letter_fits || !sms_fits {
            return Err(refusal(403, "activation_refused"));
        }
        Ok(json!({
            "activation": "sealed activation",
            "authenticator_id": base64url(AUTHENTICATOR),
            "given_name": "Ida",
            "birth_date": "1985-04-12",
        }))
    }

    fn activations_pin(&self, request: &HttpRequest) -> Answer {
        let [activation, registration_request] =
            members(request, ["activation", "registration_request"]);
        assert_eq!(activation, "sealed activation");
        let response = self
            .opaque
            .register(&AUTHENTICATOR, &unbase64url(&registration_request));
        let response = response.map_err(|_| refusal(400, "malformed"))?;
        Ok(json!({ "registration_response": base64url(response) }))
    }

    fn activations_finish(&mut self, request: &HttpRequest) -> Answer {
        let names = [
            "activation",
            "registration_record",
            "device_key",
            "device_name",
            "platform",
            "proof",
        ];
        let [activation, record, device_key, device_name, platform, proof] =
            members(request, names);
        assert_eq!(
            (device_name.as_str(), platform.as_str()),
            ("Idas telefon", "rust")
        );
        let (device_key, proof) = (unbase64url(&device_key), unbase64url(&proof));
        let proven = verify_activation(&activation, &base64url(AUTHENTICATOR), &device_key, &proof)
            .map_err(|_| refusal(403, "signature_refused"))?;
        let token = random_name();
        let record = SecretRecord::from_bytes(&unbase64url(&record)).unwrap();
        self.app = Some(App {
            token: token.clone(),
            record,
            key: proven.key().clone(),
        });
        Ok(
            json!({ "app_token": token, "person": { "name": "Ida Holm" }, "user_id": "ida.holm", "assurance": "substantial" }),
        )
    }

    /// The app that speaks.
    fn of_app(&self, request: &HttpRequest) -> Result<&App, (u16, Value)> {
        let app = self
            .app
            .as_ref()
            .ok_or_else(|| refusal(403, "app_not_active"))?;
        let expected = format!("Segl-App {}", app.token);
        (header(request, "authorization") == Some(&expected))
            .then_some(app)
            .ok_or_else(|| refusal(401, "app_unknown"))
    }

    fn claim(&self, request: &HttpRequest) -> Answer {
        self.of_app(request)?;
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let shown = match body.as_object().unwrap().iter().next().unwrap() {
            (name, Value::String(link)) if name == "link" => *link == self.link(),
            (name, Value::String(code)) if name == "typed_code" => {
                TypedCode::of_sign_in(&KEY, &self.sign_in).matches(code)
            }
            (name, Value::Array(halves)) if name == "qr" => {
                let halves = [halves[0].as_str().unwrap(), halves[1].as_str().unwrap()];
                QrPair::read(&KEY, halves)
                    .and_then(|pair| pair.fresh_at(20))
                    .is_ok_and(|fresh| *fresh.sign_in() == self.sign_in)
            }
            other => panic!("no channel: {other:?}"),
        };
        if !shown {
            return Err(refusal(403, "channel_refused"));
        }
        let ApprovalStatement {
            action,
            nonce,
            reference_text,
            service,
            service_id,
            sign_in,
            ..
        } = &self.asked;
        Ok(json!({
            "claim": "sealed claim", "sign_in": sign_in, "nonce": nonce, "service": service, "service_id": service_id,
            "organisation": "Nordbanken A/S", "action": action, "reference_text": reference_text, "psd2": self.psd2,
            "begun_at": "2026-11-22T20:00:00Z", "expires_at": "2026-11-22T20:05:00Z", "browser": "Chromium, Linux",
        }))
    }

    /// Counts the guess, then answers it.
    fn ke2(&mut self, request: &HttpRequest, ke1: &str) -> Answer {
        self.of_app(request)?;
        if self.tries_left == 0 {
            let more =
                json!({ "code": "pin_locked", "rule": "R-AUT-9", "until": "2026-11-22T20:40:00Z" });
            return Err((423, more));
        }
        self.tries_left -= 1;
        let record = &self.of_app(request)?.record;
        let rng = &mut SystemRandomness::new();
        let (pending, ke2) = self
            .opaque
            .begin(rng, Some(record), &AUTHENTICATOR, &unbase64url(ke1))
            .unwrap();
        let exchange = random_name();
        self.exchanges
            .insert(exchange.clone(), pending.to_bytes().to_vec());
        Ok(json!({ "exchange": exchange, "ke2": base64url(ke2), "tries_left": self.tries_left }))
    }

    /// Finishes an exchange, which works once.
    fn finish(&mut self, exchange: &str, ke3: &str) -> Result<(), (u16, Value)> {
        let pending = self
            .exchanges
            .remove(exchange)
            .ok_or_else(|| refusal(409, "exchange_over"))?;
        let _proved = PendingLogin::from_bytes(&pending)
            .unwrap()
            .finish(&unbase64url(ke3))
            .map_err(|_| refusal(403, "pin_refused"))?;
        self.tries_left = 3;
        Ok(())
    }

    fn approve_finish(&mut self, request: &HttpRequest) -> Answer {
        let body = exact_object(request, &["exchange", "ke3", "approval", "signature"]);
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        self.finish(&text("exchange"), &text("ke3"))?;
        let sent: ApprovalStatement = serde_json::from_value(body["approval"].clone()).unwrap();
        let signature = unbase64url(&text("signature"));
        let approval = verify_approval(&self.asked, &sent, &signature, &self.of_app(request)?.key);
        let approval = approval.map_err(|fault| match fault {
            ApprovalFault::Altered { member } => {
                (403, json!({ "code": "approval_altered", "member": member }))
            }
            _ => refusal(403, "signature_refused"),
        })?;
        assert_eq!(approval.statement(), &self.asked);
        self.approved += 1;
        Ok(json!({ "approved": true, "return_to": "/signin/return?s=1&proof=2" }))
    }

    fn reject(&mut self, request: &HttpRequest) -> Answer {
        self.of_app(request)?;
        let [claim, reason] = members(request, ["claim", "reason"]);
        assert_eq!(claim, "sealed claim");
        self.rejected = Some(reason);
        Ok(json!({ "rejected": true }))
    }

    fn unlock_finish(&mut self, request: &HttpRequest) -> Answer {
        self.of_app(request)?;
        let [exchange, ke3] = members(request, ["exchange", "ke3"]);
        self.finish(&exchange, &ke3)?;
        Ok(json!({ "session": "sealed session" }))
    }

    /// What wants an opened app.
    fn opened(&mut self, request: &HttpRequest, path: &str) -> Answer {
        self.of_app(request)?;
        if header(request, "segl-session") != Some("sealed session") {
            return Err(refusal(401, "locked"));
        }
        let settings = |typed_code: bool| {
            let (state, from) = if typed_code {
                ("waiting", Some("2026-11-22T21:00:00Z"))
            } else {
                ("off", None)
            };
            json!({ "typed_code": state, "typed_code_from": from, "hide_service_names": false })
        };
        match (request.method, path) {
            (Method::Get, "/me") => Ok(json!({
                "name": "Ida Holm", "user_id": "ida.holm", "assurance": "substantial",
                "authenticators": [{ "id": base64url(AUTHENTICATOR), "kind": "app", "name": "Idas telefon", "state": "active",
                    "since": "2026-11-22T20:00:00Z", "last_used": null, "this": true }],
                "remind_second_authenticator": true, "settings": settings(self.typed_code),
            })),
            (Method::Get, "/activity") => Ok(json!({
                "entries": [{ "at": "2026-11-22T20:01:00Z", "what": "sign_in_approved", "service": "Nordbanken", "action": "APPROVE",
                    "reference_text": "", "authenticator": "Idas telefon", "tone": "used" }], "next": "a b/c",
            })),
            (Method::Get, "/activity?before=a%20b%2Fc") => Ok(json!({
                "entries": [{ "at": "2026-11-22T20:00:00Z", "what": "app_activated", "service": null, "action": null,
                    "reference_text": null, "authenticator": null, "tone": "changed" }], "next": null,
            })),
            (Method::Post, "/settings") => {
                let body = exact_object(request, &["typed_code"]);
                self.typed_code = body["typed_code"].as_bool().unwrap();
                Ok(settings(self.typed_code))
            }
            (Method::Post, "/remove") => {
                exact_object(request, &[]);
                self.app = None;
                Ok(json!({ "removed": true }))
            }
            other => panic!("no such resource: {other:?}"),
        }
    }
}

fn refusal(status: u16, code: &str) -> (u16, Value) {
    (status, json!({ "code": code }))
}

fn random_name() -> String {
    let mut bytes = [0; 32];
    SystemRandomness::new().fill_bytes(&mut bytes);
    base64url(bytes)
}

fn unbase64url(text: &str) -> Vec<u8> {
    from_base64url(text).unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request
        .headers
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.as_str())
}

/// The body, which has just these members: a real server refuses unknown ones.
fn exact_object(request: &HttpRequest, names: &[&str]) -> Value {
    assert_eq!(header(request, "content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let mut expected = names.to_vec();
    expected.sort_unstable();
    let mut actual: Vec<&str> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    actual.sort_unstable();
    assert_eq!(actual, expected);
    body
}

fn members<const N: usize>(request: &HttpRequest, names: [&str; N]) -> [String; N] {
    let body = exact_object(request, &names);
    names.map(|name| body[name].as_str().unwrap().to_owned())
}
