//! The ledger as it is read.

use shouxin_ledger::{
    ConsistencyProof, Fetched, Hash, InclusionProof, Needs, TileAddress, TreeError,
    prove_consistency, prove_inclusion,
};

use crate::book::{self, int, uint};
use crate::{CommitError, Query, Store, StoreError, Tx, params};

/// How far the ledger reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerHead {
    /// How many entries it has; the last one's index is one less.
    pub size: u64,
    /// The root of the Merkle tree over them (RFC 6962).
    pub root: Hash,
}

/// A signed head, as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// How many entries it covers.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

impl Store {
    /// The head as of the last commit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ledger_head(&self) -> Result<LedgerHead, StoreError> {
        let rows = self
            .query_all(vec![book::head_query()])
            .await?
            .pop()
            .unwrap_or_default();
        let (size, root) = book::head_of(&rows)?;
        Ok(LedgerHead { size, root })
    }

    /// Up to `limit` entries from index `from` on, with their indices; fewer only at the end.
    ///
    /// # Errors
    /// [`StoreError`]; `LedgerForked` if the stored entries are not whole.
    pub async fn ledger_entries(
        &self,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let end = from.saturating_add(limit as u64);
        let mut entries: Vec<(u64, Vec<u8>)> = Vec::new();
        let mut next = from;
        while next < end {
            let page = book::batches_query(next, end, PAGE);
            let rows = self.query_all(vec![page]).await?.pop().unwrap_or_default();
            let found = book::entries_of(&rows)?;
            let Some(last) = found.last().map(|(i, _)| *i).filter(|last| *last >= next) else {
                break;
            };
            entries.extend(found.into_iter().filter(|(i, _)| (next..end).contains(i)));
            next = last + 1;
        }
        Ok(entries)
    }

    /// The entry at `index`, if the ledger reaches so far.
    ///
    /// # Errors
    /// As [`Store::ledger_entries`].
    pub async fn ledger_entry(&self, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .ledger_entries(index, 1)
            .await?
            .pop()
            .map(|(_, entry)| entry))
    }

    /// The 256 hashes of a full tile, or `None` while it is not full.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ledger_tile(&self, tile: TileAddress) -> Result<Option<Vec<Hash>>, StoreError> {
        let rows = self
            .query_all(vec![tile_query(tile)])
            .await?
            .pop()
            .unwrap_or_default();
        rows.first().map(book::tile_of).transpose()
    }

    /// Proof that the tree of the first `size` entries holds the one at `index`.
    ///
    /// # Errors
    /// `BeyondLedger` if the ledger does not reach to `size`, or `size` not to `index`.
    pub async fn inclusion_proof(
        &self,
        index: u64,
        size: u64,
    ) -> Result<InclusionProof, StoreError> {
        self.reaches(size).await?;
        let needs = Needs::of(|source| prove_inclusion(index, size, source));
        let source = self.fetch(needs).await?;
        prove_inclusion(index, size, &source).map_err(|e| lacking(e, index, size))
    }

    /// Proof that the tree of the first `newer` entries begins with that of the first `older`.
    ///
    /// # Errors
    /// `BeyondLedger` if the ledger does not reach to `newer`, or `newer` not to `older`, or
    /// `older` is 0, of which there is nothing to prove.
    pub async fn consistency_proof(
        &self,
        older: u64,
        newer: u64,
    ) -> Result<ConsistencyProof, StoreError> {
        self.reaches(newer).await?;
        let needs = Needs::of(|source| prove_consistency(older, newer, source));
        let source = self.fetch(needs).await?;
        prove_consistency(older, newer, &source).map_err(|e| lacking(e, older, newer))
    }

    /// Keeps a signed head of the first `size` entries. One for the same size replaces it.
    ///
    /// # Errors
    /// `Conflict` if the ledger does not reach to `size`.
    pub async fn put_checkpoint(&self, size: u64, note: &str) -> Result<(), CommitError> {
        let mut tx = Tx::new();
        if size > 0 {
            let reaches = "SELECT 1 FROM ledger_head WHERE id = 1 AND size >= $1";
            tx.guard(1, reaches, params![int(size)]);
        }
        tx.run_exactly(
            1,
            "INSERT INTO ledger_checkpoint (size, note) VALUES ($1, $2)
             ON CONFLICT (size) DO UPDATE SET note = excluded.note",
            params![int(size), note],
        );
        self.commit(tx).await.map(drop)
    }

    /// The signed head that covers most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn latest_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let sql = "SELECT size, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1";
        Ok(checkpoints(&self.query(sql, params![]).await?)?.pop())
    }

    /// Up to `limit` signed heads of at least `from` entries, smallest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checkpoints(
        &self,
        from: u64,
        limit: u32,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let sql =
            "SELECT size, note FROM ledger_checkpoint WHERE size >= $1 ORDER BY size LIMIT $2";
        checkpoints(&self.query(sql, params![int(from), limit]).await?)
    }

    async fn reaches(&self, wanted: u64) -> Result<(), StoreError> {
        let size = self.ledger_head().await?.size;
        if wanted <= size {
            Ok(())
        } else {
            Err(StoreError::BeyondLedger { wanted, size })
        }
    }

    /// Fetches what a proof asks for. The ledger only grows, so what was there stays there.
    async fn fetch(&self, needs: Needs) -> Result<Fetched, StoreError> {
        let rows = self
            .query_all(needs.tiles.iter().copied().map(tile_query).collect())
            .await?;
        let mut fetched = Fetched {
            first_leaf: needs.leaves.start,
            ..Fetched::default()
        };
        for (tile, rows) in needs.tiles.into_iter().zip(rows) {
            if let Some(row) = rows.first() {
                fetched.tiles.insert(tile, book::tile_of(row)?);
            }
        }
        let count = usize::try_from(needs.leaves.end - needs.leaves.start).unwrap_or(0);
        let leaves = self.ledger_entries(needs.leaves.start, count).await?;
        fetched.leaves = leaves
            .iter()
            .map(|(_, entry)| Hash::of_leaf(entry))
            .collect();
        Ok(fetched)
    }
}

fn tile_query(tile: TileAddress) -> Query {
    Query {
        sql: "SELECT hashes FROM ledger_tile WHERE level = $1 AND idx = $2",
        params: params![i64::from(tile.level), int(tile.index)],
    }
}

fn checkpoints(rows: &[crate::Row]) -> Result<Vec<StoredCheckpoint>, StoreError> {
    let checkpoint = |row: &crate::Row| {
        Ok(StoredCheckpoint {
            size: uint(row.int(0)?),
            note: row.text(1)?.to_owned(),
        })
    };
    rows.iter().map(checkpoint).collect()
}

/// What is lacking below a size that the head vouches for was taken away.
fn lacking(error: TreeError, wanted: u64, size: u64) -> StoreError {
    match error {
        TreeError::Position => StoreError::BeyondLedger { wanted, size },
        TreeError::Tile(_) | TreeError::Leaves { .. } => StoreError::LedgerForked { size },
    }
}

/// How many batches are read at a time.
const PAGE: u32 = 64;
