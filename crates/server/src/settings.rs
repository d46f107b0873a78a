//! What an installation decides about its server.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

/// What the server needs to know of where it stands.
#[derive(Debug, Clone)]
pub struct Settings {
    issuer: String,
    origin: String,
    secure: bool,
    behind_proxy: bool,
}

impl Settings {
    /// From the issuer: an origin such as `https://id.example.dk`, without a path. `http` only on this very machine.
    pub fn new(issuer: &str, behind_proxy: bool) -> Result<Self, SettingsFault> {
        let url = url::Url::parse(issuer).map_err(|_| SettingsFault::Issuer)?;
        let origin = url.origin().ascii_serialization();
        if origin != issuer {
            return Err(SettingsFault::Issuer);
        }
        let loopback = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if url.scheme() != "https" && !loopback {
            return Err(SettingsFault::NotSecure);
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            origin,
            secure: url.scheme() == "https",
            behind_proxy,
        })
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
