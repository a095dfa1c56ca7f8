//! What a publication would stop, and who would have to be asked again.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{FieldRef, Moment, Text};
use shouxin_notice::Bound;
use shouxin_policy::MIN_GROUP;
use shouxin_store::params;

use super::stored::ScopeRow;
use crate::active::Active;
use crate::ledger::decoded;
use crate::registers::{PREVIEW_DAYS, blocks};
use crate::{Vault, VaultError};

/// What the reads of the last thirty days would have become, had this notice been in force and nobody been asked
/// again yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeEffect {
    /// From when on.
    pub since: Moment,
    /// Whole days from there to now, at least 1.
    pub days: u32,
    /// Entries of the ledger since then.
    pub entries: u64,
    /// How many of them were looked at: all, or evenly spread blocks of them.
    pub looked_at: u64,
    /// The purposes that rest on consent and that the notice concerns, in the order of their names.
    pub purposes: Vec<PurposeEffect>,
}

/// What becomes of one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeEffect {
    /// The purpose.
    pub purpose: String,
    /// What people call it.
    pub title: Text,
    /// Whether those who agreed must be asked again.
    pub asks_again: bool,
    /// Fields that no longer open by consent, because the notice does not name them any more.
    pub closed: Vec<FieldRef>,
    /// People whose consent covers the purpose now.
    pub covered_before: u64,
    /// Those of them whose consent would still cover it.
    pub covered_after: u64,
    /// Reads, among the entries looked at, that opened something and would have opened less.
    pub reads: u64,
}

impl NoticeEffect {
    /// Reads a day that would stop or show less, among all entries: what was counted, for the whole of the period.
    /// Rounded up: one read in thirty days is not none.
    pub fn reads_a_day(&self) -> u64 {
        self.a_day(self.purposes.iter().map(|one| one.reads).sum())
    }

    /// So many reads of those looked at, a day among all entries, rounded up.
    pub fn a_day(&self, reads: u64) -> u64 {
        let all = u128::from(reads) * u128::from(self.entries);
        let per = u128::from(self.looked_at.max(1)) * u128::from(self.days.max(1));
        u64::try_from(all.div_ceil(per)).unwrap_or(u64::MAX)
    }
}

/// A count of people as it may be told; `None` where there are one to nine.
pub const fn told_count(people: u64) -> Option<u64> {
    if people > 0 && people < MIN_GROUP as u64 {
        None
    } else {
        Some(people)
    }
}

impl Vault {
    /// What bringing these scopes into force would mean.
    pub(super) async fn notice_effect(
        &self,
        active: &Active,
        bound: &Bound,
        rows: &[ScopeRow],
    ) -> Result<NoticeEffect, VaultError> {
        let mut purposes = Vec::new();
        for row in rows {
            if let Some(effect) = self.purpose_effect(active, bound, row).await? {
                purposes.push(effect);
            }
        }
        let concerned: BTreeMap<&str, Closes> = purposes
            .iter()
            .filter_map(|effect| Some((effect.purpose.as_str(), closes(effect)?)))
            .collect();
        let now = self.now();
        let mut since = now.plus_seconds(-PREVIEW_DAYS * DAY);
        let size = self.store().ledger_head().await?.size;
        let first = self.first_entry_since(since, size).await?;
        if first == 0 && size > 0 {
            since = since.max(self.made_at(0).await?);
        }
        let mut counted = BTreeMap::new();
        let mut looked_at = 0;
        for (from, count) in blocks(first, size) {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            for (_, bytes) in self.store().ledger_entries(from, count).await? {
                looked_at += 1;
                let entry = decoded(&bytes)?;
                if let Some(purpose) = stopped(&entry, &concerned) {
                    *counted.entry(purpose.to_owned()).or_insert(0) += 1;
                }
            }
        }
        for effect in &mut purposes {
            effect.reads = counted.get(&effect.purpose).copied().unwrap_or(0);
        }
        let seconds = (now.micros() - since.micros()).max(0) / 1_000_000;
        Ok(NoticeEffect {
            since,
            days: u32::try_from(seconds / DAY).unwrap_or(1).max(1),
            entries: size - first,
            looked_at,
            purposes,
        })
    }

    /// What becomes of one purpose, reads not counted; `None` if it does not rest on consent.
    async fn purpose_effect(
        &self,
        active: &Active,
        bound: &Bound,
        row: &ScopeRow,
    ) -> Result<Option<PurposeEffect>, VaultError> {
        let Some(purpose) = active.register.purpose(&row.purpose) else {
            return Ok(None);
        };
        if !active.register.needs_consent(purpose) {
            return Ok(None);
        }
        let was = active.told.purposes.get(&row.purpose);
        let number = was.map_or(0, |scope| scope.number);
        let told = bound.purpose(&row.purpose);
        let stays = |field: &FieldRef| {
            told.is_some_and(|told| told.fields.iter().any(|one| one.field == *field))
        };
        let named = |field: &&FieldRef| was.is_none_or(|scope| scope.fields.contains(*field));
        let open = purpose.fields.iter().filter(named);
        let closed: Vec<FieldRef> = open.filter(|field| !stays(field)).cloned().collect();
        let asks_again = row.scope > i64::from(number);
        let before = self.covered(&row.purpose, i64::from(number)).await?;
        let after = if told.is_none() {
            0
        } else {
            self.covered(&row.purpose, row.scope).await?
        };
        Ok(Some(PurposeEffect {
            purpose: row.purpose.clone(),
            title: purpose.title.clone(),
            asks_again,
            closed,
            covered_before: before,
            covered_after: after,
            reads: 0,
        }))
    }

    /// How many people's consent covers a purpose of this scope now, or a part of it.
    async fn covered(&self, purpose: &str, scope: i64) -> Result<u64, VaultError> {
        let rows = self
            .store()
            .query(
                "SELECT COUNT(DISTINCT subject) FROM consent WHERE purpose = $1 AND state = 'given' \
                 AND scope >= $2 AND (valid_from IS NULL OR valid_from <= $3) \
                 AND (expires_at IS NULL OR expires_at > $3)",
                params![purpose, scope, self.now()],
            )
            .await?;
        let count = rows.first().map(|row| row.int(0)).transpose()?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }
}

/// What a purpose no longer opens.
enum Closes {
    All,
    Some(BTreeSet<String>),
}

fn closes(effect: &PurposeEffect) -> Option<Closes> {
    if effect.asks_again {
        return Some(Closes::All);
    }
    let closed: BTreeSet<String> = effect.closed.iter().map(FieldRef::to_string).collect();
    (!closed.is_empty()).then_some(Closes::Some(closed))
}

/// The purpose of a read that opened something which it would no longer open.
fn stopped<'e>(entry: &'e Entry, concerned: &BTreeMap<&str, Closes>) -> Option<&'e str> {
    if !matches!(entry.kind, Kind::Read | Kind::Reveal) || entry.subject.is_none() {
        return None;
    }
    let purpose = entry.purpose.as_deref()?;
    let closes = concerned.get(purpose)?;
    let opened = entry
        .fields
        .iter()
        .filter(|(how, _)| how.form != "withheld");
    let mut fields = opened.flat_map(|(_, fields)| fields);
    let stops = match closes {
        Closes::All => fields.next().is_some(),
        Closes::Some(closed) => fields.any(|field| closed.contains(field)),
    };
    stops.then_some(purpose)
}

/// In seconds.
const DAY: i64 = 24 * 60 * 60;
