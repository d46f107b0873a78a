//! `emrtd::mrz`: the specimens and worked examples of ICAO 9303, and properties.

mod information;
mod names;
mod property;
mod specimens;
mod typed;

use emrtd::mrz::{Mrz, Reading};

/// Reads a zone whose check digits must fit.
fn read(lines: &[&str]) -> Reading {
    let reading = Mrz::read(lines.join("\n").as_bytes()).unwrap();
    assert_eq!(reading.wrong_check_digits, [], "{lines:?}");
    reading
}
