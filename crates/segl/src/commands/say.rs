//! What a command answers, on standard output.

use std::fmt::Display;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

/// Writes it. That whoever reads has read enough (`| head`) is no failure.
pub(crate) fn say(text: &str) -> std::io::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        said => said,
    }
}

/// Lines, each ended.
pub(crate) fn joined(lines: &[String]) -> String {
    let ended = lines.iter().flat_map(|line| [line.as_str(), "\n"]);
    ended.collect()
}

/// How a command ends that was asked something. 0: yes; 1: no; 2: it could not be asked.
pub(crate) fn exit_code(answer: Result<bool, impl Display>) -> ExitCode {
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("segl: {error}");
            ExitCode::from(2)
        }
    }
}
