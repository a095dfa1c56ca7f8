//! `cargo xtask …`: the project's own commands.
//!
//! - `demo`: build, seed synthetic customers, start on http://127.0.0.1:8080
//! - `test`: everything that must pass, with what it needs installed first
//! - `bench`: how fast it is, as a table
//! - `tidy`: the rules of the house that no compiler checks
//! - `fuzz`: libFuzzer over every parser, guided by coverage (also part of `test --long`)
//! - `attack`: schemathesis and sqlmap against a server of ours (also part of `test --long`)
//! - `console`: build the staff console; test it in a browser
//! - `bindings`: detection for browsers and for Python, built and tested
//! - `codegen`: write the generated files (`docs/api/openapi.json`) anew

// A command's output is its interface.
#![allow(clippy::print_stdout, clippy::print_stderr)]
// Steps are timed.
#![allow(clippy::disallowed_methods)]

mod attack;
mod bench;
mod bindings;
mod codegen;
mod console;
mod debian;
mod demo;
mod deployment;
mod fuzz;
mod postgres;
mod python;
mod run;
mod test;
mod tidy;

use std::process::ExitCode;

use crate::console::Visit;

const HELP: &str = "\
The project's own commands.

Usage: cargo xtask <command>

  demo [--profile after-sales|express|service-centre] [--port 8080] [--customers 5000] [--no-serve]
             build, make ./demo-data/<profile>, seed synthetic customers, start the server.
             Run again, it opens what it made. Remove the folder to begin anew.
  test [--long]
             install what tests need (PostgreSQL, SoftHSM), then format, lint, tidy and all tests. With
             --long also the long forms of fault and simulator tests, each with its time, `fuzz` and
             `attack`. Goes on after a part that fails, and then ends with an error that names it.
  fuzz [--seconds=60] [TARGET…]
             build the parsers with the compiler's coverage passes into target/fuzz (minutes the first
             time) and give libFuzzer each of them, or the named ones, for so long. What it finds is kept in
             fuzz/failures. Part of `test --long`.
  attack [schemathesis|sqlmap|PostgreSQL…]
             run schemathesis and sqlmap, which it installs into target/attack, against a server
             on this machine with synthetic customers, on SQLite and on PostgreSQL. Needs `cargo build`
             before. Part of `test --long`.
  bench [--quick] [--peers] [--full] [--only=tax,peer,batch,…]
             measure in the release profile and print a table of what was found against each bar; it is
             kept in target/bench/table.md. Rows: tax, disk, peer, batch, sealing, append, verify, erasure,
             turning, import, search, start, idle, growth, binary, nodes, and `protected` for a profiler.
             --quick measures smaller forms; --peers installs OpenBao into target/bench and measures it
             too; --full lets the growth go to 5,000,000 customers, which takes long and much disk.
  bench detect [--peers]
             score the detector on corpus/detect/dev.jsonl and measure its speed; --peers installs Presidio
             and jionlp into target/bench-detect and does the same with them.
  tidy       check crate arrows, pure kernels, orphan files, dependencies and their licences, and
             that generated files are current.
  bindings wasm|wheel
             build detection for browsers and Node, or for Python, and hold it to what the program finds.
             Needs Rust's wasm32-unknown-unknown and Node, or python3 with venv. Part of `test --long`.
  codegen    write docs/api/openapi.json anew from the code.
  console [test|pictures <folder>|speed]
             build the staff console (needs Node.js 20.19): the next cargo build takes it into the program.
             With `test`, then run its tests in a browser against target/debug/shouxin; with `pictures`,
             take a picture of every screen; with `speed`, measure first paint, the record and scrolling
             through 100,000 entries.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let result = match command {
        "demo" => demo::run(rest),
        "test" => test::run(rest),
        "attack" => attack::run(rest),
        "fuzz" => fuzz::run(rest),
        "bench" => bench::run(rest),
        "tidy" => tidy::run(),
        "bindings" => bindings(rest),
        "codegen" => codegen::write(),
        "console" => console(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command {other}\n\n{HELP}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn bindings(arguments: &[String]) -> run::Outcome {
    match arguments {
        [word] if word == "wasm" => bindings::wasm(),
        [word] if word == "wheel" => bindings::wheel(),
        _ => Err("usage: cargo xtask bindings wasm|wheel".to_owned()),
    }
}

fn console(arguments: &[String]) -> run::Outcome {
    console::build()?;
    match arguments {
        [] => Ok(()),
        [word] if word == "test" => console::browse(Visit::Test),
        [word] if word == "speed" => console::browse(Visit::Speed),
        [word, folder] if word == "pictures" => {
            let folder =
                std::path::absolute(folder).map_err(|error| format!("{folder}: {error}"))?;
            console::browse(Visit::Pictures(&folder))
        }
        _ => Err("usage: cargo xtask console [test|pictures <folder>|speed]".to_owned()),
    }
}
