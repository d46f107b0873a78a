//! Where the files about real documents are, which are no part of the repository.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

/// The folder that `SEGL_TESTDATA` names, or `shared/data` beside the workspace; the test it is for says on standard error that it
/// was skipped where there is none, with its name, so that it can be counted.
pub fn dir(test: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SEGL_TESTDATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let dir = root.join("emrtd");
    if dir.is_dir() {
        return Some(dir);
    }
    say_skipped(test);
    None
}

/// One line for each test, however often it asks, and past the test runner, which keeps to itself what a test that passes prints.
fn say_skipped(test: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if SAID.lock().unwrap().insert(test.to_owned()) {
        let line = format!("skipped {test}: no files about real documents (SEGL_TESTDATA)\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
}

/// A file below that folder, such as `sod/NZ.bin`; `None`, with the same line, where the folder is absent. A file that is missing from
/// a folder that is there fails the test.
pub fn read(test: &str, path: &str) -> Option<Vec<u8>> {
    let path = dir(test)?.join(path);
    Some(fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
