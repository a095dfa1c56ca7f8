//! Examining everything that is stored about people, and what gives rights, against marks, seals and the ledger.

mod apart;
mod person;
mod rights;
mod told;
mod told_by;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};

use shouxin_ledger::Kind;
use shouxin_model::{Caller, SubjectId};
use shouxin_policy::Verdict;
use shouxin_store::{Query, Row, Tx, params};

use crate::active::Active;
use crate::permit::{Permit, RecordedPermit};
use crate::{Vault, VaultError};
use person::{Part, Stored};
use told_by::{Chain, Told};
pub use wrong::Wrong;

/// What an examination found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// How many people were looked at.
    pub subjects: u64,
    /// How many of their records.
    pub records: u64,
    /// What is not as it was written. Empty: all is right.
    pub findings: Vec<Damage>,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The person concerned, if it is one.
    pub subject: Option<SubjectId>,
    /// What is wrong, and where: a table, a collection or a field, never a value.
    pub what: Wrong,
}

/// By collection the register version that its records do not all bear yet.
type Pending = BTreeMap<String, i64>;

/// By pseudonym who said something, and the digest over all of it as it is stored.
type Heard = BTreeMap<[u8; 16], (SubjectId, Chain)>;

/// What people said is what the ledger tells, no word altered, exchanged, added or taken away. What was said since
/// the examination had `begun` may be in the ledger alone.
fn examine_said(told: &Told, heard: &Heard, begun: u64, found: &mut Examination) {
    for (pseudonym, (subject, said)) in heard {
        let telling = told.said.get(pseudonym).map_or(&[][..], Vec::as_slice);
        let same = match said.count.checked_sub(1) {
            Some(last) => telling.get(last).is_some_and(|(_, chain)| chain == said),
            None => true,
        };
        let newer = telling.iter().skip(said.count);
        if !same || newer.into_iter().any(|(index, _)| *index < begun) {
            found.findings.push(Damage {
                subject: Some(*subject),
                what: Wrong::Row("consent_event".to_owned()),
            });
        }
    }
}

/// People looked at over one state of the data.
const PAGE: u32 = 100;

impl Vault {
    /// Opens and checks all that is stored about people: seals, marks, indexes, facets, consents,
    /// restrictions, and that everybody whom the ledger knows is there; and every row that gives rights, with
    /// what the ledger tells became of it. Nothing of it is answered but what is wrong. `progress` hears how many people were looked at. [`Vault::verify_ledger`] examines
    /// the ledger itself.
    ///
    /// Indexes and facets of a collection that a register change has not reached yet are left out.
    ///
    /// # Errors
    /// `Busy` if another register was applied meanwhile; otherwise the store or the ledger failed.
    pub async fn examine(
        &self,
        caller: &Caller,
        mut progress: impl FnMut(u64),
    ) -> Result<Examination, VaultError> {
        let permit = self.record_examination(caller).await?;
        self.refresh().await?;
        let (active, pending) = (self.active(), self.pending().await?);
        let mut found = Examination::default();
        let mut pseudonyms = BTreeSet::new();
        let mut heard = Heard::new();
        let begun = self.store().ledger_head().await?.size;
        let mut after = Vec::new();
        loop {
            let sql = "SELECT id, state, pseudonym FROM subject WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = self.store().query(sql, params![after, PAGE]).await?;
            let Some(last) = rows.last() else { break };
            after = last.bytes(0)?.to_vec();
            let rules = (&*active, &pending);
            let seen = (&mut pseudonyms, &mut heard);
            self.examine_page(&rows, rules, &permit, seen, &mut found)
                .await?;
            progress(found.subjects);
        }
        self.refresh().await?;
        if self.active().mark() != active.mark() {
            // Half of it was looked at by another register.
            return Err(VaultError::Busy);
        }
        self.examine_orphans(&mut found).await?;
        self.examine_apart(&mut found).await?;
        let mut told = Told::all(self).await?;
        self.examine_absent(&told, &pseudonyms, &mut found).await?;
        examine_said(&told, &heard, begun, &mut found);
        self.examine_rights(&mut told, &mut found).await?;
        if !self.notices_are_whole().await? {
            found.findings.push(Damage {
                subject: None,
                what: Wrong::Row("notices".to_owned()),
            });
        }
        Ok(found)
    }

    /// Everything is about to be opened: the ledger says so first.
    async fn record_examination(&self, caller: &Caller) -> Result<RecordedPermit, VaultError> {
        let mut entry = self.begin(self.now(), Kind::System, caller, &self.active());
        entry.extra.push(("did".to_owned(), "examined".to_owned()));
        let mut tx = Tx::new();
        tx.append(self.bytes(&entry)?);
        let permit = Permit::new(Verdict {
            refusal: None,
            fields: Vec::new(),
            pieces: Vec::new(),
            joined_by: Vec::new(),
        });
        let mut permits = RecordedPermit::commit(self.store(), vec![permit], tx).await?;
        permits.pop().ok_or(VaultError::Corrupt("ledger"))
    }

    /// The register versions to which records are still being brought.
    async fn pending(&self) -> Result<Pending, VaultError> {
        let sql = "SELECT payload FROM job WHERE state <> 'done'";
        let mut pending = Pending::new();
        for row in self.store().query(sql, params![]).await? {
            let job: serde_json::Value =
                serde_json::from_str(row.text(0)?).map_err(|_| VaultError::Corrupt("job"))?;
            if let (Some(collection), Some(version)) =
                (job["collection"].as_str(), job["to_version"].as_i64())
            {
                let most = pending.entry(collection.to_owned()).or_insert(version);
                *most = version.max(*most);
            }
        }
        Ok(pending)
    }

    async fn examine_page(
        &self,
        rows: &[Row],
        (active, pending): (&Active, &Pending),
        permit: &RecordedPermit,
        (pseudonyms, heard): (&mut BTreeSet<[u8; 16]>, &mut Heard),
        found: &mut Examination,
    ) -> Result<(), VaultError> {
        let apart = self.apart().all().map(|zone| zone.name.clone());
        let keyrings = self.keyrings(&apart.collect())?;
        for row in rows {
            let subject = row.id(0, SubjectId::from_slice)?;
            found.subjects += 1;
            let pseudonym = row.opt_bytes(2)?.and_then(|bytes| bytes.try_into().ok());
            pseudonyms.extend(pseudonym);
            if row.text(1)? != "active" {
                continue;
            }
            let queries = Stored::queries(subject);
            let mut stored = Stored::of(self.store().query_all(queries).await?);
            for zone in self.apart().all() {
                let queries = Part::queries(zone.alias(subject));
                stored.add(zone, zone.store.query_all(queries.into()).await?);
            }
            if let (Some(pseudonym), Some(said)) = (pseudonym, stored.said()) {
                heard.insert(pseudonym, (subject, said));
            }
            let mut damage = Vec::new();
            found.records += stored.records() as u64;
            stored.check(
                (self, &keyrings),
                (active, pending),
                subject,
                permit,
                &mut damage,
            );
            let damage = damage.into_iter().map(|what| Damage {
                subject: Some(subject),
                what,
            });
            found.findings.extend(damage);
        }
        Ok(())
    }

    /// Rows about nobody, and people in a state that does not exist.
    async fn examine_orphans(&self, found: &mut Examination) -> Result<(), VaultError> {
        let of = [
            (
                "subject_key",
                "SELECT COUNT(*) FROM subject_key WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "record",
                "SELECT COUNT(*) FROM record WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "blind",
                "SELECT COUNT(*) FROM blind WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "facet",
                "SELECT COUNT(*) FROM facet WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "consent",
                "SELECT COUNT(*) FROM consent WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "consent_event",
                "SELECT COUNT(*) FROM consent_event WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "evidence",
                "SELECT COUNT(*) FROM evidence WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "restriction",
                "SELECT COUNT(*) FROM restriction WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "change_event",
                "SELECT COUNT(*) FROM change_event WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "own_code",
                "SELECT COUNT(*) FROM own_code WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "own_session",
                "SELECT COUNT(*) FROM own_session WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            (
                "counter_session",
                "SELECT COUNT(*) FROM counter_session WHERE subject NOT IN (SELECT id FROM subject)",
            ),
            // Out of the way of reads and of every check above, yet still with keys and records.
            (
                "subject.state",
                "SELECT COUNT(*) FROM subject WHERE state <> 'active' AND (pseudonym IS NOT NULL \
                 OR id IN (SELECT subject FROM subject_key) OR id IN (SELECT subject FROM record))",
            ),
        ];
        let queries = of.map(|(_, sql)| Query {
            sql,
            params: params![],
        });
        let answers = self.store().query_all(queries.into()).await?;
        for ((table, _), rows) in of.iter().zip(answers) {
            let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
            if count > 0 {
                found.findings.push(Damage {
                    subject: None,
                    what: Wrong::Nobody((*table).to_owned(), count.unsigned_abs()),
                });
            }
        }
        Ok(())
    }

    /// People whom entries tell of, and who are gone without being forgotten.
    async fn examine_absent(
        &self,
        told: &Told,
        pseudonyms: &BTreeSet<[u8; 16]>,
        found: &mut Examination,
    ) -> Result<(), VaultError> {
        let sql = "SELECT COUNT(*) FROM subject WHERE pseudonym IS NULL AND state <> 'active'";
        let rows = self.store().query(sql, params![]).await?;
        let forgotten = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
        let gone: Vec<u64> = told
            .people
            .iter()
            .filter(|(pseudonym, _)| !pseudonyms.contains(*pseudonym))
            .map(|(_, index)| *index)
            .collect();
        if gone.len() as i64 > forgotten {
            let first = gone.iter().min().copied().unwrap_or(0);
            found.findings.push(Damage {
                subject: None,
                what: Wrong::Absent {
                    gone: gone.len() as u64,
                    forgotten: forgotten.unsigned_abs(),
                    first,
                },
            });
        }
        let strangers = pseudonyms
            .iter()
            .filter(|p| !told.people.contains_key(*p))
            .count();
        if strangers > 0 {
            found.findings.push(Damage {
                subject: None,
                what: Wrong::Untold(strangers as u64),
            });
        }
        Ok(())
    }
}
