//! Databases, read and never written: which tables, which rows of them, how sure that is.
//!
//! Each engine gives the rows of a sample as text; the rest is the same for all.

pub mod mysql;
pub mod postgres;
pub(crate) mod sqlite;
mod tls;

use std::path::PathBuf;

use crate::collect::{Collector, Settings, Spot, Table, Tell};
use crate::report::{DocumentReport, Source};
use crate::{Problem, databases};

/// What is asked of a database.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Rows of each table that are looked at.
    pub rows: u64,
    /// Schemas and tables to look at, `schema` or `schema.table`, with `*`; all if empty.
    pub include: Vec<String>,
    /// Schemas and tables to leave out.
    pub exclude: Vec<String>,
    /// How long one statement may take, in seconds.
    pub timeout_seconds: u64,
    /// Whether another machine may be reached without encryption.
    pub allows_unencrypted: bool,
    /// A file of certificate authorities in PEM that are trusted, and no others; otherwise those of this machine.
    pub authorities: Option<PathBuf>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            rows: 1_000,
            include: Vec::new(),
            exclude: Vec::new(),
            timeout_seconds: 30,
            allows_unencrypted: false,
            authorities: None,
        }
    }
}

impl Asked {
    /// Whether this table is looked at.
    pub(crate) fn wants(&self, schema: &str, table: &str) -> bool {
        let whole = format!("{schema}.{table}");
        let named = |patterns: &[String]| {
            patterns
                .iter()
                .any(|pattern| like(pattern, schema) || like(pattern, &whole))
        };
        (self.include.is_empty() || named(&self.include)) && !named(&self.exclude)
    }
}

/// Whether a text is as the pattern says, of which `*` is anything. Case does not count.
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

/// Where a database is.
#[derive(Clone, Debug)]
pub enum Address {
    /// A file.
    Sqlite(PathBuf),
    /// A server, by the URL `postgres://user@host:port/database`; with `?sslmode=` as [`scan`] tells.
    Postgres(String),
    /// A server, by the URL `mysql://user@host:port/database`; without a database, all of them. With `?sslmode=` as
    /// for PostgreSQL.
    Mysql(String),
}

impl Address {
    /// The address that a word of the command line is; `None` if it is a path.
    ///
    /// # Errors
    /// `Address` if it holds a password, which other users of the machine could read there.
    pub fn parse(word: &str) -> Result<Option<Self>, Problem> {
        if let Some(path) = word.strip_prefix("sqlite:") {
            return Ok(Some(Self::Sqlite(PathBuf::from(path))));
        }
        let Some((scheme, rest)) = word.split_once("://") else {
            return Ok(None);
        };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
        if user.contains(':') || rest.contains("password=") {
            return Err(Problem::Address(
                "it holds a password; give that by --password-file or SHOUXIN_SCAN_PASSWORD",
            ));
        }
        match scheme {
            "postgres" | "postgresql" => Ok(Some(Self::Postgres(word.to_owned()))),
            "mysql" | "mariadb" => Ok(Some(Self::Mysql(format!("mysql://{rest}")))),
            _ => Err(Problem::Address(
                "it begins with sqlite:, postgres:// or mysql://",
            )),
        }
    }

    /// What it is.
    pub const fn source(&self) -> Source {
        match self {
            Self::Sqlite(_) => Source::Sqlite,
            Self::Postgres(_) => Source::Postgres,
            Self::Mysql(_) => Source::Mysql,
        }
    }

    /// What people call it: the name of the database or file.
    pub fn name(&self) -> String {
        match self {
            Self::Sqlite(path) => path
                .file_stem()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            Self::Postgres(url) | Self::Mysql(url) => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let rest = rest.split('?').next().unwrap_or_default();
                let (host, name) = rest.split_once('/').unwrap_or((rest, ""));
                let host = host.rsplit('@').next().unwrap_or_default();
                if name.is_empty() { host } else { name }.to_owned()
            }
        }
    }
}

/// A table of a database.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) columns: Vec<FoundColumn>,
    /// The rows it has, perhaps by the engine's own estimate.
    pub(crate) rows: Option<u64>,
}

/// A column of it.
#[derive(Clone, Debug)]
pub(crate) struct FoundColumn {
    pub(crate) name: String,
    pub(crate) declared_type: String,
}

impl FoundColumn {
    /// Whether its values are text or can be written as such.
    fn is_readable(&self) -> bool {
        let declared = self.declared_type.to_lowercase();
        !BINARY.iter().any(|binary| declared.contains(binary))
    }
}

/// Types of bytes and shapes, which are not looked into.
const BINARY: &[&str] = &[
    "blob",
    "bytea",
    "binary",
    "geometry",
    "geography",
    "bit",
    "oid",
    "tsvector",
    "polygon",
    "linestring",
    "vector",
];

impl Found {
    /// The columns that are read.
    pub(crate) fn readable(&self) -> Vec<&FoundColumn> {
        self.columns.iter().filter(|c| c.is_readable()).collect()
    }
}

/// Looks at the sample of one table.
pub(crate) struct Look<'a, 't> {
    collector: Collector<'a, 't>,
    table: Table,
    columns: Vec<Option<usize>>,
    rows: Option<u64>,
    read: u64,
}

impl<'a, 't> Look<'a, 't> {
    pub(crate) fn new(found: &Found, settings: &'a Settings, tell: Option<Tell<'t>>) -> Self {
        let name = format!("{}.{}", found.schema, found.name);
        let mut collector = Collector::new(settings, name, tell);
        for column in found.columns.iter().filter(|c| !c.is_readable()) {
            collector.problem(&column.name, Problem::Binary);
        }
        let path = vec![found.schema.clone(), found.name.clone()];
        collector.report.path.clone_from(&path);
        let mut table = Table::new(path, None).keep_all();
        let columns = found
            .readable()
            .iter()
            .map(|c| table.column(&mut collector, &c.name, Some(&c.declared_type)))
            .collect();
        Self {
            collector,
            table,
            columns,
            rows: found.rows,
            read: 0,
        }
    }

    /// A row, its values in the order of the columns that are read.
    pub(crate) fn row<'v>(
        &mut self,
        values: impl Iterator<Item = Option<&'v str>>,
    ) -> Result<(), Problem> {
        self.read += 1;
        for (column, value) in self.columns.iter().zip(values) {
            if let (Some(column), Some(value)) = (column, value) {
                let spot = Spot::Row(self.read);
                self.table.cell(&mut self.collector, *column, spot, value)?;
            }
        }
        Ok(())
    }

    /// The rows that came.
    pub(crate) const fn read(&self) -> u64 {
        self.read
    }

    /// The report of the table, once its rows were read, or could not be. `is_all` if the sample is the whole table.
    ///
    /// # Errors
    /// What ends the whole scan and not this table alone.
    pub(crate) fn close(
        mut self,
        done: Result<(), Problem>,
        is_all: bool,
    ) -> Result<DocumentReport, Problem> {
        let is_all = is_all && done.is_ok();
        match done {
            Err(problem) if problem.ends() => return Err(problem),
            Err(problem) => self.collector.problem("", problem),
            Ok(()) => {}
        }
        let rows = if is_all {
            Some(self.read)
        } else {
            // An estimate below what was seen is none.
            self.rows.filter(|rows| *rows > self.read)
        };
        let sampled = Some(self.read);
        self.table.close(&mut self.collector, rows, sampled)?;
        Ok(self.collector.finish())
    }
}

/// Told after each table: how many are done, of how many.
pub type Progress<'p> = &'p dyn Fn(u64, u64);

/// Scans a database.
///
/// Another machine is reached by TLS, its certificate and name checked against the authorities of this machine or
/// those that were named. `sslmode=require` in the address encrypts without that check, `sslmode=verify-full` asks for
/// it on this machine too, and `sslmode=disable` is for this machine, or where encryption was waived.
///
/// # Errors
/// If it cannot be reached or its tables cannot be listed; what is wrong with one table stands in its
/// report.
pub async fn scan(
    address: &Address,
    password: Option<&str>,
    asked: &Asked,
    settings: &Settings,
    tell: Option<Tell<'_>>,
    progress: Progress<'_>,
) -> Result<Vec<DocumentReport>, Problem> {
    match address {
        Address::Sqlite(path) => sqlite::scan(path, asked, settings, tell, progress),
        Address::Postgres(url) => {
            postgres::scan(url, password, asked, settings, tell, progress).await
        }
        Address::Mysql(url) => {
            databases::mysql::scan(url, password, asked, settings, tell, progress).await
        }
    }
}

/// Whether this is an address of this machine.
pub(crate) fn is_here(host: &str) -> bool {
    matches!(host, "" | "localhost" | "::1" | "[::1]")
        || host.starts_with('/')
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// The most characters of one value that are looked at.
pub(crate) const VALUE_CHARS: usize = 65_536;

/// Places evenly spread over the keys of a table from which rows are read: where each begins, and how many
/// rows it has.
pub(crate) fn blocks(first: i128, last: i128, rows: u64) -> Vec<(i128, u64)> {
    let count = BLOCKS.min(rows.max(1));
    let each = rows.div_ceil(count);
    let step = (last - first) / i128::from(count);
    (0..count)
        .map(|block| (first + step * i128::from(block), each))
        .collect()
}

const BLOCKS: u64 = 20;

#[cfg(test)]
mod tests {
    use super::{Address, Asked, blocks, is_here, like};

    #[test]
    fn patterns_name_schemas_and_tables() {
        for (pattern, text, expected) in [
            ("crm", "crm", true),
            ("crm", "crm2", false),
            ("crm.*", "crm.users", true),
            ("*.log_*", "crm.log_2024", true),
            ("*.log_*", "crm.users", false),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c", false),
            ("CRM.Users", "crm.users", true),
        ] {
            assert_eq!(like(pattern, text), expected, "{pattern} {text}");
        }
        let asked = Asked {
            include: vec!["crm".into()],
            exclude: vec!["*.log*".into()],
            ..Asked::default()
        };
        assert!(asked.wants("crm", "users"));
        assert!(!asked.wants("crm", "logs"));
        assert!(!asked.wants("hr", "users"));
    }

    #[test]
    fn an_address_holds_no_password() {
        assert!(Address::parse("postgres://crm:secret@db/x").is_err());
        assert!(Address::parse("mysql://crm@db/x?password=secret").is_err());
        assert!(Address::parse("oracle://x").is_err());
        assert!(Address::parse("/srv/files").is_ok_and(|a| a.is_none()));
        let name = |word: &str| Address::parse(word).unwrap().unwrap().name();
        assert_eq!(
            name("postgres://crm@127.0.0.1:5432/shop?sslmode=disable"),
            "shop"
        );
        assert_eq!(name("mysql://crm@db:3306"), "db:3306");
        assert_eq!(name("sqlite:/srv/app.db"), "app");
    }

    #[test]
    fn this_machine_is_told_from_others() {
        assert!(is_here("127.0.0.1") && is_here("localhost") && is_here("/run/postgresql"));
        assert!(!is_here("10.0.0.5") && !is_here("db.example.com"));
    }

    #[test]
    fn blocks_spread_over_the_keys() {
        let blocks = blocks(1, 100_000, 1_000);
        assert_eq!(blocks.len(), 20);
        assert_eq!(blocks[0], (1, 50));
        assert!(blocks.windows(2).all(|pair| pair[1].0 - pair[0].0 == 4_999));
    }
}
