//! `postgres://user:password@host:port/database?..`, as far as it makes sense here.

use std::net::IpAddr;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::StoreError;

/// Where a server is and who connects. It holds the password, so it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Url {
    pub(super) host: Host,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) password: Option<String>,
    pub(super) database: String,
    /// The certificates of the authorities that may vouch for the server; `None` to connect without TLS.
    pub(super) tls_roots: Option<PathBuf>,
}

#[derive(Clone)]
pub(super) enum Host {
    Socket(PathBuf),
    Name(String),
}

impl Url {
    /// Reads a URL. `host` and `user` may be given in the query, as libpq allows; a host that begins with `/` is a socket's directory.
    ///
    /// TLS: `sslmode=verify-full` with `sslrootcert=FILE`, which is required unless the server is on this machine, or
    /// `sslmode=disable`. The modes in between encrypt towards a server that nobody checked, so they are refused.
    pub(crate) fn parse(text: &str) -> Result<Self, StoreError> {
        let url = url::Url::parse(text).map_err(|error| refused(&error.to_string()))?;
        let mut host = decoded(url.host_str().unwrap_or_default())?;
        let mut user = decoded(url.username())?;
        let mut password = url.password().map(decoded).transpose()?;
        let (mut mode, mut roots) = (None, None);
        for (name, value) in url.query_pairs() {
            let value = value.into_owned();
            match name.as_ref() {
                "host" => host = value,
                "user" => user = value,
                "password" => password = Some(value),
                "sslmode" => mode = Some(value),
                "sslrootcert" => roots = Some(PathBuf::from(value)),
                other => return Err(refused(&format!("unknown parameter {other}"))),
            }
        }
        if user.is_empty() {
            return Err(refused("no user"));
        }
        let database = match decoded(url.path().trim_start_matches('/'))? {
            path if path.is_empty() => user.clone(),
            path => path,
        };
        let host = match host {
            host if host.starts_with('/') => Host::Socket(PathBuf::from(host)),
            host if host.is_empty() => return Err(refused("no host")),
            host => Host::Name(host.trim_matches(['[', ']']).to_owned()),
        };
        let tls_roots = tls(&host, mode.as_deref(), roots)?;
        Ok(Self {
            host,
            port: url.port().unwrap_or(5432),
            user,
            password,
            database,
            tls_roots,
        })
    }
}

fn tls(
    host: &Host,
    mode: Option<&str>,
    roots: Option<PathBuf>,
) -> Result<Option<PathBuf>, StoreError> {
    match (mode, host) {
        (Some("disable"), _) | (None, Host::Socket(_)) => Ok(None),
        (None, Host::Name(name)) if is_loopback(name) && roots.is_none() => Ok(None),
        (None | Some("verify-full"), Host::Name(_)) => match roots {
            Some(roots) => Ok(Some(roots)),
            None => Err(refused(
                "a server on another machine needs sslrootcert=FILE, or sslmode=disable in a network that is trusted",
            )),
        },
        _ => Err(refused("sslmode is verify-full or disable")),
    }
}

fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

fn decoded(text: &str) -> Result<String, StoreError> {
    let text = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| refused("not UTF-8"))?;
    Ok(text.into_owned())
}

fn refused(reason: &str) -> StoreError {
    StoreError::Configuration(format!("postgres URL: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::{Host, Url};

    #[test]
    fn reads_every_part() {
        let url = Url::parse("postgres://segl:p%40ss@localhost:6543/eid").unwrap();
        assert!(matches!(&url.host, Host::Name(name) if name == "localhost"));
        assert_eq!(
            (url.port, url.user.as_str(), url.password.as_deref()),
            (6543, "segl", Some("p@ss"))
        );
        assert_eq!(url.database, "eid");
        assert!(url.tls_roots.is_none());
    }

    #[test]
    fn reads_a_socket_in_either_form() {
        for text in [
            "postgres://segl@%2Frun%2Fpg/eid",
            "postgres:///eid?host=/run/pg&user=segl",
        ] {
            let url = Url::parse(text).unwrap();
            assert!(
                matches!(&url.host, Host::Socket(path) if path.as_os_str() == "/run/pg"),
                "{text}"
            );
            assert_eq!(url.user, "segl");
        }
    }

    #[test]
    fn another_machine_needs_tls_or_a_clear_word() {
        assert!(Url::parse("postgres://segl@db.example/eid").is_err());
        assert!(Url::parse("postgres://segl@db.example/eid?sslmode=require").is_err());
        assert!(
            Url::parse("postgres://segl@db.example/eid?sslmode=disable")
                .unwrap()
                .tls_roots
                .is_none()
        );
        assert!(
            Url::parse("postgres://segl@db.example/eid?sslrootcert=ca.pem")
                .unwrap()
                .tls_roots
                .is_some()
        );
    }

    #[test]
    fn a_misspelt_parameter_is_refused() {
        assert!(Url::parse("postgres://segl@localhost/eid?sslmod=disable").is_err());
    }
}
