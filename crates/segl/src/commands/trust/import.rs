//! `segl trust import`.

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;

use emrtd::trust::{Source, Store};
use emrtd::x509::Certificate;
use server::clock::Clock;
use store::StoreError;
use store::trust::{TrustItem, TrustKind};

use super::super::say::say;
use super::ImportArgs;
use super::file::{File, Rules, Taken};
use super::report::{FileReport, Report};

/// Runs it. Gives whether everything was taken.
pub(super) fn run(args: &ImportArgs) -> Result<bool, Box<dyn Error + Send + Sync>> {
    let mut files = args
        .files
        .iter()
        .map(|path| read(path))
        .collect::<Result<Vec<_>, _>>()?;
    let rules = Rules {
        accept_unverified: args.accept_unverified,
        now: Clock::System.now(),
    };
    let store = args.place.open()?;
    let known = store.read_blocking::<_, StoreError, _>(store::trust::all)?;
    judge(&mut files, &known, &rules);
    let mut report = Report::default();
    for file in files {
        let added = keep(&store, &file.taken, &rules)?;
        report.files.push(FileReport::new(&file, &added));
    }
    store.close();
    let complete = report.files.iter().all(|file| file.rejected.is_empty());
    say(&if args.json {
        format!("{:#}\n", report.json())
    } else {
        report.lines(args)
    })?;
    Ok(complete)
}

fn read(path: &Path) -> Result<File, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(File::read(name.to_string_lossy().into_owned(), &bytes))
}

/// Judges all files together, so that their order does not matter: what one file brings may vouch for another.
fn judge(files: &mut [File], known: &[TrustItem], rules: &Rules) {
    let mut anchors = anchors(known);
    loop {
        let mut progress = false;
        for file in &mut *files {
            progress |= file.judge(&mut anchors, rules);
        }
        if !progress || files.iter().all(File::is_judged) {
            break;
        }
    }
    for file in &mut *files {
        file.conclude(&anchors, rules);
    }
    if files.iter().any(File::has_revocation_lists) {
        let authorities = with_new(known, files);
        for file in files {
            file.check_revocation_lists(&authorities);
        }
    }
}

/// The authorities that may vouch for lists: all but those that were taken unverified.
fn anchors(known: &[TrustItem]) -> Store {
    let mut anchors = Store::new();
    for item in known {
        let vouching = item.sources.iter().find(|source| source.vouched);
        if let Some(source) = vouching {
            add(&mut anchors, item.kind, &item.der, &source.name);
        }
    }
    anchors
}

/// All authorities and revocation lists, with those of the files.
fn with_new(known: &[TrustItem], files: &[File]) -> Store {
    let mut store = Store::new();
    for item in known {
        add(&mut store, item.kind, &item.der, "");
    }
    for taken in files.iter().flat_map(|file| &file.taken) {
        add(&mut store, taken.item.kind, &taken.item.der, "");
    }
    store
}

/// A row that cannot be read vouches for nothing here; the commands that need it name it.
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

/// Keeps all of a file or nothing. Gives the keys of what is new.
fn keep(
    store: &store::Store,
    taken: &[Taken],
    rules: &Rules,
) -> Result<HashSet<[u8; 32]>, StoreError> {
    let rows: Vec<_> = taken
        .iter()
        .map(|taken| (taken.item.clone(), taken.source.clone()))
        .collect();
    let now = rules.now;
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
