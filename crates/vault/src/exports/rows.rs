//! One page of an export: facts, verdicts, entries, and only then plaintext.

use std::collections::BTreeSet;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, FieldRef, Form, Moment, Personal, Purpose, SubjectId, Text};
use shouxin_policy::{Ask, Facts, Pieces, Used, Verdict, decide_export, pieces_as_columns};
use shouxin_store::{CommitError, Tx, params};

use super::scope::InScope;
use super::sides::Sides;
use super::{ExportError, ExportRequest, ExportStatus, Limit, PlannedField};
use crate::active::Active;
use crate::gather::{self, Known, Wanted};
use crate::grants::Held;
use crate::keys::Keyrings;
use crate::leaks::{self, LeakAction, Leaks};
use crate::open::{self, Opened};
use crate::parted::tell_pieces;
use crate::permit::{Permit, RecordedPermit};
use crate::reads::{charge_used, used_beside};
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// What each page of one export shares.
pub(super) struct Pages<'a> {
    pub(super) vault: &'a Vault,
    pub(super) active: &'a Active,
    pub(super) caller: &'a Caller,
    pub(super) purpose: &'a Purpose,
    pub(super) request: &'a ExportRequest,
    pub(super) fields: &'a [PlannedField],
    pub(super) at_most: u64,
}

/// One row, a cell for each column.
pub(super) type FileRow = Vec<Personal<String>>;

impl Pages<'_> {
    /// The rows of these people, once each has its entry. `status` grows by them.
    pub(super) async fn take(
        &self,
        status: &mut ExportStatus,
        people: &[SubjectId],
        in_scope: &InScope<'_>,
    ) -> Result<Vec<FileRow>, ExportError> {
        for _ in 0..ATTEMPTS {
            if let Some(rows) = self.attempt(status, people, in_scope).await? {
                return Ok(rows);
            }
            self.vault.refresh().await?;
            if self.vault.active().mark() != self.active.mark() {
                return Err(ExportError::Changed(Text::fixed(
                    "登记册或策略在导出途中变更",
                    "the register or the policies changed meanwhile",
                )));
            }
        }
        Err(VaultError::Busy.into())
    }

    /// `None` if a fact changed before the commit; then nothing happened.
    async fn attempt(
        &self,
        status: &mut ExportStatus,
        people: &[SubjectId],
        in_scope: &InScope<'_>,
    ) -> Result<Option<Vec<FileRow>>, ExportError> {
        let now = self.vault.now();
        // Taken before the facts: an epoch that is destroyed meanwhile still opens what was found.
        let active = &self.active.register;
        let keyrings = self.vault.keyrings_of(active, &self.request.fields)?;
        let sides = self
            .vault
            .sides(self.active, self.caller, self.purpose, self.request, now)
            .await?;
        let (mut used, known) = self.gather(people, &sides, now).await?;
        let before = used;
        let mut tx = Tx::new();
        let mut next = status.clone();
        let (mut permits, mut permitted) = (Vec::new(), Vec::new());
        for (subject, known) in people.iter().zip(known) {
            // Erased since the page was listed: there is nothing to tell.
            let Some(known) = known else { continue };
            let records = known.records.iter().filter(|record| {
                record.collection == self.request.collection && in_scope.holds(&record.plain)
            });
            let rows = records.count() as u64;
            if rows == 0 {
                continue;
            }
            let verdict = self.decide(&mut used, &known, &sides, now)?;
            Held::guard(&verdict, now, &mut tx);
            tx.guard(
                1,
                "SELECT 1 FROM subject, setting WHERE subject.id = $1 AND subject.version = $2 \
                 AND setting.name = 'declared' AND setting.value = $3",
                params![*subject, known.version, self.active.mark()],
            );
            if verdict.opens() {
                next.people += 1;
                next.rows += rows;
                if !known.seen_today && self.purpose.quota.subjects_per_day.is_some() {
                    tx.run_exactly(
                        1,
                        "INSERT INTO quota (actor, day, purpose, kind, used) VALUES ($1, $2, $3, $4, 1) ON CONFLICT DO NOTHING",
                        params![self.caller.actor(), now.china_day(), &self.purpose.name, &known.mark],
                    );
                }
            } else {
                next.left_out += 1;
            }
            tx.append(self.entry(status, now, &known, &verdict)?);
            permits.push(Permit::new(verdict));
            permitted.push((*subject, known));
        }
        if next.rows > self.at_most {
            return Err(ExportError::TooMany {
                what: "rows",
                found: next.rows,
                most: self.at_most,
                limit: Limit::Approval,
            });
        }
        charge_used(&mut tx, self.caller, self.purpose, now, before, used);
        tx.run_exactly(
            1,
            "UPDATE export SET rows_done = $1, people = $2, left_out = $3, updated_at = $4 WHERE id = $5 \
             AND state = 'running' AND people = $6 AND left_out = $7",
            params![
                count(next.rows),
                count(next.people),
                count(next.left_out),
                now,
                status.id,
                count(status.people),
                count(status.left_out)
            ],
        );
        let permits = match RecordedPermit::commit(self.vault.store(), permits, tx).await {
            Ok(permits) => permits,
            Err(CommitError::Conflict { .. }) => return Ok(None),
            Err(error) => return Err(VaultError::from(error).into()),
        };
        self.vault.note_spent(self.caller, self.purpose, now, used);
        next.updated_at = now;
        *status = next;
        let mut rows = Vec::new();
        for ((subject, known), permit) in permitted.into_iter().zip(permits) {
            self.open(&keyrings, subject, &known, &permit, in_scope, &mut rows)?;
        }
        self.look_for_leaks(status, &rows).await?;
        Ok(Some(rows))
    }

    /// Looks at what is about to leave: nothing does that the purpose does not need, unless leaks are only flagged.
    async fn look_for_leaks(
        &self,
        status: &ExportStatus,
        rows: &[FileRow],
    ) -> Result<(), ExportError> {
        let register = &self.active.register;
        let allowed = leaks::allowed(register, std::iter::once(self.purpose));
        let mut found = Leaks::default();
        for (at, name) in self.request.fields.iter().enumerate() {
            if !register
                .field(name)
                .is_some_and(|field| leaks::may_hold_more(field.kind))
            {
                continue;
            }
            for cell in rows.iter().filter_map(|row| row.get(at)) {
                // Looked at only.
                found.look(name.as_str(), cell.expose(), &allowed);
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let to = status.id.to_string();
        let purpose = Some(self.purpose.name.as_str());
        let recorded = self.vault.record_leak(self.caller, &to, purpose, &found);
        let entry = recorded.await?;
        match self.vault.leak_action() {
            LeakAction::Flag => Ok(()),
            LeakAction::Stop => Err(ExportError::Leak {
                leaks: found,
                entry,
            }),
        }
    }

    async fn gather(
        &self,
        people: &[SubjectId],
        sides: &Sides,
        now: Moment,
    ) -> Result<(Used, Vec<Option<Known>>), VaultError> {
        let register = &self.active.register;
        let apart = self.vault.apart_of(register, &self.request.fields)?;
        // Nothing in the main database may lead to the ids of a zone.
        let zone = self.vault.zone_apart(register, &self.request.collection)?;
        let zone = zone.filter(|_| sides.is_one());
        let mark = |subject: SubjectId| match zone {
            Some(zone) => zone.seen_mark(zone.alias(subject)),
            None => gather::seen_mark(subject),
        };
        let mut collections: BTreeSet<&str> = self
            .request
            .fields
            .iter()
            .map(FieldRef::collection)
            .collect();
        collections.insert(&self.request.collection);
        collections.retain(|name| !apart.iter().any(|(_, within)| within.contains(name)));
        let wanted = Wanted {
            vault: self.vault,
            register: &self.active.register,
            told: &self.active.told,
            purpose: self.purpose,
            caller: self.caller,
            case: None,
            collections,
            now,
            spends: false,
        };
        let floor = self.vault.floor(self.caller, self.purpose, now);
        let used = gather::used_query(self.caller, &self.purpose.name, now);
        let people = people.iter().map(|id| (*id, mark(*id)));
        let (used, mut known) = wanted.known_of(Some(used), people.collect()).await?;
        let used = floor.hold(gather::used(&used)?)?;
        if !apart.is_empty() {
            self.vault
                .add_apart(&apart, known.iter_mut().flatten())
                .await?;
        }
        Ok((used, known))
    }

    /// The verdict about one person, where no field may leave in another form than was approved.
    fn decide(
        &self,
        used: &mut Used,
        known: &Known,
        sides: &Sides,
        now: Moment,
    ) -> Result<Verdict, VaultError> {
        let mut caller = self.caller.clone();
        if caller.sign_in.second_factor_at.is_some() {
            // It was fresh when the export began, and counts for all of it.
            caller.sign_in.second_factor_at = Some(now);
        }
        let mut facts = Facts {
            ask: Ask {
                now,
                caller,
                purpose: self.purpose.name.clone(),
                used: used_beside(*used, known),
                training_until: None,
                pledge_until: None,
            },
            fields: self.request.fields.clone(),
            clear: self.request.clear.clone(),
            relation: known.relation,
            consent: known.consent.clone(),
            restricted: known.restricted,
            hold: false,
            expired: known.expired(&self.active.register, &self.request.fields),
            grants: Vec::new(),
            pieces: Pieces::default(),
            named_in: None,
            zone_grants: BTreeSet::new(),
        };
        sides.tell(&mut facts);
        let register = &self.active.register;
        let mut verdict = decide_export(&self.active.policies, register, &facts);
        for ((_, decision), planned) in verdict.fields.iter_mut().zip(self.fields) {
            if decision.form != planned.form() {
                decision.form = Form::Withheld;
                decision.charged = false;
            }
        }
        if verdict.opens() {
            used.subjects += u32::from(!known.seen_today);
            used.clear += verdict.clear_spent();
            let found = known.pieces(register, &self.request.fields)?;
            verdict.pieces = pieces_as_columns(register, &found, &verdict);
        }
        Ok(verdict)
    }

    fn entry(
        &self,
        status: &ExportStatus,
        now: Moment,
        known: &Known,
        verdict: &Verdict,
    ) -> Result<Vec<u8>, VaultError> {
        let kind = if verdict.opens() {
            Kind::Export
        } else {
            Kind::Refusal
        };
        let mut entry = self.vault.begin(now, kind, self.caller, self.active);
        entry.purpose = Some(self.purpose.name.clone());
        entry.subject = known.pseudonym;
        for (field, decision) in &verdict.fields {
            entry.add_field(
                decision.form.word(),
                &decision.because.rule,
                field.to_string(),
            );
        }
        tell_pieces(&mut entry, verdict);
        entry
            .extra
            .push(("export".to_owned(), status.id.to_string()));
        let grants = verdict.grants().into_iter();
        entry
            .extra
            .extend(grants.map(|grant| ("grant".to_owned(), grant.to_string())));
        self.vault.bytes(&entry)
    }

    /// The rows of one person: one for each record in scope that has anything to show.
    fn open(
        &self,
        keyrings: &Keyrings,
        subject: SubjectId,
        known: &Known,
        permit: &RecordedPermit,
        in_scope: &InScope<'_>,
        rows: &mut Vec<FileRow>,
    ) -> Result<(), VaultError> {
        let mut values = open::open(
            self.vault,
            keyrings,
            self.active,
            &self.purpose.name,
            subject,
            known,
            permit,
        )?;
        let mut columns: Vec<Vec<Opened>> = self
            .request
            .fields
            .iter()
            .map(|field| values.remove(field).unwrap_or_default())
            .collect();
        let of = &self.request.collection;
        let records = known
            .records
            .iter()
            .filter(|record| record.collection == *of && in_scope.holds(&record.plain));
        for record in records {
            let cells = self
                .request
                .fields
                .iter()
                .zip(&mut columns)
                .map(|(field, opened)| {
                    if field.collection() == of {
                        let place = opened.iter().position(|value| value.record == record.id);
                        place.map(|place| opened.swap_remove(place).value)
                    } else {
                        // The one record of that collection stands in each of the person's rows.
                        opened
                            .first()
                            .map(|value| Personal::new(value.value.expose().clone()))
                    }
                });
            let row: FileRow = cells
                .map(|cell| cell.unwrap_or_else(|| Personal::new(String::new())))
                .collect();
            // Counted only.
            if row.iter().any(|cell| !cell.expose().is_empty()) {
                rows.push(row);
            }
        }
        Ok(())
    }
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
