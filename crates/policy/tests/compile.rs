//! Policies that do not say what their author meant are refused, with the place and the remedy.

#[path = "support/small.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod small;

use shouxin_policy::{Policies, schema};
use small::{open, policy, register};

#[test]
fn a_finding_names_line_column_and_policy() {
    check(
        &policy(
            "typo",
            "permit (principal in Role::\"nurze\", action, resource);",
        ),
        &[(5, 22, Some("typo"), "nurze")],
    );
    check(
        "permit (principal, action, resource)",
        &[(1, 37, None, "cannot be parsed")],
    );
}

#[test]
fn a_name_the_register_lacks_is_refused_wherever_it_stands() {
    let unless = |cond: &str| {
        policy(
            "p",
            &format!("permit (principal, action, resource)\nwhen {{ {cond} }};"),
        )
    };
    check(
        &unless("context.purpose == Purpose::\"snooping\""),
        &[(6, 27, Some("p"), "snooping")],
    );
    check(
        &unless("resource.kind == Kind::\"moblie\""),
        &[(6, 25, Some("p"), "moblie")],
    );
    check(
        &unless("resource in Collection::\"animal\""),
        &[(6, 20, Some("p"), "animal")],
    );
    check(
        &unless("resource == Field::\"person.shoe\""),
        &[(6, 27, Some("p"), "no field person.shoe")],
    );
    check(
        &unless("resource == Field::\"shoe\""),
        &[(6, 27, Some("p"), "no field shoe")],
    );
    check(
        &unless("resource.colour == 1"),
        &[(6, 8, Some("p"), "colour")],
    );
    check(
        &policy(
            "p",
            "permit (principal, action == Action::\"print\", resource);",
        ),
        &[(5, 30, Some("p"), "print")],
    );
}

#[test]
fn every_policy_says_who_why_and_who_could_change_it() {
    check(
        "permit (principal, action, resource);",
        &[
            (1, 1, None, "@id"),
            (1, 1, None, "@reason_zh"),
            (1, 1, None, "@reason_en"),
            (1, 1, None, "@changed_by"),
        ],
    );
    let said = |from: &str, to: &str| open().replace(from, to);
    check(
        &said("\"because\"", "\" \""),
        &[(1, 1, Some("open"), "@reason_en is empty")],
    );
    check(
        &said("\"chief\"", "\"king\""),
        &[(1, 1, Some("open"), "a role of the register")],
    );
    check(
        &said("@id", "@why(\"x\") @id"),
        &[(1, 1, Some("open"), "unknown annotation @why")],
    );
}

#[test]
fn an_id_is_short_unique_and_not_a_built_in_rule() {
    let twice = format!("{}\n{}", open(), open());
    check(&twice, &[(7, 1, Some("open"), "already used")]);
    for (id, why) in [
        ("Open", "slug"),
        ("no open", "slug"),
        ("twenty-five-characters-id", "at most 24"),
        ("no-rule", "built-in"),
        ("second-factor", "built-in"),
    ] {
        check(
            &open().replace("\"open\"", &format!("\"{id}\"")),
            &[(1, 1, Some(id), why)],
        );
    }
}

#[test]
fn a_second_factor_is_asked_on_permits_only_and_by_one_word() {
    let with =
        |rule: &str, value: &str| policy("p", &format!("@second_factor(\"{value}\")\n{rule}"));
    let permit = "permit (principal, action, resource);";
    assert!(Policies::compile(&register(), &with(permit, "required")).is_ok());
    check(
        &with(permit, "maybe"),
        &[(1, 1, Some("p"), "second_factor(\"required\")")],
    );
    let forbid = "forbid (principal, action, resource);";
    check(
        &with(forbid, "required"),
        &[(1, 1, Some("p"), "on a permit")],
    );
}

#[test]
fn what_can_never_apply_or_only_looks_right_is_refused() {
    let when = |cond: &str| {
        policy(
            "p",
            &format!("permit (principal, action, resource) when {{ {cond} }};"),
        )
    };
    check(
        &when("resource.level < 3 && false"),
        &[(1, 1, Some("p"), "never applies")],
    );
    check(
        &when("principal == Caller::\"wang\""),
        &[(1, 1, Some("p"), "use a Role")],
    );
    check(
        &policy("p", "permit (principal == ?principal, action, resource);"),
        &[(1, 1, Some("p"), "templates")],
    );
}

#[test]
fn every_finding_speaks_both_languages() {
    let text = "permit (principal, action == Action::\"print\", resource in Collection::\"x\");";
    for finding in Policies::compile(&register(), text).unwrap_err() {
        assert!(
            finding
                .message
                .zh
                .chars()
                .any(|c| ('一'..='龥').contains(&c)),
            "{finding}"
        );
        assert!(!finding.message.en.is_empty(), "{finding}");
    }
}

#[test]
fn the_schema_lists_what_the_register_declares() {
    let text = schema(&register());
    for line in [
        "entity Role enum [\n  \"nurse\", // 字 · word",
        "entity Purpose enum [\n  \"care\",",
        "entity Collection enum [\n  \"person\" // 字 · word\n];",
        "entity Caller in [Role];",
        "entity Field in [Collection] {",
        "action \"clear\", \"masked\", \"tokenised\", \"generalised\", \"search\", \"export\", \"count\" appliesTo {",
        "  \"mobile\", // 手机号 · mobile number",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn a_register_without_roles_yields_a_finding_and_no_panic() {
    let mut empty = register();
    empty.roles.clear();
    let findings = Policies::compile(&empty, "").unwrap_err();
    assert!(
        findings[0]
            .message
            .en
            .starts_with("the register yields no policy schema"),
        "{findings:?}"
    );
}

/// Line, column, policy and a part of the English message of every finding.
fn check(text: &str, expected: &[(usize, usize, Option<&str>, &str)]) {
    let findings = Policies::compile(&register(), text).expect_err(text);
    let shown: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings.len(), expected.len(), "{text}\n{shown:#?}");
    for (finding, (line, column, policy, part)) in findings.iter().zip(expected) {
        let place = (finding.line, finding.column, finding.policy.as_deref());
        assert_eq!(place, (*line, *column, *policy), "{text}\n{finding}");
        assert!(finding.message.en.contains(part), "{part}\n{finding}");
    }
}
