//! A deployment with synthetic customers and a server of ours over it, on this machine alone.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::postgres;
use crate::run::{Outcome, built, go};

/// A server that runs, over data that are gone with it.
pub(crate) struct Deployment {
    // Ends before its folder goes.
    server: Server,
    place: Place,
    port: u16,
    host_port: u16,
}

impl Deployment {
    /// Makes so many synthetic customers with the program that the tests built, moves them to `postgres` by a
    /// backup and a restore if there is one, and serves them; `guard` is the mode of the request guard.
    pub(crate) fn start(
        name: &str,
        customers: u32,
        guard: &str,
        postgres: Option<&postgres::Server>,
    ) -> Outcome<Self> {
        let place = Place::make(name)?;
        let program = built("debug", "shouxin")?;
        let data = place.0.join("data");
        // Beside the data directory.
        let keys = place.0.join("data-keys");
        go(Command::new(&program)
            .args(["demo", "--customers", &customers.to_string()])
            .args(["--no-serve", "--data"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null()))?;
        let settings = place.0.join("settings.toml");
        let port = free_port()?;
        let host_port = free_port()?;
        let text = SETTINGS.replace("GUARD", guard);
        write(&settings, &text.replace("HOST", &host_port.to_string()))?;
        let log = fs::File::create(place.0.join("log")).map_err(|e| format!("{name}: {e}"))?;
        let mut command = Command::new(&program);
        command
            .arg("serve")
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .arg("--config")
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(log);
        match postgres {
            None => command.arg("--data").arg(&data),
            Some(server) => {
                let url = server.database(&format!("{name}_{}", std::process::id()))?;
                let repository = place.0.join("backup");
                go(Command::new(&program)
                    .arg("backup")
                    .arg(&repository)
                    .arg("--data")
                    .arg(&data))?;
                go(Command::new(&program)
                    .arg("restore")
                    .arg(&repository)
                    .args(["--postgres", &url, "--keys"])
                    .arg(&keys))?;
                command.args(["--postgres", &url]).arg("--keys").arg(&keys)
            }
        };
        let child = command
            .spawn()
            .map_err(|error| format!("shouxin: cannot be started: {error}"))?;
        let mut server = Server(child);
        server.wait(port)?;
        Ok(Self {
            server,
            place,
            port,
            host_port,
        })
    }

    /// A folder for what belongs to it.
    pub(crate) fn folder(&self) -> &Path {
        &self.place.0
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where a page of another site may be that the settings name.
    pub(crate) fn host_port(&self) -> u16 {
        self.host_port
    }

    /// The file of its personas.
    pub(crate) fn personas(&self) -> PathBuf {
        self.place.0.join("data/personas.json")
    }

    /// That the server still runs.
    pub(crate) fn alive(&mut self) -> Outcome {
        self.server.alive()
    }
}

/// A folder that is gone with its value.
struct Place(PathBuf);

impl Place {
    fn make(name: &str) -> Outcome<Self> {
        let name = format!("shouxin-{name}-{}", std::process::id());
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            memory.join(name)
        } else {
            std::env::temp_dir().join(name)
        };
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Best effort: the folder is temporary.
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Server(Child);

impl Server {
    fn wait(&mut self, port: u16) -> Outcome {
        for _ in 0..100 {
            self.alive()?;
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(200));
        }
        Err("the server does not answer".to_owned())
    }

    fn alive(&mut self) -> Outcome {
        match self.0.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(format!("the server ended: {status}")),
            Err(error) => Err(format!("the server: {error}")),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

fn free_port() -> Outcome<u16> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}

/// Rates and waits are out of the way: they are tested elsewhere, and would hide what is behind them.
const SETTINGS: &str = "\
[server]
guard = \"GUARD\"
refused_sign_in_millis = 1
trusted_proxies = [\"127.0.0.1/32\"]

[server.passwords]
memory_kib = 64
passes = 1

[server.rates]
address_per_minute = 1000000
sign_in_per_minute = 1000000
person_per_minute = 1000000
guess_per_minute = 1000000
blocked_per_minute = 1000000
page_per_minute = 1000000
code_per_minute = 1000000
contact_per_minute = 1000000

[server.me]
outbox = true

[server.widget]
origins = [\"http://127.0.0.1:HOST\"]

[server.downstreams]
allow = [\"http://127.0.0.1:HOST\"]

[log]
filter = \"error\"
";
