//! The word of a subject about a purpose: what was said, and what counts now.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};
use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, ConsentForm, ConsentWord, ContactChannel, EvidenceGrade, Moment, RecordId, SubjectId,
    Through,
};
use shouxin_store::{CommitError, Query, Row, Tx, params};

use crate::active::{Active, Scope};
use crate::integrity::{self, Consent, Facts};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

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
    pub evidence: Option<([u8; 16], [u8; 32])>,
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
        let Some(edition) = edition.filter(|edition| edition.hash == shown.hash) else {
            return Err(ConsentError::UnknownNotice);
        };
        let Some(scope) = edition.purposes.get(&self.purpose) else {
            return Err(ConsentError::NotTold);
        };
        if agrees && !edition.covers(self.collected_at.unwrap_or(now)) {
            return Err(ConsentError::NotInForce);
        }
        Ok(scope.number)
    }

    /// The row that counts from now on.
    fn counts<'s>(
        &'s self,
        now: Moment,
        active: &Active,
        epoch: i64,
    ) -> Result<Consent<'s>, ConsentError> {
        Ok(Consent {
            purpose: &self.purpose,
            part: self.part.as_deref().unwrap_or_default(),
            channel: self.channel.map_or("", ContactChannel::word),
            state: self.word.word(),
            form: word(self.form),
            at: now,
            from: self.from,
            expires_at: self.until,
            case: self.case,
            scope: i64::from(self.scope(now, active)?),
            grade: self.grade.word(),
            epoch,
        })
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
            let wrong = |said| undeclared(&active, said).or_else(|| said.scope(now, &active).err());
            if let Some(error) = statements.iter().find_map(wrong) {
                self.unless_newer(&active, error).await?;
                continue;
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
            let mut counting = rows
                .iter()
                .map(Consent::of)
                .collect::<Result<Vec<_>, _>>()?;
            let mut epoch = counting.iter().map(|one| one.epoch).max().unwrap_or(0);
            for said in statements {
                epoch += 1;
                let new = said.counts(now, &active, epoch)?;
                counting.retain(|old| {
                    let over = covers(&new, old);
                    if over {
                        person.facts.remove_consent(self, old);
                        remove(&mut tx, subject, old);
                    }
                    !over
                });
                person.facts.add_consent(self, &new);
                insert(&mut tx, subject, &new);
                let event = Event {
                    said,
                    epoch,
                    now,
                    actor: caller.actor(),
                };
                event.insert(&mut tx, subject);
                let mut entry = self.begin(now, Kind::Consent, caller, &active);
                entry.subject = person.pseudonym;
                entry.purpose = Some(said.purpose.clone());
                entry.extra = event.words();
                tx.append(self.bytes(&entry)?);
                counting.push(new);
            }
            person.touch(self, &mut tx);
            match self.store().commit(tx).await {
                Ok(committed) => {
                    let first = epoch.unsigned_abs() - statements.len() as u64;
                    let taken = (first + 1..).zip(committed.entries);
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
}

/// What of a statement the register does not declare.
fn undeclared(active: &Active, said: &Statement) -> Option<ConsentError> {
    let Some(purpose) = active.register.purpose(&said.purpose) else {
        return Some(ConsentError::UnknownPurpose);
    };
    let part = said.part.as_deref()?;
    let names = |field: &shouxin_model::FieldRef| {
        field.as_str() == part || part.strip_suffix(".*") == Some(field.collection())
    };
    (!purpose.fields.iter().any(names)).then_some(ConsentError::UnknownPart)
}

/// Whether a word about one scope stands in place of an earlier one about another.
fn covers(new: &Consent<'_>, old: &Consent<'_>) -> bool {
    let part = new.part.is_empty()
        || new.part == old.part
        || new
            .part
            .strip_suffix('*')
            .is_some_and(|whole| old.part.starts_with(whole));
    let channel = new.channel.is_empty() || new.channel == old.channel;
    new.purpose == old.purpose && part && channel
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
         scope, grade, epoch) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
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
            new.epoch
        ],
    );
}

/// A row of `consent_event`.
struct Event<'a> {
    said: &'a Statement,
    epoch: i64,
    now: Moment,
    actor: String,
}

impl Event<'_> {
    fn insert(&self, tx: &mut Tx, subject: SubjectId) {
        let said = self.said;
        let notice = said.notice.as_ref();
        tx.run_exactly(
            1,
            "INSERT INTO consent_event (subject, epoch, purpose, part, channel, state, form, grade, notice, \
             notice_version, notice_hash, language, through, actor, place, collected_at, received_at, valid_from, \
             expires_at, case_id, evidence, evidence_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
             $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
            params![
                subject,
                self.epoch,
                said.purpose.as_str(),
                said.part.as_deref().unwrap_or_default(),
                said.channel.map_or("", ContactChannel::word),
                said.word.word(),
                word(said.form),
                said.grade.word(),
                notice.map_or("", |shown| shown.name.as_str()),
                notice.map_or(0, |shown| shown.version),
                notice.map(|shown| shown.hash),
                notice.map_or("", |shown| shown.language.as_str()),
                said.through.word(),
                self.actor.as_str(),
                said.place.as_deref(),
                said.collected_at.unwrap_or(self.now),
                self.now,
                said.from,
                said.until,
                said.case,
                said.evidence.map(|(id, _)| id),
                said.evidence.map(|(_, hash)| hash)
            ],
        );
    }

    /// What its ledger entry says of it: enough to prove it, nothing that names a person.
    fn words(&self) -> Vec<(String, String)> {
        let said = self.said;
        let mut words = vec![
            ("state", said.word.word().to_owned()),
            ("form", word(said.form).to_owned()),
            ("epoch", self.epoch.to_string()),
            ("through", said.through.word().to_owned()),
            (
                "event",
                BASE64URL_NOPAD.encode(&Sha256::digest(self.canonical())),
            ),
        ];
        let mut add = |name, value: Option<String>| words.extend(value.map(|value| (name, value)));
        add("part", said.part.clone());
        add("channel", said.channel.map(|one| one.word().to_owned()));
        add("until", said.until.map(Moment::rfc3339));
        add("from", said.from.map(Moment::rfc3339));
        add(
            "notice",
            said.notice
                .as_ref()
                .map(|shown| format!("{}@{}", shown.name, shown.version)),
        );
        let grade = (said.grade != EvidenceGrade::Proved).then(|| said.grade.word().to_owned());
        add("grade", grade);
        let owned = words.into_iter();
        owned
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// The row without the subject, as JSON: what the digest in its ledger entry is over.
    fn canonical(&self) -> String {
        let said = self.said;
        let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
        let notice = said.notice.as_ref();
        let times = [
            Some(said.collected_at.unwrap_or(self.now)),
            Some(self.now),
            said.from,
            said.until,
        ];
        let row = (
            (self.epoch, &said.purpose, &said.part),
            (said.channel.map(ContactChannel::word), said.word.word()),
            (word(said.form), said.grade.word(), said.through.word()),
            notice.map(|n| (&n.name, n.version, hex(&n.hash), &n.language)),
            (
                &self.actor,
                &said.place,
                times.map(|at| at.map(Moment::micros)),
            ),
            said.case.map(|case| case.to_string()),
            said.evidence.map(|(id, hash)| (hex(&id), hex(&hash))),
        );
        serde_json::to_string(&row).expect("texts and numbers are JSON")
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
    form.word()
}
