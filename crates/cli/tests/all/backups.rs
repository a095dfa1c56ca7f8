//! A deployment that is backed up, tried, lost and put back.

use std::fs;
use std::path::{Path, PathBuf};

use crate::programs::Bench;

#[test]
fn a_lost_deployment_comes_back_from_its_backup_and_its_keys() {
    let bench = Bench::new();
    bench
        .shouxin("demo --data data --profile express --customers 40 --no-serve")
        .done();
    let first = bench.shouxin("doctor --data data");
    assert!(
        first.done().contains("no backup was ever taken"),
        "{}",
        first.out
    );
    let taken = bench.shouxin("backup repo --data data --keep-last 3");
    assert!(taken.done().starts_with("backup 1: "), "{}", taken.out);
    bench.shouxin("backup repo --data data").done();
    let listed = bench.shouxin("--json backup repo --data data --list");
    assert_eq!(listed.done().matches("\"number\"").count(), 2);
    let drill = bench.shouxin("drill repo --data data --records 20 --scratch scratch");
    assert!(
        drill.done().contains("20 records picked at random"),
        "{}",
        drill.out
    );
    let doctor = bench.shouxin("doctor --data data --full");
    assert!(
        doctor.done().contains("the last drill of"),
        "{}",
        doctor.out
    );
    fs::rename(bench.path("data"), bench.path("lost")).unwrap();
    let back = bench.shouxin("restore repo --data data");
    assert!(
        back.done()
            .contains("had been signed: what came after is lost"),
        "{}",
        back.out
    );
    let again = bench.shouxin("restore repo --data data");
    assert!(again.refused().contains("not empty"), "{}", again.err);
    let verified = bench.shouxin("ledger verify --data data");
    assert!(verified.done().starts_with("Right:"), "{}", verified.out);
    // What was lost is another history now: it does not start beside the one that goes on.
    let lost = bench.shouxin("doctor --data lost --keys data-keys");
    assert!(lost.refused().contains("there are faults"), "{}", lost.err);
}

#[test]
fn a_damaged_backup_is_named_and_other_keys_do_not_open_it() {
    let bench = Bench::new();
    bench.shouxin("init --data data").done();
    bench.shouxin("init --data other").done();
    bench.shouxin("backup repo --data data").done();
    let foreign = bench.shouxin("restore repo --data new --keys other-keys");
    assert!(
        foreign.refused().contains("holds backups of shouxin/"),
        "{}",
        foreign.err
    );
    let foreign = bench.shouxin("backup repo --data other");
    assert!(
        foreign.refused().contains("holds backups of shouxin/"),
        "{}",
        foreign.err
    );
    let occupied = bench.shouxin("backup data-keys --data data");
    assert!(
        occupied.refused().contains("no repository of backups"),
        "{}",
        occupied.err
    );
    let chunk = files(&bench.path("repo/chunks")).remove(0);
    let mut bytes = fs::read(&chunk).unwrap();
    bytes[20] ^= 1;
    fs::write(&chunk, bytes).unwrap();
    let checked = bench.shouxin("backup repo --data data --check");
    let name = chunk.file_name().unwrap().to_str().unwrap();
    assert!(checked.out.contains(name), "{}", checked.out);
    assert!(
        checked.refused().contains("damaged files: 1"),
        "{}",
        checked.err
    );
    let refused = bench.shouxin("restore repo --data new --keys data-keys");
    assert!(refused.refused().contains(name), "{}", refused.err);
    let closed = bench.shouxin("serve --data new --keys data-keys --listen 127.0.0.1:0");
    assert!(
        closed.refused().contains("was not finished"),
        "{}",
        closed.err
    );
}

#[test]
fn a_deployment_with_a_zone_apart_comes_back_with_it_and_without_whoever_was_erased() {
    let bench = Bench::new();
    let demo = "demo --data data --profile service-centre --customers 12";
    bench.shouxin(&format!("{demo} --no-serve")).done();
    let taken = bench.shouxin("backup repo --data data");
    assert!(taken.done().starts_with("backup 1: "), "{}", taken.out);
    let part = bench.path("repo/zones/transaction");
    assert!(!files(&part.join("chunks")).is_empty());
    let checked = bench.shouxin("backup repo --data data --check");
    assert!(
        checked.done().contains("Every backup is whole"),
        "{}",
        checked.out
    );
    let drill = bench.shouxin("drill repo --data data --records 20 --scratch scratch");
    assert!(
        drill.done().contains("20 records picked at random"),
        "{}",
        drill.out
    );
    let doctor = bench.shouxin("doctor --data data --full");
    assert!(
        doctor.done().contains("zone transaction stands as"),
        "{}",
        doctor.out
    );

    // Somebody is erased while the deployment serves, after the backup.
    let running = bench.start(&format!("{demo} --port 0"));
    let said = running.until("Ctrl-C stops it.");
    let url = said
        .iter()
        .find_map(|line| line.strip_prefix("The demo listens on "))
        .unwrap()
        .to_owned();
    let ask = |words: &str| bench.shouxin(&format!("{words} --server {url}"));
    let signed = ask("sign-in --login officer --personas data/personas.json");
    signed.done();
    let search = format!(
        "--json search --field basic.name --mode surname --purpose rights-answer --as officer --server {url}"
    );
    // Which of the most frequent surnames the demo's customers have is its own concern.
    let found = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
        .chars()
        .find_map(|surname| {
            let found = bench.fed(&search, &format!("{surname}\n"));
            let at = found.done().find("sub_")?;
            Some(found.out[at..at + 30].to_owned())
        });
    let subject = found.expect("somebody has a frequent surname");
    ask(&format!(
        "erase {subject} --reason asked-by-subject --yes --as officer"
    ))
    .done();
    running.stop();
    fs::rename(bench.path("data"), bench.path("lost")).unwrap();
    let back = bench.shouxin("restore repo --data data");
    assert!(
        back.done()
            .contains("1 people who had been erased since were erased again"),
        "{}",
        back.out
    );
    let doctor = bench.shouxin("doctor --data data --full");
    assert!(
        doctor.done().contains("zone transaction stands as"),
        "{}",
        doctor.out
    );
    let again = bench.shouxin("restore repo --data data");
    assert!(again.refused().contains("not empty"), "{}", again.err);
    // Without the zone's keys nothing of it is put back, and the place stays as it was.
    fs::rename(
        bench.path("data-keys/zones/transaction"),
        bench.path("aside"),
    )
    .unwrap();
    let keyless = bench.shouxin("restore repo --data new --keys data-keys");
    assert!(
        keyless.unable().contains("zone transaction"),
        "{}",
        keyless.err
    );
    assert!(!bench.path("new").exists());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
