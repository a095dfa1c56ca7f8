//! What an operator sets: a TOML file, then the environment, then the command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};
use shouxin_server::Settings;
use shouxin_server::serve::Listen;
use shouxin_vault::keydir::{Phrase, TokenAccess};

use crate::fault::Fault;
use crate::place::{Place, Words};
use crate::zones::ZonesWords;

/// Everything that can be set. Each is told of in `docs/ops/` by what breaks when it is wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The data directory.
    pub(crate) data: Option<PathBuf>,
    /// A PostgreSQL database instead, shared by several nodes.
    pub(crate) postgres: Option<String>,
    /// The key folder, apart from the data.
    pub(crate) keys: Option<PathBuf>,
    /// The file with the last signed checkpoint, outside the data directory.
    pub(crate) witness: Option<PathBuf>,
    /// The file with the passphrase that the root rests on, mode 0600.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Zones that lie apart, by name.
    pub(crate) zones: ZonesWords,
    /// The PKCS#11 token that the root rests on.
    pub(crate) pkcs11: Option<Pkcs11>,
    /// Reader threads (SQLite) or connections (PostgreSQL).
    pub(crate) connections: Option<usize>,
    /// How long a commit may take before it counts as stuck, in seconds.
    pub(crate) stuck_after_seconds: Option<u32>,
    /// Where and how to listen.
    pub(crate) listen: Listen,
    /// What goes into the log.
    pub(crate) log: Log,
    /// Sessions, passwords, rates, proxies.
    pub(crate) server: Settings,
}

/// How a PKCS#11 token is reached.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pkcs11 {
    /// The module: a shared library.
    pub(crate) module: PathBuf,
    /// The PIN; better in a file.
    pub(crate) pin: Option<String>,
    /// The file with the PIN, mode 0600.
    pub(crate) pin_file: Option<PathBuf>,
}

/// Leaves out the PIN.
impl std::fmt::Debug for Pkcs11 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pkcs11")
            .field("module", &self.module)
            .finish_non_exhaustive()
    }
}

impl Pkcs11 {
    fn access(&self) -> Result<TokenAccess, Fault> {
        let pin = match (&self.pin, &self.pin_file) {
            (Some(pin), None) => Phrase::typed(pin),
            (None, Some(file)) => Phrase::File(file.clone()),
            _ => {
                return Err(Fault::unable(
                    "请用 pkcs11.pin_file(SHOUXIN_PKCS11__PIN_FILE)或 pkcs11.pin 之一给出令牌的 PIN",
                    "give the token's PIN with either pkcs11.pin_file (SHOUXIN_PKCS11__PIN_FILE) or pkcs11.pin",
                ));
            }
        };
        Ok(TokenAccess {
            module: self.module.clone(),
            pin,
        })
    }
}

/// The token that the environment names, for commands that read no settings file.
pub(crate) fn token_of_environment() -> Result<Option<TokenAccess>, Fault> {
    #[derive(Deserialize)]
    struct Named {
        pkcs11: Option<Pkcs11>,
    }
    let environment = Env::prefixed("SHOUXIN_")
        .filter(|name| name.as_str().to_ascii_lowercase().starts_with("pkcs11__"))
        .split("__");
    let named: Named = Figment::from(environment)
        .extract()
        .map_err(|error| unfit(&error))?;
    named.pkcs11.as_ref().map(Pkcs11::access).transpose()
}

/// What goes into the log, which is standard error.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// Which lines, as `tracing` filters: `info`, `shouxin_server=debug,warn`.
    pub(crate) filter: String,
    /// Lines of JSON instead of text.
    pub(crate) json: bool,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info,tokio_postgres=warn".to_owned(),
            json: false,
        }
    }
}

/// What the command line says; it counts before file and environment.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) postgres: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) keys: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen: Option<Address>,
}

/// The part of `listen` that the command line can say.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Address {
    pub(crate) address: SocketAddr,
}

impl Config {
    /// Reads the file, if one is named; then `SHOUXIN_…`, with `__` between the parts of a name; then the
    /// command line.
    pub(crate) fn read(file: Option<&Path>, said: Said) -> Result<Self, Fault> {
        let mut figment = Figment::new();
        if let Some(file) = file {
            // Figment takes a file that is not there for an empty one.
            std::fs::metadata(file).map_err(|error| Fault::file(file, &error))?;
            figment = figment.merge(Toml::file_exact(file));
        }
        // Those of other commands and of the tests are no settings of a server.
        let is_setting = |name: &figment::value::UncasedStr| {
            !["home", "url", "api_key_file"]
                .iter()
                .any(|other| name == *other)
                && !name.as_str().to_ascii_lowercase().starts_with("test_")
        };
        let environment = Env::prefixed("SHOUXIN_").filter(is_setting).split("__");
        // One place of the data is enough: what the command line says replaces the other kind as well.
        let (own_data, own_postgres) = (said.data.is_some(), said.postgres.is_some());
        let figment = figment.merge(environment).merge(Serialized::defaults(said));
        let mut config: Self = figment.extract().map_err(|error| unfit(&error))?;
        if own_data {
            config.postgres = None;
        }
        if own_postgres {
            config.data = None;
        }
        Ok(config)
    }

    /// Where the deployment lies.
    pub(crate) fn place(&self) -> Result<Place, Fault> {
        let mut place = Place::new(Words {
            data: self.data.clone(),
            postgres: self.postgres.clone(),
            keys: self.keys.clone(),
            witness: self.witness.clone(),
            passphrase_file: self.passphrase_file.clone(),
            zones: self.zones.clone(),
            token: self.pkcs11.as_ref().map(Pkcs11::access).transpose()?,
        })?;
        // At least one: whoever writes 0 does not mean that every commit is stuck.
        let seconds = self.stuck_after_seconds.map(|seconds| seconds.max(1));
        place.stuck_after = seconds.map(|seconds| Duration::from_secs(seconds.into()));
        Ok(place)
    }
}

fn unfit(error: &figment::Error) -> Fault {
    // Only what and where: a value may be a password in a database's address.
    let key = error.path.join(".");
    let source = error
        .metadata
        .as_ref()
        .map(|metadata| metadata.name.to_string())
        .unwrap_or_default();
    let (zh, en) = match &error.kind {
        figment::error::Kind::UnknownField(name, known) => {
            let known = known.join(", ");
            (
                format!("没有设置项 {name}(只有 {known})"),
                format!("there is no setting {name} (only {known})"),
            )
        }
        figment::error::Kind::InvalidType(_, wanted)
        | figment::error::Kind::InvalidValue(_, wanted) => {
            (format!("应为 {wanted}"), format!("{wanted} is needed"))
        }
        figment::error::Kind::MissingField(name) => {
            (format!("缺少 {name}"), format!("{name} is missing"))
        }
        _ => ("值不可用".to_owned(), "the value cannot be used".to_owned()),
    };
    Fault::unable(
        format!("设置 {key}({source}):{zh}"),
        format!("setting {key} ({source}): {en}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use shouxin_model::text::Language;

    fn read(text: &str, said: Said) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shouxin.toml");
        std::fs::write(&file, text).unwrap();
        Config::read(Some(&file), said).map_err(|fault| fault.text(Language::English).to_owned())
    }

    #[test]
    fn the_command_line_counts_before_the_file() {
        let text = "data = \"/srv/a\"\nkeys = \"/srv/k\"\n[listen]\naddress = \"127.0.0.1:9000\"\n";
        let config = read(
            text,
            Said {
                data: Some("/srv/b".into()),
                ..Said::default()
            },
        )
        .unwrap();
        assert_eq!(config.data.unwrap(), PathBuf::from("/srv/b"));
        assert_eq!(config.keys.unwrap(), PathBuf::from("/srv/k"));
        assert_eq!(config.listen.address.port(), 9000);
    }

    #[test]
    fn a_misspelt_setting_is_named_and_a_wrong_one_not_repeated() {
        let message = read("lisen = 1\n", Said::default()).unwrap_err();
        assert!(message.contains("there is no setting lisen"), "{message}");
        let message = read("connections = \"hunter2\"\n", Said::default()).unwrap_err();
        assert!(
            message.contains("connections") && !message.contains("hunter2"),
            "{message}"
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_no_empty_one() {
        assert!(Config::read(Some(Path::new("/nowhere/shouxin.toml")), Said::default()).is_err());
    }
}
