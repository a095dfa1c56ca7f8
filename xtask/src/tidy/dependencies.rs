//! What comes into the build from others: under which licence, and never what we decided against.

use std::collections::BTreeSet;

use super::Findings;
use crate::run::{Outcome, cargo, output};

/// Refused by decision (docs/dependencies.md): second TLS and cryptography libraries, gRPC, a second
/// database layer that would also fix the version of SQLite.
const REFUSED: [&str; 9] = [
    "ring",
    "openssl",
    "openssl-sys",
    "native-tls",
    "tonic",
    "sqlx-core",
    "diesel",
    "sea-orm",
    "aws-lc-fips-sys",
];

/// Licences that ask for no more than their text and notice in what we ship.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    // Of data: its text goes along, and nothing else is asked (section 2).
    "CDLA-Permissive-2.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Every package that is really built for this machine, tests included, is allowed.
pub(super) fn check(findings: &mut Findings) -> Outcome {
    // `cargo tree`, not `cargo metadata`: the latter also names optional packages that nothing turns on.
    let listed = output(&mut cargo(&[
        "tree",
        "--workspace",
        "--edges",
        "normal,build,dev",
        "--prefix",
        "none",
        "--format",
        "{p}|{l}",
    ]))?;
    let lines: BTreeSet<&str> = listed.lines().filter(|line| !line.is_empty()).collect();
    for line in lines {
        let (package, licence) = line.split_once('|').unwrap_or((line, ""));
        let licence = licence.trim_end_matches(" (*)").trim();
        let name = package.split(' ').next().unwrap_or_default();
        if REFUSED.contains(&name) {
            findings.add(format!(
                "{name} came into the build: cargo tree --workspace --invert {name}"
            ));
        }
        // Our own packages have a path behind their version.
        if !package.contains(" (/") && !is_allowed(licence) {
            findings.add(format!(
                "{package}: the licence \"{licence}\" is not in xtask/src/tidy/dependencies.rs"
            ));
        }
    }
    Ok(())
}

/// Whether an SPDX expression can be met with allowed licences alone. The old `A/B` means `A OR B`.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words) && words.peek().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>) -> bool {
    let mut met = all(words);
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words);
    }
    met
}

fn all(words: &mut Words<'_>) -> bool {
    let mut met = one(words);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words);
    }
    met
}

fn one(words: &mut Words<'_>) -> bool {
    match words.next() {
        Some("(") => {
            let met = any(words);
            met & words.next_if_eq(&")").is_some()
        }
        Some(licence) => {
            let with = words.next_if_eq(&"WITH").and_then(|_| words.next());
            let full = with.map_or(licence.to_owned(), |with| format!("{licence} WITH {with}"));
            ALLOWED.contains(&full.as_str())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_allowed_if_allowed_licences_can_meet_it() {
        for (expression, allowed) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0 AND MIT", false),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("Apache-2.0 WITH LLVM-exception OR Apache-2.0", true),
            ("GPL-2.0 WITH Classpath-exception-2.0", false),
            ("(MIT", false),
            ("MIT MIT", false),
            ("", false),
        ] {
            assert_eq!(is_allowed(expression), allowed, "{expression}");
        }
    }
}
