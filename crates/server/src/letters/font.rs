//! The two fonts of a letter: IBM Plex Sans (SIL Open Font License), built in whole, and put into each letter with only the glyphs it uses.
//!
//! It has the letters of every European language, so a name is written as its passport prints it.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish as _, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use super::LetterFault;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// One font, and what a letter uses of it.
pub(super) struct Font {
    name: &'static str,
    file: &'static [u8],
    face: ttf_parser::Face<'static>,
    used: GlyphRemapper,
    /// What each used glyph stands for, by its number in the letter.
    meanings: BTreeMap<u16, (u16, char)>,
}

const SYSTEM: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

impl Font {
    /// A font of which nothing is used yet.
    pub(super) fn new(weight: Weight) -> Result<Self, LetterFault> {
        let (name, file): (_, &'static [u8]) = match weight {
            Weight::Regular => (
                "IBMPlexSans-Regular",
                include_bytes!("../../fonts/IBMPlexSans-Regular.ttf"),
            ),
            Weight::SemiBold => (
                "IBMPlexSans-SemiBold",
                include_bytes!("../../fonts/IBMPlexSans-SemiBold.ttf"),
            ),
        };
        Ok(Self {
            name,
            file,
            face: ttf_parser::Face::parse(file, 0).map_err(|_| LetterFault::Font)?,
            used: GlyphRemapper::new(),
            meanings: BTreeMap::new(),
        })
    }

    /// How wide a text is at a size, in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let units: f32 = text
            .chars()
            .map(|character| self.advance(self.glyph(character)))
            .sum();
        units * size / 1000.0
    }

    /// The text as the letter's own glyph numbers, two bytes each.
    pub(super) fn encode(&mut self, text: &str) -> Vec<u8> {
        let mut encoded = Vec::with_capacity(text.len() * 2);
        for character in text.chars() {
            let glyph = self.glyph(character);
            let here = self.used.remap(glyph);
            self.meanings.entry(here).or_insert((glyph, character));
            encoded.extend_from_slice(&here.to_be_bytes());
        }
        encoded
    }

    /// A character's glyph; a space that must not break is as wide as any other.
    fn glyph(&self, character: char) -> u16 {
        let character = if character == '\u{a0}' {
            ' '
        } else {
            character
        };
        self.face.glyph_index(character).map_or(0, |glyph| glyph.0)
    }

    /// In thousandths of the size.
    fn advance(&self, glyph: u16) -> f32 {
        let advance = self
            .face
            .glyph_hor_advance(ttf_parser::GlyphId(glyph))
            .unwrap_or_default();
        self.scaled(f32::from(advance))
    }

    fn scaled(&self, units: f32) -> f32 {
        units * 1000.0 / f32::from(self.face.units_per_em())
    }

    /// Writes the font with what was used of it (ISO 32000-1, 9.7).
    pub(super) fn write(
        &self,
        pdf: &mut Pdf,
        id: Ref,
        mut next: impl FnMut() -> Ref,
    ) -> Result<(), LetterFault> {
        let name = format!("SEGLAA+{}", self.name);
        let (cid, descriptor, cmap, file) = (next(), next(), next(), next());
        pdf.type0_font(id)
            .base_font(Name(name.as_bytes()))
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let mut font = pdf.cid_font(cid);
        font.subtype(CidFontType::Type2)
            .base_font(Name(name.as_bytes()))
            .system_info(SYSTEM)
            .font_descriptor(descriptor)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let widths = self
            .meanings
            .iter()
            .map(|(here, (glyph, _))| (*here, self.advance(*glyph)));
        let mut array = font.widths();
        for (here, width) in widths {
            array.consecutive(here, [width]);
        }
        array.finish();
        font.finish();
        self.write_descriptor(pdf, descriptor, file, &name);
        let mut meanings = UnicodeCmap::<u16>::new(Name(b"Segl-UCS"), SYSTEM);
        for (here, (_, character)) in &self.meanings {
            meanings.pair(*here, *character);
        }
        pdf.cmap(cmap, &meanings.finish());
        let subset = subsetter::subset(self.file, 0, &self.used).map_err(|_| LetterFault::Font)?;
        let packed = fdeflate::compress_to_vec(&subset);
        let length = i32::try_from(subset.len()).map_err(|_| LetterFault::Font)?;
        pdf.stream(file, &packed)
            .filter(Filter::FlateDecode)
            .pair(Name(b"Length1"), length);
        Ok(())
    }

    fn write_descriptor(&self, pdf: &mut Pdf, id: Ref, file: Ref, name: &str) {
        let face = &self.face;
        let bounds = face.global_bounding_box();
        let scaled = |units: i16| self.scaled(f32::from(units));
        pdf.font_descriptor(id)
            .name(Name(name.as_bytes()))
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(
                scaled(bounds.x_min),
                scaled(bounds.y_min),
                scaled(bounds.x_max),
                scaled(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(scaled(face.ascender()))
            .descent(scaled(face.descender()))
            .cap_height(scaled(face.capital_height().unwrap_or(face.ascender())))
            .stem_v(if self.name.ends_with("Bold") {
                120.0
            } else {
                80.0
            })
            .font_file2(file);
    }
}
