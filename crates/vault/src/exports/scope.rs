//! Which records leave: counted, and walked in pages of people.

use std::collections::BTreeMap;

use shouxin_model::SubjectId;
use shouxin_store::{Value, params};

use super::ExportScope;
use crate::{Vault, VaultError};

/// The records of a collection that are in scope.
pub(super) struct InScope<'a> {
    pub(super) vault: &'a Vault,
    pub(super) collection: &'a str,
    pub(super) scope: &'a ExportScope,
}

/// How much is in scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: u64,
    pub(super) people: u64,
}

impl InScope<'_> {
    /// How much is in scope now.
    pub(super) async fn size(&self) -> Result<Size, VaultError> {
        let store = self.vault.store();
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
                    .map(|subject| params![*subject, self.collection]);
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

    /// The next people in scope after `after`, in the order of their ids.
    pub(super) async fn people(
        &self,
        after: Option<SubjectId>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, VaultError> {
        let from = after.unwrap_or(SubjectId::from_bytes([0; 16]));
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let store = self.vault.store();
        let rows = match self.scope {
            ExportScope::Where(pairs) if pairs.is_empty() => {
                let sql = "SELECT DISTINCT subject FROM record WHERE collection = $1 AND subject > $2 \
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
        let people = rows.iter().map(|row| row.id(0, SubjectId::from_slice));
        Ok(people.collect::<Result<_, _>>()?)
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
