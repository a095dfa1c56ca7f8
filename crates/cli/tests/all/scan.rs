//! Scanning, detecting and redacting files from the command line.

use std::fs;

use serde_json::Value;

use crate::programs::Bench;
use crate::stage::Stage;

const PHONE: &str = "13812345678";
const ID: &str = "110101199003070011";

fn bench() -> Bench {
    let bench = Bench::new();
    fs::create_dir(bench.path("in")).unwrap();
    let table = format!("姓名,手机号\n张伟,{PHONE}\n王芳,15987654321\n");
    fs::write(bench.path("in/a.csv"), table).unwrap();
    fs::write(bench.path("in/b.log"), format!("身份证号 {ID}\n")).unwrap();
    fs::write(bench.path("in/c.png"), b"\x89PNG\r\n\x1a\n0000").unwrap();
    bench
}

#[test]
fn standard_input_is_scanned_as_what_its_content_says() {
    let bench = Bench::new();
    let table = format!("姓名,手机号\n张伟,{PHONE}\n王芳,15987654321\n李娜,13600001111\n");
    let said = bench.fed("scan - --name dump", &table);
    assert!(
        said.done().contains("Source dump (files) · 1 file\n"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("stdin › 手机号: PHONE 100 %"),
        "{}",
        said.out
    );
}

#[test]
fn a_scan_ends_as_it_was_told_to() {
    let bench = bench();
    let seen = bench.shouxin("scan in");
    assert!(
        seen.done().contains("a.csv › 手机号: PHONE 100 %"),
        "{}",
        seen.out
    );
    assert!(seen.out.contains("c.png: no format"), "{}", seen.out);
    let zh = bench.shouxin("--lang zh scan in");
    assert!(zh.done().contains("未能全部查看"), "{}", zh.out);
    for (words, code) in [
        ("scan in --fail-on id_card,EMAIL", 3),
        ("scan in --fail-on any", 3),
        ("scan in --fail-on BANK_CARD", 0),
        ("scan in --fail-on any --kinds BANK_CARD", 0),
        ("scan nowhere", 1),
        ("scan in --fail-on NOSUCH", 2),
        ("scan in --format pdf", 2),
        ("scan in --baseline in/b.log", 2),
        ("scan oracle://x", 2),
        ("scan postgres://u:p@127.0.0.1/x", 2),
        ("scan mysql://u@192.0.2.1/x", 1),
        ("scan sqlite:nowhere.db", 1),
    ] {
        let said = bench.shouxin(words);
        assert_eq!(said.code, code, "{words}: {}{}", said.out, said.err);
        for value in [PHONE, ID, "张伟"] {
            assert!(
                !said.out.contains(value) && !said.err.contains(value),
                "{words}"
            );
        }
    }
}

#[test]
fn what_an_earlier_report_told_fails_no_more() {
    let bench = bench();
    bench
        .shouxin("scan in --format sarif --output last.sarif")
        .done();
    let again = bench.shouxin("scan in --fail-on any --baseline last.sarif");
    again.done();
    fs::write(bench.path("in/d.txt"), "邮箱 a.b@example.com\n").unwrap();
    let more = bench.shouxin("scan in --fail-on any --baseline last.sarif --format sarif");
    assert_eq!(more.code, 3, "{}", more.err);
    assert!(
        more.err.contains("EMAIL") && !more.err.contains("PHONE"),
        "{}",
        more.err
    );
    let log: Value = serde_json::from_str(&more.out).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 4);
}

#[test]
fn findings_come_a_line_each_and_never_with_a_value() {
    let bench = bench();
    let said = bench.shouxin("scan in --format jsonl");
    let lines: Vec<Value> = said
        .done()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[2]["place"]["column"], "手机号");
    assert_eq!(lines[2]["masked"], "138****5678");
    assert!(said.err.contains("c.png"), "{}", said.err);
    let page = bench.shouxin("scan in --format html");
    assert!(page.done().starts_with("<!doctype html>") && !page.out.contains(PHONE));
    let told = bench.shouxin("scan in --format discovery --name files-of-sales");
    let told: Value = serde_json::from_str(told.done()).unwrap();
    assert_eq!(told["source"]["name"], "files-of-sales");
}

#[test]
fn several_files_are_told_apart_and_other_files_refused() {
    let bench = bench();
    let both = bench.shouxin("detect in/a.csv in/b.log");
    assert!(
        both.done().contains("\"file\":\"in/b.log\""),
        "{}",
        both.out
    );
    let alone = bench.shouxin("detect in/b.log");
    assert!(!alone.done().contains("\"file\""));
    assert!(
        bench
            .shouxin("detect in/c.png")
            .refused()
            .contains("no text")
    );
    let gb = b"\xca\xd6\xbb\xfa 13812345678\n";
    fs::write(bench.path("gb.txt"), gb).unwrap();
    assert!(
        bench
            .shouxin("detect gb.txt")
            .done()
            .contains("\"start\":3,\"end\":14")
    );
}

#[test]
fn a_copy_is_written_without_what_was_found() {
    let bench = bench();
    let copy = bench.shouxin("redact in/a.csv");
    assert_eq!(
        copy.done(),
        "姓名,手机号\n[PERSON],[PHONE]\n[PERSON],[PHONE]\n"
    );
    bench
        .shouxin("redact in/b.log --operator mask --output b.txt")
        .done();
    let copy = fs::read_to_string(bench.path("b.txt")).unwrap();
    assert_eq!(copy, format!("身份证号 {}\n", "*".repeat(18)));
    for words in ["redact", "redact -"] {
        let piped = bench.fed(words, &format!("电话{PHONE}"));
        assert_eq!(piped.done(), "电话[PHONE]");
    }
    bench.shouxin("redact in/c.png --output c").refused();
    assert!(!bench.path("c").exists(), "no half of a copy stays");
    bench
        .shouxin("redact in/a.csv in/b.log --output c")
        .unable();
}

#[test]
fn recognisers_of_ones_own_are_looked_for_everywhere() {
    let bench = bench();
    let own =
        "[[recogniser]]\nname = \"member\"\nkind = \"BANK_CARD\"\npattern = \"HY[0-9]{10}\"\n";
    fs::write(bench.path("own.toml"), own).unwrap();
    fs::write(bench.path("in/e.txt"), "会员 HY1234567890\n").unwrap();
    let told = bench.shouxin("detect in/e.txt --recognisers own.toml");
    assert!(told.done().contains("own.member"), "{}", told.out);
    let copy = bench.shouxin("redact in/e.txt --recognisers own.toml");
    assert_eq!(copy.done(), "会员 [BANK_CARD]\n");
    let scan = bench.shouxin("scan in --recognisers own.toml --fail-on BANK_CARD");
    assert_eq!(scan.code, 3, "{}{}", scan.out, scan.err);
    fs::write(bench.path("own.toml"), "[[recogniser]]\nname = 1\n").unwrap();
    bench.shouxin("scan in --recognisers own.toml").unable();
}

#[test]
fn a_redacted_text_holds_what_the_operator_makes_of_it() {
    let bench = bench();
    let text =
        format!("客户张伟，电话{PHONE}，也说一三八一二三四五六七八。\n品名：女士连衣裙，2件\n");
    fs::write(bench.path("call.txt"), text).unwrap();
    let key = "redact --operator pseudonym --key-file study.key call.txt";
    let made = bench.shouxin("redact --operator pseudonym --new-key-file study.key call.txt");
    assert!(
        !made.done().contains(PHONE) && !made.out.contains("张伟"),
        "{}",
        made.out
    );
    // One person, one stand-in, however the number is written; the same key, the same.
    let number: String = made
        .out
        .split("电话")
        .nth(1)
        .unwrap()
        .chars()
        .take(11)
        .collect();
    assert_eq!(made.out.matches(&number).count(), 2, "{}", made.out);
    assert_eq!(bench.shouxin(key).done(), made.out);
    let other = bench.shouxin("redact --operator pseudonym --new-key-file other.key call.txt");
    assert_ne!(other.done(), made.out);
    let coarser = bench.shouxin("redact --operator generalise call.txt");
    assert!(
        coarser.done().contains("品名：服装，2件"),
        "{}",
        coarser.out
    );
    // In a table the column says what its values are.
    let table = format!("品名,手机号,数量\n女士连衣裙,{PHONE},2\n");
    fs::write(bench.path("orders.csv"), table).unwrap();
    let coarser = bench.shouxin("redact --operator generalise orders.csv");
    let row = coarser.done().lines().nth(1).unwrap().to_owned();
    assert!(row.starts_with("服装,") && row.ends_with(",2"), "{row}");
    assert!(!row.contains(PHONE), "{row}");
    for (words, told) in [
        ("redact --operator pseudonym call.txt", "--key-file"),
        (
            "redact --operator mask --key-file study.key call.txt",
            "--key-file",
        ),
        (
            "redact --operator pseudonym --new-key-file study.key call.txt",
            "exists",
        ),
        (
            "redact --operator pseudonym --key-file call.txt call.txt",
            "call.txt",
        ),
        ("redact --operator pseudonym --vault", "name a file"),
    ] {
        let refused = bench.shouxin(words);
        assert_eq!(refused.code, 2, "{words}: {}{}", refused.out, refused.err);
        assert!(
            refused.err.contains(told) && !refused.err.contains(PHONE),
            "{words}: {}",
            refused.err
        );
    }
}

#[test]
fn sensitive_topics_and_bad_lines_are_told() {
    let bench = bench();
    let documents = "{\"id\":1,\"text\":\"孩子5岁，发烧\"}\n{\"id\":2}\n";
    fs::write(bench.path("documents.jsonl"), documents).unwrap();
    let told = bench.shouxin("detect --format jsonl documents.jsonl");
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(
        told.err.contains("line 2") && !told.err.contains("孩子"),
        "{}",
        told.err
    );
    let first: Value = serde_json::from_str(told.out.lines().next().unwrap()).unwrap();
    let topics: Vec<&str> = first["topics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|topic| topic["topic"].as_str().unwrap())
        .collect();
    assert_eq!(topics, ["health", "minors"]);
    assert_eq!(first["topics"][0]["end"], 7);
}

#[test]
fn documents_are_told_in_their_order_on_any_number_of_threads() {
    let bench = bench();
    let documents: String = (0..9_000)
        .map(|id| format!("{{\"id\":{id},\"text\":\"第{id}单，电话{PHONE}\"}}\n"))
        .collect();
    fs::write(bench.path("documents.jsonl"), &documents).unwrap();
    let words = "detect --structured --format jsonl documents.jsonl";
    let alone = bench.shouxin(&format!("{words} --threads 1"));
    let ids: Vec<u64> = alone
        .done()
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["id"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(ids, (0..9_000).collect::<Vec<_>>());
    for threads in ["", "--threads 3", "--threads 99"] {
        let told = bench.shouxin(&format!("{words} {threads}"));
        assert_eq!(told.done(), alone.out, "{threads}");
    }
    let copied = bench.shouxin("redact --format jsonl documents.jsonl --threads 3");
    assert!(!copied.done().contains(PHONE) && copied.out.lines().count() == 9_000);

    // What stands before a line that cannot be read is told, and which line that is.
    let damaged = documents.replacen("{\"id\":7654,", "{\"id\":7654;", 1);
    fs::write(bench.path("documents.jsonl"), damaged).unwrap();
    let told = bench.shouxin(&format!("{words} --threads 3"));
    assert_eq!(
        (told.code, told.out.lines().count()),
        (1, 7654),
        "{}",
        told.err
    );
    assert!(told.err.contains("line 7655"), "{}", told.err);
    assert_eq!(bench.shouxin(&format!("{words} --threads 0")).code, 2);
}

#[test]
fn the_server_gives_pseudonyms_that_can_be_looked_for() {
    let stage = Stage::start(5, &["officer", "adviser"]);
    let text = format!("客户张伟，电话{PHONE}，身份证{ID}\n");
    fs::write(stage.bench.path("call.txt"), &text).unwrap();
    let words = "redact --operator pseudonym --vault call.txt";
    let given = stage.run("officer", words);
    for value in [PHONE, ID, "张伟"] {
        assert!(!given.done().contains(value), "{}", given.out);
    }
    assert_eq!(stage.run("officer", words).done(), given.out);
    let number: String = given
        .out
        .split("电话")
        .nth(1)
        .unwrap()
        .chars()
        .take(11)
        .collect();
    let search = "search --field customer.mobile --purpose repair-service";
    let found = stage.fed("adviser", search, &number);
    assert!(found.done().contains("0 found"), "{}", found.out);
}
