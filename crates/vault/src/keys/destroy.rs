//! Destroying an epoch's key, once nothing in the data hangs on it: then nothing in any backup opens by it
//! either. Needs a second person.

use serde::Serialize;
use shouxin_ledger::Kind;
use shouxin_model::{Caller, Moment, Suite};
use shouxin_seal::{ChangeError, Standing};
use shouxin_store::{CommitError, Tx, params};

use super::{setting, tell_zone};
use crate::approvals::{Approved, canonical};
use crate::keydir::KeyDirError;
use crate::{Vault, VaultError};

/// Exactly what destroying an epoch's key will do: what another person approves.
#[derive(Clone, Debug, Serialize)]
pub struct Destruction {
    /// The keyring's own name.
    pub keyring: String,
    /// The zone apart whose keyring it is; left out for the deployment's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The epoch.
    pub epoch: u32,
    /// The suite that wrapped keys in it.
    pub suite: String,
    /// When it began, RFC 3339.
    pub began: String,
    /// When the next one took its place, RFC 3339.
    pub superseded: String,
    /// Subject keys in the data that still hang on it: none, or it is not destroyed.
    pub keys: u64,
}

impl Destruction {
    /// The body that is proposed and approved.
    ///
    /// # Errors
    /// Never: the body is plain words and numbers.
    pub fn body(&self) -> Result<String, VaultError> {
        canonical(self)
    }
}

/// An epoch's key that is gone.
#[derive(Clone, Copy, Debug)]
pub struct Destroyed {
    /// The epoch.
    pub epoch: u32,
    /// When.
    pub at: Moment,
    /// The entry that ordered it, with the approval.
    pub entry: u64,
}

/// Why an epoch's key is not destroyed.
#[derive(Debug, thiserror::Error)]
pub enum DestroyError {
    /// No zone of this name lies apart here.
    #[error("no zone {0} lies apart")]
    NoZone(String),
    /// There is no such epoch, or its key was destroyed before.
    #[error("there is no epoch {0}, or its key was destroyed before")]
    NoEpoch(u32),
    /// Keys are wrapped in it now.
    #[error("epoch {0} is in use: rotate first")]
    InUse(u32),
    /// Keys in the data still hang on it.
    #[error("{keys} keys still hang on epoch {epoch}: wait until they are wrapped anew")]
    Hanging {
        /// The epoch.
        epoch: u32,
        /// How many.
        keys: u64,
    },
    /// What was approved is something else by now, or the approval is used up.
    #[error("the approval does not fit any more: propose again")]
    Stale,
    /// The keys cannot be changed from here.
    #[error("this vault was opened without its key folder")]
    NoFolder,
    /// The key folder failed. The destruction was ordered and goes on as soon as it can be written.
    #[error(transparent)]
    Folder(#[from] KeyDirError),
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// What destroying this epoch's key, of the deployment's own keys or of those of a zone apart, would do
    /// now.
    ///
    /// # Errors
    /// `NoEpoch`, `InUse`; how many keys hang on it stands in the answer.
    pub async fn plan_destruction(
        &self,
        zone: Option<&str>,
        epoch: u32,
    ) -> Result<Destruction, DestroyError> {
        if let Some(zone) = zone
            && !self.key_places().any(|place| place == Some(zone))
        {
            return Err(DestroyError::NoZone(zone.to_owned()));
        }
        self.refresh().await?;
        let keyring = self.held_by(zone)?.keyring(self.now())?;
        if epoch == keyring.current_epoch() {
            return Err(DestroyError::InUse(epoch));
        }
        let mut epochs = keyring.epochs().skip_while(|of| of.id != epoch);
        let of = epochs.next().ok_or(DestroyError::NoEpoch(epoch))?;
        // The next one that is still there: one between them may have been destroyed already.
        let next = epochs.next().ok_or(DestroyError::NoEpoch(epoch))?;
        Ok(Destruction {
            keyring: keyring.name(),
            zone: zone.map(str::to_owned),
            epoch,
            suite: suite_word(of.suite).to_owned(),
            began: of.created.to_string(),
            superseded: next.created.to_string(),
            keys: self.keys_of(zone, epoch).await?,
        })
    }

    /// Destroys an epoch's key. `approved` proves that somebody else approved exactly
    /// [`Destruction::body`]; it is spent in the transaction that orders the destruction, in which no key
    /// in the data may hang on the epoch. Killed after that, the destruction is carried out at the next
    /// occasion ([`Vault::settle_keys`]).
    ///
    /// # Errors
    /// [`DestroyError`]; unless it is `Folder`, nothing was destroyed.
    pub async fn destroy_epoch(
        &self,
        caller: &Caller,
        zone: Option<&str>,
        epoch: u32,
        approved: Approved,
    ) -> Result<Destroyed, DestroyError> {
        // Nothing in the zone moves between counting what hangs on the epoch there and the order.
        let within = zone.map(str::to_owned).into_iter().collect();
        let turns = self.turns(&within).await?;
        let plan = self.plan_destruction(zone, epoch).await?;
        if plan.keys > 0 {
            let keys = plan.keys;
            return Err(DestroyError::Hanging { epoch, keys });
        }
        if self.held_by(zone)?.folder().is_none() {
            return Err(DestroyError::NoFolder);
        }
        let now = self.now();
        let mut tx = Tx::new();
        turns.guard(&mut tx);
        if zone.is_none() {
            tx.guard(
                0,
                "SELECT 1 FROM subject_key WHERE epoch = $1 LIMIT 1",
                params![epoch],
            );
        }
        // Whoever would wrap a key in it now holds an older keyring, and its transaction does not fit.
        tx.guard(
            0,
            "SELECT 1 FROM setting WHERE name = $1 AND value = $2",
            params![setting("epoch", zone), epoch.to_string()],
        );
        tx.run_exactly(
            1,
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            params![setting("destroying", zone), epoch.to_string()],
        );
        let mut entry = self.begin(now, Kind::Key, caller, &self.active());
        entry.extra.extend(
            [
                ("did", "epoch-destruction-ordered".to_owned()),
                ("epoch", epoch.to_string()),
                ("began", plan.began.clone()),
                ("superseded", plan.superseded.clone()),
            ]
            .map(|(word, text)| (word.to_owned(), text)),
        );
        tell_zone(&mut entry, zone);
        approved.tell(&mut entry);
        approved.spend(&mut tx);
        let slot = tx.append(self.bytes(&entry)?);
        let entry = match self.store().commit(tx).await {
            Ok(committed) => committed.entry(slot),
            Err(CommitError::Conflict { .. }) => return Err(DestroyError::Stale),
            Err(error) => return Err(VaultError::from(error).into()),
        };
        drop(turns);
        self.settle_keys_of(zone).await?;
        Ok(Destroyed {
            epoch,
            at: now,
            entry,
        })
    }

    /// Tells the ledger of roots that were changed in their key folders, and carries out destructions that
    /// were ordered, if there are any: destroys the key in the key folder, then says so in the ledger. To be
    /// called every few seconds.
    ///
    /// # Errors
    /// A key folder or the store failed: it is tried again with the next call.
    pub async fn settle_keys(&self) -> Result<(), DestroyError> {
        let mut first = Ok(());
        for zone in self.key_places() {
            // One zone whose keys do not open keeps no other waiting.
            let settled = self.settle_keys_of(zone).await;
            if first.is_ok() {
                first = settled;
            }
        }
        first
    }

    async fn settle_keys_of(&self, zone: Option<&str>) -> Result<(), DestroyError> {
        self.tell_root(zone).await?;
        let (held, name) = (self.held_by(zone)?, setting("destroying", zone));
        let sql = "SELECT value FROM setting WHERE name = $1";
        let rows = self
            .store()
            .query(sql, params![&name])
            .await
            .map_err(VaultError::from)?;
        let Some(row) = rows.first() else {
            return Ok(());
        };
        let epoch = row.text(0).map_err(VaultError::from)?.parse();
        let epoch: u32 = epoch.map_err(|_| VaultError::Corrupt("epoch"))?;
        let folder = held.folder().cloned();
        let folder = folder.ok_or(DestroyError::NoFolder)?;
        let (now, mut dice) = (self.now(), self.dice());
        let destroyed = tokio::task::spawn_blocking(move || {
            match folder.destroy_epoch(epoch, now, &mut dice) {
                // Killed after it was done, or another node shares the folder and was first.
                Err(KeyDirError::Change(ChangeError::NoEpoch(_))) => folder.open(),
                result => result,
            }
        });
        let keyring = destroyed
            .await
            .map_err(|_| VaultError::Corrupt("keyring"))??;
        let gone = matches!(keyring.standing(epoch), Standing::Destroyed(_));
        held.put(keyring, now);
        if !gone {
            return Err(DestroyError::NoEpoch(epoch));
        }
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "DELETE FROM setting WHERE name = $1 AND value = $2",
            params![name, epoch.to_string()],
        );
        let mut entry = self.begin(now, Kind::Key, &Caller::operator(), &self.active());
        entry.extra.extend(
            [
                ("did", "epoch-destroyed".to_owned()),
                ("epoch", epoch.to_string()),
            ]
            .map(|(word, text)| (word.to_owned(), text)),
        );
        tell_zone(&mut entry, zone);
        tx.append(self.bytes(&entry)?);
        match self.store().commit(tx).await {
            // Another node said so first.
            Ok(_) | Err(CommitError::Conflict { .. }) => Ok(()),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    async fn keys_of(&self, zone: Option<&str>, epoch: u32) -> Result<u64, VaultError> {
        let sql = "SELECT COUNT(*) FROM subject_key WHERE epoch = $1";
        let rows = self.store_of(zone)?.query(sql, params![epoch]).await?;
        let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// The word for a suite.
pub(super) const fn suite_word(suite: Suite) -> &'static str {
    match suite {
        Suite::International => "international",
        Suite::National => "national",
    }
}
