//! `cargo xtask bench`: measures what the product promises, and prints a table.
//!
//! Ratios are measured side by side in one run; absolute figures are of this machine in this hour.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a bench reads the clock, prints, and divides counts"
)]

mod load;
mod people;
mod reads;
mod work;
mod world;

use shouxin_bench::{Row, table};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let only: Vec<&str> = arguments
        .iter()
        .filter_map(|argument| argument.strip_prefix("--only="))
        .flat_map(|words| words.split(','))
        .collect();
    let customers = arguments
        .iter()
        .find_map(|argument| argument.strip_prefix("--customers="))
        .map_or(reads::CUSTOMERS, |n| n.parse().expect("a number"));
    let wanted = |word: &str| only.is_empty() || only.contains(&word);
    let (seconds, rounds) = if has("--quick") { (2, 1) } else { (5, 5) };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let mut rows: Vec<Row> = Vec::new();
    if wanted("tax") {
        eprintln!("privacy tax, in memory");
        rows.extend(runtime.block_on(reads::tax(seconds, rounds)));
    }
    if wanted("sealing") {
        eprintln!("sealing");
        rows.extend(work::sealing(rounds));
    }
    if wanted("append") {
        eprintln!("ledger append");
        rows.push(runtime.block_on(work::append(200_000)));
    }
    if wanted("erasure") {
        eprintln!("erasure");
        rows.push(runtime.block_on(work::erasure(rounds)));
    }
    if wanted("import") {
        eprintln!("import");
        rows.extend(runtime.block_on(work::import(if has("--quick") {
            50_000
        } else {
            1_000_000
        })));
    }
    // For a profiler: nothing but protected reads, once the customers are in.
    if only.contains(&"protected") {
        let rate = runtime.block_on(reads::in_memory(customers, seconds, rounds));
        rows.push(Row::told(
            "protected reads, in memory",
            "",
            format!("{rate:.0}/s"),
        ));
    }
    println!("{}", table(&rows));
}
