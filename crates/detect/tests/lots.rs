//! Lots of documents written by hand, `corpus/detect/lots`: shares of what is marked, as judges count them.

mod support;

use shouxin_detect::{Detector, Kind};

use support::{Counts, documents, read};

/// Chinese, each lot with another kind of text in mind; 2, 6 and 11 hold what has a shape, plain, disguised and
/// terse.
const CHINESE: [&str; 13] = [
    include_str!("../../../corpus/detect/lots/zh-1.txt"),
    include_str!("../../../corpus/detect/lots/zh-2.txt"),
    include_str!("../../../corpus/detect/lots/zh-3.txt"),
    include_str!("../../../corpus/detect/lots/zh-4.txt"),
    include_str!("../../../corpus/detect/lots/zh-5.txt"),
    include_str!("../../../corpus/detect/lots/zh-6.txt"),
    include_str!("../../../corpus/detect/lots/zh-7.txt"),
    include_str!("../../../corpus/detect/lots/zh-8.txt"),
    include_str!("../../../corpus/detect/lots/zh-11.txt"),
    include_str!("../../../corpus/detect/lots/zh-13.txt"),
    include_str!("../../../corpus/detect/lots/zh-14.txt"),
    include_str!("../../../corpus/detect/lots/zh-15.txt"),
    include_str!("../../../corpus/detect/lots/zh-16.txt"),
];
const ENGLISH: [&str; 7] = [
    include_str!("../../../corpus/detect/lots/en-1.txt"),
    include_str!("../../../corpus/detect/lots/en-2.txt"),
    include_str!("../../../corpus/detect/lots/en-3.txt"),
    include_str!("../../../corpus/detect/lots/en-4.txt"),
    include_str!("../../../corpus/detect/lots/en-5.txt"),
    include_str!("../../../corpus/detect/lots/en-6.txt"),
    include_str!("../../../corpus/detect/lots/en-7.txt"),
];
/// Chinese, most of the names ordinary words (柏油, 时光, 税务), written to find out where it ends.
const HARDEST: [&str; 3] = [
    include_str!("../../../corpus/detect/lots/zh-9.txt"),
    include_str!("../../../corpus/detect/lots/zh-10.txt"),
    include_str!("../../../corpus/detect/lots/zh-12.txt"),
];
const HIDDEN: [&str; 7] = [
    include_str!("../../../corpus/detect/lots/hidden-1.txt"),
    include_str!("../../../corpus/detect/lots/hidden-2.txt"),
    include_str!("../../../corpus/detect/lots/hidden-3.txt"),
    include_str!("../../../corpus/detect/lots/hidden-4.txt"),
    include_str!("../../../corpus/detect/lots/hidden-5.txt"),
    include_str!("../../../corpus/detect/lots/hidden-6.txt"),
    include_str!("../../../corpus/detect/lots/hidden-7.txt"),
];

/// What is found of this kind in the lots; of every kind without one.
fn counted(lots: &[&str], kind: Option<Kind>) -> Counts {
    let detector = Detector::new();
    let mut counts = Counts::default();
    for document in lots.iter().flat_map(|lot| documents(lot)) {
        let (text, marks) = read(document);
        counts.add(&marks, &detector.detect(&text), kind);
    }
    counts
}

#[test]
fn english_lots_reach_their_shares() {
    let (exact, overlap) = counted(&ENGLISH, None).f1();
    assert!(exact >= 0.95 && overlap >= 0.97, "{exact} {overlap}");
}

#[test]
fn hidden_lots_reach_their_shares() {
    let (exact, overlap) = counted(&HIDDEN, None).f1();
    assert!(exact >= 0.90 && overlap >= 0.92, "{exact} {overlap}");
}

#[test]
fn the_hardest_lots_reach_their_shares() {
    let (exact, overlap) = counted(&HARDEST, None).f1();
    assert!(exact >= 0.80 && overlap >= 0.83, "{exact} {overlap}");
}

#[test]
fn chinese_lots_keep_the_shares_of_every_kind() {
    let mut told = Vec::new();
    let mut is_enough = true;
    for &kind in Kind::ALL {
        let counts = counted(&CHINESE, Some(kind));
        let (exact, overlap) = counts.f1();
        let least = match kind {
            Kind::Person => (0.93, 0.93),
            Kind::Address => (0.92, 0.96),
            _ => (0.95, 0.95),
        };
        is_enough &= exact >= least.0 && overlap >= least.1;
        let (word, marked) = (kind.word(), counts.marked);
        told.push(format!("{word} {marked} {exact:.3} {overlap:.3}"));
    }
    assert!(
        is_enough,
        "kind, marks, exact, overlap\n{}",
        told.join("\n")
    );
}
