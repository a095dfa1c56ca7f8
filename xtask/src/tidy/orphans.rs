//! Source files that no `mod` line reaches are never compiled, and nobody notices.

use std::path::{Path, PathBuf};

use super::{Findings, files, name_of, shown};
use crate::run::Outcome;

/// Every source file of a package is reached by a `mod` line of its parent.
pub(super) fn check(package: &Path, findings: &mut Findings) -> Outcome {
    for folder in ["src", "tests"] {
        let top = package.join(folder);
        for file in files(&top, &[".rs"])? {
            if !is_root(&file, &top) && !is_declared(&file, &top) {
                findings.add(format!("{}: no `mod` line reaches it", shown(&file)));
            }
        }
    }
    Ok(())
}

/// Whether cargo compiles the file by itself: a library, a binary, an integration test.
fn is_root(file: &Path, top: &Path) -> bool {
    let is_named = |name: &str| name_of(file) == name;
    let folder = file.parent().unwrap_or(top);
    if name_of(top) == "tests" {
        return folder == top || (is_named("main.rs") && folder.parent() == Some(top));
    }
    let binaries = top.join("bin");
    (folder == top && (is_named("lib.rs") || is_named("main.rs")))
        || folder == binaries
        || (is_named("main.rs") && folder.parent() == Some(&binaries))
}

fn is_declared(file: &Path, top: &Path) -> bool {
    let folder = file.parent().unwrap_or(top);
    let (module, home) = match file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
    {
        Some(stem) if stem == "mod" => (name_of(folder), folder.parent().unwrap_or(top)),
        stem => (stem.unwrap_or_default(), folder),
    };
    let line = format!("mod {module};");
    parents(home, top)
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .any(|text| {
            // `mod x;`, `pub mod x;`, `pub(crate) mod x;` and the like.
            text.lines().map(str::trim).any(|found| {
                found.strip_suffix(line.as_str()).is_some_and(|before| {
                    let before = before.trim();
                    before.is_empty()
                        || before == "pub"
                        || (before.starts_with("pub(") && before.ends_with(')'))
                })
            })
        })
}

/// The files that can declare a module whose file lies in `home`.
fn parents(home: &Path, top: &Path) -> Vec<PathBuf> {
    let mut parents = vec![
        home.join("mod.rs"),
        home.join("main.rs"),
        home.join("lib.rs"),
    ];
    if home == top && name_of(top) == "tests" {
        // Any of the integration tests may share a module.
        parents.extend(
            files(top, &[".rs"])
                .unwrap_or_default()
                .into_iter()
                .filter(|f| f.parent() == Some(top)),
        );
    } else if home != top {
        parents.push(home.with_extension("rs"));
        if name_of(top) == "tests" && home.parent() == Some(top) {
            parents.extend(
                files(top, &[".rs"])
                    .unwrap_or_default()
                    .into_iter()
                    .filter(|f| f.parent() == Some(top)),
            );
        }
    }
    parents
}
