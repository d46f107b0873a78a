//! Constants from standards, written as standards write them.

/// The bytes that lower-case hexadecimal digits stand for; a wrong `N` does not compile.
pub(crate) const fn hex<const N: usize>(digits: &str) -> [u8; N] {
    let digits = digits.as_bytes();
    assert!(digits.len() == 2 * N, "the number of bytes is wrong");
    let mut bytes = [0; N];
    let mut at = 0;
    while at < digits.len() {
        let digit = digits[at];
        let value = if digit.is_ascii_digit() {
            digit - b'0'
        } else {
            digit - b'a' + 10
        };
        bytes[at / 2] = (bytes[at / 2] << 4) | value;
        at += 1;
    }
    bytes
}
