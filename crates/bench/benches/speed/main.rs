//! `cargo xtask bench`: measures what the product promises, and prints a table.
//!
//! Ratios are measured side by side in one run; absolute figures are of this machine in this hour. Each
//! row is a function that gives what it found with its bar; `plan` says which are wanted.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a bench reads the clock, prints, and divides counts"
)]

mod batch;
mod consents;
mod decisions;
mod growth;
mod ledger;
mod load;
mod machine;
mod million;
mod nodes;
mod peer;
mod people;
mod plan;
mod program;
mod reads;
mod report;
mod sealing;
mod spread;
mod work;
mod world;

use std::process::ExitCode;

use million::Million;
use plan::Plan;
use report::Report;
use shouxin_bench::Row;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let plan = match Plan::parse(std::env::args().skip(1)) {
        Ok(plan) => plan,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let report = runtime.block_on(measure(&plan));
    println!("{}", report.text());
    ExitCode::SUCCESS
}

/// Measures the rows that are wanted, those that share the million customers one after the other.
async fn measure(plan: &Plan) -> Report<'_> {
    let (seconds, rounds) = plan.pace();
    let mut report = Report::begin(plan);
    report.measure("tax", reads::tax(seconds, rounds)).await;
    report.measure("disk", reads::disk(seconds, rounds)).await;
    report.measure("peer", peer::peer(plan)).await;
    report.measure("batch", batch::batch(plan)).await;
    report.measure("consents", consents::consents(plan)).await;
    report
        .measure("decisions", async { vec![decisions::decisions(200_000)] })
        .await;
    report
        .measure("sealing", async { sealing::sealing(rounds) })
        .await;
    report.measure("append", ledger::append(200_000)).await;
    report.measure("verify", ledger::verify(plan)).await;
    report.measure("erasure", work::erasure(plan)).await;
    report.measure("turning", work::turning(plan)).await;
    report.measure("spread", spread::spread(plan)).await;
    let mut million = Million::default();
    report
        .measure("import", million::import(plan, &mut million))
        .await;
    report
        .measure("search", million::search(plan, &mut million))
        .await;
    report
        .measure("start", program::start(plan, &mut million))
        .await;
    report
        .measure("idle", program::idle(plan, &mut million))
        .await;
    report
        .measure("growth", growth::growth(plan, &mut million))
        .await;
    report
        .measure("audience", consents::audience(plan, &mut million))
        .await;
    drop(million);
    report
        .measure("binary", async { program::binary(plan) })
        .await;
    report.measure("nodes", nodes::nodes(plan)).await;
    report.measure("protected", protected(plan)).await;
    report
}

/// For a profiler: nothing but protected reads, once the customers are in.
async fn protected(plan: &Plan) -> Vec<Row> {
    let (seconds, rounds) = plan.pace();
    let rate = reads::in_memory(plan.customers, seconds, rounds).await;
    vec![Row::told(
        "protected reads, in memory",
        "",
        format!("{rate:.0}/s"),
    )]
}
