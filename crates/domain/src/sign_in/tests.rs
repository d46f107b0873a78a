use std::sync::LazyLock;

use authn::approval::verify_approval;
use authn::device_key::DeviceKey;
use authn::randomness::SystemRandomness;
use authn::secret::{ClientLogin, ClientRegistration, OpaqueServer, SecretRecord, Stretch};
use jiff::SignedDuration;
use proptest::prelude::*;

use AuthenticatorState as S;

use super::*;
use crate::assurance::Level;
use crate::assurance::Wanted;
use crate::authenticator::Platform;
use crate::id::PersonId;
use crate::identity::Settings;
use crate::lockout::PinGuesses;
use crate::secret::Pii;
use crate::user_id::UserId;

const START: Timestamp = Timestamp::constant(1_790_000_000, 0);
const IDENTITY: IdentityId = IdentityId::from_bytes([1; 16]);
const APP: AuthenticatorId = AuthenticatorId::from_bytes([2; 16]);
const SIGN_IN: SignInId = SignInId::from_bytes([3; 16]);

/// A policy under which the demo's web app reaches substantial.
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let mut policy = Policy::builtin();
    policy.app.unattested_aal = Level::Substantial;
    policy
});

/// One real approval of [`SIGN_IN`] by [`APP`], and one real PIN exchange: proofs have no other constructor.
static PROVED: LazyLock<(VerifiedApproval, SecretProved)> = LazyLock::new(|| {
    let key = DeviceKey::generate().unwrap();
    let statement = begun().approval_statement(APP, "Nordbanken", &[4; 16]);
    let signature = key.sign(&statement.canonical()).unwrap();
    let approval =
        verify_approval(&statement, &statement, &signature, &key.public().unwrap()).unwrap();
    (approval, prove_pin())
});

fn prove_pin() -> SecretProved {
    let mut rng = SystemRandomness::new();
    let server = OpaqueServer::generate(&mut rng);
    let (client, request) = ClientRegistration::start(&mut rng, b"271828").unwrap();
    let response = server.register(APP.as_bytes(), &request).unwrap();
    let registered = client
        .finish(&mut rng, &response, &Stretch::Argon2id)
        .unwrap();
    let record = SecretRecord::from_bytes(&registered.record).unwrap();
    let (client, ke1) = ClientLogin::start(&mut rng, b"271828").unwrap();
    let (pending, ke2) = server
        .begin(&mut rng, Some(&record), APP.as_bytes(), &ke1)
        .unwrap();
    let logged_in = client.finish(&mut rng, &ke2, &Stretch::Argon2id).unwrap();
    pending.finish(&logged_in.ke3).unwrap()
}

fn proofs(channel: Channel) -> Proofs<'static> {
    Proofs {
        approval: &PROVED.0,
        pin: &PROVED.1,
        channel,
    }
}

fn asked() -> Asked {
    Asked {
        service: "demo-bank".into(),
        action: Action::Approve,
        reference_text: Pii::new("Transfer 2,000 kr. to Ida".into()),
        wanted: Wanted::default(),
        psd2: false,
    }
}

fn begun() -> SignIn {
    SignIn::begin(SIGN_IN, IDENTITY, asked(), Browser::Strange, &POLICY, START)
}

fn identity() -> Identity {
    Identity {
        id: IDENTITY,
        person: PersonId::from_bytes([5; 16]),
        user_id: UserId::parse("ida.holm").unwrap(),
        state: IdentityState::Active,
        ial: Level::Substantial,
        settings: Settings::default(),
        created_at: START,
    }
}

fn app() -> Authenticator {
    Authenticator {
        id: APP,
        identity: IDENTITY,
        name: "Phone".into(),
        platform: Platform::Web,
        state: AuthenticatorState::Active,
        device_key: vec![4; 65],
        guesses: PinGuesses::default(),
        activated_at: START,
        last_used_at: None,
    }
}

fn approve(
    sign_in: SignIn,
    identity: &Identity,
    app: &Authenticator,
    now: Timestamp,
) -> Result<SignIn, SignInFault> {
    sign_in.approve(
        Holder {
            identity,
            authenticator: app,
        },
        &proofs(Channel::Qr),
        &POLICY,
        now,
    )
}

#[test]
fn r_sig_1_five_minutes_and_not_a_microsecond_more() {
    let end = START + SignedDuration::from_secs(300);
    assert!(
        approve(
            begun(),
            &identity(),
            &app(),
            end - SignedDuration::from_micros(1)
        )
        .is_ok()
    );
    assert_eq!(
        approve(begun(), &identity(), &app(), end),
        Err(SignInFault::Over(Ending::TimedOut))
    );
}

#[test]
fn r_sig_2_an_approval_names_its_own_sign_in_and_authenticator() {
    let other_request = SignIn {
        id: SignInId::from_bytes([9; 16]),
        ..begun()
    };
    assert_eq!(
        approve(other_request, &identity(), &app(), START),
        Err(SignInFault::NotYours)
    );
    let other_app = Authenticator {
        id: AuthenticatorId::from_bytes([9; 16]),
        ..app()
    };
    assert_eq!(
        approve(begun(), &identity(), &other_app, START),
        Err(SignInFault::NotYours)
    );
    let other_person = Identity {
        id: IdentityId::from_bytes([9; 16]),
        ..identity()
    };
    let their_app = Authenticator {
        identity: other_person.id,
        ..app()
    };
    assert_eq!(
        approve(begun(), &other_person, &their_app, START),
        Err(SignInFault::NotYours)
    );
}

#[test]
fn r_per_6_and_r_aut_4_only_the_active_approve() {
    for state in [
        IdentityState::Pending,
        IdentityState::Blocked,
        IdentityState::Closed,
        IdentityState::Deceased,
    ] {
        let identity = Identity {
            state,
            ..identity()
        };
        assert_eq!(
            approve(begun(), &identity, &app(), START),
            Err(SignInFault::IdentityNotActive)
        );
    }
    for state in [
        S::Ordered,
        S::Delivered,
        S::Suspended,
        S::Blocked,
        S::Replaced,
    ] {
        let app = Authenticator { state, ..app() };
        assert_eq!(
            approve(begun(), &identity(), &app, START),
            Err(SignInFault::AuthenticatorNotActive)
        );
    }
}

#[test]
fn r_aut_2_a_service_that_wants_more_gets_nothing() {
    let wants_high = SignIn {
        asked: Asked {
            wanted: Wanted::Loa(Level::High),
            ..asked()
        },
        ..begun()
    };
    assert_eq!(
        approve(wants_high, &identity(), &app(), START),
        Err(SignInFault::AssuranceTooLow)
    );
}

#[test]
fn a_code_is_redeemable_once_and_for_a_while() {
    let approved = approve(begun(), &identity(), &app(), START).unwrap();
    let end = START + SignedDuration::from_secs(60);
    assert!(
        approved
            .clone()
            .redeem(START, &POLICY, end - SignedDuration::from_micros(1))
            .is_ok()
    );
    assert_eq!(
        approved.clone().redeem(START, &POLICY, end),
        Err(RedeemFault::TooLate)
    );
    let redeemed = approved.redeem(START, &POLICY, START).unwrap();
    assert_eq!(
        redeemed.clone().redeem(START, &POLICY, START),
        Err(RedeemFault::Again)
    );
    assert_eq!(
        redeemed.revoke().redeem(START, &POLICY, START),
        Err(RedeemFault::Again)
    );
    assert_eq!(
        begun().redeem(START, &POLICY, START),
        Err(RedeemFault::NotApproved)
    );
}

#[test]
fn r_sig_1_an_approval_that_nobody_fetched_in_time_gives_nothing() {
    let approved = approve(begun(), &identity(), &app(), START).unwrap();
    let end = START + SignedDuration::from_secs(300);
    let micro = SignedDuration::from_micros(1);
    assert_eq!(approved.may_give_code(end - micro), Ok(()));
    assert_eq!(
        approved.may_give_code(end),
        Err(SignInFault::Over(Ending::TimedOut))
    );
    let last = end + SignedDuration::from_secs(60);
    assert!(
        approved
            .clone()
            .redeem(last - micro, &POLICY, last - micro)
            .is_ok()
    );
    assert_eq!(
        approved.redeem(last, &POLICY, last),
        Err(RedeemFault::TooLate)
    );
}

#[test]
fn r_sig_4_the_third_wrong_typed_code_ends_the_request() {
    let twice = begun()
        .wrong_typed_code(&POLICY, START)
        .unwrap()
        .wrong_typed_code(&POLICY, START)
        .unwrap();
    assert_eq!(twice.state, SignInState::Waiting { wrong_codes: 2 });
    let ended = twice.wrong_typed_code(&POLICY, START).unwrap();
    assert_eq!(ended.state, SignInState::Ended(Ending::WrongCodes));
}

#[test]
fn r_sig_3_who_loses_when_two_requests_meet() {
    use Browser::{Known, Strange, StrangeOverBudget};
    assert_eq!(meeting([], Strange), Meeting::NewcomerWaits);
    assert_eq!(meeting([Strange], Strange), Meeting::AllEnd);
    assert_eq!(meeting([Known], Known), Meeting::AllEnd);
    assert_eq!(meeting([Strange], Known), Meeting::OthersEnd);
    assert_eq!(meeting([Known], Strange), Meeting::NewcomerEnds);
    assert_eq!(meeting([Strange, Known], Strange), Meeting::NewcomerEnds);
    assert_eq!(
        meeting([StrangeOverBudget], Strange),
        Meeting::NewcomerWaits
    );
    assert_eq!(meeting([Known], StrangeOverBudget), Meeting::NewcomerWaits);
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Approve,
    End(usize),
    WrongCode,
    Redeem,
    Revoke,
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        Just(Step::Approve),
        (0..Ending::ALL.len()).prop_map(Step::End),
        Just(Step::WrongCode),
        Just(Step::Redeem),
        Just(Step::Revoke),
        (0i64..200).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 0..40)
}

proptest! {
    /// Whatever happens in whatever order: tokens are given at most once, only after an approval within five minutes, never after an
    /// end, and what is over stays over.
    #[test]
    fn no_order_of_events_gives_what_the_rulebook_forbids(steps in steps()) {
        let (identity, app) = (identity(), app());
        let (mut sign_in, mut now, mut given, mut approved_at) = (begun(), START, 0, None);
        for step in steps {
            let before = sign_in.clone();
            let after = match step {
                Step::Approve => approve(sign_in.clone(), &identity, &app, now).ok(),
                Step::End(which) => sign_in.clone().end(Ending::ALL[which], now).ok(),
                Step::WrongCode => sign_in.clone().wrong_typed_code(&POLICY, now).ok(),
                Step::Redeem => sign_in.clone().redeem(approved_at.unwrap_or(START), &POLICY, now).ok(),
                Step::Revoke => Some(sign_in.clone().revoke()),
                Step::Wait(seconds) => { now += SignedDuration::from_secs(seconds); None }
            };
            let Some(after) = after else { continue };
            match (&before.state, &after.state) {
                (SignInState::Waiting { .. }, SignInState::Approved(approval)) => {
                    prop_assert!(now < before.expires_at);
                    approved_at = Some(approval.at);
                }
                (SignInState::Approved(_), SignInState::Redeemed(_)) => {
                    given += 1;
                    prop_assert!(now < approved_at.unwrap() + SignedDuration::from_secs(60));
                }
                (SignInState::Waiting { .. }, SignInState::Waiting { .. } | SignInState::Ended(_))
                | (SignInState::Redeemed(_), SignInState::Revoked) => {}
                (same, also) => prop_assert_eq!(same, also, "a step that the rulebook does not know"),
            }
            sign_in = after;
        }
        prop_assert!(given <= 1);
    }
}
