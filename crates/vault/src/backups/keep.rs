//! Which backups stay, what there is, and whether it is whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use shouxin_seal::LastingKeys;

use super::manifest::{Manifest, ZonePart};
use super::ranges::range_rows;
use super::repository::Chunks;
use super::take::summary;
use super::{BackupError, BackupSummary, Repository};
use crate::checkpoints::origin;
use crate::{Keys, Vault, VaultError};

/// How many backups stay. One stays if any of these keeps it; the newest always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keep {
    /// The newest ones.
    pub last: u32,
    /// The newest of each of so many days, by the calendar of China.
    pub daily: u32,
    /// The newest of each of so many weeks.
    pub weekly: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            last: 7,
            daily: 14,
            weekly: 8,
        }
    }
}

/// What was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruned {
    /// Backups.
    pub backups: Vec<u64>,
    /// Chunks that no other backup names.
    pub chunks: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Keep {
    /// Which of these stay; they come oldest first.
    fn stays(&self, backups: &[(u64, Moment)]) -> BTreeSet<u64> {
        let mut stays = BTreeSet::new();
        let newest: Vec<_> = backups.iter().rev().collect();
        let last = newest.iter().take(self.last.max(1) as usize);
        stays.extend(last.map(|(number, _)| *number));
        let mut by = |count: u32, period: fn(Moment) -> i64| {
            // Of each period the newest, which comes first.
            let mut first = BTreeMap::new();
            for (number, at) in &newest {
                first.entry(period(*at)).or_insert(*number);
            }
            stays.extend(first.into_values().rev().take(count as usize));
        };
        by(self.daily, |at| at.china_day());
        by(self.weekly, |at| (at.china_day() + 3).div_euclid(7));
        stays
    }
}

impl Repository {
    /// The backups there are, oldest first, each with its signature verified.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn list(&self, keys: &impl AsRef<LastingKeys>) -> Result<Vec<BackupSummary>, BackupError> {
        let keys = keys.as_ref();
        let _lock = self.read(&origin(keys))?;
        let numbers = self.numbers()?.into_iter();
        numbers
            .map(|number| Ok(summary(&self.manifest(keys, number)?.0)))
            .collect()
    }

    /// The zones apart that a backup holds, the newest if `at` names none: what a restore needs keys and a
    /// place for.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn zones(
        &self,
        keys: &impl AsRef<LastingKeys>,
        at: Option<u64>,
    ) -> Result<Vec<String>, BackupError> {
        let keys = keys.as_ref();
        let _lock = self.read(&origin(keys))?;
        let (manifest, _) = self.manifest(keys, self.number(at)?)?;
        Ok(manifest.zones.into_iter().map(|zone| zone.name).collect())
    }

    /// The zones apart that any of the backups holds: what [`Repository::check`] needs keys for. A backup that
    /// cannot be read counts for none.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn all_zones(
        &self,
        keys: &impl AsRef<LastingKeys>,
    ) -> Result<BTreeSet<String>, BackupError> {
        let keys = keys.as_ref();
        let _lock = self.read(&origin(keys))?;
        let manifests = self.numbers()?.into_iter();
        let manifests = manifests.filter_map(|number| self.manifest(keys, number).ok());
        Ok(manifests
            .flat_map(|(manifest, _)| manifest.zones)
            .map(|zone| zone.name)
            .collect())
    }

    /// The number named, or that of the newest backup.
    pub(super) fn number(&self, at: Option<u64>) -> Result<u64, BackupError> {
        match at {
            Some(number) => Ok(number),
            None => Ok(*self.numbers()?.last().ok_or(BackupError::Empty)?),
        }
    }

    /// Reads every chunk of every backup and gives what is wrong: one line a finding, naming the file.
    /// `zones` holds the keys of the zones apart; one that is missing is a finding.
    ///
    /// # Errors
    /// The repository cannot be read at all.
    pub fn check(
        &self,
        keys: &impl AsRef<LastingKeys>,
        zones: &BTreeMap<String, Keys>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Vec<BackupError>, BackupError> {
        let keys = keys.as_ref();
        let _lock = self.read(&origin(keys))?;
        let mut findings = Vec::new();
        let mut seen = BTreeSet::new();
        let mut of_zones: BTreeMap<String, BTreeSet<Seen>> = BTreeMap::new();
        let numbers = self.numbers()?;
        let (mut done, total) = (0, numbers.len() as u64);
        for number in numbers {
            match self.manifest(keys, number) {
                Ok((manifest, suite)) => {
                    let chunks = Chunks::new(self, keys, suite);
                    check_one(&manifest, &chunks, &mut seen, &mut findings)?;
                    for part in &manifest.zones {
                        let seen = of_zones.entry(part.name.clone()).or_default();
                        let keys = zones.get(&part.name);
                        let checked = self.check_zone(&chunks, (number, part), keys, seen);
                        findings.extend(checked?);
                    }
                }
                Err(error) => findings.push(error),
            }
            done += 1;
            progress(done, total);
        }
        Ok(findings)
    }

    /// What is wrong with the part of a zone apart.
    fn check_zone(
        &self,
        main: &Chunks<'_>,
        (number, part): (u64, &ZonePart),
        keys: Option<&Keys>,
        seen: &mut BTreeSet<Seen>,
    ) -> Result<Vec<BackupError>, BackupError> {
        let Some(keys) = keys else {
            return Ok(vec![BackupError::ZoneNotNamed(part.name.clone())]);
        };
        let (keys, place) = (keys.as_ref(), self.zone(&part.name));
        let mut findings = Vec::new();
        let _lock = match place.read(&origin(&keys)) {
            Err(error @ (BackupError::Damaged { .. } | BackupError::NotARepository(_))) => {
                return Ok(vec![error]);
            }
            lock => lock?,
        };
        match self.zone_manifest(main, part, keys, number) {
            Ok((manifest, suite)) => {
                let chunks = Chunks::new(&place, keys, suite);
                check_one(&manifest, &chunks, seen, &mut findings)?;
            }
            Err(error @ BackupError::Damaged { .. }) => findings.push(error),
            Err(error) => return Err(error),
        }
        Ok(findings)
    }
}

/// A chunk and the changes to it.
type Seen = (String, Option<String>);

fn check_one(
    manifest: &Manifest,
    chunks: &Chunks<'_>,
    seen: &mut BTreeSet<Seen>,
    findings: &mut Vec<BackupError>,
) -> Result<(), BackupError> {
    for part in &manifest.tables {
        let Some(table) = shouxin_store::tables().iter().find(|t| t.name == part.name) else {
            findings.push(BackupError::Newer(part.name.clone()));
            continue;
        };
        for range in &part.ranges {
            if !seen.insert((range.base.clone(), range.patch.clone())) {
                continue;
            }
            match range_rows(chunks, table, range) {
                Ok(_) => {}
                Err(error @ BackupError::Damaged { .. }) => findings.push(error),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

impl Vault {
    /// The backups in this folder, as [`Repository::list`] gives them.
    ///
    /// # Errors
    /// [`BackupError`].
    pub async fn backups(
        &self,
        folder: std::path::PathBuf,
    ) -> Result<Vec<BackupSummary>, BackupError> {
        let keys = self.lasting();
        let listed = tokio::task::spawn_blocking(move || Repository::at(folder).list(&*keys));
        listed.await.map_err(|_| VaultError::Corrupt("backup"))?
    }

    /// Removes the backups that nothing keeps, and the chunks that no other backup names. While any of
    /// the others cannot be read, nothing is removed.
    ///
    /// # Errors
    /// [`BackupError`].
    pub async fn prune(&self, repository: &Repository, keep: Keep) -> Result<Pruned, BackupError> {
        let (vault, repository) = (self.clone(), repository.clone());
        let pruned = tokio::task::spawn_blocking(move || vault.prune_now(&repository, keep));
        pruned.await.map_err(|_| VaultError::Corrupt("backup"))?
    }

    fn prune_now(&self, repository: &Repository, keep: Keep) -> Result<Pruned, BackupError> {
        let _lock = repository.write(&self.ledger_origin())?;
        let mut manifests = Vec::new();
        for number in repository.numbers()? {
            manifests.push(repository.manifest(&self.lasting(), number)?.0);
        }
        let of_zones = self.zone_manifests(repository, &manifests)?;
        let dated: Vec<_> = manifests
            .iter()
            .map(|m| (m.number, Moment::from_micros(m.at)))
            .collect();
        let stays = keep.stays(&dated);
        let mut pruned = Pruned::default();
        let mut needed = BTreeSet::new();
        for manifest in &manifests {
            if stays.contains(&manifest.number) {
                needed.extend(manifest.chunks().cloned());
            } else {
                // The manifest first: a chunk is never missed by a backup that is still listed.
                repository.remove_manifest(manifest.number)?;
                pruned.backups.push(manifest.number);
            }
        }
        (pruned.chunks, pruned.bytes) = repository.sweep(&needed)?;
        for (place, manifests) in of_zones {
            let mut needed = BTreeSet::new();
            for manifest in &manifests {
                if stays.contains(&manifest.number) {
                    needed.extend(manifest.chunks().cloned());
                } else {
                    place.remove_manifest(manifest.number)?;
                }
            }
            let (chunks, bytes) = place.sweep(&needed)?;
            pruned.chunks += chunks;
            pruned.bytes += bytes;
        }
        Ok(pruned)
    }

    /// The parts of zones apart, each with the manifests of the backups that name it. Of a zone that is not
    /// here nothing can be read, and nothing of it is removed.
    fn zone_manifests(
        &self,
        repository: &Repository,
        main: &[Manifest],
    ) -> Result<Vec<(Repository, Vec<Manifest>)>, BackupError> {
        let mut parts = Vec::new();
        for zone in self.apart().all() {
            let (place, keys) = (repository.zone(&zone.name), zone.keys.lasting());
            let names = |manifest: &&Manifest| manifest.zones.iter().any(|of| of.name == zone.name);
            let mut manifests = Vec::new();
            for manifest in main.iter().filter(names) {
                manifests.push(place.manifest(&keys, manifest.number)?.0);
            }
            if !manifests.is_empty() {
                parts.push((place, manifests));
            }
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_each_period_stays() {
        let day = |day: i64| Moment::from_seconds(1_763_700_000 + day * 86_400);
        let backups: Vec<_> = (0..30).map(|n| (n + 1, day(n as i64 / 2))).collect();
        let keep = |last, daily, weekly| {
            let keep = Keep {
                last,
                daily,
                weekly,
            };
            keep.stays(&backups).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(keep(0, 0, 0), [30]);
        assert_eq!(keep(3, 0, 0), [28, 29, 30]);
        assert_eq!(keep(1, 3, 0), [26, 28, 30]);
        assert_eq!(keep(1, 0, 2).len(), 2);
        assert_eq!(keep(100, 0, 0).len(), 30);
    }
}
