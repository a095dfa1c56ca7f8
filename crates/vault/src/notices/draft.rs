//! Drafts: what somebody writes before it is published.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, Moment};
use shouxin_notice::{Bound, ParagraphScore, lint, parse};
use shouxin_register::{Finding, profile};
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

/// What the linter says of a text, and what people would be shown of it.
#[derive(Clone, Debug, Default)]
pub struct LintedNotice {
    /// What keeps it from being published, in the order of the text.
    pub findings: Vec<Finding>,
    /// How easy each of its texts is to read.
    pub scores: Vec<ParagraphScore>,
    /// What it would tell as far as it goes; `None` if it cannot be read.
    pub draft: Option<Bound>,
}

/// A notice that ships with the register's profile, to begin from.
#[derive(Clone, Debug)]
pub struct NoticeTemplate {
    /// What it would tell under the register in force.
    pub draft: Bound,
    /// Its text.
    pub source: &'static str,
}

/// The longest text of a notice, in bytes.
const MAX_TEXT: usize = 256 * 1024;

impl Vault {
    /// What keeps this text from being published, how easy each of its paragraphs is to read, and what it would
    /// tell. Findings of reading come alone: what cannot be read cannot be checked.
    pub fn lint_notice(&self, text: &str) -> LintedNotice {
        let register = &self.active().register;
        match parse("notice.toml", text) {
            Ok(notice) => LintedNotice {
                findings: lint(&notice, register),
                scores: notice.scores(),
                draft: Some(notice.draft(register)),
            },
            Err(findings) => LintedNotice {
                findings,
                ..LintedNotice::default()
            },
        }
    }

    /// The notices that ship with the profile of the register in force; none if it began from no profile.
    pub fn notice_templates(&self) -> Vec<NoticeTemplate> {
        let register = &self.active().register;
        let shipped = profile(&register.profile).map_or(&[][..], |found| found.notices);
        let read = |source: &&'static str| {
            let notice = parse("notice.toml", source).ok()?;
            Some(NoticeTemplate {
                draft: notice.draft(register),
                source,
            })
        };
        shipped.iter().filter_map(read).collect()
    }

    /// Keeps a draft, whether it could be published or not, under an entry with the digest of its text.
    /// `revision` is that of the draft it was made from, 0 for a new one. Gives the new revision.
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
        let text = BASE64URL_NOPAD.encode(&Sha256::digest(source));
        let told = [("revision", (revision + 1).to_string()), ("text", text)];
        self.tell_draft(&mut tx, caller, "draft-saved", name, told)?;
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

    /// Drops a draft, under an entry of its own.
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
        self.tell_draft(&mut tx, caller, "draft-deleted", name, [])?;
        match self.store().commit(tx).await {
            Ok(_) => Ok(()),
            Err(CommitError::Conflict { .. }) => Err(NoticeError::NotFound),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// Puts the entry of what was done with a draft into its transaction: its name and digests, never its text.
    fn tell_draft<const N: usize>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        did: &str,
        name: &str,
        more: [(&str, String); N],
    ) -> Result<(), VaultError> {
        let mut entry = self.begin(self.now(), Kind::Notice, caller, &self.active());
        let words = [("did", did.to_owned()), ("notice", name.to_owned())];
        let words = words.into_iter().chain(more);
        let words = words.map(|(word, text)| (word.to_owned(), text));
        entry.extra.extend(words);
        tx.append(self.bytes(&entry)?);
        Ok(())
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
