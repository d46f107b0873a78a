//! What steps, reasons and notices mean, in plain words.

use emrtd::lds::DataGroup;
use emrtd::passive_auth::{Notice, Reason, Step};

/// What a step shows when it is proved.
pub(super) fn step(step: Step) -> String {
    match step {
        Step::SecurityObjectStructure => "The security object can be read",
        Step::SecurityObjectHash => "Its list of hashes is the one that was signed",
        Step::SecurityObjectSignature => "The document signer signed it",
        Step::DocumentSignerSignature => {
            "An authority that is trusted issued the document signer's certificate"
        }
        Step::DocumentSignerUsage => "That certificate is for signing documents",
        Step::DocumentSignerValidityAtSigning => "It was valid when the document was signed",
        Step::CscaValidityAtIssuing => "The authority was valid when it issued that certificate",
        Step::DocumentSignerValidity => "The document signer's certificate is valid today",
        Step::CscaValidity => "The authority's certificate is valid today",
        Step::DocumentSignerRevocation => "The document signer is not revoked",
        Step::DocumentSignerDefects => "No defect list warns of this document signer",
        Step::SecurityObjectAndCom => "EF.COM and the security object list the same files",
        Step::DataGroupHash(group) => {
            return format!(
                "DG{} ({}) is the one that was signed",
                group.number(),
                data_group(group)
            );
        }
        Step::IssuingState => "The document signer belongs to the state that the document names",
        Step::DocumentType => "The document signer may sign this kind of document",
    }
    .to_owned()
}

const fn data_group(group: DataGroup) -> &'static str {
    match group {
        DataGroup::Dg1 => "machine readable zone",
        DataGroup::Dg2 => "face",
        DataGroup::Dg3 => "fingers",
        DataGroup::Dg4 => "irises",
        DataGroup::Dg5 => "printed portrait",
        DataGroup::Dg7 => "signature",
        DataGroup::Dg11 => "personal details",
        DataGroup::Dg12 => "document details",
        DataGroup::Dg13 => "optional details",
        DataGroup::Dg14 => "chip's protocols and keys",
        DataGroup::Dg15 => "active authentication key",
        DataGroup::Dg16 => "persons to notify",
        _ => "reserved",
    }
}

/// Why a step could not be asked.
pub(super) const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NotReached => "a step before it failed",
        Reason::SigningTimeUnknown => "nobody says when it was signed",
        Reason::NoRevocationList => "no revocation list of that authority was imported",
        Reason::KnownDefect => "a defect list says that this is wrong in documents of this signer",
        Reason::NoDefectList => "no defect list was imported",
        Reason::NoCom => "EF.COM is not there, and need not be",
        Reason::NoMachineReadableZone => "the machine readable zone is not there",
        Reason::NotRead => "the file is not there",
        Reason::NotLimited => "its certificate does not limit that",
    }
}

/// What whoever decides should know.
pub(super) const fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::Sha1 => "SHA-1 was used, for which two inputs with one hash can be made",
        Notice::ShortKey => "a key is shorter than what is called safe today",
        Notice::RevocationListOutdated => {
            "the revocation list should have been followed by a newer one: import that"
        }
        Notice::KnownDefect => "a defect list knows of something in documents of this signer",
        Notice::ChipAuthenticationVoid => {
            "a defect list says that chip authentication counts for nothing with this signer's documents"
        }
        Notice::ActiveAuthenticationVoid => {
            "a defect list says that active authentication counts for nothing with this signer's documents"
        }
        Notice::RevocationListRefused => {
            "there is a revocation list whose signature could not be verified"
        }
    }
}
