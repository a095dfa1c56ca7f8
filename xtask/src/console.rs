//! `cargo xtask console`: the staff console and the consent widget, built so that the next `cargo build` takes them
//! into the program; and their tests in a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::debian;
use crate::deployment::Deployment;
use crate::run::{Outcome, go, is_on_path, output, root};

/// Types, static styles, checks, bundle, packed forms and budgets, if anything of it changed.
pub(crate) fn build() -> Outcome {
    need_node()?;
    install()?;
    let made = BUILT.iter().map(|name| modified(&root().join(name))).min();
    let made = made.flatten();
    let newest = SOURCES.iter().map(|name| newest(&root().join(name))).max();
    if made.is_some() && made >= newest.flatten() {
        return Ok(());
    }
    go(npm().args(["run", "--silent", "build"]))
}

/// The same for whoever may do without: where there is no Node.js the program is built without the console.
pub(crate) fn build_if_possible() -> Outcome {
    match need_node() {
        Ok(()) => build(),
        Err(why) => {
            println!("The console is left out: {why}");
            Ok(())
        }
    }
}

/// The facts of single modules, without a browser.
pub(crate) fn units() -> Outcome {
    go(npm().args(["run", "--silent", "unit"]))
}

/// What is done in the browser.
#[derive(Clone, Copy)]
pub(crate) enum Visit<'a> {
    /// The tests.
    Test,
    /// A picture of every screen, into this folder.
    Pictures(&'a Path),
    /// How fast the pages are, printed.
    Speed,
}

/// Opens the console in a browser, against the program that the tests built, with synthetic customers.
pub(crate) fn browse(visit: Visit<'_>) -> Outcome {
    let browser = browser()?;
    let customers = match visit {
        Visit::Test | Visit::Pictures(_) => 30,
        // As many entries in the ledger.
        Visit::Speed => 100_000,
    };
    let mut deployment = Deployment::start("console", customers, "block", None)?;
    let mut command = npm();
    command
        .args(["run", "--silent", "e2e"])
        .env("SHOUXIN_URL", deployment.url())
        .env("SHOUXIN_HOST_PORT", deployment.host_port().to_string())
        .env("SHOUXIN_PERSONAS", deployment.personas())
        .env("CHROMIUM_PATH", browser);
    match visit {
        Visit::Test => {}
        Visit::Pictures(folder) => {
            command.env("SHOUXIN_PICTURES", folder);
            command.args(["--", "e2e/look.spec.ts"]);
        }
        Visit::Speed => {
            command.env("SHOUXIN_SPEED", "1");
            command.args(["--", "e2e/speed.spec.ts"]);
        }
    }
    go(&mut command)?;
    deployment.alive()
}

/// What the bundle is made of.
const SOURCES: [&str; 11] = [
    "console/src",
    "console/build",
    "console/public",
    "console/index.html",
    "console/vite.config.ts",
    "console/tsconfig.json",
    "console/package-lock.json",
    "docs/api/openapi.json",
    "widget/src",
    "widget/package.json",
    "sdk",
];

/// What the build writes last of each part.
const BUILT: [&str; 2] = ["console/dist/index.html", "widget/dist/widget.json"];

/// What the build itself writes among its sources.
const GENERATED: &str = "generated";

/// The packages of the lock file, and no others, unless they are there already.
fn install() -> Outcome {
    let lock = folder().join("package-lock.json");
    // npm writes this file last.
    let installed = folder().join("node_modules/.package-lock.json");
    if modified(&installed).is_some() && modified(&installed) >= modified(&lock) {
        return Ok(());
    }
    println!("Installing the console's packages");
    go(npm().args(["ci", "--no-progress", "--loglevel=error"]))
}

fn need_node() -> Outcome {
    let asked = "Node.js 20.19 or later and npm are needed on the path";
    if !is_on_path("node") || !is_on_path("npm") {
        return Err(asked.to_owned());
    }
    let version = output(Command::new("node").arg("--version"))?;
    let mut parts = version.trim().trim_start_matches('v').split('.');
    let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok());
    match (number(), number()) {
        (Some(major), Some(minor)) if (major, minor) >= (20, 19) => Ok(()),
        _ => Err(format!("{asked}; this is {}", version.trim())),
    }
}

/// Debian's Chromium without a window, and a small font with Chinese characters.
fn browser() -> Outcome<PathBuf> {
    let program = "chromium-headless-shell";
    if !is_on_path(program) {
        println!("Chromium is missing: installing Debian's packages {program} and {FONT}");
        if !is_on_path("apt-get") {
            return Err(format!(
                "{program} is needed on the path, and this is no Debian"
            ));
        }
        debian::install(program)?;
        debian::install(FONT)?;
    }
    let path = output(Command::new("sh").args(["-c", &format!("command -v {program}")]))?;
    Ok(PathBuf::from(path.trim()))
}

const FONT: &str = "fonts-wqy-microhei";

fn npm() -> Command {
    let mut command = Command::new("npm");
    command.current_dir(folder());
    command
}

fn folder() -> PathBuf {
    root().join("console")
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// When the latest of the files below was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    if path.is_file() {
        return modified(path);
    }
    let entries = fs::read_dir(path).ok()?.flatten();
    let below = entries.filter(|entry| entry.file_name() != GENERATED);
    below.filter_map(|entry| newest(&entry.path())).max()
}
