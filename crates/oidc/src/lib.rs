//! OAuth 2.0 and OpenID Connect as types and ordered checks.
//!
//! This crate is pure: no I/O, no clock. What it needs to know (the time as unix seconds, random
//! bytes, the registered client) comes as arguments, and what it found out leaves as a type that only
//! the check could make: [`authorize::CheckedAuthorizeRequest`], [`token::AuthenticatedClient`],
//! [`jose::Verified`].
//!
//! The dialect (scopes, `idp_params`, claims, error descriptions) is the one that Danish services
//! already parse, rule R-SVC-1. Departures from a standard are listed in `docs/divergences.md`.

pub mod access_token;
pub mod authorize;
pub mod claims;
pub mod client;
pub mod discovery;
pub mod error;
pub mod form;
pub mod introspection;
pub mod jose;
mod json;
pub mod level;
pub mod logout;
pub mod pkce;
pub mod response;
pub mod revocation;
pub mod scope;
pub mod token;
