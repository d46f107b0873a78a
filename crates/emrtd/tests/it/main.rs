//! What this crate promises, tried from outside.

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test that cannot go on should stop, and a table of cases is one table"
)]

mod ber;
mod chip;
mod cms;
mod issuer;
mod lds;
mod list_signers;
mod lists;
mod mrz;
mod passive_auth;
mod passive_auth_specimen;
mod security_info;
mod tampering;
mod testdata;
mod tlv;
mod trust_store;
mod x509;
