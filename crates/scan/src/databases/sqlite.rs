//! SQLite: a file, opened as one that nobody changes.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::{Asked, Found, FoundColumn, Look, Progress, VALUE_CHARS, blocks};
use crate::collect::{Collector, Settings, Tell, safe_name};
use crate::report::DocumentReport;
use crate::{Finding, Problem};

/// Scans a database on its own.
pub(super) fn scan(
    path: &Path,
    asked: &Asked,
    settings: &Settings,
    mut tell: Option<Tell<'_>>,
    progress: Progress<'_>,
) -> Result<Vec<DocumentReport>, Problem> {
    let connection = open(path)?;
    let tables = tables(&connection)?;
    let wanted: Vec<&String> = tables.iter().filter(|t| asked.wants("main", t)).collect();
    let mut reports = Vec::new();
    for (done, name) in wanted.iter().enumerate() {
        settings.go_on()?;
        progress(done as u64, wanted.len() as u64);
        let tell = tell.as_mut().map(|tell| &mut **tell as Tell<'_>);
        reports.push(one(&connection, name, asked, settings, tell)?);
    }
    Ok(reports)
}

/// Reads a database among files, every table of it, as part of the document at hand.
pub(crate) fn document(path: &Path, collector: &mut Collector<'_, '_>) -> Result<(), Problem> {
    let connection = open(path)?;
    let asked = Asked::default();
    for name in tables(&connection)? {
        let (settings, document) = (collector.settings, collector.document());
        settings.go_on()?;
        let mut relay = |finding: &Finding| {
            // Under the file, with the table as the part of it.
            let mut finding = finding.clone();
            finding.document.clone_from(&document);
            finding.place.part = Some(safe_name(&settings.detector, &name));
            collector.tell(&finding)
        };
        let report = one(&connection, &name, &asked, settings, Some(&mut relay))?;
        for mut place in report.places {
            if place.kinds.is_empty() && place.topics.is_empty() {
                continue;
            }
            // Under the file, as every other document of a folder.
            let column = place.path.pop().unwrap_or_default();
            place.path = vec![collector.document(), format!("{name}!{column}")];
            collector.report.places.push(place);
        }
        for (column, problem) in report.problems {
            collector.problem(&format!("{name} {column}"), problem);
        }
    }
    Ok(())
}

/// Opens without a lock or a journal: the file is read as it lies there.
fn open(path: &Path) -> Result<Connection, Problem> {
    let Some(path) = path.to_str() else {
        return Err(Problem::Unreadable("the path is no text".to_owned()));
    };
    std::fs::metadata(path)?;
    let escaped: String = path
        .chars()
        .map(|c| match c {
            '?' => "%3f".to_owned(),
            '#' => "%23".to_owned(),
            '%' => "%25".to_owned(),
            other => other.to_string(),
        })
        .collect();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)
        .map_err(|error| problem(&error))?;
    // A file of others may hold a schema that means harm.
    connection
        .execute_batch(
            "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON; \
             PRAGMA cache_size = -16384; PRAGMA mmap_size = 0;",
        )
        .map_err(|error| problem(&error))?;
    Ok(connection)
}

/// A damaged file, or one that is encrypted as a whole; SQLite cannot tell them apart.
fn problem(error: &rusqlite::Error) -> Problem {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            Problem::Damaged
        }
        Some(code) => Problem::Database(format!("SQLite {code:?}")),
        None => Problem::Damaged,
    }
}

fn tables(connection: &Connection) -> Result<Vec<String>, Problem> {
    let mut statement = connection
        .prepare(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' \
             ESCAPE '\\' ORDER BY name",
        )
        .map_err(|error| problem(&error))?;
    let names = statement.query_map([], |row| row.get(0));
    names
        .and_then(Iterator::collect)
        .map_err(|error| problem(&error))
}

fn one(
    connection: &Connection,
    name: &str,
    asked: &Asked,
    settings: &Settings,
    tell: Option<Tell<'_>>,
) -> Result<DocumentReport, Problem> {
    let listed = columns(connection, name).and_then(|columns| {
        let sql = format!("SELECT count(*) FROM {}", quoted(name));
        let rows: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
        Ok((columns, rows))
    });
    let mut found = Found {
        schema: "main".to_owned(),
        name: name.to_owned(),
        columns: Vec::new(),
        rows: None,
    };
    let (columns, rows) = match listed {
        Ok(listed) => listed,
        Err(error) => {
            let look = Look::new(&found, settings, tell);
            return look.close(Err(problem(&error)), false);
        }
    };
    found.columns = columns;
    found.rows = u64::try_from(rows).ok();
    let mut look = Look::new(&found, settings, tell);
    let is_all = found.rows.is_some_and(|rows| rows <= asked.rows);
    let done = if found.readable().is_empty() {
        Ok(())
    } else if is_all {
        rows_of(connection, &found, "", asked.rows, &mut look)
    } else {
        spread(connection, &found, asked, &mut look)
    };
    look.close(done, is_all)
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<FoundColumn>, rusqlite::Error> {
    let sql = format!("PRAGMA table_info({})", quoted(table));
    connection
        .prepare(&sql)?
        .query_map([], |row| {
            let declared: String = row.get::<_, Option<String>>(2)?.unwrap_or_default();
            Ok(FoundColumn {
                name: row.get(1)?,
                // A column without a type may hold anything.
                declared_type: declared.to_lowercase().replace("blob", "any"),
            })
        })?
        .collect()
}

/// Rows from places spread over the table by `rowid`; the first ones of a table without it.
fn spread(
    connection: &Connection,
    found: &Found,
    asked: &Asked,
    look: &mut Look<'_, '_>,
) -> Result<(), Problem> {
    let table = quoted(&found.name);
    let sql = format!("SELECT min(rowid), max(rowid) FROM {table}");
    let ends = connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
    let Ok((first, last)) = ends else {
        return rows_of(connection, found, "", asked.rows, look);
    };
    let (first, last): (i64, i64) = (first, last);
    let mut next = i64::MIN;
    for (start, rows) in blocks(i128::from(first), i128::from(last), asked.rows) {
        let start = i64::try_from(start).unwrap_or(i64::MAX).max(next);
        let left = asked.rows.saturating_sub(look.read()).min(rows);
        let condition = format!("WHERE rowid >= {start} ORDER BY rowid");
        rows_of(connection, found, &condition, left, look)?;
        let sql =
            format!("SELECT max(rowid) FROM (SELECT rowid FROM {table} {condition} LIMIT {left})");
        let last: Option<i64> = connection
            .query_row(&sql, [], |row| row.get(0))
            .map_err(|error| problem(&error))?;
        next = last.map_or(next, |last| last.saturating_add(1));
    }
    Ok(())
}

fn rows_of(
    connection: &Connection,
    found: &Found,
    condition: &str,
    rows: u64,
    look: &mut Look<'_, '_>,
) -> Result<(), Problem> {
    let columns: Vec<String> = found
        .readable()
        .iter()
        .map(|column| {
            let name = quoted(&column.name);
            format!("CASE typeof({name}) WHEN 'text' THEN substr({name}, 1, {VALUE_CHARS}) ELSE {name} END")
        })
        .collect();
    let sql = format!(
        "SELECT {} FROM {} {condition} LIMIT {rows}",
        columns.join(", "),
        quoted(&found.name)
    );
    let mut statement = connection.prepare(&sql).map_err(|error| problem(&error))?;
    let mut found_rows = statement.query([]).map_err(|error| problem(&error))?;
    while let Some(row) = found_rows.next().map_err(|error| problem(&error))? {
        let values: Vec<Option<String>> = (0..columns.len())
            .map(|at| row.get_ref(at).ok().and_then(text))
            .collect();
        look.row(values.iter().map(Option::as_deref))?;
    }
    Ok(())
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
