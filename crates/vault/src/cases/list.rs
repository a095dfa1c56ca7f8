//! The work that ties a caller to people: cases, without personal values.

use std::collections::BTreeSet;
use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, CaseShape, Collection, ConsentForm, FieldRef, Form, Moment, Purpose, RecordId,
    RowCondition, SubjectId,
};
use shouxin_policy::{
    Ask, Because, ConsentState, Consents, Facts, Pieces, Relation, Used, decide, decide_list,
};
use shouxin_regime::normalise;
use shouxin_store::{Query, Tx, params};

use crate::active::Active;
use crate::gather::plain;
use crate::reads::charge;
use crate::spent::one_more;
use crate::vault::ATTEMPTS;
use crate::{Case, CaseError, CaseList, Vault, VaultError, retention};

impl Vault {
    /// Lists the cases that tie the caller to subjects under a purpose: assigned ones, those of the
    /// site or region, or all, as the purpose's condition says. At most `limit`, at least one. Facets
    /// only, no personal values.
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
        let wanted = Wanted {
            number: None,
            before,
            limit: limit.max(1),
        };
        self.cases(caller, purpose, wanted).await
    }

    /// Of the cases that [`Vault::list_cases`] would list, however many, those with this number: the key of
    /// their collection, where that is one unsealed facet. There is no difference between a number that
    /// nobody has and one of somebody else's case.
    ///
    /// # Errors
    /// As [`Vault::list_cases`].
    pub async fn find_cases(
        &self,
        caller: &Caller,
        purpose: &str,
        number: &str,
        limit: usize,
    ) -> Result<CaseList, CaseError> {
        let wanted = Wanted {
            number: Some(number),
            before: None,
            limit: limit.max(1),
        };
        self.cases(caller, purpose, wanted).await
    }

    async fn cases(
        &self,
        caller: &Caller,
        purpose: &str,
        wanted: Wanted<'_>,
    ) -> Result<CaseList, CaseError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            match self.cases_once(&active, caller, purpose, wanted).await {
                Err(CaseError::Vault(VaultError::Busy)) => self.refresh().await?,
                Err(error @ (CaseError::UnknownPurpose | CaseError::NoCases(_))) => {
                    self.unless_newer(&active, error).await?;
                }
                result => return result,
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn cases_once(
        &self,
        active: &Active,
        caller: &Caller,
        purpose: &str,
        wanted: Wanted<'_>,
    ) -> Result<CaseList, CaseError> {
        let purpose = active
            .register
            .purpose(purpose)
            .ok_or(CaseError::UnknownPurpose)?;
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
        let used = self.used(caller, purpose, now).await?;
        let ask = Ask {
            now,
            caller: caller.clone(),
            purpose: purpose.name.clone(),
            used,
            training_until: None,
            pledge_until: None,
        };
        let shown = visible(active, ask, purpose, &collections);
        let refusal = shown.as_ref().err().cloned();
        let kind = if refusal.is_some() {
            Kind::Refusal
        } else {
            Kind::Search
        };
        let mut entry = self.begin(now, kind, caller, active);
        entry.purpose = Some(purpose.name.clone());
        entry
            .extra
            .push(("cases".to_owned(), first.name.to_string()));
        if let Some(because) = &refusal {
            entry
                .extra
                .push(("rule".to_owned(), because.rule.to_string()));
        }
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
            params![active.mark()],
        );
        if refusal.is_none()
            && let Some(limit) = purpose.quota.searches_per_day
        {
            charge(&mut tx, caller, &purpose.name, now, "searches", 1, limit);
        }
        tx.append(self.bytes(&entry)?);
        let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
        if refusal.is_none() {
            self.note_spent(caller, purpose, now, one_more(used));
        }
        let entry = committed.entries[0];
        let shown = match shown {
            Ok(shown) => shown,
            Err(because) => {
                return Ok(CaseList {
                    entry,
                    refusal: Some(because),
                    cases: Vec::new(),
                    next: None,
                });
            }
        };
        let mut cases = Vec::new();
        for (collection, shape) in collections {
            let page = Page {
                purpose,
                collection,
                shape,
                wanted,
                shown: &shown,
                now,
            };
            cases.extend(page.of(self, caller).await?);
        }
        cases.sort_by_key(|case| std::cmp::Reverse(case.record));
        let limit = wanted.limit;
        let next = (cases.len() > limit).then(|| cases[limit - 1].record);
        cases.truncate(limit);
        Ok(CaseList {
            entry,
            refusal: None,
            cases,
            next,
        })
    }
}

/// Which cases, of those that tie the caller to somebody.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    /// Only those with this number.
    number: Option<&'a str>,
    /// Only those before this one.
    before: Option<RecordId>,
    limit: usize,
}

/// One page of the cases of one collection.
struct Page<'a> {
    purpose: &'a Purpose,
    collection: &'a Collection,
    shape: &'a CaseShape,
    wanted: Wanted<'a>,
    shown: &'a BTreeSet<FieldRef>,
    now: Moment,
}

impl Page<'_> {
    /// Newest first; one more than the limit if there are more.
    async fn of(&self, vault: &Vault, caller: &Caller) -> Result<Vec<Case>, VaultError> {
        let Some(queries) = self.queries(caller) else {
            return Ok(Vec::new());
        };
        // All states in one snapshot: a case that moves on meanwhile stands in exactly one of them.
        let mut found = BTreeSet::new();
        for rows in vault.store().query_all(queries).await? {
            for row in rows {
                found.insert((
                    row.id(1, RecordId::from_slice)?,
                    row.id(0, SubjectId::from_slice)?,
                ));
            }
        }
        let found: Vec<_> = found
            .into_iter()
            .rev()
            .take(self.wanted.limit + 1)
            .collect();
        let queries = found.iter().map(|(record, subject)| Query {
            sql: "SELECT version, plain, updated_at FROM record WHERE subject = $1 AND collection = $2 AND id = $3",
            params: params![*subject, &self.collection.name, *record],
        });
        let answers = vault.store().query_all(queries.collect()).await?;
        let mut cases = Vec::with_capacity(found.len());
        for ((record, subject), rows) in found.into_iter().zip(answers) {
            let Some(row) = rows.first() else { continue };
            let plain = plain(row.text(1)?)?;
            let updated_at = row.moment(2)?;
            let open = plain
                .get(&self.shape.status)
                .is_some_and(|status| self.shape.open.contains(status));
            let shown = self.collection.fields.iter().filter(|field| {
                self.shown
                    .contains(&FieldRef::new(&self.collection.name, &field.name))
                    && !retention::is_over(self.collection, field, &plain, updated_at, self.now)
            });
            cases.push(Case {
                record,
                subject,
                collection: self.collection.name.clone(),
                open,
                fields: shown
                    .filter_map(|field| Some((field.name.clone(), plain.get(&field.name)?.clone())))
                    .collect(),
                version: u64::try_from(row.int(0)?).unwrap_or(0),
            });
        }
        Ok(cases)
    }

    /// The field that numbers the cases, and the number as it is stored; `None` where they are numbered by
    /// nothing that the caller sees and that is indexed in the clear.
    fn number(&self, number: &str) -> Option<(&String, String)> {
        let [key] = self.collection.key.as_slice() else {
            return None;
        };
        let field = self.collection.field(key).filter(|field| field.facet)?;
        self.shown
            .contains(&FieldRef::new(&self.collection.name, key))
            .then(|| (key, normalise(field.kind, number).into_owned()))
    }

    /// One SELECT for each state of interest; `None` if nothing can tie the caller to any case.
    fn queries(&self, caller: &Caller) -> Option<Vec<Query>> {
        let (collection, shape) = (self.collection, self.shape);
        let tie = match self.purpose.condition {
            RowCondition::AssignedOpenCase => Some((shape.assignee.as_ref()?, caller.login()?)),
            RowCondition::SiteOpenCase => Some((shape.site.as_ref()?, caller.site.as_deref()?)),
            RowCondition::RegionOpenCase => {
                Some((shape.region.as_ref()?, caller.region.as_deref()?))
            }
            RowCondition::OpenCase | RowCondition::None => None,
            RowCondition::CountsOnly | RowCondition::OwnRecord => return None,
        };
        let states = match self.purpose.condition {
            RowCondition::None => &collection.field(&shape.status)?.values,
            _ => &shape.open,
        };
        let before = self
            .wanted
            .before
            .unwrap_or(RecordId::from_bytes([0xFF; 16]));
        let page = i64::try_from(self.wanted.limit)
            .unwrap_or(i64::MAX)
            .saturating_add(1);
        let number = match self.wanted.number {
            Some(number) => Some(self.number(number)?),
            None => None,
        };
        let query = |state: &String| match (tie, &number) {
            (Some((field, value)), None) => Query {
                sql: "SELECT s.subject, s.record FROM facet t JOIN facet s ON s.subject = t.subject \
                      AND s.collection = t.collection AND s.record = t.record \
                      WHERE t.collection = $1 AND t.field = $2 AND t.value = $3 AND s.field = $4 AND s.value = $5 \
                      AND t.record < $6 ORDER BY s.record DESC LIMIT $7",
                params: params![
                    &collection.name,
                    field,
                    value,
                    &shape.status,
                    state,
                    before,
                    page
                ],
            },
            (Some((field, value)), Some((key, number))) => Query {
                sql: "SELECT s.subject, s.record FROM facet k JOIN facet t ON t.subject = k.subject \
                      AND t.collection = k.collection AND t.record = k.record \
                      JOIN facet s ON s.subject = k.subject AND s.collection = k.collection AND s.record = k.record \
                      WHERE k.collection = $1 AND k.field = $8 AND k.value = $9 AND t.field = $2 AND t.value = $3 \
                      AND s.field = $4 AND s.value = $5 AND s.record < $6 ORDER BY s.record DESC LIMIT $7",
                params: params![
                    &collection.name,
                    field,
                    value,
                    &shape.status,
                    state,
                    before,
                    page,
                    *key,
                    number
                ],
            },
            (None, None) => Query {
                sql: "SELECT subject, record FROM facet WHERE collection = $1 AND field = $2 AND value = $3 \
                      AND record < $4 ORDER BY record DESC LIMIT $5",
                params: params![&collection.name, &shape.status, state, before, page],
            },
            (None, Some((key, number))) => Query {
                sql: "SELECT s.subject, s.record FROM facet k JOIN facet s ON s.subject = k.subject \
                      AND s.collection = k.collection AND s.record = k.record \
                      WHERE k.collection = $1 AND k.field = $6 AND k.value = $7 AND s.field = $2 AND s.value = $3 \
                      AND s.record < $4 ORDER BY s.record DESC LIMIT $5",
                params: params![
                    &collection.name,
                    &shape.status,
                    state,
                    before,
                    page,
                    *key,
                    number
                ],
            },
        };
        Some(states.iter().map(query).collect())
    }
}

/// The facets that role, purpose, key and policy let the caller see, were every fact of a subject in
/// favour; or why none.
fn visible(
    active: &Active,
    ask: Ask,
    purpose: &Purpose,
    collections: &[(&Collection, &CaseShape)],
) -> Result<BTreeSet<FieldRef>, Arc<Because>> {
    decide_list(&active.policies, &active.register, &ask)?;
    let facets: Vec<FieldRef> = collections
        .iter()
        .flat_map(|(c, _)| {
            c.fields
                .iter()
                .filter(|f| f.facet)
                .map(|f| FieldRef::new(&c.name, &f.name))
        })
        .filter(|field| purpose.fields.contains(field))
        .collect();
    let facts = Facts {
        ask: Ask {
            used: Used {
                subjects: 0,
                ..ask.used
            },
            ..ask
        },
        fields: facets,
        clear: BTreeSet::new(),
        relation: Relation {
            own: false,
            assigned: true,
            site: true,
            region: true,
            open: true,
            closed: false,
        },
        consent: Consents::whole(ConsentState::given(ConsentForm::Separate)),
        restricted: false,
        hold: false,
        expired: BTreeSet::new(),
        // Cases lie in the main database, never apart.
        named_in: None,
        zone_grants: BTreeSet::new(),
        grants: Vec::new(),
        pieces: Pieces::default(),
    };
    let verdict = decide(&active.policies, &active.register, &facts);
    if let Some(refusal) = verdict.refusal {
        return Err(refusal);
    }
    Ok(verdict
        .fields
        .into_iter()
        .filter(|(_, d)| d.form == Form::Clear)
        .map(|(field, _)| field)
        .collect())
}
