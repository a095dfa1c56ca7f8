//! What a grant opens, and what it cannot; and when, from where and on what device anything counts.

#[path = "support/small.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod small;

use shouxin_model::{Conditions, ConsentForm, DeviceId, Form, GrantId, Register, RowCondition};
use shouxin_policy::{Facts, Lent, Verdict, decide, decide_export};
use small::{NOW, compile, facts, given, open, person, policy, register};

/// A grant of the nurse's view of names, to whoever holds it.
fn lent() -> Lent {
    Lent {
        id: GrantId::from_bytes([9; 16]),
        role: Some("nurse".to_owned()),
        fields: vec!["person.name".to_owned()],
        tied: true,
        conditions: Conditions::default(),
        expires: NOW.plus_seconds(60),
    }
}

/// A clerk, whom the purpose does not know, with these grants.
fn clerk(grants: Vec<Lent>) -> Facts {
    let mut facts = facts();
    facts.ask.caller.roles = vec!["clerk".to_owned()];
    facts.grants = grants;
    facts
}

fn judge(text: &str, register: &Register, facts: &Facts) -> Verdict {
    let policies = shouxin_policy::Policies::compile(register, text).unwrap();
    decide(&policies, register, facts)
}

/// Form and rule of the name.
fn name(verdict: &Verdict) -> (Form, &str) {
    let decision = verdict.field(&person("name")).unwrap();
    (decision.form, decision.because.rule.as_ref())
}

#[test]
fn a_grant_opens_its_own_fields_and_no_other() {
    let verdict = judge(&open(), &register(), &clerk(vec![lent()]));
    assert_eq!(name(&verdict), (Form::Clear, "open"));
    assert_eq!(verdict.grants(), [lent().id]);
    let other = verdict.field(&person("mobile")).unwrap();
    assert_eq!(
        (other.form, other.because.rule.as_ref(), other.grant),
        (Form::Withheld, "purpose-not-for-role", None)
    );
    let without = judge(&open(), &register(), &clerk(vec![]));
    assert_eq!(
        without.refusal.as_ref().unwrap().rule,
        "purpose-not-for-role"
    );
    // A nurse needs no grant, and none is said to have opened anything.
    let mut nurse = facts();
    nurse.grants = vec![lent()];
    assert!(judge(&open(), &register(), &nurse).grants().is_empty());
}

#[test]
fn a_grant_ends_with_the_clock() {
    for (left, opens) in [(1, true), (0, false), (-1, false)] {
        let mut grant = lent();
        grant.expires = NOW.plus_seconds(left);
        let verdict = judge(&open(), &register(), &clerk(vec![grant]));
        assert_eq!(verdict.opens(), opens, "{left}");
    }
}

#[test]
fn a_grant_stands_for_the_tie_only_where_it_names_the_subject() {
    let mut register = register();
    register.purposes[0].condition = RowCondition::AssignedOpenCase;
    for (tied, opens) in [(true, true), (false, false)] {
        let grant = Lent { tied, ..lent() };
        let verdict = judge(&open(), &register, &clerk(vec![grant]));
        assert_eq!(verdict.opens(), opens, "{tied}");
    }
    // A nurse without a case, by a grant that lends no role but names the subject.
    let mut nurse = facts();
    nurse.grants = vec![Lent {
        role: None,
        ..lent()
    }];
    assert_eq!(name(&judge(&open(), &register, &nurse)).0, Form::Clear);
    nurse.ask.caller.roles = vec!["clerk".to_owned()];
    assert!(!judge(&open(), &register, &nurse).opens());
    // Counts stay counts.
    register.purposes[0].condition = RowCondition::CountsOnly;
    assert!(!judge(&open(), &register, &clerk(vec![lent()])).opens());
}

#[test]
fn no_grant_stands_for_consent_restriction_retention_or_against_a_forbid() {
    let check = |change: fn(&mut Register, &mut Facts), expected: &str| {
        let (mut register, mut facts) = (register(), clerk(vec![lent()]));
        change(&mut register, &mut facts);
        let verdict = judge(&open(), &register, &facts);
        assert!(!verdict.opens(), "{expected}");
        let said = match &verdict.refusal {
            Some(because) => because.rule.to_string(),
            None => name(&verdict).1.to_owned(),
        };
        assert_eq!(said, expected);
    };
    check(|_, facts| facts.restricted = true, "restricted");
    check(
        |register, _| {
            register.purposes[0]
                .basis
                .insert(shouxin_model::Regime::Pipl, shouxin_model::Basis::Consent);
            register.purposes[0].consent = Some(ConsentForm::General);
        },
        "consent-missing",
    );
    check(
        |register, facts| {
            register.purposes[0]
                .basis
                .insert(shouxin_model::Regime::Pipl, shouxin_model::Basis::Consent);
            facts.consent = given(ConsentForm::General);
            facts.consent.whole.as_mut().unwrap().given = false;
        },
        "consent-withdrawn",
    );
    let expired = |_: &mut Register, facts: &mut Facts| {
        facts.expired.insert(person("name"));
    };
    check(expired, "purpose-not-for-role");
    check(
        |_, facts| facts.ask.training_until = Some(NOW),
        "purpose-not-for-role",
    );
    // What is forbidden to the holder's own role stays forbidden, whatever role the grant lends.
    let forbid = policy(
        "no-clerk",
        "forbid (principal in Role::\"clerk\", action, resource);",
    );
    let text = format!("{}{forbid}", open());
    let verdict = judge(&text, &register(), &clerk(vec![lent()]));
    assert!(!verdict.opens());
    // And a key borrows nothing.
    let mut key = clerk(vec![lent()]);
    key.ask.caller.kind = shouxin_model::CallerKind::Service {
        id: shouxin_model::ApiKeyId::from_bytes([1; 16]),
        purposes: vec!["care".to_owned()],
        fields: vec!["person.*".to_owned()],
    };
    assert!(!judge(&open(), &register(), &key).opens());
}

#[test]
fn a_grant_lends_a_look_and_no_copy() {
    let verdict = decide_export(&compile(&open()), &register(), &clerk(vec![lent()]));
    assert!(!verdict.opens());
}

#[test]
fn conditions_of_purpose_role_and_grant_must_hold() {
    // NOW is 2026-11-21T02:00:00Z or whatever the small world says: hours are chosen around it.
    let always: Conditions = Conditions {
        hours: Some("mon-sun 00:00-24:00".parse().unwrap()),
        ..Conditions::default()
    };
    let minute = (NOW.seconds() + 8 * 3600).rem_euclid(86_400) / 60;
    let later = (minute + 60) % 1440;
    let window = format!(
        "mon-sun {:02}:{:02}-{:02}:{:02}",
        later / 60,
        later % 60,
        (later + 1) % 1440 / 60,
        (later + 1) % 60
    );
    let never = Conditions {
        hours: Some(window.parse().unwrap()),
        ..Conditions::default()
    };
    let office = Conditions {
        networks: vec!["10.0.0.0/8".parse().unwrap()],
        ..Conditions::default()
    };
    let device = Conditions {
        device: true,
        ..Conditions::default()
    };
    let mut at_office = facts();
    at_office.ask.caller.address = Some("10.1.2.3".parse().unwrap());
    let mut elsewhere = facts();
    elsewhere.ask.caller.address = Some("203.0.113.9".parse().unwrap());
    let mut enrolled = facts();
    enrolled.ask.caller.sign_in.device = Some(DeviceId::from_bytes([1; 16]));
    for (conditions, facts, refusal) in [
        (&always, &facts(), None),
        (&never, &facts(), Some("out-of-hours")),
        (&office, &at_office, None),
        (&office, &elsewhere, Some("outside-network")),
        // An address that is not known is on no network.
        (&office, &facts(), Some("outside-network")),
        (&device, &enrolled, None),
        (&device, &facts(), Some("unknown-device")),
    ] {
        let said = |register: &Register, facts: &Facts| {
            let verdict = judge(&open(), register, facts);
            verdict.refusal.map(|because| because.rule.to_string())
        };
        let mut of_purpose = register();
        of_purpose.purposes[0].conditions = conditions.clone();
        assert_eq!(said(&of_purpose, facts).as_deref(), refusal);
        let mut of_role = register();
        of_role.roles[0].conditions = conditions.clone();
        assert_eq!(said(&of_role, facts).as_deref(), refusal);
        // A grant whose conditions do not hold is none.
        let mut holder = facts.clone();
        holder.ask.caller.roles = vec!["clerk".to_owned()];
        holder.grants = vec![Lent {
            conditions: conditions.clone(),
            ..lent()
        }];
        let verdict = judge(&open(), &register(), &holder);
        assert_eq!(verdict.opens(), refusal.is_none());
        // Nor does it stand for the conditions of the purpose.
        holder.grants = vec![lent()];
        assert_eq!(
            judge(&open(), &of_purpose, &holder).opens(),
            refusal.is_none()
        );
    }
}
