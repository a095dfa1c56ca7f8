//! Work that goes past HTTP: an import, an erasure, the ledger, sealing.

use std::time::Instant;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use shouxin_bench::{Row, median};
use shouxin_model::{Caller, FieldRef, Moment, RecordId, SubjectId, Suite};
use shouxin_seal::{Binding, Keyring, Root, SubjectKey, open, seal};
use shouxin_store::Tx;

use crate::world::{Medium, World};

/// A file of customers with eight sealed fields and three search indexes, imported in one go.
pub(crate) async fn import(customers: u64) -> Vec<Row> {
    let world = World::with(Medium::Disk, 0).await;
    let took = world.import(0, customers).await;
    let (rate, peak) = (customers as f64 / took.as_secs_f64(), peak_mebibytes());
    vec![Row::judged(
        format!(
            "import of {customers} customers, 8 sealed fields, 3 indexes, embedded store on disk"
        ),
        ">= 8,000 records/s, memory <= 500 MB",
        format!("{rate:.0}/s; peak memory of the whole bench so far {peak:.0} MiB"),
        rate >= 8_000.0 && peak <= 477.0,
    )]
}

/// Entries of the ledger, five hundred to a transaction.
pub(crate) async fn append(entries: usize) -> Row {
    let world = World::with(Medium::Disk, 0).await;
    let entry = vec![b'x'; 160];
    let started = Instant::now();
    for _ in 0..entries / 500 {
        let mut tx = Tx::new();
        for _ in 0..500 {
            tx.append(entry.clone());
        }
        world.vault.store().commit(tx).await.expect("room");
    }
    let rate = entries as f64 / started.elapsed().as_secs_f64();
    Row::judged(
        format!("ledger append in batches of 500, {entries} entries of 160 bytes, on disk"),
        ">= 50,000/s",
        format!("{rate:.0}/s"),
        rate >= 50_000.0,
    )
}

/// Sealing and opening of 64-byte fields on one core.
pub(crate) fn sealing(rounds: usize) -> Vec<Row> {
    let mut dice = ChaCha20Rng::from_seed([7; 32]);
    let root = Root::make(&mut dice);
    let name = FieldRef::new("customer", "address");
    let subject = SubjectId::make(Moment::default(), &mut dice);
    let record = RecordId::make(Moment::default(), &mut dice);
    let binding = Binding {
        zone: "identity",
        field: &name,
        subject,
        record,
    };
    let value = [b'v'; 64];
    let suites = [
        (Suite::International, "AES-256-GCM", 4_000_000.0),
        (Suite::National, "SM4-GCM", 700_000.0),
    ];
    let measure = |(suite, words, bar): (Suite, &str, f64)| {
        let mut dice = ChaCha20Rng::from_seed([8; 32]);
        let keyring = Keyring::make(&root, suite, Moment::default(), &mut dice);
        let key = SubjectKey::make(&keyring, &mut dice);
        let (mut sealed, mut opened) = (Vec::new(), Vec::new());
        let mut envelope = seal(&key, suite, &binding, &value, &mut dice);
        for _ in 0..rounds.max(3) {
            let started = Instant::now();
            for _ in 0..100_000 {
                envelope = seal(&key, suite, &binding, &value, &mut dice);
            }
            sealed.push(100_000.0 / started.elapsed().as_secs_f64());
            let started = Instant::now();
            for _ in 0..100_000 {
                let value = open(&key, &binding, &envelope).expect("our own envelope");
                std::hint::black_box(value);
            }
            opened.push(100_000.0 / started.elapsed().as_secs_f64());
        }
        let (sealed, opened) = (median(&mut sealed), median(&mut opened));
        Row::judged(
            format!("sealed 64-byte fields on one core, {words}"),
            format!(">= {bar:.0}/s"),
            format!("{sealed:.0}/s sealed, {opened:.0}/s opened"),
            sealed >= bar,
        )
    };
    suites.into_iter().map(measure).collect()
}

/// The erasure of one person.
pub(crate) async fn erasure(rounds: usize) -> Row {
    let world = World::with(Medium::Disk, 10_000).await;
    let mut times = Vec::new();
    for subject in world.subjects.iter().take(rounds.max(5)) {
        let started = Instant::now();
        world
            .vault
            .erase(&Caller::operator(), *subject, "bench")
            .await
            .expect("an erasure");
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    let time = median(&mut times);
    Row::told(
        "erasure of one person with one record among 10,000, on disk, acknowledged",
        "",
        format!("{time:.1} ms"),
    )
}

/// The most memory that this process has held. Source: proc(5), `VmHWM` of `status`.
fn peak_mebibytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a Linux with /proc");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_ascii_whitespace().nth(1));
    kibibytes.and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
