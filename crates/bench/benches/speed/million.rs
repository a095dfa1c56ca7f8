//! A million customers on disk, made once in a run, and what is measured on them.

use std::path::PathBuf;
use std::time::Instant;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use shouxin_bench::{Row, quantile};
use shouxin_model::{FieldRef, Personal, SearchMode};
use shouxin_vault::SearchRequest;

use crate::machine;
use crate::people;
use crate::plan::Plan;
use crate::world::{Medium, World};

/// The customers, once a row has asked for them.
#[derive(Default)]
pub(crate) struct Million {
    world: Option<World>,
    /// Another program may have them open.
    is_down: bool,
}

impl Million {
    /// How many they are: fewer in the quick form.
    pub(crate) fn size(plan: &Plan) -> u64 {
        plan.size(1_000_000, 50_000)
    }

    /// The customers. Imported now, unless a row before this one did.
    pub(crate) async fn world(&mut self, plan: &Plan) -> &mut World {
        if self.world.is_none() {
            self.import(plan).await;
        }
        let world = self.world.as_mut().expect("imported above");
        if std::mem::take(&mut self.is_down) {
            world.reopen().await;
        }
        world
    }

    /// Closes the customers' store for another program, which must have ended before [`Million::world`] is
    /// called again; gives the deployment's folder.
    pub(crate) async fn put_down(&mut self, plan: &Plan) -> PathBuf {
        if !self.is_down {
            self.world(plan).await.close().await;
            self.is_down = true;
        }
        let world = self.world.as_ref().expect("put down above");
        world.folder.path().to_path_buf()
    }

    /// Imports the customers; gives records a second.
    async fn import(&mut self, plan: &Plan) -> f64 {
        let customers = Self::size(plan);
        let mut world = World::with(Medium::Disk, 0).await;
        let took = world.import(0, customers).await;
        world.choose_subjects().await;
        self.world = Some(world);
        customers as f64 / took.as_secs_f64()
    }
}

/// A file of customers with eight sealed fields and three search indexes, imported in one go.
pub(crate) async fn import(plan: &Plan, million: &mut Million) -> Vec<Row> {
    let rate = million.import(plan).await;
    let peak = machine::mebibytes("self", "VmHWM");
    vec![Row::judged(
        format!(
            "import of {} customers, 8 sealed fields, 3 indexes, embedded store on disk",
            Million::size(plan)
        ),
        ">= 8,000 records/s, memory <= 500 MB",
        format!("{rate:.0}/s; peak memory of the whole bench so far {peak:.0} MiB"),
        rate >= 8_000.0 && peak <= 477.0,
    )]
}

/// One way of searching: what it is called, its field and mode, what is typed for the n-th customer, and
/// the bar in milliseconds.
struct Way {
    words: &'static str,
    field: &'static str,
    mode: SearchMode,
    typed: fn(u64) -> String,
    bar_ms: f64,
}

const WAYS: [Way; 3] = [
    Way {
        words: "exact search by mobile number",
        field: "mobile",
        mode: SearchMode::Exact,
        typed: people::mobile,
        bar_ms: 1.0,
    },
    Way {
        words: "search by the last 4 digits",
        field: "mobile",
        mode: SearchMode::Last4,
        typed: |n| people::mobile(n)[7..].to_owned(),
        bar_ms: 10.0,
    },
    Way {
        words: "search by name",
        field: "name",
        mode: SearchMode::Name,
        typed: people::name,
        bar_ms: 10.0,
    },
];

/// Whole searches, one after the other: decided, on record, candidates opened, the found told to the
/// ledger. Everything but HTTP.
pub(crate) async fn search(plan: &Plan, million: &mut Million) -> Vec<Row> {
    let world = million.world(plan).await;
    let mut rows = Vec::new();
    for way in &WAYS {
        rows.push(one_way(plan, world, way).await);
    }
    rows
}

async fn one_way(plan: &Plan, world: &World, way: &Way) -> Row {
    let (customers, caller) = (Million::size(plan), world.reader());
    let mut dice = ChaCha8Rng::seed_from_u64(9);
    let (mut times, mut found) = (Vec::new(), 0);
    for _ in 0..plan.size(1_000, 200) {
        let request = SearchRequest {
            field: FieldRef::new("customer", way.field),
            mode: way.mode,
            value: Personal::new((way.typed)(dice.next_u64() % customers)),
            purpose: "service".to_owned(),
            limit: 100,
        };
        let started = Instant::now();
        let outcome = world.vault.search(&caller, &request).await;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        let matches = outcome.expect("a search").matches.len();
        assert!(matches > 0, "a customer who is there was not found");
        found += matches;
    }
    let p95 = quantile(&mut times, 0.95);
    Row::told(
        format!(
            "{} among {customers} customers on disk, one at a time, without HTTP",
            way.words
        ),
        format!("p95 <= {} ms", way.bar_ms),
        format!(
            "p95 {p95:.2} ms, median {:.2} ms; {:.1} found on average",
            quantile(&mut times, 0.5),
            found as f64 / times.len() as f64
        ),
    )
    .verdict(plan.verdict(p95 <= way.bar_ms))
}
