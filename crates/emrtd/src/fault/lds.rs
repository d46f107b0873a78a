//! What can be wrong with the files of a document's chip.

use super::{MrzFault, TlvFault};

/// Why a file of the chip was refused (ICAO 9303-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LdsFault {
    /// Not the structure that the file should have.
    #[error("not the file's structure")]
    Structure(#[from] TlvFault),
    /// DG1 holds no machine readable zone (9303-10, 4.7.1).
    #[error("no machine readable zone")]
    Mrz(#[from] MrzFault),
    /// The security object has a version other than 0 and 1 (9303-10, 4.6.2.3).
    #[error("unknown version of the security object")]
    SecurityObjectVersion,
    /// The security object names a data group other than 1 to 16.
    #[error("the security object names a data group that does not exist")]
    DataGroupNumber,
    /// The security object has two hashes for one data group.
    #[error("the security object has two hashes for one data group")]
    DataGroupTwice,
    /// More elements than are read: a count that says more, or more that follow.
    #[error("more elements than are read")]
    TooMany,
    /// A biometric template holds neither `5F2E` nor `7F2E` (9303-10, 4.7.2.1).
    #[error("a biometric template without data")]
    NoBiometricData,
    /// A face record is not by ISO/IEC 19794-5, nor by ISO/IEC 39794-5.
    #[error("a face record of unknown format")]
    FaceFormatUnknown,
    /// A face record's lengths do not fit into each other, or it ends too early (ISO/IEC 19794-5:2005, 5).
    #[error("a face record that does not hold together")]
    FaceRecordMalformed,
    /// No image where there must be one.
    #[error("no image")]
    NoImage,
}

/// Why an image's first bytes do not describe it. The image itself is there all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImageFault {
    /// Neither JPEG, JPEG 2000 nor PNG.
    #[error("not an image of a known kind")]
    Unknown,
    /// It ends before its size is said.
    #[error("the image ends too early")]
    Truncated,
    /// JPEG: what should be a marker is none (ISO/IEC 10918-1, B.1.1).
    #[error("a JPEG image whose segments cannot be followed")]
    JpegSegments,
    /// JPEG 2000: no image header box, or one that is not well-formed (ISO/IEC 15444-1, I.5.3).
    #[error("a JPEG 2000 image without a header")]
    Jpeg2000Header,
    /// JPEG 2000: no SIZ marker segment where the codestream begins (ISO/IEC 15444-1, A.5.1).
    #[error("a JPEG 2000 codestream that does not begin with its size")]
    Jpeg2000Codestream,
    /// A width or height of zero, or more than 65,535.
    #[error("an image without a size")]
    Size,
}
