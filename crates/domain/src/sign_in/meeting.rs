//! Who loses when two requests of one person meet (R-SIG-3), so that a stranger who knows a user ID cannot keep its holder out
//! (R-AUT-9).

use std::str::FromStr;

use crate::identity::UnknownState;

/// How the browser that began is known to the holder. It decides who loses when two requests meet (R-SIG-3), so that a stranger who
/// knows a user ID cannot keep its holder out (R-AUT-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Browser {
    /// This identity has completed a sign-in in it before.
    Known,
    /// Not seen before.
    Strange,
    /// Not seen before, and one of too many strange ones: it disturbs nobody, and can still be scanned by the holder's own app.
    StrangeOverBudget,
}

impl Browser {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Strange => "strange",
            Self::StrangeOverBudget => "over_budget",
        }
    }
}

impl FromStr for Browser {
    type Err = UnknownState;
    fn from_str(word: &str) -> Result<Self, UnknownState> {
        [Self::Known, Self::Strange, Self::StrangeOverBudget]
            .into_iter()
            .find(|browser| browser.word() == word)
            .ok_or(UnknownState)
    }
}

/// What becomes of the requests of one person when another begins (R-SIG-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// Nothing is in the way; the newcomer waits.
    NewcomerWaits,
    /// The newcomer waits and the others end: it comes from a browser that the holder uses, and they do not.
    OthersEnd,
    /// The newcomer ends: it comes from a strange browser, and one of the others from the holder's own.
    NewcomerEnds,
    /// All end, and all are told so.
    AllEnd,
}

/// Decides R-SIG-3. `waiting` are the browsers of those that wait already; those over the budget do not count.
pub fn meeting(waiting: impl IntoIterator<Item = Browser>, newcomer: Browser) -> Meeting {
    if newcomer == Browser::StrangeOverBudget {
        return Meeting::NewcomerWaits;
    }
    let best = waiting
        .into_iter()
        .fold(None, |best, browser| match (best, browser) {
            (Some(Browser::Known), _) | (_, Browser::Known) => Some(Browser::Known),
            (_, Browser::Strange) => Some(Browser::Strange),
            (before, Browser::StrangeOverBudget) => before,
        });
    match (best, newcomer) {
        (None, _) => Meeting::NewcomerWaits,
        (Some(Browser::Strange), Browser::Known) => Meeting::OthersEnd,
        (Some(Browser::Known), Browser::Strange) => Meeting::NewcomerEnds,
        _ => Meeting::AllEnd,
    }
}
