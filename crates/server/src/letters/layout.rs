//! Where everything on a letter's pages stands: lines broken by the fonts' own widths, pages broken between lines.

use super::font::{Font, Weight};
use super::{Block, Letter};

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
const MM: f32 = 72.0 / 25.4;
const LEFT: f32 = 25.0 * MM;
const RIGHT: f32 = PAGE.0 - 20.0 * MM;
const BOTTOM: f32 = 27.0 * MM;
/// The address stands 50 mm from the top and 25 mm from the left: within the window of a C5 envelope both where Danish ones have it
/// and where DIN 5008 (form B) has it.
const ADDRESS: f32 = PAGE.1 - 53.0 * MM;
const DATE: f32 = PAGE.1 - 53.0 * MM;
const BODY: f32 = PAGE.1 - 103.0 * MM;
/// Where the text of the second page begins.
const NEXT_BODY: f32 = PAGE.1 - 25.0 * MM;
const SIZE: f32 = 11.0;
const LEADING: f32 = 15.5;

/// What a run of lines is, for whoever hears the letter read aloud (ISO 32000-1, 14.8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Heading,
    Paragraph,
    ListItem,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) text: String,
}

/// Lines that belong together: all or part of an element.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    /// Which element of the letter.
    pub(super) element: usize,
    pub(super) lines: Vec<Line>,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Page {
    pub(super) runs: Vec<Run>,
}

/// The whole letter in its places.
pub(super) struct Laid {
    pub(super) pages: Vec<Page>,
    /// What each element is.
    pub(super) roles: Vec<Role>,
}

/// The two fonts.
pub(super) struct Fonts {
    pub(super) regular: Font,
    pub(super) semi_bold: Font,
}

impl Fonts {
    pub(super) const fn of(&self, weight: Weight) -> &Font {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }
}

/// How a text is set.
#[derive(Clone, Copy)]
struct Style {
    weight: Weight,
    size: f32,
    leading: f32,
    indent: f32,
    /// Space before it.
    before: f32,
    role: Role,
}

const PARAGRAPH: Style = Style {
    weight: Weight::Regular,
    size: SIZE,
    leading: LEADING,
    indent: 0.0,
    before: 9.0,
    role: Role::Paragraph,
};
const ITEM: Style = Style {
    indent: 14.0,
    before: 3.0,
    role: Role::ListItem,
    ..PARAGRAPH
};
const TITLE: Style = Style {
    weight: Weight::SemiBold,
    size: 17.0,
    leading: 22.0,
    before: 0.0,
    role: Role::Title,
    ..PARAGRAPH
};
const HEADING: Style = Style {
    weight: Weight::SemiBold,
    before: 15.0,
    role: Role::Heading,
    ..PARAGRAPH
};
const CODE: Style = Style {
    weight: Weight::SemiBold,
    size: 26.0,
    leading: 32.0,
    before: 12.0,
    ..PARAGRAPH
};

/// Puts a letter on its pages.
pub(super) fn lay(letter: &Letter, fonts: &Fonts) -> Laid {
    let mut setter = Setter {
        fonts,
        pages: vec![Page::default()],
        roles: Vec::new(),
        y: BODY,
    };
    setter.address(letter);
    setter.set(&letter.subject, TITLE);
    for block in &letter.body {
        match block {
            Block::Paragraph(text) => setter.set(text, PARAGRAPH),
            Block::Heading(text) => setter.set(text, HEADING),
            Block::Code(text) => setter.set(text, CODE),
            Block::Items(items) => {
                for item in items {
                    setter.item(item);
                }
            }
        }
    }
    Laid {
        pages: setter.pages,
        roles: setter.roles,
    }
}

struct Setter<'a> {
    fonts: &'a Fonts,
    pages: Vec<Page>,
    roles: Vec<Role>,
    y: f32,
}

impl Setter<'_> {
    /// Letterhead, address, date and reference.
    fn address(&mut self, letter: &Letter) {
        let head = PAGE.1 - 18.0 * MM;
        let mut lines = vec![line((LEFT, head), 16.0, Weight::SemiBold, "Segl")];
        lines.push(self.right(&letter.sender.name, head + 2.0, 10.5, Weight::SemiBold));
        for (number, text) in letter.sender.lines.iter().enumerate() {
            let y = head + 2.0 - 13.0 * steps(number + 1);
            lines.push(self.right(text, y, 9.0, Weight::Regular));
        }
        self.place(lines);
        let address: Vec<_> = letter
            .recipient
            .iter()
            .filter(|text| !text.is_empty())
            .enumerate()
            .map(|(number, text)| {
                let y = ADDRESS - 14.0 * steps(number);
                line((LEFT, y), SIZE, Weight::Regular, text)
            })
            .collect();
        self.place(address);
        let dated: Vec<_> = [Some(&letter.date), letter.reference.as_ref()]
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(number, text)| {
                self.right(text, DATE - 14.0 * steps(number), 9.5, Weight::Regular)
            })
            .collect();
        self.place(dated);
    }

    fn right(&self, text: &str, y: f32, size: f32, weight: Weight) -> Line {
        let x = RIGHT - self.fonts.of(weight).width(text, size);
        line((x, y), size, weight, text)
    }

    /// An element whose lines have their places.
    fn place(&mut self, lines: Vec<Line>) {
        if lines.is_empty() {
            return;
        }
        let element = self.begin(Role::Paragraph);
        self.page().runs.push(Run { element, lines });
    }

    fn begin(&mut self, role: Role) -> usize {
        self.roles.push(role);
        self.roles.len() - 1
    }

    fn page(&mut self) -> &mut Page {
        if self.pages.is_empty() {
            self.pages.push(Page::default());
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    /// An item of a list: a dash before its first line.
    fn item(&mut self, text: &str) {
        self.set(text, ITEM);
        let dash = |first: &Line| line((LEFT, first.y), SIZE, Weight::Regular, "–");
        let element = self.roles.len() - 1;
        for page in &mut self.pages {
            if let Some(run) = page.runs.iter_mut().find(|run| run.element == element) {
                if let Some(mark) = run.lines.first().map(dash) {
                    run.lines.insert(0, mark);
                }
                return;
            }
        }
    }

    /// Sets a text where the last one ended, over as many pages as it takes.
    fn set(&mut self, text: &str, style: Style) {
        let room = RIGHT - LEFT - style.indent;
        let lines = wrap(text, room, |part| {
            self.fonts.of(style.weight).width(part, style.size)
        });
        let element = self.begin(style.role);
        self.y -= style.before;
        // A heading is not left alone at the foot of a page.
        let together = if style.role == Role::Heading {
            3.0
        } else {
            1.0
        };
        if self.y - style.leading * together < BOTTOM {
            self.next_page();
        }
        for text in lines {
            if self.y - style.leading < BOTTOM {
                self.next_page();
            }
            self.y -= style.leading;
            let place = (LEFT + style.indent, self.y);
            let line = line(place, style.size, style.weight, &text);
            let runs = &mut self.page().runs;
            match runs.last_mut().filter(|run| run.element == element) {
                Some(run) => run.lines.push(line),
                None => runs.push(Run {
                    element,
                    lines: vec![line],
                }),
            }
        }
    }

    fn next_page(&mut self) {
        self.pages.push(Page::default());
        self.y = NEXT_BODY;
    }
}

fn line((x, y): (f32, f32), size: f32, weight: Weight, text: &str) -> Line {
    Line {
        x,
        y,
        size,
        weight,
        text: text.to_owned(),
    }
}

fn steps(number: usize) -> f32 {
    f32::from(u16::try_from(number).unwrap_or(u16::MAX))
}

/// Breaks a text into lines no wider than `room`; its own line breaks stay. A word that is wider than a line is broken where it must be.
fn wrap(text: &str, room: f32, width: impl Fn(&str) -> f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if width(&longer) <= room {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for character in word.chars() {
                line.push(character);
                if width(&line) > room && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::take(&mut line));
                    line.push(character);
                }
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each character is one wide.
    fn wrapped(text: &str, room: f32) -> Vec<String> {
        wrap(text, room, |part| steps(part.chars().count()))
    }

    #[test]
    fn lines_break_between_words_and_long_words_within() {
        assert_eq!(wrapped("en to tre", 5.0), ["en to", "tre"]);
        assert_eq!(wrapped("abcdefgh ij", 3.0), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrapped("en\n\nto", 5.0), ["en", "", "to"]);
        assert_eq!(wrapped("1\u{a0}2 3", 3.0), ["1\u{a0}2", "3"]);
    }
}
