//! Reads a zone that is exact to the character.

use super::format::{Format, Layout};
use super::{HolderName, Mrz, MrzDate, Reading, Sex, State, check_digit};
use crate::fault::{Deviation, Deviations, MrzFault, MrzField};
use crate::personal::Personal;

/// See [`Mrz::read`].
pub(super) fn read(text: &[u8]) -> Result<Reading, MrzFault> {
    let zone: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    if let Some(at) = zone
        .iter()
        .position(|byte| !matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<'))
    {
        return Err(MrzFault::Character { at });
    }
    let format = Format::of(&zone).ok_or(MrzFault::Length {
        characters: zone.len(),
    })?;
    let fields = Fields {
        zone: &zone,
        format,
        layout: format.layout(),
    };
    let mut deviations = Deviations::new();
    let mut wrong_check_digits = Vec::new();
    let (document_number, optional_data) = fields.number(&mut wrong_check_digits, &mut deviations);
    let mrz = Mrz {
        format,
        document_code: [zone[0], zone[1]],
        issuing_state: State::new([zone[2], zone[3], zone[4]]),
        name: fields.name(&mut deviations),
        document_number,
        nationality: fields.nationality(),
        birth: fields.date(
            &fields.layout.birth,
            MrzField::BirthDate,
            &mut wrong_check_digits,
        ),
        sex: fields.sex(&mut deviations),
        expiry: fields.date(
            &fields.layout.expiry,
            MrzField::ExpiryDate,
            &mut wrong_check_digits,
        ),
        optional_data,
        second_optional_data: trimmed(&zone[fields.layout.second_optional.clone()]),
    };
    fields.remaining_check_digits(&mut wrong_check_digits);
    deviations.extend(oddities(&mrz));
    Ok(Reading {
        mrz,
        wrong_check_digits,
        deviations,
    })
}

/// A zone and where its fields are.
struct Fields<'a> {
    zone: &'a [u8],
    format: Format,
    layout: Layout,
}

impl Fields<'_> {
    fn name(&self, deviations: &mut Deviations) -> HolderName {
        let (name, unusual) = HolderName::read(&self.zone[self.layout.name.clone()]);
        if unusual {
            deviations.push(Deviation::MrzNameUnusual);
        }
        name
    }

    fn nationality(&self) -> State {
        let at = self.layout.nationality.start;
        State::new([self.zone[at], self.zone[at + 1], self.zone[at + 2]])
    }

    fn sex(&self, deviations: &mut Deviations) -> Sex {
        match self.zone[self.layout.sex] {
            b'F' => Sex::Female,
            b'M' => Sex::Male,
            b'<' => Sex::Unspecified,
            _ => {
                deviations.push(Deviation::MrzSexUnusual);
                Sex::Unspecified
            }
        }
    }

    fn date(
        &self,
        place: &std::ops::Range<usize>,
        field: MrzField,
        wrong: &mut Vec<MrzField>,
    ) -> MrzDate {
        let mut characters = [b'<'; 6];
        characters.copy_from_slice(&self.zone[place.clone()]);
        if self.zone[place.end] != check_digit(&[&characters]) {
            wrong.push(field);
        }
        MrzDate::new(characters)
    }

    /// The document number and the optional data beside it, which a long number begins (9303-5, 4.2.2, note j; 9303-6, note j).
    fn number(
        &self,
        wrong: &mut Vec<MrzField>,
        deviations: &mut Deviations,
    ) -> (Personal<String>, Personal<String>) {
        let first = &self.zone[self.layout.number.clone()];
        let check = self.zone[self.layout.number.end];
        let optional = &self.zone[self.layout.optional.clone()];
        let continues = check == b'<'
            && self.format.has_long_numbers()
            && first[8] != b'<'
            && optional[0] != b'<';
        if !continues {
            if check != check_digit(&[first]) {
                wrong.push(MrzField::DocumentNumber);
            }
            return (trimmed(first), trimmed(optional));
        }
        let end = optional
            .iter()
            .position(|byte| *byte == b'<')
            .unwrap_or_else(|| {
                deviations.push(Deviation::MrzLongNumberUnended);
                optional.len()
            });
        let (rest, check) = (&optional[..end - 1], optional[end - 1]);
        if check != check_digit(&[first, rest]) {
            wrong.push(MrzField::DocumentNumber);
        }
        let number = [first, rest]
            .concat()
            .iter()
            .copied()
            .map(char::from)
            .collect::<String>();
        (
            number.into(),
            trimmed(optional.get(end + 1..).unwrap_or_default()),
        )
    }

    /// The check digits of the personal number and of the whole.
    fn remaining_check_digits(&self, wrong: &mut Vec<MrzField>) {
        if let Some(at) = self.layout.personal_check {
            let number = &self.zone[self.layout.optional.clone()];
            // Where there is no number, the check digit may be a filler (9303-4, 4.2.2.2).
            let absent = self.zone[at] == b'<' && number.iter().all(|byte| *byte == b'<');
            if !absent && self.zone[at] != check_digit(&[number]) {
                wrong.push(MrzField::OptionalData);
            }
        }
        if let Some((at, places)) = &self.layout.composite {
            let parts = places.clone().map(|place| &self.zone[place]);
            if self.zone[*at] != check_digit(&parts) {
                wrong.push(MrzField::Composite);
            }
        }
    }
}

/// What the standard would not have, and what is no reason to refuse a document.
fn oddities(mrz: &Mrz) -> impl Iterator<Item = Deviation> {
    let zeros = mrz.birth.has_zeros_for_unknown() || mrz.expiry.has_zeros_for_unknown();
    let found = [
        (!mrz.format.allows(mrz.document_code)).then_some(Deviation::MrzDocumentCodeUnusual),
        (!mrz.issuing_state.is_known()).then_some(Deviation::MrzIssuingStateUnknown),
        (!mrz.nationality.is_known()).then_some(Deviation::MrzNationalityUnknown),
        zeros.then_some(Deviation::MrzUnknownDateAsZeros),
        (!mrz.birth.is_plausible()).then_some(Deviation::MrzBirthDateImplausible),
        (!mrz.expiry.is_plausible() || !mrz.expiry.is_complete())
            .then_some(Deviation::MrzExpiryDateImplausible),
    ];
    found.into_iter().flatten()
}

/// A field without the fillers at its end.
fn trimmed(field: &[u8]) -> Personal<String> {
    let end = field
        .iter()
        .rposition(|byte| *byte != b'<')
        .map_or(0, |last| last + 1);
    field[..end]
        .iter()
        .copied()
        .map(char::from)
        .collect::<String>()
        .into()
}
