//! How fast passive authentication is, against the bare signature verifications that it needs.
//!
//! ```text
//! cargo run --release -p emrtd --example passive_auth_speed
//! ```
//!
//! For every security object among the files about real documents: the time of passive authentication (security object, document
//! signer, path to its CSCA out of a store of all lists), the time of its two bare verifications, and the ratio. The key of the
//! document signer, which comes with the document, is read in each round; that of the CSCA, which is in the store, is read before.
//! Bare is the fastest backend for the algorithm: `aws-lc-rs` asked directly where it knows the algorithm, and otherwise what
//! `emrtd::crypto` has. Then the time that a master list takes to be verified and loaded.
//!
//! Each time is the tenth part of its rounds that were fastest: a round longer than what the scheduler gives at once would otherwise be
//! charged with what else the machine does.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a program for measuring, which stops where it cannot go on"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aws_lc_rs::signature as fast;
use emrtd::ber;
use emrtd::cms::{ContentType, SignedData};
use emrtd::crypto::{Digest, KeyKind, PublicKey, SignatureAlgorithm, curve::Curve, verify};
use emrtd::passive_auth::{Circumstances, verify_security_object};
use emrtd::tlv::{Reader, Tag};
use emrtd::trust::{Source, Store};
use emrtd::x509::Certificate;

const ROUNDS: usize = 300;

fn main() {
    let root = std::env::var_os("SEGL_TESTDATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let dir = root.join("emrtd");
    let lists = files(&dir.join("masterlists"));
    let mut store = Store::new();
    for (_, bytes) in &lists {
        load(&mut store, bytes);
    }
    println!("{} authorities in the store", store.len());
    println!(
        "{:<22} {:>10} {:>10} {:>6}  bare verifications",
        "document", "whole us", "bare us", "ratio"
    );
    for (name, bytes) in files(&dir.join("sod")) {
        measure(&store, &name, &bytes);
    }
    println!();
    for (name, bytes) in &lists {
        let time = typical(20, || {
            let mut store = Store::new();
            load(&mut store, bytes);
            store
        });
        let mut store = Store::new();
        load(&mut store, bytes);
        println!(
            "{name:<32} {:>4} certificates verified and loaded in {:>7.2} ms",
            store.len(),
            micros(time) / 1000.0
        );
    }
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// A master list, its own signature verified, into a store.
fn load(store: &mut Store, bytes: &[u8]) {
    let normalised = ber::normalise(bytes).unwrap();
    let signed = SignedData::parse(&normalised).unwrap();
    let verified = signed.verify_signer().unwrap();
    let (content, _) = verified.content_as(ContentType::CscaMasterList).unwrap();
    let mut list = Reader::ber(content).expect(Tag::SEQUENCE).unwrap().reader();
    list.expect(Tag::INTEGER).unwrap();
    let source = Source::new("list");
    for certificate in list.expect(Tag::SET).unwrap().children() {
        store.add(certificate.unwrap().raw, &source).unwrap();
    }
}

fn measure(store: &Store, name: &str, bytes: &[u8]) {
    let circumstances = Circumstances::new(store, "2026-11-24T12:00:00Z".parse().unwrap());
    if verify_security_object(bytes, &circumstances).1.is_none() {
        return;
    }
    let normalised = ber::normalise(bytes).unwrap();
    let signed = SignedData::parse_security_object(&normalised).unwrap();
    let verified = signed.verify_signer().unwrap();
    let signer = signed.signer_infos[0];
    let certificate = verified.certificate();
    let message = signer.signed_attributes.unwrap().as_received();
    let path = store.path(certificate).unwrap();
    let bare = [
        Bare::new(
            certificate.spki_raw,
            verified.signature_algorithm(),
            &message,
            signer.signature,
        ),
        Bare::of_certificate(certificate, path.issuer().certificate().unwrap().spki_raw),
    ];
    let whole = typical(ROUNDS, || verify_security_object(bytes, &circumstances));
    let spki = certificate.spki_raw;
    let sum = typical(ROUNDS, || assert!(bare[0].with_fresh_key(spki).holds()))
        + typical(ROUNDS, || assert!(bare[1].holds()));
    println!(
        "{name:<22} {:>10.1} {:>10.1} {:>6.2}  {} + {}",
        micros(whole),
        micros(sum),
        micros(whole) / micros(sum),
        bare[0].name(),
        bare[1].name()
    );
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn typical<T>(rounds: usize, mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[rounds / 10]
}

/// One signature with its key, read already.
struct Bare {
    key: PublicKey,
    algorithm: SignatureAlgorithm,
    message: Vec<u8>,
    signature: Vec<u8>,
    fast: Option<fast::ParsedPublicKey>,
}

impl Bare {
    fn new(spki: &[u8], algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Self {
        let key = PublicKey::parse(spki).unwrap();
        let fast = fast_key(&key, algorithm);
        Self {
            key,
            algorithm,
            message: message.to_vec(),
            signature: signature.to_vec(),
            fast,
        }
    }

    fn of_certificate(certificate: &Certificate<'_>, issuer: &[u8]) -> Self {
        let algorithm = SignatureAlgorithm::parse(certificate.signature_algorithm_raw).unwrap();
        Self::new(
            issuer,
            algorithm,
            certificate.tbs_raw,
            certificate.signature,
        )
    }

    fn with_fresh_key(&self, spki: &[u8]) -> Self {
        Self::new(spki, self.algorithm, &self.message, &self.signature)
    }

    fn holds(&self) -> bool {
        match &self.fast {
            Some(fast) => fast.verify_sig(&self.message, &self.signature).is_ok(),
            None => verify(&self.key, &self.algorithm, &self.message, &self.signature).is_ok(),
        }
    }

    fn name(&self) -> String {
        let backend = if self.fast.is_some() {
            "aws-lc-rs"
        } else {
            "emrtd"
        };
        let key = match self.key.kind() {
            KeyKind::Rsa { bits } => format!("RSA-{bits}"),
            KeyKind::EllipticCurve(curve) => format!("{curve:?}"),
        };
        format!("{key} {:?} ({backend})", self.algorithm)
    }
}

/// The key as `aws-lc-rs` takes it, where it knows the algorithm.
fn fast_key(key: &PublicKey, algorithm: SignatureAlgorithm) -> Option<fast::ParsedPublicKey> {
    if let Some(point) = key.point() {
        let fast: &'static fast::EcdsaVerificationAlgorithm =
            match (point.curve(), algorithm.digest()?) {
                (Curve::Secp256r1, Digest::Sha256) => &fast::ECDSA_P256_SHA256_ASN1,
                (Curve::Secp256r1, Digest::Sha384) => &fast::ECDSA_P256_SHA384_ASN1,
                (Curve::Secp384r1, Digest::Sha256) => &fast::ECDSA_P384_SHA256_ASN1,
                (Curve::Secp384r1, Digest::Sha384) => &fast::ECDSA_P384_SHA384_ASN1,
                (Curve::Secp521r1, Digest::Sha256) => &fast::ECDSA_P521_SHA256_ASN1,
                (Curve::Secp521r1, Digest::Sha384) => &fast::ECDSA_P521_SHA384_ASN1,
                (Curve::Secp521r1, Digest::Sha512) => &fast::ECDSA_P521_SHA512_ASN1,
                _ => return None,
            };
        return fast::ParsedPublicKey::new(fast, point.encode()).ok();
    }
    let rsa = key.rsa()?;
    let fast: &'static fast::RsaParameters = match algorithm {
        SignatureAlgorithm::RsaPkcs1(Digest::Sha1) => {
            &fast::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
        }
        SignatureAlgorithm::RsaPkcs1(Digest::Sha256) => &fast::RSA_PKCS1_2048_8192_SHA256,
        SignatureAlgorithm::RsaPkcs1(Digest::Sha384) => &fast::RSA_PKCS1_2048_8192_SHA384,
        SignatureAlgorithm::RsaPkcs1(Digest::Sha512) => &fast::RSA_PKCS1_2048_8192_SHA512,
        SignatureAlgorithm::RsaPss(parameters) if parameters.digest == Digest::Sha256 => {
            &fast::RSA_PSS_2048_8192_SHA256
        }
        SignatureAlgorithm::RsaPss(parameters) if parameters.digest == Digest::Sha512 => {
            &fast::RSA_PSS_2048_8192_SHA512
        }
        _ => return None,
    };
    let (n, e) = (rsa.modulus(), rsa.exponent());
    fast::RsaPublicKeyComponents { n, e }
        .to_parsed_public_key(fast)
        .ok()
}
