use face::Verdict;
use face::geometry::{Crop, Landmarks, Point, Similarity};
use face::quality::Flaw;
use specimen::drawn_face::{self, Pose};
use specimen::network;

use crate::{LIMITS, SEED, matcher, picture};

fn turned(turn: f32) -> Pose {
    Pose {
        turn,
        take: 3,
        ..Pose::default()
    }
}

#[test]
fn the_points_are_found_where_they_were_drawn() {
    let matcher = matcher(true);
    for pose in [
        Pose::default(),
        turned(0.35),
        turned(-0.35),
        Pose {
            eye_distance: 100.0,
            aside: -20.0,
            ..Pose::default()
        },
    ] {
        let seen = matcher.look(&picture(1, pose), &LIMITS).unwrap();
        let found = seen.landmarks().unwrap();
        let drawn = drawn_face::points(pose).map(Point::from);
        for (found, drawn) in found.points().into_iter().zip(drawn) {
            let off = (found.x - drawn.x).hypot(found.y - drawn.y);
            assert!(off < 3.0, "{pose:?}: {found:?} for {drawn:?}");
        }
        assert!((found.turn() - pose.turn).abs() < 0.05, "{}", found.turn());
        assert!((found.eye_distance() - pose.eye_distance).abs() < 3.0);
        assert_eq!(seen.flaws(), []);
    }
}

#[test]
fn one_person_is_the_same_and_two_are_different() {
    let matcher = matcher(true);
    let look = |person, pose| matcher.look(&picture(person, pose), &LIMITS).unwrap();
    let portrait = look(1, Pose::default());
    let nearer = Pose {
        eye_distance: 95.0,
        aside: 12.0,
        take: 2,
        ..Pose::default()
    };
    let same = matcher.compare(&portrait, &look(1, nearer)).unwrap();
    assert_eq!(same.verdict(), Verdict::Same, "{}", same.similarity());
    assert!(same.found_faces());
    assert_eq!(same.model(), "drawn faces 1");
    let side = matcher.compare(&portrait, &look(1, turned(0.35))).unwrap();
    for person in 2..12 {
        let other = matcher.compare(&portrait, &look(person, nearer)).unwrap();
        assert_eq!(
            other.verdict(),
            Verdict::Different,
            "{}",
            other.similarity()
        );
        assert!(other.similarity() < side.similarity());
    }
    assert_ne!(side.verdict(), Verdict::Different, "{}", side.similarity());
}

/// The whole way from a picture to a cosine, computed here once more: alignment, resampling, pooling, weights.
#[test]
fn the_similarity_is_what_another_computation_finds() {
    let matcher = matcher(true);
    let weights = network::recognition_weights(SEED);
    let vector = |person, pose| {
        let picture = picture(person, pose);
        let seen = matcher.look(&picture, &LIMITS).unwrap();
        let wanted = [
            [38.2946, 51.6963],
            [73.5318, 51.5014],
            [56.0252, 71.7366],
            [41.5493, 92.3655],
            [70.7299, 92.2041],
        ];
        let map = Similarity::between(
            &seen.landmarks().unwrap().points(),
            &Landmarks::of(wanted.map(Point::from)).points(),
        );
        let crop = Crop::of(&picture, &map.unwrap(), (112, 112));
        let values: Vec<[f32; 3]> = crop.pixels().to_vec();
        let mut cells = Vec::new();
        for channel in 0..3 {
            for row in 0..8 {
                for column in 0..8 {
                    let mut sum = 0.0_f64;
                    for y in 0..14 {
                        for x in 0..14 {
                            let value = values[(row * 14 + y) * 112 + column * 14 + x][channel];
                            sum += (f64::from(value) - 127.5) / 127.5;
                        }
                    }
                    cells.push(sum / 196.0);
                }
            }
        }
        let out = (0..64).map(|column| {
            cells
                .iter()
                .enumerate()
                .map(|(row, cell)| cell * f64::from(weights[row * 64 + column]))
                .sum::<f64>()
        });
        (seen, out.collect::<Vec<f64>>())
    };
    for person in [1, 7] {
        let (seen, ours) = vector(1, Pose::default());
        let (other, theirs) = vector(person, turned(0.1));
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let expected = dot(&ours, &theirs) / (dot(&ours, &ours) * dot(&theirs, &theirs)).sqrt();
        let found = matcher.compare(&seen, &other).unwrap().similarity();
        assert!(
            (f64::from(found) - expected).abs() < 1e-3,
            "{found} for {expected}"
        );
    }
}

#[test]
fn a_picture_without_a_face_says_so_and_is_compared_with_nothing() {
    let matcher = matcher(true);
    let portrait = matcher.look(&picture(1, Pose::default()), &LIMITS).unwrap();
    let away = Pose {
        aside: 900.0,
        ..Pose::default()
    };
    let nobody = matcher.look(&picture(1, away), &LIMITS).unwrap();
    assert_eq!(nobody.flaws().first(), Some(&Flaw::NoFace));
    assert_eq!(matcher.compare(&portrait, &nobody), None);
    let far = Pose {
        eye_distance: 36.0,
        ..Pose::default()
    };
    let far = matcher.look(&picture(1, far), &LIMITS).unwrap();
    assert!(far.flaws().contains(&Flaw::MoveCloser), "{:?}", far.flaws());
}

#[test]
fn without_a_detector_a_comparison_says_that_no_face_was_found() {
    let matcher = matcher(false);
    assert!(!matcher.finds_faces());
    let look = |person, take| {
        let pose = Pose {
            take,
            ..Pose::default()
        };
        matcher.look(&picture(person, pose), &LIMITS).unwrap()
    };
    let (one, again, other) = (look(1, 0), look(1, 1), look(2, 2));
    assert_eq!(one.landmarks(), None);
    let same = matcher.compare(&one, &again).unwrap();
    assert!(!same.found_faces());
    assert!(same.similarity() > matcher.compare(&one, &other).unwrap().similarity());
    assert!(one.difference(&look(1, 0)) < 0.01);
}
