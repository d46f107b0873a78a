//! A bar on the terminal while a document is read: which file, and how much of it.

use std::io::{IsTerminal as _, Write as _};

use emrtd::reader::Progress;

use super::files::word;

const WIDTH: usize = 30;

/// Writes to standard error, and only where a person looks at it.
pub(super) struct Bar {
    is_shown: bool,
    last: Option<Progress>,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self {
            is_shown: std::io::stderr().is_terminal(),
            last: None,
        }
    }

    pub(super) fn show(&mut self, progress: Option<Progress>) {
        if !self.is_shown || progress == self.last {
            return;
        }
        if let Some(progress) = progress {
            eprint!("\r\x1b[K{}", line(progress));
            // A bar that cannot be written is no reason to stop.
            let _ = std::io::stderr().flush();
        }
        self.last = progress;
    }

    /// Takes the bar off the terminal.
    pub(super) fn clear(&mut self) {
        if self.is_shown && self.last.take().is_some() {
            eprint!("\r\x1b[K");
        }
    }
}

fn line(progress: Progress) -> String {
    let name = word(progress.file);
    match progress.expected {
        Some(expected) if expected > 0 => {
            let done = (progress.read * WIDTH / expected).min(WIDTH);
            format!(
                "{name:<12} [{}{}] {} of {expected} bytes",
                "#".repeat(done),
                "-".repeat(WIDTH - done),
                progress.read
            )
        }
        _ => format!("{name:<12} .."),
    }
}

#[cfg(test)]
mod tests {
    use emrtd::lds::DataGroup;
    use emrtd::reader::FileName;

    use super::*;

    #[test]
    fn a_bar_grows() {
        let at = |read, expected| {
            line(Progress {
                file: FileName::DataGroup(DataGroup::Dg2),
                read,
                expected,
            })
        };
        assert_eq!(at(0, None), "DG2          ..");
        assert!(at(500, Some(1000)).contains("[###############---------------] 500 of 1000 bytes"));
        assert!(at(1000, Some(1000)).contains(&"#".repeat(WIDTH)));
    }
}
