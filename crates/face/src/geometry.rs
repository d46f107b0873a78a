//! Where a face lies in a picture, and how it is turned and scaled to where a network wants it.

use crate::picture::Picture;

/// A point: x to the right, y downwards, in pixels; (0, 0) is the middle of the first pixel.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(from = "[f32; 2]")]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl From<[f32; 2]> for Point {
    fn from([x, y]: [f32; 2]) -> Self {
        Self { x, y }
    }
}

/// Five points of a face, named as they lie in the picture: `left_eye` is the eye at the picture's left, which is the person's right one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Landmarks {
    /// The eye at the picture's left.
    pub left_eye: Point,
    /// The eye at the picture's right.
    pub right_eye: Point,
    /// The tip of the nose.
    pub nose: Point,
    /// The corner of the mouth at the picture's left.
    pub left_mouth: Point,
    /// The corner of the mouth at the picture's right.
    pub right_mouth: Point,
}

impl Landmarks {
    /// In the order that networks are trained with.
    pub const fn points(&self) -> [Point; 5] {
        [
            self.left_eye,
            self.right_eye,
            self.nose,
            self.left_mouth,
            self.right_mouth,
        ]
    }

    /// From that order.
    pub const fn of(points: [Point; 5]) -> Self {
        let [left_eye, right_eye, nose, left_mouth, right_mouth] = points;
        Self {
            left_eye,
            right_eye,
            nose,
            left_mouth,
            right_mouth,
        }
    }

    /// From one eye's middle to the other's, in pixels.
    pub fn eye_distance(&self) -> f32 {
        let (x, y) = self.eye_line();
        x.hypot(y)
    }

    /// How far the head is turned: where the nose stands along the line of the eyes, from their middle, in distances of the eyes. Zero looks
    /// straight ahead; positive is turned to the person's left, since the picture is not mirrored.
    pub fn turn(&self) -> f32 {
        let (x, y) = self.eye_line();
        let length = x.mul_add(x, y * y);
        if length <= f32::EPSILON {
            return 0.0;
        }
        let nose_x = self.nose.x - f32::midpoint(self.left_eye.x, self.right_eye.x);
        let nose_y = self.nose.y - f32::midpoint(self.left_eye.y, self.right_eye.y);
        nose_x.mul_add(x, nose_y * y) / length
    }

    const fn eye_line(&self) -> (f32, f32) {
        (
            self.right_eye.x - self.left_eye.x,
            self.right_eye.y - self.left_eye.y,
        )
    }
}

/// Turning, scaling and moving, without mirroring: x' = a x - b y + dx, y' = b x + a y + dy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similarity {
    a: f32,
    b: f32,
    dx: f32,
    dy: f32,
}

impl Similarity {
    /// The one that brings `from` nearest to `to` (least squares of the distances). None where the points of `from` are one point, or there
    /// are fewer than two pairs.
    pub fn between(from: &[Point], to: &[Point]) -> Option<Self> {
        let count = from.len().min(to.len());
        if count < 2 {
            return None;
        }
        let (from, to) = (from.get(..count)?, to.get(..count)?);
        let (middle, target) = (mean(from)?, mean(to)?);
        let (mut along, mut across, mut spread) = (0.0, 0.0, 0.0);
        for (point, aim) in from.iter().zip(to) {
            let (x, y) = (point.x - middle.x, point.y - middle.y);
            let (u, v) = (aim.x - target.x, aim.y - target.y);
            along += x.mul_add(u, y * v);
            across += x.mul_add(v, -(y * u));
            spread += x.mul_add(x, y * y);
        }
        if !(spread.is_finite() && spread > f32::EPSILON) {
            return None;
        }
        let (a, b) = (along / spread, across / spread);
        let map = Self {
            a,
            b,
            dx: target.x - (a * middle.x - b * middle.y),
            dy: target.y - (b * middle.x + a * middle.y),
        };
        (map.scale().is_finite() && map.scale() > f32::EPSILON).then_some(map)
    }

    /// Where a point goes.
    pub fn apply(&self, point: Point) -> Point {
        Point {
            x: self.a * point.x - self.b * point.y + self.dx,
            y: self.b * point.x + self.a * point.y + self.dy,
        }
    }

    /// By how much lengths grow.
    pub fn scale(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// The way back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let size = self.a * self.a + self.b * self.b;
        let (a, b) = (self.a / size, -self.b / size);
        Self {
            a,
            b,
            dx: -(a * self.dx - b * self.dy),
            dy: -(b * self.dx + a * self.dy),
        }
    }
}

fn mean(points: &[Point]) -> Option<Point> {
    #[expect(clippy::cast_precision_loss, reason = "a handful of points")]
    let count = points.len() as f32;
    let sum = points
        .iter()
        .fold((0.0, 0.0), |(x, y), point| (x + point.x, y + point.y));
    (count > 0.0).then(|| Point {
        x: sum.0 / count,
        y: sum.1 / count,
    })
}

/// A part of a picture, `width` times `height` pixels of red, green and blue from 0 to 255.
#[derive(Clone, PartialEq)]
pub struct Crop {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) values: Vec<[f32; 3]>,
}

impl Crop {
    /// The part of `picture` that `map` brings into the crop: bilinear between pixels, black outside of the picture.
    ///
    /// A picture that is much larger than the crop is averaged down first, so that what is between the samples counts too.
    pub fn of(picture: &Picture, map: &Similarity, (width, height): (u32, u32)) -> Self {
        let back = map.inverse();
        let step = averaged(back.scale());
        let mut values = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            for x in 0..width {
                let at = back.apply(Point {
                    x: to_f32(x),
                    y: to_f32(y),
                });
                values.push(sample(picture, at, step));
            }
        }
        Self {
            width,
            height,
            values,
        }
    }

    /// Every pixel, rows from the top.
    pub fn pixels(&self) -> &[[f32; 3]] {
        &self.values
    }

    /// The brightness of every pixel, 0 to 255 (ITU-R BT.601).
    pub(crate) fn grey(&self) -> Vec<f32> {
        self.values.iter().map(|pixel| luma(*pixel)).collect()
    }
}

pub(crate) fn luma([red, green, blue]: [f32; 3]) -> f32 {
    0.299f32.mul_add(red, 0.587f32.mul_add(green, 0.114 * blue))
}

/// Over how many pixels, to each side, a sample is averaged.
fn averaged(pixels_per_sample: f32) -> u8 {
    match pixels_per_sample {
        small if small < 2.0 => 1,
        middling if middling < 3.0 => 2,
        large if large < 5.0 => 3,
        _ => 5,
    }
}

/// The mean of `step` times `step` bilinear samples, a pixel apart.
fn sample(picture: &Picture, at: Point, step: u8) -> [f32; 3] {
    let first = -f32::from(step - 1) / 2.0;
    let mut sum = [0.0; 3];
    for row in 0..step {
        for column in 0..step {
            let near = Point {
                x: at.x + first + f32::from(column),
                y: at.y + first + f32::from(row),
            };
            for (sum, value) in sum.iter_mut().zip(bilinear(picture, near)) {
                *sum += value;
            }
        }
    }
    let count = f32::from(step) * f32::from(step);
    sum.map(|value| value / count)
}

fn bilinear(picture: &Picture, at: Point) -> [f32; 3] {
    let (left, top) = (at.x.floor(), at.y.floor());
    let (right_part, bottom_part) = (at.x - left, at.y - top);
    let (left, top) = (to_i64(left), to_i64(top));
    let corner = |dx, dy| picture.pixel(left + dx, top + dy).map(f32::from);
    let mut out = [0.0; 3];
    let corners = [
        (corner(0, 0), (1.0 - right_part) * (1.0 - bottom_part)),
        (corner(1, 0), right_part * (1.0 - bottom_part)),
        (corner(0, 1), (1.0 - right_part) * bottom_part),
        (corner(1, 1), right_part * bottom_part),
    ];
    for (value, weight) in corners {
        for (out, value) in out.iter_mut().zip(value) {
            *out = value.mul_add(weight, *out);
        }
    }
    out
}

/// A number of pixels; far below where this loses anything.
#[expect(
    clippy::cast_precision_loss,
    reason = "a picture has at most 4,096 pixels a side"
)]
pub(crate) const fn to_f32(pixels: u32) -> f32 {
    pixels as f32
}

/// A whole number of pixels. What is not one, or far outside, is outside of every picture.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates, and no picture reaches there"
)]
const fn to_i64(pixels: f32) -> i64 {
    // Room for the neighbour's +1.
    let whole = pixels as i64;
    if whole > 1 << 40 {
        1 << 40
    } else if whole < -(1 << 40) {
        -(1 << 40)
    } else {
        whole
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points() -> impl Strategy<Value = Vec<Point>> {
        prop::collection::vec((-500.0f32..500.0, -500.0f32..500.0), 2..8)
            .prop_map(|points| points.into_iter().map(|(x, y)| Point { x, y }).collect())
            .prop_filter("not one point", |points: &Vec<Point>| {
                points
                    .iter()
                    .any(|point| (point.x - points[0].x).hypot(point.y - points[0].y) > 20.0)
            })
    }

    fn near(a: Point, b: Point, tolerance: f32) -> bool {
        (a.x - b.x).hypot(a.y - b.y) < tolerance
    }

    proptest! {
        /// Turning by an angle, scaling and moving is found again from where the points went.
        #[test]
        fn a_known_map_is_found_again(
            from in points(), angle in -3.1f32..3.1, scale in 0.1f32..8.0, dx in -300.0f32..300.0, dy in -300.0f32..300.0,
        ) {
            let to: Vec<Point> = from.iter().map(|point| Point {
                x: scale * (angle.cos() * point.x - angle.sin() * point.y) + dx,
                y: scale * (angle.sin() * point.x + angle.cos() * point.y) + dy,
            }).collect();
            let map = Similarity::between(&from, &to).unwrap();
            prop_assert!((map.scale() - scale).abs() < 0.01 * scale);
            for (point, aim) in from.iter().zip(&to) {
                prop_assert!(near(map.apply(*point), *aim, 0.5));
            }
        }

        /// There and back again.
        #[test]
        fn the_inverse_undoes(from in points(), to in points()) {
            if let Some(map) = Similarity::between(&from, &to) {
                prop_assume!(map.scale() > 0.05);
                for point in &from {
                    prop_assert!(near(map.inverse().apply(map.apply(*point)), *point, 1.0));
                }
            }
        }

        /// No similarity nearby does better: it is the least squares.
        #[test]
        fn nothing_nearby_is_nearer(from in points(), to in points(), nudge in prop::array::uniform4(-0.05f32..0.05)) {
            let count = from.len().min(to.len());
            if let Some(best) = Similarity::between(&from, &to) {
                let other = Similarity { a: best.a + nudge[0], b: best.b + nudge[1], dx: best.dx + nudge[2], dy: best.dy + nudge[3] };
                let cost = |map: &Similarity| from[..count].iter().zip(&to).map(|(point, aim)| {
                    let there = map.apply(*point);
                    f64::from(there.x - aim.x).powi(2) + f64::from(there.y - aim.y).powi(2)
                }).sum::<f64>();
                prop_assert!(cost(&best) <= cost(&other) * 1.001 + 0.1);
            }
        }

        /// The turn does not depend on where the face is, how large, and how the head leans.
        #[test]
        fn the_turn_is_of_the_head_alone(turn in -0.8f32..0.8, angle in -0.7f32..0.7, scale in 5.0f32..400.0, dx in 0.0f32..800.0) {
            let face = Landmarks::of([[-0.5, 0.0], [0.5, 0.0], [turn, 0.6], [-0.4, 1.1], [0.4, 1.1]].map(|[x, y]: [f32; 2]| Point {
                x: scale * (angle.cos() * x - angle.sin() * y) + dx,
                y: scale * (angle.sin() * x + angle.cos() * y) + dx,
            }));
            prop_assert!((face.turn() - turn).abs() < 0.01);
            prop_assert!((face.eye_distance() - scale).abs() < 0.01 * scale);
        }
    }

    #[test]
    fn one_point_gives_no_map() {
        let here = Point { x: 3.0, y: 4.0 };
        assert_eq!(Similarity::between(&[here], &[here]), None);
        assert_eq!(Similarity::between(&[here; 5], &[here; 5]), None);
        let nan = Point {
            x: f32::NAN,
            y: 0.0,
        };
        assert_eq!(Similarity::between(&[here, nan], &[here, here]), None);
    }

    #[test]
    fn bilinear_is_the_mean_of_neighbours_and_black_outside() {
        let picture = Picture::new(2, 2, 1, vec![0, 100, 200, 40]).unwrap();
        let grey = |x, y| bilinear(&picture, Point { x, y })[0];
        assert!(grey(0.0, 0.0).abs() < 0.01);
        assert!((grey(1.0, 0.0) - 100.0).abs() < 0.01);
        assert!((grey(0.0, 1.0) - 200.0).abs() < 0.01);
        assert!((grey(0.5, 0.5) - 85.0).abs() < 0.01);
        assert!((grey(0.25, 0.0) - 25.0).abs() < 0.01);
        assert!((grey(1.5, 0.0) - 50.0).abs() < 0.01);
        assert!(grey(5.0, 5.0).abs() < 0.01);
        assert!(grey(f32::INFINITY, f32::NEG_INFINITY).is_nan() || grey(1e30, 0.0).abs() < 0.01);
    }

    #[test]
    fn a_crop_brings_points_to_where_they_are_wanted() {
        // One white pixel at (30, 20), wanted at (4, 4) of 9.
        let mut values = vec![0; 60 * 40];
        values[20 * 60 + 30] = 255;
        let picture = Picture::new(60, 40, 1, values).unwrap();
        let from = [Point { x: 30.0, y: 20.0 }, Point { x: 40.0, y: 20.0 }];
        let to = [Point { x: 4.0, y: 4.0 }, Point { x: 4.0, y: 14.0 }];
        let map = Similarity::between(&from, &to).unwrap();
        let grey = Crop::of(&picture, &map, (9, 9)).grey();
        let (at, value) = grey
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1))
            .unwrap();
        assert_eq!(at, 4 * 9 + 4);
        assert!(*value > 250.0);
    }
}
