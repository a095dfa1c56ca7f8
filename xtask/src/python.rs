//! Python packages that a check needs, in a folder of their own.

use std::path::PathBuf;
use std::process::Command;

use crate::run::{Outcome, go, root};

/// Python with these packages, each with its version, in `target/<folder>/venv`.
pub(crate) fn with(folder: &str, packages: &[&str]) -> Outcome<PathBuf> {
    let folder = root().join("target").join(folder).join("venv");
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
        .args(packages))?;
    Ok(python)
}
