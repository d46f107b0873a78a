//! Reads a zone that a person typed or a camera recognised.

use super::format::Format;
use super::{Reading, State, read};
use crate::fault::{Deviation, Deviations, MrzFault, MrzField};

/// See [`super::Mrz::from_typed`].
pub(super) fn read(text: &str) -> Result<Reading, MrzFault> {
    let mut deviations = Deviations::new();
    let lines = lines(text, &mut deviations)?;
    let mut zone = joined(&lines, &mut deviations)?;
    if let Some(format) = Format::of(&zone) {
        correct(&mut zone, format, &mut deviations);
    }
    let reading = read::read(&zone)?;
    if let Some(field) = reading.wrong_check_digits.first() {
        return Err(MrzFault::CheckDigit(*field));
    }
    for (date, field) in [
        (reading.mrz.birth, MrzField::BirthDate),
        (reading.mrz.expiry, MrzField::ExpiryDate),
    ] {
        if !date.is_plausible() {
            return Err(MrzFault::Date(field));
        }
    }
    deviations.extend(reading.deviations);
    Ok(Reading {
        deviations,
        mrz: reading.mrz,
        wrong_check_digits: Vec::new(),
    })
}

/// The lines in the characters of the zone; empty ones are dropped.
fn lines(text: &str, deviations: &mut Deviations) -> Result<Vec<Vec<u8>>, MrzFault> {
    let mut lines = vec![Vec::new()];
    let mut at = 0;
    for character in text.trim().chars() {
        let line = lines.last_mut();
        match (character, line) {
            ('\n' | '\r' | '\u{2028}', _) => lines.push(Vec::new()),
            ('A'..='Z' | '0'..='9' | '<', Some(line)) => {
                line.push(character as u8);
            }
            ('a'..='z', Some(line)) => {
                line.push(character.to_ascii_uppercase() as u8);
                deviations.push(Deviation::MrzLowerCase);
            }
            ('«' | '‹' | '〈' | '＜', Some(line)) => {
                line.extend_from_slice(if character == '«' { b"<<" } else { b"<" });
                deviations.push(Deviation::MrzFillerLookalike);
            }
            (space, _) if space.is_whitespace() => deviations.push(Deviation::MrzSpaces),
            _ => return Err(MrzFault::Character { at }),
        }
        at += usize::from(!character.is_whitespace());
    }
    lines.retain(|line| !line.is_empty());
    Ok(lines)
}

/// The whole zone: the lines joined, and where that has no zone's length, each completed or cut to its width.
///
/// Only fillers are added or cut. A line that ends in a check digit, and has lost a character, still fails by that check digit.
fn joined(lines: &[Vec<u8>], deviations: &mut Deviations) -> Result<Vec<u8>, MrzFault> {
    let whole = lines.concat();
    let fault = MrzFault::Length {
        characters: whole.len(),
    };
    if Format::of(&whole).is_some() {
        return Ok(whole);
    }
    let written = |line: &[u8]| {
        line.iter()
            .rposition(|byte| *byte != b'<')
            .map_or(0, |last| last + 1)
    };
    let width = match lines {
        [_, _, _] => 30,
        [upper, lower]
            if written(lower) > 36 || (upper.starts_with(b"V") && written(upper) > 36) =>
        {
            44
        }
        [_, _] => 36,
        _ => return Err(fault),
    };
    let mut zone = Vec::with_capacity(90);
    for line in lines {
        if written(line) > width {
            return Err(fault);
        }
        match line.len() {
            fewer if fewer < width => deviations.push(Deviation::MrzFillersMissing),
            more if more > width => deviations.push(Deviation::MrzFillersTooMany),
            _ => {}
        }
        zone.extend(
            line.iter()
                .copied()
                .chain(std::iter::repeat(b'<'))
                .take(width),
        );
    }
    Ok(zone)
}

/// Puts digits where only digits can stand, and letters where only letters can.
///
/// The dates' corrections are confirmed by their check digits. Those of the codes are made only when they yield a known one. A name has no
/// check digit, but no digits either.
fn correct(zone: &mut [u8], format: Format, deviations: &mut Deviations) {
    let layout = format.layout();
    let mut corrected = false;
    let date_ends = [layout.birth.end, layout.expiry.end];
    let dates = layout.birth.chain(layout.expiry).chain(date_ends);
    let checks = [layout.number.end]
        .into_iter()
        .chain(layout.personal_check)
        .chain(layout.composite.map(|(at, _)| at));
    for at in dates.chain(checks) {
        corrected |= replace(&mut zone[at], as_digit);
    }
    for at in layout.name {
        corrected |= replace(&mut zone[at], as_letter);
    }
    for at in [2, layout.nationality.start] {
        let found = [zone[at], zone[at + 1], zone[at + 2]];
        let mended = found.map(|byte| as_letter(byte).unwrap_or(byte));
        if mended != found && State::new(mended).is_known() {
            zone[at..at + 3].copy_from_slice(&mended);
            corrected = true;
        }
    }
    if corrected {
        deviations.push(Deviation::MrzLookalikesCorrected);
    }
}

/// Replaces a character by what it is taken for, and says whether it did.
fn replace(place: &mut u8, taken_for: fn(u8) -> Option<u8>) -> bool {
    taken_for(*place).is_some_and(|byte| {
        *place = byte;
        true
    })
}

/// The digit that a letter of OCR-B is mistaken for.
fn as_digit(letter: u8) -> Option<u8> {
    Some(match letter {
        b'O' | b'Q' | b'D' => b'0',
        b'I' | b'L' => b'1',
        b'Z' => b'2',
        b'S' => b'5',
        b'G' => b'6',
        b'B' => b'8',
        _ => return None,
    })
}

/// The letter that a digit of OCR-B is mistaken for.
fn as_letter(digit: u8) -> Option<u8> {
    Some(match digit {
        b'0' => b'O',
        b'1' => b'I',
        b'2' => b'Z',
        b'5' => b'S',
        b'6' => b'G',
        b'8' => b'B',
        _ => return None,
    })
}
