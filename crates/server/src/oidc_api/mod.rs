//! The provider's endpoints: each reads the request, lets `oidc` check it in the order of its specification, and answers.

pub mod authorize;
pub mod discovery;
pub mod end_session;
pub mod introspect;
pub mod revoke;
pub mod token;
pub mod userinfo;

use domain::assurance::Level;
use domain::person::{Person, PersonNumber};
use domain::sign_in::{Approval, SignIn};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use oidc::claims::{Amr, Date, Facts};
use uuid::Uuid;

/// What `oidc` calls a level.
pub(crate) const fn level(level: Level) -> oidc::level::Level {
    match level {
        Level::Low => oidc::level::Level::Low,
        Level::Substantial => oidc::level::Level::Substantial,
        Level::High => oidc::level::Level::High,
    }
}

/// What `domain` calls a level.
pub(crate) const fn domain_level(level: oidc::level::Level) -> Level {
    match level {
        oidc::level::Level::Low => Level::Low,
        oidc::level::Level::Substantial => Level::Substantial,
        oidc::level::Level::High => Level::High,
    }
}

/// What a service may be told of, before its scopes decide what it is told. The CPR number goes to public services only (R-SVC-3).
pub(crate) fn facts(
    sign_in: &SignIn,
    approval: &Approval,
    person: &Person,
    public: bool,
    ends_at: Timestamp,
) -> Facts {
    let born = *person.birth_date.expose();
    let (has_cpr, cpr) = match &person.number {
        PersonNumber::Cpr(cpr) => (true, public.then(|| cpr.expose())),
        PersonNumber::PCode(_) => (false, None),
    };
    Facts {
        identity_uuid: Uuid::from_bytes(*sign_in.identity.as_bytes()),
        transaction_id: Uuid::from_bytes(*sign_in.id.as_bytes()),
        session_id: Uuid::from_bytes(*sign_in.id.as_bytes()),
        auth_time: approval.at.as_second(),
        session_expiry: ends_at.as_second(),
        amr: vec![Amr::CodeApp],
        ial: level(approval.assurance.ial),
        aal: level(approval.assurance.aal),
        birth_date: date(born),
        name: person.name.expose().clone(),
        name_protected: person.protected,
        has_cpr,
        cpr,
        psd2: sign_in.asked.psd2,
    }
}

/// The day in Denmark, for ages (R-AGE-1).
pub(crate) fn danish_day(now: Timestamp) -> jiff::civil::Date {
    let zone = TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC);
    now.to_zoned(zone).date()
}

pub(crate) fn date(date: jiff::civil::Date) -> Date {
    Date {
        year: date.year(),
        month: date.month().unsigned_abs(),
        day: date.day().unsigned_abs(),
    }
}
