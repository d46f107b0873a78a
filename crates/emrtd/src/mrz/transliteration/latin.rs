//! 9303-3, section 6, table A: multinational Latin characters.

use super::Language;

/// What an upper-case Latin letter becomes. `None` for one that has no place in the table.
pub(super) fn letters(letter: char, language: Language) -> Option<&'static str> {
    let plain = language == Language::PlainVowels;
    let with_xx = language == Language::SpanishXx;
    Some(match letter {
        'A'..='Z' => single(letter),
        'Ä' if !plain => "AE",
        'Å' if !plain => "AA",
        'Ö' if !plain => "OE",
        'Ü' if with_xx => "UXX",
        'Ü' if !plain => "UE",
        'Ñ' if with_xx => "NXX",
        'Æ' => "AE",
        'Ø' | 'Œ' => "OE",
        'Þ' => "TH",
        'Ĳ' => "IJ",
        'ẞ' => "SS",
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'Ð' | 'Ď' | 'Đ' => "D",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => "E",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
        'Ĥ' | 'Ħ' => "H",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' => "I",
        'Ĵ' => "J",
        'Ķ' => "K",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => "L",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' => "N",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ō' | 'Ŏ' | 'Ő' => "O",
        'Ŕ' | 'Ŗ' | 'Ř' => "R",
        // The table has only the cedilla; Romanian writes a comma below.
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => "S",
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' => "T",
        'Ù' | 'Ú' | 'Û' | 'Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => "U",
        'Ŵ' => "W",
        'Ý' | 'Ŷ' | 'Ÿ' => "Y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        _ => return None,
    })
}

/// The letter that a base letter and a combining mark make, where the table treats it other than the base letter.
pub(super) fn composed(base: char, mark: char) -> Option<char> {
    Some(match (base, mark) {
        ('A', '\u{308}') => 'Ä',
        ('A', '\u{30A}') => 'Å',
        ('O', '\u{308}') => 'Ö',
        ('U', '\u{308}') => 'Ü',
        ('N', '\u{303}') => 'Ñ',
        _ => return None,
    })
}

/// A letter that stays as it is.
fn single(letter: char) -> &'static str {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    ALPHABET.find(letter).map_or("", |at| &ALPHABET[at..=at])
}
