//! Every way in which a chip or its document can be told to misbehave.
//!
//! What a document says (a raw JPEG 2000 portrait, a file of more than 32 KiB, integrated mapping only, no BAC) is part of its
//! [`DocumentPlan`](crate::document::DocumentPlan); how its security object is signed, of [`CmsQuirk`](crate::cms::CmsQuirk).

use crate::document::{Document, application};

/// In which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum File {
    /// A file of the master file.
    Master(u16),
    /// A file of the application.
    Application(u16),
}

impl File {
    /// The file of a data group.
    pub fn data_group(number: u8) -> Self {
        Self::Application(0x0100 + u16::from(number))
    }
}

/// What a chip answers when it is asked for more than it gives at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadRefusal {
    /// `6700`: wrong length.
    WrongLength,
    /// `6Cxx`: the right length, for the reader to ask again.
    CorrectedLength,
    /// So much as it gives, with success.
    LessWithSuccess,
    /// So much as it gives, with `6282`.
    LessWithWarning,
    /// `6B00`: wrong parameters.
    WrongParameters,
}

impl ReadRefusal {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::WrongLength,
        Self::CorrectedLength,
        Self::LessWithSuccess,
        Self::LessWithWarning,
        Self::WrongParameters,
    ];
}

/// A way of misbehaving. A step is the number of a command since the chip was made or reset, the first being 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Misbehaviour {
    /// READ BINARY gives at most so many bytes (`0xA0`, `0xDF`, 256), and refuses more so.
    ReadLimit(usize, ReadRefusal),
    /// Every command in extended length is refused with `6700`, whatever EF.ATR/INFO promises (CN).
    ExtendedLengthNotKept,
    /// A read that reaches past the end is refused whole with `6B00`, instead of giving what is there.
    RefusesBeyondEnd,
    /// A read that reaches past the end is refused with `6Cxx`, xx being what is left.
    CorrectsBeyondEnd,
    /// A read that reaches past the end gives what is there with success and without the warning `6282`.
    NoWarningAtEnd,
    /// The file stops at an offset, though its header promises more.
    StopsShort(File, usize),
    /// READ BINARY with a short file identifier is refused with `6A86`.
    NoShortFileIdentifiers,
    /// READ BINARY with odd instruction (`B1`) is refused with `6D00`.
    NoOddInstruction,
    /// The file is not there (`6A82`), whatever EF.COM says.
    FileMissing(File),
    /// The file may not be read (`6982`), whatever was proved.
    FileForbidden(File),
    /// There is no travel document application (`6A82`).
    NoApplication,

    /// PACE begins only when the domain parameters are named by tag `84` (UA); otherwise `6A80`.
    WantsParameterReference,
    /// MSE with an Le is refused with `6700` (DE).
    NoExpectedLength,
    /// PACE is refused at the MSE with `6A80`, though EF.CardAccess promises it.
    PaceNotSelected,
    /// PACE fails at GENERAL AUTHENTICATE 1 to 4 with `6300`.
    PaceFails(u8),
    /// A password is blocked: GENERAL AUTHENTICATE is refused with `6983`.
    PasswordBlocked,
    /// A wrong password is answered with `63Cx`, x being the tries left.
    TriesLeft(u8),
    /// The encrypted nonce is a byte too short.
    NonceTooShort,
    /// The terminal's own key comes back, at step 2 or 3 of PACE.
    ReflectsKey(u8),
    /// A key that is not in the group, at step 2 or 3 of PACE.
    InvalidKey(u8),
    /// The chip's authentication token is wrong.
    WrongToken,
    /// The data of chip authentication mapping is missing.
    NoChipAuthenticationData,
    /// The data of chip authentication mapping is of another key.
    WrongChipAuthenticationData,
    /// PACE's dynamic authentication data has another tag than `7C`, at step 1 to 4.
    WrongTemplate(u8),

    /// BAC: the cryptogram's MAC is wrong.
    BacWrongMac,
    /// BAC: the cryptogram holds another nonce.
    BacWrongNonce,
    /// BAC is refused with `6985`, though nothing else is offered.
    BacRefused,

    /// The answer to a step is a success without a MAC.
    SuccessWithoutMac(u32),
    /// The MAC of the answer to a step is wrong.
    WrongMac(u32),
    /// The answer to a step is protected with the counter of the answer before it.
    ReplayedCounter(u32),
    /// The status outside the MAC is another than inside, at a step.
    StatusAltered(u32),
    /// The answer to a step has a MAC but no protected status.
    StatusNotProtected(u32),
    /// The answer to a step has no data object for its data, only its status and MAC.
    DataDropped(u32),
    /// The data of the answer to a step is not padded, under a MAC that fits.
    BadPadding(u32),
    /// The cryptogram of the answer to a step is not of whole blocks, under a MAC that fits.
    CryptogramCut(u32),
    /// A data object that nobody knows comes first in the answer to a step, under a MAC that fits.
    UnknownObject(u32),
    /// Secure messaging ends at a step with a plain `6988`.
    SessionEnds(u32),

    /// The chip does not have the private keys that its data groups promise, and uses others.
    Clone,
    /// It does not have them, and says so: `6A88` to chip authentication, `6985` to active authentication.
    HonestClone,
    /// Active authentication answers with a number that recovers nothing.
    ActiveSignatureMalformed,

    /// A byte of the file is changed: the one at this offset from its end.
    Tampered(File, usize),
    /// The file holds something else, such as the security object of another document.
    Replaced(File, Vec<u8>),
    /// So many bytes follow the end of the file's TLV.
    TrailingBytes(File, usize),
    /// The file says it has 4 GiB, and never ends.
    Endless(File),
    /// The file's first length is `80`: indefinite, and what follows is nested without end.
    EndlesslyNested(File),
    /// The file's first length is one byte more than there is.
    LengthTooLong(File),
    /// The file begins with another file's tag.
    WrongTag(File),

    /// The answer to a step is so many random bytes.
    RandomAnswer(u32, usize),
    /// Every answer from a step on is random.
    RandomAnswersFrom(u32),
    /// A bit pattern changes one byte of the answer to a step; the place is taken modulo its length.
    AnswerChanged(u32, usize, u8),
    /// The answer to a step is this.
    AnswerReplaced(u32, Vec<u8>),
    /// The answer to a step is one byte.
    AnswerCut(u32),
    /// Nothing answers from a step on, until the chip is reset.
    TornAt(u32),
}

impl Misbehaviour {
    /// One of each, as far as they make sense without knowing the conversation: for tests that go through all.
    pub fn examples() -> Vec<Self> {
        [
            Self::of_documents(),
            Self::of_reading(),
            Self::of_access(),
            Self::of_steps(),
        ]
        .concat()
    }

    fn of_documents() -> Vec<Self> {
        let dg1 = File::data_group(1);
        vec![
            Self::Clone,
            Self::HonestClone,
            Self::ActiveSignatureMalformed,
            Self::Tampered(dg1, 0),
            Self::Replaced(File::Application(application::SOD), vec![0x77, 0x00]),
            Self::TrailingBytes(dg1, 7),
            Self::Endless(File::data_group(2)),
            Self::EndlesslyNested(dg1),
            Self::LengthTooLong(dg1),
            Self::WrongTag(dg1),
        ]
    }

    fn of_reading() -> Vec<Self> {
        let dg1 = File::data_group(1);
        let mut all = vec![
            Self::ExtendedLengthNotKept,
            Self::RefusesBeyondEnd,
            Self::CorrectsBeyondEnd,
            Self::NoWarningAtEnd,
            Self::StopsShort(File::data_group(2), 5000),
            Self::NoShortFileIdentifiers,
            Self::NoOddInstruction,
            Self::FileMissing(dg1),
            Self::FileForbidden(dg1),
            Self::NoApplication,
        ];
        for limit in [0xA0, 0xDF, 256] {
            all.extend(ReadRefusal::ALL.map(|refusal| Self::ReadLimit(limit, refusal)));
        }
        all
    }

    fn of_access() -> Vec<Self> {
        let mut all = vec![
            Self::WantsParameterReference,
            Self::NoExpectedLength,
            Self::PaceNotSelected,
            Self::PasswordBlocked,
            Self::TriesLeft(2),
            Self::NonceTooShort,
            Self::WrongToken,
            Self::NoChipAuthenticationData,
            Self::WrongChipAuthenticationData,
            Self::BacWrongMac,
            Self::BacWrongNonce,
            Self::BacRefused,
        ];
        all.extend((1..=4).flat_map(|step| [Self::PaceFails(step), Self::WrongTemplate(step)]));
        all.extend(
            [2, 3]
                .into_iter()
                .flat_map(|step| [Self::ReflectsKey(step), Self::InvalidKey(step)]),
        );
        all
    }

    fn of_steps() -> Vec<Self> {
        let at = |step| {
            [
                Self::SuccessWithoutMac(step),
                Self::WrongMac(step),
                Self::ReplayedCounter(step),
                Self::StatusAltered(step),
                Self::StatusNotProtected(step),
                Self::DataDropped(step),
                Self::BadPadding(step),
                Self::CryptogramCut(step),
                Self::UnknownObject(step),
                Self::SessionEnds(step),
                Self::RandomAnswer(step, 40),
                Self::RandomAnswersFrom(step),
                Self::AnswerChanged(step, 3, 0x40),
                Self::AnswerReplaced(step, vec![0x90, 0x00]),
                Self::AnswerCut(step),
                Self::TornAt(step),
            ]
        };
        [1, 5, 8, 12].into_iter().flat_map(at).collect()
    }

    /// What this changes in the files of a document.
    pub(crate) fn apply(&self, document: &mut Document) {
        let mut change = |file: &File, how: &dyn Fn(&mut Vec<u8>)| {
            let content = match file {
                File::Master(number) => document.master_file.get_mut(number),
                File::Application(number) => document.application.get_mut(number),
            };
            if let Some(content) = content {
                how(content);
            }
        };
        match self {
            Self::Tampered(file, from_end) => change(file, &|content| {
                let place = content.len().saturating_sub(from_end + 1);
                content[place] ^= 0x01;
            }),
            Self::Replaced(file, with) => change(file, &|content| content.clone_from(with)),
            Self::TrailingBytes(file, count) => {
                change(file, &|content| content.extend(vec![0; *count]));
            }
            Self::Endless(file) => change(file, &|content| {
                let header = [content[0], 0x84, 0xFF, 0xFF, 0xFF, 0xFF];
                *content = header.to_vec();
            }),
            Self::EndlesslyNested(file) => change(file, &|content| {
                let header = [content[0], 0x82, 0x7D, 0x00];
                *content = header
                    .into_iter()
                    .chain([0x30, 0x80].into_iter().cycle().take(0x7D00))
                    .collect();
            }),
            Self::LengthTooLong(file) => change(file, &|content| {
                content.truncate(content.len() - 1);
            }),
            Self::WrongTag(file) => change(file, &|content| {
                content[0] = if content[0] == 0x61 { 0x75 } else { 0x61 }
            }),
            _ => {}
        }
    }
}
