//! Rows that give rights: each against its mark, and against what the ledger tells became of it.

use shouxin_model::{ApiKeyId, ApprovalId, DeviceId, GrantId, SessionId, StaffId};
use shouxin_store::{Query, Row, Table, Value, params, tables};

use super::told_by::Told;
use super::{Damage, Examination, Wrong};
use crate::marked::Marked;
use crate::{Vault, VaultError};

/// Rows looked at in one go.
const PAGE: u32 = 500;

impl Vault {
    /// Examines accounts, sessions, keys, invitations, devices, approvals, grants, reviews and what is used of
    /// today's quotas. `told` is what the ledger told before; what it tells by now is added.
    pub(super) async fn examine_rights(
        &self,
        told: &mut Told,
        found: &mut Examination,
    ) -> Result<(), VaultError> {
        let mut differ = Vec::new();
        for marked in Marked::ALL {
            self.examine_marked(*marked, told, &mut differ, found)
                .await?;
        }
        for (marked, id, state) in told.absent() {
            if self.is_absent(marked, &id).await? {
                differ.push((marked, id, state));
            }
        }
        let used = self.used_today().await?;
        // What was done between the ledger and the rows is told by now.
        let changed = told.catch_up(self).await?;
        differ.retain(|(_, id, _)| !changed.contains(id));
        found
            .findings
            .extend(differ.into_iter().map(|(marked, id, state)| Damage {
                subject: None,
                what: Wrong::NotAsTold {
                    place: place(marked.table(), &id),
                    told: state,
                },
            }));
        // Counted before the ledger was caught up with: fewer can be used by now than the ledger tells of.
        for (actor, purpose, seen) in told.seen_before() {
            let stored = used
                .iter()
                .find(|(a, p, _)| *a == actor && *p == purpose)
                .map_or(0, |(_, _, used)| *used);
            if stored < seen {
                found.findings.push(Damage {
                    subject: None,
                    what: Wrong::SetBack {
                        actor,
                        purpose,
                        stored,
                        seen,
                    },
                });
            }
        }
        Ok(())
    }

    async fn examine_marked(
        &self,
        marked: Marked,
        told: &Told,
        differ: &mut Vec<(Marked, String, &'static str)>,
        found: &mut Examination,
    ) -> Result<(), VaultError> {
        let table = stored_as(marked)?;
        let at = |name: &str| table.columns.iter().position(|column| *column == name);
        let covered: Vec<usize> = marked
            .columns()
            .iter()
            .filter_map(|name| at(name))
            .collect();
        let (mark, state) = (at("mark"), at("state"));
        let mut after: Option<Vec<Value>> = None;
        loop {
            let Query { sql, params } = table.page(after.as_deref(), PAGE);
            let rows = self.store().query(sql, params).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = Some(table.key_of(&last.clone().into_values()));
            for row in &rows {
                let id = name_of(marked, row);
                let values = row.clone().into_values();
                let of: Vec<Value> = covered.iter().map(|at| values[*at].clone()).collect();
                let bytes = mark.map(|at| values[at].clone());
                if bytes != Some(Value::Bytes(self.row_mark(marked, &of))) {
                    found.findings.push(Damage {
                        subject: None,
                        what: Wrong::Row(place(marked.table(), &id)),
                    });
                    continue;
                }
                let state = state.and_then(|at| row.opt_text(at).ok()?);
                if let Some(wanted) = told.differs(marked, &id, state) {
                    differ.push((marked, id, wanted));
                }
            }
        }
    }

    /// Whether no row has this name.
    async fn is_absent(&self, marked: Marked, id: &str) -> Result<bool, VaultError> {
        let key: Option<Value> = match marked {
            Marked::Review => id.parse().ok().map(|id: GrantId| id.into()),
            Marked::Staff => id.parse().ok().map(|id: StaffId| id.into()),
            _ => None,
        };
        match key {
            Some(key) => Ok(self
                .held_row(marked, key)
                .await
                .is_ok_and(|row| row.is_none())),
            None => Ok(false),
        }
    }

    /// By actor and purpose, how many people the quota of today says were seen.
    async fn used_today(&self) -> Result<Vec<(String, String, u64)>, VaultError> {
        let sql = "SELECT actor, purpose, used FROM quota WHERE day = $1 AND kind = 'subjects'";
        let rows = self
            .store()
            .query(sql, params![self.now().china_day()])
            .await?;
        let used = |row: &Row| {
            let used = u64::try_from(row.int(2)?).unwrap_or(0);
            Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), used))
        };
        rows.iter().map(used).collect()
    }
}

fn stored_as(marked: Marked) -> Result<&'static Table, VaultError> {
    let table = tables().iter().find(|table| table.name == marked.table());
    table.ok_or(VaultError::Corrupt("schema"))
}

fn place(table: &str, id: &str) -> String {
    if id.is_empty() {
        table.to_owned()
    } else {
        format!("{table} {id}")
    }
}

/// The id of a row as entries and people write it; empty for what has none.
fn name_of(marked: Marked, row: &Row) -> String {
    let named = match marked {
        Marked::Staff => row.id(0, StaffId::from_slice).map(|id| id.to_string()),
        Marked::Session => row.id(0, SessionId::from_slice).map(|id| id.to_string()),
        Marked::ApiKey => row.id(0, ApiKeyId::from_slice).map(|id| id.to_string()),
        Marked::Device => row.id(0, DeviceId::from_slice).map(|id| id.to_string()),
        Marked::Approval => row.id(0, ApprovalId::from_slice).map(|id| id.to_string()),
        Marked::Grant | Marked::Review => row.id(0, GrantId::from_slice).map(|id| id.to_string()),
        Marked::Notice => row.text(0).map(str::to_owned),
        Marked::Publication => row.int(0).map(|number| number.to_string()),
        Marked::Activation => Ok(String::new()),
    };
    named.unwrap_or_default()
}
