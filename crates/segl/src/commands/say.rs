//! What a command answers, on standard output.

use std::io::{ErrorKind, Write as _};

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
