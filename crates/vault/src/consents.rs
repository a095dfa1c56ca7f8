//! The word of a subject about a purpose: what was said, and what counts now.

mod event;
mod expiry;
mod history;
mod import;
mod once;
mod questions;
mod receipt;
mod summary;
mod tally;

use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, CallerKind, ConsentForm, ConsentWord, ContactChannel, EvidenceGrade, EvidenceId,
    Moment, RecordId, Register, SubjectId, Text, Through,
};
use shouxin_store::{CommitError, Query, Row, Tx, params};

use crate::active::{Active, Scope};
use crate::integrity::{self, Consent, Facts};
use crate::reads::needs;
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};
pub use event::ConsentEvent;
pub(crate) use event::{DIGEST, events_query};
pub(crate) use history::hold_events;
pub use history::{AsOf, HeldEvent, Stands, hears};
pub use import::{ImportedConsents, ImportedRow, MOST_ROWS, RowOutcome, is_place};
pub(crate) use once::{Spendable, is_spendable};
pub use questions::{Askable, MayAsk};
pub use receipt::ReceiptForm;
pub(crate) use summary::Summed;
pub use summary::{
    Blurred, ConsentSummary, EXPIRING_DAYS, MOST_PERIODS, NowSummary, PeriodSummary,
    PurposeSummary, Said, ShownVersion, Step,
};

/// What a subject said about a purpose or a part of it, and how it came here.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The purpose.
    pub purpose: String,
    /// `collection.field` or `collection.*`; `None`: the whole purpose.
    pub part: Option<String>,
    /// For which way of being reached; `None`: for every one.
    pub channel: Option<ContactChannel>,
    /// Yes, no, or no longer.
    pub word: ConsentWord,
    /// In which form.
    pub form: ConsentForm,
    /// What was shown when it was said.
    pub notice: Option<ShownNotice>,
    /// Through what it was collected.
    pub through: Through,
    /// Where: a site, a page, a recording's reference. Never a person's value.
    pub place: Option<String>,
    /// When it was said; `None`: now.
    pub collected_at: Option<Moment>,
    /// From when on it counts; `None`: at once.
    pub from: Option<Moment>,
    /// Until when it counts; `None`: for good.
    pub until: Option<Moment>,
    /// The case that it is for; `None`: for any.
    pub case: Option<RecordId>,
    /// How well it is proved.
    pub grade: EvidenceGrade,
    /// A stored piece of evidence: its id, and the SHA-256 of its bytes.
    pub evidence: Option<(EvidenceId, [u8; 32])>,
    /// Not more often than so many times a month; `None`: as often as the purpose needs.
    pub most_per_month: Option<u32>,
}

/// Which notice was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownNotice {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// The hash of its text.
    pub hash: [u8; 32],
    /// The language in which it was shown: `zh` or `en`.
    pub language: String,
}

impl Statement {
    /// This word about the whole purpose, said now through the API, with nothing shown.
    pub fn new(purpose: &str, word: ConsentWord, form: ConsentForm) -> Self {
        Self {
            purpose: purpose.to_owned(),
            part: None,
            channel: None,
            word,
            form,
            notice: None,
            through: Through::Api,
            place: None,
            collected_at: None,
            from: None,
            until: None,
            case: None,
            grade: EvidenceGrade::Proved,
            evidence: None,
            most_per_month: None,
        }
    }

    /// The scope under which it counts: that of the version shown.
    ///
    /// # Errors
    /// Who agrees must have been shown the notice that binds the purpose, in a version that was in force at
    /// that moment, unless the word was taken over from before. Who refuses or withdraws is never held up.
    fn scope(&self, now: Moment, active: &Active) -> Result<u32, ConsentError> {
        let agrees = self.word == ConsentWord::Given;
        let Some(shown) = &self.notice else {
            let binds = |scope: &Scope| !scope.fields.is_empty();
            let bound = active.told.purposes.get(&self.purpose).is_some_and(binds);
            return if agrees && bound && self.grade == EvidenceGrade::Proved {
                Err(ConsentError::NotShown)
            } else {
                // Who was shown nothing has agreed to nothing newer than what stood before the first notice.
                Ok(0)
            };
        };
        let version = (shown.name.clone(), shown.version);
        let edition = active.told.editions.get(&version);
        let edition = edition.filter(|edition| edition.hash == shown.hash);
        let scope = edition.and_then(|edition| edition.purposes.get(&self.purpose));
        let refused = match (edition, scope) {
            // What is taken over may have been told by notices that were never published here.
            (None, _) if self.through == Through::Import => return Ok(0),
            (None, _) => ConsentError::UnknownNotice,
            (Some(_), None) => ConsentError::NotTold,
            (Some(edition), _) if !edition.covers(self.collected_at.unwrap_or(now)) => {
                ConsentError::NotInForce
            }
            (Some(_), Some(scope)) => return Ok(scope.number),
        };
        if agrees {
            Err(refused)
        } else {
            Ok(scope.map_or(0, |scope| scope.number))
        }
    }
}

/// Where a statement was taken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenDown {
    /// Counts what this subject said: 1, 2, 3.
    pub epoch: u64,
    /// The ledger entry.
    pub entry: u64,
}

/// Why a subject's word was not taken down.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The purpose has no such part: neither `collection.field` nor `collection.*` of its fields.
    #[error("the purpose has no such part")]
    UnknownPart,
    /// A notice binds the purpose, and it is not said that it was shown.
    #[error("a notice binds the purpose: say which version was shown")]
    NotShown,
    /// No notice of this name and version was ever in force with this hash.
    #[error("no such notice was ever in force")]
    UnknownNotice,
    /// The notice shown does not tell of the purpose.
    #[error("the notice shown does not tell of the purpose")]
    NotTold,
    /// The version shown was not in force when the word was said.
    #[error("the version of the notice was not in force at that moment")]
    NotInForce,
    /// There is no such subject.
    #[error("there is no such subject")]
    SubjectNotFound,
    /// The key of a service does not name this purpose.
    #[error("this API key does not name the purpose")]
    NotCovered,
    /// What is said makes no sense: where in the statement, and why.
    #[error("{0}: {why}", why = .1.en)]
    Senseless(&'static str, Text),
    /// The ledger does not reach this event, or no checkpoint covers it yet.
    #[error("there is no such event, or no signed checkpoint covers it yet")]
    NoEvent,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Takes down what a subject said about a purpose as a whole, in which form, and until when it counts.
    /// Gives the ledger entry.
    ///
    /// # Errors
    /// [`ConsentError`]; nothing changes then.
    pub async fn put_consent(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        word: ConsentWord,
        form: ConsentForm,
        until: Option<Moment>,
    ) -> Result<u64, ConsentError> {
        let statement = Statement {
            until,
            ..Statement::new(purpose, word, form)
        };
        let taken = self
            .take_down(caller, subject, std::slice::from_ref(&statement))
            .await?;
        Ok(taken[0].entry)
    }

    /// Takes down what a subject said, all of it or nothing, in this order. A word about a whole stands in
    /// place of every earlier word about its parts; reads under way look again.
    ///
    /// # Errors
    /// [`ConsentError`]; nothing changes then.
    pub async fn take_down(
        &self,
        caller: &Caller,
        subject: SubjectId,
        statements: &[Statement],
    ) -> Result<Vec<TakenDown>, ConsentError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            let now = self.now();
            let wrong = |said| {
                undeclared(&active, said)
                    .or_else(|| uncovered(caller, said))
                    .or_else(|| said.scope(now, &active).err())
            };
            if let Some(error) = statements.iter().find_map(wrong) {
                self.unless_newer(&active, error).await?;
                continue;
            }
            if let Some(error) = statements.iter().find_map(|said| senseless(said, now)) {
                return Err(error);
            }
            let Some(mut person) = self.person(subject).await? else {
                return Err(ConsentError::SubjectNotFound);
            };
            let mut tx = Tx::new();
            tx.guard(
                1,
                "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
                params![active.mark()],
            );
            let rows = std::mem::take(&mut person.consents);
            let mut counting = counting(&rows)?;
            let last = last_epoch(&counting);
            let actor = caller.actor();
            let events: Vec<ConsentEvent> = (last + 1..)
                .zip(statements)
                .map(|(epoch, said)| ConsentEvent::said(said, epoch, now, actor.clone()))
                .collect();
            for (event, said) in events.iter().zip(statements) {
                if let Some((id, hash)) = event.evidence {
                    tx.guard(
                        1,
                        "SELECT 1 FROM evidence WHERE subject = $1 AND id = $2 AND hash = $3",
                        params![subject, id, hash],
                    );
                }
                let scope = i64::from(said.scope(now, &active)?);
                self.happens(&mut tx, &mut person, &mut counting, (event, scope));
                let mut entry = self.begin(now, Kind::Consent, caller, &active);
                entry.subject = person.pseudonym;
                entry.purpose = Some(event.purpose.clone());
                entry.extra = event.words();
                let slot = tx.append(self.bytes(&entry)?);
                self.tell(&mut tx, slot, subject, now, &event.told(scope))?;
            }
            person.touch(self, &mut tx);
            match self.store().commit(tx).await {
                Ok(committed) => {
                    self.announce();
                    let taken = (last + 1..).zip(committed.entries);
                    return Ok(taken
                        .map(|(epoch, entry)| TakenDown { epoch, entry })
                        .collect());
                }
                Err(CommitError::Conflict { .. }) => self.refresh().await?,
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(VaultError::Busy.into())
    }

    /// Puts what follows from an event into the transaction: the event itself, and what counts from now on.
    pub(crate) fn happens<'e>(
        &self,
        tx: &mut Tx,
        person: &mut Subject,
        counting: &mut Vec<Consent<'e>>,
        (event, scope): (&'e ConsentEvent, i64),
    ) {
        let new = event.counts(scope);
        counting.retain(|old| {
            let over = displaces(&new, old);
            if over {
                person.facts.remove_consent(self, old);
                remove(tx, person.id, old);
            }
            !over
        });
        person.facts.add_consent(self, &new);
        insert(tx, person.id, &new);
        event.insert(tx, person.id);
        counting.push(new);
    }
}

/// What counts, of rows as [`integrity::consents_query`] gives them.
pub(crate) fn counting(rows: &[Row]) -> Result<Vec<Consent<'_>>, VaultError> {
    rows.iter().map(Consent::of).collect()
}

/// The number of the last event: whatever it was about, what it left counts still.
pub(crate) fn last_epoch(counting: &[Consent<'_>]) -> u64 {
    let epochs = counting.iter().map(|one| one.epoch.unsigned_abs());
    epochs.max().unwrap_or(0)
}

/// What of a statement the register does not declare.
fn undeclared(active: &Active, said: &Statement) -> Option<ConsentError> {
    let Some(purpose) = active.register.purpose(&said.purpose) else {
        return Some(ConsentError::UnknownPurpose);
    };
    let part = said.part.as_deref()?;
    (!has_part(&active.register, &purpose.name, part)).then_some(ConsentError::UnknownPart)
}

/// Whether this is `collection.field` or `collection.*` of a purpose's fields.
pub(crate) fn has_part(register: &Register, purpose: &str, part: &str) -> bool {
    let Some(purpose) = register.purpose(purpose) else {
        return false;
    };
    register.fields().any(|(field, _)| {
        let within = field.as_str() == part || part.strip_suffix(".*") == Some(field.collection());
        within && needs(purpose, &field)
    })
}

/// A service speaks about the purposes that its key names.
fn uncovered(caller: &Caller, said: &Statement) -> Option<ConsentError> {
    let CallerKind::Service { purposes, .. } = &caller.kind else {
        return None;
    };
    (!purposes.contains(&said.purpose)).then_some(ConsentError::NotCovered)
}

/// What of a statement cannot be meant so.
fn senseless(said: &Statement, now: Moment) -> Option<ConsentError> {
    let given = said.word == ConsentWord::Given;
    let begins = said.from.unwrap_or(now);
    let over = said.until.is_some_and(|until| until <= begins);
    let bounded = said.case.is_some() || said.from.is_some() || said.until.is_some();
    let vouched = said.place.is_some() || said.evidence.is_some();
    let rules = [
        (
            said.through == Through::System,
            "through",
            Text::fixed(
                "不能由系统代为表示;请写明实际渠道,例如 web、counter、paper",
                "the system says nothing in a person's place; name the channel it came through, such as web, counter, paper",
            ),
        ),
        (
            said.collected_at.is_some_and(|at| at > now),
            "collected_at",
            Text::fixed(
                "收集时间在未来;请改为实际作出表示的时间",
                "lies in the future; give the time at which it was said",
            ),
        ),
        (
            over,
            "expires_at",
            Text::fixed(
                "失效时间不晚于生效时间或现在;请改为更晚的时间",
                "is not after the beginning, or not after now; give a later time",
            ),
        ),
        (
            !given && bounded,
            "expires_at",
            Text::fixed(
                "拒绝或撤回没有期限,也不限于某一业务单;请去掉 from、expires_at 和 case",
                "a refusal or withdrawal has no period and is for no single case; leave out from, expires_at and case",
            ),
        ),
        (
            given && said.form == ConsentForm::Once && !bounded,
            "form",
            Text::fixed(
                "一次性同意须写明业务单(case)或时间段(from、expires_at)",
                "consent for one time names its case, or its time (from, expires_at)",
            ),
        ),
        (
            given && said.form == ConsentForm::Guardian && !vouched,
            "form",
            Text::fixed(
                "监护人同意须说明如何核实监护人身份:写明地点或通话录音编号(place),或附证据(evidence)",
                "a guardian's consent says how the guardian was verified: a place or a recording's reference (place), or evidence",
            ),
        ),
    ];
    let broken = rules.into_iter().find(|(broken, ..)| *broken);
    broken.map(|(_, at, why)| ConsentError::Senseless(at, why))
}

/// Whether what happened to one scope stands in place of an earlier word about another. A word that was said
/// covers what lies within its scope; what becomes of a word by itself concerns that word alone.
pub(crate) fn displaces(new: &Consent<'_>, old: &Consent<'_>) -> bool {
    if new.purpose != old.purpose {
        return false;
    }
    if matches!(new.state, "expired" | "spent") {
        return new.part == old.part && new.channel == old.channel;
    }
    let part = new.part.is_empty()
        || new.part == old.part
        || new
            .part
            .strip_suffix('*')
            .is_some_and(|whole| old.part.starts_with(whole));
    part && (new.channel.is_empty() || new.channel == old.channel)
}

fn remove(tx: &mut Tx, subject: SubjectId, old: &Consent<'_>) {
    tx.run_exactly(
        1,
        "DELETE FROM consent WHERE subject = $1 AND purpose = $2 AND part = $3 AND channel = $4",
        params![subject, old.purpose, old.part, old.channel],
    );
}

fn insert(tx: &mut Tx, subject: SubjectId, new: &Consent<'_>) {
    tx.run_exactly(
        1,
        "INSERT INTO consent (subject, purpose, part, channel, state, form, at, valid_from, expires_at, case_id, \
         scope, grade, epoch, most_per_month) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            subject,
            new.purpose,
            new.part,
            new.channel,
            new.state,
            new.form,
            new.at,
            new.from,
            new.expires_at,
            new.case,
            new.scope,
            new.grade,
            new.epoch,
            new.most_per_month
        ],
    );
}

/// A subject as a change of facts about it needs it.
pub(crate) struct Subject {
    pub(crate) id: SubjectId,
    pub(crate) version: i64,
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
        let found = self.person_and(id, None).await?;
        Ok(found.map(|(person, _)| person))
    }

    /// As [`Vault::person`], with the answer to one more question over the same state of the data.
    pub(crate) async fn person_and(
        &self,
        id: SubjectId,
        beside: Option<Query>,
    ) -> Result<Option<(Subject, Vec<Row>)>, VaultError> {
        let person = Query {
            sql: integrity::SUBJECT,
            params: params![id],
        };
        let mut queries = vec![person, integrity::consents_query(id)];
        queries.extend(beside);
        let mut answers = self.store().query_all(queries).await?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let (person, consents, beside) = (next(), next(), next());
        let Some(row) = person.first() else {
            return Ok(None);
        };
        let facts = Facts::of(self, id, row)?;
        facts.hold(self, &consents)?;
        let person = Subject {
            id,
            version: row.int(0)?,
            pseudonym: row.opt_bytes(1)?.and_then(|bytes| bytes.try_into().ok()),
            facts,
            consents,
        };
        Ok(Some((person, beside)))
    }
}

/// The word of a form in the store and in ledger entries.
pub(crate) const fn word(form: ConsentForm) -> &'static str {
    form.word()
}
