//! Notices as they lie in the store, held against their marks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use shouxin_model::{FieldRef, Moment};
use shouxin_notice::Bound;
use shouxin_store::{Query, Row, StoreError, Tx, params};

use super::{Edition, Published};
use crate::active::{Scope, Told};
use crate::{HeldRow, Marked, Vault, VaultError};

/// What the store holds of the notices in force and of those that were.
pub(crate) struct NoticeRows {
    pub(crate) publications: Vec<Row>,
    pub(crate) scopes: Vec<Row>,
    /// Those in force.
    pub(crate) notices: Vec<Row>,
}

impl NoticeRows {
    /// The SELECTs for its rows, in the order of its fields.
    pub(crate) const QUERIES: [&'static str; 3] = [
        "SELECT publication, notice, version, hash, in_force_at, scopes, mark FROM notice_publication \
         ORDER BY publication",
        "SELECT publication, purpose, notice, version, scope, fields FROM notice_scope \
         ORDER BY publication, purpose",
        "SELECT id, name, version, source, bound, hash, register_version, published_at, published_by, effective_at, \
         mark FROM notice WHERE EXISTS (SELECT 1 FROM notice_publication AS newest WHERE newest.notice = notice.name \
         AND newest.version = notice.version AND newest.publication = (SELECT MAX(every.publication) FROM \
         notice_publication AS every WHERE every.notice = notice.name)) ORDER BY name",
    ];

    /// What they tell. Whether they are those that were written, [`Vault::hold_notices`] says.
    ///
    /// # Errors
    /// What of them cannot be understood.
    pub(crate) fn told(&self) -> Result<Told, &'static str> {
        self.read().map_err(|_| "notices")
    }

    fn read(&self) -> Result<Told, VaultError> {
        let mut told = Told::default();
        for row in &self.publications {
            let publication = Publication::of(row)?;
            if publication.number != told.publication + 1 {
                return Err(ALTERED);
            }
            told.publication = publication.number;
            self.publish(publication, &mut told)?;
        }
        told.notices = self
            .notices
            .iter()
            .map(|row| Ok(Arc::new(published(row, 0)?)))
            .collect::<Result<_, VaultError>>()?;
        Ok(told)
    }

    fn publish(&self, publication: Publication, told: &mut Told) -> Result<(), VaultError> {
        let Publication { notice, at, .. } = &publication;
        let earlier = told.editions.iter_mut();
        for ((name, _), edition) in earlier {
            if name == notice && edition.until.is_none() {
                edition.until = Some(*at);
            }
        }
        let mut purposes = BTreeMap::new();
        for row in self.scopes_of(publication.number) {
            let (purpose, scope) = scope_in(row)?;
            told.purposes.insert(purpose.clone(), scope.clone());
            if !scope.fields.is_empty() {
                purposes.insert(purpose, scope);
            }
        }
        let edition = Edition {
            hash: publication.hash,
            from: *at,
            until: None,
            purposes,
        };
        let key = (publication.notice, publication.version);
        told.editions.insert(key, edition);
        Ok(())
    }

    fn scopes_of(&self, publication: u32) -> impl Iterator<Item = &Row> {
        let of = move |row: &&Row| row.int(0).is_ok_and(|n| n == i64::from(publication));
        self.scopes.iter().filter(of)
    }
}

impl Vault {
    /// Whether what the store holds of notices is what was published: everything that came into force, and
    /// every version there was.
    ///
    /// # Errors
    /// The store could not be read.
    pub(crate) async fn notices_are_whole(&self) -> Result<bool, VaultError> {
        let versions = "SELECT name, version FROM notice ORDER BY name, version";
        let queries = NoticeRows::QUERIES.into_iter().chain([versions]);
        let queries = queries.map(|sql| Query {
            sql,
            params: params![],
        });
        let mut answers = self.store().query_all(queries.collect()).await?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let rows = NoticeRows {
            publications: next(),
            scopes: next(),
            notices: next(),
        };
        let versions = next();
        let mut known: BTreeMap<String, u32> = BTreeMap::new();
        for row in &versions {
            let newest = known.entry(row.text(0)?.to_owned()).or_default();
            if i64::from(*newest) + 1 != row.int(1)? {
                return Ok(false);
            }
            *newest += 1;
        }
        let Ok(told) = self.hold_notices(&rows).and_then(|()| rows.read()) else {
            return Ok(false);
        };
        let mut editions = told.editions.keys();
        let stored = editions.all(|(name, version)| known.get(name) >= Some(version));
        // What came into force since is told by then.
        Ok(stored && told.publication >= self.active().told.publication)
    }

    /// Holds these rows against their marks: none was altered, added or taken away but the newest.
    ///
    /// # Errors
    /// `Corrupt`, an incident.
    pub(crate) fn hold_notices(&self, rows: &NoticeRows) -> Result<(), VaultError> {
        let mut held = 0;
        for row in &rows.publications {
            self.check_row(Marked::Publication, row, 0)?;
            let publication = Publication::of(row)?;
            let scopes: Vec<&Row> = rows.scopes_of(publication.number).collect();
            held += scopes.len();
            let lines = scopes.into_iter().map(ScopeRow::of);
            let lines: Vec<ScopeRow> = lines.collect::<Result<_, _>>()?;
            if digest(&lines)? != publication.scopes {
                return Err(ALTERED);
            }
        }
        for row in &rows.notices {
            self.check_row(Marked::Notice, row, 0)?;
        }
        let names: BTreeSet<&str> = rows
            .publications
            .iter()
            .map(|row| row.text(1))
            .collect::<Result<_, _>>()?;
        if held == rows.scopes.len() && names.len() == rows.notices.len() {
            Ok(())
        } else {
            Err(ALTERED)
        }
    }
}

/// The version of a notice in a row of `id, name, version, source, bound, hash, register_version, published_at,
/// published_by, effective_at` from column `at` on.
pub(super) fn published(row: &Row, at: usize) -> Result<Published, VaultError> {
    let bound = Bound::of_canonical(row.text(at + 4)?.as_bytes()).ok_or(ALTERED)?;
    let hash: [u8; 32] = row.bytes(at + 5)?.try_into().map_err(|_| ALTERED)?;
    if bound.hash() != hash {
        return Err(ALTERED);
    }
    Ok(Published {
        name: row.text(at + 1)?.to_owned(),
        version: number(row.int(at + 2)?)?,
        hash,
        register_version: number(row.int(at + 6)?)?,
        published_at: row.moment(at + 7)?,
        effective_at: row.moment(at + 9)?,
        bound: Arc::new(bound),
    })
}

/// A row of `notice_publication`.
struct Publication {
    number: u32,
    notice: String,
    version: u32,
    hash: [u8; 32],
    at: Moment,
    scopes: Vec<u8>,
}

impl Publication {
    fn of(row: &Row) -> Result<Self, VaultError> {
        Ok(Self {
            number: number(row.int(0)?)?,
            notice: row.text(1)?.to_owned(),
            version: number(row.int(2)?)?,
            hash: row.bytes(3)?.try_into().map_err(|_| ALTERED)?,
            at: row.moment(4)?,
            scopes: row.bytes(5)?.to_vec(),
        })
    }
}

/// A row of `notice_scope`, without its publication.
#[derive(serde::Serialize)]
pub(super) struct ScopeRow {
    pub(super) purpose: String,
    pub(super) notice: String,
    pub(super) version: i64,
    pub(super) scope: i64,
    /// A JSON list of the fields' full names.
    pub(super) fields: String,
}

impl ScopeRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            purpose: row.text(1)?.to_owned(),
            notice: row.text(2)?.to_owned(),
            version: row.int(3)?,
            scope: row.int(4)?,
            fields: row.text(5)?.to_owned(),
        })
    }
}

/// Writes that a version comes into force, with what it tells of each purpose, in the order of purposes.
pub(super) fn insert_publication(
    vault: &Vault,
    tx: &mut Tx,
    number: u32,
    notice: &Published,
    now: Moment,
    scopes: &[ScopeRow],
) -> Result<(), VaultError> {
    let digest = digest(scopes)?;
    let values = params![
        number,
        notice.name.as_str(),
        notice.version,
        notice.hash,
        now,
        digest
    ];
    let row = HeldRow::new(vault, Marked::Publication, values);
    tx.run_exactly(
        1,
        "INSERT INTO notice_publication (publication, notice, version, hash, in_force_at, scopes, mark) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        row.params(),
    );
    for scope in scopes {
        tx.run_exactly(
            1,
            "INSERT INTO notice_scope (publication, purpose, notice, version, scope, fields) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            params![
                number,
                scope.purpose.as_str(),
                scope.notice.as_str(),
                scope.version,
                scope.scope,
                scope.fields.as_str()
            ],
        );
    }
    Ok(())
}

/// SHA-256 over the rows of a publication, as JSON, in the order of purposes.
fn digest(scopes: &[ScopeRow]) -> Result<Vec<u8>, VaultError> {
    let bytes = serde_json::to_vec(scopes).map_err(|_| ALTERED)?;
    Ok(Sha256::digest(bytes).to_vec())
}

fn scope_in(row: &Row) -> Result<(String, Scope), VaultError> {
    let fields: BTreeSet<FieldRef> = serde_json::from_str(row.text(5)?).map_err(|_| ALTERED)?;
    let scope = Scope {
        number: number(row.int(4)?)?,
        fields: Arc::new(fields),
    };
    Ok((row.text(1)?.to_owned(), scope))
}

pub(super) fn number(n: i64) -> Result<u32, VaultError> {
    u32::try_from(n).map_err(|_| ALTERED)
}

/// What was stored is not what was written: an incident.
pub(super) const ALTERED: VaultError = VaultError::Corrupt("notices");
