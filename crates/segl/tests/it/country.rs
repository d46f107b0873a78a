//! A made-up country, what it has issued, and a folder in which the commands about it are typed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::Value;
use specimen::document::{Document, Persona, Specimens, application};

use crate::installation::text;

/// The same countries for all tests: making their keys takes a while.
pub(crate) static SPECIMENS: LazyLock<Specimens> =
    LazyLock::new(|| Specimens::new(b"segl commands", now()));

#[expect(
    clippy::disallowed_methods,
    reason = "the commands look at the real clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

/// A folder of its own, removed at the end.
pub(crate) struct Desk {
    pub(crate) folder: PathBuf,
}

impl Desk {
    pub(crate) fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("segl-desk-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// With the countries' authorities and revocation lists imported.
    pub(crate) fn trusting(test: &str) -> Self {
        let desk = Self::new(test);
        let mut words = vec!["trust".to_owned(), "import".to_owned()];
        words.extend(desk.authorities());
        words.extend(desk.revocation_lists());
        let (code, said) = desk.json(&words);
        assert_eq!(code, 0, "{said}");
        desk
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// The files of both countries' authorities.
    pub(crate) fn authorities(&self) -> Vec<String> {
        let countries = [&SPECIMENS.denmark, &SPECIMENS.abroad];
        let certificates = countries
            .iter()
            .flat_map(|country| country.csca_certificates());
        certificates
            .enumerate()
            .map(|(index, der)| self.write(&format!("csca{index}.cer"), &der))
            .collect()
    }

    pub(crate) fn revocation_lists(&self) -> Vec<String> {
        let lists = SPECIMENS.revocation_lists().into_iter().enumerate();
        lists
            .map(|(index, der)| self.write(&format!("{index}.crl"), &der))
            .collect()
    }

    /// A persona's document as a folder of files.
    pub(crate) fn document(&self, persona: Persona) -> PathBuf {
        self.files(persona.word(), &SPECIMENS.document(persona))
    }

    pub(crate) fn files(&self, name: &str, document: &Document) -> PathBuf {
        for (number, content) in &document.application {
            let file = match *number {
                application::COM => "COM.bin".to_owned(),
                application::SOD => "SOD.bin".to_owned(),
                group => format!("DG{}.bin", group & 0xFF),
            };
            self.write(&format!("{name}/{file}"), content);
        }
        self.folder.join(name)
    }

    /// `segl WORDS.. --data FOLDER/data`
    pub(crate) fn command<S: AsRef<str>>(&self, words: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segl"));
        command
            .args(words.iter().map(AsRef::as_ref))
            .arg("--data")
            .arg(self.folder.join("data"))
            .stdin(Stdio::null());
        command
    }

    /// Runs it: exit code, what it says, what it complains of.
    pub(crate) fn run<S: AsRef<str>>(&self, words: &[S]) -> (i32, String, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(words).output().unwrap();
        (status.code().unwrap(), text(&stdout), text(&stderr))
    }

    /// Runs it with `--json`: exit code and answer.
    pub(crate) fn json<S: AsRef<str>>(&self, words: &[S]) -> (i32, Value) {
        let mut words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        words.push("--json");
        let (code, said, complaint) = self.run(&words);
        let value = serde_json::from_str(&said)
            .unwrap_or_else(|error| panic!("{words:?}: {error}: {said}{complaint}"));
        (code, value)
    }

    /// `segl passport verify PATH --json`
    pub(crate) fn verify(&self, path: &Path) -> (i32, Value) {
        self.json(&["passport", "verify", &path.display().to_string()])
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What came of a step: `proved`, `not_applicable`, or the name of its fault.
pub(crate) fn outcome<'v>(verdict: &'v Value, step: &str) -> &'v str {
    let steps = verdict["steps"].as_array().unwrap();
    let step = steps
        .iter()
        .find(|entry| entry["step"] == step)
        .unwrap_or_else(|| panic!("no step {step} in {verdict:#}"));
    step["fault"].as_str().or(step["outcome"].as_str()).unwrap()
}

/// The files about real documents; says that the test is skipped where they are absent.
pub(crate) fn testdata(test: &str) -> Option<PathBuf> {
    use std::io::Write as _;
    let root = std::env::var_os("SEGL_TESTDATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let folder = root.join("emrtd");
    if folder.is_dir() {
        return Some(folder);
    }
    // Past the test runner, which keeps to itself what a test that passes prints.
    let line = format!("skipped {test}: no files about real documents (SEGL_TESTDATA)\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    None
}
