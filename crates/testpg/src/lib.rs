//! Test-only: a PostgreSQL server for as long as a test runs.
