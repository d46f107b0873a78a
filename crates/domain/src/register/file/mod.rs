//! The CPR office's fixed-width files (R-CPR-4), read line by line and written, with no I/O.
//!
//! A file is records of one line each in ISO-8859-1: the start (000), for each person what their number stands for (001) and then what else is
//! known of them (002 to 033, events 099), and the end (999, or 099 as the rulebook has it) with the count of what lies between. A file that
//! breaks this in any place is refused whole, so nothing here goes on after a fault. `docs/cpr-files.md` has the layout.

mod fault;
mod layout;
mod line;
mod person;
mod reader;
mod writer;

#[cfg(test)]
mod tests;

pub use fault::{Broken, FileFault};
pub use layout::Field;
pub use reader::{Read, Reader, Start, Summary};
pub use writer::{end, person, start};
