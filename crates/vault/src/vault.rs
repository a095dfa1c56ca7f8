//! The vault itself: store, keys, register and policies in force, time and dice.

use std::sync::{Arc, PoisonError, RwLock};

use rand_chacha::ChaCha20Rng;
use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Caller, Moment, Register};
use shouxin_policy::Policies;
use shouxin_store::{CommitError, Query, Store, StoreError, Tx, params};

use crate::active::Active;
use crate::checkpoints::origin;
use crate::consents::Summed;
use crate::duties::Expired;
use crate::erasures::Erased;
use crate::keys::{Held, Keys};
use crate::leaks::Leaking;
use crate::looks::Looks;
use crate::notices::NoticeRows;
use crate::observations::Counts;
use crate::spent::Spent;
use crate::zones::Zones;
use crate::{VaultError, World, ZoneError, ZoneHome};

/// How often an act looks again when facts, register or policies change under it.
pub(crate) const ATTEMPTS: usize = 8;

/// The only door to plaintext. Cheap to clone; all clones are one vault.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    store: Store,
    keys: Held,
    world: Arc<dyn World>,
    active: RwLock<Arc<Active>>,
    zones: Zones,
    erased: Erased,
    spent: Spent,
    expired: Expired,
    counts: tokio::sync::Mutex<Counts>,
    /// Counts the changes that this process has committed for others to be told.
    herald: tokio::sync::watch::Sender<u64>,
    looks: tokio::sync::Mutex<Looks>,
    summed: tokio::sync::Mutex<Summed>,
    leaking: Leaking,
}

impl Vault {
    /// Opens the vault over a store that holds a register and policies.
    ///
    /// # Errors
    /// `Empty` if none was ever applied; `Restoring` if a restore was not finished; `ForeignKeys` if the store
    /// was founded with another keyring; `Policies` if those in force do not validate: such a deployment must
    /// not start.
    pub async fn open(
        store: Store,
        keys: impl Into<Keys>,
        world: Arc<dyn World>,
    ) -> Result<Self, OpenVaultError> {
        Self::open_with(store, keys, world, Vec::new()).await
    }

    /// As [`Vault::open`], with the zones that lie apart. Changes that were committed and had not reached
    /// their zone are applied before this returns.
    ///
    /// # Errors
    /// As [`Vault::open`]; `Zone` if one is missing, is another's, or is of another moment.
    pub async fn open_with(
        store: Store,
        keys: impl Into<Keys>,
        world: Arc<dyn World>,
        zones: Vec<ZoneHome>,
    ) -> Result<Self, OpenVaultError> {
        let restoring = "SELECT 1 FROM setting WHERE name = 'restoring'";
        if !store.query(restoring, params![]).await?.is_empty() {
            return Err(OpenVaultError::Restoring);
        }
        for zone in &zones {
            if !zone.store.query(restoring, params![]).await?.is_empty() {
                return Err(ZoneError::Restoring(zone.name.clone()).into());
            }
        }
        Self::open_any(store, keys.into(), world, zones).await
    }

    /// As [`Vault::open_with`], also over a store that a restore has filled and not yet released.
    pub(crate) async fn open_any(
        store: Store,
        keys: Keys,
        world: Arc<dyn World>,
        zones: Vec<ZoneHome>,
    ) -> Result<Self, OpenVaultError> {
        belongs(&store, keys.keyring()).await?;
        let stored = Stored::newest(&store).await?.ok_or(OpenVaultError::Empty)?;
        let active = stored.compile()?;
        let zones = Zones::open(keys.keyring(), zones, &active.register, world.now()).await?;
        let vault = Self::with(store, keys, world, active, zones);
        vault.hold_stored(&stored)?;
        vault.bind_zones().await?;
        Ok(vault)
    }

    /// As [`Vault::open`], without compiling again what is known.
    ///
    /// # Errors
    /// As [`Vault::open`].
    #[cfg(feature = "simulate")]
    pub async fn open_simulated(
        store: Store,
        keys: Keys,
        world: Arc<dyn World>,
        compiled: &Compiled,
    ) -> Result<Self, OpenVaultError> {
        belongs(&store, keys.keyring()).await?;
        let stored = Stored::newest(&store).await?.ok_or(OpenVaultError::Empty)?;
        let active = compiled.of(&stored)?;
        let vault = Self::with(store, keys, world, active, Zones::default());
        vault.hold_stored(&stored)?;
        Ok(vault)
    }

    pub(crate) fn with(
        store: Store,
        keys: Keys,
        world: Arc<dyn World>,
        active: Active,
        zones: Zones,
    ) -> Self {
        let keys = Held::new(keys, world.now());
        Self(Arc::new(Inner {
            store,
            keys,
            world,
            active: RwLock::new(Arc::new(active)),
            zones,
            erased: Erased::default(),
            spent: Spent::default(),
            expired: Expired::default(),
            counts: tokio::sync::Mutex::default(),
            herald: tokio::sync::watch::Sender::default(),
            looks: tokio::sync::Mutex::default(),
            summed: tokio::sync::Mutex::default(),
            leaking: Leaking::default(),
        }))
    }

    /// What this process does about leaks.
    pub(crate) fn leaking(&self) -> &Leaking {
        &self.0.leaking
    }

    /// The store, for tables that hold nothing of customers (staff, sessions, keys of services).
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The register and policies in force as this node last saw them.
    pub fn active(&self) -> Arc<Active> {
        self.0
            .active
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        self.0.world.now()
    }

    /// Randomness fit for keys, nonces and tokens.
    pub fn dice(&self) -> ChaCha20Rng {
        self.0.world.dice()
    }

    /// Looks whether another node applied another register or policies, and takes them over.
    ///
    /// # Errors
    /// The store could not be read, or what it holds does not validate: then nothing changes here.
    pub async fn refresh(&self) -> Result<(), VaultError> {
        let current = self.active().mark();
        let sql = "SELECT name, value FROM setting WHERE name IN ('declared', 'epoch') OR name LIKE 'epoch %'";
        let rows = self.store().query(sql, params![]).await?;
        let mut declared = None;
        for row in &rows {
            let (name, value) = (row.text(0)?, row.text(1)?);
            if name == "declared" {
                declared = Some(value);
            } else if let Ok(epoch) = value.parse() {
                self.notice_epoch(name.strip_prefix("epoch "), epoch).await;
            }
        }
        if declared == Some(current.as_str()) {
            return Ok(());
        }
        match self.load().await {
            Ok(active) => {
                self.put(active);
                Ok(())
            }
            Err(OpenVaultError::Empty) => Err(VaultError::Corrupt("register")),
            Err(OpenVaultError::Store(error)) => Err(error.into()),
            Err(_) => Err(VaultError::Corrupt("register or policies")),
        }
    }

    /// The register, policies and notices that the store says are in force.
    async fn load(&self) -> Result<Active, OpenVaultError> {
        let stored = Stored::newest(self.store()).await?;
        let stored = stored.ok_or(OpenVaultError::Empty)?;
        self.hold_stored(&stored)?;
        stored.compile()
    }

    /// Refuses notices that are not those that were published.
    fn hold_stored(&self, stored: &Stored) -> Result<(), OpenVaultError> {
        let held = self.hold_notices(&stored.notices);
        held.map_err(|_| OpenVaultError::Corrupt("notices"))
    }

    /// Gives `error` back, unless another register or policies are in force than `seen`: then what was
    /// unknown may be declared by now, and the caller looks again.
    pub(crate) async fn unless_newer<E: From<VaultError>>(
        &self,
        seen: &Active,
        error: E,
    ) -> Result<(), E> {
        self.refresh().await?;
        if self.active().mark() == seen.mark() {
            Err(error)
        } else {
            Ok(())
        }
    }

    /// Takes over what was read or applied, unless this node knows something newer already.
    pub(crate) fn put(&self, active: Active) {
        let mut current = self
            .0
            .active
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let age = |one: &Active| {
            let publication = one.told.publication;
            (one.register_version, one.policy_version, publication)
        };
        if age(&active) >= age(&current) {
            *current = Arc::new(active);
        }
    }

    pub(crate) fn spent(&self) -> &Spent {
        &self.0.spent
    }

    pub(crate) fn expired(&self) -> &Expired {
        &self.0.expired
    }

    /// What was counted of the ledger so far.
    pub(crate) fn counts(&self) -> &tokio::sync::Mutex<Counts> {
        &self.0.counts
    }

    pub(crate) fn herald(&self) -> &tokio::sync::watch::Sender<u64> {
        &self.0.herald
    }

    /// Which entries are about whom, as far as the ledger was followed.
    pub(crate) fn looks(&self) -> &tokio::sync::Mutex<Looks> {
        &self.0.looks
    }

    /// What was counted of consents so far.
    pub(crate) fn summed(&self) -> &tokio::sync::Mutex<Summed> {
        &self.0.summed
    }

    pub(crate) fn apart(&self) -> &Zones {
        &self.0.zones
    }

    /// What holds the keys.
    pub(crate) fn held_keys(&self) -> &Held {
        &self.0.keys
    }

    /// Where time and dice come from, for another vault in the same world.
    pub(crate) fn world(&self) -> Arc<dyn World> {
        Arc::clone(&self.0.world)
    }

    /// What this node knows of erasures beside the store.
    pub(crate) fn erased(&self) -> &Erased {
        &self.0.erased
    }

    /// An entry of this kind by this caller, under the versions in force.
    pub(crate) fn begin(&self, now: Moment, kind: Kind, caller: &Caller, active: &Active) -> Entry {
        let mut entry = Entry::new(now.micros(), kind, caller.actor());
        entry.register = active.register_version;
        entry.policy = active.policy_version;
        entry.second_factor = caller.sign_in.second_factor_at.is_some_and(|at| {
            at <= now && at.plus_seconds(shouxin_policy::SECOND_FACTOR_SECONDS) >= now
        });
        entry
    }
}

impl Vault {
    /// The bytes of an entry made here.
    pub(crate) fn bytes(&self, entry: &Entry) -> Result<Vec<u8>, VaultError> {
        entry.encode().map_err(|_| VaultError::Corrupt("entry"))
    }

    /// Commits one entry of administration (sign-ins, staff, keys of services) together with the
    /// change it tells. `extra` holds ids, counts and words, never a person's value.
    ///
    /// # Errors
    /// `Conflict` if the change no longer fits; otherwise the store or the ledger failed. Nothing
    /// was changed then.
    pub async fn record(
        &self,
        caller: &Caller,
        kind: Kind,
        extra: &[(&str, &str)],
        mut change: Tx,
    ) -> Result<u64, CommitError> {
        let mut entry = self.begin(self.now(), kind, caller, &self.active());
        entry.extra = extra
            .iter()
            .map(|(word, text)| ((*word).to_owned(), (*text).to_owned()))
            .collect();
        let bytes = entry
            .encode()
            .map_err(|_| CommitError::Store(StoreError::Statement("entry".to_owned())))?;
        let slot = change.append(bytes);
        Ok(self.store().commit(change).await?.entry(slot))
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

/// Why a vault did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenVaultError {
    /// No register was ever applied.
    #[error("the store holds no register yet: run shouxin init")]
    Empty,
    /// The store was founded with another keyring: nothing in it would open, and whatever were written
    /// now could never be read with the right one.
    #[error("these are not the keys that the data were founded with: name the right key folder")]
    ForeignKeys,
    /// A restore filled the store and was not finished: parts are missing or were not verified.
    #[error("a restore into this place was not finished: run shouxin restore again")]
    Restoring,
    /// The policies in force do not validate.
    #[error("the policies in force do not validate ({0} findings): {1}")]
    Policies(usize, String),
    /// What the store holds cannot be understood.
    #[error("stored {0} cannot be understood")]
    Corrupt(&'static str),
    /// A zone that lies apart cannot be used.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Refuses a store that was founded with other keys.
async fn belongs(store: &Store, keyring: &shouxin_seal::Keyring) -> Result<(), OpenVaultError> {
    let founded = store
        .query(
            "SELECT value FROM setting WHERE name = 'keyring'",
            params![],
        )
        .await?;
    let founded = founded
        .first()
        .map(|row| row.text(0))
        .transpose()?
        .ok_or(OpenVaultError::Empty)?;
    if founded != origin(keyring) {
        return Err(OpenVaultError::ForeignKeys);
    }
    Ok(())
}

/// The register and policies in force as they lie in the store.
struct Stored {
    register_version: u32,
    json: String,
    policy_version: u32,
    policies: String,
    notices: NoticeRows,
}

impl Stored {
    async fn newest(store: &Store) -> Result<Option<Self>, OpenVaultError> {
        // In one snapshot: a register and the policies that were applied with another do not fit.
        let newest = [
            "SELECT version, json FROM register_version ORDER BY version DESC LIMIT 1",
            "SELECT version, source FROM policy_version ORDER BY version DESC LIMIT 1",
        ];
        let queries = newest.into_iter().chain(NoticeRows::QUERIES);
        let queries = queries.map(|sql| Query {
            sql,
            params: params![],
        });
        let mut answers = store.query_all(queries.collect()).await?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let (registers, policies) = (next(), next());
        let notices = NoticeRows {
            publications: next(),
            scopes: next(),
            notices: next(),
        };
        let Some(register) = registers.first() else {
            return Ok(None);
        };
        let policies = policies
            .first()
            .ok_or(OpenVaultError::Corrupt("policies"))?;
        Ok(Some(Self {
            register_version: version(register.int(0)?)?,
            json: register.text(1)?.to_owned(),
            policy_version: version(policies.int(0)?)?,
            policies: policies.text(1)?.to_owned(),
            notices,
        }))
    }

    fn compile(&self) -> Result<Active, OpenVaultError> {
        let register: Register =
            serde_json::from_str(&self.json).map_err(|_| OpenVaultError::Corrupt("register"))?;
        let policies = Policies::compile(&register, &self.policies).map_err(|findings| {
            let first = findings
                .first()
                .map(|f| f.message.en.to_string())
                .unwrap_or_default();
            OpenVaultError::Policies(findings.len(), first)
        })?;
        Ok(Active {
            register: Arc::new(register),
            register_version: self.register_version,
            policies: Arc::new(policies),
            policy_version: self.policy_version,
            told: Arc::new(self.notices.told().map_err(OpenVaultError::Corrupt)?),
        })
    }
}

/// What was compiled before, so that a simulator that opens a vault ten thousand times does not
/// compile the same policies as often.
#[cfg(feature = "simulate")]
#[derive(Debug, Default)]
pub struct Compiled(std::sync::Mutex<Vec<(String, String, Arc<Active>)>>);

#[cfg(feature = "simulate")]
impl Compiled {
    fn of(&self, stored: &Stored) -> Result<Active, OpenVaultError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = known
            .iter()
            .find(|(json, policies, _)| *json == stored.json && *policies == stored.policies);
        let compiled = match same {
            Some((_, _, active)) => active.clone(),
            None => {
                let active = Arc::new(stored.compile()?);
                known.push((stored.json.clone(), stored.policies.clone(), active.clone()));
                active
            }
        };
        Ok(Active {
            register: compiled.register.clone(),
            register_version: stored.register_version,
            policies: compiled.policies.clone(),
            policy_version: stored.policy_version,
            told: Arc::new(stored.notices.told().map_err(OpenVaultError::Corrupt)?),
        })
    }
}

fn version(n: i64) -> Result<u32, OpenVaultError> {
    u32::try_from(n).map_err(|_| OpenVaultError::Corrupt("version"))
}
