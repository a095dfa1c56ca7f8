//! Fonts of a PDF: what their bytes say, and how far each moves the pen.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};

/// A font.
pub(super) struct Face<'d> {
    encoding: Encoding<'d>,
    widths: Widths,
}

/// How wide codes are, in thousandths of the font's size.
enum Widths {
    /// Codes of a byte, from the first on.
    Bytes {
        first: usize,
        widths: Vec<f32>,
    },
    /// Codes of two bytes; those that are not listed are of one width.
    Pairs {
        usual: f32,
        listed: BTreeMap<u16, f32>,
    },
    /// Not told: the fonts that every reader has. Helvetica's, by so much.
    Helvetica(f32),
    Courier,
}

/// No honest font lists more widths.
const MOST_WIDTHS: usize = 1 << 18;

impl<'d> Face<'d> {
    pub(super) fn of(document: &'d Document, font: &'d Dictionary, most: usize) -> Option<Self> {
        let encoding = font.get_font_encoding_with_limit(document, most).ok()?;
        let widths = pairs(document, font)
            .or_else(|| bytes(document, font))
            .unwrap_or_else(|| usual(font));
        Some(Self { encoding, widths })
    }

    pub(super) fn text(&self, bytes: &[u8]) -> String {
        Document::decode_text(&self.encoding, bytes).unwrap_or_default()
    }

    /// How far these bytes move the pen, in thousandths of the size; how many codes they are; how many of those are
    /// blanks, which may be set wider.
    pub(super) fn advance(&self, bytes: &[u8]) -> (f32, usize, usize) {
        if let Widths::Pairs { usual, listed } = &self.widths {
            let codes = bytes.chunks_exact(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0,
            });
            let widths = codes.map(|code| listed.get(&code).copied().unwrap_or(*usual));
            return (widths.sum(), bytes.len() / 2, 0);
        }
        let width = |byte: &u8| match &self.widths {
            Widths::Bytes { first, widths } => usize::from(*byte)
                .checked_sub(*first)
                .and_then(|at| widths.get(at))
                .copied()
                .unwrap_or(0.0),
            Widths::Helvetica(share) => helvetica(*byte) * share,
            Widths::Courier | Widths::Pairs { .. } => 600.0,
        };
        let blanks = bytes.iter().filter(|byte| **byte == b' ').count();
        (bytes.iter().map(width).sum(), bytes.len(), blanks)
    }
}

fn get<'d>(document: &'d Document, of: &'d Dictionary, key: &[u8]) -> Option<&'d Object> {
    let (_, object) = document.dereference(of.get(key).ok()?).ok()?;
    Some(object)
}

/// The widths of a font of two-byte codes: `c [w w …]` and `first last w`.
fn pairs(document: &Document, font: &Dictionary) -> Option<Widths> {
    let descendants = get(document, font, b"DescendantFonts")?.as_array().ok()?;
    let (_, descendant) = document.dereference(descendants.first()?).ok()?;
    let descendant = descendant.as_dict().ok()?;
    let usual = get(document, descendant, b"DW").and_then(number);
    let mut listed = BTreeMap::new();
    let told = get(document, descendant, b"W").and_then(|told| told.as_array().ok());
    let mut told = told.map_or(&[][..], Vec::as_slice);
    let mut left = MOST_WIDTHS;
    while let [first, next, rest @ ..] = told {
        let Some(first) = number(first) else { break };
        let (_, next) = document.dereference(next).ok()?;
        if let Ok(widths) = next.as_array() {
            left = left.checked_sub(widths.len())?;
            for (at, width) in widths.iter().enumerate() {
                let code = first as usize + at;
                if let (Ok(code), Some(width)) = (u16::try_from(code), number(width)) {
                    listed.insert(code, width);
                }
            }
            told = rest;
        } else if let (Some(last), [width, rest @ ..]) = (number(next), rest) {
            let (width, codes) = (number(width)?, first as u16..=last as u16);
            left = left.checked_sub(codes.len())?;
            listed.extend(codes.map(|code| (code, width)));
            told = rest;
        } else {
            break;
        }
    }
    Some(Widths::Pairs {
        usual: usual.unwrap_or(1000.0),
        listed,
    })
}

/// The widths of a font of codes of a byte.
fn bytes(document: &Document, font: &Dictionary) -> Option<Widths> {
    let told = get(document, font, b"Widths")?.as_array().ok()?;
    // Fonts that are drawn by operators have a measure of their own.
    let matrix = get(document, font, b"FontMatrix").and_then(|matrix| matrix.as_array().ok());
    let measure = matrix.and_then(|matrix| number(matrix.first()?));
    let scale = measure.map_or(1.0, |measure| measure * 1000.0);
    let width = |width: &Object| {
        let (_, width) = document.dereference(width).ok()?;
        Some(number(width)? * scale)
    };
    Some(Widths::Bytes {
        first: get(document, font, b"FirstChar").and_then(number)? as usize,
        widths: told
            .iter()
            .take(256)
            .map(|told| width(told).unwrap_or(0.0))
            .collect(),
    })
}

/// What is usual for a font that tells no widths, by its name.
fn usual(font: &Dictionary) -> Widths {
    let name = font.get(b"BaseFont").and_then(Object::as_name);
    let name = String::from_utf8_lossy(name.unwrap_or_default());
    if name.contains("Courier") {
        Widths::Courier
    } else if name.contains("Times") {
        Widths::Helvetica(0.9)
    } else {
        Widths::Helvetica(1.0)
    }
}

fn helvetica(byte: u8) -> f32 {
    let at = usize::from(byte).checked_sub(0x20);
    at.and_then(|at| HELVETICA.get(at))
        .copied()
        .map_or(556.0, f32::from)
}

/// Adobe's metrics of Helvetica, from the blank on.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

pub(super) fn number(object: &Object) -> Option<f32> {
    match object {
        Object::Integer(number) => Some(*number as f32),
        Object::Real(number) => Some(*number),
        _ => None,
    }
}
