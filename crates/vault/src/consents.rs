//! The word of a subject about a purpose.

use shouxin_ledger::Kind;
use shouxin_model::{Caller, ConsentForm, Moment, SubjectId};
use shouxin_store::{CommitError, Query, Row, Tx, params};

use crate::integrity::{self, Consent, Facts};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// What a subject said about a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentWord {
    /// Yes.
    Given,
    /// No, when asked.
    Refused,
    /// No longer.
    Withdrawn,
}

impl ConsentWord {
    /// The word in the store and in ledger entries.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why a subject's word was not taken down.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// There is no such subject.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Takes down what a subject said about a purpose, in which form, and until when it counts. It
    /// replaces what the subject said before; reads under way look again. Gives the ledger entry.
    ///
    /// # Errors
    /// [`ConsentError`]; nothing changes then.
    pub async fn put_consent(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        state: ConsentWord,
        form: ConsentForm,
        expires_at: Option<Moment>,
    ) -> Result<u64, ConsentError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            if active.register.purpose(purpose).is_none() {
                self.unless_newer(&active, ConsentError::UnknownPurpose)
                    .await?;
                continue;
            }
            let Some(mut person) = self.person(subject).await? else {
                return Err(ConsentError::SubjectNotFound);
            };
            let now = self.now();
            let mut entry = self.begin(now, Kind::Consent, caller, &active);
            entry.subject = person.pseudonym;
            entry.purpose = Some(purpose.to_owned());
            entry
                .extra
                .push(("state".to_owned(), state.word().to_owned()));
            entry.extra.push(("form".to_owned(), word(form).to_owned()));
            if let Some(at) = expires_at {
                entry.extra.push(("until".to_owned(), at.rfc3339()));
            }
            let mut tx = Tx::new();
            tx.guard(
                1,
                "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
                params![active.mark()],
            );
            let new = Consent {
                state: state.word(),
                form: word(form),
                expires_at,
                purpose,
                at: now,
            };
            let said = |row: &&Row| row.text(3) == Ok(purpose);
            let old = person.consents.iter().find(said);
            person.facts.put_consent(self, old, &new)?;
            person.touch(self, &mut tx);
            tx.run_exactly(
                1,
                "INSERT INTO consent (subject, purpose, state, form, at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (subject, purpose) DO UPDATE SET state = excluded.state, form = excluded.form, \
                 at = excluded.at, expires_at = excluded.expires_at",
                params![subject, purpose, state.word(), word(form), now, expires_at],
            );
            tx.append(self.bytes(&entry)?);
            match self.store().commit(tx).await {
                Ok(committed) => return Ok(committed.entries[0]),
                Err(CommitError::Conflict { .. }) => self.refresh().await?,
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }
}

/// A subject as a change of facts about it needs it.
pub(crate) struct Subject {
    id: SubjectId,
    version: i64,
    pub(crate) pseudonym: Option<[u8; 16]>,
    pub(crate) facts: Facts,
    /// As [`integrity::consents_query`] gives them.
    pub(crate) consents: Vec<Row>,
}

impl Subject {
    /// Moves the subject's version and keeps its facts as they are now: reads under way look again,
    /// another change made meanwhile conflicts.
    pub(crate) fn touch(&self, vault: &Vault, tx: &mut Tx) {
        tx.run_exactly(
            1,
            "UPDATE subject SET version = version + 1, salt = $3 \
             WHERE id = $1 AND version = $2 AND state = 'active'",
            params![self.id, self.version, self.facts.stored(vault)],
        );
    }
}

impl Vault {
    /// The active subject of this id, its facts as they were written.
    pub(crate) async fn person(&self, id: SubjectId) -> Result<Option<Subject>, VaultError> {
        let person = Query {
            sql: integrity::SUBJECT,
            params: params![id],
        };
        let queries = vec![person, integrity::consents_query(id)];
        let mut answers = self.store().query_all(queries).await?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let (person, consents) = (next(), next());
        let Some(row) = person.first() else {
            return Ok(None);
        };
        let facts = Facts::of(self, id, row)?;
        facts.hold(self, &consents)?;
        Ok(Some(Subject {
            id,
            version: row.int(0)?,
            pseudonym: row.opt_bytes(1)?.and_then(|bytes| bytes.try_into().ok()),
            facts,
            consents,
        }))
    }
}

/// The word of a form in the store and in ledger entries.
pub(crate) const fn word(form: ConsentForm) -> &'static str {
    match form {
        ConsentForm::General => "general",
        ConsentForm::Separate => "separate",
        ConsentForm::Written => "written",
        ConsentForm::Guardian => "guardian",
        ConsentForm::Once => "once",
    }
}
