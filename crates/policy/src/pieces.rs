//! What was found in free texts and sealed apart from them: each kind is decided as a field of that kind would be.

use std::collections::BTreeSet;

use shouxin_model::{FieldKind, FieldRef, Form, Purpose, Register, RowCondition};

use crate::read::reveals;
use crate::rules::{self, Rule};
use crate::{Decision, Facts, PieceDecision, Pieces, Policies, Verdict, decide};

/// Decides, kind by kind, what is shown of the personal information in the free texts that are told.
///
/// Nobody sees more of a kind in a text than of any field of that kind that the purpose needs: of all those
/// fields the strictest decision counts, and without any it stays a placeholder. So does what would join a zone
/// apart with anything outside it. Customers see their own texts whole
/// where those come clear.
pub(crate) fn decide_pieces(
    policies: &Policies,
    register: &Register,
    purpose: &Purpose,
    facts: &Facts,
    fields: &[(FieldRef, Decision)],
) -> Vec<PieceDecision> {
    let texts = fields.iter().filter(|(name, decision)| {
        matches!(decision.form, Form::Clear | Form::Masked) && is_text(register, name)
    });
    let sides: BTreeSet<Option<&str>> = texts.map(|(name, _)| side(register, name)).collect();
    if sides.is_empty() {
        return Vec::new();
    }
    // Customers see their own texts whole where these come clear; masked they hide what is in them.
    let comes_clear = |(name, decision): &(FieldRef, Decision)| {
        decision.form == Form::Clear && is_text(register, name)
    };
    let own = match fields.iter().any(comes_clear) {
        true => Form::Clear,
        false => Form::Withheld,
    };
    let mut used = facts.ask.used;
    let charged = fields.iter().filter(|(_, decision)| decision.charged);
    used.clear = used
        .clear
        .saturating_add(u32::try_from(charged.count()).unwrap_or(u32::MAX));
    let mut decided = Vec::with_capacity(facts.pieces.found.len());
    for kind in facts.pieces.found.iter().copied() {
        let piece = if purpose.condition == RowCondition::OwnRecord {
            by_rule(kind, own, &rules::OWN_WORDS)
        } else {
            let as_fields: Vec<FieldRef> = of_kind(register, &purpose.fields, kind)
                .filter(|name| sides.len() == 1 && sides.contains(&side(register, name)))
                .cloned()
                .collect();
            let mut inner = Facts {
                clear: match facts.pieces.clear.contains(&kind) {
                    true => as_fields.iter().cloned().collect(),
                    false => BTreeSet::new(),
                },
                fields: as_fields,
                // The text's own period counts, and that of no other record.
                expired: BTreeSet::new(),
                pieces: Pieces::default(),
                ..facts.clone()
            };
            inner.ask.used = used;
            strictest(
                kind,
                decide(policies, register, &inner).fields,
                &rules::NO_FIELD_OF_KIND,
            )
        };
        used.clear = used.clear.saturating_add(u32::from(piece.decision.charged));
        decided.push(piece);
    }
    decided
}

/// The same for a file that leaves: a kind is shown as the columns of that kind are, and not at all without one,
/// so that nothing leaves in a text that nobody approved. `verdict` holds the decisions about the columns.
pub fn pieces_as_columns(
    register: &Register,
    found: &BTreeSet<FieldKind>,
    verdict: &Verdict,
) -> Vec<PieceDecision> {
    let of = |kind: FieldKind| {
        let columns = verdict
            .fields
            .iter()
            .filter(move |(name, _)| register.field(name).is_some_and(|field| field.kind == kind));
        let columns = columns.cloned().map(|(name, decision)| {
            // The column was charged for itself.
            let charged = false;
            (
                name,
                Decision {
                    charged,
                    ..decision
                },
            )
        });
        strictest(kind, columns.collect(), &rules::NOT_IN_COLUMNS)
    };
    found.iter().copied().map(of).collect()
}

/// The strictest of these decisions; by `otherwise` a placeholder, where there is none.
fn strictest(
    kind: FieldKind,
    fields: Vec<(FieldRef, Decision)>,
    otherwise: &Rule,
) -> PieceDecision {
    let strictest = fields
        .into_iter()
        .min_by_key(|(_, decision)| reveals(decision.form));
    match strictest {
        Some((field, decision)) => PieceDecision {
            kind,
            field: Some(field),
            decision,
        },
        None => by_rule(kind, Form::Withheld, otherwise),
    }
}

fn by_rule(kind: FieldKind, form: Form, rule: &Rule) -> PieceDecision {
    PieceDecision {
        kind,
        field: None,
        decision: Decision {
            form,
            ..Decision::withheld(rule.because())
        },
    }
}

/// Those of the fields that are of this kind.
fn of_kind<'f>(
    register: &Register,
    fields: &'f [FieldRef],
    kind: FieldKind,
) -> impl Iterator<Item = &'f FieldRef> {
    fields
        .iter()
        .filter(move |name| register.field(name).is_some_and(|field| field.kind == kind))
}

fn is_text(register: &Register, name: &FieldRef) -> bool {
    let field = register.field(name);
    field.is_some_and(|field| field.kind == FieldKind::FreeText)
}

/// The zone apart that a field lies in; `None`: the main database.
fn side<'r>(register: &'r Register, name: &FieldRef) -> Option<&'r str> {
    register
        .apart(name.collection())
        .map(|zone| zone.name.as_str())
}
