//! Taking zones into a vault: each belongs to one deployment, and stands where the main database says.

use std::collections::BTreeSet;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, Moment, Register, Suite};
use shouxin_seal::{Keyring, Link};
use shouxin_store::{CommitError, Store, StoreError, Tx, params};
use tokio::sync::Mutex;

use super::{Zone, ZoneHome, Zones};
use crate::checkpoints::origin;
use crate::keys::{Held, setting};
use crate::{OpenVaultError, Vault, VaultError};

/// Why a zone cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    /// The register declares a zone apart, and none such was given.
    #[error("zone {0} lies apart and is not here: name its database and keys")]
    Missing(String),
    /// The zone's database was founded with other keys: nothing in it would open.
    #[error("cannot unseal zone {0}: these are not the keys that its database was founded with")]
    ForeignKeys(String),
    /// The database is another zone's, or another deployment's.
    #[error("the database of zone {0} belongs to another zone or deployment")]
    Foreign(String),
    /// The database holds nothing of what this deployment put into the zone.
    #[error("the database of zone {0} is empty, and should not be: bring it back from a backup")]
    Lost(String),
    /// A restore into the zone's database was not finished.
    #[error("a restore into the database of zone {0} was not finished: run shouxin restore again")]
    Restoring(String),
    /// The zone's database and the main one are of different moments.
    #[error(
        "the database of zone {0} is of another moment than the main one: restore both from one backup"
    )]
    OutOfStep(String),
    /// A database failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Which zones a deployment's databases tell of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApartZones {
    /// Those that the register declares apart.
    pub declared: BTreeSet<String>,
    /// Those that were ever put to use: their keys exist and must never be made anew.
    pub founded: BTreeSet<String>,
    /// The register's suite, for keys of a zone that has none yet.
    pub suite: Suite,
}

impl ApartZones {
    /// Those of a register that is not in force anywhere yet.
    pub fn of(register: &Register) -> Self {
        let apart = register.zones.iter().filter(|zone| zone.apart);
        Self {
            declared: apart.map(|zone| zone.name.clone()).collect(),
            founded: BTreeSet::new(),
            suite: register.suite,
        }
    }
}

impl Vault {
    /// Which zones must be at hand to open the vault over this store; `None` if it holds no register yet.
    ///
    /// # Errors
    /// The store could not be read, or what it holds cannot be understood; `Restoring` if a restore into it
    /// was not finished, so that no zone is put to use for it.
    pub async fn apart_in(store: &Store) -> Result<Option<ApartZones>, OpenVaultError> {
        let restoring = "SELECT 1 FROM setting WHERE name = 'restoring'";
        if !store.query(restoring, params![]).await?.is_empty() {
            return Err(OpenVaultError::Restoring);
        }
        let sql = "SELECT json FROM register_version ORDER BY version DESC LIMIT 1";
        let rows = store.query(sql, params![]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let register: Register =
            serde_json::from_str(row.text(0)?).map_err(|_| OpenVaultError::Corrupt("register"))?;
        let sql = "SELECT zone FROM zone_head ORDER BY zone";
        let founded = store.query(sql, params![]).await?;
        let founded = founded.iter().map(|row| Ok(row.text(0)?.to_owned()));
        Ok(Some(ApartZones {
            founded: founded.collect::<Result<_, StoreError>>()?,
            ..ApartZones::of(&register)
        }))
    }
}

impl Zones {
    /// The zones of these homes. Those that `register` declares apart must be among them.
    pub(crate) async fn open(
        main: &Keyring,
        homes: Vec<ZoneHome>,
        register: &Register,
        now: Moment,
    ) -> Result<Self, ZoneError> {
        let mut zones = Self::default();
        for home in homes {
            let zone = open(main, home, now).await?;
            zones.0.insert(zone.name.clone(), zone);
        }
        let mut apart = register.zones.iter().filter(|zone| zone.apart);
        match apart.find(|zone| !zones.0.contains_key(&zone.name)) {
            Some(missing) => Err(ZoneError::Missing(missing.name.clone())),
            None => Ok(zones),
        }
    }
}

/// Claims the zone's database for this zone, deployment and keyring, or finds it so claimed.
async fn open(main: &Keyring, home: ZoneHome, now: Moment) -> Result<Zone, ZoneError> {
    let ZoneHome { name, store, keys } = home;
    let keyring = keys.keyring();
    let failed = |error| ZoneError::Vault(VaultError::from(error));
    let suite = match keyring.epochs().next().map(|epoch| epoch.suite) {
        Some(Suite::National) => "national",
        Some(Suite::International) | None => "international",
    };
    let claims = [
        ("zone", name.clone()),
        ("zone-deployment", origin(main)),
        ("zone-keyring", origin(keyring)),
        ("zone-link", suite.to_owned()),
    ];
    let mut tx = Tx::new();
    for (setting, value) in &claims {
        tx.run(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            params![*setting, value],
        );
    }
    tx.run(
        "INSERT INTO zone_applied (zone, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING",
        params![&name],
    );
    let sql = "SELECT name, value FROM setting";
    let mut settings = store.query(sql, params![]).await.map_err(failed)?;
    if settings.is_empty() {
        store.commit(tx).await.map_err(VaultError::from)?;
        settings = store.query(sql, params![]).await.map_err(failed)?;
    }
    let claimed = |setting: &str| {
        settings
            .iter()
            .find(|row| row.text(0).is_ok_and(|name| name == setting))
            .and_then(|row| row.text(1).ok())
    };
    if claimed("zone") != Some(&name) || claimed("zone-deployment") != Some(&claims[1].1) {
        return Err(ZoneError::Foreign(name));
    }
    if claimed("zone-keyring") != Some(&claims[2].1) {
        return Err(ZoneError::ForeignKeys(name));
    }
    let suite = match claimed("zone-link") {
        Some("national") => Suite::National,
        _ => Suite::International,
    };
    let link = Link::of(keyring, suite);
    Ok(Zone {
        name,
        store,
        keys: Held::new(keys, now),
        link,
        turn: Mutex::new(()),
    })
}

impl Vault {
    /// Writes down in the main database which zones lie apart, the first time; then brings each up to
    /// date.
    pub(crate) async fn bind_zones(&self) -> Result<(), ZoneError> {
        for zone in self.apart().0.values() {
            let setting = format!("zone {}", zone.name);
            let sql = "SELECT value FROM setting WHERE name = $1";
            let known = self.store().query(sql, params![&setting]).await;
            let known = known.map_err(VaultError::from)?;
            let applied = zone.applied().await?;
            match known.first() {
                Some(row)
                    if row.text(0).map_err(VaultError::from)? == origin(&*zone.keys.lasting()) => {}
                Some(_) => return Err(ZoneError::ForeignKeys(zone.name.clone())),
                None if applied > 0 => return Err(ZoneError::Foreign(zone.name.clone())),
                None => self.found_zone(zone, setting).await?,
            }
            self.note_epoch(zone).await?;
            let turn = zone.turn.lock().await;
            let settled = zone.settle(self.store()).await;
            drop(turn);
            match settled {
                Ok(_) => {}
                Err(VaultError::Corrupt("zone")) if applied == 0 => {
                    return Err(ZoneError::Lost(zone.name.clone()));
                }
                Err(VaultError::Corrupt("zone") | VaultError::Busy) => {
                    return Err(ZoneError::OutOfStep(zone.name.clone()));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Writes down in which epoch the zone's subject keys are wrapped, the first time.
    async fn note_epoch(&self, zone: &Zone) -> Result<(), ZoneError> {
        let name = setting("epoch", Some(&zone.name));
        let sql = "SELECT 1 FROM setting WHERE name = $1";
        let known = self.store().query(sql, params![&name]).await;
        if !known.map_err(VaultError::from)?.is_empty() {
            return Ok(());
        }
        let epoch = zone.keys.keyring(self.now())?.current_epoch();
        let mut tx = Tx::new();
        tx.run(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            params![name, epoch.to_string()],
        );
        self.store().commit(tx).await.map_err(VaultError::from)?;
        Ok(())
    }

    async fn found_zone(&self, zone: &Zone, setting: String) -> Result<(), ZoneError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            params![setting, origin(&*zone.keys.lasting())],
        );
        tx.run_exactly(
            1,
            "INSERT INTO zone_head (zone, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING",
            params![&zone.name],
        );
        let extra = [("did", "zone-founded"), ("zone", zone.name.as_str())];
        match self
            .record(&Caller::operator(), Kind::System, &extra, tx)
            .await
        {
            // Another node was faster.
            Ok(_) | Err(CommitError::Conflict { .. }) => Ok(()),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }
}
