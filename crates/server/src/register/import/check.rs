//! The first reading: is the file whole? Nothing is written.

use std::path::Path;

use domain::register::file::{Broken, Field, FileFault, Read, Reader, Start};
use domain::register::{Address, RegisterEntry};
use store::register::Streets;

use super::lines::Lines;
use super::{ImportFault, Phase, Progress, Watch};

/// A file that is whole.
pub(super) struct Checked {
    pub(super) start: Start,
    /// SHA-256 of the file.
    pub(super) digest: [u8; 32],
    pub(super) persons: u32,
    /// The streets that it names.
    pub(super) streets: Streets,
}

/// After how many bytes the watcher hears of it.
const TELL_EVERY: u64 = 1 << 22;

pub(super) fn check(file: &Path, watch: Watch<'_>) -> Result<Checked, ImportFault> {
    let mut lines = Lines::open(file)?;
    let mut reader = Reader::new();
    let mut seen = Seen::default();
    let mut told = 0;
    while let Some(line) = lines.next()? {
        if let Read::Person { entry, line } = reader.line(line)? {
            seen.take(&entry, line);
        }
        let (done, all) = lines.progress();
        if done >= told + TELL_EVERY || done == all {
            told = done;
            watch(Progress {
                phase: Phase::Checking,
                done,
                all,
            });
        }
    }
    let summary = reader.end()?;
    let streets = seen.end()?;
    Ok(Checked {
        start: summary.start,
        digest: lines.digest(),
        persons: u32::try_from(summary.persons).map_err(|_| too_many())?,
        streets,
    })
}

fn too_many() -> ImportFault {
    ImportFault::Io("it has more persons than there are numbers".to_owned())
}

/// What is gathered of all persons.
#[derive(Default)]
struct Seen {
    /// Each number, and its line.
    numbers: Vec<(u64, u32)>,
    streets: Streets,
}

impl Seen {
    fn take(&mut self, entry: &RegisterEntry, line: u64) {
        let number = entry.cpr.expose().parse().unwrap_or_default();
        self.numbers
            .push((number, u32::try_from(line).unwrap_or(u32::MAX)));
        if let Some(address) = &entry.address {
            self.street(address);
        }
    }

    fn street(&mut self, address: &Address) {
        let codes = (
            *address.municipality_code.expose(),
            *address.street_code.expose(),
        );
        let name = address.street.expose();
        if !name.is_empty() && !self.streets.contains_key(&codes) {
            self.streets.insert(codes, name.clone());
        }
    }

    /// No number stands there twice.
    fn end(mut self) -> Result<Streets, FileFault> {
        self.numbers.sort_unstable();
        let twice = self
            .numbers
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0)
            .map(|pair| pair[1].1)
            .min();
        match twice {
            None => Ok(self.streets),
            Some(line) => Err(FileFault {
                line: line.into(),
                field: Field {
                    name: "PNR",
                    column: 4,
                    width: 10,
                },
                what: Broken::Repeated,
            }),
        }
    }
}
