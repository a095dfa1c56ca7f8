//! `cargo xtask attack`: tools that others wrote, against a server of ours with synthetic customers, on this
//! machine alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::deployment::{Deployment, write};
use crate::run::{Outcome, built, go, output, root};

/// What is run, with which mode of the request guard, and for how many seconds at most. sqlmap tests what
/// stands behind the guard: with the guard in its way it would test nothing else.
const TOOLS: [(&str, &str, &str); 2] = [
    ("schemathesis", "block", "200"),
    ("sqlmap", "report", "300"),
];

/// What is installed, by version: a later one may find more, and that is then a change of its own.
const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "sqlmap==1.10.10"];

/// Runs every tool, each against a deployment of its own. All run, even if the first finds something.
pub(crate) fn run() -> Outcome {
    let python = python()?;
    let failed: Vec<String> = TOOLS
        .iter()
        .filter_map(|(tool, guard, seconds)| attack(&python, tool, guard, seconds).err())
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("; "))
    }
}

fn attack(python: &Path, tool: &str, guard: &str, seconds: &str) -> Outcome {
    let mut deployment = Deployment::start(tool, 40, guard)?;
    let openapi = deployment.folder().join("openapi.json");
    let text = output(Command::new(built("debug", "shouxin")?).arg("openapi"))?;
    write(&openapi, &text)?;
    go(Command::new(python)
        .arg(root().join("xtask/attack/attack.py"))
        .arg(tool)
        .arg(deployment.url())
        .arg(deployment.personas())
        .arg(&openapi)
        .env("SHOUXIN_ATTACK_SECONDS", seconds))?;
    // It must have lived through all of it.
    deployment.alive()
}

/// Python with the tools, in a folder of its own.
fn python() -> Outcome<PathBuf> {
    let folder = root().join("target/attack/venv");
    let python = folder.join("bin/python");
    if !python.exists() {
        println!("Making a virtual environment in {}", folder.display());
        go(Command::new("python3").args(["-m", "venv"]).arg(&folder))
            .map_err(|error| format!("{error} (Debian: apt-get install python3 python3-venv)"))?;
    }
    go(Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(PACKAGES))?;
    Ok(python)
}
