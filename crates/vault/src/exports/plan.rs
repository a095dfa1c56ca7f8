//! What would leave, exactly: this is what somebody approves.

use std::collections::BTreeSet;

use serde::Serialize;
use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, CallerKind, ConsentForm, ExportId, FieldRef, Form, Moment, Purpose, SubjectId, Text,
};
use shouxin_policy::{Ask, ConsentState, Consents, Facts, Pieces, Relation, Used, decide_export};
use shouxin_store::{Tx, params};

use super::decoys::{decoys_among, is_traceable};
use super::scope::{InScope, Size};
use super::{ExportError, ExportRequest, ExportScope, Headings, Limit, MAX_COLUMNS, MAX_PEOPLE};
use crate::active::Active;
use crate::{Vault, VaultError};

/// What would leave: the body of the proposal, in canonical JSON.
#[derive(Clone, Debug, Serialize)]
pub struct ExportPlan {
    /// The export.
    pub export: ExportId,
    /// Who asks: `stf_…`.
    pub by: String,
    /// For what purpose.
    pub purpose: String,
    /// The collection whose records are the rows.
    pub collection: String,
    /// The columns, with the form in which each leaves and the rule that lets it.
    pub fields: Vec<PlannedField>,
    /// Facets that choose the records.
    #[serde(rename = "where")]
    pub filters: Vec<(String, String)>,
    /// Whether the people were named one by one.
    pub named: bool,
    /// Rows in scope when it was asked for. Who is restricted or has not consented is still among them.
    pub rows: u64,
    /// People in scope.
    pub people: u64,
    /// The most rows that may leave: what is there, a tenth for growth, and never more than was asked for.
    pub at_most: u64,
    /// The first people in scope, at most five.
    pub sample: Vec<SubjectId>,
    /// The kind of file.
    pub format: &'static str,
    /// What stands above the columns.
    pub headings: Headings,
    /// Rows of people who exist nowhere, put among the others to know a leaked copy by.
    pub decoys: u64,
    /// Whether a copy without the visible mark can be traced by its rows.
    pub traceable: bool,
    /// The register's version.
    pub register: u32,
    /// The policies' version.
    pub policy: u32,
}

/// One column of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedField {
    /// The field.
    pub field: FieldRef,
    /// The form in which it leaves.
    pub form: &'static str,
    /// The rule that lets it leave so.
    pub rule: String,
    /// Why, in the rule's words.
    pub reason: Text,
}

impl PlannedField {
    pub(super) fn form(&self) -> Form {
        let word = self.form;
        let all = [
            Form::Clear,
            Form::Masked,
            Form::Tokenised,
            Form::Generalised,
        ];
        all.into_iter()
            .find(|form| form.word() == word)
            .unwrap_or(Form::Withheld)
    }
}

/// A plan is made for the one who asks, or looked at again when it is carried out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// The second factor may still be shown.
    Asked,
    /// It must have been shown.
    Run,
}

impl Vault {
    /// What this request would let leave.
    pub(super) async fn plan_export(
        &self,
        active: &Active,
        caller: &Caller,
        id: ExportId,
        request: &ExportRequest,
        when: When,
    ) -> Result<ExportPlan, ExportError> {
        let now = self.now();
        let purpose = check(active, request)?;
        let fields = self
            .forms(active, caller, purpose, request, now, when)
            .await?;
        let scope = InScope {
            vault: self,
            collection: &request.collection,
            scope: &request.scope,
            zone: self.zone_apart(&active.register, &request.collection)?,
        };
        let size = scope.size().await?;
        let clear = fields.iter().filter(|f| request.clear.contains(&f.field));
        let used = match when {
            When::Asked => Used::default(),
            When::Run => self.used(caller, purpose, now).await?,
        };
        within(purpose, request, size, clear.count() as u64, used)?;
        let most = request.most_rows;
        let at_most = most.min(size.rows + (size.rows / 10).max(GROWTH_ROWS));
        let decoys = decoys_among(size.rows);
        Ok(ExportPlan {
            export: id,
            by: caller.actor(),
            purpose: purpose.name.clone(),
            collection: request.collection.clone(),
            traceable: decoys > 0 && is_traceable(&active.register, &fields),
            fields,
            filters: match &request.scope {
                ExportScope::Where(pairs) => pairs.clone(),
                ExportScope::People(_) => Vec::new(),
            },
            named: matches!(request.scope, ExportScope::People(_)),
            rows: size.rows,
            people: size.people,
            at_most,
            sample: scope.sample(request.is_one_side(&active.register)).await?,
            format: request.format.word(),
            headings: request.headings,
            decoys,
            register: active.register_version,
            policy: active.policy_version,
        })
    }

    /// The form in which each field would leave, were every fact of a person in favour. A field that would
    /// not leave as asked refuses the whole.
    async fn forms(
        &self,
        active: &Active,
        caller: &Caller,
        purpose: &Purpose,
        request: &ExportRequest,
        now: Moment,
        when: When,
    ) -> Result<Vec<PlannedField>, ExportError> {
        let mut asking = caller.clone();
        if when == When::Asked && matches!(caller.kind, CallerKind::Staff { .. }) {
            asking.sign_in.second_factor_at = Some(now);
        }
        let filters = match &request.scope {
            ExportScope::Where(pairs) => pairs.as_slice(),
            ExportScope::People(_) => &[],
        };
        // A filter tells about everyone in the file, so it must be open to the caller as a column would.
        let filters: BTreeSet<FieldRef> = filters
            .iter()
            .map(|(field, _)| FieldRef::new(&request.collection, field.as_str()))
            .filter(|field| !request.fields.contains(field))
            .collect();
        let mut facts = favourable(asking, purpose, now);
        facts.fields = request.fields.iter().chain(&filters).cloned().collect();
        facts.clear = request.clear.clone();
        let sides = self.sides(active, caller, purpose, request, now).await?;
        sides.tell(&mut facts);
        let verdict = decide_export(&active.policies, &active.register, &facts);
        let wrong = verdict.fields.iter().find(|(field, decision)| {
            let must_be_clear = request.clear.contains(field) || filters.contains(field);
            decision.form == Form::Withheld || (must_be_clear && decision.form != Form::Clear)
        });
        if let Some((field, decision)) = wrong {
            let because = verdict.refusal.as_ref().unwrap_or(&decision.because);
            let mut entry = self.begin(now, Kind::Refusal, caller, active);
            entry.purpose = Some(purpose.name.clone());
            entry.add_field("withheld", &because.rule, field.to_string());
            entry.extra = vec![("did".to_owned(), "export".to_owned())];
            let mut tx = Tx::new();
            tx.guard(
                1,
                "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
                params![active.mark()],
            );
            tx.append(self.bytes(&entry)?);
            let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
            return Err(ExportError::Field {
                field: field.clone(),
                because: because.clone(),
                entry: committed.entries[0],
            });
        }
        let columns = verdict.fields.into_iter().take(request.fields.len());
        Ok(columns
            .map(|(field, decision)| PlannedField {
                field,
                form: decision.form.word(),
                rule: decision.because.rule.to_string(),
                reason: decision.because.reason.clone(),
            })
            .collect())
    }
}

/// Rows that may be more than there were when it was asked for, where a tenth is less.
const GROWTH_ROWS: u64 = 10;

fn check<'a>(active: &'a Active, request: &ExportRequest) -> Result<&'a Purpose, ExportError> {
    let register = &active.register;
    let purpose = register
        .purpose(&request.purpose)
        .ok_or(ExportError::UnknownPurpose)?;
    let collection = register
        .collection(&request.collection)
        .ok_or(ExportError::UnknownCollection)?;
    if request.fields.is_empty() || request.fields.len() > MAX_COLUMNS {
        return Err(ExportError::Shape("fields holds 1 to 60 names"));
    }
    let distinct: BTreeSet<_> = request.fields.iter().collect();
    if distinct.len() != request.fields.len() {
        return Err(ExportError::Shape("fields names a field twice"));
    }
    if request.clear.iter().any(|field| !distinct.contains(field)) {
        return Err(ExportError::Shape("clear names what fields does not"));
    }
    if request.most_rows == 0 {
        return Err(ExportError::Shape("most_rows is at least 1"));
    }
    for field in &request.fields {
        if register.field(field).is_none() {
            return Err(ExportError::UnknownField(field.clone()));
        }
        let of = register.collection(field.collection());
        if field.collection() != request.collection && !of.is_some_and(|c| c.single) {
            return Err(ExportError::Several(field.clone()));
        }
    }
    match &request.scope {
        ExportScope::Where(pairs) => {
            if pairs.len() > 3 {
                return Err(ExportError::Shape("where holds at most 3 pairs"));
            }
            for (name, _) in pairs {
                let field = FieldRef::new(&request.collection, name.as_str());
                match collection.field(name) {
                    None => return Err(ExportError::UnknownField(field)),
                    Some(declared) if !declared.facet || declared.sealed => {
                        return Err(ExportError::NoFacet(field));
                    }
                    Some(_) => {}
                }
            }
        }
        ExportScope::People(people) => {
            if people.is_empty() || people.len() > MAX_PEOPLE {
                return Err(ExportError::Shape("people holds 1 to 1000 ids"));
            }
            if people.iter().collect::<BTreeSet<_>>().len() != people.len() {
                return Err(ExportError::Shape("people names a person twice"));
            }
        }
    }
    Ok(purpose)
}

/// Whether so much may leave.
fn within(
    purpose: &Purpose,
    request: &ExportRequest,
    size: Size,
    clear_columns: u64,
    used: Used,
) -> Result<(), ExportError> {
    if size.rows == 0 {
        return Err(ExportError::Nothing);
    }
    let quota = purpose.quota;
    let left =
        |limit: Option<u32>, used: u32| limit.map(|limit| u64::from(limit.saturating_sub(used)));
    let limits = [
        ("rows", size.rows, Some(request.most_rows), Limit::Request),
        ("rows", size.rows, request.format.most_rows(), Limit::Format),
        (
            "people",
            size.people,
            left(quota.subjects_per_day, used.subjects),
            Limit::Quota,
        ),
        (
            "clear values",
            size.people * clear_columns,
            left(quota.clear_per_day, used.clear),
            Limit::Quota,
        ),
    ];
    for (what, found, most, limit) in limits {
        if let Some(most) = most
            && found > most
        {
            return Err(ExportError::TooMany {
                what,
                found,
                most,
                limit,
            });
        }
    }
    Ok(())
}

/// The facts of a person about whom nothing stands in the way.
fn favourable(caller: Caller, purpose: &Purpose, now: Moment) -> Facts {
    let form = match purpose.consent {
        Some(form @ (ConsentForm::Written | ConsentForm::Guardian | ConsentForm::Once)) => form,
        _ => ConsentForm::Separate,
    };
    Facts {
        ask: Ask {
            now,
            caller,
            purpose: purpose.name.clone(),
            used: Used::default(),
            training_until: None,
            pledge_until: None,
        },
        fields: Vec::new(),
        clear: BTreeSet::new(),
        relation: Relation {
            own: false,
            assigned: true,
            site: true,
            region: true,
            open: true,
            closed: false,
        },
        consent: Consents::whole(ConsentState::given(form)),
        restricted: false,
        hold: false,
        expired: BTreeSet::new(),
        // Told by `Sides`.
        grants: Vec::new(),
        pieces: Pieces::default(),
        named_in: None,
        zone_grants: BTreeSet::new(),
    }
}
