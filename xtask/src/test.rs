//! `cargo xtask test`: everything that must pass.

use std::time::{Duration, Instant};

use crate::postgres::Server;
use crate::run::{Outcome, cargo, go, is_on_path};
use crate::tidy;

/// Runs every check, in the order of what fails fastest, and prints a summary.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let long = match arguments {
        [] => false,
        [flag] if flag == "--long" => true,
        _ => return Err("usage: cargo xtask test [--long]".to_owned()),
    };
    if !is_on_path("cc") {
        return Err("a C compiler is needed (Debian: apt-get install gcc libc6-dev)".to_owned());
    }
    let mut steps = Steps::default();
    steps.step("format", || go(&mut cargo(&["fmt", "--all", "--check"])))?;
    steps.step("tidy", tidy::rules)?;
    steps.step("lint", || {
        go(&mut cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))
    })?;
    let server = steps.step("PostgreSQL", Server::start)?;
    steps.step("tests", || {
        let mut command = cargo(&["test", "--workspace", "--quiet"]);
        command.env("SHOUXIN_TEST_POSTGRES", server.url());
        if long {
            command.env("SHOUXIN_TEST_LONG", "1");
        }
        go(&mut command)
    })?;
    steps.step("generated files", tidy::drift)?;
    steps.summary();
    Ok(())
}

#[derive(Default)]
struct Steps(Vec<(&'static str, Duration)>);

impl Steps {
    fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        println!("\n== {name}");
        let start = Instant::now();
        let result = work().map_err(|message| format!("{name} failed: {message}"));
        self.0.push((name, start.elapsed()));
        result
    }

    fn summary(&self) {
        println!("\nAll passed:");
        for (name, time) in &self.0 {
            println!("  {name:<16} {:>7.1} s", time.as_secs_f64());
        }
        let total: Duration = self.0.iter().map(|(_, time)| time).sum();
        println!("  {:<16} {:>7.1} s", "total", total.as_secs_f64());
    }
}
