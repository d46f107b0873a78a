//! What can go wrong between this program and a card in a reader.

/// Why a card cannot be had, or does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardReaderFault {
    /// Nothing listens on the service's socket.
    #[error("no PC/SC service runs on this machine")]
    NoService,
    /// The service's socket is not for this user.
    #[error("this user may not ask the PC/SC service")]
    ServiceForbidden,
    /// The service speaks another protocol than version 4.
    #[error("the PC/SC service speaks another protocol")]
    ServiceVersion,
    /// The service ended, or closed the connection.
    #[error("the PC/SC service has gone")]
    ServiceLost,
    /// There is no reader of this name.
    #[error("no such reader")]
    NoSuchReader,
    /// No card is in the reader.
    #[error("no card in the reader")]
    NoCard,
    /// The card was taken away, or has lost its power.
    #[error("the card was taken away")]
    CardGone,
    /// The card was there and does not answer.
    #[error("the card does not answer")]
    CardSilent,
    /// Another program has the card.
    #[error("another program uses the card")]
    CardInUse,
    /// The service lets only certain users have cards.
    #[error("this user may not use cards")]
    CardForbidden,
    /// Anything else, with the service's own code.
    #[error("the PC/SC service answered {0:#010x}")]
    Refused(u32),
}

/// What the service's status means (`pcsclite.h`).
pub(super) const fn check(status: u32) -> Result<(), CardReaderFault> {
    Err(match status {
        0 => return Ok(()),
        0x8010_0009 => CardReaderFault::NoSuchReader,
        0x8010_000C => CardReaderFault::NoCard,
        0x8010_0067..=0x8010_0069 => CardReaderFault::CardGone,
        0x8010_0066 | 0x8010_0013 | 0x8010_0016 => CardReaderFault::CardSilent,
        0x8010_000B => CardReaderFault::CardInUse,
        0x8010_006A => CardReaderFault::CardForbidden,
        other => CardReaderFault::Refused(other),
    })
}
