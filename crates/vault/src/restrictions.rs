//! Restriction of processing: store and protect only (PIPL art. 47, para. 2; GDPR art. 18).

use shouxin_ledger::Kind;
use shouxin_model::id::is_slug;
use shouxin_model::{Caller, SubjectId};
use shouxin_store::{CommitError, Tx, params};

use crate::changes::{Changed, RestrictionChange};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// Why processing was neither restricted nor freed.
#[derive(Debug, thiserror::Error)]
pub enum RestrictionError {
    /// The reason is no word such as `accuracy-contested`. It stands in the ledger, so it is a word
    /// and not a story about somebody.
    #[error("the reason is a word of small letters and hyphens")]
    Reason,
    /// There is no such subject.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// Processing for the subject is restricted already.
    #[error("processing is restricted already")]
    Already,
    /// Processing for the subject is not restricted.
    #[error("processing is not restricted")]
    NotRestricted,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Restricts processing for a subject: from this entry on it is read to meet a legal duty only.
    /// Gives the ledger entry.
    ///
    /// # Errors
    /// [`RestrictionError`]; nothing changes then.
    pub async fn put_restriction(
        &self,
        caller: &Caller,
        subject: SubjectId,
        reason: &str,
    ) -> Result<u64, RestrictionError> {
        if !is_slug(reason) {
            return Err(RestrictionError::Reason);
        }
        self.restrict(caller, subject, Some(reason)).await
    }

    /// Frees processing for a subject again. Gives the ledger entry.
    ///
    /// # Errors
    /// [`RestrictionError`]; nothing changes then.
    pub async fn lift_restriction(
        &self,
        caller: &Caller,
        subject: SubjectId,
    ) -> Result<u64, RestrictionError> {
        self.restrict(caller, subject, None).await
    }

    async fn restrict(
        &self,
        caller: &Caller,
        subject: SubjectId,
        reason: Option<&str>,
    ) -> Result<u64, RestrictionError> {
        for _ in 0..ATTEMPTS {
            let Some(mut person) = self.person(subject).await? else {
                return Err(RestrictionError::SubjectNotFound);
            };
            match (person.facts.is_restricted(), reason) {
                (true, Some(_)) => return Err(RestrictionError::Already),
                (false, None) => return Err(RestrictionError::NotRestricted),
                _ => {}
            }
            let now = self.now();
            let mut entry = self.begin(now, Kind::Consent, caller, &self.active());
            entry.subject = person.pseudonym;
            let mut tx = Tx::new();
            match reason {
                Some(reason) => {
                    let restriction = Some((reason.to_owned(), now));
                    person.facts.put_restriction(self, restriction);
                    entry
                        .extra
                        .push(("did".to_owned(), "restricted".to_owned()));
                    entry.extra.push(("reason".to_owned(), reason.to_owned()));
                    tx.run_exactly(
                        1,
                        "INSERT INTO restriction (subject, reason, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                        params![subject, reason, now],
                    );
                }
                None => {
                    person.facts.put_restriction(self, None);
                    entry.extra.push(("did".to_owned(), "freed".to_owned()));
                    tx.run_exactly(
                        1,
                        "DELETE FROM restriction WHERE subject = $1",
                        params![subject],
                    );
                }
            }
            person.touch(self, &mut tx);
            let slot = tx.append(self.bytes(&entry)?);
            let restricted = reason.is_some();
            let told = Changed::Restriction(RestrictionChange { restricted });
            self.tell(&mut tx, slot, subject, now, &told)?;
            match self.store().commit(tx).await {
                Ok(committed) => {
                    self.announce();
                    return Ok(committed.entries[0]);
                }
                // Somebody else changed the subject meanwhile: look again.
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }
}
