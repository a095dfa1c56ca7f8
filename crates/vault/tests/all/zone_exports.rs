//! What lies in a zone apart, carried away in files and found by search: which grants it takes.

use std::collections::BTreeSet;

use shouxin_ledger::Kind;
use shouxin_model::{Caller, Personal, SearchMode, SubjectId};
use shouxin_store::params;
use shouxin_vault::{ExportError, ExportRequest, ExportScope, SearchRequest, Vault};

use crate::exports::{approve, cells, entries, exported, extra, request, run};
use crate::support::{Engine, Harness, granted, number, on_both_engines, person};
use crate::zone_keeping::customer;

on_both_engines! {
    a_file_of_one_side_takes_no_grant_and_names_nobody
    a_file_of_both_sides_takes_a_grant_for_each
    whoever_holds_both_grants_is_told_by_a_search_who_it_is
}

/// A service centre with this many customers, whose protection officers hold standing grants or none.
async fn harness(engine: Engine, customers: usize, standing: bool) -> Harness {
    let profile = shouxin_register::profile("service-centre").unwrap();
    let line = "zones = [\"identity\", \"transaction\"]\n";
    assert!(profile.register_toml.contains(line));
    let register = match standing {
        true => profile.register_toml.to_owned(),
        false => profile.register_toml.replace(line, ""),
    };
    let h = Harness::with(engine, &register, profile.policies).await;
    for n in 0..customers {
        customer(&h, &format!("139000000{n:02}"), &format!("SO-{n}")).await;
    }
    h
}

fn officer(vault: &Vault) -> Caller {
    person(vault, 1, "zhou.min", "protection-officer")
}

fn payments(fields: &[&str]) -> ExportRequest {
    ExportRequest {
        collection: "transaction".to_owned(),
        ..request(fields, &[])
    }
}

/// Why it was refused, by its rule.
fn rule<T: std::fmt::Debug>(result: Result<T, ExportError>) -> String {
    match result {
        Err(ExportError::Field { because, .. }) => because.rule.to_string(),
        other => format!("{other:?}"),
    }
}

const ONE: &[&str] = &["transaction.order_number", "transaction.state"];
const BOTH: &[&str] = &["transaction.order_number", "basic.mobile"];

async fn a_file_of_one_side_takes_no_grant_and_names_nobody(engine: Engine) {
    let h = harness(engine, 12, false).await;
    let officer = officer(&h.vault);
    let request = payments(ONE);
    let asked = h.vault.ask_export(&officer, &request).await.unwrap();
    assert_eq!((asked.plan.rows, asked.plan.people), (12, 12));
    assert_eq!(asked.plan.decoys, 3);
    let ids = h.vault.store().query("SELECT id FROM subject", params![]);
    let ids = ids.await.unwrap();
    let ids = ids.iter().map(|row| row.id(0, SubjectId::from_slice));
    let ids: BTreeSet<SubjectId> = ids.map(Result::unwrap).collect();
    assert_eq!((ids.len(), asked.plan.sample.len()), (12, 5));
    assert!(asked.plan.sample.iter().all(|id| !ids.contains(id)));
    approve(&h.vault, &asked).await;
    let (status, bytes) = run(&h.vault, &officer, &asked).await.unwrap();
    assert_eq!((status.rows, status.people, status.left_out), (12, 12, 0));
    let rows = cells(&bytes);
    let orders: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert!((0..12).all(|n| orders.contains(&*format!("SO-{n}"))));
    assert_eq!(rows.len(), 1 + 12 + 3, "headings, people, decoys");
    // Whom it was about is counted by marks that lead to no id of the zone.
    let marked = "SELECT COUNT(*) FROM quota WHERE kind LIKE 'in transaction %'";
    assert_eq!(number(&h.vault, marked).await, 12);
    // Named one by one by who they are, the same columns are both sides.
    let named = ExportRequest {
        scope: ExportScope::People(ids.into_iter().take(2).collect()),
        ..payments(ONE)
    };
    let refused = h.vault.ask_export(&officer, &named).await;
    assert_eq!(rule(refused), "zones-joined");
}

async fn a_file_of_both_sides_takes_a_grant_for_each(engine: Engine) {
    let standing = harness(engine, 3, true).await;
    let caller = officer(&standing.vault);
    let (status, bytes) = exported(&standing.vault, &caller, &payments(BOTH)).await;
    assert_eq!((status.rows, status.left_out), (3, 0));
    let rows = cells(&bytes);
    assert!(
        rows.iter()
            .any(|row| row[0] == "SO-1" && row[1].ends_with("01"))
    );

    let h = harness(engine, 3, false).await;
    let caller = officer(&h.vault);
    let ask = async || rule(h.vault.ask_export(&caller, &payments(BOTH)).await);
    assert_eq!(ask().await, "zones-joined");
    let refusals = entries(&h.vault, Kind::Refusal).await;
    assert_eq!(refusals.len(), 1, "and recorded");
    granted(&h, &caller, "rights-answer", "*").await;
    granted(&h, &caller, "rights-answer", "basic.*").await;
    assert_eq!(ask().await, "zones-joined");
    let transaction = granted(&h, &caller, "rights-answer", "transaction.*").await;
    let first = h.vault.ask_export(&caller, &payments(BOTH)).await.unwrap();
    approve(&h.vault, &first).await;
    let (status, bytes) = run(&h.vault, &caller, &first).await.unwrap();
    assert_eq!((status.rows, status.left_out), (3, 0));
    assert_eq!(cells(&bytes).len(), 4);
    // Each person's entry names both grants.
    let exports = entries(&h.vault, Kind::Export).await;
    let of_people = exports.iter().filter(|entry| entry.subject.is_some());
    let grants = of_people.map(|entry| entry.extra.iter().filter(|(word, _)| word == "grant"));
    assert_eq!(grants.map(Iterator::count).collect::<Vec<_>>(), [2; 3]);
    // Once one is revoked, what was approved does not leave.
    let second = h.vault.ask_export(&caller, &payments(BOTH)).await.unwrap();
    approve(&h.vault, &second).await;
    h.vault.revoke_grant(&caller, transaction.id).await.unwrap();
    assert_eq!(rule(run(&h.vault, &caller, &second).await), "zones-joined");
}

async fn whoever_holds_both_grants_is_told_by_a_search_who_it_is(engine: Engine) {
    let h = harness(engine, 0, false).await;
    let who = customer(&h, "13900000001", "SO-1").await.subject;
    customer(&h, "13900000002", "SO-2").await;
    let caller = officer(&h.vault);
    let search = async || {
        let request = SearchRequest {
            field: "transaction.payment_number".parse().unwrap(),
            mode: SearchMode::Exact,
            value: Personal::new("PAY-SO-1".to_owned()),
            purpose: "rights-answer".to_owned(),
            limit: 10,
        };
        let found = h.vault.search(&caller, &request).await.unwrap();
        assert!(found.refusal.is_none());
        let [(subject, _)] = found.matches[..] else {
            panic!("{found:?}")
        };
        let entries = entries(&h.vault, Kind::Search).await;
        let told = entries.last().unwrap().clone();
        assert!(!extra(&told, "of").is_empty());
        let grants = told.extra.iter().filter(|(word, _)| word == "grant");
        (subject == who, grants.count())
    };
    assert_eq!(search().await, (false, 0));
    granted(&h, &caller, "rights-answer", "*").await;
    let identity = granted(&h, &caller, "rights-answer", "basic.*").await;
    assert_eq!(search().await, (false, 0));
    granted(&h, &caller, "rights-answer", "transaction.*").await;
    assert_eq!(search().await, (true, 2));
    h.vault.revoke_grant(&caller, identity.id).await.unwrap();
    assert_eq!(search().await, (false, 0));
    drop(h);
    // A standing grant for each side needs no other.
    let h = harness(engine, 1, true).await;
    let caller = officer(&h.vault);
    let request = SearchRequest {
        field: "transaction.payment_number".parse().unwrap(),
        mode: SearchMode::Exact,
        value: Personal::new("PAY-SO-0".to_owned()),
        purpose: "rights-answer".to_owned(),
        limit: 10,
    };
    let found = h.vault.search(&caller, &request).await.unwrap();
    let known = "SELECT COUNT(*) FROM subject WHERE id = $1";
    let known = h.vault.store().query(known, params![found.matches[0].0]);
    assert_eq!(known.await.unwrap()[0].int(0).unwrap(), 1);
}
