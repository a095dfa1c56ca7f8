//! What reports say, and that they never say a value.

use std::collections::BTreeSet;

use serde_json::Value;
use shouxin_model::text::Language;
use shouxin_scan::Problem;
use shouxin_scan::report::{DocumentReport, baseline, discovery, html, sarif, summary};

use crate::fixture::{ID, PHONE, Scan, name, phone, scan};

fn table() -> Vec<u8> {
    let mut text = "姓名,手机号,备注\n".to_owned();
    for n in 0..30 {
        text.push_str(&format!("{},{},ok\n", name(n), phone(n)));
    }
    text.into_bytes()
}

fn scanned() -> Scan {
    scan(&[
        ("客户/表 1.csv", table()),
        (
            "chat.txt",
            format!("电话{PHONE}\n身份证号 {ID}\n<script>alert(1)</script>\n").into_bytes(),
        ),
        ("a.png", b"\x89PNG\r\n\x1a\n0000".to_vec()),
    ])
}

#[test]
fn no_report_repeats_a_value() {
    let scan = scanned();
    let lines: String = scan
        .findings
        .iter()
        .map(|finding| serde_json::to_string(finding).unwrap())
        .collect();
    let all = [
        lines,
        summary::render(&scan.report, Language::Chinese),
        summary::render(&scan.report, Language::English),
        sarif::render(&scan.report, None).unwrap(),
        html::render(&scan.report, Language::Chinese).unwrap(),
        html::render(&scan.report, Language::English).unwrap(),
        discovery::render(&scan.report).unwrap(),
    ];
    for text in &all {
        for value in [PHONE, ID, "张伟", "欧阳修远", &phone(3)] {
            assert!(!text.contains(value), "{value} in {text}");
        }
    }
    // Discovery shows not even masked ones.
    assert!(!all[6].contains('*'), "{}", all[6]);
}

#[test]
fn sarif_has_what_readers_need() {
    let scan = scanned();
    let log: Value = serde_json::from_str(&sarif::render(&scan.report, None).unwrap()).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
        assert_eq!(
            result["partialFingerprints"]["shouxinPlace/v1"]
                .as_str()
                .unwrap()
                .len(),
            32
        );
        assert!(result["message"]["text"].as_str().is_some());
    }
    assert_eq!(
        results[0]["locations"][0]["physicalLocation"]["region"]["startLine"],
        1
    );
    assert_eq!(
        results[2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "%E5%AE%A2%E6%88%B7/%E8%A1%A8%201.csv"
    );
    let notes = run["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .unwrap();
    assert_eq!(notes[0]["descriptor"]["id"], "unsupported");
}

#[test]
fn what_an_earlier_report_tells_is_not_new_though_its_line_moves() {
    let before = scanned();
    let earlier = baseline::read(&sarif::render(&before.report, None).unwrap()).unwrap();
    assert_eq!(earlier.len(), 4);
    let after = scan(&[
        ("客户/表 1.csv", table()),
        (
            "chat.txt",
            format!("你好\n\n电话{PHONE}\n身份证号 {ID}\n邮箱 a.b@example.com\n").into_bytes(),
        ),
    ]);
    let new: Vec<&str> = baseline::new_kinds(&after.report, Some(&earlier))
        .iter()
        .map(|kind| kind.word())
        .collect();
    assert_eq!(new, ["EMAIL"]);
    let log: Value =
        serde_json::from_str(&sarif::render(&after.report, Some(&earlier)).unwrap()).unwrap();
    let states: BTreeSet<&str> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|result| result["baselineState"].as_str())
        .collect();
    assert_eq!(states, BTreeSet::from(["new", "unchanged"]));
    assert!(baseline::read("{}").is_err());
}

#[test]
fn the_page_stands_by_itself_in_both_languages() {
    let scan = scanned();
    for (language, words) in [
        (
            Language::Chinese,
            ["个人信息扫描报告", "手机号", "占多大比例"],
        ),
        (
            Language::English,
            [
                "Personal information report",
                "mobile number",
                "How much of each place",
            ],
        ),
    ] {
        let page = html::render(&scan.report, language).unwrap();
        for word in words {
            assert!(page.contains(word), "{word}");
        }
        // Nothing is loaded, nothing runs.
        for refused in [
            "<script", "http://", "https://", "src=", "onload", "@import", "url(",
        ] {
            assert!(!page.contains(refused), "{refused}");
        }
        assert!(page.contains("default-src 'none'") && page.contains("<svg"));
    }
}

#[test]
fn discovery_takes_places_and_shares() {
    let scan = scanned();
    let told: Value = serde_json::from_str(&discovery::render(&scan.report).unwrap()).unwrap();
    assert_eq!(told["source"]["kind"], "files");
    let places = told["places"].as_array().unwrap();
    let phones = places
        .iter()
        .find(|place| place["path"][1] == "手机号")
        .unwrap();
    assert_eq!(phones["rows"], 30);
    assert_eq!(phones["sampled"], 30);
    assert_eq!(phones["declared_type"], Value::Null);
    assert_eq!(phones["kinds"][0]["kind"], "PHONE");
    assert_eq!(phones["kinds"][0]["cells"], 30);
    assert_eq!(phones["kinds"][0]["low"], 1.0);
    assert_eq!(phones["topics"], Value::Array(Vec::new()));
}

#[test]
fn what_speaks_of_a_sensitive_topic_is_counted() {
    let mut table = "编号,备注\n".to_owned();
    for n in 0..10 {
        let note = if n < 3 {
            "他患有糖尿病，在住院"
        } else {
            "尽快发货"
        };
        table.push_str(&format!("{n},{note}\n"));
    }
    let scan = scan(&[
        ("a.csv", table.into_bytes()),
        (
            "b.txt",
            "他有糖尿病，患者已住院。\n请尽快发货。\n"
                .as_bytes()
                .to_vec(),
        ),
    ]);
    let told: Value = serde_json::from_str(&discovery::render(&scan.report).unwrap()).unwrap();
    let topics: Vec<String> = told["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| {
            let topic = &place["topics"][0];
            format!("{} {} {}", place["path"], topic["topic"], topic["cells"])
        })
        .collect();
    assert_eq!(
        topics,
        [r#"["a.csv","备注"] "health" 3"#, r#"["b.txt"] "health" 1"#,]
    );
    assert!(summary::render(&scan.report, Language::English).contains("health 3"));
    // In the picture of kinds, in that of places, and in the list: once for each of two places.
    let page = html::render(&scan.report, Language::Chinese).unwrap();
    for told in [
        "<title>health: 4</title>",
        "a.csv › 备注 · 医疗健康: 30%",
        "b.txt · 医疗健康: 1",
    ] {
        assert!(page.contains(told), "{told}");
    }
    let log: Value = serde_json::from_str(&sarif::render(&scan.report, None).unwrap()).unwrap();
    let run = &log["runs"][0];
    let results: Vec<String> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|result| result["ruleId"] == "health")
        .map(|result| {
            let rule =
                &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!(rule["id"], "health");
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            let (level, said) = (
                &result["level"],
                result["message"]["text"].as_str().unwrap(),
            );
            format!("{level} {uri} {said}")
        })
        .collect();
    assert_eq!(
        results,
        [
            r#""error" "a.csv" health / 医疗健康: 3 of 10 cells of the column a.csv › 备注 speak of it"#,
            r#""error" "b.txt" health / 医疗健康: 1 passages speak of it"#,
        ]
    );
    // It is told again by the same fingerprint.
    let earlier = baseline::read(&log.to_string()).unwrap();
    let again = sarif::render(&scan.report, Some(&earlier)).unwrap();
    assert!(!again.contains("\"new\""), "{again}");
}

#[test]
fn what_could_not_be_read_is_told_to_discovery_with_the_reason() {
    let damaged = [b"PK\x03\x04".as_slice(), &[7; 40]].concat();
    let scan = scan(&[
        ("客户/a.docx", damaged.clone()),
        ("b.txt", PHONE.as_bytes().to_vec()),
        // No scan looks into pictures: that is no failure of this one.
        ("c.png", b"\x89PNG\r\n\x1a\n0000".to_vec()),
    ]);
    let told: Value = serde_json::from_str(&discovery::render(&scan.report).unwrap()).unwrap();
    assert_eq!(
        told["unread"],
        serde_json::json!([{"path": ["客户/a.docx"], "why": "damaged"}])
    );
    // More than can be told one by one: nothing is known of the source as a whole.
    let mut many = scan.report.clone();
    let one = &scan.report.documents;
    let one = one.iter().find(|one| !one.problems.is_empty()).unwrap();
    many.documents = (0..1_001)
        .map(|n| DocumentReport {
            path: vec![format!("{n}.docx")],
            problems: vec![(String::new(), Problem::Damaged)],
            ..one.clone()
        })
        .collect();
    let told: Value = serde_json::from_str(&discovery::render(&many).unwrap()).unwrap();
    assert_eq!(
        told["unread"],
        serde_json::json!([{"path": [], "why": "too-many"}])
    );
}

#[test]
fn a_source_without_anything_is_told_as_one_place_and_its_name_as_the_register_has_it() {
    let mut scan = scan(&[("a.txt", b"nothing here\n".to_vec())]);
    scan.report.name = "My Share (2024)".to_owned();
    let told: Value = serde_json::from_str(&discovery::render(&scan.report).unwrap()).unwrap();
    assert_eq!(told["source"]["name"], "my-share-2024");
    assert_eq!(told["places"].as_array().unwrap().len(), 1);
    assert_eq!(told["places"][0]["kinds"], Value::Array(Vec::new()));
}

#[test]
fn a_kind_beyond_what_is_listed_one_by_one_is_still_told() {
    let mut text = format!("电话{PHONE}\n").repeat(1_500);
    text.push_str(&format!("身份证号 {ID}\n"));
    let scan = scan(&[("a.txt", text.into_bytes())]);
    assert_eq!(scan.report.documents[0].findings.len(), 1_000);
    let kinds: Vec<&str> = baseline::new_kinds(&scan.report, None)
        .iter()
        .map(|kind| kind.word())
        .collect();
    assert_eq!(kinds, ["PHONE", "ID_CARD"]);
}
