//! A laid letter as a tagged PDF (ISO 32000-1): text that can be copied, searched and read aloud, with its language and title.

use pdf_writer::types::StructRole;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use super::font::{Font, Weight};
use super::layout::{Fonts, Laid, PAGE, Page, Role, Run, lay};
use super::{Letter, LetterFault};
use crate::i18n::T;

/// The colour of the wordmark's line.
const TEAL: (f32, f32, f32) = (0.039, 0.333, 0.4);
const MM: f32 = 72.0 / 25.4;

struct Ids(i32);

impl Ids {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// What of an element stands on which page.
struct Part {
    element: usize,
    page: usize,
    mark: i32,
}

/// Writes a letter.
pub(super) fn write(letter: &Letter, t: T<'_>) -> Result<Vec<u8>, LetterFault> {
    let mut fonts = Fonts {
        regular: Font::new(Weight::Regular)?,
        semi_bold: Font::new(Weight::SemiBold)?,
    };
    let laid = lay(letter, &fonts);
    let mut ids = Ids(0);
    let (catalog, tree, regular, semi_bold) = (ids.next(), ids.next(), ids.next(), ids.next());
    let pages: Vec<(Ref, Ref)> = laid
        .pages
        .iter()
        .map(|_| (ids.next(), ids.next()))
        .collect();
    let mut pdf = Pdf::new();
    let mut parts = Vec::new();
    for (number, page) in laid.pages.iter().enumerate() {
        let foot = t.with_all(
            "letter-page",
            &[
                ("page", &(number + 1).to_string()),
                ("pages", &laid.pages.len().to_string()),
            ],
        );
        let drawn = draw(page, number, &foot, &mut fonts, &mut parts);
        let packed = fdeflate::compress_to_vec(&drawn);
        pdf.stream(pages[number].1, &packed)
            .filter(Filter::FlateDecode);
    }
    for (number, (page, content)) in pages.iter().enumerate() {
        let mut page = pdf.page(*page);
        page.parent(tree)
            .media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1))
            .contents(*content)
            .struct_parents(count(number));
        page.resources()
            .fonts()
            .pair(Name(b"R"), regular)
            .pair(Name(b"B"), semi_bold);
    }
    pdf.pages(tree)
        .kids(pages.iter().map(|(page, _)| *page))
        .count(count(pages.len()));
    fonts.regular.write(&mut pdf, regular, || ids.next())?;
    fonts.semi_bold.write(&mut pdf, semi_bold, || ids.next())?;
    let root = structure(&mut pdf, &mut ids, &laid, &pages, &parts);
    finish(&mut pdf, letter, (catalog, tree, root), ids.next());
    Ok(pdf.finish())
}

fn finish(pdf: &mut Pdf, letter: &Letter, (catalog, tree, root): (Ref, Ref, Root), info: Ref) {
    pdf.document_info(info)
        .title(TextStr(&letter.subject))
        .author(TextStr(&letter.sender.name))
        .producer(TextStr("Segl"));
    let mut catalog = pdf.catalog(catalog);
    catalog.pages(tree).lang(TextStr(letter.lang.tag()));
    catalog.viewer_preferences().display_doc_title(true);
    catalog.mark_info().marked(true);
    let mut structure = catalog.struct_tree_root();
    structure.child(root.document);
    structure.parent_tree_next_key(count(root.parents.len()));
    let mut parents = structure.parent_tree();
    let mut numbers = parents.nums();
    for (page, array) in root.parents.iter().enumerate() {
        numbers.insert(count(page), *array);
    }
    numbers.finish();
    parents.finish();
    structure.finish();
    catalog.finish();
}

/// One page's drawing: the letterhead's line, the runs, each marked as part of its element, and the page's number.
fn draw(
    page: &Page,
    number: usize,
    foot: &str,
    fonts: &mut Fonts,
    parts: &mut Vec<Part>,
) -> Vec<u8> {
    let mut content = Content::new();
    if number == 0 {
        content.begin_marked_content(Name(b"Artifact"));
        content
            .set_stroke_rgb(TEAL.0, TEAL.1, TEAL.2)
            .set_line_width(1.5)
            .move_to(25.0 * MM, PAGE.1 - 21.0 * MM)
            .line_to(46.0 * MM, PAGE.1 - 21.0 * MM)
            .stroke()
            .end_marked_content();
    }
    for (mark, run) in page.runs.iter().enumerate() {
        let mark = count(mark);
        parts.push(Part {
            element: run.element,
            page: number,
            mark,
        });
        content
            .begin_marked_content_with_properties(Name(b"P"))
            .properties()
            .identify(mark);
        text(&mut content, run, fonts);
        content.end_marked_content();
    }
    content.begin_marked_content(Name(b"Artifact"));
    let width = fonts.regular.width(foot, 9.0);
    let encoded = fonts.regular.encode(foot);
    content
        .begin_text()
        .set_font(Name(b"R"), 9.0)
        .next_line(PAGE.0 - 20.0 * MM - width, 15.0 * MM)
        .show(Str(&encoded))
        .end_text()
        .end_marked_content();
    content.finish().into_vec()
}

fn text(content: &mut Content, run: &Run, fonts: &mut Fonts) {
    content.begin_text();
    for line in &run.lines {
        let (name, font) = match line.weight {
            Weight::Regular => (Name(b"R"), &mut fonts.regular),
            Weight::SemiBold => (Name(b"B"), &mut fonts.semi_bold),
        };
        let encoded = font.encode(&line.text);
        content
            .set_font(name, line.size)
            .set_text_matrix([1.0, 0.0, 0.0, 1.0, line.x, line.y])
            .show(Str(&encoded));
    }
    content.end_text();
}

/// The structure's own objects.
struct Root {
    document: Ref,
    /// For each page, the elements of its marks.
    parents: Vec<Ref>,
}

/// What the letter is, beside how it looks (ISO 32000-1, 14.7).
fn structure(
    pdf: &mut Pdf,
    ids: &mut Ids,
    laid: &Laid,
    pages: &[(Ref, Ref)],
    parts: &[Part],
) -> Root {
    let document = ids.next();
    let elements: Vec<Ref> = laid.roles.iter().map(|_| ids.next()).collect();
    for (number, (id, role)) in elements.iter().zip(&laid.roles).enumerate() {
        let mut element = pdf.struct_element(*id);
        element
            .kind(match role {
                Role::Title => StructRole::H1,
                Role::Heading => StructRole::H2,
                // A list's items stand one by one: a reader pauses between them, which is what a list is for here.
                Role::Paragraph | Role::ListItem => StructRole::P,
            })
            .parent(document);
        let mut children = element.children();
        for part in parts.iter().filter(|part| part.element == number) {
            children
                .marked_content_ref()
                .page(pages[part.page].0)
                .marked_content_id(part.mark);
        }
    }
    let mut whole = pdf.struct_element(document);
    whole.kind(StructRole::Document);
    let mut children = whole.children();
    for element in &elements {
        children.struct_element(*element);
    }
    children.finish();
    whole.finish();
    let mut parents = Vec::new();
    for page in 0..pages.len() {
        let id = ids.next();
        let here = parts.iter().filter(|part| part.page == page);
        pdf.indirect(id)
            .array()
            .items(here.map(|part| elements[part.element]));
        parents.push(id);
    }
    Root { document, parents }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
