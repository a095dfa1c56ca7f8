//! The privacy tax: a protected read against a bare read of the same row through the same HTTP stack.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use rand_core::Rng as _;
use serde_json::{Map, Value, json};
use shouxin_bench::{Row, median, quantile};
use shouxin_model::SubjectId;
use shouxin_store::{Store, Tx, params};

use crate::load::{self, Load, Make};
use crate::people;
use crate::world::{FIELDS, Medium, World};

/// Customers in the deployment of this row.
pub(crate) const CUSTOMERS: u64 = 50_000;

/// Requests at the same time.
pub(crate) const CONNECTIONS: usize = 64;

/// The protected read against the bare one, then the protected one on disk.
pub(crate) async fn tax(seconds: u64, rounds: usize) -> Vec<Row> {
    let world = World::with(Medium::Memory, CUSTOMERS).await;
    world.consent("follow-up").await;
    bare_rows(&world).await;
    let address = world.serve(bare(world.vault.store().clone()));
    let protected = protected_read(&world, "follow-up");
    let bare = bare_read(&world);
    let time = Duration::from_secs(seconds);
    let _ = tokio::task::block_in_place(|| load::run(address, CONNECTIONS, time, &protected));
    let (mut with, mut without, mut p99) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let run = |make: &Make| {
            tokio::task::block_in_place(|| load::run(address, CONNECTIONS, time, make))
        };
        let plain = run(&bare);
        let mut guarded = run(&protected);
        eprintln!(
            "    round {}: bare {:.0}/s ({:.0} us of processor, {} B), protected {:.0}/s ({:.0} us, {} B)",
            round + 1,
            plain.rate,
            plain.cpu_micros,
            plain.body_bytes,
            guarded.rate,
            guarded.cpu_micros,
            guarded.body_bytes
        );
        p99.push(quantile(&mut guarded.latencies_ms, 0.99));
        with.push(guarded.rate);
        without.push(plain.rate);
    }
    let (with, without, p99) = (median(&mut with), median(&mut without), median(&mut p99));
    let ratio = with / without;
    vec![
        Row::judged(
            "privacy tax, in memory: protected read of 8 sealed fields against a bare read, 64 connections",
            ">= 0.45 of the bare rate",
            format!("{ratio:.2} ({with:.0}/s of {without:.0}/s; p99 {p99:.1} ms)"),
            ratio >= 0.45,
        ),
        on_disk(with, seconds, rounds).await,
    ]
}

/// As the second row of [`tax`], with the rate in memory measured for it.
pub(crate) async fn disk(seconds: u64, rounds: usize) -> Vec<Row> {
    let in_memory = in_memory(CUSTOMERS, seconds, rounds).await;
    vec![on_disk(in_memory, seconds, rounds).await]
}

/// The rate of protected reads with the data directory on disk, against what its flushes allow.
async fn on_disk(in_memory: f64, seconds: u64, rounds: usize) -> Row {
    let world = World::with(Medium::Disk, CUSTOMERS).await;
    world.consent("follow-up").await;
    let address = world.serve(Router::new());
    let protected = protected_read(&world, "follow-up");
    let time = Duration::from_secs(seconds);
    let mut rates = Vec::new();
    let mut flushes = Vec::new();
    for _ in 0..rounds {
        flushes.push(flush_seconds(world.folder.path()));
        let load: Load =
            tokio::task::block_in_place(|| load::run(address, CONNECTIONS, time, &protected));
        rates.push(load.rate);
    }
    let (rate, flush) = (median(&mut rates), median(&mut flushes));
    let allowed = (CONNECTIONS as f64 / flush).min(in_memory);
    let ratio = rate / allowed;
    Row::judged(
        "the same on disk",
        ">= 0.8 of min(64 / median fsync, the in-memory rate)",
        format!(
            "{ratio:.2} ({rate:.0}/s; fsync {:.3} ms; in memory {in_memory:.0}/s)",
            flush * 1000.0
        ),
        ratio >= 0.8,
    )
}

/// The rate of protected reads with the data directory in memory.
pub(crate) async fn in_memory(customers: u64, seconds: u64, rounds: usize) -> f64 {
    let world = World::with(Medium::Memory, customers).await;
    world.consent("follow-up").await;
    let address = world.serve(Router::new());
    let protected = protected_read(&world, "follow-up");
    let time = Duration::from_secs(seconds);
    eprintln!("    reading");
    let mut rates: Vec<f64> = (0..rounds)
        .map(|_| {
            tokio::task::block_in_place(|| load::run(address, CONNECTIONS, time, &protected)).rate
        })
        .collect();
    median(&mut rates)
}

/// The median time of a write of one page and its flush in this folder, in seconds.
pub(crate) fn flush_seconds(folder: &std::path::Path) -> f64 {
    use std::io::Write as _;
    let path = folder.join("flush");
    let mut file = std::fs::File::create(&path).expect("a file");
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let started = std::time::Instant::now();
            file.write_all(&[7; 4096]).expect("room");
            file.sync_data().expect("a flush");
            started.elapsed().as_secs_f64()
        })
        .collect();
    std::fs::remove_file(path).expect("the file");
    median(&mut times)
}

/// Requests for all eight fields of random customers.
pub(crate) fn protected_read(world: &World, purpose: &'static str) -> Make {
    protected_read_of(world, purpose, &FIELDS)
}

/// Requests for these fields of random customers.
pub(crate) fn protected_read_of(world: &World, purpose: &'static str, fields: &[&str]) -> Make {
    let (subjects, keys) = (Arc::clone(&world.subjects), Arc::clone(&world.keys));
    let body = json!({"fields": fields, "purpose": purpose, "clear": fields}).to_string();
    Arc::new(move |connection, dice, into| {
        let subject = subjects[(dice.next_u64() % subjects.len() as u64) as usize];
        let path = format!("/api/v1/subjects/{subject}/reads");
        load::post(&path, &keys[connection % keys.len()], &body, into);
    })
}

fn bare_read(world: &World) -> Make {
    let subjects = Arc::clone(&world.subjects);
    let body = json!({"fields": FIELDS}).to_string();
    Arc::new(move |_, dice, into| {
        let subject = subjects[(dice.next_u64() % subjects.len() as u64) as usize];
        load::post(&format!("/bare/{subject}"), "none", &body, into);
    })
}

/// A table with the same values in clear text: what a program without protection would read.
async fn bare_rows(world: &World) {
    let store = world.vault.store();
    let mut tx = Tx::new();
    tx.run(
        "CREATE TABLE bare (subject BLOB PRIMARY KEY, name TEXT, mobile TEXT, vin TEXT, email TEXT, \
         address TEXT, plate TEXT, wechat TEXT, remark TEXT) WITHOUT ROWID",
        params![],
    );
    let mut text = String::new();
    for (n, subject) in world.subjects.iter().enumerate() {
        text.clear();
        people::line(n as u64, &mut text);
        let mut cells = text.trim_end().splitn(8, ',').map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_default();
        tx.run(
            "INSERT INTO bare (subject, name, mobile, vin, email, address, plate, wechat, remark) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                *subject,
                cell(),
                cell(),
                cell(),
                cell(),
                cell(),
                cell(),
                cell(),
                cell()
            ],
        );
    }
    store.commit(tx).await.expect("bare rows");
}

/// The bare read: the same router, runtime, connection pool and engine, and nothing else.
fn bare(store: Store) -> Router {
    async fn read(
        State(store): State<Store>,
        Path(subject): Path<String>,
        Json(asked): Json<Value>,
    ) -> Response {
        let Ok(subject) = subject.parse::<SubjectId>() else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let rows = store
            .query(
                "SELECT name, mobile, vin, email, address, plate, wechat, remark FROM bare WHERE subject = $1",
                params![subject],
            )
            .await
            .expect("a query");
        let Some(row) = rows.first() else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let asked = asked["fields"].as_array().map_or(0, Vec::len);
        let mut fields = Map::new();
        for (n, name) in FIELDS.iter().enumerate().take(asked) {
            let value = row.text(n).expect("a text");
            fields.insert((*name).to_owned(), Value::String(value.to_owned()));
        }
        Json(json!({"subject": subject, "fields": fields})).into_response()
    }
    Router::new()
        .route("/bare/{subject}", post(read))
        .with_state(store)
}
