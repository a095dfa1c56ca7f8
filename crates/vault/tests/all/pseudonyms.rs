//! Pseudonyms: the same for every spelling, reversed by a search under a purpose and by nothing else.

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Caller, FieldKind, Personal, SearchMode};
use shouxin_vault::{MOST_VALUES, PseudonymError, SearchOutcome, SearchRequest};

use crate::support::{Engine, Harness, number, on_both_engines};

on_both_engines! {
    a_pseudonym_leads_back_under_a_purpose_alone
    after_an_erasure_a_pseudonym_leads_nowhere
    what_can_have_no_pseudonym_is_refused_and_nothing_is_kept
}

const MOBILE: &str = "13800138000";

fn value(kind: FieldKind, text: &str) -> (FieldKind, Personal<String>) {
    (kind, Personal::new(text.to_owned()))
}

async fn given(h: &Harness, caller: &Caller, text: &str) -> String {
    let values = [value(FieldKind::Mobile, text)];
    let given = h.vault.give_pseudonyms(caller, &values).await.unwrap();
    given.pseudonyms.into_iter().next().unwrap()
}

async fn search(h: &Harness, caller: &Caller, typed: &str) -> SearchOutcome {
    let request = SearchRequest {
        field: "customer.mobile".parse().unwrap(),
        mode: SearchMode::Exact,
        value: Personal::new(typed.to_owned()),
        purpose: "repair-service".to_owned(),
        limit: 10,
    };
    h.vault.search(caller, &request).await.unwrap()
}

async fn a_pseudonym_leads_back_under_a_purpose_alone(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.wei").await;
    let officer = h.strong_staff("wang.min", "protection-officer");
    let pseudonym = given(&h, &officer, MOBILE).await;
    assert_eq!(given(&h, &officer, "+86 138-0013-8000").await, pseudonym);
    assert_eq!(pseudonym.len(), 11);
    assert_ne!(pseudonym, MOBILE);

    let adviser = h.staff("li.wei", "service-adviser");
    let found = search(&h, &adviser, &pseudonym).await;
    assert_eq!(found.matches.len(), 1);
    assert_eq!(found.matches[0].0, written.subject);
    // As with the value itself: nobody is found whom the purpose does not tie to the caller.
    let stranger = h.staff("zhao.lei", "service-adviser");
    assert_eq!(search(&h, &stranger, &pseudonym).await.matches, []);
    // One that was never given leads nowhere, whatever it looks like.
    let other = format!("148{}", &pseudonym[3..]);
    let never = if other == pseudonym {
        format!("146{}", &pseudonym[3..])
    } else {
        other
    };
    assert_eq!(search(&h, &adviser, &never).await.matches, []);

    // The ledger tells how many of which kind, and no value.
    let entries = h.vault.store().ledger_entries(0, 1 << 20).await.unwrap();
    let told: Vec<_> = entries
        .iter()
        .map(|(_, bytes)| Entry::decode(bytes).unwrap())
        .filter(|entry| entry.kind == Kind::Pseudonyms)
        .map(|entry| entry.extra)
        .collect();
    let one = vec![("mobile".to_owned(), "1".to_owned())];
    assert_eq!(told, [one.clone(), one]);
}

async fn after_an_erasure_a_pseudonym_leads_nowhere(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.wei").await;
    let officer = h.strong_staff("wang.min", "protection-officer");
    let pseudonym = given(&h, &officer, MOBILE).await;
    let adviser = h.staff("li.wei", "service-adviser");
    assert_eq!(search(&h, &adviser, &pseudonym).await.matches.len(), 1);
    h.vault
        .erase(&officer, written.subject, "asked-by-subject")
        .await
        .unwrap();
    assert_eq!(search(&h, &adviser, &pseudonym).await.matches, []);
}

async fn what_can_have_no_pseudonym_is_refused_and_nothing_is_kept(engine: Engine) {
    let h = Harness::new(engine).await;
    let officer = h.strong_staff("wang.min", "protection-officer");
    let good = || value(FieldKind::Mobile, MOBILE);
    for bad in [
        value(FieldKind::FreeText, "请打13800138000"),
        value(FieldKind::Money, "12.50"),
        value(FieldKind::Mobile, "  "),
    ] {
        let refused = h.vault.give_pseudonyms(&officer, &[good(), bad]).await;
        assert!(matches!(refused, Err(PseudonymError::Value(1))));
    }
    let many: Vec<_> = (0..=MOST_VALUES).map(|_| good()).collect();
    for wrong in [&many[..], &[]] {
        let refused = h.vault.give_pseudonyms(&officer, wrong).await;
        assert!(matches!(refused, Err(PseudonymError::Count)));
    }
    let kept = number(&h.vault, "SELECT count(*) FROM pseudonym").await;
    assert_eq!(kept, 0);
}
