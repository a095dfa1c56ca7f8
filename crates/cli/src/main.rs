//! `shouxin`: the one binary.

// A command's standard output is its interface; it is written through `screen`.
mod commands;
mod config;
mod fault;
mod found;
mod help;
mod home;
mod link;
mod offline;
mod out;
mod personas;
mod place;
mod private;
mod progress;
mod prompt;
mod qr;
mod screen;
mod totp;
mod zones;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

use commands::Cli;
use fault::Fault;
use screen::Screen;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut command = help::flowing(Cli::command());
    let told = Cli::from_arg_matches(&command.get_matches_mut());
    let cli = told.unwrap_or_else(|error| error.format(&mut command).exit());
    let screen = Screen::new(cli.lang, cli.json);
    // A panic's words may hold anything: its place is enough to find it.
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        screen.aside(
            format!("shouxin:内部错误,位于 {place}"),
            format!("shouxin: an internal error at {place}"),
        );
    }));
    match closed_to_others().and_then(|()| run(cli, &screen)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            screen.fail(&fault);
            ExitCode::from(fault.code())
        }
    }
}

fn run(cli: Cli, screen: &Screen) -> Result<(), Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::because("无法启动", "the runtime cannot start", &error))?
        .block_on(cli.run(screen))
}

/// Keys, passwords and values pass through memory: a crash must not write them to disk, and no other
/// process of the same user may look.
fn closed_to_others() -> Result<(), Fault> {
    setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )
    .and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable))
    .map_err(|error| {
        Fault::because(
            "无法关闭核心转储",
            "core dumps cannot be switched off",
            &error,
        )
    })
}
