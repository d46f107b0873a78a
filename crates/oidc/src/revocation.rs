//! Token revocation (RFC 7009). The request is a [`TokenQuestion`]; the answer is an empty 200, also for a token that nobody knows
//! (section 2.2), and a service can revoke only what it was given.

pub use crate::introspection::TokenQuestion;
