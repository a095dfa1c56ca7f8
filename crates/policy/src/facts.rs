//! What is true at the moment of a request. Gathered by the vault, within one transaction.

use std::collections::BTreeSet;
use std::sync::Arc;

use shouxin_model::{Caller, Conditions, ConsentForm, FieldKind, FieldRef, GrantId, Moment};

/// Who asks, when and for what: common to reads, searches, counts and exports.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The moment of the request.
    pub now: Moment,
    /// Who asks.
    pub caller: Caller,
    /// The purpose named.
    pub purpose: String,
    /// What the caller has used of the purpose's quota today.
    pub used: Used,
    /// Until when the caller's training counts; `None`: not tracked for this caller.
    pub training_until: Option<Moment>,
    /// Until when the caller's confidentiality pledge counts; `None`: not tracked for this caller.
    pub pledge_until: Option<Moment>,
}

/// What a caller has used under one purpose since midnight in China, before this request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Distinct subjects read, the subject of this request not counted.
    pub subjects: u32,
    /// Fields opened clear.
    pub clear: u32,
    /// Searches and counts.
    pub searches: u32,
}

/// The facts of one protected read of one subject.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Who asks, when and for what.
    pub ask: Ask,
    /// The fields asked for.
    pub fields: Vec<FieldRef>,
    /// Those of them to be opened clear.
    pub clear: BTreeSet<FieldRef>,
    /// What ties the caller to the subject.
    pub relation: Relation,
    /// What the subject said about this purpose.
    pub consent: Consents,
    /// Whether the subject has restricted processing.
    pub restricted: bool,
    /// Whether a hold (a lawsuit, a recall) keeps the subject's data beyond their period.
    pub hold: bool,
    /// Those of the fields whose keeping period is over.
    pub expired: BTreeSet<FieldRef>,
    /// The zone apart through whose own ids or searches the subject was named; `None` if by who they are.
    pub named_in: Option<String>,
    /// The zones that the register lets the caller's roles join, for this purpose.
    pub zone_grants: BTreeSet<String>,
    /// The caller's grants for this purpose that concern the subject.
    pub grants: Vec<Lent>,
    /// What was found in the free texts among `fields` and sealed apart from them.
    pub pieces: Pieces,
}

/// Personal information that stands in free texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// The kinds that were found.
    pub found: BTreeSet<FieldKind>,
    /// The kinds that are to be opened clear.
    pub clear: BTreeSet<FieldKind>,
}

/// Access beyond the caller's roles, granted for a time. It stands for a role and for a tie, never for
/// consent, against a restriction, beyond a keeping period, or against a policy that forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lent {
    /// Which grant.
    pub id: GrantId,
    /// The role of the purpose whose view it lends; `None`: the caller's own roles suffice.
    pub role: Option<String>,
    /// The fields it is for: `collection.field`, `collection.*` or `*`.
    pub fields: Vec<String>,
    /// Whether it names this very subject, and so stands for a tie.
    pub tied: bool,
    /// When, from where and on what device it counts.
    pub conditions: Conditions,
    /// From when on it no longer counts.
    pub expires: Moment,
}

/// What ties a caller to a subject now. Each fact stands alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// The caller is the subject.
    pub own: bool,
    /// An open case of the subject is assigned to the caller.
    pub assigned: bool,
    /// An open case of the subject is handled at the caller's site.
    pub site: bool,
    /// An open case of the subject belongs to the caller's region.
    pub region: bool,
    /// The subject has an open case.
    pub open: bool,
    /// The case that tied them, or the one the request names, has been closed.
    pub closed: bool,
}

/// What a subject said about one purpose: about the whole of it, and about some of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consents {
    /// The newest word about the whole purpose; `None` if none was ever recorded.
    pub whole: Option<ConsentState>,
    /// The newest word about each part: `collection.field` or `collection.*`. For the fields it names it
    /// stands in place of the word about the whole.
    pub parts: Vec<(String, ConsentState)>,
    /// The fields that the notice in force names for this purpose; `None` while no notice binds it. What
    /// it does not name, nobody can have agreed to (PIPL art. 14 and 17).
    pub told: Option<Arc<BTreeSet<FieldRef>>>,
}

impl Consents {
    /// This word about the whole purpose and nothing else.
    pub fn whole(state: ConsentState) -> Self {
        Self {
            whole: Some(state),
            ..Self::default()
        }
    }

    /// The word that counts for a field: the narrowest one that names it.
    pub fn about(&self, field: &FieldRef) -> Option<&ConsentState> {
        self.part(field)
            .map(|(_, state)| state)
            .or(self.whole.as_ref())
    }

    /// The part whose word counts for a field, if a part's does: `collection.field` or `collection.*`.
    pub fn pattern(&self, field: &FieldRef) -> Option<&str> {
        self.part(field).map(|(pattern, _)| pattern.as_str())
    }

    fn part(&self, field: &FieldRef) -> Option<&(String, ConsentState)> {
        let part = |names: &dyn Fn(&str) -> bool| self.parts.iter().find(|(p, _)| names(p));
        part(&|pattern| pattern == field.as_str())
            .or_else(|| part(&|pattern| pattern.strip_suffix(".*") == Some(field.collection())))
    }
}

/// The newest word of a subject about a purpose or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentState {
    /// Given, or else refused or withdrawn.
    pub given: bool,
    /// The form in which it was given.
    pub form: ConsentForm,
    /// From when on it counts; `None`: from the moment it was said.
    pub from: Option<Moment>,
    /// From when on it no longer counts.
    pub expires: Option<Moment>,
    /// The purpose has been widened since: who agreed has not been told of that.
    pub outdated: bool,
    /// It was taken over without evidence of what was agreed to.
    pub unproven: bool,
    /// It was given for one case, and the request is not for that case.
    pub other_case: bool,
    /// It was given for a single time, and that time is over.
    pub spent: bool,
}

impl ConsentState {
    /// Given in this form, for good, on the notice in force, with evidence.
    pub const fn given(form: ConsentForm) -> Self {
        Self {
            given: true,
            form,
            from: None,
            expires: None,
            outdated: false,
            unproven: false,
            other_case: false,
            spent: false,
        }
    }
}
