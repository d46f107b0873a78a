//! Writing PNG (ISO/IEC 15948): one image of eight bits a value, filtered and compressed for speed.

/// The file's bytes. `values` are rows from the top, each of `width` pixels of `channels` values: 1 grey, 3 colours.
pub(crate) fn encode(width: u32, height: u32, channels: u8, values: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    let colour_type = if channels == 1 { 0 } else { 2 };
    header.extend_from_slice(&[8, colour_type, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &header);
    let row = width as usize * usize::from(channels);
    let rows = filtered(values, row, usize::from(channels));
    chunk(&mut file, *b"IDAT", &fdeflate::compress_to_vec(&rows));
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// Every row as differences to the pixel on its left (filter type 1, 9.2).
fn filtered(values: &[u8], row: usize, channels: usize) -> Vec<u8> {
    let mut rows = Vec::with_capacity(values.len() + values.len() / row.max(1));
    for line in values.chunks_exact(row.max(1)) {
        rows.push(1);
        let left = std::iter::repeat_n(&0, channels).chain(line);
        rows.extend(
            line.iter()
                .zip(left)
                .map(|(value, left)| value.wrapping_sub(*left)),
        );
    }
    rows
}

/// 5.3: length, type, data, and a CRC over type and data.
fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or_default();
    file.extend_from_slice(&length.to_be_bytes());
    let from = file.len();
    file.extend_from_slice(&kind);
    file.extend_from_slice(data);
    let check = crc(file.get(from..).unwrap_or_default());
    file.extend_from_slice(&check.to_be_bytes());
}

/// CRC-32 (annex D), bit by bit: a portrait has few bytes.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_is_that_of_the_standard() {
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc(b"IEND"), 0xAE42_6082);
    }

    #[test]
    fn rows_become_differences() {
        assert_eq!(
            filtered(&[1, 2, 3, 5, 5, 5], 3, 1),
            [1, 1, 1, 1, 1, 5, 0, 0]
        );
        let colours = [10, 20, 30, 11, 22, 33];
        assert_eq!(filtered(&colours, 6, 3), [1, 10, 20, 30, 1, 2, 3]);
    }

    #[test]
    fn a_file_begins_with_its_size() {
        let file = encode(2, 1, 3, &[0; 6]);
        assert_eq!(file[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!(file[16..26], [0, 0, 0, 2, 0, 0, 0, 1, 8, 2]);
        assert!(file.ends_with(&[b'I', b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82]));
    }
}
