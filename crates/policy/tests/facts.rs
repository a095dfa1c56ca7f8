//! What the shipped profiles cannot show: failures, odd registers, the cache.

#[path = "support/small.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod small;

use std::collections::BTreeSet;
use std::sync::Arc;

use shouxin_model::{
    Basis, CallerKind, ConsentForm, Form, Regime, Register, RowCondition, SearchMode, SubjectId,
};
use shouxin_policy::{
    Action, Channel, ConsentState, Consents, Facts, Hint, Layer, MIN_GROUP, Verdict, decide,
    decide_count, decide_export, decide_search, may_show,
};
use small::{NOW, compile, facts, given, open, person, policy, register};

#[test]
fn a_policy_that_fails_withholds_the_field_in_every_form_and_touches_no_other() {
    // Overflows for every level but 0 and 1.
    let failing = "forbid (principal, action == Action::\"clear\", resource)\n\
        when { resource.level * 9223372036854775807 < 0 };";
    let text = format!("{}{}", open(), policy("failing", failing));
    let verdict = judge(&text, &register(), &facts());
    for field in ["name", "mobile", "illness", "child"] {
        assert_eq!(
            said(&verdict, field),
            (Form::Withheld, "error", Layer::Policy),
            "{field}"
        );
    }
    assert_eq!(said(&verdict, "ward"), (Form::Clear, "open", Layer::Policy));
}

#[test]
fn a_failing_search_rule_refuses_the_search_and_leaves_reading_alone() {
    let failing = "permit (principal, action == Action::\"search\", resource)\n\
        when { resource.level * 9223372036854775807 < 0 };";
    let text = format!("{}{}", open(), policy("failing", failing));
    let (policies, register) = (compile(&text), register());
    let ruling = decide_search(
        &policies,
        &register,
        &facts().ask,
        &person("name"),
        SearchMode::Surname,
    );
    assert_eq!(
        (ruling.allowed, ruling.because.rule.as_ref()),
        (false, "error")
    );
    assert_eq!(
        said(&judge(&text, &register, &facts()), "name").0,
        Form::Clear
    );
}

#[test]
fn without_a_rule_nothing_is_answered() {
    let verdict = judge("", &register(), &facts());
    assert!(!verdict.opens() && verdict.refusal.is_none());
    assert_eq!(verdict.rules(), ["no-rule"]);
    let (policies, register) = (compile(""), register());
    let export = decide_export(&policies, &register, &facts());
    assert_eq!(export.rules(), ["no-rule"]);
    let mut ask = facts().ask;
    ask.purpose = "totals".into();
    let count = decide_count(&policies, &register, &ask, &[person("ward")]);
    assert_eq!(count.because.rule, "no-count-rule");
    let reader = policy(
        "reader",
        "permit (principal, action == Action::\"clear\", resource);",
    );
    let export = decide_export(&compile(&reader), &register, &facts());
    assert_eq!(export.refusal.unwrap().rule, "no-export-rule");
}

#[test]
fn forms_fall_from_clear_to_masked_to_token_to_coarse() {
    let mut forms = vec!["clear", "masked", "tokenised", "generalised"];
    let mut seen = Vec::new();
    while !forms.is_empty() {
        let actions: Vec<_> = forms
            .iter()
            .map(|form| format!("Action::\"{form}\""))
            .collect();
        let rule = format!(
            "permit (principal, action in [{}], resource);",
            actions.join(", ")
        );
        seen.push(
            said(&judge(&policy("p", &rule), &register(), &facts()), "name")
                .0
                .word(),
        );
        forms.remove(0);
    }
    assert_eq!(seen, ["clear", "masked", "tokenised", "generalised"]);
}

#[test]
fn a_field_permitted_clear_alone_is_withheld_until_asked_for() {
    let text = policy(
        "p",
        "permit (principal, action == Action::\"clear\", resource);",
    );
    let mut quiet = facts();
    quiet.clear.clear();
    let verdict = judge(&text, &register(), &quiet);
    assert_eq!(
        said(&verdict, "name"),
        (Form::Withheld, "ask-for-clear", Layer::Policy)
    );
    assert_eq!(
        verdict.field(&person("name")).unwrap().hint,
        Some(Hint::AskClear)
    );
    assert_eq!(said(&verdict, "ward").0, Form::Clear);
    assert_eq!(verdict.clear_spent(), 0);
}

#[test]
fn a_forbid_outweighs_any_permit_and_gives_its_reason() {
    let never = policy(
        "never",
        "forbid (principal, action, resource == Field::\"person.name\");",
    );
    let verdict = judge(&format!("{}{never}", open()), &register(), &facts());
    assert_eq!(
        said(&verdict, "name"),
        (Form::Withheld, "never", Layer::Policy)
    );
    let because = &verdict.field(&person("name")).unwrap().because;
    assert_eq!(
        (because.reason.zh.as_ref(), because.changed_by.en.as_ref()),
        ("因为", "word")
    );
}

#[test]
fn the_first_policy_in_the_text_speaks_and_any_may_ask_for_a_second_factor() {
    let strict = policy(
        "strict",
        "@second_factor(\"required\")\npermit (principal, action, resource);",
    );
    let text = format!("{}{strict}", open());
    let mut tired = facts();
    tired.ask.caller.sign_in.second_factor_at = None;
    assert_eq!(
        said(&judge(&text, &register(), &facts()), "name"),
        (Form::Clear, "open", Layer::Policy)
    );
    let verdict = judge(&text, &register(), &tired);
    assert_eq!(
        said(&verdict, "name"),
        (Form::Masked, "second-factor", Layer::SecondFactor)
    );
    assert_eq!(
        verdict.field(&person("name")).unwrap().hint,
        Some(Hint::StepUp)
    );
}

#[test]
fn two_posts_do_not_blend() {
    let clerk = policy(
        "clerk",
        "permit (principal in Role::\"clerk\", action, resource);",
    );
    let mut both = facts();
    both.ask.caller.roles = vec!["clerk".into(), "nurse".into()];
    assert!(
        !judge(&clerk, &register(), &both).opens(),
        "the clerk may not name the purpose"
    );
    let doctor = policy(
        "doctor",
        "permit (principal in Role::\"doctor\", action, resource);",
    );
    both.ask.caller.roles = vec!["doctor".into(), "nurse".into()];
    assert!(
        judge(&doctor, &register(), &both).opens(),
        "both may name the purpose"
    );
}

#[test]
fn sensitive_fields_need_separate_consent_and_children_a_guardian() {
    let mut asks = register();
    asks.purposes[0].basis.insert(Regime::Pipl, Basis::Consent);
    let outcome = |form| {
        let mut facts = facts();
        facts.consent = given(form);
        let verdict = judge(&open(), &asks, &facts);
        ["name", "illness", "child"].map(|field| said(&verdict, field).1.to_owned())
    };
    assert_eq!(
        outcome(ConsentForm::General),
        ["open", "consent-separate", "consent-guardian"]
    );
    for form in [
        ConsentForm::Separate,
        ConsentForm::Written,
        ConsentForm::Once,
    ] {
        assert_eq!(outcome(form), ["open", "open", "consent-guardian"]);
    }
    assert_eq!(outcome(ConsentForm::Guardian), ["open", "open", "open"]);
}

#[test]
fn consent_in_one_form_stands_for_another_only_where_the_law_says_so() {
    use ConsentForm::{General, Guardian, Once, Separate, Written};
    let mut asks = register();
    asks.purposes[0].basis.insert(Regime::Pipl, Basis::Consent);
    let mut passes = |needed, given_form| {
        asks.purposes[0].consent = Some(needed);
        let mut facts = facts();
        facts.consent = given(given_form);
        judge(&open(), &asks, &facts).refusal.is_none()
    };
    for (needed, enough) in [
        (General, vec![General, Separate, Written, Guardian, Once]),
        (Separate, vec![Separate, Written, Guardian, Once]),
        (Written, vec![Written]),
        (Guardian, vec![Guardian]),
        (Once, vec![Once]),
    ] {
        for form in [General, Separate, Written, Guardian, Once] {
            assert_eq!(
                passes(needed, form),
                enough.contains(&form),
                "{needed:?} by {form:?}"
            );
        }
    }
}

/// What stands against a consent, told by the first of its reasons.
#[test]
fn a_consent_counts_in_its_time_for_its_case_and_its_notice() {
    type Change = fn(&mut ConsentState);
    let table: [(&str, Change); 8] = [
        ("", |_| {}),
        ("consent-withdrawn", |said| said.given = false),
        ("consent-spent", |said| said.spent = true),
        ("consent-expired", |said| said.expires = Some(NOW)),
        ("", |said| said.expires = Some(NOW.plus_seconds(1))),
        ("consent-not-yet", |said| {
            said.from = Some(NOW.plus_seconds(1))
        }),
        ("consent-other-case", |said| said.other_case = true),
        ("consent-outdated", |said| said.outdated = true),
    ];
    for (expected, change) in table {
        let mut said = ConsentState::given(ConsentForm::Separate);
        change(&mut said);
        let verdict = judge(&open(), &asking(), &saying(Consents::whole(said)));
        let rule = verdict.refusal.map(|because| because.rule.to_string());
        assert_eq!(rule.as_deref().unwrap_or_default(), expected);
    }
}

#[test]
fn the_narrowest_word_counts_for_a_field() {
    let (yes, mut no) = (
        ConsentState::given(ConsentForm::Separate),
        ConsentState::given(ConsentForm::Separate),
    );
    no.given = false;
    let outcome = |whole, parts: &[(&str, ConsentState)]| {
        let parts = parts.iter().map(|(part, said)| ((*part).to_owned(), *said));
        let consents = Consents {
            whole,
            parts: parts.collect(),
            told: None,
        };
        let verdict = judge(&open(), &asking(), &saying(consents));
        match &verdict.refusal {
            Some(because) => vec![because.rule.to_string()],
            None => ["name", "mobile"]
                .map(|field| said(&verdict, field).1.to_owned())
                .into(),
        }
    };
    let (name, all) = ("person.name", "person.*");
    assert_eq!(
        outcome(Some(yes), &[(name, no)]),
        ["consent-withdrawn", "open"]
    );
    assert_eq!(
        outcome(Some(no), &[(name, yes)]),
        ["open", "consent-withdrawn"]
    );
    assert_eq!(outcome(None, &[(name, yes)]), ["open", "consent-missing"]);
    assert_eq!(
        outcome(None, &[(all, no), (name, yes)]),
        ["open", "consent-withdrawn"]
    );
    assert_eq!(outcome(Some(no), &[(name, no)]), ["consent-withdrawn"]);
    assert_eq!(outcome(None, &[(all, no)]), ["consent-missing"]);
}

#[test]
fn nobody_agreed_to_what_the_notice_does_not_name() {
    let told = Some(Arc::new(BTreeSet::from([
        person("name"),
        person("illness"),
    ])));
    let outcome = |said: ConsentState| {
        let consents = Consents {
            told: told.clone(),
            ..Consents::whole(said)
        };
        let verdict = judge(&open(), &asking(), &saying(consents));
        ["name", "mobile", "illness"].map(|field| self::said(&verdict, field).1.to_owned())
    };
    let mut unproven = ConsentState::given(ConsentForm::Separate);
    assert_eq!(outcome(unproven), ["open", "consent-outdated", "open"]);
    unproven.unproven = true;
    assert_eq!(
        outcome(unproven),
        ["open", "consent-outdated", "consent-unproven"]
    );
}

/// The register, its purpose resting on consent.
fn asking() -> Register {
    let mut asks = register();
    asks.purposes[0].basis.insert(Regime::Pipl, Basis::Consent);
    asks
}

fn saying(consent: Consents) -> Facts {
    Facts { consent, ..facts() }
}

#[test]
fn the_strictest_law_decides_whether_consent_is_needed() {
    let mut both = register();
    both.regimes.push(Regime::Gdpr);
    both.purposes[0].basis.insert(Regime::Gdpr, Basis::Consent);
    assert_eq!(
        judge(&open(), &both, &facts()).refusal.unwrap().rule,
        "consent-missing"
    );
    both.regimes.pop();
    assert!(
        judge(&open(), &both, &facts()).refusal.is_none(),
        "GDPR does not apply here"
    );
}

#[test]
fn a_purpose_without_a_basis_opens_nothing() {
    let mut bare = register();
    bare.purposes[0]
        .basis
        .insert(Regime::Pipl, Basis::LegitimateInterests);
    assert_eq!(
        judge(&open(), &bare, &facts()).refusal.unwrap().rule,
        "no-basis"
    );
    bare.purposes[0].basis.clear();
    assert_eq!(
        judge(&open(), &bare, &facts()).refusal.unwrap().rule,
        "no-basis"
    );
    bare.regimes = vec![Regime::Ccpa];
    assert!(
        judge(&open(), &bare, &facts()).refusal.is_none(),
        "CCPA knows no bases"
    );
}

#[test]
fn another_region_is_told_apart_from_no_case_at_all() {
    let mut regional = register();
    regional.purposes[0].condition = RowCondition::RegionOpenCase;
    let mut elsewhere = facts();
    elsewhere.relation.open = true;
    assert_eq!(
        judge(&open(), &regional, &elsewhere).refusal.unwrap().rule,
        "not-in-region"
    );
    elsewhere.relation.region = true;
    assert!(judge(&open(), &regional, &elsewhere).opens());
}

#[test]
fn only_unsealed_facets_are_counted_by_and_small_groups_stay_hidden() {
    let (policies, register) = (compile(&open()), register());
    let mut ask = facts().ask;
    ask.purpose = "totals".into();
    let rule = |fields: &[&str]| {
        let fields: Vec<_> = fields.iter().map(|f| person(f)).collect();
        decide_count(&policies, &register, &ask, &fields)
            .because
            .rule
            .to_string()
    };
    assert_eq!(rule(&["ward"]), "open");
    assert_eq!(rule(&["ward", "name"]), "not-countable");
    assert_eq!(rule(&["ward", "room"]), "not-countable");
    assert!(!may_show(u64::from(MIN_GROUP) - 1) && may_show(u64::from(MIN_GROUP)));
}

#[test]
fn clear_fields_are_charged_in_the_order_of_the_request() {
    let mut tight = register();
    tight.purposes[0].quota.clear_per_day = Some(3);
    let mut facts = facts();
    facts.ask.used.clear = 1;
    let verdict = judge(&open(), &tight, &facts);
    let forms: Vec<_> = verdict.fields.iter().map(|(_, d)| d.form.word()).collect();
    assert_eq!(forms, ["clear", "clear", "masked", "masked", "clear"]);
    assert_eq!(verdict.clear_spent(), 2);
    assert_eq!(verdict.rules(), ["open", "clear-quota"]);
}

#[test]
fn a_plan_is_made_once_and_a_new_compilation_starts_afresh() {
    let policies = compile(&open());
    let plan = |roles: &[&str], channel| policies.plan(roles, channel, "care", "person");
    let first = plan(&["nurse"], Channel::Staff);
    assert!(Arc::ptr_eq(&first, &plan(&["nurse"], Channel::Staff)));
    assert!(!Arc::ptr_eq(&first, &plan(&["nurse"], Channel::Service)));
    assert!(!Arc::ptr_eq(
        &first,
        &plan(&["doctor", "nurse"], Channel::Staff)
    ));
    let again = compile(&open()).plan(&["nurse"], Channel::Staff, "care", "person");
    assert!(!Arc::ptr_eq(&first, &again) && first == again);
}

#[test]
fn a_plan_knows_only_what_register_and_purpose_declare() {
    let policies = compile(&open());
    let plan = policies.plan(&["nurse"], Channel::Staff, "care", "person");
    let name = plan.field(&person("name")).unwrap();
    assert_eq!(
        (name.best(), name.best_protected()),
        (Form::Clear, Form::Masked)
    );
    assert!(name.answer(Action::Export).permitted);
    for (purpose, collection) in [("care", "animal"), ("curiosity", "person")] {
        let none = policies.plan(&["nurse"], Channel::Staff, purpose, collection);
        assert_eq!(none.fields().count(), 0);
    }
}

#[test]
fn a_field_the_policies_were_not_compiled_against_stays_shut() {
    let policies = compile(&open());
    let mut later = register();
    let mut shoe = later.collections[0].fields[0].clone();
    shoe.name = "shoe".into();
    later.collections[0].fields.push(shoe);
    later.purposes[0].fields.push(person("shoe"));
    let mut facts = facts();
    facts.fields = vec![person("shoe")];
    facts.clear = facts.fields.iter().cloned().collect();
    let verdict = decide(&policies, &later, &facts);
    assert_eq!(
        said(&verdict, "shoe"),
        (Form::Withheld, "no-rule", Layer::Policy)
    );
}

#[test]
fn a_rule_in_the_ledger_can_be_explained_later() {
    let policies = compile(&open());
    assert_eq!(policies.because("open").unwrap().reason.zh, "因为");
    assert_eq!(
        policies.because("case-closed").unwrap().layer,
        Layer::Relation
    );
    assert!(policies.because("gone").is_none());
}

#[test]
fn training_counts_until_its_last_moment() {
    let mut facts = facts();
    facts.ask.training_until = Some(NOW.plus_seconds(1));
    assert!(judge(&open(), &register(), &facts).opens());
    facts.ask.training_until = Some(NOW);
    assert_eq!(
        judge(&open(), &register(), &facts).refusal.unwrap().layer,
        Layer::Role
    );
}

#[test]
fn for_a_purpose_of_the_subject_s_own_nobody_else_reads_whatever_ties_or_is_lent() {
    let mut register = register();
    register.purposes[0].condition = RowCondition::OwnRecord;
    let text = open();
    let rule = |register: &Register, facts: &Facts| {
        let verdict = judge(&text, register, facts);
        verdict.refusal.map(|because| because.rule.to_string())
    };
    let mut staff = facts();
    staff.relation.assigned = true;
    staff.relation.open = true;
    staff.consent = given(ConsentForm::Written);
    assert_eq!(rule(&register, &staff).as_deref(), Some("not-own-record"));
    let mut subject = staff.clone();
    subject.ask.caller.kind = CallerKind::Subject {
        id: SubjectId::from_bytes([3; 16]),
    };
    assert_eq!(rule(&register, &subject).as_deref(), Some("not-own-record"));
    subject.relation.own = true;
    assert_eq!(rule(&register, &subject), None);
    // Nor does a subject read anybody else for a purpose that ties nobody.
    register.purposes[0].condition = RowCondition::None;
    assert_eq!(rule(&register, &staff), None);
    subject.relation.own = false;
    assert_eq!(rule(&register, &subject).as_deref(), Some("not-own-record"));
}

fn judge(text: &str, register: &Register, facts: &Facts) -> Verdict {
    decide(&compile(text), register, facts)
}

fn said<'a>(verdict: &'a Verdict, field: &str) -> (Form, &'a str, Layer) {
    let decision = verdict
        .field(&person(field))
        .expect("the field was asked for");
    (
        decision.form,
        decision.because.rule.as_ref(),
        decision.because.layer,
    )
}
