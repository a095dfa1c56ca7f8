//! Lots of documents written by hand, `corpus/detect/lots`: shares of what is marked, as judges count them.

use shouxin_detect::{Detector, Kind};

/// What is marked: start and end in bytes, kind, whether it counts neither as missed nor as false.
struct Mark {
    start: usize,
    end: usize,
    kind: Kind,
    optional: bool,
}

/// A document without its marks, and what they mark.
fn read(line: &str) -> (String, Vec<Mark>) {
    let line = line.replace("\\n", "\n").replace("\\t", "\t");
    let line = ["200b", "200d", "feff"].iter().fold(line, |line, code| {
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        line.replace(
            &format!("\\u{{{code}}}"),
            &c.map(String::from).unwrap_or_default(),
        )
    });
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut rest = line.as_str();
    while let Some((before, marked)) = rest.split_once("[[") {
        text.push_str(before);
        // A value may end in a bracket of its own.
        let mut close = marked.find("]]").unwrap_or(marked.len());
        while marked
            .get(close + 1..)
            .is_some_and(|tail| tail.starts_with("]]"))
        {
            close += 1;
        }
        let (inner, after) = marked.split_at(close);
        let (word, value) = inner.split_once(' ').unwrap_or(("", inner));
        let optional = word.starts_with('?');
        let start = text.len();
        text.push_str(value);
        let kind = Kind::from_word(word.trim_start_matches('?')).expect("a kind");
        marks.push(Mark {
            start,
            end: text.len(),
            kind,
            optional,
        });
        rest = after.strip_prefix("]]").unwrap_or_default();
    }
    text.push_str(rest);
    (text, marks)
}

#[derive(Default)]
struct Counts {
    found: usize,
    marked: usize,
    exact: usize,
    near_found: usize,
    near_marked: usize,
}

impl Counts {
    fn of(lots: &[&str]) -> Self {
        let detector = Detector::new();
        let mut counts = Self::default();
        let lines = lots.iter().flat_map(|lot| lot.lines());
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (text, marks) = read(line);
            counts.add(&detector, &text, &marks);
        }
        counts
    }

    fn add(&mut self, detector: &Detector, text: &str, marks: &[Mark]) {
        let hits: Vec<_> = detector.detect(text);
        let meets = |hit: &shouxin_detect::Hit, mark: &Mark| {
            hit.bytes.start < mark.end && mark.start < hit.bytes.end
        };
        for hit in &hits {
            if marks.iter().any(|mark| mark.optional && meets(hit, mark)) {
                continue;
            }
            let own = |mark: &&Mark| mark.kind == hit.kind && meets(hit, mark);
            self.found += 1;
            self.near_found += usize::from(marks.iter().any(|mark| own(&mark)));
            let exact = |mark: &Mark| own(&mark) && hit.bytes == (mark.start..mark.end);
            self.exact += usize::from(marks.iter().any(exact));
        }
        for mark in marks.iter().filter(|mark| !mark.optional) {
            self.marked += 1;
            let met = hits
                .iter()
                .any(|hit| hit.kind == mark.kind && meets(hit, mark));
            self.near_marked += usize::from(met);
        }
    }

    /// F1 by exact borders and by overlap, in thousandths.
    fn f1(&self) -> (usize, usize) {
        let f1 = |of_found: usize, of_marked: usize| {
            let (precision, recall) = (
                of_found as f64 / self.found.max(1) as f64,
                of_marked as f64 / self.marked.max(1) as f64,
            );
            (2000.0 * precision * recall / (precision + recall).max(1e-9)) as usize
        };
        (
            f1(self.exact, self.exact),
            f1(self.near_found, self.near_marked),
        )
    }
}

#[test]
fn english_lots_reach_their_shares() {
    let (exact, overlap) = Counts::of(&[
        include_str!("../../../corpus/detect/lots/en-1.txt"),
        include_str!("../../../corpus/detect/lots/en-2.txt"),
        include_str!("../../../corpus/detect/lots/en-3.txt"),
        include_str!("../../../corpus/detect/lots/en-4.txt"),
    ])
    .f1();
    assert!(exact >= 950 && overlap >= 970, "{exact} {overlap}");
}

#[test]
fn hidden_lots_reach_their_shares() {
    let (exact, overlap) = Counts::of(&[
        include_str!("../../../corpus/detect/lots/hidden-1.txt"),
        include_str!("../../../corpus/detect/lots/hidden-2.txt"),
        include_str!("../../../corpus/detect/lots/hidden-3.txt"),
        include_str!("../../../corpus/detect/lots/hidden-4.txt"),
    ])
    .f1();
    assert!(exact >= 930 && overlap >= 930, "{exact} {overlap}");
}
