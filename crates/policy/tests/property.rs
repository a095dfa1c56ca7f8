//! However the facts fall, no sealed field is ever clear without a policy that says so and every fact
//! in its favour, recomputed here from the facts alone.

mod support;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use shouxin_model::{Basis, ConsentForm, FieldRef, Form, Regime, RowCondition};
use shouxin_policy::{Action, Channel, Facts, Verdict, decide, decide_export};
use support::{Case, Consent, Key, NOW, PROFILES, Spent, Tie, facts, shipped};

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_clear_field_has_its_policy_and_every_fact_behind_it(case in any_case()) {
        let facts = facts(&case);
        let shipped = shipped(&case.profile);
        let verdict = decide(&shipped.policies, &shipped.register, &facts);
        for (name, decision) in &verdict.fields {
            if decision.form == Form::Clear {
                let why = lawful(&case, &facts, name);
                prop_assert!(why.is_ok(), "{name} is clear although {}", why.unwrap_err());
                prop_assert!(shipped.policies.rules().any(|rule| rule.rule == decision.because.rule));
            }
        }
        let limit = shipped.register.purpose(&case.purpose).and_then(|p| p.quota.clear_per_day);
        prop_assert!(limit.is_none_or(|n| verdict.clear_spent() <= n.saturating_sub(case.used.clear)));
    }

    #[test]
    fn taking_a_fact_away_never_shows_more(case in any_case(), what in 0..9usize) {
        let shipped = shipped(&case.profile);
        let mut worse = case.clone();
        match what {
            0 => worse.tie.retain(|tie| *tie == Tie::Closed),
            1 => worse.consent = None,
            2 => worse.restricted = true,
            3 => worse.hold = false,
            4 => worse.expired.clone_from(&worse.fields),
            5 => worse.second_factor_seconds_ago = None,
            6 => worse.used = Spent { subjects: u32::MAX, clear: u32::MAX, searches: u32::MAX },
            7 => worse.roles.clear(),
            _ => worse.clear.clear(),
        }
        let judge = |case: &Case| decide(&shipped.policies, &shipped.register, &facts(case));
        let (before, after) = (judge(&case), judge(&worse));
        for ((name, was), (_, is)) in before.fields.iter().zip(&after.fields) {
            prop_assert!(is.form >= was.form, "{name}: {:?} became {:?}", was.form, is.form);
        }
    }

    #[test]
    fn an_export_shows_no_more_than_a_read(case in any_case()) {
        let shipped = shipped(&case.profile);
        let facts = facts(&case);
        let read = decide(&shipped.policies, &shipped.register, &facts);
        let export = decide_export(&shipped.policies, &shipped.register, &facts);
        let forms = |verdict: &Verdict| verdict.fields.iter().map(|(_, d)| d.form).collect::<Vec<_>>();
        for (out, seen) in forms(&export).into_iter().zip(forms(&read)) {
            prop_assert!(out == seen || out == Form::Withheld);
        }
    }
}

/// Why this field may be clear, told again: from the register and the facts, not from the engine.
fn lawful(case: &Case, facts: &Facts, name: &FieldRef) -> Result<(), &'static str> {
    let shipped = shipped(&case.profile);
    let need = |holds: bool, otherwise| if holds { Ok(()) } else { Err(otherwise) };
    let purpose = shipped
        .register
        .purpose(&case.purpose)
        .ok_or("there is no such purpose")?;
    let field = shipped
        .register
        .field(name)
        .ok_or("there is no such field")?;
    let roles: Vec<&str> = case
        .roles
        .iter()
        .map(String::as_str)
        .filter(|r| purpose.roles.iter().any(|p| p == r))
        .collect();
    need(!roles.is_empty(), "no role may name the purpose")?;
    need(
        purpose.fields.contains(name),
        "the purpose does not need it",
    )?;
    let channel = if case.key.is_some() {
        Channel::Service
    } else {
        Channel::Staff
    };
    let plan = shipped
        .policies
        .plan(&roles, channel, &purpose.name, name.collection());
    let answer = plan
        .field(name)
        .ok_or("no policy speaks of it")?
        .answer(Action::Clear);
    need(answer.permitted, "no policy permits it")?;
    need(
        case.key
            .as_ref()
            .is_none_or(|key| key.purposes.contains(&case.purpose)),
        "the key lacks the purpose",
    )?;
    need(
        case.key.as_ref().is_none_or(|key| {
            key.fields.contains(&name.to_string())
                || key.fields.contains(&format!("{}.*", name.collection()))
        }),
        "the key lacks the field",
    )?;
    need(
        match purpose.condition {
            RowCondition::None => true,
            RowCondition::AssignedOpenCase => case.tie.contains(&Tie::Assigned),
            RowCondition::SiteOpenCase => case.tie.contains(&Tie::Site),
            RowCondition::RegionOpenCase => case.tie.contains(&Tie::Region),
            RowCondition::OpenCase => case.tie.contains(&Tie::Open),
            RowCondition::OwnRecord => case.tie.contains(&Tie::Own),
            RowCondition::CountsOnly => false,
        },
        "nothing ties the caller to the subject",
    )?;
    let bases: Vec<_> = [Regime::Pipl, Regime::Gdpr]
        .iter()
        .filter_map(|r| purpose.basis.get(r))
        .collect();
    let duty = bases.iter().all(|basis| **basis == Basis::LegalObligation);
    need(duty || !case.restricted, "processing is restricted")?;
    need(
        !case.expired.contains(&name.to_string()) || (duty && case.hold),
        "its period is over",
    )?;
    if bases.contains(&&Basis::Consent) {
        let consent = case.consent.ok_or("there is no consent")?;
        need(
            consent.given && consent.seconds_left.is_none_or(|left| left > 0),
            "consent does not stand",
        )?;
        let strict =
            field.sensitivity.is_sensitive() || purpose.consent == Some(ConsentForm::Separate);
        need(
            !strict || consent.form != ConsentForm::General,
            "consent is not separate",
        )?;
    }
    need(
        case.training_seconds_left.is_none_or(|left| left > 0),
        "training is over",
    )?;
    need(
        purpose
            .quota
            .subjects_per_day
            .is_none_or(|n| case.used.subjects < n),
        "the day's subjects are spent",
    )?;
    if field.sealed {
        need(
            case.clear.contains(&name.to_string()),
            "nobody asked for it clear",
        )?;
        let shown = facts.ask.caller.sign_in.second_factor_at;
        let fresh = shown.is_some_and(|at| at <= NOW && NOW.seconds_since(at) <= 600);
        need(
            fresh || !(field.second_factor || answer.second_factor),
            "the second factor is stale",
        )?;
        need(
            purpose
                .quota
                .clear_per_day
                .is_none_or(|n| case.used.clear < n),
            "the day's clear fields are spent",
        )?;
    }
    Ok(())
}

/// A case of any profile, mostly near the edge between yes and no.
fn any_case() -> impl Strategy<Value = Case> {
    select(PROFILES.to_vec()).prop_flat_map(|profile| {
        let register = &shipped(profile).register;
        let purposes: Vec<_> = register
            .purposes
            .iter()
            .map(|p| (p.name.clone(), p.roles.clone()))
            .collect();
        let roles: Vec<_> = register
            .roles
            .iter()
            .map(|role| role.name.clone())
            .collect();
        let fields: Vec<_> = register
            .fields()
            .map(|(name, _)| name.to_string())
            .collect();
        let ties = vec![
            Tie::Assigned,
            Tie::Site,
            Tie::Region,
            Tie::Open,
            Tie::Closed,
        ];
        let who = (
            select(purposes),
            select(roles),
            any::<bool>(),
            proptest::option::weighted(0.1, Just(())),
        );
        let what = (
            subsequence(fields.clone(), 1..12),
            prop::bits::u16::ANY,
            subsequence(fields, 0..4),
        );
        let state = (
            subsequence(ties, 2..=5),
            consent(),
            prop::bool::weighted(0.1),
            any::<bool>(),
        );
        let limits = (
            proptest::option::of(-1..900i64),
            0..8u32,
            proptest::option::weighted(0.1, -1..2i64),
        );
        (who, what, state, limits).prop_map(move |(who, what, state, limits)| {
            let ((purpose, own), role, stranger, key) = who;
            // The fields of the purpose are what decides; a few others come along.
            let mut wanted = what.0;
            let declared = shipped(profile)
                .register
                .purpose(&purpose)
                .unwrap()
                .fields
                .iter();
            wanted.extend(
                declared
                    .map(ToString::to_string)
                    .filter(|_| !stranger)
                    .take(10),
            );
            wanted.dedup();
            let clear = wanted
                .iter()
                .enumerate()
                .filter(|(i, _)| what.1 >> (i % 16) & 1 == 1);
            Case {
                profile: profile.to_owned(),
                roles: vec![if stranger { role } else { own[0].clone() }],
                key: key.map(|()| Key {
                    purposes: vec![purpose.clone()],
                    fields: wanted.iter().skip(1).cloned().collect(),
                }),
                purpose,
                clear: clear.map(|(_, name)| name.clone()).collect(),
                fields: wanted,
                tie: state.0,
                consent: state.1,
                restricted: state.2,
                hold: state.3,
                expired: what.2,
                second_factor_seconds_ago: limits.0,
                used: Spent {
                    clear: limits.1 * 10,
                    subjects: limits.1 * 7,
                    searches: 0,
                },
                training_seconds_left: limits.2,
                ..Case::default()
            }
        })
    })
}

fn consent() -> impl Strategy<Value = Option<Consent>> {
    let forms = vec![
        ConsentForm::General,
        ConsentForm::Separate,
        ConsentForm::Written,
        ConsentForm::Guardian,
    ];
    let consent = (
        prop::bool::weighted(0.8),
        select(forms),
        proptest::option::of(-1..3i64),
    );
    proptest::option::weighted(
        0.8,
        consent.prop_map(|(given, form, seconds_left)| Consent {
            given,
            form,
            seconds_left,
        }),
    )
}
