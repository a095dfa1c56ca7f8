//! Imports: outcomes, resumption after a kill, third-party sources.

use std::io::Cursor;

use shouxin_model::Caller;
use shouxin_model::text::Language;
use shouxin_vault::{ImportError, Vault};

use crate::support::{Engine, Harness, after_sales, apply, number, on_both_engines};

on_both_engines! {
    every_row_ends_in_an_outcome
    a_dry_run_writes_nothing_but_its_entry
    samples_of_a_guess_show_no_cell_as_it_stands
    an_import_killed_in_the_middle_goes_on_and_doubles_nothing
    third_party_data_need_a_source_statement
    one_import_fed_from_two_places_takes_each_row_once
    a_file_that_breaks_off_can_be_fed_again_from_its_start
    a_register_applied_in_the_middle_sends_the_rest_round_again
}

const MAPPING: &str = r#"
[columns]
"姓名" = "customer.name"
"手机" = "customer.mobile"
"车架号" = "vehicle.vin"
"#;

fn file(rows: usize) -> Vec<u8> {
    let mut text = "姓名,手机,车架号\n".to_owned();
    for i in 0..rows {
        text.push_str(&format!("张三,1380013{i:04},\n"));
    }
    text.into_bytes()
}

async fn feed(
    vault: &Vault,
    id: shouxin_model::ImportId,
    bytes: Vec<u8>,
) -> Result<shouxin_vault::ImportStatus, ImportError> {
    vault
        .feed_import(&Caller::operator(), id, Cursor::new(bytes), None, |_| {})
        .await
}

async fn every_row_ends_in_an_outcome(engine: Engine) {
    let h = Harness::new(engine).await;
    let id = h
        .vault
        .begin_import(&Caller::operator(), MAPPING)
        .await
        .unwrap();
    let mut bytes = file(20);
    bytes.extend_from_slice(
        "李四,13800130000,\n王五,1.38E+10,\n王五,13800139999,LZZTE5T03TA000001\n".as_bytes(),
    );
    let status = feed(&h.vault, id, bytes).await.unwrap();
    let (outcomes, _) = h
        .vault
        .outcome_page(id, 0, Language::English)
        .await
        .unwrap();
    let outcomes = String::from_utf8(outcomes).unwrap();
    assert_eq!(
        (status.rows, status.state.as_str()),
        (23, "done"),
        "{outcomes}"
    );
    assert_eq!(status.counts["created"], 21, "{outcomes}");
    assert_eq!(status.counts["merged"], 1, "{outcomes}");
    assert_eq!(status.counts["refused"], 1, "{outcomes}");
    assert!(outcomes.contains("excel-scientific"), "{outcomes}");
    assert!(!outcomes.contains("1380013"), "{outcomes}");
    assert!(matches!(
        feed(&h.vault, id, file(1)).await,
        Err(ImportError::Done(_))
    ));
}

async fn a_dry_run_writes_nothing_but_its_entry(engine: Engine) {
    let h = Harness::new(engine).await;
    let operator = Caller::operator();
    h.write(&[("customer", &[("name", "张三"), ("mobile", "13800130000")])])
        .await;
    let id = h.vault.begin_import(&operator, MAPPING).await.unwrap();
    let mut bytes = file(3);
    bytes.extend_from_slice("王五,1.38E+10,\n".as_bytes());
    let people = number(&h.vault, "SELECT COUNT(*) FROM subject").await;
    let size = h.vault.store().ledger_head().await.unwrap().size;
    let trial = h
        .vault
        .try_import(&operator, id, Cursor::new(bytes.clone()), None)
        .await
        .unwrap();
    assert_eq!((trial.rows, trial.whole, trial.entry), (4, true, size));
    assert_eq!(trial.counts["created"], 2);
    assert_eq!(trial.counts["refused"], 1);
    assert_eq!(
        trial.counts.get("unchanged").or(trial.counts.get("merged")),
        Some(&1)
    );
    let found = &trial.found[0];
    assert_eq!(
        (trial.found.len(), found.row, found.outcome.as_str()),
        (1, 5, "refused")
    );
    let (code, field, _) = &found.findings(Language::English)[0];
    assert_eq!(
        (*code, field.as_deref()),
        ("excel-scientific", Some("customer.mobile"))
    );
    assert_eq!(
        number(&h.vault, "SELECT COUNT(*) FROM subject").await,
        people
    );
    assert_eq!(number(&h.vault, "SELECT COUNT(*) FROM import_row").await, 0);
    let entry = h.vault.entry(size).await.unwrap().0;
    assert!(entry.extra.contains(&("did".into(), "tried".into())));
    // The import itself then does what was foretold.
    let done = feed(&h.vault, id, bytes).await.unwrap();
    assert_eq!(done.counts, trial.counts);
}

async fn samples_of_a_guess_show_no_cell_as_it_stands(engine: Engine) {
    let h = Harness::new(engine).await;
    let text = "姓名,手机,车架号,备注\n欧阳明,13800138000,LZZTE5T03TA000001,喜欢 Li 先生 A-77\n";
    let guessed = h.vault.guess_mapping(Cursor::new(text), None).unwrap();
    assert_eq!(guessed.header_row, Some(1));
    let samples = guessed.samples.concat().join(" ");
    for cell in [
        "欧阳明",
        "13800138000",
        "LZZTE5T03TA000001",
        "喜欢",
        "Li",
        "77",
    ] {
        assert!(!samples.contains(cell), "{samples}");
    }
    assert!(samples.contains("138****8000"), "{samples}");
    assert_eq!(guessed.samples[3], ["字字 AA 字字 A-99"]);
}

async fn an_import_killed_in_the_middle_goes_on_and_doubles_nothing(engine: Engine) {
    let h = Harness::new(engine).await;
    let id = h
        .vault
        .begin_import(&Caller::operator(), MAPPING)
        .await
        .unwrap();
    // A reader that dies after some rows stands for the kill: pages before it are durable.
    struct Dies(Cursor<Vec<u8>>, usize);
    impl std::io::Read for Dies {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let most = into.len().min(self.1);
            if most == 0 {
                panic!("killed");
            }
            let read = self.0.read(&mut into[..most])?;
            self.1 -= read;
            Ok(read)
        }
    }
    let bytes = file(1700);
    let cut = Dies(Cursor::new(bytes.clone()), bytes.len() / 2);
    let killed = h
        .vault
        .feed_import(&Caller::operator(), id, cut, None, |_| {})
        .await;
    assert!(killed.is_err());
    let h = h.reopen().await;
    let half = h.vault.import_status(id).await.unwrap();
    assert_eq!((half.rows, half.state.as_str()), (500, "open"));
    // Another file is noticed.
    let mut other = file(1700);
    other[30] = b'9';
    assert!(matches!(
        feed(&h.vault, id, other).await,
        Err(ImportError::OtherFile(500))
    ));
    let status = feed(&h.vault, id, bytes).await.unwrap();
    assert_eq!((status.rows, status.counts["created"]), (1700, 1700));
    let rows = h
        .vault
        .store()
        .query("SELECT COUNT(*) FROM subject", Vec::new())
        .await
        .unwrap();
    assert_eq!(rows[0].int(0).unwrap(), 1700);
    let again = h
        .vault
        .begin_import(&Caller::operator(), MAPPING)
        .await
        .unwrap();
    let status = feed(&h.vault, again, file(1700)).await.unwrap();
    assert_eq!(status.counts["unchanged"], 1700);
}

async fn third_party_data_need_a_source_statement(engine: Engine) {
    let h = Harness::new(engine).await;
    let third = format!("{MAPPING}\n[source]\nthird_party = true\n");
    let refused = h.vault.begin_import(&Caller::operator(), &third).await;
    assert!(matches!(refused, Err(ImportError::Mapping(findings)) if !findings.is_empty()));
}

async fn one_import_fed_from_two_places_takes_each_row_once(engine: Engine) {
    let h = Harness::new(engine).await;
    let id = h
        .vault
        .begin_import(&Caller::operator(), MAPPING)
        .await
        .unwrap();
    let feeding = |vault: Vault| tokio::spawn(async move { feed(&vault, id, file(1_100)).await });
    let (one, two) = tokio::join!(feeding(h.vault.clone()), feeding(h.vault.clone()));
    for fed in [one.unwrap(), two.unwrap()] {
        let expected = matches!(
            fed,
            Ok(_) | Err(ImportError::Contended(_) | ImportError::Done(_))
        );
        assert!(expected, "{fed:?}");
    }
    // Whichever was left alone ended it, or it goes on from where they met.
    let status = h.vault.import_status(id).await.unwrap();
    let status = match status.state.as_str() {
        "done" => status,
        _ => feed(&h.vault, id, file(1_100)).await.unwrap(),
    };
    assert_eq!((status.rows, status.counts["created"]), (1_100, 1_100));
    assert_eq!(
        number(&h.vault, "SELECT COUNT(*) FROM subject").await,
        1_100
    );
}

/// A connection that is lost after some bytes.
struct Lost(Cursor<Vec<u8>>);

impl std::io::Read for Lost {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(into)? {
            0 => Err(std::io::ErrorKind::ConnectionReset.into()),
            read => Ok(read),
        }
    }
}

async fn a_file_that_breaks_off_can_be_fed_again_from_its_start(engine: Engine) {
    let h = Harness::new(engine).await;
    let operator = Caller::operator();
    let id = h.vault.begin_import(&operator, MAPPING).await.unwrap();
    let bytes = file(700);
    let lost = Lost(Cursor::new(bytes[..bytes.len() - 1_000].to_vec()));
    let fed = h.vault.feed_import(&operator, id, lost, None, |_| {}).await;
    assert!(matches!(fed, Err(ImportError::File(_))), "{fed:?}");
    let half = h.vault.import_status(id).await.unwrap();
    assert!(half.rows > 500 && half.rows < 700, "{half:?}");
    assert_eq!(
        (half.state.as_str(), half.counts.get("refused")),
        ("open", None)
    );
    let status = feed(&h.vault, id, bytes).await.unwrap();
    assert_eq!((status.rows, status.counts["created"]), (700, 700));
}

async fn a_register_applied_in_the_middle_sends_the_rest_round_again(engine: Engine) {
    let h = Harness::new(engine).await;
    let operator = Caller::operator();
    let id = h.vault.begin_import(&operator, MAPPING).await.unwrap();
    let (vault, runtime) = (h.vault.clone(), tokio::runtime::Handle::current());
    let text = after_sales("en = \"Car after-sales network\"", "en = \"Cars\"");
    // Applied once the first page is durable, while the second waits.
    let mut applied = false;
    let heard = move |_: &shouxin_vault::ImportStatus| {
        if !std::mem::replace(&mut applied, true) {
            let apply = async { apply(&vault, Some(&text), None).await.map(drop) };
            tokio::task::block_in_place(|| runtime.block_on(apply)).unwrap();
        }
    };
    let fed = h
        .vault
        .feed_import(&operator, id, Cursor::new(file(1_100)), None, heard)
        .await;
    assert!(
        matches!(
            fed,
            Err(ImportError::Vault(shouxin_vault::VaultError::Busy))
        ),
        "{fed:?}"
    );
    assert_eq!(h.vault.import_status(id).await.unwrap().rows, 500);
    let status = feed(&h.vault, id, file(1_100)).await.unwrap();
    assert_eq!((status.rows, status.counts["created"]), (1_100, 1_100));
}
