//! The counter: an adviser asks the customer in front of them, and the customer answers on a page of their own.
//!
//! The page's address holds a token that is good for ten minutes and one answer. What is asked, of whom and by
//! whom is sealed in the row; the address says none of it.

use data_encoding::BASE32_DNSSEC;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use shouxin_ledger::{Kind, Receipt};
use shouxin_model::text::Language;
use shouxin_model::{Caller, CounterId, Moment, SubjectId, Through};
use shouxin_policy::Because;
use shouxin_store::{CommitError, Row, Tx, params};
use std::sync::Arc;

use crate::asked::{Choice, ChoiceError, ChoiceTaken, Question, asked};
use crate::consents::{ConsentError, ReceiptForm};
use crate::reads::Stood;
use crate::{Published, ReadError, Vault, VaultError};

/// For how long a customer may answer, in seconds.
pub const COUNTER_SECONDS: i64 = 10 * 60;

/// For how long the outcome can be looked up, in seconds.
const OUTCOME_SECONDS: i64 = 86_400;

/// For how long the customer may take the receipts after the page's time, in seconds.
const RECEIPT_SECONDS: i64 = 3_600;

/// What an adviser asks.
#[derive(Clone, Debug)]
pub struct CounterRequest {
    /// For which purpose the adviser deals with the customer: it must tie them, as for a read.
    pub purpose: String,
    /// The notice.
    pub notice: String,
    /// The purposes of the notice that the customer is asked about.
    pub purposes: Vec<String>,
    /// In which language.
    pub language: Language,
}

/// A page for the customer.
#[derive(Clone, Debug)]
pub struct CounterOpened {
    /// Its id, for the adviser.
    pub id: CounterId,
    /// What its address ends with.
    pub token: String,
    /// Until when it can be answered.
    pub expires_at: Moment,
    /// The ledger entry that tells of it.
    pub entry: u64,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CounterState {
    /// The customer has not answered.
    Waiting,
    /// The answer is being taken down.
    Answering,
    /// Time is over.
    Expired,
    /// The customer answered.
    Answered(CounterAnswer),
}

/// What the customer answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterAnswer {
    /// Agreed to.
    pub on: Vec<String>,
    /// Refused.
    pub off: Vec<String>,
    /// The ledger entries.
    pub entries: Vec<u64>,
}

/// What the customer's page shows.
#[derive(Clone, Debug)]
pub struct CounterPage {
    /// The notice.
    pub published: Arc<Published>,
    /// What is asked.
    pub asked: Vec<Question>,
    /// In which language.
    pub language: Language,
}

/// Why an adviser cannot ask.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    /// No notice of this name is in force.
    #[error("no notice of this name is in force")]
    UnknownNotice,
    /// A purpose, by its place, is not one that the notice asks about on a page; or none was named.
    #[error("purposes[{0}] is not asked by this notice")]
    NotAsked(usize),
    /// There is no such customer.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// Nothing ties the adviser to the customer.
    #[error("the purpose does not tie the caller to the subject")]
    Refused {
        /// Why.
        because: Arc<Because>,
        /// The entry that records it.
        entry: u64,
    },
    /// The purpose is unknown, or the store or the ledger failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<VaultError> for CounterError {
    fn from(error: VaultError) -> Self {
        Self::Read(error.into())
    }
}

/// Why a customer's answer was not taken down.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The page was never there, is answered, or its time is over.
    #[error("the page is over")]
    Over,
    /// Not every question was answered.
    #[error("not every question was answered")]
    Unanswered,
    /// The answer does not fit the notice in force.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
}

impl From<VaultError> for AnswerError {
    fn from(error: VaultError) -> Self {
        Self::Choice(ConsentError::from(error).into())
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    subject: SubjectId,
    adviser: String,
    site: Option<String>,
    notice: String,
    shown: String,
    purposes: Vec<String>,
    chinese: bool,
    until: i64,
}

/// A row whose token was shown and whose time is not over.
struct Open {
    id: CounterId,
    sealed: Sealed,
}

impl Vault {
    /// Opens a page on which a customer is asked, for an adviser whom a purpose ties to them.
    ///
    /// # Errors
    /// [`CounterError`]; a refusal stands in the ledger.
    pub async fn open_counter(
        &self,
        caller: &Caller,
        subject: SubjectId,
        request: CounterRequest,
    ) -> Result<CounterOpened, CounterError> {
        let published = self
            .notice_in_force(&request.notice)
            .ok_or(CounterError::UnknownNotice)?;
        let all = asked(&published.bound, request.language);
        let known = |name: &String| all.iter().any(|one| one.name == *name);
        let unknown = request.purposes.iter().position(|name| !known(name));
        if let Some(n) = unknown.or(request.purposes.is_empty().then_some(0)) {
            return Err(CounterError::NotAsked(n));
        }
        let extra = [("did".to_owned(), ASKED.to_owned())];
        let stood = self
            .stand(caller, subject, &request.purpose, Kind::Consent, &extra)
            .await?;
        let entry = match stood {
            None => return Err(CounterError::SubjectNotFound),
            Some((Stood::Refused(because), entry)) => {
                return Err(CounterError::Refused { because, entry });
            }
            Some((Stood::Tied(_), entry)) => entry,
        };
        let (now, mut dice) = (self.now(), self.dice());
        let mut token = [0; 20];
        dice.fill_bytes(&mut token);
        let token = BASE32_DNSSEC.encode(&token);
        let id = CounterId::make(now, &mut dice);
        let expires_at = now.plus_seconds(COUNTER_SECONDS);
        let sealed = Sealed {
            subject,
            adviser: caller.actor(),
            site: caller.site.clone(),
            notice: request.notice,
            shown: self.snapshot(&published, language_word(request.language)),
            purposes: request.purposes,
            chinese: request.language == Language::Chinese,
            until: expires_at.micros(),
        };
        let bytes = serde_json::to_vec(&sealed).map_err(|_| VaultError::Corrupt("counter"))?;
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM subject WHERE id = $1 AND state = 'active'",
            params![subject],
        );
        tx.run_exactly(
            1,
            "INSERT INTO counter_session (subject, id, token_hash, asked_sealed, state, expires_at) \
             VALUES ($1, $2, $3, $4, 'waiting', $5)",
            params![
                subject,
                id,
                self.token_digest(TOKEN, token.as_bytes()),
                self.seal_secret(&context(id), &bytes),
                expires_at
            ],
        );
        match self.store().commit(tx).await {
            Ok(_) => Ok(CounterOpened {
                id,
                token,
                expires_at,
                entry,
            }),
            // Erased in this very moment.
            Err(CommitError::Conflict { .. }) => Err(CounterError::SubjectNotFound),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// How far a page of this adviser's has come; `None` if there is no such page, or it is another's.
    ///
    /// # Errors
    /// The store failed, or what it holds was altered.
    pub async fn counter(
        &self,
        caller: &Caller,
        subject: SubjectId,
        id: CounterId,
    ) -> Result<Option<CounterState>, VaultError> {
        let sql = "SELECT id, asked_sealed, state, answer FROM counter_session WHERE subject = $1 AND id = $2";
        let rows = self.store().query(sql, params![subject, id]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let sealed = self.unseal(row)?.sealed;
        if sealed.subject != subject || sealed.adviser != caller.actor() {
            return Ok(None);
        }
        let answer = row.opt_text(3)?.map(serde_json::from_str);
        Ok(Some(match (row.text(2)?, answer.transpose()) {
            ("answered", Ok(Some(answer))) => CounterState::Answered(answer),
            _ if self.now() >= Moment::from_micros(sealed.until) => CounterState::Expired,
            ("waiting", _) => CounterState::Waiting,
            ("answering", _) => CounterState::Answering,
            _ => return Err(VaultError::Corrupt("counter")),
        }))
    }

    /// What the page of this token shows; `None` once it is over.
    ///
    /// # Errors
    /// The store failed, or what it holds was altered.
    pub async fn counter_page(&self, token: &str) -> Result<Option<CounterPage>, VaultError> {
        let Some(open) = self.open_page(token).await? else {
            return Ok(None);
        };
        Ok(self.page_of(&open.sealed))
    }

    /// Takes down what the customer answered on the page of this token, which is over then. `answers` says yes
    /// or no to each purpose that was asked about.
    ///
    /// # Errors
    /// [`AnswerError`]; nothing was taken down then, and unless it is `Over` the customer may answer again.
    pub async fn answer_counter(
        &self,
        token: &str,
        answers: &[(String, bool)],
    ) -> Result<(CounterPage, ChoiceTaken), AnswerError> {
        let open = self.open_page(token).await?.ok_or(AnswerError::Over)?;
        let page = self.page_of(&open.sealed).ok_or(AnswerError::Over)?;
        let choice = open.sealed.choice(answers).ok_or(AnswerError::Unanswered)?;
        let weighed = self.weigh(&choice)?;
        if !self.turn(&open, "waiting", "answering", None).await? {
            return Err(AnswerError::Over);
        }
        let caller = Caller::page(Some(open.sealed.adviser.clone()));
        let said = self
            .say(&caller, open.sealed.subject, &choice, weighed)
            .await;
        let receipt = match said {
            Ok(receipt) => receipt,
            Err(error) => {
                self.turn(&open, "answering", "waiting", None).await?;
                return Err(ChoiceError::from(error).into());
            }
        };
        let answer = CounterAnswer {
            on: receipt.on.clone(),
            off: receipt.off.clone(),
            entries: receipt.entries.clone(),
        };
        // The words stand already: if this fails, the adviser's screen alone does not learn of them.
        let json = serde_json::to_string(&answer).unwrap_or_default();
        if let Err(error) = self.turn(&open, "answering", "answered", Some(json)).await {
            tracing::warn!(%error, "the outcome at a counter was not kept; the consents are");
        }
        Ok((page, receipt))
    }

    /// The receipt of the `place`th word, counted from 0, that was said on the page of this token, agreements first;
    /// with the page's language. `None` if there is no such word, or an hour has passed since the page's time was
    /// over. It is handed to whoever holds the address: it tells what that person said, and nothing of anybody.
    ///
    /// # Errors
    /// The store failed, or what it holds was altered.
    pub async fn counter_receipt(
        &self,
        token: &str,
        place: usize,
    ) -> Result<Option<(Receipt, Language)>, ConsentError> {
        let sql = "SELECT id, asked_sealed, answer FROM counter_session WHERE token_hash = $1 AND state = 'answered'";
        let digest = self.token_digest(TOKEN, token.as_bytes());
        let rows = self.store().query(sql, params![digest]).await;
        let rows = rows.map_err(VaultError::from)?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let sealed = self.unseal(row)?.sealed;
        let answer = row.opt_text(2).map_err(VaultError::from)?;
        let answer: Option<CounterAnswer> = answer.and_then(|text| serde_json::from_str(text).ok());
        let entry = answer.and_then(|answer| answer.entries.get(place).copied());
        let until = Moment::from_micros(sealed.until).plus_seconds(RECEIPT_SECONDS);
        let Some(entry) = entry.filter(|_| self.now() < until) else {
            return Ok(None);
        };
        let caller = Caller::page(Some(sealed.adviser.clone()));
        let form = (ReceiptForm::Iso27560, sealed.language());
        // Of the customer who was asked, whatever the row's answer names.
        let receipt = self.receipt_of(&caller, sealed.subject, form, |held| held.entry == entry);
        Ok(receipt.await?.map(|receipt| (receipt, sealed.language())))
    }

    /// Removes pages whose outcome nobody looks up any more.
    ///
    /// # Errors
    /// The store failed.
    pub async fn tidy_counters(&self) -> Result<(), VaultError> {
        let mut tx = Tx::new();
        tx.run(
            "DELETE FROM counter_session WHERE expires_at < $1",
            params![self.now().plus_seconds(-OUTCOME_SECONDS)],
        );
        self.store().commit(tx).await?;
        Ok(())
    }

    async fn open_page(&self, token: &str) -> Result<Option<Open>, VaultError> {
        let sql = "SELECT id, asked_sealed FROM counter_session WHERE token_hash = $1 AND state = 'waiting'";
        let digest = self.token_digest(TOKEN, token.as_bytes());
        let rows = self.store().query(sql, params![digest]).await?;
        let open = rows.first().map(|row| self.unseal(row)).transpose()?;
        Ok(open.filter(|open| self.now() < Moment::from_micros(open.sealed.until)))
    }

    /// `None` if the notice is no longer in force: the adviser asks anew then.
    fn page_of(&self, sealed: &Sealed) -> Option<CounterPage> {
        let published = self.notice_in_force(&sealed.notice)?;
        self.shown(&sealed.shown).ok()?;
        let language = sealed.language();
        let mut asked = asked(&published.bound, language);
        asked.retain(|one| sealed.purposes.contains(&one.name));
        Some(CounterPage {
            published,
            asked,
            language,
        })
    }

    fn unseal(&self, row: &Row) -> Result<Open, VaultError> {
        let id = row.id(0, CounterId::from_slice)?;
        let bytes = self.open_secret(&context(id), row.bytes(1)?)?;
        let sealed = serde_json::from_slice(&bytes).map_err(|_| VaultError::Corrupt("counter"))?;
        Ok(Open { id, sealed })
    }

    /// Moves a page on; whether it still stood where it was thought to.
    async fn turn(
        &self,
        open: &Open,
        from: &'static str,
        to: &'static str,
        answer: Option<String>,
    ) -> Result<bool, VaultError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE counter_session SET state = $1, answer = $2 WHERE subject = $3 AND id = $4 AND state = $5",
            params![to, answer, open.sealed.subject, open.id, from],
        );
        match self.store().commit(tx).await {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl Sealed {
    const fn language(&self) -> Language {
        if self.chinese {
            Language::Chinese
        } else {
            Language::English
        }
    }

    /// The choice that these answers make; `None` unless there is one to each question and no other.
    fn choice(&self, answers: &[(String, bool)]) -> Option<Choice> {
        let mut choice = Choice {
            shown: self.shown.clone(),
            on: Vec::new(),
            off: Vec::new(),
            all: false,
            gpc: false,
            through: Through::Counter,
            place: self.site.clone(),
        };
        for purpose in &self.purposes {
            let mut said = answers.iter().filter(|(name, _)| name == purpose);
            match (said.next(), said.next()) {
                (Some((_, true)), None) => choice.on.push(purpose.clone()),
                (Some((_, false)), None) => choice.off.push(purpose.clone()),
                _ => return None,
            }
        }
        (answers.len() == self.purposes.len()).then_some(choice)
    }
}

/// What its entry says was done.
const ASKED: &str = "asked-at-counter";

/// The word of a language in tokens and in `consent_event`.
pub const fn language_word(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh",
        Language::English => "en",
    }
}

const TOKEN: &str = "counter";

fn context(id: CounterId) -> String {
    format!("counter {id}")
}
