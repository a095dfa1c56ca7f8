//! Taking a backup.

use serde::{Deserialize, Serialize};
use shouxin_ledger::{Hash, Kind};
use shouxin_model::{Caller, Moment, Suite};
use shouxin_seal::LastingKeys;
use shouxin_store::{EngineKind, Query, Snapshot, Store, Table, Tx, params};
use tokio::runtime::Handle;

use super::manifest::{Manifest, TablePart, ZonePart};
use super::ranges::Ranges;
use super::repository::{Chunks, manifest_of};
use super::{BackupError, BackupSummary, Last, Repository, kept};
use crate::checkpoints::origin;
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
        let (rows, bytes) = (manifest.all_rows().to_string(), written.to_string());
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

    /// Writes chunks and manifests; gives the bytes written as well.
    fn take(
        &self,
        repository: &Repository,
        handle: &Handle,
        progress: impl FnMut(u64, u64),
    ) -> Result<(Manifest, u64), BackupError> {
        let _lock = repository.write(&self.ledger_origin())?;
        let last = repository.numbers()?.last().copied();
        let (main, zones) = handle.block_on(self.hold())?;
        let at = self.now();
        let mut readers = vec![Reader::new(main, handle)];
        readers.extend(zones.into_iter().map(|zone| Reader::new(zone, handle)));
        let mut heard = Heard {
            done: 0,
            total: 0,
            progress,
        };
        for reader in &readers {
            heard.total += reader.count()?;
        }
        let mut readers = readers.into_iter();
        let main = readers.next().ok_or(VaultError::Corrupt("backup"))?;
        let mut taking = Taking {
            vault: self,
            number: last.map_or(1, |last| last + 1),
            last,
            at,
            suite: self.active().register.suite,
            written: 0,
        };
        // The main manifest comes last: it names those of the zones, and from there on the backup is there.
        let known = Chunks::new(repository, &self.lasting(), taking.suite);
        let mut parts = Vec::new();
        for (zone, reader) in self.apart().all().zip(readers) {
            let (place, keys) = (repository.zone(&zone.name), zone.keys.lasting());
            let _lock = place.write(&origin(&*keys))?;
            let part = taking.part(&place, &keys, &zone.store, reader, Vec::new(), &mut heard)?;
            parts.push(ZonePart {
                name: zone.name.clone(),
                manifest: known.name(&manifest_of(&zone.name), &part.1),
                rows: part.0.rows(),
                bytes: part.0.bytes(),
            });
        }
        let (keys, store) = (self.lasting(), self.store());
        let (manifest, _) = taking.part(repository, &keys, store, main, parts, &mut heard)?;
        Ok((manifest, taking.written))
    }

    /// One state of the main database and of every zone apart.
    ///
    /// While the turns are held, nothing of this node is on its way into a zone. What another node sends
    /// meanwhile shows when the states are compared; then it is tried again. The main database is held last, so
    /// that each change a zone has stands in it as well.
    async fn hold(&self) -> Result<(Snapshot, Vec<Snapshot>), BackupError> {
        let mut moved = String::new();
        for _ in 0..LOOKS {
            let turns = self.all_turns().await?;
            let mut zones = Vec::new();
            for zone in self.apart().all() {
                zones.push(zone.store.snapshot().await?);
            }
            let main = self.store().snapshot().await?;
            drop(turns);
            match self.out_of_step(&main, &zones).await? {
                None => return Ok((main, zones)),
                Some(zone) => moved = zone,
            }
        }
        Err(BackupError::OutOfStep(moved))
    }

    /// The first zone whose state lacks a change that is not on its way in the main one either.
    async fn out_of_step(
        &self,
        main: &Snapshot,
        zones: &[Snapshot],
    ) -> Result<Option<String>, VaultError> {
        for (zone, held) in self.apart().all().zip(zones) {
            let of_zone = |sql| Query {
                sql,
                params: params![&zone.name],
            };
            let applied = of_zone("SELECT seq FROM zone_applied WHERE zone = $1");
            let applied = first(&held.query(applied).await?)?;
            let head = of_zone("SELECT seq FROM zone_head WHERE zone = $1");
            let head = first(&main.query(head).await?)?;
            let sent = main
                .query(Query {
                    sql: "SELECT COUNT(*) FROM zone_outbox WHERE zone = $1 AND seq > $2 AND seq <= $3",
                    params: params![&zone.name, applied, head],
                })
                .await?;
            if first(&sent)? != head - applied {
                return Ok(Some(zone.name.clone()));
            }
        }
        Ok(None)
    }
}

/// The number in the first row.
fn first(rows: &[shouxin_store::Row]) -> Result<i64, VaultError> {
    Ok(rows.first().ok_or(VaultError::Corrupt("zone"))?.int(0)?)
}

/// A backup being taken.
struct Taking<'a> {
    vault: &'a Vault,
    number: u64,
    /// The number of the one before.
    last: Option<u64>,
    at: Moment,
    suite: Suite,
    /// Bytes written so far.
    written: u64,
}

impl Taking<'_> {
    /// Writes the rows of one database and their manifest; gives the manifest, and its file.
    fn part(
        &mut self,
        repository: &Repository,
        keys: &LastingKeys,
        store: &Store,
        reader: Reader<'_>,
        zones: Vec<ZonePart>,
        heard: &mut Heard<impl FnMut(u64, u64)>,
    ) -> Result<(Manifest, Vec<u8>), BackupError> {
        let before = match self.last.map(|last| repository.manifest(keys, last)) {
            None => None,
            // A zone that was set apart since: all of it is written.
            Some(Err(BackupError::NoBackup(_))) => None,
            Some(before) => Some(before?),
        };
        // Names and seals of another suite are of no use to this one.
        let before = before.filter(|(_, sealed)| *sealed == self.suite);
        let before = before.map(|(before, _)| before);
        let mut chunks = Chunks::new(repository, keys, self.suite);
        let (size, root) = reader.head()?;
        let mut tables = Vec::new();
        for table in kept() {
            let before = before.as_ref().and_then(|before| before.table(table.name));
            let ranges = Ranges::new(&mut chunks, table, before);
            tables.push(reader.table(self.vault, table, ranges, heard)?);
        }
        drop(reader);
        let manifest = Manifest {
            number: self.number,
            at: self.at.micros(),
            origin: origin(&keys),
            engine: match store.engine() {
                EngineKind::Sqlite => "sqlite".to_owned(),
                EngineKind::Postgres => "postgres".to_owned(),
            },
            schema: shouxin_store::schema_version(),
            size,
            root,
            tables,
            zones,
        };
        chunks.settle()?;
        let file = manifest
            .to_file(keys, self.suite, &mut self.vault.dice())
            .ok_or(VaultError::Corrupt("manifest"))?;
        repository.put_manifest(self.number, &file)?;
        self.written += chunks.written.1 + file.len() as u64;
        Ok((manifest, file))
    }
}

/// How far a backup is, and who hears it.
struct Heard<P> {
    done: u64,
    total: u64,
    progress: P,
}

impl<P: FnMut(u64, u64)> Heard<P> {
    fn add(&mut self, rows: u64) {
        self.done += rows;
        (self.progress)(self.done, self.total);
    }
}

/// Reads one state of a store.
struct Reader<'a> {
    snapshot: Snapshot,
    handle: &'a Handle,
}

impl<'a> Reader<'a> {
    const fn new(snapshot: Snapshot, handle: &'a Handle) -> Self {
        Self { snapshot, handle }
    }

    fn rows(&self, query: Query) -> Result<Vec<shouxin_store::Row>, BackupError> {
        Ok(self.handle.block_on(self.snapshot.query(query))?)
    }

    /// How many rows there are to read.
    fn count(&self) -> Result<u64, BackupError> {
        let mut total = 0;
        for table in kept() {
            let rows = self.rows(table.count())?;
            let count = rows.first().map(|row| row.int(0)).transpose()?;
            total += count.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        }
        Ok(total)
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
        &self,
        vault: &Vault,
        table: &'static Table,
        mut ranges: Ranges<'_, '_>,
        heard: &mut Heard<impl FnMut(u64, u64)>,
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
            heard.add(count as u64);
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
        rows: manifest.all_rows(),
        bytes: manifest.all_bytes(),
        size: manifest.size,
    }
}

/// Milliseconds between two moments; at least one.
pub(super) fn millis(from: Moment, to: Moment) -> u64 {
    u64::try_from((to.micros() - from.micros()) / 1000)
        .unwrap_or(0)
        .max(1)
}

/// How often the databases are held anew if one has moved.
const LOOKS: usize = 8;
/// Rows of a table's first page.
const FIRST_PAGE: u32 = 64;
/// Bytes that a page should have.
const PAGE_BYTES: usize = 1 << 20;
