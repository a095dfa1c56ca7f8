//! Beginning an epoch, and fresh data keys for everyone.

use shouxin_ledger::Kind;
use shouxin_model::{Caller, JobId, Suite};
use shouxin_seal::Keyring;
use shouxin_store::{CommitError, Tx, params};

use super::destroy::suite_word;
use super::{Held, KeyError, setting, tell_zone};
use crate::jobs::{self, Reseal, Rewrap, Work};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// An epoch that began.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// Its number.
    pub epoch: u32,
    /// The suite that wraps subject keys in it.
    pub suite: Suite,
    /// Subject keys that are to be wrapped anew.
    pub keys: u64,
    /// The job that does it.
    pub job: JobId,
    /// The ledger entry.
    pub entry: u64,
}

/// A sealing anew that was queued.
#[derive(Clone, Debug)]
pub struct Resealing {
    /// The job.
    pub job: JobId,
    /// Records there are.
    pub records: u64,
    /// The ledger entry.
    pub entry: u64,
}

impl Vault {
    /// Begins an epoch whose key wraps subject keys from now on, with `suite` or else the register's own:
    /// of the deployment's own keys, or of those of a zone apart. Queues the work of wrapping all others anew. The key is durable in the key folder before
    /// anything is wrapped by it; killed in between, the next start goes on.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn rotate_keys(
        &self,
        caller: &Caller,
        zone: Option<&str>,
        suite: Option<Suite>,
    ) -> Result<Rotated, KeyError> {
        let held = self.held_for(zone)?;
        self.refresh().await?;
        held.keyring_to_write(self.now())?;
        let folder = held.folder().cloned().ok_or(KeyError::NoFolder)?;
        let suite = suite.unwrap_or(self.active().register.suite);
        let (now, mut dice) = (self.now(), self.dice());
        let written = tokio::task::spawn_blocking(move || {
            folder.change(|root, keyring| keyring.rotate(root, suite, now, &mut dice))
        });
        let (epoch, keyring) = written
            .await
            .map_err(|_| VaultError::Corrupt("keyring"))??;
        let adopted = self.adopt(caller, zone, &keyring).await?;
        held.put(keyring, now);
        let (job, keys, entry) = adopted.ok_or(VaultError::Busy)?;
        Ok(Rotated {
            epoch,
            suite,
            keys,
            job,
            entry,
        })
    }

    /// Tells store and ledger that keys are wrapped in this keyring's epoch from now on, and queues the
    /// wrapping. `None` if they know.
    pub(super) async fn adopt(
        &self,
        caller: &Caller,
        zone: Option<&str>,
        keyring: &Keyring,
    ) -> Result<Option<(JobId, u64, u64)>, VaultError> {
        let epoch = keyring.current_epoch();
        for _ in 0..ATTEMPTS {
            let name = setting("epoch", zone);
            let sql = "SELECT value FROM setting WHERE name = $1";
            let rows = self.store().query(sql, params![&name]).await?;
            let row = rows.first().ok_or(VaultError::Corrupt("epoch"))?;
            let stored = row.text(0)?.to_owned();
            if stored.parse::<u32>().is_ok_and(|stored| stored >= epoch) {
                return Ok(None);
            }
            let now = self.now();
            let keys = self.keys_before(zone, epoch).await?;
            let mut tx = Tx::new();
            tx.run_exactly(
                1,
                "UPDATE setting SET value = $1 WHERE name = $2 AND value = $3",
                params![epoch.to_string(), name, stored],
            );
            // What an earlier rotation left over is wrapped in the newest epoch at once.
            for job in self.rewraps(zone).await? {
                tx.run(
                    "UPDATE job SET state = 'done', updated_at = $1 WHERE id = $2",
                    params![now, job],
                );
            }
            let job = JobId::make(now, &mut self.dice());
            let work = Rewrap {
                zone: zone.map(str::to_owned),
                to_epoch: epoch,
                dead: keyring.destroyed_epochs().map(|(id, _)| id).collect(),
            };
            jobs::insert(&mut tx, job, &Work::Rewrap(work), now)?;
            let mut entry = self.begin(now, Kind::Key, caller, &self.active());
            entry.extra.extend(
                [
                    ("did", "epoch-begun".to_owned()),
                    ("epoch", epoch.to_string()),
                    ("suite", suite_word(keyring.suite()).to_owned()),
                    ("keys", keys.to_string()),
                    ("job", job.to_string()),
                ]
                .map(|(word, text)| (word.to_owned(), text)),
            );
            tell_zone(&mut entry, zone);
            let slot = tx.append(self.bytes(&entry)?);
            match self.store().commit(tx).await {
                Ok(committed) => return Ok(Some((job, keys, committed.entry(slot)))),
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(VaultError::Busy)
    }

    /// Queues fresh data keys for every subject, in the main database or in a zone apart: each value is
    /// opened and sealed anew in the background.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn reseal(&self, caller: &Caller, zone: Option<&str>) -> Result<Resealing, KeyError> {
        let now = self.now();
        self.held_for(zone)?.keyring_to_write(now)?;
        let rows = self
            .store_of(zone)?
            .query("SELECT COUNT(*) FROM record", params![])
            .await
            .map_err(VaultError::from)?;
        let records = rows.first().map(|row| row.int(0)).transpose();
        let records = records.map_err(VaultError::from)?.unwrap_or(0);
        let work = Work::Reseal(Reseal {
            zone: zone.map(str::to_owned),
        });
        let mut tx = Tx::new();
        // One at a time in each place: the payload names the place and nothing else.
        tx.guard(
            0,
            "SELECT 1 FROM job WHERE kind = 'reseal' AND state <> 'done' AND payload = $1 LIMIT 1",
            params![work.payload()?],
        );
        let job = JobId::make(now, &mut self.dice());
        jobs::insert(&mut tx, job, &work, now)?;
        let mut entry = self.begin(now, Kind::Key, caller, &self.active());
        entry.extra.extend(
            [
                ("did", "reseal-ordered".to_owned()),
                ("job", job.to_string()),
            ]
            .map(|(word, text)| (word.to_owned(), text)),
        );
        tell_zone(&mut entry, zone);
        let slot = tx.append(self.bytes(&entry)?);
        match self.store().commit(tx).await {
            Ok(committed) => Ok(Resealing {
                job,
                records: u64::try_from(records).unwrap_or(0),
                entry: committed.entry(slot),
            }),
            Err(CommitError::Conflict { .. }) => Err(KeyError::Resealing),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// What holds the keys that somebody names.
    fn held_for(&self, zone: Option<&str>) -> Result<&Held, KeyError> {
        match zone {
            Some(zone) if !self.key_places().any(|place| place == Some(zone)) => {
                Err(KeyError::NoZone(zone.to_owned()))
            }
            zone => Ok(self.held_by(zone)?),
        }
    }

    /// The jobs that still wrap keys of this place.
    async fn rewraps(&self, zone: Option<&str>) -> Result<Vec<JobId>, VaultError> {
        let sql = "SELECT id, payload FROM job WHERE kind = 'rewrap' AND state <> 'done'";
        let mut jobs = Vec::new();
        for row in self.store().query(sql, params![]).await? {
            if Work::of("rewrap", row.text(1)?)?.zone() == zone {
                jobs.push(row.id(0, JobId::from_slice)?);
            }
        }
        Ok(jobs)
    }

    async fn keys_before(&self, zone: Option<&str>, epoch: u32) -> Result<u64, VaultError> {
        let sql = "SELECT COUNT(*) FROM subject_key WHERE epoch < $1";
        let rows = self.store_of(zone)?.query(sql, params![epoch]).await?;
        let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
