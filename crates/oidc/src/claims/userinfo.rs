//! The userinfo claims (OpenID Connect Core section 5.3; the dialect of R-SVC-1, in which every value is a string).

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Date, Facts, IdToken, Recipient, id_token::AgeAnswers};
use crate::{jose::JoseFault, scope::Scope};

/// What stands for a name under protection (R-SVC-7).
pub const PROTECTED_NAME: &str = "NAVNE & ADRESSEBESKYTTET";

/// The claims of a userinfo answer.
pub struct Userinfo<'u>(Vec<(Cow<'static, str>, Cow<'u, str>)>);

impl<'u> Userinfo<'u> {
    /// Makes the claims for one service. `today` is the date in Denmark, for ages.
    pub fn new(recipient: &Recipient<'_>, facts: &'u Facts, today: Date) -> Self {
        let mut claims = Self(Vec::with_capacity(12));
        claims.add("sub", recipient.subject(facts).to_string());
        if recipient.scope.contains(&Scope::Mitid) {
            claims.add_mitid(recipient, facts, today);
        }
        if let Some(cpr) = facts
            .cpr
            .as_deref()
            .filter(|_| recipient.scope.contains(&Scope::Ssn))
        {
            claims.add("dk.cpr", cpr);
        }
        let asked = AgeAnswers::new(recipient, facts, today);
        if let Some(age) = asked.age {
            claims.add("idbrokerdk_age", age.to_string());
        }
        if let Some((age, reached)) = asked.verified {
            claims.add(format!("idbrokerdk_age_verify_{age}"), truth(reached));
        }
        claims
    }

    fn add_mitid(&mut self, recipient: &Recipient<'_>, facts: &'u Facts, today: Date) {
        let uuid = facts.identity_uuid.to_string();
        let withheld = facts.name_protected && !recipient.client.is_public_sector();
        self.add("mitid.uuid", uuid.clone());
        self.add("mitid.date_of_birth", facts.birth_date.to_string());
        self.add("mitid.age", facts.birth_date.age_on(today).to_string());
        self.add("mitid.has_cpr", truth(facts.has_cpr));
        self.add(
            "mitid.identity_name",
            if withheld {
                PROTECTED_NAME
            } else {
                &facts.name
            },
        );
        self.add("mitid.transaction_id", facts.transaction_id.to_string());
        self.add("mitid.psd2", truth(facts.psd2));
        self.add("idp_identity_id", uuid);
    }

    fn add(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'u, str>>) {
        self.0.push((name.into(), value.into()));
    }

    /// A claim's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_ref())
    }
}

impl Serialize for Userinfo<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

const fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// The claims of a userinfo token: all of the ID token's and all of userinfo's.
pub fn userinfo_token(
    id_token: &IdToken<'_>,
    userinfo: &Userinfo<'_>,
) -> Result<Map<String, Value>, JoseFault> {
    let Ok(Value::Object(mut claims)) = serde_json::to_value(id_token) else {
        return Err(JoseFault::ClaimsNotJson);
    };
    for (name, value) in &userinfo.0 {
        claims.insert(name.to_string(), Value::String(value.to_string()));
    }
    Ok(claims)
}
