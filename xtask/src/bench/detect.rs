//! `cargo xtask bench detect`: how much of the development set is found, how fast, and by peers beside it.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::python;
use crate::run::{Outcome, built, cargo, go, output, root};

/// The peers, by version.
const PACKAGES: [&str; 2] = ["presidio-analyzer==2.2.366", "jionlp==1.5.31"];
const PEERS: [&str; 2] = ["presidio", "jionlp"];
const LANGUAGES: [&str; 2] = ["zh", "en"];

/// What the scorer tells of a language.
#[derive(Deserialize)]
struct Score {
    /// F1 over all kinds with exact borders.
    exact: f64,
    /// F1 where an overlap suffices.
    overlap: f64,
    /// Share of personal characters that were not found.
    left: f64,
    /// MB/s of one thread.
    speed: Option<f64>,
}

#[derive(Deserialize)]
struct Speed {
    speed: f64,
}

/// A row of the table.
struct Row<'a> {
    name: &'a str,
    /// In the order of [`LANGUAGES`].
    scores: Vec<Score>,
    speed: f64,
}

/// Prints the table; with `--peers` Presidio's and jionlp's rows too.
pub(super) fn run(rest: &[String]) -> Outcome {
    println!("Building the detector in the release profile.");
    let scorer = [
        "build",
        "--release",
        "--package",
        "shouxin-detect",
        "--example",
        "score",
    ];
    go(&mut cargo(&scorer))?;
    let scorer = built("release", "examples/score")?;
    let set = root().join("corpus/detect/dev.jsonl");
    let ours = scores(&scorer, &set, None)?;
    // The whole set at once: as the peers are measured.
    let whole: Score = told(Command::new(&scorer).arg(&set).arg("--brief"))?;
    let mut rows = vec![Row {
        name: "shouxin",
        scores: ours,
        speed: whole.speed.unwrap_or_default(),
    }];
    if rest.iter().any(|word| word == "--peers") {
        match python::with("bench-detect", &PACKAGES) {
            Ok(python) => {
                for name in PEERS {
                    println!("Measuring {name}.");
                    rows.push(peer(name, &python, &scorer, &set)?);
                }
            }
            Err(why) => println!("The peers are not measured: {why}"),
        }
    }
    print_table(&rows);
    Ok(())
}

fn peer<'a>(name: &'a str, python: &Path, scorer: &Path, set: &Path) -> Outcome<Row<'a>> {
    let spans = root().join(format!("target/bench-detect/{name}.jsonl"));
    let script = root().join("xtask/bench/detect.py");
    let Speed { speed } = told(
        Command::new(python)
            .arg(script)
            .arg(name)
            .arg(set)
            .arg(&spans),
    )?;
    Ok(Row {
        name,
        scores: scores(scorer, set, Some(&spans))?,
        speed,
    })
}

fn scores(scorer: &Path, set: &Path, spans: Option<&Path>) -> Outcome<Vec<Score>> {
    LANGUAGES
        .iter()
        .map(|language| {
            let mut command = Command::new(scorer);
            command.arg(set).args(["--brief", "--lang", language]);
            if let Some(spans) = spans {
                command.arg("--spans").arg(spans);
            }
            told(&mut command)
        })
        .collect()
}

/// What a command printed, which is one line of JSON.
fn told<T: for<'de> Deserialize<'de>>(command: &mut Command) -> Outcome<T> {
    let printed = output(command)?;
    serde_json::from_str(printed.trim()).map_err(|error| format!("{printed}: {error}"))
}

fn print_table(rows: &[Row<'_>]) {
    println!();
    println!("corpus/detect/dev.jsonl, one thread; ratios are those of shouxin to the peer");
    println!(
        "| | zh F1 exact / overlap | zh left | en F1 exact / overlap | en left | MB/s | F1 zh / en, speed |"
    );
    println!("|---|---|---|---|---|---|---|");
    let ours = rows.first();
    for row in rows {
        let cells: String = row
            .scores
            .iter()
            .map(|s| format!(" {:.2} / {:.2} | {:.2} |", s.exact, s.overlap, s.left))
            .collect();
        let ratio = ours.map_or(String::new(), |ours| {
            let by_language: Vec<String> = ours
                .scores
                .iter()
                .zip(&row.scores)
                .map(|(ours, theirs)| format!("{:.1}x", ours.exact / theirs.exact))
                .collect();
            format!(
                "{}, {:.0}x",
                by_language.join(" / "),
                ours.speed / row.speed
            )
        });
        println!("| {} |{cells} {:.2} | {ratio} |", row.name, row.speed);
    }
}
