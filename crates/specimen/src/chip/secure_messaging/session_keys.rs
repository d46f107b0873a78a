//! The keys of a session, for tests that show what a listener reads with them, and does not without.

use super::SecureMessaging;
use crate::chip::Chip;
use crate::chip::command::split;

/// The key and the counter with which the last answer was enciphered.
#[derive(Debug, Clone)]
pub struct SessionKeys(SecureMessaging);

impl Chip {
    /// The keys of the session as they are after the last answer, where there is one.
    pub fn session_keys(&self) -> Option<SessionKeys> {
        self.session.clone().map(SessionKeys)
    }
}

impl SessionKeys {
    /// The plain data of the chip's last answer, without its status; nothing where it held none, or was not under these keys.
    pub fn open_answer(&self, answer: &[u8]) -> Option<Vec<u8>> {
        let mut rest = answer.get(..answer.len().checked_sub(2)?)?;
        while let Some((tag, value, after)) = split(rest) {
            match tag {
                0x85 => return self.0.decrypt(value).ok(),
                0x87 => return self.0.decrypt(value.strip_prefix(&[1])?).ok(),
                _ => rest = after,
            }
        }
        None
    }
}
