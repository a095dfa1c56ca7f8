//! PostgreSQL: a session that can only read, a sample of each table.

use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::pki_types::{InvalidDnsNameError, ServerName};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Row, Socket};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::tls::{self, Protection};
use super::{Asked, Found, FoundColumn, Look, Progress, VALUE_CHARS, is_here};
use crate::Problem;
use crate::collect::{Settings, Tell};
use crate::report::DocumentReport;

/// Scans a database.
pub(super) async fn scan(
    url: &str,
    password: Option<&str>,
    asked: &Asked,
    settings: &Settings,
    mut tell: Option<Tell<'_>>,
    progress: Progress<'_>,
) -> Result<Vec<DocumentReport>, Problem> {
    let client = connect(url, password, asked).await?;
    let tables = tables(&client).await?;
    let wanted: Vec<&Listed> = tables
        .iter()
        .filter(|table| asked.wants(&table.schema, &table.name))
        .collect();
    let mut reports = Vec::new();
    for (done, table) in wanted.iter().enumerate() {
        settings.go_on()?;
        progress(done as u64, wanted.len() as u64);
        let tell = tell.as_mut().map(|tell| &mut **tell as Tell<'_>);
        reports.push(one(&client, table, asked, settings, tell).await?);
    }
    Ok(reports)
}

async fn connect(url: &str, password: Option<&str>, asked: &Asked) -> Result<Client, Problem> {
    let (url, mode) = tls::split(url)?;
    let mut config: Config = url
        .parse()
        .map_err(|_| Problem::Address("as postgres://user@host:5432/database"))?;
    // A name may stand there beside the address that is really called.
    let is_local = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => is_here(name),
        Host::Unix(_) => true,
    }) && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
    let protection = tls::decide(mode, is_local, asked)?;
    if let Some(password) = password {
        config.password(password);
    }
    // The server itself holds the session to it, whatever is asked later.
    config
        .application_name("shouxin scan")
        .connect_timeout(Duration::from_secs(10))
        .options(format!(
            "-c default_transaction_read_only=on -c statement_timeout={}s -c lock_timeout=5s",
            asked.timeout_seconds
        ));
    if protection == Protection::None {
        return open(config.ssl_mode(SslMode::Disable), NoTls).await;
    }
    let settings = tls::client(protection == Protection::Verified, asked)?;
    open(config.ssl_mode(SslMode::Require), ByTls(settings.into())).await
}

async fn open<T>(config: &Config, protection: T) -> Result<Client, Problem>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let connecting = config.connect(protection).await;
    let (client, connection) = connecting.map_err(|error| unreached(&error))?;
    tokio::spawn(async move {
        // Its end shows in the client.
        let _ = connection.await;
    });
    Ok(client)
}

fn unreached(error: &tokio_postgres::Error) -> Problem {
    if let Some(error) = error.as_db_error() {
        return Problem::Database(error.message().to_owned());
    }
    if let Some(why) = tls::distrust(error) {
        return Problem::Certificate(why);
    }
    // The client has no code for it, only this sentence.
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.to_string() == "server does not support TLS" {
            return Problem::NoTls;
        }
        cause = error.source();
    }
    Problem::Database("the server cannot be reached".to_owned())
}

/// Connects by TLS.
struct ByTls(TlsConnector);

/// The same, with the name that the server must show.
struct ToServer(TlsConnector, ServerName<'static>);

/// A connection by TLS.
struct Secured(TlsStream<Socket>);

impl MakeTlsConnect<Socket> for ByTls {
    type Stream = Secured;
    type TlsConnect = ToServer;
    type Error = InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<ToServer, InvalidDnsNameError> {
        let name = ServerName::try_from(host)?.to_owned();
        Ok(ToServer(self.0.clone(), name))
    }
}

impl TlsConnect<Socket> for ToServer {
    type Stream = Secured;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Secured>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async move { self.0.connect(self.1, stream).await.map(Secured) })
    }
}

impl tokio_postgres::tls::TlsStream for Secured {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// A table as the catalogue lists it.
struct Listed {
    oid: u32,
    schema: String,
    name: String,
    /// Rows by the last ANALYZE; negative if there was none.
    estimate: f64,
    is_readable: bool,
    /// Whether TABLESAMPLE works on it: not on foreign tables.
    has_samples: bool,
}

async fn tables(client: &Client) -> Result<Vec<Listed>, Problem> {
    // Partitions are read through the table they are parts of.
    let sql = "SELECT c.oid, n.nspname::text, c.relname::text, c.reltuples::float8, \
               has_table_privilege(c.oid, 'SELECT'), c.relkind::text <> 'f' \
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition \
               AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
               AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 2, 3";
    let rows = client.query(sql, &[]).await.map_err(|error| said(&error))?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                oid: row.try_get(0)?,
                schema: row.try_get(1)?,
                name: row.try_get(2)?,
                estimate: row.try_get(3)?,
                is_readable: row.try_get(4)?,
                has_samples: row.try_get(5)?,
            })
        })
        .collect::<Result<_, tokio_postgres::Error>>()
        .map_err(|error| said(&error))
}

/// What a failed statement says, by its code alone: words of a server may repeat values.
fn said(error: &tokio_postgres::Error) -> Problem {
    Problem::Database(error.code().map_or_else(
        || "the connection was lost".to_owned(),
        |code| match code.code() {
            "57014" => "the statement took too long (--timeout)".to_owned(),
            "42501" => "no right to read".to_owned(),
            code => format!("SQLSTATE {code}"),
        },
    ))
}

async fn one(
    client: &Client,
    table: &Listed,
    asked: &Asked,
    settings: &Settings,
    tell: Option<Tell<'_>>,
) -> Result<DocumentReport, Problem> {
    let mut found = Found {
        schema: table.schema.clone(),
        name: table.name.clone(),
        columns: Vec::new(),
        rows: None,
    };
    if !table.is_readable {
        let look = Look::new(&found, settings, tell);
        let why = Problem::Database("no right to read".to_owned());
        return look.close(Err(why), false);
    }
    let begun = client
        .batch_execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await;
    let listed = match begun {
        Ok(()) => describe(client, table, &mut found).await,
        Err(error) => Err(error),
    };
    let mut look = Look::new(&found, settings, tell);
    let is_all = found.rows.is_some_and(|rows| rows <= asked.rows);
    let done = match listed {
        Ok(()) if found.readable().is_empty() => Ok(()),
        Ok(()) => sample(client, table, &found, asked, is_all, &mut look).await,
        Err(error) => Err(said(&error)),
    };
    // Nothing was changed, so that either end is right; a lost connection shows at the next table.
    let _ = client.batch_execute("ROLLBACK").await;
    look.close(done, is_all)
}

/// Its columns, and its rows: counted if they are few, else as the server estimates.
async fn describe(
    client: &Client,
    table: &Listed,
    found: &mut Found,
) -> Result<(), tokio_postgres::Error> {
    let sql = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute \
               WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
    for row in client.query(sql, &[&table.oid]).await? {
        found.columns.push(FoundColumn {
            name: row.try_get(0)?,
            declared_type: row.try_get(1)?,
        });
    }
    found.rows = if table.estimate >= COUNTED_BELOW {
        // Whole and positive, far below 2^53.
        Some(table.estimate as u64)
    } else {
        let sql = format!("SELECT count(*) FROM {}", name_of(table));
        let rows: i64 = client.query_one(&sql, &[]).await?.try_get(0)?;
        u64::try_from(rows).ok()
    };
    Ok(())
}

/// Beyond so many rows, counting takes longer than it is worth.
const COUNTED_BELOW: f64 = 100_000.0;

/// Beyond so many rows, whole pages are drawn and not single rows, which would read every page.
const BY_ROW_BELOW: u64 = 1_000_000;

async fn sample(
    client: &Client,
    table: &Listed,
    found: &Found,
    asked: &Asked,
    is_all: bool,
    look: &mut Look<'_, '_>,
) -> Result<(), Problem> {
    let columns: Vec<String> = found
        .readable()
        .iter()
        .map(|column| format!("left({}::text, {VALUE_CHARS})", quoted(&column.name)))
        .collect();
    let from = match found.rows {
        Some(rows) if !is_all && table.has_samples => {
            // A fifth more than wanted, since the share drawn varies; the same rows each time.
            let percent = (asked.rows as f64 * 120.0 / rows.max(1) as f64).clamp(1e-6, 100.0);
            let method = if rows < BY_ROW_BELOW {
                "BERNOULLI"
            } else {
                "SYSTEM"
            };
            format!(
                "{} TABLESAMPLE {method} ({percent:.6}) REPEATABLE (1)",
                name_of(table)
            )
        }
        _ => name_of(table),
    };
    let sql = format!(
        "SELECT {} FROM {from} LIMIT {}",
        columns.join(", "),
        asked.rows
    );
    let none: [&(dyn ToSql + Sync); 0] = [];
    let rows = client
        .query_raw(&sql, none)
        .await
        .map_err(|error| said(&error))?;
    let mut rows = pin!(rows);
    while let Some(row) = next(&mut rows).await {
        let row = row.map_err(|error| said(&error))?;
        let values: Vec<Option<String>> = (0..columns.len())
            .map(|at| row.try_get(at).ok().flatten())
            .collect();
        look.row(values.iter().map(Option::as_deref))?;
    }
    Ok(())
}

/// The next row of a stream.
async fn next(
    rows: &mut std::pin::Pin<&mut tokio_postgres::RowStream>,
) -> Option<Result<Row, tokio_postgres::Error>> {
    std::future::poll_fn(|context| futures_core::Stream::poll_next(rows.as_mut(), context)).await
}

fn name_of(table: &Listed) -> String {
    format!("{}.{}", quoted(&table.schema), quoted(&table.name))
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
