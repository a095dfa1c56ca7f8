//! PostgreSQL for the tests: from Debian's packages when missing, in a private folder and port.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::debian::{self, is_root};
use crate::run::{Outcome, go, is_on_path};

/// A PostgreSQL server of our own; stopped and removed on drop.
pub(crate) struct Server {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Installs PostgreSQL if it is missing, then starts a server in a fresh folder.
    pub(crate) fn start() -> Outcome<Self> {
        let binaries = match binaries() {
            Some(folder) => folder,
            None => install()?,
        };
        sweep(&binaries);
        let port = free_port()?;
        let folder = std::env::temp_dir().join(format!("{FOLDER}{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let server = Self {
            binaries,
            folder,
            port,
        };
        if is_root() {
            go(Command::new("chown").arg("postgres").arg(&server.folder))?;
        }
        let data = server.folder.join("data");
        server.run(
            "initdb",
            &[
                "--pgdata",
                &data.to_string_lossy(),
                "--username",
                "shouxin",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
                "--no-sync",
            ],
        )?;
        // fsync is off because these databases live minutes; crash tests of ours use SQLite, where
        // the durability is our own doing.
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off \
             -c max_connections=200 -c log_min_messages=fatal",
            server.folder.display()
        );
        server.run(
            "pg_ctl",
            &[
                "--pgdata",
                &data.to_string_lossy(),
                "--wait",
                "--log",
                &server.folder.join("log").to_string_lossy(),
                "--options",
                &options,
                "start",
            ],
        )?;
        Ok(server)
    }

    /// The address of its administration database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://shouxin@127.0.0.1:{}/postgres", self.port)
    }

    /// Makes an empty database of this name and gives its address.
    pub(crate) fn database(&self, name: &str) -> Outcome<String> {
        let port = self.port.to_string();
        self.run(
            "createdb",
            &[
                "--host",
                "127.0.0.1",
                "--port",
                &port,
                "--username",
                "shouxin",
                name,
            ],
        )?;
        Ok(format!("postgres://shouxin@127.0.0.1:{}/{name}", self.port))
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Outcome {
        let program = self.binaries.join(program);
        // PostgreSQL refuses to run as root.
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        go(command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        // Best effort: the server may be gone already, and the folder is temporary.
        if data.join("postmaster.pid").exists() {
            let _ = self.run(
                "pg_ctl",
                &[
                    "--pgdata",
                    &data.to_string_lossy(),
                    "--mode",
                    "immediate",
                    "stop",
                ],
            );
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What our folders are called, before the id of the process that made them.
const FOLDER: &str = "shouxin-test-pg-";

/// Stops and removes the servers of earlier runs that were killed before they could.
fn sweep(binaries: &Path) {
    for entry in fs::read_dir(std::env::temp_dir())
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(process) = name.strip_prefix(FOLDER) else {
            continue;
        };
        if !Path::new("/proc").join(process).exists() {
            drop(Server {
                binaries: binaries.to_path_buf(),
                folder: entry.path(),
                port: 0,
            });
        }
    }
}

fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .collect();
    versions.sort();
    versions.pop()
}

fn install() -> Outcome<PathBuf> {
    println!("PostgreSQL is missing: installing Debian's package postgresql");
    if !is_on_path("apt-get") {
        return Err(
            "PostgreSQL 15 or newer is needed and this is no Debian: install its server \
                    so that /usr/lib/postgresql/<version>/bin holds initdb and postgres"
                .to_owned(),
        );
    }
    debian::install("postgresql")?;
    binaries().ok_or_else(|| "Debian's package postgresql installed no server".to_owned())
}

fn free_port() -> Outcome<u16> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}
