//! Keys of a zone apart: epochs that begin and end there, fresh data keys, kills.

use std::io::Write;
use std::time::Duration;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_model::{Caller, SubjectId, Suite};
use shouxin_store::{Tx, params};
use shouxin_vault::{DestroyError, EpochState, KeyError, KeyList, Vault};

use crate::keys::approved;
use crate::killed::{self, person_and_value, run_and_kill};
use crate::support::{Engine, Harness, on_both_engines, person, record, recounted, request, shown};
use crate::zone_crash;
use crate::zone_keeping::{customer, findings, harness, zone};

on_both_engines! {
    an_epoch_of_a_zone_begins_and_ends_and_that_of_the_deployment_stays
    fresh_data_keys_of_a_zone_open_the_same_values_and_the_main_database_stays
    what_was_cut_off_about_a_zones_keys_is_carried_out
}

const ZONE: &str = "transaction";
const OF_ZONE: Option<&str> = Some(ZONE);

async fn work(vault: &Vault) {
    while vault.work().await.unwrap() {}
}

/// What the epochs of the deployment's keys and of the zone's are: `1 superseded 3`.
async fn epochs(vault: &Vault) -> [Vec<String>; 2] {
    let lists = vault.keys().await.unwrap();
    assert_eq!(lists[1].zone.as_deref(), OF_ZONE);
    let shown =
        |of: &shouxin_vault::EpochStatus| format!("{} {} {}", of.epoch, of.state.word(), of.keys);
    let shown = |list: &KeyList| list.epochs.iter().map(shown).collect();
    [shown(&lists[0]), shown(&lists[1])]
}

/// The payment number as somebody with both grants sees it.
async fn payment_of(h: &Harness, vault: &Vault, subject: SubjectId) -> String {
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let fields = ["transaction.payment_number"];
    let request = request(&[subject], "rights-answer", &fields, &[]);
    shown(&vault.read(&officer, &request).await.unwrap()[0]).remove(0)
}

/// Every key, envelope and index of both databases.
async fn sealed(h: &Harness) -> [Vec<Vec<u8>>; 2] {
    let mut found = [Vec::new(), Vec::new()];
    for (store, found) in [h.vault.store().clone(), zone(&h.vault)]
        .iter()
        .zip(&mut found)
    {
        for sql in [
            "SELECT wrapped FROM subject_key ORDER BY subject, zone",
            "SELECT sealed FROM record ORDER BY subject, id",
        ] {
            let rows = store.query(sql, params![]).await.unwrap();
            found.extend(rows.iter().map(|row| row.bytes(0).unwrap().to_vec()));
        }
    }
    found
}

async fn an_epoch_of_a_zone_begins_and_ends_and_that_of_the_deployment_stays(engine: Engine) {
    let h = harness(engine).await;
    let other = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(h.node().await),
    };
    let subject = customer(&h, "13900000001", "SO-1").await.subject;
    customer(&h, "13900000002", "SO-2").await;
    let before = payment_of(&h, &h.vault, subject).await;
    let operator = Caller::operator();
    let nowhere = h.vault.rotate_keys(&operator, Some("nowhere"), None).await;
    assert!(matches!(nowhere, Err(KeyError::NoZone(_))));
    let in_use = h.vault.plan_destruction(OF_ZONE, 1).await;
    assert!(matches!(in_use, Err(DestroyError::InUse(1))));

    let begun = h
        .vault
        .rotate_keys(&operator, OF_ZONE, Some(Suite::National))
        .await
        .unwrap();
    assert_eq!((begun.epoch, begun.keys), (2, 2));
    let (entry, _) = h.vault.entry(begun.entry).await.unwrap();
    assert!(entry.extra.contains(&("zone".into(), ZONE.into())));
    // Whoever is written from now on hangs on the new epoch, on whichever node; keys hang on the old one
    // until the background has done its work, and until then its key is not destroyed.
    let writer = other.as_ref().unwrap_or(&h.vault);
    let values = [("order_number", "SO-3"), ("payment_number", "PAY-SO-3")];
    let mobile = [("mobile", "13900000003")];
    let records = vec![record("basic", &mobile), record("transaction", &values)];
    writer.write(&operator, None, records).await.unwrap();
    assert_eq!(
        epochs(&h.vault).await,
        [vec!["1 current 3"], vec!["1 superseded 2", "2 current 1"]]
    );
    let (caller, proof) = approved(&h, OF_ZONE, 1).await;
    let hanging = h.vault.destroy_epoch(&caller, OF_ZONE, 1, proof).await;
    assert!(matches!(
        hanging,
        Err(DestroyError::Hanging { epoch: 1, keys: 2 })
    ));
    work(&h.vault).await;
    let jobs = h.vault.jobs().await.unwrap();
    assert_eq!(
        (jobs[0].zone.as_deref(), jobs[0].done, jobs[0].total),
        (OF_ZONE, 2, 2)
    );
    let (caller, proof) = approved(&h, OF_ZONE, 1).await;
    let gone = h.vault.destroy_epoch(&caller, OF_ZONE, 1, proof).await;
    assert_eq!(gone.unwrap().epoch, 1);
    assert_eq!(
        epochs(&h.vault).await,
        [vec!["1 current 3"], vec!["1 destroyed 0", "2 current 3"]]
    );
    for vault in std::iter::once(&h.vault).chain(&other) {
        assert_eq!(payment_of(&h, vault, subject).await, before);
    }
    assert_eq!(findings(&h.vault).await, [""; 0]);
    let h = h.reopen().await;
    assert_eq!(payment_of(&h, &h.vault, subject).await, before);
}

async fn fresh_data_keys_of_a_zone_open_the_same_values_and_the_main_database_stays(
    engine: Engine,
) {
    let h = harness(engine).await;
    let subject = customer(&h, "13900000001", "SO-1").await.subject;
    customer(&h, "13900000002", "SO-2").await;
    let before = payment_of(&h, &h.vault, subject).await;
    let [main, apart] = sealed(&h).await;
    let operator = Caller::operator();
    let ordered = h.vault.reseal(&operator, OF_ZONE).await.unwrap();
    assert_eq!(ordered.records, 2);
    let again = h.vault.reseal(&operator, OF_ZONE).await;
    assert!(matches!(again, Err(KeyError::Resealing)));
    // Each place has its own turn.
    let main_too = h.vault.reseal(&operator, None).await.unwrap();
    assert_eq!(main_too.records, 2);
    let mut tx = Tx::new();
    tx.run("DELETE FROM job WHERE id = $1", params![main_too.job]);
    h.vault.store().commit(tx).await.unwrap();
    work(&h.vault).await;
    let jobs = h.vault.jobs().await.unwrap();
    assert_eq!((jobs[0].done, jobs[0].total), (2, 2));
    let now = sealed(&h).await;
    assert_eq!(now[0], main);
    assert_eq!(now[1].len(), apart.len());
    assert!(apart.iter().all(|old| !now[1].contains(old)));
    assert_eq!(payment_of(&h, &h.vault, subject).await, before);
    // Found by its key as before, and written to.
    let values = [("order_number", "SO-1"), ("state", "refunded")];
    let written = h
        .vault
        .write(&operator, None, vec![record("transaction", &values)])
        .await
        .unwrap();
    assert_eq!(written.subject, subject);
    assert_eq!(findings(&h.vault).await, [""; 0]);
}

async fn what_was_cut_off_about_a_zones_keys_is_carried_out(engine: Engine) {
    let h = harness(engine).await;
    customer(&h, "13900000001", "SO-1").await;
    let operator = Caller::operator();
    h.vault.rotate_keys(&operator, OF_ZONE, None).await.unwrap();
    work(&h.vault).await;
    // As if the process had been killed after the key folder was written and before the store was told.
    let mut tx = Tx::new();
    tx.run(
        "UPDATE setting SET value = '1' WHERE name = 'epoch transaction'",
        params![],
    );
    tx.run("DELETE FROM job", params![]);
    h.vault.store().commit(tx).await.unwrap();
    let h = h.reopen().await;
    customer(&h, "13900000002", "SO-2").await;
    assert_eq!(h.vault.jobs().await.unwrap().len(), 1);
    work(&h.vault).await;
    let [main, apart] = epochs(&h.vault).await;
    assert_eq!(main, ["1 current 2"]);
    assert_eq!(apart, ["1 superseded 0", "2 current 2"]);
    // Ordered and recorded, and the key folder not written yet.
    let mut tx = Tx::new();
    tx.run(
        "INSERT INTO setting (name, value) VALUES ('destroying transaction', '1')",
        params![],
    );
    h.vault.store().commit(tx).await.unwrap();
    let h = h.reopen().await;
    h.vault.settle_keys().await.unwrap();
    assert_eq!(epochs(&h.vault).await[1], ["1 destroyed 0", "2 current 2"]);
    let size = h.vault.store().ledger_head().await.unwrap().size;
    h.vault.settle_keys().await.unwrap();
    assert_eq!(h.vault.store().ledger_head().await.unwrap().size, size);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zones_root_that_is_withdrawn_stops_what_touches_the_zone_and_nothing_else() {
    let h = harness(Engine::Sqlite).await;
    let subject = customer(&h, "13900000001", "SO-1").await.subject;
    let root = h
        .folder
        .path()
        .join("keys/zones")
        .join(ZONE)
        .join("root.key");
    let away = h.folder.path().join("away");
    std::fs::rename(&root, &away).unwrap();
    h.world.pass(301);
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let read = async |field| {
        let request = request(&[subject], "rights-answer", &[field], &[]);
        h.vault.read(&officer, &request).await
    };
    let refused = read("transaction.payment_number").await.unwrap_err();
    assert!(
        refused.to_string().starts_with("cannot unseal"),
        "{refused}"
    );
    assert_eq!(shown(&read("basic.mobile").await.unwrap()[0]).len(), 1);
    assert!(h.vault.renew_keys().await.is_err());
    std::fs::rename(&away, &root).unwrap();
    h.world.pass(6);
    h.vault.renew_keys().await.unwrap();
    let back = read("transaction.payment_number").await.unwrap();
    assert!(shown(&back[0])[0].contains("clear") || shown(&back[0])[0].contains("masked"));
}

/// How often it is killed.
const KILLS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_zones_keys_turn_nothing_is_lost_and_the_turn_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    zone_crash::found(folder.path()).await.close().await;
    let mut dice = ChaCha20Rng::seed_from_u64(21);
    let mut people: Vec<(SubjectId, String)> = Vec::new();
    for _ in 0..KILLS {
        let longer = Duration::from_micros(u64::from(dice.next_u32() % 250_000));
        people.extend(run_and_kill(
            "zone_keys::turns_until_it_is_killed",
            folder.path(),
            longer,
            person_and_value,
        ));
        let vault = zone_crash::open(folder.path()).await;
        for (number, (subject, payment)) in people.iter().enumerate() {
            let number = u8::try_from(number % 200).unwrap();
            let officer = person(&vault, number, "zhao.min", "protection-officer");
            let fields = ["transaction.payment_number"];
            let request = request(&[*subject], "rights-answer", &fields, &[]);
            let read = vault.read(&officer, &request).await.unwrap();
            let ending = &payment[payment.len() - 2..];
            assert!(
                shown(&read[0])[0].ends_with(ending),
                "{:?}",
                shown(&read[0])
            );
        }
        assert_eq!(findings(&vault).await, [""; 0]);
        recounted(&vault).await;
        vault.close().await;
    }
    let vault = zone_crash::open(folder.path()).await;
    vault.refresh().await.unwrap();
    // A job of the killed process is held by its lease for half a minute.
    let mut tx = Tx::new();
    tx.run("UPDATE job SET lease_until = 0", params![]);
    vault.store().commit(tx).await.unwrap();
    work(&vault).await;
    let list = vault.keys().await.unwrap().remove(1);
    assert!(list.epochs.len() > KILLS, "{list:?}");
    for of in &list.epochs {
        assert_eq!(of.keys > 0, of.state == EpochState::Current, "{of:?}");
    }
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by killed_while_a_zones_keys_turn_nothing_is_lost_and_the_turn_is_finished"]
async fn turns_until_it_is_killed() {
    let Some(folder) = killed::folder() else {
        return;
    };
    let vault = zone_crash::open(&folder).await;
    let writing = vault.clone();
    tokio::spawn(async move {
        loop {
            let number = writing.dice().next_u32() % 100_000_000;
            let (mobile, payment) = (format!("139{number:08}"), format!("PAY-{number:08}"));
            let order = format!("SO-{number}");
            let values = [("order_number", &*order), ("payment_number", &*payment)];
            let records = vec![
                record("basic", &[("mobile", &mobile)]),
                record("transaction", &values),
            ];
            let written = writing.write(&Caller::operator(), None, records).await;
            let subject = written.unwrap().subject;
            let mut out = std::io::stdout().lock();
            writeln!(out, "\nack {subject} {payment}").unwrap();
            out.flush().unwrap();
        }
    });
    loop {
        let operator = Caller::operator();
        vault.rotate_keys(&operator, OF_ZONE, None).await.unwrap();
        vault.reseal(&operator, OF_ZONE).await.ok();
        work(&vault).await;
    }
}
