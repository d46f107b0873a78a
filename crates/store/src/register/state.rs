//! What an import is of, and where it is, with the words that are stored.

use std::str::FromStr;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// The whole register.
    Whole,
    /// What changed since another file.
    Changes,
}

/// Where an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// The entries are being written.
    Writing,
    /// They are being made findable. Still nobody sees them.
    Indexing,
    /// It holds; identities follow it (R-PER-6).
    Following,
    /// What it took the place of is being removed.
    Tidying,
    /// All done.
    Done,
}

impl ImportKind {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Changes => "changes",
        }
    }
}

impl FromStr for ImportKind {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [Self::Whole, Self::Changes]
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or(UnknownWord)
    }
}

/// The progress of an import that was given up: whoever is writing it meanwhile does not find it where it was, and stops.
pub const GIVEN_UP: u32 = u32::MAX;

impl ImportState {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::Indexing => "indexing",
            Self::Following => "following",
            Self::Tidying => "tidying",
            Self::Done => "done",
        }
    }
}

impl FromStr for ImportState {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [
            Self::Writing,
            Self::Indexing,
            Self::Following,
            Self::Tidying,
            Self::Done,
        ]
        .into_iter()
        .find(|state| state.word() == word)
        .ok_or(UnknownWord)
    }
}

/// A stored word that names no kind or state of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind or state of an import")]
pub struct UnknownWord;
