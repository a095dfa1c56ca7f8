//! What the command line asks for.

use std::path::PathBuf;

use crate::reads;

/// What `--only=` may name, in the order of the table.
const NAMES: [&str; 21] = [
    "tax",
    "disk",
    "peer",
    "batch",
    "consents",
    "decisions",
    "sealing",
    "append",
    "verify",
    "erasure",
    "turning",
    "spread",
    "import",
    "search",
    "start",
    "idle",
    "growth",
    "audience",
    "binary",
    "nodes",
    "protected",
];

/// Named alone: `tax` holds what `disk` measures, `protected` is for a profiler.
const ONLY_NAMED: [&str; 2] = ["disk", "protected"];

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Smaller forms of everything: shows that a row works, and judges only what does not hang on size.
    pub(crate) quick: bool,
    /// Also what takes the better part of an hour.
    pub(crate) full: bool,
    /// Also programs of others, side by side.
    pub(crate) peers: bool,
    /// Customers of the row `protected`.
    pub(crate) customers: u64,
    /// The shipped program, if it was built.
    pub(crate) program: Option<PathBuf>,
    /// OpenBao, if it was installed.
    pub(crate) bao: Option<PathBuf>,
    only: Vec<String>,
}

impl Plan {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// A word that is not known, with those that are.
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut plan = Self {
            quick: false,
            full: false,
            peers: false,
            customers: reads::CUSTOMERS,
            program: None,
            bao: None,
            only: Vec::new(),
        };
        for word in words {
            match word.split_once('=').unwrap_or((&word, "")) {
                // Cargo's own.
                ("--bench", "") => {}
                ("--quick", "") => plan.quick = true,
                ("--full", "") => plan.full = true,
                ("--peers", "") => plan.peers = true,
                ("--only", names) => plan.only.extend(names.split(',').map(str::to_owned)),
                ("--customers", n) => {
                    plan.customers = n
                        .parse()
                        .map_err(|_| format!("{word}: a number is needed"))?;
                }
                ("--program", path) => plan.program = Some(path.into()),
                ("--bao", path) => plan.bao = Some(path.into()),
                _ => return Err(format!("there is no option {word}")),
            }
        }
        match plan
            .only
            .iter()
            .find(|name| !NAMES.contains(&name.as_str()))
        {
            Some(name) => Err(format!(
                "there is no row {name}; there are {}",
                NAMES.join(", ")
            )),
            None => Ok(plan),
        }
    }

    /// Whether this row is to be measured.
    pub(crate) fn wants(&self, name: &str) -> bool {
        if self.only.is_empty() {
            !ONLY_NAMED.contains(&name)
        } else {
            self.only.iter().any(|only| only == name)
        }
    }

    /// How long each load lasts, in seconds, and how often it is measured.
    pub(crate) fn pace(&self) -> (u64, usize) {
        if self.quick { (2, 1) } else { (5, 5) }
    }

    /// The size of the bar, or a smaller one.
    pub(crate) fn size(&self, whole: u64, quick: u64) -> u64 {
        if self.quick { quick } else { whole }
    }

    /// The verdict, where the size of the bar was measured.
    pub(crate) fn verdict(&self, reached: bool) -> Option<bool> {
        (!self.quick).then_some(reached)
    }
}
