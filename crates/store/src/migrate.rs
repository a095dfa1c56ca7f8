//! The schema: numbered SQL files, forward only.
//!
//! Each migration runs in one transaction together with the row that says it was applied, and each
//! of its statements does nothing when done again. A kill at any point leaves either the old schema
//! or the new one, and on engines without transactional DDL a half that the next start completes.

use sha2::{Digest, Sha256};

use crate::{OpenError, Query, Row, Value, params};

/// One numbered file.
pub(crate) struct Migration {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// How the engines differ in a table's definition. Everything else in a migration is shared.
#[derive(Clone, Copy)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Notes which migrations were applied.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
  number {INT} PRIMARY KEY, name {TEXT} NOT NULL, checksum {TEXT} NOT NULL) {ROWS}";

/// Reads the notes.
pub(crate) const APPLIED: Query = Query {
    sql: "SELECT number, checksum FROM schema_migration ORDER BY number",
    params: vec![],
};

/// Notes one migration: see [`Migration::note`].
pub(crate) const NOTE: &str =
    "INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)";

/// The migrations still to run over a store in which these were `applied`.
///
/// # Errors
/// `Newer` if the store has one that this program does not know, `Migration` if one has another
/// text here than it had when it was applied.
pub(crate) fn pending<'m>(
    migrations: &'m [Migration],
    applied: &[Row],
) -> Result<&'m [Migration], OpenError> {
    for (i, row) in applied.iter().enumerate() {
        let (number, checksum) = (row.int(0)?, row.text(1)?);
        let Some(migration) = migrations.get(i) else {
            let known = migrations.last().map_or(0, |m| m.number);
            return Err(OpenError::Newer {
                found: number,
                known,
            });
        };
        if migration.number != number || migration.checksum() != checksum {
            return Err(OpenError::Migration(number));
        }
    }
    Ok(&migrations[applied.len()..])
}

impl Migration {
    /// Its statements for one engine.
    pub(crate) fn statements(&self, dialect: Dialect) -> Vec<String> {
        let code = self
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"));
        let code = code.collect::<Vec<_>>().join("\n");
        let statements = code
            .split(';')
            .map(str::trim)
            .filter(|statement| !statement.is_empty());
        statements
            .map(|statement| dialect.fill(statement))
            .collect()
    }

    /// The parameters of [`NOTE`].
    pub(crate) fn note(&self) -> Vec<Value> {
        params![self.number, self.name, self.checksum()]
    }

    fn checksum(&self) -> String {
        Sha256::digest(self.text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl Dialect {
    /// Replaces the tokens of a definition by this engine's words. Text compares by its bytes on
    /// both, so that pages and cursors have one order; SQLite checks types as PostgreSQL does.
    pub(crate) fn fill(self, statement: &str) -> String {
        let words = match self {
            Self::Sqlite => ["INTEGER", "TEXT", "BLOB", "STRICT", "STRICT, WITHOUT ROWID"],
            Self::Postgres => ["BIGINT", "TEXT COLLATE \"C\"", "BYTEA", "", ""],
        };
        let tokens = ["{INT}", "{TEXT}", "{BYTES}", "{ROWS}", "{CLUSTERED}"];
        let filled = statement.to_owned();
        tokens
            .iter()
            .zip(words)
            .fold(filled, |sql, (token, word)| sql.replace(token, word))
    }
}

macro_rules! migrations {
    ($($number:literal $name:literal $file:literal;)*) => {
        &[$(Migration {
            number: $number,
            name: $name,
            text: include_str!(concat!("../migrations/", $file)),
        }),*]
    };
}

/// All migrations, in order. A file that was ever released is never changed again.
pub(crate) const MIGRATIONS: &[Migration] = migrations! {
    1 "ledger" "0001_ledger.sql";
    2 "subjects" "0002_subjects.sql";
    3 "register" "0003_register.sql";
    4 "staff" "0004_staff.sql";
    5 "work" "0005_work.sql";
    6 "activation" "0006_activation.sql";
    7 "approvals" "0007_approvals.sql";
    8 "exports" "0008_exports.sql";
    9 "zones" "0009_zones.sql";
    10 "erasures" "0010_erasures.sql";
    11 "decoys" "0011_decoys.sql";
    12 "consents" "0012_consents.sql";
    13 "receipts" "0013_receipts.sql";
    14 "notices" "0014_notices.sql";
    15 "downstreams" "0015_downstreams.sql";
    16 "centre" "0016_centre.sql";
    17 "widget" "0017_widget.sql";
    18 "discoveries" "0018_discoveries.sql";
    19 "quality" "0019_quality.sql";
    20 "pseudonyms" "0020_pseudonyms.sql";
};

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(migrations: &[Migration]) -> Vec<Row> {
        migrations
            .iter()
            .map(|m| Row(params![m.number, m.checksum()]))
            .collect()
    }

    fn numbers(migrations: &[Migration]) -> Vec<i64> {
        migrations.iter().map(|m| m.number).collect()
    }

    #[test]
    fn only_what_is_missing_runs() {
        let done = applied(MIGRATIONS);
        let all: Vec<i64> = (1..).take(MIGRATIONS.len()).collect();
        assert_eq!(numbers(pending(MIGRATIONS, &[]).unwrap()), all);
        assert_eq!(numbers(pending(MIGRATIONS, &done[..3]).unwrap()), all[3..]);
        assert_eq!(numbers(pending(MIGRATIONS, &done).unwrap()), [0; 0]);
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let refused = pending(&MIGRATIONS[..4], &applied(MIGRATIONS)).map(numbers);
        assert!(matches!(
            refused,
            Err(OpenError::Newer { found: 5, known: 4 })
        ));
    }

    #[test]
    fn a_changed_migration_is_refused() {
        let mut done = applied(MIGRATIONS);
        done[1] = Row(params![2, "0".repeat(64)]);
        let refused = pending(MIGRATIONS, &done).map(numbers);
        assert!(matches!(refused, Err(OpenError::Migration(2))));
    }

    #[test]
    fn no_token_and_no_comment_reaches_an_engine() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            for statement in MIGRATIONS.iter().flat_map(|m| m.statements(dialect)) {
                assert!(statement.starts_with("CREATE "), "{statement}");
                assert!(statement.contains(" IF NOT EXISTS "), "{statement}");
                assert!(!statement.contains(['{', '}', ';']), "{statement}");
                assert!(!statement.contains("--"), "{statement}");
            }
        }
    }
}
