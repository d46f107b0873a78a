//! A model with all that belongs to it: looking at pictures, and comparing two faces.

use std::fmt;
use std::sync::Arc;

use rten::{NodeId, ThreadPool};

use crate::detector::{Detector, Found};
use crate::geometry::{Crop, Landmarks, Similarity};
use crate::manifest::{Threshold, VerifiedManifest};
use crate::network::{Network, NetworkFault};
use crate::picture::Picture;
use crate::quality::{
    Flaw, Measures, QualityLimits, face_square, flaws, mean_and_variance, measure, middle,
};

/// A model that is ready.
pub struct Matcher {
    name: String,
    threshold: Threshold,
    recognition: Network,
    vector: NodeId,
    dimension: usize,
    alignment: Landmarks,
    detector: Option<Detector>,
}

/// Which of a model's files is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {fault}")]
pub struct ModelFault {
    /// The file's name in the manifest.
    pub file: String,
    /// What is wrong with it.
    pub fault: NetworkFault,
}

/// What was seen in a picture. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Seen {
    landmarks: Option<Landmarks>,
    measures: Measures,
    flaws: Vec<Flaw>,
    vector: Option<Vec<f32>>,
    print: Vec<f32>,
}

/// Two faces that were compared. Only [`Matcher::compare`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    similarity: f32,
    verdict: Verdict,
    model: String,
    found_faces: bool,
}

/// What a model says of two faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// One person.
    Same,
    /// It cannot tell.
    Unsure,
    /// Two persons.
    Different,
}

impl Matcher {
    /// Loads the networks of a manifest, each by its file's name, and runs each once.
    pub fn load(
        manifest: &VerifiedManifest,
        threads: usize,
        mut file: impl FnMut(&str) -> Option<Vec<u8>>,
    ) -> Result<Self, ModelFault> {
        let threads = Arc::new(ThreadPool::with_num_threads(threads));
        let manifest = manifest.manifest();
        let mut network = |input: &crate::manifest::NetworkInput| {
            file(&input.file)
                .ok_or(NetworkFault::File)
                .and_then(|bytes| Network::load(bytes, input, Arc::clone(&threads)))
        };
        let input = &manifest.recognition.input;
        let at = |file: &str| {
            let file = file.to_owned();
            move |fault| ModelFault { file, fault }
        };
        let recognition = network(input).map_err(at(&input.file))?;
        let detector = manifest
            .detector
            .as_ref()
            .map(|detection| {
                network(&detection.input)
                    .and_then(|network| Detector::new(network, detection))
                    .map_err(at(&detection.input.file))
            })
            .transpose()?;
        let vector = recognition.first_output().ok_or(NetworkFault::OutputShape);
        let matcher = Self {
            name: manifest.name.clone(),
            threshold: manifest.threshold,
            vector: vector.map_err(at(&input.file))?,
            recognition,
            dimension: manifest.recognition.dimension,
            alignment: Landmarks::of(manifest.recognition.alignment),
            detector,
        };
        matcher.try_out().map_err(at(&input.file))?;
        Ok(matcher)
    }

    /// The model's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it finds faces by itself; without, it only advises.
    pub const fn finds_faces(&self) -> bool {
        self.detector.is_some()
    }

    /// Looks at a picture: finds the face, judges how good it is, and makes a vector of it.
    pub fn look(&self, picture: &Picture, limits: &QualityLimits) -> Result<Seen, NetworkFault> {
        let found = self
            .detector
            .as_ref()
            .map(|detector| detector.find(picture))
            .transpose()?;
        let (landmarks, flaw) = match found {
            None => (None, None),
            Some(Found::None) => (None, Some(Flaw::NoFace)),
            Some(Found::One(landmarks)) => (Some(landmarks), None),
            Some(Found::Several(landmarks)) => (Some(landmarks), Some(Flaw::SeveralFaces)),
        };
        let mut seen = see(picture, landmarks, limits);
        seen.flaws.splice(0..0, flaw);
        if flaw != Some(Flaw::NoFace) {
            seen.vector = self.vector(picture, landmarks.as_ref())?;
        }
        Ok(seen)
    }

    /// Compares two faces. None where one of them has no face to compare.
    pub fn compare(&self, one: &Seen, other: &Seen) -> Option<Comparison> {
        let similarity = cosine(one.vector.as_deref()?, other.vector.as_deref()?)?;
        let verdict = match similarity {
            same if same >= self.threshold.same => Verdict::Same,
            unsure if unsure >= self.threshold.different => Verdict::Unsure,
            _ => Verdict::Different,
        };
        Some(Comparison {
            similarity,
            verdict,
            model: self.name.clone(),
            found_faces: one.landmarks.is_some() && other.landmarks.is_some(),
        })
    }

    /// The face, aligned, as a vector. None where it is no vector, as of a picture that is all one colour.
    fn vector(
        &self,
        picture: &Picture,
        landmarks: Option<&Landmarks>,
    ) -> Result<Option<Vec<f32>>, NetworkFault> {
        let (width, height) = self.recognition.size();
        let map = match landmarks {
            Some(face) => Similarity::between(&face.points(), &self.alignment.points()),
            None => middle(picture, width.min(height)),
        };
        let Some(map) = map else {
            return Ok(None);
        };
        let vector = self.run(&Crop::of(picture, &map, (width, height)))?;
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        Ok((length.is_finite() && length > f32::EPSILON)
            .then(|| vector.iter().map(|value| value / length).collect()))
    }

    fn run(&self, crop: &Crop) -> Result<Vec<f32>, NetworkFault> {
        let outputs = self.recognition.run(crop, &[self.vector])?;
        match <[_; 1]>::try_from(outputs) {
            Ok([output]) if output.values.len() == self.dimension => Ok(output.values),
            _ => Err(NetworkFault::OutputShape),
        }
    }

    /// One run on grey, so that a model that cannot be run is known at the start.
    fn try_out(&self) -> Result<(), NetworkFault> {
        let (width, height) = self.recognition.size();
        let crop = Crop {
            width,
            height,
            values: vec![[127.0; 3]; width as usize * height as usize],
        };
        self.run(&crop).map(|_| ())
    }
}

/// Looks at a picture without a model: how good it is, and no more.
pub fn look_without_model(picture: &Picture, limits: &QualityLimits) -> Seen {
    see(picture, None, limits)
}

fn see(picture: &Picture, landmarks: Option<Landmarks>, limits: &QualityLimits) -> Seen {
    let square = face_square(picture, landmarks.as_ref());
    let measures = measure(&square);
    Seen {
        landmarks,
        measures,
        flaws: flaws(picture, landmarks.as_ref(), &measures, limits),
        vector: None,
        print: print(&square),
    }
}

/// The cosine of the angle between two vectors of the same length.
fn cosine(one: &[f32], other: &[f32]) -> Option<f32> {
    if one.len() != other.len() {
        return None;
    }
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let length = (dot(one, one) * dot(other, other)).sqrt();
    (length.is_finite() && length > f32::EPSILON)
        .then(|| (dot(one, other) / length).clamp(-1.0, 1.0))
}

/// The square in 32 by 32, without its mean and in units of its deviation: what two takes of one picture have alike, however bright.
fn print(square: &Crop) -> Vec<f32> {
    let grey = square.grey();
    let side = square.width as usize;
    let cells = side / 32;
    if cells == 0 {
        return Vec::new();
    }
    let mut print: Vec<f32> = (0..32 * 32)
        .map(|cell| {
            let (left, top) = (cell % 32 * cells, cell / 32 * cells);
            let rows = (top..top + cells)
                .filter_map(|row| grey.get(row * side + left..row * side + left + cells));
            let values: Vec<f32> = rows.flatten().copied().collect();
            mean_and_variance(&values).0
        })
        .collect();
    let (mean, variance) = mean_and_variance(&print);
    let deviation = variance.sqrt().max(1.0);
    for value in &mut print {
        *value = (*value - mean) / deviation;
    }
    print
}

impl Seen {
    /// The five points, where a detector found them.
    pub const fn landmarks(&self) -> Option<&Landmarks> {
        self.landmarks.as_ref()
    }

    /// Brightness, contrast and sharpness.
    pub const fn measures(&self) -> &Measures {
        &self.measures
    }

    /// What is wrong with the picture.
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// How far this is another take than `other`, from 0 (the same pixels but for brightness and contrast) on: the mean difference of the
    /// squares around the faces, in their deviations.
    pub fn difference(&self, other: &Self) -> f32 {
        let differences: Vec<f32> = self
            .print
            .iter()
            .zip(&other.print)
            .map(|(one, other)| (one - other).abs())
            .collect();
        mean_and_variance(&differences).0
    }
}

impl Comparison {
    /// The cosine of the angle between the vectors, -1 to 1.
    pub const fn similarity(&self) -> f32 {
        self.similarity
    }

    /// What the manifest's thresholds say of it.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Whether a detector found both faces. Without it, what was compared may be no face at all.
    pub const fn found_faces(&self) -> bool {
        self.found_faces
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matcher")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seen(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_by_hand() {
        let near = |one: &[f32], other: &[f32], expected: f32| {
            (cosine(one, other).unwrap() - expected).abs() < 1e-6
        };
        assert!(near(&[1.0, 0.0], &[0.0, 1.0], 0.0));
        assert!(near(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0], 1.0));
        assert!(near(&[1.0, 2.0, 3.0], &[-1.0, -2.0, -3.0], -1.0));
        // 3 * 4 + 4 * 3 = 24, of 5 * 5.
        assert!(near(&[3.0, 4.0], &[4.0, 3.0], 0.96));
        assert_eq!(cosine(&[0.0, 0.0], &[1.0, 0.0]), None);
        assert_eq!(cosine(&[1.0], &[1.0, 0.0]), None);
        assert_eq!(cosine(&[f32::NAN], &[1.0]), None);
    }

    #[test]
    fn the_same_take_is_known_again_however_bright() {
        let limits = QualityLimits {
            min_side: 0,
            min_eye_distance: 0.0,
            min_brightness: 0.0,
            max_brightness: 255.0,
            min_contrast: 0.0,
            min_sharpness: 0.0,
        };
        let look = |value: &dyn Fn(u32, u32) -> u32| {
            let values = (0..200 * 200)
                .map(|at| u8::try_from(value(at % 200, at / 200)).unwrap())
                .collect();
            look_without_model(&Picture::new(200, 200, 1, values).unwrap(), &limits)
        };
        let blocks = |x: u32, y: u32| (x / 20 * 37 + y / 20 * 101) % 97;
        let first = look(&blocks);
        let brighter = look(&|x, y| blocks(x, y) + 60);
        let moved = look(&|x, y| blocks(x + 7, y));
        let other = look(&|x, y| (x / 20 * 71 + y / 20 * 13) % 97);
        assert!(first.difference(&first) < 1e-6);
        assert!(
            first.difference(&brighter) < 0.02,
            "{}",
            first.difference(&brighter)
        );
        assert!(
            first.difference(&moved) > 0.2,
            "{}",
            first.difference(&moved)
        );
        assert!(first.difference(&other) > 0.5);
    }
}
