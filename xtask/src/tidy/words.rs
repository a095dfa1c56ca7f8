//! Words that must not stand in the repository.

use super::{Findings, files, read, shown};
use crate::run::{Outcome, root};

/// Unfinished or forgotten code.
const UNFINISHED: [&str; 4] = ["todo!(", "unimplemented!(", "dbg!(", "FIXME"];

/// Paths of the machine on which it was written: a clone stands alone.
const MACHINE: [&str; 3] = ["../shared", "/work/", "/home/"];

/// No unfinished code, and nothing that only exists on one machine.
pub(super) fn check(findings: &mut Findings) -> Outcome {
    for file in files(&root().join("crates"), &[".rs"])? {
        search(&file, &UNFINISHED, findings)?;
    }
    let mut all = files(&root().join("crates"), TEXT)?;
    for folder in ["docs", "profiles", ".ci"] {
        all.extend(files(&root().join(folder), TEXT)?);
    }
    all.extend(
        ["README.md", "README.zh-CN.md"]
            .map(|name| root().join(name))
            .into_iter()
            .filter(|f| f.is_file()),
    );
    for file in all {
        search(&file, &MACHINE, findings)?;
    }
    Ok(())
}

const TEXT: &[&str] = &[
    ".rs", ".toml", ".md", ".sql", ".cedar", ".txt", ".sh", "run",
];

fn search(file: &std::path::Path, words: &[&str], findings: &mut Findings) -> Outcome {
    for (number, line) in read(file)?.lines().enumerate() {
        if let Some(word) = words.iter().find(|word| line.contains(*word)) {
            findings.add(format!("{}:{}: {word}", shown(file), number + 1));
        }
    }
    Ok(())
}
