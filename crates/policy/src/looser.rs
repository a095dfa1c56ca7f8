//! Whether changed policies let anyone see more.

use std::collections::BTreeMap;
use std::str::FromStr;

use cedar_policy::{Effect, Policy, PolicySet};
use serde_json::Value;

use crate::cases::spelled;

/// What differs between two policy texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// Statements that the new text has and the old one had not, as written, each with whether it
    /// loosens.
    pub added: Vec<(String, bool)>,
    /// Statements that only the old text has, likewise.
    pub removed: Vec<(String, bool)>,
}

impl PolicyChange {
    /// Whether anyone may see more than before, or it cannot be shown that nobody does.
    pub fn loosens(&self) -> bool {
        let mut all = self.added.iter().chain(&self.removed);
        all.any(|(_, loosens)| *loosens)
    }
}

/// What differs between two policy texts, statement by statement. Ids, reasons, blanks and the order
/// decide nothing and are not looked at.
///
/// Three things count as tighter: a new `forbid`; a `permit` that is gone; and a `permit` that now asks
/// for a second factor and is otherwise the same. Whatever else came or went counts as looser, even if a
/// lawyer could show that it is not. The removal of a `permit` that asked for a second factor is looser:
/// another one that asks for none may cover the same. Of test cases, one that is gone counts as looser.
///
/// `None` if either text is no Cedar; such a text never comes into force.
pub fn compare(old: &str, new: &str) -> Option<PolicyChange> {
    let (before, after) = (statements(old)?, statements(new)?);
    let mut change = PolicyChange::default();
    for (key, (source, count)) in &after {
        if count > &before.get(key).map_or(0, |(_, count)| *count) {
            let asks_for_more = key.second_factor
                && before.contains_key(&Key {
                    second_factor: false,
                    ..key.clone()
                });
            let tighter = !key.permits || asks_for_more;
            change.added.push((source.clone(), !tighter));
        }
    }
    for (key, (source, count)) in &before {
        if count > &after.get(key).map_or(0, |(_, count)| *count) {
            let tighter = key.permits && !key.second_factor;
            change.removed.push((source.clone(), !tighter));
        }
    }
    compare_cases(&spelled(old), &spelled(new), &mut change);
    Some(change)
}

/// A test case more holds the policies tighter. One that is gone no longer stands in the way of whoever
/// loosens next, so its going counts as looser.
fn compare_cases(old: &[String], new: &[String], change: &mut PolicyChange) {
    let written = |case: &String| format!("//? {case}");
    let missing = |from: &[String], of: &[String]| {
        let mut left = of.to_vec();
        let mut gone = Vec::new();
        for case in from {
            match left.iter().position(|other| other == case) {
                Some(at) => drop(left.swap_remove(at)),
                None => gone.push(written(case)),
            }
        }
        gone
    };
    let added = missing(new, old).into_iter().map(|case| (case, false));
    change.added.extend(added);
    let removed = missing(old, new).into_iter().map(|case| (case, true));
    change.removed.extend(removed);
}

/// What of a statement decides.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    permits: bool,
    second_factor: bool,
    /// Scope and conditions, in one spelling.
    says: String,
}

/// Each statement with its text and how often it stands there.
fn statements(text: &str) -> Option<BTreeMap<Key, (String, usize)>> {
    let parsed = PolicySet::from_str(text).ok()?;
    let mut found = BTreeMap::new();
    for policy in parsed.policies() {
        let entry = found
            .entry(key(policy)?)
            .or_insert_with(|| (policy.to_cedar().unwrap_or_default(), 0));
        entry.1 += 1;
    }
    Some(found)
}

fn key(policy: &Policy) -> Option<Key> {
    let mut json = policy.to_json().ok()?;
    if let Value::Object(parts) = &mut json {
        parts.remove("annotations");
    }
    Some(Key {
        permits: policy.effect() == Effect::Permit,
        second_factor: policy.annotation("second_factor").is_some(),
        says: json.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERMIT: &str = "@id(\"a\") permit (principal in Role::\"x\", action, resource);";
    const OTHER: &str = "@id(\"b\") permit (principal in Role::\"y\", action, resource);";
    const STRONG: &str = "@id(\"c\") @second_factor(\"required\") permit (principal in Role::\"x\", action, resource);";
    const FORBID: &str = "@id(\"d\") forbid (principal in Role::\"x\", action, resource);";

    fn check(old: &[&str], new: &[&str], loosens: bool) {
        let change = compare(&old.concat(), &new.concat()).unwrap();
        assert_eq!(change.loosens(), loosens, "{old:?} to {new:?}");
    }

    #[test]
    fn only_what_is_surely_tighter_needs_no_second_person() {
        check(&[PERMIT], &[PERMIT], false);
        check(&[PERMIT, OTHER], &[PERMIT], false);
        check(&[PERMIT], &[PERMIT, FORBID], false);
        check(&[PERMIT], &[STRONG], false);
        check(&[PERMIT], &[PERMIT, OTHER], true);
        check(&[PERMIT, FORBID], &[PERMIT], true);
        check(&[STRONG], &[PERMIT], true);
        // Another permit without a second factor could cover the same.
        check(&[STRONG, PERMIT], &[PERMIT], true);
        check(&[], &[STRONG], true);
    }

    #[test]
    fn blanks_order_ids_and_reasons_decide_nothing() {
        let said = PERMIT
            .replace("\"a\"", "\"z\"")
            .replace("permit (", "@reason_en(\"new words\")\npermit(\n  ");
        let change = compare(&[PERMIT, OTHER].concat(), &[OTHER, &said].concat()).unwrap();
        assert_eq!(change, PolicyChange::default());
    }

    #[test]
    fn a_change_tells_the_statements_themselves() {
        let change = compare(PERMIT, FORBID).unwrap();
        assert_eq!(change.added, [(FORBID.to_owned(), false)]);
        assert_eq!(change.removed, [(PERMIT.to_owned(), false)]);
        assert_eq!(compare(PERMIT, "permit ("), None);
    }
}
