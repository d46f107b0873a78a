//! JSON Web Signature, Key and Token, as little of them as is needed (RFC 7515, 7517, 7518, 7519, 8037, 8725).
//!
//! Three algorithms, all asymmetric. `none` and HMAC do not exist here, and a key has one algorithm: that
//! of a token's header must be the key's, so no key is ever used for an algorithm its owner did not mean.

pub mod algorithm;
pub mod compact;
pub mod jwk;
pub mod signing_key;

pub use algorithm::Algorithm;
pub use compact::{
    Audience, JoseFault, TokenType, Verified, dangerous_unverified_payload, verify_compact,
    verify_payload,
};
pub use jwk::{JwkFault, JwkSet, PublicJwk};
pub use signing_key::{KeyFault, SigningKey};
