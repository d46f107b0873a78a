//! Whether a picture is good enough to compare, in numbers and in words for the person.

use crate::geometry::{Crop, Landmarks, Point, Similarity, to_f32};
use crate::picture::Picture;

/// What a picture must have. The numbers are policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QualityLimits {
    /// The shorter side has at least as many pixels.
    pub min_side: u32,
    /// The eyes are at least as many pixels apart.
    pub min_eye_distance: f32,
    /// The mean brightness of the face is at least this, of 255.
    pub min_brightness: f32,
    /// And at most this.
    pub max_brightness: f32,
    /// The standard deviation of its brightness is at least this.
    pub min_contrast: f32,
    /// The variance of its Laplacian is at least this.
    pub min_sharpness: f32,
}

/// What is wrong with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// It has too few pixels.
    TooSmall,
    /// Too dark.
    TooDark,
    /// Too bright.
    TooBright,
    /// Light and dark do not differ enough.
    TooFlat,
    /// Out of focus, or moved.
    Blurred,
    /// No face is found.
    NoFace,
    /// More than one face is found.
    SeveralFaces,
    /// The face is too small in the picture.
    MoveCloser,
    /// The face is not whole in the picture.
    NotInFrame,
}

impl Flaw {
    /// The word that is told.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooSmall => "too_small",
            Self::TooDark => "too_dark",
            Self::TooBright => "too_bright",
            Self::TooFlat => "too_flat",
            Self::Blurred => "blurred",
            Self::NoFace => "no_face",
            Self::SeveralFaces => "several_faces",
            Self::MoveCloser => "move_closer",
            Self::NotInFrame => "not_in_frame",
        }
    }
}

/// What was measured of the face, brought to `SIDE` pixels a side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// The mean, 0 to 255.
    pub brightness: f32,
    /// The standard deviation.
    pub contrast: f32,
    /// The variance of the Laplacian.
    pub sharpness: f32,
}

/// The side of the square that is measured: the same for every picture, so that the numbers do not depend on the camera.
const SIDE: u32 = 128;

/// Where the eyes come to lie in that square.
const EYES: [Point; 2] = [Point { x: 40.0, y: 48.0 }, Point { x: 88.0, y: 48.0 }];

/// The face's square; the middle of the picture where no face is known.
pub(crate) fn face_square(picture: &Picture, landmarks: Option<&Landmarks>) -> Crop {
    let by_eyes =
        landmarks.and_then(|face| Similarity::between(&[face.left_eye, face.right_eye], &EYES));
    let map = by_eyes.or_else(|| middle(picture, SIDE));
    map.map_or_else(
        || Crop {
            width: 0,
            height: 0,
            values: Vec::new(),
        },
        |map| Crop::of(picture, &map, (SIDE, SIDE)),
    )
}

/// Brings the square in the middle of a picture, of six tenths of its shorter side, to `side` pixels: where the app's frame asks for the face.
pub(crate) fn middle(picture: &Picture, side: u32) -> Option<Similarity> {
    let (width, height) = (to_f32(picture.width()), to_f32(picture.height()));
    let half = 0.3 * width.min(height);
    let (x, y) = (width / 2.0, height / 2.0);
    let from = [
        Point {
            x: x - half,
            y: y - half,
        },
        Point {
            x: x + half,
            y: y + half,
        },
    ];
    let to = [
        Point { x: 0.0, y: 0.0 },
        Point {
            x: to_f32(side) - 1.0,
            y: to_f32(side) - 1.0,
        },
    ];
    Similarity::between(&from, &to)
}

/// Brightness, contrast and sharpness.
pub(crate) fn measure(crop: &Crop) -> Measures {
    let grey = crop.grey();
    let (brightness, variance) = mean_and_variance(&grey);
    let (_, sharpness) = mean_and_variance(&laplacian(&grey, crop.width as usize));
    Measures {
        brightness,
        contrast: variance.sqrt(),
        sharpness,
    }
}

/// The sum of the four neighbours less four times the pixel, where there are four.
fn laplacian(grey: &[f32], width: usize) -> Vec<f32> {
    let row = |y: usize| grey.get(y * width..(y + 1) * width);
    let height = grey.len().checked_div(width).unwrap_or(0);
    let mut out = Vec::with_capacity(grey.len());
    for y in 1..height.saturating_sub(1) {
        let (Some(above), Some(here), Some(below)) = (row(y - 1), row(y), row(y + 1)) else {
            continue;
        };
        let middle = here.windows(3).zip(above.iter().zip(below).skip(1));
        out.extend(
            middle.map(|(here, (above, below))| here[0] + here[2] + above + below - 4.0 * here[1]),
        );
    }
    out
}

pub(crate) fn mean_and_variance(values: &[f32]) -> (f32, f32) {
    if values.is_empty() {
        return (0.0, 0.0);
    }
    #[expect(clippy::cast_precision_loss, reason = "some ten thousand values")]
    let count = values.len() as f32;
    let mean = values.iter().sum::<f32>() / count;
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f32>()
        / count;
    (mean, variance)
}

/// What is wrong, in the order in which a person would mend it.
pub(crate) fn flaws(
    picture: &Picture,
    landmarks: Option<&Landmarks>,
    measures: &Measures,
    limits: &QualityLimits,
) -> Vec<Flaw> {
    let is_small = landmarks.is_some_and(|face| face.eye_distance() < limits.min_eye_distance);
    let checks = [
        (
            picture.width().min(picture.height()) < limits.min_side,
            Flaw::TooSmall,
        ),
        (is_small, Flaw::MoveCloser),
        (
            landmarks.is_some_and(|face| !is_whole(picture, face)),
            Flaw::NotInFrame,
        ),
        (measures.brightness < limits.min_brightness, Flaw::TooDark),
        (measures.brightness > limits.max_brightness, Flaw::TooBright),
        (measures.contrast < limits.min_contrast, Flaw::TooFlat),
        (measures.sharpness < limits.min_sharpness, Flaw::Blurred),
    ];
    checks
        .into_iter()
        .filter_map(|(is_wrong, flaw)| is_wrong.then_some(flaw))
        .collect()
}

/// Whether eyes and mouth are in the picture, with half the distance of the eyes around them.
fn is_whole(picture: &Picture, face: &Landmarks) -> bool {
    let margin = face.eye_distance() / 2.0;
    let (width, height) = (to_f32(picture.width()), to_f32(picture.height()));
    face.points().iter().all(|point| {
        (margin..width - margin).contains(&point.x) && (margin..height - margin).contains(&point.y)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: QualityLimits = QualityLimits {
        min_side: 100,
        min_eye_distance: 30.0,
        min_brightness: 50.0,
        max_brightness: 210.0,
        min_contrast: 10.0,
        min_sharpness: 20.0,
    };

    fn picture(side: u32, value: impl Fn(u32, u32) -> u8) -> Picture {
        let values = (0..side * side)
            .map(|at| value(at % side, at / side))
            .collect();
        Picture::new(side, side, 1, values).unwrap()
    }

    fn judged(picture: &Picture) -> Vec<Flaw> {
        let measures = measure(&face_square(picture, None));
        flaws(picture, None, &measures, &LIMITS)
    }

    #[test]
    fn each_flaw_is_named() {
        let stripes = |low: u8, high: u8, wide: u32| {
            move |x: u32, _| {
                if (x / wide).is_multiple_of(2) {
                    low
                } else {
                    high
                }
            }
        };
        assert_eq!(judged(&picture(200, stripes(70, 170, 8))), []);
        assert_eq!(judged(&picture(99, stripes(70, 170, 8))), [Flaw::TooSmall]);
        assert_eq!(judged(&picture(200, stripes(0, 60, 8))), [Flaw::TooDark]);
        assert_eq!(
            judged(&picture(200, stripes(200, 250, 8))),
            [Flaw::TooBright]
        );
        assert_eq!(
            judged(&picture(200, |_, _| 128)),
            [Flaw::TooFlat, Flaw::Blurred]
        );
        // A ramp has contrast, and no edge.
        let ramp = picture(256, |x, _| u8::try_from(x).unwrap());
        assert_eq!(judged(&ramp), [Flaw::Blurred]);
    }

    #[test]
    fn a_laplacian_by_hand() {
        // One bright pixel in the middle of five by five: -4 there, 1 at each side of it.
        let mut grey = vec![0.0; 25];
        grey[12] = 1.0;
        let expected = [0.0, 1.0, 0.0, 1.0, -4.0, 1.0, 0.0, 1.0, 0.0];
        assert_eq!(laplacian(&grey, 5), expected);
        let (mean, variance) = mean_and_variance(&expected);
        assert!(mean.abs() < 1e-6);
        assert!((variance - 20.0 / 9.0).abs() < 1e-5);
    }

    #[test]
    fn a_face_must_be_large_enough_and_whole() {
        let picture = picture(200, |x, y| {
            if (x / 8 + y / 8).is_multiple_of(2) {
                70
            } else {
                170
            }
        });
        let face = |left: f32, scale: f32| {
            Landmarks::of(
                [[0.0, 0.0], [1.0, 0.0], [0.5, 0.6], [0.1, 1.1], [0.9, 1.1]].map(
                    |[x, y]: [f32; 2]| Point {
                        x: left + scale * x,
                        y: 60.0 + scale * y,
                    },
                ),
            )
        };
        let measures = measure(&face_square(&picture, None));
        let judged = |face: Landmarks| flaws(&picture, Some(&face), &measures, &LIMITS);
        assert_eq!(judged(face(60.0, 30.0)), []);
        assert_eq!(judged(face(60.0, 29.9)), [Flaw::MoveCloser]);
        assert_eq!(judged(face(10.0, 40.0)), [Flaw::NotInFrame]);
    }
}
