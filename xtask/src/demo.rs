//! `cargo xtask demo`: the product with synthetic customers, from a fresh clone.

use crate::run::{Outcome, cargo, go, is_on_path, root};

const PROFILES: [&str; 3] = ["after-sales", "express", "service-centre"];

/// Builds the binary, then lets it make (or open) `./demo-data/<profile>` and serve.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut profile = "after-sales".to_owned();
    let mut passed = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--profile" => {
                profile = words.next().cloned().unwrap_or_default();
                if !PROFILES.contains(&profile.as_str()) {
                    return Err(format!("--profile is one of {}", PROFILES.join(", ")));
                }
            }
            "--port" | "--customers" => {
                let value = words.next().ok_or_else(|| format!("{word} needs a number"))?;
                passed.extend([word.clone(), value.clone()]);
            }
            "--no-serve" => passed.push(word.clone()),
            other => return Err(format!("cargo xtask demo does not know {other}")),
        }
    }
    if !is_on_path("cc") {
        return Err("a C compiler is needed (Debian: apt-get install gcc libc6-dev)".to_owned());
    }
    println!("Building the release binary (about ten minutes the first time, seconds after that)");
    go(&mut cargo(&["build", "--release", "--package", "shouxin"]))?;
    let data = root().join("demo-data").join(&profile);
    let data = data.to_string_lossy().into_owned();
    let mut command = cargo(&["run", "--quiet", "--release", "--package", "shouxin", "--", "demo"]);
    command.args(["--data", &data, "--profile", &profile]).args(passed);
    go(&mut command)
}
