//! What only shows with whole documents, made by `specimen`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop"
)]

mod verified_document;
