//! The corpus, the engine and the reference agree, case by case.

mod support;

use std::collections::BTreeSet;

use support::{Case, PROFILES, corpus, reference, run, shipped};

#[test]
fn engine_corpus_and_reference_agree_on_every_case() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (engine, table) = (run(&case), reference::expect(&case));
        if engine != case.expect || table != case.expect {
            wrong.push(format!(
                "{}: {}\n  corpus    {:?}\n  engine    {engine:?}\n  reference {table:?}",
                case.profile, case.name, case.expect
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases disagree:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
}

#[test]
fn the_corpus_is_large_and_every_case_has_a_name_of_its_own() {
    let cases = cases();
    assert!(cases.len() >= 300, "{} cases", cases.len());
    let names: BTreeSet<_> = cases.iter().map(|c| (&c.profile, &c.name)).collect();
    assert_eq!(names.len(), cases.len(), "two cases share a name");
}

#[test]
fn every_role_layer_and_form_occurs_in_the_corpus() {
    let cases = cases();
    for profile in PROFILES {
        for role in &shipped(profile).register.roles {
            let occurs = |c: &Case| c.profile == profile && c.roles.contains(&role.name);
            assert!(cases.iter().any(occurs), "{profile}: role {}", role.name);
        }
        for purpose in &shipped(profile).register.purposes {
            let occurs = |c: &Case| c.profile == profile && c.purpose == purpose.name;
            assert!(
                cases.iter().any(occurs),
                "{profile}: purpose {}",
                purpose.name
            );
        }
    }
    let said: BTreeSet<_> = cases
        .iter()
        .flat_map(|c| c.expect.fields.values())
        .flatten()
        .collect();
    for word in [
        "clear",
        "masked",
        "tokenised",
        "generalised",
        "withheld",
        "allowed",
        "refused",
        "role",
        "purpose",
        "relation",
        "consent",
        "restriction",
        "retention",
        "quota",
        "second-factor",
        "policy",
        "key",
        "zone",
        "ask-clear",
        "step-up",
    ] {
        assert!(said.iter().any(|s| *s == word), "{word} never occurs");
    }
}

#[test]
fn every_rule_occurs_in_the_corpus_unless_it_guards_what_no_purpose_asks_for() {
    let cases = cases();
    for profile in PROFILES {
        let said: BTreeSet<_> = cases
            .iter()
            .filter(|c| c.profile == profile)
            .flat_map(|c| c.expect.fields.values())
            .map(|line| line[1].as_str())
            .collect();
        for rule in shipped(profile).policies.rules() {
            let rule = rule.rule.as_ref();
            assert!(
                said.contains(rule) || GUARDS.contains(&rule),
                "{profile}: {rule} never decides"
            );
        }
    }
    let said: BTreeSet<_> = cases
        .iter()
        .flat_map(|c| c.expect.fields.values())
        .map(|line| line[1].as_str())
        .collect();
    for rule in BUILT_IN {
        assert!(said.contains(rule), "{rule} never decides");
    }
}

fn cases() -> Vec<Case> {
    let mut files: Vec<_> = std::fs::read_dir(corpus())
        .expect("the corpus is there")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| -> Vec<Case> {
        let text = std::fs::read_to_string(path).expect("it can be read");
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    files.iter().flat_map(read).collect()
}

/// Policies that stand against a purpose yet to be declared; tests/guards.rs sees them act.
const GUARDS: [&str; 4] = [
    "adviser-no-id-number",
    "director-no-identity",
    "manager-no-persons",
    "sorter-no-person",
];

/// The built-in rules that the shipped profiles can meet. The others need a register of another
/// shape; tests/facts.rs makes one.
const BUILT_IN: [&str; 28] = [
    "unknown-purpose",
    "unknown-field",
    "key-purpose",
    "key-field",
    "purpose-not-for-role",
    "training-over",
    "pledge-over",
    "counts-only",
    "not-for-counts",
    "no-open-case",
    "case-closed",
    "not-assigned",
    "not-at-site",
    "restricted",
    "consent-missing",
    "consent-withdrawn",
    "consent-expired",
    "consent-weaker",
    "subject-quota",
    "clear-quota",
    "search-quota",
    "not-in-purpose",
    "retention-over",
    "second-factor",
    "no-clear-rule",
    "no-search-rule",
    "no-search-mode",
    "zones-joined",
];
