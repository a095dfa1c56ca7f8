//! Texts of `corpus/detect` with their marks, and how much of what is marked is found.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::ops::Range;

use shouxin_detect::{Hit, Kind};

/// What is marked in a text: `[[PHONE 137…]]`, or `[[?PERSON 王师傅]]` for what counts neither as missed nor as
/// false.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// In bytes.
    pub(crate) place: Range<usize>,
    pub(crate) kind: Kind,
    pub(crate) is_optional: bool,
}

impl Mark {
    fn meets(&self, hit: &Hit) -> bool {
        hit.bytes.start < self.place.end && self.place.start < hit.bytes.end
    }
}

/// The lines of a file that are documents.
pub(crate) fn documents(file: &str) -> impl Iterator<Item = &str> {
    file.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A document without its marks, and what they mark.
pub(crate) fn read(line: &str) -> (String, Vec<Mark>) {
    let line = unescaped(line);
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut rest = line.as_str();
    while let Some((before, marked)) = rest.split_once("[[") {
        text.push_str(before);
        let known = marked.split_once(' ').and_then(|(word, value)| {
            let kind = Kind::from_word(word.trim_start_matches('?'))?;
            Some((kind, word.starts_with('?'), value))
        });
        let Some((kind, is_optional, value)) = known else {
            // Two brackets of the text's own.
            text.push_str("[[");
            rest = marked;
            continue;
        };
        let (value, after) = value.split_at(closed(value));
        let start = text.len();
        text.push_str(value);
        marks.push(Mark {
            place: start..text.len(),
            kind,
            is_optional,
        });
        rest = after.strip_prefix("]]").expect("a mark is closed");
    }
    text.push_str(rest);
    (text, marks)
}

/// Where a mark is closed; its value may end in a bracket of its own.
fn closed(value: &str) -> usize {
    let mut close = value.find("]]").unwrap_or(value.len());
    while value
        .get(close + 1..)
        .is_some_and(|tail| tail.starts_with("]]"))
    {
        close += 1;
    }
    close
}

fn unescaped(line: &str) -> String {
    let line = line.replace("\\n", "\n").replace("\\t", "\t");
    ["200b", "200d", "feff"].iter().fold(line, |line, code| {
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        let c = c.map(String::from).unwrap_or_default();
        line.replace(&format!("\\u{{{code}}}"), &c)
    })
}

/// How much is marked and found.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) marked: usize,
    found: usize,
    exact: usize,
    near_found: usize,
    near_marked: usize,
}

impl Counts {
    /// Adds a document: what is marked of this kind (of every kind without one), and what of it was found.
    pub(crate) fn add(&mut self, marks: &[Mark], hits: &[Hit], kind: Option<Kind>) {
        let is_asked = |of: Kind| kind.is_none_or(|kind| kind == of);
        for hit in hits.iter().filter(|hit| is_asked(hit.kind)) {
            if marks.iter().any(|mark| mark.is_optional && mark.meets(hit)) {
                continue;
            }
            let own = |mark: &&Mark| mark.kind == hit.kind && mark.meets(hit);
            self.found += 1;
            self.near_found += usize::from(marks.iter().any(|mark| own(&mark)));
            let is_exact = |mark: &Mark| own(&mark) && hit.bytes == mark.place;
            self.exact += usize::from(marks.iter().any(is_exact));
        }
        let asked = |mark: &&Mark| !mark.is_optional && is_asked(mark.kind);
        for mark in marks.iter().filter(asked) {
            self.marked += 1;
            let is_met = |hit: &Hit| hit.kind == mark.kind && mark.meets(hit);
            self.near_marked += usize::from(hits.iter().any(is_met));
        }
    }

    /// F1 by exact borders and by overlap, from 0 to 1.
    pub(crate) fn f1(&self) -> (f64, f64) {
        let f1 = |of_found: usize, of_marked: usize| {
            let precision = of_found as f64 / self.found.max(1) as f64;
            let recall = of_marked as f64 / self.marked.max(1) as f64;
            2.0 * precision * recall / (precision + recall).max(1e-9)
        };
        (
            f1(self.exact, self.exact),
            f1(self.near_found, self.near_marked),
        )
    }
}
