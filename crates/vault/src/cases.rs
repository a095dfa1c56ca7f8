//! Cases: the work orders, parcels and tickets that tie staff to subjects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, CaseShape, Collection, ConsentForm, FieldRef, Form, Purpose, RecordId, RowCondition, SubjectId,
};
use shouxin_policy::{Ask, Because, ConsentState, Facts, Relation, Used, decide};
use shouxin_store::{CommitError, Query, Row, Tx, params};

use crate::active::Active;
use crate::reads::charge;
use crate::{Vault, VaultError};

/// A case without personal values.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case's record.
    pub record: RecordId,
    /// The subject.
    pub subject: SubjectId,
    /// The collection.
    pub collection: String,
    /// Whether it is open.
    pub open: bool,
    /// Its facets that the caller may see.
    pub fields: BTreeMap<String, String>,
    /// Its version.
    pub version: u64,
}

/// A page of cases.
#[derive(Debug)]
pub struct CaseList {
    /// The ledger entry that records the look.
    pub entry: u64,
    /// Why it was refused, if it was.
    pub refusal: Option<Arc<Because>>,
    /// The cases, newest first.
    pub cases: Vec<Case>,
    /// Where the next page starts.
    pub next: Option<RecordId>,
}

/// A change of a case.
#[derive(Clone, Debug, Default)]
pub struct CaseChange {
    /// The new status.
    pub status: Option<String>,
    /// The login it is assigned to from now on.
    pub assignee: Option<String>,
    /// The version that the caller has seen, if it names one.
    pub version: Option<u64>,
}

/// Why a case was not listed or changed.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The purpose covers no collection of cases.
    #[error("the purpose {0} covers no cases")]
    NoCases(String),
    /// There is no such case.
    #[error("there is no case {0}")]
    NotFound(RecordId),
    /// The status is none of the declared ones.
    #[error("{field} is one of {values:?}")]
    Status {
        /// The field.
        field: FieldRef,
        /// Its declared values.
        values: Vec<String>,
    },
    /// The collection's cases are assigned to nobody.
    #[error("cases of {0} are assigned to nobody")]
    NoAssignee(String),
    /// Nothing to change.
    #[error("the change names neither status nor assignee")]
    Nothing,
    /// The case has another version than the caller has seen.
    #[error("the case has version {0}")]
    Version(u64),
    /// No open case ties the caller to the subject.
    #[error("the case does not tie the caller to its subject")]
    Refused {
        /// The entry that records the refusal.
        entry: u64,
    },
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Lists the cases that tie the caller to subjects under a purpose: assigned ones, those of the
    /// site or region, or all, as the purpose's condition says. Facets only, no personal values.
    ///
    /// # Errors
    /// [`CaseError`]; a refusal by policy is an outcome, not an error.
    pub async fn list_cases(
        &self,
        caller: &Caller,
        purpose: &str,
        before: Option<RecordId>,
        limit: usize,
    ) -> Result<CaseList, CaseError> {
        let active = self.active();
        let purpose = active.register.purpose(purpose).ok_or(CaseError::UnknownPurpose)?;
        let covered: BTreeSet<&str> = purpose.fields.iter().map(FieldRef::collection).collect();
        let collections: Vec<(&Collection, &CaseShape)> = active
            .register
            .collections
            .iter()
            .filter(|c| covered.contains(c.name.as_str()))
            .filter_map(|c| Some((c, c.case.as_ref()?)))
            .collect();
        let Some((first, _)) = collections.first() else {
            return Err(CaseError::NoCases(purpose.name.clone()));
        };
        let now = self.now();
        let used = self.used(caller, &purpose.name, now).await?;
        let ask = Ask {
            now,
            caller: caller.clone(),
            purpose: purpose.name.clone(),
            used,
            training_until: None,
            pledge_until: None,
        };
        let shown = visible(&active, &ask, purpose, &collections);
        let refusal = shown.as_ref().err().cloned();
        let kind = if refusal.is_some() { Kind::Refusal } else { Kind::Search };
        let mut entry = self.begin(now, kind, caller, &active);
        entry.purpose = Some(purpose.name.clone());
        entry.extra.push(("cases".to_owned(), first.name.to_string()));
        if let Some(because) = &refusal {
            entry.extra.push(("rule".to_owned(), because.rule.to_string()));
        }
        let mut tx = Tx::new();
        if refusal.is_none()
            && let Some(limit) = purpose.quota.searches_per_day
        {
            charge(&mut tx, caller, &purpose.name, now, "searches", 1, limit);
        }
        tx.append(self.bytes(&entry)?);
        let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
        let entry = committed.entries[0];
        let shown = match shown {
            Ok(shown) => shown,
            Err(because) => {
                return Ok(CaseList { entry, refusal: Some(because), cases: Vec::new(), next: None });
            }
        };
        let mut cases = Vec::new();
        for (collection, shape) in collections {
            cases.extend(self.cases_of(caller, purpose, collection, shape, before, limit, &shown).await?);
        }
        cases.sort_by_key(|case| std::cmp::Reverse(case.record));
        let next = (cases.len() > limit).then(|| cases[limit - 1].record);
        cases.truncate(limit);
        Ok(CaseList { entry, refusal: None, cases, next })
    }

    #[allow(clippy::too_many_arguments, reason = "one page of one collection")]
    async fn cases_of(
        &self,
        caller: &Caller,
        purpose: &Purpose,
        collection: &Collection,
        shape: &CaseShape,
        before: Option<RecordId>,
        limit: usize,
        shown: &BTreeSet<FieldRef>,
    ) -> Result<Vec<Case>, VaultError> {
        let tie = match purpose.condition {
            RowCondition::AssignedOpenCase => Some((&shape.assignee, caller.login())),
            RowCondition::SiteOpenCase => Some((&shape.site, caller.site.as_deref())),
            RowCondition::RegionOpenCase => Some((&shape.region, caller.region.as_deref())),
            RowCondition::OpenCase | RowCondition::None => None,
            RowCondition::CountsOnly => return Ok(Vec::new()),
        };
        let before = before.unwrap_or(RecordId::from_bytes([0xFF; 16]));
        let page = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let statuses: Vec<&str> = match purpose.condition {
            RowCondition::None => {
                collection.field(&shape.status).map(|f| f.values.iter().map(String::as_str).collect()).unwrap_or_default()
            }
            _ => shape.open.iter().map(String::as_str).collect(),
        };
        let mut found: Vec<(RecordId, SubjectId, bool)> = Vec::new();
        for status in statuses {
            let rows = match tie {
                Some((Some(field), Some(value))) => self.store().query(
                    "SELECT s.subject, s.record FROM facet t JOIN facet s ON s.subject = t.subject \
                     AND s.collection = t.collection AND s.record = t.record \
                     WHERE t.collection = $1 AND t.field = $2 AND t.value = $3 AND s.field = $4 AND s.value = $5 \
                     AND t.record < $6 ORDER BY s.record DESC LIMIT $7",
                    params![&collection.name, field, value, &shape.status, status, before, page],
                ).await?,
                Some(_) => Vec::new(),
                None => self.store().query(
                    "SELECT subject, record FROM facet WHERE collection = $1 AND field = $2 AND value = $3 \
                     AND record < $4 ORDER BY record DESC LIMIT $5",
                    params![&collection.name, &shape.status, status, before, page],
                ).await?,
            };
            let open = shape.open.iter().any(|o| o == status);
            for row in rows {
                found.push((row.id(1, RecordId::from_slice)?, row.id(0, SubjectId::from_slice)?, open));
            }
        }
        found.sort_by_key(|(record, _, _)| std::cmp::Reverse(*record));
        found.truncate(limit + 1);
        let queries = found.iter().map(|(record, subject, _)| Query {
            sql: "SELECT version, plain FROM record WHERE subject = $1 AND collection = $2 AND id = $3",
            params: params![*subject, &collection.name, *record],
        });
        let answers = self.store().query_all(queries.collect()).await?;
        let mut cases = Vec::new();
        for ((record, subject, open), rows) in found.into_iter().zip(answers) {
            let Some(row) = rows.first() else { continue };
            let mut fields = plain(row, 1)?;
            fields.retain(|field, _| shown.contains(&FieldRef::new(&collection.name, field)));
            cases.push(Case {
                record,
                subject,
                collection: collection.name.clone(),
                open,
                fields,
                version: u64::try_from(row.int(0)?).unwrap_or(0),
            });
        }
        Ok(cases)
    }

    /// Changes a case's status or assignee. The caller must be tied to its subject by this very case.
    ///
    /// # Errors
    /// [`CaseError`]; a refusal is recorded.
    pub async fn change_case(
        &self,
        caller: &Caller,
        subject: SubjectId,
        case: RecordId,
        change: &CaseChange,
    ) -> Result<Case, CaseError> {
        for _ in 0..8 {
            match self.change_case_once(caller, subject, case, change).await {
                Err(CaseError::Vault(VaultError::Busy)) => self.refresh().await?,
                result => return result,
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn change_case_once(
        &self,
        caller: &Caller,
        subject: SubjectId,
        case: RecordId,
        change: &CaseChange,
    ) -> Result<Case, CaseError> {
        let active = self.active();
        let now = self.now();
        let mut answers = self.store().query_all(vec![
            Query {
                sql: "SELECT version, pseudonym FROM subject WHERE id = $1 AND state = 'active'",
                params: params![subject],
            },
            Query {
                sql: "SELECT collection, version, plain FROM record WHERE subject = $1 AND id = $2",
                params: params![subject, case],
            },
        ]).await.map_err(VaultError::from)?.into_iter();
        let (subjects, records) = (answers.next().unwrap_or_default(), answers.next().unwrap_or_default());
        let (Some(known), Some(row)) = (subjects.first(), records.first()) else {
            return Err(CaseError::NotFound(case));
        };
        let collection = active
            .register
            .collection(row.text(0).map_err(VaultError::from)?)
            .ok_or(CaseError::NotFound(case))?;
        let shape = collection.case.as_ref().ok_or(CaseError::NotFound(case))?;
        let version = u64::try_from(row.int(1).map_err(VaultError::from)?).unwrap_or(0);
        let mut fields = plain(row, 2)?;
        if change.version.is_some_and(|seen| seen != version) {
            return Err(CaseError::Version(version));
        }
        let status_field = FieldRef::new(&collection.name, &shape.status);
        let statuses = collection.field(&shape.status).map(|f| f.values.clone()).unwrap_or_default();
        let mut changes: Vec<(&str, &str)> = Vec::new();
        if let Some(status) = &change.status {
            if !statuses.contains(status) {
                return Err(CaseError::Status { field: status_field, values: statuses });
            }
            changes.push((&shape.status, status));
        }
        if let Some(assignee) = &change.assignee {
            let field = shape.assignee.as_ref().ok_or_else(|| CaseError::NoAssignee(collection.name.clone()))?;
            changes.push((field, assignee));
        }
        if changes.is_empty() {
            return Err(CaseError::Nothing);
        }
        let pseudonym = known.opt_bytes(1).map_err(VaultError::from)?.and_then(|b| b.try_into().ok());
        let tied = tied(&active, caller, shape, &fields);
        let mut entry = self.begin(now, if tied { Kind::Case } else { Kind::Refusal }, caller, &active);
        entry.subject = pseudonym;
        entry.case = Some(case.to_string());
        for (field, _) in &changes {
            let form = if tied { "written" } else { "withheld" };
            entry.add_field(form, if tied { "case" } else { "not-tied" }, format!("{}.{field}", collection.name));
        }
        if let Some(status) = &change.status {
            entry.extra.push(("status".to_owned(), status.to_owned()));
        }
        let mut tx = Tx::new();
        if tied {
            for (field, value) in &changes {
                fields.insert((*field).to_owned(), (*value).to_owned());
                tx.run(
                    "DELETE FROM facet WHERE subject = $1 AND collection = $2 AND field = $3 AND record = $4",
                    params![subject, &collection.name, *field, case],
                );
                tx.run(
                    "INSERT INTO facet (subject, collection, field, value, record) VALUES ($1, $2, $3, $4, $5)",
                    params![subject, &collection.name, *field, *value, case],
                );
            }
            let json = serde_json::to_string(&fields).map_err(|_| VaultError::Corrupt("record"))?;
            tx.run_exactly(
                1,
                "UPDATE record SET plain = $1, version = version + 1, updated_at = $2 \
                 WHERE subject = $3 AND collection = $4 AND id = $5 AND version = $6",
                params![json, now, subject, &collection.name, case, i64::try_from(version).unwrap_or(i64::MAX)],
            );
            // Every fact about a subject moves its version: reads under way look again.
            tx.run_exactly(
                1,
                "UPDATE subject SET version = version + 1 WHERE id = $1 AND version = $2",
                params![subject, known.int(0).map_err(VaultError::from)?],
            );
        }
        tx.append(self.bytes(&entry)?);
        let committed = match self.store().commit(tx).await {
            Ok(committed) => committed,
            Err(CommitError::Conflict { .. }) => return Err(VaultError::Busy.into()),
            Err(error) => return Err(VaultError::from(error).into()),
        };
        if !tied {
            return Err(CaseError::Refused { entry: committed.entries[0] });
        }
        let status = fields.get(&shape.status).cloned().unwrap_or_default();
        Ok(Case {
            record: case,
            subject,
            collection: collection.name.clone(),
            open: shape.open.contains(&status),
            fields,
            version: version + 1,
        })
    }
}

/// The facets that role, purpose, key and policy let the caller see, were every fact of a subject in
/// favour; or why none.
fn visible(
    active: &Active,
    ask: &Ask,
    purpose: &Purpose,
    collections: &[(&Collection, &CaseShape)],
) -> Result<BTreeSet<FieldRef>, Arc<Because>> {
    let facets: Vec<FieldRef> = collections
        .iter()
        .flat_map(|(c, _)| c.fields.iter().filter(|f| f.facet).map(|f| FieldRef::new(&c.name, &f.name)))
        .filter(|field| purpose.fields.contains(field))
        .collect();
    let facts = Facts {
        ask: Ask { used: Used { subjects: 0, ..ask.used }, ..ask.clone() },
        fields: facets,
        clear: BTreeSet::new(),
        relation: Relation { assigned: true, site: true, region: true, open: true, closed: false },
        consent: Some(ConsentState { given: true, form: ConsentForm::Separate, expires: None }),
        restricted: false,
        hold: false,
        expired: BTreeSet::new(),
    };
    let verdict = decide(&active.policies, &active.register, &facts);
    if let Some(refusal) = verdict.refusal {
        return Err(refusal);
    }
    Ok(verdict.fields.into_iter().filter(|(_, d)| d.form == Form::Clear).map(|(field, _)| field).collect())
}

/// Whether this very case, open, ties the caller to its subject under any purpose of the caller's.
fn tied(active: &Active, caller: &Caller, shape: &CaseShape, fields: &BTreeMap<String, String>) -> bool {
    let value = |field: &Option<String>| field.as_ref().and_then(|f| fields.get(f)).map(String::as_str);
    let open = fields.get(&shape.status).is_some_and(|status| shape.open.contains(status));
    let mine = active.register.purposes.iter().filter(|p| p.roles.iter().any(|r| caller.roles.contains(r)));
    open && mine.into_iter().any(|purpose| match purpose.condition {
        RowCondition::AssignedOpenCase => value(&shape.assignee).is_some_and(|v| Some(v) == caller.login()),
        RowCondition::SiteOpenCase => value(&shape.site).is_some_and(|v| Some(v) == caller.site.as_deref()),
        RowCondition::RegionOpenCase => value(&shape.region).is_some_and(|v| Some(v) == caller.region.as_deref()),
        RowCondition::OpenCase | RowCondition::None | RowCondition::CountsOnly => false,
    })
}

fn plain(row: &Row, column: usize) -> Result<BTreeMap<String, String>, VaultError> {
    serde_json::from_str(row.text(column)?).map_err(|_| VaultError::Corrupt("record"))
}
