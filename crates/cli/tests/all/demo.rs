//! The demo and its tour: every line that it prints works as it stands.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;

use crate::programs::{Bench, Running, Said, verifier};

/// A running demo, and the lines that it offers.
struct Demo {
    // Ends before its folder goes.
    running: Running,
    bench: Bench,
    url: String,
    lines: Vec<String>,
}

impl Demo {
    fn start(profile: &str, customers: u32) -> Self {
        // The tour's last line is the verifier's.
        verifier();
        let bench = Bench::new();
        let words =
            format!("demo --data data --profile {profile} --customers {customers} --port 0");
        let running = bench.start(&words);
        let said = running.until("Ctrl-C stops it.");
        let url = said
            .iter()
            .find_map(|line| line.strip_prefix("The demo listens on "))
            .unwrap()
            .to_owned();
        let lines = said
            .iter()
            .filter_map(|line| line.strip_prefix("   "))
            .map(str::to_owned)
            .collect();
        Self {
            bench,
            running,
            url,
            lines,
        }
    }

    /// The `number`th line of the tour, counted from 0.
    fn line(&self, number: usize) -> Said {
        self.bench.pasted(&self.lines[number])
    }

    fn sign_in(&self, login: &str) {
        self.run(&format!(
            "sign-in --login {login} --personas data/personas.json"
        ))
        .done();
    }

    fn run(&self, words: &str) -> Said {
        self.bench
            .shouxin(&format!("{words} --server {}", self.url))
    }

    /// The lines about an export that another approves, as one paste.
    fn approval(&self, from: usize) -> Said {
        let lines = self.lines[from..from + 8].join(" &&\n");
        assert!(lines.contains("approvals approve $APPROVAL"), "{lines}");
        self.bench.pasted(&lines)
    }

    /// The words after `shouxin` of the `number`th line.
    fn words(&self, number: usize) -> String {
        let (_, words) = self.lines[number].split_once("shouxin ").unwrap();
        words.to_owned()
    }
}

#[test]
fn the_tour_of_after_sales_ends_in_a_ledger_that_nobody_can_change() {
    let demo = Demo::start("after-sales", 30);
    assert!(demo.line(0).done().contains("adviser is signed in"));
    assert!(demo.line(1).done().contains("assignee=adviser"));

    let masked = demo.line(2);
    assert!(
        masked.done().contains("customer.mobile  masked"),
        "{}",
        masked.out
    );
    assert!(
        masked.out.contains("****") && masked.out.contains("ledger entry"),
        "{}",
        masked.out
    );
    let clear = demo.line(3);
    assert!(
        clear.done().contains("customer.mobile  clear"),
        "{}",
        clear.out
    );
    let number: Vec<&str> = clear
        .out
        .split_whitespace()
        .filter(|word| is_mobile(word))
        .collect();
    assert_eq!(number.len(), 1, "{}", clear.out);

    let again = demo.run("step-up --as adviser --personas data/personas.json");
    assert!(
        again.done().contains("The second factor counts until"),
        "{}",
        again.out
    );

    let withheld = demo.line(4);
    assert!(
        withheld
            .done()
            .contains("customer.resident_id  withheld  —"),
        "{}",
        withheld.out
    );
    let chinese = demo.bench.shouxin(&format!("{} --lang zh", demo.words(4)));
    assert!(
        chinese.done().contains("个人信息保护负责人"),
        "{}",
        chinese.out
    );

    assert!(demo.line(5).done().contains("closed"));
    let refused = demo.line(6);
    assert!(refused.refused().contains("case-closed"), "{}", refused.err);
    assert!(
        refused.out.is_empty() && refused.err.contains("recorded as ledger entry"),
        "{}",
        refused.err
    );

    let traced = demo.approval(7);
    assert!(
        traced.done().contains("copy for the customer") && traced.out.contains("intact"),
        "{}",
        traced.out
    );
    let copy = fs::read_to_string(demo.bench.path("copy.csv")).unwrap();
    assert!(copy.contains(number[0]), "{copy}");

    demo.line(15).done();
    let verified = demo.line(16);
    assert!(verified.done().starts_with("Right:"), "{}", verified.out);
    demo.line(17).done();
    assert!(demo.line(18).done().starts_with("right:"));

    // One byte of one entry, and its number is named.
    let path = demo.bench.path("ledger.ndjson");
    let mut bytes = fs::read(&path).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let at = text.find("\n{\"i\":17,").unwrap();
    let at = at + text[at..].find("\"k\":\"").unwrap() + 5;
    bytes[at] ^= 1;
    fs::write(&path, bytes).unwrap();
    let wrong = demo.line(18);
    assert_eq!(wrong.code, 1);
    assert!(wrong.out.contains("entry 17"), "{}", wrong.out);

    let entry = refused.err.split("ledger entry ").nth(1).unwrap().trim();
    let shown = demo.run(&format!("ledger show {entry}"));
    assert!(shown.done().contains("refusal"), "{}", shown.out);
    let proof = demo.run(&format!("ledger prove {entry} --out proof.json"));
    proof.done();
    let checked = demo.bench.pasted(&format!(
        "{} proof proof.json --key ledger.keys",
        verifier().display()
    ));
    assert!(checked.done().starts_with("right:"), "{}", checked.out);

    assert!(demo.running.stop().success());
}

#[test]
fn a_messy_file_is_imported_row_by_row_and_again_changes_nothing() {
    let demo = Demo::start("after-sales", 10);
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../profiles/after-sales/samples/customers-gb18030.csv"
    );
    fs::copy(sample, demo.bench.path("customers.csv")).unwrap();
    demo.sign_in("sysadmin");
    let guessed = demo.run("import customers.csv --guess");
    assert!(
        guessed
            .done()
            .contains("\"手机号码\" = \"customer.mobile\""),
        "{}",
        guessed.out
    );
    assert!(guessed.err.contains("11 of 12 columns"), "{}", guessed.err);
    fs::write(demo.bench.path("map.toml"), &guessed.out).unwrap();

    let first = demo.run("import customers.csv --map map.toml --outcomes outcomes.csv");
    for line in [
        "created    25",
        "merged     4",
        "unchanged  2",
        "refused    9",
    ] {
        assert!(first.done().contains(line), "{}", first.out);
    }
    let outcomes = fs::read_to_string(demo.bench.path("outcomes.csv")).unwrap();
    assert_eq!(outcomes.lines().count(), 41);
    assert!(
        outcomes.contains("refused,excel-scientific,customer.mobile"),
        "{outcomes}"
    );

    let again = demo.run("import customers.csv --map map.toml");
    assert!(again.done().contains("created    0"), "{}", again.out);
    assert!(again.out.contains("refused    9"), "{}", again.out);
}

#[test]
fn the_sorter_sees_waybill_and_transit_and_nothing_else() {
    let demo = Demo::start("express", 12);
    demo.line(0).done();
    let transit = demo.line(1);
    assert!(
        transit.done().contains("parcel.waybill     clear"),
        "{}",
        transit.out
    );
    let person = demo.line(2);
    assert_eq!(
        person.done().matches("withheld  —").count(),
        2,
        "{}",
        person.out
    );
    demo.line(3).done();
    assert!(demo.line(4).done().contains("courier=courier"));
    let recipient = demo.line(5);
    assert!(
        recipient.done().contains("parcel.recipient_mobile"),
        "{}",
        recipient.out
    );
    demo.line(6).done();
    assert!(demo.line(7).refused().contains("case-closed"));
    demo.approval(8).done();
    demo.line(16).done();
    assert!(demo.line(17).done().starts_with("Right:"));
}

#[test]
fn the_service_centre_has_a_tour_as_well() {
    let demo = Demo::start("service-centre", 12);
    demo.line(0).done();
    demo.line(1).done();
    assert!(demo.line(2).done().contains("basic.mobile"));
    let address = demo.line(3);
    assert!(address.done().contains("log.ip"), "{}", address.out);
    assert!(address.out.contains("withheld"), "{}", address.out);
    demo.line(4).done();
    assert!(demo.line(5).refused().contains("case-closed"));
    // The payment clerk finds a payment under the ids of its own zone, and no customer by who they are.
    demo.line(6).done();
    let found = demo.line(7);
    let alias = found
        .done()
        .split_whitespace()
        .find(|word| word.starts_with("sub_"))
        .unwrap();
    let (who, joined) = (demo.words(8), demo.line(8));
    assert!(joined.refused().contains("zones-joined"), "{}", joined.err);
    assert!(!who.contains(alias));
    let own = demo.run(&format!(
        "read {alias} --purpose payment-handling --fields transaction.amount,transaction.state"
    ));
    assert!(own.done().contains("transaction.state"), "{}", own.out);
    demo.approval(9).done();
}

#[test]
fn an_import_that_was_killed_goes_on_and_doubles_nothing() {
    let demo = Demo::start("after-sales", 2);
    // A column nobody maps makes the file larger than what sockets hold, so that the kill cuts it.
    let padding = "填".repeat(2000);
    let rows: String = (0..2000)
        .map(|row| format!("1390000{row:04},测试,{padding}\n"))
        .collect();
    fs::write(
        demo.bench.path("many.csv"),
        format!("手机号码,客户姓名,说明\n{rows}"),
    )
    .unwrap();
    let map = "ignore = [\"说明\"]\n[source]\nthird_party = false\n[columns]\n\"手机号码\" = \"customer.mobile\"\n\"客户姓名\" = \"customer.name\"\n";
    fs::write(demo.bench.path("map.toml"), map).unwrap();
    demo.sign_in("sysadmin");
    let words = format!("import many.csv --map map.toml --server {}", demo.url);
    let mut first = demo.bench.start(&words);
    while !demo.bench.path(".config/shouxin/imports.json").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    first.signal(Signal::KILL);
    first.wait();
    let second = demo.bench.shouxin(&words);
    if second.err.contains("Going on with imp_") {
        assert!(second.done().contains("created    2000"), "{}", second.out);
    } else {
        // The server had the whole file before the kill and ended the import by itself.
        assert!(second.done().contains("unchanged  2000"), "{}", second.out);
    }
    let third = demo.bench.shouxin(&words);
    assert!(third.done().contains("unchanged  2000"), "{}", third.out);
}

fn is_mobile(word: &str) -> bool {
    word.len() == 11 && word.starts_with('1') && word.bytes().all(|byte| byte.is_ascii_digit())
}
