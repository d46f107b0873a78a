//! Levels of assurance as services read them (NSIS; rule R-AUT-2).

use serde::{Deserialize, Serialize};

/// An NSIS level. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Low.
    Low,
    /// Substantial.
    Substantial,
    /// High.
    High,
}

impl Level {
    /// Every level, weakest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Substantial, Self::High];

    /// The value of the claims `loa`, `ial`, `aal` and `acr`.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Low => "https://data.gov.dk/concept/core/nsis/Low",
            Self::Substantial => "https://data.gov.dk/concept/core/nsis/Substantial",
            Self::High => "https://data.gov.dk/concept/core/nsis/High",
        }
    }

    /// The level that a value of `acr_values` names.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.uri() == uri)
    }
}

/// What a service asks for. With `loa_value` the whole sign-in must reach it, with `aal_value` the
/// authenticator alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredAssurance {
    /// `loa_value`: the level of assurance, which is the lower of IAL and AAL (R-AUT-2).
    Loa(Level),
    /// `aal_value`: the authenticator's assurance level.
    Aal(Level),
}

impl RequiredAssurance {
    /// Whether an identity proven to `ial`, signing in with an authenticator at `aal`, is enough.
    pub fn is_met_by(self, ial: Level, aal: Level) -> bool {
        match self {
            Self::Loa(level) => ial.min(aal) >= level,
            Self::Aal(level) => aal >= level,
        }
    }
}

impl Default for RequiredAssurance {
    /// Substantial when neither `loa_value` nor `aal_value` is given.
    fn default() -> Self {
        Self::Loa(Level::Substantial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_round_trip() {
        for level in Level::ALL {
            assert_eq!(Level::from_uri(level.uri()), Some(level));
        }
        assert_eq!(
            Level::from_uri("https://data.gov.dk/concept/core/nsis/low"),
            None
        );
    }

    #[test]
    fn loa_needs_both_and_aal_only_the_authenticator() {
        let (low, substantial) = (Level::Low, Level::Substantial);
        assert!(RequiredAssurance::Loa(substantial).is_met_by(substantial, substantial));
        assert!(!RequiredAssurance::Loa(substantial).is_met_by(low, substantial));
        assert!(RequiredAssurance::Aal(substantial).is_met_by(low, substantial));
        assert!(!RequiredAssurance::Aal(substantial).is_met_by(substantial, low));
    }
}
