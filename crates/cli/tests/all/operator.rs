//! Founding, starting and moving a deployment.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use shouxin_testkit::postgres::Server;

use crate::programs::Bench;

#[test]
fn init_keeps_keys_apart_and_gives_a_code_until_somebody_has_taken_over() {
    let bench = Bench::new();
    let first = bench.shouxin("init --data data");
    assert!(first.done().contains("data-keys"), "{}", first.out);
    assert!(
        first.out.contains("shouxin serve --data data"),
        "{}",
        first.out
    );
    for file in ["data-keys/root.key", "data-keys/keyring"] {
        assert_eq!(
            fs::metadata(bench.path(file)).unwrap().permissions().mode() & 0o777,
            0o600,
            "{file}"
        );
    }
    let keys = fs::read(bench.path("data-keys/keyring")).unwrap();
    assert_ne!(bench.shouxin("init --data data").done(), first.out);
    assert_eq!(fs::read(bench.path("data-keys/keyring")).unwrap(), keys);
    let within = bench.shouxin("init --data other --keys other/keys");
    assert!(
        within.unable().contains("kept and backed up apart"),
        "{}",
        within.err
    );
}

#[test]
fn loose_keys_and_wrong_settings_keep_the_server_from_starting() {
    let bench = Bench::new();
    bench.shouxin("init --data data").done();
    let key = bench.path("data-keys/root.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let loose = bench.shouxin("serve --data data --listen 127.0.0.1:0");
    assert!(loose.unable().contains("chmod 600"), "{}", loose.err);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let plain = bench.shouxin("serve --data data --listen 0.0.0.0:0");
    assert!(plain.unable().contains("no TLS"), "{}", plain.err);
    fs::write(bench.path("shouxin.toml"), "lisen = 1\n").unwrap();
    let misspelt = bench.shouxin("serve --config shouxin.toml");
    assert!(
        misspelt.unable().contains("there is no setting lisen"),
        "{}",
        misspelt.err
    );
    let nowhere = bench.shouxin("serve --data elsewhere");
    assert!(
        nowhere.unable().contains("shouxin init --data elsewhere"),
        "{}",
        nowhere.err
    );
    let no_keys = bench.shouxin("serve --data data --keys elsewhere");
    assert!(
        no_keys.unable().contains("name them with --keys"),
        "{}",
        no_keys.err
    );
}

#[test]
fn keys_of_another_deployment_are_refused() {
    let bench = Bench::new();
    bench.shouxin("init --data one").done();
    bench.shouxin("init --data two").done();
    for words in [
        "serve --data one --keys two-keys --listen 127.0.0.1:0",
        "ledger verify --data one --keys two-keys",
    ] {
        let other = bench.shouxin(words);
        assert!(
            other.refused().contains("right key folder with --keys"),
            "{}",
            other.err
        );
    }
    assert!(
        bench
            .shouxin("ledger verify --data one")
            .done()
            .starts_with("Right:")
    );
}

#[test]
fn a_root_may_rest_on_a_passphrase_under_the_national_suite() {
    let bench = Bench::new();
    fs::write(bench.path("phrase"), "correct horse battery staple\n").unwrap();
    fs::set_permissions(bench.path("phrase"), fs::Permissions::from_mode(0o600)).unwrap();
    bench
        .shouxin("init --data data --suite national --passphrase --passphrase-file phrase")
        .done();
    let asked = bench.shouxin("serve --data data --listen 127.0.0.1:0");
    assert!(asked.unable().contains("passphrase"), "{}", asked.err);
    fs::write(
        bench.path("shouxin.toml"),
        "passphrase_file = \"phrase\"\n[listen]\naddress = \"127.0.0.1:0\"\n",
    )
    .unwrap();
    let running = bench.start("serve --config shouxin.toml --data data");
    let said = running.until("Listening on");
    let url = said
        .last()
        .unwrap()
        .split_whitespace()
        .last()
        .unwrap()
        .to_owned();
    // Both suites sign.
    let keys = bench.shouxin(&format!("ledger keys --server {url}"));
    assert_eq!(keys.done().lines().count(), 2, "{}", keys.out);
    assert!(running.stop().success());
}

#[test]
fn an_older_data_directory_is_refused_until_it_is_accepted_on_record() {
    let bench = Bench::new();
    bench.shouxin("init --data data").done();
    copy(&bench, "data", "backup");
    // What came after the backup: another code for the first administrator.
    bench.shouxin("init --data data").done();
    fs::remove_dir_all(bench.path("data")).unwrap();
    copy(&bench, "backup", "data");
    let older = bench.shouxin("serve --data data --listen 127.0.0.1:0");
    assert!(older.refused().contains("accept-older"), "{}", older.err);
    assert!(
        bench
            .shouxin("ledger verify --data data")
            .refused()
            .contains("accept-older")
    );
    assert!(
        bench
            .shouxin("ledger accept-older --data data")
            .done()
            .contains("on record")
    );
    let shown = bench.shouxin("ledger show --data data --limit 1");
    assert!(shown.done().contains("ledger"), "{}", shown.out);
    assert!(
        bench
            .shouxin("ledger verify --data data")
            .done()
            .starts_with("Right:")
    );
    let running = bench.start("serve --data data --listen 127.0.0.1:0");
    running.until("Listening on");
    let second = bench.shouxin("serve --data data --listen 127.0.0.1:0");
    assert!(second.unable().contains("data"), "{}", second.err);
    assert!(running.stop().success());
}

fn copy(bench: &Bench, from: &str, to: &str) {
    fs::create_dir(bench.path(to)).unwrap();
    for file in fs::read_dir(bench.path(from)).unwrap().flatten() {
        fs::copy(file.path(), bench.path(to).join(file.file_name())).unwrap();
    }
}

#[test]
fn two_nodes_on_one_database_are_one_deployment() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(Server::shared().database());
    let bench = Bench::new();
    let postgres = database.url();
    let unnamed = bench.shouxin(&format!("init --postgres {postgres}"));
    assert!(unnamed.unable().contains("--keys"), "{}", unnamed.err);
    bench
        .shouxin(&format!("init --postgres {postgres} --keys keys"))
        .done();
    let serve = format!("serve --postgres {postgres} --keys keys --listen 127.0.0.1:0");
    let nodes = [bench.start(&serve), bench.start(&serve)];
    let heads = nodes.each_ref().map(|node| {
        let said = node.until("Listening on");
        let url = said
            .last()
            .unwrap()
            .split_whitespace()
            .last()
            .unwrap()
            .to_owned();
        bench
            .shouxin(&format!("ledger keys --server {url}"))
            .done()
            .to_owned()
    });
    assert_eq!(heads[0], heads[1]);
    for node in nodes {
        assert!(node.stop().success());
    }
}

#[test]
fn a_register_is_checked_without_a_server() {
    let bench = Bench::new();
    let profile = concat!(env!("CARGO_MANIFEST_DIR"), "/../../profiles/after-sales");
    let right = bench.shouxin(&format!(
        "register check {profile}/register.toml --policies {profile}/policies.cedar"
    ));
    assert!(right.done().starts_with("Right:"), "{}", right.out);
    let text = fs::read_to_string(format!("{profile}/register.toml")).unwrap();
    fs::write(
        bench.path("register.toml"),
        text.replacen(
            "basis = { pipl = \"contract\"",
            "basis = { pipl = \"legitimate-interests\"",
            1,
        ),
    )
    .unwrap();
    let wrong = bench.shouxin("register check register.toml");
    assert_eq!(wrong.code, 1, "{}", wrong.err);
    assert!(
        wrong.out.contains("register.toml:") && wrong.out.contains("remedy: "),
        "{}",
        wrong.out
    );
    let policies = bench.shouxin(&format!(
        "policies check {profile}/../express/policies.cedar --register {profile}/register.toml"
    ));
    assert_eq!(policies.code, 1, "{}", policies.err);
    assert!(policies.out.contains("policies.cedar:"), "{}", policies.out);
}
