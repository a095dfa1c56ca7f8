//! `cargo xtask fuzz`: libFuzzer over every parser, guided by coverage, on the stable compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::run::{Outcome, cargo, go, is_on_path, output, root};

/// The compiler's coverage passes, as cargo-fuzz sets them, over every crate in the build: a counter for each
/// branch, and the operands of each comparison. LLVM's own options are no unstable flags of rustc.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// What is searched, and for how long each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// For each target.
    pub(crate) seconds: u64,
    /// By name; all if there is none.
    pub(crate) targets: Vec<String>,
}

impl Plan {
    /// Every target for this long.
    pub(crate) fn all(seconds: u64) -> Self {
        Self {
            seconds,
            targets: Vec::new(),
        }
    }

    fn of(arguments: &[String]) -> Outcome<Self> {
        let mut plan = Self::all(60);
        for argument in arguments {
            match argument.strip_prefix("--seconds=") {
                Some(seconds) => {
                    plan.seconds = seconds
                        .parse()
                        .map_err(|_| format!("--seconds={seconds} is no number"))?;
                }
                None if argument.starts_with('-') => {
                    return Err("usage: cargo xtask fuzz [--seconds=60] [TARGET…]".to_owned());
                }
                None => plan.targets.push(argument.clone()),
            }
        }
        Ok(plan)
    }
}

/// `cargo xtask fuzz`.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    search(&Plan::of(arguments)?)
}

/// Builds the fuzzer and gives it each target, as many at once as there are processors. All run, even if one
/// finds something. What is found is copied into `fuzz/failures/`, where every later test gives it first.
pub(crate) fn search(plan: &Plan) -> Outcome {
    let program = build()?;
    let names = output(&mut Command::new(&program))?;
    let mut names: Vec<&str> = names.lines().collect();
    if let Some(unknown) = plan.targets.iter().find(|t| !names.contains(&t.as_str())) {
        return Err(format!(
            "no target is called {unknown}: {}",
            names.join(" ")
        ));
    }
    names.retain(|name| plan.targets.is_empty() || plan.targets.iter().any(|t| t == name));
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers.min(names.len()) {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let told = one(&program, name, plan.seconds);
                    println!("{}", told.as_ref().unwrap_or_else(|failure| failure));
                    if told.is_err() {
                        let mut failed = failed.lock().unwrap_or_else(|held| held.into_inner());
                        failed.push(*name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(|held| held.into_inner());
    println!("{} targets, {} failed", names.len(), failed.len());
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("fuzzing found something in {}", failed.join(", ")))
    }
}

/// Builds the fuzzer with coverage, in a folder of its own: every crate differs from the usual build.
fn build() -> Outcome<PathBuf> {
    if !is_on_path("c++") {
        return Err(
            "libFuzzer is C++: a compiler is needed, `c++` on the path (Debian: apt-get install g++)"
                .to_owned(),
        );
    }
    // A named target keeps the passes out of build scripts and procedural macros.
    let host = host()?;
    let folder = root().join("target/fuzz");
    go(cargo(&[
        "build",
        "--package",
        "shouxin-fuzz",
        "--features",
        "coverage",
    ])
    .args(["--bin", "shouxin-fuzz", "--profile", "fuzz", "--quiet"])
    .args(["--target", &host])
    .arg("--target-dir")
    .arg(&folder)
    .env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\u{1f}")))?;
    Ok(folder.join(host).join("fuzz/shouxin-fuzz"))
}

fn host() -> Outcome<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = output(Command::new(rustc).arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc -vV names no host".to_owned())
}

/// Searches one target; the line that tells of it, `Err` if something was found.
fn one(program: &Path, name: &str, seconds: u64) -> Result<String, String> {
    let place = root().join("target/fuzz/targets").join(name);
    let (corpus, found) = (place.join("corpus"), place.join("found"));
    let kept = root().join("fuzz/failures").join(name);
    for folder in [&corpus, &found] {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let log = place.join("log");
    let file = fs::File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    // Threads of the server have stacks of 2 MiB: what overflows one must overflow here.
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -s 2048 && exec \"$0\" \"$@\""])
        .arg(program)
        .args([
            format!("-max_total_time={seconds}"),
            format!("-artifact_prefix={}/", found.display()),
            format!("-dict={}", place.join("words").display()),
        ])
        .args(["-timeout=30", "-rss_limit_mb=2048", "-max_len=65536"])
        .args([&corpus, &place.join("seeds")])
        .args(kept.is_dir().then_some(&kept))
        .env("SHOUXIN_FUZZ_TARGET", name)
        .env("SHOUXIN_FUZZ_PLACE", &place)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file);
    let began = Instant::now();
    let status = command
        .status()
        .map_err(|error| format!("{name}: cannot be started: {error}"))?;
    let said = fs::read(&log).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    if status.success() {
        return Ok(told(name, began.elapsed(), &said));
    }
    Err(failure(name, status, &place, &kept, &said))
}

/// What libFuzzer counted, from its last line: `#4711 DONE cov: 512 ft: 2000 corp: 90/12Kb …`.
fn told(name: &str, took: Duration, said: &str) -> String {
    let last = said.lines().rfind(|line| line.contains(" cov: "));
    let words: Vec<&str> = last.unwrap_or_default().split_whitespace().collect();
    let behind = |word: &str| {
        let at = words.iter().position(|found| *found == word);
        at.and_then(|at| words.get(at + 1)).copied().unwrap_or("?")
    };
    let inputs = words
        .first()
        .map_or("?", |word| word.trim_start_matches('#'));
    let corpus = behind("corp:").split('/').next().unwrap_or("?");
    format!(
        "{name:<16} {:>5.0} s {inputs:>9} inputs {:>6} branches {corpus:>5} kept",
        took.as_secs_f64(),
        behind("cov:"),
    )
}

/// Keeps what was found as a regression seed, and tells of it.
fn failure(name: &str, status: ExitStatus, place: &Path, kept: &Path, said: &str) -> String {
    let found = fs::read_dir(place.join("found")).into_iter().flatten();
    let mut inputs: Vec<PathBuf> = found.flatten().map(|entry| entry.path()).collect();
    if inputs.is_empty() {
        // A stack that overflowed took libFuzzer with it.
        inputs.push(place.join("last"));
    }
    let copied = inputs.iter().filter_map(|input| {
        let to = kept.join(input.file_name()?);
        let copied = fs::create_dir_all(kept).and_then(|()| fs::copy(input, &to));
        let _ = fs::remove_file(input);
        copied.ok().map(|_| to.display().to_string())
    });
    let copied: Vec<String> = copied.collect();
    let lines: Vec<&str> = said.lines().collect();
    let tail = lines[lines.len().saturating_sub(25)..].join("\n");
    format!(
        "{tail}\n{name}: FAILED ({status}); kept: {}",
        copied.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_counted_is_told() {
        let said = "INFO: seed\n#2 INITED cov: 5 ft: 6 corp: 1/1b\n\
                    #4711\tDONE   cov: 512 ft: 2000 corp: 90/12Kb lim: 4096 exec/s: 78 rss: 90Mb\nDone 4711 runs\n";
        let line = told("csv", Duration::from_secs(60), said);
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(
            words,
            [
                "csv", "60", "s", "4711", "inputs", "512", "branches", "90", "kept"
            ]
        );
    }

    #[test]
    fn a_plan_is_read_and_anything_else_refused() {
        let of = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
            Plan::of(&words)
        };
        let plan = of(&["--seconds=3", "csv"]).unwrap();
        assert_eq!((plan.seconds, plan.targets), (3, vec!["csv".to_owned()]));
        assert_eq!(of(&[]), Ok(Plan::all(60)));
        assert!(of(&["--seconds=x"]).is_err() && of(&["--fast"]).is_err());
    }
}
