//! Patterns that were dismissed again and again, and what follows once somebody else accepts them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use shouxin_ledger::Kind as EntryKind;
use shouxin_model::{Caller, Moment, SuppressionId};
use shouxin_store::{Row, Tx, params};

use super::receive::changed;
use super::stored::column_of;
use super::{DiscoveryError, Finding, FindingState, Verdict, may_decide};
use crate::{Vault, VaultError};

/// A column's name and a kind that were dismissed in several places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The column, in small letters.
    pub column: String,
    /// The kind or topic: its word.
    pub what: String,
    /// In how many places it was dismissed.
    pub places: u64,
    /// Who dismissed it, as pseudonymous ids.
    pub dismissed_by: Vec<String>,
    /// How many open findings would be closed.
    pub closes: u64,
}

/// A pattern that is no longer raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Its id.
    pub id: SuppressionId,
    /// The column, in small letters.
    pub column: String,
    /// The kind or topic: its word.
    pub what: String,
    /// In how many places it had been dismissed.
    pub places: u64,
    /// Who accepted it.
    pub accepted_by: String,
    /// When.
    pub accepted_at: Moment,
    /// How many findings it holds back now.
    pub holds: u64,
    version: i64,
}

/// What is sealed of it: the name of a column may tell something.
#[derive(Serialize, Deserialize)]
struct Body {
    column: String,
    what: String,
    places: u64,
}

/// The accepted patterns, to be looked up.
#[derive(Default)]
pub(super) struct Suppressions(HashMap<(String, String), SuppressionId>);

impl Suppressions {
    pub(super) fn of(all: &[Suppression]) -> Self {
        let pair = |one: &Suppression| ((one.column.clone(), one.what.clone()), one.id);
        Self(all.iter().map(pair).collect())
    }

    pub(super) fn over(&self, column: &str, what: &str) -> Option<SuppressionId> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(column.to_owned(), what.to_owned())).copied()
    }
}

impl Vault {
    /// Patterns that somebody could accept, most effective first; and those that were accepted and hold, newest
    /// first.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn patterns(&self) -> Result<(Vec<Pattern>, Vec<Suppression>), DiscoveryError> {
        let findings = self.all_findings().await?;
        let mut held = self.suppressions().await?;
        for one in &mut held {
            let holds = |finding: &&Finding| finding.suppression == Some(one.id);
            one.holds = findings.iter().filter(holds).count() as u64;
        }
        let accepted: BTreeSet<_> = held.iter().map(|one| (&one.column, &one.what)).collect();
        let mut proposed = proposed(&findings);
        proposed.retain(|one| !accepted.contains(&(&one.column, &one.what)));
        Ok((proposed, held))
    }

    /// Accepts a pattern: what falls under it is no longer raised. Gives its id and the ledger entry.
    ///
    /// # Errors
    /// `NotFound` if it is not proposed; `OwnPattern` if the caller alone dismissed all of it.
    pub async fn accept_pattern(
        &self,
        caller: &Caller,
        column: &str,
        what: &str,
    ) -> Result<(SuppressionId, u64), DiscoveryError> {
        may_decide(caller)?;
        let (proposed, _) = self.patterns().await?;
        let column = column.to_lowercase();
        let named = |one: &Pattern| one.column == column && one.what == what;
        let pattern = proposed
            .into_iter()
            .find(named)
            .ok_or(DiscoveryError::NotFound)?;
        let actor = caller.actor();
        if pattern.dismissed_by == [actor.as_str()] {
            return Err(DiscoveryError::OwnPattern);
        }
        let now = self.now();
        // The same pattern has the same id, so that two who accept it at once cannot make two of it.
        let id = self.suppression_id(&pattern);
        let body = Body {
            column: pattern.column,
            what: pattern.what,
            places: pattern.places,
        };
        let sealed = serde_json::to_vec(&body).map_err(|_| VaultError::Corrupt("suppression"))?;
        let sealed = self.seal_secret(&context(id), &sealed);
        let mut tx = Tx::new();
        tx.guard(
            0,
            "SELECT id FROM discovery_suppression WHERE id = $1 AND ended_at IS NULL",
            params![id],
        );
        tx.run_exactly(
            1,
            "INSERT INTO discovery_suppression (id, sealed, accepted_by, accepted_at, version) \
             VALUES ($1, $2, $3, $4, 1) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, \
             accepted_by = excluded.accepted_by, accepted_at = excluded.accepted_at, ended_by = NULL, \
             ended_at = NULL, version = discovery_suppression.version + 1",
            params![id, sealed, actor, now],
        );
        let (shown, closes) = (id.to_string(), pattern.closes.to_string());
        let places = body.places.to_string();
        let extra = [
            ("did", "pattern-accepted"),
            ("suppression", shown.as_str()),
            ("found", body.what.as_str()),
            ("places", places.as_str()),
            ("closes", closes.as_str()),
        ];
        let entry = self.record(caller, EntryKind::Discovery, &extra, tx).await;
        Ok((id, entry.map_err(changed)?))
    }

    /// Takes an accepted pattern back: what it held back is open again. Gives the ledger entry.
    ///
    /// # Errors
    /// `NotFound` if there is none of this id that holds.
    pub async fn end_suppression(
        &self,
        caller: &Caller,
        id: SuppressionId,
    ) -> Result<u64, DiscoveryError> {
        may_decide(caller)?;
        let held = self.suppressions().await?;
        let one = held.iter().find(|one| one.id == id);
        let one = one.ok_or(DiscoveryError::NotFound)?;
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE discovery_suppression SET ended_by = $2, ended_at = $3, version = version + 1 \
             WHERE id = $1 AND version = $4",
            params![id, caller.actor(), self.now(), one.version],
        );
        let shown = id.to_string();
        let extra = [
            ("did", "pattern-taken-back"),
            ("suppression", shown.as_str()),
        ];
        let entry = self.record(caller, EntryKind::Discovery, &extra, tx).await;
        entry.map_err(changed)
    }

    /// Those that hold, newest first.
    pub(super) async fn suppressions(&self) -> Result<Vec<Suppression>, DiscoveryError> {
        let sql = "SELECT id, sealed, accepted_by, accepted_at, version FROM discovery_suppression \
                   WHERE ended_at IS NULL ORDER BY accepted_at DESC, id";
        let rows = self
            .store()
            .query(sql, params![])
            .await
            .map_err(VaultError::from)?;
        let read = |row: &Row| -> Result<Suppression, VaultError> {
            let id = row.id(0, SuppressionId::from_slice)?;
            let body = self.open_secret(&context(id), row.bytes(1)?)?;
            let body: Body =
                serde_json::from_slice(&body).map_err(|_| VaultError::Corrupt("suppression"))?;
            Ok(Suppression {
                id,
                column: body.column,
                what: body.what,
                places: body.places,
                accepted_by: row.text(2)?.to_owned(),
                accepted_at: row.moment(3)?,
                holds: 0,
                version: row.int(4)?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    fn suppression_id(&self, pattern: &Pattern) -> SuppressionId {
        let named = serde_json::json!([pattern.column, pattern.what]).to_string();
        let digest = self.token_digest("suppression", named.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        SuppressionId::from_bytes(id)
    }
}

/// What was dismissed for its column's sake in so many places that it is a pattern.
fn proposed(findings: &[Finding]) -> Vec<Pattern> {
    let mut patterns: BTreeMap<(String, String), Pattern> = BTreeMap::new();
    for finding in findings {
        let Some(Verdict::Dismiss { reason, .. }) =
            finding.decision.as_ref().map(|decision| &decision.verdict)
        else {
            continue;
        };
        if finding.state != FindingState::Dismissed || !reason.is_about_column() {
            continue;
        }
        let (column, what) = (column_of(&finding.path), finding.what.word().to_owned());
        let pattern = patterns
            .entry((column.clone(), what.clone()))
            .or_insert_with(|| Pattern {
                column,
                what,
                places: 0,
                dismissed_by: Vec::new(),
                closes: 0,
            });
        pattern.places += 1;
        let by = finding.decision.iter().map(|decision| decision.by.clone());
        pattern.dismissed_by.extend(by);
    }
    for finding in findings
        .iter()
        .filter(|one| one.state == FindingState::Open)
    {
        let key = (column_of(&finding.path), finding.what.word().to_owned());
        if let Some(pattern) = patterns.get_mut(&key) {
            pattern.closes += 1;
        }
    }
    let mut patterns: Vec<Pattern> = patterns.into_values().collect();
    patterns.retain(|one| one.places >= ENOUGH_PLACES);
    for one in &mut patterns {
        one.dismissed_by.sort();
        one.dismissed_by.dedup();
    }
    patterns.sort_by_key(|one| std::cmp::Reverse((one.closes, one.places)));
    patterns
}

fn context(id: SuppressionId) -> String {
    format!("suppression {id}")
}

/// Twice may be chance.
const ENOUGH_PLACES: u64 = 3;
