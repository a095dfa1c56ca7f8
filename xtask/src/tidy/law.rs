//! The tables from the law's articles to the code name tests that exist.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Findings, files, read, shown};
use crate::run::{Outcome, root};

/// Every test named in `docs/law` is a function of a crate.
pub(super) fn check(findings: &mut Findings) -> Outcome {
    let mut functions = BTreeSet::new();
    for file in files(&root().join("crates"), &[".rs"])? {
        let text = read(&file)?;
        functions.extend(text.split("fn ").skip(1).map(|rest| word(rest).to_owned()));
    }
    for file in files(&root().join("docs/law"), &[".md"])? {
        search(&file, &read(&file)?, &functions, findings);
    }
    Ok(())
}

fn search(file: &Path, text: &str, functions: &BTreeSet<String>, findings: &mut Findings) {
    for (number, line) in text.lines().enumerate() {
        for name in quoted(line).filter(|name| is_test(name) && !functions.contains(*name)) {
            let place = format!("{}:{}", shown(file), number + 1);
            findings.add(format!("{place}: there is no test {name}"));
        }
    }
}

/// What stands between backticks in the last cell of a table's row.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    let last = line.trim_end_matches([' ', '|']).rsplit(" | ").next();
    last.unwrap_or_default().split('`').skip(1).step_by(2)
}

/// Tests are sentences; functions of two or three words are not held to this.
fn is_test(name: &str) -> bool {
    word(name).len() == name.len() && name.matches('_').count() >= 3
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_named_and_missing_is_found_at_its_line() {
        let functions = BTreeSet::from(["a_word_counts_until_it_ends".to_owned()]);
        let text = "# T\n| 14 | `is_no_test_in_this_cell` | `a_word_counts_until_it_ends` |\n\
                    | 15 | x | `a_test_that_is_gone`, `Vault::shown` |\n";
        let mut findings = Findings::default();
        search(Path::new("t.md"), text, &functions, &mut findings);
        assert_eq!(findings.0, ["t.md:3: there is no test a_test_that_is_gone"]);
    }
}
