//! The protected read: facts, verdict, entry, and only then plaintext.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Caller, FieldRef, Form, Moment, Purpose, RecordId, Register, SubjectId};
use shouxin_policy::{Ask, Because, Facts, Hint, Relation, Used, Verdict, decide};
use shouxin_store::{CommitError, Tx, params};

use crate::active::Active;
use crate::gather::{self, Known, Wanted};
use crate::open::{self, Opened};
use crate::permit::{Permit, RecordedPermit};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// What to read, and what for.
#[derive(Clone)]
pub struct ReadRequest {
    /// The subjects: one, or up to 1,000 for a batch; without repeats.
    pub subjects: Vec<SubjectId>,
    /// The fields wanted, without repeats; at most 200.
    pub fields: Vec<FieldRef>,
    /// The purpose.
    pub purpose: String,
    /// The case that ties the caller to the subject; any open case if not named.
    pub case: Option<RecordId>,
    /// Those of `fields` that must be opened.
    pub clear: BTreeSet<FieldRef>,
    /// Why, in the caller's words. Kept as a keyed digest.
    pub reason: Option<String>,
}

/// Leaves out the reason: people write names into it.
impl std::fmt::Debug for ReadRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadRequest")
            .field("subjects", &self.subjects)
            .field("fields", &self.fields)
            .field("purpose", &self.purpose)
            .field("case", &self.case)
            .field("clear", &self.clear)
            .finish_non_exhaustive()
    }
}

/// What became of the read of one subject.
#[derive(Debug)]
pub struct ReadOutcome {
    /// The subject.
    pub subject: SubjectId,
    /// The ledger entry that records it.
    pub entry: u64,
    /// Why the read as a whole was refused, if it was.
    pub refusal: Option<Arc<Because>>,
    /// One answer a field, in the order asked.
    pub fields: Vec<FieldOutcome>,
    /// Whether there is such a subject.
    pub found: bool,
}

/// One field of a read.
#[derive(Debug)]
pub struct FieldOutcome {
    /// The field.
    pub field: FieldRef,
    /// The form it is answered in.
    pub form: Form,
    /// The rule that decided.
    pub because: Arc<Because>,
    /// What the caller could do to see more.
    pub hint: Option<Hint>,
    /// The values, one for each record that has one.
    pub values: Vec<Opened>,
}

/// Why a request for a read cannot be decided at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The register has no such field.
    #[error("the register has no field {0}")]
    UnknownField(FieldRef),
    /// `clear` names a field that `fields` does not.
    #[error("{0} is to be opened but is not among the fields")]
    ClearNotAsked(FieldRef),
    /// A list is empty, too long, or holds something twice.
    #[error("{0}")]
    Shape(&'static str),
    /// The store, the ledger or the keys failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The most subjects of one batch.
pub const MAX_SUBJECTS: usize = 1_000;

/// The most fields of one read.
pub const MAX_FIELDS: usize = 200;

impl Vault {
    /// Reads fields of one or many subjects for a purpose: each in the form that policy allows, each
    /// subject under a ledger entry of its own, all entries durable before anything opens.
    ///
    /// # Errors
    /// [`ReadError`]; a refusal by policy is an outcome, not an error.
    pub async fn read(
        &self,
        caller: &Caller,
        request: &ReadRequest,
    ) -> Result<Vec<ReadOutcome>, ReadError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            let purpose = match check(&active.register, request) {
                Ok(purpose) => purpose,
                Err(error) => {
                    self.unless_newer(&active, error).await?;
                    continue;
                }
            };
            let round = Round {
                vault: self,
                active: &active,
                caller,
                purpose,
                request,
            };
            match round.run().await? {
                Some(outcomes) => return Ok(outcomes),
                // A fact changed between the look and the commit: look again.
                None => self.refresh().await?,
            }
        }
        Err(VaultError::Busy.into())
    }

    /// What [`Vault::read`] would decide for one subject, without data. Recorded as well, for the
    /// decision tells facts about the subject.
    ///
    /// # Errors
    /// As [`Vault::read`]. `None` if there is no such subject.
    pub async fn explain(
        &self,
        caller: &Caller,
        request: &ReadRequest,
    ) -> Result<Option<Verdict>, ReadError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            let purpose = match check(&active.register, request) {
                Ok(purpose) => purpose,
                Err(error) => {
                    self.unless_newer(&active, error).await?;
                    continue;
                }
            };
            let round = Round {
                vault: self,
                active: &active,
                caller,
                purpose,
                request,
            };
            match round.explain().await {
                Err(VaultError::Busy) => self.refresh().await?,
                result => return Ok(result?),
            }
        }
        Err(VaultError::Busy.into())
    }
}

fn check<'a>(register: &'a Register, request: &ReadRequest) -> Result<&'a Purpose, ReadError> {
    let purpose = register
        .purpose(&request.purpose)
        .ok_or(ReadError::UnknownPurpose)?;
    if request.fields.is_empty() || request.fields.len() > MAX_FIELDS {
        return Err(ReadError::Shape("fields holds 1 to 200 names"));
    }
    if request.subjects.is_empty() || request.subjects.len() > MAX_SUBJECTS {
        return Err(ReadError::Shape("subjects holds 1 to 1000 ids"));
    }
    let distinct: BTreeSet<_> = request.fields.iter().collect();
    if distinct.len() != request.fields.len() {
        return Err(ReadError::Shape("fields names a field twice"));
    }
    if request.subjects.iter().collect::<BTreeSet<_>>().len() != request.subjects.len() {
        return Err(ReadError::Shape("subjects names a subject twice"));
    }
    if let Some(field) = request
        .fields
        .iter()
        .find(|name| register.field(name).is_none())
    {
        return Err(ReadError::UnknownField(field.clone()));
    }
    if let Some(field) = request.clear.iter().find(|name| !distinct.contains(name)) {
        return Err(ReadError::ClearNotAsked(field.clone()));
    }
    Ok(purpose)
}

/// One attempt at a read.
struct Round<'a> {
    vault: &'a Vault,
    active: &'a Active,
    caller: &'a Caller,
    purpose: &'a Purpose,
    request: &'a ReadRequest,
}

impl Round<'_> {
    /// `None` if a fact changed before the commit; then nothing happened.
    async fn run(&self) -> Result<Option<Vec<ReadOutcome>>, VaultError> {
        let now = self.vault.now();
        let (mut used, known) = self.gather(now).await?;
        let before = used;
        let mut tx = Tx::new();
        let mut permits = Vec::with_capacity(known.len());
        let mut facts = self.facts(now);
        for (subject, known) in self.request.subjects.iter().zip(&known) {
            let verdict = match known {
                Some(known) => self.decide(&mut facts, &mut used, known),
                None => Verdict {
                    refusal: None,
                    fields: Vec::new(),
                },
            };
            self.guard(&mut tx, *subject, known.as_ref(), now, &verdict);
            tx.append(match known {
                Some(known) => self.entry(now, self.kind(&verdict), known, &verdict)?,
                None => self.stranger(now)?,
            });
            permits.push(Permit::new(verdict));
        }
        self.charge(&mut tx, now, before, used);
        let permits = match RecordedPermit::commit(self.vault.store(), permits, tx).await {
            Ok(permits) => permits,
            Err(CommitError::Conflict { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let subjects = self.request.subjects.iter().copied();
        let outcomes = subjects.zip(known).zip(permits);
        outcomes
            .map(|((subject, known), permit)| self.outcome(subject, known, permit))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// The decision about the first subject, recorded as such; `Busy` if a fact changed before the
    /// commit.
    async fn explain(&self) -> Result<Option<Verdict>, VaultError> {
        let now = self.vault.now();
        let (mut used, known) = self.gather(now).await?;
        let mut tx = Tx::new();
        let (Some(Some(known)), Some(subject)) = (known.first(), self.request.subjects.first())
        else {
            tx.append(self.stranger(now)?);
            self.vault.store().commit(tx).await?;
            return Ok(None);
        };
        let verdict = self.decide(&mut self.facts(now), &mut used, known);
        self.guard_facts(&mut tx, *subject, known);
        tx.append(self.entry(now, Kind::Explain, known, &verdict)?);
        self.vault.store().commit(tx).await?;
        Ok(Some(verdict))
    }

    async fn gather(&self, now: Moment) -> Result<(Used, Vec<Option<Known>>), VaultError> {
        let wanted = Wanted {
            register: &self.active.register,
            purpose: self.purpose,
            caller: self.caller,
            case: self.request.case,
            collections: self
                .request
                .fields
                .iter()
                .map(FieldRef::collection)
                .collect(),
            now,
        };
        let mut queries = vec![gather::used_query(self.caller, &self.purpose.name, now)];
        queries.extend(
            self.request
                .subjects
                .iter()
                .flat_map(|subject| wanted.queries(*subject)),
        );
        let mut answers = self.vault.store().query_all(queries).await?.into_iter();
        let used = gather::used(&answers.next().unwrap_or_default())?;
        let per_subject = wanted.queries_per_subject();
        let known = (0..self.request.subjects.len())
            .map(|_| wanted.known(answers.by_ref().take(per_subject).collect()))
            .collect::<Result<_, _>>()?;
        Ok((used, known))
    }

    /// The facts that all subjects of the request share.
    fn facts(&self, now: Moment) -> Facts {
        Facts {
            ask: Ask {
                now,
                caller: self.caller.clone(),
                purpose: self.purpose.name.clone(),
                used: Used::default(),
                training_until: None,
                pledge_until: None,
            },
            fields: self.request.fields.clone(),
            clear: self.request.clear.clone(),
            relation: Relation::default(),
            consent: None,
            restricted: false,
            hold: false,
            expired: BTreeSet::new(),
        }
    }

    fn decide(&self, facts: &mut Facts, used: &mut Used, known: &Known) -> Verdict {
        facts.ask.used = used_beside(*used, known);
        facts.relation = known.relation;
        facts.consent = known.consent;
        facts.restricted = known.restricted;
        facts.expired = known.expired(&self.active.register, &self.request.fields);
        let verdict = decide(&self.active.policies, &self.active.register, facts);
        if verdict.opens() {
            used.subjects += u32::from(!known.seen_today);
            used.clear += verdict.clear_spent();
        }
        verdict
    }

    /// Ties the commit to the facts: the subject's version and the register and policies in force.
    fn guard(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        known: Option<&Known>,
        now: Moment,
        verdict: &Verdict,
    ) {
        let Some(known) = known else { return };
        self.guard_facts(tx, subject, known);
        if verdict.opens() && !known.seen_today && self.purpose.quota.subjects_per_day.is_some() {
            tx.run_exactly(
                1,
                "INSERT INTO quota (actor, day, purpose, kind, used) VALUES ($1, $2, $3, $4, 1) ON CONFLICT DO NOTHING",
                params![self.caller.actor(), now.china_day(), &self.purpose.name, gather::seen_mark(subject)],
            );
        }
    }

    fn guard_facts(&self, tx: &mut Tx, subject: SubjectId, known: &Known) {
        tx.guard(
            1,
            "SELECT 1 FROM subject, setting WHERE subject.id = $1 AND subject.version = $2 \
             AND setting.name = 'declared' AND setting.value = $3",
            params![subject, known.version, self.active.mark()],
        );
    }

    /// Charges what was used beyond `before` to the day's quota, within its limits.
    fn charge(&self, tx: &mut Tx, now: Moment, before: Used, after: Used) {
        let quota = self.purpose.quota;
        let charges = [
            (
                "subjects",
                after.subjects - before.subjects,
                quota.subjects_per_day,
            ),
            ("clear", after.clear - before.clear, quota.clear_per_day),
        ];
        for (kind, amount, limit) in charges {
            if let Some(limit) = limit
                && amount > 0
            {
                charge(
                    tx,
                    self.caller,
                    &self.purpose.name,
                    now,
                    kind,
                    amount,
                    limit,
                );
            }
        }
    }

    fn kind(&self, verdict: &Verdict) -> Kind {
        match verdict {
            _ if !verdict.opens() => Kind::Refusal,
            _ if verdict.clear_spent() > 0 => Kind::Reveal,
            _ => Kind::Read,
        }
    }

    fn entry(
        &self,
        now: Moment,
        kind: Kind,
        known: &Known,
        verdict: &Verdict,
    ) -> Result<Vec<u8>, VaultError> {
        let mut entry = self.begin(now, kind);
        entry.subject = known.pseudonym;
        for (field, decision) in &verdict.fields {
            entry.add_field(
                decision.form.word(),
                &decision.because.rule,
                field.to_string(),
            );
        }
        self.vault.bytes(&entry)
    }

    /// The entry for a subject that does not exist.
    fn stranger(&self, now: Moment) -> Result<Vec<u8>, VaultError> {
        let mut entry = self.begin(now, Kind::Refusal);
        entry
            .extra
            .push(("rule".to_owned(), "subject-not-found".to_owned()));
        self.vault.bytes(&entry)
    }

    fn begin(&self, now: Moment, kind: Kind) -> Entry {
        let mut entry = self.vault.begin(now, kind, self.caller, self.active);
        entry.purpose = Some(self.purpose.name.clone());
        entry.case = self.request.case.map(|case| case.to_string());
        if let Some(reason) = &self.request.reason {
            entry
                .extra
                .push(("why".to_owned(), self.vault.digest_words(reason)));
        }
        entry
    }

    fn outcome(
        &self,
        subject: SubjectId,
        known: Option<Known>,
        permit: RecordedPermit,
    ) -> Result<ReadOutcome, VaultError> {
        let entry = permit.entry();
        let refusal = permit.verdict().refusal.clone();
        let found = known.is_some();
        let mut values = match &known {
            Some(known) => open::open(
                self.vault,
                self.active,
                &self.purpose.name,
                subject,
                known,
                &permit,
            )?,
            None => BTreeMap::new(),
        };
        let fields = permit
            .verdict()
            .fields
            .iter()
            .map(|(field, decision)| FieldOutcome {
                field: field.clone(),
                form: decision.form,
                because: decision.because.clone(),
                hint: decision.hint,
                values: values.remove(field).unwrap_or_default(),
            });
        Ok(ReadOutcome {
            subject,
            entry,
            refusal,
            fields: fields.collect(),
            found,
        })
    }
}

/// What was used, this subject left out if it was read today already.
pub(crate) fn used_beside(used: Used, known: &Known) -> Used {
    Used {
        subjects: used.subjects.saturating_sub(u32::from(known.seen_today)),
        ..used
    }
}

/// Adds `amount` to what the caller has used today; a conflict if that passes `limit`.
pub(crate) fn charge(
    tx: &mut Tx,
    caller: &Caller,
    purpose: &str,
    now: Moment,
    kind: &'static str,
    amount: u32,
    limit: u32,
) {
    tx.run_exactly(
        1,
        "INSERT INTO quota (actor, day, purpose, kind, used) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (actor, day, purpose, kind) DO UPDATE SET used = quota.used + excluded.used \
         WHERE quota.used + excluded.used <= $6",
        params![
            caller.actor(),
            now.china_day(),
            purpose,
            kind,
            amount,
            limit
        ],
    );
}
