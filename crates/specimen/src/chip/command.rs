//! Command APDUs as a chip takes them apart (ISO/IEC 7816-4, 5.2), and its status words.

/// A status word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u16);

impl Status {
    /// `9000`: done.
    pub const DONE: Self = Self(0x9000);
    /// `6282`: the end of the file was reached first.
    pub const END_OF_FILE: Self = Self(0x6282);
    /// `6300`: authentication failed.
    pub const FAILED: Self = Self(0x6300);
    /// `6700`: wrong length.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// `6982`: the security status is not satisfied.
    pub const NOT_ALLOWED: Self = Self(0x6982);
    /// `6983`: blocked.
    pub const BLOCKED: Self = Self(0x6983);
    /// `6985`: the conditions of use are not satisfied.
    pub const CONDITIONS: Self = Self(0x6985);
    /// `6986`: no current file.
    pub const NO_FILE: Self = Self(0x6986);
    /// `6987`: a data object of secure messaging is missing.
    pub const OBJECT_MISSING: Self = Self(0x6987);
    /// `6988`: the data objects of secure messaging are wrong.
    pub const OBJECT_WRONG: Self = Self(0x6988);
    /// `6A80`: wrong data.
    pub const WRONG_DATA: Self = Self(0x6A80);
    /// `6A82`: no such file or application.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// `6A86`: wrong P1 or P2.
    pub const WRONG_P1_P2: Self = Self(0x6A86);
    /// `6A88`: what was referred to is not there.
    pub const REFERENCE_NOT_FOUND: Self = Self(0x6A88);
    /// `6B00`: an offset outside the file.
    pub const WRONG_OFFSET: Self = Self(0x6B00);
    /// `6D00`: an instruction that is not known.
    pub const UNKNOWN_INSTRUCTION: Self = Self(0x6D00);
    /// `6E00`: a class that is not known.
    pub const UNKNOWN_CLASS: Self = Self(0x6E00);
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) class: u8,
    pub(crate) instruction: u8,
    pub(crate) p1: u8,
    pub(crate) p2: u8,
    pub(crate) data: Vec<u8>,
    /// Ne: the most bytes that are expected; none where there is no Le field.
    pub(crate) expected: Option<usize>,
    pub(crate) extended: bool,
}

/// What a chip answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) data: Vec<u8>,
    pub(crate) status: Status,
}

impl Command {
    /// Takes an APDU apart; nothing where its lengths do not fit.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (&[class, instruction, p1, p2], body) = bytes.split_first_chunk::<4>()?;
        let (data, expected, extended) = match *body {
            [] => (&[][..], None, false),
            [length] => (&[][..], Some(short(length)), false),
            [0, high, low] => (&[][..], Some(long(high, low)), true),
            [0, high, low, ref rest @ ..] if (high, low) != (0, 0) => {
                let (data, end) =
                    rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
                match *end {
                    [] => (data, None, true),
                    [high, low] => (data, Some(long(high, low)), true),
                    _ => return None,
                }
            }
            [length, ref rest @ ..] if length > 0 => {
                let (data, end) = rest.split_at_checked(usize::from(length))?;
                match *end {
                    [] => (data, None, false),
                    [length] => (data, Some(short(length)), false),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Self {
            class,
            instruction,
            p1,
            p2,
            data: data.to_vec(),
            expected,
            extended,
        })
    }

    pub(crate) fn parameters(&self) -> u16 {
        u16::from_be_bytes([self.p1, self.p2])
    }

    /// Whether more of a chain follows (ISO/IEC 7816-4, 5.3.3).
    pub(crate) fn is_chained(&self) -> bool {
        self.class & 0x10 != 0
    }
}

impl Answer {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [&self.data[..], &self.status.0.to_be_bytes()].concat()
    }
}

impl From<Status> for Answer {
    fn from(status: Status) -> Self {
        Self {
            data: Vec::new(),
            status,
        }
    }
}

impl From<Vec<u8>> for Answer {
    fn from(data: Vec<u8>) -> Self {
        Self {
            data,
            status: Status::DONE,
        }
    }
}

/// The value of the first element with a tag of one byte at the top level of the data, which must be well formed up to there.
pub(crate) fn find(tag: u8, mut data: &[u8]) -> Option<&[u8]> {
    while let Some((found, value, rest)) = split(data) {
        if found == u32::from(tag) {
            return Some(value);
        }
        data = rest;
    }
    None
}

/// The first element: tag, value, and what follows.
pub(crate) fn split(data: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (&first, mut rest) = data.split_first()?;
    let mut tag = u32::from(first);
    if first & 0x1F == 0x1F {
        let (&second, after) = rest.split_first()?;
        tag = tag << 8 | u32::from(second);
        rest = after;
    }
    let (&length, mut rest) = rest.split_first()?;
    let mut size = usize::from(length);
    if length > 0x80 {
        let (bytes, after) = rest.split_at_checked(usize::from(length & 0x7F))?;
        size = bytes.iter().try_fold(0_usize, |size, byte| {
            size.checked_mul(256)?.checked_add(usize::from(*byte))
        })?;
        rest = after;
    }
    let (value, rest) = rest.split_at_checked(size)?;
    Some((tag, value, rest))
}

fn short(length: u8) -> usize {
    if length == 0 {
        256
    } else {
        usize::from(length)
    }
}

fn long(high: u8, low: u8) -> usize {
    match u16::from_be_bytes([high, low]) {
        0 => 0x1_0000,
        length => usize::from(length),
    }
}
