//! Kernels are pure: values in, values out. Clippy refuses them clocks and dice (`clippy.toml`); this
//! refuses them the rest of the machine.

use std::path::Path;

use super::{Findings, files, manifest, names, read, shown};
use crate::run::Outcome;

const KERNELS: [&str; 12] = [
    "model", "regime", "register", "policy", "seal", "ledger", "deid", "intake", "synth", "guard",
    "notice", "detect",
];

/// Dependencies that reach the machine.
const REACHING: [&str; 10] = [
    "tokio",
    "rusqlite",
    "tokio-postgres",
    "reqwest",
    "axum",
    "getrandom",
    "tempfile",
    "figment",
    "tracing-subscriber",
    "fs4",
];

/// Parts of the standard library that reach the machine.
const DOORS: [&str; 6] = [
    "std::fs",
    "std::env::",
    "std::net::Tcp",
    "std::net::Udp",
    "std::process::Command",
    "std::thread::sleep",
];

/// A kernel reaches neither files nor network, environment or other programs. Its binaries and tests
/// may: they are not the kernel.
pub(super) fn check(name: &str, folder: &Path, findings: &mut Findings) -> Outcome {
    if !KERNELS.contains(&name) {
        return Ok(());
    }
    for dependency in names(&manifest(folder)?, "dependencies") {
        if REACHING.contains(&dependency) {
            findings.add(format!(
                "crates/{name}/Cargo.toml: a kernel may not use {dependency}"
            ));
        }
    }
    let source = folder.join("src");
    for file in files(&source, &[".rs"])? {
        if file.starts_with(source.join("bin")) || file.ends_with("tests.rs") {
            continue;
        }
        let text = read(&file)?;
        let code = text
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let line = line.trim_start();
            if let Some(door) = DOORS
                .iter()
                .find(|door| !line.starts_with("//") && line.contains(*door))
            {
                findings.add(format!(
                    "{}:{}: {door} in a kernel",
                    shown(&file),
                    number + 1
                ));
            }
        }
    }
    Ok(())
}
