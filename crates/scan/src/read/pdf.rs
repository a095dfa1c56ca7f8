//! The text of PDFs: pages, forms within pages, notes, fields, what the file says of itself.

mod face;
mod pen;

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use crate::collect::Collector;
use crate::content::find;
use crate::{Place, Problem};
use face::Face;
use pen::{Pen, end_line};

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
type Fonts<'d> = BTreeMap<Vec<u8>, Face<'d>>;

impl<'d> Reader<'d> {
    fn page(&mut self, id: ObjectId) -> Result<String, Problem> {
        let content = self
            .document
            .get_page_content_with_limit(id, self.most)
            .map_err(|_| Problem::Bomb)?;
        self.spend(content.len())?;
        let fonts = self.document.get_page_fonts(id).unwrap_or_default();
        let fonts = self.faces(fonts.into_iter());
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

    fn faces(&self, fonts: impl Iterator<Item = (Vec<u8>, &'d Dictionary)>) -> Fonts<'d> {
        fonts
            .filter_map(|(name, font)| Some((name, Face::of(self.document, font, self.most)?)))
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
        let mut face = None;
        for operation in &content.operations {
            let operands = operation.operands.as_slice();
            pen.follow(&operation.operator, operands);
            match operation.operator.as_str() {
                "Tf" => {
                    let name = operands.first().and_then(|name| name.as_name().ok());
                    face = name.and_then(|name| fonts.get(name));
                }
                "Tj" | "TJ" | "'" | "\"" => {
                    // The last operand is what is shown; `"` has two before it.
                    if let (Some(face), Some(what)) = (face, operands.last()) {
                        pen.show(what, face, text);
                    }
                }
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
            self.faces(fonts)
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
