//! `cargo xtask test`: everything that must pass.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::attack;
use crate::bindings;
use crate::codegen;
use crate::console;
use crate::debian;
use crate::fuzz::{self, Plan};
use crate::postgres::Server;
use crate::run::{Outcome, cargo, go, need_c_compiler, shown};
use crate::tidy;

/// Runs every part, in the order of what fails fastest, and prints a summary. A part that fails does not keep
/// the others from running; the answer is then a failure that names it.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let long = match arguments {
        [] => false,
        [flag] if flag == "--long" => true,
        _ => return Err("usage: cargo xtask test [--long]".to_owned()),
    };
    need_c_compiler()?;
    let mut steps = Steps::default();
    let mut tally = Tally::default();
    all(&mut steps, &mut tally, long);
    steps.summary();
    println!(
        "{} passed, {} failed, {} ignored",
        tally.passed, tally.failed, tally.ignored
    );
    steps.result()
}

fn all(steps: &mut Steps, tally: &mut Tally, long: bool) {
    steps.step("format", || go(&mut cargo(&["fmt", "--all", "--check"])));
    steps.step("tidy", tidy::rules);
    // Before anything that takes it into the program.
    steps.step("console", console::build);
    steps.step("console units", console::units);
    steps.step("lint", || {
        go(&mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]))
    });
    let server = steps.step("PostgreSQL", Server::start);
    steps.step("SoftHSM", debian::need_softhsm);
    steps.step("NATS", debian::need_nats);
    steps.step("MariaDB", debian::need_mariadb);
    // Programs and tests: the attacks below are on the program.
    steps.step("build", || {
        go(&mut cargo(&["build", "--workspace", "--quiet"]))?;
        go(&mut cargo(&["test", "--workspace", "--no-run", "--quiet"]))
    });
    // Without a server, the tests that need one fail and say so.
    let with_postgres = |command: &mut Command| {
        if let Some(server) = &server {
            command.env("SHOUXIN_TEST_POSTGRES", server.url());
        }
    };
    steps.step("tests", || {
        let mut command = cargo(&["test", "--workspace", "--no-fail-fast", "--quiet"]);
        with_postgres(&mut command);
        counted(&mut command, tally, false)
    });
    steps.step("console in a browser", || {
        console::browse(console::Visit::Test)
    });
    steps.step("generated files", || {
        tidy::drift(codegen::openapi_of_tests()?)
    });
    if !long {
        return;
    }
    // Whatever is marked `#[ignore = "long: …"]` has `long` in its name; other ignored tests are parts of a
    // test that starts them.
    steps.step("long tests", || {
        let mut command = cargo(&["test", "--workspace", "--no-fail-fast", "--"]);
        command.args(["--ignored", "long", "--test-threads=1", "--show-output"]);
        with_postgres(&mut command);
        counted(&mut command, tally, true)
    });
    let fuzz = Plan::all(SECONDS_A_TARGET);
    steps.step("fuzz", || fuzz::search(&fuzz));
    steps.step("detection for browsers", bindings::wasm);
    steps.step("detection for Python", bindings::wheel);
    for attack in attack::ATTACKS {
        steps.step(attack.name, || attack.run(server.as_ref()));
    }
}

const SECONDS_A_TARGET: u64 = 60;

/// What the test programs counted.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Reads a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
    fn count(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        let (_, counts) = counts.split_once(". ").unwrap_or_default();
        for part in counts.split("; ") {
            let Some((number, what)) = part.split_once(' ') else {
                continue;
            };
            let number: u64 = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

/// Runs the tests, shows what they print, and counts; tells how long each took, if they run one by one.
fn counted(command: &mut Command, tally: &mut Tally, timed: bool) -> Outcome {
    let shown = shown(command);
    let failed = |error: std::io::Error| format!("{shown}: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?);
    let mut line = Vec::new();
    let mut since = Instant::now();
    // Bytes, not `lines()`: a test may print what is no text.
    while lines.read_until(b'\n', &mut line).map_err(failed)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if timed && is_of_empty_program(&text) {
            line.clear();
            continue;
        }
        print!("{text}");
        if timed && text.starts_with("test ") && text.contains(" ... ") {
            println!("    {:.1} s", since.elapsed().as_secs_f64());
        }
        if text.starts_with("test ") || text.starts_with("running ") {
            since = Instant::now();
        }
        tally.count(text.trim_end());
        line.clear();
    }
    match child.wait().map_err(failed)? {
        status if status.success() => Ok(()),
        status => Err(format!("{shown}: {status}")),
    }
}

/// Most test programs have no long test: what they say about that is left out.
fn is_of_empty_program(line: &str) -> bool {
    let line = line.trim_end();
    line.is_empty() || line == "running 0 tests" || line.starts_with("test result: ok. 0 passed")
}

#[derive(Default)]
struct Steps(Vec<(&'static str, Duration, bool)>);

impl Steps {
    /// Runs one part and tells how it ended; `None` if it failed.
    fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Outcome<T>) -> Option<T> {
        println!("\n== {name}");
        let start = Instant::now();
        let result = work();
        let (took, word) = (start.elapsed(), word(result.is_ok()));
        if let Err(message) = &result {
            println!("{message}");
        }
        println!("== {name}: {word} in {:.1} s", took.as_secs_f64());
        self.0.push((name, took, result.is_ok()));
        result.ok()
    }

    fn summary(&self) {
        println!("\n== summary");
        for (name, time, passed) in &self.0 {
            println!(
                "  {name:<24} {} {:>7.1} s",
                word(*passed),
                time.as_secs_f64()
            );
        }
        let total: Duration = self.0.iter().map(|(_, time, _)| time).sum();
        println!("  {:<24} {:>14.1} s", "total", total.as_secs_f64());
    }

    /// `Err` names the parts that failed.
    fn result(&self) -> Outcome {
        let failed = self.0.iter().filter(|(_, _, passed)| !passed);
        let failed: Vec<&str> = failed.map(|(name, _, _)| *name).collect();
        if failed.is_empty() {
            Ok(())
        } else {
            Err(format!("failed: {}", failed.join(", ")))
        }
    }
}

const fn word(passed: bool) -> &'static str {
    if passed { "passed" } else { "FAILED" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_fails_stops_no_other_and_is_named_at_the_end() {
        let mut steps = Steps::default();
        assert_eq!(steps.step("one", || Ok(1)), Some(1));
        assert_eq!(steps.result(), Ok(()));
        assert_eq!(steps.step::<()>("two", || Err("no".to_owned())), None);
        assert_eq!(steps.step("three", || Ok(3)), Some(3));
        assert_eq!(steps.result(), Err("failed: two".to_owned()));
    }

    #[test]
    fn result_lines_add_up_and_other_lines_do_not_count() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
            "test a_fact ... ok",
        ] {
            tally.count(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.ignored), (15, 2, 1));
    }
}
