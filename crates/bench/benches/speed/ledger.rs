//! The ledger alone: entries that are appended, entries that are verified.

use std::fs::File;
use std::io::{BufReader, Write as _};
use std::time::Instant;

use shouxin_bench::Row;
use shouxin_ledger::{Entry, Kind, Trust, verify_export};
use shouxin_store::Tx;

use crate::plan::Plan;
use crate::world::{FIELDS, Medium, World};

/// Entries to a transaction.
const BATCH: u64 = 500;

/// Appends entries in one transaction.
async fn append_batch(world: &World, bodies: impl Iterator<Item = Vec<u8>>) {
    let mut tx = Tx::new();
    for body in bodies {
        tx.append(body);
    }
    world.vault.store().commit(tx).await.expect("room");
}

/// Entries of the ledger, five hundred to a transaction.
pub(crate) async fn append(entries: u64) -> Vec<Row> {
    let world = World::with(Medium::Disk, 0).await;
    let entry = vec![b'x'; 160];
    let started = Instant::now();
    for _ in 0..entries / BATCH {
        append_batch(&world, (0..BATCH).map(|_| entry.clone())).await;
    }
    let rate = entries as f64 / started.elapsed().as_secs_f64();
    vec![Row::judged(
        format!("ledger append in batches of {BATCH}, {entries} entries of 160 bytes, on disk"),
        ">= 50,000/s",
        format!("{rate:.0}/s"),
        rate >= 50_000.0,
    )]
}

/// Entries as reads leave them, exported, then verified as `shouxin-verify` does, from a file in memory.
pub(crate) async fn verify(plan: &Plan) -> Vec<Row> {
    let entries = plan.size(1_000_000, 100_000);
    let world = World::with(Medium::Memory, 0).await;
    for first in (0..entries).step_by(BATCH as usize) {
        append_batch(&world, (first..first + BATCH).map(read_entry)).await;
        // About as often as a busy server signs: a verifier keeps what lies between two checkpoints.
        if (first + BATCH).is_multiple_of(10_000) {
            world
                .vault
                .sign_checkpoint(None)
                .await
                .expect("a signature");
        }
    }
    let path = world.folder.path().join("export");
    let mut file = File::create(&path).expect("a file");
    let exported = world
        .vault
        .export_ledger(|piece| {
            let written = file.write_all(&piece);
            async move { written.is_ok() }
        })
        .await
        .expect("an export");
    let keys = world.vault.ledger_keys();
    let started = Instant::now();
    let reader = BufReader::with_capacity(1 << 20, File::open(&path).expect("the export"));
    let report = verify_export(reader, Trust::Keys(keys), &[]).expect("a file that can be read");
    let seconds = started.elapsed().as_secs_f64();
    assert!(report.is_right() && exported >= entries, "{report:?}");
    let bytes = path.metadata().map_or(0, |data| data.len());
    vec![
        Row::told(
            format!(
                "verification of an export of {exported} entries ({} MiB), as shouxin-verify does it",
                bytes >> 20
            ),
            "<= 3 s for 1,000,000",
            format!("{seconds:.2} s ({:.0} entries/s)", exported as f64 / seconds),
        )
        .verdict(plan.verdict(seconds <= 3.0)),
    ]
}

/// An entry as a read of eight fields leaves it, about 300 bytes.
fn read_entry(n: u64) -> Vec<u8> {
    let at = i64::try_from(n).expect("far fewer");
    let mut entry = Entry::new(
        1_795_000_000_000_000 + at,
        Kind::Read,
        "key_06fs8k0000000000000000000g",
    );
    let mut pseudonym = [0; 16];
    pseudonym[8..].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    entry.subject = Some(pseudonym);
    entry.purpose = Some("service".to_owned());
    (entry.register, entry.policy) = (1, 1);
    for field in FIELDS {
        entry.add_field("clear", "bench-reader", field);
    }
    entry.encode().expect("an entry")
}
