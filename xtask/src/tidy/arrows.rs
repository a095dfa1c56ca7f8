//! Which crates of ours a crate may use.

use std::path::Path;

use super::{Findings, manifest, names};
use crate::run::Outcome;

/// Anything else is refused (docs/ARCHITECTURE.md). Development dependencies are free: a test may
/// look at anything. `vault` alone lists `seal`.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("ledger", &[]),
    ("regime", &["model"]),
    ("seal", &["model"]),
    ("deid", &["model", "regime"]),
    ("guard", &[]),
    ("detect", &["model"]),
    ("register", &["model", "regime"]),
    ("policy", &["model", "regime"]),
    ("intake", &["model", "regime"]),
    ("synth", &["model", "regime"]),
    // It reads TOML with the reader of the register, and says the law's words for a lawful basis.
    ("notice", &["model", "regime", "register"]),
    ("store", &["model", "ledger"]),
    (
        "vault",
        &[
            "model", "register", "regime", "policy", "seal", "deid", "intake", "store", "ledger",
            "synth", "notice", "detect",
        ],
    ),
    ("wire", &["model"]),
    ("outbound", &[]),
    (
        "server",
        &["model", "vault", "store", "wire", "guard", "outbound"],
    ),
    ("client", &["model", "wire"]),
    // The command line serves, calls a server, and works on a stopped data directory: for that it
    // opens the vault itself, and checks files with the kernels that read them.
    (
        "cli",
        &[
            "model", "server", "client", "wire", "synth", "vault", "store", "register", "policy",
            "ledger", "notice", "detect", "scan", "deid",
        ],
    ),
    // It reads files and databases of others; what it finds it asks the kernels.
    ("scan", &["model", "detect", "intake", "deid"]),
    ("testkit", &["model"]),
    // What it measures with are development dependencies.
    ("bench", &[]),
];

/// Only the allowed arrows, and the workspace's lints (which forbid unsafe code) on.
pub(super) fn check(name: &str, folder: &Path, findings: &mut Findings) -> Outcome {
    let manifest = manifest(folder)?;
    let inherits = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"))
        .and_then(toml::Value::as_bool);
    if inherits != Some(true) {
        findings.add(format!(
            "crates/{name}/Cargo.toml: without [lints] workspace = true, unsafe code is not forbidden"
        ));
    }
    let Some((_, allowed)) = ARROWS.iter().find(|(of, _)| *of == name) else {
        findings.add(format!(
            "crates/{name}: not in the list of arrows in xtask/src/tidy/arrows.rs"
        ));
        return Ok(());
    };
    for table in ["dependencies", "build-dependencies"] {
        for dependency in names(&manifest, table) {
            if let Some(other) = dependency.strip_prefix("shouxin-")
                && !allowed.contains(&other)
            {
                findings.add(format!(
                    "crates/{name}/Cargo.toml: {name} may not use {other}"
                ));
            }
        }
    }
    Ok(())
}
