//! What is to be read, and how far a session goes for it.

use core::fmt;

use zeroize::Zeroizing;

use crate::lds::DataGroup;

/// What is to be read of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingPlan {
    /// Which data groups, in which order. Those that neither EF.COM nor EF.SOD lists are passed over. DG3 and DG4 are for terminals that
    /// authenticate themselves, which this crate does not.
    pub data_groups: Vec<DataGroup>,
    /// Whether EF.COM is read. Only EF.SOD is needed for knowing what there is.
    pub with_com: bool,
    /// Whether the chip is to prove itself by Chip Authentication, where it offers it; reads DG14.
    pub chip_authentication: bool,
    /// Whether the chip is to prove itself by Active Authentication, where it offers it; reads DG15.
    pub active_authentication: bool,
    /// What happens when PACE fails that EF.CardAccess promises.
    pub downgrade: Downgrade,
}

impl ReadingPlan {
    /// Identifying a person: the zone and the face, and every proof that the chip is genuine.
    pub fn identification() -> Self {
        Self {
            data_groups: vec![DataGroup::Dg1, DataGroup::Dg2],
            with_com: true,
            chip_authentication: true,
            active_authentication: true,
            downgrade: Downgrade::Refused,
        }
    }

    /// Everything that may be read without terminal authentication, and every proof that the chip is genuine.
    pub fn everything() -> Self {
        let mut data_groups = DataGroup::ALL.to_vec();
        data_groups.retain(|group| !group.needs_terminal_authentication());
        Self {
            data_groups,
            ..Self::identification()
        }
    }
}

/// What happens when PACE fails that EF.CardAccess promises. BAC can be broken afterwards by whoever listened and can guess the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Downgrade {
    /// The session ends with [`crate::fault::ChipFault::Pace`].
    Refused,
    /// BAC is tried, and the downgrade is reported.
    Reported,
}

/// How far reading goes, whatever a chip says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of one file: by default 1 MiB. The largest portraits in the field have about 100 kB.
    pub file_bytes: usize,
    /// The most commands of one session, resumed or not: by default 10,000, enough for a file of the default limit in blocks of 160 bytes.
    pub commands: u32,
    /// How often secure messaging is begun anew after a chip has ended it: by default 3.
    pub restarts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 1 << 20,
            commands: 10_000,
            restarts: 3,
        }
    }
}

/// What the way to the chip can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transport {
    /// The longest answer in bytes, its status included: by default 65,538. Readers and phones often carry less.
    pub longest_answer: usize,
    /// Whether files are read with extended length.
    pub extended_length: ExtendedLength,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            longest_answer: 65_538,
            extended_length: ExtendedLength::Promised,
        }
    }
}

/// Whether files are read with extended length (ICAO 9303-10, 3.6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtendedLength {
    /// Never.
    Never,
    /// Where EF.ATR/INFO promises it, and only so much.
    Promised,
    /// Also where EF.ATR/INFO does not say, for documents that say so in their ATS only.
    Tried,
}

/// A source of random bytes, the caller's. They must be unpredictable: keys are made of them.
pub struct Randomness(Box<Fill>);

type Fill = dyn FnMut(&mut [u8]) + Send;

impl Randomness {
    /// A source that fills what it is given.
    pub fn new(fill: impl FnMut(&mut [u8]) + Send + 'static) -> Self {
        Self(Box::new(fill))
    }

    pub(super) fn bytes(&mut self, length: usize) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(vec![0; length]);
        (self.0)(&mut bytes);
        bytes
    }

    pub(super) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Randomness(..)")
    }
}
