//! The specimens against the standards' worked examples and against programs that nobody here wrote.

#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod chip;
mod country;
mod document;
mod openssl;
mod terminal;
mod vpcd;
mod worked_examples;
