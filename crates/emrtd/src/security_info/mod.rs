//! SecurityInfos: which protocols a chip has, in EF.CardAccess, EF.CardSecurity and DG14 (ICAO 9303-11, 9.2; TR-03110-3, A.1.1).
//!
//! EF.CardAccess is not signed. What it promises is compared with DG14 or EF.CardSecurity once these are verified.

mod protocol;

pub use protocol::{ChipAuthenticationProtocol, KeyAgreement, Mapping, PaceProtocol};

use crate::fault::{Deviation, Deviations, LdsFault};
use crate::oid::{Oid, known};
use crate::tlv::{Reader, Tag, Tlv};

/// How many SecurityInfos are read. Chips have up to about twenty.
pub const MAX_SECURITY_INFOS: usize = 128;

/// `SecurityInfos ::= SET OF SecurityInfo`, sorted by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityInfos<'a> {
    /// PACE with standardised or explicit domain parameters, in the order in which they stand.
    pub pace: Vec<PaceInfo>,
    /// Explicit domain parameters for PACE. Nothing protects them where they stand in EF.CardAccess.
    pub pace_domain_parameters: Vec<PaceDomainParameterInfo<'a>>,
    /// Chip authentication.
    pub chip_authentication: Vec<ChipAuthenticationInfo>,
    /// Public keys for chip authentication, and for PACE with its mapping.
    pub chip_authentication_keys: Vec<ChipAuthenticationPublicKeyInfo<'a>>,
    /// Active authentication with elliptic curves.
    pub active_authentication: Option<ActiveAuthenticationInfo<'a>>,
    /// Terminal authentication.
    pub terminal_authentication: Vec<TerminalAuthenticationInfo<'a>>,
    /// A copy of EF.DIR: which applications there are.
    pub directory: Option<&'a [u8]>,
    /// Everything else, and what is not well-formed.
    pub unknown: Vec<UnknownInfo<'a>>,
    /// What was tolerated.
    pub deviations: Deviations,
}

/// `PACEInfo ::= SEQUENCE { protocol OBJECT IDENTIFIER, version INTEGER, parameterId INTEGER OPTIONAL }` (9303-11, 9.2.1)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceInfo {
    /// Mapping, key agreement and cipher.
    pub protocol: PaceProtocol,
    /// 2; no other is specified by ICAO.
    pub version: u32,
    /// Standardised domain parameters where below 32 (9303-11, table 12), else those of a [`PaceDomainParameterInfo`]. With chip
    /// authentication mapping also the key's identifier.
    pub parameter_id: Option<u64>,
}

/// Explicit domain parameters (9303-11, 9.2.2). To be used only if they equal known ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceDomainParameterInfo<'a> {
    /// Diffie-Hellman or its variant on elliptic curves.
    pub key_agreement: KeyAgreement,
    /// How the nonce is mapped.
    pub mapping: Mapping,
    /// The AlgorithmIdentifier, with tag and length.
    pub domain_parameter: &'a [u8],
    /// Which PACEInfo it belongs to, where there are several.
    pub parameter_id: Option<u64>,
}

/// `ChipAuthenticationInfo ::= SEQUENCE { protocol OBJECT IDENTIFIER, version INTEGER, keyId INTEGER OPTIONAL }` (9303-11, 9.2.5)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChipAuthenticationInfo {
    /// Key agreement and cipher.
    pub protocol: ChipAuthenticationProtocol,
    /// 1; versions 2 and 3 are of TR-03110 and not for travel documents.
    pub version: u32,
    /// Which key, where there are several.
    pub key_id: Option<u64>,
}

/// A chip's static public key (9303-11, 9.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChipAuthenticationPublicKeyInfo<'a> {
    /// Diffie-Hellman or its variant on elliptic curves.
    pub key_agreement: KeyAgreement,
    /// The SubjectPublicKeyInfo, with tag and length.
    pub public_key: &'a [u8],
    /// Which key, where there are several.
    pub key_id: Option<u64>,
}

/// `ActiveAuthenticationInfo ::= SEQUENCE { protocol, version INTEGER, signatureAlgorithm OBJECT IDENTIFIER }` (9303-11, 9.2.4)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveAuthenticationInfo<'a> {
    /// 1.
    pub version: u32,
    /// ECDSA with a hash function, plain signatures (TR-03111, 5.2.1).
    pub signature_algorithm: Oid<'a>,
}

/// `TerminalAuthenticationInfo ::= SEQUENCE { protocol, version INTEGER }` (9303-11, 9.2.8); version 1 may name the file with the
/// certificate authorities' names (TR-03110-3, A.1.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalAuthenticationInfo<'a> {
    /// 1 or 2.
    pub version: u32,
    /// The file EF.CVCA, as the SEQUENCE with its identifiers.
    pub cvca_file: Option<&'a [u8]>,
}

/// A SecurityInfo that is of no kind above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownInfo<'a> {
    /// Its object identifier.
    pub protocol: Oid<'a>,
    /// The whole SecurityInfo, with tag and length.
    pub raw: &'a [u8],
}

impl<'a> SecurityInfos<'a> {
    /// Parses the SET: the whole of EF.CardAccess, what EF.CardSecurity's CMS holds, or the value of DG14.
    ///
    /// Bytes behind it are reported. A known SecurityInfo that is not well-formed is reported and kept among the unknown ones, so that one
    /// bad entry does not hide the others.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, LdsFault> {
        let mut reader = Reader::ber(bytes);
        let set = reader.expect(Tag::SET)?;
        let mut infos = Self::default();
        if !reader.is_empty() {
            infos.deviations.push(Deviation::FileTrailingBytes);
        }
        for (count, element) in set.children().enumerate() {
            if count == MAX_SECURITY_INFOS {
                return Err(LdsFault::TooMany);
            }
            infos.add(element?.expect(Tag::SEQUENCE)?)?;
        }
        Ok(infos)
    }

    /// Each way of chip authentication with its key, in the order in which the ways stand.
    ///
    /// A key that no ChipAuthenticationInfo names is taken for version 1 with 3DES, as TR-03110-3, A.1.1.2 has it for early documents; the
    /// second part of the answer then says so.
    pub fn chip_authentication_ways(
        &self,
    ) -> (
        Vec<(ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo<'a>)>,
        Deviations,
    ) {
        let belongs = |info: &ChipAuthenticationInfo, key: &ChipAuthenticationPublicKeyInfo<'_>| {
            info.protocol.key_agreement == key.key_agreement
                && (info.key_id == key.key_id || info.key_id.is_none() || key.key_id.is_none())
        };
        let named = self.chip_authentication.iter().filter_map(|info| {
            let exact = |key: &&ChipAuthenticationPublicKeyInfo<'_>| {
                belongs(info, key) && info.key_id == key.key_id
            };
            let keys = &self.chip_authentication_keys;
            keys.iter()
                .find(exact)
                .or_else(|| keys.iter().find(|key| belongs(info, key)))
                .map(|key| (*info, *key))
        });
        let mut ways: Vec<_> = named.collect();
        let mut deviations = Deviations::new();
        if self.chip_authentication.is_empty() {
            for key in &self.chip_authentication_keys {
                let protocol = ChipAuthenticationProtocol::assumed(key.key_agreement);
                ways.push((
                    ChipAuthenticationInfo {
                        protocol,
                        version: 1,
                        key_id: key.key_id,
                    },
                    *key,
                ));
                deviations.push(Deviation::ChipAuthenticationInfoMissing);
            }
        }
        (ways, deviations)
    }

    /// Sorts one SecurityInfo in.
    fn add(&mut self, info: Tlv<'a>) -> Result<(), LdsFault> {
        let protocol = info.reader().expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
        match self.add_known(protocol, info) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(_) => self.deviations.push(Deviation::SecurityInfoMalformed),
        }
        self.unknown.push(UnknownInfo {
            protocol,
            raw: info.raw,
        });
        Ok(())
    }

    /// Sorts one SecurityInfo in, if it is of a known kind.
    fn add_known(&mut self, protocol: Oid<'a>, info: Tlv<'a>) -> Result<bool, LdsFault> {
        let mut reader = info.reader();
        reader.expect(Tag::OBJECT_IDENTIFIER)?;
        if let Some(protocol) = PaceProtocol::from_oid(protocol) {
            let (version, parameter_id) = version_and_id(&mut reader)?;
            self.pace.push(PaceInfo {
                protocol,
                version,
                parameter_id,
            });
        } else if let Some((key_agreement, mapping)) = protocol::pace_domain_parameters(protocol) {
            let domain_parameter = reader.expect(Tag::SEQUENCE)?.raw;
            let parameter_id = optional_id(&mut reader)?;
            let info = PaceDomainParameterInfo {
                key_agreement,
                mapping,
                domain_parameter,
                parameter_id,
            };
            self.pace_domain_parameters.push(info);
        } else if let Some(protocol) = ChipAuthenticationProtocol::from_oid(protocol) {
            let (version, key_id) = version_and_id(&mut reader)?;
            self.chip_authentication.push(ChipAuthenticationInfo {
                protocol,
                version,
                key_id,
            });
        } else if let Some(key_agreement) = protocol::public_key(protocol) {
            let public_key = reader.expect(Tag::SEQUENCE)?.raw;
            let key_id = optional_id(&mut reader)?;
            let info = ChipAuthenticationPublicKeyInfo {
                key_agreement,
                public_key,
                key_id,
            };
            self.chip_authentication_keys.push(info);
        } else if protocol == known::AA_PROTOCOL && self.active_authentication.is_none() {
            let version = reader.expect(Tag::INTEGER)?.small_unsigned()?;
            let signature_algorithm = reader.expect(Tag::OBJECT_IDENTIFIER)?.oid()?;
            self.active_authentication = Some(ActiveAuthenticationInfo {
                version,
                signature_algorithm,
            });
        } else if protocol == known::TA {
            let version = reader.expect(Tag::INTEGER)?.small_unsigned()?;
            let cvca_file = reader.optional(Tag::SEQUENCE)?.map(|file| file.raw);
            self.terminal_authentication
                .push(TerminalAuthenticationInfo { version, cvca_file });
        } else if protocol.below(known::ICAO_MRTD_SECURITY) == Some(&[13])
            && self.directory.is_none()
        {
            self.directory = Some(reader.expect(Tag::OCTET_STRING)?.value);
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// A version, and an identifier if there is one.
fn version_and_id(reader: &mut Reader<'_>) -> Result<(u32, Option<u64>), LdsFault> {
    let version = reader.expect(Tag::INTEGER)?.small_unsigned()?;
    Ok((version, optional_id(reader)?))
}

/// An identifier, if there is one.
fn optional_id(reader: &mut Reader<'_>) -> Result<Option<u64>, LdsFault> {
    let id = reader
        .optional(Tag::INTEGER)?
        .map(|id| id.small_unsigned())
        .transpose()?;
    Ok(id.map(u64::from))
}
