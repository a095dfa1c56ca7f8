//! Taking a backup.

use serde::{Deserialize, Serialize};
use shouxin_ledger::{Hash, Kind};
use shouxin_model::{Caller, Moment};
use shouxin_store::{EngineKind, Query, Snapshot, Table, Tx, params};
use tokio::runtime::Handle;

use super::manifest::{Manifest, TablePart};
use super::ranges::Ranges;
use super::repository::Chunks;
use super::{BackupError, BackupSummary, Last, Repository, kept};
use crate::{Vault, VaultError};

/// A backup that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The backup.
    pub backup: BackupSummary,
    /// Bytes that were written for it; the rest was there already.
    pub written_bytes: u64,
    /// How long it took.
    pub millis: u64,
    /// The ledger entry that says so.
    #[serde(default)]
    pub entry: u64,
}

impl Vault {
    /// Takes a backup into a repository, while reads and writes go on. `progress` hears how many rows of
    /// how many have been looked at. Killed at any moment, it leaves the earlier backups as they are, and
    /// what it has written serves the next one.
    ///
    /// # Errors
    /// [`BackupError`]; a ledger that does not lead to its root is not backed up.
    pub async fn back_up(
        &self,
        caller: &Caller,
        repository: &Repository,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Taken, BackupError> {
        if let Some((zone, _)) = self.zones().next() {
            return Err(BackupError::ZonesApart(zone.to_owned()));
        }
        let begun = self.now();
        // A ledger that was tampered with would push good backups out, one a day.
        self.sound_head().await?;
        let (vault, to, handle) = (self.clone(), repository.clone(), Handle::current());
        // Packing and sealing keep a processor busy, and files block.
        let taken = tokio::task::spawn_blocking(move || vault.take(&to, &handle, progress));
        let (manifest, written) = taken.await.map_err(|_| VaultError::Corrupt("backup"))??;
        let mut taken = Taken {
            backup: summary(&manifest),
            written_bytes: written,
            millis: millis(begun, self.now()),
            entry: 0,
        };
        let (number, size) = (manifest.number.to_string(), manifest.size.to_string());
        let (rows, bytes) = (manifest.rows().to_string(), written.to_string());
        let extra = [
            ("did", "taken"),
            ("backup", number.as_str()),
            ("size", &size),
            ("root", &manifest.root),
            ("rows", &rows),
            ("written", &bytes),
        ];
        taken.entry = self.note(caller, "backup_last", &extra, &taken).await?;
        Ok(taken)
    }

    /// The last backup that was taken of this deployment, as far as the data know.
    ///
    /// # Errors
    /// The store failed.
    pub async fn last_backup(&self) -> Result<Option<(Moment, Taken)>, VaultError> {
        let last: Option<Last<Taken>> = self.noted("backup_last").await?;
        Ok(last.map(|last| {
            let entry = last.entry;
            (last.at, Taken { entry, ..last.what })
        }))
    }

    /// Records what was done with backups, and keeps it as the last of its kind.
    pub(super) async fn note<T: Serialize>(
        &self,
        caller: &Caller,
        setting: &'static str,
        extra: &[(&str, &str)],
        what: &T,
    ) -> Result<u64, BackupError> {
        let entry = self.record(caller, Kind::Backup, extra, Tx::new()).await?;
        let at = self.now();
        let text = serde_json::to_string(&Last { at, entry, what })
            .map_err(|_| VaultError::Corrupt("note"))?;
        let mut tx = Tx::new();
        tx.run(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![setting, text],
        );
        self.store().commit(tx).await?;
        Ok(entry)
    }

    pub(super) async fn noted<T: serde::de::DeserializeOwned>(
        &self,
        setting: &'static str,
    ) -> Result<Option<T>, VaultError> {
        let sql = "SELECT value FROM setting WHERE name = $1";
        let rows = self.store().query(sql, params![setting]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        serde_json::from_str(row.text(0)?)
            .map(Some)
            .map_err(|_| VaultError::Corrupt("note"))
    }

    /// Writes chunks and manifest; gives the bytes written as well.
    fn take(
        &self,
        repository: &Repository,
        handle: &Handle,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(Manifest, u64), BackupError> {
        let origin = self.ledger_origin();
        let _lock = repository.write(&origin)?;
        let suite = self.active().register.suite;
        let before = match repository.numbers()?.last() {
            Some(&number) => Some(repository.manifest(&self.lasting(), number)?),
            None => None,
        };
        let number = before.as_ref().map_or(1, |(before, _)| before.number + 1);
        // Names and seals of another suite are of no use to this one.
        let before = before.filter(|(_, sealed)| *sealed == suite);
        let mut chunks = Chunks::new(repository, &self.lasting(), suite);
        let at = self.now();
        let mut reader = Reader {
            snapshot: handle.block_on(self.store().snapshot())?,
            handle,
            done: 0,
            total: 0,
        };
        reader.count()?;
        let (size, root) = reader.head()?;
        let mut tables = Vec::new();
        for table in kept() {
            let before = before
                .as_ref()
                .and_then(|(before, _)| before.table(table.name));
            let ranges = Ranges::new(&mut chunks, table, before);
            tables.push(reader.table(self, table, ranges, &mut progress)?);
        }
        drop(reader);
        let manifest = Manifest {
            number,
            at: at.micros(),
            origin,
            engine: match self.store().engine() {
                EngineKind::Sqlite => "sqlite".to_owned(),
                EngineKind::Postgres => "postgres".to_owned(),
            },
            schema: shouxin_store::schema_version(),
            size,
            root,
            tables,
        };
        chunks.settle()?;
        let file = manifest
            .to_file(&self.lasting(), suite, &mut self.dice())
            .ok_or(VaultError::Corrupt("manifest"))?;
        repository.put_manifest(number, &file)?;
        Ok((manifest, chunks.written.1 + file.len() as u64))
    }
}

/// Reads one state of the store.
struct Reader<'a> {
    snapshot: Snapshot,
    handle: &'a Handle,
    done: u64,
    total: u64,
}

impl Reader<'_> {
    fn rows(&self, query: Query) -> Result<Vec<shouxin_store::Row>, BackupError> {
        Ok(self.handle.block_on(self.snapshot.query(query))?)
    }

    /// How many rows there are to read.
    fn count(&mut self) -> Result<(), BackupError> {
        for table in kept() {
            let rows = self.rows(table.count())?;
            let count = rows.first().map(|row| row.int(0)).transpose()?;
            self.total += count.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        }
        Ok(())
    }

    /// The ledger's size and root in this state.
    fn head(&self) -> Result<(u64, String), BackupError> {
        let sql = "SELECT size, root FROM ledger_head WHERE id = 1";
        let rows = self.rows(Query {
            sql,
            params: params![],
        })?;
        let Some(row) = rows.first() else {
            return Ok((0, Hash::EMPTY_TREE.base64()));
        };
        let root = row.bytes(1)?.try_into().map(Hash::from_bytes);
        let root = root.map_err(|_| VaultError::Corrupt("ledger head"))?;
        Ok((row.int(0)?.unsigned_abs(), root.base64()))
    }

    /// Walks one table.
    fn table(
        &mut self,
        vault: &Vault,
        table: &'static Table,
        mut ranges: Ranges<'_, '_>,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<TablePart, BackupError> {
        let mut dice = vault.dice();
        let (mut after, mut limit) = (None, FIRST_PAGE);
        loop {
            let rows = self.rows(table.page(after.as_deref(), limit))?;
            let (count, mut bytes) = (rows.len(), 0);
            for row in rows {
                let row = row.into_values();
                bytes += super::rows::pack(&row).len();
                ranges.push(&row, &mut dice)?;
                after = Some(table.key_of(&row));
            }
            self.done += count as u64;
            progress(self.done, self.total);
            if (count as u32) < limit {
                return ranges.finish(&mut dice);
            }
            // Rows differ much in size from table to table: pages of about the same bytes.
            let each = (bytes / count.max(1)).max(1);
            limit = u32::try_from(PAGE_BYTES / each).unwrap_or(1).clamp(1, 4096);
        }
    }
}

pub(super) fn summary(manifest: &Manifest) -> BackupSummary {
    BackupSummary {
        number: manifest.number,
        at: Moment::from_micros(manifest.at),
        engine: manifest.engine.clone(),
        rows: manifest.rows(),
        bytes: manifest.bytes(),
        size: manifest.size,
    }
}

/// Milliseconds between two moments; at least one.
pub(super) fn millis(from: Moment, to: Moment) -> u64 {
    u64::try_from((to.micros() - from.micros()) / 1000)
        .unwrap_or(0)
        .max(1)
}

/// Rows of a table's first page.
const FIRST_PAGE: u32 = 64;
/// Bytes that a page should have.
const PAGE_BYTES: usize = 1 << 20;
