//! Where zones apart lie: each with a database and a key folder of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use shouxin_store::{PostgresOptions, SqliteOptions, Store};
use shouxin_vault::keydir::{KeyDirError, KeyFolder, Phrase, RootKind, Unlock};
use shouxin_vault::{ApartZones, Keys, ZoneHome, ZoneTarget};

use crate::fault::Fault;
use crate::found::make_keys;
use crate::place::{Data, Place, is_within};
use crate::private;
use crate::screen::Screen;

/// What an operator may say about one zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ZoneWords {
    /// The directory of its database; `zones/<zone>` in the data directory if not named.
    pub(crate) data: Option<PathBuf>,
    /// A PostgreSQL database instead.
    pub(crate) postgres: Option<String>,
    /// Its key folder; `zones/<zone>` in the key folder if not named.
    pub(crate) keys: Option<PathBuf>,
    /// The file with the passphrase of its root; the deployment's if not named.
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// By the zone's name.
pub(crate) type ZonesWords = BTreeMap<String, ZoneWords>;

impl Place {
    /// The zones that must be opened: those of the register, and those that the settings name, whose keys
    /// and databases are made the first time. `founding` is given while a deployment is founded, with the
    /// passphrase of its keys, if they rest on one.
    pub(crate) async fn open_zones(
        &self,
        screen: &Screen,
        apart: ApartZones,
        founding: Option<Option<&str>>,
    ) -> Result<Vec<ZoneHome>, Fault> {
        let names: BTreeSet<&String> = apart.declared.iter().chain(self.zones.keys()).collect();
        let mut homes = Vec::with_capacity(names.len());
        for name in names {
            let (data, keys) = self.zone_place(name)?;
            // Keys of a zone that holds something are never made anew.
            if !keys.exists() && !apart.founded.contains(name) {
                make_keys(&keys, apart.suite, founding.flatten())?;
            }
            let keys = self.zone_keys(name, founding.flatten(), screen)?;
            let store = open(&data, None, self.stuck_after).await?;
            homes.push(ZoneHome {
                name: name.clone(),
                store,
                keys,
            });
        }
        Ok(homes)
    }

    /// The zones of a backup, each with its keys and the place it is put back to.
    pub(crate) fn zone_targets(
        &self,
        names: Vec<String>,
        screen: &Screen,
    ) -> Result<Vec<ZoneTarget>, Fault> {
        let target = |name: String| {
            let keys = self.zone_keys(&name, None, screen)?;
            let target = self.zone_place(&name)?.0.target()?;
            Ok(ZoneTarget { name, target, keys })
        };
        names.into_iter().map(target).collect()
    }

    /// The keys of the zones of a repository's backups, as far as they are here.
    pub(crate) fn keys_of_zones(
        &self,
        names: BTreeSet<String>,
        screen: &Screen,
    ) -> Result<BTreeMap<String, Keys>, Fault> {
        let keys = |name: String| Ok((name.clone(), self.zone_keys(&name, None, screen)?));
        names.into_iter().map(keys).collect()
    }

    /// Where a zone's database and keys lie.
    pub(crate) fn zone_place(&self, name: &str) -> Result<(Data, PathBuf), Fault> {
        let words = self.zones.get(name).cloned().unwrap_or_default();
        let data = self.zone_data(name, &words)?;
        let keys = words
            .keys
            .unwrap_or_else(|| self.keys.join("zones").join(name));
        if let Data::Directory(data) = &data
            && is_within(&keys, data)
        {
            let (keys, data) = (keys.display(), data.display());
            return Err(Fault::unable(
                format!("密钥域 {name} 的密钥目录 {keys} 在其数据目录 {data} 之内:二者须分开存放"),
                format!(
                    "the key folder {keys} of zone {name} lies within its data directory {data}: the two are kept apart"
                ),
            ));
        }
        Ok((data, keys))
    }

    fn zone_data(&self, name: &str, words: &ZoneWords) -> Result<Data, Fault> {
        match (&words.data, &words.postgres, &self.data) {
            (Some(_), Some(_), _) => Err(Fault::unable(
                format!("密钥域 {name} 的 data 与 postgres 只能设置一个"),
                format!("set data or postgres for zone {name}, not both"),
            )),
            (Some(data), None, _) => Ok(Data::Directory(data.clone())),
            (None, Some(url), Data::Postgres(main)) if url == main => Err(Fault::unable(
                format!("密钥域 {name} 须有自己的数据库,不能与主库相同"),
                format!("zone {name} needs a database of its own, not the main one"),
            )),
            (None, Some(url), _) => Ok(Data::Postgres(url.clone())),
            (None, None, Data::Directory(data)) => {
                Ok(Data::Directory(data.join("zones").join(name)))
            }
            (None, None, Data::Postgres(_)) => Err(Fault::unable(
                format!("密钥域 {name} 单独存放:请设置 zones.{name}.postgres(另一个数据库)"),
                format!("zone {name} lies apart: set zones.{name}.postgres, another database"),
            )),
        }
    }

    /// The keys of a zone, to be opened again as time goes by.
    fn zone_keys(&self, name: &str, phrase: Option<&str>, screen: &Screen) -> Result<Keys, Fault> {
        let (_, path) = self.zone_place(name)?;
        let file = self
            .zones
            .get(name)
            .and_then(|words| words.passphrase_file.clone());
        let file = file.or_else(|| self.passphrase_file.clone());
        let mut unlock = Unlock {
            passphrase: phrase.map(Phrase::typed).or(file.map(Phrase::File)),
            token: self.token.clone(),
        };
        match KeyFolder::new(&path, unlock.clone()).root_kind() {
            Ok(RootKind::Passphrase) if unlock.passphrase.is_none() => {
                unlock.passphrase = Some(Phrase::typed(&self.passphrase(None, screen)?));
            }
            Err(KeyDirError::Io { path, source })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                let path = path.display();
                return Err(Fault::unable(
                    format!(
                        "没有密钥域 {name} 的密钥文件 {path}:请从备份取回,或用 zones.{name}.keys 指明"
                    ),
                    format!(
                        "there is no key file {path} of zone {name}: bring it back from a backup, or name it with zones.{name}.keys"
                    ),
                ));
            }
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        Ok(Keys::open(KeyFolder::new(path, unlock))?)
    }
}

/// Opens a database, making a directory that is not there yet.
pub(crate) async fn open(
    data: &Data,
    connections: Option<usize>,
    stuck_after: Option<Duration>,
) -> Result<Store, Fault> {
    let store = match data {
        Data::Directory(data) => {
            private::folder(data)?;
            let usual = SqliteOptions::default();
            let options = SqliteOptions {
                readers: connections.unwrap_or(usual.readers),
                stuck_after: stuck_after.unwrap_or(usual.stuck_after),
            };
            Store::open_sqlite(data, options).await
        }
        Data::Postgres(url) => {
            let usual = PostgresOptions::default();
            let options = PostgresOptions {
                connections: connections.unwrap_or(usual.connections),
                stuck_after: stuck_after.unwrap_or(usual.stuck_after),
            };
            Store::open_postgres(url, options).await
        }
    };
    store.map_err(Fault::from)
}
