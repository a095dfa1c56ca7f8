//! The ledger as people read it: entries, earlier decisions, proofs.

use std::sync::{Arc, Mutex, PoisonError};

use shouxin_ledger::{
    Auditor, Entry, ExportWriter, Hash, InclusionProof, Kind, Report, SignedCheckpoint, TILE_WIDTH,
    TileAddress, Trust,
};
use shouxin_model::{Caller, Moment};

use crate::{Vault, VaultError};

/// Why an earlier decision is not shown.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// There is no such entry, it is no decision, or it is another caller's.
    #[error("there is no such decision of this caller")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Why a part of the ledger is not shown.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The ledger does not reach so far, or no checkpoint covers it yet.
    #[error("the signed ledger does not reach entry {0}")]
    Beyond(u64),
    /// The store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// One entry of the ledger, with its exact bytes.
    ///
    /// # Errors
    /// `Beyond`; `Corrupt` if the bytes are no entry.
    pub async fn entry(&self, index: u64) -> Result<(Entry, Vec<u8>), LedgerError> {
        let bytes = self
            .store()
            .ledger_entry(index)
            .await
            .map_err(VaultError::from)?;
        let bytes = bytes.ok_or(LedgerError::Beyond(index))?;
        let entry = decoded(&bytes)?;
        Ok((entry, bytes))
    }

    /// The index of the first of `size` entries that was not made before this moment; `size` if all were. Entries
    /// stand in the order of their commits: around a clock that was put back, and by the little that commits
    /// overtake each other, the answer is off.
    ///
    /// # Errors
    /// `Corrupt` if an entry on the way is none.
    pub async fn first_entry_since(&self, moment: Moment, size: u64) -> Result<u64, VaultError> {
        let (mut low, mut high) = (0, size);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.made_at(middle).await? < moment {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// When the entry at this index was made.
    ///
    /// # Errors
    /// `Corrupt` if there is none.
    pub(crate) async fn made_at(&self, index: u64) -> Result<Moment, VaultError> {
        let bytes = self.store().ledger_entry(index).await?;
        let entry = decoded(&bytes.ok_or(VaultError::Corrupt("ledger entry"))?)?;
        Ok(Moment::from_micros(entry.at))
    }

    /// An earlier decision: the caller's own, or anyone's if the caller may read the ledger.
    ///
    /// # Errors
    /// [`DecisionError`]; another caller's decision looks like none.
    pub async fn decision(
        &self,
        caller: &Caller,
        index: u64,
        may_read_ledger: bool,
    ) -> Result<Entry, DecisionError> {
        let entry = match self.entry(index).await {
            Ok((entry, _)) => entry,
            Err(LedgerError::Beyond(_)) => return Err(DecisionError::NotFound),
            Err(LedgerError::Vault(error)) => return Err(error.into()),
        };
        let decision = matches!(
            entry.kind,
            Kind::Read | Kind::Reveal | Kind::Refusal | Kind::Search | Kind::Count | Kind::Explain
        );
        if decision && (may_read_ledger || entry.actor == caller.actor()) {
            Ok(entry)
        } else {
            Err(DecisionError::NotFound)
        }
    }

    /// One entry with the proof that the newest signed head covers it.
    ///
    /// # Errors
    /// `Beyond` if no checkpoint covers it yet.
    pub async fn prove(
        &self,
        index: u64,
    ) -> Result<(Vec<u8>, InclusionProof, String), LedgerError> {
        let (_, bytes) = self.entry(index).await?;
        let checkpoint = self
            .store()
            .latest_checkpoint()
            .await
            .map_err(VaultError::from)?;
        let checkpoint = checkpoint
            .filter(|c| c.size > index)
            .ok_or(LedgerError::Beyond(index))?;
        let proof = self
            .store()
            .inclusion_proof(index, checkpoint.size)
            .await
            .map_err(VaultError::from)?;
        Ok((bytes, proof, checkpoint.note))
    }

    /// The newest signed head.
    ///
    /// # Errors
    /// The store failed, or what it holds is no checkpoint.
    pub async fn signed_head(&self) -> Result<Option<SignedCheckpoint>, VaultError> {
        let Some(stored) = self.store().latest_checkpoint().await? else {
            return Ok(None);
        };
        SignedCheckpoint::parse(&stored.note)
            .map(Some)
            .map_err(|_| VaultError::Corrupt("checkpoint"))
    }
}

impl Vault {
    /// Examines the whole ledger as it lies in the store, up to its newest signed head: each entry
    /// against the leaf hash that a full tile holds, the tree against every checkpoint, every
    /// signature. `kept` are checkpoints that were kept elsewhere. `progress` hears how many entries
    /// were read.
    ///
    /// # Errors
    /// The store failed; what is wrong with the ledger is in the report.
    pub async fn verify_ledger(
        &self,
        kept: &[SignedCheckpoint],
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Report, VaultError> {
        let keys = self.ledger_keys();
        let size = self
            .signed_head()
            .await?
            .map_or(0, |signed| signed.checkpoint.size);
        let mut auditor = Auditor::begin(
            Trust::Keys(keys.clone()),
            Some(self.ledger_origin()),
            keys,
            kept,
        );
        let mut walk = Walk::new(self, size);
        while let Some(page) = walk.next().await? {
            for step in page {
                match step {
                    Step::Entry { index, leaf, body } => auditor.entry(index, leaf, &body, None),
                    Step::Checkpoint(note) => {
                        auditor.checkpoint(&note, None);
                    }
                }
            }
            progress(walk.next, size);
        }
        Ok(auditor.finish(true))
    }

    /// Writes the ledger, up to its newest signed head, in the export format that `shouxin-verify`
    /// reads. `give` gets the bytes piece by piece and answers whether it wants more. Gives the number
    /// of entries written.
    ///
    /// # Errors
    /// The store failed. An export that ended early has no last line, and the verifier says so.
    pub async fn export_ledger<F, Fut>(&self, mut give: F) -> Result<u64, VaultError>
    where
        F: FnMut(Vec<u8>) -> Fut,
        Fut: Future<Output = bool>,
    {
        let buffer = Buffer::default();
        let unwritable = |_: std::io::Error| VaultError::Corrupt("ledger entry");
        let mut export =
            ExportWriter::begin(buffer.clone(), &self.ledger_origin(), &self.ledger_keys())
                .map_err(unwritable)?;
        let Some(head) = self.store().latest_checkpoint().await? else {
            give(buffer.take()).await;
            return Ok(0);
        };
        let mut walk = Walk::new(self, head.size);
        while let Some(page) = walk.next().await? {
            for step in page {
                match step {
                    Step::Entry { leaf, body, .. } => {
                        export.entry(leaf, &body).map_err(unwritable)?
                    }
                    // The last one stands in the last line.
                    Step::Checkpoint(_) if export.size() == head.size => {}
                    Step::Checkpoint(note) => export.checkpoint(&note).map_err(unwritable)?,
                }
            }
            if !give(buffer.take()).await {
                return Ok(export.size());
            }
        }
        export.finish(&head.note).map_err(unwritable)?;
        give(buffer.take()).await;
        Ok(head.size)
    }
}

/// Entries and checkpoints in the ledger's order, a page at a time.
struct Walk<'a> {
    vault: &'a Vault,
    size: u64,
    next: u64,
    /// Checkpoints of at least this size were not given yet.
    checkpoints_from: u64,
}

enum Step {
    Entry {
        index: u64,
        leaf: Hash,
        body: Vec<u8>,
    },
    Checkpoint(String),
}

/// Entries of one page: whole tiles, so that each tile is read once.
const WALK_PAGE: u64 = 16 * TILE_WIDTH;

impl<'a> Walk<'a> {
    fn new(vault: &'a Vault, size: u64) -> Self {
        Self {
            vault,
            size,
            next: 0,
            checkpoints_from: 1,
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<Step>>, VaultError> {
        if self.next >= self.size {
            return Ok(None);
        }
        let store = self.vault.store();
        let from = self.next;
        let count = WALK_PAGE.min(self.size - from);
        let entries = store
            .ledger_entries(from, usize::try_from(count).unwrap_or(usize::MAX))
            .await?;
        let mut tiles: Vec<Option<Vec<Hash>>> = Vec::new();
        for index in from / TILE_WIDTH..(from + count).div_ceil(TILE_WIDTH) {
            tiles.push(store.ledger_tile(TileAddress { level: 0, index }).await?);
        }
        let end = from + count;
        let mut checkpoints = Vec::new();
        loop {
            let page = store.checkpoints(self.checkpoints_from, 1_000).await?;
            let full = page.len() == 1_000;
            for checkpoint in page {
                if checkpoint.size > end {
                    break;
                }
                self.checkpoints_from = checkpoint.size + 1;
                checkpoints.push(checkpoint);
            }
            if !full || self.checkpoints_from > end {
                break;
            }
        }
        let mut checkpoints = checkpoints.into_iter().peekable();
        let mut steps = Vec::with_capacity(entries.len() + 8);
        for (index, body) in entries {
            let tile =
                usize::try_from(index / TILE_WIDTH - from / TILE_WIDTH).unwrap_or(usize::MAX);
            let kept = tiles.get(tile).and_then(Option::as_ref);
            let place = usize::try_from(index % TILE_WIDTH).unwrap_or(usize::MAX);
            let leaf = kept
                .and_then(|tile| tile.get(place))
                .copied()
                .unwrap_or_else(|| Hash::of_leaf(&body));
            steps.push(Step::Entry { index, leaf, body });
            while let Some(checkpoint) = checkpoints.next_if(|c| c.size <= index + 1) {
                steps.push(Step::Checkpoint(checkpoint.note));
            }
        }
        self.next = end;
        Ok(Some(steps))
    }
}

/// Bytes that a writer puts in and somebody else takes out.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An entry out of its bytes.
///
/// # Errors
/// `Corrupt` if they are none.
pub(crate) fn decoded(bytes: &[u8]) -> Result<Entry, VaultError> {
    Entry::decode(bytes).map_err(|_| VaultError::Corrupt("ledger entry"))
}
