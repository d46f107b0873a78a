//! A baseline JPEG (ITU-T T.81) of a picture that is computed: enough of an encoder for portraits of nobody.

use std::f32::consts::PI;

/// Number of codes of each length 1..16 and their values: the luminance tables of T.81, K.3.3, used for every component.
const DC_LENGTHS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_VALUES: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/// The order of coefficients (T.81, figure 5).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// One step for every coefficient.
const STEP: u8 = 16;

/// Encodes `width` times `height` (multiples of eight) pixels of red, green and blue as YCbCr without subsampling.
pub(crate) fn encode(width: u16, height: u16, pixel: impl Fn(u16, u16) -> [u8; 3]) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    segment(&mut out, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    segment(&mut out, 0xDB, &[&[0][..], &[STEP; 64]].concat());
    let [height_high, height_low] = height.to_be_bytes();
    let [width_high, width_low] = width.to_be_bytes();
    let frame = [
        8,
        height_high,
        height_low,
        width_high,
        width_low,
        3,
        1,
        0x11,
        0,
        2,
        0x11,
        0,
        3,
        0x11,
        0,
    ];
    segment(&mut out, 0xC0, &frame);
    segment(
        &mut out,
        0xC4,
        &[&[0][..], &DC_LENGTHS, &DC_VALUES].concat(),
    );
    let (lengths, values) = ac_table();
    segment(&mut out, 0xC4, &[&[0x10][..], &lengths, &values].concat());
    segment(&mut out, 0xDA, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    let mut bits = Bits {
        out,
        held: 0,
        count: 0,
    };
    let tables = (codes(&DC_LENGTHS, &DC_VALUES), codes(&lengths, &values));
    let mut before = [0_i32; 3];
    for top in (0..height).step_by(8) {
        for left in (0..width).step_by(8) {
            for (component, before) in before.iter_mut().enumerate() {
                let block = coefficients(|x, y| component_of(pixel(left + x, top + y), component));
                write_block(&mut bits, &tables, &block, before);
            }
        }
    }
    bits.finish()
}

/// Length-prefixed marker segment.
pub(super) fn segment(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(content);
}

/// Every pair of run and size, most frequent first: a table of our own with codes of 4, 8 and 9 bits.
fn ac_table() -> ([u8; 16], Vec<u8>) {
    let mut values = vec![0x00, 0x01, 0x11, 0x02, 0x21, 0x03, 0x31, 0x12];
    for value in (0..=255_u8).filter(|value| (1..=10).contains(&(value & 15)) || *value == 0xF0) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let mut lengths = [0_u8; 16];
    lengths[3] = 8;
    lengths[8] = crate::der::low_byte(values.len() - 8);
    (lengths, values)
}

/// The code and its length for each value (T.81, C.2).
fn codes(lengths: &[u8; 16], values: &[u8]) -> Vec<(u32, u8)> {
    let mut table = vec![(0, 0); 256];
    let mut code = 0;
    let mut values = values.iter();
    for (length, count) in (1_u8..).zip(lengths) {
        for value in values.by_ref().take(usize::from(*count)) {
            table[usize::from(*value)] = (code, length);
            code += 1;
        }
        code <<= 1;
    }
    table
}

/// ITU-R BT.601 as JFIF has it, less 128.
fn component_of([red, green, blue]: [u8; 3], component: usize) -> f32 {
    let (red, green, blue) = (f32::from(red), f32::from(green), f32::from(blue));
    match component {
        0 => 0.299 * red + 0.587 * green + 0.114 * blue - 128.0,
        1 => -0.168_7 * red - 0.331_3 * green + 0.5 * blue,
        _ => 0.5 * red - 0.418_7 * green - 0.081_3 * blue,
    }
}

/// The quantised DCT of a block (T.81, A.3.3), in zigzag order.
fn coefficients(sample: impl Fn(u16, u16) -> f32) -> [i32; 64] {
    let mut samples = [[0.0_f32; 8]; 8];
    for (y, row) in (0_u16..).zip(samples.iter_mut()) {
        for (x, value) in (0_u16..).zip(row.iter_mut()) {
            *value = sample(x, y);
        }
    }
    let mut cosines = [[0.0_f32; 8]; 8];
    for (frequency, row) in (0_u8..).zip(cosines.iter_mut()) {
        let scale = if frequency == 0 {
            (1.0_f32 / 8.0).sqrt()
        } else {
            0.5
        };
        for (place, value) in (0_u8..).zip(row.iter_mut()) {
            *value =
                scale * ((2.0 * f32::from(place) + 1.0) * f32::from(frequency) * PI / 16.0).cos();
        }
    }
    let mut rows = [[0.0_f32; 8]; 8];
    for (row, samples) in rows.iter_mut().zip(&samples) {
        for (value, cosines) in row.iter_mut().zip(&cosines) {
            *value = samples
                .iter()
                .zip(cosines)
                .map(|(sample, cosine)| sample * cosine)
                .sum();
        }
    }
    ZIGZAG.map(|index| {
        let (vertical, horizontal) = (usize::from(index / 8), usize::from(index % 8));
        let sum: f32 = rows
            .iter()
            .zip(&cosines[vertical])
            .map(|(row, cosine)| row[horizontal] * cosine)
            .sum();
        rounded(sum / f32::from(STEP))
    })
}

/// The nearest integer; what comes here lies within 12 bits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "coefficients of eight-bit samples lie within 12 bits"
)]
fn rounded(value: f32) -> i32 {
    value.round() as i32
}

type Tables = (Vec<(u32, u8)>, Vec<(u32, u8)>);

fn write_block(bits: &mut Bits, (dc, ac): &Tables, block: &[i32; 64], before: &mut i32) {
    bits.symbol(dc, 0, block[0] - *before);
    *before = block[0];
    let last = block.iter().rposition(|value| *value != 0).unwrap_or(0);
    let mut run = 0;
    for value in &block[1..=last] {
        if *value == 0 {
            run += 1;
            continue;
        }
        while run > 15 {
            let (code, length) = ac[0xF0];
            bits.write(code, length);
            run -= 16;
        }
        bits.symbol(ac, run, *value);
        run = 0;
    }
    if last < 63 {
        let (code, length) = ac[0];
        bits.write(code, length);
    }
}

struct Bits {
    out: Vec<u8>,
    held: u32,
    count: u8,
}

impl Bits {
    /// A value after a run of zeros: the code of run and size, then the value's bits (T.81, F.1.2).
    fn symbol(&mut self, table: &[(u32, u8)], run: u8, value: i32) {
        let size = crate::der::low_byte((32 - value.unsigned_abs().leading_zeros()) as usize);
        let (code, length) = table[usize::from(run << 4 | size)];
        self.write(code, length);
        let bits = if value < 0 {
            (1 << size) - 1 - value.unsigned_abs()
        } else {
            value.unsigned_abs()
        };
        self.write(bits, size);
    }

    fn write(&mut self, bits: u32, length: u8) {
        for shift in (0..length).rev() {
            self.held = self.held << 1 | (bits >> shift & 1);
            self.count += 1;
            if self.count == 8 {
                let byte = self.held.to_be_bytes()[3];
                self.out.push(byte);
                if byte == 0xFF {
                    self.out.push(0);
                }
                self.held = 0;
                self.count = 0;
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.write(0x7F, (8 - self.count) % 8);
        self.out.extend_from_slice(&[0xFF, 0xD9]);
        self.out
    }
}
