//! A NATS server with JetStream for tests, and a connection to it that loses answers.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A server of its own on a free port of 127.0.0.1, its store in a temporary folder; killed with this value.
pub struct Server {
    dir: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Server {
    /// A place for a server, which is not started yet.
    ///
    /// # Panics
    /// Without a free port or a temporary folder.
    pub fn reserved() -> Self {
        let dir = tempfile::Builder::new().prefix("shouxin-nats-").tempdir();
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        Self {
            dir: dir.expect("a temporary folder"),
            port,
            child: None,
        }
    }

    /// Starts it over what its store holds, and waits until it listens.
    ///
    /// # Panics
    /// Without `nats-server`: install Debian's package of that name.
    pub async fn start(&mut self) {
        let program = program().expect("no NATS for tests: install Debian's package nats-server");
        let child = Command::new(program)
            .args(["--addr", "127.0.0.1", "--jetstream", "--store_dir"])
            .arg(self.store())
            .args(["--port", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("nats-server starts"));
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nats-server does not listen");
    }

    /// Kills it at once, as `kill -9` does.
    ///
    /// # Panics
    /// If it cannot be killed.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("kill");
            child.wait().expect("wait");
        }
    }

    /// Deletes everything it stored. It must not be running.
    ///
    /// # Panics
    /// If it is running, or the folder cannot be deleted.
    pub fn wipe(&self) {
        assert!(self.child.is_none(), "the server is running");
        if self.store().exists() {
            fs::remove_dir_all(self.store()).expect("the store can be deleted");
        }
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Its address as NATS writes it.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    fn store(&self) -> PathBuf {
        self.dir.path().join("store")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A way to `target` that lets every question through, and swallows each answer after the first `answers` of a
/// connection by cutting it.
///
/// # Panics
/// Without a free port.
pub async fn lossy(target: SocketAddr, answers: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        let mut links = JoinSet::new();
        while let Ok((near, _)) = listener.accept().await {
            links.spawn(async move {
                if let Ok(far) = TcpStream::connect(target).await {
                    link(near, far, answers).await;
                }
            });
        }
    });
    address
}

/// Carries bytes both ways until so many answers went back; what comes then is read and never passed on.
async fn link(near: TcpStream, far: TcpStream, answers: usize) {
    let (mut near_read, mut near_write) = near.into_split();
    let (mut far_read, mut far_write) = far.into_split();
    let questions = async { tokio::io::copy(&mut near_read, &mut far_write).await };
    let back = async {
        let mut bytes = vec![0; 64 * 1024];
        for _ in 0..answers {
            match far_read.read(&mut bytes).await {
                Ok(count) if count > 0 && near_write.write_all(&bytes[..count]).await.is_ok() => {}
                _ => return,
            }
        }
        let _ = far_read.read(&mut bytes).await;
    };
    tokio::select! {
        _ = questions => {}
        () = back => {}
    }
}

fn program() -> Option<PathBuf> {
    let fixed = ["/usr/sbin/nats-server", "/usr/bin/nats-server"].map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("nats-server"));
    fixed.into_iter().chain(on_path).find(|path| path.is_file())
}
