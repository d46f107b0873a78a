//! Portraits of nobody, computed.

use super::jpeg;

/// How the image of DG2 is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portrait {
    /// JPEG, brought to so many bytes by a comment where it is smaller.
    Jpeg {
        /// Bytes of the image.
        bytes: usize,
    },
    /// JPEG of a drawn person, brought to so many bytes. The number chooses skin, hair, glasses and clothes, so that people can be told apart.
    Person {
        /// Which of the 256.
        look: u8,
        /// Bytes of the image.
        bytes: usize,
    },
    /// JPEG of a face that the specimen networks find and compare: see [`drawn_face`](crate::drawn_face). Larger than the record says.
    Drawn {
        /// Whose.
        person: u8,
    },
    /// JPEG 2000 in its file format. A grey surface.
    Jpeg2000,
    /// JPEG 2000 as a bare codestream, as CN, PT and ES have it. A grey surface.
    Jpeg2000Codestream,
    /// No image at all: length 0.
    Empty,
}

/// Pixels of a portrait.
pub(super) const WIDTH: u16 = 240;
/// Lines of a portrait.
pub(super) const HEIGHT: u16 = 320;

impl Portrait {
    /// The image. The tone picks the colours, so that two holders look different.
    pub fn image(self, tone: u8) -> Vec<u8> {
        match self {
            Self::Jpeg { bytes } => {
                sized(jpeg::encode(WIDTH, HEIGHT, |x, y| face(x, y, tone)), bytes)
            }
            Self::Person { look, bytes } => sized(
                jpeg::encode(WIDTH, HEIGHT, |x, y| person(x, y, look)),
                bytes,
            ),
            Self::Drawn { person } => {
                crate::drawn_face::jpeg(person, crate::drawn_face::Pose::default())
            }
            Self::Jpeg2000 => jp2_file(&codestream()),
            Self::Jpeg2000Codestream => codestream(),
            Self::Empty => Vec::new(),
        }
    }

    pub(super) fn is_jpeg_2000(self) -> bool {
        matches!(self, Self::Jpeg2000 | Self::Jpeg2000Codestream)
    }
}

/// A head and shoulders before a light wall.
fn face(x: u16, y: u16, tone: u8) -> [u8; 3] {
    let (x, y) = (i32::from(x), i32::from(y));
    let inside = |cx: i32, cy: i32, rx: i32, ry: i32| {
        let (dx, dy) = ((x - cx) * 1000 / rx, (y - cy) * 1000 / ry);
        dx * dx + dy * dy < 1_000_000
    };
    let shift = tone % 64;
    if inside(92, 140, 9, 5) || inside(148, 140, 9, 5) {
        [40, 50 + shift, 60]
    } else if inside(120, 200, 24, 6) {
        [170, 80, 80]
    } else if inside(120, 170, 6, 14) {
        [200 - shift, 150, 120]
    } else if inside(120, 155, 62, 82) && y > 95 {
        [225 - shift, 180 - shift, 150 - shift]
    } else if inside(120, 130, 76, 90) {
        [70 + shift, 50, 30 + shift]
    } else if inside(120, 340, 110, 100) {
        [30, 60 + shift, 110]
    } else {
        [215, 220, 228]
    }
}

/// Somebody with a look: two bits each for skin, hair's colour, hair's length with glasses, and clothes.
fn person(x: u16, y: u16, look: u8) -> [u8; 3] {
    const SKIN: [[u8; 3]; 4] = [
        [236, 196, 168],
        [214, 165, 132],
        [168, 116, 84],
        [246, 214, 192],
    ];
    const HAIR: [[u8; 3]; 4] = [[58, 40, 28], [196, 160, 92], [150, 150, 154], [146, 70, 36]];
    const CLOTHES: [[u8; 3]; 4] = [[36, 66, 120], [120, 44, 58], [46, 98, 72], [60, 60, 70]];
    let choice = |shift: u8| usize::from(look >> shift & 3);
    let (skin, hair, clothes) = (SKIN[choice(0)], HAIR[choice(2)], CLOTHES[choice(6)]);
    let (is_long, has_glasses) = (choice(4) & 1 == 1, choice(4) & 2 == 2);
    let (x, y) = (i64::from(x), i64::from(y));
    let inside = |cx: i64, cy: i64, rx: i64, ry: i64| {
        let (dx, dy) = ((x - cx) * 1000 / rx, (y - cy) * 1000 / ry);
        dx * dx + dy * dy < 1_000_000
    };
    let darker = |colour: [u8; 3]| colour.map(|part| part / 4 * 3);
    let eyes = |rx: i64, ry: i64| inside(94, 148, rx, ry) || inside(146, 148, rx, ry);
    let rim = has_glasses
        && (eyes(21, 16) && !eyes(17, 12) || (112..=128).contains(&x) && (146..=149).contains(&y));
    if rim {
        [40, 40, 44]
    } else if eyes(4, 4) {
        [30, 34, 44]
    } else if eyes(11, 6) {
        [244, 244, 240]
    } else if inside(94, 132, 15, 3) || inside(146, 132, 15, 3) {
        darker(hair)
    } else if inside(120, 176, 8, 12) && !inside(120, 171, 7, 12) {
        darker(skin)
    } else if inside(120, 205, 22, 6) {
        [182, 88, 88]
    } else if inside(120, 160, 58, 76) && y > 104 + (x - 120).abs() / 6 {
        skin
    } else if inside(62, 164, 8, 16) || inside(178, 164, 8, 16) {
        darker(skin)
    } else if inside(120, 136, 70, 76) && y < 160
        || is_long && inside(120, 190, 76, 108) && y < 282 && (x - 120).abs() > 36
    {
        hair
    } else if (98..=142).contains(&x) && (220..262).contains(&y) {
        darker(skin)
    } else if inside(120, 350, 112, 104) {
        clothes
    } else {
        [214, 220, 226]
    }
}

/// Comments (T.81, B.2.4.5) after the start until the image has its size.
fn sized(image: Vec<u8>, bytes: usize) -> Vec<u8> {
    let mut out = image[..2].to_vec();
    let mut missing = bytes.saturating_sub(image.len());
    while missing > 4 {
        let filler = (missing - 4).min(60_000);
        let content: Vec<u8> = (0..=255_u8)
            .filter(u8::is_ascii_graphic)
            .cycle()
            .take(filler)
            .collect();
        jpeg::segment(&mut out, 0xFE, &content);
        missing -= filler + 4;
    }
    out.extend_from_slice(&image[2..]);
    out
}

/// A JPEG 2000 codestream (ITU-T T.800, annex A) whose only packet is empty: every sample has the middle value.
fn codestream() -> Vec<u8> {
    let [width, height] = [u32::from(WIDTH), u32::from(HEIGHT)].map(u32::to_be_bytes);
    let mut out = vec![0xFF, 0x4F];
    let origin = [0; 8];
    let size = [
        &[0, 0][..],
        &width,
        &height,
        &origin,
        &width,
        &height,
        &origin,
        &[0, 1, 7, 1, 1],
    ]
    .concat();
    jpeg::segment(&mut out, 0x51, &size);
    // No precincts, one layer, no decomposition, code blocks of 64 by 64, the reversible filter.
    jpeg::segment(&mut out, 0x52, &[0, 0, 0, 1, 0, 0, 4, 4, 0, 1]);
    // No quantisation, two guard bits, exponent 8.
    jpeg::segment(&mut out, 0x5C, &[0x40, 0x40]);
    // Tile part 0 of 1, 15 bytes with its header and the packet.
    jpeg::segment(&mut out, 0x90, &[0, 0, 0, 0, 0, 15, 0, 1]);
    out.extend_from_slice(&[0xFF, 0x93, 0x00, 0xFF, 0xD9]);
    out
}

/// The boxes of a JP2 file around it (T.800, annex I).
fn jp2_file(codestream: &[u8]) -> Vec<u8> {
    let boxed = |kind: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len() + 8).unwrap_or(0).to_be_bytes();
        [&length[..], kind, content].concat()
    };
    let [width, height] = [u32::from(WIDTH), u32::from(HEIGHT)].map(u32::to_be_bytes);
    let header = boxed(
        b"ihdr",
        &[&height[..], &width, &[0, 1, 7, 7, 0, 0]].concat(),
    );
    let colour = boxed(b"colr", &[1, 0, 0, 0, 0, 0, 17]);
    [
        boxed(b"jP  ", &[0x0D, 0x0A, 0x87, 0x0A]),
        boxed(b"ftyp", b"jp2 \0\0\0\0jp2 "),
        boxed(b"jp2h", &[header, colour].concat()),
        boxed(b"jp2c", codestream),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_look_can_be_drawn_and_differs_from_its_neighbour() {
        let images: Vec<Vec<u8>> = (0..=255)
            .step_by(17)
            .map(|look| Portrait::Person { look, bytes: 0 }.image(0))
            .collect();
        for pair in images.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }
}
