//! Faces in a picture, found by the operator's network: a score and five points of each.

use rten::NodeId;

use crate::geometry::{Crop, Landmarks, Point, Similarity, to_f32};
use crate::manifest::{Detection, DetectorOutput};
use crate::network::{Network, NetworkFault, Output};
use crate::picture::Picture;

/// The network with the meaning of its outputs.
pub(crate) struct Detector {
    network: Network,
    outputs: Vec<NodeId>,
    kind: DetectorOutput,
    score: f32,
}

/// Which faces there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Found {
    None,
    One(Landmarks),
    Several(Landmarks),
}

/// The steps between the cells of YuNet's outputs, in pixels.
const STRIDES: [u8; 3] = [8, 16, 32];

impl Detector {
    /// Finds the outputs, and runs it once.
    pub(crate) fn new(network: Network, detection: &Detection) -> Result<Self, NetworkFault> {
        let outputs = match detection.output {
            DetectorOutput::Points => network.first_output().into_iter().collect(),
            DetectorOutput::Yunet => ["cls", "obj", "bbox", "kps"]
                .into_iter()
                .flat_map(|name| STRIDES.map(|stride| format!("{name}_{stride}")))
                .map(|name| network.output(&name).ok_or(NetworkFault::OutputShape))
                .collect::<Result<Vec<_>, _>>()?,
        };
        let detector = Self {
            network,
            outputs,
            kind: detection.output,
            score: detection.score,
        };
        let black =
            Picture::new(64, 64, 1, vec![0; 64 * 64]).map_err(|_| NetworkFault::InputShape)?;
        detector.find(&black)?;
        Ok(detector)
    }

    /// The faces of a picture. Of several, the largest is told.
    pub(crate) fn find(&self, picture: &Picture) -> Result<Found, NetworkFault> {
        let (width, height) = self.network.size();
        let scale = (to_f32(width) / to_f32(picture.width()))
            .min(to_f32(height) / to_f32(picture.height()));
        // The middle of the first pixel stays, so that scaling is about it.
        let corners = [Point { x: 0.0, y: 0.0 }, Point { x: 1.0, y: 0.0 }];
        let there = [Point { x: 0.0, y: 0.0 }, Point { x: scale, y: 0.0 }];
        let map = Similarity::between(&corners, &there).ok_or(NetworkFault::InputShape)?;
        let crop = Crop::of(picture, &map, (width, height));
        let outputs = self.network.run(&crop, &self.outputs)?;
        let mut faces = match self.kind {
            DetectorOutput::Points => points(&outputs)?,
            DetectorOutput::Yunet => yunet(&outputs, (width, height), self.score)?,
        };
        faces.retain(|face| face.score >= self.score);
        let back = map.inverse();
        Ok(chosen(faces, &back))
    }
}

/// What a network takes for a face.
#[derive(Clone, Copy)]
struct Candidate {
    score: f32,
    points: [Point; 5],
}

impl Candidate {
    /// From a score and x, y, x, y ..; None where a number is none.
    fn of(score: f32, numbers: impl IntoIterator<Item = f32>) -> Option<Self> {
        let mut points = [Point { x: 0.0, y: 0.0 }; 5];
        let mut numbers = numbers.into_iter();
        for point in &mut points {
            *point = Point {
                x: numbers.next()?,
                y: numbers.next()?,
            };
        }
        let is_finite = points
            .iter()
            .all(|point| point.x.is_finite() && point.y.is_finite());
        (score.is_finite() && is_finite).then_some(Self { score, points })
    }

    fn middle(&self) -> Point {
        let sum = self
            .points
            .iter()
            .fold((0.0, 0.0), |(x, y), point| (x + point.x, y + point.y));
        Point {
            x: sum.0 / 5.0,
            y: sum.1 / 5.0,
        }
    }

    fn eye_distance(&self) -> f32 {
        Landmarks::of(self.points).eye_distance()
    }
}

/// The largest, and whether there are others: candidates with their middles within an eye's distance are one face.
fn chosen(mut faces: Vec<Candidate>, back: &Similarity) -> Found {
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Candidate> = Vec::new();
    for face in faces {
        let is_new = kept.iter().all(|other| {
            let (here, there) = (face.middle(), other.middle());
            (here.x - there.x).hypot(here.y - there.y)
                > other.eye_distance().max(face.eye_distance())
        });
        if is_new {
            kept.push(face);
        }
    }
    let largest = kept
        .iter()
        .max_by(|a, b| a.eye_distance().total_cmp(&b.eye_distance()));
    let Some(largest) = largest else {
        return Found::None;
    };
    let landmarks = Landmarks::of(largest.points.map(|point| back.apply(point)));
    // Somebody far behind is not taken for a second face before the camera.
    let others = kept
        .iter()
        .filter(|face| face.eye_distance() > largest.eye_distance() / 2.0);
    if others.count() > 1 {
        Found::Several(landmarks)
    } else {
        Found::One(landmarks)
    }
}

/// Rows of eleven.
fn points(outputs: &[Output]) -> Result<Vec<Candidate>, NetworkFault> {
    let [output] = outputs else {
        return Err(NetworkFault::OutputShape);
    };
    if output.shape.last() != Some(&11) || output.shape.len() > 3 {
        return Err(NetworkFault::OutputShape);
    }
    let rows = output.values.chunks_exact(11);
    Ok(rows
        .filter_map(|row| Candidate::of(row[0], row[1..].iter().copied()))
        .collect())
}

/// YuNet: in every cell the root of class times object score, and five points relative to the cell, in strides.
fn yunet(
    outputs: &[Output],
    (width, height): (u32, u32),
    least: f32,
) -> Result<Vec<Candidate>, NetworkFault> {
    let mut faces = Vec::new();
    for (index, stride) in STRIDES.into_iter().enumerate() {
        let step = u32::from(stride);
        let (columns, rows) = (width.div_ceil(step), height.div_ceil(step));
        let cells = columns as usize * rows as usize;
        let part = |kind: usize, each: usize| {
            outputs
                .get(kind * STRIDES.len() + index)
                .map(|output| output.values.as_slice())
                .filter(|values| values.len() == cells * each)
                .ok_or(NetworkFault::OutputShape)
        };
        let (class, object, _, points) = (part(0, 1)?, part(1, 1)?, part(2, 4)?, part(3, 10)?);
        let scores = class
            .iter()
            .zip(object)
            .map(|(class, object)| (class.clamp(0.0, 1.0) * object.clamp(0.0, 1.0)).sqrt());
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        for ((score, place), cell) in scores.zip(places).zip(points.chunks_exact(10)) {
            if score < least {
                continue;
            }
            let numbers = cell.chunks_exact(2).flat_map(|pair| {
                let near = |offset: f32, place: u32| (offset + to_f32(place)) * f32::from(stride);
                [near(pair[0], place.0), near(pair[1], place.1)]
            });
            faces.extend(Candidate::of(score, numbers));
        }
    }
    Ok(faces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(score: f32, left: f32, scale: f32) -> Candidate {
        let shape = [[0.0, 0.0], [1.0, 0.0], [0.5, 0.6], [0.1, 1.1], [0.9, 1.1]];
        Candidate {
            score,
            points: shape.map(|[x, y]: [f32; 2]| Point {
                x: left + scale * x,
                y: scale * y,
            }),
        }
    }

    #[test]
    fn neighbouring_cells_are_one_face_and_somebody_behind_is_none() {
        let same = Similarity::between(
            &[Point { x: 0.0, y: 0.0 }, Point { x: 1.0, y: 0.0 }],
            &[Point { x: 0.0, y: 0.0 }, Point { x: 1.0, y: 0.0 }],
        )
        .unwrap();
        assert_eq!(chosen(Vec::new(), &same), Found::None);
        let one = chosen(
            vec![candidate(0.8, 10.0, 40.0), candidate(0.9, 12.0, 41.0)],
            &same,
        );
        assert_eq!(
            one,
            Found::One(Landmarks::of(candidate(0.9, 12.0, 41.0).points))
        );
        let behind = chosen(
            vec![candidate(0.9, 10.0, 40.0), candidate(0.9, 200.0, 19.0)],
            &same,
        );
        assert!(matches!(behind, Found::One(_)));
        let beside = chosen(
            vec![candidate(0.9, 10.0, 40.0), candidate(0.8, 200.0, 30.0)],
            &same,
        );
        assert_eq!(
            beside,
            Found::Several(Landmarks::of(candidate(0.9, 10.0, 40.0).points))
        );
    }

    /// A cell of stride 16 in the third column and second row of a 64 by 64 picture, computed by hand.
    #[test]
    fn yunet_by_hand() {
        let mut outputs = Vec::new();
        for each in [1, 1, 4, 10] {
            for stride in [8, 16, 32] {
                let cells = (64 / stride) * (64 / stride);
                outputs.push(Output {
                    shape: vec![1, cells, each],
                    values: vec![0.0; cells * each],
                });
            }
        }
        let cell = 4 + 2;
        outputs[1].values[cell] = 0.81;
        outputs[4].values[cell] = 1.0;
        let kps = [-0.5, -0.25, 0.5, -0.25, 0.0, 0.0, -0.25, 0.5, 0.25, 0.5];
        outputs[10].values[cell * 10..][..10].copy_from_slice(&kps);
        let faces = yunet(&outputs, (64, 64), 0.5).unwrap();
        assert_eq!(faces.len(), 1);
        assert!((faces[0].score - 0.9).abs() < 1e-6);
        let expected = [
            [24.0, 12.0],
            [40.0, 12.0],
            [32.0, 16.0],
            [28.0, 24.0],
            [36.0, 24.0],
        ]
        .map(Point::from);
        assert_eq!(faces[0].points, expected);
        outputs.pop();
        assert_eq!(
            yunet(&outputs, (64, 64), 0.5).err(),
            Some(NetworkFault::OutputShape)
        );
    }
}
