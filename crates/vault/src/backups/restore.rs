//! Putting a backup back.

use std::path::PathBuf;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, Suite};
use shouxin_seal::LastingKeys;
use shouxin_store::{PostgresOptions, Query, SqliteOptions, Store, Table, Tx, params};
use tokio::runtime::Handle;

use super::manifest::Manifest;
use super::ranges::range_rows;
use super::repository::{Chunks, Lock};
use super::take::{millis, summary};
use super::{BackupError, BackupSummary, Repository};
use crate::checkpoints::origin;
use crate::keys::Keys;
use crate::{Tombstones, Vault, VaultError, Witness, WitnessError, World, ZoneHome};

/// Where to put a backup back.
#[derive(Clone, Debug)]
pub enum Target {
    /// A data directory that is not there yet, or empty.
    Directory(PathBuf),
    /// An empty PostgreSQL database, by its `postgres://` URL.
    Postgres(String),
}

/// What to put back, and where.
pub struct Restoring {
    /// The backups.
    pub repository: Repository,
    /// Which one; the newest if not named.
    pub at: Option<u64>,
    /// Where to.
    pub target: Target,
    /// The keys of the deployment.
    pub keys: Keys,
    /// Time and dice.
    pub world: Arc<dyn World>,
    /// The newest signed head that is known. A backup is older: that is accepted, on record.
    pub witness: Option<Witness>,
    /// Who was erased since.
    pub tombstones: Option<Tombstones>,
    /// Keys and places of the zones apart that the backup holds ([`Repository::zones`]).
    pub zones: Vec<ZoneTarget>,
}

/// Where to put a zone apart back, and what opens it.
pub struct ZoneTarget {
    /// The zone's name.
    pub name: String,
    /// Where to.
    pub target: Target,
    /// Its keys.
    pub keys: Keys,
}

impl std::fmt::Debug for ZoneTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ZoneTarget").field(&self.name).finish()
    }
}

/// What was put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The backup.
    pub backup: BackupSummary,
    /// How long the rows took.
    pub rows_millis: u64,
    /// How long all took, verification included.
    pub millis: u64,
    /// How many people had been erased since, and were erased again.
    pub erased_again: u64,
    /// How many entries had been signed, if the ledger is older than that.
    pub witnessed: Option<u64>,
    /// The ledger entry that says so.
    pub entry: u64,
}

/// Puts a backup back, zones apart included, verifies it, erases again whoever was erased since, and only then lets it be
/// opened. Gives the vault as well. `progress` hears how many rows of how many are back.
///
/// Killed at any moment, it leaves a place that refuses to open; the next restore into it starts over.
///
/// # Errors
/// [`BackupError`]; the place stays closed unless all is right.
pub async fn restore(
    order: Restoring,
    progress: impl FnMut(u64, u64) + Send + 'static,
) -> Result<(Vault, Restored), BackupError> {
    let begun = order.world.now();
    let _lock = order.repository.read(&origin(order.keys.keyring()))?;
    let number = order.repository.number(order.at)?;
    let (parts, _locks) = parts(&order, number)?;
    claim(&parts, &order).await?;
    let stores = open_all(&parts).await?;
    let (handle, to_fill) = (Handle::current(), stores.clone());
    // Files block, and opening and unpacking keep a processor busy.
    let filled = tokio::task::spawn_blocking(move || {
        let total = parts.iter().map(|part| part.manifest.rows()).sum();
        let (mut done, mut progress) = (0, progress);
        let filled = parts.iter().zip(&to_fill).try_for_each(|(part, store)| {
            let mut put = |rows| {
                done += rows;
                progress(done, total);
            };
            fill(store, &handle, part, &mut put)
        });
        (filled, parts)
    });
    let filled = filled.await.map_err(|_| VaultError::Corrupt("backup"));
    // The stores have kept their own idea of the ledger: they are opened anew.
    close(&stores).await;
    let (filled, parts) = filled?;
    filled?;
    let rows_millis = millis(begun, order.world.now());
    let stores = open_all(&parts).await?;
    let main = parts.first().ok_or(VaultError::Corrupt("backup"))?;
    let mut restored = Restored {
        backup: summary(&main.manifest),
        rows_millis,
        millis: 0,
        erased_again: 0,
        witnessed: None,
        entry: 0,
    };
    match release(&order, &parts, &stores, &mut restored).await {
        Ok(vault) => {
            restored.millis = millis(begun, order.world.now());
            Ok((vault, restored))
        }
        Err(error) => {
            close(&stores).await;
            Err(error)
        }
    }
}

/// What goes into one database.
struct Part {
    /// The zone apart; `None` for the main database, whose part comes first.
    zone: Option<String>,
    repository: Repository,
    keys: Arc<LastingKeys>,
    suite: Suite,
    manifest: Manifest,
    /// The table of this program that each of the manifest's goes into.
    plan: Vec<&'static Table>,
    target: Target,
}

/// The parts of a backup, each manifest verified; nothing is put back if one of them cannot be.
fn parts(order: &Restoring, number: u64) -> Result<(Vec<Part>, Vec<Lock>), BackupError> {
    let keys = order.keys.keyring().lasting();
    let (manifest, suite) = order.repository.manifest(&keys, number)?;
    let known = Chunks::new(&order.repository, &keys, suite);
    let (mut zones, mut locks) = (Vec::new(), Vec::new());
    for part in &manifest.zones {
        let named = order.zones.iter().find(|zone| zone.name == part.name);
        let zone = named.ok_or_else(|| BackupError::ZoneNotNamed(part.name.clone()))?;
        let (repository, keys) = (
            order.repository.zone(&part.name),
            zone.keys.keyring().lasting(),
        );
        locks.push(repository.read(&origin(&*keys))?);
        let (manifest, suite) = order
            .repository
            .zone_manifest(&known, part, &keys, number)?;
        zones.push(Part {
            zone: Some(part.name.clone()),
            repository,
            keys,
            suite,
            plan: plan(&manifest)?,
            manifest,
            target: zone.target.clone(),
        });
    }
    let main = Part {
        zone: None,
        repository: order.repository.clone(),
        keys,
        suite,
        plan: plan(&manifest)?,
        manifest,
        target: order.target.clone(),
    };
    Ok((std::iter::once(main).chain(zones).collect(), locks))
}

async fn open_all(parts: &[Part]) -> Result<Vec<Store>, BackupError> {
    let mut stores = Vec::with_capacity(parts.len());
    for part in parts {
        match part.target.open().await {
            Ok(store) => stores.push(store),
            Err(error) => {
                close(&stores).await;
                return Err(error);
            }
        }
    }
    Ok(stores)
}

async fn close(stores: &[Store]) {
    for store in stores {
        store.close().await;
    }
}

impl Target {
    async fn open(&self) -> Result<Store, BackupError> {
        Ok(match self {
            Self::Directory(data) => Store::open_sqlite(data, SqliteOptions::default()).await?,
            Self::Postgres(url) => Store::open_postgres(url, PostgresOptions::default()).await?,
        })
    }
}

/// The table of this program that each part goes into.
fn plan(manifest: &Manifest) -> Result<Vec<&'static Table>, BackupError> {
    let table = |part: &super::manifest::TablePart| {
        let known = shouxin_store::tables().iter().find(|t| t.name == part.name);
        known
            .filter(|table| table.columns.iter().eq(part.columns.iter()))
            .ok_or_else(|| BackupError::Newer(part.name.clone()))
    };
    manifest.tables.iter().map(table).collect()
}

/// Takes every place for this restore: each must be empty, or hold what an unfinished one has left, which is
/// removed. All are looked at before anything is removed.
async fn claim(parts: &[Part], order: &Restoring) -> Result<(), BackupError> {
    let stores = open_all(parts).await?;
    let claimed = claim_all(&stores, order).await;
    close(&stores).await;
    claimed
}

async fn claim_all(stores: &[Store], order: &Restoring) -> Result<(), BackupError> {
    let main = stores.first().ok_or(VaultError::Corrupt("backup"))?;
    let unfinished = setting(main, "restoring").await?;
    for store in stores {
        // A zone that was let go just before the main database could be belongs to that same restore.
        let own = unfinished.is_some() && setting(store, "restored").await? == unfinished;
        if setting(store, "restoring").await?.is_none() && !own {
            is_empty(store).await?;
        }
    }
    let name = unfinished.unwrap_or_else(|| {
        let mut random = [0; 16];
        order.world.dice().fill_bytes(&mut random);
        HEXLOWER.encode(&random)
    });
    for store in stores {
        let mut tx = Tx::new();
        for table in shouxin_store::tables() {
            table.clear(&mut tx);
        }
        tx.run_exactly(
            1,
            "INSERT INTO setting (name, value) VALUES ('restoring', $1)",
            params![&name],
        );
        store.commit(tx).await?;
    }
    Ok(())
}

async fn is_empty(store: &Store) -> Result<(), BackupError> {
    let first = |table: &'static Table| table.page(None, 1);
    let queries: Vec<Query> = shouxin_store::tables().iter().map(first).collect();
    let found = store.query_all(queries).await?;
    if found.iter().any(|rows| !rows.is_empty()) {
        return Err(BackupError::NotEmpty);
    }
    Ok(())
}

async fn setting(store: &Store, name: &'static str) -> Result<Option<String>, BackupError> {
    let sql = "SELECT value FROM setting WHERE name = $1";
    let rows = store.query(sql, params![name]).await?;
    let value = rows.first().map(|row| row.text(0)).transpose()?;
    Ok(value.map(str::to_owned))
}

/// Puts the rows of one database back, range by range, each shown to be what was backed up. `put` hears how
/// many were.
fn fill(
    store: &Store,
    handle: &Handle,
    part: &Part,
    put: &mut impl FnMut(u64),
) -> Result<(), BackupError> {
    let chunks = Chunks::new(&part.repository, &part.keys, part.suite);
    for (of, table) in part.manifest.tables.iter().zip(&part.plan) {
        for range in &of.ranges {
            let rows = range_rows(&chunks, table, range)?;
            for page in rows.chunks(PAGE) {
                let mut tx = Tx::new();
                for row in page {
                    let values = super::rows::unpack(&row.bytes);
                    table.put(&mut tx, values.ok_or(VaultError::Corrupt("backup"))?);
                }
                handle.block_on(store.commit(tx))?;
                put(page.len() as u64);
            }
        }
    }
    Ok(())
}

/// Verifies what was put back, settles it with what happened since, and lets it be opened.
async fn release(
    order: &Restoring,
    parts: &[Part],
    stores: &[Store],
    restored: &mut Restored,
) -> Result<Vault, BackupError> {
    for (part, store) in parts.iter().zip(stores) {
        counts(store, &part.manifest).await?;
    }
    let (Some(main), Some(store)) = (parts.first(), stores.first()) else {
        return Err(VaultError::Corrupt("backup").into());
    };
    let manifest = &main.manifest;
    // Changes that were on their way into a zone reach it now.
    let vault = Vault::open_any(
        store.clone(),
        order.keys.clone(),
        Arc::clone(&order.world),
        homes(order, parts, stores),
    )
    .await?;
    let head = vault.sound_head().await?;
    if (head.size, head.root.base64()) != (manifest.size, manifest.root.clone()) {
        return Err(BackupError::Differs(
            "the ledger has another head".to_owned(),
        ));
    }
    // The manifest's signature covers the head, so it may be signed where no checkpoint covers it yet.
    vault.sign_checkpoint(None).await?;
    let report = vault.verify_ledger(&[], |_, _| {}).await?;
    if !report.is_right() {
        let first = report.findings.first();
        let first = first.map(|finding| finding.text(shouxin_ledger::Lang::En));
        return Err(BackupError::Differs(first.unwrap_or_default()));
    }
    if let Some(witness) = &order.witness {
        match vault.face(witness).await {
            Ok(()) => {}
            Err(WitnessError::Older { witnessed, .. }) => {
                vault.accept_older(witness).await?;
                restored.witnessed = Some(witnessed);
            }
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(tombstones) = &order.tombstones {
        let tombstones = Tombstones::at(tombstones.path());
        restored.erased_again = vault.keep_tombstones(tombstones).await?;
    }
    let (number, again) = (
        manifest.number.to_string(),
        restored.erased_again.to_string(),
    );
    let rows = manifest.all_rows().to_string();
    let extra = [
        ("did", "restored"),
        ("backup", number.as_str()),
        ("rows", &rows),
        ("erased-again", &again),
    ];
    // The zones first: until the main database is let go as well, nothing opens.
    for zone in stores.iter().skip(1) {
        let mut tx = Tx::new();
        tx.run("DELETE FROM setting WHERE name = 'restored'", params![]);
        tx.run_exactly(
            1,
            "UPDATE setting SET name = 'restored' WHERE name = 'restoring'",
            params![],
        );
        zone.commit(tx).await?;
    }
    let mut tx = Tx::new();
    tx.run_exactly(1, "DELETE FROM setting WHERE name = 'restoring'", params![]);
    restored.entry = vault
        .record(&Caller::operator(), Kind::Backup, &extra, tx)
        .await?;
    vault.sign_checkpoint(order.witness.as_ref()).await?;
    Ok(vault)
}

/// The zones of a backup, where they were put back.
fn homes(order: &Restoring, parts: &[Part], stores: &[Store]) -> Vec<ZoneHome> {
    let home = |(part, store): (&Part, &Store)| {
        let mut zones = order.zones.iter();
        let zone = zones.find(|zone| Some(&zone.name) == part.zone.as_ref())?;
        Some(ZoneHome {
            name: zone.name.clone(),
            store: store.clone(),
            keys: zone.keys.clone(),
        })
    };
    parts.iter().zip(stores).filter_map(home).collect()
}

/// Compares the number of rows of each table with the manifest.
async fn counts(store: &Store, manifest: &Manifest) -> Result<(), BackupError> {
    for table in super::kept() {
        let query = table.count();
        let rows = store.query(query.sql, query.params).await?;
        let found = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
        // The place's own mark that it is being restored.
        let own = i64::from(table.name == "setting");
        let wanted = manifest.table(table.name).map_or(0, |part| part.rows);
        if found - own != i64::try_from(wanted).unwrap_or(i64::MAX) {
            let name = table.name;
            return Err(BackupError::Differs(format!(
                "table {name} has {} rows instead of {wanted}",
                found - own
            )));
        }
    }
    Ok(())
}

impl std::fmt::Debug for Restoring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Restoring")
            .field("repository", &self.repository)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Rows of one commit.
const PAGE: usize = 2000;
