//! Danish and English. Every text that takes no argument is resolved once, at start; a page only looks it up.

use std::collections::HashMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::{LanguageIdentifier, langid};

/// A language that every text exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Danish.
    #[default]
    Da,
    /// English.
    En,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Da, Self::En];

    /// The primary subtag of BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Da => "da",
            Self::En => "en",
        }
    }

    /// What the language calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Da => "Dansk",
            Self::En => "English",
        }
    }

    /// The language of a tag, if it is one of the two.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', ';']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }

    /// The first of an `Accept-Language` header that is one of the two (RFC 9110 section 12.5.4, in the order given).
    pub fn from_accept_language(header: &str) -> Option<Self> {
        header.split(',').find_map(Self::from_tag)
    }

    const fn id(self) -> LanguageIdentifier {
        match self {
            Self::Da => langid!("da"),
            Self::En => langid!("en"),
        }
    }
}

const FILES: [(Lang, &[&str]); 2] = [
    (
        Lang::Da,
        &[
            include_str!("../../../locales/da/pages.ftl"),
            include_str!("../../../locales/da/faults.ftl"),
            include_str!("../../../locales/da/messages.ftl"),
            include_str!("../../../locales/da/booking.ftl"),
            include_str!("../../../locales/da/letters.ftl"),
            include_str!("../../../locales/da/demo.ftl"),
            include_str!("../../../locales/da/register.ftl"),
            include_str!("../../../locales/da/desk.ftl"),
            include_str!("../../../locales/da/face.ftl"),
            include_str!("../../../locales/da/enrol.ftl"),
        ],
    ),
    (
        Lang::En,
        &[
            include_str!("../../../locales/en/pages.ftl"),
            include_str!("../../../locales/en/faults.ftl"),
            include_str!("../../../locales/en/messages.ftl"),
            include_str!("../../../locales/en/booking.ftl"),
            include_str!("../../../locales/en/letters.ftl"),
            include_str!("../../../locales/en/demo.ftl"),
            include_str!("../../../locales/en/register.ftl"),
            include_str!("../../../locales/en/desk.ftl"),
            include_str!("../../../locales/en/face.ftl"),
            include_str!("../../../locales/en/enrol.ftl"),
        ],
    ),
];

/// Every text in every language.
pub struct Texts {
    languages: HashMap<Lang, Language>,
}

struct Language {
    fixed: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Reads the texts that are built in.
    pub fn builtin() -> Result<Self, TextFault> {
        let languages = FILES
            .into_iter()
            .map(|(lang, files)| Ok((lang, Language::read(lang, files)?)))
            .collect::<Result<_, TextFault>>()?;
        Ok(Self { languages })
    }

    /// The texts of one language.
    pub fn of(&self, lang: Lang) -> T<'_> {
        T { texts: self, lang }
    }

    /// The keys of one language, attributes as `key.attribute`, sorted.
    pub fn keys(&self, lang: Lang) -> Vec<&str> {
        let mut keys: Vec<_> = self.languages.get(&lang).map_or_else(Vec::new, |language| {
            language.fixed.keys().map(String::as_str).collect()
        });
        keys.sort_unstable();
        keys
    }
}

impl Language {
    fn read(lang: Lang, files: &[&str]) -> Result<Self, TextFault> {
        let mut bundle = FluentBundle::new_concurrent(vec![lang.id()]);
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        for file in files {
            let resource = FluentResource::try_new((*file).to_owned())
                .map_err(|(_, errors)| TextFault::Syntax(lang, format!("{errors:?}")))?;
            keys.extend(resource.entries().filter_map(|entry| match entry {
                fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            }));
            bundle
                .add_resource(resource)
                .map_err(|errors| TextFault::Twice(lang, format!("{errors:?}")))?;
        }
        let mut fixed = HashMap::new();
        for key in keys {
            let Some(message) = bundle.get_message(&key) else {
                continue;
            };
            let mut keep = |name: String, pattern| {
                let text = bundle
                    .format_pattern(pattern, None, &mut Vec::new())
                    .into_owned();
                fixed.insert(name, text);
            };
            if let Some(pattern) = message.value() {
                keep(key.clone(), pattern);
            }
            for attribute in message.attributes() {
                keep(format!("{key}.{}", attribute.id()), attribute.value());
            }
        }
        Ok(Self { fixed, bundle })
    }
}

/// The texts of one language, as a template asks for them.
#[derive(Clone, Copy)]
pub struct T<'a> {
    texts: &'a Texts,
    lang: Lang,
}

impl<'a> T<'a> {
    /// A text that takes no argument. A key that does not exist shows itself, and a test sees to it that none does.
    pub fn get(&self, key: &'a str) -> &'a str {
        self.texts
            .languages
            .get(&self.lang)
            .and_then(|language| language.fixed.get(key))
            .map_or(key, String::as_str)
    }

    /// A text with one argument.
    pub fn with(&self, key: &str, name: &'static str, value: &str) -> String {
        self.with_all(key, &[(name, value)])
    }

    /// A text with arguments.
    pub fn with_all(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        let Some(language) = self.texts.languages.get(&self.lang) else {
            return key.to_owned();
        };
        let (id, attribute) = key
            .split_once('.')
            .map_or((key, None), |(id, attribute)| (id, Some(attribute)));
        let pattern = language
            .bundle
            .get_message(id)
            .and_then(|message| match attribute {
                None => message.value(),
                Some(attribute) => message
                    .get_attribute(attribute)
                    .map(|attribute| attribute.value()),
            });
        let Some(pattern) = pattern else {
            return key.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, *value);
        }
        language
            .bundle
            .format_pattern(pattern, Some(&args), &mut Vec::new())
            .into_owned()
    }

    /// Whether a text exists.
    pub fn has(&self, key: &str) -> bool {
        self.texts
            .languages
            .get(&self.lang)
            .is_some_and(|language| language.fixed.contains_key(key))
    }

    /// Which language.
    pub const fn lang(&self) -> Lang {
        self.lang
    }
}

/// Why the texts cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Not Fluent.
    #[error("{0:?}: {1}")]
    Syntax(Lang, String),
    /// A key that is there twice.
    #[error("{0:?}: {1}")]
    Twice(Lang, String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys() {
        let texts = Texts::builtin().unwrap();
        assert_eq!(texts.keys(Lang::Da), texts.keys(Lang::En));
    }

    #[test]
    fn accept_language_takes_the_first_that_is_there() {
        assert_eq!(
            Lang::from_accept_language("kl, sv;q=0.9, en-GB;q=0.8, da"),
            Some(Lang::En)
        );
        assert_eq!(Lang::from_accept_language("fr"), None);
    }
}
