//! MySQL and MariaDB: a session that can only read, a sample of each table.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, DriverError, Opts, OptsBuilder, Row, SslOpts, Value};

use super::tls::{self, Protection};
use super::{Asked, Found, FoundColumn, Look, Progress, VALUE_CHARS, blocks, is_here};
use crate::Problem;
use crate::collect::{Settings, Tell};
use crate::report::DocumentReport;

/// Scans a database, or all that the account sees.
pub(super) async fn scan(
    url: &str,
    password: Option<&str>,
    asked: &Asked,
    settings: &Settings,
    mut tell: Option<Tell<'_>>,
    progress: Progress<'_>,
) -> Result<Vec<DocumentReport>, Problem> {
    let mut conn = connect(url, password, asked).await?;
    let tables = tables(&mut conn).await?;
    let wanted: Vec<&Found> = tables
        .iter()
        .filter(|table| asked.wants(&table.schema, &table.name))
        .collect();
    let mut reports = Vec::new();
    for (done, table) in wanted.iter().enumerate() {
        settings.go_on()?;
        progress(done as u64, wanted.len() as u64);
        let tell = tell.as_mut().map(|tell| &mut **tell as Tell<'_>);
        reports.push(one(&mut conn, table, asked, settings, tell).await?);
    }
    // The server ends the session in any case.
    let _ = conn.disconnect().await;
    Ok(reports)
}

async fn connect(url: &str, password: Option<&str>, asked: &Asked) -> Result<Conn, Problem> {
    let (url, mode) = tls::split(url)?;
    let options =
        Opts::from_url(&url).map_err(|_| Problem::Address("as mysql://user@host:3306/database"))?;
    let protection = tls::decide(mode, is_here(options.ip_or_hostname()), asked)?;
    let options = OptsBuilder::from_opts(options)
        .ssl_opts(ssl(protection, asked)?)
        .pass(password)
        .prefer_socket(false)
        .stmt_cache_size(0);
    let mut conn = Conn::new(options)
        .await
        .map_err(|error| unreached(&error))?;
    conn.query_drop("SET SESSION TRANSACTION READ ONLY")
        .await
        .map_err(|error| said(&error))?;
    let seconds = asked.timeout_seconds;
    // MariaDB has the one, MySQL the other.
    let in_seconds = format!("SET SESSION max_statement_time = {seconds}");
    if conn.query_drop(in_seconds).await.is_err() {
        let in_milliseconds = format!("SET SESSION max_execution_time = {}", seconds * 1000);
        conn.query_drop(in_milliseconds)
            .await
            .map_err(|error| said(&error))?;
    }
    Ok(conn)
}

/// How the client protects a connection; `None` if not at all.
fn ssl(protection: Protection, asked: &Asked) -> Result<Option<SslOpts>, Problem> {
    tls::set_provider();
    Ok(match protection {
        Protection::None => None,
        Protection::Encrypted => Some(SslOpts::default().with_danger_accept_invalid_certs(true)),
        Protection::Verified => {
            let trusted = tls::authorities(asked.authorities.as_deref())?;
            let trusted = trusted.into_iter().map(|one| one.to_vec().into()).collect();
            // What this machine trusts, as everywhere, and not a list that the client brings.
            let options = SslOpts::default().with_disable_built_in_roots(true);
            Some(options.with_root_certs(trusted))
        }
    })
}

fn unreached(error: &mysql_async::Error) -> Problem {
    match error {
        mysql_async::Error::Server(error) => Problem::Database(error.message.clone()),
        mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer) => Problem::NoTls,
        error => match tls::distrust(error) {
            Some(why) => Problem::Certificate(why),
            None => Problem::Database("the server cannot be reached".to_owned()),
        },
    }
}

/// What a failed statement says, by its code alone: words of a server may repeat values.
fn said(error: &mysql_async::Error) -> Problem {
    Problem::Database(match error {
        mysql_async::Error::Server(error) => match error.code {
            1969 | 3024 => "the statement took too long (--timeout)".to_owned(),
            1142 | 1044 | 1143 => "no right to read".to_owned(),
            code => format!("error {code}"),
        },
        _ => "the connection was lost".to_owned(),
    })
}

async fn tables(conn: &mut Conn) -> Result<Vec<Found>, Problem> {
    let sql = "SELECT t.table_schema, t.table_name, t.table_rows FROM information_schema.tables t \
               WHERE t.table_type = 'BASE TABLE' AND t.table_schema NOT IN \
               ('mysql', 'information_schema', 'performance_schema', 'sys') \
               AND (DATABASE() IS NULL OR t.table_schema = DATABASE()) ORDER BY 1, 2";
    let listed: Vec<(String, String, Option<u64>)> =
        conn.query(sql).await.map_err(|error| said(&error))?;
    Ok(listed
        .into_iter()
        .map(|(schema, name, rows)| Found {
            schema,
            name,
            columns: Vec::new(),
            rows,
        })
        .collect())
}

async fn one(
    conn: &mut Conn,
    table: &Found,
    asked: &Asked,
    settings: &Settings,
    tell: Option<Tell<'_>>,
) -> Result<DocumentReport, Problem> {
    let mut found = table.clone();
    let begun = conn
        .query_drop("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        .await;
    let listed = match begun {
        Ok(()) => describe(conn, &mut found).await,
        Err(error) => Err(error),
    };
    let mut look = Look::new(&found, settings, tell);
    let is_all = listed.is_ok() && found.rows.is_some_and(|rows| rows <= asked.rows);
    let done = match listed {
        Ok(_) if found.readable().is_empty() => Ok(()),
        Ok(_) if is_all => rows_of(conn, &found, "", asked.rows, None, &mut look)
            .await
            .map(drop),
        Ok(Some(key)) => spread(conn, &found, &key, asked, &mut look).await,
        Ok(None) => rows_of(conn, &found, "", asked.rows, None, &mut look)
            .await
            .map(drop),
        Err(error) => Err(said(&error)),
    };
    // Nothing was changed, so that either end is right; a lost connection shows at the next table.
    let _ = conn.query_drop("ROLLBACK").await;
    look.close(done, is_all)
}

/// Its columns and rows, counted if they are few; gives the whole number that is its key, if it has one.
async fn describe(
    conn: &mut Conn,
    found: &mut Found,
) -> Result<Option<String>, mysql_async::Error> {
    let sql = "SELECT column_name, column_type, column_key FROM information_schema.columns \
               WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position";
    let listed: Vec<(String, String, String)> =
        conn.exec(sql, (&found.schema, &found.name)).await?;
    let keys: Vec<&(String, String, String)> =
        listed.iter().filter(|(_, _, key)| key == "PRI").collect();
    let key = match keys.as_slice() {
        [(name, declared, _)] if declared.contains("int") => Some(name.clone()),
        _ => None,
    };
    found.columns = listed
        .into_iter()
        .map(|(name, declared_type, _)| FoundColumn {
            name,
            declared_type,
        })
        .collect();
    if found.rows.is_none_or(|rows| rows < COUNTED_BELOW) {
        let sql = format!("SELECT COUNT(*) FROM {}", name_of(found));
        found.rows = conn.query_first(sql).await?;
    }
    Ok(key)
}

/// Beyond so many rows, counting takes longer than it is worth.
const COUNTED_BELOW: u64 = 100_000;

/// Rows from places spread over the table by its key.
async fn spread(
    conn: &mut Conn,
    found: &Found,
    key: &str,
    asked: &Asked,
    look: &mut Look<'_, '_>,
) -> Result<(), Problem> {
    let quoted_key = quoted(key);
    let sql = format!(
        "SELECT CAST(MIN({quoted_key}) AS CHAR), CAST(MAX({quoted_key}) AS CHAR) FROM {}",
        name_of(found)
    );
    let ends: Option<(Option<String>, Option<String>)> =
        conn.query_first(sql).await.map_err(|error| said(&error))?;
    let parsed = ends.and_then(|(first, last)| {
        Some((first?.parse::<i128>().ok()?, last?.parse::<i128>().ok()?))
    });
    let Some((first, last)) = parsed else {
        return rows_of(conn, found, "", asked.rows, None, look)
            .await
            .map(drop);
    };
    let mut next = first;
    for (start, rows) in blocks(first, last, asked.rows) {
        let start = start.max(next);
        let left = asked.rows.saturating_sub(look.read()).min(rows);
        let condition = format!("WHERE {quoted_key} >= {start} ORDER BY {quoted_key}");
        let last = rows_of(conn, found, &condition, left, Some(&quoted_key), look).await?;
        next = last.map_or(next, |last| last.saturating_add(1));
    }
    Ok(())
}

/// Reads rows; gives the last one's key.
async fn rows_of(
    conn: &mut Conn,
    found: &Found,
    condition: &str,
    rows: u64,
    key: Option<&str>,
    look: &mut Look<'_, '_>,
) -> Result<Option<i128>, Problem> {
    let columns: Vec<String> = found
        .readable()
        .iter()
        .map(|column| {
            let name = quoted(&column.name);
            format!("LEFT(CAST({name} AS CHAR CHARACTER SET utf8mb4), {VALUE_CHARS})")
        })
        .chain(key.map(|key| format!("CAST({key} AS CHAR)")))
        .collect();
    let sql = format!(
        "SELECT {} FROM {} {condition} LIMIT {rows}",
        columns.join(", "),
        name_of(found)
    );
    let mut last = None;
    let mut result = conn.query_iter(sql).await.map_err(|error| said(&error))?;
    while let Some(row) = result.next().await.map_err(|error| said(&error))? {
        let values: Vec<Option<String>> = (0..columns.len()).map(|at| text(&row, at)).collect();
        if key.is_some() {
            last = values
                .last()
                .cloned()
                .flatten()
                .and_then(|key| key.parse().ok());
        }
        look.row(values.iter().map(Option::as_deref))?;
    }
    Ok(last)
}

fn text(row: &Row, at: usize) -> Option<String> {
    match row.as_ref(at)? {
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

fn name_of(table: &Found) -> String {
    format!("{}.{}", quoted(&table.schema), quoted(&table.name))
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
