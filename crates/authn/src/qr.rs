//! The animated QR code of a sign-in on another device (R-SIG-4): a new half each second, two of which an app must have seen.
//!
//! A photograph or a relayed still picture shows one half; a relayed film is stale after seconds. Each half carries its own MAC, so the
//! server stores nothing of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Fault;
use crate::keyed_hash::{keyed_hash, same};

/// How old the newer half may be, in seconds.
pub const MAX_AGE: u16 = 15;
/// How far the newer half may be ahead of the server's second: the page's and the server's clocks tick at different moments.
pub const MAX_AHEAD: u16 = 1;

const PREFIX: &str = "SEGL1.";
const MAC_LENGTH: usize = 14;

/// What one of the QR codes says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QrHalf {
    /// The sign-in's id.
    pub sign_in: [u8; 16],
    /// The second since the sign-in began in which this half is shown.
    pub second: u16,
    mac: [u8; MAC_LENGTH],
}

impl QrHalf {
    /// The half to show in a second.
    pub fn make(key: &[u8; 32], sign_in: [u8; 16], second: u16) -> Self {
        let mut mac = [0; MAC_LENGTH];
        mac.copy_from_slice(
            &keyed_hash(key, "segl-qr-v1", &[&sign_in, &second.to_be_bytes()])[..MAC_LENGTH],
        );
        Self {
            sign_in,
            second,
            mac,
        }
    }

    /// The text of the QR code: `SEGL1.` and 43 characters.
    pub fn text(&self) -> String {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&self.sign_in);
        bytes[16..18].copy_from_slice(&self.second.to_be_bytes());
        bytes[18..].copy_from_slice(&self.mac);
        let mut text = String::with_capacity(PREFIX.len() + 43);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        text
    }

    /// Reads the text of a QR code and checks its MAC.
    pub fn read(key: &[u8; 32], text: &str) -> Result<Self, Fault> {
        let text = text.strip_prefix(PREFIX).ok_or(Fault::QrMalformed)?;
        let mut bytes = [0; 32];
        let length = URL_SAFE_NO_PAD
            .decode_slice(text, &mut bytes)
            .map_err(|_| Fault::QrMalformed)?;
        if length != bytes.len() {
            return Err(Fault::QrMalformed);
        }
        let (sign_in, rest) = bytes.split_first_chunk::<16>().ok_or(Fault::QrMalformed)?;
        let (second, mac) = rest.split_first_chunk::<2>().ok_or(Fault::QrMalformed)?;
        let made = Self::make(key, *sign_in, u16::from_be_bytes(*second));
        same(&made.mac, mac).then_some(made).ok_or(Fault::QrForged)
    }
}

/// Two good halves of one sign-in, of consecutive seconds. They name a sign-in; whether they are fresh, the server can only say once it
/// has looked up when that began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct QrPair {
    sign_in: [u8; 16],
    newest: u16,
}

impl QrPair {
    /// Reads two halves, in either order.
    pub fn read(key: &[u8; 32], halves: [&str; 2]) -> Result<Self, Fault> {
        let (one, other) = (QrHalf::read(key, halves[0])?, QrHalf::read(key, halves[1])?);
        if one.sign_in != other.sign_in {
            return Err(Fault::QrMixed);
        }
        if one.second.abs_diff(other.second) != 1 {
            return Err(Fault::QrNotConsecutive);
        }
        Ok(Self {
            sign_in: one.sign_in,
            newest: one.second.max(other.second),
        })
    }

    /// The sign-in to look up.
    pub const fn sign_in(&self) -> &[u8; 16] {
        &self.sign_in
    }

    /// Checks the age, at the given second since the sign-in began.
    pub const fn fresh_at(self, now: u16) -> Result<FreshQr, Fault> {
        if self.newest > now.saturating_add(MAX_AHEAD) {
            return Err(Fault::QrFromFuture);
        }
        if now.saturating_sub(self.newest) > MAX_AGE {
            return Err(Fault::QrStale);
        }
        Ok(FreshQr {
            sign_in: self.sign_in,
        })
    }
}

/// Evidence that an app has just seen the animated code of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct FreshQr {
    sign_in: [u8; 16],
}

impl FreshQr {
    /// The sign-in that was shown.
    pub const fn sign_in(&self) -> &[u8; 16] {
        &self.sign_in
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [3; 32];
    const SIGN_IN: [u8; 16] = *b"0123456789abcdef";

    fn text(second: u16) -> String {
        QrHalf::make(&KEY, SIGN_IN, second).text()
    }

    fn pair(one: u16, other: u16) -> Result<QrPair, Fault> {
        QrPair::read(&KEY, [&text(one), &text(other)])
    }

    #[test]
    fn r_sig_4_two_consecutive_halves_name_their_sign_in() {
        for halves in [pair(7, 8), pair(8, 7)] {
            let pair = halves.unwrap();
            assert_eq!(pair.sign_in(), &SIGN_IN);
            assert_eq!(pair.fresh_at(8).unwrap().sign_in(), &SIGN_IN);
        }
        assert_eq!(text(7).len(), 49);
        for (one, other) in [(7, 7), (7, 9), (9, 7), (0, u16::MAX)] {
            assert_eq!(pair(one, other), Err(Fault::QrNotConsecutive));
        }
    }

    #[test]
    fn r_sig_4_an_old_pair_is_stale_and_an_early_one_is_from_the_future() {
        let pair = pair(99, 100).unwrap();
        assert_eq!(pair.fresh_at(98), Err(Fault::QrFromFuture));
        assert!(pair.fresh_at(99).is_ok());
        assert!(pair.fresh_at(115).is_ok());
        assert_eq!(pair.fresh_at(116), Err(Fault::QrStale));
        assert!(
            self::pair(u16::MAX - 1, u16::MAX)
                .unwrap()
                .fresh_at(u16::MAX)
                .is_ok()
        );
    }

    #[test]
    fn r_sig_4_forged_mixed_and_malformed_halves_are_refused() {
        let (seven, eight) = (text(7), text(8));
        let read = |one: &str, other: &str| QrPair::read(&KEY, [one, other]);
        let forged = QrHalf::make(&[4; 32], SIGN_IN, 8).text();
        assert_eq!(read(&seven, &forged), Err(Fault::QrForged));
        assert_eq!(read(&forged, &seven), Err(Fault::QrForged));
        let other = QrHalf::make(&KEY, [1; 16], 8).text();
        assert_eq!(read(&seven, &other), Err(Fault::QrMixed));
        for bad in [
            "",
            "SEGL1.",
            &eight[1..],
            &eight[..48],
            &format!("{eight}A"),
            &format!("{eight}="),
            &eight.to_lowercase(),
        ] {
            assert_eq!(read(&seven, bad), Err(Fault::QrMalformed), "{bad}");
        }
    }

    #[test]
    fn any_changed_character_is_refused() {
        let text = text(8);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(
                QrHalf::read(&KEY, str::from_utf8(&bytes).unwrap()).is_err(),
                "character {at}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(sign_in in any::<[u8; 16]>(), second in any::<u16>()) {
            let half = QrHalf::make(&KEY, sign_in, second);
            prop_assert_eq!(QrHalf::read(&KEY, &half.text()), Ok(half));
        }

        #[test]
        fn any_text_never_panics(text in any::<String>()) {
            prop_assert_eq!(QrHalf::read(&KEY, &text), Err(Fault::QrMalformed));
            let prefixed = format!("SEGL1.{text}");
            prop_assert!(QrHalf::read(&KEY, &prefixed).is_err());
        }
    }
}
