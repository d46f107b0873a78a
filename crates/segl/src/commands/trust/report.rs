//! What an import did, for a person and for a program.

use std::collections::{BTreeMap, HashSet};

use emrtd::fault::name;
use emrtd::trust::Place;
use serde_json::{Value, json};
use server::trust::import::{ImportedFile, Refusal};
use store::trust::TrustKind;

use super::super::fault_text;
use super::super::say::joined;
use super::ImportArgs;

/// What came of all files.
pub(super) struct Report {
    pub(super) files: Vec<FileReport>,
    /// How many authorities that were known have become anchors.
    pub(super) promoted: usize,
}

/// What came of one.
pub(super) struct FileReport {
    name: String,
    /// Of each kind: how many there were, and how many of them are new.
    counts: BTreeMap<&'static str, (usize, usize)>,
    lists: Vec<Value>,
    list_lines: Vec<String>,
    notes: Vec<String>,
    pub(super) rejected: Vec<Rejection>,
}

/// One thing that was refused.
pub(super) struct Rejection {
    place: Option<Place>,
    kind: &'static str,
    fault: Refusal,
    signer: Option<String>,
}

const CERTIFICATES: &str = "certificates";

/// The name under which a kind is counted. A certificate is a certificate, whoever it belongs to.
const fn counted_as(kind: TrustKind) -> &'static str {
    match kind {
        TrustKind::Authority | TrustKind::DocumentSigner => CERTIFICATES,
        TrustKind::RevocationList => "revocation_lists",
        TrustKind::DeviationList => "deviation_lists",
        TrustKind::DefectList => "defect_lists",
    }
}

impl FileReport {
    /// `added` are the keys of what the database did not have.
    pub(super) fn new(file: &ImportedFile, added: &HashSet<[u8; 32]>) -> Self {
        let mut counts = BTreeMap::from([(CERTIFICATES, (0, 0))]);
        let mut left = added.clone();
        for taken in &file.taken {
            let (read, new) = counts.entry(counted_as(taken.item.kind)).or_default();
            *read += 1;
            *new += usize::from(left.remove(&taken.item.sha256));
        }
        let lists = file.lists.iter().map(|list| {
            json!({
                "kind": list.kind,
                "signer": list.signer,
                "signed": list.signed.map(|time| time.to_string()),
                "vouched_by": list.vouched_by,
                "deviations": list.deviations.iter().map(|one| name(&one)).collect::<Vec<_>>(),
            })
        });
        let list_lines = file.lists.iter().map(|list| {
            let signer = list.signer.as_deref().unwrap_or("an unknown signer");
            let kind = list.kind.replace('_', " ");
            match &list.vouched_by {
                Some(anchor) => format!("{kind} signed by {signer}, for whom {anchor} vouches"),
                None => format!("{kind} signed by {signer}, for whom NOBODY vouches"),
            }
        });
        let mut notes = file.notes.clone();
        notes.dedup();
        Self {
            name: file.name.clone(),
            counts,
            lists: lists.collect(),
            list_lines: list_lines.collect(),
            notes,
            rejected: file
                .refused
                .iter()
                .map(|refused| Rejection {
                    place: refused.place,
                    kind: refused.kind,
                    fault: refused.fault,
                    signer: refused.signer.clone(),
                })
                .collect(),
        }
    }

    fn json(&self) -> Value {
        let (certificates, added) = self.counts[CERTIFICATES];
        json!({
            "file": self.name,
            "certificates": certificates,
            "added": added,
            "rejected": self.rejected.len(),
            "others": self.counts.iter().filter(|(kind, _)| **kind != CERTIFICATES).map(|(kind, (read, added))| {
                ((*kind).to_owned(), json!({ "read": read, "added": added }))
            }).collect::<serde_json::Map<_, _>>(),
            "lists": self.lists,
            "notes": self.notes,
        })
    }
}

impl Rejection {
    fn json(&self, file: &str) -> Value {
        json!({
            "file": file,
            "place": self.place.map(place),
            "kind": self.kind,
            "fault": self.fault.name(),
            "message": fault_text::words(&self.fault),
            "signer": self.signer,
        })
    }
}

fn place(place: Place) -> String {
    match place {
        Place::Byte(byte) => format!("byte {byte}"),
        Place::Line(line) => format!("line {line}"),
    }
}

impl Report {
    /// The members `certificates`, `added` and `rejected` are sums over the files.
    pub(super) fn json(&self) -> Value {
        let counts = self.files.iter().map(|file| file.counts[CERTIFICATES]);
        let (certificates, added) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let rejected: Vec<Value> = self
            .files
            .iter()
            .flat_map(|file| file.rejected.iter().map(|one| one.json(&file.name)))
            .collect();
        json!({
            "certificates": certificates,
            "added": added,
            "rejected": rejected.len(),
            "rejected_items": rejected,
            "new_anchors": self.promoted,
            "files": self.files.iter().map(FileReport::json).collect::<Vec<_>>(),
        })
    }

    pub(super) fn lines(&self, args: &ImportArgs) -> String {
        let mut lines = Vec::new();
        if self.promoted > 0 {
            lines.push(format!(
                "{} authorities that were trusted already are anchors now",
                self.promoted
            ));
        }
        for file in &self.files {
            lines.push(file.name.clone());
            for line in &file.list_lines {
                lines.push(format!("  {line}"));
            }
            for (kind, (read, added)) in &file.counts {
                if *read > 0 {
                    lines.push(format!(
                        "  {read} {}, {added} of them new",
                        words(kind, *read)
                    ));
                }
            }
            for note in &file.notes {
                lines.push(format!("  note: {note}"));
            }
            for rejected in &file.rejected {
                let at = rejected.place.map(|at| format!(" at {}", place(at)));
                lines.push(format!(
                    "  REFUSED: the {}{}: {}",
                    rejected.kind.replace('_', " "),
                    at.unwrap_or_default(),
                    fault_text::words(&rejected.fault)
                ));
                if let Some(signer) = &rejected.signer {
                    lines.push(format!("    signer: {signer}"));
                }
                lines.extend(rejected.advice(args));
            }
        }
        joined(&lines)
    }
}

impl Rejection {
    /// What can be done, where somebody who vouches is all that is missing.
    fn advice(&self, args: &ImportArgs) -> Vec<String> {
        use emrtd::fault::ListFault;
        let place = args.place.as_typed();
        let unverified = "       (or take the list as it is, and say so: --accept-unverified)";
        match self.fault {
            Refusal::List(ListFault::SignerNotTrusted(_)) | Refusal::AuthorityNotVouched(_) => {
                vec![
                    format!(
                        "    -> get that issuer's certificate in a way that you trust, and import it: segl trust import FILE {place}"
                    ),
                    unverified.to_owned(),
                ]
            }
            Refusal::AnchorMissing(country) => {
                let country = String::from_utf8_lossy(&country).into_owned();
                vec![
                    format!(
                        "    -> if its word is to count for other countries too, say so: --anchor {country} {place}"
                    ),
                    unverified.to_owned(),
                ]
            }
            _ => Vec::new(),
        }
    }
}

/// `revocation_lists`, but of one.
fn words(kind: &str, count: usize) -> String {
    let words = kind.replace('_', " ");
    if count == 1 {
        words.trim_end_matches('s').to_owned()
    } else {
        words
    }
}
