//! `cargo xtask …`: the project's own commands.
//!
//! - `demo`: build, seed synthetic customers, start on http://127.0.0.1:8080
//! - `test`: everything that must pass, with what it needs installed first
//! - `bench`: how fast it is, as a table
//! - `tidy`: the rules of the house that no compiler checks
//! - `attack`: schemathesis and sqlmap against a server of ours (also part of `test --long`)
//! - `console`: build the staff console; test it in a browser
//! - `codegen`: write the generated files (`docs/api/openapi.json`) anew

// A command's output is its interface.
#![allow(clippy::print_stdout, clippy::print_stderr)]
// Steps are timed.
#![allow(clippy::disallowed_methods)]

mod attack;
mod bench;
mod codegen;
mod console;
mod debian;
mod demo;
mod deployment;
mod postgres;
mod run;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
The project's own commands.

Usage: cargo xtask <command>

  demo [--profile after-sales|express|service-centre] [--port 8080] [--customers 5000] [--no-serve]
             build, make ./demo-data/<profile>, seed synthetic customers, start the server.
             Run again, it opens what it made. Remove the folder to begin anew.
  test [--long]
             install what tests need (PostgreSQL, SoftHSM), then format, lint, tidy and all tests. With
             --long also the long forms of fault, fuzz and simulator tests, each with its time, and `attack`.
  attack     run schemathesis and sqlmap, which it installs into target/attack, against a server
             on this machine with synthetic customers. Needs `cargo build` before. Part of
             `test --long`.
  bench [--quick] [--only=tax,sealing,append,erasure,import]
             measure in the release profile and print a table of what was found against each bar.
  tidy       check crate arrows, pure kernels, orphan files, dependencies and their licences, and
             that generated files are current.
  codegen    write docs/api/openapi.json anew from the code.
  console [test|pictures <folder>]
             build the staff console (needs Node.js 20.19): the next cargo build takes it into the program.
             With `test`, then run its tests in a browser against target/debug/shouxin; with `pictures`,
             also take a picture of every screen.
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
        "attack" => attack::run(),
        "bench" => bench::run(rest),
        "tidy" => tidy::run(),
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

fn console(arguments: &[String]) -> run::Outcome {
    console::build()?;
    match arguments {
        [] => Ok(()),
        [word] if word == "test" => console::browse(None),
        [word, folder] if word == "pictures" => {
            let folder =
                std::path::absolute(folder).map_err(|error| format!("{folder}: {error}"))?;
            console::browse(Some(&folder))
        }
        _ => Err("usage: cargo xtask console [test|pictures <folder>]".to_owned()),
    }
}
