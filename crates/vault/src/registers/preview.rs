//! What changed policies would mean: findings, test cases, what loosens, and what the reads of the last
//! thirty days would have become.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{FieldRef, Form, Moment};
use shouxin_policy::{CaseOutcome, Channel, Earlier, Favourable, Policies, PolicyChange, compare};

use super::{ApplyError, Checked};
use crate::active::Active;
use crate::ledger::decoded;
use crate::{Actors, Vault, VaultError};

/// What applying these policies would mean. Nothing was changed.
#[derive(Debug)]
pub struct PolicyPlan {
    /// The version that they were compared with.
    pub policy_version: u32,
    /// Which statements and test cases come and go, and which of these loosen.
    pub change: PolicyChange,
    /// Each test case of the text and whether it holds. Policies with one that fails are not applied.
    pub cases: Vec<CaseOutcome>,
    /// What earlier reads would have become.
    pub effect: PolicyEffect,
}

/// What the reads of the last [`PREVIEW_DAYS`] days would have become, had these policies been in force.
///
/// Roles (as held now), purposes, fields and policies are evaluated anew. Ties, consent, restrictions,
/// keeping periods, quotas, hours, networks, devices, keys of services and second factors are held as the
/// ledger recorded them. Searches, counts and exports are not looked at.
#[derive(Debug, Default)]
pub struct PolicyEffect {
    /// From when on.
    pub since: Moment,
    /// Entries of the ledger since then.
    pub entries: u64,
    /// How many of them were looked at: all, or evenly spread blocks of them.
    pub looked_at: u64,
    /// Reads among those, refused ones included.
    pub reads: u64,
    /// Fields decided about in those reads.
    pub fields: u64,
    /// Fields that stay as they were.
    pub same: u64,
    /// Fields of reads that a grant opened: not evaluated.
    pub granted: u64,
    /// Fields that policies and roles of today already decide otherwise than recorded: not evaluated.
    pub differ: u64,
    /// Callers who would see less of something.
    pub lose: u64,
    /// Callers who would see more of something.
    pub gain: u64,
    /// Each change, most reads first; at most 400.
    pub shifts: Vec<Shift>,
    /// How many more there are.
    pub more_shifts: u64,
}

/// One change: for these roles and this purpose, this field would come in another form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The roles that counted for the purpose, sorted.
    pub roles: Vec<String>,
    /// Through what the callers came.
    pub channel: Channel,
    /// The purpose.
    pub purpose: String,
    /// The field.
    pub field: FieldRef,
    /// The form recorded, and the rule that gave it.
    pub was: (Form, String),
    /// The form and rule that it would be.
    pub would: (Form, String),
    /// Reads concerned.
    pub reads: u64,
    /// Distinct callers concerned.
    pub callers: u64,
}

impl Shift {
    /// Whether more would be shown than was.
    pub fn reveals_more(&self) -> bool {
        place(self.would.0) < place(self.was.0)
    }
}

/// How far back a preview looks, in days.
pub const PREVIEW_DAYS: i64 = 30;

/// Entries of the ledger that one preview looks at; of more, evenly spread blocks.
pub const MOST_ENTRIES: u64 = 40_000;

/// Changes that one preview lists.
pub(super) const MOST_SHIFTS: usize = 400;

/// Entries read at a time, and of one block where not all are read.
const BLOCK: u64 = 500;

impl Vault {
    /// What applying these policies would mean.
    ///
    /// # Errors
    /// `Policies` with every finding; the store failed.
    pub async fn plan_policies(&self, text: &str) -> Result<PolicyPlan, ApplyError> {
        self.refresh().await?;
        let old = self.active();
        let current = self.current_sources().await?;
        let checked = Checked::new(&current.0, text)?;
        let change = compare(&current.1, text).ok_or(VaultError::Corrupt("policies"))?;
        let effect = self.effect(&old, &checked.policies).await?;
        Ok(PolicyPlan {
            policy_version: old.policy_version,
            change,
            cases: checked.cases,
            effect,
        })
    }

    async fn effect(
        &self,
        in_force: &Active,
        proposed: &Policies,
    ) -> Result<PolicyEffect, VaultError> {
        let since = self.now().plus_seconds(-PREVIEW_DAYS * 24 * 60 * 60);
        let size = self.store().ledger_head().await?.size;
        let first = self.first_entry_since(since, size).await?;
        let mut met = Met::default();
        for (from, count) in blocks(first, size) {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            for (_, bytes) in self.store().ledger_entries(from, count).await? {
                let entry = decoded(&bytes)?;
                met.take(&entry);
            }
        }
        let actors = self.actors().await?;
        Ok(PolicyEffect {
            since,
            entries: size - first,
            ..met.weigh(&actors, in_force, proposed)
        })
    }
}

/// The parts of the ledger that are looked at: everything from `first` on, or evenly spread blocks.
pub(crate) fn blocks(first: u64, size: u64) -> Vec<(u64, u64)> {
    let entries = size.saturating_sub(first);
    let all = entries.div_ceil(BLOCK);
    let taken = all.min(MOST_ENTRIES / BLOCK);
    let block = |nth: u64| {
        // The last one is always among them.
        let at = if taken < 2 {
            all.saturating_sub(1)
        } else {
            nth * (all - 1) / (taken - 1)
        };
        let from = first + at * BLOCK;
        (from, BLOCK.min(size - from))
    };
    (0..taken).map(block).collect()
}

/// What the entries tell, before anything is evaluated: equal decisions are counted together.
#[derive(Default)]
struct Met {
    looked_at: u64,
    reads: u64,
    fields: u64,
    granted: u64,
    decisions: BTreeMap<Decided, u64>,
}

/// One field of a read as its entry tells it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Decided {
    actor: String,
    purpose: String,
    field: String,
    form: Form,
    rule: String,
    second_factor: bool,
}

impl Met {
    fn take(&mut self, entry: &Entry) {
        self.looked_at += 1;
        let says = |word: &str| entry.extra.iter().any(|(key, _)| key == word);
        let is_read = matches!(entry.kind, Kind::Read | Kind::Reveal | Kind::Refusal)
            && entry.subject.is_some()
            && !entry.fields.is_empty()
            && !says("export");
        let Some(purpose) = entry.purpose.as_ref().filter(|_| is_read) else {
            return;
        };
        self.reads += 1;
        for (how, fields) in &entry.fields {
            self.fields += fields.len() as u64;
            if says("grant") {
                self.granted += fields.len() as u64;
                continue;
            }
            let Some(form) = Form::ALL.into_iter().find(|form| form.word() == how.form) else {
                continue;
            };
            for field in fields {
                let decided = Decided {
                    actor: entry.actor.clone(),
                    purpose: purpose.clone(),
                    field: field.clone(),
                    form,
                    rule: how.rule.clone(),
                    second_factor: entry.second_factor,
                };
                *self.decisions.entry(decided).or_default() += 1;
            }
        }
    }

    fn weigh(self, actors: &Actors, in_force: &Active, proposed: &Policies) -> PolicyEffect {
        let mut effect = PolicyEffect {
            looked_at: self.looked_at,
            reads: self.reads,
            fields: self.fields,
            granted: self.granted,
            ..PolicyEffect::default()
        };
        let favourable = Favourable::of(&in_force.register);
        let mut shifts: BTreeMap<Earlier, Moved> = BTreeMap::new();
        let (mut lose, mut gain) = (BTreeSet::new(), BTreeSet::new());
        for (decided, reads) in self.decisions {
            let Some(earlier) = earlier(&decided, actors, in_force) else {
                effect.differ += reads;
                continue;
            };
            let now = earlier.replay(&in_force.policies, &in_force.policies, &favourable);
            if now.form != earlier.form {
                effect.differ += reads;
                continue;
            }
            let would = earlier.replay(proposed, &in_force.policies, &favourable);
            if would.form == earlier.form {
                effect.same += reads;
                continue;
            }
            if place(would.form) < place(earlier.form) {
                gain.insert(decided.actor.clone());
            } else {
                lose.insert(decided.actor.clone());
            }
            // A second factor that made no difference to the outcome makes none to the list.
            let alike = Earlier {
                second_factor: false,
                ..earlier
            };
            let moved = shifts.entry(alike).or_insert_with(|| Moved {
                would: (would.form, would.rule),
                reads: 0,
                callers: BTreeSet::new(),
            });
            moved.reads += reads;
            moved.callers.insert(decided.actor);
        }
        (effect.lose, effect.gain) = (lose.len() as u64, gain.len() as u64);
        list(&mut effect, shifts);
        effect
    }
}

/// Decisions that would be others, counted together.
struct Moved {
    would: (Form, String),
    reads: u64,
    callers: BTreeSet<String>,
}

fn list(effect: &mut PolicyEffect, shifts: BTreeMap<Earlier, Moved>) {
    let shift = |(earlier, moved): (Earlier, Moved)| Shift {
        roles: earlier.roles,
        channel: earlier.channel,
        purpose: earlier.purpose,
        field: earlier.field,
        was: (earlier.form, earlier.rule),
        would: moved.would,
        reads: moved.reads,
        callers: moved.callers.len() as u64,
    };
    effect.shifts = shifts.into_iter().map(shift).collect();
    effect
        .shifts
        .sort_by_key(|shift| std::cmp::Reverse(shift.reads));
    let more = effect.shifts.len().saturating_sub(MOST_SHIFTS);
    effect.more_shifts = more as u64;
    effect.shifts.truncate(MOST_SHIFTS);
}

/// The decision with the roles that its caller holds now and that count for the purpose; `None` if the
/// caller is unknown or the register has no such field any more.
fn earlier(decided: &Decided, actors: &Actors, in_force: &Active) -> Option<Earlier> {
    let channel = match decided.actor.split('_').next() {
        Some("stf") => Channel::Staff,
        Some("key") => Channel::Service,
        _ => Channel::Operator,
    };
    let held = match channel {
        Channel::Operator => &[][..],
        Channel::Staff | Channel::Service => actors.roles(&decided.actor)?,
    };
    let purpose = in_force.register.purpose(&decided.purpose)?;
    let counts = held.iter().filter(|role| purpose.roles.contains(role));
    let mut roles: Vec<String> = counts.cloned().collect();
    roles.sort();
    roles.dedup();
    let field: FieldRef = decided.field.parse().ok()?;
    in_force.register.field(&field)?;
    Some(Earlier {
        roles,
        channel,
        purpose: decided.purpose.clone(),
        field,
        form: decided.form,
        rule: decided.rule.clone(),
        second_factor: decided.second_factor,
    })
}

/// The place of a form, most revealing first.
fn place(form: Form) -> usize {
    let mut all = Form::ALL.iter();
    all.position(|one| *one == form).unwrap_or(Form::ALL.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(first: u64, size: u64) -> (u64, u64, u64) {
        let blocks = blocks(first, size);
        let mut next = first;
        for (from, count) in &blocks {
            assert!(*from >= next, "blocks of {first}..{size} overlap");
            next = from + count;
        }
        let taken = blocks.iter().map(|(_, count)| count).sum();
        (blocks.first().map_or(first, |b| b.0), next, taken)
    }

    #[test]
    fn a_short_period_is_looked_at_whole_and_a_long_one_from_end_to_end() {
        assert_eq!(covered(7, 7), (7, 7, 0));
        assert_eq!(covered(7, 8), (7, 8, 1));
        assert_eq!(covered(0, 1_234), (0, 1_234, 1_234));
        assert_eq!(
            covered(3, 3 + MOST_ENTRIES),
            (3, 3 + MOST_ENTRIES, MOST_ENTRIES)
        );
        let (first, last, taken) = covered(10, 1_000_010);
        assert_eq!((first, last, taken), (10, 1_000_010, MOST_ENTRIES));
    }
}
