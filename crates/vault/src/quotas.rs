//! What is used of today's quotas, and what they allow.

use std::collections::BTreeMap;

use shouxin_model::{Caller, CallerKind, Purpose};
use shouxin_policy::Used;
use shouxin_store::{Row, params};

use crate::spent::is_limited;
use crate::{Vault, VaultError};

/// What of a quota is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuotaKind {
    /// Subjects read in any form.
    Subjects,
    /// Fields opened clear.
    Clear,
    /// Searches and counts.
    Searches,
}

impl QuotaKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Subjects, Self::Clear, Self::Searches];

    /// The word in the store and in HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Subjects => "subjects",
            Self::Clear => "clear",
            Self::Searches => "searches",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What the purpose allows a caller in a day; `None` is no limit.
    fn limit(self, purpose: &Purpose) -> Option<u32> {
        match self {
            Self::Subjects => purpose.quota.subjects_per_day,
            Self::Clear => purpose.quota.clear_per_day,
            Self::Searches => purpose.quota.searches_per_day,
        }
    }

    fn of(self, used: Used) -> u32 {
        match self {
            Self::Subjects => used.subjects,
            Self::Clear => used.clear,
            Self::Searches => used.searches,
        }
    }
}

/// What one caller has used today of one limit of one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaUse {
    /// Who: `stf_…` or `key_…`.
    pub actor: String,
    /// The purpose, by its name.
    pub purpose: String,
    /// What is counted.
    pub kind: QuotaKind,
    /// How many were used today.
    pub used: u32,
    /// How many a day allows.
    pub limit: u32,
}

impl QuotaUse {
    /// How many are left today.
    pub const fn left(&self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

impl Vault {
    /// The caller's own quotas of today: of each purpose that the caller's roles name or that was used
    /// today, by purpose as the register declares them. What has no limit is left out.
    ///
    /// # Errors
    /// The store could not be read; `Corrupt` if it says less than is known to be used.
    pub async fn own_quotas(&self, caller: &Caller) -> Result<Vec<QuotaUse>, VaultError> {
        let (now, register) = (self.now(), self.active().register.clone());
        let limited = || register.purposes.iter().filter(|one| is_limited(one));
        // Before the store is asked: see `Floor`.
        let floors: Vec<_> = limited().map(|one| self.floor(caller, one, now)).collect();
        let rows = self
            .store()
            .query(
                "SELECT actor, purpose, kind, used FROM quota WHERE actor = $1 AND day = $2 \
                 AND kind IN ('subjects', 'clear', 'searches')",
                params![caller.actor(), now.china_day()],
            )
            .await?;
        let mut used: BTreeMap<String, Used> = BTreeMap::new();
        for row in &rows {
            let (kind, amount) = counted(row)?;
            let of = used.entry(row.text(1)?.to_owned()).or_default();
            match kind {
                QuotaKind::Subjects => of.subjects = amount,
                QuotaKind::Clear => of.clear = amount,
                QuotaKind::Searches => of.searches = amount,
            }
        }
        let mut all = Vec::new();
        for (purpose, floor) in limited().zip(floors) {
            let of = floor.hold(used.get(&purpose.name).copied().unwrap_or_default())?;
            if of == Used::default() && !names(caller, purpose) {
                continue;
            }
            all.extend(QuotaKind::ALL.into_iter().filter_map(|kind| {
                Some(QuotaUse {
                    actor: caller.actor(),
                    purpose: purpose.name.clone(),
                    kind,
                    used: kind.of(of),
                    limit: kind.limit(purpose)?,
                })
            }));
        }
        Ok(all)
    }

    /// What everybody has used today, at most `most`: whoever is nearest to a limit first. The second value
    /// says how many there are.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn all_quotas(&self, most: usize) -> Result<(Vec<QuotaUse>, usize), VaultError> {
        let (now, register) = (self.now(), self.active().register.clone());
        let rows = self
            .store()
            .query(
                "SELECT actor, purpose, kind, used FROM quota WHERE day = $1 \
                 AND kind IN ('subjects', 'clear', 'searches')",
                params![now.china_day()],
            )
            .await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let (kind, used) = counted(row)?;
            let name = row.text(1)?;
            let purpose = register.purposes.iter().find(|one| one.name == name);
            // A register that was changed today may limit it no more.
            if let Some(limit) = purpose.and_then(|purpose| kind.limit(purpose)) {
                all.push(QuotaUse {
                    actor: row.text(0)?.to_owned(),
                    purpose: name.to_owned(),
                    kind,
                    used,
                    limit,
                });
            }
        }
        // Shares of two limits, without dividing.
        let share = |one: &QuotaUse, other: &QuotaUse| u64::from(one.used) * u64::from(other.limit);
        all.sort_by(|one, other| {
            let nearer = share(other, one).cmp(&share(one, other));
            let names = |of: &QuotaUse| (of.actor.clone(), of.purpose.clone(), of.kind);
            nearer.then_with(|| names(one).cmp(&names(other)))
        });
        let count = all.len();
        all.truncate(most);
        Ok((all, count))
    }
}

/// What a row counts, and how many.
fn counted(row: &Row) -> Result<(QuotaKind, u32), VaultError> {
    let kind = QuotaKind::from_word(row.text(2)?).ok_or(VaultError::Corrupt("quota"))?;
    Ok((kind, u32::try_from(row.int(3)?).unwrap_or(u32::MAX)))
}

/// Whether the caller's own roles, and a key's scopes, let the caller name this purpose.
fn names(caller: &Caller, purpose: &Purpose) -> bool {
    let in_scope = match &caller.kind {
        CallerKind::Service { purposes, .. } => purposes.contains(&purpose.name),
        CallerKind::Staff { .. } | CallerKind::Operator | CallerKind::Subject { .. } => true,
        CallerKind::Page { .. } => false,
    };
    in_scope && purpose.roles.iter().any(|role| caller.roles.contains(role))
}
