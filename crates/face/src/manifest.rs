//! A model's manifest: which networks, what goes in and comes out, when two faces are the same, and who says so.
//!
//! It is TOML, with a detached signature by a key that the operator trusts. What a network does depends on every number in here, so
//! nothing of a model is used before the signature holds.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::geometry::Point;

/// The only form of manifest there is so far.
pub const FORMAT: &str = "segl-face-1";

/// A manifest whose signature holds. Only [`VerifiedManifest::open`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedManifest {
    manifest: Manifest,
    sha256: [u8; 32],
}

/// What a manifest says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The model's name and version. It goes into the log with each decision.
    pub name: String,
    /// The licence under which it is used.
    pub licence: String,
    /// How it was evaluated.
    pub evaluation: Evaluation,
    /// When two faces are the same.
    pub threshold: Threshold,
    /// The network that makes a vector of a face.
    pub recognition: Recognition,
    /// The network that finds a face and its five points. Without it no face is decided by the model.
    pub detector: Option<Detection>,
}

/// How a model was evaluated: the report, and what it found at the threshold `same`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Where the report is, or its file.
    pub report: String,
    /// Which pictures it was evaluated with.
    pub data: String,
    /// How often two persons are taken for one, of 1.
    pub false_match_rate: f64,
    /// How often one person is taken for two, of 1.
    pub false_non_match_rate: f64,
}

/// Cosines: from `same` on two faces are the same, below `different` they are not; between, an official looks.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The same from here on.
    pub same: f32,
    /// Different below.
    pub different: f32,
}

/// A network's file, and what goes into it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkInput {
    /// The ONNX file, beside the manifest. A plain name.
    pub file: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Width and height of the picture.
    pub size: [u32; 2],
    /// The order of the colours.
    pub channels: Channels,
    /// What is subtracted from each colour (0 to 255), in that order.
    pub mean: [f32; 3],
    /// What the difference is divided by.
    pub deviation: [f32; 3],
}

/// The order of the colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

/// The network that makes a vector of a face.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// What goes in: an aligned face.
    pub input: NetworkInput,
    /// How many numbers the vector has.
    pub dimension: usize,
    /// Where the five points come to lie: the eye at the left, at the right, the nose, the corner of the mouth at the left, at the right.
    pub alignment: [Point; 5],
}

/// The network that finds faces.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detection {
    /// What goes in: the whole picture, made to fit with black at the right and below.
    pub input: NetworkInput,
    /// What comes out.
    pub output: DetectorOutput,
    /// From which score on something is a face.
    pub score: f32,
}

/// What a detector's output means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DetectorOutput {
    /// One output of rows `[n, 11]` or `[1, n, 11]`: score, then x and y of the five points, in the input's pixels.
    Points,
    /// The twelve outputs of YuNet (libfacedetection): `cls`, `obj`, `bbox` and `kps`, each for strides 8, 16 and 32.
    Yunet,
}

/// Why a manifest is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestFault {
    /// The key is no PEM of an Ed25519 or P-256 public key.
    #[error("the verification key is no Ed25519 or P-256 public key in PEM")]
    Key,
    /// The signature is neither raw nor Base64.
    #[error("the signature is neither the bytes of one nor Base64 of them")]
    SignatureForm,
    /// It is not this key's signature over this manifest.
    #[error("the signature is not by the configured key over this manifest")]
    Signature,
    /// It is not TOML of this form.
    #[error("the manifest cannot be read: {0}")]
    Form(String),
    /// Another form than [`FORMAT`].
    #[error("the manifest has the form {0:?}, and \"segl-face-1\" is known here")]
    Format(String),
    /// A member has a value that makes no sense.
    #[error("the manifest's {0} makes no sense")]
    Value(&'static str),
}

impl VerifiedManifest {
    /// Verifies the detached signature with the operator's public key (PEM), then reads.
    ///
    /// The signature is Ed25519's 64 bytes or ECDSA's DER with P-256 and SHA-256, raw or in Base64.
    pub fn open(manifest: &[u8], signature: &[u8], key: &str) -> Result<Self, ManifestFault> {
        let key = PublicKey::parse(key)?;
        key.verify(manifest, &signature_bytes(signature)?)?;
        let text = std::str::from_utf8(manifest)
            .map_err(|_| ManifestFault::Form("no UTF-8".to_owned()))?;
        let parsed: Manifest = toml::from_str(text)
            .map_err(|fault| ManifestFault::Form(fault.message().to_owned()))?;
        check(&parsed)?;
        Ok(Self {
            manifest: parsed,
            sha256: sha256(manifest),
        })
    }

    /// What it says.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The hash of the manifest's file.
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

/// A public key with what it verifies.
struct PublicKey {
    algorithm: &'static dyn VerificationAlgorithm,
    bytes: Vec<u8>,
}

/// The SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) of Ed25519 (RFC 8410) before the key's 32 bytes.
const ED25519_INFO: [u8; 12] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// That of P-256 (RFC 5480) before the point's 65.
const P256_INFO: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

impl PublicKey {
    fn parse(pem: &str) -> Result<Self, ManifestFault> {
        let body: String = pem
            .split_once("-----BEGIN PUBLIC KEY-----")
            .and_then(|(_, rest)| rest.split_once("-----END PUBLIC KEY-----"))
            .map(|(body, _)| body.split_ascii_whitespace().collect())
            .ok_or(ManifestFault::Key)?;
        let der = STANDARD.decode(body).map_err(|_| ManifestFault::Key)?;
        let ed25519 = der
            .strip_prefix(&ED25519_INFO)
            .filter(|key| key.len() == 32);
        let p256 = der.strip_prefix(&P256_INFO).filter(|key| key.len() == 65);
        let (algorithm, bytes): (&'static dyn VerificationAlgorithm, _) = match (ed25519, p256) {
            (Some(key), _) => (&ED25519, key),
            (_, Some(key)) => (&ECDSA_P256_SHA256_ASN1, key),
            _ => return Err(ManifestFault::Key),
        };
        Ok(Self {
            algorithm,
            bytes: bytes.to_vec(),
        })
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), ManifestFault> {
        UnparsedPublicKey::new(self.algorithm, &self.bytes)
            .verify(message, signature)
            .map_err(|_| ManifestFault::Signature)
    }
}

/// Raw bytes, or the Base64 of them with white space.
fn signature_bytes(file: &[u8]) -> Result<Vec<u8>, ManifestFault> {
    let is_raw = file.len() == 64 || file.first() == Some(&0x30);
    let text = std::str::from_utf8(file)
        .ok()
        .filter(|text| text.is_ascii());
    match text {
        Some(text) => {
            let text: String = text.split_ascii_whitespace().collect();
            STANDARD
                .decode(text)
                .map_err(|_| ManifestFault::SignatureForm)
        }
        None if is_raw => Ok(file.to_vec()),
        None => Err(ManifestFault::SignatureForm),
    }
}

/// What TOML's types cannot say.
fn check(manifest: &Manifest) -> Result<(), ManifestFault> {
    if manifest.format != FORMAT {
        return Err(ManifestFault::Format(manifest.format.clone()));
    }
    let Threshold { same, different } = manifest.threshold;
    let rates = [
        manifest.evaluation.false_match_rate,
        manifest.evaluation.false_non_match_rate,
    ];
    let recognition = &manifest.recognition;
    let aligned = recognition.alignment.iter().all(|point| {
        let [width, height] = recognition.input.size.map(crate::geometry::to_f32);
        (0.0..width).contains(&point.x) && (0.0..height).contains(&point.y)
    });
    let checks = [
        (!named(&manifest.name), "name"),
        (manifest.licence.trim().is_empty(), "licence"),
        (
            manifest.evaluation.report.trim().is_empty(),
            "evaluation report",
        ),
        (
            !rates.iter().all(|rate| (0.0..=1.0).contains(rate)),
            "error rates",
        ),
        (
            !(different <= same
                && (-1.0..=1.0).contains(&different)
                && (-1.0..=1.0).contains(&same)),
            "threshold",
        ),
        (!(8..=8192).contains(&recognition.dimension), "dimension"),
        (!aligned, "alignment"),
        (!sensible(&recognition.input), "recognition input"),
        (
            manifest
                .detector
                .as_ref()
                .is_some_and(|detector| !sensible(&detector.input)),
            "detector input",
        ),
        (
            manifest
                .detector
                .as_ref()
                .is_some_and(|detector| !(0.0..=1.0).contains(&detector.score)),
            "detector score",
        ),
    ];
    match checks.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, what)) => Err(ManifestFault::Value(what)),
        None => Ok(()),
    }
}

/// A name that can stand in a log.
fn named(name: &str) -> bool {
    (1..=60).contains(&name.len())
        && name
            .chars()
            .all(|sign| sign.is_ascii_graphic() || sign == ' ')
}

fn sensible(input: &NetworkInput) -> bool {
    let is_plain = !input.file.is_empty()
        && input
            .file
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && !input.file.starts_with('.');
    is_plain
        && input.size.iter().all(|side| (32..=1024).contains(side))
        && input.mean.iter().all(|mean| mean.is_finite())
        && input
            .deviation
            .iter()
            .all(|deviation| deviation.is_normal())
        && input.sha256.len() == 64
}

#[cfg(test)]
pub(crate) mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    };

    use super::*;

    pub(crate) const TEXT: &str = r#"
format = "segl-face-1"
name = "tiny 1"
licence = "MIT"
[evaluation]
report = "none: made by a test"
data = "drawn"
false_match_rate = 0.001
false_non_match_rate = 0.02
[threshold]
same = 0.8
different = 0.4
[recognition]
dimension = 64
alignment = [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
[recognition.input]
file = "tiny.onnx"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
size = [112, 112]
channels = "rgb"
mean = [127.5, 127.5, 127.5]
deviation = [127.5, 127.5, 127.5]
"#;

    pub(crate) fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
    }

    pub(crate) fn pem(info: &[u8], key: &[u8]) -> String {
        let body = STANDARD.encode([info, key].concat());
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    pub(crate) fn ed25519_pem() -> String {
        pem(&ED25519_INFO, key().public_key().as_ref())
    }

    fn open(text: &str) -> Result<VerifiedManifest, ManifestFault> {
        let signature = key().sign(text.as_bytes());
        VerifiedManifest::open(text.as_bytes(), signature.as_ref(), &ed25519_pem())
    }

    #[test]
    fn a_signed_manifest_is_read() {
        let manifest = open(TEXT).unwrap();
        assert_eq!(manifest.manifest().name, "tiny 1");
        assert_eq!(manifest.sha256(), &sha256(TEXT.as_bytes()));
        let base64 = STANDARD.encode(key().sign(TEXT.as_bytes()));
        let wrapped = format!("{}\n{}\n", &base64[..40], &base64[40..]);
        let read = VerifiedManifest::open(TEXT.as_bytes(), wrapped.as_bytes(), &ed25519_pem());
        assert_eq!(read.unwrap(), manifest);
    }

    #[test]
    fn p_256_signs_too() {
        let random = SystemRandom::new();
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref()).unwrap();
        let key = pem(&P256_INFO, pair.public_key().as_ref());
        let signature = pair.sign(&random, TEXT.as_bytes()).unwrap();
        assert!(VerifiedManifest::open(TEXT.as_bytes(), signature.as_ref(), &key).is_ok());
        let other = VerifiedManifest::open(TEXT.as_bytes(), signature.as_ref(), &ed25519_pem());
        assert_eq!(other, Err(ManifestFault::Signature));
    }

    #[test]
    fn nothing_is_read_before_the_signature_holds() {
        let signature = key().sign(TEXT.as_bytes());
        let altered = TEXT.replace("same = 0.8", "same = 0.1");
        let opened = VerifiedManifest::open(altered.as_bytes(), signature.as_ref(), &ed25519_pem());
        assert_eq!(opened, Err(ManifestFault::Signature));
        let garbage = VerifiedManifest::open(b"\xFF", signature.as_ref(), &ed25519_pem());
        assert_eq!(garbage, Err(ManifestFault::Signature));
        let short = VerifiedManifest::open(TEXT.as_bytes(), b"no signature!", &ed25519_pem());
        assert_eq!(short, Err(ManifestFault::SignatureForm));
        let no_key = VerifiedManifest::open(TEXT.as_bytes(), signature.as_ref(), "no key");
        assert_eq!(no_key, Err(ManifestFault::Key));
    }

    #[test]
    fn values_that_make_no_sense_are_named() {
        for (from, to, what) in [
            ("tiny 1", "", "name"),
            ("\"MIT\"", "\" \"", "licence"),
            ("rate = 0.001", "rate = 1.5", "error rates"),
            ("different = 0.4", "different = 0.9", "threshold"),
            ("same = 0.8", "same = nan", "threshold"),
            ("dimension = 64", "dimension = 4", "dimension"),
            ("[38.2946,", "[138.2946,", "alignment"),
            ("tiny.onnx", "../tiny.onnx", "recognition input"),
            (
                "size = [112, 112]",
                "size = [112, 4000]",
                "recognition input",
            ),
            (
                "deviation = [127.5,",
                "deviation = [0.0,",
                "recognition input",
            ),
        ] {
            let text = TEXT.replace(from, to);
            assert_ne!(text, TEXT);
            let fault = open(&text).unwrap_err();
            // A size may also put the points outside, which is named first.
            assert_eq!(fault, ManifestFault::Value(what), "{to}");
        }
        let fault = open(&TEXT.replace("segl-face-1", "segl-face-2")).unwrap_err();
        assert_eq!(fault, ManifestFault::Format("segl-face-2".to_owned()));
        assert!(matches!(
            open(&TEXT.replace("licence", "license")),
            Err(ManifestFault::Form(_))
        ));
    }
}
