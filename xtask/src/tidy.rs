//! `cargo xtask tidy`: the rules of the house that no compiler checks.

mod arrows;
mod dependencies;
mod kernels;
mod law;
mod orphans;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::codegen;
use crate::run::{Outcome, root};

/// All rules, and that the generated files are those of this code.
pub(crate) fn run() -> Outcome {
    rules()?;
    drift(codegen::openapi()?)?;
    println!("tidy");
    Ok(())
}

/// The rules that need no build.
pub(crate) fn rules() -> Outcome {
    let mut findings = Findings::default();
    for (name, folder) in &crates()? {
        arrows::check(name, folder, &mut findings)?;
        kernels::check(name, folder, &mut findings)?;
        orphans::check(folder, &mut findings)?;
    }
    orphans::check(&root().join("xtask"), &mut findings)?;
    law::check(&mut findings)?;
    words::check(&mut findings)?;
    dependencies::check(&mut findings)?;
    findings.outcome()
}

/// That the committed OpenAPI file is `current`.
pub(crate) fn drift(current: String) -> Outcome {
    let committed = fs::read_to_string(root().join(codegen::OPENAPI)).unwrap_or_default();
    if committed == current {
        return Ok(());
    }
    Err(format!(
        "{} is not what the code says: run cargo xtask codegen",
        codegen::OPENAPI
    ))
}

/// What is not as it should be, one line each.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn add(&mut self, finding: impl Into<String>) {
        self.0.push(finding.into());
    }

    fn outcome(self) -> Outcome {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(format!("\n  {}", self.0.join("\n  ")))
        }
    }
}

/// The crates of the workspace, name to folder.
fn crates() -> Outcome<BTreeMap<String, PathBuf>> {
    Ok(entries(&root().join("crates"))?
        .into_iter()
        .filter(|path| path.join("Cargo.toml").is_file())
        .map(|path| (name_of(&path), path))
        .collect())
}

/// The manifest of the package in this folder.
fn manifest(folder: &Path) -> Outcome<toml::Table> {
    let path = folder.join("Cargo.toml");
    read(&path)?
        .parse()
        .map_err(|e| format!("{}: {e}", path.display()))
}

/// The names that a table of the manifest lists.
fn names<'a>(manifest: &'a toml::Table, table: &str) -> Vec<&'a str> {
    let table = manifest.get(table).and_then(toml::Value::as_table);
    table
        .into_iter()
        .flat_map(|table| table.keys().map(String::as_str))
        .collect()
}

/// The files below a folder whose name ends with one of these, sorted; nothing if there is no folder.
fn files(folder: &Path, ends: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop().filter(|folder| folder.is_dir()) {
        for path in entries(&folder)? {
            if path.is_dir() {
                open.push(path);
            } else if ends.iter().any(|end| name_of(&path).ends_with(end)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The path as people write it: from the repository's root.
fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}
