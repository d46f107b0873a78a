//! Drawn faces of nobody: a pattern for each person, and five coloured points where eyes, nose and mouth would be. They are as alike as takes of
//! one person are, and as different as persons; what finds and compares them is in [`network`](crate::network).

use crate::document::jpeg;

/// How somebody stands before the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Where the nose stands along the line of the eyes, in their distance: 0 is straight ahead, positive the person's left, which is the
    /// picture's right.
    pub turn: f32,
    /// From eye to eye, in pixels.
    pub eye_distance: f32,
    /// By how much the face is off the middle, in pixels.
    pub aside: f32,
    /// Which take: no two have the same background.
    pub take: u8,
}

impl Default for Pose {
    fn default() -> Self {
        Self {
            turn: 0.0,
            eye_distance: 72.0,
            aside: 0.0,
            take: 0,
        }
    }
}

/// Pixels in a row.
pub const WIDTH: u16 = 320;
/// Rows.
pub const HEIGHT: u16 = 400;

/// The points' colours, in the order that networks have them.
const COLOURS: [[u8; 3]; 5] = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [0, 255, 255],
    [255, 0, 255],
];

/// The picture as JPEG. `person` is anybody's number.
pub fn jpeg(person: u8, pose: Pose) -> Vec<u8> {
    jpeg::encode(WIDTH, HEIGHT, |x, y| pixel(person, pose, x, y))
}

/// Where the five points are, in pixels.
pub fn points(pose: Pose) -> [[f32; 2]; 5] {
    let turned = 0.5 * pose.turn;
    let face = [
        [-0.5, 0.0],
        [0.5, 0.0],
        [pose.turn, 0.6],
        [turned - 0.4, 1.1],
        [turned + 0.4, 1.1],
    ];
    face.map(|[x, y]: [f32; 2]| {
        [
            pose.eye_distance
                .mul_add(x, f32::from(WIDTH) / 2.0 + pose.aside),
            pose.eye_distance.mul_add(y, f32::from(HEIGHT) * 0.4),
        ]
    })
}

/// Red, green and blue of a pixel.
pub fn pixel(person: u8, pose: Pose, x: u16, y: u16) -> [u8; 3] {
    let (x, y) = (f32::from(x), f32::from(y));
    let points = points(pose);
    let near = points
        .iter()
        .zip(COLOURS)
        .find(|([left, top], _)| (x - left).hypot(y - top) < 0.12 * pose.eye_distance);
    if let Some((_, colour)) = near {
        return colour;
    }
    // In distances of the eyes, from between them; what is drawn turns with the head.
    let [[left, top], [right, _], ..] = points;
    let (across, down) = (
        (x - f32::midpoint(left, right)) / pose.eye_distance,
        (y - top) / pose.eye_distance,
    );
    let is_face = (-1.3..1.3).contains(&across) && (-1.0..1.8).contains(&down);
    let grey = if is_face {
        // A little of every take's own light.
        let light = mixed(pose.take.wrapping_add(77), cell(across), cell(down)) / 8;
        60 + light + mixed(person, cell(across - 0.4 * pose.turn), cell(down)) / 2
    } else {
        150 + mixed(pose.take.wrapping_add(77), cell(x / 60.0), cell(y / 60.0)) / 8
    };
    [grey, grey, grey]
}

/// Which cell, a third of a unit wide.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "some tens"
)]
const fn cell(at: f32) -> u8 {
    (at * 3.0 + 100.0) as u8
}

/// A byte that depends on all three.
fn mixed(seed: u8, x: u8, y: u8) -> u8 {
    let mut value = u32::from_be_bytes([seed, x, y, 0x5E]);
    for _ in 0..3 {
        value ^= value >> 15;
        value = value.wrapping_mul(0x2C1B_3C6D);
        value ^= value >> 12;
    }
    value.to_be_bytes()[3]
}
