//! Reading a document's chip, without doing any input or output (ICAO 9303-10, 3.6; 9303-11, 4.2 and appendix J).
//!
//! A [`Session`] says which bytes to send to the chip and takes what the chip answers, until it is done. How the bytes get there is the
//! caller's: a reader on the desk, a phone that relays, a virtual chip.
//!
//! In short: EF.CardAccess; EF.ATR/INFO; PACE, or BAC where no PACE is promised; EF.CardSecurity after chip authentication mapping; the
//! application; EF.COM and EF.SOD; DG14 and chip authentication; the data groups of the plan; active authentication. A file takes as few
//! commands as its length and the chip's block size allow: the first already asks for as much as fits, header and content at once.
//!
//! What a chip sends is bounded by [`Limits`]; a connection that breaks is taken up again with [`Session::resume`].

mod access;
mod authentication;
mod block;
mod exchange;
mod file;
mod file_read;
mod plan;
mod session;

pub use self::file::FileName;
pub use self::plan::{Downgrade, ExtendedLength, Limits, Randomness, ReadingPlan, Transport};
pub use self::session::{Access, Progress, Reading, Session, SessionStep};
