//! How much a chip gives at once, as far as it is known.

use super::plan::{ExtendedLength, Transport};
use crate::apdu::SHORT_EXPECTED;
use crate::fault::Finding;
use crate::secure_messaging::SecureMessaging;
use crate::tlv::{Reader, Tag};

/// Block sizes to come down to: limits of real chips, then anything.
const STEPS: [usize; 7] = [0xDF, 0xA0, 0x80, 0x40, 0x20, 0x10, 0x08];

/// The longest answer that is asked for where a chip does not say how long it may be.
const TRIED: usize = 2048;

/// What is known about a chip's way of being read.
#[derive(Debug, Clone)]
pub(super) struct Blocks {
    transport: Transport,
    /// The longest answer with extended length, its status not counted.
    extended: Option<usize>,
    /// The most bytes of data that the chip has shown to give.
    limit: Option<usize>,
    /// Whether files can be named by their short identifier.
    pub(super) short_identifiers: bool,
    /// Whether the chip refuses to be asked for more than there is, so that the length must be read first.
    pub(super) is_cautious: bool,
    /// What was tolerated.
    pub(super) findings: Vec<Finding>,
}

impl Blocks {
    pub(super) fn new(transport: Transport) -> Self {
        let tried = transport.extended_length == ExtendedLength::Tried;
        Self {
            transport,
            extended: tried.then_some(TRIED),
            limit: None,
            short_identifiers: true,
            is_cautious: false,
            findings: Vec::new(),
        }
    }

    /// Takes in what EF.ATR/INFO says (ICAO 9303-10, 3.11.1). Its numbers are read as unsigned, with or without a leading zero.
    pub(super) fn promised(&mut self, atr_info: &[u8]) {
        let longest = longest_answer(atr_info).map(|longest| longest.saturating_sub(2));
        if let Some(longest) = longest.filter(|longest| *longest > SHORT_EXPECTED as usize) {
            self.extended = Some(longest);
        }
    }

    /// Whether extended length is in use.
    pub(super) fn is_extended(&self) -> bool {
        self.extended.is_some() && self.transport.extended_length != ExtendedLength::Never
    }

    /// How many bytes a READ BINARY asks for.
    pub(super) fn size(&self, session: Option<&SecureMessaging>) -> usize {
        let short = SHORT_EXPECTED as usize;
        let longest = self
            .extended
            .filter(|_| self.is_extended())
            .unwrap_or(short);
        let carried = self.transport.longest_answer.saturating_sub(2).max(short);
        let longest = longest.min(carried);
        let fits = session.map_or(longest, |session| session.capacity(longest));
        fits.min(self.limit.unwrap_or(fits)).max(1)
    }

    /// Whether so many bytes want an answer that is longer than a short one.
    pub(super) fn wants_extended(&self, size: usize, session: Option<&SecureMessaging>) -> bool {
        let short = SHORT_EXPECTED as usize;
        self.is_extended() && size > session.map_or(short, |session| session.capacity(short))
    }

    /// Gives extended length up, which the chip promised and does not keep.
    pub(super) fn without_extended(&mut self) {
        self.extended = None;
        self.limit = None;
        self.note(Finding::ExtendedLengthNotKept);
    }

    /// Asks for less from now on, the chip having refused `asked` bytes. False where there is nothing less.
    pub(super) fn step_down(&mut self, asked: usize) -> bool {
        let next = STEPS.into_iter().find(|step| *step < asked);
        if let Some(next) = next {
            self.limit_to(next);
        }
        next.is_some()
    }

    /// Asks for at most `limit` bytes from now on.
    pub(super) fn limit_to(&mut self, limit: usize) {
        self.limit = Some(limit);
        self.note(Finding::BlockSizeReduced);
    }

    /// Reports something, once.
    pub(super) fn note(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

/// The second number of the extended length information, `7F66`: the longest answer in bytes.
fn longest_answer(atr_info: &[u8]) -> Option<usize> {
    let mut reader = Reader::ber(atr_info);
    while let Some(element) = reader.read().ok()? {
        if element.tag == EXTENDED_LENGTH {
            let mut numbers = element.reader();
            numbers.expect(Tag::INTEGER).ok()?;
            let digits = numbers.expect(Tag::INTEGER).ok()?.value;
            let longest = digits.iter().fold(0_usize, |sum, digit| {
                sum.saturating_mul(256).saturating_add(usize::from(*digit))
            });
            return Some(longest);
        }
    }
    None
}

/// Extended length information, in EF.ATR/INFO.
const EXTENDED_LENGTH: Tag = Tag(0x7F66);
