//! Tolerances that were used.

/// A departure from a standard that was tolerated, because real documents have it. What is tolerated is always reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Deviation {
    /// CMS with indefinite lengths (ICAO 9303-10, 4.6.2 asks for DER). Seen from New Zealand.
    #[error("indefinite lengths where DER is due")]
    IndefiniteLength,
    /// A string was sent in pieces (X.690, 8.7.3), which DER has not.
    #[error("a string in pieces where DER is due")]
    ConstructedString,
}

/// The tolerances that were used, each once, in the order in which they were met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deviations(Vec<Deviation>);

impl Deviations {
    /// None yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds one, if it is not there already.
    pub fn push(&mut self, deviation: Deviation) {
        if !self.contains(deviation) {
            self.0.push(deviation);
        }
    }

    /// Whether this one was used.
    pub fn contains(&self, deviation: Deviation) -> bool {
        self.0.contains(&deviation)
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn iter(&self) -> std::iter::Copied<std::slice::Iter<'_, Deviation>> {
        self.0.iter().copied()
    }
}

impl Extend<Deviation> for Deviations {
    fn extend<T: IntoIterator<Item = Deviation>>(&mut self, deviations: T) {
        for deviation in deviations {
            self.push(deviation);
        }
    }
}

impl FromIterator<Deviation> for Deviations {
    fn from_iter<T: IntoIterator<Item = Deviation>>(deviations: T) -> Self {
        let mut all = Self::new();
        all.extend(deviations);
        all
    }
}

impl From<Deviation> for Deviations {
    fn from(deviation: Deviation) -> Self {
        Self(vec![deviation])
    }
}

impl IntoIterator for Deviations {
    type Item = Deviation;
    type IntoIter = std::vec::IntoIter<Deviation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Deviations {
    type Item = Deviation;
    type IntoIter = std::iter::Copied<std::slice::Iter<'a, Deviation>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
