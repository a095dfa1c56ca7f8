//! Reading many customers in one request.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::json;
use shouxin_bench::{Row, median};
use shouxin_vault::MAX_SUBJECTS;

use crate::load::{self, Make};
use crate::plan::Plan;
use crate::reads::CUSTOMERS;
use crate::world::{AGREED, FIELDS, Medium, World};

/// One for each core would do; two keep both busy while an answer is on its way.
const CONNECTIONS: usize = 4;

/// Requests for all fields of a thousand customers each, every customer with an entry of its own.
pub(crate) async fn batch(plan: &Plan) -> Vec<Row> {
    let (seconds, rounds) = plan.pace();
    let world = World::agreed(Medium::Memory, plan.size(CUSTOMERS, 10_000)).await;
    let address = world.serve(Router::new());
    let make = batch_read(&world);
    let mut request = Vec::new();
    make(0, &mut ChaCha8Rng::seed_from_u64(0), &mut request);
    let answer = load::ask(address, &request).expect("an answer");
    let values = answer.matches(r#""value":"#).count();
    let entries: BTreeSet<&str> = answer
        .split(r#""entry":"#)
        .skip(1)
        .filter_map(|rest| rest.split(',').next())
        .collect();
    assert_eq!(
        (values, entries.len()),
        (MAX_SUBJECTS * FIELDS.len(), MAX_SUBJECTS),
        "every value is answered, every customer has an entry"
    );
    let time = Duration::from_secs(seconds);
    let mut rates: Vec<f64> = (0..rounds)
        .map(|_| {
            let load = tokio::task::block_in_place(|| load::run(address, CONNECTIONS, time, &make));
            load.rate * values as f64
        })
        .collect();
    let rate = median(&mut rates);
    vec![Row::judged(
        format!(
            "batch read over HTTP with entries, in memory: {MAX_SUBJECTS} customers a request, 8 sealed fields, {CONNECTIONS} connections"
        ),
        ">= 100,000 values/s",
        format!("{rate:.0} values/s"),
        rate >= 100_000.0,
    )]
}

/// Requests for different customers each, spread over all.
fn batch_read(world: &World) -> Make {
    let (subjects, keys) = (Arc::clone(&world.subjects), Arc::clone(&world.keys));
    Arc::new(move |connection, dice, into| {
        let mut any = |end: usize| (dice.next_u64() % end as u64) as usize;
        // So far apart that a thousand steps do not come round to the first again.
        let step = 1 + any(subjects.len() / MAX_SUBJECTS);
        let first = any(subjects.len());
        let chosen: Vec<_> = (0..MAX_SUBJECTS)
            .map(|n| subjects[(first + n * step) % subjects.len()])
            .collect();
        let body =
            json!({"subjects": chosen, "fields": FIELDS, "purpose": AGREED, "clear": FIELDS});
        load::post(
            "/api/v1/reads",
            &keys[connection % keys.len()],
            &body.to_string(),
            into,
        );
    })
}
