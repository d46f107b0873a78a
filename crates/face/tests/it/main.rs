//! The crate with networks that are made here: one that finds the points of drawn faces, one that makes a vector of them.

#![expect(
    clippy::unwrap_used,
    clippy::needless_range_loop,
    reason = "a failure here is a failed test, and sums by index are as they stand on paper"
)]

mod comparing;
mod loading;
mod pictures;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use face::Matcher;
use face::manifest::VerifiedManifest;
use face::picture::Picture;
use face::quality::QualityLimits;
use specimen::drawn_face::{self, Pose};
use specimen::network;

const SEED: &[u8] = b"drawn";
const THRESHOLD: (f32, f32) = (0.8, 0.6);
const LIMITS: QualityLimits = QualityLimits {
    min_side: 240,
    min_eye_distance: 40.0,
    min_brightness: 40.0,
    max_brightness: 220.0,
    min_contrast: 10.0,
    min_sharpness: 20.0,
};

fn opened(manifest: &str) -> VerifiedManifest {
    let key = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let prefix = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let body = STANDARD.encode([&prefix, key.public_key().as_ref()].concat());
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    let signature = key.sign(manifest.as_bytes());
    VerifiedManifest::open(manifest.as_bytes(), signature.as_ref(), &pem).unwrap()
}

fn file(name: &str) -> Option<Vec<u8>> {
    match name {
        network::RECOGNITION_FILE => Some(network::recognition(SEED)),
        network::DETECTOR_FILE => Some(network::detector()),
        _ => None,
    }
}

fn matcher(with_detector: bool) -> Matcher {
    let manifest = opened(&network::manifest(SEED, THRESHOLD, with_detector));
    Matcher::load(&manifest, 1, file).unwrap()
}

fn picture(person: u8, pose: Pose) -> Picture {
    Picture::decode(&drawn_face::jpeg(person, pose)).unwrap()
}
