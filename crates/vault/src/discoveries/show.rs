//! What was seen, under the register in force, with what was decided.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use shouxin_model::{FindingId, Moment, Register, SuppressionId};
use shouxin_store::{Query, Row, params};

use super::compare::compare;
use super::stored::{Seen, select_seen};
use super::suppress::Suppressions;
use super::{
    Class, DiscoveryError, Finding, FindingAct, FindingState, Reason, Severity, SourceKind, Unread,
    Verdict, What,
};
use crate::{Vault, VaultError};

/// Which findings are asked for; `None` is any.
#[derive(Clone, Debug, Default)]
pub struct FindingFilter {
    /// Of this system.
    pub source: Option<String>,
    /// Of this class.
    pub class: Option<Class>,
    /// Of this kind or topic: its word.
    pub what: Option<String>,
    /// Standing so.
    pub state: Option<FindingState>,
    /// This severe.
    pub severity: Option<Severity>,
}

/// A page of findings.
#[derive(Clone, Debug)]
pub struct FindingPage {
    /// Most severe first, then what was seen last.
    pub findings: Vec<Finding>,
    /// Whether more follow.
    pub more: bool,
    /// How many there are in all.
    pub total: u64,
    /// How many there would be for each value of each filter, the other filters kept.
    pub facets: Vec<Facet>,
}

/// How many findings have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The filter: `source`, `class`, `what`, `state`, `severity`.
    pub name: &'static str,
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

/// A system that was scanned.
#[derive(Clone, Debug)]
pub struct SourceState {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// What looked.
    pub detector: String,
    /// When it was scanned last.
    pub scanned_at: Moment,
    /// When that was taken in.
    pub received_at: Moment,
    /// From whom, as a pseudonymous id.
    pub received_by: String,
    /// SHA-256 over the scan.
    pub digest: Vec<u8>,
    /// How many places were looked at.
    pub places: u64,
    /// In how many of them something was found.
    pub holding: u64,
    /// The ledger entry of the scan.
    pub entry: u64,
    /// Whether the register declares it.
    pub declared: bool,
    /// Who answers for it, if the register says so.
    pub owner: Option<String>,
    /// Open findings by severity, highest first.
    pub open: Vec<(Severity, u64)>,
    /// What its newest scan could not read, and why.
    pub unread: Vec<Unread>,
}

/// A system's places and what stands at them.
#[derive(Clone, Debug)]
pub struct HeatSource {
    /// The system.
    pub source: SourceState,
    /// Places where something was found, most severe first.
    pub places: Vec<HeatPlace>,
}

/// A place, and what stands there.
#[derive(Clone, Debug)]
pub struct HeatPlace {
    /// Where.
    pub path: Vec<String>,
    /// Each kind and topic: a finding, or what the register covers.
    pub cells: Vec<Finding>,
}

/// Nobody hurries over what was not found once: columns are empty for a season.
const LONG_DAYS: i64 = 90;

impl Vault {
    /// Findings of this filter after the one at `after`, at most `limit`.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn findings(
        &self,
        filter: &FindingFilter,
        after: Option<FindingPlace>,
        limit: usize,
    ) -> Result<FindingPage, DiscoveryError> {
        let all = self.all_findings().await?;
        let facets = facets(&all, filter);
        let mut chosen: Vec<Finding> = all
            .into_iter()
            .filter(|finding| filter.takes(finding, ""))
            .collect();
        let total = chosen.len() as u64;
        chosen.sort_by_key(Finding::place);
        if let Some(after) = after {
            chosen.retain(|finding| finding.place() > after);
        }
        let more = chosen.len() > limit;
        chosen.truncate(limit);
        Ok(FindingPage {
            findings: chosen,
            more,
            total,
            facets,
        })
    }

    /// One finding, and what happened to it, oldest first.
    ///
    /// # Errors
    /// `NotFound`; the store could not be read.
    pub async fn finding(
        &self,
        id: FindingId,
    ) -> Result<(Finding, Vec<FindingAct>), DiscoveryError> {
        let queries = vec![
            Query {
                sql: select_seen!("WHERE id = $1"),
                params: params![id],
            },
            Query {
                sql: "SELECT did, said, actor, at, entry FROM discovery_act WHERE finding = $1 ORDER BY entry",
                params: params![id],
            },
        ];
        let answers = self
            .store()
            .query_all(queries)
            .await
            .map_err(VaultError::from)?;
        let row = answers[0].first().ok_or(DiscoveryError::NotFound)?;
        let judge = self.judge().await?;
        let finding = judge.finding(self.seen(row)?);
        let acts = answers[1].iter().map(act).collect::<Result<_, _>>()?;
        Ok((finding, acts))
    }

    /// Every system that was scanned, by name.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn scanned_sources(&self) -> Result<Vec<SourceState>, DiscoveryError> {
        let sql = "SELECT name, kind, digest, detector, scanned_at, received_at, received_by, places, entry, unread \
                   FROM discovery_source ORDER BY name";
        let rows = self
            .store()
            .query(sql, params![])
            .await
            .map_err(VaultError::from)?;
        let mut by_source: HashMap<String, Vec<Finding>> = HashMap::new();
        for finding in self.all_seen().await? {
            by_source
                .entry(finding.source.clone())
                .or_default()
                .push(finding);
        }
        let register = &self.active().register;
        let state = |row: &Row| {
            let found = by_source.remove(row.text(0)?).unwrap_or_default();
            let unread = self.open_unread(row.text(0)?, row.bytes(9)?)?;
            source(row, register, &found, unread)
        };
        Ok(rows.iter().map(state).collect::<Result<_, VaultError>>()?)
    }

    /// One system, with what stands at each of its places in the newest scan, declared or not.
    ///
    /// # Errors
    /// `NotFound`; the store could not be read.
    pub async fn scanned_source(&self, name: &str) -> Result<HeatSource, DiscoveryError> {
        let all = self.scanned_sources().await?;
        let found = all.into_iter().find(|source| source.name == name);
        let source = found.ok_or(DiscoveryError::NotFound)?;
        let rows = self.store().query(
            select_seen!("WHERE source = $1 AND present = 1"),
            params![name],
        );
        let rows = rows.await.map_err(VaultError::from)?;
        let judge = self.judge().await?;
        let mut places: BTreeMap<Vec<String>, Vec<Finding>> = BTreeMap::new();
        for row in &rows {
            let finding = judge.finding(self.seen(row)?);
            if !matches!(finding.what, What::Absent(_)) {
                let cells = places.entry(finding.path.clone()).or_default();
                cells.push(finding);
            }
        }
        let mut places: Vec<HeatPlace> = places
            .into_iter()
            .map(|(path, cells)| HeatPlace { path, cells })
            .collect();
        places.sort_by_key(|place| std::cmp::Reverse(place.worst()));
        Ok(HeatSource { source, places })
    }

    /// Findings that somebody confirmed and that are so yet, at most `limit`.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn confirmed_findings(&self, limit: u32) -> Result<Vec<Finding>, DiscoveryError> {
        // Opened is only what was decided: there is far less of it than of places.
        let rows = self.store().query(
            select_seen!(
                "WHERE present = 1 AND decision LIKE '{\"decision\":\"confirm\"%' ORDER BY id"
            ),
            params![],
        );
        let rows = rows.await.map_err(VaultError::from)?;
        let judge = self.judge().await?;
        let mut found = Vec::new();
        for row in &rows {
            let finding = judge.finding(self.seen(row)?);
            if finding.state == FindingState::Confirmed && found.len() < limit as usize {
                found.push(finding);
            }
        }
        Ok(found)
    }

    /// Everything that is or was a finding.
    pub(super) async fn all_findings(&self) -> Result<Vec<Finding>, DiscoveryError> {
        let mut all = self.all_seen().await?;
        all.retain(Finding::is_one);
        Ok(all)
    }

    /// Everything that was ever seen, covered or not.
    async fn all_seen(&self) -> Result<Vec<Finding>, DiscoveryError> {
        let judge = self.judge().await?;
        let rows = self
            .store()
            .query(select_seen!("ORDER BY id"), params![])
            .await;
        let rows = rows.map_err(VaultError::from)?;
        let finding = |row: &Row| Ok(judge.finding(self.seen(row)?));
        rows.iter().map(finding).collect()
    }

    async fn judge(&self) -> Result<Judge, DiscoveryError> {
        Ok(Judge {
            register: self.active().register.clone(),
            suppressions: Suppressions::of(&self.suppressions().await?),
            now: self.now(),
        })
    }
}

/// What turns what was seen into what it means now.
struct Judge {
    register: Arc<Register>,
    suppressions: Suppressions,
    now: Moment,
}

impl Judge {
    fn finding(&self, seen: Seen) -> Finding {
        let what = seen.body.what();
        let (class, severity, matched) = compare(
            &self.register,
            &seen.source,
            &seen.body.path,
            &what,
            &seen.body.amount,
        );
        let class = class.filter(|_| seen.present);
        let suppression = self.suppressions.over(&seen.body.column(), what.word());
        let state = self.state(&seen, class, suppression);
        Finding {
            id: seen.id,
            source: seen.source,
            path: seen.body.path,
            what,
            class,
            severity,
            state,
            amount: seen.body.amount,
            declared_type: seen.body.declared_type,
            matched,
            first_seen: seen.first_seen,
            last_seen: seen.last_seen,
            suppression: suppression.filter(|_| state == FindingState::Suppressed),
            decision: seen.decision,
            version: seen.version,
        }
    }

    fn state(
        &self,
        seen: &Seen,
        class: Option<Class>,
        suppression: Option<SuppressionId>,
    ) -> FindingState {
        if class.is_none() {
            return FindingState::Resolved;
        }
        match seen.decision.as_ref().map(|decision| &decision.verdict) {
            Some(Verdict::Confirm { .. }) => FindingState::Confirmed,
            Some(Verdict::Dismiss { reason, until }) if !is_over(*reason, *until, self.now) => {
                FindingState::Dismissed
            }
            _ if suppression.is_some() => FindingState::Suppressed,
            _ => FindingState::Open,
        }
    }
}

fn is_over(reason: Reason, until: Option<Moment>, now: Moment) -> bool {
    reason == Reason::Accepted && until.is_some_and(|until| until <= now)
}

/// Where a finding stands in the list: severity, when it was last seen, id.
pub type FindingPlace = (
    std::cmp::Reverse<Severity>,
    std::cmp::Reverse<Moment>,
    FindingId,
);

impl Finding {
    /// Its place in the list.
    pub fn place(&self) -> FindingPlace {
        let (severity, seen) = (self.severity, self.last_seen);
        (
            std::cmp::Reverse(severity),
            std::cmp::Reverse(seen),
            self.id,
        )
    }

    /// Whether it is, or was decided about as, a finding. What was declared all along is none, and what is not
    /// found is one only after long.
    fn is_one(&self) -> bool {
        match self.class {
            _ if self.decision.is_some() => true,
            Some(Class::NotFound) => {
                self.first_seen.plus_seconds(LONG_DAYS * 86_400) <= self.last_seen
            }
            Some(_) => true,
            None => false,
        }
    }
}

impl HeatPlace {
    fn worst(&self) -> Option<Severity> {
        let wrong = self.cells.iter().filter(|cell| cell.class.is_some());
        wrong.map(|cell| cell.severity).max()
    }
}

impl FindingFilter {
    /// Whether it takes this finding, the filter `but` aside.
    fn takes(&self, finding: &Finding, but: &str) -> bool {
        FACETS.iter().all(|(name, value)| {
            let wanted = match *name {
                _ if *name == but => None,
                "source" => self.source.clone(),
                "class" => self.class.map(|class| class.word().to_owned()),
                "what" => self.what.clone(),
                "state" => self.state.map(|state| state.word().to_owned()),
                _ => self.severity.map(|severity| severity.word().to_owned()),
            };
            wanted.is_none_or(|wanted| value(finding) == wanted)
        })
    }
}

type Value = fn(&Finding) -> String;
const FACETS: [(&str, Value); 5] = [
    ("source", |finding| finding.source.clone()),
    ("class", |finding| {
        finding
            .class
            .map_or(String::new(), |class| class.word().to_owned())
    }),
    ("what", |finding| finding.what.word().to_owned()),
    ("state", |finding| finding.state.word().to_owned()),
    ("severity", |finding| finding.severity.word().to_owned()),
];

fn facets(all: &[Finding], filter: &FindingFilter) -> Vec<Facet> {
    let mut facets = Vec::new();
    for (name, value) in FACETS {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let taken = all.iter().filter(|finding| filter.takes(finding, name));
        taken.for_each(|finding| *counts.entry(value(finding)).or_default() += 1);
        counts.remove("");
        facets.extend(
            counts
                .into_iter()
                .map(|(value, count)| Facet { name, value, count }),
        );
    }
    facets
}

fn source(
    row: &Row,
    register: &Register,
    found: &[Finding],
    unread: Vec<Unread>,
) -> Result<SourceState, VaultError> {
    let name = row.text(0)?.to_owned();
    let declared = register.source(&name);
    let open = |severity: Severity| {
        let is_open = |finding: &&Finding| {
            finding.state == FindingState::Open && finding.severity == severity && finding.is_one()
        };
        (severity, found.iter().filter(is_open).count() as u64)
    };
    let holding: std::collections::BTreeSet<_> = found
        .iter()
        .filter(|finding| finding.amount.cells > 0)
        .map(|finding| &finding.path)
        .collect();
    Ok(SourceState {
        kind: SourceKind::of_word(row.text(1)?).ok_or(VaultError::Corrupt("source"))?,
        digest: row.bytes(2)?.to_vec(),
        detector: row.text(3)?.to_owned(),
        scanned_at: row.moment(4)?,
        received_at: row.moment(5)?,
        received_by: row.text(6)?.to_owned(),
        places: row.int(7)?.unsigned_abs(),
        holding: holding.len() as u64,
        entry: row.int(8)?.unsigned_abs(),
        declared: declared.is_some(),
        owner: declared.map(|source| source.owner.clone()),
        open: Severity::ALL.into_iter().map(open).collect(),
        unread,
        name,
    })
}

fn act(row: &Row) -> Result<FindingAct, VaultError> {
    Ok(FindingAct {
        did: row.text(0)?.to_owned(),
        said: serde_json::from_str(row.text(1)?).map_err(|_| VaultError::Corrupt("finding"))?,
        actor: row.text(2)?.to_owned(),
        at: row.moment(3)?,
        entry: row.int(4)?.unsigned_abs(),
    })
}
