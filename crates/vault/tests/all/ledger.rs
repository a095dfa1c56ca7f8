//! The ledger as a whole: verified in place, exported, verified from outside.

use std::io::BufReader;

use shouxin_ledger::{Report, Trust, verify_export};
use shouxin_store::{Tx, params};

use crate::support::{Engine, Harness, on_both_engines};

on_both_engines! {
    what_was_recorded_verifies_in_place_and_from_outside
    one_flipped_byte_is_named
    an_entry_altered_in_the_store_is_found
    a_ledger_that_was_cut_or_changed_is_not_signed_again
}

async fn export(h: &Harness) -> Vec<u8> {
    let mut all = Vec::new();
    let export = h.vault.export_ledger(|bytes| {
        all.extend_from_slice(&bytes);
        std::future::ready(true)
    });
    export.await.unwrap();
    all
}

fn examined(h: &Harness, export: &[u8]) -> Report {
    verify_export(
        BufReader::new(export),
        Trust::Keys(h.vault.ledger_keys()),
        &[],
    )
    .unwrap()
}

async fn busy(engine: Engine) -> Harness {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    for round in 0..3 {
        for _ in 0..100 {
            h.read(
                &adviser,
                written.subject,
                "repair-service",
                &["customer.name"],
                &[],
            )
            .await;
        }
        h.world.pass(round + 1);
        h.vault.sign_checkpoint(None).await.unwrap().unwrap();
    }
    h
}

async fn what_was_recorded_verifies_in_place_and_from_outside(engine: Engine) {
    let h = busy(engine).await;
    let report = h.vault.verify_ledger(&[], |_, _| {}).await.unwrap();
    assert!(report.is_right(), "{:?}", report.findings);
    assert_eq!((report.entries, report.checkpoints), (302, 3));
    let outside = examined(&h, &export(&h).await);
    assert!(outside.is_right(), "{:?}", outside.findings);
    assert_eq!(outside.entries, 302);
}

async fn one_flipped_byte_is_named(engine: Engine) {
    let h = busy(engine).await;
    let mut bytes = export(&h).await;
    let text = String::from_utf8(bytes.clone()).unwrap();
    let place = text.find("\"i\":77,").unwrap()
        + text[text.find("\"i\":77,").unwrap()..]
            .find("stf_")
            .unwrap()
        + 8;
    bytes[place] ^= 1;
    let report = examined(&h, &bytes);
    assert!(!report.is_right());
    assert!(
        report
            .findings
            .iter()
            .any(|f| f.text(shouxin_ledger::Lang::En).contains("77")),
        "{:?}",
        report.findings
    );
}

async fn an_entry_altered_in_the_store_is_found(engine: Engine) {
    let h = busy(engine).await;
    let rows = h
        .vault
        .store()
        .query(
            "SELECT first, bodies FROM ledger_batch WHERE first >= 40 ORDER BY first LIMIT 1",
            params![],
        )
        .await
        .unwrap();
    let (first, mut bodies) = (rows[0].int(0).unwrap(), rows[0].bytes(1).unwrap().to_vec());
    let place = bodies.windows(4).position(|w| w == b"stf_").unwrap() + 6;
    bodies[place] ^= 1;
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE ledger_batch SET bodies = $1 WHERE first = $2",
        params![bodies, first],
    );
    h.vault.store().commit(tx).await.unwrap();
    let report = h.vault.verify_ledger(&[], |_, _| {}).await.unwrap();
    let said: Vec<String> = report
        .findings
        .iter()
        .map(|f| f.text(shouxin_ledger::Lang::En))
        .collect();
    assert!(
        said.iter()
            .any(|text| text.contains(&format!("entry {first}"))),
        "{said:?}"
    );
}

async fn a_ledger_that_was_cut_or_changed_is_not_signed_again(engine: Engine) {
    let sizes = [(299, "cut"), (302, "changed")];
    for (size, what) in sizes {
        let h = busy(engine).await;
        let mut tx = Tx::new();
        // Somebody puts another head in place of the one that was signed.
        tx.run_exactly(
            1,
            "UPDATE ledger_head SET size = $1, root = $2 WHERE id = 1",
            params![size, [7u8; 32]],
        );
        h.vault.store().commit(tx).await.unwrap();
        let signed = h.vault.sign_checkpoint(None).await;
        assert!(signed.is_err(), "{what}: {signed:?}");
        assert_eq!(
            h.vault
                .signed_head()
                .await
                .unwrap()
                .unwrap()
                .checkpoint
                .size,
            302
        );
    }
}
