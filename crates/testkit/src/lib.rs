//! Test-only: a running server, fixed time, people and their apps.
