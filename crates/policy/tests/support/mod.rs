//! What the tests share: the shipped profiles, the cases of the corpus, and the engine run on a case.

#![allow(dead_code, reason = "each test binary uses its part")]

pub(crate) mod reference;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use shouxin_model::{
    ApiKeyId, Caller, CallerKind, ConsentForm, FieldRef, Moment, Register, SearchMode, SessionId,
    SignIn, StaffId, SubjectId,
};
use shouxin_policy::{
    Ask, ConsentState, Consents, Facts, Pieces, Policies, Relation, Ruling, Used, Verdict, decide,
    decide_count, decide_export, decide_search,
};

pub(crate) const PROFILES: [&str; 3] = ["after-sales", "express", "service-centre"];

/// The moment of every case.
pub(crate) const NOW: Moment = Moment::from_seconds(1_795_226_400);

pub(crate) struct Shipped {
    pub(crate) register: Register,
    pub(crate) policies: Policies,
}

/// A shipped profile, parsed and compiled once.
pub(crate) fn shipped(profile: &str) -> &'static Shipped {
    static SHIPPED: OnceLock<BTreeMap<&str, Shipped>> = OnceLock::new();
    let all = SHIPPED.get_or_init(|| PROFILES.iter().map(|name| (*name, load(name))).collect());
    all.get(profile)
        .unwrap_or_else(|| panic!("no profile {profile}"))
}

fn load(profile: &str) -> Shipped {
    let shipped = shouxin_register::profile(profile).expect("the profile ships");
    let register = shouxin_register::parse("register.toml", shipped.register_toml)
        .unwrap_or_else(|findings| panic!("{profile}: {findings:?}"));
    let policies = Policies::compile(&register, shipped.policies).unwrap_or_else(|findings| {
        let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
        panic!("{profile}: policies.cedar:\n{}", lines.join("\n"))
    });
    Shipped { register, policies }
}

/// Where the cases lie.
pub(crate) fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpus/policy")
}

/// One case of the corpus. Everything left out is the harmless value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) profile: String,
    #[serde(default)]
    pub(crate) ask: What,
    pub(crate) roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<Key>,
    pub(crate) purpose: String,
    pub(crate) fields: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) clear: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mode: Option<SearchMode>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tie: Vec<Tie>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) consent: Option<Consent>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) restricted: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) hold: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) expired: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) second_factor_seconds_ago: Option<i64>,
    #[serde(default, skip_serializing_if = "Spent::is_nothing")]
    pub(crate) used: Spent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) training_seconds_left: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pledge_seconds_left: Option<i64>,
    /// The zones for which the caller holds no grant to join.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) zones_missing: Vec<String>,
    /// The zone apart in which the subject was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) named_in: Option<String>,
    pub(crate) expect: Expect,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    #[default]
    Read,
    Export,
    Search,
    Count,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    pub(crate) purposes: Vec<String>,
    pub(crate) fields: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tie {
    /// The caller is the subject.
    Own,
    Assigned,
    Site,
    Region,
    Open,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consent {
    pub(crate) given: bool,
    pub(crate) form: ConsentForm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seconds_left: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Spent {
    pub(crate) subjects: u32,
    pub(crate) clear: u32,
    pub(crate) searches: u32,
}

impl Spent {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What a case expects. Reads and exports: per field `[form, rule, layer]`, and the hint where there
/// is one. Searches and counts: one answer under the key `*`, whose form is `allowed` or `refused`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// The rule that refuses the whole, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
    pub(crate) fields: BTreeMap<String, Vec<String>>,
}

/// What the engine answers.
pub(crate) fn run(case: &Case) -> Expect {
    let Shipped { register, policies } = shipped(&case.profile);
    let facts = facts(case);
    match case.ask {
        What::Read => observed(&decide(policies, register, &facts)),
        What::Export => observed(&decide_export(policies, register, &facts)),
        What::Search => {
            let mode = case.mode.expect("a search has a mode");
            ruled(&decide_search(
                policies,
                register,
                &facts.ask,
                &facts.fields[0],
                mode,
            ))
        }
        What::Count => ruled(&decide_count(policies, register, &facts.ask, &facts.fields)),
    }
}

pub(crate) fn facts(case: &Case) -> Facts {
    let tied = |tie| case.tie.contains(&tie);
    Facts {
        pieces: Pieces::default(),
        ask: ask(case),
        fields: fields(&case.fields).collect(),
        clear: fields(&case.clear).collect(),
        relation: Relation {
            own: tied(Tie::Own),
            assigned: tied(Tie::Assigned),
            site: tied(Tie::Site),
            region: tied(Tie::Region),
            open: tied(Tie::Open),
            closed: tied(Tie::Closed),
        },
        consent: Consents {
            whole: case.consent.map(|consent| ConsentState {
                given: consent.given,
                expires: consent.seconds_left.map(|s| NOW.plus_seconds(s)),
                ..ConsentState::given(consent.form)
            }),
            ..Consents::default()
        },
        restricted: case.restricted,
        hold: case.hold,
        expired: fields(&case.expired).collect(),
        named_in: case.named_in.clone(),
        zone_grants: shipped(&case.profile)
            .register
            .zones
            .iter()
            .map(|zone| zone.name.clone())
            .filter(|zone| !case.zones_missing.contains(zone))
            .collect(),
        grants: Vec::new(),
    }
}

fn ask(case: &Case) -> Ask {
    let later = |seconds: Option<i64>| seconds.map(|s| NOW.plus_seconds(s));
    Ask {
        now: NOW,
        caller: Caller {
            kind: match &case.key {
                Some(key) => CallerKind::Service {
                    id: ApiKeyId::from_bytes([1; 16]),
                    purposes: key.purposes.clone(),
                    fields: key.fields.clone(),
                },
                None if case.tie.contains(&Tie::Own) => CallerKind::Subject {
                    id: SubjectId::from_bytes([3; 16]),
                },
                None => CallerKind::Staff {
                    id: StaffId::from_bytes([1; 16]),
                    login: "someone".to_owned(),
                    session: SessionId::from_bytes([1; 16]),
                },
            },
            roles: case.roles.clone(),
            site: None,
            region: None,
            sign_in: SignIn {
                second_factor_at: later(case.second_factor_seconds_ago.map(|s| -s)),
                device: None,
            },
            address: None,
        },
        purpose: case.purpose.clone(),
        used: Used {
            subjects: case.used.subjects,
            clear: case.used.clear,
            searches: case.used.searches,
        },
        training_until: later(case.training_seconds_left),
        pledge_until: later(case.pledge_seconds_left),
    }
}

fn fields<'a>(names: &'a [String]) -> impl Iterator<Item = FieldRef> + 'a {
    names
        .iter()
        .map(|name| name.parse().expect("cases name fields as collection.field"))
}

fn observed(verdict: &Verdict) -> Expect {
    let line = |(name, decision): &(FieldRef, shouxin_policy::Decision)| {
        let mut line = vec![
            decision.form.word().to_owned(),
            decision.because.rule.to_string(),
        ];
        line.push(word(&decision.because.layer));
        line.extend(decision.hint.as_ref().map(word));
        (name.to_string(), line)
    };
    Expect {
        refused: verdict
            .refusal
            .as_ref()
            .map(|because| because.rule.to_string()),
        fields: verdict.fields.iter().map(line).collect(),
    }
}

fn ruled(ruling: &Ruling) -> Expect {
    let rule = ruling.because.rule.to_string();
    let form = if ruling.allowed { "allowed" } else { "refused" };
    let line = vec![form.to_owned(), rule.clone(), word(&ruling.because.layer)];
    Expect {
        refused: (!ruling.allowed).then_some(rule),
        fields: BTreeMap::from([("*".to_owned(), line)]),
    }
}

fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

fn is_false(value: &bool) -> bool {
    !value
}
