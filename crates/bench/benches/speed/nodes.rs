//! Two nodes on one PostgreSQL database against one.

use std::time::Duration;

use shouxin_bench::{Row, median};
use shouxin_store::{PostgresOptions, Store, params};
use shouxin_testkit::postgres;

use crate::load::{self, Load};
use crate::machine;
use crate::plan::Plan;
use crate::program::{NOT_BUILT, Server};
use crate::reads::{CONNECTIONS, protected_read};
use crate::world::{AGREED, Medium, REGISTER, World};

const WHAT: &str =
    "two nodes on PostgreSQL against one: protected read of 8 fields, 64 connections";

const BAR: &str = ">= 1.6 times, where PostgreSQL and each node have cores of their own";

/// The rate over two nodes against that over one, in turn, and what each process used meanwhile.
pub(crate) async fn nodes(plan: &Plan) -> Vec<Row> {
    let found = match measure(plan).await {
        Ok(found) => found,
        Err(why) => format!("not measured: {why}"),
    };
    // Without a verdict: where everything shares two cores, the ratio is theirs and not the product's.
    vec![Row::told(WHAT, BAR, found)]
}

async fn measure(plan: &Plan) -> Result<String, String> {
    let program = plan.program.as_ref().ok_or(NOT_BUILT)?;
    let server = tokio::task::spawn_blocking(postgres::Server::start)
        .await
        .map_err(|error| error.to_string())??;
    let database = server.database().await;
    let store = Store::open_postgres(database.url(), PostgresOptions::default())
        .await
        .map_err(|error| error.to_string())?;
    let customers = plan.size(20_000, 5_000);
    let world = World::founded(Medium::Memory.folder(), store, REGISTER, customers).await;
    world.consent(AGREED).await;
    let node = || {
        let data = ["--postgres", database.url()];
        Server::start(program, world.folder.path(), data)
    };
    let nodes = [node()?, node()?];
    let addresses = nodes.each_ref().map(Server::address);
    let make = protected_read(&world, AGREED);
    let (seconds, rounds) = plan.pace();
    let run = |addresses: &[_]| -> Load {
        let time = Duration::from_secs(seconds);
        tokio::task::block_in_place(|| load::run_over(addresses, CONNECTIONS, time, &make))
    };
    let _ = run(&addresses);
    let (mut one, mut two) = (Vec::new(), Vec::new());
    let mut shares = String::new();
    for _ in 0..rounds {
        one.push(run(&addresses[..1]).rate);
        let before = Used::now(&world, &nodes).await;
        two.push(run(&addresses).rate);
        shares = Used::now(&world, &nodes).await.since(&before);
    }
    world.close().await;
    let (one, two) = (median(&mut one), median(&mut two));
    let ratio = two / one;
    Ok(format!(
        "{ratio:.2} ({two:.0}/s against {one:.0}/s); {shares}"
    ))
}

/// Processor time used so far: of each node, of PostgreSQL, of the load; and when.
struct Used {
    at: std::time::Instant,
    by: [f64; 4],
}

impl Used {
    async fn now(world: &World, nodes: &[Server; 2]) -> Self {
        let sql = "SELECT CAST(pid AS BIGINT) FROM pg_stat_activity";
        let rows = world.vault.store().query(sql, params![]).await;
        let rows = rows.expect("its processes");
        let of_postgres = rows.iter().map(|row| {
            let process = row.int(0).expect("a number");
            machine::cpu_seconds(&process.to_string())
        });
        Self {
            at: std::time::Instant::now(),
            by: [
                machine::cpu_seconds(&nodes[0].process()),
                machine::cpu_seconds(&nodes[1].process()),
                of_postgres.sum(),
                machine::cpu_seconds("self"),
            ],
        }
    }

    /// What was used since then, in parts of one core.
    fn since(&self, before: &Self) -> String {
        let seconds = (self.at - before.at).as_secs_f64();
        let part = |n: usize| (self.by[n] - before.by[n]) / seconds;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        format!(
            "with two, the nodes used {:.2} and {:.2} cores, PostgreSQL {:.2}, the load {:.2}: {:.2} of {cores}",
            part(0),
            part(1),
            part(2),
            part(3),
            (0..4).map(part).sum::<f64>()
        )
    }
}
