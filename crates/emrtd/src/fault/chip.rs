//! What can be wrong in a talk with a chip (ICAO 9303-10, 3.6; 9303-11).

use crate::apdu::StatusWord;
use crate::fault::TlvFault;

/// Why a chip's answer was refused, or why a command could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChipFault {
    /// A key has not the length that its cipher wants.
    #[error("a symmetric key of another length")]
    KeyLength,
    /// A cryptogram is not of whole blocks.
    #[error("a cryptogram that is not of whole blocks")]
    CryptogramLength,
    /// The padding of ISO/IEC 9797-1, method 2, is not there.
    #[error("no padding where it is due")]
    Padding,
    /// A command with more than 65,535 bytes of data, or one that asks for none or for more than 65,536.
    #[error("a command longer than an APDU can be")]
    CommandTooLong,
    /// An answer without the two status bytes.
    #[error("an answer without a status")]
    AnswerTooShort,
    /// An answer of more than 65,538 bytes.
    #[error("an answer longer than an APDU can be")]
    AnswerTooLong,
    /// The chip refused a command.
    #[error("the chip answered {status} to {command}")]
    Refused {
        /// What was asked.
        command: Command,
        /// The answer.
        status: StatusWord,
    },
    /// An answer that is not the TLV structure that the command yields.
    #[error("the chip's answer to {command} is not what the command yields")]
    AnswerMalformed {
        /// What was asked.
        command: Command,
        /// What is wrong with it.
        #[source]
        fault: TlvFault,
    },
    /// An answer without a data object that the command yields, or with one of another length.
    #[error("the chip's answer to {command} lacks what the command yields")]
    AnswerIncomplete {
        /// What was asked.
        command: Command,
    },

    /// Secure messaging: a success without a MAC (ICAO 9303-11, 9.8.4). Anyone between could have sent it.
    #[error("a success without a MAC")]
    SuccessWithoutMac,
    /// Secure messaging: an error status without a MAC. The chip has ended the session (ICAO 9303-11, 9.8.5), or someone between
    /// pretends that it has.
    #[error("the chip ended secure messaging with {0}")]
    SecureMessagingEnded(StatusWord),
    /// Secure messaging: an answer of other data objects than ICAO 9303-11, 9.8.4, has.
    #[error("an answer that is not secure messaging")]
    SecureMessagingMalformed,
    /// Secure messaging: the MAC does not fit.
    #[error("an answer with a wrong MAC")]
    MacWrong,
    /// Secure messaging: no status under the MAC (DO'99').
    #[error("an answer without a status under the MAC")]
    StatusNotProtected,
    /// Secure messaging: the status under the MAC and the one outside differ.
    #[error("an answer with two different statuses")]
    StatusAltered,
    /// Secure messaging: the send sequence counter has come to its end.
    #[error("the send sequence counter has come to its end")]
    CounterExhausted,

    /// A password with characters or a length that it cannot have.
    #[error("a password that cannot be one of its kind")]
    PasswordMalformed,
    /// Basic Access Control takes the MRZ's keys only (ICAO 9303-11, 4.3).
    #[error("Basic Access Control wants the MRZ")]
    PasswordNotForBac,
    /// BAC: the chip refused EXTERNAL AUTHENTICATE: most often the MRZ is another document's.
    #[error("the chip refused the MRZ's keys with {0}")]
    BacRefused(StatusWord),
    /// BAC: the chip's cryptogram has a wrong MAC.
    #[error("the chip's cryptogram has a wrong MAC")]
    BacMacWrong,
    /// BAC: the chip's cryptogram does not hold the nonces of this run.
    #[error("the chip's cryptogram is of another run")]
    BacNonceWrong,

    /// EF.CardAccess promised PACE, and it failed. No fall-back to BAC, unless the policy says so.
    #[error("PACE was promised and failed")]
    Pace(
        /// Why.
        #[source]
        PaceFault,
    ),

    /// Chip Authentication: DG14 offers nothing that this crate can do.
    #[error("no chip authentication that can be done")]
    ChipAuthenticationUnsupported,
    /// Chip Authentication: the chip's public key is not on its curve, or not in its group.
    #[error("the chip's static key is not one of its group")]
    ChipKeyInvalid,
    /// Chip Authentication: the chip answers under the old keys, or not at all under the new ones, so that it does not know the
    /// private key of DG14.
    #[error("the chip does not know the private key of its DG14")]
    ChipAuthenticationFailed,

    /// Active Authentication: the signature is not by the key of DG15 over the nonce of this run.
    #[error("the chip's signature is not by the key of its DG15")]
    ActiveAuthenticationFailed,
    /// Active Authentication: the recovered message is not of ISO/IEC 9796-2, scheme 1: header, trailer, or padding.
    #[error("the chip's signature does not recover a message of ISO/IEC 9796-2")]
    ActiveAuthenticationMalformed,
    /// Active Authentication: the trailer names a hash that ICAO 9303-11, 6.1.2.2, does not have.
    #[error("the chip's signature names an unknown hash")]
    ActiveAuthenticationHashUnknown,
    /// Active Authentication: a key of DG15 that signs by none of the ways of ICAO 9303-11, 6.1.2.
    #[error("a key of DG15 that active authentication cannot have")]
    ActiveAuthenticationKeyUnsupported,

    /// There is no travel document application on the chip.
    #[error("no travel document application, the chip answered {0}")]
    NoApplication(StatusWord),
    /// There is no such file on the chip.
    #[error("no such file")]
    FileNotFound,
    /// The chip does not let this file be read.
    #[error("the file may not be read")]
    FileForbidden,
    /// A file that does not begin with a tag and a length.
    #[error("a file that does not begin with a tag and a length")]
    FileMalformed,
    /// A file of another tag than the one that belongs to it.
    #[error("a file with another file's tag")]
    FileTagWrong,
    /// A file that says it is longer than is read: see [`crate::reader::Limits`].
    #[error("a file longer than is read")]
    FileTooLong,
    /// A file that stops before the length that it says it has.
    #[error("a file that stops before its length")]
    FileStopsShort,
    /// A chip that has been asked more often than is asked: see [`crate::reader::Limits`].
    #[error("more commands than one document takes")]
    TooManyCommands,
    /// A chip that refuses every block size.
    #[error("a chip that refuses every block size")]
    NoBlockSize,
    /// The connection to the chip was lost. The reading can go on with [`crate::reader::Session::resume`].
    #[error("the connection to the chip was lost")]
    ConnectionLost,
    /// An answer was given to a session that does not wait for one.
    #[error("an answer that nobody waits for")]
    NotWaiting,
}

/// Why PACE failed (ICAO 9303-11, 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaceFault {
    /// None of the offered protocols and domain parameters is one that ICAO 9303 knows.
    #[error("no PACE protocol that can be done")]
    Unsupported,
    /// The chip refused to select the protocol, its parameters or the password.
    #[error("the chip refused to begin with {0}")]
    NotSelected(StatusWord),
    /// The chip refused a step. After the third it is most often the password that is wrong.
    #[error("the chip refused {step} with {status}")]
    Refused {
        /// Which step.
        step: PaceStep,
        /// The answer.
        status: StatusWord,
    },
    /// The password is wrong. `tries` is how many more the chip says that it allows, where it counts them.
    #[error("the chip refused the password")]
    PasswordRefused {
        /// Tries left, where the chip counts them.
        tries: Option<u8>,
    },
    /// The password is blocked (`63C0` or `6983`).
    #[error("the password is blocked")]
    PasswordBlocked,
    /// The answer to a step is not Dynamic Authentication Data (`7C`) with the step's data object.
    #[error("the chip's answer to {0} is not what the step yields")]
    AnswerMalformed(PaceStep),
    /// The encrypted nonce has not the length of ICAO 9303-11, 4.4.3.3.
    #[error("a nonce of another length")]
    NonceLength,
    /// The chip's public key is not on the curve, or not in the group, or has the wrong length.
    #[error("a public key that is not one of the group, in {0}")]
    PublicKeyInvalid(PaceStep),
    /// The mapped generator is none: the neutral element.
    #[error("a mapped generator that generates nothing")]
    GeneratorInvalid,
    /// The chip sent the terminal's own key back (ICAO 9303-11, 4.4.1).
    #[error("the chip reflected the terminal's key, in {0}")]
    ReflectedKey(PaceStep),
    /// The chip's authentication token does not fit: it does not know the password.
    #[error("the chip did not prove the password")]
    TokenWrong,
    /// Chip Authentication Mapping: no Encrypted Chip Authentication Data (`8A`), or not of whole blocks, or not padded.
    #[error("no encrypted chip authentication data")]
    ChipAuthenticationDataMalformed,
    /// Symmetric cryptography failed, for which there is no cause but a mistake in this crate.
    #[error("PACE failed inside")]
    Inside,
}

/// A step of PACE (ICAO 9303-11, 4.4.5, table 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaceStep {
    /// 1: the encrypted nonce.
    EncryptedNonce,
    /// 2: the nonce is mapped.
    MapNonce,
    /// 3: the key agreement.
    KeyAgreement,
    /// 4: mutual authentication.
    MutualAuthentication,
}

impl core::fmt::Display for PaceStep {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::EncryptedNonce => "the encrypted nonce",
            Self::MapNonce => "the mapping",
            Self::KeyAgreement => "the key agreement",
            Self::MutualAuthentication => "the mutual authentication",
        })
    }
}

/// What a chip is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// SELECT.
    Select,
    /// READ BINARY, INS `B0` or `B1`.
    ReadBinary,
    /// GET CHALLENGE.
    GetChallenge,
    /// EXTERNAL AUTHENTICATE.
    ExternalAuthenticate,
    /// INTERNAL AUTHENTICATE.
    InternalAuthenticate,
    /// GENERAL AUTHENTICATE.
    GeneralAuthenticate,
    /// MANAGE SECURITY ENVIRONMENT.
    ManageSecurityEnvironment,
}

impl core::fmt::Display for Command {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Select => "SELECT",
            Self::ReadBinary => "READ BINARY",
            Self::GetChallenge => "GET CHALLENGE",
            Self::ExternalAuthenticate => "EXTERNAL AUTHENTICATE",
            Self::InternalAuthenticate => "INTERNAL AUTHENTICATE",
            Self::GeneralAuthenticate => "GENERAL AUTHENTICATE",
            Self::ManageSecurityEnvironment => "MANAGE SECURITY ENVIRONMENT",
        })
    }
}

/// What a session tolerated or noticed on its way. None of it makes what was read wrong; all of it is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// There is no EF.CardAccess, so BAC was done. Whoever is between could have hidden it; DG14 tells.
    #[error("no EF.CardAccess, so no PACE")]
    CardAccessMissing,
    /// EF.CardAccess offers no PACE, so BAC was done.
    #[error("EF.CardAccess offers no PACE")]
    PaceNotOffered,
    /// PACE failed that EF.CardAccess promises, and the plan has BAC done then.
    #[error("BAC after PACE had failed")]
    PaceDowngraded(
        /// Why PACE failed.
        #[source]
        PaceFault,
    ),
    /// The chip refused the best PACE, and a weaker one was done.
    #[error("the chip refused its best PACE")]
    PaceOfferRefused(
        /// Why.
        #[source]
        PaceFault,
    ),
    /// DG14 has PACE that EF.CardAccess did not offer: someone between may have hidden it (ICAO 9303-11, 9.2.1).
    #[error("DG14 and EF.CardAccess offer different PACE")]
    PaceHidden,
    /// The chip wanted the domain parameters named though it has only one set. Ukraine's older passports do.
    #[error("the domain parameters had to be named")]
    DomainParametersNamed,
    /// Extended length was promised and not kept. China's passports do that.
    #[error("extended length was promised and not kept")]
    ExtendedLengthNotKept,
    /// The chip gives less at once than an APDU holds.
    #[error("the chip gives less at once than an APDU holds")]
    BlockSizeReduced,
    /// The chip refuses to be asked for more than there is (`6B00`).
    #[error("the chip refuses to be asked for more than there is")]
    ReadBeyondEndRefused,
    /// The chip does not take short file identifiers (ICAO 9303-10, 3.6.3).
    #[error("the chip does not take short file identifiers")]
    ShortIdentifiersRefused,
    /// Secure messaging ended and was begun anew.
    #[error("secure messaging had to be begun anew")]
    SessionRestarted(
        /// Why it ended.
        #[source]
        ChipFault,
    ),
    /// The connection was lost and taken up again.
    #[error("the connection was lost and taken up again")]
    ConnectionResumed,
}
