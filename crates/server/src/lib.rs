//! The provider: sign-in, OpenID Connect and the app protocol over HTTP.
