//! Tests of this program that are started as a process of their own, in order to be killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use shouxin_model::SubjectId;

/// Names the folder to the process that is to be killed.
const FOLDER: &str = "SHOUXIN_TEST_KILLED_IN";

/// Starts the ignored test of this name over this folder.
fn start(test: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The folder, in the process that is to be killed; `None` where somebody runs the ignored test itself.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Starts the ignored test of this name, and kills it so long after it printed `opens`. Gives what it
/// acknowledged nevertheless.
pub(crate) fn kill_while_it_opens<T>(
    test: &str,
    folder: &Path,
    moment: Duration,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let mut child = start(test, folder);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while !lines.next().expect("it opens").unwrap().ends_with("opens") {}
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    let rest = lines.map_while(Result::ok);
    rest.filter_map(|line| line.strip_prefix("ack ").and_then(&read))
        .collect()
}

/// Runs the ignored test of this name until so long after its first acknowledgement, and kills it. Gives all
/// that it acknowledged, as `read` finds it behind `ack ` in a line.
pub(crate) fn run_and_kill<T>(
    test: &str,
    folder: &Path,
    longer: Duration,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let mut child = start(test, folder);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = |line: String| line.strip_prefix("ack ").and_then(&read);
    let mut acknowledged = Vec::new();
    while acknowledged.is_empty() {
        let line = lines.next().expect("it works until it is killed").unwrap();
        acknowledged.extend(said(line));
    }
    std::thread::sleep(longer);
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.extend(lines.map_while(Result::ok).filter_map(said));
    acknowledged
}

/// A person and a value of theirs, of an acknowledgement.
pub(crate) fn person_and_value(said: &str) -> Option<(SubjectId, String)> {
    let (subject, value) = said.split_once(' ')?;
    Some((subject.parse().ok()?, value.to_owned()))
}
