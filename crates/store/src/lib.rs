//! Commits: one SQL text, two engines.
