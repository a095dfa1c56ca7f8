//! Which records leave: counted, and walked in pages of people.

use std::collections::BTreeMap;

use shouxin_model::SubjectId;
use shouxin_store::{Store, Value, params};

use super::ExportScope;
use crate::zones::Zone;
use crate::{Vault, VaultError};

/// People in the sample.
const SAMPLE: usize = 5;

/// The records of a collection that are in scope.
pub(super) struct InScope<'a> {
    pub(super) vault: &'a Vault,
    pub(super) collection: &'a str,
    pub(super) scope: &'a ExportScope,
    /// The zone apart that the collection lies in.
    pub(super) zone: Option<&'a Zone>,
}

/// How much is in scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: u64,
    pub(super) people: u64,
}

impl InScope<'_> {
    fn store(&self) -> &Store {
        self.zone.map_or(self.vault.store(), |zone| &zone.store)
    }

    /// The id that a person's rows bear where they lie.
    fn row_id(&self, subject: SubjectId) -> SubjectId {
        self.zone.map_or(subject, |zone| zone.alias(subject))
    }

    /// The first people in scope, at most five: by the zone's ids if the export tells of no other side.
    pub(super) async fn sample(&self, one_side: bool) -> Result<Vec<SubjectId>, VaultError> {
        let mut people = self.people(None, SAMPLE).await?;
        if one_side {
            for subject in &mut people {
                *subject = self.row_id(*subject);
            }
        }
        Ok(people)
    }

    /// How much is in scope now.
    pub(super) async fn size(&self) -> Result<Size, VaultError> {
        let store = self.store();
        let rows = match self.scope {
            ExportScope::Where(pairs) if pairs.is_empty() => {
                let sql =
                    "SELECT COUNT(*), COUNT(DISTINCT subject) FROM record WHERE collection = $1";
                store.query(sql, params![self.collection]).await?
            }
            ExportScope::Where(pairs) => {
                let sql = "SELECT COUNT(*), COUNT(DISTINCT t.subject) FROM facet t \
                     WHERE t.collection = $1 AND t.field = $2 AND t.value = $3 \
                     AND EXISTS (SELECT 1 FROM facet u WHERE u.subject = t.subject AND u.collection = t.collection \
                     AND u.field = $4 AND u.record = t.record AND u.value = $5) \
                     AND EXISTS (SELECT 1 FROM facet w WHERE w.subject = t.subject AND w.collection = t.collection \
                     AND w.field = $6 AND w.record = t.record AND w.value = $7)";
                store.query(sql, self.facets(pairs)).await?
            }
            ExportScope::People(people) => {
                let sql = "SELECT COUNT(*) FROM record WHERE subject = $1 AND collection = $2";
                let each = people
                    .iter()
                    .map(|subject| params![self.row_id(*subject), self.collection]);
                let mut size = Size { rows: 0, people: 0 };
                for rows in store.query_many(sql, each.collect()).await? {
                    let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
                    size.rows += u64::try_from(count).unwrap_or(0);
                    size.people += u64::from(count > 0);
                }
                return Ok(size);
            }
        };
        let row = rows.first().ok_or(super::CORRUPT)?;
        Ok(Size {
            rows: u64::try_from(row.int(0)?).unwrap_or(0),
            people: u64::try_from(row.int(1)?).unwrap_or(0),
        })
    }

    /// The next people in scope after `after`, in the order of the ids that their rows bear.
    pub(super) async fn people(
        &self,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, VaultError> {
        let from = after.map_or(SubjectId::from_bytes([0; 16]), |after| self.row_id(after));
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let store = self.store();
        let rows = match self.scope {
            ExportScope::Where(pairs) if pairs.is_empty() => {
                // Along the primary key: an index by collection would be gone through whole for every page, and
                // sorted. The empty text keeps the planner from it.
                let sql = "SELECT DISTINCT subject FROM record WHERE collection || '' = $1 AND subject > $2 \
                     ORDER BY subject LIMIT $3";
                store
                    .query(sql, params![self.collection, from, most])
                    .await?
            }
            ExportScope::Where(pairs) => {
                let sql = "SELECT DISTINCT t.subject FROM facet t \
                     WHERE t.collection = $1 AND t.field = $2 AND t.value = $3 \
                     AND EXISTS (SELECT 1 FROM facet u WHERE u.subject = t.subject AND u.collection = t.collection \
                     AND u.field = $4 AND u.record = t.record AND u.value = $5) \
                     AND EXISTS (SELECT 1 FROM facet w WHERE w.subject = t.subject AND w.collection = t.collection \
                     AND w.field = $6 AND w.record = t.record AND w.value = $7) \
                     AND t.subject > $8 ORDER BY t.subject LIMIT $9";
                let mut params = self.facets(pairs);
                params.extend(params![from, most]);
                store.query(sql, params).await?
            }
            ExportScope::People(people) => {
                let mut people: Vec<SubjectId> = people
                    .iter()
                    .copied()
                    .filter(|subject| after.is_none_or(|after| *subject > after))
                    .collect();
                people.sort_unstable();
                people.truncate(limit);
                return Ok(people);
            }
        };
        let people = rows.iter().map(|row| {
            let id = row.id(0, SubjectId::from_slice)?;
            Ok(self.zone.map_or(id, |zone| zone.subject(id)))
        });
        people.collect()
    }

    /// Whether a record with these plain values is in scope.
    pub(super) fn holds(&self, plain: &BTreeMap<String, String>) -> bool {
        match self.scope {
            ExportScope::Where(pairs) => pairs
                .iter()
                .all(|(field, value)| plain.get(field) == Some(value)),
            ExportScope::People(_) => true,
        }
    }

    /// One to three pairs as three: the first stands for those that are missing.
    fn facets(&self, pairs: &[(String, String)]) -> Vec<Value> {
        let mut params = params![self.collection];
        for place in 0..3 {
            if let Some((field, value)) = pairs.get(place).or(pairs.first()) {
                params.extend(params![field, value]);
            }
        }
        params
    }
}
