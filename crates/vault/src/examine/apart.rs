//! What zones apart hold of people who are not there.

use shouxin_model::SubjectId;
use shouxin_store::{Query, params};

use super::{Damage, Examination, Wrong};
use crate::zones::Zone;
use crate::{Vault, VaultError};

/// People of a zone looked at in one go.
const PAGE: u32 = 500;

impl Vault {
    /// Rows of zones apart about nobody: neither in the zone nor in the main database.
    pub(super) async fn examine_apart(&self, found: &mut Examination) -> Result<(), VaultError> {
        for zone in self.apart().all() {
            let count = self.strangers(zone).await?;
            let name = &zone.name;
            if count > 0 {
                found.findings.push(Damage {
                    subject: None,
                    what: Wrong::Nobody(format!("zone {name}"), count),
                });
            }
            let keyless = [
                "SELECT COUNT(*) FROM record WHERE subject NOT IN (SELECT subject FROM subject_key)",
                "SELECT COUNT(*) FROM blind WHERE subject NOT IN (SELECT subject FROM subject_key)",
                "SELECT COUNT(*) FROM facet WHERE subject NOT IN (SELECT subject FROM subject_key)",
            ];
            let queries = keyless.map(|sql| Query {
                sql,
                params: params![],
            });
            for rows in zone.store.query_all(queries.into()).await? {
                let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
                if count > 0 {
                    found.findings.push(Damage {
                        subject: None,
                        what: Wrong::Nobody(format!("zone {name}"), count.unsigned_abs()),
                    });
                }
            }
        }
        Ok(())
    }

    /// How many people have keys in the zone and are no active people of the main database.
    async fn strangers(&self, zone: &Zone) -> Result<u64, VaultError> {
        let sql =
            "SELECT DISTINCT subject FROM subject_key WHERE subject > $1 ORDER BY subject LIMIT $2";
        let (mut after, mut count) = (Vec::new(), 0);
        loop {
            let rows = zone.store.query(sql, params![&after, PAGE]).await?;
            let Some(last) = rows.last() else {
                return Ok(count);
            };
            after = last.bytes(0)?.to_vec();
            let mut gone = Vec::new();
            let aliases = rows.iter().map(|row| row.id(0, SubjectId::from_slice));
            let aliases = aliases.collect::<Result<Vec<_>, _>>()?;
            let lookups = aliases
                .iter()
                .map(|alias| vec![zone.subject(*alias).into()]);
            let alive = "SELECT 1 FROM subject WHERE id = $1 AND state = 'active'";
            let known = self.store().query_many(alive, lookups.collect()).await?;
            gone.extend(
                aliases
                    .iter()
                    .zip(known)
                    .filter(|(_, rows)| rows.is_empty()),
            );
            if gone.is_empty() {
                continue;
            }
            // Erased meanwhile: once the zone stands as the main database says, they are gone here too.
            drop(self.all_turns().await?);
            let lookups = gone.iter().map(|(alias, _)| vec![(**alias).into()]);
            let left = "SELECT 1 FROM subject_key WHERE subject = $1";
            let left = zone.store.query_many(left, lookups.collect()).await?;
            count += left.iter().filter(|rows| !rows.is_empty()).count() as u64;
        }
    }
}
