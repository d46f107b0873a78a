//! Citizen Service's numbers.

use serde::Deserialize;

/// Officials at Citizen Service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskPolicy {
    /// How long after signing in an official may act.
    pub signed_in_minutes: i64,
    /// How long the way to a sign-in at the desk may take.
    pub visit_minutes: i64,
    /// How long a link leads to the person's side of a case.
    pub customer_minutes: i64,
}

impl DeskPolicy {
    /// What must be above zero.
    pub(super) const fn positive(&self) -> [(&'static str, i64); 3] {
        [
            ("desk.signed_in_minutes", self.signed_in_minutes),
            ("desk.visit_minutes", self.visit_minutes),
            ("desk.customer_minutes", self.customer_minutes),
        ]
    }
}
