//! Keys that live: epochs begin, keys wrap anew, old epochs are destroyed, and the root may be withdrawn.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use shouxin_model::{Caller, SubjectId, Suite};
use shouxin_vault::approvals::{Approved, Decision};
use shouxin_vault::keydir::{KeyFolder, Unlock};
use shouxin_vault::{
    Act, DestroyError, Destroyed, EpochState, KeyError, OpenVaultError, Proposal, ReadError, Vault,
    VaultError,
};

use crate::support::{
    Engine, Harness, held, number, on_both_engines, open_folder, record, request, shown,
};

on_both_engines! {
    an_epoch_begins_and_every_key_follows_while_people_read_and_write
    an_epoch_that_keys_hang_on_is_not_destroyed_nor_one_in_use_nor_without_another_person
    fifty_readers_race_a_destruction_and_see_the_value_or_nothing_false
    fresh_data_keys_open_the_same_values_and_the_old_keys_none
    a_rotation_that_was_cut_off_is_told_by_whoever_opens_the_keys_next
    a_destruction_that_was_cut_off_is_carried_out
}

const MOBILE: &[&str] = &["customer.mobile"];

async fn work(vault: &Vault) {
    while vault.work().await.unwrap() {}
}

/// What the epochs are and how many keys hang on each: `1 superseded 3`.
async fn epochs(vault: &Vault) -> Vec<String> {
    let list = vault.keys().await.unwrap().remove(0);
    let shown =
        |of: &shouxin_vault::EpochStatus| format!("{} {} {}", of.epoch, of.state.word(), of.keys);
    list.epochs.iter().map(shown).collect()
}

/// Proposes the destruction of an epoch and has somebody else approve it.
pub(crate) async fn approved(h: &Harness, zone: Option<&str>, epoch: u32) -> (Caller, Approved) {
    let caller = h.strong_staff("gu.lei", "security-admin");
    let body = h.vault.plan_destruction(zone, epoch).await.unwrap();
    let body = body.body().unwrap();
    let proposal = Proposal {
        act: Act::EpochDestruction,
        body: body.clone(),
        reason: "the yearly change of keys".to_owned(),
    };
    let asked = h.vault.propose(&caller, proposal).await.unwrap();
    let officer = h.strong_staff("zhao.min", "protection-officer");
    h.vault
        .decide_approval(&officer, asked.id, asked.digest, Decision::Approve, None)
        .await
        .unwrap();
    let proof = h
        .vault
        .approved(&caller, asked.id, Act::EpochDestruction, &body)
        .await
        .unwrap();
    (caller, proof)
}

async fn destroy(h: &Harness, epoch: u32) -> Result<Destroyed, DestroyError> {
    let (caller, proof) = approved(h, None, epoch).await;
    h.vault.destroy_epoch(&caller, None, epoch, proof).await
}

async fn mobile_of(vault: &Vault, h: &Harness, subject: SubjectId) -> String {
    let caller = h.staff("li.na", "service-adviser");
    let request = request(&[subject], "repair-service", MOBILE, &[]);
    let outcomes = vault.read(&caller, &request).await.unwrap();
    shown(&outcomes[0]).remove(0)
}

async fn an_epoch_begins_and_every_key_follows_while_people_read_and_write(engine: Engine) {
    let h = Harness::new(engine).await;
    let first = h.customer("li.na").await.subject;
    let before = mobile_of(&h.vault, &h, first).await;
    assert!(before.starts_with("customer.mobile masked"), "{before}");
    // An embedded store lets one process in.
    let other = match engine {
        Engine::Sqlite => h.vault.clone(),
        Engine::Postgres => h.node().await,
    };

    let rotated = h
        .vault
        .rotate_keys(&Caller::operator(), None, Some(Suite::National))
        .await
        .unwrap();
    // A customer with an order has a key in each of two zones.
    assert_eq!((rotated.epoch, rotated.keys), (2, 2));
    // Not wrapped anew yet, and read all the same; somebody new is wrapped in the new epoch.
    assert_eq!(mobile_of(&h.vault, &h, first).await, before);
    let second = h.customer_of("13900139000", "li.na").await.subject;
    assert_eq!(epochs(&h.vault).await, ["1 superseded 2", "2 current 2"]);
    // Another node has an older keyring in memory: it looks into the key folder again.
    let found = mobile_of(&other, &h, second).await;
    assert!(found.starts_with("customer.mobile masked"), "{found}");
    let name = record("customer", &[("name", "李四"), ("mobile", "13700137000")]);
    other
        .write(&Caller::operator(), None, vec![name])
        .await
        .unwrap();

    work(&h.vault).await;
    assert_eq!(epochs(&h.vault).await, ["1 superseded 0", "2 current 5"]);
    assert_eq!(mobile_of(&h.vault, &h, first).await, before);
    let job = h.vault.jobs().await.unwrap().remove(0);
    assert_eq!((job.state.as_str(), job.done, job.total), ("done", 2, 2));

    let destroyed = destroy(&h, 1).await.unwrap();
    let entry = h.vault.entry(destroyed.entry).await.unwrap().0;
    let said = |word: &str| {
        entry
            .extra
            .iter()
            .find(|(w, _)| w == word)
            .map(|(_, t)| t.as_str())
    };
    assert_eq!(said("did"), Some("epoch-destruction-ordered"));
    assert!(said("approved-by").is_some_and(|by| by.starts_with("stf_")));
    assert_eq!(epochs(&h.vault).await, ["1 destroyed 0", "2 current 5"]);
    let h = h.reopen().await;
    assert_eq!(mobile_of(&h.vault, &h, first).await, before);
}

async fn an_epoch_that_keys_hang_on_is_not_destroyed_nor_one_in_use_nor_without_another_person(
    engine: Engine,
) {
    let h = Harness::new(engine).await;
    h.customer("li.na").await;
    let error = h.vault.plan_destruction(None, 1).await.unwrap_err();
    assert!(matches!(error, DestroyError::InUse(1)), "{error}");
    h.vault
        .rotate_keys(&Caller::operator(), None, None)
        .await
        .unwrap();
    let error = destroy(&h, 1).await.unwrap_err();
    assert!(
        matches!(error, DestroyError::Hanging { epoch: 1, keys: 2 }),
        "{error}"
    );
    let error = h.vault.plan_destruction(None, 7).await.unwrap_err();
    assert!(matches!(error, DestroyError::NoEpoch(7)), "{error}");
    work(&h.vault).await;
    // An approval counts for the epoch it names, and once.
    let (caller, proof) = approved(&h, None, 1).await;
    let id = proof.id();
    h.vault
        .destroy_epoch(&caller, None, 1, proof)
        .await
        .unwrap();
    let body = r#"{"epoch":2}"#;
    let again = h.vault.approved(&caller, id, Act::EpochDestruction, body);
    assert!(again.await.is_err());
    assert_eq!(epochs(&h.vault).await, ["1 destroyed 0", "2 current 2"]);
}

async fn fifty_readers_race_a_destruction_and_see_the_value_or_nothing_false(engine: Engine) {
    let h = Arc::new(Harness::new(engine).await);
    let mut people = Vec::new();
    for n in 0..5 {
        let mobile = format!("1390013900{n}");
        people.push(h.customer_of(&mobile, "li.na").await.subject);
    }
    let readers: Vec<_> = (0..50)
        .map(|n: usize| {
            let (h, subject) = (h.clone(), people[n % people.len()]);
            tokio::spawn(async move {
                let mut seen = BTreeSet::new();
                for _ in 0..6 {
                    let caller = h.staff("li.na", "service-adviser");
                    let request = request(&[subject], "repair-service", MOBILE, &[]);
                    match h.vault.read(&caller, &request).await {
                        Ok(outcomes) => seen.extend(shown(&outcomes[0])),
                        // The same subject's version moves on under so many at once.
                        Err(ReadError::Vault(VaultError::Busy)) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
                (n, seen)
            })
        })
        .collect();
    for epoch in 1..=3 {
        h.vault
            .rotate_keys(&Caller::operator(), None, None)
            .await
            .unwrap();
        work(&h.vault).await;
        destroy(&h, epoch).await.unwrap();
    }
    for reader in readers {
        let (n, seen) = reader.await.unwrap();
        let value = format!("139****900{}", n % 5);
        let right =
            |line: &String| line.starts_with("customer.mobile masked") && line.ends_with(&value);
        assert!(seen.iter().all(right), "{value}: {seen:?}");
    }
    assert_eq!(
        epochs(&h.vault).await,
        [
            "1 destroyed 0",
            "2 destroyed 0",
            "3 destroyed 0",
            "4 current 10"
        ]
    );
}

async fn fresh_data_keys_open_the_same_values_and_the_old_keys_none(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let before = mobile_of(&h.vault, &h, subject).await;
    let wrapped = "SELECT wrapped FROM subject_key";
    let old = h.vault.store().query(wrapped, vec![]).await.unwrap();
    let old = old[0].bytes(0).unwrap().to_vec();
    let ordered = h.vault.reseal(&Caller::operator(), None).await.unwrap();
    assert_eq!(ordered.records, 3);
    let error = h.vault.reseal(&Caller::operator(), None).await.unwrap_err();
    assert!(matches!(error, KeyError::Resealing), "{error}");
    work(&h.vault).await;
    assert_eq!(mobile_of(&h.vault, &h, subject).await, before);
    let job = h.vault.jobs().await.unwrap().remove(0);
    assert_eq!((job.state.as_str(), job.done, job.total), ("done", 3, 3));
    let examined = h.vault.examine(&Caller::operator(), |_| {}).await.unwrap();
    assert_eq!(examined.findings, []);
    // An unchanged value is still known as unchanged, and search still finds.
    let again = h.write(&[("customer", &[("mobile", "13800138000")])]).await;
    assert_eq!(again.subject, subject);

    // The old wrapped key, put back, opens nothing of what is stored now.
    let mut tx = shouxin_store::Tx::new();
    tx.run(
        "UPDATE subject_key SET wrapped = $1",
        shouxin_store::params![old],
    );
    h.vault.store().commit(tx).await.unwrap();
    let caller = h.staff("li.na", "service-adviser");
    let request = request(&[subject], "repair-service", MOBILE, &[]);
    let error = h.vault.read(&caller, &request).await.unwrap_err();
    assert!(
        matches!(error, ReadError::Vault(VaultError::Forged(_))),
        "{error}"
    );
}

async fn a_rotation_that_was_cut_off_is_told_by_whoever_opens_the_keys_next(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    h.vault
        .rotate_keys(&Caller::operator(), None, None)
        .await
        .unwrap();
    work(&h.vault).await;
    // As if the process had been killed after the key folder was written and before the store was told.
    let mut tx = shouxin_store::Tx::new();
    tx.run(
        "UPDATE setting SET value = '1' WHERE name = 'epoch'",
        vec![],
    );
    tx.run("DELETE FROM job", vec![]);
    h.vault.store().commit(tx).await.unwrap();
    let h = h.reopen().await;
    h.customer_of("13900139000", "li.na").await;
    let sql = "SELECT CAST(value AS BIGINT) FROM setting WHERE name = 'epoch'";
    assert_eq!(number(&h.vault, sql).await, 2);
    assert_eq!(h.vault.jobs().await.unwrap().len(), 1);
    work(&h.vault).await;
    assert_eq!(epochs(&h.vault).await, ["1 superseded 0", "2 current 4"]);
    assert!(mobile_of(&h.vault, &h, subject).await.contains("masked"));
}

async fn a_destruction_that_was_cut_off_is_carried_out(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer("li.na").await;
    h.vault
        .rotate_keys(&Caller::operator(), None, None)
        .await
        .unwrap();
    work(&h.vault).await;
    // Ordered and recorded, and the key folder not written yet.
    let mut tx = shouxin_store::Tx::new();
    tx.run(
        "INSERT INTO setting (name, value) VALUES ('destroying', '1')",
        vec![],
    );
    h.vault.store().commit(tx).await.unwrap();
    let h = h.reopen().await;
    h.vault.settle_keys().await.unwrap();
    assert_eq!(epochs(&h.vault).await, ["1 destroyed 0", "2 current 2"]);
    // Once: nothing is left to do.
    let size = h.vault.store().ledger_head().await.unwrap().size;
    h.vault.settle_keys().await.unwrap();
    assert_eq!(h.vault.store().ledger_head().await.unwrap().size, size);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_copy_of_the_data_opens_nothing_once_its_epoch_is_destroyed_and_says_why() {
    let h = Harness::new(Engine::Sqlite).await;
    let subject = h.customer("li.na").await.subject;
    h.vault.store().close().await;
    let old = h.folder.path().join("old");
    copy(&h.folder.path().join("data"), &old);
    let h = h.reopen().await;
    h.vault
        .rotate_keys(&Caller::operator(), None, None)
        .await
        .unwrap();
    work(&h.vault).await;

    // While the epoch lives, the old copy opens.
    let reads = |vault: Vault| {
        let h = &h;
        async move {
            let line = mobile_of(&vault, h, subject).await;
            vault.store().close().await;
            line
        }
    };
    let open_old = || async {
        Vault::open(
            open_folder(&old).await,
            held(h.folder.path()),
            h.world.clone(),
        )
        .await
        .unwrap()
    };
    assert!(reads(open_old().await).await.contains(" masked "));
    destroy(&h, 1).await.unwrap();
    assert_eq!(
        reads(open_old().await).await,
        "customer.mobile withheld key-destroyed "
    );
    let vault = open_old().await;
    let error = vault
        .write(
            &Caller::operator(),
            Some(subject),
            vec![record("customer", &[("name", "王五")])],
        )
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the key of {subject} was destroyed with its epoch")
    );
    let list = vault.keys().await.unwrap().remove(0);
    assert_eq!(
        (list.epochs[0].state, list.epochs[0].keys),
        (EpochState::Destroyed, 2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_that_is_withdrawn_stops_reads_within_five_minutes_and_put_back_they_go_on() {
    let h = Harness::new(Engine::Sqlite).await;
    let subject = h.customer("li.na").await.subject;
    let (root, away) = (
        h.folder.path().join("keys/root.key"),
        h.folder.path().join("away"),
    );
    std::fs::rename(&root, &away).unwrap();
    h.world.pass(299);
    assert!(mobile_of(&h.vault, &h, subject).await.contains(" masked "));
    h.world.pass(1);
    let caller = h.staff("li.na", "service-adviser");
    let request = request(&[subject], "repair-service", MOBILE, &[]);
    let size = h.vault.store().ledger_head().await.unwrap().size;
    for _ in 0..2 {
        let error = h.vault.read(&caller, &request).await.unwrap_err();
        let error = error.to_string();
        assert!(
            error.starts_with("cannot unseal: ") && error.contains("root.key"),
            "{error}"
        );
    }
    assert!(h.vault.unsealed().is_err());
    let name = record("customer", &[("name", "李四")]);
    let write = h.vault.write(&Caller::operator(), None, vec![name]).await;
    assert!(write.is_err());
    assert_eq!(h.vault.store().ledger_head().await.unwrap().size, size);
    // Signing goes on, so that the ledger stays provable.
    h.vault.sign_checkpoint(None).await.unwrap();

    std::fs::rename(&away, &root).unwrap();
    h.world.pass(6);
    assert!(mobile_of(&h.vault, &h, subject).await.contains(" masked "));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_wrong_root_nothing_opens_and_no_file_changes() {
    let h = Harness::new(Engine::Sqlite).await;
    h.customer("li.na").await;
    h.vault.store().close().await;
    let stranger = tempfile::tempdir().unwrap();
    let made = stranger.path().join("keys");
    shouxin_vault::keydir::create(&made, Suite::International, None, &*h.world).unwrap();
    let root = h.folder.path().join("keys/root.key");
    std::fs::copy(made.join("root.key"), &root).unwrap();
    let before = contents(h.folder.path());
    let folder = KeyFolder::new(h.folder.path().join("keys"), Unlock::default());
    let error = folder.open().unwrap_err().to_string();
    assert!(
        error.starts_with("cannot unseal: the keyring needs root "),
        "{error}"
    );
    assert_eq!(contents(h.folder.path()), before);
    // Whole but foreign keys are refused too.
    let keys = shouxin_vault::keydir::open(&made, None).unwrap();
    let store = open_folder(&h.folder.path().join("data")).await;
    let error = Vault::open(store, keys, h.world.clone()).await.unwrap_err();
    assert!(matches!(error, OpenVaultError::ForeignKeys), "{error}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Every file below a folder with its bytes.
fn contents(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.clone(), std::fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}
