//! The text of PDFs: pages, forms within pages, notes, fields, what the file says of itself.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, LoadOptions, Object, ObjectId};

use crate::collect::Collector;
use crate::content::find;
use crate::{Place, Problem};

pub(super) fn read(bytes: &[u8], collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let most = usize::try_from(collector.settings.limits.unpacked_bytes).unwrap_or(usize::MAX) / 4;
    let options = LoadOptions {
        max_decompressed_size: Some(most),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).map_err(|_| {
        if find(bytes, b"/Encrypt").is_some() {
            Problem::Encrypted
        } else {
            Problem::Damaged
        }
    })?;
    if document.is_encrypted() {
        return Err(Problem::Encrypted);
    }
    let mut reader = Reader {
        document: &document,
        most,
        left: most.saturating_mul(4),
    };
    let pages = document.get_pages();
    if pages.is_empty() {
        return Err(Problem::Damaged);
    }
    let mut without_text = 0;
    for (&number, &id) in &pages {
        collector.settings.go_on()?;
        match reader.page(id) {
            Ok(text) => {
                without_text += u32::from(text.trim().is_empty() && reader.has_pictures(id));
                tell(&text, number, None, collector)?;
            }
            Err(problem) => collector.problem(&format!("page {number}"), problem),
        }
        for note in reader.notes(id) {
            tell(&note, number, Some("note"), collector)?;
        }
    }
    for text in reader.properties() {
        collector.passage(&text, |_| Place::part("properties"))?;
    }
    if without_text > 0 {
        collector.problem("", Problem::NoText(without_text));
    }
    Ok(())
}

fn tell(
    text: &str,
    page: u32,
    part: Option<&str>,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    collector.passage(text, |at| {
        let before = text.get(..at).unwrap_or_default();
        Place {
            page: Some(page),
            line: part
                .is_none()
                .then(|| before.matches('\n').count() as u64 + 1),
            ..Place::default()
        }
        .within(part)
    })
}

struct Reader<'d> {
    document: &'d Document,
    /// How large one stream may get.
    most: usize,
    /// How much may still be unpacked in all.
    left: usize,
}

/// What fonts of a page are called and how their bytes are read.
type Fonts<'d> = BTreeMap<Vec<u8>, Encoding<'d>>;

impl<'d> Reader<'d> {
    fn page(&mut self, id: ObjectId) -> Result<String, Problem> {
        let content = self
            .document
            .get_page_content_with_limit(id, self.most)
            .map_err(|_| Problem::Bomb)?;
        self.spend(content.len())?;
        let fonts = self.document.get_page_fonts(id).unwrap_or_default();
        let fonts = self.encodings(fonts.into_iter());
        let resources = self.resources(id);
        let mut text = String::new();
        let mut seen = BTreeSet::new();
        self.show(&content, &fonts, resources, &mut seen, &mut text)?;
        Ok(text)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Problem> {
        self.left = self.left.checked_sub(bytes).ok_or(Problem::Bomb)?;
        Ok(())
    }

    fn encodings(&self, fonts: impl Iterator<Item = (Vec<u8>, &'d Dictionary)>) -> Fonts<'d> {
        fonts
            .filter_map(|(name, font)| {
                let encoding = font.get_font_encoding_with_limit(self.document, self.most);
                encoding.ok().map(|encoding| (name, encoding))
            })
            .collect()
    }

    /// The resources of a page, its own or those of a node above it.
    fn resources(&self, page: ObjectId) -> Option<&'d Dictionary> {
        let mut node = self.document.get_dictionary(page).ok()?;
        for _ in 0..MOST_DEPTH {
            if let Some(resources) = self.dictionary(node, b"Resources") {
                return Some(resources);
            }
            node = self.dictionary(node, b"Parent")?;
        }
        None
    }

    /// The dictionary under a key, by reference or not.
    fn dictionary(&self, of: &'d Dictionary, key: &[u8]) -> Option<&'d Dictionary> {
        let object = of.get(key).ok()?;
        let (_, object) = self.document.dereference(object).ok()?;
        object.as_dict().ok()
    }

    /// The text that a stream of operators shows. A line ends where the next one stands lower or higher.
    fn show(
        &mut self,
        content: &[u8],
        fonts: &Fonts<'d>,
        resources: Option<&'d Dictionary>,
        seen: &mut BTreeSet<ObjectId>,
        text: &mut String,
    ) -> Result<(), Problem> {
        let content = Content::decode(content).map_err(|_| Problem::Damaged)?;
        let mut pen = Pen::default();
        let mut encoding = None;
        for operation in &content.operations {
            let operands = operation.operands.as_slice();
            match operation.operator.as_str() {
                "Tf" => {
                    let name = operands.first().and_then(|name| name.as_name().ok());
                    encoding = name.and_then(|name| fonts.get(name));
                }
                "Td" | "TD" => pen.by(operands, text),
                "Tm" => pen.to(operands, text),
                "T*" => pen.new_line(text),
                "BT" => pen.begin(),
                "'" | "\"" => {
                    pen.new_line(text);
                    shown(operands, encoding, text);
                }
                "Tj" | "TJ" => shown(operands, encoding, text),
                "Do" => {
                    let name = operands.first().and_then(|name| name.as_name().ok());
                    if let Some(name) = name {
                        self.form(name, resources, seen, text)?;
                    }
                }
                _ => {}
            }
        }
        end_line(text);
        Ok(())
    }

    /// A form that a page shows: a stream of operators with resources of its own.
    fn form(
        &mut self,
        name: &[u8],
        resources: Option<&'d Dictionary>,
        seen: &mut BTreeSet<ObjectId>,
        text: &mut String,
    ) -> Result<(), Problem> {
        let forms = resources.and_then(|resources| self.dictionary(resources, b"XObject"));
        let Some(Ok(object)) = forms.map(|forms| forms.get(name)) else {
            return Ok(());
        };
        let Ok((Some(id), Object::Stream(stream))) = self.document.dereference(object) else {
            return Ok(());
        };
        let is_form = stream.dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Form");
        // Each form is shown once: one that shows itself, or many that show many, must not take for ever.
        if !is_form || seen.len() > MOST_FORMS || !seen.insert(id) {
            return Ok(());
        }
        let content = stream
            .decompressed_content_with_limit(self.most)
            .unwrap_or_else(|_| stream.content.clone());
        self.spend(content.len())?;
        let own = self.dictionary(&stream.dict, b"Resources").or(resources);
        let fonts = own.and_then(|own| self.dictionary(own, b"Font"));
        let fonts = fonts.map(|fonts| {
            let fonts = fonts.iter().filter_map(|(name, font)| {
                let (_, font) = self.document.dereference(font).ok()?;
                Some((name.clone(), font.as_dict().ok()?))
            });
            self.encodings(fonts)
        });
        self.show(&content, &fonts.unwrap_or_default(), own, seen, text)
    }

    fn has_pictures(&self, page: ObjectId) -> bool {
        self.resources(page)
            .and_then(|resources| self.dictionary(resources, b"XObject"))
            .is_some_and(|objects| !objects.is_empty())
    }

    /// What notes, links and form fields of a page say.
    fn notes(&self, page: ObjectId) -> Vec<String> {
        let Ok(page) = self.document.get_dictionary(page) else {
            return Vec::new();
        };
        let notes = page.get(b"Annots").and_then(|notes| {
            let (_, notes) = self.document.dereference(notes)?;
            notes.as_array()
        });
        let mut texts = Vec::new();
        for note in notes.into_iter().flatten().take(MOST_NOTES) {
            let Ok((_, note)) = self.document.dereference(note) else {
                continue;
            };
            let Ok(note) = note.as_dict() else { continue };
            texts.extend(self.strings(note, &[b"Contents", b"V", b"T"]));
            if let Some(action) = self.dictionary(note, b"A") {
                texts.extend(self.strings(action, &[b"URI"]));
            }
        }
        texts
    }

    /// What the file says of itself.
    fn properties(&self) -> Vec<String> {
        let info = self.dictionary(&self.document.trailer, b"Info");
        info.map(|info| self.strings(info, &[b"Title", b"Subject", b"Keywords"]))
            .into_iter()
            .flatten()
            .chain(
                info.map(|info| self.strings(info, &[b"Author"]))
                    .into_iter()
                    .flatten()
                    // Whoever wrote it is a person, without a word that says so.
                    .map(|author| format!("姓名：{author}")),
            )
            .collect()
    }

    fn strings(&self, of: &Dictionary, keys: &[&[u8]]) -> Vec<String> {
        keys.iter()
            .filter_map(|key| {
                let (_, value) = self.document.dereference(of.get(key).ok()?).ok()?;
                lopdf::decode_text_string(value).ok()
            })
            .collect()
    }
}

const MOST_DEPTH: usize = 32;
const MOST_FORMS: usize = 200;
const MOST_NOTES: usize = 10_000;

/// Shows the strings among these operands; a wide gap between two is a blank.
fn shown(operands: &[Object], encoding: Option<&Encoding<'_>>, text: &mut String) {
    let Some(encoding) = encoding else { return };
    for operand in operands {
        match operand {
            Object::String(bytes, _) => {
                if let Ok(piece) = Document::decode_text(encoding, bytes) {
                    text.push_str(&piece);
                }
            }
            Object::Array(pieces) => shown(pieces, Some(encoding), text),
            // In thousandths of the font's size; a blank is 250 wide or more.
            Object::Integer(gap) if *gap < -GAP => text.push(' '),
            Object::Real(gap) if *gap < -(GAP as f32) => text.push(' '),
            _ => {}
        }
    }
}

const GAP: i64 = 200;

/// Where text is set.
#[derive(Default)]
struct Pen {
    y: f32,
    /// Whether a text object has begun since the last move.
    has_moved: bool,
}

impl Pen {
    fn begin(&mut self) {
        // The next move tells whether it is another line.
        self.has_moved = true;
    }

    /// `tx ty Td`: by so much from the start of the line.
    fn by(&mut self, operands: &[Object], text: &mut String) {
        let y = number(operands.get(1));
        if y.abs() > HAIR {
            end_line(text);
        } else if number(operands.first()) > HAIR
            && !text.ends_with(['\n', ' '])
            && !text.is_empty()
        {
            text.push(' ');
        }
        self.y += y;
        self.has_moved = false;
    }

    /// `a b c d e f Tm`: to a place.
    fn to(&mut self, operands: &[Object], text: &mut String) {
        let y = number(operands.get(5));
        if (y - self.y).abs() > HAIR {
            end_line(text);
        } else if self.has_moved && !text.ends_with(['\n', ' ']) && !text.is_empty() {
            text.push(' ');
        }
        self.y = y;
        self.has_moved = false;
    }

    fn new_line(&mut self, text: &mut String) {
        self.has_moved = false;
        end_line(text);
    }
}

/// Less is the same line: an index, a number set a little higher.
const HAIR: f32 = 1.0;

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn number(object: Option<&Object>) -> f32 {
    match object {
        Some(Object::Integer(number)) => *number as f32,
        Some(Object::Real(number)) => *number,
        _ => 0.0,
    }
}
