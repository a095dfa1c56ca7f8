//! The ledger: one order, one root, provable.

use shouxin_ledger::{Frontier, Hash, TILE_WIDTH, TileAddress};
use shouxin_store::{CommitError, Store, StoreError, Tx, params};

use super::{SET, contract, noted, set, setting};
use crate::bed::Bed;

contract! {
    entries_stand_in_the_order_of_commits
    the_head_is_the_root_of_all_entries_at_every_size
    full_tiles_hold_the_hashes_of_their_entries
    proofs_lead_to_the_head
    nothing_is_proved_beyond_the_end
    pages_of_entries_meet_without_gap
    checkpoints_are_kept_by_size
}

/// Appends entries `from..to`, each its own number, `step` to a transaction.
async fn fill(store: &Store, from: u64, to: u64, step: usize) {
    let numbers: Vec<u64> = (from..to).collect();
    for chunk in numbers.chunks(step) {
        let mut tx = Tx::new();
        for number in chunk {
            tx.append(number.to_be_bytes().to_vec());
        }
        assert_eq!(store.commit(tx).await.unwrap().entries, chunk);
    }
}

fn root_of(entries: u64) -> Hash {
    let mut frontier = Frontier::new();
    frontier.extend((0..entries).map(|number| Hash::of_leaf(&number.to_be_bytes())));
    frontier.root()
}

async fn entries_stand_in_the_order_of_commits(bed: Bed) {
    let store = bed.open().await;
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut last = None;
                for i in 0..10 {
                    let mut tx = noted(&format!("{task} {i} a"), "1");
                    let slot = tx.append(format!("{task} {i} b").into_bytes());
                    let committed = store.commit(tx).await.unwrap();
                    assert_eq!(committed.entries[1], committed.entries[0] + 1);
                    assert_eq!(committed.entry(slot), committed.entries[1]);
                    assert!(last < Some(committed.entries[0]));
                    last = Some(committed.entries[1]);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let entries = store.ledger_entries(0, 1_000).await.unwrap();
    let indices: Vec<_> = entries.iter().map(|(i, _)| *i).collect();
    assert_eq!(indices, (0..320).collect::<Vec<_>>());
    for pair in entries.chunks(2) {
        let first = String::from_utf8(pair[0].1.clone()).unwrap();
        assert_eq!(pair[1].1, first.replace('a', "b").into_bytes());
        assert!(setting(&store, &first).await.is_some());
    }
}

async fn the_head_is_the_root_of_all_entries_at_every_size(bed: Bed) {
    let store = bed.open().await;
    assert_eq!(store.ledger_head().await.unwrap().root, Hash::EMPTY_TREE);
    let mut size = 0;
    for next in [1, 2, 255, 256, 257, 511, 512, 1_300] {
        fill(&store, size, next, 300).await;
        size = next;
        let head = store.ledger_head().await.unwrap();
        assert_eq!((head.size, head.root), (size, root_of(size)));
    }
    // A store that is opened anew goes on from the same edge; the second level of tiles fills too.
    store.close().await;
    let store = bed.open().await;
    fill(&store, size, 66_000, 4_000).await;
    assert_eq!(store.ledger_head().await.unwrap().root, root_of(66_000));
    store.close().await;
    let store = bed.open().await;
    fill(&store, 66_000, 66_100, 7).await;
    assert_eq!(store.ledger_head().await.unwrap().root, root_of(66_100));
    let upper = store
        .ledger_tile(TileAddress { level: 1, index: 0 })
        .await
        .unwrap()
        .unwrap();
    let mut frontier = Frontier::new();
    frontier.extend(upper);
    assert_eq!(frontier.root(), root_of(65_536));
    for (index, size) in [
        (0, 66_100),
        (65_535, 66_100),
        (65_536, 66_000),
        (300, 65_535),
    ] {
        let proof = store.inclusion_proof(index, size).await.unwrap();
        proof
            .verify(&Hash::of_leaf(&index.to_be_bytes()), size, &root_of(size))
            .unwrap();
    }
}

async fn full_tiles_hold_the_hashes_of_their_entries(bed: Bed) {
    let store = bed.open().await;
    fill(&store, 0, 600, 100).await;
    for index in 0..2 {
        let tile = store
            .ledger_tile(TileAddress { level: 0, index })
            .await
            .unwrap()
            .unwrap();
        let numbers = index * TILE_WIDTH..(index + 1) * TILE_WIDTH;
        let hashes: Vec<_> = numbers.map(|n| Hash::of_leaf(&n.to_be_bytes())).collect();
        assert_eq!(tile, hashes);
    }
    for (level, index) in [(0, 2), (1, 0)] {
        assert_eq!(
            store
                .ledger_tile(TileAddress { level, index })
                .await
                .unwrap(),
            None
        );
    }
}

async fn proofs_lead_to_the_head(bed: Bed) {
    let store = bed.open().await;
    fill(&store, 0, 700, 50).await;
    for size in [1, 2, 3, 255, 256, 257, 512, 699, 700] {
        let root = root_of(size);
        for index in [0, 1, 254, 255, 256, 511, 512, 698, 699] {
            if index < size {
                let proof = store.inclusion_proof(index, size).await.unwrap();
                proof
                    .verify(&Hash::of_leaf(&index.to_be_bytes()), size, &root)
                    .unwrap();
                proof
                    .verify(&Hash::of_leaf(b"another"), size, &root)
                    .unwrap_err();
            }
        }
        for older in [1, 2, 200, 256, 300, 512, 698, 700] {
            if older <= size {
                let proof = store.consistency_proof(older, size).await.unwrap();
                proof.verify(older, &root_of(older), size, &root).unwrap();
            }
        }
    }
}

async fn nothing_is_proved_beyond_the_end(bed: Bed) {
    let store = bed.open().await;
    fill(&store, 0, 5, 5).await;
    let beyond = |wanted, size| StoreError::BeyondLedger { wanted, size };
    assert_eq!(store.inclusion_proof(2, 6).await, Err(beyond(6, 5)));
    assert_eq!(store.inclusion_proof(5, 5).await, Err(beyond(5, 5)));
    assert_eq!(store.consistency_proof(3, 6).await, Err(beyond(6, 5)));
    assert_eq!(store.consistency_proof(0, 5).await, Err(beyond(0, 5)));
    assert_eq!(store.ledger_entry(5).await, Ok(None));
    assert_eq!(store.ledger_entries(9, 9).await, Ok(vec![]));
}

async fn pages_of_entries_meet_without_gap(bed: Bed) {
    let store = bed.open().await;
    fill(&store, 0, 1_000, 7).await;
    for limit in [1, 6, 7, 8, 300, 1_000, 2_000] {
        let mut from = 0;
        while from < 1_000 {
            let page = store.ledger_entries(from, limit).await.unwrap();
            assert_eq!(page.len() as u64, (limit as u64).min(1_000 - from));
            for (i, entry) in &page {
                assert_eq!(
                    (*i, entry.as_slice()),
                    (from, from.to_be_bytes().as_slice())
                );
                from += 1;
            }
            // One page of each small size shows as much as all of them.
            if limit < 6 && from > 20 {
                break;
            }
        }
    }
}

async fn checkpoints_are_kept_by_size(bed: Bed) {
    let store = bed.open().await;
    assert_eq!(store.latest_checkpoint().await, Ok(None));
    fill(&store, 0, 30, 10).await;
    for size in [0, 10, 30, 20] {
        store
            .put_checkpoint(size, &format!("note {size}\n"))
            .await
            .unwrap();
    }
    store
        .put_checkpoint(20, "note 20, witnessed\n")
        .await
        .unwrap();
    let ahead = store.put_checkpoint(31, "note 31\n").await;
    assert_eq!(ahead, Err(CommitError::Conflict { statement: 0 }));
    assert_eq!(
        store.latest_checkpoint().await.unwrap().unwrap().note,
        "note 30\n"
    );
    let some = store.checkpoints(10, 2).await.unwrap();
    let some: Vec<_> = some.iter().map(|c| (c.size, c.note.as_str())).collect();
    assert_eq!(some, [(10, "note 10\n"), (20, "note 20, witnessed\n")]);
    // A change and its entry never part: the ledger's own tables are in the same transaction.
    let mut tx = noted("whole", "1");
    tx.run(SET, params!["whole", "2"]);
    assert!(store.commit(tx).await.is_err());
    assert_eq!(store.ledger_head().await.unwrap().size, 30);
    set(&store, "whole", "1").await;
    assert_eq!(store.ledger_head().await.unwrap().size, 31);
}
