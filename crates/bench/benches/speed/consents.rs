//! What consent costs: in a read, when it is said, and when a million are asked who may be reached.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use rand_core::Rng as _;
use serde_json::json;
use shouxin_bench::{Row, median};
use shouxin_model::Caller;
use shouxin_vault::audiences::{AudienceOf, AudienceRequest, MOST_NAMED};

use crate::load::{self, Make};
use crate::million::Million;
use crate::plan::Plan;
use crate::reads::{self, CONNECTIONS, flush_seconds, protected_read};
use crate::world::{AGREED, Medium, World};

/// The same read for a purpose that rests on consent and for one that does not; then words a second.
pub(crate) async fn consents(plan: &Plan) -> Vec<Row> {
    let (seconds, rounds) = plan.pace();
    let world = World::agreed(Medium::Memory, reads::CUSTOMERS).await;
    let address = world.serve(Router::new());
    let time = Duration::from_secs(seconds);
    let run = |make: &Make| {
        tokio::task::block_in_place(|| load::run(address, CONNECTIONS, time, make)).rate
    };
    let (asking, not) = (
        protected_read(&world, AGREED),
        protected_read(&world, "service"),
    );
    run(&asking);
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        without.push(run(&not));
        with.push(run(&asking));
    }
    let (with, without) = (median(&mut with), median(&mut without));
    let adds = (without / with - 1.0) * 100.0;
    let said = words(&world);
    let mut rates: Vec<f64> = (0..rounds).map(|_| run(&said)).collect();
    let rate = median(&mut rates);
    vec![
        Row::judged(
            "consent check inside a protected read of 8 fields, in memory, 64 connections",
            "adds <= 5 %",
            format!("{adds:.1} % ({with:.0}/s with, {without:.0}/s without)"),
            adds <= 5.0,
        ),
        Row::judged(
            "consent writes with their ledger entries, in memory, 64 connections",
            ">= 5,000/s",
            format!("{rate:.0}/s"),
            rate >= 5_000.0,
        ),
        on_disk(seconds, rounds, rate).await,
    ]
}

/// A disk that flushes faster than the machine can make words is no limit: then the rate in memory is.
async fn on_disk(seconds: u64, rounds: usize, in_memory: f64) -> Row {
    let world = World::with(Medium::Disk, reads::CUSTOMERS).await;
    let address = world.serve(Router::new());
    let said = words(&world);
    let time = Duration::from_secs(seconds);
    let (mut rates, mut flushes) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        flushes.push(flush_seconds(world.folder.path()));
        let load = tokio::task::block_in_place(|| load::run(address, CONNECTIONS, time, &said));
        rates.push(load.rate);
    }
    let (rate, flush) = (median(&mut rates), median(&mut flushes));
    let ratio = rate / (CONNECTIONS as f64 / flush).min(in_memory);
    Row::judged(
        "the same on disk",
        ">= 0.7 of min(64 / median fsync, the in-memory rate)",
        format!("{ratio:.2} ({rate:.0}/s; fsync {:.3} ms)", flush * 1000.0),
        ratio >= 0.7,
    )
}

/// A word of a random customer.
fn words(world: &World) -> Make {
    let (subjects, keys) = (Arc::clone(&world.subjects), Arc::clone(&world.keys));
    let body = json!({"consents": [{"purpose": AGREED, "state": "given", "form": "general"}]});
    let body = body.to_string();
    Arc::new(move |connection, dice, into| {
        let subject = subjects[(dice.next_u64() % subjects.len() as u64) as usize];
        let path = format!("/api/v1/subjects/{subject}/consents");
        load::post(&path, &keys[connection % keys.len()], &body, into);
    })
}

/// Who may be reached, of everybody: the first page with the counts of all others.
pub(crate) async fn audience(plan: &Plan, million: &mut Million) -> Vec<Row> {
    let world = million.world(plan).await;
    world.everybody_agrees(AGREED).await;
    let request = AudienceRequest {
        purpose: AGREED.to_owned(),
        part: None,
        channel: None,
        of: AudienceOf::Everybody {
            after: None,
            limit: u32::try_from(MOST_NAMED).unwrap_or(u32::MAX),
        },
    };
    let mut times = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let found = world.vault.audience(&Caller::operator(), &request).await;
        assert_eq!(found.expect("an audience").subjects.len(), MOST_NAMED);
        times.push(started.elapsed().as_secs_f64());
    }
    let time = median(&mut times);
    vec![
        Row::told(
        format!(
            "audience over {} subjects who agreed: first 10,000, held, and the counts of all others",
            Million::size(plan)
        ),
        "<= 1 s",
        format!("{time:.2} s"),
    )
    .verdict(plan.verdict(time <= 1.0))]
}
