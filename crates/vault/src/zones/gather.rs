//! What lies apart about people whose facts are known.

use std::collections::BTreeMap;

use shouxin_model::{FieldRef, RecordId, Register, SubjectId};
use shouxin_seal::WrappedKey;
use shouxin_store::{Query, params};

use super::Zone;
use crate::gather::{Known, StoredRecord, Wanted, plain};
use crate::{Vault, VaultError};

/// The collections asked for that lie apart, by zone.
pub(crate) type Apart<'a> = Vec<(&'a Zone, Vec<&'a str>)>;

impl Vault {
    /// The zones apart that these fields lie in, each with its collections; none of them for most reads.
    ///
    /// # Errors
    /// `Store` if one of them is not at hand.
    pub(crate) fn apart_of<'a>(
        &'a self,
        register: &'a Register,
        fields: &'a [FieldRef],
    ) -> Result<Apart<'a>, VaultError> {
        if self.apart().0.is_empty() && !register.zones.iter().any(|zone| zone.apart) {
            return Ok(Vec::new());
        }
        let mut apart: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for collection in fields.iter().map(FieldRef::collection) {
            let Some(zone) = register.apart(collection) else {
                continue;
            };
            let collections = apart.entry(&zone.name).or_default();
            if !collections.contains(&collection) {
                collections.push(collection);
            }
        }
        apart
            .into_iter()
            .map(|(zone, collections)| Ok((self.zone(zone)?, collections)))
            .collect()
    }

    /// Finds those of the subjects that are none under the id given, but have it in one of the zones.
    pub(crate) async fn named_apart(
        &self,
        wanted: &Wanted<'_>,
        apart: &Apart<'_>,
        subjects: &[SubjectId],
        known: &mut [Option<Known>],
    ) -> Result<(), VaultError> {
        let mut looks = Vec::new();
        for (at, (id, _)) in subjects
            .iter()
            .zip(&*known)
            .enumerate()
            .filter(|(_, (_, known))| known.is_none())
        {
            for (zone, _) in apart {
                looks.push(((at, *zone), (zone.subject(*id), zone.seen_mark(*id))));
            }
        }
        if looks.is_empty() {
            return Ok(());
        }
        let (places, people): (Vec<_>, Vec<_>) = looks.into_iter().unzip();
        let (_, found) = wanted.known_of(None, people).await?;
        for ((at, zone), found) in places.into_iter().zip(found) {
            if let (Some(mut found), Some(slot)) = (found, known.get_mut(at)) {
                found.named_in = Some(zone.name.clone());
                *slot = Some(found);
            }
        }
        Ok(())
    }

    /// Adds the records and keys that lie apart to what is known. Read after the main facts: a change of
    /// either in between shows in the subject's version, which the commit guards.
    ///
    /// # Errors
    /// `Store` if a zone's database cannot be reached.
    pub(crate) async fn add_apart<'k>(
        &self,
        apart: &Apart<'_>,
        known: impl Iterator<Item = &'k mut Known>,
    ) -> Result<(), VaultError> {
        let mut known: Vec<&mut Known> = known.collect();
        for (zone, collections) in apart {
            let mut queries = Vec::with_capacity(known.len() * (1 + collections.len()));
            for known in &known {
                let alias = zone.alias(known.subject);
                queries.push(Query {
                    sql: "SELECT epoch, wrapped FROM subject_key WHERE subject = $1 AND zone = $2",
                    params: params![alias, &zone.name],
                });
                queries.extend(collections.iter().map(|collection| Query {
                    sql: "SELECT id, plain, sealed, updated_at FROM record WHERE subject = $1 AND collection = $2 ORDER BY id",
                    params: params![alias, *collection],
                }));
            }
            let mut answers = zone.store.query_all(queries).await?.into_iter();
            for known in &mut known {
                known.keys.remove(&zone.name);
                if let Some(row) = answers.next().unwrap_or_default().first() {
                    let wrapped = WrappedKey {
                        epoch: u32::try_from(row.int(0)?)
                            .map_err(|_| VaultError::Corrupt("key epoch"))?,
                        bytes: row.bytes(1)?.to_vec(),
                    };
                    known.keys.insert(zone.name.clone(), wrapped);
                }
                for collection in collections {
                    for row in answers.next().unwrap_or_default() {
                        known.records.push(StoredRecord {
                            collection: (*collection).to_owned(),
                            id: zone.record(row.id(0, RecordId::from_slice)?),
                            plain: plain(row.text(1)?)?,
                            sealed: row.bytes(2)?.to_vec(),
                            updated_at: row.moment(3)?,
                        });
                    }
                }
            }
        }
        Ok(())
    }
}
