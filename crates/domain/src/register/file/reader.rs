//! The order of a file: start, persons, end.

use jiff::civil::Date;

use super::fault::{Broken, FileFault};
use super::layout;
use super::line::Line;
use super::person::Person;
use crate::register::RegisterEntry;

/// What the start record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The day on which the file was produced.
    pub produced_on: Date,
    /// The day of the file before, of which this one has the changes; nothing for the whole register.
    pub changes_since: Option<Date>,
}

/// A file that was read to its end and is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// What the start record says.
    pub start: Start,
    /// How many persons there are.
    pub persons: u64,
    /// How many lines.
    pub lines: u64,
}

/// What a line brought.
#[derive(Debug)]
pub enum Read {
    /// The start record.
    Start(Start),
    /// The person before this line is complete. `line` is where that person begins.
    Person {
        /// The person.
        entry: Box<RegisterEntry>,
        /// The line of the record 001.
        line: u64,
    },
    /// Nothing that is complete.
    More,
}

/// Reads a file, one line after the other, and stops at the first fault.
#[derive(Default)]
pub struct Reader {
    start: Option<Start>,
    person: Option<(Person, u64)>,
    persons: u64,
    lines: u64,
    has_ended: bool,
}

impl Reader {
    /// Before the first line.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next line, without its line break.
    pub fn line(&mut self, bytes: &[u8]) -> Result<Read, FileFault> {
        self.lines += 1;
        let line = Line::read(bytes.strip_suffix(b"\r").unwrap_or(bytes), self.lines)?;
        if self.has_ended {
            return Err(line.fault(layout::LINE, Broken::AfterEnd));
        }
        let record = line.record().unwrap_or_default();
        match (&record, self.start) {
            (b"000", None) => self.begin(line),
            (_, None) => Err(line.fault(layout::RECORD_TYPE, Broken::NoStart)),
            (b"000", Some(_)) => Err(line.fault(layout::RECORD_TYPE, Broken::SecondStart)),
            (b"001", _) => {
                let next = (Person::begin(line, self.lines)?, self.lines);
                self.persons += 1;
                let before = self.person.replace(next);
                complete(before)
            }
            (b"999", _) => self.end_record(line),
            // An event has a CPR number where the end has nines (or spaces).
            (b"099", _) if line.raw(layout::end::SORT).iter().all(|byte| *byte == b'9') => {
                self.end_record(line)
            }
            _ => {
                let Some((person, _)) = &mut self.person else {
                    return Err(line.fault(layout::PNR, Broken::OtherPerson));
                };
                person.take(line)?;
                Ok(Read::More)
            }
        }
    }

    /// After the last line: whether the file is whole.
    pub fn end(self) -> Result<Summary, FileFault> {
        let missing = |what| FileFault {
            line: self.lines.max(1),
            field: layout::RECORD_TYPE,
            what,
        };
        let start = self.start.ok_or(missing(Broken::NoStart))?;
        if !self.has_ended {
            return Err(missing(Broken::NoEnd));
        }
        Ok(Summary {
            start,
            persons: self.persons,
            lines: self.lines,
        })
    }

    fn begin(&mut self, line: Line<'_>) -> Result<Read, FileFault> {
        use layout::start as at;
        let start = Start {
            produced_on: line
                .opt_day(at::PRODUCED_ON)?
                .ok_or(line.fault(at::PRODUCED_ON, Broken::Empty))?,
            changes_since: line.opt_day(at::CHANGES_SINCE)?,
        };
        self.start = Some(start);
        Ok(Read::Start(start))
    }

    fn end_record(&mut self, line: Line<'_>) -> Result<Read, FileFault> {
        use layout::end::COUNT;
        let raw = line.raw(COUNT);
        if raw.is_empty() {
            return Err(line.fault(COUNT, Broken::Empty));
        }
        let counted = line.number(COUNT)?;
        // What lies between: all but the start and this one.
        let found = self.lines - 2;
        if counted != found {
            return Err(line.fault(COUNT, Broken::Count { counted, found }));
        }
        self.has_ended = true;
        complete(self.person.take())
    }
}

fn complete(person: Option<(Person, u64)>) -> Result<Read, FileFault> {
    match person {
        Some((person, line)) => Ok(Read::Person {
            entry: Box::new(person.end()?),
            line,
        }),
        None => Ok(Read::More),
    }
}
