//! Erasure of a person: their keys destroyed, their rows removed, the way from the ledger to them cut.
//!
//! One transaction of one statement a table does it, whatever the person has. What stays is the emptied
//! row of the subject, which says that it was erased, the ledger entry, which names a pseudonym that
//! leads nowhere any more, and a tombstone: in the store, and in a file of the key folder that no older
//! copy of the data brings back. Whoever opens a store in which a buried subject is alive again buries
//! it again first ([`Vault::keep_tombstones`]).
//!
//! What zones apart hold is erased with it, as every change of theirs: sealed beside the entry, then
//! applied. A zone that cannot be reached holds the erasure up: nothing is half erased.

#[cfg(feature = "fuzz")]
pub(crate) mod fuzzing;
mod replay;
mod tombstones;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use shouxin_ledger::Kind;
use shouxin_model::id::is_slug;
use shouxin_model::{Caller, ErasureId, Moment, SubjectId};
use shouxin_store::{CommitError, params};

use crate::changes::Changed;
use crate::vault::ATTEMPTS;
use crate::zones::Writes;
use crate::{Vault, VaultError};
use tombstones::Tombstone;
pub use tombstones::{TombstoneError, Tombstones};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The erasure's own id: what may be told to the person as proof.
    pub id: ErasureId,
    /// When.
    pub at: Moment,
    /// The ledger entry.
    pub entry: u64,
}

/// Why a person was not erased.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// The reason is no word such as `asked-by-subject`. It stands in the ledger, so it is a word and
    /// not a story about somebody.
    #[error("the reason is a word of small letters and hyphens")]
    Reason,
    /// There is no such subject, and never was.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// The subject was erased before, by this erasure.
    #[error("erased already by {0}")]
    Already(ErasureId),
    /// This vault keeps no tombstones: what it erased, a restored backup would bring back.
    #[error("no tombstones are kept, so nothing is erased")]
    NoTombstones,
    /// The person is erased; the tombstone beside the data could not be written. Ask again once the
    /// file can be.
    #[error("erased, but the tombstone could not be kept outside the data: ask again")]
    Unburied(#[source] TombstoneError),
    /// The store or the ledger failed. Nothing changed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// What a node knows of erasures beside the store.
#[derive(Debug, Default)]
pub(crate) struct Erased {
    tombstones: OnceLock<Tombstones>,
    /// Deleted rows may still lie in the engine's log of changes.
    unscrubbed: AtomicBool,
}

impl Erased {
    /// Where tombstones are kept beside the data.
    pub(crate) fn path(&self) -> Option<&std::path::Path> {
        self.tombstones.get().map(Tombstones::path)
    }
}

impl Vault {
    /// Erases a person for good. Once this has returned, no read that begins opens anything of them:
    /// not here, not on another node, not from an older copy of the data.
    ///
    /// `reason` is a word for the ledger: `asked-by-subject`, `consent-withdrawn`, `purpose-achieved`.
    ///
    /// # Errors
    /// [`ErasureError`]; nothing changed unless it is `Unburied`.
    pub async fn erase(
        &self,
        caller: &Caller,
        subject: SubjectId,
        reason: &str,
    ) -> Result<Erasure, ErasureError> {
        if !is_slug(reason) {
            return Err(ErasureError::Reason);
        }
        let Some(tombstones) = self.erased().tombstones.get() else {
            return Err(ErasureError::NoTombstones);
        };
        for _ in 0..ATTEMPTS {
            let turns = self.all_turns().await?;
            let Some(pseudonym) = self.alive(subject).await? else {
                drop(turns);
                return Err(self.not_alive(tombstones, subject).await?);
            };
            let now = self.now();
            let id = ErasureId::make(now, &mut self.dice());
            let extra = [
                ("did", "erased"),
                ("erasure", &id.to_string()),
                ("reason", reason),
            ];
            let tomb = Tombstone {
                subject,
                erasure: id,
                at: now,
            };
            let mut writes = Writes::default();
            self.bury(&mut writes, caller, pseudonym, &tomb, &extra)?;
            match turns.commit(writes).await {
                Ok(committed) => {
                    self.erased().unscrubbed.store(true, Ordering::Release);
                    // Before anybody is told: an answer promises that no older copy brings them back.
                    tombstones
                        .add(&self.lasting(), &[tomb], &mut self.dice())
                        .map_err(ErasureError::Unburied)?;
                    self.scrub_beside();
                    self.announce();
                    return Ok(Erasure {
                        id,
                        at: now,
                        entry: committed.entries[0],
                    });
                }
                // Somebody else erased the same person meanwhile: look again.
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    /// Clears the engine's log of changes of what erasures have removed, if any is left there; says
    /// whether nothing is. A backup under way can hold it up: ask again.
    ///
    /// # Errors
    /// The store failed.
    pub async fn scrub(&self) -> Result<bool, VaultError> {
        if !self.erased().unscrubbed.swap(false, Ordering::AcqRel) {
            return Ok(true);
        }
        let mut clean = matches!(self.store().scrub().await, Ok(true));
        for (_, store) in self.zones() {
            clean &= matches!(store.scrub().await, Ok(true));
        }
        if !clean {
            self.erased().unscrubbed.store(true, Ordering::Release);
        }
        Ok(clean)
    }

    /// Adds to `writes` everything that erases one person.
    fn bury(
        &self,
        writes: &mut Writes,
        caller: &Caller,
        pseudonym: Option<[u8; 16]>,
        tomb: &Tombstone,
        extra: &[(&str, &str)],
    ) -> Result<(), VaultError> {
        for zone in self.apart().all() {
            writes.erase(zone, tomb.subject);
        }
        let tx = &mut writes.main;
        // The version moves on, so that a read under way looks again and finds nobody.
        tx.run_exactly(
            1,
            "UPDATE subject SET state = 'erased', version = version + 1, pseudonym = NULL, salt = NULL, \
             source = 'erased' WHERE id = $1 AND state = 'active'",
            params![tomb.subject],
        );
        for sql in REMOVED {
            tx.run(sql, params![tomb.subject]);
        }
        let apart = self.apart().all();
        let marks = apart.map(|zone| zone.seen_mark(zone.alias(tomb.subject)));
        for mark in marks.chain([crate::gather::seen_mark(tomb.subject)]) {
            tx.run("DELETE FROM quota WHERE kind = $1", params![mark]);
        }
        // What was asked for about this person alone, for its reason as well. Exports name people by ids,
        // which lead to an emptied row, and their decoys are nobody: they stay as they were approved.
        tx.run(
            "DELETE FROM approval WHERE act = 'grant' AND body LIKE $1",
            params![format!("%\"subject\":\"{}\"%", tomb.subject)],
        );
        tx.run(
            "INSERT INTO tombstone (subject, erasure, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            params![tomb.subject, tomb.erasure, tomb.at],
        );
        let mut entry = self.begin(self.now(), Kind::Erasure, caller, &self.active());
        entry.subject = pseudonym;
        entry.extra = extra
            .iter()
            .map(|(word, text)| ((*word).to_owned(), (*text).to_owned()))
            .collect();
        let slot = tx.append(self.bytes(&entry)?);
        // In place of everything that was told of this person before.
        self.tell(tx, slot, tomb.subject, tomb.at, &Changed::Erasure)
    }

    /// The pseudonym of somebody who can be erased. Their facts are not held to their marks: whoever
    /// was altered past this program can be erased as well.
    async fn alive(&self, subject: SubjectId) -> Result<Option<Option<[u8; 16]>>, VaultError> {
        let sql = "SELECT pseudonym FROM subject WHERE id = $1 AND state = 'active'";
        let rows = self.store().query(sql, params![subject]).await?;
        let pseudonym = rows.first().map(|row| row.opt_bytes(0)).transpose()?;
        Ok(pseudonym.map(|bytes| bytes.and_then(|bytes| bytes.try_into().ok())))
    }

    /// Why there is nobody to erase. Whoever was erased before has a tombstone beside the data, even
    /// if it could not be written then.
    async fn not_alive(
        &self,
        tombstones: &Tombstones,
        subject: SubjectId,
    ) -> Result<ErasureError, ErasureError> {
        let sql = "SELECT erasure, at FROM tombstone WHERE subject = $1";
        let rows = self.store().query(sql, params![subject]).await;
        let rows = rows.map_err(VaultError::from)?;
        let Some(row) = rows.first() else {
            return Ok(ErasureError::SubjectNotFound);
        };
        // What a zone that was away has yet to be told comes first: the answer says that it is done.
        self.settle_zones().await?;
        let erasure = row.id(0, ErasureId::from_slice).map_err(VaultError::from)?;
        let tomb = Tombstone {
            subject,
            erasure,
            at: row.moment(1).map_err(VaultError::from)?,
        };
        tombstones
            .add(&self.lasting(), &[tomb], &mut self.dice())
            .map_err(ErasureError::Unburied)?;
        Ok(ErasureError::Already(erasure))
    }

    /// Begins to scrub, off the path of whoever waits for an answer.
    fn scrub_beside(&self) {
        let vault = self.clone();
        tokio::spawn(async move {
            if let Err(error) = vault.scrub().await {
                tracing::warn!(%error, "the log of changes was not scrubbed; it is tried again");
            }
        });
    }
}

/// One statement a table, whatever the person has: keys first.
const REMOVED: [&str; 17] = [
    "DELETE FROM subject_key WHERE subject = $1",
    "DELETE FROM record WHERE subject = $1",
    "DELETE FROM blind WHERE subject = $1",
    "DELETE FROM facet WHERE subject = $1",
    "DELETE FROM consent WHERE subject = $1",
    "DELETE FROM consent_event WHERE subject = $1",
    "DELETE FROM evidence WHERE subject = $1",
    "DELETE FROM restriction WHERE subject = $1",
    "DELETE FROM change_event WHERE subject = $1",
    "DELETE FROM own_code WHERE subject = $1",
    "DELETE FROM own_session WHERE subject = $1",
    "DELETE FROM counter_session WHERE subject = $1",
    // What was found about an emergency stays; its note is somebody's own words about this person.
    "UPDATE review SET note_sealed = NULL WHERE emergency IN (SELECT id FROM access_grant WHERE subject = $1)",
    // Access to this person alone; its reason may tell who it is. What was done with it is in the ledger.
    "DELETE FROM access_grant WHERE subject = $1",
    "UPDATE import_row SET subject = NULL WHERE subject = $1",
    "DELETE FROM quality_mark WHERE text IN (SELECT id FROM quality_text WHERE subject = $1)",
    "DELETE FROM quality_text WHERE subject = $1",
];
