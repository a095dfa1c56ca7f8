//! Every version ever published, and what no notice tells.

use shouxin_model::{FieldRef, Moment};
use shouxin_notice::{Difference, difference};
use shouxin_store::{Row, params};

use super::publish::id_of;
use super::stored::published;
use super::{NoticeError, Published};
use crate::{Marked, Vault, VaultError};

/// A published version, and how it stands.
#[derive(Clone, Debug)]
pub struct NoticeVersion {
    /// What was published.
    pub published: Published,
    /// By whom.
    pub published_by: String,
    /// The text as written.
    pub source: String,
    /// From when on it was in force; `None`: it never was.
    pub from: Option<Moment>,
    /// Until when.
    pub until: Option<Moment>,
    /// Whether a newer version was published before it came into force.
    pub replaced: bool,
}

/// What the notices in force tell of a purpose of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeCoverage {
    /// The purpose.
    pub purpose: String,
    /// The notice that tells of it; `None`: nobody is told.
    pub notice: Option<String>,
    /// Its fields that are not told.
    pub untold: Vec<FieldRef>,
}

impl Vault {
    /// Every version of this notice, newest first; of all notices by name, if none is named.
    ///
    /// # Errors
    /// The store could not be read, or holds what was not published.
    pub async fn notice_versions(
        &self,
        name: Option<&str>,
    ) -> Result<Vec<NoticeVersion>, VaultError> {
        let rows = self
            .store()
            .query(
                "SELECT id, name, version, source, bound, hash, register_version, published_at, published_by, \
                 effective_at, mark FROM notice WHERE $1 = '' OR name = $1 ORDER BY name, version DESC",
                params![name.unwrap_or_default()],
            )
            .await?;
        let mut versions: Vec<NoticeVersion> = Vec::new();
        for row in &rows {
            let mut version = self.version_in(row)?;
            let newer = versions
                .last()
                .is_some_and(|last| last.published.name == version.published.name);
            version.replaced = newer && version.from.is_none();
            versions.push(version);
        }
        Ok(versions)
    }

    /// What a version of a notice changes against an earlier one.
    ///
    /// # Errors
    /// `NotFound`; the store could not be read.
    pub async fn notice_difference(
        &self,
        name: &str,
        from: u32,
        to: u32,
    ) -> Result<Difference, NoticeError> {
        let (old, new) = (
            self.notice_version(name, from).await?,
            self.notice_version(name, to).await?,
        );
        match (old, new) {
            (Some(old), Some(new)) => Ok(difference(&old.published.bound, &new.published.bound)),
            _ => Err(NoticeError::NotFound),
        }
    }

    /// One version of a notice.
    ///
    /// # Errors
    /// The store could not be read, or holds what was not published.
    pub async fn notice_version(
        &self,
        name: &str,
        version: u32,
    ) -> Result<Option<NoticeVersion>, VaultError> {
        let rows = self
            .store()
            .query(
                "SELECT id, name, version, source, bound, hash, register_version, published_at, published_by, \
                 effective_at, mark FROM notice WHERE id = $1",
                params![id_of(name, version)],
            )
            .await?;
        rows.first().map(|row| self.version_in(row)).transpose()
    }

    fn version_in(&self, row: &Row) -> Result<NoticeVersion, VaultError> {
        self.check_row(Marked::Notice, row, 0)?;
        let published = published(row, 0)?;
        let active = self.active();
        let key = (published.name.clone(), published.version);
        let edition = active.told.editions.get(&key);
        Ok(NoticeVersion {
            published_by: row.text(8)?.to_owned(),
            source: row.text(3)?.to_owned(),
            from: edition.map(|edition| edition.from),
            until: edition.and_then(|edition| edition.until),
            replaced: false,
            published,
        })
    }

    /// For each purpose of the register, which notice in force tells of it, and what of it nobody is told.
    pub fn notice_coverage(&self) -> Vec<NoticeCoverage> {
        let active = self.active();
        let purposes = active.register.purposes.iter();
        purposes
            .map(|purpose| {
                let notice = self.notice_of_purpose(&purpose.name);
                let told = |field: &&FieldRef| {
                    let bound = notice
                        .as_ref()
                        .and_then(|one| one.bound.purpose(&purpose.name));
                    bound.is_some_and(|bound| bound.fields.iter().any(|one| one.field == **field))
                };
                NoticeCoverage {
                    purpose: purpose.name.clone(),
                    untold: purpose
                        .fields
                        .iter()
                        .filter(|field| !told(field))
                        .cloned()
                        .collect(),
                    notice: notice.as_ref().map(|notice| notice.name.clone()),
                }
            })
            .collect()
    }
}
