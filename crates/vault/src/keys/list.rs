//! What keys there are, what hangs on them, and which cryptography is in use.

use std::collections::BTreeMap;

use shouxin_model::{Moment, Suite};
use shouxin_seal::{CipherUse, cipher_inventory};
use shouxin_store::{Store, params};

use crate::keydir::RootKind;
use crate::{Vault, VaultError};

/// The keys of a deployment.
#[derive(Clone, Debug)]
pub struct KeyList {
    /// The zone apart whose keys these are; `None` for the deployment's own.
    pub zone: Option<String>,
    /// The keyring's own name.
    pub keyring: String,
    /// The name of the root that seals it.
    pub root: String,
    /// What the root rests on; `None` if the key folder cannot be read.
    pub rests_on: Option<RootKind>,
    /// The suite that wraps the keyring's own keys.
    pub suite: Suite,
    /// Every epoch there was, oldest first.
    pub epochs: Vec<EpochStatus>,
}

/// One epoch.
#[derive(Clone, Debug)]
pub struct EpochStatus {
    /// Its number.
    pub epoch: u32,
    /// How it stands.
    pub state: EpochState,
    /// When it began; not known of one that was destroyed.
    pub began: Option<Moment>,
    /// When it was destroyed.
    pub destroyed: Option<Moment>,
    /// The suite that wraps keys in it; not known of one that was destroyed.
    pub suite: Option<Suite>,
    /// Subject keys that hang on it.
    pub keys: u64,
}

/// How an epoch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochState {
    /// Keys are wrapped in it.
    Current,
    /// It opens what it wrapped and wraps nothing more.
    Superseded,
    /// Its key is gone.
    Destroyed,
    /// Keys hang on it and the keyring does not know it: it is older than the data.
    Unknown,
}

impl EpochState {
    /// The word in HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Superseded => "superseded",
            Self::Destroyed => "destroyed",
            Self::Unknown => "unknown",
        }
    }
}

/// Which cryptography is in use, where, and how much hangs on it.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// The keys: the deployment's own first, then those of each zone apart.
    pub keys: Vec<KeyList>,
    /// Every algorithm this program has.
    pub algorithms: Vec<&'static CipherUse>,
    /// Where each suite is in use.
    pub in_use: Vec<InUse>,
}

/// One collection under one suite.
#[derive(Clone, Debug)]
pub struct InUse {
    /// The collection.
    pub collection: String,
    /// The zone apart that it lies in; `None` for the main database.
    pub zone: Option<String>,
    /// The suite that the register declares for these fields.
    pub suite: Suite,
    /// The sealed fields.
    pub fields: Vec<String>,
    /// The records there are.
    pub records: u64,
    /// Those of them that a change of the register has not reached yet: they may be in another suite.
    pub waiting: u64,
}

impl Vault {
    /// The epochs with what hangs on them, and what the root rests on: of the deployment's own keys first,
    /// then of those of each zone apart.
    ///
    /// # Errors
    /// `CannotUnseal`; a store failed.
    pub async fn keys(&self) -> Result<Vec<KeyList>, VaultError> {
        let mut lists = Vec::new();
        for zone in self.key_places() {
            lists.push(self.keys_in(zone).await?);
        }
        Ok(lists)
    }

    async fn keys_in(&self, zone: Option<&str>) -> Result<KeyList, VaultError> {
        let held = self.held_by(zone)?;
        let keyring = held.keyring(self.now())?;
        let sql = "SELECT epoch, COUNT(*) FROM subject_key GROUP BY epoch";
        let mut hanging: BTreeMap<u32, u64> = BTreeMap::new();
        for row in self.store_of(zone)?.query(sql, params![]).await? {
            let epoch = u32::try_from(row.int(0)?).map_err(|_| VaultError::Corrupt("key epoch"))?;
            hanging.insert(epoch, u64::try_from(row.int(1)?).unwrap_or(0));
        }
        let mut epochs = Vec::new();
        for of in keyring.epochs() {
            let current = of.id == keyring.current_epoch();
            epochs.push(EpochStatus {
                epoch: of.id,
                state: if current {
                    EpochState::Current
                } else {
                    EpochState::Superseded
                },
                began: Some(of.created),
                destroyed: None,
                suite: Some(of.suite),
                keys: hanging.remove(&of.id).unwrap_or(0),
            });
        }
        for (id, at) in keyring.destroyed_epochs() {
            epochs.push(EpochStatus {
                epoch: id,
                state: EpochState::Destroyed,
                began: None,
                destroyed: Some(at),
                suite: None,
                keys: hanging.remove(&id).unwrap_or(0),
            });
        }
        epochs.extend(hanging.into_iter().map(|(epoch, keys)| EpochStatus {
            epoch,
            state: EpochState::Unknown,
            began: None,
            destroyed: None,
            suite: None,
            keys,
        }));
        epochs.sort_by_key(|of| of.epoch);
        Ok(KeyList {
            zone: zone.map(str::to_owned),
            keyring: keyring.name(),
            root: keyring.root_name().to_string(),
            rests_on: held.folder().and_then(|folder| folder.root_kind().ok()),
            suite: keyring.suite(),
            epochs,
        })
    }

    /// Which cryptography is in use, and how much hangs on it.
    ///
    /// # Errors
    /// As [`Vault::keys`].
    pub async fn inventory(&self) -> Result<Inventory, VaultError> {
        let active = self.active();
        let mut in_use = Vec::new();
        for collection in &active.register.collections {
            let zone = active.register.apart(&collection.name);
            let zone = zone.map(|zone| zone.name.as_str());
            let store = self.store_of(zone)?;
            let sql = "SELECT COUNT(*) FROM record WHERE collection = $1";
            let records = one(store, sql, params![&collection.name]).await?;
            let waiting = self.waiting(store, &collection.name).await?;
            for suite in [Suite::International, Suite::National] {
                let sealed = collection.fields.iter().filter(|field| field.sealed);
                let fields: Vec<String> = sealed
                    .filter(|field| active.register.suite_of(field) == suite)
                    .map(|field| field.name.clone())
                    .collect();
                if !fields.is_empty() {
                    in_use.push(InUse {
                        collection: collection.name.clone(),
                        zone: zone.map(str::to_owned),
                        suite,
                        fields,
                        records,
                        waiting,
                    });
                }
            }
        }
        Ok(Inventory {
            keys: self.keys().await?,
            algorithms: cipher_inventory().iter().collect(),
            in_use,
        })
    }

    /// Records of a collection that the background work for a changed register has not reached.
    async fn waiting(&self, store: &Store, collection: &str) -> Result<u64, VaultError> {
        match self.newest_rework(collection).await? {
            Some(version) => {
                let sql =
                    "SELECT COUNT(*) FROM record WHERE collection = $1 AND register_version < $2";
                one(store, sql, params![collection, version]).await
            }
            None => Ok(0),
        }
    }
}

async fn one(
    store: &Store,
    sql: &'static str,
    params: Vec<shouxin_store::Value>,
) -> Result<u64, VaultError> {
    let rows = store.query(sql, params).await?;
    let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}
