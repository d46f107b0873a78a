mod authorize;
mod endsession;
mod introspect;
mod revocation;
mod token;
mod userinfo;
