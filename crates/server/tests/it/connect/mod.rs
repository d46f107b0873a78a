mod authorize;
mod endsession;
mod introspect;
mod revocation;
mod rust_client;
mod token;
mod userinfo;
