//! A process that is killed while it turns keys, wraps them anew and seals everything anew.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_model::{Caller, SubjectId, Suite};
use shouxin_vault::world::Machine;
use shouxin_vault::{EpochState, Vault, keydir};

use crate::killed::{self, person_and_value, run_and_kill};
use crate::support::{
    Engine, Harness, held, number, open_folder, person, record, recounted, request, shown,
};

/// How often it is killed.
const KILLS: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_keys_turn_nothing_is_lost_and_the_turn_is_finished() {
    let folder = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    let keys = folder.path().join("keys");
    keydir::create(&keys, Suite::International, None, &Machine).unwrap();
    let profile = shouxin_register::profile("after-sales").unwrap();
    let vault = Vault::found(
        open_folder(&folder.path().join("data")).await,
        held(folder.path()),
        Arc::new(Machine),
        profile.register_toml,
        profile.policies,
    )
    .await
    .unwrap();
    vault.store().close().await;
    let mut dice = ChaCha20Rng::seed_from_u64(8);
    let mut people: Vec<(SubjectId, String)> = Vec::new();
    for _ in 0..KILLS {
        let longer = Duration::from_micros(u64::from(dice.next_u32() % 250_000));
        people.extend(run_and_kill(
            "turning::turns_until_it_is_killed",
            folder.path(),
            longer,
            person_and_value,
        ));
        let vault = open(folder.path()).await;
        for (number, (subject, mobile)) in people.iter().enumerate() {
            let adviser = person(
                &vault,
                u8::try_from(number % 200).unwrap(),
                "li.na",
                "service-adviser",
            );
            let request = request(&[*subject], "repair-service", &["customer.mobile"], &[]);
            let read = vault.read(&adviser, &request).await.unwrap();
            let wanted = format!(" {}****{}", &mobile[..3], &mobile[7..]);
            assert!(
                shown(&read[0])[0].ends_with(&wanted),
                "{:?}",
                shown(&read[0])
            );
        }
        recounted(&vault).await;
        vault.store().close().await;
    }
    assert!(people.len() > KILLS as usize);
    let vault = open(folder.path()).await;
    vault.refresh().await.unwrap();
    // A job of the killed process is held by its lease for half a minute.
    let mut tx = shouxin_store::Tx::new();
    tx.run("UPDATE job SET lease_until = 0", vec![]);
    vault.store().commit(tx).await.unwrap();
    while vault.work().await.unwrap() {}
    let list = vault.keys().await.unwrap().remove(0);
    assert!(list.epochs.len() > KILLS as usize, "{list:?}");
    for of in &list.epochs {
        assert_eq!(of.keys > 0, of.state == EpochState::Current, "{of:?}");
    }
    let told = "SELECT CAST(value AS BIGINT) FROM setting WHERE name = 'epoch'";
    let current = list.epochs.last().unwrap().epoch;
    assert_eq!(number(&vault, told).await, i64::from(current));
}

async fn open(folder: &Path) -> Vault {
    let store = open_folder(&folder.join("data")).await;
    Vault::open(store, held(folder), Arc::new(Machine))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by killed_while_keys_turn_nothing_is_lost_and_the_turn_is_finished"]
async fn turns_until_it_is_killed() {
    let Some(folder) = killed::folder() else {
        return;
    };
    let vault = open(&folder).await;
    let writing = vault.clone();
    tokio::spawn(async move {
        loop {
            let mobile = format!("139{:08}", writing.dice().next_u32() % 100_000_000);
            let subject = customer(&writing, &mobile).await;
            let mut out = std::io::stdout().lock();
            writeln!(out, "ack {subject} {mobile}").unwrap();
            out.flush().unwrap();
        }
    });
    loop {
        vault
            .rotate_keys(&Caller::operator(), None, None)
            .await
            .unwrap();
        vault.reseal(&Caller::operator(), None).await.ok();
        while vault.work().await.unwrap() {}
    }
}

async fn customer(vault: &Vault, mobile: &str) -> SubjectId {
    let order = [
        ("number", format!("WO-{mobile}")),
        ("status", "booked".to_owned()),
        ("assignee", "li.na".to_owned()),
    ];
    let order: Vec<(&str, &str)> = order.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let records = vec![
        record("customer", &[("name", "张三"), ("mobile", mobile)]),
        record("work_order", &order),
    ];
    let written = vault.write(&Caller::operator(), None, records).await;
    written.unwrap().subject
}

/// Prints rates; meaningful with `--release` and an otherwise idle machine:
/// `cargo test --release -p shouxin-vault --test all -- --ignored --exact turning::rates --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, run by hand"]
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "it measures and says what it measured"
)]
async fn rates() {
    let h = Arc::new(Harness::new(Engine::Sqlite).await);
    let count: u32 = 6_000;
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let h = h.clone();
            tokio::spawn(async move {
                for n in (writer..count).step_by(16) {
                    customer(&h.vault, &format!("139{n:08}")).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let timed = async |what: &str, things: u32| {
        let start = Instant::now();
        while h.vault.work().await.unwrap() {}
        let rate = f64::from(things) / start.elapsed().as_secs_f64();
        println!("{what}: {rate:.0}/s");
    };
    let rotated = h
        .vault
        .rotate_keys(&Caller::operator(), None, None)
        .await
        .unwrap();
    timed("keys wrapped anew", u32::try_from(rotated.keys).unwrap()).await;
    let ordered = h.vault.reseal(&Caller::operator(), None).await.unwrap();
    let records = u32::try_from(ordered.records).unwrap();
    timed("records sealed anew under fresh keys", records).await;
    let national = crate::support::after_sales("suite = \"international\"", "suite = \"national\"");
    crate::support::apply(&h.vault, Some(&national), None)
        .await
        .unwrap();
    timed(
        "records brought to another suite with their indexes",
        records,
    )
    .await;
}
