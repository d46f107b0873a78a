//! EF.SOD and EF.CardSecurity, verified (ICAO 9303-10, 4.6.2; TR-03110-3, A.1.2.5), and the data groups that EF.SOD covers.

use crate::crypto::Digest;
use crate::fault::PassiveFault;
use crate::lds::{DataGroup, LdsSecurityObject, LdsVersion};
use crate::passive_auth::check::SignedContent;
use crate::passive_auth::{Circumstances, DocumentSigner, Notice, Verdict};
use crate::tlv::Header;

/// The proof that a document signer, whom an authority in the store issued, has signed hashes of data groups.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct VerifiedSecurityObject {
    signer: DocumentSigner,
    content: LdsContent,
}

/// The proof that a file is the data group that a document signer has signed, borrowed from the file.
#[derive(Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct VerifiedDataGroup<'a> {
    data_group: DataGroup,
    file: &'a [u8],
}

/// The proof that a document signer, whom an authority in the store issued, has signed the SecurityInfos of EF.CardSecurity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct VerifiedCardSecurity {
    signer: DocumentSigner,
    security_infos: Box<[u8]>,
}

/// Verifies EF.SOD, as it was read.
pub fn verify_security_object(
    file: &[u8],
    circumstances: &Circumstances<'_>,
) -> (Verdict, Option<VerifiedSecurityObject>) {
    let mut verdict = Verdict::default();
    let proof = SignedContent::security_object(file, circumstances, &mut verdict)
        .and_then(|signed| signed.into_proof(&verdict));
    (verdict, proof)
}

/// Verifies EF.CardSecurity, as it was read.
pub fn verify_card_security(
    file: &[u8],
    circumstances: &Circumstances<'_>,
) -> (Verdict, Option<VerifiedCardSecurity>) {
    let mut verdict = Verdict::default();
    let proof = SignedContent::card_security(file, circumstances, &mut verdict)
        .and_then(|signed| signed.into_proof(&verdict));
    (verdict, proof)
}

impl SignedContent<LdsContent> {
    /// The proof, where no decisive step has failed so far.
    pub(super) fn into_proof(self, verdict: &Verdict) -> Option<VerifiedSecurityObject> {
        if verdict.decisive_fault().is_some() {
            return None;
        }
        Some(VerifiedSecurityObject {
            signer: self.signer?,
            content: self.content,
        })
    }
}

impl SignedContent<Box<[u8]>> {
    fn into_proof(self, verdict: &Verdict) -> Option<VerifiedCardSecurity> {
        if verdict.decisive_fault().is_some() {
            return None;
        }
        Some(VerifiedCardSecurity {
            signer: self.signer?,
            security_infos: self.content,
        })
    }
}

/// What EF.SOD signs, taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LdsContent {
    digest: Digest,
    hashes: Vec<(DataGroup, Box<[u8]>)>,
    lds_version: Option<LdsVersion>,
}

impl LdsContent {
    pub(super) fn read(content: &[u8], verdict: &mut Verdict) -> Result<Self, PassiveFault> {
        let object = LdsSecurityObject::parse(content).map_err(PassiveFault::Content)?;
        let digest =
            Digest::from_oid(object.digest_algorithm).ok_or(PassiveFault::DigestUnknown)?;
        if digest == Digest::Sha1 {
            verdict.notice(Notice::Sha1);
        }
        verdict.deviations.extend(&object.deviations);
        Ok(Self {
            digest,
            hashes: object
                .hashes
                .iter()
                .map(|hash| (hash.data_group, hash.value.into()))
                .collect(),
            lds_version: object.version_info.and_then(|info| info.version()),
        })
    }

    pub(super) fn data_groups(&self) -> impl Iterator<Item = DataGroup> {
        self.hashes.iter().map(|(group, _)| *group)
    }

    fn hash(&self, data_group: DataGroup) -> Option<&[u8]> {
        self.hashes
            .iter()
            .find(|(group, _)| *group == data_group)
            .map(|(_, hash)| hash.as_ref())
    }

    /// What of a file is the data group whose hash this is: all of it, or its element alone.
    pub(super) fn matching<'a>(
        &self,
        data_group: DataGroup,
        file: &'a [u8],
    ) -> Result<&'a [u8], PassiveFault> {
        let hash = self
            .hash(data_group)
            .ok_or(PassiveFault::DataGroupNotCovered)?;
        let header = Header::parse(file).ok();
        if header.is_none_or(|header| header.tag != data_group.tag()) {
            return Err(PassiveFault::DataGroupTag);
        }
        let element = header.and_then(|header| file.get(..header.total_length()));
        [Some(file), element]
            .into_iter()
            .flatten()
            .find(|bytes| self.digest.hash(&[bytes]) == *hash)
            .ok_or(PassiveFault::DataGroupHashWrong)
    }
}

impl VerifiedSecurityObject {
    /// Who signed.
    pub const fn signer(&self) -> &DocumentSigner {
        &self.signer
    }

    /// The hash function of the data groups.
    pub const fn digest(&self) -> Digest {
        self.content.digest
    }

    /// The data groups that are covered, in the order of the security object.
    pub fn data_groups(&self) -> impl Iterator<Item = DataGroup> {
        self.content.data_groups()
    }

    /// The hash of a data group.
    pub fn hash(&self, data_group: DataGroup) -> Option<&[u8]> {
        self.content.hash(data_group)
    }

    /// The version of the Logical Data Structure, where it was signed.
    pub const fn lds_version(&self) -> Option<LdsVersion> {
        self.content.lds_version
    }

    /// The proof that a file, as it was read, is a data group. What stands behind the file's element, which a chip may have given along,
    /// is left out where only the rest is what was signed.
    pub fn verify_data_group<'a>(
        &self,
        data_group: DataGroup,
        file: &'a [u8],
    ) -> Result<VerifiedDataGroup<'a>, PassiveFault> {
        let file = self.content.matching(data_group, file)?;
        Ok(VerifiedDataGroup { data_group, file })
    }
}

impl<'a> VerifiedDataGroup<'a> {
    /// Which data group.
    pub const fn data_group(&self) -> DataGroup {
        self.data_group
    }

    /// The file: exactly what was signed.
    pub const fn file(&self) -> &'a [u8] {
        self.file
    }

    /// The file, if it is this data group.
    pub fn file_of(&self, data_group: DataGroup) -> Option<&'a [u8]> {
        (self.data_group == data_group).then_some(self.file)
    }
}

/// The file is personal data, and not shown.
impl std::fmt::Debug for VerifiedDataGroup<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifiedDataGroup({:?})", self.data_group)
    }
}

impl VerifiedCardSecurity {
    /// Who signed.
    pub const fn signer(&self) -> &DocumentSigner {
        &self.signer
    }

    /// The SecurityInfos, tag and length included.
    pub fn security_infos(&self) -> &[u8] {
        &self.security_infos
    }
}
