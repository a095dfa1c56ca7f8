//! Changing the register while data are stored.

use shouxin_model::{Personal, SearchMode};
use shouxin_vault::{ApplyError, SearchRequest};

use crate::support::{Engine, Harness, after_sales, apply, on_both_engines, shown};

on_both_engines! {
    a_change_of_suite_seals_anew_and_everything_still_opens_and_is_found
    a_new_index_is_built_over_what_is_stored
    a_register_with_findings_or_policies_that_do_not_fit_change_nothing
    a_retired_field_does_not_come_back_under_its_name
}

async fn work(h: &Harness) {
    while h.vault.work().await.unwrap() {
        h.world.pass(31);
    }
}

async fn a_change_of_suite_seals_anew_and_everything_still_opens_and_is_found(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let national = after_sales("suite = \"international\"", "suite = \"national\"");
    let applied = apply(&h.vault, Some(&national), None).await.unwrap();
    assert!(applied.jobs >= 3, "{}", applied.jobs);
    let adviser = h.staff("li.na", "service-adviser");
    let find = SearchRequest {
        field: "customer.mobile".parse().unwrap(),
        mode: SearchMode::Exact,
        value: Personal::new("13800138000".to_owned()),
        purpose: "repair-service".to_owned(),
        limit: 10,
    };
    // Before, during and after the work alike.
    for _ in 0..2 {
        let outcome = h
            .read(
                &adviser,
                written.subject,
                "repair-service",
                &["customer.mobile"],
                &[],
            )
            .await;
        assert!(
            shown(&outcome)[0].ends_with(" 138****8000"),
            "{:?}",
            shown(&outcome)
        );
        assert_eq!(
            h.vault.search(&adviser, &find).await.unwrap().matches.len(),
            1
        );
        work(&h).await;
    }
    assert!(
        h.vault
            .jobs()
            .await
            .unwrap()
            .iter()
            .all(|job| job.state == "done")
    );
    let again = h.customer("li.na").await;
    assert_eq!(again.outcome(), shouxin_vault::RecordOutcome::Unchanged);
}

async fn a_new_index_is_built_over_what_is_stored(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer("li.na").await;
    let with_last4 = after_sales(
        "search = [\"exact\"]\nowner",
        "search = [\"exact\", \"last4\"]\nowner",
    );
    apply(&h.vault, Some(&with_last4), None).await.unwrap();
    work(&h).await;
    let rows = h
        .vault
        .store()
        .query(
            "SELECT COUNT(*) FROM blind WHERE mode = 'last4'",
            Vec::new(),
        )
        .await
        .unwrap();
    assert!(rows[0].int(0).unwrap() >= 2);
}

async fn a_register_with_findings_or_policies_that_do_not_fit_change_nothing(engine: Engine) {
    let h = Harness::new(engine).await;
    let no_owner = after_sales(
        "owner = \"售后服务部 / After-sales service\"",
        "owner = \"\"",
    );
    let refused = apply(&h.vault, Some(&no_owner), None).await;
    assert!(matches!(refused, Err(ApplyError::Register(findings)) if !findings.is_empty()));
    let refused = apply(&h.vault, None, Some("permit(principal, action, resource);")).await;
    assert!(matches!(refused, Err(ApplyError::Policies(findings)) if !findings.is_empty()));
    assert_eq!(h.vault.active().register_version, 1);
    let same = h.vault.current_sources().await.unwrap();
    let nothing = apply(&h.vault, Some(&same.0), Some(&same.1)).await;
    assert!(matches!(nothing, Err(ApplyError::Nothing)));
}

async fn a_retired_field_does_not_come_back_under_its_name(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer("li.na").await;
    let original = h.vault.current_sources().await.unwrap().0;
    let start = original
        .find("[[collection.field]]\nname = \"preferred_contact\"")
        .unwrap();
    let end = start + 1 + original[start + 1..].find("[[").unwrap();
    let without = format!("{}{}", &original[..start], &original[end..])
        .replace(" \"customer.preferred_contact\",", "")
        .replace("\n  \"customer.preferred_contact\",", "");
    let policies = h
        .vault
        .current_sources()
        .await
        .unwrap()
        .1
        .replace("Field::\"customer.preferred_contact\", ", "");
    match apply(&h.vault, Some(&without), Some(&policies)).await {
        Ok(_) | Err(ApplyError::Nothing) => {}
        Err(error) => panic!("{error:?}"),
    }
    let back = apply(&h.vault, Some(&original), None).await;
    assert!(matches!(back, Err(ApplyError::StoredData(text)) if text.en.contains("retired")));
}
