//! Biometric templates: the nested form of ISO/IEC 7816-11 that DG2 to DG4 have (ICAO 9303-10, 4.7.2.1).

use crate::fault::{Deviation, Deviations, LdsFault};
use crate::tlv::{Tag, Tlv};

/// How many templates a data group may have: 9303-10 gives the count one digit.
pub const MAX_TEMPLATES: usize = 9;

/// A biometric header template, `A1`. Values are as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BiometricHeader<'a> {
    /// `80`: version of the header, such as `0101`.
    pub version: Option<&'a [u8]>,
    /// `81`: what is measured; `02` is the face.
    pub biometric_type: Option<&'a [u8]>,
    /// `82`: which finger or eye.
    pub biometric_subtype: Option<&'a [u8]>,
    /// `83`: when it was recorded, seven bytes with two digits each.
    pub created: Option<&'a [u8]>,
    /// `85`: from when and until when it is valid, eight bytes.
    pub validity: Option<&'a [u8]>,
    /// `86`: what recorded it.
    pub creator: Option<&'a [u8]>,
    /// `87`: who specified the format; `0101` is ISO/IEC JTC 1/SC 37.
    pub format_owner: Option<&'a [u8]>,
    /// `88`: which format; `0008` is ISO/IEC 19794-5 and `002A` 39794-5.
    pub format_type: Option<&'a [u8]>,
}

/// One template: its header and its data.
pub(super) struct Template<'a> {
    pub(super) header: BiometricHeader<'a>,
    /// `5F2E` or `7F2E`.
    pub(super) data: Tlv<'a>,
}

/// The templates of a group template `7F61`. A count that differs from what follows is reported.
pub(super) fn templates<'a>(
    group: Tlv<'a>,
    deviations: &mut Deviations,
) -> Result<Vec<Template<'a>>, LdsFault> {
    let mut reader = group.reader();
    let count = reader
        .optional(Tag::INTEGER)?
        .map(|count| count.small_unsigned())
        .transpose()?;
    let mut templates = Vec::new();
    while let Some(element) = reader.read()? {
        if element.tag != Tag(0x7F60) {
            deviations.push(Deviation::FileUnknownElement);
            continue;
        }
        if templates.len() == MAX_TEMPLATES {
            return Err(LdsFault::TooMany);
        }
        templates.push(template(element, deviations)?);
    }
    if count.and_then(|count| usize::try_from(count).ok()) != Some(templates.len()) {
        deviations.push(Deviation::CountWrong);
    }
    Ok(templates)
}

/// One template `7F60`.
fn template<'a>(element: Tlv<'a>, deviations: &mut Deviations) -> Result<Template<'a>, LdsFault> {
    let (mut header, mut data) = (BiometricHeader::default(), None);
    for part in element.children() {
        let part = part?;
        match part.tag {
            Tag(0xA1) => header = self::header(part, deviations)?,
            Tag(0x5F2E | 0x7F2E) if data.is_none() => data = Some(part),
            _ => deviations.push(Deviation::FileUnknownElement),
        }
    }
    if header.format_owner.is_none() || header.format_type.is_none() {
        deviations.push(Deviation::BiometricFormatMissing);
    }
    Ok(Template {
        header,
        data: data.ok_or(LdsFault::NoBiometricData)?,
    })
}

/// The header template.
fn header<'a>(
    element: Tlv<'a>,
    deviations: &mut Deviations,
) -> Result<BiometricHeader<'a>, LdsFault> {
    let mut header = BiometricHeader::default();
    for part in element.children() {
        let part = part?;
        let place = match part.tag.0 {
            0x80 => &mut header.version,
            0x81 => &mut header.biometric_type,
            0x82 => &mut header.biometric_subtype,
            0x83 => &mut header.created,
            0x85 => &mut header.validity,
            0x86 => &mut header.creator,
            0x87 => &mut header.format_owner,
            0x88 => &mut header.format_type,
            _ => {
                deviations.push(Deviation::FileUnknownElement);
                continue;
            }
        };
        *place = Some(part.value);
    }
    Ok(header)
}
