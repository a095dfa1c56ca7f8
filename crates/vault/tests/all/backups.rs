//! Backups: what comes back, on which engine, after what.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use shouxin_model::{Caller, SubjectId};
use shouxin_store::params;
use shouxin_testkit::postgres::{Database, Server};
use shouxin_vault::{
    BackupError, Keep, Keys, OpenVaultError, Repository, Restored, Restoring, Target, Tombstones,
    Vault, Witness, keydir, restore,
};

use crate::erasures::{TRACES, contents};
use crate::support::{Engine, Harness, number, on_both_engines, open_folder, recounted, shown};

on_both_engines! {
    a_backup_comes_back_on_the_other_engine_and_from_there_on_this_one
    a_backup_taken_among_writers_is_of_one_state
    whoever_was_erased_after_the_backup_stays_erased
}

/// The keys of no zone apart.
const NO_ZONES: BTreeMap<String, Keys> = BTreeMap::new();

/// A place to restore to.
pub(crate) struct Place {
    pub(crate) target: Target,
    _database: Option<Database>,
}

impl Place {
    pub(crate) async fn new(engine: Engine, h: &Harness, name: &str) -> Self {
        match engine {
            Engine::Sqlite => Self {
                target: Target::Directory(h.folder.path().join(name)),
                _database: None,
            },
            Engine::Postgres => {
                let server = tokio::task::spawn_blocking(Server::shared).await.unwrap();
                let database = server.database().await;
                Self {
                    target: Target::Postgres(database.url().to_owned()),
                    _database: Some(database),
                }
            }
        }
    }
}

pub(crate) fn other(engine: Engine) -> Engine {
    match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    }
}

pub(crate) fn repository(h: &Harness) -> Repository {
    Repository::at(h.folder.path().join("backups"))
}

pub(crate) fn order(h: &Harness, place: &Place) -> Restoring {
    let keys = h.folder.path().join("keys");
    Restoring {
        repository: repository(h),
        at: None,
        target: place.target.clone(),
        keys: keydir::open(&keys, None).unwrap().into(),
        world: h.world.clone(),
        witness: Some(Witness::at(keys.join("witness"))),
        tombstones: Some(Tombstones::at(keys.join("tombstones"))),
        zones: Vec::new(),
    }
}

pub(crate) async fn back_up(h: &Harness, vault: &Vault) -> shouxin_vault::Taken {
    let (caller, repository) = (Caller::operator(), repository(h));
    vault
        .back_up(&caller, &repository, |_, _| {})
        .await
        .unwrap()
}

async fn put_back(h: &Harness, place: &Place) -> Result<(Vault, Restored), BackupError> {
    restore(order(h, place), |_, _| {}).await
}

/// What an adviser sees of a customer.
async fn seen(h: &Harness, vault: &Vault, subject: SubjectId) -> Vec<String> {
    let adviser = h.staff("li.wei", "service-adviser");
    let fields = ["customer.name", "customer.mobile", "work_order.number"];
    let wanted = crate::support::request(&[subject], "repair-service", &fields, &[]);
    shown(&vault.read(&adviser, &wanted).await.unwrap()[0])
}

async fn a_backup_comes_back_on_the_other_engine_and_from_there_on_this_one(engine: Engine) {
    let h = Harness::new(engine).await;
    let witness = Witness::at(h.folder.path().join("keys/witness"));
    let mut subjects = Vec::new();
    for last in 0..5 {
        let written = h.customer_of(&format!("1380013800{last}"), "li.wei").await;
        subjects.push(written.subject);
    }
    let before = seen(&h, &h.vault, subjects[3]).await;
    h.vault.sign_checkpoint(Some(&witness)).await.unwrap();
    let taken = back_up(&h, &h.vault).await;
    assert_eq!((taken.backup.number, taken.backup.size), (1, taken.entry));
    assert_eq!(h.vault.last_backup().await.unwrap().unwrap().1, taken);
    let there = Place::new(other(engine), &h, "there").await;
    let (vault, restored) = put_back(&h, &there).await.unwrap();
    assert_eq!(
        (restored.backup.rows, restored.erased_again),
        (taken.backup.rows, 0)
    );
    assert_eq!(seen(&h, &vault, subjects[3]).await, before);
    let examined = vault.examine(&Caller::operator(), |_| {}).await.unwrap();
    assert_eq!((examined.subjects, examined.findings), (5, Vec::new()));
    assert!(vault.face(&witness).await.is_ok());
    recounted(&vault).await;
    assert!(matches!(
        put_back(&h, &there).await,
        Err(BackupError::Open(_) | BackupError::NotEmpty)
    ));
    vault.sign_checkpoint(Some(&witness)).await.unwrap();
    let taken = back_up(&h, &vault).await;
    assert_eq!(taken.backup.number, 2);
    vault.store().close().await;
    assert!(matches!(
        put_back(&h, &there).await,
        Err(BackupError::NotEmpty)
    ));
    let back = Place::new(engine, &h, "back").await;
    let (vault, restored) = put_back(&h, &back).await.unwrap();
    assert_eq!(restored.backup.rows, taken.backup.rows);
    assert_eq!(seen(&h, &vault, subjects[0]).await.len(), 3);
    assert_eq!(seen(&h, &vault, subjects[3]).await, before);
    recounted(&vault).await;
    vault.store().close().await;
}

async fn a_backup_taken_among_writers_is_of_one_state(engine: Engine) {
    let h = Arc::new(Harness::new(engine).await);
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4 {
        let h = Arc::clone(&h);
        writers.spawn(async move {
            for n in 0..15 {
                h.customer_of(&format!("13800{writer}38{n:03}"), "li.wei")
                    .await;
            }
        });
    }
    while number(&h.vault, "SELECT COUNT(*) FROM subject").await < 8 {
        tokio::task::yield_now().await;
    }
    let mut sizes = Vec::new();
    for _ in 0..3 {
        sizes.push(back_up(&h, &h.vault).await.backup.size);
    }
    writers.join_all().await;
    assert!(sizes.is_sorted() && sizes[0] < h.vault.store().ledger_head().await.unwrap().size);
    // Restoring compares counts with the manifest and the ledger with its head.
    let place = Place::new(Engine::Sqlite, &h, "there").await;
    let mut order = order(&h, &place);
    order.at = Some(2);
    let (vault, _) = restore(order, |_, _| {}).await.unwrap();
    // Whoever is there is whole: as many orders as people, each with its keys.
    let people = number(&vault, "SELECT COUNT(*) FROM subject").await;
    assert_eq!(
        number(&vault, "SELECT COUNT(*) FROM record").await,
        2 * people
    );
    let keyed = "SELECT COUNT(DISTINCT subject) FROM subject_key";
    assert_eq!(number(&vault, keyed).await, people);
    vault.store().close().await;
}

async fn whoever_was_erased_after_the_backup_stays_erased(engine: Engine) {
    let h = Harness::new(engine).await;
    let witness = Witness::at(h.folder.path().join("keys/witness"));
    let (gone, stays) = (
        h.customer_of("13800138000", "li.wei").await.subject,
        h.customer_of("13900139000", "li.wei").await.subject,
    );
    let sql = "SELECT wrapped FROM subject_key WHERE subject = $1";
    let wrapped = h.vault.store().query(sql, params![gone]).await.unwrap();
    let wrapped = wrapped[0].bytes(0).unwrap().to_vec();
    back_up(&h, &h.vault).await;
    let officer = h.strong_staff("wang.min", "protection-officer");
    h.vault
        .erase(&officer, gone, "asked-by-subject")
        .await
        .unwrap();
    h.vault.sign_checkpoint(Some(&witness)).await.unwrap();
    let place = Place::new(engine, &h, "there").await;
    let (vault, restored) = put_back(&h, &place).await.unwrap();
    assert_eq!(restored.erased_again, 1);
    assert!(
        restored.witnessed.is_some(),
        "the ledger is older than what was signed"
    );
    for sql in TRACES {
        assert!(
            vault
                .store()
                .query(sql, params![gone])
                .await
                .unwrap()
                .is_empty(),
            "{sql}"
        );
    }
    assert_eq!(seen(&h, &vault, gone).await, [""; 0]);
    assert_eq!(seen(&h, &vault, stays).await.len(), 3);
    assert!(vault.scrub().await.unwrap());
    vault.store().close().await;
    if let Target::Directory(data) = &place.target {
        let bytes = contents(data);
        assert!(!bytes.windows(wrapped.len()).any(|window| window == wrapped));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundredth_changed_writes_less_than_a_tenth() {
    let h = Harness::new(Engine::Sqlite).await;
    let mut records = Vec::new();
    for n in 0..600 {
        records.push(
            h.customer_of(&format!("138001{n:05}"), "li.wei")
                .await
                .subject,
        );
    }
    h.vault.sign_checkpoint(None).await.unwrap();
    let first = back_up(&h, &h.vault).await;
    // Six of six hundred, far apart.
    for n in (0..6).map(|n| n * 100 + 7) {
        let written = h.customer_of(&format!("138001{n:05}"), "zhao.lei").await;
        assert_eq!(written.subject, records[n]);
    }
    h.vault.sign_checkpoint(None).await.unwrap();
    let second = back_up(&h, &h.vault).await;
    assert!(
        second.written_bytes * 10 < first.written_bytes,
        "{first:?} {second:?}"
    );
    // What is made of chunks and patches is the state itself.
    let place = Place::new(Engine::Sqlite, &h, "there").await;
    let (vault, _) = put_back(&h, &place).await.unwrap();
    let adviser = h.staff("zhao.lei", "service-adviser");
    let wanted =
        crate::support::request(&[records[107]], "repair-service", &["customer.name"], &[]);
    assert!(!shown(&vault.read(&adviser, &wanted).await.unwrap()[0])[0].contains("withheld"));
    vault.store().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_damaged_file_of_a_repository_is_named_and_nothing_of_it_is_restored() {
    let h = Harness::new(Engine::Sqlite).await;
    for n in 0..30 {
        h.customer_of(&format!("138001{n:05}"), "li.wei").await;
    }
    back_up(&h, &h.vault).await;
    h.customer_of("13800100007", "zhao.lei").await;
    back_up(&h, &h.vault).await;
    let keys = keydir::open(&h.folder.path().join("keys"), None).unwrap();
    let repository = repository(&h);
    assert!(
        repository
            .check(&keys, &NO_ZONES, |_, _| {})
            .unwrap()
            .is_empty()
    );
    let files = files(repository.path());
    assert!(files.len() > 15, "{files:?}");
    for file in files.iter().filter(|file| !file.ends_with("lock")) {
        let good = std::fs::read(file).unwrap();
        let places = [0, 7, good.len() / 2, good.len() - 1];
        let mut damages: Vec<Option<Vec<u8>>> = Vec::from([None, Some(Vec::new())]);
        damages.extend(places.map(|at| {
            let mut bad = good.clone();
            bad[at.min(good.len() - 2)] ^= 4;
            Some(bad)
        }));
        for damage in damages {
            match &damage {
                Some(bad) => std::fs::write(file, bad).unwrap(),
                None => std::fs::remove_file(file).unwrap(),
            }
            let is_manifest = file.to_string_lossy().contains("manifests");
            let named = match repository.check(&keys, &NO_ZONES, |_, _| {}) {
                Ok(findings) => findings
                    .iter()
                    .any(|finding| finding.to_string().contains(&*file.to_string_lossy())),
                // Of the mark of the whole folder.
                Err(error) => error
                    .to_string()
                    .contains(&*repository.path().to_string_lossy()),
            };
            // A manifest that is gone leaves nothing that could tell of it: the ledger does.
            assert!(
                named || (is_manifest && damage.is_none()),
                "{file:?} {}",
                damage.is_some()
            );
        }
        std::fs::write(file, good).unwrap();
    }
    // Named by what it holds: one chunk under another's name opens no more than a changed one.
    let chunks: Vec<_> = files
        .iter()
        .filter(|f| f.to_string_lossy().contains("chunks"))
        .collect();
    std::fs::copy(chunks[0], chunks[1]).unwrap();
    assert!(
        !repository
            .check(&keys, &NO_ZONES, |_, _| {})
            .unwrap()
            .is_empty()
    );
    let place = Place::new(Engine::Sqlite, &h, "there").await;
    let refused = put_back(&h, &place).await;
    assert!(matches!(refused, Err(BackupError::Damaged { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_restore_does_not_open_and_is_begun_anew() {
    let h = Harness::new(Engine::Sqlite).await;
    for n in 0..10 {
        h.customer_of(&format!("138001{n:05}"), "li.wei").await;
    }
    back_up(&h, &h.vault).await;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let place = Place::new(engine, &h, "there").await;
        // The largest chunk is of a table in the middle.
        let files = files(&repository(&h).path().join("chunks"));
        let largest = files
            .iter()
            .max_by_key(|file| std::fs::metadata(file).unwrap().len())
            .unwrap();
        let aside = h.folder.path().join("aside");
        std::fs::rename(largest, &aside).unwrap();
        assert!(matches!(
            put_back(&h, &place).await,
            Err(BackupError::Damaged { .. })
        ));
        std::fs::rename(&aside, largest).unwrap();
        let store = match &place.target {
            Target::Directory(data) => open_folder(data).await,
            Target::Postgres(url) => {
                let options = shouxin_store::PostgresOptions {
                    connections: 2,
                    ..Default::default()
                };
                shouxin_store::Store::open_postgres(url, options)
                    .await
                    .unwrap()
            }
        };
        let keys = keydir::open(&h.folder.path().join("keys"), None).unwrap();
        let opened = Vault::open(store.clone(), keys, h.world.clone()).await;
        assert!(matches!(opened, Err(OpenVaultError::Restoring)));
        store.close().await;
        let (vault, _) = put_back(&h, &place).await.unwrap();
        recounted(&vault).await;
        vault.store().close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_opens_what_it_restored_and_leaves_nothing_behind() {
    let h = Harness::new(Engine::Sqlite).await;
    for n in 0..10 {
        h.customer_of(&format!("138001{n:05}"), "li.wei").await;
    }
    let empty = h
        .vault
        .drill(
            &Caller::operator(),
            &repository(&h),
            h.folder.path(),
            5,
            |_, _| {},
        )
        .await;
    assert!(matches!(empty, Err(BackupError::NotARepository(_))));
    back_up(&h, &h.vault).await;
    let scratch = h.folder.path().join("scratch");
    let drilled = h
        .vault
        .drill(&Caller::operator(), &repository(&h), &scratch, 5, |_, _| {})
        .await
        .unwrap();
    assert_eq!((drilled.backup.number, drilled.records), (1, 5));
    assert!(drilled.values > 0);
    assert_eq!(h.vault.last_drill().await.unwrap().unwrap().1, drilled);
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
    let (entry, _) = h.vault.entry(drilled.entry).await.unwrap();
    assert!(entry.extra.contains(&("right".into(), "true".into())));
    // One that would not come back is on record as well.
    let chunk = files(&repository(&h).path().join("chunks")).remove(0);
    std::fs::write(chunk, b"x").unwrap();
    assert!(
        h.vault
            .drill(&Caller::operator(), &repository(&h), &scratch, 5, |_, _| {})
            .await
            .is_err()
    );
    let last = h.vault.store().ledger_head().await.unwrap().size - 1;
    let (entry, _) = h.vault.entry(last).await.unwrap();
    assert!(entry.extra.contains(&("right".into(), "false".into())));
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pruned_takes_nothing_from_what_stays() {
    let h = Harness::new(Engine::Sqlite).await;
    for n in 0..6 {
        h.customer_of(&format!("138001{n:05}"), "li.wei").await;
        back_up(&h, &h.vault).await;
    }
    let keys = keydir::open(&h.folder.path().join("keys"), None).unwrap();
    let keep = Keep {
        last: 2,
        daily: 0,
        weekly: 0,
    };
    let pruned = h.vault.prune(&repository(&h), keep).await.unwrap();
    assert_eq!(pruned.backups, [1, 2, 3, 4]);
    assert!(pruned.chunks > 0);
    assert_eq!(repository(&h).list(&keys).unwrap().len(), 2);
    assert!(
        repository(&h)
            .check(&keys, &NO_ZONES, |_, _| {})
            .unwrap()
            .is_empty()
    );
    // Where one that stays cannot be read, nothing is removed.
    let newest = repository(&h).path().join("manifests/00000006");
    let good = std::fs::read(&newest).unwrap();
    std::fs::write(&newest, &good[1..]).unwrap();
    let keep = Keep {
        last: 1,
        daily: 0,
        weekly: 0,
    };
    assert!(h.vault.prune(&repository(&h), keep).await.is_err());
    std::fs::write(&newest, good).unwrap();
    assert!(
        repository(&h)
            .check(&keys, &NO_ZONES, |_, _| {})
            .unwrap()
            .is_empty()
    );
}

/// Tell the process that is to be killed what to do, where, and after how many rows.
const ACT: &str = "SHOUXIN_TEST_BACKUP_ACT";
const FOLDER: &str = "SHOUXIN_TEST_BACKUP_FOLDER";
const AFTER: &str = "SHOUXIN_TEST_BACKUP_AFTER";

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_a_backup_or_a_restore_nothing_is_lost() {
    let h = Harness::new(Engine::Sqlite).await;
    for n in 0..12 {
        h.customer_of(&format!("138001{n:05}"), "li.wei").await;
    }
    back_up(&h, &h.vault).await;
    for n in 12..24 {
        h.customer_of(&format!("138001{n:05}"), "li.wei").await;
    }
    h.vault.store().close().await;
    let folder = h.folder.path().to_owned();
    let killed = |act: &str, after: u64| {
        let done = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "backups::works_until_it_is_killed", "--ignored"])
            .env(ACT, act)
            .env(FOLDER, &folder)
            .env(AFTER, after.to_string())
            .output()
            .unwrap();
        assert!(!done.status.success(), "it was not killed");
    };
    let keys = || keydir::open(&folder.join("keys"), None).unwrap();
    for after in [20, 100, 200] {
        killed("backup", after);
        assert_eq!(repository(&h).list(&keys()).unwrap().len(), 1);
        assert!(
            repository(&h)
                .check(&keys(), &NO_ZONES, |_, _| {})
                .unwrap()
                .is_empty()
        );
    }
    let h = h.reopen().await;
    assert_eq!(back_up(&h, &h.vault).await.backup.number, 2);
    let place = Place::new(Engine::Sqlite, &h, "there").await;
    for after in [20, 150] {
        killed("restore", after);
        let store = open_folder(&h.folder.path().join("there")).await;
        let opened = Vault::open(store.clone(), keys(), h.world.clone()).await;
        assert!(matches!(opened, Err(OpenVaultError::Restoring)));
        store.close().await;
    }
    let (vault, _) = put_back(&h, &place).await.unwrap();
    assert_eq!(number(&vault, "SELECT COUNT(*) FROM subject").await, 24);
    vault.store().close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by killed_in_a_backup_or_a_restore_nothing_is_lost"]
async fn works_until_it_is_killed() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let after: u64 = std::env::var(AFTER).unwrap().parse().unwrap();
    let kill = move |done: u64, _| {
        if done >= after {
            std::process::abort();
        }
    };
    let keyring = keydir::open(&folder.join("keys"), None).unwrap();
    let world = Arc::new(shouxin_vault::world::Machine);
    let repository = Repository::at(folder.join("backups"));
    if std::env::var(ACT).unwrap() == "backup" {
        let store = open_folder(&folder.join("data")).await;
        let vault = Vault::open(store, keyring, world).await.unwrap();
        vault
            .back_up(&Caller::operator(), &repository, kill)
            .await
            .unwrap();
        return;
    }
    let order = Restoring {
        repository,
        at: None,
        target: Target::Directory(folder.join("there")),
        keys: keyring.into(),
        world,
        witness: None,
        tombstones: None,
        zones: Vec::new(),
    };
    restore(order, kill).await.unwrap();
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
