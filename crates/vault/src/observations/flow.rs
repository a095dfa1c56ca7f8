//! Uses of fields, by whoever stands behind the actor, held against a register.

use std::collections::{BTreeMap, HashMap};

use shouxin_model::{FieldRef, Moment, Purpose, Register};

use super::counts::{Tally, Way};
use crate::Actors;

/// How one field was used for one purpose by one kind of recipient in one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The field, as `collection.field`.
    pub field: String,
    /// For what; writes have none.
    pub purpose: Option<String>,
    /// By whom.
    pub recipient: Recipient,
    /// What was done.
    pub act: Act,
    /// The form's word: `clear`, `masked`, `tokenised`, `generalised`, `withheld`, `search`, `count`,
    /// `written`.
    pub form: String,
    /// How often: once for each person and read.
    pub count: u64,
    /// The first time within the days asked for.
    pub first_at: Moment,
    /// The last time.
    pub last_at: Moment,
    /// The oldest version of the register that it happened under.
    pub register_from: u32,
    /// The newest.
    pub register_to: u32,
    /// Why the register does not declare it, if it does not.
    pub undeclared: Option<Undeclared>,
}

impl Flow {
    /// Whether anything of the field was given, not just asked for.
    pub fn is_open(&self) -> bool {
        self.form != "withheld"
    }

    pub(super) fn same_way(&self, other: &Self) -> bool {
        (&self.field, &self.purpose, &self.recipient, self.act)
            == (&other.field, &other.purpose, &other.recipient, other.act)
            && self.form == other.form
    }
}

/// What was done with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// It was read.
    Read,
    /// It was searched by.
    Search,
    /// People were counted by it.
    Count,
    /// It left in a file.
    Export,
    /// It was written: imported, entered, changed.
    Write,
}

impl Act {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Search => "search",
            Self::Count => "count",
            Self::Export => "export",
            Self::Write => "write",
        }
    }
}

/// Whom a field went to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    /// People of this role.
    Role(String),
    /// A service, by its API key.
    Key(String),
    /// The operator of the machine, at the command line.
    Operator,
    /// Somebody who has no role any more.
    Nobody,
}

/// Why the register does not declare a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Undeclared {
    /// It has no such field any more.
    Field,
    /// It has no such purpose any more.
    Purpose,
    /// The purpose does not need the field.
    NotInPurpose,
    /// No role of the reader may name the purpose.
    Role,
    /// The key's own scope does not name the purpose.
    Key,
}

impl Undeclared {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Field => "field-not-declared",
            Self::Purpose => "purpose-not-declared",
            Self::NotInPurpose => "not-in-purpose",
            Self::Role => "role-not-declared",
            Self::Key => "key-not-declared",
        }
    }
}

/// The ways that were counted, those of one kind of recipient together; most often first.
pub(super) fn flows(register: &Register, actors: &Actors, ways: HashMap<Way, Tally>) -> Vec<Flow> {
    type Same = (
        String,
        Option<String>,
        Recipient,
        Act,
        String,
        Option<Undeclared>,
    );
    let mut joined: BTreeMap<Same, Tally> = BTreeMap::new();
    for (way, tally) in ways {
        let (recipient, may) = recipient(register, actors, &way);
        let undeclared = undeclared(register, &way, may);
        let same = (
            way.field.to_string(),
            way.purpose.as_deref().map(str::to_owned),
            recipient,
            way.act,
            way.form.to_string(),
            undeclared,
        );
        joined
            .entry(same)
            .and_modify(|known| known.join(&tally))
            .or_insert(tally);
    }
    let flow = |((field, purpose, recipient, act, form, undeclared), tally): (Same, Tally)| Flow {
        field,
        purpose,
        recipient,
        act,
        form,
        count: tally.count,
        first_at: Moment::from_micros(tally.first),
        last_at: Moment::from_micros(tally.last),
        register_from: tally.register_from,
        register_to: tally.register_to,
        undeclared,
    };
    let mut flows: Vec<Flow> = joined.into_iter().map(flow).collect();
    flows.sort_by_key(|flow| std::cmp::Reverse(flow.count));
    flows
}

/// Why an actor may not name the purpose, if so.
type May = Result<(), Undeclared>;

/// Whom the actor stands for. A person who has several roles that may name the purpose counts for the first that
/// the purpose declares; one who has none of them, for the first of their own.
fn recipient(register: &Register, actors: &Actors, way: &Way) -> (Recipient, May) {
    let purpose = way
        .purpose
        .as_deref()
        .and_then(|name| register.purpose(name));
    if let Some(roles) = actors.staff.get(&*way.actor) {
        let named = purpose.and_then(|purpose| first_role(purpose, roles));
        let may = if named.is_some() || purpose.is_none() || way.granted {
            Ok(())
        } else {
            Err(Undeclared::Role)
        };
        let role = named.or_else(|| roles.first());
        return (
            role.map_or(Recipient::Nobody, |role| Recipient::Role(role.clone())),
            may,
        );
    }
    if way.actor.starts_with("key_") {
        let scope = actors.keys.get(&*way.actor);
        let may = match (purpose, scope) {
            (Some(purpose), Some(scope)) if !scope.purposes.contains(&purpose.name) => {
                Err(Undeclared::Key)
            }
            (Some(purpose), Some(scope)) if first_role(purpose, &scope.roles).is_none() => {
                Err(Undeclared::Role)
            }
            (Some(_), None) => Err(Undeclared::Key),
            _ => Ok(()),
        };
        return (Recipient::Key(way.actor.to_string()), may);
    }
    match &*way.actor {
        "operator" => (Recipient::Operator, Ok(())),
        _ => (Recipient::Nobody, Err(Undeclared::Role)),
    }
}

fn first_role<'a>(purpose: &Purpose, roles: &'a [String]) -> Option<&'a String> {
    let mut declared = purpose.roles.iter();
    declared.find_map(|role| roles.iter().find(|own| *own == role))
}

fn undeclared(register: &Register, way: &Way, may: May) -> Option<Undeclared> {
    let field = way.field.parse::<FieldRef>().ok();
    let Some(field) = field.filter(|field| register.field(field).is_some()) else {
        return Some(Undeclared::Field);
    };
    let name = way.purpose.as_deref()?;
    let Some(purpose) = register.purpose(name) else {
        return Some(Undeclared::Purpose);
    };
    if !purpose.fields.contains(&field) {
        return Some(Undeclared::NotInPurpose);
    }
    may.err()
}
