//! `--lan`: a certificate made on the spot, so that a phone in the same network can be the phone.

use std::io::IsTerminal as _;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use server::vault::file::{VaultFault, write_private};

/// Phones refuse certificates that live longer than 398 days.
const DAYS: i32 = 397;

/// A certificate for this machine's address.
pub(crate) struct Certificate {
    /// The address that others reach this machine at.
    pub(crate) address: IpAddr,
    der: CertificateDer<'static>,
    key: Vec<u8>,
}

/// The certificate as it is kept in the demo's folder, so that a phone has to accept it only once.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    address: IpAddr,
    until: Date,
    certificate: String,
    key: String,
}

impl Certificate {
    /// The kept one, while it is valid and this machine still has that address; else a new one.
    pub(crate) fn of_this_machine(folder: &Path, now: Timestamp) -> Result<Self, LanFault> {
        let address = address()?;
        let today = now.to_zoned(TimeZone::UTC).date();
        let file = folder.join("lan-certificate.json");
        let kept = std::fs::read(&file)
            .ok()
            .and_then(|json| serde_json::from_slice::<Kept>(&json).ok())
            .filter(|kept| kept.address == address && today.saturating_add(7.days()) < kept.until);
        let kept = if let Some(kept) = kept {
            kept
        } else {
            let kept = make(address, today)?;
            let json = serde_json::to_vec(&kept).map_err(|_| LanFault::Damaged)?;
            write_private(&file, &json)?;
            kept
        };
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| LanFault::Damaged);
        Ok(Self {
            address,
            der: decode(&kept.certificate)?.into(),
            key: decode(&kept.key)?,
        })
    }

    /// What the listeners serve.
    pub(crate) fn server_config(&self) -> Result<Arc<ServerConfig>, rustls::Error> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.clone()));
        server::listen::tls(vec![self.der.clone()], key)
    }

    /// What to do on the phone, with a code for its camera.
    pub(crate) fn advice(segl: &str) -> String {
        let app = format!("{segl}/app/");
        let code = QrCode::with_error_correction_level(&app, EcLevel::L)
            .map(|code| black_on_white(&code.render::<Dense1x2>().build()))
            .unwrap_or_default();
        format!(
            "\n  On your phone, in the same network, open {app} and accept the certificate:\n  \
             this machine made it just now, so no phone can know it.\n\n{code}\n"
        )
    }

    /// What the demo's own services trust.
    pub(crate) fn root(&self) -> CertificateDer<'static> {
        self.der.clone()
    }
}

/// On a terminal that is dark, a code would be drawn inverted, which not every camera reads.
fn black_on_white(drawn: &str) -> String {
    let (begin, end) = if std::io::stdout().is_terminal() {
        ("\u{1b}[30;107m", "\u{1b}[0m")
    } else {
        ("", "")
    };
    let lines: Vec<_> = drawn
        .lines()
        .map(|line| format!("  {begin}{line}{end}"))
        .collect();
    lines.join("\n")
}

fn make(address: IpAddr, today: Date) -> Result<Kept, LanFault> {
    let until = today.saturating_add(DAYS.days());
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.subject_alt_names.push(SanType::IpAddress(address));
    params
        .subject_alt_names
        .push(SanType::IpAddress(Ipv4Addr::LOCALHOST.into()));
    params
        .distinguished_name
        .push(DnType::CommonName, "Segl's demo on this network");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let day = |date: Date| {
        let part = |number: i8| u8::try_from(number).unwrap_or(1);
        rcgen::date_time_ymd(i32::from(date.year()), part(date.month()), part(date.day()))
    };
    params.not_before = day(today.saturating_sub(1.days()));
    params.not_after = day(until);
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok(Kept {
        address,
        until,
        certificate: STANDARD.encode(certificate.der()),
        key: STANDARD.encode(key.serialize_der()),
    })
}

/// The address that this machine would speak from. Nothing is sent: connecting a datagram socket only asks the routing table.
fn address() -> Result<IpAddr, LanFault> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).map_err(|_| LanFault::NoNetwork)?;
    socket
        .connect((Ipv4Addr::new(192, 0, 2, 1), 9))
        .map_err(|_| LanFault::NoNetwork)?;
    let address = socket.local_addr().map_err(|_| LanFault::NoNetwork)?.ip();
    if address.is_loopback() || address.is_unspecified() {
        return Err(LanFault::NoNetwork);
    }
    Ok(address)
}

/// Why the network cannot be served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LanFault {
    /// No address but this machine's own.
    #[error("this machine is on no network: leave out --lan")]
    NoNetwork,
    /// The certificate cannot be made.
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be kept.
    #[error(transparent)]
    Keep(#[from] VaultFault),
    /// What was kept is damaged.
    #[error("lan-certificate.json in the demo's folder is damaged: delete it")]
    Damaged,
}

#[cfg(test)]
mod tests {
    use server::listen::Listener;

    use super::*;
    use crate::commands::demo::http_client::{HttpClient, HttpFault};

    #[test]
    fn a_certificate_is_kept_while_it_is_of_use() {
        let folder = std::env::temp_dir().join(format!("segl-lan-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let made = make(address, jiff::civil::date(2026, 11, 22)).unwrap();
        assert_eq!(made.until, jiff::civil::date(2027, 12, 24));
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        if let Ok(first) = Certificate::of_this_machine(&folder, now) {
            let again = Certificate::of_this_machine(&folder, now).unwrap();
            assert_eq!(first.root(), again.root());
            let later = now + jiff::SignedDuration::from_hours(24 * 395);
            assert_ne!(
                first.root(),
                Certificate::of_this_machine(&folder, later).unwrap().root()
            );
            assert!(first.server_config().is_ok());
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    fn certificate() -> Certificate {
        let address = Ipv4Addr::LOCALHOST.into();
        let made = make(address, jiff::civil::date(2026, 11, 22)).unwrap();
        Certificate {
            address,
            der: STANDARD.decode(made.certificate).unwrap().into(),
            key: STANDARD.decode(made.key).unwrap(),
        }
    }

    #[test]
    fn the_demo_services_trust_this_certificate_and_no_other() {
        let (own, other) = (certificate(), certificate());
        crate::running::runtime().unwrap().block_on(async {
            let address = (Ipv4Addr::LOCALHOST, 0).into();
            let tls = Some(own.server_config().unwrap());
            let listener = Listener::bind(address, tls).await.unwrap();
            let address = listener.socket.local_addr().unwrap();
            let router = axum::Router::new().route("/", axum::routing::get(|| async { "hello" }));
            tokio::spawn(server::listen::serve(
                listener,
                router,
                std::future::pending(),
            ));
            let url = url::Url::parse(&format!("https://{address}/")).unwrap();
            let client = HttpClient::trusting(Some(own.root())).unwrap();
            assert_eq!(client.get(&url, &[]).await.unwrap().body, "hello");
            for root in [Some(other.root()), None] {
                let stranger = HttpClient::trusting(root).unwrap();
                assert_eq!(
                    stranger.get(&url, &[]).await.err(),
                    Some(HttpFault::NotTrusted)
                );
            }
        });
    }
}
