//! 9303-3, section 6, table B: Cyrillic characters.

use super::Language;

/// What an upper-case Cyrillic letter becomes. `None` for one that has no place in the table.
pub(super) fn letters(letter: char, at_start: bool, language: Language) -> Option<&'static str> {
    by_language(letter, at_start, language).or_else(|| general(letter))
}

/// The exceptions of the table.
#[expect(
    clippy::match_same_arms,
    reason = "an arm is a letter of the table and its languages"
)]
fn by_language(letter: char, at_start: bool, language: Language) -> Option<&'static str> {
    Some(match (language, letter) {
        (Language::Ukrainian, 'Є') if at_start => "YE",
        (Language::Ukrainian, 'Ї') if at_start => "YI",
        (Language::Ukrainian, 'Ю') if at_start => "YU",
        (Language::Ukrainian, 'Я') if at_start => "YA",
        (Language::Ukrainian, 'Й') if at_start => "Y",
        (Language::Ukrainian, 'И') => "Y",
        (Language::Belarusian | Language::Serbian | Language::Ukrainian, 'Г') => "H",
        (Language::Belarusian, 'Ё') => "IO",
        (Language::Bulgarian, 'Щ') => "SHT",
        (Language::Macedonian, 'Ќ') => "KJ",
        (Language::Macedonian, 'Џ') => "DJ",
        (Language::Macedonian, 'Ғ') => "GJ",
        (Language::Macedonian | Language::Serbian, 'Х') => "H",
        (Language::Macedonian | Language::Serbian, 'Ц') => "C",
        (Language::Serbian, 'Ж') => "Z",
        (Language::Serbian, 'Ч') => "C",
        (Language::Serbian, 'Ш') => "S",
        _ => return None,
    })
}

/// The table without its exceptions.
fn general(letter: char) -> Option<&'static str> {
    Some(match letter {
        'А' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ґ' | 'Ғ' => "G",
        'Д' | 'Ћ' => "D",
        'Е' | 'Ё' | 'Э' => "E",
        'Є' | 'Ъ' => "IE",
        'Ѕ' | 'Џ' => "DZ",
        'И' | 'Й' | 'І' | 'Ї' => "I",
        'Ј' => "J",
        'Ж' => "ZH",
        'З' => "Z",
        'К' | 'Ќ' => "K",
        'Л' => "L",
        'Љ' => "LJ",
        'М' => "M",
        'Н' => "N",
        'Њ' => "NJ",
        'О' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'Т' => "T",
        'У' | 'Ў' | 'Ѫ' => "U",
        'Ф' => "F",
        'Х' => "KH",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ы' | 'Ѵ' => "Y",
        'Ю' => "IU",
        'Я' => "IA",
        'Һ' => "C",
        // The soft sign is in no row of the table: it has no sound of its own, and states leave it out.
        'Ь' => "",
        _ => return None,
    })
}
