//! The tables as data: what a backup walks and a restore fills. Read out of the migrations, so that a
//! new table is backed up without anybody having to think of it.

use std::sync::LazyLock;

use crate::migrate::MIGRATIONS;
use crate::{Query, Tx, Value};

/// One table of the schema.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order in which rows hold them.
    pub columns: Vec<&'static str>,
    /// Where the columns of its primary key stand among them, in the key's order.
    pub key: Vec<usize>,
    first: String,
    next: String,
    insert: String,
    clear: String,
    count: String,
}

/// Every table, those of older migrations first. Which migrations ran is not among them: a store notes
/// that itself when it is made.
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        let texts = MIGRATIONS.iter().map(|migration| migration.text);
        texts.flat_map(definitions).collect()
    });
    &TABLES
}

/// The number of the newest migration that this program knows.
pub fn schema_version() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

impl Table {
    /// Asks for the first `limit` rows after the one with this key, in the order of the key.
    pub fn page(&'static self, after: Option<&[Value]>, limit: u32) -> Query {
        let mut params = after.map(<[Value]>::to_vec).unwrap_or_default();
        params.push(Value::from(limit));
        let sql = if after.is_some() {
            &self.next
        } else {
            &self.first
        };
        Query { sql, params }
    }

    /// Asks how many rows there are.
    pub fn count(&'static self) -> Query {
        Query {
            sql: &self.count,
            params: Vec::new(),
        }
    }

    /// Puts a row back, its values in the order of the columns.
    pub fn put(&'static self, tx: &mut Tx, row: Vec<Value>) {
        tx.run_exactly(1, &self.insert, row);
    }

    /// Removes every row.
    pub fn clear(&'static self, tx: &mut Tx) {
        tx.run(&self.clear, Vec::new());
    }

    /// The key of a row.
    pub fn key_of(&self, row: &[Value]) -> Vec<Value> {
        let columns = self.key.iter().filter_map(|&at| row.get(at));
        columns.cloned().collect()
    }

    fn new(name: &'static str, columns: Vec<&'static str>, key: Vec<usize>) -> Self {
        let all = columns.join(", ");
        let keys: Vec<&str> = key.iter().map(|&at| columns[at]).collect();
        let order = keys.join(", ");
        let numbered = |count: usize| {
            let numbers: Vec<String> = (1..=count).map(|number| format!("${number}")).collect();
            numbers.join(", ")
        };
        let (past, limit) = (numbered(keys.len()), keys.len() + 1);
        Self {
            name,
            first: format!("SELECT {all} FROM {name} ORDER BY {order} LIMIT $1"),
            next: format!(
                "SELECT {all} FROM {name} WHERE ({order}) > ({past}) ORDER BY {order} LIMIT ${limit}"
            ),
            insert: format!(
                "INSERT INTO {name} ({all}) VALUES ({})",
                numbered(columns.len())
            ),
            clear: format!("DELETE FROM {name}"),
            count: format!("SELECT COUNT(*) FROM {name}"),
            columns,
            key,
        }
    }
}

/// The tables that a migration makes.
fn definitions(text: &'static str) -> Vec<Table> {
    let tables = text.split("CREATE TABLE IF NOT EXISTS ").skip(1);
    tables.filter_map(definition).collect()
}

/// `name (\n  column {TYPE} …,\n  PRIMARY KEY (a, b)\n)`, one column a line.
fn definition(text: &'static str) -> Option<Table> {
    let (name, body) = text.split_once(" (")?;
    let body = body.split_once("\n)").map_or(body, |(body, _)| body);
    let mut columns = Vec::new();
    let mut key = Vec::new();
    for line in body.lines().map(str::trim) {
        if let Some(list) = line.strip_prefix("PRIMARY KEY (") {
            let names = list.trim_end_matches([')', ',']).split(',').map(str::trim);
            key = names
                .filter_map(|name| columns.iter().position(|column| *column == name))
                .collect();
        } else if let Some((column, kind)) = line.split_once(' ')
            && kind.starts_with('{')
        {
            if kind.contains("PRIMARY KEY") {
                key = vec![columns.len()];
            }
            columns.push(column);
        }
    }
    Some(Table::new(name, columns, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_every_migration_is_understood() {
        for migration in MIGRATIONS {
            let made = migration.text.matches("CREATE TABLE").count();
            let tables = definitions(migration.text);
            assert_eq!(tables.len(), made, "{}", migration.name);
            let columns: usize = tables.iter().map(|table| table.columns.len()).sum();
            let code = migration
                .text
                .lines()
                .filter(|line| !line.starts_with("--"));
            let tokens: usize = code
                .map(|line| {
                    ["{INT}", "{TEXT}", "{BYTES}"]
                        .iter()
                        .map(|t| line.matches(t).count())
                        .sum::<usize>()
                })
                .sum();
            assert_eq!(columns, tokens, "{}", migration.name);
            for table in tables {
                assert!(!table.key.is_empty(), "{} has no key", table.name);
            }
        }
    }

    #[test]
    fn a_page_goes_on_after_a_key_of_several_columns() {
        let table = tables().iter().find(|table| table.name == "blind").unwrap();
        assert_eq!(table.key, [0, 1, 2, 3, 4]);
        assert!(table.next.contains(
            "WHERE (subject, field, mode, tag, record) > ($1, $2, $3, $4, $5) \
             ORDER BY subject, field, mode, tag, record LIMIT $6"
        ));
    }
}
