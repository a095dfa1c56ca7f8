//! A MariaDB server for tests.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

use crate::postgres::{TlsIdentity, User, as_user, unprivileged};

/// A server that lives as long as this value, on a free port of 127.0.0.1, with all its files in a temporary
/// folder. It forgets everything.
pub struct Server {
    port: u16,
    dir: TempDir,
    /// A shell that waits for its input to end, which it does however this process ends, and then stops the
    /// server.
    keeper: Child,
}

/// The account of the tests, which may do everything.
pub const USER: &str = "shouxin";

/// Its password.
pub const PASSWORD: &str = "only for tests";

impl Server {
    /// The server shared by the tests of this process.
    ///
    /// # Panics
    /// If there is none to be had. A test that needs MariaDB fails without it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| {
            Self::start().unwrap_or_else(|why| {
                panic!(
                    "no MariaDB for tests: {why}. Install Debian's packages mariadb-server and \
                     mariadb-client"
                )
            })
        })
    }

    /// Starts a server with a certificate and its key: it offers TLS.
    ///
    /// # Errors
    /// What is lacking, in words.
    pub fn start_with_tls(identity: &TlsIdentity) -> Result<Self, String> {
        Self::start_with(Some(identity))
    }

    fn start() -> Result<Self, String> {
        Self::start_with(None)
    }

    fn start_with(identity: Option<&TlsIdentity>) -> Result<Self, String> {
        let install = program("mariadb-install-db").ok_or("mariadb-install-db is not installed")?;
        let server = program("mariadbd").ok_or("mariadbd is not installed")?;
        let dir = tempfile::Builder::new()
            .prefix("shouxin-mariadb-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?;
        let user = unprivileged()?;
        if let Some(user) = &user {
            chown(dir.path(), Some(user.uid), Some(user.gid))
                .map_err(|error| format!("chown: {error}"))?;
        }
        let data = dir.path().join("data");
        let mut made = as_user(user.as_ref(), &install);
        made.args(["--no-defaults", "--auth-root-authentication-method=normal"]);
        made.args(["--skip-test-db", "--skip-name-resolve"]);
        let made = made
            .arg(format!("--datadir={}", data.display()))
            .current_dir(dir.path())
            .output()
            .map_err(|error| format!("mariadb-install-db: {error}"))?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr);
            return Err(format!("mariadb-install-db: {}", said.trim()));
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| format!("no free port: {error}"))?
            .port();
        let init = dir.path().join("init.sql");
        let sql = format!(
            "CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n\
             GRANT ALL ON *.* TO '{USER}'@'127.0.0.1' WITH GRANT OPTION;\n"
        );
        fs::write(&init, sql).map_err(|error| format!("init.sql: {error}"))?;
        let mut more = Vec::new();
        if let Some(identity) = identity {
            let (cert, key) = identity
                .write(dir.path(), user.as_ref())
                .map_err(|error| format!("certificate: {error}"))?;
            more.push(format!("--ssl-cert={}", cert.display()));
            more.push(format!("--ssl-key={}", key.display()));
        }
        let keeper = keep(&dir, user.as_ref(), &server, port, &more)?;
        let this = Self { port, dir, keeper };
        this.wait_until_ready()?;
        Ok(this)
    }

    /// The URL of a database of it, without a password.
    pub fn url(&self, database: &str) -> String {
        format!("mysql://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs statements with the client program, in UTF-8.
    ///
    /// # Panics
    /// If one of them fails.
    pub fn run(&self, sql: &str) {
        let done = self.client(sql).expect("the client program runs");
        assert!(done.0, "mariadb: {}", done.1);
    }

    fn client(&self, sql: &str) -> std::io::Result<(bool, String)> {
        use std::io::Write;
        let mut child = Command::new("mariadb")
            .args(["--no-defaults", "--default-character-set=utf8mb4"])
            .args(["--host=127.0.0.1", &format!("--port={}", self.port)])
            .arg(format!("--user={USER}"))
            .env("MYSQL_PWD", PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(sql.as_bytes())?;
        }
        let done = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        Ok((done.status.success(), said))
    }

    fn wait_until_ready(&self) -> Result<(), String> {
        for _ in 0..400 {
            if self.client("SELECT 1;").is_ok_and(|done| done.0) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
        Err(format!(
            "the server did not answer within 20 seconds: {}",
            log.trim()
        ))
    }
}

fn keep(
    dir: &TempDir,
    user: Option<&User>,
    server: &std::path::Path,
    port: u16,
    more: &[String],
) -> Result<Child, String> {
    let path = dir.path();
    let log = fs::File::create(path.join("log")).map_err(|error| format!("log: {error}"))?;
    let mut command = as_user(user, server);
    command
        .arg("--no-defaults")
        .arg(format!("--datadir={}", path.join("data").display()))
        .arg(format!("--socket={}", path.join("socket").display()))
        .arg(format!("--pid-file={}", path.join("data/pid").display()))
        .arg(format!("--init-file={}", path.join("init.sql").display()))
        .args(["--bind-address=127.0.0.1", &format!("--port={port}")])
        .args(["--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"])
        .args(["--innodb-buffer-pool-size=32M", "--skip-log-bin"])
        .args(more);
    let mut keeper = Command::new("sh");
    keeper.arg("-c").arg(
        "trap '' INT\n\
         dir=$1; shift\n\
         \"$@\" &\n\
         read -r _\n\
         kill -TERM \"$(cat \"$dir/data/pid\")\"\n\
         wait\n\
         rm -rf \"$dir\"",
    );
    keeper
        .arg("sh")
        .arg(path)
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(log.try_clone().map_err(|error| format!("log: {error}"))?)
        .stderr(log)
        .spawn()
        .map_err(|error| format!("mariadbd: {error}"))
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// Where a program of the server is: Debian puts it where only administrators look.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/bin")])
        .map(|folder| folder.join(name))
        .find(|program| program.exists())
}
