//! The cryptography of travel documents and of their chips.

pub mod symmetric;
