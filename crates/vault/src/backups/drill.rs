//! Trying a backup: whether it comes back, opens, and how long that takes.

use std::collections::BTreeSet;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, FieldRef, Moment, RecordId, SubjectId};
use shouxin_policy::Verdict;
use shouxin_seal::{Binding, SealedRecord, SubjectKey, UnwrapError, WrappedKey};
use shouxin_store::{Query, Row, Tx, params};

use super::restore::{Restoring, Target, ZoneTarget, restore};
use super::take::millis;
use super::{BackupError, BackupSummary, Last, Repository};
use crate::open::open_text;
use crate::permit::{Permit, RecordedPermit};
use crate::zones::Zone;
use crate::{Tombstones, Vault, VaultError};

/// What a drill found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drilled {
    /// The backup that was tried.
    pub backup: BackupSummary,
    /// How long putting the rows back took.
    pub rows_millis: u64,
    /// How long all took until it could have served: verification included.
    pub millis: u64,
    /// Rows put back in a second.
    pub rows_per_second: u64,
    /// Bytes of rows put back in a second.
    pub bytes_per_second: u64,
    /// Records that were picked at random and opened.
    pub records: u64,
    /// Sealed values in them that opened.
    pub values: u64,
    /// The ledger entry that says so.
    #[serde(default)]
    pub entry: u64,
}

impl Vault {
    /// Puts the newest backup back into a temporary folder within `scratch`, verifies it as a restore
    /// does, opens `sample` records picked at random, and measures. The folder is removed whatever
    /// happens. Values that were opened are looked at by nobody.
    ///
    /// # Errors
    /// [`BackupError`]: then the backup would not have come back. That is recorded as well.
    pub async fn drill(
        &self,
        caller: &Caller,
        repository: &Repository,
        scratch: &Path,
        sample: u32,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Drilled, BackupError> {
        let permit = self.drill_permit(caller).await?;
        let folder = Scratch::make(scratch, &mut self.dice())?;
        let begun = self.now();
        let tried = self
            .tried(repository, &folder, sample, &permit, progress)
            .await;
        drop(folder);
        let mut drilled = match tried {
            Ok(drilled) => drilled,
            Err(error) => {
                let extra = [("did", "drilled"), ("right", "false")];
                self.record(caller, Kind::Backup, &extra, Tx::new()).await?;
                return Err(error);
            }
        };
        drilled.millis = millis(begun, self.now());
        let (number, took) = (
            drilled.backup.number.to_string(),
            drilled.millis.to_string(),
        );
        let (rows, records) = (drilled.backup.rows.to_string(), drilled.records.to_string());
        let extra = [
            ("did", "drilled"),
            ("right", "true"),
            ("backup", number.as_str()),
            ("rows", &rows),
            ("records", &records),
            ("millis", &took),
        ];
        drilled.entry = self.note(caller, "drill_last", &extra, &drilled).await?;
        Ok(drilled)
    }

    /// The last drill that went well.
    ///
    /// # Errors
    /// The store failed.
    pub async fn last_drill(&self) -> Result<Option<(Moment, Drilled)>, VaultError> {
        let last: Option<Last<Drilled>> = self.noted("drill_last").await?;
        Ok(last.map(|last| {
            let entry = last.entry;
            (last.at, Drilled { entry, ..last.what })
        }))
    }

    /// Records that values are about to be opened.
    async fn drill_permit(&self, caller: &Caller) -> Result<RecordedPermit, BackupError> {
        let mut entry = self.begin(self.now(), Kind::Backup, caller, &self.active());
        entry
            .extra
            .push(("did".to_owned(), "drill-begun".to_owned()));
        let mut tx = Tx::new();
        tx.append(self.bytes(&entry)?);
        let permit = Permit::new(Verdict {
            refusal: None,
            fields: Vec::new(),
            pieces: Vec::new(),
            joined_by: Vec::new(),
        });
        let mut permits = RecordedPermit::commit(self.store(), vec![permit], tx).await?;
        permits.pop().ok_or(VaultError::Busy.into())
    }

    async fn tried(
        &self,
        repository: &Repository,
        folder: &Scratch,
        sample: u32,
        permit: &RecordedPermit,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Drilled, BackupError> {
        let order = Restoring {
            repository: repository.clone(),
            at: None,
            target: Target::Directory(folder.0.join("data")),
            keys: self.keyring()?.into(),
            world: self.world(),
            // The witness belongs to the deployment that goes on.
            witness: None,
            tombstones: self.erased().path().map(Tombstones::at),
            zones: self.zone_targets(folder)?,
        };
        let (vault, restored) = restore(order, progress).await?;
        let opened = vault.open_some(sample, permit).await;
        vault.close().await;
        let (records, values) = opened?;
        let per_second = |count: u64| count * 1000 / restored.rows_millis.max(1);
        Ok(Drilled {
            rows_millis: restored.rows_millis,
            millis: restored.millis,
            rows_per_second: per_second(restored.backup.rows),
            bytes_per_second: per_second(restored.backup.bytes),
            backup: restored.backup,
            records,
            values,
            entry: 0,
        })
    }

    /// Where the zones apart are put back to be tried.
    fn zone_targets(&self, folder: &Scratch) -> Result<Vec<ZoneTarget>, VaultError> {
        let target = |zone: &Zone| {
            Ok(ZoneTarget {
                name: zone.name.clone(),
                target: Target::Directory(folder.0.join("zones").join(&zone.name)),
                keys: zone.keys.keyring(self.now())?.into(),
            })
        };
        self.apart().all().map(target).collect()
    }

    /// Opens records picked at random from the main database and the zones apart; gives how many, and how
    /// many values they held.
    async fn open_some(
        &self,
        sample: u32,
        _permit: &RecordedPermit,
    ) -> Result<(u64, u64), BackupError> {
        let mut places = Vec::new();
        for zone in std::iter::once(None).chain(self.apart().all().map(Some)) {
            let store = zone.map_or(self.store(), |zone| &zone.store);
            let count = store
                .query("SELECT COUNT(*) FROM record", params![])
                .await?;
            let count = count.first().map(|row| row.int(0)).transpose()?;
            places.push((zone, store, count.unwrap_or(0).unsigned_abs()));
        }
        let all: u64 = places.iter().map(|(_, _, count)| count).sum();
        let mut dice = self.dice();
        // No record twice: a small backup is opened whole.
        let wanted = u64::from(sample).min(all) as usize;
        let mut picks = BTreeSet::new();
        while picks.len() < wanted {
            picks.insert(dice.next_u64() % all);
        }
        let (mut records, mut values) = (0, 0);
        for (zone, store, count) in places {
            let (here, there) = picks
                .into_iter()
                .partition::<BTreeSet<_>, _>(|pick| *pick < count);
            picks = there.into_iter().map(|pick| pick - count).collect();
            let queries = here.into_iter().map(|offset| Query {
                sql: "SELECT subject, collection, id, sealed FROM record \
                      ORDER BY subject, collection, id LIMIT 1 OFFSET $1",
                params: params![i64::try_from(offset).unwrap_or(0)],
            });
            for row in store.query_all(queries.collect()).await?.iter().flatten() {
                values += self.open_all(zone, row).await?;
                records += 1;
            }
        }
        Ok((records, values))
    }

    /// Opens every sealed value of a record of a zone apart or of the main database, and drops it.
    async fn open_all(&self, zone: Option<&Zone>, row: &Row) -> Result<u64, BackupError> {
        let row_subject = row.id(0, SubjectId::from_slice)?;
        let (collection, row_record) = (row.text(1)?, row.id(2, RecordId::from_slice)?);
        let (subject, record) = match zone {
            None => (row_subject, row_record),
            Some(zone) => (zone.subject(row_subject), zone.record(row_record)),
        };
        let active = self.active();
        let Some(declared) = active.register.collection(collection) else {
            return Ok(0);
        };
        let sealed =
            SealedRecord::decode(row.bytes(3)?).map_err(|_| VaultError::Corrupt("record"))?;
        let sql = "SELECT epoch, wrapped FROM subject_key WHERE subject = $1 AND zone = $2";
        let store = zone.map_or(self.store(), |zone| &zone.store);
        let rows = store
            .query(sql, params![row_subject, &declared.zone])
            .await?;
        let mut values = 0;
        let Some(row) = rows.first() else {
            return Ok(0);
        };
        let wrapped = WrappedKey {
            epoch: u32::try_from(row.int(0)?).map_err(|_| VaultError::Corrupt("key epoch"))?,
            bytes: row.bytes(1)?.to_vec(),
        };
        let keyring = self.held_by(zone.map(|zone| &*zone.name))?;
        let keyring = keyring.keyring(self.now())?;
        let key = match SubjectKey::unwrap(&keyring, subject, &declared.zone, &wrapped) {
            Ok(key) => key,
            // An epoch was destroyed since: that is what it is for.
            Err(UnwrapError::Destroyed(_)) => return Ok(0),
            Err(_) => return Err(VaultError::Corrupt("subject key").into()),
        };
        for field in &declared.fields {
            for part in std::iter::once(&*field.name).chain(sealed.parts(&field.name)) {
                let Some(envelope) = sealed.get(part) else {
                    continue;
                };
                let name = FieldRef::new(collection, part);
                let binding = Binding {
                    zone: &declared.zone,
                    field: &name,
                    subject,
                    record,
                };
                // Dropped at once: a drill counts what opens.
                drop(open_text(&key, &binding, envelope)?);
                values += 1;
            }
        }
        Ok(values)
    }
}

/// A folder that is removed when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn make(within: &Path, dice: &mut impl Rng) -> Result<Self, BackupError> {
        let mut random = [0; 8];
        dice.fill_bytes(&mut random);
        let path = within.join(format!("shouxin-drill-{}", HEXLOWER.encode(&random)));
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(|source| BackupError::Io {
                path: path.clone(),
                source,
            })?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::error!(%error, path = %self.0.display(), "the folder of a drill was not removed");
        }
    }
}
