//! The numbers of R-PER-4.

use serde::Deserialize;

/// R-PER-4: what a P code that was issued for enrolment is good for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PCodePolicy {
    /// Days of 24 hours for which it is valid.
    pub days: i64,
    /// How often it can be used.
    pub uses: u32,
}

impl PCodePolicy {
    /// What must be above zero.
    pub(super) fn positive(&self) -> [(&'static str, i64); 2] {
        [
            ("p_code.days", self.days),
            ("p_code.uses", self.uses.into()),
        ]
    }
}
