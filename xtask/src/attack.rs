//! `cargo xtask attack`: tools that others wrote, against a server of ours with synthetic customers, on this
//! machine alone.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::python;
use crate::run::{Outcome, built, go, output, root};

/// What is run, with which mode of the request guard, and for how many seconds at most. sqlmap tests what
/// stands behind the guard: with the guard in its way it would test nothing else.
const TOOLS: [(&str, &str, &str); 2] = [
    ("schemathesis", "block", "200"),
    ("sqlmap", "report", "300"),
];

/// What is installed, by version: a later one may find more, and that is then a change of its own.
const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "sqlmap==1.10.10"];

/// Runs every tool, each against a deployment of its own. All run, even if the first finds something.
pub(crate) fn run() -> Outcome {
    let python = python::with("attack", &PACKAGES)?;
    let failed: Vec<String> = TOOLS
        .iter()
        .filter_map(|(tool, guard, seconds)| attack(&python, tool, guard, seconds).err())
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("; "))
    }
}

fn attack(python: &Path, tool: &str, guard: &str, seconds: &str) -> Outcome {
    let place = Place::make(tool)?;
    let program = built("debug", "shouxin")?;
    let data = place.0.join("data");
    println!("{tool}: a deployment with synthetic customers");
    go(Command::new(&program)
        .args(["demo", "--customers", "40", "--no-serve", "--data"])
        .arg(&data)
        .stdout(Stdio::null())
        .stderr(Stdio::null()))?;
    let openapi = place.0.join("openapi.json");
    write(&openapi, &output(Command::new(&program).arg("openapi"))?)?;
    let settings = place.0.join("settings.toml");
    write(&settings, &SETTINGS.replace("GUARD", guard))?;
    let port = free_port()?;
    let log = fs::File::create(place.0.join("log")).map_err(|e| format!("{tool}: {e}"))?;
    let mut command = Command::new(&program);
    command
        .arg("serve")
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .arg("--config")
        .arg(&settings)
        .arg("--data")
        .arg(&data)
        .stdout(Stdio::null())
        .stderr(log);
    let child = command
        .spawn()
        .map_err(|error| format!("shouxin: cannot be started: {error}"))?;
    let mut server = Server(child);
    server.wait(port)?;
    go(Command::new(python)
        .arg(root().join("xtask/attack/attack.py"))
        .arg(tool)
        .arg(format!("http://127.0.0.1:{port}"))
        .arg(data.join("personas.json"))
        .arg(&openapi)
        .env("SHOUXIN_ATTACK_SECONDS", seconds))?;
    // It must have lived through all of it.
    server.alive()
}

/// A folder that is gone with its value.
struct Place(PathBuf);

impl Place {
    fn make(tool: &str) -> Outcome<Self> {
        let name = format!("shouxin-attack-{tool}-{}", std::process::id());
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

fn write(path: &Path, text: &str) -> Outcome {
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

[server.passwords]
memory_kib = 64
passes = 1

[server.rates]
address_per_minute = 1000000
sign_in_per_minute = 1000000
person_per_minute = 1000000
guess_per_minute = 1000000
blocked_per_minute = 1000000

[log]
filter = \"error\"
";
