//! One statement on one SQLite connection.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, ToSql};

use crate::tx::Step;
use crate::{Query, Row, StoreError, Value};

/// Why a statement of a transaction did not go through.
pub(crate) enum Failure {
    /// Another number of rows than expected, or a unique key already taken.
    Conflict,
    /// The engine failed.
    Store(StoreError),
}

/// All rows of a query.
pub(crate) fn query(conn: &Connection, query: &Query) -> Result<Vec<Row>, StoreError> {
    let mut statement = prepare(conn, query.sql, &query.params).map_err(|e| store_error(&e))?;
    let width = statement.column_count();
    let mut rows = statement.raw_query();
    let mut answer = Vec::new();
    while let Some(row) = rows.next().map_err(|e| store_error(&e))? {
        let columns = (0..width).map(|i| {
            Ok(match row.get_ref(i).map_err(|e| store_error(&e))? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(n) => Value::Int(n),
                ValueRef::Text(text) => {
                    Value::Text(String::from_utf8(text.to_vec()).map_err(|_| {
                        StoreError::Column {
                            column: i,
                            wanted: "UTF-8",
                        }
                    })?)
                }
                ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                ValueRef::Real(_) => {
                    return Err(StoreError::Column {
                        column: i,
                        wanted: "an integer",
                    });
                }
            })
        });
        answer.push(Row(columns.collect::<Result<_, _>>()?));
    }
    Ok(answer)
}

/// Runs a step of a transaction and holds it to its number of rows.
pub(crate) fn run(conn: &Connection, step: &Step) -> Result<(), Failure> {
    let mut statement = prepare(conn, step.sql, &step.params).map_err(failure)?;
    let answers = statement.column_count() > 0;
    let mut touched = 0;
    let mut rows = statement.raw_query();
    while rows.next().map_err(failure)?.is_some() {
        touched += 1;
    }
    drop(rows);
    if !answers {
        touched = conn.changes();
    }
    match step.rows {
        Some(expected) if expected != touched => Err(Failure::Conflict),
        _ => Ok(()),
    }
}

/// Runs a statement that the engine itself needs.
pub(crate) fn execute(conn: &Connection, sql: &'static str) -> Result<(), StoreError> {
    let run = || conn.prepare_cached(sql)?.raw_execute();
    run().map(drop).map_err(|e| store_error(&e))
}

/// Makes the transaction durable. After a failed flush nobody knows what the disk holds: the change may
/// be found there by the next start, and flushing again may succeed without writing what was lost. So an
/// I/O error here is told apart from all others.
pub(crate) fn commit(conn: &Connection) -> Result<(), StoreError> {
    let run = || conn.prepare_cached("COMMIT")?.raw_execute();
    run().map(drop).map_err(|error| match error {
        rusqlite::Error::SqliteFailure(e, _) if e.code == ErrorCode::SystemIoFailure => {
            StoreError::Unacknowledged
        }
        error => store_error(&error),
    })
}

/// SQLite numbers `$1, $2, …` by first appearance and PostgreSQL by the number: binding by name
/// makes the number count on both.
fn prepare<'c>(
    conn: &'c Connection,
    sql: &'static str,
    params: &[Value],
) -> rusqlite::Result<CachedStatement<'c>> {
    let mut statement = conn.prepare_cached(sql)?;
    for i in 1..=statement.parameter_count() {
        let number = statement
            .parameter_name(i)
            .and_then(|name| name[1..].parse::<usize>().ok());
        let Some(value) = number.and_then(|n| params.get(n.wrapping_sub(1))) else {
            return Err(rusqlite::Error::InvalidParameterCount(params.len(), i));
        };
        statement.raw_bind_parameter(i, value)?;
    }
    Ok(statement)
}

fn failure(error: rusqlite::Error) -> Failure {
    match &error {
        rusqlite::Error::SqliteFailure(e, _)
            if e.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
                || e.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                || e.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_ROWID =>
        {
            Failure::Conflict
        }
        _ => Failure::Store(store_error(&error)),
    }
}

/// SQLite's own messages name tables and columns, never values; the SQL text, which rusqlite
/// appends to some, is left out because it only repeats the program.
pub(crate) fn store_error(error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(e, message) => {
            let message = message.clone().unwrap_or_else(|| e.to_string());
            match e.code {
                ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase => StoreError::Unavailable(message),
                _ => StoreError::Statement(message),
            }
        }
        rusqlite::Error::SqlInputError { msg, .. } => StoreError::Statement(msg.clone()),
        rusqlite::Error::InvalidParameterCount(given, wanted) => {
            StoreError::Statement(format!("{given} parameters for a statement with {wanted}"))
        }
        _ => StoreError::Statement("unexpected use of the engine".to_owned()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(n) => ValueRef::Integer(*n),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
