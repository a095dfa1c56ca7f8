//! Backups of a deployment with a zone apart: taken of one state, sealed under two keyrings, put back into
//! two places.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use shouxin_model::{Caller, SubjectId};
use shouxin_store::{Store, Tx, params};
use shouxin_vault::{
    BackupError, Keep, Keys, OpenVaultError, RecordError, Repository, Restored, Restoring, Vault,
    VaultError, ZoneError, ZoneHome, ZoneTarget, restore,
};

use crate::backups::{Place, back_up, files, order, other, repository};
use crate::support::{
    Engine, Harness, on_both_engines, open_folder, record, recounted, request, shown,
};
use crate::zone_keeping::{customer, findings, harness, held, zone};

on_both_engines! {
    both_databases_come_back_on_the_other_engine
    whoever_was_erased_since_stays_erased_in_the_zone_as_well
    a_backup_among_writers_of_two_sides_is_of_one_state
}

const ZONE: &str = "transaction";

/// Two places: for the main database, and for the zone.
struct Places([Place; 2]);

impl Places {
    async fn new(engine: Engine, h: &Harness, name: &str) -> Self {
        let zone = format!("{name}-zone");
        Self([
            Place::new(engine, h, name).await,
            Place::new(engine, h, &zone).await,
        ])
    }
}

/// Copies a folder with all below it.
fn copy_all(from: &Path, to: &Path) {
    for file in files(from) {
        let there = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(there.parent().unwrap()).unwrap();
        std::fs::copy(&file, there).unwrap();
    }
}

async fn zone_keys(h: &Harness) -> Keys {
    use shouxin_vault::keydir::{KeyFolder, Unlock};
    let folder = h.folder.path().join("keys/zones").join(ZONE);
    Keys::open(KeyFolder::new(folder, Unlock::default())).unwrap()
}

async fn both(h: &Harness, places: &Places) -> Restoring {
    let zone = ZoneTarget {
        name: ZONE.to_owned(),
        target: places.0[1].target.clone(),
        keys: zone_keys(h).await,
    };
    Restoring {
        zones: vec![zone],
        ..order(h, &places.0[0])
    }
}

async fn put_back(h: &Harness, places: &Places) -> Result<(Vault, Restored), BackupError> {
    restore(both(h, places).await, |_, _| {}).await
}

/// What somebody with both grants sees of both sides.
async fn seen(h: &Harness, vault: &Vault, subject: SubjectId) -> Vec<String> {
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let fields = ["basic.mobile", "transaction.payment_number"];
    let wanted = request(&[subject], "rights-answer", &fields, &[]);
    shown(&vault.read(&officer, &wanted).await.unwrap()[0])
}

async fn both_databases_come_back_on_the_other_engine(engine: Engine) {
    let h = harness(engine).await;
    let subject = customer(&h, "13900000001", "SO-1").await.subject;
    customer(&h, "13900000002", "SO-2").await;
    let before = seen(&h, &h.vault, subject).await;
    assert_eq!(before.len(), 2);
    let rows = held(&h.vault).await;
    let taken = back_up(&h, &h.vault).await;
    // Where nothing has changed, nothing of the zone is written again.
    let again = back_up(&h, &h.vault).await;
    assert!(again.written_bytes < taken.written_bytes, "{again:?}");
    let chunks = files(
        &repository(&h)
            .path()
            .join("zones")
            .join(ZONE)
            .join("chunks"),
    );
    customer(&h, "13900000003", "SO-3").await;
    assert_eq!(back_up(&h, &h.vault).await.backup.number, 3);
    let more = files(
        &repository(&h)
            .path()
            .join("zones")
            .join(ZONE)
            .join("chunks"),
    );
    assert!(chunks.iter().all(|chunk| more.contains(chunk)) && more.len() > chunks.len());

    let there = Places::new(other(engine), &h, "there").await;
    let mut second = both(&h, &there).await;
    second.at = Some(2);
    let (vault, restored) = restore(second, |_, _| {}).await.unwrap();
    assert_eq!(restored.backup, again.backup);
    assert_eq!(held(&vault).await, rows);
    assert_eq!(seen(&h, &vault, subject).await, before);
    assert_eq!(findings(&vault).await, [""; 0]);
    recounted(&vault).await;
    // What came back goes on: it is written to, backed up, and comes back once more.
    let later = record_of(&vault, "SO-9").await;
    back_up(&h, &vault).await;
    vault.close().await;
    assert!(matches!(
        put_back(&h, &there).await,
        Err(BackupError::NotEmpty)
    ));
    let back = Places::new(engine, &h, "back").await;
    let (vault, _) = put_back(&h, &back).await.unwrap();
    assert_eq!(seen(&h, &vault, later).await.len(), 2);
    assert_eq!(findings(&vault).await, [""; 0]);
    vault.close().await;
}

/// Somebody new with an order, in this vault.
async fn record_of(vault: &Vault, order: &str) -> SubjectId {
    let basic = record("basic", &[("mobile", "13900000009")]);
    let payment = format!("PAY-{order}");
    let values = [("order_number", order), ("payment_number", &payment)];
    let paid = record("transaction", &values);
    let written = vault
        .write(&Caller::operator(), None, vec![basic, paid])
        .await;
    written.unwrap().subject
}

async fn whoever_was_erased_since_stays_erased_in_the_zone_as_well(engine: Engine) {
    let h = harness(engine).await;
    let stays = customer(&h, "13900000002", "SO-2").await.subject;
    let alone = held(&h.vault).await;
    let gone = customer(&h, "13900000001", "SO-1").await.subject;
    back_up(&h, &h.vault).await;
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let reason = "asked-by-subject";
    h.vault.erase(&officer, gone, reason).await.unwrap();
    let places = Places::new(engine, &h, "there").await;
    let (vault, restored) = put_back(&h, &places).await.unwrap();
    assert_eq!(restored.erased_again, 1);
    assert_eq!(held(&vault).await, alone);
    assert_eq!(seen(&h, &vault, stays).await.len(), 2);
    assert_eq!(seen(&h, &vault, gone).await, [""; 0]);
    assert_eq!(findings(&vault).await, [""; 0]);
    vault.close().await;
}

async fn count(store: &Store, sql: &'static str) -> i64 {
    store.query(sql, params![]).await.unwrap()[0]
        .int(0)
        .unwrap()
}

async fn a_backup_among_writers_of_two_sides_is_of_one_state(engine: Engine) {
    let h = Arc::new(harness(engine).await);
    // A second node where the engine lets one in: its changes keep to no turn of the first.
    let nodes = match engine {
        Engine::Sqlite => vec![h.vault.clone()],
        Engine::Postgres => vec![h.vault.clone(), h.node().await],
    };
    let mut writers = tokio::task::JoinSet::new();
    for (writer, vault) in nodes.iter().cycle().take(4).enumerate() {
        let vault = vault.clone();
        writers.spawn(async move {
            for n in 0..10 {
                let mobile = format!("13900{writer}00{n:03}");
                let order = format!("SO-{writer}-{n}");
                // Two nodes at once may get in each other's way: whoever called would come again.
                loop {
                    let basic = record("basic", &[("mobile", &mobile)]);
                    let paid = record("transaction", &[("order_number", &order)]);
                    let write = vec![basic, paid];
                    match vault.write(&Caller::operator(), None, write).await {
                        Err(RecordError::Vault(VaultError::Busy)) => {}
                        written => break drop(written.unwrap()),
                    }
                }
            }
        });
    }
    let people = "SELECT COUNT(*) FROM subject";
    while count(h.vault.store(), people).await < 6 {
        tokio::task::yield_now().await;
    }
    let mut taken = 0;
    for _ in 0..4 {
        match h
            .vault
            .back_up(&Caller::operator(), &repository(&h), |_, _| {})
            .await
        {
            Ok(_) => taken += 1,
            Err(BackupError::OutOfStep(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert!(taken > 0);
    writers.join_all().await;
    for number in 1..=taken {
        let places = Places::new(Engine::Sqlite, &h, &format!("there-{number}")).await;
        let mut order = both(&h, &places).await;
        order.at = Some(number);
        // Each of these goes on by itself: one witness would tell them apart.
        order.witness = None;
        let (vault, _) = restore(order, |_, _| {}).await.unwrap();
        let (main, zone) = (vault.store().clone(), zone(&vault));
        let there = count(&main, people).await;
        for sql in [
            "SELECT COUNT(*) FROM record",
            "SELECT COUNT(DISTINCT subject) FROM subject_key",
        ] {
            assert_eq!(count(&main, sql).await, there, "{sql}");
            assert_eq!(count(&zone, sql).await, there, "{sql}");
        }
        assert_eq!(
            count(&main, "SELECT seq FROM zone_head").await,
            count(&zone, "SELECT seq FROM zone_applied").await
        );
        assert_eq!(findings(&vault).await, [""; 0]);
        vault.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_zones_keys_or_with_another_part_nothing_is_put_back() {
    let h = harness(Engine::Sqlite).await;
    customer(&h, "13900000001", "SO-1").await;
    back_up(&h, &h.vault).await;
    let places = Places::new(Engine::Sqlite, &h, "there").await;
    let without = restore(order(&h, &places.0[0]), |_, _| {}).await;
    assert!(matches!(without, Err(BackupError::ZoneNotNamed(zone)) if zone == ZONE));
    let keys = order(&h, &places.0[0]).keys;
    assert_eq!(repository(&h).zones(&keys, None).unwrap(), [ZONE]);
    let mut foreign = both(&h, &places).await;
    foreign.zones[0].keys = keys.clone();
    let foreign = restore(foreign, |_, _| {}).await;
    assert!(matches!(foreign, Err(BackupError::OtherKeys { .. })));

    // The same zone in a backup of the same number, taken later into another repository.
    customer(&h, "13900000002", "SO-2").await;
    let elsewhere = Repository::at(h.folder.path().join("elsewhere"));
    let operator = Caller::operator();
    let later = h.vault.back_up(&operator, &elsewhere, |_, _| {}).await;
    assert_eq!(later.unwrap().backup.number, 1);
    let part = repository(&h).path().join("zones");
    std::fs::rename(&part, h.folder.path().join("aside")).unwrap();
    copy_all(&elsewhere.path().join("zones").join(ZONE), &part.join(ZONE));
    let mixed = put_back(&h, &places).await;
    assert!(
        matches!(&mixed, Err(BackupError::Damaged { why, .. }) if why.contains("another")),
        "{:?}",
        mixed.err()
    );
    let zones = BTreeMap::from([(ZONE.to_owned(), zone_keys(&h).await)]);
    let check = |zones: &BTreeMap<String, Keys>| repository(&h).check(&keys, zones, |_, _| {});
    assert_eq!(check(&zones).unwrap().len(), 1);
    std::fs::remove_dir_all(&part).unwrap();
    assert!(matches!(
        check(&zones).unwrap()[..],
        [BackupError::NotARepository(_)]
    ));
    std::fs::rename(h.folder.path().join("aside"), &part).unwrap();
    assert!(check(&zones).unwrap().is_empty());
    assert!(matches!(
        check(&BTreeMap::new()).unwrap()[..],
        [BackupError::ZoneNotNamed(_)]
    ));
    // A damaged chunk of the zone is named, and nothing of it is restored.
    let chunk = files(&part.join(ZONE).join("chunks")).remove(0);
    let good = std::fs::read(&chunk).unwrap();
    std::fs::write(&chunk, b"x").unwrap();
    let named = check(&zones).unwrap();
    assert!(named[0].to_string().contains(&*chunk.to_string_lossy()));
    let damaged = put_back(&h, &places).await;
    assert!(matches!(damaged, Err(BackupError::Damaged { .. })));
    // What it has left opens neither here nor there.
    std::fs::write(&chunk, good).unwrap();
    let data = open_folder(&h.folder.path().join("there-zone")).await;
    let home = ZoneHome {
        name: ZONE.to_owned(),
        store: data.clone(),
        keys: zone_keys(&h).await,
    };
    h.vault.close().await;
    let opened = h.open_with(vec![home]).await;
    assert!(
        matches!(&opened, Err(OpenVaultError::Zone(ZoneError::Restoring(_)))),
        "{:?}",
        opened.err()
    );
    data.close().await;
    let (vault, _) = put_back(&h, &places).await.unwrap();
    assert_eq!(findings(&vault).await, [""; 0]);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_between_the_databases_a_restore_is_begun_anew_and_takes_no_other_zone() {
    let h = harness(Engine::Sqlite).await;
    customer(&h, "13900000001", "SO-1").await;
    back_up(&h, &h.vault).await;
    let places = Places::new(Engine::Sqlite, &h, "there").await;
    let (vault, _) = put_back(&h, &places).await.unwrap();
    let sql = "SELECT value FROM setting WHERE name = 'restored'";
    let rows = zone(&vault).query(sql, params![]).await.unwrap();
    let restore_id = rows[0].text(0).unwrap().to_owned();
    vault.close().await;
    let unfinished = async |id: &str| {
        let data = open_folder(&h.folder.path().join("there")).await;
        let mut tx = Tx::new();
        tx.run(
            "INSERT INTO setting (name, value) VALUES ('restoring', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![id],
        );
        data.commit(tx).await.unwrap();
        data.close().await;
    };
    // As if another restore had been cut off: the zone there is somebody's.
    unfinished("another").await;
    let refused = put_back(&h, &places).await;
    assert!(matches!(refused, Err(BackupError::NotEmpty)));
    unfinished(&restore_id).await;
    let (vault, _) = put_back(&h, &places).await.unwrap();
    assert_eq!(findings(&vault).await, [""; 0]);
    vault.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_opens_records_of_both_sides_and_what_is_pruned_takes_nothing_from_either() {
    let h = harness(Engine::Sqlite).await;
    for n in 0..4 {
        customer(&h, &format!("1390000000{n}"), &format!("SO-{n}")).await;
        back_up(&h, &h.vault).await;
    }
    let keep = Keep {
        last: 2,
        daily: 0,
        weekly: 0,
    };
    let part = repository(&h).path().join("zones").join(ZONE);
    let before = files(&part).len();
    let pruned = h.vault.prune(&repository(&h), keep).await.unwrap();
    assert_eq!(pruned.backups, [1, 2]);
    assert_eq!(files(&part.join("manifests")).len(), 2);
    assert!(files(&part).len() < before - 1, "chunks went as well");
    let keys = order(&h, &Place::new(Engine::Sqlite, &h, "nowhere").await).keys;
    let zones = BTreeMap::from([(ZONE.to_owned(), zone_keys(&h).await)]);
    let checked = repository(&h).check(&keys, &zones, |_, _| {}).unwrap();
    assert!(checked.is_empty(), "{checked:?}");

    let scratch = h.folder.path().join("scratch");
    let operator = Caller::operator();
    let drill = async |sample| {
        let repository = repository(&h);
        let drilled = h
            .vault
            .drill(&operator, &repository, &scratch, sample, |_, _| {});
        drilled.await.unwrap()
    };
    // Each customer has a record of two values on one side and one of one value on the other.
    let mut values = std::collections::BTreeSet::new();
    while values.len() < 2 {
        let drilled = drill(1).await;
        assert_eq!(drilled.records, 1);
        values.insert(drilled.values);
    }
    let drilled = drill(8).await;
    assert_eq!(drilled.records, 8);
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
}
