//! Taking in whom to trust: master lists, revocation lists, deviation and defect lists, certificates, and LDIF files of such.
//!
//! A list's signer counts where an *anchor* vouches for it: an authority that the operator has named by a certificate in a file of its own
//! or by its country ([`ImportRules::anchors`]), or one of an anchor's own country in a list that this anchor vouches for. Authorities that
//! came with a list are trusted for their own country's documents. That they vouch for another list too, about other countries, is the
//! operator's decision: without named anchors, naming that list's file is taken for it, as naming a certificate's is; with them, or within
//! the file of a directory, only anchors count. A defect list, which can turn any country's verdicts, always needs an anchor.

mod file;

use std::collections::HashSet;

use emrtd::trust::{Source, Store};
use emrtd::x509::Certificate;
use jiff::Timestamp;
use store::StoreError;
use store::trust::{NewItem, TrustItem, TrustKind, TrustSource, Vouching};

pub use file::{AcceptedList, ImportedFile, Refusal, Refused, Taken};

/// What an import holds itself to.
#[derive(Debug, Clone)]
pub struct ImportRules {
    /// Whether signed lists are taken whose signer leads to no anchor.
    pub accept_unverified: bool,
    /// Countries, two letters each, whose authorities are anchors from now on. Where there is any, only anchors vouch for lists.
    pub anchors: Vec<String>,
    /// The time of the import.
    pub now: Timestamp,
}

impl ImportRules {
    /// The strict ones.
    pub const fn at(now: Timestamp) -> Self {
        Self {
            accept_unverified: false,
            anchors: Vec::new(),
            now,
        }
    }

    const fn is_strict(&self) -> bool {
        !self.anchors.is_empty()
    }

    fn names(&self, country: Option<&str>) -> bool {
        country.is_some_and(|country| self.anchors.iter().any(|anchor| anchor == country))
    }
}

/// What came of an import.
#[derive(Debug)]
pub struct Imported {
    /// Each file, and the keys of what it brought that the database did not have.
    pub files: Vec<(ImportedFile, HashSet<[u8; 32]>)>,
    /// How many authorities that were known already have become anchors.
    pub promoted: usize,
}

/// Takes in files, by name and content. Of each, all that can be taken is kept in one transaction, and what cannot is told.
pub fn import(
    store: &store::Store,
    files: &[(String, Vec<u8>)],
    rules: &ImportRules,
) -> Result<Imported, StoreError> {
    let known = store.read_blocking::<_, StoreError, _>(store::trust::all)?;
    let promoted = promoted(&known, rules);
    keep(store, promoted.clone(), rules.now)?;
    let mut standing = Standing::of(&known, &promoted);
    let read = files
        .iter()
        .map(|(name, bytes)| ImportedFile::read(name.clone(), bytes));
    let mut files: Vec<ImportedFile> = read.collect();
    judge(&mut files, &known, &mut standing, rules);
    let mut imported = Imported {
        files: Vec::with_capacity(files.len()),
        promoted: promoted.len(),
    };
    for file in files {
        let rows = file.taken.iter();
        let rows = rows.map(|taken| (taken.item.clone(), taken.source.clone()));
        let added = keep(store, rows.collect(), rules.now)?;
        imported.files.push((file, added));
    }
    Ok(imported)
}

/// Who stands for what while an import goes on.
struct Standing {
    /// The authorities whose word about others counts.
    anchors: Store,
    /// All authorities but those that were taken unverified, and the revocation lists.
    vouched: Store,
}

impl Standing {
    fn of(known: &[TrustItem], promoted: &[(NewItem, TrustSource)]) -> Self {
        let mut standing = Self {
            anchors: Store::new(),
            vouched: Store::new(),
        };
        for item in known {
            let vouching = item.vouching();
            let sources = item.sources.iter();
            let source = sources.max_by_key(|source| source.vouching);
            let name = source.map_or("", |source| source.name.as_str());
            if vouching >= Vouching::Vouched {
                add(&mut standing.vouched, item.kind, &item.der, name);
            }
            if vouching == Vouching::Anchor {
                add(&mut standing.anchors, item.kind, &item.der, name);
            }
        }
        for (item, source) in promoted {
            add(&mut standing.anchors, item.kind, &item.der, &source.name);
        }
        standing
    }

    /// Takes an authority in. Gives whether others may be judged anew with it.
    fn stand(&mut self, certificate: &Certificate<'_>, source: &Source, vouching: Vouching) {
        if vouching >= Vouching::Vouched {
            self.vouched.add_parsed(certificate, source);
        }
        if vouching == Vouching::Anchor {
            self.anchors.add_parsed(certificate, source);
        }
    }
}

/// Authorities of the countries that the operator names, which were vouched for already: their best source makes them anchors.
fn promoted(known: &[TrustItem], rules: &ImportRules) -> Vec<(NewItem, TrustSource)> {
    let named = known.iter().filter(|item| {
        item.kind == TrustKind::Authority
            && item.vouching() == Vouching::Vouched
            && Certificate::parse(&item.der)
                .is_ok_and(|own| rules.names(own.subject.country().as_deref()))
    });
    let promoted = named.filter_map(|item| {
        let best = item.sources.iter().max_by_key(|source| source.vouching)?;
        let source = TrustSource {
            name: best.name.clone(),
            vouching: Vouching::Anchor,
        };
        let item = NewItem {
            kind: item.kind,
            sha256: item.sha256,
            der: item.der.clone(),
        };
        Some((item, source))
    });
    promoted.collect()
}

/// Judges all files together, so that their order does not matter: what one file brings may vouch for another.
fn judge(
    files: &mut [ImportedFile],
    known: &[TrustItem],
    standing: &mut Standing,
    rules: &ImportRules,
) {
    loop {
        let mut progress = false;
        for file in &mut *files {
            progress |= file.judge(standing, rules);
        }
        if !progress || files.iter().all(ImportedFile::is_judged) {
            break;
        }
    }
    for file in &mut *files {
        file.conclude(standing, rules);
    }
    if files.iter().any(ImportedFile::has_revocation_lists) {
        let authorities = with_new(known, files);
        for file in files {
            file.check_revocation_lists(&authorities);
        }
    }
}

/// All authorities and revocation lists, with those of the files.
fn with_new(known: &[TrustItem], files: &[ImportedFile]) -> Store {
    let mut store = Store::new();
    for item in known {
        add(&mut store, item.kind, &item.der, "");
    }
    for taken in files.iter().flat_map(|file| &file.taken) {
        add(&mut store, taken.item.kind, &taken.item.der, "");
    }
    store
}

/// A row that cannot be read vouches for nothing here; whoever needs it names it.
fn add(store: &mut Store, kind: TrustKind, der: &[u8], source: &str) {
    let source = Source::new(source);
    match kind {
        TrustKind::Authority => {
            if let Ok(certificate) = Certificate::parse(der) {
                store.add_parsed(&certificate, &source);
            }
        }
        TrustKind::RevocationList => {
            let _ = store.add_revocation_list(der, &source);
        }
        TrustKind::DocumentSigner | TrustKind::DeviationList | TrustKind::DefectList => {}
    }
}

/// Keeps all of it or nothing. Gives the keys of what is new.
fn keep(
    store: &store::Store,
    rows: Vec<(NewItem, TrustSource)>,
    now: Timestamp,
) -> Result<HashSet<[u8; 32]>, StoreError> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    store.write_blocking(b"trust", move |tx| {
        let mut added = HashSet::new();
        for (item, source) in &rows {
            if store::trust::put(tx, item, source, now)? {
                added.insert(item.sha256);
            }
        }
        Ok(added)
    })
}
