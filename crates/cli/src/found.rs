//! Founding a deployment: keys, store, first register. Killed at any moment, it can be run again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shouxin_model::{Register, Suite};
use shouxin_vault::keydir::{self, KeyFolder, Phrase, Unlock};
use shouxin_vault::world::Machine;
use shouxin_vault::{ApartZones, ApplyError, Keys, NoticeError, Vault, VaultError};

use crate::fault::Fault;
use crate::place::Place;
use crate::screen::Screen;

/// What a deployment begins with.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    /// The register's text.
    pub(crate) register: String,
    /// The policies' text.
    pub(crate) policies: String,
    /// What people are told from the first day on, as texts.
    pub(crate) notices: &'static [&'static str],
    /// What the root rests on, if not on its file alone.
    pub(crate) passphrase: Option<String>,
}

impl Beginning {
    /// That of a profile.
    pub(crate) fn of_profile(name: &str) -> Result<Self, Fault> {
        let profile = shouxin_register::profile(name).ok_or_else(|| {
            let known: Vec<&str> = shouxin_register::PROFILES
                .iter()
                .map(|profile| profile.name)
                .collect();
            let known = known.join(", ");
            Fault::unable(
                format!("没有方案 {name},只有 {known}"),
                format!("there is no profile {name}, only {known}"),
            )
        })?;
        Ok(Self {
            register: profile.register_toml.to_owned(),
            policies: profile.policies.to_owned(),
            notices: profile.notices,
            passphrase: None,
        })
    }

    /// The same under this suite: the register's own line says which.
    pub(crate) fn with_suite(mut self, suite: Suite) -> Self {
        let word = match suite {
            Suite::International => "international",
            Suite::National => "national",
        };
        let line = format!("suite = \"{word}\"");
        // `suite` is a key of the whole register: it stands before the first table or not at all.
        let is_suite = |text: &str| {
            text.split('=')
                .next()
                .is_some_and(|key| key.trim() == "suite")
        };
        let before_tables = self
            .register
            .lines()
            .take_while(|text| !text.trim_start().starts_with('['));
        self.register = match before_tables.enumerate().find(|(_, text)| is_suite(text)) {
            Some((at, _)) => {
                let lines = self.register.lines().enumerate();
                let lines: Vec<&str> = lines
                    .map(|(number, text)| if number == at { &line } else { text })
                    .collect();
                lines.join("\n") + "\n"
            }
            None => format!("{line}\n{}", self.register),
        };
        self
    }

    /// The register.
    fn parsed(&self) -> Result<Register, Fault> {
        shouxin_register::parse("register.toml", &self.register)
            .map_err(|findings| ApplyError::Register(findings).into())
    }
}

/// Opens what is there, or founds it. Says whether it was founded now.
pub(crate) async fn found_or_open(
    place: &Place,
    beginning: &Beginning,
    screen: &Screen,
) -> Result<(Vault, bool), Fault> {
    let register = beginning.parsed()?;
    let phrase = beginning.passphrase.as_deref();
    if !place.keys.exists() {
        make_keys(&place.keys, register.suite, phrase)?;
    }
    let keys = match &beginning.passphrase {
        Some(phrase) => {
            let unlock = Unlock {
                passphrase: Some(Phrase::typed(phrase)),
                token: None,
            };
            Keys::open(KeyFolder::new(&place.keys, unlock))?
        }
        None => place.open_keys(screen)?,
    };
    let store = place.open_store(None).await?;
    if let Some(apart) = Vault::apart_in(&store).await? {
        let homes = place.open_zones(screen, apart, Some(phrase)).await?;
        let vault = Vault::open_with(store, keys, Arc::new(Machine), homes).await?;
        publish(&vault, beginning).await?;
        return Ok((place.settled(vault).await?, false));
    }
    let apart = ApartZones::of(&register);
    let homes = place.open_zones(screen, apart, Some(phrase)).await?;
    let founded = Vault::found_with(
        store,
        keys,
        Arc::new(Machine),
        &beginning.register,
        &beginning.policies,
        homes,
    )
    .await;
    let vault = founded.map_err(Fault::from)?;
    publish(&vault, beginning).await?;
    vault.sign_checkpoint(Some(&place.witness())).await?;
    Ok((place.settled(vault).await?, true))
}

/// Publishes the notices that a deployment begins with, unless it holds somebody's data already: whoever runs
/// it then decides what people are told.
async fn publish(vault: &Vault, beginning: &Beginning) -> Result<(), Fault> {
    if beginning.notices.is_empty() || !vault.notices_in_force().is_empty() {
        return Ok(());
    }
    match vault.found_notices(beginning.notices).await {
        Ok(_) | Err(NoticeError::Vault(VaultError::Busy)) => Ok(()),
        Err(error) => Err(Fault::because(
            "告知文本无法发布",
            "the notices could not be published",
            &error,
        )),
    }
}

/// Makes the key folder: whole under its name, or not at all.
pub(crate) fn make_keys(keys: &Path, suite: Suite, passphrase: Option<&str>) -> Result<(), Fault> {
    let unfinished = unfinished(keys);
    let failed = |error: std::io::Error| Fault::file(&unfinished, &error);
    match fs::remove_dir_all(&unfinished) {
        // Keys that nothing was sealed with yet.
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let parent = keys
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| Fault::file(parent, &error))?;
    keydir::create(&unfinished, suite, passphrase, &Machine)?;
    fs::rename(&unfinished, keys).map_err(failed)?;
    fs::File::open(parent)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| Fault::file(parent, &error))
}

fn unfinished(keys: &Path) -> PathBuf {
    let mut name = keys.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    keys.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Words;
    use crate::screen::Lang;

    #[tokio::test]
    async fn a_founding_killed_before_its_notices_publishes_them_when_it_is_run_again() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(Words {
            data: Some(folder.path().join("data")),
            ..Words::default()
        });
        let (place, screen) = (place.unwrap(), Screen::new(Some(Lang::En), false));
        let whole = Beginning::of_profile("express").unwrap();
        let killed = Beginning {
            notices: &[],
            ..whole.clone()
        };
        for (beginning, founded_now, in_force) in
            [(&killed, true, 0), (&whole, false, 3), (&whole, false, 3)]
        {
            let (vault, founded) = found_or_open(&place, beginning, &screen).await.unwrap();
            assert_eq!(founded, founded_now);
            assert_eq!(vault.notices_in_force().len(), in_force);
            vault.close().await;
        }
    }

    #[test]
    fn the_suite_is_written_into_the_register() {
        for profile in shouxin_register::PROFILES {
            for suite in [Suite::National, Suite::International] {
                let beginning = Beginning::of_profile(profile.name)
                    .unwrap()
                    .with_suite(suite);
                assert_eq!(beginning.parsed().unwrap().suite, suite);
            }
        }
        let text = "a = 1\n[x]\nsuite = \"international\"\n";
        let bare = Beginning {
            register: text.into(),
            policies: String::new(),
            notices: &[],
            passphrase: None,
        };
        assert_eq!(
            bare.with_suite(Suite::National).register,
            format!("suite = \"national\"\n{text}")
        );
    }
}
