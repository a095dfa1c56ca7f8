//! A PostgreSQL server for tests.

use std::fs;
use std::io::{self, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

/// Names a server to use instead of starting one: the `postgres://` URL of a database whose user may
/// create databases.
pub const SERVER_URL: &str = "SHOUXIN_TEST_POSTGRES";

/// A server that lives as long as this value, or as the process if that is killed. It forgets
/// everything: nothing is flushed to disk.
pub struct Server {
    admin_url: String,
    own: Option<Own>,
}

/// A database of its own, dropped with this value.
pub struct Database {
    url: String,
    name: String,
    admin_url: String,
}

struct Own {
    /// A shell that waits for its input to end, which it does however this process ends, and then
    /// stops the server.
    keeper: Child,
    dir: TempDir,
}

impl Server {
    /// The server shared by the tests of this process: the one that `SHOUXIN_TEST_POSTGRES` names,
    /// or one started now.
    ///
    /// # Panics
    /// If there is none to be had. A test that needs PostgreSQL fails without it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var(SERVER_URL) {
            Ok(admin_url) => Self {
                admin_url,
                own: None,
            },
            Err(_) => Self::start().unwrap_or_else(|why| {
                panic!("no PostgreSQL for tests: {why}. Install postgresql-15, or set {SERVER_URL}")
            }),
        })
    }

    /// Starts a server on a free port of 127.0.0.1, with a socket and all its files in a temporary
    /// folder. Takes about two seconds.
    ///
    /// # Errors
    /// What is lacking, in words.
    pub fn start() -> Result<Self, String> {
        Self::start_with(None)
    }

    /// The same, with a certificate and its key: the server offers TLS.
    ///
    /// # Errors
    /// What is lacking, in words.
    pub fn start_with_tls(identity: &TlsIdentity) -> Result<Self, String> {
        Self::start_with(Some(identity))
    }

    fn start_with(identity: Option<&TlsIdentity>) -> Result<Self, String> {
        let bin = binaries().ok_or("initdb and postgres are not installed")?;
        let told = |what: &str, e: io::Error| format!("{what}: {e}");
        let dir = tempfile::Builder::new()
            .prefix("shouxin-postgres-")
            .tempdir()
            .map_err(|e| told("no temporary folder", e))?;
        let user = unprivileged()?;
        if let Some(user) = &user {
            chown(dir.path(), Some(user.uid), Some(user.gid)).map_err(|e| told("chown", e))?;
        }
        let data = dir.path().join("data");
        let mut initdb = as_user(user.as_ref(), &bin.join("initdb"));
        initdb.args([
            "--no-sync",
            "--auth=trust",
            "--username=shouxin",
            "--encoding=UTF8",
        ]);
        let made = initdb
            .args(["--locale=C", "-D"])
            .arg(&data)
            .current_dir(dir.path())
            .output();
        let made = made.map_err(|e| told("initdb", e))?;
        if !made.status.success() {
            return Err(format!(
                "initdb: {}",
                String::from_utf8_lossy(&made.stderr).trim()
            ));
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|e| told("no free port", e))?
            .port();
        write_settings(dir.path(), &data, port).map_err(|e| told("postgresql.conf", e))?;
        if let Some(identity) = identity {
            let (cert, key) = identity
                .write(&data, user.as_ref())
                .map_err(|e| told("certificate", e))?;
            let settings = format!(
                "ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\n",
                cert.display(),
                key.display()
            );
            append(&data.join("postgresql.conf"), &settings)
                .map_err(|e| told("postgresql.conf", e))?;
        }
        let server = as_user(user.as_ref(), &bin.join("postgres"));
        let keeper = keep(server, dir.path(), &data).map_err(|e| told("postgres", e))?;
        let this = Self {
            admin_url: format!("postgres://shouxin@127.0.0.1:{port}/postgres"),
            own: Some(Own { keeper, dir }),
        };
        this.wait_until_ready(&bin, port)?;
        Ok(this)
    }

    /// Makes an empty database.
    ///
    /// # Panics
    /// If the server does not let us.
    pub async fn database(&self) -> Database {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("shouxin_test_{}_{number}", std::process::id());
        let sql = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        administer(&self.admin_url, &sql)
            .await
            .expect("the test server makes a database");
        let url = with_database(&self.admin_url, &name);
        Database {
            url,
            name,
            admin_url: self.admin_url.clone(),
        }
    }

    fn wait_until_ready(&self, bin: &Path, port: u16) -> Result<(), String> {
        for _ in 0..200 {
            let mut ready = Command::new(bin.join("pg_isready"));
            ready.args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")]);
            if ready.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = self.own.as_ref().map(|own| own.dir.path().join("log"));
        let log = log
            .and_then(|path| fs::read_to_string(path).ok())
            .unwrap_or_default();
        Err(format!(
            "the server did not answer within 10 seconds: {}",
            log.trim()
        ))
    }
}

impl Database {
    /// Its `postgres://` URL.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let admin_url = self.admin_url.clone();
        // A thread of its own, because a test drops this inside its runtime.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            // What cannot be dropped goes with the server.
            runtime
                .map(|runtime| runtime.block_on(administer(&admin_url, &sql)).ok())
                .ok();
        });
        dropping.join().ok();
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// Whom the server runs as when we are root, which it refuses to be.
pub(crate) struct User {
    name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

pub(crate) fn unprivileged() -> Result<Option<User>, String> {
    let root = fs::metadata("/proc/self").is_ok_and(|of_process| of_process.uid() == 0);
    if !root {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").map_err(|e| format!("/etc/passwd: {e}"))?;
    let account = |wanted: &str| {
        let line = accounts
            .lines()
            .find(|line| line.split(':').next() == Some(wanted))?;
        let mut parts = line.split(':').skip(2).map(str::parse);
        let (uid, gid) = (parts.next()?.ok()?, parts.next()?.ok()?);
        Some(User {
            name: wanted.to_owned(),
            uid,
            gid,
        })
    };
    let user = account("postgres").or_else(|| account("nobody"));
    user.map(Some)
        .ok_or_else(|| "no user postgres or nobody to run it as".to_owned())
}

pub(crate) fn as_user(user: Option<&User>, program: &Path) -> Command {
    let Some(user) = user else {
        return Command::new(program);
    };
    let mut command = Command::new("runuser");
    command.args(["-u", &user.name, "--"]).arg(program);
    command
}

/// Where `initdb` and `postgres` are: the newest of Debian's versions, else the search path.
pub(crate) fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = versions.into_iter().rev().map(|(_, bin)| bin);
    debian
        .chain(std::env::split_paths(&path))
        .find(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
}

/// A certificate and its private key, both PEM, by which a server shows who it is.
pub struct TlsIdentity {
    /// The certificate, perhaps with those between it and its authority.
    pub cert: String,
    /// Its key.
    pub key: String,
}

impl TlsIdentity {
    /// Writes both into a folder, for the server's account alone; gives their paths.
    pub(crate) fn write(
        &self,
        folder: &Path,
        user: Option<&User>,
    ) -> io::Result<(PathBuf, PathBuf)> {
        let (cert, key) = (folder.join("tls.crt"), folder.join("tls.key"));
        for (path, text) in [(&cert, &self.cert), (&key, &self.key)] {
            fs::write(path, text)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            if let Some(user) = user {
                chown(path, Some(user.uid), Some(user.gid))?;
            }
        }
        Ok((cert, key))
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().append(true).open(path)?;
    file.write_all(text.as_bytes())
}

fn write_settings(dir: &Path, data: &Path, port: u16) -> io::Result<()> {
    let settings = format!(
        "listen_addresses = '127.0.0.1'\n\
         port = {port}\n\
         unix_socket_directories = '{}'\n\
         max_connections = 400\n\
         fsync = off\n\
         full_page_writes = off\n\
         shared_buffers = 32MB\n",
        dir.display()
    );
    append(&data.join("postgresql.conf"), &settings)
}

pub(crate) fn keep(server: Command, dir: &Path, data: &Path) -> io::Result<Child> {
    let log = fs::File::create(dir.join("log"))?;
    log.set_permissions(fs::Permissions::from_mode(0o644))?;
    let mut keeper = Command::new("sh");
    keeper.arg("-c").arg(
        "trap '' INT\n\
         dir=$1 data=$2; shift 2\n\
         \"$@\" -D \"$data\" &\n\
         read -r _\n\
         kill -QUIT \"$(head -n 1 \"$data/postmaster.pid\")\"\n\
         wait\n\
         rm -rf \"$dir\"",
    );
    keeper
        .arg("sh")
        .arg(dir)
        .arg(data)
        .arg(server.get_program())
        .args(server.get_args());
    keeper
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
}

pub(crate) async fn administer(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    let done = client.batch_execute(sql).await;
    drop(client);
    connection.await.ok();
    done
}

/// The URL with its path replaced: `postgres://user@host/name?options`.
fn with_database(url: &str, name: &str) -> String {
    let (base, options) = url.split_once('?').unwrap_or((url, ""));
    let start = base.find("://").map_or(0, |at| at + 3);
    let end = base[start..].find('/').map_or(base.len(), |at| start + at);
    let options = if options.is_empty() {
        String::new()
    } else {
        format!("?{options}")
    };
    format!("{}/{name}{options}", &base[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_the_database_changes() {
        for (admin, own) in [
            ("postgres://a:b@h:5432/postgres", "postgres://a:b@h:5432/t"),
            ("postgres://h", "postgres://h/t"),
            (
                "postgres:///postgres?host=/run/pg",
                "postgres:///t?host=/run/pg",
            ),
        ] {
            assert_eq!(with_database(admin, "t"), own);
        }
    }
}
