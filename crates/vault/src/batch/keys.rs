//! Keys of records: the fields whose values together name one.

use std::collections::{BTreeSet, HashMap};

use shouxin_model::{Personal, RecordId, Register, SubjectId};
use shouxin_store::{Query, Row, Tx, params};

use super::tools::{Tool, Tools};
use crate::zones::Zone;
use crate::{RecordWrite, Vault, VaultError};

/// A record and whose it is.
pub(super) type Place = (SubjectId, RecordId);

/// What names a record: its collection, and per key field its name and what finds its value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key<'a> {
    pub(super) collection: &'a str,
    pub(super) parts: Vec<(&'a str, Part)>,
}

/// What finds the records that hold a value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// A plain facet has this value.
    Facet(String),
    /// A blind index of this field and mode has one of these tags.
    Tags {
        field: String,
        mode: &'static str,
        tags: [Vec<u8>; 2],
    },
}

/// The key of a record; `None` if it has none: a key field is missing, or holds nothing that could be
/// found, or offers no search for its whole value.
pub(super) fn of<'a>(tools: &mut Tools<'a>, record: &RecordWrite) -> Option<Key<'a>> {
    let collection = tools.register.collection(&record.collection)?;
    let names = record.key.as_ref().unwrap_or(&collection.key);
    if names.is_empty() {
        return None;
    }
    let parts = names.iter().map(|name| {
        let (_, value) = record.values.iter().find(|(of, _)| of == name)?;
        let tool = tools.field(collection, name)?;
        Some((tool.field.name.as_str(), part(tool, value)?))
    });
    Some(Key {
        collection: &collection.name,
        parts: parts.collect::<Option<_>>()?,
    })
}

/// Which records already have these keys.
pub(super) async fn find<'k, 'a: 'k>(
    vault: &Vault,
    register: &Register,
    keys: impl Iterator<Item = &'k Key<'a>>,
) -> Result<HashMap<Key<'a>, Vec<Place>>, VaultError> {
    let mut places: HashMap<Key<'a>, Vec<Place>> = HashMap::new();
    for key in keys {
        if !places.contains_key(key) {
            places.insert(key.clone(), Vec::new());
        }
    }
    let mut zones: Vec<Option<&Zone>> = vec![None];
    for key in places.keys() {
        let zone = key.zone(vault, register)?;
        if !zones.iter().any(|known| same(*known, zone)) {
            zones.push(zone);
        }
    }
    for zone in zones {
        find_in(vault, register, zone, &mut places).await?;
    }
    Ok(places)
}

/// Looks for those of the keys whose collections lie in this zone apart, or in the main database.
async fn find_in(
    vault: &Vault,
    register: &Register,
    zone: Option<&Zone>,
    places: &mut HashMap<Key<'_>, Vec<Place>>,
) -> Result<(), VaultError> {
    let mut within = Vec::new();
    for (key, found) in places {
        if same(key.zone(vault, register)?, zone) {
            within.push((key, found));
        }
    }
    let queries = within
        .iter()
        .flat_map(|(key, _)| key.parts.iter().map(|part| key.lookup(part)))
        .collect();
    let store = zone.map_or(vault.store(), |zone| &zone.store);
    let mut answers = store.query_all(queries).await?.into_iter();
    let place = |row: &Row| {
        let (subject, record) = place(row)?;
        Ok::<_, VaultError>(match zone {
            Some(zone) => (zone.subject(subject), zone.record(record)),
            None => (subject, record),
        })
    };
    for (key, found) in within {
        let mut common: Option<BTreeSet<Place>> = None;
        for rows in answers.by_ref().take(key.parts.len()) {
            let holders = rows
                .iter()
                .map(&place)
                .collect::<Result<BTreeSet<_>, _>>()?;
            common = Some(match common {
                Some(before) => before.intersection(&holders).copied().collect(),
                None => holders,
            });
        }
        *found = common.unwrap_or_default().into_iter().collect();
    }
    Ok(())
}

fn same(one: Option<&Zone>, other: Option<&Zone>) -> bool {
    one.map(|zone| &zone.name) == other.map(|zone| &zone.name)
}

impl Key<'_> {
    fn zone<'v>(
        &self,
        vault: &'v Vault,
        register: &Register,
    ) -> Result<Option<&'v Zone>, VaultError> {
        vault.zone_apart(register, self.collection)
    }

    /// Demands that exactly one record has this key. Keys of several fields are not guarded: no single
    /// index tells how many records agree on all of them.
    pub(super) fn guard_only(&self, tx: &mut Tx) {
        if let [part] = self.parts.as_slice() {
            let query = self.lookup(part);
            tx.guard(1, query.sql, query.params);
        }
    }

    /// The SELECT for the records that hold this in a key field.
    fn lookup(&self, (name, part): &(&str, Part)) -> Query {
        match part {
            Part::Facet(value) => Query {
                sql: "SELECT subject, record FROM facet WHERE collection = $1 AND field = $2 AND value = $3 \
                      ORDER BY subject LIMIT 1000",
                params: params![self.collection, *name, value],
            },
            Part::Tags {
                field,
                mode,
                tags: [tag, other],
            } => Query {
                sql: "SELECT subject, record FROM blind WHERE field = $1 AND mode = $2 AND tag IN ($3, $4) \
                      ORDER BY subject LIMIT 1000",
                params: params![field, *mode, tag.as_slice(), other.as_slice()],
            },
        }
    }
}

fn part(tool: &Tool<'_>, value: &Personal<String>) -> Option<Part> {
    if !tool.field.sealed {
        // A facet says nothing personal by itself.
        return tool
            .field
            .facet
            .then(|| Part::Facet(value.expose().clone()));
    }
    let (mode, [index, other]) = tool.whole.as_ref()?;
    // Into keyed digests.
    let tag = |index: &shouxin_seal::BlindIndex| {
        index
            .tags(tool.field.kind, value.expose())
            .into_iter()
            .next()
    };
    Some(Part::Tags {
        field: tool.text.clone(),
        mode: mode.word(),
        tags: [tag(index)?, tag(other)?],
    })
}

fn place(row: &Row) -> Result<Place, VaultError> {
    Ok((
        row.id(0, SubjectId::from_slice)?,
        row.id(1, RecordId::from_slice)?,
    ))
}
