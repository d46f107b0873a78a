//! Where people reach the server, and who else can.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use server::settings::Settings;

use super::{Finding, certificate};
use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn issuer(config: &Config) -> Finding {
    const ABOUT: &str = "issuer";
    match Settings::new(&config.server.issuer, config.server.behind_proxy) {
        Err(fault) => Finding::fail(
            ABOUT,
            format!("{}: {fault}", config.server.issuer),
            "correct server.issuer",
        ),
        Ok(settings) if !settings.secure() => Finding::warn(
            ABOUT,
            format!("{} is plain HTTP", settings.issuer()),
            "only for trying things out on this machine",
        ),
        Ok(settings) => Finding::ok(ABOUT, settings.issuer()),
    }
}

/// Who ends TLS, and whether the addresses that a proxy tells can be trusted.
pub(super) fn proxy(config: &Config) -> Option<Finding> {
    const ABOUT: &str = "proxy";
    let server = &config.server;
    let secure = server.issuer.starts_with("https:");
    match (server.behind_proxy, server.tls.is_some()) {
        (true, _) if !inside(server.listen.ip()) => Some(Finding::warn(
            ABOUT,
            format!(
                "whoever reaches {} directly can claim any address in X-Forwarded-For",
                server.listen
            ),
            "listen where only the proxy can connect",
        )),
        (true, _) => Some(Finding::ok(ABOUT, "expected in front, and tells who asks")),
        (false, false) if secure => Some(Finding::warn(
            ABOUT,
            "the issuer is https, but there is neither server.tls nor behind_proxy",
            "set server.tls, or server.behind_proxy if something else ends TLS",
        )),
        (false, _) => None,
    }
}

/// The port is free, or this server already answers there.
pub(super) fn listener(config: &Config) -> Finding {
    const ABOUT: &str = "listener";
    let address = config.server.listen;
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok(ABOUT, format!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => match ready(config) {
            Ok(()) => Finding::ok(ABOUT, format!("{address} is served, and ready")),
            Err(reason) => Finding::fail(
                ABOUT,
                format!("{address} is taken, and /health/ready there says: {reason}"),
                "stop what listens there, or look at its log",
            ),
        },
        Err(error) => Finding::fail(
            ABOUT,
            format!("{address}: {error}"),
            "correct server.listen; ports below 1024 need a capability",
        ),
    }
}

fn ready(config: &Config) -> Result<(), String> {
    let stream = TcpStream::connect_timeout(&reachable(config.server.listen), PATIENCE)
        .map_err(|error| error.to_string())?;
    let wait = stream
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    wait.map_err(|error| error.to_string())?;
    let answer = match &config.server.tls {
        None => exchange(stream),
        Some(tls) => certificate::over_tls(stream, tls).and_then(exchange),
    }?;
    match answer.lines().next() {
        Some(line) if line.starts_with("HTTP/1.1 200") && answer.ends_with("ready\n") => Ok(()),
        Some(line) => Err(line.to_owned()),
        None => Err("nothing".to_owned()),
    }
}

fn exchange(mut stream: impl Read + Write) -> Result<String, String> {
    const QUESTION: &[u8] =
        b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream
        .write_all(QUESTION)
        .map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    Read::take(stream, 16 * 1024)
        .read_to_end(&mut answer)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// From this machine, a listener at every address is one at the loopback address.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

pub(super) fn metrics(config: &Config) -> Finding {
    const ABOUT: &str = "metrics";
    match config.metrics.listen {
        None => Finding::warn(
            ABOUT,
            "nobody can watch this server",
            "set metrics.listen, such as 127.0.0.1:9464",
        ),
        Some(address) if inside(address.ip()) => {
            Finding::ok(ABOUT, format!("http://{address}/metrics"))
        }
        Some(address) => Finding::warn(
            ABOUT,
            format!("{address} can be reached from outside"),
            "listen at a loopback or private address",
        ),
    }
}

/// Loopback, link-local or private (RFC 1918, RFC 4193).
fn inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_outside_too() {
        for (address, expected) in [
            ("127.0.0.1", true),
            ("10.1.2.3", true),
            ("0.0.0.0", false),
            ("203.0.113.9", false),
            ("::1", true),
            ("::", false),
            ("fd00::1", true),
        ] {
            assert_eq!(inside(address.parse().unwrap()), expected, "{address}");
        }
        assert_eq!(
            reachable("[::]:443".parse().unwrap()).to_string(),
            "[::1]:443"
        );
    }
}
