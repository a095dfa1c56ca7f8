//! Exports: approved by another, carried out once, an entry for each person, and read back as they were.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use sha2::{Digest, Sha256};
use shouxin_intake::leaving::Leaving;
use shouxin_ledger::{Entry, Kind};
use shouxin_model::ConsentWord;
use shouxin_model::text::Language;
use shouxin_model::{Caller, ConsentForm, FieldRef, Personal};
use shouxin_store::{Tx, params};
use shouxin_vault::approvals::Decision;
use shouxin_vault::{
    ApprovalError, ApprovalState, Asked, ExportError, ExportRequest, ExportScope, ExportStatus,
    Headings, Limit, RecordError, RecordWrite, Vault,
};

use crate::support::{Engine, Harness, after_sales, number, on_both_engines, person};

on_both_engines! {
    data_leave_once_another_approved_and_each_person_has_an_entry
    nothing_waits_for_approval_that_leads_nowhere
    what_is_no_longer_what_was_approved_does_not_leave
    more_than_may_leave_is_refused_with_the_limit
    a_field_that_may_not_leave_refuses_the_whole_and_is_recorded
    a_download_that_breaks_off_is_spent_and_says_so
    a_file_comes_back_as_it_left_and_its_decoys_raise_an_alarm
    a_decoy_that_is_written_as_a_record_is_refused_with_an_alarm
    facets_choose_the_records_and_a_row_is_a_record
    who_has_not_consented_or_is_restricted_is_left_out_and_counted
}

/// A vault whose purpose for copies lets many people out, with so many customers.
pub(crate) async fn harness(engine: Engine, customers: usize) -> Harness {
    let register = after_sales(
        "quota = { subjects_per_day = 30, clear_per_day = 300, searches_per_day = 60 }",
        "quota = { subjects_per_day = 100000, clear_per_day = 900000, searches_per_day = 60 }",
    );
    let profile = shouxin_register::profile("after-sales").unwrap();
    let h = Harness::with(engine, &register, profile.policies).await;
    import(&h.vault, &people(customers)).await;
    h
}

/// A file of so many customers.
fn people(count: usize) -> String {
    let mut text = "姓名,手机,证件,地址\n".to_owned();
    text.extend((0..count).map(line));
    text
}

fn line(i: usize) -> String {
    let surname = ["王", "李", "张", "刘", "陈", "欧阳"][i % 6];
    let given = ["伟", "芳", "秀英", "敏", "磊"][i / 6 % 5];
    format!(
        "{surname}{given},138{:08},{},上海市浦东新区张江镇科苑路{}号\n",
        i * 7_919 % 100_000_000,
        resident_id(i),
        i + 1
    )
}

fn resident_id(i: usize) -> String {
    let first = format!(
        "110105{}{:02}{:02}{:03}",
        1950 + i % 50,
        1 + i % 12,
        1 + i % 28,
        i % 1000
    );
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = first
        .bytes()
        .zip(weights)
        .map(|(b, w)| usize::from(b - b'0') * w)
        .sum();
    format!("{first}{}", b"10X98765432"[sum % 11] as char)
}

const MAPPING: &str = "[columns]\n\"姓名\" = \"customer.name\"\n\"手机\" = \"customer.mobile\"\n\"证件\" = \"customer.resident_id\"\n\"地址\" = \"customer.address\"\n";

async fn import(vault: &Vault, text: &str) {
    let operator = Caller::operator();
    let id = vault.begin_import(&operator, MAPPING).await.unwrap();
    let file = Cursor::new(text.as_bytes().to_vec());
    let status = vault
        .feed_import(&operator, id, file, None, |_| {})
        .await
        .unwrap();
    assert_eq!(status.counts.get("refused"), None, "{status:?}");
}

pub(crate) fn officer(vault: &Vault) -> Caller {
    person(vault, 1, "zhou.min", "protection-officer")
}

pub(crate) fn request(fields: &[&str], clear: &[&str]) -> ExportRequest {
    let refs =
        |names: &[&str]| -> Vec<FieldRef> { names.iter().map(|n| n.parse().unwrap()).collect() };
    ExportRequest {
        purpose: "rights-answer".to_owned(),
        collection: "customer".to_owned(),
        fields: refs(fields),
        clear: refs(clear).into_iter().collect::<BTreeSet<_>>(),
        scope: ExportScope::Where(Vec::new()),
        most_rows: 100_000,
        format: Leaving::Csv,
        headings: Headings::Names,
        reason: "copies for the authority".to_owned(),
    }
}

pub(crate) async fn approve(vault: &Vault, asked: &Asked) {
    let other = person(vault, 2, "wu.jie", "protection-officer");
    let approval = &asked.approval;
    vault
        .decide_approval(
            &other,
            approval.id,
            approval.digest,
            Decision::Approve,
            None,
        )
        .await
        .unwrap();
}

pub(crate) async fn run(
    vault: &Vault,
    caller: &Caller,
    asked: &Asked,
) -> Result<(ExportStatus, Vec<u8>), ExportError> {
    let approved = vault.export_approved(caller, asked.plan.export).await?;
    let export = vault
        .start_export(caller, asked.plan.export, approved)
        .await?;
    let file = Arc::new(Mutex::new(Vec::new()));
    let into = file.clone();
    let status = export
        .stream(move |piece| {
            into.lock().unwrap().extend_from_slice(&piece);
            std::future::ready(true)
        })
        .await?;
    let bytes = file.lock().unwrap().clone();
    Ok((status, bytes))
}

/// Asks, has it approved, and carries it out.
pub(crate) async fn exported(
    vault: &Vault,
    caller: &Caller,
    request: &ExportRequest,
) -> (ExportStatus, Vec<u8>) {
    let asked = vault.ask_export(caller, request).await.unwrap();
    approve(vault, &asked).await;
    run(vault, caller, &asked).await.unwrap()
}

/// The cells of a CSV file, marks left out.
pub(crate) fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
        .filter(|row: &Vec<String>| !row[0].contains("Shouxin export"))
        .collect()
}

pub(crate) async fn entries(vault: &Vault, kind: Kind) -> Vec<Entry> {
    let all = vault.store().ledger_entries(0, 1 << 20).await.unwrap();
    let entries = all.iter().map(|(_, bytes)| Entry::decode(bytes).unwrap());
    entries.filter(|entry| entry.kind == kind).collect()
}

pub(crate) fn extra<'a>(entry: &'a Entry, word: &str) -> &'a str {
    let pair = entry.extra.iter().find(|(key, _)| key == word);
    pair.map_or("", |(_, text)| text.as_str())
}

async fn data_leave_once_another_approved_and_each_person_has_an_entry(engine: Engine) {
    let h = harness(engine, 30).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let request = request(&["customer.name", "customer.mobile"], &["customer.mobile"]);
    let asked = vault.ask_export(&officer, &request).await.unwrap();
    assert_eq!(
        (asked.plan.rows, asked.plan.people, asked.plan.decoys),
        (30, 30, 3)
    );
    assert!(asked.plan.traceable && asked.plan.sample.len() == 5);
    let forms: Vec<&str> = asked.plan.fields.iter().map(|field| field.form).collect();
    assert_eq!(forms, ["masked", "clear"]);
    // Not before somebody else said so.
    let early = run(vault, &officer, &asked).await;
    assert!(matches!(
        early,
        Err(ExportError::Approval(ApprovalError::State(
            ApprovalState::Open
        )))
    ));
    approve(vault, &asked).await;
    // Nor by somebody else.
    let other = person(vault, 2, "wu.jie", "protection-officer");
    assert!(matches!(
        run(vault, &other, &asked).await,
        Err(ExportError::NotFound(_))
    ));
    let (status, bytes) = run(vault, &officer, &asked).await.unwrap();
    assert_eq!(
        (
            status.state.as_str(),
            status.rows,
            status.people,
            status.left_out
        ),
        ("done", 30, 30, 0)
    );
    let rows = cells(&bytes);
    assert_eq!(rows[0], ["customer.name", "customer.mobile"]);
    assert_eq!(rows.len(), 1 + 30 + 3);
    assert!(
        rows.iter()
            .skip(1)
            .all(|row| row[0].contains('*') && row[1].len() == 11)
    );
    let text = String::from_utf8(bytes.clone()).unwrap();
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap();
    assert!(
        first.contains(&status.id.to_string()) && first.contains("zhou.min"),
        "{first}"
    );

    let told = entries(vault, Kind::Export).await;
    let of = |entry: &&Entry| extra(entry, "export") == status.id.to_string();
    assert_eq!(told.iter().filter(of).count(), 1 + 30 + 1);
    let subjects: BTreeSet<_> = told.iter().filter_map(|entry| entry.subject).collect();
    assert_eq!(subjects.len(), 30);
    assert_eq!(extra(&told[0], "did"), "began");
    assert_eq!(extra(&told[0], "approval"), asked.approval.id.to_string());
    let last = told.last().unwrap();
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    assert_eq!(
        extra(last, "sha256"),
        data_encoding::HEXLOWER.encode(&digest)
    );
    assert_eq!(status.digest, Some(digest));
    // One approval, one download.
    assert!(matches!(
        run(vault, &officer, &asked).await,
        Err(ExportError::Ran(_))
    ));
    // No decoy stands in the store, and no value in the entries.
    let everything = format!("{told:?}");
    assert!(!everything.contains("13800007919") && !everything.contains("王"));
}

async fn nothing_waits_for_approval_that_leads_nowhere(engine: Engine) {
    let h = harness(engine, 12).await;
    let officer = officer(&h.vault);
    // The export's own row cannot be written.
    let mut tx = Tx::new();
    tx.run("ALTER TABLE export RENAME TO elsewhere", params![]);
    h.vault.store().commit(tx).await.unwrap();
    let wanted = request(&["customer.name"], &[]);
    let asked = h.vault.ask_export(&officer, &wanted).await;
    assert!(matches!(asked, Err(ExportError::Vault(_))), "{asked:?}");
    assert_eq!(number(&h.vault, "SELECT COUNT(*) FROM approval").await, 0);
    assert!(entries(&h.vault, Kind::Approval).await.is_empty());
}

async fn what_is_no_longer_what_was_approved_does_not_leave(engine: Engine) {
    let h = harness(engine, 20).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let request = request(&["customer.name"], &[]);
    let grown = vault.ask_export(&officer, &request).await.unwrap();
    approve(vault, &grown).await;
    assert_eq!(grown.plan.at_most, 30);
    let many: String = people(31)
        .lines()
        .enumerate()
        .filter(|(i, _)| *i == 0 || *i > 20)
        .fold(String::new(), |text, (_, line)| text + line + "\n");
    import(vault, &many).await;
    assert!(matches!(
        run(vault, &officer, &grown).await,
        Err(ExportError::TooMany {
            found: 31,
            most: 30,
            limit: Limit::Approval,
            ..
        })
    ));
    let other = vault.ask_export(&officer, &request).await.unwrap();
    approve(vault, &other).await;
    let register = after_sales("en = \"Car after-sales network\"", "en = \"Cars\"")
        .replace("subjects_per_day = 30", "subjects_per_day = 29");
    vault
        .apply(&Caller::operator(), Some(&register), None)
        .await
        .unwrap();
    assert!(matches!(
        run(vault, &officer, &other).await,
        Err(ExportError::Changed(_) | ExportError::TooMany { .. })
    ));
    // A clear column needs a second factor when it leaves, not when it is asked for.
    let h = harness(engine, 20).await;
    let (vault, officer) = (&h.vault, self::officer(&h.vault));
    let clear = self::request(&["customer.mobile"], &["customer.mobile"]);
    let asked = vault.ask_export(&officer, &clear).await.unwrap();
    approve(vault, &asked).await;
    h.world.pass(700);
    assert!(matches!(
        run(vault, &officer, &asked).await,
        Err(ExportError::Field { because, .. }) if because.rule == "second-factor"
    ));
    let again = self::officer(vault);
    assert!(run(vault, &again, &asked).await.is_ok());
}

async fn more_than_may_leave_is_refused_with_the_limit(engine: Engine) {
    let h = harness(engine, 12).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let mut small = request(&["customer.name"], &[]);
    small.most_rows = 11;
    assert!(matches!(
        vault.ask_export(&officer, &small).await,
        Err(ExportError::TooMany {
            found: 12,
            most: 11,
            limit: Limit::Request,
            ..
        })
    ));
    let several = request(&["customer.name", "work_order.number"], &[]);
    assert!(matches!(
        vault.ask_export(&officer, &several).await,
        Err(ExportError::Several(_))
    ));
    let mut none = request(&["customer.name"], &[]);
    none.scope = ExportScope::Where(vec![("source".to_owned(), "app".to_owned())]);
    assert!(matches!(
        vault.ask_export(&officer, &none).await,
        Err(ExportError::Nothing)
    ));
    none.scope = ExportScope::Where(vec![("mobile".to_owned(), "1".to_owned())]);
    assert!(matches!(
        vault.ask_export(&officer, &none).await,
        Err(ExportError::NoFacet(_))
    ));

    // The quota of the day counts what left already.
    let profile = shouxin_register::profile("after-sales").unwrap();
    let register = after_sales(
        "subjects_per_day = 30, clear_per_day = 300",
        "subjects_per_day = 20, clear_per_day = 300",
    );
    let h = Harness::with(engine, &register, profile.policies).await;
    import(&h.vault, &people(12)).await;
    let officer = self::officer(&h.vault);
    exported(&h.vault, &officer, &request(&["customer.name"], &[])).await;
    let asked = h
        .vault
        .ask_export(&officer, &request(&["customer.mobile"], &[]))
        .await
        .unwrap();
    approve(&h.vault, &asked).await;
    assert!(matches!(
        run(&h.vault, &officer, &asked).await,
        Err(ExportError::TooMany {
            what: "people",
            found: 12,
            most: 8,
            limit: Limit::Quota
        })
    ));
}

async fn a_field_that_may_not_leave_refuses_the_whole_and_is_recorded(engine: Engine) {
    let h = harness(engine, 12).await;
    let adviser = person(&h.vault, 3, "li.na", "service-adviser");
    let mut asked = request(&["customer.name", "customer.mobile"], &[]);
    asked.purpose = "marketing-contact".to_owned();
    let refused = h.vault.ask_export(&adviser, &asked).await;
    assert!(matches!(
        refused,
        Err(ExportError::Field { because, .. }) if because.rule == "export-officer-only"
    ));
    assert_eq!(entries(&h.vault, Kind::Refusal).await.len(), 1);
    assert_eq!(number(&h.vault, "SELECT COUNT(*) FROM approval").await, 0);
}

async fn a_download_that_breaks_off_is_spent_and_says_so(engine: Engine) {
    let h = harness(engine, 450).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let asked = vault
        .ask_export(&officer, &request(&["customer.name"], &[]))
        .await
        .unwrap();
    approve(vault, &asked).await;
    let approved = vault
        .export_approved(&officer, asked.plan.export)
        .await
        .unwrap();
    let export = vault
        .start_export(&officer, asked.plan.export, approved)
        .await
        .unwrap();
    // The second page finds nobody.
    let mut pieces = 0;
    let status = export
        .stream(move |_| {
            pieces += 1;
            std::future::ready(pieces < 2)
        })
        .await
        .unwrap();
    assert_eq!(
        (status.state.as_str(), status.people, status.digest),
        ("broken", 400, None)
    );
    let told = entries(vault, Kind::Export).await;
    assert_eq!(extra(told.last().unwrap(), "did"), "broken");
    assert!(matches!(
        run(vault, &officer, &asked).await,
        Err(ExportError::Ran(_))
    ));

    // A process that dies says nothing; a quarter of an hour later somebody does.
    let asked = vault
        .ask_export(&officer, &request(&["customer.name"], &[]))
        .await
        .unwrap();
    approve(vault, &asked).await;
    let approved = vault
        .export_approved(&officer, asked.plan.export)
        .await
        .unwrap();
    drop(
        vault
            .start_export(&officer, asked.plan.export, approved)
            .await
            .unwrap(),
    );
    assert_eq!(vault.end_stale_exports().await.unwrap(), 0);
    h.world.pass(1_000);
    assert_eq!(vault.end_stale_exports().await.unwrap(), 1);
    let status = vault.export_status(asked.plan.export).await.unwrap();
    assert_eq!(status.state, "broken");
}

async fn a_file_comes_back_as_it_left_and_its_decoys_raise_an_alarm(engine: Engine) {
    let h = harness(engine, 25).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let columns = [
        "customer.name",
        "customer.mobile",
        "customer.resident_id",
        "customer.address",
    ];
    let mapping: String = columns
        .iter()
        .fold("[columns]\n".to_owned(), |text, column| {
            text + &format!("\"{column}\" = \"{column}\"\n")
        });
    for (turn, format) in Leaving::ALL.into_iter().enumerate() {
        let mut wanted = request(&columns, &columns);
        wanted.format = format;
        let (status, bytes) = exported(vault, &officer, &wanted).await;
        let operator = Caller::operator();
        let import = vault.begin_import(&operator, &mapping).await.unwrap();
        let fed = vault
            .feed_import(&operator, import, Cursor::new(bytes), None, |_| {})
            .await
            .unwrap();
        let (outcomes, _) = vault
            .outcome_page(import, 0, Language::English)
            .await
            .unwrap();
        let outcomes = String::from_utf8(outcomes).unwrap();
        assert_eq!(
            (
                fed.counts.get("unchanged"),
                fed.counts.get("refused"),
                fed.rows
            ),
            (Some(&25), Some(&3), 28),
            "{} {outcomes}",
            format.word()
        );
        assert_eq!(outcomes.matches("decoy-returned").count(), 3, "{outcomes}");
        let alarms = entries(vault, Kind::Import).await;
        let alarms: Vec<&Entry> = alarms
            .iter()
            .filter(|e| extra(e, "did") == "decoy-returned")
            .collect();
        assert_eq!(alarms.len(), turn + 1);
        assert_eq!(extra(alarms[turn], "export"), status.id.to_string());
    }
    let alarms = number(
        vault,
        "SELECT COUNT(*) FROM alarm WHERE kind = 'decoy-returned'",
    )
    .await;
    assert_eq!(alarms, 4);
    assert_eq!(number(vault, "SELECT COUNT(*) FROM subject").await, 25);
}

async fn a_decoy_that_is_written_as_a_record_is_refused_with_an_alarm(engine: Engine) {
    let h = harness(engine, 25).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let columns = ["customer.name", "customer.mobile"];
    let (status, bytes) = exported(vault, &officer, &request(&columns, &columns)).await;
    let rows = cells(&bytes).into_iter().skip(1);
    let rows = rows.map(|row| (row[0].clone(), row[1].trim_start_matches('\'').to_owned()));
    // Decoys have numbers of segments that nobody has.
    let (own, decoys): (Vec<_>, Vec<_>) = rows.partition(|(_, mobile)| mobile.starts_with("138"));
    assert_eq!((own.len(), decoys.len()), (25, 3));
    let write = |name: String, mobile: String| {
        let values = vec![
            ("name".to_owned(), Personal::new(name)),
            ("mobile".to_owned(), Personal::new(mobile)),
        ];
        let (collection, key) = ("customer".to_owned(), None);
        let record = RecordWrite {
            collection,
            values,
            key,
        };
        vault.write(&officer, None, vec![record])
    };
    let people = number(vault, "SELECT COUNT(*) FROM subject").await;
    for (name, mobile) in decoys {
        // Typed otherwise than it left.
        let typed = format!("+86 {} {}", &mobile[..3], &mobile[3..]);
        let refused = write(name, typed).await;
        let Err(RecordError::Decoy { entry }) = refused else {
            panic!("{refused:?}")
        };
        let (entry, _) = vault.entry(entry).await.unwrap();
        assert_eq!(entry.kind, Kind::RecordWrite);
        assert_eq!(extra(&entry, "did"), "decoy-returned");
        assert_eq!(extra(&entry, "export"), status.id.to_string());
    }
    let alarms = "SELECT COUNT(*) FROM alarm WHERE kind = 'decoy-returned'";
    assert_eq!(number(vault, alarms).await, 3);
    assert_eq!(number(vault, "SELECT COUNT(*) FROM subject").await, people);
    for (name, mobile) in own {
        write(name, mobile).await.unwrap();
    }
    assert_eq!(number(vault, alarms).await, 3);
}

/// A million people leave as CSV, NDJSON and XLSX: how fast, and that memory does not grow with them.
#[allow(clippy::print_stdout, reason = "a long test says what it measured")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: exports a million people in three formats"]
#[allow(clippy::disallowed_methods, reason = "it measures")]
async fn long_an_export_of_a_million_keeps_to_300_megabytes() {
    let rows: usize = match std::env::var("SHOUXIN_EXPORT_ROWS") {
        Ok(text) => text.parse().unwrap(),
        Err(_) => 1_000_000,
    };
    let register = after_sales(
        "quota = { subjects_per_day = 30, clear_per_day = 300, searches_per_day = 60 }",
        "quota = { subjects_per_day = 100000000, clear_per_day = 100000000, searches_per_day = 60 }",
    );
    let profile = shouxin_register::profile("after-sales").unwrap();
    let h = Harness::with(Engine::Sqlite, &register, profile.policies).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let operator = Caller::operator();
    // There are fewer resident ids of this form than people.
    let mapping = format!(
        "ignore = [\"证件\"]\n{}",
        MAPPING.replace("\"证件\" = \"customer.resident_id\"\n", "")
    );
    let import = vault.begin_import(&operator, &mapping).await.unwrap();
    let began = Instant::now();
    let fed = vault
        .feed_import(&operator, import, People::of(rows), None, |_| {})
        .await
        .unwrap();
    assert_eq!(fed.counts.get("created"), Some(&(rows as u64)), "{fed:?}");
    println!("{rows} imported in {:.1} s", began.elapsed().as_secs_f64());
    let columns = ["customer.name", "customer.mobile", "customer.address"];
    for format in [Leaving::Csv, Leaving::Ndjson, Leaving::Xlsx] {
        let mut wanted = request(&columns, &["customer.mobile"]);
        wanted.format = format;
        wanted.most_rows = rows as u64;
        // What earlier work held at its highest is no concern of this one.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let held = memory("VmRSS:");
        let began = Instant::now();
        let asked = vault.ask_export(&officer, &wanted).await.unwrap();
        let planned = began.elapsed().as_secs_f64();
        approve(vault, &asked).await;
        let began = Instant::now();
        let id = asked.plan.export;
        let approved = vault.export_approved(&officer, id).await.unwrap();
        let export = vault.start_export(&officer, id, approved).await.unwrap();
        let size = Arc::new(Mutex::new(0usize));
        let into = size.clone();
        let status = export
            .stream(move |piece| {
                *into.lock().unwrap() += piece.len();
                std::future::ready(true)
            })
            .await
            .unwrap();
        let seconds = began.elapsed().as_secs_f64();
        assert_eq!((status.rows, status.state.as_str()), (rows as u64, "done"));
        let (most, bytes) = (memory("VmHWM:"), *size.lock().unwrap());
        println!(
            "{}: {rows} rows, {bytes} bytes in {seconds:.1} s ({:.0} a second), planned in {planned:.1} s; \
             memory {held} kB before, at most {most} kB",
            format.word(),
            rows as f64 / seconds
        );
        assert!(most <= 300 * 1024, "{most} kB");
    }
}

/// What this process holds, in kB. Source: proc(5), `status`.
fn memory(word: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(word));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.unwrap().parse().unwrap()
}

/// A file of so many customers that is never whole in memory.
struct People {
    next: usize,
    count: usize,
    ready: Cursor<Vec<u8>>,
}

impl People {
    fn of(count: usize) -> Self {
        let head = "姓名,手机,证件,地址\n".to_owned().into_bytes();
        Self {
            next: 0,
            count,
            ready: Cursor::new(head),
        }
    }
}

impl Read for People {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.ready.read(into)?;
        if read > 0 || self.next == self.count {
            return Ok(read);
        }
        let end = self.count.min(self.next + 1_000);
        let lines: String = (self.next..end).map(line).collect();
        (self.next, self.ready) = (end, Cursor::new(lines.into_bytes()));
        self.ready.read(into)
    }
}

async fn facets_choose_the_records_and_a_row_is_a_record(engine: Engine) {
    let h = Harness::new(engine).await;
    let officer = officer(&h.vault);
    for i in 0..12 {
        let (mobile, first, second) = (
            format!("1390013{i:04}"),
            format!("WO20261121{i:05}1"),
            format!("WO20261121{i:05}2"),
        );
        let order = |number: &str, region: &str| {
            crate::support::record(
                "work_order",
                &[("number", number), ("status", "booked"), ("region", region)],
            )
        };
        let region = if i % 2 == 0 { "east" } else { "north" };
        let records = vec![
            crate::support::record("customer", &[("name", "王伟"), ("mobile", &mobile)]),
            order(&first, region),
            order(&second, "east"),
        ];
        h.vault
            .write(&Caller::operator(), None, records)
            .await
            .unwrap();
    }
    let mut wanted = request(
        &["work_order.number", "work_order.region", "customer.mobile"],
        &[],
    );
    wanted.collection = "work_order".to_owned();
    wanted.scope = ExportScope::Where(vec![
        ("region".to_owned(), "east".to_owned()),
        ("status".to_owned(), "booked".to_owned()),
    ]);
    wanted.headings = Headings::Zh;
    let (status, bytes) = exported(&h.vault, &officer, &wanted).await;
    assert_eq!((status.rows, status.people), (18, 12));
    let rows = cells(&bytes);
    assert_eq!(rows[0][0], "工单号 (work_order.number)");
    assert_eq!(rows.len(), 1 + 18 + 3);
    assert!(
        rows.iter()
            .skip(1)
            .all(|row| row[1] == "east" && row[2].contains("****")),
        "{rows:?}"
    );
    let numbers: BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(
        numbers.len(),
        rows.len(),
        "a decoy's key is its own: {rows:?}"
    );

    wanted.scope = ExportScope::People(vec![
        h.vault
            .store()
            .query("SELECT id FROM subject ORDER BY id LIMIT 1", Vec::new())
            .await
            .unwrap()[0]
            .id(0, shouxin_model::SubjectId::from_slice)
            .unwrap(),
    ]);
    wanted.headings = Headings::Names;
    let (status, bytes) = exported(&h.vault, &officer, &wanted).await;
    // A copy for one person holds nobody else, not even nobody.
    assert_eq!((status.rows, cells(&bytes).len()), (2, 3));
}

async fn who_has_not_consented_or_is_restricted_is_left_out_and_counted(engine: Engine) {
    let profile = shouxin_register::profile("after-sales").unwrap();
    let closed = "unless { principal in Role::\"protection-officer\" && context.purpose == Purpose::\"rights-answer\" };";
    assert!(profile.policies.contains(closed));
    let policies = profile.policies.replace(
        closed,
        "unless { principal in Role::\"protection-officer\" || principal in Role::\"service-adviser\" };\n\
         @id(\"mailing\")\n@reason_zh(\"邮寄。\")\n@reason_en(\"Mailing.\")\n@changed_by(\"security-admin\")\n\
         permit (principal in Role::\"service-adviser\", action == Action::\"export\", resource)\n\
         when { context.purpose == Purpose::\"marketing-contact\" };",
    );
    let h = Harness::with(engine, profile.register_toml, &policies).await;
    import(&h.vault, &people(12)).await;
    let adviser = person(&h.vault, 3, "li.na", "service-adviser");
    let mut wanted = request(&["customer.name", "customer.mobile"], &["customer.mobile"]);
    wanted.purpose = "marketing-contact".to_owned();
    let asked = h.vault.ask_export(&adviser, &wanted).await.unwrap();
    approve(&h.vault, &asked).await;
    let rows = h
        .vault
        .store()
        .query("SELECT id FROM subject ORDER BY id", Vec::new())
        .await
        .unwrap();
    let ids = rows
        .iter()
        .map(|row| row.id(0, shouxin_model::SubjectId::from_slice).unwrap());
    let operator = Caller::operator();
    for (i, subject) in ids.enumerate() {
        if i < 7 {
            let (word, form) = (ConsentWord::Given, ConsentForm::General);
            h.vault
                .put_consent(&operator, subject, "marketing-contact", word, form, None)
                .await
                .unwrap();
        }
        if i == 0 {
            h.vault
                .put_restriction(&operator, subject, "accuracy")
                .await
                .unwrap();
        }
    }
    let (status, bytes) = run(&h.vault, &adviser, &asked).await.unwrap();
    assert_eq!((status.rows, status.people, status.left_out), (6, 6, 6));
    assert_eq!(cells(&bytes).len(), 1 + 6 + 3);
    let told = entries(&h.vault, Kind::Export).await;
    assert_eq!(extra(told.last().unwrap(), "left-out"), "6");
    assert_eq!(entries(&h.vault, Kind::Refusal).await.len(), 6);
    // What left counts against the day's quota of people and of clear values.
    let used = number(
        &h.vault,
        "SELECT CAST(SUM(used) AS BIGINT) FROM quota WHERE kind IN ('subjects', 'clear')",
    )
    .await;
    assert_eq!(used, 12);
}
