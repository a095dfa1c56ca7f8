//! Moving a case on: its status, whom it is assigned to.

use std::collections::BTreeMap;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, CaseShape, FieldRef, RecordId, RowCondition, SubjectId};
use shouxin_store::{Query, Tx, params};

use crate::active::Active;
use crate::batch::key_of;
use crate::gather::plain;
use crate::integrity::{ROW, row_mark};
use crate::records::fits_index;
use crate::vault::ATTEMPTS;
use crate::{Case, CaseChange, CaseError, Vault, VaultError};

impl Vault {
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
        for _ in 0..ATTEMPTS {
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
        let answers = self.store().query_all(vec![
            Query {
                sql: "SELECT version, pseudonym FROM subject WHERE id = $1 AND state = 'active'",
                params: params![subject],
            },
            Query {
                sql: "SELECT collection, version, plain, marks, created_at, updated_at FROM record WHERE subject = $1 AND id = $2",
                params: params![subject, case],
            },
            Query {
                sql: "SELECT zone, epoch, wrapped FROM subject_key WHERE subject = $1",
                params: params![subject],
            },
        ]);
        let mut answers = answers.await.map_err(VaultError::from)?.into_iter();
        let (subjects, records, keys) = (
            answers.next().unwrap_or_default(),
            answers.next().unwrap_or_default(),
            answers.next().unwrap_or_default(),
        );
        let (Some(known), Some(row)) = (subjects.first(), records.first()) else {
            return Err(CaseError::NotFound(case));
        };
        let keyring = self.keyring()?;
        let collection = active
            .register
            .collection(row.text(0).map_err(VaultError::from)?)
            .ok_or(CaseError::NotFound(case))?;
        let shape = collection.case.as_ref().ok_or(CaseError::NotFound(case))?;
        let version = u64::try_from(row.int(1).map_err(VaultError::from)?).unwrap_or(0);
        let mut fields = plain(row.text(2).map_err(VaultError::from)?)?;
        let status_field = FieldRef::new(&collection.name, &shape.status);
        let statuses = collection
            .field(&shape.status)
            .map(|f| f.values.clone())
            .unwrap_or_default();
        let mut changes: Vec<(&str, &str)> = Vec::new();
        if let Some(status) = &change.status {
            if !statuses.contains(status) {
                return Err(CaseError::Status {
                    field: status_field,
                    values: statuses,
                });
            }
            changes.push((&shape.status, status));
        }
        if let Some(assignee) = &change.assignee {
            let name = shape
                .assignee
                .as_ref()
                .ok_or_else(|| CaseError::NoAssignee(collection.name.clone()))?;
            let field = collection
                .field(name)
                .ok_or(VaultError::Corrupt("register"))?;
            fits_index(field, assignee).map_err(|why| CaseError::Value {
                field: FieldRef::new(&collection.name, name),
                why,
            })?;
            changes.push((name, assignee));
        }
        if changes.is_empty() {
            return Err(CaseError::Nothing);
        }
        let pseudonym = known
            .opt_bytes(1)
            .map_err(VaultError::from)?
            .and_then(|b| b.try_into().ok());
        let tied = tied(&active, caller, shape, &fields);
        if tied && change.version.is_some_and(|seen| seen != version) {
            return Err(CaseError::Version(version));
        }
        let mut entry = self.begin(
            now,
            if tied { Kind::Case } else { Kind::Refusal },
            caller,
            &active,
        );
        entry.subject = pseudonym;
        entry.case = Some(case.to_string());
        for (field, _) in &changes {
            let form = if tied { "written" } else { "withheld" };
            entry.add_field(
                form,
                if tied { "case" } else { "not-tied" },
                format!("{}.{field}", collection.name),
            );
        }
        if let Some(status) = &change.status {
            entry.extra.push(("status".to_owned(), status.to_owned()));
        }
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
            params![active.mark()],
        );
        if tied {
            let was = fields.clone();
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
            let json = |map| serde_json::to_string(map).map_err(|_| VaultError::Corrupt("record"));
            let mut marks = plain(row.text(3).map_err(VaultError::from)?)?;
            let key = keys.iter().find(|row| row.text(0) == Ok(&collection.zone));
            if let Some(key) = key {
                let (_, key) = key_of(&keyring, subject, key)?;
                let place = (collection.name.as_str(), collection.zone.as_str());
                let created_at = row.moment(4).map_err(VaultError::from)?;
                let updated_at = row.moment(5).map_err(VaultError::from)?;
                let mark =
                    |fields, at| row_mark(&key, subject, place, case, fields, created_at, at);
                // What was altered past this program is not made good by writing over it.
                if marks.get(ROW) != Some(&mark(&was, updated_at)?) {
                    return Err(VaultError::Corrupt("record").into());
                }
                let mark = mark(&fields, now)?;
                marks.insert(ROW.to_owned(), mark);
            }
            tx.run_exactly(
                1,
                "UPDATE record SET plain = $1, marks = $7, version = version + 1, updated_at = $2 \
                 WHERE subject = $3 AND collection = $4 AND id = $5 AND version = $6",
                params![
                    json(&fields)?,
                    now,
                    subject,
                    &collection.name,
                    case,
                    i64::try_from(version).unwrap_or(i64::MAX),
                    json(&marks)?
                ],
            );
            // Every fact about a subject moves its version: reads under way look again.
            tx.run_exactly(
                1,
                "UPDATE subject SET version = version + 1 WHERE id = $1 AND version = $2",
                params![subject, known.int(0).map_err(VaultError::from)?],
            );
        }
        tx.append(self.bytes(&entry)?);
        let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
        if !tied {
            return Err(CaseError::Refused {
                entry: committed.entries[0],
            });
        }
        let open = fields
            .get(&shape.status)
            .is_some_and(|status| shape.open.contains(status));
        // What ties people to a case is known to whoever it is tied to; the rest of it takes a read.
        let shape = [
            Some(&shape.status),
            shape.assignee.as_ref(),
            shape.site.as_ref(),
            shape.region.as_ref(),
        ];
        fields.retain(|field, _| shape.contains(&Some(field)));
        Ok(Case {
            record: case,
            subject,
            collection: collection.name.clone(),
            open,
            fields,
            version: version + 1,
        })
    }
}

/// Whether this very case, open, ties the caller to its subject under any purpose of the caller's.
fn tied(
    active: &Active,
    caller: &Caller,
    shape: &CaseShape,
    fields: &BTreeMap<String, String>,
) -> bool {
    let value = |field: &Option<String>| {
        field
            .as_ref()
            .and_then(|f| fields.get(f))
            .map(String::as_str)
    };
    let open = fields
        .get(&shape.status)
        .is_some_and(|status| shape.open.contains(status));
    let mine = active
        .register
        .purposes
        .iter()
        .filter(|p| p.roles.iter().any(|r| caller.roles.contains(r)));
    open && mine.into_iter().any(|purpose| match purpose.condition {
        RowCondition::AssignedOpenCase => {
            value(&shape.assignee).is_some_and(|v| Some(v) == caller.login())
        }
        RowCondition::SiteOpenCase => {
            value(&shape.site).is_some_and(|v| Some(v) == caller.site.as_deref())
        }
        RowCondition::RegionOpenCase => {
            value(&shape.region).is_some_and(|v| Some(v) == caller.region.as_deref())
        }
        RowCondition::OpenCase
        | RowCondition::None
        | RowCondition::CountsOnly
        | RowCondition::OwnRecord => false,
    })
}
