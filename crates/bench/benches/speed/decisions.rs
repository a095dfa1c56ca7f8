//! How long the policy kernel takes to decide about one read, without store, ledger and keys.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Instant;

use shouxin_bench::{Row, quantile};
use shouxin_model::{
    Caller, CallerKind, ConsentForm, FieldRef, Moment, Register, SessionId, SignIn, StaffId,
};
use shouxin_policy::{
    Ask, ConsentState, Consents, Facts, Pieces, Policies, Relation, Used, decide,
};
use shouxin_register::{parse, profile};

/// A purpose that rests on a separate consent and is tied by an open case: every layer has work to do.
const PURPOSE: &str = "roadside-rescue";

/// The adviser of an open rescue asks for every field of it, under the after-sales profile as it is shipped.
pub(crate) fn decisions(times: usize) -> Row {
    let shipped = profile("after-sales").expect("a shipped profile");
    let register = parse(shipped.name, shipped.register_toml).expect("its register");
    let policies = Policies::compile(&register, shipped.policies).expect("its policies");
    let facts = facts(&register);
    let verdict = decide(&policies, &register, &facts);
    assert!(
        verdict.opens(),
        "the row measures a read that opens something"
    );
    let mut micros: Vec<f64> = (0..times)
        .map(|_| {
            let began = Instant::now();
            drop(black_box(decide(&policies, &register, black_box(&facts))));
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    let (median, most) = (quantile(&mut micros, 0.5), quantile(&mut micros, 0.99));
    Row::judged(
        format!(
            "decision in process, {} fields, shipped policies",
            facts.fields.len()
        ),
        "p99 <= 50 µs",
        format!("p50 {median:.1} µs, p99 {most:.1} µs of {times}"),
        most <= 50.0,
    )
}

fn facts(register: &Register) -> Facts {
    let now = Moment::from_seconds(1_795_000_000);
    let purpose = register.purpose(PURPOSE).expect("the purpose");
    let fields: Vec<FieldRef> = purpose.fields.clone();
    let position = FieldRef::new("rescue", "position");
    let given = ConsentState::given(ConsentForm::Separate);
    Facts {
        ask: Ask {
            now,
            caller: Caller {
                kind: CallerKind::Staff {
                    id: StaffId::from_bytes([1; 16]),
                    login: "adviser".to_owned(),
                    session: SessionId::from_bytes([2; 16]),
                },
                roles: vec!["service-adviser".to_owned()],
                site: None,
                region: None,
                sign_in: SignIn {
                    second_factor_at: Some(now),
                    device: None,
                },
                address: None,
            },
            purpose: PURPOSE.to_owned(),
            used: Used::default(),
            training_until: None,
            pledge_until: None,
        },
        clear: BTreeSet::from([position]),
        consent: Consents {
            whole: Some(given),
            parts: vec![("rescue.*".to_owned(), given)],
            told: Some(fields.iter().cloned().collect::<BTreeSet<_>>().into()),
        },
        fields,
        relation: Relation {
            assigned: true,
            open: true,
            ..Relation::default()
        },
        restricted: false,
        hold: false,
        expired: BTreeSet::new(),
        named_in: None,
        zone_grants: BTreeSet::new(),
        grants: Vec::new(),
        pieces: Pieces::default(),
    }
}
