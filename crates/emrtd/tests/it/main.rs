//! What this crate promises, tried from outside.

mod ber;
mod testdata;
mod tlv;
mod x509;
