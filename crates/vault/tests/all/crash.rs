//! A process that is killed while it imports, writes and closes cases.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_ledger::Kind;
use shouxin_model::{
    Caller, CallerKind, ImportId, RecordId, SessionId, SignIn, StaffId, SubjectId, Suite,
};
use shouxin_vault::world::Machine;
use shouxin_vault::{CaseChange, Vault, Witness, keydir};

use crate::killed::{self, kill_while_it_opens, run_and_kill};
use crate::support::{number, open_folder, record, recounted, request, shown};

/// The test that is started in order to be killed.
const WORK: &str = "crash::works_until_it_is_killed";

/// Whoever was killed has its data directory served again within this time.
const RESTARTS: Duration = Duration::from_secs(5);

/// Rows of the file that it imports again and again.
const ROWS: usize = 1_200;

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_killed_at_any_moment_keeps_what_it_acknowledged_and_nothing_half() {
    killed(8, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: 200 kills"]
async fn long_a_vault_killed_two_hundred_times_keeps_what_it_acknowledged_and_nothing_half() {
    // A deployment of its own for every 25, because each round reads all that there is.
    for seed in 0..8 {
        killed(25, seed).await;
    }
}

/// Kills a working vault `kills` times, and every third time again while it opens what is left.
async fn killed(kills: usize, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let keyring = keydir::create(
        &folder.path().join("keys"),
        Suite::International,
        None,
        &Machine,
    )
    .unwrap();
    let store = open_folder(&folder.path().join("data")).await;
    let profile = shouxin_register::profile("after-sales").unwrap();
    let vault = Vault::found(
        store,
        keyring,
        Arc::new(Machine),
        profile.register_toml,
        profile.policies,
    )
    .await
    .unwrap();
    vault.store().close().await;
    drop(vault);
    let witness = Witness::at(folder.path().join("outside/witness"));
    let mut dice = ChaCha20Rng::seed_from_u64(seed);
    let mut acknowledged = 0;
    for kill in 0..kills {
        let mut said = run_and_kill(
            WORK,
            folder.path(),
            Duration::from_micros(u64::from(dice.next_u32() % 150_000)),
            Said::read,
        );
        if kill % 3 == 2 {
            for _ in 0..=dice.next_u32() % 3 {
                let moment = Duration::from_micros(u64::from(dice.next_u32() % 60_000));
                let told = kill_while_it_opens(WORK, folder.path(), moment, Said::read);
                said.extend(told);
            }
        }
        acknowledged += said.len();
        let vault = tokio::time::timeout(RESTARTS, open(folder.path())).await;
        let vault = vault.expect("it serves again within five seconds");
        // What was signed before the kill is still the beginning of the ledger.
        vault.face(&witness).await.unwrap();
        check(&vault, &said).await;
        vault.sign_checkpoint(Some(&witness)).await.unwrap();
        let report = vault.verify_ledger(&[], |_, _| {}).await.unwrap();
        assert!(report.is_right(), "{:?}", report.findings);
        vault.store().close().await;
    }
    assert!(
        acknowledged > 2 * kills,
        "only {acknowledged} acts were acknowledged"
    );
}

/// What the killed process said it had done.
#[derive(Debug)]
enum Said {
    Wrote {
        subject: SubjectId,
        mobile: String,
        entry: u64,
    },
    Closed {
        subject: SubjectId,
        case: RecordId,
    },
    Imported {
        import: ImportId,
        rows: u64,
    },
}

impl Said {
    fn read(said: &str) -> Option<Self> {
        let mut words = said.split(' ');
        let kind = words.next()?;
        let mut next = || words.next();
        Some(match kind {
            "wrote" => Self::Wrote {
                subject: next()?.parse().ok()?,
                mobile: next()?.to_owned(),
                entry: next()?.parse().ok()?,
            },
            "closed" => Self::Closed {
                subject: next()?.parse().ok()?,
                case: next()?.parse().ok()?,
            },
            "imported" => Self::Imported {
                import: next()?.parse().ok()?,
                rows: next()?.parse().ok()?,
            },
            _ => return None,
        })
    }
}

async fn open(folder: &Path) -> Vault {
    let keyring = keydir::open(&folder.join("keys"), None).unwrap();
    Vault::open(
        open_folder(&folder.join("data")).await,
        keyring,
        Arc::new(Machine),
    )
    .await
    .unwrap()
}

fn adviser() -> Caller {
    let (id, session) = (StaffId::from_bytes([1; 16]), SessionId::from_bytes([1; 16]));
    Caller {
        kind: CallerKind::Staff {
            id,
            login: "li.na".to_owned(),
            session,
        },
        roles: vec!["service-adviser".to_owned()],
        sign_in: SignIn::default(),
        ..Caller::operator()
    }
}

/// Every acknowledged thing is there, nothing is there by half, and the ledger tells all of it.
async fn check(vault: &Vault, said: &[Said]) {
    let mut imported: BTreeMap<ImportId, u64> = BTreeMap::new();
    for said in said {
        match said {
            Said::Wrote {
                subject,
                mobile,
                entry,
            } => {
                let (entry, _) = vault.entry(*entry).await.unwrap();
                assert_eq!(entry.kind, Kind::RecordWrite);
                let sql = "SELECT pseudonym FROM subject WHERE id = $1";
                let rows = vault
                    .store()
                    .query(sql, shouxin_store::params![*subject])
                    .await
                    .unwrap();
                assert_eq!(
                    rows[0].bytes(0).unwrap(),
                    entry.subject.unwrap(),
                    "{mobile}"
                );
            }
            Said::Closed { subject, case } => {
                let sql = "SELECT value FROM facet WHERE subject = $1 AND record = $2 AND field = 'status'";
                let rows = vault
                    .store()
                    .query(sql, shouxin_store::params![*subject, *case])
                    .await
                    .unwrap();
                assert_eq!(rows[0].text(0).unwrap(), "closed");
            }
            Said::Imported { import, rows } => {
                let most = imported.entry(*import).or_default();
                *most = (*most).max(*rows);
            }
        }
    }
    // One value of the newest customer, opened.
    let newest = said.iter().rev().find_map(|said| match said {
        Said::Wrote {
            subject, mobile, ..
        } => Some((*subject, mobile)),
        _ => None,
    });
    if let Some((subject, mobile)) = newest {
        let mut officer = adviser();
        officer.roles = vec!["protection-officer".to_owned()];
        officer.sign_in.second_factor_at = Some(vault.now());
        // A new one each time, whose day's quota is whole.
        officer.kind = CallerKind::Staff {
            id: StaffId::make(vault.now(), &mut vault.dice()),
            login: "zhao.min".to_owned(),
            session: SessionId::from_bytes([2; 16]),
        };
        let field = ["customer.mobile"];
        let read = vault
            .read(
                &officer,
                &request(&[subject], "rights-answer", &field, &field),
            )
            .await
            .unwrap();
        assert!(
            shown(&read[0])[0].ends_with(&format!(" {mobile}")),
            "{:?}",
            shown(&read[0])
        );
    }
    for (import, rows) in imported {
        assert!(vault.import_status(import).await.unwrap().rows >= rows);
    }
    for import in vault.imports().await.unwrap() {
        let id = shouxin_store::params![import.id];
        let rows = vault
            .store()
            .query("SELECT COUNT(*) FROM import_row WHERE import = $1", id)
            .await
            .unwrap();
        assert_eq!(rows[0].int(0).unwrap(), i64::try_from(import.rows).unwrap());
        assert_eq!(import.counts.values().sum::<u64>(), import.rows);
        assert!(
            import.state == "open" || import.rows == ROWS as u64,
            "{import:?}"
        );
    }
    // The file's people are there once, however often the import was cut.
    let of_file = number(
        vault,
        "SELECT COUNT(*) FROM subject WHERE source LIKE 'imp%'",
    )
    .await;
    assert!(of_file <= ROWS as i64);
    assert_eq!(
        number(
            vault,
            "SELECT COUNT(*) FROM import_row WHERE outcome = 'created'"
        )
        .await,
        of_file
    );
    for half in [
        "SELECT COUNT(*) FROM record WHERE subject NOT IN (SELECT id FROM subject)",
        "SELECT COUNT(*) FROM subject WHERE id NOT IN (SELECT subject FROM record)",
        "SELECT COUNT(*) FROM subject WHERE id NOT IN (SELECT subject FROM subject_key)",
        "SELECT COUNT(*) FROM blind WHERE record NOT IN (SELECT id FROM record)",
        "SELECT COUNT(*) FROM record WHERE collection = 'customer' AND id NOT IN (SELECT record FROM blind)",
        "SELECT COUNT(*) FROM facet WHERE record NOT IN (SELECT id FROM record)",
    ] {
        assert_eq!(number(vault, half).await, 0, "{half}");
    }
    // Each person that was written has exactly one entry that says so.
    let size = recounted(vault).await;
    let mut kinds: BTreeMap<Kind, i64> = BTreeMap::new();
    for (_, bytes) in vault
        .store()
        .ledger_entries(0, usize::try_from(size).unwrap())
        .await
        .unwrap()
    {
        *kinds
            .entry(shouxin_ledger::Entry::decode(&bytes).unwrap().kind)
            .or_default() += 1;
    }
    let written = number(vault, "SELECT COUNT(*) FROM subject WHERE source = 'api'").await;
    assert_eq!(kinds.get(&Kind::RecordWrite).copied().unwrap_or(0), written);
    let closed = number(
        vault,
        "SELECT COUNT(*) FROM facet WHERE field = 'status' AND value = 'closed'",
    )
    .await;
    assert_eq!(kinds.get(&Kind::Case).copied().unwrap_or(0), closed);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by a_vault_killed_at_any_moment_keeps_what_it_acknowledged_and_nothing_half, which kills it"]
async fn works_until_it_is_killed() {
    std::io::stdout().write_all(b"opens\n").unwrap();
    let vault = open(&killed::folder().unwrap()).await;
    let say = |line: String| {
        // One write call a line: a kill cannot tear it.
        std::io::stdout()
            .write_all(format!("ack {line}\n").as_bytes())
            .unwrap();
    };
    let mut tasks = Vec::new();
    for task in 0..4u64 {
        let vault = vault.clone();
        tasks.push(tokio::spawn(async move {
            let process = std::process::id();
            for i in 0..1_000 {
                let mobile = format!("139{:04}{task}{i:03}", process % 10_000);
                let number = format!("WO-{process}-{task}-{i}");
                let records = vec![
                    record("customer", &[("name", "欧阳明"), ("mobile", &mobile)]),
                    record(
                        "work_order",
                        &[
                            ("number", &number),
                            ("status", "booked"),
                            ("assignee", "li.na"),
                        ],
                    ),
                ];
                let written = vault
                    .write(&Caller::operator(), None, records)
                    .await
                    .unwrap();
                say(format!(
                    "wrote {} {mobile} {}",
                    written.subject, written.entry
                ));
                if i % 2 == 0 {
                    let close = CaseChange {
                        status: Some("closed".to_owned()),
                        ..CaseChange::default()
                    };
                    let case = written.records[1].0;
                    vault
                        .change_case(&adviser(), written.subject, case, &close)
                        .await
                        .unwrap();
                    say(format!("closed {} {case}", written.subject));
                }
            }
        }));
    }
    tasks.push(tokio::spawn(async move {
        let rows: String = (0..ROWS).map(|i| format!("张三,1380013{i:04}\n")).collect();
        let file = format!("姓名,手机\n{rows}").into_bytes();
        let mapping = "[columns]\n\"姓名\" = \"customer.name\"\n\"手机\" = \"customer.mobile\"\n";
        loop {
            let open = vault
                .imports()
                .await
                .unwrap()
                .into_iter()
                .find(|import| import.state == "open");
            let import = match open {
                Some(import) => import.id,
                None => vault
                    .begin_import(&Caller::operator(), mapping)
                    .await
                    .unwrap(),
            };
            let heard = move |status: &shouxin_vault::ImportStatus| {
                say(format!("imported {import} {}", status.rows))
            };
            vault
                .feed_import(
                    &Caller::operator(),
                    import,
                    Cursor::new(file.clone()),
                    None,
                    heard,
                )
                .await
                .unwrap();
        }
    }));
    for task in tasks {
        task.await.unwrap();
    }
}
