//! Whether a read takes longer in a larger store.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use shouxin_bench::{Row, median, quantile};

use crate::load;
use crate::machine;
use crate::million::Million;
use crate::plan::Plan;
use crate::reads::{flush_seconds, protected_read};
use crate::world::{Medium, World};

/// Few, so that the wait for the answer is that of the read and not of the queue before it.
const CONNECTIONS: usize = 4;

/// The most that the last p99 may be of the first.
const BAR: f64 = 2.0;

/// The p99 of protected reads of random customers at growing sizes, measured in turn. With `--full` the
/// largest is five times a million, and stands beside the smallest of the same minutes.
pub(crate) async fn growth(plan: &Plan, million: &mut Million) -> Vec<Row> {
    let small = plan.size(10_000, 1_000);
    let middle = plan.size(100_000, 10_000);
    let smallest = World::with(Medium::Disk, small).await;
    let in_between = World::with(Medium::Disk, middle).await;
    let large = million.world(plan).await;
    let size = Million::size(plan);
    let steps = [(small, &smallest), (middle, &in_between), (size, &*large)];
    let mut rows = vec![row(plan, &steps, !plan.full)];
    drop(in_between);
    if plan.full {
        rows.push(match fill(size, 5 * size, large).await {
            Ok(()) => row(plan, &[(small, &smallest), (5 * size, &*large)], true),
            Err(why) => Row::told(WHAT, "", why),
        });
    }
    rows
}

const WHAT: &str = "growth: p99 of a protected read of 8 fields, 4 connections, on disk";

/// Imports on until there are so many, if the disk has room for them and as much again.
async fn fill(from: u64, to: u64, world: &mut World) -> Result<(), String> {
    let each = machine::bytes_below(world.folder.path()) / from;
    let needed = each * (to - from);
    match machine::free_bytes(world.folder.path()) {
        Some(free) if free >= 2 * needed => {}
        free => {
            return Err(format!(
                "not measured at {to}: {each} bytes a customer need {} GiB, and twice that free; free are {} GiB",
                needed >> 30,
                free.unwrap_or(0) >> 30
            ));
        }
    }
    world.fill(from, to).await;
    world.choose_subjects().await;
    Ok(())
}

fn row(plan: &Plan, steps: &[(u64, &World)], is_last: bool) -> Row {
    let (seconds, rounds) = plan.pace();
    let served: Vec<(SocketAddr, _)> = steps
        .iter()
        .map(|(_, world)| {
            let make = protected_read(world, "service");
            (world.serve(Router::new()), make)
        })
        .collect();
    let time = Duration::from_secs(seconds);
    let mut p99s = vec![Vec::new(); steps.len()];
    // One round more than is counted: the first fills what is kept in memory.
    for round in 0..=rounds {
        for ((address, make), p99s) in served.iter().zip(&mut p99s) {
            let mut load =
                tokio::task::block_in_place(|| load::run(*address, CONNECTIONS, time, make));
            if round > 0 {
                p99s.push(quantile(&mut load.latencies_ms, 0.99));
            }
        }
    }
    let p99s: Vec<f64> = p99s.iter_mut().map(|p99s| median(p99s)).collect();
    let ratio = p99s[p99s.len() - 1] / p99s[0];
    let each: Vec<String> = steps
        .iter()
        .zip(&p99s)
        .map(|((size, _), p99)| format!("{p99:.2} ms at {size}"))
        .collect();
    let world = steps[steps.len() - 1].1;
    let hint = if is_last && !plan.full {
        "; --full goes on to five times that"
    } else {
        ""
    };
    Row::told(
        WHAT,
        format!("the last <= {BAR} times the first"),
        format!(
            "{ratio:.2} ({}; {} bytes a customer; fsync {:.3} ms){hint}",
            each.join(", "),
            machine::bytes_below(world.folder.path()) / steps[steps.len() - 1].0,
            flush_seconds(world.folder.path()) * 1000.0
        ),
    )
    .verdict(plan.verdict(ratio <= BAR))
}
