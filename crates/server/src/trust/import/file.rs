//! One file of an import: what is in it, and what of that is taken.

use std::borrow::Cow;

use emrtd::ber::Normalised;
use emrtd::cms::SignedData;
use emrtd::crypto::Digest;
use emrtd::fault::{
    CertificateFault, CmsFault, Deviations, ImportFault, ListFault, TrustFault, name,
};
use emrtd::trust::{
    DefectList, DeviationList, Import, Item, ItemKind, MasterList, Place, Revocation, Source,
    Store, VerifiedList,
};
use emrtd::x509::{Certificate, RevocationList, Role};
use jiff::Timestamp;
use store::trust::{NewItem, TrustKind, TrustSource, Vouching};

use super::{ImportRules, Standing};

/// A file, and how far it is judged.
#[derive(Debug)]
pub struct ImportedFile {
    /// Its name.
    pub name: String,
    is_directory: bool,
    /// Whether a certificate is all that it holds.
    is_one_certificate: bool,
    waiting: Vec<Item>,
    /// What is kept of it.
    pub taken: Vec<Taken>,
    /// What is not.
    pub refused: Vec<Refused>,
    /// The signed lists in it that were accepted.
    pub lists: Vec<AcceptedList>,
    /// What the operator should know besides.
    pub notes: Vec<String>,
}

/// Something that will be kept.
#[derive(Debug)]
pub struct Taken {
    /// What it is.
    pub item: NewItem,
    /// Who brought it.
    pub source: TrustSource,
}

/// Something that will not.
#[derive(Debug)]
pub struct Refused {
    /// Where in the file it stands, unless within a list.
    pub place: Option<Place>,
    /// What it is: `certificate`, `revocation_list`, `master_list` and so on, or `unknown`.
    pub kind: &'static str,
    /// Why it is refused.
    pub fault: Refusal,
    /// Who signed it, where that helps.
    pub signer: Option<String>,
}

/// A signed list whose content is taken.
#[derive(Debug)]
pub struct AcceptedList {
    /// What it is: `master_list`, `deviation_list` or `defect_list`.
    pub kind: &'static str,
    /// Who signed it.
    pub signer: Option<String>,
    /// When, by the signer's own words.
    pub signed: Option<Timestamp>,
    /// Who vouches for its signer; nobody where it was taken unverified.
    pub vouched_by: Option<String>,
    /// What was unusual about it.
    pub deviations: Deviations,
}

/// Why something is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
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
    /// The authority of the list's signer, in this country, is trusted for its own documents, and no anchor.
    #[error(
        "the authority of the list's signer is trusted for the documents of its own country only"
    )]
    AnchorMissing([u8; 2]),
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
    pub fn name(self) -> String {
        match self {
            Self::Unreadable(fault) => name(&fault),
            Self::Certificate(fault) => name(&fault),
            Self::SignedData(fault) => name(&fault),
            Self::List(fault) => name(&fault),
            other => name(&other),
        }
    }
}

impl ImportedFile {
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
        let is_one_certificate =
            matches!(items.as_slice(), [one] if one.kind == ItemKind::Certificate);
        Self {
            name,
            is_directory,
            is_one_certificate: is_one_certificate && !is_directory,
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

    /// Judges what can be judged as things stand. Authorities that are taken stand for others from then on. Gives whether there was any
    /// such, so that what waits may be judged anew.
    pub(super) fn judge(&mut self, standing: &mut Standing, rules: &ImportRules) -> bool {
        let mut progress = false;
        for item in std::mem::take(&mut self.waiting) {
            match self.judge_item(&item, standing, rules) {
                Judgement::Taken { new_authority } => progress |= new_authority,
                Judgement::Waits => self.waiting.push(item),
            }
        }
        progress
    }

    fn judge_item(
        &mut self,
        item: &Item,
        standing: &mut Standing,
        rules: &ImportRules,
    ) -> Judgement {
        match item.kind {
            ItemKind::Certificate => self.certificate(item, standing, rules),
            ItemKind::RevocationList => {
                self.take(TrustKind::RevocationList, &item.bytes, Vouching::Vouched);
                Judgement::Taken {
                    new_authority: false,
                }
            }
            ItemKind::MasterList => {
                let list = normalised(&item.bytes);
                let Ok(signed) = SignedData::parse(&list) else {
                    return Judgement::Waits;
                };
                let by_anchor = MasterList::verify(&signed, &standing.anchors);
                let is_by_anchor = by_anchor.is_ok();
                let verified = by_anchor.or_else(|fault| {
                    if self.is_directory || rules.is_strict() {
                        return Err(fault);
                    }
                    MasterList::verify(&signed, &standing.vouched)
                });
                match verified {
                    Ok(verified) if self.may_sign(&verified, standing, rules) => {
                        self.accept("master_list", &verified, standing);
                        let country = verified.signer().issuer.country();
                        if !is_by_anchor {
                            self.notes.push(WITHOUT_ANCHOR.to_owned());
                        }
                        let own = country.filter(|_| is_by_anchor);
                        let new_authority =
                            self.verified_master_list(&verified, own.as_deref(), standing, rules);
                        Judgement::Taken { new_authority }
                    }
                    _ => Judgement::Waits,
                }
            }
            ItemKind::DeviationList | ItemKind::DefectList => {
                self.other_list(item, standing, rules)
            }
        }
    }

    /// A certificate by itself. Named as a file of its own, an authority is an anchor; in a directory, one that is trusted must have issued it.
    fn certificate(
        &mut self,
        item: &Item,
        standing: &mut Standing,
        rules: &ImportRules,
    ) -> Judgement {
        let Ok(certificate) = Certificate::parse(&item.bytes) else {
            return Judgement::Waits;
        };
        if certificate.role() == Role::Signer {
            self.take(TrustKind::DocumentSigner, &item.bytes, Vouching::Vouched);
            return Judgement::Taken {
                new_authority: false,
            };
        }
        if self.is_directory && standing.vouched.path(&certificate).is_err() {
            return Judgement::Waits;
        }
        let named = rules.names(certificate.subject.country().as_deref());
        let vouching = if self.is_one_certificate || named {
            Vouching::Anchor
        } else {
            Vouching::Vouched
        };
        self.take(TrustKind::Authority, &item.bytes, vouching);
        standing.stand(&certificate, &Source::new(&self.name), vouching);
        Judgement::Taken {
            new_authority: true,
        }
    }

    /// A defect list speaks about the documents of all countries, and needs an anchor; a deviation list about those of its own, for which
    /// any authority that is vouched for may speak.
    fn other_list(&mut self, item: &Item, standing: &Standing, rules: &ImportRules) -> Judgement {
        let list = normalised(&item.bytes);
        let Ok(signed) = SignedData::parse(&list) else {
            return Judgement::Waits;
        };
        let kept = if item.kind == ItemKind::DefectList {
            DefectList::verify(&signed, &standing.anchors).is_ok_and(|verified| {
                let may = self.may_sign(&verified, standing, rules);
                if may {
                    self.accept("defect_list", &verified, standing);
                }
                may
            })
        } else {
            DeviationList::verify(&signed, &standing.vouched).is_ok_and(|verified| {
                let may = self.may_sign(&verified, standing, rules);
                if may {
                    self.accept("deviation_list", &verified, standing);
                }
                may
            })
        };
        if !kept {
            return Judgement::Waits;
        }
        self.take(kept_as(item.kind), &item.bytes, Vouching::Vouched);
        Judgement::Taken {
            new_authority: false,
        }
    }

    /// Whether the signer of a list is not revoked. That its certificate has expired since is said: lists are kept for years.
    fn may_sign<T>(
        &mut self,
        list: &VerifiedList<'_, T>,
        standing: &Standing,
        rules: &ImportRules,
    ) -> bool {
        let vouched = &standing.vouched;
        let anchor = vouched
            .iter()
            .find(|stored| stored.fingerprint() == list.anchor());
        let revocation = anchor.map(|anchor| vouched.revocation(list.signer(), anchor, rules.now));
        if matches!(revocation, Some(Revocation::Revoked { .. })) {
            return false;
        }
        if list.signer_valid_at(rules.now).is_err() {
            self.notes
                .push("the certificate of the list's signer has expired since".to_owned());
        }
        true
    }

    fn accept<T>(&mut self, kind: &'static str, list: &VerifiedList<'_, T>, standing: &Standing) {
        let mut authorities = standing.vouched.iter();
        let anchor = authorities.find(|stored| stored.fingerprint() == list.anchor());
        let anchor = anchor.and_then(|stored| stored.certificate().ok());
        self.lists.push(AcceptedList {
            kind,
            signer: Some(list.signer().subject.to_string()),
            signed: list.signing_time(),
            vouched_by: anchor.map(|anchor| anchor.subject.to_string()),
            deviations: list.deviations().clone(),
        });
    }

    /// Takes a verified master list's certificates. Those of the country that signed it continue its anchors; all others may issue their own
    /// country's documents.
    fn verified_master_list(
        &mut self,
        list: &VerifiedList<'_, MasterList<'_>>,
        own: Option<&str>,
        standing: &mut Standing,
        rules: &ImportRules,
    ) -> bool {
        let source = Source::new(&self.name);
        for certificate in &list.list().certificates {
            let country = certificate.subject.country();
            let is_own = own.is_some() && country.as_deref() == own;
            let vouching = if is_own || rules.names(country.as_deref()) {
                Vouching::Anchor
            } else {
                Vouching::Vouched
            };
            self.take(TrustKind::Authority, certificate.raw, vouching);
            standing.stand(certificate, &source, vouching);
        }
        self.rejected_of(list.list());
        !list.list().certificates.is_empty()
    }

    fn rejected_of(&mut self, list: &MasterList<'_>) {
        self.refused
            .extend(list.rejected.iter().map(|rejected| Refused {
                place: None,
                kind: "certificate",
                fault: Refusal::Certificate(rejected.fault),
                signer: None,
            }));
    }

    fn take(&mut self, kind: TrustKind, der: &[u8], vouching: Vouching) {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(Digest::Sha256.hash(&[der]).as_ref());
        let name = match vouching {
            Vouching::Unverified => format!("{} (unverified)", self.name),
            Vouching::Vouched | Vouching::Anchor => self.name.clone(),
        };
        self.taken.push(Taken {
            item: NewItem {
                kind,
                sha256,
                der: der.to_owned(),
            },
            source: TrustSource { name, vouching },
        });
    }

    /// Refuses what still waits, or takes it unverified where the operator says so.
    pub(super) fn conclude(&mut self, standing: &Standing, rules: &ImportRules) {
        for item in std::mem::take(&mut self.waiting) {
            let list = normalised(&item.bytes);
            let signed = SignedData::parse(&list);
            let fault = match (&signed, item.kind) {
                (_, ItemKind::Certificate) => authority_fault(&item, &standing.vouched),
                (Err(fault), _) => Refusal::SignedData(*fault),
                (Ok(signed), kind) => list_fault(signed, kind, standing),
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
                self.take(TrustKind::Authority, &item.bytes, Vouching::Unverified);
                return true;
            }
            (
                Refusal::List(ListFault::SignerNotTrusted(_)) | Refusal::AnchorMissing(_),
                Some(signed),
            ) => {
                if item.kind == ItemKind::MasterList {
                    let Ok(list) = MasterList::dangerous_parse(signed.content) else {
                        return false;
                    };
                    for certificate in &list.certificates {
                        self.take(TrustKind::Authority, certificate.raw, Vouching::Unverified);
                    }
                    self.rejected_of(&list);
                } else {
                    self.take(kept_as(item.kind), &item.bytes, Vouching::Unverified);
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

/// What is said of a list for whose signer only an authority vouches that came with another list.
const WITHOUT_ANCHOR: &str = "the authority that vouches for this list came with another list: what it says of other countries counts because you have \
     named the file (--anchor would have refused it)";

enum Judgement {
    Taken { new_authority: bool },
    Waits,
}

/// An import's items have definite lengths already.
fn normalised(bytes: &[u8]) -> Normalised<'_> {
    Normalised {
        bytes: Cow::Borrowed(bytes),
        deviations: Deviations::new(),
    }
}

fn authority_fault(item: &Item, vouched: &Store) -> Refusal {
    match Certificate::parse(&item.bytes) {
        Err(fault) => Refusal::Certificate(fault),
        Ok(certificate) => {
            let fault = vouched.path(&certificate).err();
            Refusal::AuthorityNotVouched(fault.unwrap_or(TrustFault::IssuerUnknown))
        }
    }
}

fn list_fault(signed: &SignedData<'_>, kind: ItemKind, standing: &Standing) -> Refusal {
    let (anchors, vouched) = (&standing.anchors, &standing.vouched);
    let fault = match kind {
        ItemKind::DeviationList => DeviationList::verify(signed, vouched).err(),
        ItemKind::DefectList => DefectList::verify(signed, anchors).err(),
        _ => MasterList::verify(signed, anchors).err(),
    };
    let is_known = || match kind {
        ItemKind::DefectList => DefectList::verify(signed, vouched).is_ok(),
        ItemKind::MasterList => MasterList::verify(signed, vouched).is_ok(),
        _ => false,
    };
    match fault {
        None => Refusal::SignerRevoked,
        Some(ListFault::SignerNotTrusted(_)) if is_known() => Refusal::AnchorMissing(
            signed
                .verify_signer()
                .ok()
                .and_then(|verified| verified.certificate().issuer.country())
                .and_then(|country| country.as_bytes().try_into().ok())
                .unwrap_or(*b"--"),
        ),
        Some(fault) => Refusal::List(fault),
    }
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
