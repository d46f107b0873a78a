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

    // Machine readable zones (ICAO 9303-3 to 9303-7)
    /// The document code is none of the layout's (9303-4, 9303-5, 9303-6 and 9303-7: 4.2.2).
    #[error("the machine readable zone has an unusual document code")]
    MrzDocumentCodeUnusual,
    /// The issuing state is not in 9303-3, section 5.
    #[error("the machine readable zone has an unknown issuing state")]
    MrzIssuingStateUnknown,
    /// The nationality is not in 9303-3, section 5.
    #[error("the machine readable zone has an unknown nationality")]
    MrzNationalityUnknown,
    /// The name field has no primary identifier, digits, or more fillers between components than the standard has (9303-3, 4.6).
    #[error("the machine readable zone has an unusual name field")]
    MrzNameUnusual,
    /// The sex is none of `F`, `M` and `<`. Taken for `<`.
    #[error("the machine readable zone has an unusual sex")]
    MrzSexUnusual,
    /// An unknown month or day is written `00` where 9303-3, 4.8 has fillers.
    #[error("the machine readable zone has zeros for an unknown date")]
    MrzUnknownDateAsZeros,
    /// The date of birth is none.
    #[error("the machine readable zone's date of birth is none")]
    MrzBirthDateImplausible,
    /// The date of expiry is none, or has unknown parts.
    #[error("the machine readable zone's date of expiry is none")]
    MrzExpiryDateImplausible,
    /// A document number of more than nine characters fills the optional data, where a filler should end it (9303-5, 4.2.2, note j).
    #[error("the machine readable zone's long document number is not ended by a filler")]
    MrzLongNumberUnended,
    /// Typed: small letters, taken for capitals.
    #[error("the machine readable zone was typed in lower case")]
    MrzLowerCase,
    /// Typed: spaces within a line, left out.
    #[error("the machine readable zone was typed with spaces")]
    MrzSpaces,
    /// Typed: other signs for fillers, such as `«`.
    #[error("the machine readable zone was typed with other signs for fillers")]
    MrzFillerLookalike,
    /// Typed: fillers missing at the end of a line, added.
    #[error("the machine readable zone was typed with too few fillers")]
    MrzFillersMissing,
    /// Typed: more fillers than a line holds, cut.
    #[error("the machine readable zone was typed with too many fillers")]
    MrzFillersTooMany,
    /// Typed: letters where only digits can stand or the reverse, such as `O` for `0`, put right.
    #[error("letters of the machine readable zone were taken for digits, or the reverse")]
    MrzLookalikesCorrected,

    // Files of the chip (ICAO 9303-10)
    /// Bytes follow a file's one element. They are left out, also where the file is hashed.
    #[error("bytes behind a file's end")]
    FileTrailingBytes,
    /// A file has an element that the standard does not have there.
    #[error("a file with an unknown element")]
    FileUnknownElement,
    /// EF.COM has no version, or one that is not well-formed (9303-10, 4.6.1).
    #[error("EF.COM without versions")]
    ComVersionMissing,
    /// EF.COM lists something that is no data group, or one twice.
    #[error("EF.COM lists what is no data group, or one twice")]
    ComTagListUnusual,
    /// The security object has fewer than two hashes (9303-10, 4.6.2.1).
    #[error("the security object has fewer than two hashes")]
    SecurityObjectFewHashes,
    /// The security object's version says that there are LDS versions inside and there are none, or the reverse.
    #[error("the security object's version does not fit what it holds")]
    SecurityObjectVersionInfo,
    /// A SecurityInfo with a known object identifier is not well-formed, and kept as an unknown one (9303-11, 9.2).
    #[error("a SecurityInfo that is not well-formed")]
    SecurityInfoMalformed,
    /// A key for chip authentication without a ChipAuthenticationInfo: taken for version 1 with 3DES (TR-03110-3, A.1.1.2).
    #[error("a chip authentication key without its ChipAuthenticationInfo")]
    ChipAuthenticationInfoMissing,
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
