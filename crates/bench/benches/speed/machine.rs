//! The machine that was measured on, and what processes on it used. Source of all figures: proc(5).

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use shouxin_vault::World as _;
use shouxin_vault::world::Machine;

/// Flags of the processor that decide how fast sealing and hashing are.
const FLAGS: [&str; 7] = [
    "aes",
    "pclmulqdq",
    "vaes",
    "vpclmulqdq",
    "sha_ni",
    "avx2",
    "avx512f",
];

/// Processor time that a process has used so far, in seconds; `self` is this one. 0 if it is gone.
pub(crate) fn cpu_seconds(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    // Fields 14 and 15, in hundredths of a second.
    let ticks: u64 = after
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}

/// A size out of `/proc/<process>/status`, in MiB: `VmRSS` is what a process holds now, `VmHWM` the most
/// that it has held.
pub(crate) fn mebibytes(process: &str, what: &str) -> f64 {
    kibibytes(&format!("/proc/{process}/status"), what) / 1024.0
}

fn kibibytes(file: &str, what: &str) -> f64 {
    let text = std::fs::read_to_string(file).expect("a Linux with /proc");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let number = line.and_then(|rest| rest.split_ascii_whitespace().next());
    number.and_then(|n| n.parse().ok()).unwrap_or(0.0)
}

/// What a table says of where and when it was measured, as a paragraph of Markdown.
pub(crate) fn facts() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let of_cpu = |name: &str| {
        let line = cpu.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':'))
            .map_or("", |(_, value)| value.trim())
    };
    let flags: Vec<&str> = of_cpu("flags")
        .split(' ')
        .filter(|flag| FLAGS.contains(flag))
        .collect();
    let cores = cpu
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        "Measured on {} by `{}`: {cores} cores of {} ({}), {:.0} GiB of memory, {}; data on disk on {}, \
         in memory on {}; load before it began {}.",
        Machine.now(),
        command(),
        of_cpu("model name"),
        flags.join(" "),
        kibibytes("/proc/meminfo", "MemTotal") / 1024.0 / 1024.0,
        said(Command::new("uname").args(["-sr"])).unwrap_or_default(),
        file_system(Path::new(env!("CARGO_TARGET_TMPDIR"))),
        file_system(Path::new("/dev/shm")),
        load.split(' ').next().unwrap_or("unknown"),
    );
    text
}

/// The command as it was typed; cargo's words and paths of this machine are no part of it.
fn command() -> String {
    let words = std::env::args().skip(1).filter(|word| {
        let own = ["--bench", "--program", "--bao"];
        !own.iter().any(|own| word.split('=').next() == Some(own))
    });
    let mut command = "cargo xtask bench".to_owned();
    words.for_each(|word| {
        command.push(' ');
        command.push_str(&word);
    });
    command
}

/// The type of the file system that holds this folder: of those mounted above it, the nearest.
fn file_system(folder: &Path) -> String {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let holding = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?, words.next()?);
        folder.starts_with(at).then_some((at.len(), kind))
    });
    // Of two at the same place the later one hides the earlier.
    let nearest = holding.max_by_key(|(length, _)| *length);
    nearest.map_or_else(
        || "an unknown file system".to_owned(),
        |(_, kind)| kind.to_owned(),
    )
}

/// Bytes that are free for us where this folder lies; `None` if `df` cannot say.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    let said = said(
        Command::new("df")
            .args(["--output=avail", "-B1"])
            .arg(folder),
    )?;
    said.lines().last()?.trim().parse().ok()
}

/// Bytes that the files below this folder take.
pub(crate) fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder)
        .expect("a folder of ours")
        .flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => bytes_below(&entry.path()),
            Ok(data) => data.len(),
            // The engine's own temporary files come and go.
            Err(_) => 0,
        })
        .sum()
}

/// What a command prints, if it is there and succeeds.
pub(crate) fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
