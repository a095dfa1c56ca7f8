//! Python packages that a check needs, in a folder of their own.

use std::path::{Path, PathBuf};
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
    install(&python, packages)?;
    Ok(python)
}

/// Installs what pip is told to.
pub(crate) fn install(python: &Path, what: &[&str]) -> Outcome {
    let quietly = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    go(Command::new(python).args(quietly).args(what))
}
