//! The numbers of comparing faces (R-DOC-6).

use serde::Deserialize;

/// Comparing a living face with a document's portrait (R-DOC-6).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacePolicy {
    /// How long a challenge may be answered.
    pub challenge_seconds: i64,
    /// Turns of the head that a challenge asks for, 1 or 2.
    pub turns: u8,
    /// Challenges that one enrolment may answer before an official looks.
    pub tries: u32,
    /// Bytes of one picture.
    pub picture_bytes: usize,
    /// How long a case is kept for the official who looks at it.
    pub lease_seconds: i64,
    /// The shorter side of a picture, in pixels.
    pub min_side: u16,
    /// From eye to eye, in pixels.
    pub min_eye_distance: u16,
    /// The mean brightness of a face, of 255.
    pub min_brightness: u8,
    /// At most.
    pub max_brightness: u8,
    /// The standard deviation of the brightness.
    pub min_contrast: u8,
    /// The variance of the Laplacian, on a face of 128 pixels a side.
    pub min_sharpness: u16,
    /// How different two pictures are at least, in hundredths of their deviation.
    pub min_difference_percent: u16,
    /// How far off the middle the nose of a face may stand that looks straight ahead, in hundredths of the distance of the eyes.
    pub straight_percent: u16,
    /// And that of a turned head at least.
    pub turned_percent: u16,
    /// How far apart the eyes are at least after coming nearer, in hundredths of what it was before.
    pub approach_percent: u16,
}

impl FacePolicy {
    /// What must be above zero.
    pub(super) fn positive(&self) -> [(&'static str, i64); 5] {
        [
            ("face.challenge_seconds", self.challenge_seconds),
            ("face.turns", self.turns.into()),
            ("face.tries", self.tries.into()),
            (
                "face.picture_bytes",
                i64::try_from(self.picture_bytes).unwrap_or(i64::MAX),
            ),
            ("face.lease_seconds", self.lease_seconds),
        ]
    }
}
