//! A register just large enough to show one fact at a time, made in code.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_model::{
    Basis, Caller, CallerKind, Collection, Conditions, ConsentForm, Field, FieldKind, FieldRef,
    Grade, Moment, Purpose, Quota, Regime, Register, Retention, Role, RowCondition, SearchMode,
    Sensitivity, SessionId, SignIn, StaffId, Suite, Text, Zone,
};
use shouxin_policy::{Ask, ConsentState, Consents, Facts, Pieces, Policies, Relation, Used};

pub(crate) const NOW: Moment = Moment::from_seconds(1_795_226_400);

/// One collection `person` with one purpose `care` that the roles `nurse` and `doctor` may name.
pub(crate) fn register() -> Register {
    let title = Text::fixed("字", "word");
    Register {
        sources: Vec::new(),
        profile: "small".into(),
        title: title.clone(),
        regimes: vec![Regime::Pipl],
        suite: Suite::International,
        zones: vec![Zone {
            name: "identity".into(),
            title: title.clone(),
            apart: false,
        }],
        collections: vec![Collection {
            name: "person".into(),
            title: title.clone(),
            zone: "identity".into(),
            single: true,
            key: vec![],
            case: None,
            fields: vec![
                field("name", FieldKind::Name, 2, Sensitivity::Ordinary),
                field("mobile", FieldKind::Mobile, 3, Sensitivity::Ordinary),
                field("illness", FieldKind::FreeText, 4, Sensitivity::Health),
                field("child", FieldKind::Name, 4, Sensitivity::Minor),
                field("ward", FieldKind::Enum, 1, Sensitivity::None),
                field("room", FieldKind::Code, 1, Sensitivity::None),
            ],
        }],
        purposes: vec![
            purpose("care", RowCondition::None),
            purpose("totals", RowCondition::CountsOnly),
        ],
        roles: ["nurse", "doctor", "clerk", "chief"]
            .map(|name| Role {
                name: name.into(),
                title: title.clone(),
                silo: None,
                zones: Vec::new(),
                conditions: Conditions::default(),
            })
            .into(),
    }
}

fn field(name: &str, kind: FieldKind, level: u8, sensitivity: Sensitivity) -> Field {
    Field {
        name: name.into(),
        title: Text::default(),
        kind,
        grade: Grade::General,
        level,
        sensitivity,
        house_level: None,
        sealed: kind.is_personal(),
        suite: None,
        search: if name == "name" {
            vec![SearchMode::Surname]
        } else {
            vec![]
        },
        facet: name == "ward",
        second_factor: name == "mobile",
        write_once: false,
        mask: None,
        owner: "ward".into(),
        scene: Text::default(),
        retention: Retention {
            days: 1,
            from: "discharge".into(),
            rule: "house".into(),
        },
        check: Default::default(),
        values: vec![],
        value_titles: vec![],
    }
}

fn purpose(name: &str, condition: RowCondition) -> Purpose {
    Purpose {
        name: name.into(),
        title: Text::default(),
        basis: BTreeMap::from([(Regime::Pipl, Basis::Contract)]),
        consent: None,
        fields: ["name", "mobile", "illness", "child", "ward", "room"]
            .map(person)
            .into(),
        roles: vec!["nurse".into(), "doctor".into()],
        condition,
        quota: Quota::default(),
        conditions: Conditions::default(),
        emergency: None,
        need: None,
    }
}

pub(crate) fn person(field: &str) -> FieldRef {
    FieldRef::new("person", field)
}

/// One policy; `id` is its reason too.
pub(crate) fn policy(id: &str, rule: &str) -> String {
    format!(
        "@id(\"{id}\")\n@reason_zh(\"因为\")\n@reason_en(\"because\")\n@changed_by(\"chief\")\n{rule}\n"
    )
}

/// Everything permitted to everyone.
pub(crate) fn open() -> String {
    policy("open", "permit (principal, action, resource);")
}

pub(crate) fn compile(text: &str) -> Policies {
    Policies::compile(&register(), text).unwrap_or_else(|findings| {
        panic!(
            "{}",
            findings
                .iter()
                .map(|f| format!("{f}\n"))
                .collect::<String>()
        )
    })
}

/// A nurse with a fresh second factor, asking for all fields, and all of them clear.
pub(crate) fn facts() -> Facts {
    let fields: Vec<_> = ["name", "mobile", "illness", "child", "ward"]
        .map(person)
        .into();
    Facts {
        ask: Ask {
            now: NOW,
            caller: Caller {
                kind: CallerKind::Staff {
                    id: StaffId::from_bytes([1; 16]),
                    login: "n".into(),
                    session: SessionId::from_bytes([2; 16]),
                },
                roles: vec!["nurse".into()],
                site: None,
                region: None,
                sign_in: SignIn {
                    second_factor_at: Some(NOW),
                    device: None,
                },
                address: None,
            },
            purpose: "care".into(),
            used: Used::default(),
            training_until: None,
            pledge_until: None,
        },
        clear: fields.iter().cloned().collect(),
        fields,
        relation: Relation::default(),
        consent: Consents::default(),
        restricted: false,
        hold: false,
        expired: BTreeSet::new(),
        named_in: None,
        zone_grants: BTreeSet::new(),
        grants: Vec::new(),
        pieces: Pieces::default(),
    }
}

pub(crate) fn given(form: ConsentForm) -> Consents {
    Consents::whole(ConsentState::given(form))
}
