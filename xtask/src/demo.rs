//! `cargo xtask demo`: the product with synthetic customers, from a fresh clone.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::console;
use crate::run::{Outcome, built, cargo, go, need_c_compiler, root};

const PROFILES: [&str; 3] = ["after-sales", "express", "service-centre"];

/// Builds the binary, then becomes it: it makes (or opens) `./demo-data/<profile>` and serves.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut profile = "after-sales".to_owned();
    let mut passed = Vec::new();
    let mut words = arguments
        .iter()
        .flat_map(|word| match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => vec![name, value],
            _ => vec![word.as_str()],
        });
    while let Some(word) = words.next() {
        match word {
            "--profile" => {
                profile = words.next().unwrap_or_default().to_owned();
                if !PROFILES.contains(&profile.as_str()) {
                    return Err(format!("--profile is one of {}", PROFILES.join(", ")));
                }
            }
            "--port" | "--customers" => {
                let value = words
                    .next()
                    .filter(|value| value.parse::<u32>().is_ok())
                    .ok_or_else(|| format!("{word} needs a number"))?;
                passed.extend([word.to_owned(), value.to_owned()]);
            }
            "--no-serve" => passed.push(word.to_owned()),
            other => {
                return Err(format!(
                    "cargo xtask demo does not know {other}: see cargo xtask help"
                ));
            }
        }
    }
    need_c_compiler()?;
    console::build_if_possible()?;
    println!("Building the release binary (about ten minutes the first time, seconds after that)");
    go(&mut cargo(&[
        "build",
        "--release",
        "--package",
        "shouxin",
        "--package",
        "shouxin-ledger",
        "--bins",
    ]))?;
    let data = root().join("demo-data").join(&profile);
    let mut command = Command::new(built("release", "shouxin")?);
    command
        .arg("demo")
        .arg("--data")
        .arg(&data)
        .args(["--profile", &profile])
        .args(passed);
    // Becomes the server instead of waiting for it: Ctrl-C and SIGTERM reach the server itself, and
    // the shell's prompt comes back when it has finished, not before.
    Err(format!("shouxin: cannot be started: {}", command.exec()))
}
