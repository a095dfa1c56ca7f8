//! The shipped policies hold even where a later register asks for more: every purpose is widened to
//! every field, and the guards must stand.

mod support;

use shouxin_model::{FieldKind, FieldRef, Register};
use shouxin_policy::{Action, Channel, Policies};
use support::shipped;

#[test]
fn no_adviser_ever_sees_an_id_number() {
    for kind in [FieldKind::ResidentId, FieldKind::Passport] {
        check(
            "after-sales",
            "service-adviser",
            kind,
            "adviser-no-id-number",
        );
    }
}

#[test]
fn the_technical_director_never_sees_who_it_was() {
    for kind in [
        FieldKind::Name,
        FieldKind::Mobile,
        FieldKind::Vin,
        FieldKind::Plate,
        FieldKind::Gps,
    ] {
        check(
            "after-sales",
            "technical-director",
            kind,
            "director-no-identity",
        );
    }
}

#[test]
fn the_regional_manager_never_sees_one_person() {
    for kind in [FieldKind::Name, FieldKind::Vin, FieldKind::Enum] {
        check(
            "after-sales",
            "regional-manager",
            kind,
            "manager-no-persons",
        );
    }
}

#[test]
fn the_sorter_never_sees_a_person() {
    for kind in [
        FieldKind::Name,
        FieldKind::Mobile,
        FieldKind::FreeText,
        FieldKind::ResidentId,
    ] {
        check("express", "sorter", kind, "sorter-no-person");
    }
}

#[test]
fn whoever_oversees_sees_no_data() {
    for profile in support::PROFILES {
        for role in ["auditor", "system-admin", "security-admin", "audit-admin"] {
            check(profile, role, FieldKind::Name, "oversight-no-data");
            check(profile, role, FieldKind::Enum, "oversight-no-data");
        }
    }
}

#[test]
fn only_the_protection_officer_exports_and_only_for_a_rights_request() {
    for profile in support::PROFILES {
        let wide = Wide::of(profile, &[FieldKind::Name, FieldKind::Enum]);
        for role in &wide.register.roles {
            for purpose in &wide.register.purposes {
                for field in &wide.fields {
                    let answer = wide.answer(&role.name, &purpose.name, field, Action::Export);
                    let right =
                        role.name == "protection-officer" && purpose.name == "rights-answer";
                    assert_eq!(
                        answer.0, right,
                        "{profile}: {} {} {field}",
                        role.name, purpose.name
                    );
                }
            }
        }
    }
}

#[test]
fn every_permit_of_the_shipped_policies_is_alive() {
    for profile in support::PROFILES {
        let shipped = shipped(profile);
        let mut alive = std::collections::BTreeSet::new();
        for purpose in &shipped.register.purposes {
            for role in &purpose.roles {
                for collection in &shipped.register.collections {
                    let plan = shipped.policies.plan(
                        &[role],
                        Channel::Staff,
                        &purpose.name,
                        &collection.name,
                    );
                    for (_, rights) in plan.fields() {
                        let answers = Action::ALL.map(|action| rights.answer(action).clone());
                        alive.extend(
                            answers
                                .into_iter()
                                .filter(|a| a.permitted)
                                .map(|a| a.because.rule.to_string()),
                        );
                    }
                }
            }
        }
        let text = shouxin_register::profile(profile).unwrap().policies;
        for rule in shipped.policies.rules() {
            let at = text.find(&format!("@id(\"{}\")", rule.rule)).unwrap();
            let permit = text[at..].find("\npermit (").unwrap_or(usize::MAX);
            let forbid = text[at..].find("\nforbid (").unwrap_or(usize::MAX);
            assert!(
                forbid < permit || alive.contains(rule.rule.as_ref()),
                "{profile}: {} permits nothing",
                rule.rule
            );
        }
    }
}

/// For every widened purpose, no field of `kind` has any form for `role`, because of `rule`.
fn check(profile: &str, role: &str, kind: FieldKind, rule: &str) {
    let wide = Wide::of(profile, &[kind]);
    let mut seen = 0;
    for purpose in &wide.register.purposes {
        for field in &wide.fields {
            for action in [Action::Clear, Action::Masked] {
                let (permitted, because) = wide.answer(role, &purpose.name, field, action);
                assert!(
                    !permitted,
                    "{profile}: {role} {} {field} {action:?}",
                    purpose.name
                );
                assert_eq!(because, rule, "{profile}: {role} {} {field}", purpose.name);
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "the profile has such a field");
}

/// A profile whose every purpose asks for the same fields: one of each of some kinds.
struct Wide {
    register: Register,
    fields: Vec<FieldRef>,
    policies: Policies,
}

impl Wide {
    fn of(profile: &str, kinds: &[FieldKind]) -> Self {
        let mut register = shipped(profile).register.clone();
        let first = |kind| {
            register
                .fields()
                .find(|(_, field)| field.kind == kind)
                .map(|(name, _)| name)
        };
        let fields: Vec<_> = kinds.iter().filter_map(|kind| first(*kind)).collect();
        register
            .purposes
            .iter_mut()
            .for_each(|purpose| purpose.fields.clone_from(&fields));
        let text = shouxin_register::profile(profile).unwrap().policies;
        let policies = Policies::compile(&register, text).unwrap();
        Self {
            register,
            fields,
            policies,
        }
    }

    fn answer(
        &self,
        role: &str,
        purpose: &str,
        field: &FieldRef,
        action: Action,
    ) -> (bool, String) {
        let plan = self
            .policies
            .plan(&[role], Channel::Staff, purpose, field.collection());
        let answer = plan.field(field).unwrap().answer(action).clone();
        (answer.permitted, answer.because.rule.to_string())
    }
}
