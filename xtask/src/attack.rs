//! `cargo xtask attack`: tools that others wrote, against a server of ours with synthetic customers, on this
//! machine alone.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::run::{Outcome, built, go, output, root};
use crate::{postgres, python};

/// One tool against one deployment.
pub(crate) struct Attack {
    /// Its name, for people.
    pub(crate) name: &'static str,
    tool: &'static str,
    engine: Engine,
    /// The mode of the request guard. sqlmap tests what stands behind the guard: with the guard in its way
    /// it would test nothing else.
    guard: &'static str,
    /// At most.
    seconds: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// All of them.
pub(crate) const ATTACKS: [Attack; 3] = [
    Attack {
        name: "schemathesis",
        tool: "schemathesis",
        engine: Engine::Sqlite,
        guard: "block",
        seconds: "400",
    },
    Attack {
        name: "sqlmap on SQLite",
        tool: "sqlmap",
        engine: Engine::Sqlite,
        guard: "report",
        seconds: "1500",
    },
    Attack {
        name: "sqlmap on PostgreSQL",
        tool: "sqlmap",
        engine: Engine::Postgres,
        guard: "report",
        seconds: "1500",
    },
];

/// What is installed, by version: a later one may find more, and that is then a change of its own.
const PACKAGES: [&str; 2] = ["schemathesis==4.32.5", "sqlmap==1.10.10"];

/// Runs those whose name holds a word of the arguments, or all, each against a deployment of its own. All
/// run, even if the first finds something.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let asked = |attack: &&Attack| {
        arguments.is_empty()
            || arguments
                .iter()
                .any(|word| attack.name.contains(word.as_str()))
    };
    let asked: Vec<&Attack> = ATTACKS.iter().filter(asked).collect();
    if asked.is_empty() {
        let names = ATTACKS.map(|attack| attack.name);
        return Err(format!("there is no such attack: {}", names.join(", ")));
    }
    let needs_postgres = asked.iter().any(|attack| attack.engine == Engine::Postgres);
    let server = needs_postgres.then(postgres::Server::start).transpose()?;
    let failed: Vec<String> = asked
        .iter()
        .filter_map(|attack| attack.run(server.as_ref()).err())
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("; "))
    }
}

impl Attack {
    /// Runs it. `server` is where a deployment on PostgreSQL gets its database.
    ///
    /// # Errors
    /// The tool found something or could not run, or the server did not live through it.
    pub(crate) fn run(&self, server: Option<&postgres::Server>) -> Outcome {
        let python = python::with("attack", &PACKAGES)?;
        let place = Place::make(self.tool)?;
        println!("{}: a deployment with synthetic customers", self.name);
        let deployment = Deployment::make(&place, self.engine, server)?;
        let openapi = place.0.join("openapi.json");
        write(
            &openapi,
            &output(Command::new(&deployment.program).arg("openapi"))?,
        )?;
        let settings = place.0.join("settings.toml");
        write(&settings, &SETTINGS.replace("GUARD", self.guard))?;
        let port = free_port()?;
        let log = place.0.join("log");
        let mut running = deployment.serve(&settings, port, &log)?;
        running.wait(port)?;
        go(Command::new(&python)
            .arg(root().join("xtask/attack/attack.py"))
            .arg(self.tool)
            .arg(format!("http://127.0.0.1:{port}"))
            .arg(deployment.data.join("personas.json"))
            .arg(&openapi)
            .env("SHOUXIN_ATTACK_SECONDS", self.seconds)
            .env("SHOUXIN_ATTACK_ENGINE", self.engine.name()))?;
        // It must have lived through all of it.
        running.alive()
    }
}

impl Engine {
    /// As sqlmap calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A founded deployment with synthetic customers and personas.
struct Deployment {
    program: PathBuf,
    /// Where the demo was made; `personas.json` lies there.
    data: PathBuf,
    /// The database it was moved to, if it was.
    postgres: Option<String>,
}

impl Deployment {
    /// A demo in the data directory, moved to PostgreSQL by a backup and a restore if need be.
    fn make(place: &Place, engine: Engine, server: Option<&postgres::Server>) -> Outcome<Self> {
        let program = built("debug", "shouxin")?;
        let data = place.0.join("data");
        let quiet = |command: &mut Command| go(command.stdout(Stdio::null()).stderr(Stdio::null()));
        quiet(
            Command::new(&program)
                .args(["demo", "--customers", "40", "--no-serve", "--data"])
                .arg(&data),
        )?;
        let mut made = Self {
            program,
            data,
            postgres: None,
        };
        if engine == Engine::Postgres {
            let server = server.ok_or("PostgreSQL did not start")?;
            let url = server.database(&format!("attack_{}", std::process::id()))?;
            let repository = place.0.join("backup");
            go(made
                .command("backup")
                .arg(&repository)
                .arg("--data")
                .arg(&made.data))?;
            go(made
                .command("restore")
                .arg(&repository)
                .args(["--postgres", &url, "--keys"])
                .arg(made.keys()))?;
            made.postgres = Some(url);
        }
        Ok(made)
    }

    fn command(&self, word: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(word);
        command
    }

    /// The key folder, beside the data directory.
    fn keys(&self) -> PathBuf {
        self.data.with_file_name("data-keys")
    }

    fn serve(&self, settings: &Path, port: u16, log: &Path) -> Outcome<Server> {
        let log = fs::File::create(log).map_err(|e| format!("{}: {e}", log.display()))?;
        let mut command = self.command("serve");
        command
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .arg("--config")
            .arg(settings)
            .stdout(Stdio::null())
            .stderr(log);
        match &self.postgres {
            Some(url) => command
                .args(["--postgres", url])
                .arg("--keys")
                .arg(self.keys()),
            None => command.arg("--data").arg(&self.data),
        };
        let child = command.spawn();
        child
            .map(Server)
            .map_err(|error| format!("shouxin: cannot be started: {error}"))
    }
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

[log]
filter = \"error\"
";
