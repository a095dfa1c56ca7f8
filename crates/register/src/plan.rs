//! What a new register would change: in what is declared, and in what is stored.

mod collections;
mod effect;
mod looser;
mod purposes;

use std::fmt::Write as _;

use serde::Serialize;
use shouxin_model::text::Language;
use shouxin_model::{FieldRef, Register, Source, SourcePlace, Text, Zone};

pub use effect::Effect;

/// Every change from `old` to `new`, in the order of the register; the changes of one thing together.
///
/// With no `old`, everything is added; nothing then counts as looser, since nothing held before.
pub fn plan(old: Option<&Register>, new: &Register) -> Plan {
    let mut changes = Changes::default();
    match old {
        Some(old) => {
            whole(old, new, &mut changes);
            named(
                &old.zones,
                &new.zones,
                |z| &z.name,
                &mut changes,
                ("密钥域", "zone"),
                zone,
            );
            named(
                &old.roles,
                &new.roles,
                |r| &r.name,
                &mut changes,
                ("角色", "role"),
                purposes::role,
            );
            collections::compare(old, new, &mut changes);
            purposes::compare(old, new, &mut changes);
            named(
                &old.sources,
                &new.sources,
                |s| &s.name,
                &mut changes,
                SOURCE,
                source,
            );
        }
        None => first(new, &mut changes),
    }
    Plan {
        changes: changes.0,
        unweighed: old.map_or_else(Vec::new, |old| purposes::unweighed(old, new)),
    }
}

/// What a new register would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// In the order of the register.
    pub changes: Vec<Change>,
    /// What may not come into force yet: personal fields that a purpose takes in without a review of their
    /// need. The first register of a deployment has nothing to take in over.
    pub unweighed: Vec<Unweighed>,
}

/// Personal fields that a purpose takes in and nobody weighed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unweighed {
    /// The purpose, by its name.
    pub purpose: String,
    /// The fields.
    pub fields: Vec<FieldRef>,
}

impl Unweighed {
    /// What is missing and what to do, for people.
    pub fn text(&self) -> Text {
        let Self { purpose, fields } = self;
        let names: Vec<String> = fields.iter().map(ToString::to_string).collect();
        Text::made(
            format!(
                "用途 {purpose} 要新增 {},须先评审收集必要性:在该用途下写 `[purpose.need]`,\
                 回答三个问题(task、least、otherwise),并在 `fields` 中列出这些字段",
                names.join("、")
            ),
            format!(
                "purpose {purpose} takes in {}: review the need for them first. Write `[purpose.need]` under the \
                 purpose, answer its three questions (task, least, otherwise) and name the fields in `fields`",
                names.join(", ")
            ),
        )
    }
}

impl Plan {
    /// Whether any change lets someone see more, or holds more about people, than before.
    pub fn loosens(&self) -> bool {
        self.changes.iter().any(|change| change.loosens)
    }

    /// What must happen to stored data, in order.
    pub fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.changes
            .iter()
            .map(|change| &change.effect)
            .filter(|effect| **effect != Effect::None)
    }

    /// The plan as text: one line a change, its effect on stored data below it.
    pub fn render(&self, language: Language) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(out, "{}", self.summary().get(language));
        for change in &self.changes {
            let colon = match language {
                Language::Chinese => ":",
                Language::English => ": ",
            };
            let (place, what) = (change.place.get(language), change.what.get(language));
            let _ = writeln!(out, "{} {place}{colon}{what}", change.sign.mark());
            if change.effect != Effect::None {
                let _ = writeln!(out, "    {}", change.effect.text().get(language));
            }
            if change.loosens {
                let loosens = Text::fixed("! 放宽了管控", "! loosens what was held");
                let _ = writeln!(out, "    {}", loosens.get(language));
            }
        }
        for missing in &self.unweighed {
            let _ = writeln!(out, "! {}", missing.text().get(language));
        }
        out
    }

    fn summary(&self) -> Text {
        let all = self.changes.len();
        if all == 0 {
            return Text::fixed("没有变更。", "Nothing changes.");
        }
        let loosening = self.changes.iter().filter(|change| change.loosens).count();
        let stored = self.effects().count();
        Text::made(
            format!("{all} 项变更,其中 {stored} 项涉及已存数据,{loosening} 项放宽管控。"),
            format!("Changes: {all}; touching stored data: {stored}; loosening: {loosening}."),
        )
    }
}

/// One difference between two registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Whether something came, went or became otherwise.
    pub sign: Sign,
    /// What it is about, for example `collection customer, field mobile`.
    pub place: Text,
    /// What is different.
    pub what: Text,
    /// What it does to stored data.
    pub effect: Effect,
    /// Whether it lets someone see more, or holds more about people, than before. Where that cannot be
    /// told, it counts as looser.
    pub loosens: bool,
}

/// The direction of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// New.
    Added,
    /// Gone.
    Removed,
    /// Otherwise.
    Changed,
}

impl Sign {
    const fn mark(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed => '~',
        }
    }
}

/// The changes found so far.
#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn push(&mut self, sign: Sign, place: &Text, what: Text, effect: Effect, loosens: bool) {
        self.0.push(Change {
            sign,
            place: place.clone(),
            what,
            effect,
            loosens,
        });
    }

    /// Reports the text `key` if it differs in either language.
    fn text(&mut self, place: &Text, key: &str, old: Option<&Text>, new: Option<&Text>) {
        let both = |text: Option<&Text>| {
            text.map(|t| format!("{} / {}", t.zh, t.en))
                .unwrap_or_default()
        };
        self.value(place, key, &both(old), &both(new), false);
    }

    /// Reports `key` if it differs; it has no effect on stored data.
    fn value(&mut self, place: &Text, key: &str, old: &str, new: &str, loosens: bool) {
        if old != new {
            self.push(
                Sign::Changed,
                place,
                from_to(key, old, new),
                Effect::None,
                loosens,
            );
        }
    }
}

/// "`key`: old → new", in both languages.
fn from_to(key: &str, old: &str, new: &str) -> Text {
    let shown = |value: &str, none: &str| {
        if value.is_empty() {
            none.to_owned()
        } else {
            value.to_owned()
        }
    };
    Text::made(
        format!("`{key}` 由 {} 改为 {}", shown(old, "无"), shown(new, "无")),
        format!(
            "`{key}` from {} to {}",
            shown(old, "none"),
            shown(new, "none")
        ),
    )
}

fn place(noun: (&str, &str), name: &str) -> Text {
    Text::made(format!("{} {name}", noun.0), format!("{} {name}", noun.1))
}

fn added() -> Text {
    Text::fixed("新增", "added")
}

fn removed() -> Text {
    Text::fixed("删去", "removed")
}

/// Compares two lists of things that have names: what came, what went, and `both` for what stayed.
fn named<T: PartialEq>(
    old: &[T],
    new: &[T],
    name: fn(&T) -> &String,
    changes: &mut Changes,
    noun: (&str, &str),
    both: fn(&T, &T, &mut Changes),
) {
    for thing in new {
        match old.iter().find(|o| name(o) == name(thing)) {
            Some(before) => both(before, thing, changes),
            None => changes.push(
                Sign::Added,
                &place(noun, name(thing)),
                added(),
                Effect::None,
                false,
            ),
        }
    }
    for thing in old
        .iter()
        .filter(|o| !new.iter().any(|n| name(n) == name(o)))
    {
        changes.push(
            Sign::Removed,
            &place(noun, name(thing)),
            removed(),
            Effect::None,
            false,
        );
    }
}

fn zone(old: &Zone, new: &Zone, changes: &mut Changes) {
    let place = place(("密钥域", "zone"), &new.name);
    changes.text(&place, "title", Some(&old.title), Some(&new.title));
    // What it does to stored data, each of its collections tells.
    let (was, is) = (old.apart.to_string(), new.apart.to_string());
    changes.value(&place, "apart", &was, &is, old.apart && !new.apart);
}

/// Declaring where data lie opens them to nobody: no change of a source is looser.
fn source(old: &Source, new: &Source, changes: &mut Changes) {
    let place = place(SOURCE, &new.name);
    changes.text(&place, "title", Some(&old.title), Some(&new.title));
    changes.value(&place, "owner", &old.owner, &new.owner, false);
    let shown = |one: &SourcePlace| format!("{} = {}", one.path.join(" / "), one.field);
    let sides = [
        (&new.places, &old.places, Sign::Added),
        (&old.places, &new.places, Sign::Removed),
    ];
    for (these, those, sign) in sides {
        for one in these.iter().filter(|one| !those.contains(one)) {
            let shown = shown(one);
            let what = Text::made(format!("位置 {shown}"), format!("place {shown}"));
            changes.push(sign, &place, what, Effect::None, false);
        }
    }
}

const SOURCE: (&str, &str) = ("来源系统", "source");

fn whole(old: &Register, new: &Register, changes: &mut Changes) {
    let place = Text::fixed("登记册", "register");
    changes.text(&place, "title", Some(&old.title), Some(&new.title));
    changes.value(&place, "profile", &old.profile, &new.profile, false);
    for regime in new.regimes.iter().filter(|r| !old.regimes.contains(r)) {
        let word = crate::words::of(regime);
        let what = Text::made(
            format!("适用法律增加 {word}"),
            format!("regime {word} applies"),
        );
        changes.push(Sign::Added, &place, what, Effect::None, false);
    }
    for regime in old.regimes.iter().filter(|r| !new.regimes.contains(r)) {
        let word = crate::words::of(regime);
        let what = Text::made(
            format!("不再适用 {word}"),
            format!("regime {word} no longer applies"),
        );
        changes.push(Sign::Removed, &place, what, Effect::None, true);
    }
    changes.value(
        &place,
        "suite",
        &crate::words::of(&old.suite),
        &crate::words::of(&new.suite),
        false,
    );
}

fn first(new: &Register, changes: &mut Changes) {
    let zones = new
        .zones
        .iter()
        .map(|z| (("密钥域", "zone"), z.name.clone()));
    let roles = new.roles.iter().map(|r| (("角色", "role"), r.name.clone()));
    let collections = new
        .collections
        .iter()
        .map(|c| (("集合", "collection"), c.name.clone()));
    let fields = new
        .fields()
        .map(|(name, _)| (("字段", "field"), name.to_string()));
    let purposes = new
        .purposes
        .iter()
        .map(|p| (("处理目的", "purpose"), p.name.clone()));
    let sources = new.sources.iter().map(|s| (SOURCE, s.name.clone()));
    for (noun, name) in zones
        .chain(roles)
        .chain(collections)
        .chain(fields)
        .chain(purposes)
        .chain(sources)
    {
        changes.push(
            Sign::Added,
            &place(noun, &name),
            added(),
            Effect::None,
            false,
        );
    }
}

#[cfg(test)]
mod tests;
