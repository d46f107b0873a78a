//! `segl face check`: a model's manifest and files, and the model tried on two pictures of the operator's own.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Subcommand;
use domain::policy::Policy;
use face::picture::Picture;
use face::{Matcher, Seen, Verdict};

use super::say::{exit_code, joined, say};
use crate::config::FaceConfig;
use crate::face_model;

/// How often a comparison is done to be timed.
const RUNS: u32 = 5;

/// What `segl face` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Verifies a manifest and its networks; with two pictures, compares them and says how long it takes.
    ///
    /// 0: it can be used; 1: it cannot. The pictures go nowhere.
    Check(Check),
}

#[derive(Debug, clap::Args)]
struct Check {
    /// The manifest; its signature stands beside it with `.sig` behind its name.
    manifest: PathBuf,
    /// The public key of whoever signed, PEM.
    #[arg(long, value_name = "FILE.pem")]
    key: PathBuf,
    /// Two pictures, JPEG or JPEG 2000.
    #[arg(num_args = 2, value_names = ["PICTURE", "PICTURE"])]
    pictures: Vec<PathBuf>,
    /// How many threads a comparison may use.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

/// Runs it.
pub(crate) fn run(args: &Args) -> ExitCode {
    let Act::Check(check) = &args.act;
    exit_code(checked(check))
}

fn checked(check: &Check) -> Result<bool, String> {
    let config = FaceConfig {
        manifest: check.manifest.clone(),
        verification_key: check.key.clone(),
        threads: check.threads,
    };
    let loaded = face_model::manifest(&config)
        .and_then(|manifest| face_model::load(&config).map(|model| (manifest, model)));
    let (manifest, model) = match loaded {
        Ok(loaded) => loaded,
        Err(fault) => {
            say(&format!("It cannot be used. {fault}\n")).map_err(|error| error.to_string())?;
            return Ok(false);
        }
    };
    let said = manifest.manifest();
    let mut lines = vec![
        format!(
            "{}: the signature and the networks' hashes hold, and the networks run.",
            said.name
        ),
        format!("Licence: {}", said.licence),
        format!(
            "Evaluated with {}: {}",
            said.evaluation.data, said.evaluation.report
        ),
        format!(
            "By that report, of 100,000 pairs {:.0} strangers are taken for one person, and {:.0} times a person for two.",
            said.evaluation.false_match_rate * 100_000.0,
            said.evaluation.false_non_match_rate * 100_000.0
        ),
        format!(
            "The same from {}, different below {}.",
            said.threshold.same, said.threshold.different
        ),
    ];
    if !model.finds_faces() {
        lines.push(
            "It has no detector: it decides nothing by itself, and officials compare.".to_owned(),
        );
    }
    if let [one, other] = check.pictures.as_slice() {
        lines.extend(compared(&model, one, other)?);
    }
    say(&joined(&lines)).map_err(|error| error.to_string())?;
    Ok(true)
}

#[expect(
    clippy::disallowed_methods,
    reason = "measures how long a comparison takes"
)]
fn compared(model: &Matcher, one: &Path, other: &Path) -> Result<Vec<String>, String> {
    let (first, second) = (picture(one)?, picture(other)?);
    let (first, second) = (look(model, &first)?, look(model, &second)?);
    let began = Instant::now();
    let shown = picture(one)?;
    for _ in 0..RUNS {
        look(model, &shown)?;
    }
    let each: Duration = began.elapsed() / RUNS;
    let mut lines = Vec::new();
    for (path, seen) in [(one, &first), (other, &second)] {
        let flaws: Vec<&str> = seen.flaws().iter().map(|flaw| flaw.word()).collect();
        let turn = seen.landmarks().map_or("no face".to_owned(), |face| {
            format!(
                "eyes {:.0} pixels apart, turned by {:.2}",
                face.eye_distance(),
                face.turn()
            )
        });
        let measures = seen.measures();
        lines.push(format!(
            "{}: {turn}; brightness {:.0}, contrast {:.0}, sharpness {:.0}{}{}",
            path.display(),
            measures.brightness,
            measures.contrast,
            measures.sharpness,
            if flaws.is_empty() { "" } else { "; " },
            flaws.join(", ")
        ));
    }
    lines.push(match model.compare(&first, &second) {
        Some(compared) => {
            let verdict = match compared.verdict() {
                Verdict::Same => "the same person",
                Verdict::Unsure => "not sure",
                Verdict::Different => "two persons",
            };
            format!("Likeness {:.3}: {verdict}.", compared.similarity())
        }
        None => "They cannot be compared: no face was found in one of them.".to_owned(),
    });
    lines.push(format!(
        "Looking at one picture took {} ms with {} pictures one after the other.",
        each.as_millis(),
        RUNS
    ));
    Ok(lines)
}

fn picture(path: &Path) -> Result<Picture, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Picture::decode(&bytes).map_err(|fault| format!("{}: {fault}", path.display()))
}

fn look(model: &Matcher, picture: &Picture) -> Result<Seen, String> {
    let limits = Policy::builtin().face.quality();
    model
        .look(picture, &limits)
        .map_err(|fault| fault.to_string())
}
