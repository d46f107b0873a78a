//! Check digits (9303-3, 4.9).

/// The check digit over several fields in a row, as the ASCII digit `b'0'..=b'9'`: weights 7, 3, 1 repeated, the sum modulo 10.
///
/// `0-9` count as themselves, `A-Z` as 10 to 35, and the filler `<` as 0. So does any other byte, which a machine readable zone cannot
/// hold.
pub fn check_digit(fields: &[&[u8]]) -> u8 {
    let weights = [7, 3, 1].into_iter().cycle();
    let sum: u32 = fields
        .iter()
        .copied()
        .flatten()
        .zip(weights)
        .map(|(byte, weight)| value(*byte) * weight)
        .sum();
    b"0123456789"[(sum % 10) as usize]
}

/// What a character counts.
fn value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::check_digit;

    /// 9303-3, appendix A.
    #[test]
    fn worked_examples() {
        assert_eq!(check_digit(&[b"520727"]), b'3');
        assert_eq!(check_digit(&[b"AB2134<<<"]), b'5');
        assert_eq!(
            check_digit(&[b"HA672242<6", b"5802254", b"9601086<<<<<<<<<<<<<<0"]),
            b'8'
        );
        assert_eq!(
            check_digit(&[
                b"D231458907<<<<<<<<<<<<<<<",
                b"3407127",
                b"9507122",
                b"<<<<<<<<<<<"
            ]),
            b'2'
        );
        assert_eq!(
            check_digit(&[b"HA672242<6", b"5802254", b"9601086<<<<<<<"]),
            b'8'
        );
    }
}
