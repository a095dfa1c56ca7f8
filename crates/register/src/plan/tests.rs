use shouxin_model::text::Language;
use shouxin_model::{FieldKind, FieldRef, Register, SearchMode, Suite};

use super::{Effect, Plan, Sign, plan};
use crate::parse::tests::{changed, sound};
use crate::{PROFILES, parse};

/// The plan from the sound register to the one with `from` replaced.
fn planned(from: &str, to: &str) -> Plan {
    let new = parse("new.toml", &changed(from, to)).expect("the changed register is sound");
    plan(Some(&sound()), &new)
}

fn mobile() -> FieldRef {
    FieldRef::new("customer", "mobile")
}

#[test]
fn a_change_is_told_with_its_effect_on_stored_data() {
    let index = |mode| Effect::BuildIndex {
        field: mobile(),
        mode,
    };
    let position = FieldRef::new("customer", "position");
    let assignee = FieldRef::new("order", "assignee");
    let (international, national) = (Suite::International, Suite::National);
    let cases = [
        (
            "kind = \"mobile\"",
            "kind = \"mobile\"\nsuite = \"national\"",
            vec![
                Effect::ResealField {
                    field: mobile(),
                    from: international,
                    to: national,
                },
                index(SearchMode::Exact),
                index(SearchMode::Last4),
            ],
        ),
        (
            "search = [\"exact\", \"last4\"]",
            "search = [\"exact\"]",
            vec![Effect::DropIndex {
                field: mobile(),
                mode: SearchMode::Last4,
            }],
        ),
        (
            "kind = \"gps\"",
            "kind = \"address\"\nsearch = [\"prefix\"]",
            vec![
                Effect::ChangeKind {
                    field: position.clone(),
                    from: FieldKind::Gps,
                    to: FieldKind::Address,
                },
                Effect::BuildIndex {
                    field: position,
                    mode: SearchMode::Prefix,
                },
            ],
        ),
        ("assignee = \"assignee\"", "assignee = \"number\"", vec![]),
        (
            "key = [\"number\"]",
            "single = true\nkey = [\"number\"]",
            vec![Effect::MakeSingle {
                collection: "order".to_owned(),
            }],
        ),
        ("owner = \"claims\"", "owner = \"service\"", vec![]),
    ];
    for (from, to, effects) in cases {
        let plan = planned(from, to);
        assert_eq!(
            plan.effects().cloned().collect::<Vec<_>>(),
            effects,
            "{from} -> {to}"
        );
        assert!(!plan.changes.is_empty(), "{from} -> {to}");
    }
    let mut unfaceted = sound();
    let fields = &mut unfaceted.collections[1].fields;
    let field = fields
        .iter_mut()
        .find(|f| f.name == "assignee")
        .expect("assignee");
    (field.facet, field.sealed, field.search) = (false, true, vec![SearchMode::Exact]);
    let there: Vec<Effect> = plan(Some(&sound()), &unfaceted)
        .effects()
        .cloned()
        .collect();
    assert_eq!(
        there,
        [
            Effect::SealField {
                field: assignee.clone(),
                suite: international
            },
            Effect::BuildIndex {
                field: assignee.clone(),
                mode: SearchMode::Exact
            },
            Effect::DropFacet {
                field: assignee.clone()
            },
        ]
    );
    let back: Vec<Effect> = plan(Some(&unfaceted), &sound())
        .effects()
        .cloned()
        .collect();
    assert_eq!(
        back,
        [
            Effect::UnsealField {
                field: assignee.clone()
            },
            Effect::DropIndex {
                field: assignee.clone(),
                mode: SearchMode::Exact
            },
            Effect::BuildFacet { field: assignee },
        ]
    );
    let refused: Vec<bool> = back.iter().map(Effect::needs_no_data).collect();
    assert_eq!(refused, [true, false, false]);
}

#[test]
fn the_suite_of_the_register_reseals_every_field_that_follows_it() {
    let plan = planned("suite = \"international\"", "suite = \"national\"");
    let resealed: Vec<String> = plan
        .effects()
        .filter_map(|effect| match effect {
            Effect::ResealField {
                field,
                to: Suite::National,
                ..
            } => Some(field.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(
        resealed,
        [
            "customer.mobile",
            "customer.resident_id",
            "customer.position"
        ]
    );
}

#[test]
fn what_is_removed_is_retired_and_what_is_moved_is_refused_while_there_is_data() {
    let mut new = sound();
    new.collections[0].zone = "elsewhere".to_owned();
    new.collections[0].fields.pop();
    let effects: Vec<Effect> = plan(Some(&sound()), &new).effects().cloned().collect();
    assert_eq!(
        effects,
        [
            Effect::MoveZone {
                collection: "customer".to_owned(),
                from: "identity".to_owned(),
                to: "elsewhere".to_owned(),
            },
            Effect::RetireField {
                field: FieldRef::new("customer", "position")
            },
        ]
    );
    assert!(effects[0].needs_no_data() && !effects[1].needs_no_data());
}

#[test]
fn whatever_lets_someone_see_more_loosens_and_tightening_does_not() {
    for (from, to) in [
        (
            "condition = \"assigned-open-case\"",
            "condition = \"open-case\"",
        ),
        ("clear_per_day = 10", "clear_per_day = 11"),
        (", clear_per_day = 10", ""),
        (
            "[\"customer.position\"]",
            "[\"customer.position\", \"customer.mobile\"]",
        ),
        ("consent = \"separate\"", "consent = \"guardian\""),
        ("mask = \"mobile_waybill\"", "mask = \"mobile\""),
        ("level = 3", "level = 2"),
        ("{ years = 3, ", "{ years = 4, "),
    ] {
        assert!(planned(from, to).loosens(), "{from} -> {to}");
    }
    for (from, to) in [
        ("condition = \"none\"", "condition = \"open-case\""),
        ("clear_per_day = 10", "clear_per_day = 9"),
        ("consent = \"separate\"", "consent = \"written\""),
        (", \"customer.*\"", ""),
        ("level = 3", "level = 4"),
        ("{ years = 3, ", "{ years = 2, "),
        ("owner = \"claims\"", "owner = \"service\""),
    ] {
        assert!(!planned(from, to).loosens(), "{from} -> {to}");
    }
}

#[test]
fn a_field_that_may_be_written_over_again_is_looser() {
    let once = |once: bool| {
        let mut register = sound();
        register.collections[0].fields[1].write_once = once;
        register
    };
    assert!(plan(Some(&once(true)), &once(false)).loosens());
    assert!(!plan(Some(&once(false)), &once(true)).loosens());
}

#[test]
fn dropping_a_guard_in_memory_loosens() {
    let loosen: [fn(&mut Register); 5] = [
        |r| r.collections[0].fields[1].second_factor = false,
        |r| r.regimes.truncate(1),
        |r| r.purposes[1].consent = None,
        |r| {
            r.purposes.push(shouxin_model::Purpose {
                name: "more".to_owned(),
                ..r.purposes[0].clone()
            })
        },
        |r| {
            if let Some(case) = &mut r.collections[1].case {
                case.open.push("closed".to_owned());
            }
        },
    ];
    for (i, change) in loosen.iter().enumerate() {
        let mut new = sound();
        change(&mut new);
        assert!(plan(Some(&sound()), &new).loosens(), "change {i}");
        let back = plan(Some(&new), &sound());
        assert!(
            !back.changes.is_empty() && !back.loosens(),
            "change {i} taken back"
        );
    }
}

#[test]
fn a_register_against_itself_changes_nothing() {
    for profile in PROFILES {
        let register = parse(profile.name, profile.register_toml).expect(profile.name);
        assert_eq!(plan(Some(&register), &register).changes, []);
    }
    assert_eq!(
        plan(Some(&sound()), &sound()).render(Language::English),
        "Nothing changes.\n"
    );
}

#[test]
fn a_first_register_adds_everything_and_loosens_nothing() {
    let plan = plan(None, &sound());
    assert!(plan.changes.iter().all(|change| change.sign == Sign::Added));
    assert_eq!(plan.changes.len(), 1 + 4 + 2 + 6 + 4 + 1);
    assert!(!plan.loosens() && plan.effects().next().is_none());
}

#[test]
fn a_plan_reads_in_both_languages() {
    let plan = planned(
        "search = [\"exact\", \"last4\"]",
        "search = [\"exact\"]\nsecond_factor = true",
    );
    assert_eq!(
        plan.render(Language::English),
        "Changes: 2; touching stored data: 1; loosening: 0.\n\
         ~ collection customer, field mobile: search last4 removed\n    \
         search index last4 of customer.mobile is removed\n\
         ~ collection customer, field mobile: `second_factor` from false to true\n"
    );
    let plan = planned("condition = \"assigned-open-case\"", "condition = \"none\"");
    assert_eq!(
        plan.render(Language::Chinese),
        "1 项变更,其中 0 项涉及已存数据,1 项放宽管控。\n\
         ~ 处理目的 repair:`condition` 由 assigned-open-case 改为 none\n    ! 放宽了管控\n"
    );
}

#[test]
fn personal_fields_are_taken_in_only_with_a_review_of_their_need() {
    let from = "fields = [\"customer.mobile\", \"order.number\"";
    let to = "fields = [\"customer.mobile\", \"customer.position\", \"order.number\"";
    let found = planned(from, to).unweighed;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fields, [FieldRef::new("customer", "position")]);
    let text = found[0].text();
    assert!(text.en.contains("customer.position") && text.zh.contains("customer.position"));
    let mut new = sound();
    let (purpose, position) = (
        found[0].purpose.clone(),
        FieldRef::new("customer", "position"),
    );
    let place = new
        .purposes
        .iter()
        .position(|one| one.name == purpose)
        .unwrap();
    new.purposes[place].fields.push(position.clone());
    let title = new.title.clone();
    new.purposes[place].need = Some(shouxin_model::Need {
        fields: vec![position],
        task: title.clone(),
        least: title.clone(),
        otherwise: title,
        by: "officer".to_owned(),
        on: "2026-11-22".to_owned(),
    });
    assert_eq!(plan(Some(&sound()), &new).unweighed, []);
    // Of the first register nothing is taken in; of one that lets go, neither.
    assert_eq!(plan(None, &sound()).unweighed, []);
    assert_eq!(plan(Some(&new), &sound()).unweighed, []);
}
