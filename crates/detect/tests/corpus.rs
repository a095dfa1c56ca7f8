//! The hand-written cases of `corpus/detect`.

mod support;

use shouxin_detect::Detector;

use support::{documents, read};

/// Runs a file of the corpus; gives what was found otherwise, a line each.
fn differences(file: &str) -> Vec<String> {
    let detector = Detector::new();
    let mut told = Vec::new();
    for line in documents(file) {
        let (text, marks) = read(line);
        let expected: Vec<_> = marks
            .into_iter()
            .map(|mark| (mark.place.start, mark.place.end, mark.kind))
            .collect();
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
