//! Where a deployment lies: its data, its keys, its witness.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use shouxin_store::Store;
use shouxin_vault::keydir::{KeyDirError, KeyFolder, Phrase, RootKind, TokenAccess, Unlock};
use shouxin_vault::world::Machine;
use shouxin_vault::{Keys, Target, Tombstones, Vault, Witness};

use crate::config::token_of_environment;
use crate::fault::Fault;
use crate::private;
use crate::prompt;
use crate::screen::Screen;
use crate::zones::{self, ZonesWords};

/// Where a deployment lies.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The data: a directory, or a database shared by several nodes.
    pub(crate) data: Data,
    /// The key folder, apart from the data.
    pub(crate) keys: PathBuf,
    /// The last signed checkpoint, outside the data directory.
    pub(crate) witness: PathBuf,
    /// The file with the passphrase, if the root rests on one.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// What is said of zones apart.
    pub(crate) zones: ZonesWords,
    /// The token that the root rests on.
    pub(crate) token: Option<TokenAccess>,
    /// How long a commit may take before it counts as stuck, if a server's settings say so.
    pub(crate) stuck_after: Option<Duration>,
}

/// Where the data lie.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// An embedded store in this directory.
    Directory(PathBuf),
    /// A PostgreSQL database.
    Postgres(String),
}

impl Data {
    /// As a place to restore to; a directory is made if it is not there yet.
    pub(crate) fn target(&self) -> Result<Target, Fault> {
        Ok(match self {
            Self::Directory(data) => {
                private::folder(data)?;
                Target::Directory(data.clone())
            }
            Self::Postgres(url) => Target::Postgres(url.clone()),
        })
    }
}

/// What an operator may say about a place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) data: Option<PathBuf>,
    pub(crate) postgres: Option<String>,
    pub(crate) keys: Option<PathBuf>,
    pub(crate) witness: Option<PathBuf>,
    pub(crate) passphrase_file: Option<PathBuf>,
    pub(crate) zones: ZonesWords,
    /// The token that the root rests on.
    pub(crate) token: Option<TokenAccess>,
}

impl Place {
    /// The place of these words. Keys default to `<data>-keys` beside the data directory, the witness to
    /// `witness` in the key folder.
    pub(crate) fn new(words: Words) -> Result<Self, Fault> {
        let data = match (words.data, words.postgres) {
            (Some(data), None) => Data::Directory(data),
            (None, Some(url)) => Data::Postgres(url),
            (Some(_), Some(_)) => {
                return Err(Fault::unable(
                    "--data 与 --postgres 只能给出一个",
                    "give --data or --postgres, not both",
                ));
            }
            (None, None) => {
                return Err(Fault::unable(
                    "请用 --data 给出数据目录,或用 --postgres 给出数据库",
                    "name the data directory with --data, or the database with --postgres",
                ));
            }
        };
        let keys = match (words.keys, &data) {
            (Some(keys), _) => keys,
            (None, Data::Directory(data)) => beside(data)?,
            (None, Data::Postgres(_)) => {
                return Err(Fault::unable(
                    "使用 --postgres 时请用 --keys 给出密钥目录",
                    "with --postgres, name the key folder with --keys",
                ));
            }
        };
        if let Data::Directory(data) = &data
            && is_within(&keys, data)
        {
            let (keys, data) = (keys.display(), data.display());
            return Err(Fault::unable(
                format!(
                    "密钥目录 {keys} 在数据目录 {data} 之内:二者须分开存放与备份,请用 --keys 另选"
                ),
                format!(
                    "the key folder {keys} lies within the data directory {data}: the two are kept and backed up apart; choose another with --keys"
                ),
            ));
        }
        let witness = words.witness.unwrap_or_else(|| keys.join("witness"));
        Ok(Self {
            data,
            keys,
            witness,
            passphrase_file: words.passphrase_file,
            zones: words.zones,
            token: match words.token {
                Some(token) => Some(token),
                None => token_of_environment()?,
            },
            stuck_after: None,
        })
    }

    /// The witness that an older data directory cannot fool.
    pub(crate) fn witness(&self) -> Witness {
        Witness::at(&self.witness)
    }

    /// Who was erased, apart from the data.
    pub(crate) fn tombstones(&self) -> Tombstones {
        Tombstones::at(self.keys.join("tombstones"))
    }

    /// Opens the store, making a data directory that is not there yet.
    pub(crate) async fn open_store(&self, connections: Option<usize>) -> Result<Store, Fault> {
        zones::open(&self.data, connections, self.stuck_after).await
    }

    /// The key folder with what its root opens by; asks for the passphrase if the root rests on one.
    pub(crate) fn key_folder(&self, screen: &Screen) -> Result<KeyFolder, Fault> {
        let unlock = Unlock {
            passphrase: self.passphrase_file.clone().map(Phrase::File),
            token: self.token.clone(),
        };
        let folder = KeyFolder::new(&self.keys, unlock.clone());
        match folder.root_kind() {
            Ok(RootKind::Passphrase) if unlock.passphrase.is_none() => {
                let passphrase = Some(Phrase::typed(&self.passphrase(None, screen)?));
                let unlock = Unlock {
                    passphrase,
                    ..unlock
                };
                Ok(KeyFolder::new(&self.keys, unlock))
            }
            Err(KeyDirError::Io { path, source })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                let path = path.display();
                Err(Fault::unable(
                    format!(
                        "没有密钥文件 {path}。首次使用请运行 shouxin init;密钥在别处时请用 --keys 指明"
                    ),
                    format!(
                        "there is no key file {path}. Run shouxin init first; if the keys lie elsewhere, name them with --keys"
                    ),
                ))
            }
            Err(error) => Err(error.into()),
            Ok(_) => Ok(folder),
        }
    }

    /// Opens the keyring, to be opened again as time goes by.
    pub(crate) fn open_keys(&self, screen: &Screen) -> Result<Keys, Fault> {
        Ok(Keys::open(self.key_folder(screen)?)?)
    }

    pub(crate) fn passphrase(&self, file: Option<&Path>, screen: &Screen) -> Result<String, Fault> {
        if let Some(path) = file {
            let text = private::read(path)?.ok_or_else(|| {
                Fault::file(path, &std::io::Error::from(std::io::ErrorKind::NotFound))
            })?;
            return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
        }
        if !std::io::stdin().is_terminal() {
            return Err(KeyDirError::NeedsPassphrase.into());
        }
        prompt::password(screen.pick("密钥口令:", "Passphrase of the keys: "))
    }

    /// Opens the vault over what is there.
    pub(crate) async fn open_vault(
        &self,
        screen: &Screen,
        connections: Option<usize>,
    ) -> Result<Vault, Fault> {
        if let Data::Directory(data) = &self.data
            && !data.is_dir()
        {
            let data = data.display();
            return Err(Fault::unable(
                format!("没有数据目录 {data}。请运行 shouxin init --data {data}"),
                format!("there is no data directory {data}. Run: shouxin init --data {data}"),
            ));
        }
        let keys = self.open_keys(screen)?;
        let store = self.open_store(connections).await?;
        let Some(apart) = Vault::apart_in(&store).await? else {
            return Err(Fault::unable(
                "存储中还没有登记册。请运行 shouxin init",
                "the store holds no register yet. Run: shouxin init",
            ));
        };
        let homes = self.open_zones(screen, apart, None).await?;
        let vault = Vault::open_with(store, keys, Arc::new(Machine), homes).await?;
        self.settled(vault).await
    }

    /// The vault, once whoever older data have brought back is erased again. Data that are older than the
    /// witness are left as they are: nothing is written to them before somebody accepts them.
    pub(crate) async fn settled(&self, vault: Vault) -> Result<Vault, Fault> {
        if vault.face(&self.witness()).await.is_ok() {
            vault.keep_tombstones(self.tombstones()).await?;
        }
        Ok(vault)
    }
}

/// `<data>-keys` beside the data directory.
fn beside(data: &Path) -> Result<PathBuf, Fault> {
    let absolute = std::path::absolute(data).map_err(|error| Fault::file(data, &error))?;
    match absolute.file_name() {
        Some(name) => {
            let mut keys = name.to_owned();
            keys.push("-keys");
            Ok(absolute.with_file_name(keys))
        }
        None => Err(Fault::unable(
            "数据目录不能是根目录",
            "the data directory cannot be the root",
        )),
    }
}

pub(crate) fn is_within(inner: &Path, outer: &Path) -> bool {
    // Where links lead counts, as far as the paths exist.
    let real = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        absolute
            .ancestors()
            .find_map(|known| {
                let rest = absolute.strip_prefix(known).ok()?;
                Some(known.canonicalize().ok()?.join(rest))
            })
            .unwrap_or(absolute)
    };
    real(inner).starts_with(real(outer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shouxin_model::text::Language;

    fn check(data: &str, keys: Option<&str>) -> Result<String, String> {
        let words = Words {
            data: Some(data.into()),
            keys: keys.map(PathBuf::from),
            ..Words::default()
        };
        Place::new(words)
            .map(|place| place.keys.display().to_string())
            .map_err(|fault| fault.text(Language::English).to_owned())
    }

    #[test]
    fn keys_lie_beside_the_data_and_never_within() {
        assert_eq!(
            check("/srv/shouxin/data", None).unwrap(),
            "/srv/shouxin/data-keys"
        );
        assert_eq!(
            check("/srv/shouxin/data", Some("/etc/keys")).unwrap(),
            "/etc/keys"
        );
        for within in ["/srv/shouxin/data", "/srv/shouxin/data/keys"] {
            assert!(
                check("/srv/shouxin/data", Some(within))
                    .unwrap_err()
                    .contains("kept and backed up apart")
            );
        }
    }

    #[test]
    fn a_link_into_the_data_is_within() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        std::os::unix::fs::symlink(&data, folder.path().join("keys")).unwrap();
        let (data, keys) = (
            data.display().to_string(),
            folder.path().join("keys").display().to_string(),
        );
        assert!(check(&data, Some(&keys)).is_err());
    }
}
