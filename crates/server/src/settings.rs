//! What an installation decides about its server.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

/// What the server needs to know of where it stands.
#[derive(Debug, Clone)]
pub struct Settings {
    issuer: String,
    origin: String,
    desk: Option<String>,
    secure: bool,
    behind_proxy: bool,
}

impl Settings {
    /// From the issuer: an origin such as `https://id.example.dk`, without a path. `http` only on this very machine.
    pub fn new(issuer: &str, behind_proxy: bool) -> Result<Self, SettingsFault> {
        let secure = is_secure(issuer).map_err(|fault| match fault {
            OriginFault::NotAnOrigin => SettingsFault::Issuer,
            OriginFault::NotSecure => SettingsFault::NotSecure,
        })?;
        Ok(Self {
            issuer: issuer.to_owned(),
            origin: issuer.to_owned(),
            desk: None,
            secure,
            behind_proxy,
        })
    }

    /// With a site for officials, at an origin of its own.
    pub fn with_desk(self, origin: &str) -> Result<Self, SettingsFault> {
        match is_secure(origin) {
            Ok(secure) if secure == self.secure && origin != self.origin => Ok(Self {
                desk: Some(origin.to_owned()),
                ..self
            }),
            _ => Err(SettingsFault::Desk),
        }
    }

    /// The origin of the site for officials, where there is one.
    pub fn desk_origin(&self) -> Option<&str> {
        self.desk.as_deref()
    }

    /// The issuer, as tokens name it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The origin of our own pages.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether people reach us over TLS.
    pub const fn secure(&self) -> bool {
        self.secure
    }

    /// The name of the cookie that tells one browser from another: bound to this host where TLS allows it (RFC 6265bis).
    pub const fn browser_cookie(&self) -> &'static str {
        if self.secure { "__Host-segl" } else { "segl" }
    }

    /// The name of the cookie that remembers who has signed in here.
    pub const fn known_cookie(&self) -> &'static str {
        if self.secure {
            "__Host-segl-known"
        } else {
            "segl-known"
        }
    }

    /// The name of the cookie that says which official sits at the desk.
    pub const fn desk_cookie(&self) -> &'static str {
        if self.secure {
            "__Host-segl-desk"
        } else {
            "segl-desk"
        }
    }

    /// The name of the cookie that a browser carries from the desk to its sign-in and back.
    pub const fn desk_visit_cookie(&self) -> &'static str {
        if self.secure {
            "__Host-segl-desk-visit"
        } else {
            "segl-desk-visit"
        }
    }

    /// A cookie that scripts cannot read and other sites do not send.
    pub fn cookie(&self, name: &str, value: &str, seconds: Option<u32>) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = seconds
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
    }

    /// Whom a request comes from: the connection, or behind a proxy the address that the proxy added last.
    pub fn address_of(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let forwarded = || {
            let header = headers
                .get_all("x-forwarded-for")
                .iter()
                .next_back()?
                .to_str()
                .ok()?;
            let last = header.rsplit(',').next()?.trim();
            last.parse()
                .ok()
                .or_else(|| last.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        };
        if self.behind_proxy {
            forwarded().unwrap_or(peer)
        } else {
            peer
        }
    }
}

enum OriginFault {
    NotAnOrigin,
    NotSecure,
}

/// Whether an origin is reached over TLS; plain HTTP only on this very machine.
fn is_secure(text: &str) -> Result<bool, OriginFault> {
    let url = url::Url::parse(text).map_err(|_| OriginFault::NotAnOrigin)?;
    if url.origin().ascii_serialization() != text {
        return Err(OriginFault::NotAnOrigin);
    }
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let secure = url.scheme() == "https";
    if secure || loopback {
        Ok(secure)
    } else {
        Err(OriginFault::NotSecure)
    }
}

/// Why an installation cannot be run like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// Not an origin.
    #[error(
        "the issuer must be an origin like https://id.example.dk, without a path or a slash at the end"
    )]
    Issuer,
    /// Plain HTTP to other machines.
    #[error("the issuer must be https, but for localhost")]
    NotSecure,
    /// The desk's origin is none, is not as secure as the issuer, or is the issuer's own.
    #[error(
        "the desk's origin must be one of its own, like https://desk.example.dk, and https where the issuer is"
    )]
    Desk,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_origin_and_secure_unless_local() {
        for good in [
            "https://id.example.dk",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "https://192.168.1.7:8443",
        ] {
            assert!(Settings::new(good, false).is_ok(), "{good}");
        }
        for bad in [
            "https://id.example.dk/",
            "https://id.example.dk/x",
            "id.example.dk",
            "https://ID.example.dk",
        ] {
            assert_eq!(
                Settings::new(bad, false).err(),
                Some(SettingsFault::Issuer),
                "{bad}"
            );
        }
        assert_eq!(
            Settings::new("http://id.example.dk", false).err(),
            Some(SettingsFault::NotSecure)
        );
    }

    #[test]
    fn the_desk_has_an_origin_of_its_own_and_as_secure() {
        let settings = || Settings::new("https://id.example.dk", false).unwrap();
        let with = |origin| settings().with_desk(origin).map(|with| with.desk);
        let good = "https://desk.example.dk";
        assert_eq!(with(good), Ok(Some(good.to_owned())));
        for bad in [
            "https://id.example.dk",
            "http://localhost:8083",
            "https://desk.example.dk/",
        ] {
            assert_eq!(with(bad), Err(SettingsFault::Desk), "{bad}");
        }
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_proxy_and_only_its_last() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            "203.0.113.9, 198.51.100.7".parse().unwrap(),
        );
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let settings = |proxy| Settings::new("https://id.example.dk", proxy).unwrap();
        assert_eq!(settings(false).address_of(&headers, peer), peer);
        assert_eq!(
            settings(true).address_of(&headers, peer).to_string(),
            "198.51.100.7"
        );
    }
}
