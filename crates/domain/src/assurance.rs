//! Levels of assurance (R-AUT-1, R-AUT-2) in the words of the NSIS standard.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One of the three levels, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Some confidence.
    Low,
    /// What most services ask for.
    Substantial,
    /// The highest.
    High,
}

impl Level {
    /// The value that services see: `https://data.gov.dk/concept/core/nsis/...` (R-AUT-2).
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Low => "https://data.gov.dk/concept/core/nsis/Low",
            Self::Substantial => "https://data.gov.dk/concept/core/nsis/Substantial",
            Self::High => "https://data.gov.dk/concept/core/nsis/High",
        }
    }

    /// The lower-case word, as it is stored and as `loa_value` has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Level {
    type Err = UnknownLevel;
    fn from_str(word: &str) -> Result<Self, UnknownLevel> {
        [Self::Low, Self::Substantial, Self::High]
            .into_iter()
            .find(|level| level.word() == word)
            .ok_or(UnknownLevel)
    }
}

/// Not one of `low`, `substantial`, `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a level of assurance")]
pub struct UnknownLevel;

/// What one sign-in proved: how well the person was identified once (IAL) and how well they were recognised now (AAL).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assurance {
    /// Identity assurance.
    pub ial: Level,
    /// Authenticator assurance.
    pub aal: Level,
}

impl Assurance {
    /// The weaker of the two (R-AUT-2).
    pub fn loa(self) -> Level {
        self.ial.min(self.aal)
    }

    /// Whether this is enough for what a service wants.
    pub fn satisfies(self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Loa(level) => self.loa() >= level,
            Wanted::Aal(level) => self.aal >= level,
        }
    }
}

/// What a service wants; `loa_value` goes before `aal_value`, and nothing means substantial (the dialect).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// At least this LoA.
    Loa(Level),
    /// At least this AAL.
    Aal(Level),
}

impl Default for Wanted {
    fn default() -> Self {
        Self::Loa(Level::Substantial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS: [Level; 3] = [Level::Low, Level::Substantial, Level::High];

    #[test]
    fn r_aut_2_loa_is_the_weaker_of_ial_and_aal() {
        for ial in LEVELS {
            for aal in LEVELS {
                let loa = Assurance { ial, aal }.loa();
                assert!(loa <= ial && loa <= aal && (loa == ial || loa == aal));
            }
        }
    }

    #[test]
    fn a_wanted_level_is_the_first_that_passes() {
        let has = Assurance {
            ial: Level::High,
            aal: Level::Substantial,
        };
        assert!(has.satisfies(Wanted::default()));
        assert!(!has.satisfies(Wanted::Loa(Level::High)));
        assert!(has.satisfies(Wanted::Aal(Level::Substantial)));
        assert!(!has.satisfies(Wanted::Aal(Level::High)));
    }

    #[test]
    fn words_round_trip() {
        for level in LEVELS {
            assert_eq!(level.word().parse(), Ok(level));
        }
        assert_eq!("High".parse::<Level>(), Err(UnknownLevel));
    }
}
