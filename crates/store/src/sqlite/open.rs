//! Opening a data directory.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::statement;
use crate::migrate::{self, Dialect, Migration};
use crate::tx::Step;
use crate::{OpenError, StoreError};

/// The database file in a data directory.
const DATABASE: &str = "shouxin.db";
/// Whoever holds a lock on this file has the data directory.
const LOCK: &str = "shouxin.lock";
/// Before 3.51.3 a writer and a checkpoint could, in rare timings, corrupt a WAL database.
const OLDEST: i32 = 3_051_003;
/// Statements kept ready on each connection; the whole program has fewer.
const STATEMENTS: usize = 256;

/// A locked data directory.
pub(super) struct Directory {
    database: PathBuf,
    /// Held for its lock, which ends with the file handle.
    _lock: File,
}

impl Directory {
    /// Makes the directory if need be (mode 0700, files 0600) and takes it for this process.
    pub(super) fn lock(dir: &Path) -> Result<Self, OpenError> {
        let found = rusqlite::version_number();
        if found < OLDEST {
            let version = rusqlite::version();
            return Err(OpenError::Unsuitable(format!(
                "SQLite {version} is older than 3.51.3"
            )));
        }
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Directory { path, source }
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(at(dir))?;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(at(dir))?;
        let path = dir.join(LOCK);
        let lock = private_file(&path).map_err(at(&path))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => OpenError::Locked(dir.to_owned()),
            TryLockError::Error(source) => OpenError::Directory { path, source },
        })?;
        // SQLite gives its WAL and shared-memory files the mode of the database file.
        let database = dir.join(DATABASE);
        private_file(&database).map_err(at(&database))?;
        Ok(Self {
            database,
            _lock: lock,
        })
    }

    /// A connection that writes, the schema brought up to date.
    pub(super) fn writer(&self) -> Result<Connection, OpenError> {
        let conn = self.connect()?;
        let mode: String = conn
            .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
            .map_err(|e| statement::store_error(&e))?;
        if mode != "wal" {
            return Err(OpenError::Unsuitable(format!(
                "journal mode is {mode}, not wal"
            )));
        }
        pragmas(&conn, WRITER)?;
        migrate(&conn, migrate::MIGRATIONS, &mut || ())?;
        Ok(conn)
    }

    /// A connection that only reads.
    pub(super) fn reader(&self) -> Result<Connection, OpenError> {
        let conn = self.connect()?;
        pragmas(&conn, "PRAGMA query_only = ON;")?;
        Ok(conn)
    }

    /// A connection for the engine's own housekeeping.
    pub(super) fn keeper(&self) -> Result<Connection, OpenError> {
        let conn = self.connect()?;
        // It gives way at once: nobody waits for housekeeping.
        conn.busy_timeout(Duration::from_millis(100))
            .map_err(|e| statement::store_error(&e))?;
        Ok(conn)
    }

    fn connect(&self) -> Result<Connection, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.database, flags)
            .map_err(|e| statement::store_error(&e))?;
        conn.busy_timeout(Duration::from_secs(10))
            .map_err(|e| statement::store_error(&e))?;
        // Plans that depend on the values bound are made anew at every call: a tenth of an import.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|e| statement::store_error(&e))?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        pragmas(&conn, PRAGMAS)?;
        Ok(conn)
    }
}

/// FULL: an acknowledged commit survives a power cut, which a durable ledger means. Deleted values
/// are overwritten, and nothing is spilled to temporary files, where it would outlive its row.
const PRAGMAS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA cache_size = -16000;
    PRAGMA journal_size_limit = 67108864;
";

/// Indexes over keyed digests are written at random: what fits the cache is not read again from the file,
/// and a page that changes often within 64 MiB of log goes to the file once.
const WRITER: &str = "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384;";

fn pragmas(conn: &Connection, pragmas: &'static str) -> Result<(), StoreError> {
    conn.execute_batch(pragmas)
        .map_err(|e| statement::store_error(&e))
}

fn private_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file)
}

/// A database in memory with the schema, for simulators.
#[cfg(feature = "simulate")]
pub(crate) fn in_memory() -> Result<Connection, OpenError> {
    let conn = empty()?;
    migrate(&conn, migrate::MIGRATIONS, &mut || ())?;
    Ok(conn)
}

/// An empty database in memory, set up as one on a disk is.
#[cfg(feature = "simulate")]
pub(crate) fn empty() -> Result<Connection, StoreError> {
    let conn = Connection::open_in_memory().map_err(|e| statement::store_error(&e))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    pragmas(
        &conn,
        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(conn)
}

/// Brings the schema up to date. `after_statement` is where tests kill it.
fn migrate(
    conn: &Connection,
    migrations: &[Migration],
    after_statement: &mut dyn FnMut(),
) -> Result<(), OpenError> {
    let mut batch = |sql: &str| {
        let done = conn
            .execute_batch(sql)
            .map_err(|e| statement::store_error(&e));
        after_statement();
        done
    };
    batch(&Dialect::Sqlite.fill(migrate::TABLE))?;
    let applied = statement::query(conn, &migrate::APPLIED)?;
    for migration in migrate::pending(migrations, &applied)? {
        batch("BEGIN IMMEDIATE")?;
        for sql in migration.statements(Dialect::Sqlite) {
            batch(&sql)?;
        }
        let note = Step {
            sql: migrate::NOTE,
            params: migration.note(),
            rows: Some(1),
            entry: None,
        };
        statement::run(conn, &note).map_err(|_| OpenError::Migration(migration.number))?;
        batch("COMMIT")?;
        tracing::info!(number = migration.number, name = migration.name, "migrated");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    use super::*;
    use crate::Query;

    /// Tell the process that is to be killed where and when.
    const DIR: &str = "SHOUXIN_TEST_MIGRATE_DIR";
    const AFTER: &str = "SHOUXIN_TEST_MIGRATE_AFTER";

    fn schema(conn: &Connection) -> Vec<crate::Row> {
        let sql = "SELECT name, sql FROM sqlite_schema ORDER BY name";
        statement::query(
            conn,
            &Query {
                sql,
                params: vec![],
            },
        )
        .unwrap()
    }

    #[test]
    fn a_migration_killed_after_any_statement_is_completed_by_the_next_start() {
        let whole = tempfile::tempdir().unwrap();
        let whole = schema(&Directory::lock(whole.path()).unwrap().writer().unwrap());
        for after in 1.. {
            let dir = tempfile::tempdir().unwrap();
            let killed = Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "sqlite::open::tests::migrates_until_it_is_killed",
                    "--ignored",
                ])
                .env(DIR, dir.path())
                .env(AFTER, after.to_string())
                .output()
                .unwrap();
            let migrated = schema(&Directory::lock(dir.path()).unwrap().writer().unwrap());
            assert!(migrated == whole, "killed after statement {after}");
            if killed.status.success() {
                let statements: usize = migrate::MIGRATIONS
                    .iter()
                    .map(|m| m.statements(Dialect::Sqlite).len())
                    .sum();
                assert!(after > statements, "all was done after {after} statements");
                return;
            }
            assert!(killed.status.signal().is_some(), "{:?}", killed.status);
        }
    }

    #[test]
    #[ignore = "run by a_migration_killed_after_any_statement_is_completed_by_the_next_start"]
    fn migrates_until_it_is_killed() {
        let dir = PathBuf::from(std::env::var_os(DIR).unwrap());
        let mut left: usize = std::env::var(AFTER).unwrap().parse().unwrap();
        let conn = Directory::lock(&dir).unwrap().connect().unwrap();
        pragmas(&conn, "PRAGMA journal_mode = WAL").unwrap();
        migrate(&conn, migrate::MIGRATIONS, &mut || {
            left -= 1;
            if left == 0 {
                std::process::abort();
            }
        })
        .unwrap();
    }

    #[test]
    fn a_newer_schema_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let conn = Directory::lock(dir.path()).unwrap().writer().unwrap();
        let before = schema(&conn);
        let older = &migrate::MIGRATIONS[..migrate::MIGRATIONS.len() - 1];
        let refused = migrate(&conn, older, &mut || ());
        assert!(matches!(refused, Err(OpenError::Newer { found, known }) if found == known + 1));
        assert!(schema(&conn) == before);
    }
}
