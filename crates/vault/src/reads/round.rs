//! One attempt at a read: facts, verdict, entry, and only then plaintext.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Caller, FieldRef, Form, Moment, Purpose, SubjectId};
use shouxin_policy::{
    Ask, Because, Consents, Facts, Pieces, Relation, Used, Verdict, decide, key_destroyed,
    role_grants,
};
use shouxin_seal::{Standing, WrappedKey};
use shouxin_store::{CommitError, Tx, params};

use super::{FieldOutcome, ReadOutcome, ReadRequest, charge_used, used_beside};
use crate::active::Active;
use crate::changes::Changed;
use crate::gather::{self, Known, Wanted};
use crate::grants::Held;
use crate::keys::Keyrings;
use crate::parted::{is_parted, tell_pieces};
use crate::permit::{Permit, RecordedPermit};
use crate::spent::is_limited;
use crate::{Vault, VaultError};
use crate::{leaks, open};

/// What ties a caller to a subject, or why nothing does.
pub(crate) enum Stood {
    /// Tied; the subject's name in the ledger.
    Tied(Option<[u8; 16]>),
    /// Refused, by this rule.
    Refused(Arc<Because>),
}

/// One attempt at a read.
pub(super) struct Round<'a> {
    pub(super) vault: &'a Vault,
    /// Taken before the facts are gathered: what they are sealed with opens by these, or never did.
    pub(super) keyrings: Keyrings,
    pub(super) active: &'a Active,
    pub(super) caller: &'a Caller,
    pub(super) purpose: &'a Purpose,
    pub(super) request: &'a ReadRequest,
}

impl Round<'_> {
    /// `None` if a fact changed before the commit; then nothing happened.
    pub(super) async fn run(&self) -> Result<Option<Vec<ReadOutcome>>, VaultError> {
        let now = self.vault.now();
        let (mut used, mut known) = self.gather(now).await?;
        let before = used;
        let mut tx = Tx::new();
        let mut permits = Vec::with_capacity(known.len());
        let mut facts = self.facts(now);
        let mut held = None;
        let mut spent = Vec::new();
        for known in &mut known {
            let verdict = match known {
                Some(known) => self.judge(&mut facts, &mut used, known, &mut held).await?,
                None => Verdict {
                    refusal: None,
                    fields: Vec::new(),
                    pieces: Vec::new(),
                    joined_by: Vec::new(),
                },
            };
            self.guard(&mut tx, known.as_ref(), now, &verdict);
            tx.append(match known {
                Some(known) => self.entry(now, self.kind(&verdict), known, &verdict)?,
                None => self.stranger(now)?,
            });
            if let Some(known) = known {
                let words = self.spend(now, known, &verdict, &mut tx)?;
                spent.extend(
                    words
                        .into_iter()
                        .map(|(entry, told)| (known.subject, entry, told)),
                );
            }
            permits.push(Permit::new(verdict));
        }
        // After those of the verdicts, which stand in the order of the permits.
        let spends = !spent.is_empty();
        for (subject, entry, told) in spent {
            let slot = tx.append(entry);
            self.vault.tell(&mut tx, slot, subject, now, &told)?;
        }
        charge_used(&mut tx, self.caller, self.purpose, now, before, used);
        let permits = match RecordedPermit::commit(self.vault.store(), permits, tx).await {
            Ok(permits) => permits,
            Err(CommitError::Conflict { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if spends {
            self.vault.announce();
        }
        self.vault.note_spent(self.caller, self.purpose, now, used);
        let subjects = self.request.subjects.iter().copied();
        let outcomes = subjects.zip(known).zip(permits);
        let mut outcomes: Vec<ReadOutcome> = outcomes
            .map(|((subject, known), permit)| self.outcome(subject, known, permit))
            .collect::<Result<_, _>>()?;
        self.look_for_leaks(&mut outcomes).await?;
        Ok(Some(outcomes))
    }

    /// Looks once more at the texts that are about to be answered: what was not found when they came in, and is none
    /// of the purpose's. Customers are told their own texts whole.
    async fn look_for_leaks(&self, outcomes: &mut [ReadOutcome]) -> Result<(), VaultError> {
        if self.caller.subject().is_some() {
            return Ok(());
        }
        let register = &self.active.register;
        let allowed = leaks::allowed(register, std::iter::once(self.purpose));
        let action = self.vault.leak_action();
        for outcome in outcomes {
            let found = leaks::look_at_answer(&mut outcome.fields, register, &allowed, action);
            if !found.is_empty() {
                let (to, purpose) = (self.caller.actor(), Some(self.purpose.name.as_str()));
                self.vault
                    .record_leak(self.caller, &to, purpose, &found)
                    .await?;
            }
        }
        Ok(())
    }

    /// The decision about the first subject, recorded as such; `Busy` if a fact changed before the
    /// commit.
    pub(super) async fn explain(&self) -> Result<Option<Verdict>, VaultError> {
        let now = self.vault.now();
        let (mut used, known) = self.gather(now).await?;
        let mut tx = Tx::new();
        let Some(Some(known)) = known.first() else {
            tx.append(self.stranger(now)?);
            self.vault.store().commit(tx).await?;
            return Ok(None);
        };
        let verdict = self
            .judge(&mut self.facts(now), &mut used, known, &mut None)
            .await?;
        self.guard_facts(&mut tx, known);
        Held::guard(&verdict, now, &mut tx);
        tx.append(self.entry(now, Kind::Explain, known, &verdict)?);
        self.vault.store().commit(tx).await?;
        Ok(Some(verdict))
    }

    /// Whether the caller's purpose lets them know of the first subject at all, under an entry of this kind
    /// that says `extra`; counted as a look at the subject. `None` if there is no such subject.
    pub(super) async fn stand(
        &self,
        kind: Kind,
        extra: &[(String, String)],
    ) -> Result<Option<(Stood, u64)>, VaultError> {
        let now = self.vault.now();
        let (mut used, known) = self.gather(now).await?;
        let before = used;
        let mut tx = Tx::new();
        // Whoever knows a person by the ids of a zone apart is told of that zone alone.
        let known = known.first().and_then(Option::as_ref);
        let Some(known) = known.filter(|known| known.named_in.is_none()) else {
            tx.append(self.stranger(now)?);
            self.vault.store().commit(tx).await?;
            return Ok(None);
        };
        let verdict = self
            .judge(&mut self.facts(now), &mut used, known, &mut None)
            .await?;
        self.guard(&mut tx, Some(known), now, &verdict);
        let mut entry = self.begin(now, kind);
        entry.subject = known.pseudonym;
        entry.extra.extend_from_slice(extra);
        let refusal = verdict.refusal.clone();
        if let Some(because) = &refusal {
            entry.kind = Kind::Refusal;
            entry
                .extra
                .push(("rule".to_owned(), because.rule.to_string()));
        }
        tx.append(self.vault.bytes(&entry)?);
        charge_used(&mut tx, self.caller, self.purpose, now, before, used);
        let committed = self.vault.store().commit(tx).await?;
        self.vault.note_spent(self.caller, self.purpose, now, used);
        let stood = refusal.map_or(Stood::Tied(known.pseudonym), Stood::Refused);
        Ok(Some((stood, committed.entries[0])))
    }

    async fn gather(&self, now: Moment) -> Result<(Used, Vec<Option<Known>>), VaultError> {
        let register = &self.active.register;
        let apart = self.vault.apart_of(register, &self.request.fields)?;
        let mut collections: BTreeSet<&str> = self
            .request
            .fields
            .iter()
            .map(FieldRef::collection)
            .collect();
        collections.retain(|name| !apart.iter().any(|(_, within)| within.contains(name)));
        let wanted = Wanted {
            vault: self.vault,
            register,
            told: &self.active.told,
            purpose: self.purpose,
            caller: self.caller,
            case: self.request.case,
            collections,
            now,
            spends: true,
        };
        let floor = self.vault.floor(self.caller, self.purpose, now);
        let limited = is_limited(self.purpose);
        let subjects = &self.request.subjects;
        let used = limited.then(|| gather::used_query(self.caller, &self.purpose.name, now));
        let people = subjects.iter().map(|id| (*id, gather::seen_mark(*id)));
        let (used, mut known) = wanted.known_of(used, people.collect()).await?;
        let used = if limited {
            floor.hold(gather::used(&used)?)?
        } else {
            Used::default()
        };
        if !apart.is_empty() {
            self.vault
                .named_apart(&wanted, &apart, subjects, &mut known)
                .await?;
            self.vault
                .add_apart(&apart, known.iter_mut().flatten())
                .await?;
        }
        let only = &self.request.records;
        if !only.is_empty() {
            for one in known.iter_mut().flatten() {
                one.records.retain(|record| only.contains(&record.id));
            }
        }
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
            consent: Consents::default(),
            restricted: false,
            hold: false,
            expired: BTreeSet::new(),
            named_in: None,
            zone_grants: role_grants(&self.active.register, self.purpose, self.caller),
            grants: Vec::new(),
            pieces: Pieces {
                found: BTreeSet::new(),
                clear: self.request.clear_pieces.clone(),
            },
        }
    }

    /// The decision about one subject; where it falls short by the caller's own rights, with what the
    /// caller was granted.
    async fn judge(
        &self,
        facts: &mut Facts,
        used: &mut Used,
        known: &Known,
        held: &mut Option<Held>,
    ) -> Result<Verdict, VaultError> {
        let before = *used;
        facts.grants.clear();
        facts.pieces.found = known.pieces(&self.active.register, &self.request.fields)?;
        let verdict = self.decide(facts, used, known);
        if !falls_short(&verdict, self.request) {
            return Ok(verdict);
        }
        let held = match held {
            Some(held) => held,
            None => {
                let found = self
                    .vault
                    .held(self.caller, &self.purpose.name, facts.ask.now)
                    .await?;
                held.insert(found)
            }
        };
        facts.grants = held.about(known.subject);
        if facts.grants.is_empty() {
            return Ok(verdict);
        }
        *used = before;
        Ok(self.decide(facts, used, known))
    }

    fn decide(&self, facts: &mut Facts, used: &mut Used, known: &Known) -> Verdict {
        facts.ask.used = used_beside(*used, known);
        facts.relation = known.relation;
        facts.consent.clone_from(&known.consent);
        facts.restricted = known.restricted;
        facts.named_in.clone_from(&known.named_in);
        facts.expired = known.expired(&self.active.register, &self.request.fields);
        let mut verdict = decide(&self.active.policies, &self.active.register, facts);
        self.withhold_dead(&mut verdict, known);
        if verdict.opens() {
            used.subjects += u32::from(!known.seen_today);
            used.clear += verdict.clear_spent();
        }
        verdict
    }

    /// Withholds what was sealed by keys that were destroyed with their epoch, and says so: an old backup,
    /// or data put back, shows why it stays shut.
    fn withhold_dead(&self, verdict: &mut Verdict, known: &Known) {
        let dead = |(zone, wrapped): (&String, &WrappedKey)| {
            let keyring = self.keyrings.of(zone);
            matches!(keyring.standing(wrapped.epoch), Standing::Destroyed(_))
        };
        if !known.keys.iter().any(dead) {
            return;
        }
        let register = &self.active.register;
        let zone_is_dead = |name: &FieldRef| {
            let zone = register.collection(name.collection()).map(|c| &c.zone);
            register.field(name).is_some_and(|field| field.sealed)
                && zone
                    .and_then(|zone| known.keys.get_key_value(zone))
                    .is_some_and(dead)
        };
        for (name, decision) in &mut verdict.fields {
            if decision.form != Form::Withheld && zone_is_dead(name) {
                *decision = key_destroyed();
            }
        }
        let is_text = |name: &FieldRef| register.field(name).is_some_and(is_parted);
        let mut fields = verdict.fields.iter();
        if !fields.any(|(name, decision)| decision.form != Form::Withheld && is_text(name)) {
            verdict.pieces.clear();
        }
    }

    /// Ties the commit to the facts: the subject's version and the register and policies in force.
    fn guard(&self, tx: &mut Tx, known: Option<&Known>, now: Moment, verdict: &Verdict) {
        let Some(known) = known else { return };
        self.guard_facts(tx, known);
        Held::guard(verdict, now, tx);
        if verdict.opens() && !known.seen_today && self.purpose.quota.subjects_per_day.is_some() {
            tx.run_exactly(
                1,
                "INSERT INTO quota (actor, day, purpose, kind, used) VALUES ($1, $2, $3, $4, 1) ON CONFLICT DO NOTHING",
                params![self.caller.actor(), now.china_day(), &self.purpose.name, &known.mark],
            );
        }
    }

    /// Spends what was agreed to for a single time, if the verdict opens something under it. Gives the entries
    /// that say so. Of two reads at once one finds the subject's version moved, looks again, and is refused.
    fn spend(
        &self,
        now: Moment,
        known: &mut Known,
        verdict: &Verdict,
        tx: &mut Tx,
    ) -> Result<Vec<(Vec<u8>, Changed)>, VaultError> {
        let Some(spendable) = known.spendable.as_mut() else {
            return Ok(Vec::new());
        };
        if !self.active.register.needs_consent(self.purpose) {
            return Ok(Vec::new());
        }
        let by = (self.caller, self.active, now);
        let said = (self.purpose.name.as_str(), &known.consent);
        spendable.spend(self.vault, by, said, verdict, tx)
    }

    fn guard_facts(&self, tx: &mut Tx, known: &Known) {
        tx.guard(
            1,
            "SELECT 1 FROM subject, setting WHERE subject.id = $1 AND subject.version = $2 \
             AND setting.name = 'declared' AND setting.value = $3",
            params![known.subject, known.version, self.active.mark()],
        );
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
        if let Some(zone) = &known.named_in {
            entry.extra.push(("named-in".to_owned(), zone.clone()));
        }
        let only = self.request.records.len();
        if only > 0 {
            entry.extra.push(("records".to_owned(), only.to_string()));
        }
        for (field, decision) in &verdict.fields {
            entry.add_field(
                decision.form.word(),
                &decision.because.rule,
                field.to_string(),
            );
        }
        tell_pieces(&mut entry, verdict);
        let grants = verdict.grants().into_iter();
        entry
            .extra
            .extend(grants.map(|grant| ("grant".to_owned(), grant.to_string())));
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
                &self.keyrings,
                self.active,
                &self.purpose.name,
                known.subject,
                known,
                &permit,
            )?,
            None => BTreeMap::new(),
        };
        if let Some(zone) = known.as_ref().and_then(|known| known.named_in.as_deref()) {
            // Whoever asks by a zone's own ids is answered with them.
            let zone = self.vault.zone(zone)?;
            for opened in values.values_mut().flatten() {
                opened.record = zone.record_alias(opened.record);
            }
        }
        let fields = permit
            .verdict()
            .fields
            .iter()
            .map(|(field, decision)| FieldOutcome {
                field: field.clone(),
                form: decision.form,
                because: decision.because.clone(),
                hint: decision.hint,
                grant: decision.grant,
                values: values.remove(field).unwrap_or_default(),
            });
        Ok(ReadOutcome {
            subject,
            entry,
            refusal,
            fields: fields.collect(),
            pieces: permit.verdict().pieces.clone(),
            found,
        })
    }
}

/// Whether the caller asked for more than their own rights give.
fn falls_short(verdict: &Verdict, request: &ReadRequest) -> bool {
    let short = |form: Form, clear: bool| form == Form::Withheld || (clear && form != Form::Clear);
    let mut fields = verdict.fields.iter();
    let mut pieces = verdict.pieces.iter();
    fields.any(|(name, decision)| short(decision.form, request.clear.contains(name)))
        || pieces.any(|one| short(one.decision.form, request.clear_pieces.contains(&one.kind)))
}
