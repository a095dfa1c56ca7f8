//! What was found, as it is written.

use std::path::Path;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use shouxin_detect::{Hit, Passage, Piece};

/// What was found in a document.
#[derive(Serialize)]
#[serde(bound = "Each<'a, Hit, S>: Serialize, Each<'a, Passage, L>: Serialize")]
pub(super) struct Spans<'a, S, L> {
    pub(super) id: &'a RawValue,
    pub(super) spans: Each<'a, Hit, S>,
    #[serde(skip_serializing_if = "Each::is_empty")]
    pub(super) topics: Each<'a, Passage, L>,
}

/// A list of which each is written as something else, one by one.
pub(super) struct Each<'a, T, F>(pub(super) &'a [T], pub(super) F);

impl<T, F> Each<'_, T, F> {
    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a, T, F, S> Serialize for Each<'a, T, F>
where
    F: Fn(&'a T) -> S,
    S: Serialize,
{
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

/// A passage on a sensitive topic as it is written.
#[derive(Serialize)]
pub(super) struct Label<'a> {
    /// Which of several files.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a Path>,
    start: usize,
    end: usize,
    topic: &'static str,
    /// In thousandths.
    confidence: u16,
    rule: &'static str,
}

impl<'a> Label<'a> {
    pub(super) fn of(passage: &Passage, chars_before: usize, file: Option<&'a Path>) -> Self {
        Self {
            file,
            start: chars_before + passage.chars.start,
            end: chars_before + passage.chars.end,
            topic: passage.topic.word(),
            confidence: passage.confidence,
            rule: passage.rule,
        }
    }
}

/// A hit as it is written.
#[derive(Serialize)]
pub(super) struct Span<'a> {
    /// Which of several files.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a Path>,
    start: usize,
    end: usize,
    start_byte: usize,
    end_byte: usize,
    #[serde(rename = "type")]
    kind: &'static str,
    /// In thousandths.
    confidence: u16,
    rule: &'static str,
    check: &'static str,
    /// The word that announced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
    class: &'static str,
}

/// A text, and what stood before it in its document.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    text: &'a str,
    chars_before: usize,
    bytes_before: usize,
}

impl<'a> Part<'a> {
    pub(super) const fn whole(text: &'a str) -> Self {
        Self {
            text,
            chars_before: 0,
            bytes_before: 0,
        }
    }

    pub(super) fn of(piece: &'a Piece) -> Self {
        Self {
            text: &piece.text,
            chars_before: piece.chars_before,
            bytes_before: piece.bytes_before,
        }
    }
}

impl<'a> Span<'a> {
    pub(super) fn of(hit: &Hit, part: Part<'a>, file: Option<&'a Path>) -> Self {
        Self {
            file,
            start: part.chars_before + hit.chars.start,
            end: part.chars_before + hit.chars.end,
            start_byte: part.bytes_before + hit.bytes.start,
            end_byte: part.bytes_before + hit.bytes.end,
            kind: hit.kind.word(),
            confidence: hit.confidence,
            rule: hit.rule,
            check: hit.check.word(),
            context: hit.context.clone().and_then(|word| part.text.get(word)),
            class: hit.class.word(),
        }
    }
}
