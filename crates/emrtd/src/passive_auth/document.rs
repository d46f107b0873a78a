//! A whole document: its security object, and the files that the security object vouches for.

use crate::fault::PassiveFault;
use crate::lds::{Com, DataGroup, Dg1};
use crate::passive_auth::check::SignedContent;
use crate::passive_auth::security_object::LdsContent;
use crate::passive_auth::{
    Circumstances, DocumentSigner, Outcome, Reason, Step, Verdict, VerifiedDataGroup,
    VerifiedSecurityObject,
};

/// The files of a chip, each as it was read.
#[derive(Clone, Copy)]
pub struct Files<'f, 'a> {
    /// EF.SOD.
    pub security_object: &'f [u8],
    /// EF.COM, where there is one.
    pub com: Option<&'f [u8]>,
    /// The data groups.
    pub data_groups: &'f [(DataGroup, &'a [u8])],
}

/// What passive authentication of a document found.
#[derive(Debug, Clone)]
pub struct Authentication<'a> {
    /// What came of every step.
    pub verdict: Verdict,
    /// The security object, where its own decisive steps hold.
    pub security_object: Option<VerifiedSecurityObject>,
    /// The data groups that the security object vouches for.
    pub data_groups: Vec<VerifiedDataGroup<'a>>,
    /// The document, where all decisive steps hold and its machine readable zone is among the data groups.
    pub document: Option<VerifiedDocument<'a>>,
}

/// The proof that a country issued a document: its machine readable zone and all files given with it are what a document signer of the issuing
/// state has signed, and that signer was not revoked by any list at hand and, as far as times are known, valid when it signed.
#[derive(Debug, Clone)]
#[must_use]
pub struct VerifiedDocument<'a> {
    security_object: VerifiedSecurityObject,
    data_groups: Vec<VerifiedDataGroup<'a>>,
    dg1: Dg1,
    verdict: Verdict,
}

impl<'a> VerifiedDocument<'a> {
    /// The security object.
    pub const fn security_object(&self) -> &VerifiedSecurityObject {
        &self.security_object
    }

    /// The data groups, every one that was given.
    pub fn data_groups(&self) -> &[VerifiedDataGroup<'a>] {
        &self.data_groups
    }

    /// One of the data groups.
    pub fn data_group(&self, data_group: DataGroup) -> Option<VerifiedDataGroup<'a>> {
        self.data_groups
            .iter()
            .find(|verified| verified.data_group() == data_group)
            .copied()
    }

    /// The machine readable zone of the chip.
    pub const fn dg1(&self) -> &Dg1 {
        &self.dg1
    }

    /// What came of every step, those too that are for whoever decides to weigh: validity now, and whether a revocation list was at hand.
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}

/// Passive authentication of a document.
///
/// Where the security object hangs together and its signer is not trusted, its hashes are compared all the same, and prove nothing.
pub fn authenticate<'a>(
    files: &Files<'_, 'a>,
    circumstances: &Circumstances<'_>,
) -> Authentication<'a> {
    let mut verdict = Verdict::default();
    let signed = SignedContent::security_object(files.security_object, circumstances, &mut verdict);
    let security_object = signed
        .clone()
        .and_then(|signed| signed.into_proof(&verdict));
    let mut matching = Vec::new();
    let mut dg1 = None;
    if let Some(signed) = &signed {
        compare_with_com(files.com, signed, &mut verdict);
        matching = compare_hashes(files.data_groups, &signed.content, &mut verdict);
        dg1 = bind_to_state(&matching, signed.signer.as_ref(), &mut verdict);
    } else {
        verdict.not_reached(&[Step::SecurityObjectAndCom]);
        for (group, _) in files.data_groups {
            verdict.not_reached(&[Step::DataGroupHash(*group)]);
        }
        verdict.not_reached(&[Step::IssuingState, Step::DocumentType]);
    }
    let data_groups: Vec<_> = security_object
        .iter()
        .flat_map(|object| {
            let files = matching.iter();
            files.filter_map(|(group, file)| object.verify_data_group(*group, file).ok())
        })
        .collect();
    let document = security_object
        .clone()
        .zip(dg1)
        .filter(|_| {
            verdict.decisive_fault().is_none()
                && verdict.outcome(Step::IssuingState) == Outcome::Proved
        })
        .map(|(security_object, dg1)| VerifiedDocument {
            security_object,
            data_groups: data_groups.clone(),
            dg1,
            verdict: verdict.clone(),
        });
    Authentication {
        verdict,
        security_object,
        data_groups,
        document,
    }
}

/// EF.COM is not signed; what it lists must be what is signed (TR-03135-1, 5.6.4.4.1).
fn compare_with_com(com: Option<&[u8]>, signed: &SignedContent<LdsContent>, verdict: &mut Verdict) {
    let Some(com) = com else {
        verdict.not_applicable(Step::SecurityObjectAndCom, Reason::NoCom);
        return;
    };
    let same = Com::parse(com).is_ok_and(|com| {
        verdict.deviations.extend(&com.deviations);
        let mut listed = com.data_groups;
        let mut covered: Vec<DataGroup> = signed.content.data_groups().collect();
        listed.sort_unstable();
        covered.sort_unstable();
        listed == covered
    });
    let is_known = signed
        .signer
        .as_ref()
        .is_some_and(DocumentSigner::has_com_defect);
    verdict.checked_unless(
        is_known,
        Step::SecurityObjectAndCom,
        if same {
            Ok(())
        } else {
            Err(PassiveFault::ComDiffers)
        },
    );
}

/// The data groups whose hashes are those that were signed (TR-03135-1, 5.6.4.4.2).
fn compare_hashes<'a>(
    files: &[(DataGroup, &'a [u8])],
    content: &LdsContent,
    verdict: &mut Verdict,
) -> Vec<(DataGroup, &'a [u8])> {
    let mut matching = Vec::with_capacity(files.len());
    for (group, file) in files {
        let result = content.matching(*group, file);
        verdict.checked(Step::DataGroupHash(*group), result.map(drop));
        matching.extend(result.map(|file| (*group, file)));
    }
    for group in content.data_groups() {
        if files.iter().all(|(given, _)| *given != group) {
            verdict.not_applicable(Step::DataGroupHash(group), Reason::NotRead);
        }
    }
    matching
}

/// The state that the machine readable zone names must be the one whose authority issued the document signer (TR-03135-1, 5.6.4.5).
fn bind_to_state(
    matching: &[(DataGroup, &[u8])],
    signer: Option<&DocumentSigner>,
    verdict: &mut Verdict,
) -> Option<Dg1> {
    let Some(signer) = signer else {
        verdict.not_reached(&[Step::IssuingState, Step::DocumentType]);
        return None;
    };
    let dg1 = matching.iter().find(|(group, _)| *group == DataGroup::Dg1);
    let Some((_, dg1)) = dg1 else {
        verdict.not_applicable(Step::IssuingState, Reason::NoMachineReadableZone);
        verdict.not_applicable(Step::DocumentType, Reason::NoMachineReadableZone);
        return None;
    };
    let dg1 = match Dg1::parse(dg1) {
        Ok(dg1) => dg1,
        Err(fault) => {
            verdict.failed(Step::IssuingState, PassiveFault::DataGroupUnreadable(fault));
            verdict.not_reached(&[Step::DocumentType]);
            return None;
        }
    };
    verdict.deviations.extend(&dg1.deviations);
    verdict.checked(Step::IssuingState, issuing_state(&dg1, signer));
    document_type(&dg1, signer, verdict);
    Some(dg1)
}

fn issuing_state(dg1: &Dg1, signer: &DocumentSigner) -> Result<(), PassiveFault> {
    let country = signer.country().ok_or(PassiveFault::IssuingStateUnknown)?;
    if dg1.mrz.issuing_state.may_be_signed_by(country) {
        return Ok(());
    }
    Err(PassiveFault::IssuingStateDiffers)
}

/// A single letter stands for all kinds that begin with it (ICAO 9303-12, 7.1.1.6).
fn document_type(dg1: &Dg1, signer: &DocumentSigner, verdict: &mut Verdict) {
    let Some(types) = signer.document_types() else {
        verdict.not_applicable(Step::DocumentType, Reason::NotLimited);
        return;
    };
    let code = &dg1.mrz.document_code;
    let allowed = types.iter().any(|allowed| {
        let allowed = allowed.trim_end_matches('<');
        !allowed.is_empty() && code.starts_with(allowed.as_bytes())
    });
    verdict.checked(
        Step::DocumentType,
        if allowed {
            Ok(())
        } else {
            Err(PassiveFault::DocumentTypeNotAllowed)
        },
    );
}
