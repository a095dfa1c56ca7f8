//! Publishing a notice: planned, approved where it widens, enforced.

use std::collections::BTreeSet;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use shouxin_ledger::{Entry, Kind};
use shouxin_model::{ApprovalId, Caller, CallerKind, FieldRef, Moment};
use shouxin_notice::{Bound, Difference, ParagraphScore, difference, parse};
use shouxin_store::{CommitError, Tx, params};

use super::effect::{NoticeEffect, told_count};
use super::stored::{ALTERED, ScopeRow, insert_publication, number, published};
use super::{NoticeError, Published};
use crate::active::{Active, Told};
use crate::approvals::{Act, Approval, ApprovalError, Proposal, canonical, hex};
use crate::{HeldRow, Marked, Vault, VaultError};

/// What publishing a text would mean. Nothing was changed.
#[derive(Debug)]
pub struct NoticePlan {
    /// What people would be told.
    pub bound: Arc<Bound>,
    /// Its hash.
    pub hash: [u8; 32],
    /// The version it would get.
    pub version: u32,
    /// The version in force that it is compared with; `None`: there is none.
    pub in_force: Option<u32>,
    /// What it changes.
    pub difference: Difference,
    /// What would stop, and who would have to be asked again.
    pub effect: NoticeEffect,
    /// How easy each of its texts is to read.
    pub scores: Vec<ParagraphScore>,
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticePublished {
    /// The notice's name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Its hash.
    pub hash: [u8; 32],
    /// From when on it is in force.
    pub effective_at: Moment,
    /// The publication, if it is in force already.
    pub publication: Option<u32>,
    /// The ledger entry.
    pub entry: u64,
}

/// A text that passed every check and was not published.
struct Change {
    source: String,
    bound: Arc<Bound>,
    hash: [u8; 32],
    version: u32,
    previous: Option<Arc<Published>>,
    difference: Difference,
    scores: Vec<ParagraphScore>,
}

impl Change {
    /// What an approval binds: every difference, the hash of all that people would be told, the state of things
    /// it starts from, and what was simulated when it was proposed.
    fn body(
        &self,
        active: &Active,
        effective_at: Option<Moment>,
        simulation: &Value,
    ) -> Result<String, VaultError> {
        let changes = self.difference.changes.iter().map(|change| {
            json!({
                "kind": change.kind.word(),
                "purpose": change.purpose,
                "zh": change.text.zh,
                "en": change.text.en,
            })
        });
        canonical(&json!({
            "notice": self.bound.name,
            "version": self.version,
            "sha256": hex(&self.hash),
            "register_version": active.register_version,
            "publication": active.told.publication,
            "effective_at": effective_at.map(Moment::rfc3339),
            "changes": changes.collect::<Vec<_>>(),
            "simulation": simulation,
        }))
    }

    /// What bringing it into force would mean by now.
    async fn effect(&self, vault: &Vault, active: &Active) -> Result<NoticeEffect, VaultError> {
        let rows = scopes(&active.told, self.previous.as_deref(), self);
        vault.notice_effect(active, &self.bound, &rows).await
    }

    fn published(&self, active: &Active, now: Moment, effective_at: Moment) -> Published {
        Published {
            name: self.bound.name.clone(),
            version: self.version,
            hash: self.hash,
            register_version: active.register_version,
            published_at: now,
            effective_at,
            bound: self.bound.clone(),
        }
    }
}

impl Vault {
    /// What publishing this text would mean: what it changes, which reads would stop, who would have to be
    /// asked again.
    ///
    /// # Errors
    /// As [`Vault::publish_notice`], but for roles and approvals.
    pub async fn plan_notice(&self, text: &str) -> Result<NoticePlan, NoticeError> {
        self.refresh().await?;
        let active = self.active();
        let change = self.noticed(&active, text).await?;
        let effect = change.effect(self, &active).await?;
        Ok(NoticePlan {
            bound: change.bound,
            hash: change.hash,
            version: change.version,
            in_force: change.previous.map(|previous| previous.version),
            difference: change.difference,
            effect,
            scores: change.scores,
        })
    }

    /// Publishes a notice that widens nothing: at once, or to come into force later. A version that waits is
    /// replaced by one that is published after it.
    ///
    /// # Errors
    /// [`NoticeError`]; nothing changes then.
    pub async fn publish_notice(
        &self,
        caller: &Caller,
        text: &str,
        effective_at: Option<Moment>,
    ) -> Result<NoticePublished, NoticeError> {
        self.put_in_print(caller, text, effective_at, None).await
    }

    /// Proposes a notice that widens what people agreed to, for somebody else to approve. The body tells every
    /// difference; [`Vault::publish_approved_notice`] then takes the same text.
    ///
    /// # Errors
    /// [`NoticeError`]; `Narrower` if nobody has to approve it.
    pub async fn propose_notice(
        &self,
        caller: &Caller,
        text: &str,
        effective_at: Option<Moment>,
        reason: &str,
    ) -> Result<Approval, NoticeError> {
        may_publish(caller)?;
        self.refresh().await?;
        let active = self.active();
        if effective_at.is_some_and(|at| at < self.now()) {
            return Err(NoticeError::Past);
        }
        let change = self.noticed(&active, text).await?;
        if !change.difference.widens() {
            return Err(NoticeError::Narrower);
        }
        let effect = change.effect(self, &active).await?;
        let simulation = simulated(&effect, self.now());
        let proposal = Proposal {
            act: Act::Notice,
            body: change.body(&active, effective_at, &simulation)?,
            reason: reason.to_owned(),
        };
        Ok(self.propose(caller, proposal).await?)
    }

    /// Publishes what somebody else approved: the very text of [`Vault::propose_notice`]. If its time has come
    /// meanwhile, it is in force at once.
    ///
    /// # Errors
    /// [`NoticeError`]; nothing changes then, and the approval stays.
    pub async fn publish_approved_notice(
        &self,
        caller: &Caller,
        text: &str,
        effective_at: Option<Moment>,
        approval: ApprovalId,
    ) -> Result<NoticePublished, NoticeError> {
        self.put_in_print(caller, text, effective_at, Some(approval))
            .await
    }

    async fn put_in_print(
        &self,
        caller: &Caller,
        text: &str,
        effective_at: Option<Moment>,
        approval: Option<ApprovalId>,
    ) -> Result<NoticePublished, NoticeError> {
        may_publish(caller)?;
        self.refresh().await?;
        let active = self.active();
        let change = self.noticed(&active, text).await?;
        let approved = match (change.difference.widens(), approval) {
            (false, None) => None,
            (false, Some(_)) => return Err(NoticeError::Narrower),
            (true, None) => return Err(NoticeError::NeedsApproval),
            (true, Some(id)) => {
                let simulation = self.simulation_of(id).await?;
                let body = change.body(&active, effective_at, &simulation)?;
                Some(self.approved(caller, id, Act::Notice, &body).await?)
            }
        };
        let now = self.now();
        if approved.is_none() && effective_at.is_some_and(|at| at < now) {
            return Err(NoticeError::Past);
        }
        let effective_at = effective_at.unwrap_or(now).max(now);
        let published = change.published(&active, now, effective_at);
        let mut entry = self.begin(now, Kind::Notice, caller, &active);
        tell(&mut entry, "published", &published);
        let mut tx = Tx::new();
        self.insert_notice(&mut tx, &published, &change.source, caller)?;
        let publication = if effective_at <= now {
            let rows = scopes(&active.told, change.previous.as_deref(), &change);
            Some(self.enforce(&mut tx, &mut entry, &active, &published, &rows)?)
        } else {
            tx.guard(
                1,
                "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
                params![active.mark()],
            );
            None
        };
        if let Some(approved) = approved {
            approved.tell(&mut entry);
            approved.spend(&mut tx);
        }
        tx.run(
            "DELETE FROM notice_draft WHERE name = $1",
            params![published.name.as_str()],
        );
        tx.append(self.bytes(&entry)?);
        let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
        self.refresh().await?;
        Ok(NoticePublished {
            name: published.name,
            version: published.version,
            hash: published.hash,
            effective_at,
            publication,
            entry: committed.entries[0],
        })
    }

    /// Publishes the first notices of a deployment that holds nobody's data yet, all of them or none. Gives how
    /// many.
    ///
    /// # Errors
    /// [`NoticeError`]; `Vault` with `Busy` if somebody is known already or something was published before.
    pub async fn found_notices(&self, texts: &[&str]) -> Result<usize, NoticeError> {
        self.refresh().await?;
        let active = self.active();
        if active.told.publication > 0 {
            return Err(VaultError::Busy.into());
        }
        let now = self.now();
        let operator = Caller::operator();
        let mut tx = Tx::new();
        tx.guard(0, "SELECT 1 FROM subject LIMIT 1", params![]);
        let mut told = BTreeSet::new();
        let mut founding = Active {
            register: active.register.clone(),
            policies: active.policies.clone(),
            told: active.told.clone(),
            ..*active
        };
        for text in texts {
            let change = self.noticed(&founding, text).await?;
            for purpose in &change.bound.purposes {
                if !told.insert(purpose.name.clone()) {
                    return Err(NoticeError::BoundElsewhere {
                        purpose: purpose.name.clone(),
                        notice: change.bound.name.clone(),
                    });
                }
            }
            let published = change.published(&active, now, now);
            let mut entry = self.begin(now, Kind::Notice, &operator, &active);
            tell(&mut entry, "published", &published);
            self.insert_notice(&mut tx, &published, &change.source, &operator)?;
            let rows = scopes(&founding.told, None, &change);
            let publication = self.enforce(&mut tx, &mut entry, &founding, &published, &rows)?;
            tx.append(self.bytes(&entry)?);
            founding.told = Arc::new(Told {
                publication,
                ..Told::default()
            });
        }
        self.store().commit(tx).await.map_err(VaultError::from)?;
        self.refresh().await?;
        Ok(texts.len())
    }

    /// Brings published notices into force whose time has come. Gives how many. To be called every few seconds.
    ///
    /// # Errors
    /// The store or the ledger failed.
    pub async fn bring_notices_into_force(&self) -> Result<usize, VaultError> {
        let now = self.now();
        let mut count = 0;
        for waiting in self.waiting_notices().await? {
            if waiting.effective_at > now {
                continue;
            }
            self.refresh().await?;
            let active = self.active();
            if let Some((purpose, notice)) = elsewhere(&active.told.notices, &waiting.bound) {
                tracing::error!(
                    notice = waiting.name,
                    purpose,
                    by = notice,
                    "a notice cannot come into force: another one tells of its purpose"
                );
                continue;
            }
            let previous = self.notice_in_force(&waiting.name);
            let change = Change {
                source: String::new(),
                bound: waiting.bound.clone(),
                hash: waiting.hash,
                version: waiting.version,
                difference: compared(previous.as_deref(), &waiting.bound),
                previous,
                scores: Vec::new(),
            };
            let rows = scopes(&active.told, change.previous.as_deref(), &change);
            let mut entry = self.begin(now, Kind::Notice, &Caller::operator(), &active);
            tell(&mut entry, "in-force", &waiting);
            let mut tx = Tx::new();
            self.enforce(&mut tx, &mut entry, &active, &waiting, &rows)?;
            tx.append(self.bytes(&entry)?);
            match self.store().commit(tx).await {
                Ok(_) => count += 1,
                // Another node was faster, or published something: the next pass looks again.
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            self.refresh().await?;
        }
        Ok(count)
    }

    /// What was simulated when this was proposed. People agree and read on meanwhile, so it is not worked out
    /// anew: what somebody approved is bound to the figures that they saw.
    async fn simulation_of(&self, id: ApprovalId) -> Result<Value, ApprovalError> {
        let body = self.approval_body(id).await?;
        let body: Value =
            serde_json::from_str(&body).map_err(|_| VaultError::Corrupt("approval"))?;
        Ok(body.get("simulation").cloned().unwrap_or_default())
    }

    /// The newest version of each notice that is published and not in force yet.
    pub(super) async fn waiting_notices(&self) -> Result<Vec<Published>, VaultError> {
        let rows = self
            .store()
            .query(
                "SELECT id, name, version, source, bound, hash, register_version, published_at, published_by, \
                 effective_at, mark FROM notice WHERE version = (SELECT MAX(every.version) FROM notice AS every \
                 WHERE every.name = notice.name) AND NOT EXISTS (SELECT 1 FROM notice_publication AS done \
                 WHERE done.notice = notice.name AND done.version = notice.version) ORDER BY effective_at, name",
                params![],
            )
            .await?;
        let held = |row| {
            self.check_row(Marked::Notice, row, 0)?;
            published(row, 0)
        };
        rows.iter().map(held).collect()
    }

    /// This text, checked and compared with what is in force.
    async fn noticed(&self, active: &Active, text: &str) -> Result<Change, NoticeError> {
        let notice = parse("notice.toml", text).map_err(NoticeError::Findings)?;
        let bound = notice
            .bind(&active.register)
            .map_err(NoticeError::Findings)?;
        let waiting = self.waiting_notices().await?;
        let waiting: Vec<Arc<Published>> = waiting.into_iter().map(Arc::new).collect();
        let others = active.told.notices.iter().chain(&waiting).cloned();
        let others: Vec<Arc<Published>> = others.collect();
        if let Some((purpose, notice)) = elsewhere(&others, &bound) {
            return Err(NoticeError::BoundElsewhere { purpose, notice });
        }
        let hash = bound.hash();
        let newest = self
            .store()
            .query(
                "SELECT version, hash FROM notice WHERE name = $1 ORDER BY version DESC LIMIT 1",
                params![bound.name.as_str()],
            )
            .await
            .map_err(VaultError::from)?;
        let version = match newest.first() {
            None => 1,
            Some(row) if row.bytes(1).map_err(VaultError::from)? == hash => {
                return Err(NoticeError::Nothing);
            }
            Some(row) => number(row.int(0).map_err(VaultError::from)?)? + 1,
        };
        let mut in_force = active.told.notices.iter();
        let previous = in_force.find(|one| one.name == bound.name).cloned();
        Ok(Change {
            source: text.to_owned(),
            difference: compared(previous.as_deref(), &bound),
            bound: Arc::new(bound),
            hash,
            version,
            previous,
            scores: notice.scores(),
        })
    }

    fn insert_notice(
        &self,
        tx: &mut Tx,
        notice: &Published,
        source: &str,
        caller: &Caller,
    ) -> Result<(), VaultError> {
        let bound = String::from_utf8(notice.bound.canonical()).map_err(|_| ALTERED)?;
        let values = params![
            id_of(&notice.name, notice.version),
            notice.name.as_str(),
            notice.version,
            source,
            bound,
            notice.hash,
            notice.register_version,
            notice.published_at,
            caller.actor(),
            notice.effective_at
        ];
        let row = HeldRow::new(self, Marked::Notice, values);
        tx.run_exactly(
            1,
            "INSERT INTO notice (id, name, version, source, bound, hash, register_version, published_at, \
             published_by, effective_at, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT DO NOTHING",
            row.params(),
        );
        Ok(())
    }

    /// Puts it into the transaction that this version comes into force: from its commit on, no read that was
    /// decided before can commit. Gives the number of the publication.
    fn enforce(
        &self,
        tx: &mut Tx,
        entry: &mut Entry,
        active: &Active,
        notice: &Published,
        rows: &[ScopeRow],
    ) -> Result<u32, VaultError> {
        let publication = active.told.publication + 1;
        tx.run_exactly(
            1,
            "UPDATE setting SET value = $1 WHERE name = 'declared' AND value = $2",
            params![active.mark_at(publication), active.mark()],
        );
        insert_publication(self, tx, publication, notice, self.now(), rows)?;
        let mut add = |word: &str, text: String| entry.extra.push((word.to_owned(), text));
        add("publication", publication.to_string());
        for row in rows {
            add("scope", format!("{} {}", row.purpose, row.scope));
        }
        Ok(publication)
    }
}

/// The row's key.
pub(super) fn id_of(name: &str, version: u32) -> String {
    format!("{name}@{version}")
}

/// Whoever writes what people are told holds one of the roles that answer for it.
pub(super) fn may_publish(caller: &Caller) -> Result<(), NoticeError> {
    let holds = |role: &String| Act::Notice.deciders().contains(&role.as_str());
    match caller.kind {
        CallerKind::Operator => Ok(()),
        _ if caller.roles.iter().any(holds) => Ok(()),
        _ => Err(NoticeError::Role),
    }
}

/// What a simulation found, for whoever decides: counts as they may be told, in both languages.
fn simulated(effect: &NoticeEffect, at: Moment) -> Value {
    let purposes = effect.purposes.iter().map(|one| {
        json!({
            "purpose": one.purpose,
            "zh": one.title.zh,
            "en": one.title.en,
            "asks_again": one.asks_again,
            "closed": one.closed,
            "covered_before": told_count(one.covered_before),
            "covered_after": told_count(one.covered_after),
            "reads": one.reads,
            "reads_a_day": effect.a_day(one.reads),
        })
    });
    json!({
        "at": at.rfc3339(),
        "days": effect.days,
        "entries": effect.entries,
        "looked_at": effect.looked_at,
        "reads_a_day": effect.reads_a_day(),
        "purposes": purposes.collect::<Vec<_>>(),
    })
}

fn compared(previous: Option<&Published>, bound: &Bound) -> Difference {
    match previous {
        Some(previous) => difference(&previous.bound, bound),
        None => Difference::first(bound),
    }
}

/// A purpose of this notice that another one tells of, and which.
fn elsewhere(others: &[Arc<Published>], bound: &Bound) -> Option<(String, String)> {
    bound.purposes.iter().find_map(|purpose| {
        let mut others = others.iter().filter(|other| other.name != bound.name);
        let other = others.find(|other| other.bound.purpose(&purpose.name).is_some())?;
        Some((purpose.name.clone(), other.name.clone()))
    })
}

/// What a version tells of each purpose once it is in force, in the order of purposes: those who agreed under a
/// lower number have not agreed to it. A purpose told for the first time begins at 0, the number of consents
/// from before any notice. One that it no longer names stays, with no field: nothing opens by consent that
/// nobody is told of.
fn scopes(told: &Told, previous: Option<&Published>, change: &Change) -> Vec<ScopeRow> {
    let row = |purpose: &str, scope: u32, fields: &BTreeSet<&FieldRef>| ScopeRow {
        purpose: purpose.to_owned(),
        notice: change.bound.name.clone(),
        version: i64::from(change.version),
        scope: i64::from(scope),
        // A list of names is JSON.
        fields: serde_json::to_string(fields).unwrap_or_default(),
    };
    let mut rows: Vec<ScopeRow> = change
        .bound
        .purposes
        .iter()
        .map(|purpose| {
            let scope = match told.purposes.get(&purpose.name) {
                None => 0,
                Some(scope) => {
                    scope.number + u32::from(change.difference.widens_purpose(&purpose.name))
                }
            };
            let fields = purpose.fields.iter().map(|field| &field.field).collect();
            row(&purpose.name, scope, &fields)
        })
        .collect();
    let dropped = previous.into_iter().flat_map(|one| &one.bound.purposes);
    for purpose in dropped.filter(|purpose| change.bound.purpose(&purpose.name).is_none()) {
        let scope = told.purposes.get(&purpose.name);
        let scope = scope.map_or(0, |scope| scope.number);
        rows.push(row(&purpose.name, scope, &BTreeSet::new()));
    }
    rows.sort_by(|a, b| a.purpose.cmp(&b.purpose));
    rows
}

fn tell(entry: &mut Entry, did: &str, notice: &Published) {
    let words = [
        ("did", did.to_owned()),
        ("notice", id_of(&notice.name, notice.version)),
        ("hash", BASE64URL_NOPAD.encode(&notice.hash)),
        ("effective", notice.effective_at.rfc3339()),
    ];
    let words = words.map(|(word, text)| (word.to_owned(), text));
    entry.extra.extend(words);
}
