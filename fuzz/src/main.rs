//! The coverage-guided search: libFuzzer over one target, as `cargo xtask fuzz` runs it.
//!
//! `SHOUXIN_FUZZ_TARGET` names the target; without it the names are printed. `SHOUXIN_FUZZ_PLACE` is a folder:
//! the seeds are written into its `seeds`, the words that break parsers into `words`, and each input into
//! `last` before it is given, for an overflowing stack ends the program before libFuzzer can keep it.

#![no_main]
// A program's output is its interface.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::backtrace::Backtrace;
use std::env;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::panic;
use std::path::Path;
use std::process;
use std::sync::{Mutex, OnceLock};

use shouxin_fuzz::{TARGETS, Target, words};

libfuzzer_sys::fuzz_target!(init: begin(), |bytes: &[u8]| give(bytes));

struct Run {
    target: &'static Target,
    last: File,
}

static RUN: OnceLock<Run> = OnceLock::new();

/// What the last panic said.
static SAID: Mutex<String> = Mutex::new(String::new());

fn begin() {
    // In place of the library's hook, which ends the program at any panic: one that the code under test catches
    // by itself is no finding.
    panic::set_hook(Box::new(|info| {
        if let Ok(mut said) = SAID.lock() {
            *said = format!("{info}\n{}", Backtrace::force_capture());
        }
    }));
    let Ok(name) = env::var("SHOUXIN_FUZZ_TARGET") else {
        for target in TARGETS {
            println!("{}", target.name);
        }
        process::exit(0);
    };
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.unwrap_or_else(|| refuse(&format!("there is no target {name}")));
    let place = env::var_os("SHOUXIN_FUZZ_PLACE")
        .unwrap_or_else(|| refuse("SHOUXIN_FUZZ_PLACE names no folder"));
    let last = prepare(target, Path::new(&place));
    let last =
        last.unwrap_or_else(|error| refuse(&format!("{}: {error}", Path::new(&place).display())));
    let _ = RUN.set(Run { target, last });
}

fn refuse(why: &str) -> ! {
    eprintln!("{why}");
    process::exit(2)
}

fn prepare(target: &Target, place: &Path) -> io::Result<File> {
    let seeds = place.join("seeds");
    fs::create_dir_all(&seeds)?;
    for (at, seed) in (target.seeds)().iter().enumerate() {
        fs::write(seeds.join(at.to_string()), seed)?;
    }
    let lines = words().map(|word| {
        let letters = word.iter().map(|byte| format!("\\x{byte:02x}"));
        format!("\"{}\"\n", letters.collect::<String>())
    });
    fs::write(place.join("words"), lines.collect::<String>())?;
    File::create(place.join("last"))
}

fn give(bytes: &[u8]) {
    let Some(run) = RUN.get() else { return };
    // Best effort: it serves only where the input would be lost.
    let _ = run.last.write_all_at(bytes, 0);
    let _ = run.last.set_len(bytes.len() as u64);
    if panic::catch_unwind(|| (run.target.read)(bytes)).is_err() {
        let said = SAID.lock().map(|said| said.clone());
        eprintln!("{}", said.unwrap_or_default());
        process::abort();
    }
}
