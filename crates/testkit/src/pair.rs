//! Two PostgreSQL servers, one following the other, that take each other's place.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use tempfile::TempDir;

use crate::postgres::{User, administer, as_user, binaries, keep, unprivileged};

/// A primary and the standby that confirms each of its commits.
pub struct Pair {
    bin: PathBuf,
    user: Option<User>,
    nodes: [Node; 2],
    primary: usize,
    keepers: Vec<Child>,
}

struct Node {
    folder: TempDir,
    port: u16,
}

impl Node {
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn url(&self) -> String {
        format!("postgres://shouxin@127.0.0.1:{}/postgres", self.port)
    }
}

impl Pair {
    /// Starts both. Takes some seconds.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    pub async fn start() -> Self {
        let bin = binaries().expect("initdb and postgres are installed");
        let user = unprivileged().expect("somebody who may run PostgreSQL");
        let node = || {
            let folder = tempfile::Builder::new()
                .prefix("shouxin-postgres-")
                .tempdir()
                .expect("a temporary folder");
            if let Some(user) = &user {
                chown(folder.path(), Some(user.uid), Some(user.gid)).expect("chown");
            }
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            let port = listener.local_addr().expect("its number").port();
            Node { folder, port }
        };
        let mut this = Self {
            nodes: [node(), node()],
            bin,
            user,
            primary: 0,
            keepers: Vec::new(),
        };
        let data = this.nodes[0].data();
        let mut initdb = this.command("initdb");
        initdb
            .args([
                "--no-sync",
                "--auth=trust",
                "--username=shouxin",
                "--encoding=UTF8",
            ])
            .args(["--locale=C", "-D"])
            .arg(&data);
        done(&mut initdb);
        let hba = data.join("pg_hba.conf");
        append(&hba, "host replication all 127.0.0.1/32 trust\n");
        append(
            &data.join("postgresql.conf"),
            "max_connections = 60\nfsync = off\n",
        );
        this.run(0);
        this.follow().await;
        this
    }

    /// The address of whichever of the two takes writes.
    pub fn url(&self) -> String {
        let [one, two] = &self.nodes;
        format!(
            "postgres://shouxin@127.0.0.1:{},127.0.0.1:{}/postgres?target_session_attrs=read-write",
            one.port, two.port
        )
    }

    /// The address of the one that takes writes now, and of the other.
    pub fn urls(&self) -> (String, String) {
        (
            self.nodes[self.primary].url(),
            self.nodes[1 - self.primary].url(),
        )
    }

    /// Kills the primary at once.
    ///
    /// # Panics
    /// If it did not run.
    pub fn kill(&self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["--mode", "immediate", "--wait", "--pgdata"])
            .arg(self.nodes[self.primary].data())
            .arg("stop");
        done(&mut stop);
    }

    /// Makes the standby the primary. It waits for nobody: it has no standby yet.
    ///
    /// # Panics
    /// If it did not follow.
    pub async fn promote(&mut self) {
        self.primary = 1 - self.primary;
        let node = &self.nodes[self.primary];
        let mut promote = self.command("pg_ctl");
        promote
            .args(["--wait", "--pgdata"])
            .arg(node.data())
            .arg("promote");
        done(&mut promote);
        self.tell("ALTER SYSTEM RESET synchronous_standby_names")
            .await;
        self.tell("SELECT pg_reload_conf()").await;
    }

    /// Starts the one that was killed as it was: a second primary that knows of nothing.
    pub fn revive(&mut self) {
        let old = 1 - self.primary;
        self.run(old);
    }

    /// Stops the other one, and makes it anew as the standby of the primary.
    ///
    /// # Panics
    /// If the primary does not let it follow.
    pub async fn follow(&mut self) {
        let (from, to) = (&self.nodes[self.primary], &self.nodes[1 - self.primary]);
        let data = to.data();
        if data.exists() {
            let mut stop = self.command("pg_ctl");
            stop.args(["--mode", "immediate", "--pgdata"])
                .arg(&data)
                .arg("stop");
            // It may not have been started again.
            stop.output().expect("pg_ctl runs");
            fs::remove_dir_all(&data).expect("the old data go");
        }
        let mut copy = self.command("pg_basebackup");
        copy.args([
            "--checkpoint=fast",
            "--wal-method=stream",
            "--write-recovery-conf",
            "--no-sync",
        ])
        .args([
            "--host=127.0.0.1",
            "--username=shouxin",
            "--port",
            &from.port.to_string(),
            "-D",
        ])
        .arg(&data);
        done(&mut copy);
        self.run(1 - self.primary);
        self.tell("ALTER SYSTEM SET synchronous_standby_names = '*'")
            .await;
        self.tell("SELECT pg_reload_conf()").await;
    }

    async fn tell(&self, sql: &str) {
        let url = self.nodes[self.primary].url();
        administer(&url, sql)
            .await
            .expect("the primary does as it is told");
    }

    fn run(&mut self, at: usize) {
        let node = &self.nodes[at];
        let mut server = self.command("postgres");
        server
            .args(["-c", "listen_addresses=127.0.0.1", "-c"])
            .arg(format!("port={}", node.port))
            .arg("-c")
            .arg(format!(
                "unix_socket_directories={}",
                node.folder.path().display()
            ));
        let port = node.port.to_string();
        let keeper = keep(server, node.folder.path(), &node.data()).expect("postgres starts");
        self.keepers.push(keeper);
        for _ in 0..200 {
            let mut ready = Command::new(self.bin.join("pg_isready"));
            ready.args(["--quiet", "--host=127.0.0.1", "--port", &port]);
            if ready.status().is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server did not answer within 10 seconds");
    }

    fn command(&self, program: &str) -> Command {
        let mut command = as_user(self.user.as_ref(), &self.bin.join(program));
        command.current_dir("/");
        command
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for keeper in &mut self.keepers {
            drop(keeper.stdin.take());
        }
        for keeper in &mut self.keepers {
            keeper.wait().ok();
        }
    }
}

fn append(file: &Path, text: &str) {
    let file = fs::OpenOptions::new().append(true).open(file);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .expect("a setting is written");
}

fn done(command: &mut Command) {
    let output = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{:?}: {said}",
        command.get_program()
    );
}
