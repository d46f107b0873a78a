//! Cryptographic Message Syntax (RFC 5652): SignedData as it really occurs in security objects (ICAO 9303-10, 4.6.2), master lists
//! and deviation lists (ICAO 9303-12, 9 and 10), EF.CardSecurity (TR-03110-3, A.1.2.5).
//!
//! ```
//! # fn read(bytes: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! use emrtd::ber;
//! use emrtd::cms::{ContentType, SignedData};
//!
//! let normalised = ber::normalise(bytes)?;
//! let signed_data = SignedData::parse(&normalised)?;
//! let verified = signed_data.verify_signer()?;
//! let list = verified.content_as(ContentType::CscaMasterList)?;
//! # let _ = list;
//! # Ok(())
//! # }
//! ```
//!
//! What was verified is that the content was signed by the key of a certificate. Whether that certificate is to be trusted is for the
//! path to a CSCA to say.

mod attributes;
mod content_type;
mod signed_data;
mod signer_info;
mod verify;

pub use attributes::{Attribute, SignedAttributes};
pub use content_type::ContentType;
pub use signed_data::{MAX_CERTIFICATES, MAX_SIGNERS, RejectedCertificate, SignedData};
pub use signer_info::{SignerIdentifier, SignerInfo};
pub use verify::VerifiedSignedData;
