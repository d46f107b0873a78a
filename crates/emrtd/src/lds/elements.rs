//! The elements of DG11 and DG12: a tag list, single elements, and one kind that may be there several times inside `A0`.

use crate::fault::{Deviation, Deviations, LdsFault};
use crate::tlv::{Tag, Tlv, parse_tag};

/// How many elements are read. The standard has about fifteen kinds, and a digit for the count of those that repeat.
const MAX_ELEMENTS: usize = 64;

/// The elements of a template, by tag.
pub(super) struct Elements<'a> {
    single: Vec<(Tag, &'a [u8])>,
    repeated: Vec<&'a [u8]>,
}

impl<'a> Elements<'a> {
    /// Collects the elements. Those with the tag `repeats` may stand in the template itself or in one `A0` with their count.
    pub(super) fn of(
        template: Tlv<'a>,
        repeats: Tag,
        deviations: &mut Deviations,
    ) -> Result<Self, LdsFault> {
        let mut elements = Self {
            single: Vec::new(),
            repeated: Vec::new(),
        };
        let mut list = None;
        for element in template.children() {
            let element = element?;
            match element.tag {
                Tag(0x5C) => list = Some(element.value),
                Tag(0xA0) => elements.add_repeated(element, repeats, deviations)?,
                tag if tag == repeats => elements.repeated.push(element.value),
                tag if elements.single.iter().any(|(known, _)| *known == tag) => {
                    deviations.push(Deviation::ElementTwice);
                }
                tag => elements.single.push((tag, element.value)),
            }
            if elements.single.len() + elements.repeated.len() > MAX_ELEMENTS {
                return Err(LdsFault::TooMany);
            }
        }
        if !elements.are_listed(list.unwrap_or_default(), repeats) {
            deviations.push(Deviation::TagListWrong);
        }
        Ok(elements)
    }

    /// The elements that repeat.
    pub(super) fn repeated(&mut self) -> Vec<&'a [u8]> {
        std::mem::take(&mut self.repeated)
    }

    /// An element's value, which is then no longer left.
    pub(super) fn take(&mut self, tag: Tag) -> Option<&'a [u8]> {
        let at = self.single.iter().position(|(known, _)| *known == tag)?;
        Some(self.single.swap_remove(at).1)
    }

    /// Reports what nobody took.
    pub(super) fn finish(self, deviations: &mut Deviations) {
        if !self.single.is_empty() {
            deviations.push(Deviation::FileUnknownElement);
        }
    }

    /// A count, and the elements that repeat.
    fn add_repeated(
        &mut self,
        group: Tlv<'a>,
        repeats: Tag,
        deviations: &mut Deviations,
    ) -> Result<(), LdsFault> {
        let mut reader = group.reader();
        let count = reader
            .optional(Tag::INTEGER)?
            .map(|count| count.small_unsigned())
            .transpose()?;
        let before = self.repeated.len();
        while let Some(element) = reader.read()? {
            if element.tag != repeats {
                deviations.push(Deviation::FileUnknownElement);
                continue;
            }
            if self.repeated.len() == MAX_ELEMENTS {
                return Err(LdsFault::TooMany);
            }
            self.repeated.push(element.value);
        }
        if count.and_then(|count| usize::try_from(count).ok()) != Some(self.repeated.len() - before)
        {
            deviations.push(Deviation::CountWrong);
        }
        Ok(())
    }

    /// Whether the tag list names exactly what is there. It may name `A0` or what repeats inside.
    fn are_listed(&self, mut list: &[u8], repeats: Tag) -> bool {
        let mut listed = Vec::new();
        while !list.is_empty() {
            let Ok((tag, length)) = parse_tag(list, 0) else {
                return false;
            };
            listed.push(tag);
            list = &list[length..];
        }
        let of_repeated = |tag: &Tag| *tag == repeats || *tag == Tag(0xA0);
        let all_there = listed
            .iter()
            .all(|tag| of_repeated(tag) || self.single.iter().any(|(known, _)| known == tag));
        let all_named = self.single.iter().all(|(tag, _)| listed.contains(tag));
        all_there && all_named && listed.iter().any(of_repeated) != self.repeated.is_empty()
    }
}
