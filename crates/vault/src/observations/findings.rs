//! What the map points out: what is declared and not used, and what is used and not declared.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::{FieldRef, Moment, Purpose, Register};

use super::flow::{Act, Flow, Recipient, Undeclared};
use crate::Actors;

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapFinding {
    /// What it is.
    pub kind: FindingKind,
    /// The fields it is about, as `collection.field`.
    pub fields: Vec<String>,
    /// The purpose.
    pub purpose: Option<String>,
    /// The recipient.
    pub recipient: Option<Recipient>,
    /// How often something was given.
    pub given: u64,
    /// How often it was refused.
    pub refused: u64,
    /// How often it was written.
    pub written: u64,
    /// The last time.
    pub last_at: Option<Moment>,
}

/// What a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Used, and not declared.
    Undeclared(Undeclared),
    /// A field that nobody read, searched by, counted by or took out, but for purposes that take all there is
    /// about a person: a candidate for deletion.
    UnreadField,
    /// A purpose that nobody named.
    UnusedPurpose,
    /// A key that may read and did not.
    IdleKey,
    /// A role that may read and did not.
    IdleRole,
}

impl FindingKind {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Undeclared(why) => why.word(),
            Self::UnreadField => "unread-field",
            Self::UnusedPurpose => "unused-purpose",
            Self::IdleKey => "idle-key",
            Self::IdleRole => "idle-role",
        }
    }
}

impl MapFinding {
    fn of(kind: FindingKind) -> Self {
        Self {
            kind,
            fields: Vec::new(),
            purpose: None,
            recipient: None,
            given: 0,
            refused: 0,
            written: 0,
            last_at: None,
        }
    }
}

/// Everything to look at: undeclared uses first, those that gave something before those that were refused.
pub(super) fn findings(register: &Register, actors: &Actors, flows: &[Flow]) -> Vec<MapFinding> {
    let mut found = undeclared(flows);
    found.extend(unread(register, flows));
    found.extend(unused(register, actors, flows));
    found
}

fn undeclared(flows: &[Flow]) -> Vec<MapFinding> {
    let mut found: BTreeMap<_, (MapFinding, BTreeSet<&str>)> = BTreeMap::new();
    for flow in flows {
        let Some(why) = flow.undeclared else { continue };
        let key = (why, &flow.purpose, &flow.recipient);
        let (finding, fields) = found.entry(key).or_insert_with(|| {
            let finding = MapFinding {
                purpose: flow.purpose.clone(),
                recipient: Some(flow.recipient.clone()),
                ..MapFinding::of(FindingKind::Undeclared(why))
            };
            (finding, BTreeSet::new())
        });
        fields.insert(&flow.field);
        match (flow.act, flow.is_open()) {
            (_, false) => finding.refused += flow.count,
            (Act::Write, true) => finding.written += flow.count,
            (_, true) => finding.given += flow.count,
        }
        finding.last_at = finding.last_at.max(Some(flow.last_at));
    }
    let mut found: Vec<MapFinding> = found
        .into_values()
        .map(|(finding, fields)| MapFinding {
            fields: fields.into_iter().map(str::to_owned).collect(),
            ..finding
        })
        .collect();
    found.sort_by_key(|finding| std::cmp::Reverse((finding.given, finding.refused)));
    found
}

/// Fields that were not used, but for those by which records are told apart or tied to staff: the vault itself
/// uses these, and no entry says so. Whoever answers a person about everything that is held reads it because it
/// is held: that is no use of the field.
fn unread(register: &Register, flows: &[Flow]) -> Vec<MapFinding> {
    let takes_all: BTreeSet<&str> = register
        .purposes
        .iter()
        .filter(|purpose| takes_all(register, purpose))
        .map(|purpose| purpose.name.as_str())
        .collect();
    let is_all =
        |flow: &Flow| matches!(&flow.purpose, Some(purpose) if takes_all.contains(&**purpose));
    let given = |flow: &Flow| flow.act != Act::Write && flow.is_open();
    let used: BTreeSet<&str> = flows
        .iter()
        .filter(|flow| given(flow) && !is_all(flow))
        .map(|flow| flow.field.as_str())
        .collect();
    let mut found = Vec::new();
    for collection in &register.collections {
        let mut own: BTreeSet<&str> = collection.key.iter().map(String::as_str).collect();
        if let Some(case) = &collection.case {
            own.insert(&case.status);
            own.extend(
                [&case.assignee, &case.site, &case.region]
                    .into_iter()
                    .flatten()
                    .map(String::as_str),
            );
        }
        for field in collection
            .fields
            .iter()
            .filter(|field| !own.contains(&*field.name))
        {
            let name = format!("{}.{}", collection.name, field.name);
            if used.contains(name.as_str()) {
                continue;
            }
            let about = |flow: &&Flow| flow.field == name;
            let count = |act: fn(&Flow) -> bool| -> u64 {
                let of = flows.iter().filter(about).filter(|flow| act(flow));
                of.map(|flow| flow.count).sum()
            };
            found.push(MapFinding {
                given: count(|flow| flow.act != Act::Write && flow.is_open()),
                refused: count(|flow| flow.act != Act::Write && !flow.is_open()),
                written: count(|flow| flow.act == Act::Write && flow.is_open()),
                last_at: flows.iter().filter(about).map(|flow| flow.last_at).max(),
                fields: vec![name],
                ..MapFinding::of(FindingKind::UnreadField)
            });
        }
    }
    found
}

/// Whether a purpose takes several collections, each of them whole.
fn takes_all(register: &Register, purpose: &Purpose) -> bool {
    let named: BTreeSet<&str> = purpose.fields.iter().map(FieldRef::collection).collect();
    let whole = |name: &&str| {
        register.collection(name).is_some_and(|collection| {
            let fields = &mut collection.fields.iter();
            fields.all(|field| purpose.fields.contains(&FieldRef::new(name, &field.name)))
        })
    };
    named.len() > 1 && named.iter().all(whole)
}

fn unused(register: &Register, actors: &Actors, flows: &[Flow]) -> Vec<MapFinding> {
    let mut found = Vec::new();
    for purpose in &register.purposes {
        let named = |flow: &&Flow| flow.purpose.as_ref() == Some(&purpose.name);
        let refused: u64 = flows.iter().filter(named).map(|flow| flow.count).sum();
        if !flows.iter().filter(named).any(Flow::is_open) {
            found.push(MapFinding {
                purpose: Some(purpose.name.clone()),
                refused,
                last_at: flows.iter().filter(named).map(|flow| flow.last_at).max(),
                ..MapFinding::of(FindingKind::UnusedPurpose)
            });
        }
    }
    let keys = actors
        .keys
        .iter()
        .filter(|(_, key)| key.live && !key.purposes.is_empty());
    let keys = keys.map(|(id, _)| (FindingKind::IdleKey, Recipient::Key(id.clone())));
    let may_read = |role: &str| {
        register
            .purposes
            .iter()
            .any(|purpose| purpose.roles.iter().any(|own| own == role))
    };
    let roles = register.roles.iter().filter(|role| may_read(&role.name));
    let roles = roles.map(|role| (FindingKind::IdleRole, Recipient::Role(role.name.clone())));
    for (kind, recipient) in keys.chain(roles) {
        let own = |flow: &&Flow| flow.recipient == recipient && flow.act != Act::Write;
        if !flows.iter().filter(own).any(Flow::is_open) {
            found.push(MapFinding {
                refused: flows.iter().filter(own).map(|flow| flow.count).sum(),
                last_at: flows.iter().filter(own).map(|flow| flow.last_at).max(),
                recipient: Some(recipient),
                ..MapFinding::of(kind)
            });
        }
    }
    found
}
