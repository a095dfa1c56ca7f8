//! The parts of an office file: an archive of XML.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use shouxin_intake::{Encoding, TextSource};

use crate::collect::Collector;
use crate::{Place, Problem};

/// An office file that is safe to unpack.
pub(crate) type Archive<'b> = zip::ZipArchive<Cursor<&'b [u8]>>;

/// Opens an office file.
///
/// # Errors
/// `Bomb` if it unpacks to far more than it is, `Damaged` if it is no archive.
pub(crate) fn open<'b>(bytes: &'b [u8], limits: &crate::Limits) -> Result<Archive<'b>, Problem> {
    let of_tables = limits.of_tables();
    shouxin_intake::check_archive(bytes, &of_tables)
        .map_err(|error| super::text::problem(&error, &of_tables))?;
    zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Problem::Damaged)
}

/// The names of the parts, sorted.
pub(crate) fn names(archive: &Archive<'_>) -> Vec<String> {
    let mut names: Vec<String> = archive
        .file_names()
        .flatten()
        .map(std::borrow::Cow::into_owned)
        .collect();
    names.sort();
    names
}

/// One part of XML, as text. The archive was checked before, so that it is of bounded size.
pub(crate) fn part(archive: &mut Archive<'_>, name: &str) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    archive
        .by_name(name)
        .map_err(|_| Problem::Damaged)?
        .read_to_end(&mut bytes)?;
    let encoding = Encoding::of_head(&bytes).ok_or(Problem::Damaged)?;
    let mut source = TextSource::open(bytes.as_slice(), encoding);
    let mut text = String::with_capacity(bytes.len());
    while let Some(piece) = source.piece()? {
        text.push_str(piece);
    }
    Ok(text)
}

/// The text of a reference such as `&amp;` or `&#x4e2d;`.
pub(crate) fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    quick_xml::escape::resolve_predefined_entity(reference)
        .unwrap_or_default()
        .to_owned()
}

/// The value of an attribute.
pub(crate) fn attribute(element: &BytesStart<'_>, wanted: &str) -> Option<String> {
    element.attributes().flatten().find_map(|attribute| {
        (attribute.key.local_name().into_inner() == wanted).then(|| unescaped(&attribute.value))
    })
}

/// What an element says that stands for a character of the text. Stops of a ruler are no text: they have a place.
pub(crate) fn mark(element: &BytesStart<'_>) -> Option<&'static str> {
    match element.local_name().into_inner() {
        "tab" if element.attributes().next().is_none() => Some("\t"),
        "ptab" => Some("\t"),
        "br" | "cr" => Some("\n"),
        "noBreakHyphen" => Some("-"),
        _ => None,
    }
}

/// An attribute's text.
pub(crate) fn unescaped(text: &str) -> String {
    match quick_xml::escape::unescape(text) {
        Ok(plain) => plain.into_owned(),
        Err(_) => text.to_owned(),
    }
}

/// Reads a part whose text stands in groups: each element of a name in `groups` is a passage, told as
/// this part and counted as a paragraph. Attributes in `attributes` are passages too.
pub(crate) fn passages(
    xml: &str,
    part: &str,
    groups: &[&str],
    attributes: &[&str],
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    let mut reader = Reader::from_str(xml);
    let mut text = String::new();
    let mut paragraph = 0;
    let place = |paragraph: u64| Place {
        paragraph: Some(paragraph),
        ..Place::part(part)
    };
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                text.push_str(mark(&element).unwrap_or_default());
                for name in attributes {
                    if let Some(value) = attribute(&element, name) {
                        collector.passage(&value, |_| place(paragraph + 1))?;
                    }
                }
            }
            Ok(Event::Text(piece)) => text.push_str(&piece),
            Ok(Event::CData(piece)) => text.push_str(&piece),
            Ok(Event::GeneralRef(reference)) => text.push_str(&resolved(&reference)),
            Ok(Event::End(element)) => {
                if groups.contains(&element.local_name().into_inner()) {
                    paragraph += 1;
                    collector.passage(&text, |_| place(paragraph))?;
                    text.clear();
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => return Err(Problem::Damaged),
        }
    }
    collector.passage(&text, |_| place(paragraph + 1))
}

/// Parts that both kinds of office file have: who wrote it, what it is called.
pub(crate) fn properties(
    archive: &mut Archive<'_>,
    collector: &mut Collector<'_, '_>,
) -> Result<(), Problem> {
    for name in ["docProps/core.xml", "docProps/custom.xml"] {
        let Ok(xml) = part(archive, name) else {
            continue;
        };
        people(&xml, collector)?;
        passages(&xml, "properties", EACH_PROPERTY, &[], collector)?;
    }
    Ok(())
}

const EACH_PROPERTY: &[&str] = &[
    "title",
    "subject",
    "description",
    "keywords",
    "category",
    "lpwstr",
    "property",
    "creator",
    "lastModifiedBy",
    "created",
    "modified",
];

/// Who made a file and who changed it last are names, without a word that says so.
fn people(xml: &str, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let mut reader = Reader::from_str(xml);
    let mut is_person = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                is_person = matches!(
                    element.local_name().into_inner(),
                    "creator" | "lastModifiedBy"
                );
            }
            Ok(Event::Text(piece)) if is_person => {
                let kind = shouxin_detect::Kind::Person;
                collector.announced(kind, &piece, Place::part("properties"))?;
            }
            Ok(Event::End(_)) => is_person = false,
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(Problem::Damaged),
        }
    }
}
