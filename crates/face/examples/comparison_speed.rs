//! How long one comparison takes with a network of the size of an R50 for faces (IResNet50: 43.6 million weights, 6.3 thousand million
//! multiplications), with random weights: `cargo run --release -p face --example comparison_speed [THREADS]`. It recognises nobody.

use std::time::Instant;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use face::Matcher;
use face::manifest::VerifiedManifest;
use face::picture::Picture;
use face::quality::QualityLimits;
use specimen::drawn_face::{self, Pose};
use specimen::network::{self, Attribute, Graph};

const LIMITS: QualityLimits = QualityLimits {
    min_side: 0,
    min_eye_distance: 0.0,
    min_brightness: 0.0,
    max_brightness: 255.0,
    min_contrast: 0.0,
    min_sharpness: 0.0,
};

/// Numbers that look random enough for weights.
struct Weights(u32);

impl Weights {
    fn next(&mut self, count: i64, scale: f32) -> Vec<f32> {
        (0..count)
            .map(|_| {
                self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let [high, low, ..] = self.0.to_be_bytes();
                (f32::from(u16::from_be_bytes([high, low])) / 32_768.0 - 1.0) * scale
            })
            .collect()
    }
}

/// A convolution with bias.
fn conv(
    graph: &mut Graph,
    weights: &mut Weights,
    input: &str,
    (from, to, side, stride): (i64, i64, i64, i64),
) -> String {
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let scale = (3.0 / (from * side * side) as f32).sqrt();
    let kernel = graph.floats(
        &[to, from, side, side],
        &weights.next(to * from * side * side, scale),
    );
    let bias = graph.floats(&[to], &weights.next(to, 0.01));
    let pad = side / 2;
    graph.node(
        "Conv",
        &[input, &kernel, &bias],
        &[
            ("kernel_shape", Attribute::Ints(&[side, side])),
            ("strides", Attribute::Ints(&[stride, stride])),
            ("pads", Attribute::Ints(&[pad, pad, pad, pad])),
            ("dilations", Attribute::Ints(&[1, 1])),
        ],
    )
}

fn prelu(graph: &mut Graph, input: &str, channels: i64) -> String {
    let slopes: Vec<f32> = (0..channels).map(|_| 0.25).collect();
    let slope = graph.floats(&[channels, 1, 1], &slopes);
    graph.node("PRelu", &[input, &slope], &[])
}

fn resnet_50() -> Vec<u8> {
    let (mut graph, mut weights) = (Graph::new(), Weights(1));
    let first = conv(&mut graph, &mut weights, "face", (3, 64, 3, 1));
    let mut here = prelu(&mut graph, &first, 64);
    let mut from = 64;
    for (blocks, to) in [(3, 64), (4, 128), (14, 256), (3, 512)] {
        for block in 0..blocks {
            let stride = if block == 0 { 2 } else { 1 };
            let one = conv(&mut graph, &mut weights, &here, (from, to, 3, 1));
            let one = prelu(&mut graph, &one, to);
            let two = conv(&mut graph, &mut weights, &one, (to, to, 3, stride));
            let beside = if stride == 2 {
                conv(&mut graph, &mut weights, &here, (from, to, 1, stride))
            } else {
                here.clone()
            };
            here = graph.node("Add", &[&two, &beside], &[]);
            from = to;
        }
    }
    let flat = graph.node("Flatten", &[&here], &[("axis", Attribute::Int(1))]);
    let last = graph.floats(&[512 * 7 * 7, 512], &weights.next(512 * 7 * 7 * 512, 0.01));
    let bias = graph.floats(&[512], &weights.next(512, 0.01));
    graph.node_named("Gemm", &[&flat, &last, &bias], &[], "vector");
    graph.file(("face", &[1, 3, 112, 112]), &[("vector", &[1, 512])])
}

fn hash(bytes: &[u8]) -> String {
    let digest = digest(&SHA256, bytes);
    digest
        .as_ref()
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

/// What the process holds now and held at most, in megabytes (Linux).
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        let value = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes =
            value.and_then(|value| value.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.unwrap_or(0) / 1024
    };
    format!("{} MB, at most {} MB", line("VmRSS:"), line("VmHWM:"))
}

#[expect(clippy::disallowed_methods, reason = "measures")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let threads = std::env::args().nth(1).map_or(Ok(2), |text| text.parse())?;
    let network = resnet_50();
    println!("the file has {} MB; {}", network.len() >> 20, memory());
    let manifest = network::manifest(b"drawn", (0.5, 0.3), true)
        .replace(&hash(&network::recognition(b"drawn")), &hash(&network))
        .replace("dimension = 64", "dimension = 512");
    let key = Ed25519KeyPair::from_seed_unchecked(&[1; 32])?;
    let info = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode([&info, key.public_key().as_ref()].concat())
    );
    let signature = key.sign(manifest.as_bytes());
    let manifest = VerifiedManifest::open(manifest.as_bytes(), signature.as_ref(), &pem)?;
    let began = Instant::now();
    let mut network = Some(network);
    let matcher = Matcher::load(&manifest, threads, |name| match name {
        network::RECOGNITION_FILE => network.take(),
        _ => Some(network::detector()),
    })?;
    println!(
        "loaded and tried in {} ms; {}",
        began.elapsed().as_millis(),
        memory()
    );
    let jpeg = drawn_face::jpeg(1, Pose::default());
    let picture = Picture::decode(&jpeg)?;
    let mut times = Vec::new();
    for _ in 0..15 {
        let began = Instant::now();
        matcher.look(&picture, &LIMITS)?;
        times.push(began.elapsed().as_millis());
    }
    times.sort_unstable();
    println!(
        "one picture, {threads} threads: {} ms (median of 15; {} to {} ms)",
        times[7], times[0], times[14]
    );
    let began = Instant::now();
    let portrait = matcher.look(&Picture::decode(&jpeg)?, &LIMITS)?;
    for take in 1..5 {
        let pose = Pose {
            take,
            ..Pose::default()
        };
        let live = matcher.look(&Picture::decode(&drawn_face::jpeg(1, pose))?, &LIMITS)?;
        matcher.compare(&portrait, &live).ok_or("no face")?;
    }
    println!(
        "a portrait against four pictures: {} ms; {}",
        began.elapsed().as_millis(),
        memory()
    );
    Ok(())
}
