//! OAuth 2.0 and OpenID Connect as types and ordered checks.
