//! One file of an import: what is in it, and what of that is taken.

use std::borrow::Cow;

use emrtd::ber::Normalised;
use emrtd::cms::SignedData;
use emrtd::crypto::Digest;
use emrtd::fault::{CertificateFault, CmsFault, Deviations, ImportFault, ListFault, TrustFault};
use emrtd::trust::{
    DefectList, DeviationList, Import, Item, ItemKind, MasterList, Place, Revocation, Source,
    Store, VerifiedList,
};
use emrtd::x509::{Certificate, RevocationList, Role};
use jiff::Timestamp;
use store::trust::{NewItem, TrustKind, TrustSource};

/// What an import holds itself to.
pub(super) struct Rules {
    pub(super) accept_unverified: bool,
    pub(super) now: Timestamp,
}

/// A file, and how far it is judged.
pub(super) struct File {
    pub(super) name: String,
    is_directory: bool,
    waiting: Vec<Item>,
    pub(super) taken: Vec<Taken>,
    pub(super) refused: Vec<Refused>,
    pub(super) lists: Vec<AcceptedList>,
    pub(super) notes: Vec<String>,
}

/// Something that will be kept.
pub(super) struct Taken {
    pub(super) item: NewItem,
    pub(super) source: TrustSource,
}

/// Something that will not.
pub(super) struct Refused {
    pub(super) place: Option<Place>,
    pub(super) kind: &'static str,
    pub(super) fault: Refusal,
    /// Who signed it, where that helps.
    pub(super) signer: Option<String>,
}

/// A signed list whose content is taken.
pub(super) struct AcceptedList {
    pub(super) kind: &'static str,
    pub(super) signer: Option<String>,
    pub(super) signed: Option<Timestamp>,
    /// Who vouches for its signer; nobody where it was taken unverified.
    pub(super) vouched_by: Option<String>,
    pub(super) deviations: Deviations,
}

/// Why something is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(ImportFault),
    /// A certificate in a list cannot be read.
    #[error(transparent)]
    Certificate(CertificateFault),
    /// The list's signed data cannot be read.
    #[error(transparent)]
    SignedData(CmsFault),
    /// The list is not accepted.
    #[error(transparent)]
    List(ListFault),
    /// The list's signer has been revoked.
    #[error("the list's signer is revoked")]
    SignerRevoked,
    /// An authority in a directory's file that no trusted one vouches for.
    #[error("nobody who is trusted vouches for the authority")]
    AuthorityNotVouched(#[source] TrustFault),
    /// Somebody else than its issuer signed the revocation list.
    #[error("the revocation list is not its issuer's")]
    RevocationList(#[source] TrustFault),
}

impl Refusal {
    /// The fault's name, without what it is wrapped in here.
    pub(super) fn name(self) -> String {
        use super::super::fault_text::name;
        match self {
            Self::Unreadable(fault) => name(&fault),
            Self::Certificate(fault) => name(&fault),
            Self::SignedData(fault) => name(&fault),
            Self::List(fault) => name(&fault),
            other => name(&other),
        }
    }
}

impl File {
    pub(super) fn read(name: String, bytes: &[u8]) -> Self {
        let Import { items, rejected } = Import::read(bytes);
        let refused = rejected.into_iter().map(|rejected| Refused {
            place: Some(rejected.place),
            kind: "unknown",
            fault: Refusal::Unreadable(rejected.fault),
            signer: None,
        });
        // A directory's export is LDIF: lines, and no PEM.
        let is_directory = items
            .iter()
            .any(|item| matches!(item.place, Place::Line(_)))
            && !bytes.windows(11).any(|window| window == b"-----BEGIN ");
        Self {
            name,
            is_directory,
            refused: refused.collect(),
            waiting: items,
            taken: Vec::new(),
            lists: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Whether nothing waits for somebody who vouches.
    pub(super) fn is_judged(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn has_revocation_lists(&self) -> bool {
        let mut kinds = self.taken.iter().map(|taken| taken.item.kind);
        kinds.any(|kind| kind == TrustKind::RevocationList)
    }

    /// Judges what can be judged with these anchors. Certificates that become anchors by it are added to them. Gives whether there was
    /// any such, so that others may be judged anew.
    pub(super) fn judge(&mut self, anchors: &mut Store, rules: &Rules) -> bool {
        let mut progress = false;
        for item in std::mem::take(&mut self.waiting) {
            match self.judge_item(&item, anchors, rules) {
                Judgement::Taken { new_anchor } => progress |= new_anchor,
                Judgement::Waits => self.waiting.push(item),
            }
        }
        progress
    }

    fn judge_item(&mut self, item: &Item, anchors: &mut Store, rules: &Rules) -> Judgement {
        let new_anchor = match item.kind {
            ItemKind::Certificate => return self.certificate(item, anchors),
            ItemKind::RevocationList => {
                self.take(TrustKind::RevocationList, &item.bytes, true);
                false
            }
            ItemKind::MasterList => {
                let list = normalised(&item.bytes);
                let Ok(signed) = SignedData::parse(&list) else {
                    return Judgement::Waits;
                };
                match MasterList::verify(&signed, anchors) {
                    Ok(verified) if self.may_sign(&verified, anchors, rules) => {
                        self.accept("master_list", &verified, anchors);
                        self.master_list(verified.list(), Some(anchors))
                    }
                    _ => return Judgement::Waits,
                }
            }
            ItemKind::DeviationList | ItemKind::DefectList => {
                return self.other_list(item, anchors, rules);
            }
        };
        Judgement::Taken { new_anchor }
    }

    fn certificate(&mut self, item: &Item, anchors: &mut Store) -> Judgement {
        let Ok(certificate) = Certificate::parse(&item.bytes) else {
            return Judgement::Waits;
        };
        if certificate.role() == Role::Signer {
            self.take(TrustKind::DocumentSigner, &item.bytes, true);
            return Judgement::Taken { new_anchor: false };
        }
        if self.is_directory && anchors.path(&certificate).is_err() {
            return Judgement::Waits;
        }
        self.take(TrustKind::Authority, &item.bytes, true);
        anchors.add_parsed(&certificate, &Source::new(&self.name));
        Judgement::Taken { new_anchor: true }
    }

    fn other_list(&mut self, item: &Item, anchors: &Store, rules: &Rules) -> Judgement {
        let list = normalised(&item.bytes);
        let Ok(signed) = SignedData::parse(&list) else {
            return Judgement::Waits;
        };
        let kept = if item.kind == ItemKind::DefectList {
            DefectList::verify(&signed, anchors).is_ok_and(|verified| {
                let may = self.may_sign(&verified, anchors, rules);
                if may {
                    self.accept("defect_list", &verified, anchors);
                }
                may
            })
        } else {
            DeviationList::verify(&signed, anchors).is_ok_and(|verified| {
                let may = self.may_sign(&verified, anchors, rules);
                if may {
                    self.accept("deviation_list", &verified, anchors);
                }
                may
            })
        };
        if !kept {
            return Judgement::Waits;
        }
        self.take(kept_as(item.kind), &item.bytes, true);
        Judgement::Taken { new_anchor: false }
    }

    /// Whether the signer of a list is not revoked. That its certificate has expired since is said: lists are kept for years.
    fn may_sign<T>(&mut self, list: &VerifiedList<'_, T>, anchors: &Store, rules: &Rules) -> bool {
        let anchor = anchors
            .iter()
            .find(|stored| stored.fingerprint() == list.anchor());
        let revocation = anchor.map(|anchor| anchors.revocation(list.signer(), anchor, rules.now));
        if matches!(revocation, Some(Revocation::Revoked { .. })) {
            return false;
        }
        if list.signer_valid_at(rules.now).is_err() {
            self.notes
                .push("the certificate of the list's signer has expired since".to_owned());
        }
        true
    }

    fn accept<T>(&mut self, kind: &'static str, list: &VerifiedList<'_, T>, anchors: &Store) {
        let anchor = anchors
            .iter()
            .find(|stored| stored.fingerprint() == list.anchor());
        let anchor = anchor.and_then(|stored| stored.certificate().ok());
        self.lists.push(AcceptedList {
            kind,
            signer: Some(list.signer().subject.to_string()),
            signed: list.signing_time(),
            vouched_by: anchor.map(|anchor| anchor.subject.to_string()),
            deviations: list.deviations().clone(),
        });
    }

    /// Takes a master list's certificates, as anchors where it is verified.
    fn master_list(&mut self, list: &MasterList<'_>, mut anchors: Option<&mut Store>) -> bool {
        let source = Source::new(&self.name);
        for certificate in &list.certificates {
            self.take(TrustKind::Authority, certificate.raw, anchors.is_some());
            if let Some(anchors) = &mut anchors {
                anchors.add_parsed(certificate, &source);
            }
        }
        for rejected in &list.rejected {
            self.refused.push(Refused {
                place: None,
                kind: "certificate",
                fault: Refusal::Certificate(rejected.fault),
                signer: None,
            });
        }
        !list.certificates.is_empty()
    }

    fn take(&mut self, kind: TrustKind, der: &[u8], vouched: bool) {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(Digest::Sha256.hash(&[der]).as_ref());
        let name = if vouched {
            self.name.clone()
        } else {
            format!("{} (unverified)", self.name)
        };
        self.taken.push(Taken {
            item: NewItem {
                kind,
                sha256,
                der: der.to_owned(),
            },
            source: TrustSource { name, vouched },
        });
    }

    /// Refuses what still waits, or takes it unverified where the operator says so.
    pub(super) fn conclude(&mut self, anchors: &Store, rules: &Rules) {
        for item in std::mem::take(&mut self.waiting) {
            let list = normalised(&item.bytes);
            let signed = SignedData::parse(&list);
            let fault = match (&signed, item.kind) {
                (_, ItemKind::Certificate) => authority_fault(&item, anchors),
                (Err(fault), _) => Refusal::SignedData(*fault),
                (Ok(signed), kind) => list_fault(signed, kind, anchors),
            };
            let signed = signed.ok();
            if rules.accept_unverified && self.take_unverified(&item, signed.as_ref(), fault) {
                continue;
            }
            self.refused.push(Refused {
                place: Some(item.place),
                kind: kind_name(item.kind),
                fault,
                signer: signed.as_ref().and_then(signer_of),
            });
        }
    }

    /// Only what lacks somebody who vouches is taken so; a wrong signature stays one.
    fn take_unverified(
        &mut self,
        item: &Item,
        signed: Option<&SignedData<'_>>,
        fault: Refusal,
    ) -> bool {
        match (fault, signed) {
            (Refusal::AuthorityNotVouched(_), _) => {
                self.take(TrustKind::Authority, &item.bytes, false);
                return true;
            }
            (Refusal::List(ListFault::SignerNotTrusted(_)), Some(signed)) => {
                if item.kind == ItemKind::MasterList {
                    let Ok(list) = MasterList::dangerous_parse(signed.content) else {
                        return false;
                    };
                    self.master_list(&list, None);
                } else {
                    self.take(kept_as(item.kind), &item.bytes, false);
                }
                self.lists.push(AcceptedList {
                    kind: kind_name(item.kind),
                    signer: signer_of(signed),
                    signed: None,
                    vouched_by: None,
                    deviations: Deviations::new(),
                });
            }
            _ => return false,
        }
        true
    }

    /// Takes back revocation lists that somebody else than their issuer signed. One whose issuer is unknown is kept: it counts as soon
    /// as its issuer comes.
    pub(super) fn check_revocation_lists(&mut self, authorities: &Store) {
        let verdict = |der: &[u8]| {
            let list = authorities
                .revocation_lists()
                .iter()
                .find(|list| list.der() == der)?;
            authorities.signer_of_list(list).err()
        };
        for taken in std::mem::take(&mut self.taken) {
            let fault = (taken.item.kind == TrustKind::RevocationList)
                .then(|| verdict(&taken.item.der))
                .flatten();
            match fault {
                None => self.taken.push(taken),
                Some(TrustFault::IssuerUnknown) => {
                    self.notes.push(format!(
                        "the issuer of the revocation list is not known yet ({}), so it counts for nothing until then",
                        issuer_of_list(&taken.item.der)
                    ));
                    self.taken.push(taken);
                }
                Some(fault) => self.refused.push(Refused {
                    place: None,
                    kind: "revocation_list",
                    fault: Refusal::RevocationList(fault),
                    signer: Some(issuer_of_list(&taken.item.der)),
                }),
            }
        }
    }
}

enum Judgement {
    Taken { new_anchor: bool },
    Waits,
}

/// An import's items have definite lengths already.
fn normalised(bytes: &[u8]) -> Normalised<'_> {
    Normalised {
        bytes: Cow::Borrowed(bytes),
        deviations: Deviations::new(),
    }
}

fn authority_fault(item: &Item, anchors: &Store) -> Refusal {
    match Certificate::parse(&item.bytes) {
        Err(fault) => Refusal::Certificate(fault),
        Ok(certificate) => {
            let fault = anchors.path(&certificate).err();
            Refusal::AuthorityNotVouched(fault.unwrap_or(TrustFault::IssuerUnknown))
        }
    }
}

fn list_fault(signed: &SignedData<'_>, kind: ItemKind, anchors: &Store) -> Refusal {
    let fault = match kind {
        ItemKind::DefectList => DefectList::verify(signed, anchors).err(),
        ItemKind::DeviationList => DeviationList::verify(signed, anchors).err(),
        _ => MasterList::verify(signed, anchors).err(),
    };
    fault.map_or(Refusal::SignerRevoked, Refusal::List)
}

fn signer_of(signed: &SignedData<'_>) -> Option<String> {
    let verified = signed.verify_signer().ok()?;
    let certificate = verified.certificate();
    Some(format!(
        "{}, issued by {}",
        certificate.subject, certificate.issuer
    ))
}

fn issuer_of_list(der: &[u8]) -> String {
    RevocationList::parse(der).map_or_else(|_| String::new(), |list| list.issuer.to_string())
}

const fn kept_as(kind: ItemKind) -> TrustKind {
    match kind {
        ItemKind::DefectList => TrustKind::DefectList,
        ItemKind::DeviationList => TrustKind::DeviationList,
        ItemKind::RevocationList => TrustKind::RevocationList,
        ItemKind::Certificate | ItemKind::MasterList => TrustKind::Authority,
    }
}

const fn kind_name(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Certificate => "certificate",
        ItemKind::RevocationList => "revocation_list",
        ItemKind::MasterList => "master_list",
        ItemKind::DeviationList => "deviation_list",
        ItemKind::DefectList => "defect_list",
    }
}
