//! Counts over groups of people: totals without names, never of a group that points at anyone.

use std::collections::BTreeMap;
use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, FieldRef, Register};
use shouxin_policy::{Ask, Because, MIN_GROUP, decide_count, may_show};
use shouxin_store::{Tx, params};

use crate::active::Active;
use crate::reads::charge;
use crate::spent::one_more;
use crate::vault::ATTEMPTS;
use crate::{Vault, VaultError};

/// What to count.
#[derive(Clone, Debug)]
pub struct CountRequest {
    /// The purpose.
    pub purpose: String,
    /// The collection.
    pub collection: String,
    /// One or two facets of the collection.
    pub group_by: Vec<String>,
}

/// What was counted.
#[derive(Debug)]
pub struct CountOutcome {
    /// The ledger entry that records it.
    pub entry: u64,
    /// Why it was refused, if it was.
    pub refusal: Option<Arc<Because>>,
    /// The groups that may be shown, largest first: value by field, number of people.
    pub groups: Vec<(BTreeMap<String, String>, u64)>,
    /// How many groups are not shown.
    pub suppressed: u64,
}

/// Why a count cannot be decided at all.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// The register has no such purpose.
    #[error("the register has no such purpose")]
    UnknownPurpose,
    /// The register has no such field.
    #[error("the register has no field {0}")]
    UnknownField(FieldRef),
    /// Not one or two different fields.
    #[error("group_by names one or two different fields")]
    Shape,
    /// The store or the ledger failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Counts people by one or two facets. A caller who answers for a region counts in that region
    /// only, where the collection knows regions.
    ///
    /// # Errors
    /// [`CountError`]; a refusal by policy is an outcome, not an error.
    pub async fn count(
        &self,
        caller: &Caller,
        request: &CountRequest,
    ) -> Result<CountOutcome, CountError> {
        for _ in 0..ATTEMPTS {
            let active = self.active();
            match self.count_once(&active, caller, request).await {
                Err(CountError::Vault(VaultError::Busy)) => self.refresh().await?,
                Err(error @ (CountError::UnknownPurpose | CountError::UnknownField(_))) => {
                    self.unless_newer(&active, error).await?;
                }
                result => return result,
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn count_once(
        &self,
        active: &Active,
        caller: &Caller,
        request: &CountRequest,
    ) -> Result<CountOutcome, CountError> {
        let register = &active.register;
        let purpose = register
            .purpose(&request.purpose)
            .ok_or(CountError::UnknownPurpose)?;
        let fields: Vec<FieldRef> = request
            .group_by
            .iter()
            .map(|field| FieldRef::new(&request.collection, field))
            .collect();
        if let Some(unknown) = fields.iter().find(|field| register.field(field).is_none()) {
            return Err(CountError::UnknownField(unknown.clone()));
        }
        if !matches!(fields.len(), 1 | 2) || fields.first() == fields.get(1) {
            return Err(CountError::Shape);
        }
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
        let ruling = decide_count(&active.policies, register, &ask, &fields);
        let kind = if ruling.allowed {
            Kind::Count
        } else {
            Kind::Refusal
        };
        let mut entry = self.begin(now, kind, caller, active);
        entry.purpose = Some(purpose.name.clone());
        for field in &fields {
            let form = if ruling.allowed { "count" } else { "withheld" };
            entry.add_field(form, &ruling.because.rule, field.to_string());
        }
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
            params![active.mark()],
        );
        if ruling.allowed
            && let Some(limit) = purpose.quota.searches_per_day
        {
            charge(&mut tx, caller, &purpose.name, now, "searches", 1, limit);
        }
        tx.append(self.bytes(&entry)?);
        let committed = self.store().commit(tx).await.map_err(VaultError::from)?;
        if ruling.allowed {
            self.note_spent(caller, purpose, now, one_more(used));
        }
        let entry = committed.entries[0];
        if !ruling.allowed {
            return Ok(CountOutcome {
                entry,
                refusal: Some(ruling.because),
                groups: Vec::new(),
                suppressed: 0,
            });
        }
        let region = register
            .collection(&request.collection)
            .and_then(|c| c.case.as_ref())
            .and_then(|case| case.region.as_deref())
            .zip(caller.region.as_deref());
        let groups = self.groups(register, request, region).await?;
        let (groups, suppressed) = suppress(groups);
        Ok(CountOutcome {
            entry,
            refusal: None,
            groups,
            suppressed,
        })
    }

    async fn groups(
        &self,
        register: &Register,
        request: &CountRequest,
        region: Option<(&str, &str)>,
    ) -> Result<Vec<(BTreeMap<String, String>, u64)>, VaultError> {
        let collection = &request.collection;
        let (first, second) = (&request.group_by[0], request.group_by.get(1));
        let (sql, values) = match (second, region) {
            (None, None) => (ONE, params![collection, first]),
            (None, Some((field, region))) => {
                (ONE_IN_REGION, params![collection, first, field, region])
            }
            (Some(second), None) => (TWO, params![collection, first, second]),
            (Some(second), Some((field, region))) => (
                TWO_IN_REGION,
                params![collection, first, second, field, region],
            ),
        };
        let mut groups = Vec::new();
        let store = match self.zone_apart(register, collection)? {
            Some(zone) => &zone.store,
            None => self.store(),
        };
        for row in store.query(sql, values).await? {
            let mut by = BTreeMap::from([(first.clone(), row.text(1)?.to_owned())]);
            if let Some(second) = second {
                by.insert(second.clone(), row.text(2)?.to_owned());
            }
            groups.push((by, u64::try_from(row.int(0)?).unwrap_or(0)));
        }
        Ok(groups)
    }
}

const ONE: &str = "SELECT COUNT(DISTINCT a.subject), a.value FROM facet a \
    WHERE a.collection = $1 AND a.field = $2 GROUP BY a.value";

const ONE_IN_REGION: &str = "SELECT COUNT(DISTINCT a.subject), a.value FROM facet a \
    JOIN facet r ON r.subject = a.subject AND r.collection = a.collection AND r.record = a.record \
    WHERE a.collection = $1 AND a.field = $2 AND r.field = $3 AND r.value = $4 GROUP BY a.value";

const TWO: &str = "SELECT COUNT(DISTINCT a.subject), a.value, b.value FROM facet a \
    JOIN facet b ON b.subject = a.subject AND b.collection = a.collection AND b.record = a.record \
    WHERE a.collection = $1 AND a.field = $2 AND b.field = $3 GROUP BY a.value, b.value";

const TWO_IN_REGION: &str = "SELECT COUNT(DISTINCT a.subject), a.value, b.value FROM facet a \
    JOIN facet b ON b.subject = a.subject AND b.collection = a.collection AND b.record = a.record \
    JOIN facet r ON r.subject = a.subject AND r.collection = a.collection AND r.record = a.record \
    WHERE a.collection = $1 AND a.field = $2 AND b.field = $3 AND r.field = $4 AND r.value = $5 \
    GROUP BY a.value, b.value";

/// Leaves out groups that are too small, and as many more as it takes that those left out cannot be
/// computed as the difference to a total.
fn suppress<T: Ord>(mut groups: Vec<(T, u64)>) -> (Vec<(T, u64)>, u64) {
    groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown = groups
        .iter()
        .take_while(|(_, size)| may_show(*size))
        .count();
    let hidden: u64 = groups[shown..].iter().map(|(_, size)| size).sum();
    let shown = if hidden > 0 && hidden < u64::from(MIN_GROUP) {
        shown.saturating_sub(1)
    } else {
        shown
    };
    let suppressed = u64::try_from(groups.len() - shown).unwrap_or(u64::MAX);
    groups.truncate(shown);
    (groups, suppressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sizes: &[u64], shown: &[u64]) {
        let groups = sizes
            .iter()
            .enumerate()
            .map(|(i, size)| (i, *size))
            .collect();
        let (left, suppressed) = suppress(groups);
        assert_eq!(
            left.iter().map(|(_, size)| *size).collect::<Vec<_>>(),
            shown,
            "{sizes:?}"
        );
        assert_eq!(suppressed as usize, sizes.len() - shown.len());
    }

    #[test]
    fn small_groups_and_what_would_give_them_away_are_left_out() {
        check(&[], &[]);
        check(&[9], &[]);
        check(&[10], &[10]);
        check(&[30, 10, 20], &[30, 20, 10]);
        // One small group beside others is the total less the others: the next goes too.
        check(&[30, 20, 3], &[30]);
        // Two that are small together still hide nobody well enough; together ten do.
        check(&[30, 20, 3, 4], &[30]);
        check(&[30, 20, 5, 5], &[30, 20]);
    }
}
