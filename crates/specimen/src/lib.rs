//! Specimens for tests and the demo: a signing country and virtual travel documents by ICAO Doc 9303.
//!
//! Written from the standards (Doc 9303 parts 10 to 12, TR-03110, RFC 5280, RFC 5652), apart from the reader in `emrtd`: it shares no
//! code with it, so that an error of one side shows against the other. Nothing here is secret, nothing runs in constant time, and
//! nothing here may sign a real document.
//!
//! Time and randomness are arguments: one seed gives one country with its documents.
//!
//! ```
//! use specimen::{
//!     chip::Chip,
//!     document::{Persona, Specimens},
//!     misbehaviour::Misbehaviour,
//!     randomness::Randomness,
//! };
//!
//! let now = jiff::Timestamp::from_second(1_800_000_000)?;
//! let specimens = Specimens::new(b"seed", now);
//! let document = specimens.document(Persona::Dane);
//! let mut chip = Chip::new(document.clone(), Randomness::from_seed(b"nonces"));
//! let select = [0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];
//! assert_eq!(chip.process(&select), [0x90, 0x00]);
//! // Nothing is readable before the MRZ is proved.
//! assert_eq!(chip.process(&[0x00, 0xB0, 0x9E, 0x00, 0x04]), [0x69, 0x82]);
//!
//! let mut torn = Chip::misbehaving(document, Randomness::from_seed(b"nonces"), vec![Misbehaviour::TornAt(1)]);
//! assert!(torn.process(&select).is_empty());
//! # Ok::<(), jiff::Error>(())
//! ```

#![forbid(unsafe_code)]

pub mod certificate;
pub mod chip;
pub mod cipher;
pub mod cms;
pub mod country;
pub mod curve;
mod curve_table;
pub mod der;
pub mod deviation_list;
pub mod digest;
pub mod document;
pub mod drawn_face;
pub mod ec_key;
pub mod group;
pub mod master_list;
pub mod misbehaviour;
pub mod network;
pub mod randomness;
mod revocation_list;
pub mod rsa;
pub mod signer;
pub mod vpcd;
