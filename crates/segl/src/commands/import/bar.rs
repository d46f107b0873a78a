//! A bar on the terminal while a file is imported: which step, and how much of it.

use std::io::{IsTerminal as _, Write as _};

use server::register::import::{Phase, Progress};

const WIDTH: u64 = 30;

/// Writes to standard error, and only where a person looks at it.
pub(super) struct Bar {
    is_shown: bool,
    last: Option<(Phase, u64)>,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self {
            is_shown: std::io::stderr().is_terminal(),
            last: None,
        }
    }

    pub(super) fn show(&mut self, progress: Progress) {
        let now = (progress.phase, hundredths(progress));
        if !self.is_shown || self.last == Some(now) {
            return;
        }
        self.last = Some(now);
        eprint!("\r\x1b[K{}", line(progress));
        // A bar that cannot be written is no reason to stop.
        let _ = std::io::stderr().flush();
    }

    /// Takes the bar off the terminal.
    pub(super) fn clear(&mut self) {
        if self.is_shown && self.last.take().is_some() {
            eprint!("\r\x1b[K");
        }
    }
}

fn hundredths(progress: Progress) -> u64 {
    (progress.done * 100 / progress.all.max(1)).min(100)
}

fn line(progress: Progress) -> String {
    let (number, step) = match progress.phase {
        Phase::Checking => (1, "checking the file"),
        Phase::Writing => (2, "writing"),
        Phase::Indexing => (3, "indexing"),
        Phase::Following => (4, "identities follow"),
        Phase::Tidying => (5, "tidying up"),
    };
    let hundredths = hundredths(progress);
    let done = usize::try_from(hundredths * WIDTH / 100).unwrap_or(0);
    let left = usize::try_from(WIDTH).unwrap_or(0) - done;
    format!(
        "{number} of 5  {step:<18} [{}{}] {hundredths:>3} %",
        "#".repeat(done),
        "-".repeat(left)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_grows() {
        let at = |done| {
            line(Progress {
                phase: Phase::Writing,
                done,
                all: 1000,
            })
        };
        assert!(at(0).ends_with(&format!("[{}]   0 %", "-".repeat(30))));
        assert!(at(500).ends_with("[###############---------------]  50 %"));
        assert!(at(1000).ends_with(&format!("[{}] 100 %", "#".repeat(30))));
    }
}
