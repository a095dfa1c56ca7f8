//! Test cases beside policies, and earlier decisions replayed.

#[path = "support/small.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod small;

use shouxin_model::{Basis, Form, Regime, RowCondition};
use shouxin_policy::{Channel, Earlier, Favourable, Policies, compare, run_cases};
use small::{compile, open, person, policy, register};

/// What became of each case of these policies, as `line form rule holds`.
fn outcomes(text: &str) -> Result<Vec<String>, Vec<String>> {
    let mut register = register();
    let care = &mut register.purposes[0];
    care.condition = RowCondition::OpenCase;
    care.basis.insert(Regime::Pipl, Basis::Consent);
    let policies = Policies::compile(&register, text).unwrap();
    let ran = run_cases(&policies, &register, text);
    ran.map(|cases| {
        let said = cases.iter().map(|one| {
            let line = one.case.line;
            format!(
                "{line} {} {} {}",
                one.form.word(),
                one.decided_by,
                one.holds()
            )
        });
        said.collect()
    })
    .map_err(|findings| {
        let said = findings
            .iter()
            .map(|one| format!("{}:{} {}", one.line, one.column, one.message.en));
        said.collect()
    })
}

fn with_cases(cases: &[&str]) -> String {
    let lines: Vec<String> = cases.iter().map(|case| format!("//? {case}\n")).collect();
    format!("{}{}", lines.concat(), open())
}

#[test]
fn a_case_is_judged_with_the_facts_that_it_names_and_all_others_in_its_favour() {
    let text = with_cases(&[
        "role=nurse purpose=care field=person.name ask=clear expect=clear",
        "role=nurse purpose=care field=person.name ask=clear facts=no-tie expect=withheld rule=no-open-case",
        "role=nurse purpose=care field=person.name ask=clear facts=no-consent expect=withheld rule=consent-missing",
        "role=nurse purpose=care field=person.name facts=restricted expect=withheld rule=restricted",
        "role=nurse purpose=care field=person.name facts=retention-over expect=withheld rule=retention-over",
        "role=nurse purpose=totals field=person.name expect=withheld rule=counts-only",
        "role=chief purpose=care field=person.name expect=clear",
        "role=nurse purpose=care field=person.name expect=withheld rule=no-rule",
    ]);
    assert_eq!(
        outcomes(&text).unwrap(),
        [
            "1 clear open true",
            "2 withheld no-open-case true",
            "3 withheld consent-missing true",
            "4 withheld restricted true",
            "5 withheld retention-over true",
            "6 withheld counts-only true",
            "7 withheld purpose-not-for-role false",
            "8 masked open false",
        ]
    );
}

#[test]
fn what_is_no_case_is_found_at_its_line() {
    let findings = outcomes(&with_cases(&[
        "role=nurse purpose=care field=person.name",
        "role=king purpose=care field=person.name expect=clear",
        "role=nurse purpose=care field=person.nam expect=clear",
        "role=nurse purpose=care field=person.name expect=open",
        "role=nurse role=nurse purpose=care field=person.name expect=clear",
        "anything else",
    ]));
    assert_eq!(
        findings.unwrap_err(),
        [
            "1:1 the test case lacks expect=….",
            "2:1 the register has no king.",
            "3:1 the register has no person.nam.",
            "4:1 a test case knows no expect=open.",
            "5:1 the test case says role twice.",
            "6:1 a test case is made of name=value: anything is none.",
        ]
    );
}

#[test]
fn a_case_more_is_tighter_and_one_that_is_gone_is_looser() {
    let (with, without) = (with_cases(&["role=nurse  purpose=care"]), open());
    let added = compare(&without, &with).unwrap();
    assert_eq!(
        added.added,
        [("//? role=nurse purpose=care".to_owned(), false)]
    );
    assert!(added.removed.is_empty() && !added.loosens());
    assert!(compare(&with, &without).unwrap().loosens());
    // Blanks and quotation marks decide nothing.
    let spaced = with_cases(&["role=\"nurse\"   purpose=care"]);
    assert_eq!(compare(&with, &spaced).unwrap(), Default::default());
}

fn earlier(form: Form, rule: &str, second_factor: bool) -> Earlier {
    Earlier {
        roles: vec!["nurse".to_owned()],
        channel: Channel::Staff,
        purpose: "care".to_owned(),
        field: person("mobile"),
        form,
        rule: rule.to_owned(),
        second_factor,
    }
}

/// What an earlier decision about the mobile number would have been under these policies.
fn would(earlier: &Earlier, proposed: &str) -> (Form, String) {
    let favourable = Favourable::of(&register());
    let would = earlier.replay(&compile(proposed), &compile(&open()), &favourable);
    (would.form, would.rule)
}

#[test]
fn an_earlier_decision_of_a_policy_follows_the_new_ones() {
    let clear = earlier(Form::Clear, "open", true);
    assert_eq!(would(&clear, &open()), (Form::Clear, "open".to_owned()));
    assert_eq!(would(&clear, "").0, Form::Withheld);
    let shut = policy(
        "shut",
        "forbid (principal, action == Action::\"clear\", resource);",
    );
    assert_ne!(would(&clear, &format!("{}{shut}", open())).0, Form::Clear);
}

#[test]
fn what_a_fact_decided_stays_whatever_the_policies_say() {
    for rule in [
        "no-open-case",
        "consent-withdrawn",
        "subject-quota",
        "key-field",
        "out-of-hours",
    ] {
        let held = earlier(Form::Withheld, rule, true);
        assert!(held.is_held(), "{rule}");
        assert_eq!(would(&held, &open()), (Form::Withheld, rule.to_owned()));
    }
    for rule in [
        "no-rule",
        "no-clear-rule",
        "open",
        "gone-since",
        "second-factor",
    ] {
        assert!(!earlier(Form::Masked, rule, true).is_held(), "{rule}");
    }
}
