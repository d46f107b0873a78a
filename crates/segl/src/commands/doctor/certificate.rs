//! The server's certificate: it is for the issuer's name, its key fits, and it does not end soon.

use std::net::TcpStream;
use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::Finding;
use crate::config::{Config, TlsConfig};
use crate::running::certificate::{Certificate, chain};

const ABOUT: &str = "certificate";
/// Automatic renewal happens a month before the end; after this, it has failed.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Everything about it, where the server itself speaks TLS.
pub(super) fn examine(config: &Config, now: Timestamp) -> Option<Finding> {
    let files = config.server.tls.as_ref()?;
    let chain = match Certificate::read(files).and_then(|_| chain(&files.certificate_file)) {
        Ok(chain) => chain,
        Err(fault) => {
            return Some(Finding::fail(
                ABOUT,
                fault,
                "server.tls names a PEM chain, and the key of its first certificate",
            ));
        }
    };
    let host = url::Url::parse(&config.server.issuer)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    Some(judge(chain.first()?, &host, now))
}

fn judge(certificate: &CertificateDer<'_>, host: &str, now: Timestamp) -> Finding {
    let named = ServerName::try_from(host.trim_matches(['[', ']']))
        .ok()
        .zip(ParsedCertificate::try_from(certificate).ok());
    if named.is_none_or(|(name, parsed)| verify_server_name(&parsed, &name).is_err()) {
        return Finding::fail(
            ABOUT,
            format!("is not for {host}"),
            "get one for the issuer's name",
        );
    }
    let Some(Validity { from, until }) = Validity::of(certificate) else {
        return Finding::fail(ABOUT, "its dates cannot be read", "get another");
    };
    let left = until.duration_since(now);
    let renew = "renew it, then send the server SIGHUP";
    if now < from {
        return Finding::fail(
            ABOUT,
            format!("holds only from {from}"),
            "is the clock right?",
        );
    }
    if left.is_negative() {
        return Finding::fail(ABOUT, format!("ended {until}"), renew);
    }
    let detail = format!("for {host}, {} days left", left.as_hours() / 24);
    if left < SOON {
        Finding::warn(ABOUT, detail, renew)
    } else {
        Finding::ok(ABOUT, detail)
    }
}

/// RFC 5280 section 4.1: `Validity ::= SEQUENCE { notBefore Time, notAfter Time }`.
#[derive(Debug, PartialEq, Eq)]
struct Validity {
    from: Timestamp,
    until: Timestamp,
}

impl Validity {
    /// Of a certificate whose form has been checked: `TBSCertificate` is version, serialNumber, signature, issuer, validity.
    fn of(certificate: &[u8]) -> Option<Self> {
        let (_, certificate, _) = element(certificate)?;
        let (_, mut rest, _) = element(certificate)?;
        loop {
            let (tag, contents, after) = element(rest)?;
            rest = after;
            // The first SEQUENCE whose first member is a time; names and algorithms begin otherwise.
            if tag == 0x30
                && let Some((first @ (0x17 | 0x18), from, second)) = element(contents)
            {
                let (tag, until, _) = element(second)?;
                return Some(Self {
                    from: time(first, from)?,
                    until: time(tag, until)?,
                });
            }
        }
    }
}

/// One DER element: tag, contents, and what follows it (X.690 section 8.1).
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (bytes, rest) = rest
            .split_at_checked(usize::from(first & 0x7f))
            .filter(|(bytes, _)| bytes.len() <= 4)?;
        (
            bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte)),
            rest,
        )
    };
    let (contents, after) = rest.split_at_checked(length)?;
    Some((tag, contents, after))
}

/// RFC 5280 section 4.1.2.5: UTCTime has two digits of the year, from 1950 to 2049.
fn time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let century = match (tag, text.get(..1)?) {
        (0x18, _) => "",
        (_, "0" | "1" | "2" | "3" | "4") => "20",
        _ => "19",
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", format!("{century}{text}")).ok()?;
    time.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// A connection to our own server: its certificate is the one of our file, whoever signed that.
pub(super) fn over_tls(
    stream: TcpStream,
    files: &TlsConfig,
) -> Result<StreamOwned<ClientConnection, TcpStream>, String> {
    let expected = chain(&files.certificate_file)
        .map_err(|fault| fault.to_string())?
        .swap_remove(0);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let own = Own {
        expected,
        provider: Arc::clone(&provider),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(own))
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").map_err(|error| error.to_string())?;
    let client =
        ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    Ok(StreamOwned::new(client, stream))
}

/// Accepts one certificate only, byte for byte.
#[derive(Debug)]
struct Own {
    expected: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Own {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *end_entity == self.expected {
            return Ok(ServerCertVerified::assertion());
        }
        Err(rustls::Error::General(
            "another certificate is served than the file's: send the server SIGHUP".to_owned(),
        ))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn certificate() -> CertificateDer<'static> {
        let mut params = rcgen::CertificateParams::new(vec!["id.example.dk".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(2051, 7, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().clone()
    }

    #[test]
    fn both_forms_of_time_are_read() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let validity = Validity::of(&certificate()).unwrap();
        assert_eq!(
            validity,
            Validity {
                from: at("2026-01-01T00:00:00Z"),
                until: at("2051-07-01T00:00:00Z")
            }
        );
        assert_eq!(
            time(0x17, b"991231235959Z"),
            Some(at("1999-12-31T23:59:59Z"))
        );
        assert_eq!(Validity::of(&[0x30, 0x82, 0xff]), None);
    }

    #[test]
    fn its_name_and_its_days_are_judged() {
        let judged = |host: &str, day: &str| {
            judge(
                &certificate(),
                host,
                format!("{day}T12:00:00Z").parse().unwrap(),
            )
        };
        assert_eq!(judged("id.example.dk", "2030-01-01").state, State::Ok);
        assert_eq!(
            judged("id.example.dk", "2051-06-20").detail,
            "for id.example.dk, 10 days left"
        );
        assert_eq!(judged("id.example.dk", "2051-06-20").state, State::Warn);
        assert_eq!(judged("id.example.dk", "2051-07-02").state, State::Fail);
        assert_eq!(judged("id.example.dk", "2025-12-31").state, State::Fail);
        assert_eq!(
            judged("www.example.dk", "2030-01-01").detail,
            "is not for www.example.dk"
        );
    }
}
