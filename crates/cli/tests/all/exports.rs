//! From asking for an export to naming it from a leaked copy.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::people::code;
use crate::programs::{Bench, Said};

const PASSWORD: &str = "tolk-marun-7-pelidon";

struct Demo<'a> {
    bench: &'a Bench,
    url: String,
}

impl Demo<'_> {
    fn run(&self, words: &str) -> Said {
        self.bench
            .shouxin(&format!("{words} --server {}", self.url))
    }

    fn persona(&self, login: &str) {
        self.run(&format!(
            "sign-in --login {login} --personas data/personas.json"
        ))
        .done();
    }

    /// A second protection officer: one administrator opens the account, another grants the role.
    fn second_officer(&self) {
        self.persona("sysadmin");
        let opened = self.run("staff open zhao.lan --name 赵岚 --as sysadmin");
        let given = opened.done().split("zhao.lan: ").nth(1).unwrap()[..23].to_owned();
        let taken = format!("activate --server {}", self.url);
        self.bench
            .fed(&taken, &format!("{given}\n{PASSWORD}\n"))
            .done();
        let mut talk = self
            .bench
            .talk(&format!("sign-in --login zhao.lan --server {}", self.url));
        talk.type_line(PASSWORD);
        talk.type_line("");
        let secret = talk
            .hear(|line| line.len() == 32 && line.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        talk.type_line(&code(&secret));
        talk.end().done();
        self.persona("secadmin");
        self.run("staff roles zhao.lan protection-officer --as secadmin")
            .done();
    }
}

/// A decoy is known at this door as well, and the row of a customer is not taken for one.
fn fed_back_as_a_record(demo: &Demo<'_>, text: &str) {
    let unassigned = ["154", "160", "163", "164", "168", "169", "194"];
    let mut numbers = text.split('"').filter(|cell| cell.len() == 11);
    let decoy = numbers.find(|number| unassigned.iter().any(|start| number.starts_with(start)));
    let write = |mobile: &str| {
        let values = format!("{{\"name\": \"测试\", \"mobile\": \"{mobile}\"}}");
        let words = "record write customer --lang zh --as sysadmin";
        demo.bench
            .fed(&format!("{words} --server {}", demo.url), &values)
    };
    let refused = write(decoy.unwrap());
    assert!(
        refused.refused().contains("decoy-returned") && refused.err.contains("诱饵"),
        "{}",
        refused.err
    );
    let alarms = demo.run("alarms --as secadmin");
    assert!(
        alarms.done().contains("a decoy came back"),
        "{}",
        alarms.out
    );
    write("13800138000").done();
}

fn word<'t>(text: &'t str, start: &str) -> &'t str {
    let found = text.split_whitespace().find(|word| word.starts_with(start));
    &found.unwrap_or_else(|| panic!("no {start} in {text}"))[..30]
}

#[test]
fn an_export_is_asked_for_approved_downloaded_once_and_traced_from_a_copy() {
    let bench = Bench::new();
    let running = bench.start("demo --data data --profile after-sales --customers 24 --port 0");
    let said = running.until("Ctrl-C stops it.");
    let url = said
        .iter()
        .find_map(|line| line.strip_prefix("The demo listens on "))
        .unwrap()
        .to_owned();
    let demo = Demo { bench: &bench, url };
    demo.second_officer();
    demo.persona("officer");

    let ask = "export --purpose rights-answer --fields customer.name,customer.mobile,customer.resident_id \
               --clear customer.mobile --reason for-the-authority --to copies.csv --as officer";
    let shown = demo.run(ask);
    let approval = word(shown.done(), "apr_").to_owned();
    assert!(shown.out.contains("24 rows of 24 people"), "{}", shown.out);
    assert!(
        shown.out.contains("masked") && shown.out.contains("officer-rights-copy"),
        "{}",
        shown.out
    );
    let download = format!("export --approval {approval} --to copies.csv --as officer");
    let early = demo.run(&download);
    assert!(early.refused().contains("approval-state"), "{}", early.err);
    assert!(!bench.path("copies.csv").exists());

    let seen = demo.run(&format!("approvals show {approval} --as zhao.lan"));
    let digest = seen
        .done()
        .lines()
        .find_map(|line| line.strip_prefix("digest: "))
        .unwrap();
    let own = demo.run(&format!(
        "approvals approve {approval} --digest {digest} --as officer"
    ));
    assert!(own.refused().contains("own-approval"), "{}", own.err);
    demo.run(&format!(
        "approvals approve {approval} --digest {digest} --as zhao.lan"
    ))
    .done();

    let done = demo.run(&download);
    assert!(done.done().contains("24 rows of 24 people"), "{}", done.out);
    let path = bench.path("copies.csv");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 1 + 1 + 24 + 3 + 1, "{text}");
    let listed = demo.run("exports list --as officer --lang zh");
    assert!(
        listed.done().contains(&approval) && listed.out.contains("已完成"),
        "{}",
        listed.out
    );
    let export = word(&listed.out, "exp_").to_owned();
    let shown = demo.run(&format!("exports show {export} --as zhao.lan"));
    assert!(
        shown.done().contains("done") && shown.out.contains("customer.resident_id"),
        "{}",
        shown.out
    );
    let again = demo.run(&download);
    assert!(
        again.refused().contains("409") || again.err.contains("conflict"),
        "{}",
        again.err
    );
    let left: Vec<_> = fs::read_dir(bench.path("."))
        .unwrap()
        .filter_map(|file| file.unwrap().file_name().into_string().ok())
        .collect();
    assert!(left.iter().all(|name| !name.contains(".part-")), "{left:?}");

    // A copy without marks and names, half of its rows gone.
    let rows: Vec<&str> = text.lines().skip(2).collect();
    let cut: Vec<String> = rows[..rows.len() - 1]
        .iter()
        .rev()
        .map(|row| row.split("\",\"").skip(1).collect::<Vec<_>>().join("\t"))
        .collect();
    fs::write(bench.path("leak.txt"), cut.join("\n")).unwrap();
    let own = demo.run("trace leak.txt --as officer");
    assert!(
        own.refused().contains("nobody is told of their own"),
        "{}",
        own.err
    );
    let traced = demo.run("trace leak.txt --as zhao.lan");
    let export = word(traced.done(), "exp_").to_owned();
    assert!(
        text.contains(&export) && traced.out.contains("3/3"),
        "{}",
        traced.out
    );
    assert!(traced.out.contains("for-the-authority"), "{}", traced.out);
    fed_back_as_a_record(&demo, &text);
    fs::write(
        bench.path("other.csv"),
        "name,mobile\n张三,13800138000\n李四,13900139000\n",
    )
    .unwrap();
    let none = demo.run("trace other.csv --as zhao.lan");
    assert!(none.refused().contains("no export of ours"), "{}", none.err);

    // Without a server, by whoever has the keys.
    assert!(running.stop().success());
    let offline = bench.shouxin("trace leak.txt --data data");
    assert!(offline.done().contains(&export), "{}", offline.out);
}
