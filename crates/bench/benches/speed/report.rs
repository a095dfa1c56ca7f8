//! The table, as far as it was measured: printed, and written where it can be copied from.

use std::path::{Path, PathBuf};

use shouxin_bench::{Row, table};

use crate::machine;
use crate::plan::Plan;

/// The table, as far as it was measured.
pub(crate) struct Report<'p> {
    plan: &'p Plan,
    facts: String,
    rows: Vec<Row>,
}

impl<'p> Report<'p> {
    /// A table without rows, of this machine at this moment.
    pub(crate) fn begin(plan: &'p Plan) -> Self {
        Self {
            plan,
            facts: machine::facts(),
            rows: Vec::new(),
        }
    }

    /// Measures these rows, if they are wanted, and keeps the table: what was measured stays, even if a
    /// later row ends the bench.
    pub(crate) async fn measure(&mut self, name: &str, rows: impl Future<Output = Vec<Row>>) {
        if !self.plan.wants(name) {
            return;
        }
        eprintln!("{name}");
        let rows = rows.await;
        eprintln!("{}", table(&rows));
        self.rows.extend(rows);
        let path = path();
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
            .and_then(|()| std::fs::write(&path, self.text()))
            .unwrap_or_else(|error| eprintln!("{}: {error}", path.display()));
    }

    /// All of it as Markdown.
    pub(crate) fn text(&self) -> String {
        format!("{}\n\n{}", self.facts, table(&self.rows))
    }
}

/// `bench/table.md` in the target folder.
pub(crate) fn path() -> PathBuf {
    // Cargo's folder for benches lies in the target folder.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    target.unwrap_or(Path::new("target")).join("bench/table.md")
}
