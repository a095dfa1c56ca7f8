//! What becomes of purposes and roles.

use std::collections::BTreeSet;

use shouxin_model::{
    Conditions, Emergency, FieldRef, Need, Purpose, Quota, Regime, Register, Role, Text,
};

use super::{Changes, Effect, Sign, Unweighed, added, looser, place, removed};
use crate::words;

pub(super) fn role(old: &Role, new: &Role, changes: &mut Changes) {
    let place = place(("角色", "role"), &new.name);
    let silo = |role: &Role| role.silo.map(|silo| words::of(&silo)).unwrap_or_default();
    changes.value(&place, "silo", &silo(old), &silo(new), true);
    changes.text(&place, "title", Some(&old.title), Some(&new.title));
    let wider = new.zones.iter().any(|zone| !old.zones.contains(zone));
    changes.value(
        &place,
        "zones",
        &old.zones.join(", "),
        &new.zones.join(", "),
        wider,
    );
    conditions(&old.conditions, &new.conditions, &place, changes);
}

fn conditions(old: &Conditions, new: &Conditions, place: &Text, changes: &mut Changes) {
    let looser = looser::conditions(old, new);
    changes.value(place, "conditions", &said(old), &said(new), looser);
}

fn said(conditions: &Conditions) -> String {
    let hours = conditions.hours.map(|hours| hours.to_string());
    let networks = conditions.networks.iter().map(ToString::to_string);
    let device = conditions.device.then(|| "device".to_owned());
    let parts: Vec<String> = hours.into_iter().chain(networks).chain(device).collect();
    parts.join(" / ")
}

pub(super) fn compare(old: &Register, new: &Register, changes: &mut Changes) {
    for purpose in &new.purposes {
        let place = place(NOUN, &purpose.name);
        match old.purpose(&purpose.name) {
            Some(before) => compare_one(before, purpose, &place, changes),
            // Another thing to read for is more than there was.
            None => changes.push(Sign::Added, &place, added(), Effect::None, true),
        }
    }
    for purpose in old
        .purposes
        .iter()
        .filter(|p| new.purpose(&p.name).is_none())
    {
        changes.push(
            Sign::Removed,
            &place(NOUN, &purpose.name),
            removed(),
            Effect::None,
            false,
        );
    }
}

fn need(old: Option<&Need>, new: Option<&Need>, place: &Text, changes: &mut Changes) {
    let mut answer = |key, text: fn(&Need) -> &Text| {
        changes.text(place, key, old.map(text), new.map(text));
    };
    answer("need.task", |need| &need.task);
    answer("need.least", |need| &need.least);
    answer("need.otherwise", |need| &need.otherwise);
    let mut word = |key, word: fn(&Need) -> String| {
        let said = |need: Option<&Need>| need.map(word).unwrap_or_default();
        changes.value(place, key, &said(old), &said(new), false);
    };
    word("need.fields", |need| {
        let fields: Vec<String> = need.fields.iter().map(ToString::to_string).collect();
        fields.join(", ")
    });
    word("need.by", |need| need.by.clone());
    word("need.on", |need| need.on.clone());
}

/// The personal fields that purposes take in without a review that weighed them.
pub(super) fn unweighed(old: &Register, new: &Register) -> Vec<Unweighed> {
    let one = |purpose: &Purpose| {
        let before = old.purpose(&purpose.name);
        let had = |field: &FieldRef| before.is_some_and(|before| before.fields.contains(field));
        let weighed = |field: &FieldRef| {
            let need = purpose.need.as_ref();
            need.is_some_and(|need| need.fields.contains(field))
        };
        let personal = |field: &FieldRef| new.field(field).is_some_and(|field| field.sealed);
        let fields = purpose.fields.iter();
        let fields: Vec<_> = fields
            .filter(|field| !had(field) && personal(field) && !weighed(field))
            .cloned()
            .collect();
        (!fields.is_empty()).then(|| Unweighed {
            purpose: purpose.name.clone(),
            fields,
        })
    };
    new.purposes.iter().filter_map(one).collect()
}

fn compare_one(old: &Purpose, new: &Purpose, place: &Text, changes: &mut Changes) {
    changes.text(place, "title", Some(&old.title), Some(&new.title));
    let regimes: BTreeSet<&Regime> = old.basis.keys().chain(new.basis.keys()).collect();
    for regime in regimes {
        let (before, after) = (old.basis.get(regime), new.basis.get(regime));
        let word = |basis: Option<_>| basis.map(words::of).unwrap_or_default();
        let key = format!("basis.{}", words::of(regime));
        changes.value(
            place,
            &key,
            &word(before),
            &word(after),
            looser::basis(before, after),
        );
    }
    let form = |purpose: &Purpose| {
        purpose
            .consent
            .map(|form| words::of(&form))
            .unwrap_or_default()
    };
    let looser = looser::consent(old.consent, new.consent);
    changes.value(place, "consent", &form(old), &form(new), looser);
    listed(&old.fields, &new.fields, ("字段", "field"), place, changes);
    listed(&old.roles, &new.roles, ("角色", "role"), place, changes);
    let looser = looser::condition(old.condition, new.condition);
    changes.value(
        place,
        "condition",
        &words::of(&old.condition),
        &words::of(&new.condition),
        looser,
    );
    let looser = looser::quota(old.quota, new.quota);
    changes.value(
        place,
        "quota",
        &limits(old.quota),
        &limits(new.quota),
        looser,
    );
    conditions(&old.conditions, &new.conditions, place, changes);
    let emergency = |purpose: &Purpose| {
        let said = |e: &Emergency| {
            let roles = e.roles.join(", ");
            let (view, minutes, days) = (&e.view, e.minutes, e.review_days);
            format!("{roles} -> {view}, {minutes} min, {days} d")
        };
        purpose.emergency.as_ref().map(said).unwrap_or_default()
    };
    let looser = looser::emergency(old.emergency.as_ref(), new.emergency.as_ref());
    changes.value(place, "emergency", &emergency(old), &emergency(new), looser);
    need(old.need.as_ref(), new.need.as_ref(), place, changes);
}

const NOUN: (&str, &str) = ("处理目的", "purpose");

/// What a purpose takes in or lets go; what it takes in makes it looser.
fn listed<T: PartialEq + ToString>(
    old: &[T],
    new: &[T],
    noun: (&str, &str),
    place: &Text,
    changes: &mut Changes,
) {
    for thing in new.iter().filter(|thing| !old.contains(thing)) {
        let name = thing.to_string();
        let what = Text::made(
            format!("增加{} {name}", noun.0),
            format!("takes in {} {name}", noun.1),
        );
        changes.push(Sign::Changed, place, what, Effect::None, true);
    }
    for thing in old.iter().filter(|thing| !new.contains(thing)) {
        let name = thing.to_string();
        let what = Text::made(
            format!("去掉{} {name}", noun.0),
            format!("lets go {} {name}", noun.1),
        );
        changes.push(Sign::Changed, place, what, Effect::None, false);
    }
}

fn limits(quota: Quota) -> String {
    let one = |name: &str, limit: Option<u32>| limit.map(|limit| format!("{name} {limit}"));
    [
        one("subjects", quota.subjects_per_day),
        one("clear", quota.clear_per_day),
        one("searches", quota.searches_per_day),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" / ")
}
