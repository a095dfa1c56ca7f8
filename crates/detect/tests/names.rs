//! Names and addresses in Chinese text, some of them hard, written by hand; and what holds for any text of
//! their pieces.

mod support;

use proptest::prelude::*;
use shouxin_detect::{Detector, Hit, Kind};

use support::{Counts, documents, read};

#[test]
fn names_and_addresses_written_by_hand_are_found() {
    let detector = Detector::new();
    let (mut people, mut places) = (Counts::default(), Counts::default());
    let mut wrong = String::new();
    for line in documents(include_str!(
        "../../../corpus/detect/names-and-addresses.txt"
    )) {
        let (text, marks) = read(line);
        let mut hits = detector.detect(&text);
        hits.retain(|hit| hit.rule != "cn.person.title");
        people.add(&marks, &hits, Some(Kind::Person));
        places.add(&marks, &hits, Some(Kind::Address));
        let is_marked = |hit: &&Hit| {
            let own = |mark: &support::Mark| mark.kind == hit.kind && mark.place == hit.bytes;
            matches!(hit.kind, Kind::Person | Kind::Address) && !marks.iter().any(own)
        };
        for hit in hits.iter().filter(is_marked) {
            let found = &text[hit.bytes.clone()];
            wrong.push_str(&format!("+{} {found} | {line}\n", hit.kind.word()));
        }
    }
    let (people, places) = (people.f1(), places.f1());
    let is_enough = people.0 >= 0.85 && people.1 >= 0.90 && places.0 >= 0.85 && places.1 >= 0.95;
    assert!(
        is_enough,
        "names {people:?}, addresses {places:?} (exact, overlap)\n{wrong}"
    );
}

/// Pieces that names and addresses are made of, so that random texts reach the rules.
fn pieces() -> impl Strategy<Value = String> {
    let words = vec![
        "张",
        "欧阳",
        "王伟",
        "收件人：",
        "北京市",
        "朝阳区",
        "中山",
        "路",
        "12",
        "号",
        "3栋",
        "单元",
        "1101",
        "·",
        "买买提",
        "第",
        "-",
        "（",
        "）",
        " ",
        "　",
        "，",
        "\n",
        "A座",
        "对面",
        "地铁",
        "站",
        "口",
        "#",
        "\u{200b}",
        "é",
        "𠀀",
        "🙂",
        "地址",
        "放在",
        "师傅",
        "村",
        "组",
        "一百",
        "1",
        "Z",
    ];
    proptest::collection::vec(prop_oneof![4 => proptest::sample::select(words).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)], 0..60)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn hits_stand_at_borders_and_apart_in_any_text(text in pieces()) {
        let mut last = 0;
        for hit in Detector::new().detect(&text) {
            prop_assert!(text.get(hit.bytes.clone()).is_some_and(|part| !part.is_empty()));
            prop_assert!(hit.bytes.start >= last);
            prop_assert_eq!(text[..hit.bytes.start].chars().count(), hit.chars.start);
            last = hit.bytes.end;
        }
    }
}
