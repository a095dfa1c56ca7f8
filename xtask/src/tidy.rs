//! `cargo xtask tidy`: the rules of the house that no compiler checks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::codegen;
use crate::run::{Outcome, root};

/// Which crates of ours a crate may use. Anything else is refused (docs/ARCHITECTURE.md).
/// Development dependencies are free: a test may look at anything.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("ledger", &[]),
    ("regime", &["model"]),
    ("seal", &["model"]),
    ("deid", &["model"]),
    ("register", &["model", "regime"]),
    ("policy", &["model", "regime"]),
    ("intake", &["model", "regime"]),
    ("synth", &["model", "regime"]),
    ("store", &["model", "ledger"]),
    ("vault", &["model", "register", "regime", "policy", "seal", "deid", "intake", "store", "ledger"]),
    ("wire", &["model"]),
    ("server", &["model", "vault", "store", "wire"]),
    ("client", &["model", "wire"]),
    ("cli", &["model", "server", "client", "wire", "synth"]),
    ("testkit", &["model"]),
];

/// All rules, and that the generated files are those of this code.
pub(crate) fn run() -> Outcome {
    rules()?;
    drift()?;
    println!("tidy");
    Ok(())
}

/// The rules that need no build.
pub(crate) fn rules() -> Outcome {
    let mut findings = Vec::new();
    let crates = crates()?;
    for (name, folder) in &crates {
        arrows(name, folder, &mut findings)?;
        orphans(folder, &mut findings)?;
    }
    repository(&mut findings)?;
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n       ")) }
}

/// That the committed generated files are what the code generates now.
pub(crate) fn drift() -> Outcome {
    let path = root().join(codegen::OPENAPI);
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if committed == codegen::openapi()? {
        return Ok(());
    }
    Err(format!("{} is not what the code says: run cargo xtask codegen", codegen::OPENAPI))
}

fn crates() -> Outcome<BTreeMap<String, PathBuf>> {
    let folder = root().join("crates");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(entries
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect())
}

/// Only the allowed arrows between crates, and the workspace's lints (which forbid unsafe code) on.
fn arrows(name: &str, folder: &Path, findings: &mut Vec<String>) -> Outcome {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let manifest: toml::Table =
        text.parse().map_err(|e| format!("{}: {e}", path.display()))?;
    let inherits = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"))
        .and_then(toml::Value::as_bool);
    if inherits != Some(true) {
        findings.push(format!("crates/{name}: Cargo.toml lacks [lints] workspace = true, so unsafe code is not forbidden"));
    }
    let Some((_, allowed)) = ARROWS.iter().find(|(of, _)| *of == name) else {
        findings.push(format!("crates/{name}: not in the list of arrows in xtask/src/tidy.rs"));
        return Ok(());
    };
    let used = manifest.get("dependencies").and_then(toml::Value::as_table);
    for dependency in used.into_iter().flat_map(|table| table.keys()) {
        if let Some(other) = dependency.strip_prefix("shouxin-")
            && !allowed.contains(&other)
        {
            findings.push(format!("crates/{name} may not use {other}"));
        }
    }
    Ok(())
}

/// Every source file is reached by a `mod` line of its parent.
fn orphans(folder: &Path, findings: &mut Vec<String>) -> Outcome {
    let source = folder.join("src");
    for file in sources(&source)? {
        let relative = file.strip_prefix(&source).unwrap_or(&file).to_path_buf();
        let text = relative.to_string_lossy().into_owned();
        if matches!(text.as_str(), "lib.rs" | "main.rs") || text.starts_with("bin/") {
            continue;
        }
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (module, parent) = if stem == "mod" {
            let folder = file.parent().unwrap_or(&source);
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, folder.parent().unwrap_or(&source).to_path_buf())
        } else {
            (stem, file.parent().unwrap_or(&source).to_path_buf())
        };
        let candidates = if parent == source {
            vec![source.join("lib.rs"), source.join("main.rs")]
        } else {
            vec![parent.with_extension("rs"), parent.join("mod.rs")]
        };
        let declared = candidates.iter().filter_map(|path| fs::read_to_string(path).ok()).any(|text| {
            text.lines().any(|line| {
                let line = line.trim();
                ["mod ", "pub mod ", "pub(crate) mod ", "pub(super) mod "]
                    .iter()
                    .any(|start| line.strip_prefix(start).is_some_and(|rest| rest == format!("{module};")))
            })
        });
        if !declared {
            findings.push(format!("{}: no `mod {module};` reaches it", file.display()));
        }
    }
    Ok(())
}

/// Words that must not stand in the repository's own text.
fn repository(findings: &mut Vec<String>) -> Outcome {
    for file in sources(&root().join("crates"))? {
        let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        for (number, line) in text.lines().enumerate() {
            for word in ["todo!(", "unimplemented!(", "dbg!(", "../shared"] {
                if line.contains(word) {
                    findings.push(format!("{}:{}: {word}", file.display(), number + 1));
                }
            }
        }
    }
    Ok(())
}

fn sources(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?.flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("target") {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
