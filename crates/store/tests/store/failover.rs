//! A database server that is killed, and the standby that takes its place.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use shouxin_store::{CommitError, PostgresOptions, Store, StoreError};
use shouxin_testkit::pair::Pair;

use crate::contract::{noted, setting, settings};

/// Those who write until they are told to stop, whatever they are answered.
struct Writers {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<Vec<(u64, String)>>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Writers {
    fn start(store: &Store, round: &'static str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let acknowledged = Arc::<Mutex<Vec<(u64, String)>>>::default();
        let tasks = (0..4).map(|task| {
            let (store, stop, acknowledged) =
                (store.clone(), Arc::clone(&stop), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                for i in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let name = format!("{round}-{task}-{i}");
                    match store.commit(noted(&name, "1")).await {
                        Ok(committed) => acknowledged
                            .lock()
                            .unwrap()
                            .push((committed.entries[0], name)),
                        Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                }
            })
        });
        Self {
            tasks: tasks.collect(),
            stop,
            acknowledged,
        }
    }

    /// Waits until `more` further writes were acknowledged.
    async fn advance(&self, more: usize) {
        let wanted = self.acknowledged.lock().unwrap().len() + more;
        let reached = async {
            while self.acknowledged.lock().unwrap().len() < wanted {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let reached = tokio::time::timeout(Duration::from_secs(15), reached).await;
        reached.expect("writing goes on within fifteen seconds, without a restart");
    }

    /// All that was acknowledged.
    async fn stop(self) -> Vec<(u64, String)> {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
        std::mem::take(&mut *self.acknowledged.lock().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_standby_takes_over_and_when_it_goes_back() {
    let mut pair = Pair::start().await;
    let options = PostgresOptions {
        connections: 4,
        stuck_after: Duration::from_secs(3),
    };
    let store = Store::open_postgres(&pair.url(), options).await.unwrap();
    let mut acknowledged = Vec::new();
    for round in ["over", "back"] {
        let writers = Writers::start(&store, round);
        writers.advance(50).await;
        pair.kill();
        pair.promote().await;
        writers.advance(50).await;
        acknowledged.extend(writers.stop().await);
        for (index, name) in &acknowledged {
            let entry = store.ledger_entry(*index).await.unwrap();
            assert_eq!(entry, Some(name.clone().into_bytes()), "{round}");
            assert!(setting(&store, name).await.is_some(), "{round}: {name}");
        }
        let head = store.ledger_head().await.unwrap();
        assert_eq!(
            head.size,
            u64::try_from(settings(&store).await).unwrap(),
            "{round}"
        );
        pair.follow().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_that_comes_back_as_it_was_takes_no_entries_from_a_node_that_knows_better() {
    let mut pair = Pair::start().await;
    let options = PostgresOptions {
        connections: 4,
        stuck_after: Duration::from_secs(3),
    };
    let store = Store::open_postgres(&pair.url(), options).await.unwrap();
    store.commit(noted("before", "1")).await.unwrap();
    pair.kill();
    pair.promote().await;
    let again = async {
        while store.commit(noted("after", "1")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), again)
        .await
        .unwrap();
    // Nobody told the old one that its time is over, and now the node comes upon it.
    pair.revive();
    pair.kill();
    let refused = async {
        loop {
            match store.commit(noted("lost", "1")).await {
                Err(CommitError::Store(StoreError::LedgerForked { size })) => return size,
                Ok(_) => panic!("the old primary took an entry"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    let size = tokio::time::timeout(Duration::from_secs(15), refused)
        .await
        .unwrap();
    assert!(size <= 2, "{size}");
    let (_, old) = pair.urls();
    let old = Store::open_postgres(&old, options).await.unwrap();
    assert_eq!(setting(&old, "lost").await, None);
    assert!(setting(&old, "before").await.is_some());
}
