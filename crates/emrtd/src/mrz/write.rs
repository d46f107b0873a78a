//! Writes a zone.

use std::ops::Range;

use super::information::LONGEST_NUMBER;
use super::{Mrz, MrzDate, Sex, check_digit};
use crate::fault::{MrzFault, MrzField};

/// See [`Mrz::write`].
pub(super) fn write(mrz: &Mrz) -> Result<String, MrzFault> {
    let layout = mrz.format.layout();
    let mut zone = Zone(vec![b'<'; mrz.format.length()]);
    zone.put(0..2, &mrz.document_code, MrzField::DocumentCode)?;
    zone.put(2..5, mrz.issuing_state.as_bytes(), MrzField::IssuingState)?;
    zone.put(
        layout.name.clone(),
        &mrz.name.write(layout.name.len())?,
        MrzField::Name,
    )?;
    zone.put(
        layout.nationality.clone(),
        mrz.nationality.as_bytes(),
        MrzField::Nationality,
    )?;
    zone.put_date(&layout.birth, mrz.birth, MrzField::BirthDate)?;
    zone.put_date(&layout.expiry, mrz.expiry, MrzField::ExpiryDate)?;
    zone.0[layout.sex] = match mrz.sex {
        Sex::Female => b'F',
        Sex::Male => b'M',
        Sex::Unspecified => b'<',
    };
    number_and_optional(&mut zone, mrz)?;
    if layout.second_optional.is_empty() && !mrz.second_optional_data.expose().is_empty() {
        return Err(MrzFault::NoSuchField(MrzField::SecondOptionalData));
    }
    zone.put(
        layout.second_optional.clone(),
        mrz.second_optional_data.expose().as_bytes(),
        MrzField::SecondOptionalData,
    )?;
    if let Some(at) = layout.personal_check {
        zone.0[at] = check_digit(&[&zone.0[layout.optional.clone()]]);
    }
    if let Some((at, places)) = layout.composite {
        zone.0[at] = check_digit(&places.map(|place| &zone.0[place]));
    }
    Ok(zone.0.into_iter().map(char::from).collect())
}

/// The document number with its check digit, gone on in the optional data where it is long, and the optional data after it.
fn number_and_optional(zone: &mut Zone, mrz: &Mrz) -> Result<(), MrzFault> {
    let layout = mrz.format.layout();
    let number = mrz.document_number.expose().as_bytes();
    let optional = mrz.optional_data.expose().as_bytes();
    if number.is_empty() {
        return Err(MrzFault::Empty(MrzField::DocumentNumber));
    }
    if number.len() <= 9 {
        zone.put(layout.number.clone(), number, MrzField::DocumentNumber)?;
        zone.0[layout.number.end] = check_digit(&[number]);
        return zone.put(layout.optional, optional, MrzField::OptionalData);
    }
    // The check digit must be followed by a filler, and the number must not end the field it goes on in.
    let fits = number.len() <= LONGEST_NUMBER && number.len() - 9 + 2 <= layout.optional.len();
    if !mrz.format.has_long_numbers() || !fits {
        return Err(MrzFault::TooLong(MrzField::DocumentNumber));
    }
    // A filler in the continuation would end it.
    if number[8..].contains(&b'<') {
        return Err(MrzFault::FieldCharacter(MrzField::DocumentNumber));
    }
    let (first, rest) = number.split_at(9);
    zone.put(layout.number, first, MrzField::DocumentNumber)?;
    let continued = [rest, &[check_digit(&[number])], b"<"].concat();
    let end = layout.optional.start + continued.len();
    zone.put(
        layout.optional.start..end,
        &continued,
        MrzField::DocumentNumber,
    )?;
    zone.put(end..layout.optional.end, optional, MrzField::OptionalData)
}

/// The lines joined, fillers at first.
struct Zone(Vec<u8>);

impl Zone {
    /// Puts a field at the start of its place.
    fn put(&mut self, place: Range<usize>, value: &[u8], field: MrzField) -> Result<(), MrzFault> {
        if value.len() > place.len() {
            return Err(MrzFault::TooLong(field));
        }
        if !value
            .iter()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<'))
        {
            return Err(MrzFault::FieldCharacter(field));
        }
        self.0[place.start..place.start + value.len()].copy_from_slice(value);
        Ok(())
    }

    /// Puts a date and its check digit.
    fn put_date(
        &mut self,
        place: &Range<usize>,
        date: MrzDate,
        field: MrzField,
    ) -> Result<(), MrzFault> {
        if !date.is_plausible() {
            return Err(MrzFault::Date(field));
        }
        self.0[place.end] = check_digit(&[date.as_bytes()]);
        self.put(place.clone(), date.as_bytes(), field)
    }
}
