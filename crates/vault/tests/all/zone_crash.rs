//! A process that is killed while what it writes is on its way into a zone apart.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_model::{Caller, Suite};
use shouxin_store::{Store, params};
use shouxin_vault::world::Machine;
use shouxin_vault::{Vault, ZoneHome, keydir};

use crate::killed::{self, run_and_kill};
use crate::support::{held, homes, open_folder, record, recounted};

/// How often it is killed.
const KILLS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_leaves_main_database_and_zone_in_step() {
    let folder = tempfile::tempdir().unwrap();
    let vault = found(folder.path()).await;
    vault.close().await;
    drop(vault);
    let mut dice = ChaCha20Rng::seed_from_u64(20);
    let mut acknowledged = Vec::new();
    for _ in 0..KILLS {
        let longer = Duration::from_micros(u64::from(dice.next_u32() % 60_000));
        acknowledged.extend(run_and_kill(
            "zone_crash::works_until_it_is_killed",
            folder.path(),
            longer,
            |order| Some(order.to_owned()),
        ));
        // What lies there before anybody opens the vault: main database and zone may differ by one change.
        let data = open_folder(&folder.path().join("data")).await;
        let apart = open_folder(&folder.path().join("zones/transaction")).await;
        let head = number(&data, "SELECT seq FROM zone_head").await;
        let applied = number(&apart, "SELECT seq FROM zone_applied").await;
        assert!(
            head - applied == 0 || head - applied == 1,
            "{head} {applied}"
        );
        data.close().await;
        apart.close().await;

        let vault = open(folder.path()).await;
        let zone = vault.zones().next().unwrap().1.clone();
        let (main, apart) = (vault.store(), &zone);
        assert_eq!(
            number(main, "SELECT seq FROM zone_head").await,
            number(apart, "SELECT seq FROM zone_applied").await
        );
        // Each change was one customer with one payment, and both or neither are there.
        let customers = number(main, "SELECT COUNT(*) FROM subject").await;
        for sql in [
            "SELECT COUNT(*) FROM record",
            "SELECT COUNT(DISTINCT subject) FROM record",
            "SELECT COUNT(*) FROM subject_key",
        ] {
            assert_eq!(number(apart, sql).await, customers, "{sql}");
            assert_eq!(number(main, sql).await, customers, "{sql}");
        }
        let sql = "SELECT record FROM facet WHERE field = 'order_number' AND value = $1";
        for order in &acknowledged {
            let rows = apart.query(sql, params![order]).await.unwrap();
            assert_eq!(rows.len(), 1, "{order}");
        }
        recounted(&vault).await;
        vault.close().await;
    }
    assert!(acknowledged.len() > KILLS, "{}", acknowledged.len());
}

/// A deployment with a zone apart in this folder, with keys to be opened again from there.
pub(crate) async fn found(folder: &Path) -> Vault {
    let (keys, zone_keys) = (folder.join("keys"), folder.join("keys/zones/transaction"));
    keydir::create(&keys, Suite::International, None, &Machine).unwrap();
    keydir::create(&zone_keys, Suite::International, None, &Machine).unwrap();
    let profile = shouxin_register::profile("service-centre").unwrap();
    let store = open_folder(&folder.join("data")).await;
    Vault::found_with(
        store,
        held(folder),
        Arc::new(Machine),
        profile.register_toml,
        profile.policies,
        zones(folder).await,
    )
    .await
    .unwrap()
}

pub(crate) async fn number(store: &Store, sql: &'static str) -> i64 {
    store.query(sql, Vec::new()).await.unwrap()[0]
        .int(0)
        .unwrap()
}

async fn zones(folder: &Path) -> Vec<ZoneHome> {
    homes(folder, &[("transaction".to_owned(), None)]).await
}

pub(crate) async fn open(folder: &Path) -> Vault {
    let store = open_folder(&folder.join("data")).await;
    Vault::open_with(store, held(folder), Arc::new(Machine), zones(folder).await)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run as a process of its own, to be killed"]
async fn works_until_it_is_killed() {
    let Some(folder) = killed::folder() else {
        return;
    };
    let vault = open(&folder).await;
    let begun = number(vault.store(), "SELECT COUNT(*) FROM subject").await;
    let mut writers = Vec::new();
    for writer in 0..3 {
        let vault = vault.clone();
        writers.push(tokio::spawn(async move {
            for n in 0.. {
                let order = format!("SO-{begun}-{writer}-{n}");
                let number = format!("139{:08}", begun * 1_000_000 + writer * 100_000 + n);
                let records = vec![
                    record("basic", &[("mobile", &number)]),
                    record(
                        "transaction",
                        &[
                            ("order_number", &order),
                            ("payment_number", &format!("PAY-{order}")),
                        ],
                    ),
                ];
                vault
                    .write(&Caller::operator(), None, records)
                    .await
                    .unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "\nack {order}").unwrap();
                out.flush().unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
}
