//! Background work: order, turns, what becomes of plain values.

use shouxin_model::SearchMode;
use shouxin_store::{Tx, params};

use crate::support::{Engine, Harness, after_sales, apply, number, on_both_engines, shown};

on_both_engines! {
    of_one_collection_the_older_change_is_worked_off_first
    a_node_that_lost_its_turn_goes_no_further
    a_plain_field_that_is_to_be_sealed_leaves_no_plain_copy
    a_job_for_a_collection_that_is_gone_ends
}

const NATIONAL: (&str, &str) = ("suite = \"international\"", "suite = \"national\"");
const LANDLINE_LAST4: (&str, &str) = (
    "kind = \"landline\"\nlevel = 2\nsensitivity = \"ordinary\"\nsearch = [\"exact\"]",
    "kind = \"landline\"\nlevel = 2\nsensitivity = \"ordinary\"\nsearch = [\"exact\", \"last4\"]",
);

async fn work(h: &Harness) {
    while h.vault.work().await.unwrap() {}
}

async fn left(h: &Harness) -> Vec<(String, String)> {
    let jobs = h.vault.jobs().await.unwrap();
    jobs.into_iter()
        .filter(|job| job.state != "done")
        .map(|job| (job.collection, job.state))
        .collect()
}

async fn of_one_collection_the_older_change_is_worked_off_first(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h
        .write(&[(
            "customer",
            &[("mobile", "13800138000"), ("landline", "021-58881234")],
        )])
        .await;
    let first = after_sales(NATIONAL.0, NATIONAL.1);
    apply(&h.vault, Some(&first), None).await.unwrap();
    let second = first.replacen(LANDLINE_LAST4.0, LANDLINE_LAST4.1, 1);
    assert_ne!(first, second);
    apply(&h.vault, Some(&second), None).await.unwrap();
    // Another node has the first change of every collection in hand.
    let lease = h.vault.now().plus_seconds(20);
    let mut tx = Tx::new();
    tx.run(
        "UPDATE job SET lease_until = $1 WHERE payload LIKE '%\"to_version\":2%'",
        params![lease],
    );
    h.vault.store().commit(tx).await.unwrap();
    assert!(!h.vault.work().await.unwrap(), "{:?}", left(&h).await);
    h.world.pass(21);
    work(&h).await;
    assert_eq!(left(&h).await, []);
    // Both changes reached the record.
    let rows = h
        .vault
        .store()
        .query(
            "SELECT sealed FROM record WHERE collection = 'customer'",
            params![],
        )
        .await
        .unwrap();
    let sealed = shouxin_seal::SealedRecord::decode(rows[0].bytes(0).unwrap()).unwrap();
    let suites: Vec<_> = sealed
        .iter()
        .map(|(_, envelope)| shouxin_seal::suite_of(envelope).unwrap())
        .collect();
    assert_eq!(suites, [shouxin_model::Suite::National; 2]);
    assert_eq!(
        number(
            &h.vault,
            "SELECT COUNT(*) FROM blind WHERE field = 'customer.landline' AND mode = 'last4'"
        )
        .await,
        1
    );
    assert_eq!(
        number(
            &h.vault,
            "SELECT register_version FROM record WHERE collection = 'customer'"
        )
        .await,
        3
    );
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let landline = ["customer.landline"];
    let outcome = h
        .read(
            &officer,
            written.subject,
            "rights-answer",
            &landline,
            &landline,
        )
        .await;
    assert!(
        shown(&outcome)[0].ends_with(" 02158881234"),
        "{:?}",
        shown(&outcome)
    );
}

async fn a_node_that_lost_its_turn_goes_no_further(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer("li.na").await;
    apply(&h.vault, Some(&after_sales(NATIONAL.0, NATIONAL.1)), None)
        .await
        .unwrap();
    let before = h.vault.store().ledger_head().await.unwrap().size;
    let jobs = h.vault.jobs().await.unwrap().len() as u64;
    let (one, two) = (h.vault.clone(), h.vault.clone());
    let turns = |vault: shouxin_vault::Vault| async move { while vault.work().await.unwrap() {} };
    tokio::join!(tokio::spawn(turns(one)), tokio::spawn(turns(two)))
        .0
        .unwrap();
    work(&h).await;
    assert_eq!(left(&h).await, []);
    // One claim a job, whoever was faster.
    assert_eq!(
        h.vault.store().ledger_head().await.unwrap().size,
        before + jobs
    );
    assert_eq!(number(&h.vault, "SELECT MAX(attempts) FROM job").await, 1);
}

async fn a_plain_field_that_is_to_be_sealed_leaves_no_plain_copy(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h
        .write(&[
            ("customer", &[("mobile", "13800138000")]),
            (
                "work_order",
                &[
                    ("number", "WO-1"),
                    ("status", "booked"),
                    ("assignee", "li.na"),
                    ("fault_code", "P0300"),
                ],
            ),
        ])
        .await;
    // As if the zone had never sealed anything of this person.
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "DELETE FROM subject_key WHERE zone = 'transaction'",
        params![],
    );
    h.vault.store().commit(tx).await.unwrap();
    let field = "name = \"fault_code\"\ntitle = { zh = \"故障码\", en = \"fault code\" }\nkind = \"code\"\nlevel = 1\nsensitivity = \"none\"\n";
    let sealed = after_sales(
        &format!("{field}facet = true"),
        &format!("{field}sealed = true\nsearch = [\"exact\"]"),
    );
    apply(&h.vault, Some(&sealed), None)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    work(&h).await;
    assert_eq!(left(&h).await, []);
    assert_eq!(
        number(
            &h.vault,
            "SELECT COUNT(*) FROM facet WHERE field = 'fault_code'"
        )
        .await,
        0
    );
    assert_eq!(
        number(
            &h.vault,
            "SELECT COUNT(*) FROM record WHERE plain LIKE '%P0300%'"
        )
        .await,
        0
    );
    let tags =
        "SELECT COUNT(*) FROM blind WHERE field = 'work_order.fault_code' AND mode = 'exact'";
    assert_eq!(
        number(&h.vault, tags).await,
        1,
        "{}",
        SearchMode::Exact.word()
    );
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let code = ["work_order.fault_code"];
    let outcome = h
        .read(&officer, written.subject, "rights-answer", &code, &code)
        .await;
    assert!(
        shown(&outcome)[0].ends_with(" P0300"),
        "{:?}",
        shown(&outcome)
    );
}

async fn a_job_for_a_collection_that_is_gone_ends(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer("li.na").await;
    apply(&h.vault, Some(&after_sales(NATIONAL.0, NATIONAL.1)), None)
        .await
        .unwrap();
    let mut tx = Tx::new();
    tx.run(
        "UPDATE job SET payload = REPLACE(payload, '\"vehicle\"', '\"gone\"')",
        params![],
    );
    h.vault.store().commit(tx).await.unwrap();
    work(&h).await;
    assert_eq!(left(&h).await, []);
}
