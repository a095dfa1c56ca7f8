//! The protected read of one subject.

use shouxin_model::{
    CallerKind, ConsentForm, Field, FieldRef, Form, GrantId, Moment, Purpose, Register,
    RowCondition, Sensitivity,
};

use crate::gate::{Gate, is_legal_duty};
use crate::rules::{self, Rule, SECOND_FACTOR_SECONDS};
use crate::{
    Action, Answer, Ask, ConsentState, Decision, Facts, FieldRights, Hint, Lent, Policies, Verdict,
};
use crate::{pieces, zones};

/// The decision about a field that nobody can open any more, whatever the policies permit.
pub fn key_destroyed() -> Decision {
    Decision {
        form: Form::Withheld,
        because: rules::KEY_DESTROYED.because(),
        hint: None,
        charged: false,
        grant: None,
    }
}

/// Decides, field by field, in which form the values may leave the vault, and why.
///
/// Protected forms are the default. A sealed field comes clear only if it is named in
/// `facts.clear`, a policy permits it, a second factor is fresh where one is needed, and the day's
/// quota is not spent; otherwise it comes in the most revealing protected form that a policy
/// permits. Fields that are not sealed have nothing to protect and come clear where permitted.
///
/// `register` is the one that `policies` were compiled against; a field that the policies do not
/// know is withheld.
pub fn decide(policies: &Policies, register: &Register, facts: &Facts) -> Verdict {
    let own = own_way(policies, register, facts);
    let lent = lent_ways(policies, register, facts);
    // Either way leads through the same purpose.
    let (purpose, refusal) = match (&own, lent.first()) {
        (Ok(gate), _) => (gate.purpose, None),
        (Err(rule), Some((_, gate))) => (gate.purpose, Some(*rule)),
        (Err(rule), None) => return Verdict::refused(&facts.fields, rule.because()),
    };
    let joined_by = match zones::joined(register, purpose, facts) {
        Ok(grants) => grants,
        Err(rule) => return Verdict::refused(&facts.fields, rule.because()),
    };
    if let Err(rule) = whole_read(register, purpose, facts) {
        return Verdict::refused(&facts.fields, rule.because());
    }
    let quota = purpose.quota.clear_per_day;
    let mut left = quota.map_or(u32::MAX, |limit| limit.saturating_sub(facts.ask.used.clear));
    let fields: Vec<_> = facts
        .fields
        .iter()
        .map(|name| {
            let decided = own
                .as_ref()
                .map_err(|rule| *rule)
                .and_then(|gate| one_field(register, gate, facts, name, left));
            let mut decision = decided.unwrap_or_else(|rule| Decision::withheld(rule.because()));
            for (grant, gate) in &lent {
                // A grant speaks where it shows more; otherwise the caller is told why their own rights do not.
                if let Ok(more) = one_field(register, gate, facts, name, left)
                    && reveals(more.form) > reveals(decision.form)
                {
                    decision = Decision {
                        grant: Some(*grant),
                        ..more
                    };
                }
            }
            left -= u32::from(decision.charged);
            (name.clone(), decision)
        })
        .collect();
    let opens = fields
        .iter()
        .any(|(_, decision)| decision.form != Form::Withheld);
    Verdict {
        refusal: refusal.filter(|_| !opens).map(|rule| rule.because()),
        pieces: pieces::decide_pieces(policies, register, purpose, facts, &fields),
        fields,
        joined_by: if opens { joined_by } else { Vec::new() },
    }
}

/// The way by the caller's own roles and ties.
fn own_way<'a>(
    policies: &Policies,
    register: &'a Register,
    facts: &'a Facts,
) -> Result<Gate<'a>, &'static Rule> {
    let gate = Gate::enter(policies, register, &facts.ask, &facts.fields)?;
    if facts.ask.caller.subject().is_some() && !facts.relation.own {
        return Err(&rules::NOT_OWN);
    }
    relation(gate.purpose.condition, facts)?;
    Ok(gate)
}

/// The ways by grants: what each lends, where it stands for the tie or there is one anyway.
fn lent_ways<'a>(
    policies: &Policies,
    register: &'a Register,
    facts: &'a Facts,
) -> Vec<(GrantId, Gate<'a>)> {
    let way = |lent: &'a Lent| {
        let gate = Gate::lend(policies, register, &facts.ask, &facts.fields, lent).ok()?;
        let condition = gate.purpose.condition;
        let tied = match condition {
            // Nothing that is granted makes a colleague the subject.
            RowCondition::CountsOnly | RowCondition::OwnRecord => false,
            _ => lent.tied || relation(condition, facts).is_ok(),
        };
        tied.then_some((lent.id, gate))
    };
    facts.grants.iter().filter_map(way).collect()
}

/// How much a form shows: more is more.
pub(crate) fn reveals(form: Form) -> usize {
    Form::ALL.len()
        - Form::ALL
            .iter()
            .position(|f| *f == form)
            .unwrap_or(Form::ALL.len())
}

/// What refuses a read as a whole, whoever asks, in the order in which people are told.
fn whole_read(register: &Register, purpose: &Purpose, facts: &Facts) -> Result<(), &'static Rule> {
    if facts.restricted && !is_legal_duty(register, purpose) {
        return Err(&rules::RESTRICTED);
    }
    if register.needs_consent(purpose) {
        consent(form_needed(purpose), facts)?;
    }
    if purpose
        .quota
        .subjects_per_day
        .is_some_and(|limit| facts.ask.used.subjects >= limit)
    {
        return Err(&rules::SUBJECT_QUOTA);
    }
    Ok(())
}

fn relation(condition: RowCondition, facts: &Facts) -> Result<(), &'static Rule> {
    let tie = &facts.relation;
    let (holds, otherwise) = match condition {
        RowCondition::None => return Ok(()),
        RowCondition::CountsOnly => return Err(&rules::COUNTS_ONLY),
        RowCondition::OwnRecord if tie.own => return Ok(()),
        RowCondition::OwnRecord => return Err(&rules::NOT_OWN),
        RowCondition::AssignedOpenCase => (tie.assigned, &rules::NOT_ASSIGNED),
        RowCondition::SiteOpenCase => (tie.site, &rules::NOT_AT_SITE),
        RowCondition::RegionOpenCase => (tie.region, &rules::NOT_IN_REGION),
        RowCondition::OpenCase => (tie.open, &rules::NO_OPEN_CASE),
    };
    if holds {
        Ok(())
    } else if tie.closed {
        Err(&rules::CASE_CLOSED)
    } else if !tie.open {
        Err(&rules::NO_OPEN_CASE)
    } else {
        Err(otherwise)
    }
}

fn form_needed(purpose: &Purpose) -> ConsentForm {
    purpose.consent.unwrap_or(ConsentForm::General)
}

/// Refuses the read as a whole where no word that the subject said could open anything.
fn consent(needed: ConsentForm, facts: &Facts) -> Result<(), &'static Rule> {
    let now = facts.ask.now;
    let whole = word(needed, facts.consent.whole.as_ref(), now);
    let parts = &facts.consent.parts;
    if whole.is_err()
        && parts
            .iter()
            .any(|(_, said)| word(needed, Some(said), now).is_ok())
    {
        return Ok(());
    }
    whole
}

/// Whether this word counts now, in the form that is needed.
fn word(
    needed: ConsentForm,
    said: Option<&ConsentState>,
    now: Moment,
) -> Result<(), &'static Rule> {
    let said = said.ok_or(&rules::CONSENT_MISSING)?;
    let obstacles = [
        (!said.given, &rules::CONSENT_WITHDRAWN),
        (said.spent, &rules::CONSENT_SPENT),
        (
            said.expires.is_some_and(|at| now >= at),
            &rules::CONSENT_EXPIRED,
        ),
        (
            said.from.is_some_and(|at| now < at),
            &rules::CONSENT_NOT_YET,
        ),
        (said.other_case, &rules::CONSENT_OTHER_CASE),
        (said.outdated, &rules::CONSENT_OUTDATED),
        (!suffices(said.form, needed), &rules::CONSENT_WEAKER),
    ];
    match obstacles.into_iter().find(|(stands, _)| *stands) {
        Some((_, rule)) => Err(rule),
        None => Ok(()),
    }
}

/// Whether consent in form `given` meets a need for form `needed`. Any consent but a general one is
/// specific and explicit, hence separate (NDSMR 62(7)); writing, a guardian and a single occasion
/// are each their own and stand for nothing else.
fn suffices(given: ConsentForm, needed: ConsentForm) -> bool {
    match needed {
        ConsentForm::General => true,
        ConsentForm::Separate => given != ConsentForm::General,
        ConsentForm::Written | ConsentForm::Guardian | ConsentForm::Once => given == needed,
    }
}

fn one_field(
    register: &Register,
    gate: &Gate<'_>,
    facts: &Facts,
    name: &FieldRef,
    clear_left: u32,
) -> Result<Decision, &'static Rule> {
    let field = register.field(name).ok_or(&rules::UNKNOWN_FIELD)?;
    let rights = gate.rights(name)?;
    // A hold keeps data beyond their period for the duty that asks for it, and for nothing else
    // (PIPL art. 47, para. 2).
    if facts.expired.contains(name) && !(facts.hold && is_legal_duty(register, gate.purpose)) {
        return Err(&rules::RETENTION_OVER);
    }
    if register.needs_consent(gate.purpose) {
        field_consent(form_needed(gate.purpose), (name, field), facts)?;
    }
    let clear = rights.answer(Action::Clear);
    if is_plain(field) && clear.permitted {
        return Ok(opened(clear, false));
    }
    let reveal = Reveal {
        clear,
        needs_factor: field.second_factor || clear.second_factor,
        clear_left,
        ask: &facts.ask,
    };
    Ok(if facts.clear.contains(name) {
        asked_clear(&rights, &reveal)
    } else {
        default(&rights, &reveal)
    })
}

/// Whether the subject agreed to the use of this field. Sensitive fields need more than general consent
/// (PIPL art. 29, and art. 31 for children), and evidence of it.
fn field_consent(
    needed: ConsentForm,
    (name, field): (&FieldRef, &Field),
    facts: &Facts,
) -> Result<(), &'static Rule> {
    let said = facts.consent.about(name);
    word(needed, said, facts.ask.now)?;
    if facts
        .consent
        .told
        .as_ref()
        .is_some_and(|told| !told.contains(name))
    {
        return Err(&rules::CONSENT_OUTDATED);
    }
    let given = said.map_or(ConsentForm::General, |said| said.form);
    match field.sensitivity {
        Sensitivity::Minor if !suffices(given, ConsentForm::Guardian) => {
            Err(&rules::CONSENT_GUARDIAN)
        }
        s if s.is_sensitive() && !suffices(given, ConsentForm::Separate) => {
            Err(&rules::CONSENT_SEPARATE)
        }
        s if s.is_sensitive() && said.is_some_and(|said| said.unproven) => {
            Err(&rules::CONSENT_UNPROVEN)
        }
        _ => Ok(()),
    }
}

/// What bears on opening one field clear.
struct Reveal<'a> {
    clear: &'a Answer,
    needs_factor: bool,
    clear_left: u32,
    ask: &'a Ask,
}

/// The answer to a field that was asked for clear: clear, or protected with the obstacle named.
fn asked_clear(rights: &FieldRights, reveal: &Reveal<'_>) -> Decision {
    let (obstacle, hint) = if !reveal.clear.permitted {
        (reveal.clear.because.clone(), None)
    } else if reveal.clear_left == 0 {
        (rules::CLEAR_QUOTA.because(), None)
    } else if reveal.needs_factor && !is_fresh(reveal.ask) {
        let can_step_up = can_show_factor(reveal.ask);
        (
            rules::SECOND_FACTOR.because(),
            can_step_up.then_some(Hint::StepUp),
        )
    } else {
        return opened(reveal.clear, true);
    };
    let form = rights.best_protected();
    if form == Form::Withheld && !reveal.clear.permitted {
        return Decision::withheld(rights.why_withheld());
    }
    Decision {
        form,
        because: obstacle,
        hint,
        charged: false,
        grant: None,
    }
}

/// The answer to a field that was not asked for clear: the most revealing protected form.
fn default(rights: &FieldRights, reveal: &Reveal<'_>) -> Decision {
    let form = rights.best_protected();
    let because = match Action::of(form) {
        Some(action) => rights.answer(action).because.clone(),
        None if reveal.clear.permitted => rules::ASK_FOR_CLEAR.because(),
        None => rights.why_withheld(),
    };
    let reachable = reveal.clear.permitted
        && reveal.clear_left > 0
        && (!reveal.needs_factor || can_show_factor(reveal.ask));
    Decision {
        form,
        because,
        hint: reachable.then_some(Hint::AskClear),
        charged: false,
        grant: None,
    }
}

/// Whether this kind of caller has a second factor to show.
fn can_show_factor(ask: &Ask) -> bool {
    matches!(
        ask.caller.kind,
        CallerKind::Staff { .. } | CallerKind::Subject { .. }
    )
}

fn opened(clear: &Answer, charged: bool) -> Decision {
    Decision {
        form: Form::Clear,
        because: clear.because.clone(),
        hint: None,
        charged,
        grant: None,
    }
}

/// A field with nothing to protect: neither sealed nor sensitive nor held behind a second factor.
fn is_plain(field: &Field) -> bool {
    !field.sealed && !field.sensitivity.is_sensitive() && !field.second_factor
}

/// Whether a second factor was shown within the last ten minutes, and not in the future.
fn is_fresh(ask: &Ask) -> bool {
    let shown = ask.caller.sign_in.second_factor_at;
    shown.is_some_and(|at| at <= ask.now && at.plus_seconds(SECOND_FACTOR_SECONDS) >= ask.now)
}
