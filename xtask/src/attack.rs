//! `cargo xtask attack`: tools that others wrote, against a server of ours with synthetic customers, on this
//! machine alone.

use std::process::Command;

use crate::deployment::{Deployment, write};
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
        let postgres = match self.engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(server.ok_or("PostgreSQL did not start")?),
        };
        println!("{}: a deployment with synthetic customers", self.name);
        let mut deployment = Deployment::start(self.tool, 40, self.guard, postgres)?;
        let openapi = deployment.folder().join("openapi.json");
        let text = output(Command::new(built("debug", "shouxin")?).arg("openapi"))?;
        write(&openapi, &text)?;
        go(Command::new(&python)
            .arg(root().join("xtask/attack/attack.py"))
            .arg(self.tool)
            .arg(deployment.url())
            .arg(deployment.personas())
            .arg(&openapi)
            .env("SHOUXIN_ATTACK_SECONDS", self.seconds)
            .env("SHOUXIN_ATTACK_ENGINE", self.engine.name()))?;
        // It must have lived through all of it.
        deployment.alive()
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
