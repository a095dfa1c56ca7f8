//! The hand-written cases of `corpus/detect`.

use shouxin_detect::{Detector, Kind};

/// A case without its marks, and what must be found: start and end in bytes, kind.
fn parse(line: &str) -> (String, Vec<(usize, usize, Kind)>) {
    let mut text = String::new();
    let mut expected = Vec::new();
    let mut open: Option<(usize, Kind)> = None;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(inner) = rest.strip_prefix("[[")
            && open.is_none()
            && let Some((word, after)) = inner.split_once(' ')
            && let Some(kind) = Kind::from_word(word)
        {
            open = Some((text.len(), kind));
            rest = after;
        } else if let Some(after) = rest
            .strip_prefix("]]")
            .filter(|after| !after.starts_with("]]"))
            && let Some((start, kind)) = open.take()
        {
            expected.push((start, text.len(), kind));
            rest = after;
        } else if let Some(after) = rest.strip_prefix("\\n") {
            text.push('\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("\\u{200b}") {
            text.push('\u{200b}');
            rest = after;
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    (text, expected)
}

/// Runs a file of the corpus; gives what was found otherwise, a line each.
fn differences(file: &str) -> Vec<String> {
    let detector = Detector::new();
    let mut told = Vec::new();
    for line in file
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (text, expected) = parse(line);
        let found: Vec<_> = detector
            .detect(&text)
            .into_iter()
            // Chinese names and addresses have cases of their own.
            .filter(|hit| text.is_ascii() || !hit.rule.starts_with("cn."))
            .map(|hit| (hit.bytes.start, hit.bytes.end, hit.kind))
            .collect();
        if found != expected {
            let shown: Vec<String> = found
                .iter()
                .map(|(start, end, kind)| format!("{} {:?}", kind.word(), &text[*start..*end]))
                .collect();
            told.push(format!("{line}\n    found {}", shown.join(", ")));
        }
    }
    told
}

fn check(file: &str) {
    let told = differences(file);
    assert!(
        told.is_empty(),
        "{} differ:\n{}",
        told.len(),
        told.join("\n")
    );
}

#[test]
fn chinese_text_gives_what_is_marked() {
    check(include_str!("../../../corpus/detect/zh.txt"));
}

#[test]
fn obfuscated_text_gives_what_is_marked() {
    check(include_str!("../../../corpus/detect/obfuscated.txt"));
}

#[test]
fn english_and_mixed_text_gives_what_is_marked() {
    check(include_str!("../../../corpus/detect/en.txt"));
}

#[test]
fn what_identifies_nobody_stays() {
    check(include_str!("../../../corpus/detect/negative.txt"));
}
