//! EF.SOD and the LDS security object inside: the hashes that the document signer signed (ICAO 9303-10, 4.6.2 and appendix D).

use super::com::LdsVersion;
use super::{DataGroup, open};
use crate::fault::{Deviation, Deviations, LdsFault};
use crate::oid::Oid;
use crate::tlv::{Reader, Tag, Tlv};

/// EF.SOD: a CMS signed-data structure under the tag `77`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sod<'a> {
    /// The ContentInfo, as received.
    pub cms: &'a [u8],
    /// What was tolerated.
    pub deviations: Deviations,
}

impl<'a> Sod<'a> {
    /// The tag that the file begins with.
    pub const TAG: Tag = Tag(0x77);
    /// The file identifier.
    pub const FILE_ID: u16 = 0x011D;
    /// The short file identifier.
    pub const SHORT_FILE_ID: u8 = 0x1D;

    /// Takes the CMS out of the file.
    pub fn parse(file: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let cms = open(file, Self::TAG, &mut deviations)?.value;
        Ok(Self { cms, deviations })
    }
}

/// What the document signer signs: one hash for each data group.
///
/// ```text
/// LDSSecurityObject ::= SEQUENCE {
///     version              LDSSecurityObjectVersion, -- v0(0), v1(1)
///     hashAlgorithm        DigestAlgorithmIdentifier,
///     dataGroupHashValues  SEQUENCE SIZE (2..ub-DataGroups) OF DataGroupHash,
///     ldsVersionInfo       LDSVersionInfo OPTIONAL } -- if present, version MUST be V1
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdsSecurityObject<'a> {
    /// 0 (LDS 1.7) or 1 (LDS 1.8).
    pub version: u8,
    /// The hash function that all hashes are of.
    pub digest_algorithm: Oid<'a>,
    /// One hash for each data group, in the order in which they stand; no data group twice.
    pub hashes: Vec<DataGroupHash<'a>>,
    /// From version 1 on: what EF.COM says without a signature.
    pub version_info: Option<LdsVersionInfo<'a>>,
    /// What was tolerated.
    pub deviations: Deviations,
}

/// The hash over one data group's whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataGroupHash<'a> {
    /// Which data group.
    pub data_group: DataGroup,
    /// The hash value.
    pub value: &'a [u8],
}

/// `LDSVersionInfo ::= SEQUENCE { ldsVersion PrintableString, unicodeVersion PrintableString }`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LdsVersionInfo<'a> {
    /// As text, such as `0108`.
    pub lds_version: &'a [u8],
    /// As text, such as `040000`.
    pub unicode_version: &'a [u8],
}

impl LdsVersionInfo<'_> {
    /// The version of the Logical Data Structure, where the text is one.
    pub fn version(&self) -> Option<LdsVersion> {
        LdsVersion::parse(self.lds_version)
    }
}

impl<'a> LdsSecurityObject<'a> {
    /// Parses the content that EF.SOD's CMS signs.
    pub fn parse(content: &'a [u8]) -> Result<Self, LdsFault> {
        let mut deviations = Deviations::new();
        let mut reader = open(content, Tag::SEQUENCE, &mut deviations)?.reader();
        let version = match reader.expect(Tag::INTEGER)?.small_unsigned()? {
            0 => 0,
            1 => 1,
            _ => return Err(LdsFault::SecurityObjectVersion),
        };
        let digest_algorithm = reader
            .expect(Tag::SEQUENCE)?
            .reader()
            .expect(Tag::OBJECT_IDENTIFIER)?
            .oid()?;
        let hashes = hashes(reader.expect(Tag::SEQUENCE)?)?;
        let version_info = reader
            .optional(Tag::SEQUENCE)?
            .map(version_info)
            .transpose()?;
        reader.finish()?;
        if hashes.len() < 2 {
            deviations.push(Deviation::SecurityObjectFewHashes);
        }
        if version_info.is_some() != (version == 1) {
            deviations.push(Deviation::SecurityObjectVersionInfo);
        }
        Ok(Self {
            version,
            digest_algorithm,
            hashes,
            version_info,
            deviations,
        })
    }

    /// The hash for a data group, if the document signer vouches for one.
    pub fn hash(&self, data_group: DataGroup) -> Option<&'a [u8]> {
        self.hashes
            .iter()
            .find(|hash| hash.data_group == data_group)
            .map(|hash| hash.value)
    }

    /// The data groups that the document signer vouches for.
    pub fn data_groups(&self) -> impl Iterator<Item = DataGroup> {
        self.hashes.iter().map(|hash| hash.data_group)
    }
}

/// `DataGroupHash ::= SEQUENCE { dataGroupNumber DataGroupNumber, dataGroupHashValue OCTET STRING }`, up to sixteen.
fn hashes<'a>(list: Tlv<'a>) -> Result<Vec<DataGroupHash<'a>>, LdsFault> {
    let mut hashes: Vec<DataGroupHash<'a>> = Vec::with_capacity(16);
    for element in list.children() {
        let mut reader: Reader<'a> = element?.expect(Tag::SEQUENCE)?.reader();
        let number = reader.expect(Tag::INTEGER)?.small_unsigned()?;
        let data_group = DataGroup::from_number(number).ok_or(LdsFault::DataGroupNumber)?;
        let value = reader.expect(Tag::OCTET_STRING)?.value;
        reader.finish()?;
        if hashes.iter().any(|hash| hash.data_group == data_group) {
            return Err(LdsFault::DataGroupTwice);
        }
        hashes.push(DataGroupHash { data_group, value });
    }
    Ok(hashes)
}

/// The versions, whatever kind of string they are.
fn version_info(element: Tlv<'_>) -> Result<LdsVersionInfo<'_>, LdsFault> {
    let mut reader = element.reader();
    let lds_version = reader.any(Tag::PRINTABLE_STRING)?.value;
    let unicode_version = reader.any(Tag::PRINTABLE_STRING)?.value;
    Ok(LdsVersionInfo {
        lds_version,
        unicode_version,
    })
}
