//! Two small networks for drawn faces: one finds the five coloured points of a drawing, one makes a vector of how light lies in it.

use sha2_11::{Digest as _, Sha256};

use super::{Attribute, Graph};
use crate::randomness::Randomness;

/// The side of the detector's input.
pub const DETECTOR_SIDE: u16 = 160;
/// How many numbers the vector has.
pub const VECTOR: usize = 64;
/// Cells a side, of each colour, that the vector is made of.
const CELLS: usize = 8;

/// Finds the drawn points by their colours: red, green, blue, cyan and magenta. Input `picture`, `[1, 3, 160, 160]`, colours from 0 to 1; output
/// `faces`, `[1, 11]`.
pub fn detector() -> Vec<u8> {
    let side = i64::from(DETECTOR_SIDE);
    let mut graph = Graph::new();
    #[rustfmt::skip]
    let colours = graph.floats(&[5, 3, 1, 1], &[
        1.0, -1.0, -1.0,
        -1.0, 1.0, -1.0,
        -1.0, -1.0, 1.0,
        -1.0, 1.0, 1.0,
        1.0, -1.0, 1.0,
    ]);
    let least = graph.floats(&[5], &[-0.3, -0.3, -0.3, -1.3, -1.3]);
    let coloured = graph.node(
        "Conv",
        &["picture", &colours, &least],
        &[
            ("kernel_shape", Attribute::Ints(&[1, 1])),
            ("strides", Attribute::Ints(&[1, 1])),
            ("pads", Attribute::Ints(&[0, 0, 0, 0])),
            ("dilations", Attribute::Ints(&[1, 1])),
        ],
    );
    let coloured = graph.node("Relu", &[&coloured], &[]);
    let flat = graph.ints(&[5, side * side]);
    let coloured = graph.node("Reshape", &[&coloured, &flat], &[]);
    let places: Vec<f32> = (0..DETECTOR_SIDE)
        .flat_map(|y| (0..DETECTOR_SIDE).flat_map(move |x| [f32::from(x), f32::from(y), 1.0]))
        .collect();
    let places = graph.floats(&[side * side, 3], &places);
    let sums = graph.node("MatMul", &[&coloured, &places], &[]);
    let (zero, two, three, second) = (
        graph.ints(&[0]),
        graph.ints(&[2]),
        graph.ints(&[3]),
        graph.ints(&[1]),
    );
    let moments = graph.node("Slice", &[&sums, &zero, &two, &second], &[]);
    let weights = graph.node("Slice", &[&sums, &two, &three, &second], &[]);
    let little = graph.floats(&[1], &[0.001]);
    let divisor = graph.node("Add", &[&weights, &little], &[]);
    let middles = graph.node("Div", &[&moments, &divisor], &[]);
    let row = graph.ints(&[1, 10]);
    let middles = graph.node("Reshape", &[&middles, &row], &[]);
    let weakest = graph.node(
        "ReduceMin",
        &[&weights],
        &[
            ("axes", Attribute::Ints(&[0])),
            ("keepdims", Attribute::Int(1)),
        ],
    );
    let half = graph.floats(&[1], &[4.0]);
    let more = graph.node("Add", &[&weakest, &half], &[]);
    let score = graph.node("Div", &[&weakest, &more], &[]);
    graph.node_named(
        "Concat",
        &[&score, &middles],
        &[("axis", Attribute::Int(1))],
        "faces",
    );
    graph.file(("picture", &[1, 3, side, side]), &[("faces", &[1, 11])])
}

/// A vector of an aligned face: its brightness in eight by eight cells of each colour, times random weights that make nothing of brightness
/// alone. Input `face`, `[1, 3, 112, 112]`; output `vector`, `[1, 64]`.
pub fn recognition(seed: &[u8]) -> Vec<u8> {
    let mut graph = Graph::new();
    let cells = graph.node(
        "AveragePool",
        &["face"],
        &[
            ("kernel_shape", Attribute::Ints(&[14, 14])),
            ("strides", Attribute::Ints(&[14, 14])),
        ],
    );
    let flat = graph.node("Flatten", &[&cells], &[("axis", Attribute::Int(1))]);
    let weights = graph.floats(&[192, 64], &recognition_weights(seed));
    let none = graph.floats(&[64], &[0.0; VECTOR]);
    graph.node_named("Gemm", &[&flat, &weights, &none], &[], "vector");
    graph.file(("face", &[1, 3, 112, 112]), &[("vector", &[1, 64])])
}

/// The weights of [`recognition`]: 192 rows of 64, each column without its mean.
pub fn recognition_weights(seed: &[u8]) -> Vec<f32> {
    let rows = CELLS * CELLS * 3;
    let mut weights: Vec<f32> = Randomness::from_seed(seed)
        .bytes(rows * VECTOR)
        .into_iter()
        .map(|byte| f32::from(byte) / 127.5 - 1.0)
        .collect();
    for column in 0..VECTOR {
        let sum: f32 = weights.iter().skip(column).step_by(VECTOR).sum();
        for weight in weights.iter_mut().skip(column).step_by(VECTOR) {
            *weight -= sum / 192.0;
        }
    }
    weights
}

/// The names under which the manifest has the two files.
pub const RECOGNITION_FILE: &str = "drawn-recognition.onnx";
/// See [`RECOGNITION_FILE`].
pub const DETECTOR_FILE: &str = "drawn-detector.onnx";

/// A manifest of both, not signed; without the detector on demand. From a cosine of `same` on two drawings are one person, below `different` two.
pub fn manifest(seed: &[u8], (same, different): (f32, f32), with_detector: bool) -> String {
    let detector = if with_detector {
        format!(
            r#"
[detector]
output = "points"
score = 0.5
[detector.input]
file = "{DETECTOR_FILE}"
sha256 = "{}"
size = [{DETECTOR_SIDE}, {DETECTOR_SIDE}]
channels = "rgb"
mean = [0.0, 0.0, 0.0]
deviation = [255.0, 255.0, 255.0]
"#,
            hash(&self::detector())
        )
    } else {
        String::new()
    };
    format!(
        r#"format = "segl-face-1"
name = "drawn faces 1"
licence = "MIT OR Apache-2.0"

[evaluation]
report = "none: a network for drawings, never for people"
data = "drawings"
false_match_rate = 1.0
false_non_match_rate = 1.0

[threshold]
same = {same:?}
different = {different:?}

[recognition]
dimension = {VECTOR}
alignment = [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
[recognition.input]
file = "{RECOGNITION_FILE}"
sha256 = "{}"
size = [112, 112]
channels = "rgb"
mean = [127.5, 127.5, 127.5]
deviation = [127.5, 127.5, 127.5]
{detector}"#,
        hash(&recognition(seed))
    )
}

fn hash(file: &[u8]) -> String {
    Sha256::digest(file)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}
