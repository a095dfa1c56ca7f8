//! A process that is killed while it writes.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use shouxin_ledger::{Frontier, Hash};

use crate::bed::open_dir;
use crate::contract::{noted, setting, settings};

/// Names the data directory to the process that is to be killed.
const DIR: &str = "SHOUXIN_TEST_CRASH_DIR";

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for round in 1..=4 {
        let before = acknowledged.len();
        acknowledged.extend(write_and_kill(dir.path(), round * 150));
        assert!(acknowledged.len() >= before + round * 150);

        let store = open_dir(dir.path()).await;
        for (index, name) in &acknowledged {
            assert!(setting(&store, name).await.is_some(), "{name}");
            let entry = store.ledger_entry(*index).await.unwrap();
            assert_eq!(entry, Some(name.clone().into_bytes()));
        }
        let head = store.ledger_head().await.unwrap();
        assert_eq!(head.size, u64::try_from(settings(&store).await).unwrap());
        let mut frontier = Frontier::new();
        for (_, entry) in store.ledger_entries(0, usize::MAX >> 1).await.unwrap() {
            frontier.append(Hash::of_leaf(&entry));
        }
        assert_eq!((head.size, head.root), (frontier.size(), frontier.root()));
        store.close().await;
    }
}

/// Runs a process that writes, kills it after so many acknowledgements, and gives them all: those,
/// and what else it managed to say.
fn write_and_kill(dir: &Path, after: usize) -> Vec<(u64, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::writes_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let parse = |line: &str| {
        let (index, name) = line.strip_prefix("ack ")?.split_once(' ')?;
        Some((index.parse().unwrap(), name.to_owned()))
    };
    while acknowledged.len() < after {
        let line = lines.next().expect("it writes until it is killed").unwrap();
        acknowledged.extend(parse(&line));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| parse(&line)));
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by a_killed_process_loses_nothing_that_it_acknowledged, which kills it"]
async fn writes_until_it_is_killed() {
    let dir = PathBuf::from(std::env::var_os(DIR).unwrap());
    let store = open_dir(&dir).await;
    let id = std::process::id();
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for i in 0.. {
                    let name = format!("{id}-{task}-{i}");
                    let committed = store.commit(noted(&name, &"x".repeat(500))).await.unwrap();
                    // One write call a line: a kill cannot tear it.
                    let line = format!("ack {} {name}\n", committed.entries[0]);
                    std::io::stdout().write_all(line.as_bytes()).unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}
