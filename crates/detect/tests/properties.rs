//! What holds for every text.

use proptest::prelude::*;
use shouxin_detect::{Detector, Hit, Normalised, Operator, Scope, redact};

/// Pieces of which hits, near misses and nonsense are made.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{1,20}",
        "[0-9A-Za-z@.:/_-]{1,24}",
        "[〇零一二三四五六七八九幺拐洞两十，。 -]{1,14}",
        "[０-９Ａ-Ｚ①-⑨\u{200b}\u{ad}]{1,12}",
        "1[3-9][0-9]{9}",
        "[京沪粤川使][A-Z][·. ]?[A-Z0-9]{4,6}[挂学警港澳领]?",
        prop::sample::select(vec![
            "身份证号",
            "手机",
            "微信",
            "QQ",
            "车架号",
            "护照",
            "通行证",
            "卡号",
            "税号",
            "车牌",
            "快递单号",
            "坐标",
            "生日",
            "日出生",
            "订单号",
            "艾特",
            "#",
            "# ",
            "#1",
            " 点 ",
            "@",
            "°",
            "N31.2 E121.4",
            "Mr. ",
            "Dear ",
            "John Smith",
            "12 High Street, ",
            "PO Box ",
            "Apt. ",
            "分机",
            "转",
            "ext. ",
            "(",
            ")",
            "\n",
            "\t",
            "元",
            "+86",
            "IMEI",
            "MAC",
            "::1",
            "a:b",
            "1.2.3.4",
            "wxid_",
            "日生",
            "É",
            "one ",
            "double ",
            "eighty-",
            "客户：13",
            "。坐席：",
            "个",
            "\u{fe0f}\u{20e3}",
            "#",
            "㊀",
            "Jalan ",
            "Blk ",
            "Yours,\n",
            "🐧",
            "'s",
        ])
        .prop_map(str::to_owned),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

/// Hits stand in order, apart, at borders of characters, with characters counted as bytes are.
fn is_sound(text: &str, hits: &[Hit]) -> Result<(), TestCaseError> {
    let mut end = 0;
    for hit in hits {
        prop_assert!(hit.bytes.start >= end && hit.bytes.start < hit.bytes.end);
        let value = text.get(hit.bytes.clone());
        prop_assert!(value.is_some());
        let before = text
            .get(..hit.bytes.start)
            .map_or(0, |head| head.chars().count());
        prop_assert_eq!(hit.chars.start, before);
        prop_assert_eq!(
            hit.chars.len(),
            value.map_or(0, |value| value.chars().count())
        );
        prop_assert!(hit.confidence <= 1000);
        end = hit.bytes.end;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn hits_stand_in_order_at_borders_of_characters(text in text()) {
        is_sound(&text, &Detector::new().detect(&text))?;
        is_sound(&text, &Detector::with_scope(Scope::Structured).detect(&text))?;
    }

    #[test]
    fn the_same_text_gives_the_same_hits(text in text()) {
        let detector = Detector::new();
        prop_assert_eq!(detector.detect(&text), detector.detect(&text));
    }

    #[test]
    fn every_offset_of_the_normal_form_leads_to_a_border_of_the_source(text in text()) {
        let normalised = Normalised::of(&text);
        let borders: Vec<usize> = normalised
            .as_str()
            .char_indices()
            .map(|(at, _)| at)
            .chain([normalised.as_str().len()])
            .collect();
        for pair in borders.windows(2) {
            let range = normalised.to_source(pair[0]..pair[1]);
            prop_assert!(text.get(range).is_some_and(|part| !part.is_empty()));
        }
    }

    #[test]
    fn redacted_text_holds_no_hit_of_the_same_run(text in text()) {
        let detector = Detector::new();
        let hits = detector.detect(&text);
        let redacted = redact(&text, &hits, Operator::Mask);
        let is_hidden = |at| hits.iter().any(|hit| hit.chars.contains(&at));
        // Every character of a hit is gone, every other one stands where it stood.
        prop_assert_eq!(redacted.chars().count(), text.chars().count());
        for (at, (before, after)) in text.chars().zip(redacted.chars()).enumerate() {
            prop_assert_eq!(after, if is_hidden(at) { '*' } else { before });
        }
        // Looked at again, nothing is found where something was.
        for hit in detector.detect(&redacted) {
            prop_assert!(!hit.chars.clone().any(is_hidden), "{:?} in {:?}", hit, redacted);
        }
    }

    #[test]
    fn other_operators_give_what_stands_between_hits(text in text()) {
        let hits = Detector::new().detect(&text);
        let (mut between, mut labelled, mut done) = (String::new(), String::new(), 0);
        for hit in &hits {
            let part = text.get(done..hit.bytes.start).unwrap_or_default();
            between.push_str(part);
            labelled.push_str(part);
            labelled.push_str(&format!("[{}]", hit.kind.word()));
            done = hit.bytes.end;
        }
        let rest = text.get(done..).unwrap_or_default();
        prop_assert_eq!(redact(&text, &hits, Operator::Remove), between + rest);
        prop_assert_eq!(redact(&text, &hits, Operator::Label), labelled + rest);
    }
}

/// What a text of one piece repeated costs grows no faster than the text: the thread's own time, so that
/// other load on the machine does not count.
#[test]
fn the_worst_texts_take_no_more_than_their_length() {
    let pieces = [
        "1",
        "1 ",
        "13",
        "138-",
        "1380013",
        "零",
        "幺 ",
        "1.",
        "1.1,",
        "a@",
        "@",
        "a.",
        ":",
        "a:",
        "1:",
        "°",
        "1°1'",
        "京A",
        "京A ",
        "使",
        "微信",
        "微信a",
        "QQ1",
        "身份证",
        "生日1",
        "日生",
        "订单1",
        "A1",
        "A1 ",
        "VIN A",
        "VIN A ",
        "车架号L ",
        "Zz ",
        "John ",
        "Mr ",
        "12 A ",
        "1 St ",
        "St ",
        "Apt 1 ",
        "PO Box 1 ",
        "No. ",
        "+",
        "+1 ",
        "(",
        ") ",
        "\u{200b}1",
        "１",
        "-",
        "wxid_",
        " dot ",
        "点",
        "a点",
        "艾特",
        "a艾特a",
        // Names, addresses, tables.
        "王",
        "王伟",
        "王伟、",
        "王伟和",
        "收件人：",
        "收件人：柴米，",
        "姓名\t",
        "姓名\t生日\n",
        "a,b,c\n",
        "·买",
        "阿·",
        "张 ",
        "省",
        "北京市",
        "城关镇",
        "中山",
        "路",
        "路1号",
        "1-",
        "1栋",
        "3幢201",
        "第",
        "8师",
        "143团",
        "兵团",
        "交叉口",
        "路与路交叉口",
        "南5米",
        "地址",
        "(路",
        "（路",
        "放",
        "一",
        "A",
        "村",
        "对面",
        "超市",
        "男,1987-04-12,",
        "1987年4月生",
        "1。",
        "ip1。1。",
        "YT1 ",
        "aa：",
        "a#a.",
        "one ",
        "double ",
        "twenty ",
        "客户：13。",
        "：1",
        "：1嗯",
        "2个1",
        "1\u{20e3}",
        "【1】",
        "a#a.",
        "Jalan A ",
        "Via A 1, ",
        "Blk 1 ",
        "Plot 1, ",
        "reg AB 1",
        "Yours,\n",
        "A, B, ",
        "2026-01-01 ",
        "微 信 ",
    ];
    let detector = Detector::new();
    let mut slow = Vec::new();
    let most = if cfg!(debug_assertions) { 5_000 } else { 50 };
    for piece in pieces {
        let text = piece.repeat(50_000 / piece.len());
        let start = busy_milliseconds();
        let hits = detector.detect(&text);
        let spent = busy_milliseconds() - start;
        assert!(hits.len() <= text.len());
        if spent >= most {
            slow.push((piece, spent));
        }
        if std::env::var_os("SHOUXIN_SHOW_TIMES").is_some() {
            show(piece, spent);
        }
    }
    assert!(slow.is_empty(), "milliseconds: {slow:?}");
}

#[allow(clippy::print_stdout, reason = "shown on request")]
fn show(piece: &str, spent: u64) {
    println!("{spent} ms {piece:?}");
}

/// How long this thread has run, by the kernel's account; 0 where there is none.
fn busy_milliseconds() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told
        .split(' ')
        .next()
        .and_then(|word| word.parse::<u64>().ok());
    nanoseconds.unwrap_or(0) / 1_000_000
}
