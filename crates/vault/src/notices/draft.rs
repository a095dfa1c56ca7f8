//! Drafts: what somebody writes before it is published.

use shouxin_model::{Caller, Moment};
use shouxin_notice::{ParagraphScore, lint, parse};
use shouxin_register::Finding;
use shouxin_store::{CommitError, Row, Tx, params};

use super::NoticeError;
use super::publish::may_publish;
use super::stored::number;
use crate::{Vault, VaultError};

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeDraft {
    /// The notice's name.
    pub name: String,
    /// Its text.
    pub source: String,
    /// When it was saved.
    pub updated_at: Moment,
    /// By whom.
    pub updated_by: String,
    /// Counts how often: whoever saves names the one that they read.
    pub revision: u32,
}

/// The longest text of a notice, in bytes.
const MAX_TEXT: usize = 256 * 1024;

impl Vault {
    /// What keeps this text from being published, and how easy each of its paragraphs is to read. Findings of
    /// reading come alone: what cannot be read cannot be checked.
    pub fn lint_notice(&self, text: &str) -> (Vec<Finding>, Vec<ParagraphScore>) {
        match parse("notice.toml", text) {
            Ok(notice) => (lint(&notice, &self.active().register), notice.scores()),
            Err(findings) => (findings, Vec::new()),
        }
    }

    /// Keeps a draft, whether it could be published or not. `revision` is that of the draft it was made from, 0
    /// for a new one. Gives the new revision.
    ///
    /// # Errors
    /// `Changed` if another was saved meanwhile; `Findings` if the text is no notice of this name.
    pub async fn save_notice_draft(
        &self,
        caller: &Caller,
        name: &str,
        source: &str,
        revision: u32,
    ) -> Result<u32, NoticeError> {
        may_publish(caller)?;
        let now = self.now();
        if source.len() > MAX_TEXT || !shouxin_model::id::is_slug(name) {
            return Err(NoticeError::NotFound);
        }
        let mut tx = Tx::new();
        if revision == 0 {
            tx.run_exactly(
                1,
                "INSERT INTO notice_draft (name, source, updated_at, updated_by, version) \
                 VALUES ($1, $2, $3, $4, 1) ON CONFLICT DO NOTHING",
                params![name, source, now, caller.actor()],
            );
        } else {
            tx.run_exactly(
                1,
                "UPDATE notice_draft SET source = $2, updated_at = $3, updated_by = $4, version = version + 1 \
                 WHERE name = $1 AND version = $5",
                params![name, source, now, caller.actor(), revision],
            );
        }
        match self.store().commit(tx).await {
            Ok(_) => Ok(revision + 1),
            Err(CommitError::Conflict { .. }) => Err(NoticeError::Changed),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// The draft of this notice.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn notice_draft(&self, name: &str) -> Result<Option<NoticeDraft>, VaultError> {
        let sql = "SELECT name, source, updated_at, updated_by, version FROM notice_draft WHERE name = $1";
        let rows = self.store().query(sql, params![name]).await?;
        rows.first().map(draft).transpose()
    }

    /// Every draft, by name.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn notice_drafts(&self) -> Result<Vec<NoticeDraft>, VaultError> {
        let sql =
            "SELECT name, source, updated_at, updated_by, version FROM notice_draft ORDER BY name";
        let rows = self.store().query(sql, params![]).await?;
        rows.iter().map(draft).collect()
    }

    /// Drops a draft.
    ///
    /// # Errors
    /// `NotFound` if there is none; the store failed.
    pub async fn delete_notice_draft(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<(), NoticeError> {
        may_publish(caller)?;
        let mut tx = Tx::new();
        tx.run_exactly(1, "DELETE FROM notice_draft WHERE name = $1", params![name]);
        match self.store().commit(tx).await {
            Ok(_) => Ok(()),
            Err(CommitError::Conflict { .. }) => Err(NoticeError::NotFound),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }
}

fn draft(row: &Row) -> Result<NoticeDraft, VaultError> {
    Ok(NoticeDraft {
        name: row.text(0)?.to_owned(),
        source: row.text(1)?.to_owned(),
        updated_at: row.moment(2)?,
        updated_by: row.text(3)?.to_owned(),
        revision: number(row.int(4)?)?,
    })
}
