//! `segl trust import`.

use std::error::Error;
use std::path::Path;

use server::clock::Clock;
use server::trust::ImportRules;

use super::super::say::say;
use super::ImportArgs;
use super::report::{FileReport, Report};

/// Runs it. Gives whether everything was taken.
pub(super) fn run(args: &ImportArgs) -> Result<bool, Box<dyn Error + Send + Sync>> {
    let files = args
        .files
        .iter()
        .map(|path| read(path))
        .collect::<Result<Vec<_>, _>>()?;
    let rules = ImportRules {
        accept_unverified: args.accept_unverified,
        anchors: args.anchors.clone(),
        now: Clock::System.now(),
    };
    let store = args.place.open()?;
    let imported = server::trust::import(&store, &files, &rules)?;
    store.close();
    let reports = imported.files.iter();
    let report = Report {
        files: reports
            .map(|(file, added)| FileReport::new(file, added))
            .collect(),
        promoted: imported.promoted,
    };
    let complete = report.files.iter().all(|file| file.rejected.is_empty());
    say(&if args.json {
        format!("{:#}\n", report.json())
    } else {
        report.lines(args)
    })?;
    Ok(complete)
}

fn read(path: &Path) -> Result<(String, Vec<u8>), String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok((name.to_string_lossy().into_owned(), bytes))
}
