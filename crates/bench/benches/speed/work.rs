//! Work that goes past HTTP: erasures, keys turned, everything sealed anew.

use std::time::Instant;

use shouxin_bench::{Row, median};
use shouxin_model::{Caller, Personal, SubjectId};
use shouxin_vault::RecordWrite;

use crate::plan::Plan;
use crate::world::{FIELDS, Medium, REGISTER, World};

/// The erasure of one person: with one record, and with a thousand.
pub(crate) async fn erasure(plan: &Plan) -> Vec<Row> {
    // A collection beside the one that reads are measured on, of which a person has any number.
    let register = format!("{REGISTER}\n{}", include_str!("visits.toml"));
    let world = World::declared(Medium::Disk, &register, 10_000).await;
    let people = plan.pace().1.max(5);
    let with_one = world.subjects[..people].to_vec();
    let mut with_many = Vec::new();
    for subject in &world.subjects[people..2 * people] {
        visit(&world, *subject).await;
        with_many.push(*subject);
    }
    let (one, many) = (
        erase(&world, with_one).await,
        erase(&world, with_many).await,
    );
    vec![
        Row::told(
            "erasure of one person with one record among 10,000, on disk, acknowledged",
            "",
            format!("{one:.1} ms"),
        ),
        Row::judged(
            format!("the same of one person with {VISITS} records more"),
            "<= 50 ms",
            format!("{many:.1} ms"),
            many <= 50.0,
        ),
    ]
}

/// Records that [`visit`] adds.
const VISITS: usize = 1_000;

async fn visit(world: &World, subject: SubjectId) {
    let visits = (0..VISITS).map(|n| RecordWrite {
        collection: "visit".to_owned(),
        values: vec![
            (
                "number".to_owned(),
                Personal::new(format!("V-{subject}-{n}")),
            ),
            ("remark".to_owned(), Personal::new("常规保养".to_owned())),
        ],
        key: None,
    });
    let (vault, caller) = (&world.vault, Caller::operator());
    let written = vault.write(&caller, Some(subject), visits.collect()).await;
    assert_eq!(written.expect("records").records.len(), VISITS);
}

/// Erases these people, one after the other; gives the median time in milliseconds.
async fn erase(world: &World, people: Vec<SubjectId>) -> f64 {
    let mut times = Vec::new();
    for subject in people {
        let started = Instant::now();
        let erased = world
            .vault
            .erase(&Caller::operator(), subject, "bench")
            .await;
        erased.expect("an erasure");
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    median(&mut times)
}

/// Every subject key wrapped by the key of a new epoch; then every record under a fresh data key.
pub(crate) async fn turning(plan: &Plan) -> Vec<Row> {
    let world = World::with(Medium::Memory, plan.size(100_000, 10_000)).await;
    let rotated = world
        .vault
        .rotate_keys(&Caller::operator(), None, None)
        .await;
    let wrapped = work_off(&world, rotated.expect("an epoch").keys).await;
    let ordered = world.vault.reseal(&Caller::operator(), None).await;
    let records = ordered.expect("a job").records;
    let resealed = work_off(&world, records).await;
    let judged = |what: &str, rate: f64| {
        Row::judged(
            what,
            ">= 20,000/s",
            format!("{rate:.0}/s"),
            rate >= 20_000.0,
        )
    };
    vec![
        judged(
            &format!("key rotation: subject keys of {records} customers wrapped anew, in memory"),
            wrapped,
        ),
        judged(
            &format!(
                "{records} records of {} fields sealed anew, in memory",
                FIELDS.len()
            ),
            resealed,
        ),
    ]
}

/// Works until nothing is left to do; gives these things a second.
async fn work_off(world: &World, things: u64) -> f64 {
    let started = Instant::now();
    while world.vault.work().await.expect("a page of work") {}
    things as f64 / started.elapsed().as_secs_f64()
}
