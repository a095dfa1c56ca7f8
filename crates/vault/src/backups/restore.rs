//! Putting a backup back.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::Caller;
use shouxin_store::{PostgresOptions, Query, SqliteOptions, Store, Table, Tx, params};
use tokio::runtime::Handle;

use super::manifest::Manifest;
use super::ranges::range_rows;
use super::repository::Chunks;
use super::take::{millis, summary};
use super::{BackupError, BackupSummary, Repository};
use crate::checkpoints::origin;
use crate::keys::Keys;
use crate::{Tombstones, Vault, VaultError, Witness, WitnessError, World};

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

/// Puts a backup back, verifies it, erases again whoever was erased since, and only then lets it be
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
    let number = match order.at {
        Some(number) => number,
        None => *order
            .repository
            .numbers()?
            .last()
            .ok_or(BackupError::Empty)?,
    };
    let (manifest, suite) = order
        .repository
        .manifest(&order.keys.keyring().lasting(), number)?;
    let plan = plan(&manifest)?;
    let store = order.target.open().await?;
    empty(&store).await?;
    let filled = {
        let (store, handle, manifest) = (store.clone(), Handle::current(), manifest.clone());
        let (repository, keys) = (order.repository.clone(), order.keys.keyring().lasting());
        // Files block, and opening and unpacking keep a processor busy.
        tokio::task::spawn_blocking(move || {
            let chunks = Chunks::new(&repository, &keys, suite);
            fill(&store, &handle, &chunks, &manifest, &plan, progress)
        })
    };
    let filled = filled.await.map_err(|_| VaultError::Corrupt("backup"));
    // The store has kept its own idea of the ledger: it is read anew.
    store.close().await;
    filled??;
    let rows_millis = millis(begun, order.world.now());
    let store = order.target.open().await?;
    let mut restored = Restored {
        backup: summary(&manifest),
        rows_millis,
        millis: 0,
        erased_again: 0,
        witnessed: None,
        entry: 0,
    };
    match release(&order, &manifest, store.clone(), &mut restored).await {
        Ok(vault) => {
            restored.millis = millis(begun, order.world.now());
            Ok((vault, restored))
        }
        Err(error) => {
            store.close().await;
            Err(error)
        }
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

/// Takes the place for this restore: it must be empty, or hold what an unfinished restore has left,
/// which is removed.
async fn empty(store: &Store) -> Result<(), BackupError> {
    let unfinished = store.query(RESTORING, params![]).await?;
    if unfinished.is_empty() {
        let first = |table: &'static Table| table.page(None, 1);
        let queries: Vec<Query> = shouxin_store::tables().iter().map(first).collect();
        let found = store.query_all(queries).await?;
        if found.iter().any(|rows| !rows.is_empty()) {
            return Err(BackupError::NotEmpty);
        }
    }
    let mut tx = Tx::new();
    for table in shouxin_store::tables() {
        table.clear(&mut tx);
    }
    tx.run_exactly(
        1,
        "INSERT INTO setting (name, value) VALUES ('restoring', 'yes')",
        params![],
    );
    store.commit(tx).await?;
    Ok(())
}

/// Puts the rows back, range by range, each shown to be what was backed up.
fn fill(
    store: &Store,
    handle: &Handle,
    chunks: &Chunks<'_>,
    manifest: &Manifest,
    plan: &[&'static Table],
    mut progress: impl FnMut(u64, u64),
) -> Result<(), BackupError> {
    let (mut done, total) = (0, manifest.rows());
    for (part, table) in manifest.tables.iter().zip(plan) {
        for range in &part.ranges {
            let rows = range_rows(chunks, table, range)?;
            for page in rows.chunks(PAGE) {
                let mut tx = Tx::new();
                for row in page {
                    let values = super::rows::unpack(&row.bytes);
                    table.put(&mut tx, values.ok_or(VaultError::Corrupt("backup"))?);
                }
                handle.block_on(store.commit(tx))?;
                done += page.len() as u64;
                progress(done, total);
            }
        }
    }
    Ok(())
}

/// Verifies what was put back, settles it with what happened since, and lets it be opened.
async fn release(
    order: &Restoring,
    manifest: &Manifest,
    store: Store,
    restored: &mut Restored,
) -> Result<Vault, BackupError> {
    counts(&store, manifest).await?;
    let vault = Vault::open_any(
        store,
        order.keys.clone(),
        Arc::clone(&order.world),
        Vec::new(),
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
    let rows = manifest.rows().to_string();
    let extra = [
        ("did", "restored"),
        ("backup", number.as_str()),
        ("rows", &rows),
        ("erased-again", &again),
    ];
    let mut tx = Tx::new();
    tx.run_exactly(1, "DELETE FROM setting WHERE name = 'restoring'", params![]);
    restored.entry = vault
        .record(&Caller::operator(), Kind::Backup, &extra, tx)
        .await?;
    vault.sign_checkpoint(order.witness.as_ref()).await?;
    Ok(vault)
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

const RESTORING: &str = "SELECT 1 FROM setting WHERE name = 'restoring'";
/// Rows of one commit.
const PAGE: usize = 2000;
