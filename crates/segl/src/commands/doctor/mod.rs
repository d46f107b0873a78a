//! `segl doctor`: looks at an installation, one thing after another, and says what to do about what is wrong.

mod certificate;
mod database;
mod files;
mod network;

use std::fmt::Display;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;
use server::clock::Clock;

use super::Outcome;
use crate::config::{Config, ConfigFile};
use crate::installation;

/// What `segl doctor` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    /// As JSON: an array of findings.
    #[arg(long)]
    json: bool,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// As it should be.
    Ok,
    /// It works, and should be better.
    Warn,
    /// It does not work, or is not safe.
    Fail,
}

/// What was found about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    about: &'static str,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Finding {
    fn ok(about: &'static str, detail: impl Display) -> Self {
        Self {
            about,
            state: State::Ok,
            detail: detail.to_string(),
            advice: None,
        }
    }

    fn warn(about: &'static str, detail: impl Display, advice: impl Display) -> Self {
        Self {
            about,
            state: State::Warn,
            detail: detail.to_string(),
            advice: Some(advice.to_string()),
        }
    }

    fn fail(about: &'static str, detail: impl Display, advice: impl Display) -> Self {
        Self {
            state: State::Fail,
            ..Self::warn(about, detail, advice)
        }
    }
}

/// Runs it.
pub(crate) fn run(args: Args) -> Outcome {
    let findings = match args.config.read() {
        Ok(config) => examine(&config, &args.config.path, Clock::System.now()),
        Err(fault) => vec![Finding::fail(
            "configuration",
            fault,
            "every key stands in docs/operations.md",
        )],
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        show(&findings);
    }
    let failed = findings
        .iter()
        .filter(|finding| finding.state == State::Fail)
        .count();
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} of {} things are wrong", findings.len()).into())
    }
}

/// Everything that is looked at, in the order in which it would stop a start.
fn examine(config: &Config, path: &Path, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![Finding::ok("configuration", path.display())];
    findings.extend(files::secrets(config));
    findings.extend(files::vault(config, path, now));
    findings.push(policy(config, now));
    findings.push(face(config));
    findings.extend(database::examine(config, path, now));
    findings.push(network::issuer(config));
    findings.extend(certificate::examine(config, now));
    findings.extend(network::proxy(config));
    findings.push(network::listener(config));
    findings.push(network::metrics(config));
    findings.push(web());
    findings
}

fn policy(config: &Config, now: Timestamp) -> Finding {
    match installation::policy(config, now) {
        Ok(policy) => {
            let from = config
                .policy
                .directory
                .as_ref()
                .map_or("built in".to_owned(), |folder| folder.display().to_string());
            Finding::ok("policy", format!("of {}, {from}", policy.effective))
        }
        Err(fault) => Finding::fail(
            "policy",
            fault,
            "correct the file, or leave out policy.directory for the built-in numbers",
        ),
    }
}

fn face(config: &Config) -> Finding {
    let Some(configured) = &config.face else {
        return Finding::ok("face", "no model: officials compare faces at the desk");
    };
    match crate::face_model::load(configured) {
        Ok(model) if model.finds_faces() => Finding::ok("face", format!("model {}", model.name())),
        Ok(model) => Finding::warn(
            "face",
            format!("model {} has no detector", model.name()),
            "without a detector the model decides nothing by itself: docs/face.md",
        ),
        Err(fault) => Finding::fail(
            "face",
            fault,
            "correct [face], or leave it out for officials to compare faces: docs/face.md",
        ),
    }
}

fn web() -> Finding {
    if server::assets::embedded() {
        Finding::ok("web", "styles, scripts and the app are embedded")
    } else {
        Finding::warn(
            "web",
            "this build has no styles and no app",
            "build the web part before the program: make web, then make build",
        )
    }
}

fn show(findings: &[Finding]) {
    let width = findings
        .iter()
        .map(|finding| finding.about.len())
        .max()
        .unwrap_or_default();
    for finding in findings {
        let mark = match finding.state {
            State::Ok => "ok  ",
            State::Warn => "warn",
            State::Fail => "FAIL",
        };
        println!(
            "{mark}  {:width$}  {}",
            finding.about,
            finding.detail.replace('\n', "\n      ")
        );
        if let Some(advice) = &finding.advice {
            println!("{:1$}-> {advice}", "", width + 8);
        }
    }
}
