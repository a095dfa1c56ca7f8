//! What becomes of collections and their fields.

use shouxin_model::{
    CaseShape, Collection, Field, FieldRef, Register, Retention, SearchMode, Sensitivity, Suite,
    Text,
};

use super::{Changes, Effect, Sign, added, from_to, looser, place, removed};
use crate::words;

pub(super) fn compare(old: &Register, new: &Register, changes: &mut Changes) {
    for collection in &new.collections {
        match old.collection(&collection.name) {
            Some(before) => compare_one((old, before), (new, collection), changes),
            None => {
                // A new kind of case ties staff to people to whom nothing tied them before.
                let ties = collection.case.is_some();
                changes.push(
                    Sign::Added,
                    &place(NOUN, &collection.name),
                    added(),
                    Effect::None,
                    ties,
                );
                collection
                    .fields
                    .iter()
                    .for_each(|field| came(collection, field, changes));
            }
        }
    }
    for collection in old
        .collections
        .iter()
        .filter(|c| new.collection(&c.name).is_none())
    {
        changes.push(
            Sign::Removed,
            &place(NOUN, &collection.name),
            removed(),
            Effect::None,
            false,
        );
        collection
            .fields
            .iter()
            .for_each(|field| went(collection, field, changes));
    }
}

const NOUN: (&str, &str) = ("集合", "collection");

fn field_place(collection: &Collection, field: &Field) -> Text {
    Text::made(
        format!("集合 {},字段 {}", collection.name, field.name),
        format!("collection {}, field {}", collection.name, field.name),
    )
}

fn came(collection: &Collection, field: &Field, changes: &mut Changes) {
    let more_about_people = field.sensitivity != Sensitivity::None;
    changes.push(
        Sign::Added,
        &field_place(collection, field),
        added(),
        Effect::None,
        more_about_people,
    );
}

fn went(collection: &Collection, field: &Field, changes: &mut Changes) {
    let effect = Effect::RetireField {
        field: FieldRef::new(&collection.name, &field.name),
    };
    changes.push(
        Sign::Removed,
        &field_place(collection, field),
        removed(),
        effect,
        false,
    );
}

fn is_apart((register, collection): (&Register, &Collection)) -> bool {
    register
        .zones
        .iter()
        .any(|zone| zone.name == collection.zone && zone.apart)
}

fn compare_one(
    old: (&Register, &Collection),
    new: (&Register, &Collection),
    changes: &mut Changes,
) {
    let (before, after) = (old.1, new.1);
    let place = place(NOUN, &after.name);
    changes.text(&place, "title", Some(&before.title), Some(&after.title));
    if before.zone != after.zone {
        let effect = Effect::MoveZone {
            collection: after.name.clone(),
            from: before.zone.clone(),
            to: after.zone.clone(),
        };
        changes.push(
            Sign::Changed,
            &place,
            from_to("zone", &before.zone, &after.zone),
            effect,
            false,
        );
    } else if is_apart(old) != is_apart(new) {
        let word = |apart| if apart { "apart" } else { "main" };
        let (was, is) = (word(is_apart(old)), word(is_apart(new)));
        let effect = Effect::MoveZone {
            collection: after.name.clone(),
            from: format!("{} ({was})", before.zone),
            to: format!("{} ({is})", after.zone),
        };
        changes.push(
            Sign::Changed,
            &place,
            from_to("apart", was, is),
            effect,
            false,
        );
    }
    if before.single != after.single {
        let effect = if after.single {
            Effect::MakeSingle {
                collection: after.name.clone(),
            }
        } else {
            Effect::None
        };
        let what = from_to(
            "single",
            &before.single.to_string(),
            &after.single.to_string(),
        );
        changes.push(Sign::Changed, &place, what, effect, false);
    }
    changes.value(
        &place,
        "key",
        &before.key.join(", "),
        &after.key.join(", "),
        false,
    );
    let (was, is) = (
        case_text(before.case.as_ref()),
        case_text(after.case.as_ref()),
    );
    changes.value(
        &place,
        "case",
        &was,
        &is,
        case_is_looser(before.case.as_ref(), after.case.as_ref()),
    );
    for field in &after.fields {
        match before.field(&field.name) {
            Some(old_field) => {
                let change = FieldChange {
                    name: FieldRef::new(&after.name, &field.name),
                    place: field_place(after, field),
                    old: old_field,
                    old_suite: old.0.suite_of(old_field),
                    new: field,
                    new_suite: new.0.suite_of(field),
                };
                change.stored(changes);
                change.declared(changes);
            }
            None => came(after, field, changes),
        }
    }
    for field in before
        .fields
        .iter()
        .filter(|f| after.field(&f.name).is_none())
    {
        went(after, field, changes);
    }
}

fn case_text(case: Option<&CaseShape>) -> String {
    let Some(case) = case else {
        return String::new();
    };
    let part = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".to_owned());
    let (assignee, site, region) = (part(&case.assignee), part(&case.site), part(&case.region));
    format!(
        "{}: {} | {}; {assignee}, {site}, {region}",
        case.status,
        case.open.join(", "),
        case.closed
    )
}

/// Only fewer open states are surely tighter.
fn case_is_looser(old: Option<&CaseShape>, new: Option<&CaseShape>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => {
            let otherwise_same = CaseShape {
                open: old.open.clone(),
                ..new.clone()
            } == *old;
            !otherwise_same || new.open.iter().any(|state| !old.open.contains(state))
        }
        (Some(_), None) => false,
        (None, _) => true,
    }
}

struct FieldChange<'a> {
    name: FieldRef,
    place: Text,
    old: &'a Field,
    old_suite: Suite,
    new: &'a Field,
    new_suite: Suite,
}

impl FieldChange<'_> {
    /// Changes that touch stored values.
    fn stored(&self, changes: &mut Changes) {
        let field = || self.name.clone();
        let (old, new) = (self.old, self.new);
        let mut push = |what, effect, loosens| {
            changes.push(Sign::Changed, &self.place, what, effect, loosens);
        };
        if old.kind != new.kind {
            let effect = Effect::ChangeKind {
                field: field(),
                from: old.kind,
                to: new.kind,
            };
            push(
                from_to("kind", old.kind.word(), new.kind.word()),
                effect,
                true,
            );
        }
        let reseal = old.sealed && new.sealed && self.old_suite != self.new_suite;
        if old.sealed != new.sealed {
            let what = from_to("sealed", &old.sealed.to_string(), &new.sealed.to_string());
            if new.sealed {
                push(
                    what,
                    Effect::SealField {
                        field: field(),
                        suite: self.new_suite,
                    },
                    false,
                );
            } else {
                push(what, Effect::UnsealField { field: field() }, true);
            }
        } else if reseal {
            let what = from_to(
                "suite",
                &words::of(&self.old_suite),
                &words::of(&self.new_suite),
            );
            let effect = Effect::ResealField {
                field: field(),
                from: self.old_suite,
                to: self.new_suite,
            };
            push(what, effect, false);
        }
        for mode in &new.search {
            let word = mode.word();
            if !old.search.contains(mode) {
                let what = Text::made(format!("增加检索 {word}"), format!("search {word} added"));
                push(
                    what,
                    Effect::BuildIndex {
                        field: field(),
                        mode: *mode,
                    },
                    true,
                );
            } else if reseal {
                // Blind indexes are keyed by the suite's own MAC.
                let what = Text::made(
                    format!("检索 {word} 随套件重建"),
                    format!("search {word} follows the suite"),
                );
                push(
                    what,
                    Effect::BuildIndex {
                        field: field(),
                        mode: *mode,
                    },
                    false,
                );
            }
        }
        for mode in old
            .search
            .iter()
            .filter(|mode: &&SearchMode| !new.search.contains(mode))
        {
            let what = Text::made(
                format!("去掉检索 {}", mode.word()),
                format!("search {} removed", mode.word()),
            );
            push(
                what,
                Effect::DropIndex {
                    field: field(),
                    mode: *mode,
                },
                false,
            );
        }
        match (old.facet, new.facet) {
            (false, true) => {
                push(
                    Text::fixed("可按明文筛选", "becomes a facet"),
                    Effect::BuildFacet { field: field() },
                    false,
                );
            }
            (true, false) => {
                push(
                    Text::fixed("不再按明文筛选", "is no facet any more"),
                    Effect::DropFacet { field: field() },
                    false,
                );
            }
            _ => {}
        }
    }

    /// Changes of what is said about the field.
    fn declared(&self, changes: &mut Changes) {
        let (old, new) = (self.old, self.new);
        changes.text(&self.place, "title", Some(&old.title), Some(&new.title));
        changes.text(&self.place, "scene", Some(&old.scene), Some(&new.scene));
        changes.text(
            &self.place,
            "house_level",
            old.house_level.as_ref(),
            new.house_level.as_ref(),
        );
        let mut value = |key: &str, old: &str, new: &str, loosens: bool| {
            changes.value(&self.place, key, old, new, loosens);
        };
        let yes = |flag: bool| flag.to_string();
        value(
            "grade",
            &words::of(&old.grade),
            &words::of(&new.grade),
            new.grade < old.grade,
        );
        value(
            "level",
            &old.level.to_string(),
            &new.level.to_string(),
            new.level < old.level,
        );
        let looser = looser::sensitivity(old.sensitivity, new.sensitivity);
        value(
            "sensitivity",
            &words::of(&old.sensitivity),
            &words::of(&new.sensitivity),
            looser,
        );
        let (was, is) = (yes(old.second_factor), yes(new.second_factor));
        value(
            "second_factor",
            &was,
            &is,
            old.second_factor && !new.second_factor,
        );
        value(
            "write_once",
            &yes(old.write_once),
            &yes(new.write_once),
            old.write_once && !new.write_once,
        );
        let mask = |field: &Field| field.mask.clone().unwrap_or_default();
        // Whether one mask shows more than another depends on the value.
        value("mask", &mask(old), &mask(new), true);
        value("owner", &old.owner, &new.owner, false);
        let (was, is) = (&old.retention, &new.retention);
        value(
            "retention",
            &kept(was),
            &kept(is),
            is.days > was.days || is.from != was.from,
        );
        value(
            "check",
            &words::of(&old.check),
            &words::of(&new.check),
            false,
        );
        value(
            "values",
            &old.values.join(", "),
            &new.values.join(", "),
            false,
        );
        value(
            "value_titles",
            &titles(&old.value_titles),
            &titles(&new.value_titles),
            false,
        );
    }
}

fn titles(titles: &[Text]) -> String {
    let both = |title: &Text| format!("{}/{}", title.zh, title.en);
    titles.iter().map(both).collect::<Vec<_>>().join(", ")
}

fn kept(retention: &Retention) -> String {
    format!(
        "{} d, {} ({})",
        retention.days, retention.from, retention.rule
    )
}
