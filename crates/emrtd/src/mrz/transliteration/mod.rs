//! National characters in the characters of the zone (9303-3, section 6), and punctuation (9303-3, 4.6).

mod arabic;
mod cyrillic;
mod latin;

use crate::fault::MrzFault;

/// Where the tables leave a choice, the language that decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The first choice of each table: `Ä` is AE, `Å` AA, `Ö` OE, `Ü` UE, `Ñ` N. Danish, Norwegian, German, Swedish.
    #[default]
    Other,
    /// The second choice of the Latin table: `Ä` and `Å` are A, `Ö` O, `Ü` U. Finnish, Estonian, Turkish.
    PlainVowels,
    /// `Ñ` is NXX and `Ü` UXX, as the Latin table allows for Spanish.
    SpanishXx,
    /// Belarusian: `Ё` is IO, `Г` H.
    Belarusian,
    /// Bulgarian: `Щ` is SHT.
    Bulgarian,
    /// Macedonian: `Ќ` is KJ, `Џ` DJ, `Ғ` GJ, `Х` H, `Ц` C.
    Macedonian,
    /// Serbian: `Г` is H, `Ж` Z, `Х` H, `Ц` and `Ч` C, `Ш` S.
    Serbian,
    /// Ukrainian: `Г` is H, `И` Y; `Є`, `Ї`, `Й`, `Ю` and `Я` begin with Y where they begin a word.
    Ukrainian,
}

/// A name in the characters of the zone: letters by the tables, spaces, hyphens and commas as one filler, apostrophes and other
/// punctuation left out. Refuses digits, and letters of scripts that have no table (Greek, Hebrew, Chinese ..).
pub fn transliterate(text: &str, language: Language) -> Result<String, MrzFault> {
    let mut written = String::with_capacity(text.len());
    // What the letter before became: a shadda repeats it, a combining mark may change it.
    let mut before = Before::default();
    let mut characters = text.chars().flat_map(char::to_uppercase).peekable();
    while let Some(character) = characters.next() {
        let at_start = written.is_empty() || written.ends_with('<');
        let at_end = characters.peek().is_none_or(|next| is_separator(*next));
        let place = Place { at_start, at_end };
        match piece(character, place, language)? {
            Piece::Letters(letters) => {
                before = Before {
                    from: written.len(),
                    base: character,
                };
                written.push_str(letters);
            }
            Piece::Separator if !at_start => written.push('<'),
            Piece::Doubling if !at_start => {
                let again = written[before.from..].to_owned();
                before.from = written.len() + again.len();
                written.push_str(&again);
            }
            Piece::Mark if !at_start => {
                if let Some(letters) = latin::composed(before.base, character)
                    .and_then(|whole| latin::letters(whole, language))
                {
                    written.truncate(before.from);
                    written.push_str(letters);
                }
            }
            Piece::Separator | Piece::Doubling | Piece::Mark | Piece::Nothing => {}
        }
    }
    Ok(written.trim_end_matches('<').to_owned())
}

/// Where a letter stands in its word.
#[derive(Clone, Copy)]
struct Place {
    at_start: bool,
    at_end: bool,
}

/// The letter before: where its transliteration begins, and what it was.
#[derive(Clone, Copy, Default)]
struct Before {
    from: usize,
    base: char,
}

/// What a character becomes.
enum Piece {
    Letters(&'static str),
    Separator,
    /// An Arabic shadda.
    Doubling,
    /// A combining diacritical mark.
    Mark,
    Nothing,
}

/// What a character, upper case already, becomes.
fn piece(character: char, place: Place, language: Language) -> Result<Piece, MrzFault> {
    if is_separator(character) {
        return Ok(Piece::Separator);
    }
    let letters = match character {
        '0'..='9' => return Err(MrzFault::DigitInName),
        '\u{0300}'..='\u{036F}' => return Ok(Piece::Mark),
        'A'..='Z' | '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}' => {
            latin::letters(character, language)
        }
        '\u{0400}'..='\u{052F}' => cyrillic::letters(character, place.at_start, language),
        arabic::SHADDA => return Ok(Piece::Doubling),
        '\u{0600}'..='\u{06FF}' => arabic::letters(character, place.at_end),
        other if other.is_alphanumeric() => None,
        _ => return Ok(Piece::Nothing),
    };
    match letters {
        Some("") => Ok(Piece::Nothing),
        Some(letters) => Ok(Piece::Letters(letters)),
        None => Err(MrzFault::NotTransliterable),
    }
}

/// Spaces, hyphens and commas part components (9303-3, 4.6). A filler does too, so that what is transliterated already stays.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | ',' | '<' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '\u{00AD}'
        )
}

#[cfg(test)]
mod tests {
    use super::{Language, transliterate};
    use crate::fault::MrzFault;

    fn other(text: &str) -> String {
        transliterate(text, Language::Other).unwrap()
    }

    #[test]
    fn latin() {
        assert_eq!(other("Æbelø Ågård Sørensen"), "AEBELOE<AAGAARD<SOERENSEN");
        assert_eq!(other("A\u{30A}gard"), "AAGARD");
        assert_eq!(other("Jörg Strauß"), "JOERG<STRAUSS");
        assert_eq!(
            transliterate("Sääskö", Language::PlainVowels).unwrap(),
            "SAASKO"
        );
        assert_eq!(
            transliterate("Núñez", Language::SpanishXx).unwrap(),
            "NUNXXEZ"
        );
        assert_eq!(
            other("þór Ðuro Łukasz Őry İnci ılgaz Ĳsbrand"),
            "THOR<DURO<LUKASZ<ORY<INCI<ILGAZ<IJSBRAND"
        );
        assert_eq!(other("Nguye\u{302}\u{303}n"), "NGUYEN");
    }

    /// 9303-3, 4.6.
    #[test]
    fn punctuation() {
        assert_eq!(other("D’ARTAGNAN"), "DARTAGNAN");
        assert_eq!(other("D'Artagnan"), "DARTAGNAN");
        assert_eq!(other("MARIE-ELISE"), "MARIE<ELISE");
        assert_eq!(other("ANNA, MARIA"), "ANNA<MARIA");
        assert_eq!(other(" St. John "), "ST<JOHN");
        assert_eq!(
            transliterate("R2D2", Language::Other),
            Err(MrzFault::DigitInName)
        );
        assert_eq!(
            transliterate("Σωκράτης", Language::Other),
            Err(MrzFault::NotTransliterable)
        );
        assert_eq!(
            transliterate("שלום", Language::Other),
            Err(MrzFault::NotTransliterable)
        );
    }

    #[test]
    fn cyrillic() {
        assert_eq!(other("Щукин"), "SHCHUKIN");
        assert_eq!(
            transliterate("Щукин", Language::Bulgarian).unwrap(),
            "SHTUKIN"
        );
        assert_eq!(
            transliterate("Юлія Гнатюк", Language::Ukrainian).unwrap(),
            "YULIIA<HNATIUK"
        );
        assert_eq!(
            transliterate("Жарко Цвјетковић", Language::Serbian).unwrap(),
            "ZARKO<CVJETKOVID"
        );
        assert_eq!(
            transliterate("Ёсіп", Language::Belarusian).unwrap(),
            "IOSIP"
        );
        assert_eq!(
            transliterate("Ќосе Џон", Language::Macedonian).unwrap(),
            "KJOSE<DJON"
        );
    }

    /// 9303-3, appendix B.6, in the characters of the zone.
    #[test]
    fn arabic() {
        assert_eq!(other("هاري الشماع"), "HARY<ALXSHMAE");
        assert_eq!(other("سمير بادمكدوذيل"), "SMYR<BADMKDWXDHYL");
        assert_eq!(other("جمال عبد الناصر"), "JMAL<EBD<ALNAXSSR");
        assert_eq!(other("جميلة نعيمة"), "JMYLXAH<NEYMXAH");
        assert_eq!(other("عبّاس"), "EBBAS");
        assert_eq!(other("فضّة"), "FXDZXDZXAH");
    }
}
