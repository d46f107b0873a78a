//! The holder's name in the zone (9303-3, 4.6), and how it is cut to fit (9303-4, 4.2.3; 9303-5, 4.2.3; 9303-6, 4.2.3; 9303-7).

use std::fmt;

use super::transliteration::{Language, transliterate};
use crate::fault::{MrzFault, MrzField};

/// A name in the characters of the zone: components of `A-Z`, of which the primary identifier (surname) has one at least, as a rule.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HolderName {
    primary: Vec<String>,
    secondary: Vec<String>,
    may_be_truncated: bool,
}

impl HolderName {
    /// A name as it is written elsewhere, brought into the characters of the zone (9303-3, section 6).
    ///
    /// `primary` is the surname, `secondary` the given names and may be empty.
    pub fn transliterated(
        primary: &str,
        secondary: &str,
        language: Language,
    ) -> Result<Self, MrzFault> {
        let components = |text: &str| {
            let written = transliterate(text, language)?;
            Ok(written
                .split('<')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>())
        };
        let name = Self {
            primary: components(primary)?,
            secondary: components(secondary)?,
            may_be_truncated: false,
        };
        if name.primary.is_empty() {
            Err(MrzFault::Empty(MrzField::Name))
        } else {
            Ok(name)
        }
    }

    /// The name field of a zone, of any length.
    ///
    /// Reads what stands there: more than two fillers in a row count as two, and a second `<<` separates components. The second part of the
    /// answer says whether that, or a digit, was seen.
    pub(super) fn read(field: &[u8]) -> (Self, bool) {
        let text = String::from_utf8_lossy(field);
        let trimmed = text.trim_end_matches('<');
        let (primary, secondary) = trimmed.split_once("<<").unwrap_or((trimmed, ""));
        let components = |part: &str| {
            part.split('<')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let unusual = primary.is_empty()
            || primary.starts_with('<')
            || secondary.starts_with('<')
            || secondary.contains("<<")
            || trimmed.bytes().any(|byte| byte.is_ascii_digit());
        let may_be_truncated = field.last().is_some_and(u8::is_ascii_alphabetic);
        (
            Self {
                primary: components(primary),
                secondary: components(secondary),
                may_be_truncated,
            },
            unusual,
        )
    }

    /// The primary identifier: the surname's components.
    pub fn primary(&self) -> &[String] {
        &self.primary
    }

    /// The secondary identifier: the given names' components. Empty for who has one name only.
    pub fn secondary(&self) -> &[String] {
        &self.secondary
    }

    /// Whether the field ends in a letter, so that it must be assumed that the name was cut (9303-4, 4.2.3.3).
    pub fn may_be_truncated(&self) -> bool {
        self.may_be_truncated
    }

    /// Whether this name, as a zone holds it, can stand for `full`: each component the start of one of `full`'s, in order.
    /// A name that was not cut must be equal.
    pub fn can_stand_for(&self, full: &Self) -> bool {
        if !self.may_be_truncated {
            return self.primary == full.primary && self.secondary == full.secondary;
        }
        let begins = |short: &[String], long: &[String]| {
            let mut rest = long.iter();
            short
                .iter()
                .all(|part| rest.any(|whole| whole.starts_with(part.as_str())))
        };
        begins(&self.primary, &full.primary) && begins(&self.secondary, &full.secondary)
    }

    /// The name field of `width` characters, the name cut to initials where it is too long.
    pub(super) fn write(&self, width: usize) -> Result<Vec<u8>, MrzFault> {
        self.check()?;
        let (primary, secondary) = (joined(&self.primary), joined(&self.secondary));
        let whole = if secondary.is_empty() {
            primary
        } else {
            format!("{primary}<<{secondary}")
        };
        let mut field = if whole.len() <= width {
            whole
        } else {
            self.truncated(width)
        }
        .into_bytes();
        field.resize(width, b'<');
        Ok(field)
    }

    /// Faults of a name that cannot be written.
    fn check(&self) -> Result<(), MrzFault> {
        if self.primary.is_empty() {
            return Err(MrzFault::Empty(MrzField::Name));
        }
        for byte in self
            .primary
            .iter()
            .chain(&self.secondary)
            .flat_map(|component| component.bytes())
        {
            match byte {
                b'A'..=b'Z' => {}
                b'0'..=b'9' => return Err(MrzFault::DigitInName),
                _ => return Err(MrzFault::FieldCharacter(MrzField::Name)),
            }
        }
        Ok(())
    }

    /// The name cut to exactly `width` characters, the last of them a letter.
    ///
    /// Of the methods that the standard leaves to the state this is "one or more components truncated to initials", from the last
    /// component backwards; the primary identifier is cut only to make room for one letter of the secondary.
    fn truncated(&self, width: usize) -> String {
        if self.secondary.is_empty() {
            let mut lengths = initialled(&self.primary, width);
            give_back(&mut lengths, &self.primary, width);
            return cut(&self.primary, &lengths);
        }
        let mut primary = initialled(&self.primary, width.saturating_sub(3));
        let room = width.saturating_sub(total(&primary) + 2);
        let mut secondary = initialled(&self.secondary, room);
        give_back(&mut secondary, &self.secondary, room);
        let room = width.saturating_sub(total(&secondary) + 2);
        give_back(&mut primary, &self.primary, room);
        // One place that nothing fills would make the name look whole. A letter of the surname makes room for one more initial.
        if total(&primary) < room
            && secondary.len() < self.secondary.len()
            && let Some(longest) = primary.iter_mut().max().filter(|longest| **longest > 1)
        {
            *longest -= 1;
            secondary.push(1);
        }
        format!(
            "{}<<{}",
            cut(&self.primary, &primary),
            cut(&self.secondary, &secondary)
        )
    }
}

/// Opaque, as names are personal.
impl fmt::Debug for HolderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderName(..)")
    }
}

/// Components with fillers between.
fn joined(components: &[String]) -> String {
    components.join("<")
}

/// How long each component may be within `width`: the last ones one letter, the first whatever is left, and none for those that do not
/// even fit as initials.
fn initialled(components: &[String], width: usize) -> Vec<usize> {
    let mut lengths: Vec<usize> = components.iter().map(String::len).collect();
    for at in (0..lengths.len()).rev() {
        let all = total(&lengths);
        if all > width {
            lengths[at] = if at == 0 {
                lengths[0].saturating_sub(all - width).max(1)
            } else {
                1
            };
        }
    }
    while lengths.len() > 1 && total(&lengths) > width {
        lengths.pop();
    }
    lengths
}

/// Gives what room is left in `width` back to the components that were cut, from the first.
fn give_back(lengths: &mut [usize], components: &[String], width: usize) {
    let mut spare = width.saturating_sub(total(lengths));
    for (length, component) in lengths.iter_mut().zip(components) {
        let grown = spare.min(component.len() - *length);
        *length += grown;
        spare -= grown;
    }
}

/// How many characters components of these lengths take, with a filler between each.
fn total(lengths: &[usize]) -> usize {
    lengths.iter().sum::<usize>() + lengths.len().saturating_sub(1)
}

/// The components cut to these lengths.
fn cut(components: &[String], lengths: &[usize]) -> String {
    let cut: Vec<&str> = components
        .iter()
        .zip(lengths)
        .map(|(component, length)| &component[..*length])
        .collect();
    cut.join("<")
}
