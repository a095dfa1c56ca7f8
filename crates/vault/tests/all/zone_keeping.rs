//! Zones apart under what keeps and ends data: erasure, older copies, examination.

use shouxin_model::Caller;
use shouxin_store::{Store, params};
use shouxin_vault::{ErasureError, Vault, Written};

use crate::erasures::copy;
use crate::support::{Engine, Harness, on_both_engines, record};

on_both_engines! {
    an_erased_person_is_gone_from_the_zone_as_well
    a_record_altered_in_the_zone_is_found
}

pub(crate) async fn harness(engine: Engine) -> Harness {
    let profile = shouxin_register::profile("service-centre").unwrap();
    Harness::with(engine, profile.register_toml, profile.policies).await
}

pub(crate) async fn customer(h: &Harness, mobile: &str, order: &str) -> Written {
    let basic = record("basic", &[("name", "欧阳震华"), ("mobile", mobile)]);
    let payment = format!("PAY-{order}");
    let values = [
        ("order_number", order),
        ("payment_number", &payment),
        ("state", "paid"),
    ];
    let paid = record("transaction", &values);
    h.vault
        .write(&Caller::operator(), None, vec![basic, paid])
        .await
        .unwrap()
}

pub(crate) fn zone(vault: &Vault) -> Store {
    vault.zones().next().unwrap().1.clone()
}

/// How many rows of people the zone has: keys, records, index tags, facets.
pub(crate) async fn held(vault: &Vault) -> [i64; 4] {
    let tables = [
        "SELECT COUNT(*) FROM subject_key",
        "SELECT COUNT(*) FROM record",
        "SELECT COUNT(*) FROM blind",
        "SELECT COUNT(*) FROM facet",
    ];
    let mut counts = [0; 4];
    for (count, sql) in counts.iter_mut().zip(tables) {
        let rows = zone(vault).query(sql, params![]).await.unwrap();
        *count = rows[0].int(0).unwrap();
    }
    counts
}

pub(crate) async fn findings(vault: &Vault) -> Vec<String> {
    let examined = vault.examine(&Caller::operator(), |_| {}).await.unwrap();
    examined
        .findings
        .into_iter()
        .map(|f| f.what.text().en.into_owned())
        .collect()
}

async fn an_erased_person_is_gone_from_the_zone_as_well(engine: Engine) {
    let h = harness(engine).await;
    let stays = customer(&h, "13900000002", "SO-2").await.subject;
    let alone = held(&h.vault).await;
    assert!(alone.iter().all(|count| *count > 0), "{alone:?}");
    let gone = customer(&h, "13900000001", "SO-1").await.subject;
    let both = held(&h.vault).await;
    assert_eq!(both, alone.map(|count| 2 * count));
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let fields = ["transaction.state"];
    for who in [gone, stays] {
        let read = h.read(&officer, who, "rights-answer", &fields, &[]).await;
        assert!(read.found && read.refusal.is_none());
    }
    h.vault
        .erase(&officer, gone, "asked-by-subject")
        .await
        .unwrap();
    assert_eq!(held(&h.vault).await, alone);
    let read = h.read(&officer, gone, "rights-answer", &fields, &[]).await;
    assert!(!read.found);
    let again = h.vault.erase(&officer, gone, "asked-by-subject").await;
    assert!(matches!(again, Err(ErasureError::Already(_))));
    assert_eq!(findings(&h.vault).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_a_zone_from_before_an_erasure_are_erased_again_when_they_are_opened() {
    let h = harness(Engine::Sqlite).await;
    let gone = customer(&h, "13900000001", "SO-1").await.subject;
    let name = h.vault.zones().next().unwrap().0.to_owned();
    h.vault.close().await;
    let at = |path: &str| h.folder.path().join(path);
    let zone_data = format!("zones/{name}");
    copy(&at("data"), &at("kept"));
    copy(&at(&zone_data), &at("kept-zone"));
    let vault = h.open().await.unwrap();
    let officer = h.strong_staff("zhao.min", "protection-officer");
    vault
        .erase(&officer, gone, "asked-by-subject")
        .await
        .unwrap();
    vault.close().await;
    for (kept, place) in [("kept", "data"), ("kept-zone", zone_data.as_str())] {
        std::fs::remove_dir_all(at(place)).unwrap();
        copy(&at(kept), &at(place));
    }
    let vault = h.open().await.unwrap();
    assert_eq!(held(&vault).await, [0; 4]);
    assert_eq!(findings(&vault).await, [""; 0]);
}

async fn a_record_altered_in_the_zone_is_found(engine: Engine) {
    let h = harness(engine).await;
    customer(&h, "13900000001", "SO-1").await;
    assert_eq!(findings(&h.vault).await, [""; 0]);
    let alter = async |sql| {
        let mut tx = shouxin_store::Tx::new();
        tx.run(sql, params![]);
        zone(&h.vault).commit(tx).await.unwrap();
        findings(&h.vault).await
    };
    let found = alter("UPDATE record SET plain = REPLACE(plain, 'paid', 'open')").await;
    assert_eq!(
        found,
        [
            "transaction: plain values or times of a record were altered",
            "facet: it does not follow from the records"
        ]
    );
    // What was altered is not made good by writing over it.
    let change = record(
        "transaction",
        &[("order_number", "SO-1"), ("state", "paid")],
    );
    let written = h.vault.write(&Caller::operator(), None, vec![change]).await;
    assert!(written.is_err());
    let back = alter("UPDATE record SET plain = REPLACE(plain, 'open', 'paid')").await;
    assert_eq!(back, [""; 0]);
    let found = alter("DELETE FROM blind").await;
    assert_eq!(found, ["blind: it does not follow from the records"]);
    let mut tx = shouxin_store::Tx::new();
    tx.run("DELETE FROM subject", params![]);
    h.vault.store().commit(tx).await.unwrap();
    let found = findings(&h.vault).await;
    let strangers = |what: &String| what.ends_with(": 1 rows of nobody");
    assert!(found.iter().any(strangers), "{found:?}");
}
