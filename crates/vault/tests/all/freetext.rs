//! Free text: what is found in it is sealed apart from it, and shown piece by piece as a field of its kind would be.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Caller, CallerKind, FieldKind, Form, SubjectId};
use shouxin_vault::{ReadOutcome, ReadRequest, RecordOutcome};

use crate::support::{Engine, Harness, after_sales, on_both_engines, record, request};

on_both_engines! {
    who_reads_a_text_sees_each_piece_as_a_field_of_its_kind
    a_kind_that_the_purpose_does_not_need_stays_a_placeholder
    a_piece_is_opened_as_a_field_is_and_the_ledger_tells_kinds
    customers_see_their_own_texts_whole
    a_text_written_again_changes_nothing_and_another_leaves_no_old_piece
    pieces_live_through_another_suite_fresh_keys_and_an_examination
    an_import_counts_what_it_seals_apart_and_so_does_its_dry_run
    a_mask_of_the_registers_own_tells_no_word
}

const TEXT: &str = "客户说发动机异响,请打13912345678找他爱人,邮箱 a.b@example.com";

async fn with_text(h: &Harness, text: &str) -> SubjectId {
    let written = h
        .write(&[
            ("customer", &[("name", "欧阳明"), ("mobile", "13800138000")]),
            (
                "work_order",
                &[
                    ("number", "WO-1"),
                    ("status", "in-progress"),
                    ("assignee", "adviser"),
                    ("fault_text", text),
                ],
            ),
        ])
        .await;
    written.subject
}

const FIELD: &str = "work_order.fault_text";

/// The text as it is answered, and each piece as `kind form`.
fn told(outcome: &ReadOutcome) -> (String, Vec<String>) {
    let value = &outcome.fields[0].values[0];
    let piece = |piece: &shouxin_vault::Piece| {
        let form = piece.form.word();
        format!("{}{} {form}", piece.kind.word(), piece.number)
    };
    (
        value.value.expose().clone(),
        value.pieces.iter().map(piece).collect(),
    )
}

async fn clear_pieces(
    h: &Harness,
    caller: &Caller,
    subject: SubjectId,
    kinds: &[FieldKind],
) -> ReadOutcome {
    let request = ReadRequest {
        clear_pieces: kinds.iter().copied().collect(),
        ..request(&[subject], "repair-service", &[FIELD], &[])
    };
    h.vault.read(caller, &request).await.unwrap().remove(0)
}

async fn entry(h: &Harness, at: u64) -> Entry {
    let entries = h.vault.store().ledger_entries(at, 1).await.unwrap();
    Entry::decode(&entries[0].1).unwrap()
}

fn extra<'e>(entry: &'e Entry, key: &str) -> Vec<&'e str> {
    let pairs = entry.extra.iter().filter(|(of, _)| of == key);
    pairs.map(|(_, text)| text.as_str()).collect()
}

async fn who_reads_a_text_sees_each_piece_as_a_field_of_its_kind(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = with_text(&h, TEXT).await;
    let adviser = h.staff("adviser", "service-adviser");
    let read = h
        .read(&adviser, subject, "repair-service", &[FIELD], &[])
        .await;
    let (text, pieces) = told(&read);
    // The purpose needs customer.mobile, which is masked, and no e-mail address.
    assert_eq!(
        text,
        "客户说发动机异响,请打139****5678找他爱人,邮箱 〔电子邮箱1〕"
    );
    assert_eq!(pieces, ["mobile1 masked", "email1 withheld"]);
    let rule = |kind| {
        let mut all = read.pieces.iter();
        let found = all.find(|piece| piece.kind == kind).unwrap();
        found.decision.because.rule.to_string()
    };
    assert_eq!(rule(FieldKind::Email), "no-field-of-kind");
    assert_eq!(rule(FieldKind::Mobile), "adviser-contact");
    // Nothing of it lies in the store, in whatever column.
    let stored = h
        .vault
        .store()
        .query("SELECT sealed, plain, marks FROM record", Vec::new());
    for row in stored.await.unwrap() {
        let sealed = String::from_utf8_lossy(row.bytes(0).unwrap()).into_owned();
        for column in [sealed.as_str(), row.text(1).unwrap(), row.text(2).unwrap()] {
            assert!(!column.contains("13912345678") && !column.contains("a.b@example.com"));
        }
    }
}

async fn a_kind_that_the_purpose_does_not_need_stays_a_placeholder(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = with_text(&h, TEXT).await;
    let director = h.strong_staff("li.ming", "technical-director");
    let request = ReadRequest {
        clear_pieces: BTreeSet::from([FieldKind::Mobile]),
        ..request(&[subject], "fault-analysis", &[FIELD], &[FIELD])
    };
    let read = h.vault.read(&director, &request).await.unwrap().remove(0);
    let (text, pieces) = told(&read);
    assert_eq!(
        text,
        "客户说发动机异响,请打〔手机号1〕找他爱人,邮箱 〔电子邮箱1〕"
    );
    assert_eq!(pieces, ["mobile1 withheld", "email1 withheld"]);
}

async fn a_piece_is_opened_as_a_field_is_and_the_ledger_tells_kinds(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = with_text(&h, TEXT).await;
    // Mobile numbers ask for a second factor.
    let adviser = h.staff("adviser", "service-adviser");
    let read = clear_pieces(&h, &adviser, subject, &[FieldKind::Mobile]).await;
    assert_eq!(told(&read).1[0], "mobile1 masked");
    assert_eq!(read.pieces[0].decision.because.rule, "second-factor");
    let adviser = h.strong_staff("adviser", "service-adviser");
    let read = clear_pieces(
        &h,
        &adviser,
        subject,
        &[FieldKind::Mobile, FieldKind::Email],
    )
    .await;
    let (text, pieces) = told(&read);
    assert!(text.contains("请打13912345678找"), "opened in its place");
    assert_eq!(pieces, ["mobile1 clear", "email1 withheld"]);
    let entry = entry(&h, read.entry).await;
    assert_eq!(entry.kind, Kind::Reveal);
    assert_eq!(
        extra(&entry, "piece"),
        [
            "mobile clear adviser-reveal",
            "email withheld no-field-of-kind"
        ]
    );
    assert!(!format!("{entry:?}").contains("13912345678"));
    // It took one of the day's clear fields.
    let sql = "SELECT used FROM quota WHERE kind = 'clear'";
    let used = h.vault.store().query(sql, Vec::new()).await.unwrap();
    assert_eq!(used[0].int(0).unwrap(), 1);
}

async fn customers_see_their_own_texts_whole(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = with_text(&h, TEXT).await;
    let mut own = h.strong_staff("-", "customer");
    own.kind = CallerKind::Subject { id: subject };
    let read = h
        .read(&own, subject, "own-access", &[FIELD], &[FIELD])
        .await;
    assert_eq!(
        read.fields[0].form,
        Form::Clear,
        "{:?}",
        read.fields[0].because
    );
    let (text, pieces) = told(&read);
    assert_eq!(text, TEXT);
    assert_eq!(pieces, ["mobile1 clear", "email1 clear"]);
    // Masked, for whoever looks over their shoulder, it hides what is in it, and the ledger says so.
    let read = h.read(&own, subject, "own-access", &[FIELD], &[]).await;
    assert!(told(&read).0.contains("请打〔手机号1〕找"));
    let entry = entry(&h, read.entry).await;
    let withheld = ["mobile withheld own-text", "email withheld own-text"];
    assert_eq!(extra(&entry, "piece"), withheld);
}

async fn a_text_written_again_changes_nothing_and_another_leaves_no_old_piece(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = with_text(&h, TEXT).await;
    let again = async |text: &str| {
        let order = record("work_order", &[("number", "WO-1"), ("fault_text", text)]);
        h.vault
            .write(&Caller::operator(), Some(subject), vec![order])
            .await
    };
    let same = again(TEXT).await.unwrap();
    assert_eq!(same.records[0].1, RecordOutcome::Unchanged);
    assert!(same.pieces.is_empty());
    let other = again("请打13700001111").await.unwrap();
    assert_eq!(other.records[0].1, RecordOutcome::Merged);
    assert_eq!(other.pieces, BTreeMap::from([(FieldKind::Mobile, 1)]));
    assert_eq!(
        extra(&entry(&h, other.entry).await, "sealed-apart"),
        ["mobile 1"]
    );
    let adviser = h.staff("adviser", "service-adviser");
    let read = h
        .read(&adviser, subject, "repair-service", &[FIELD], &[])
        .await;
    assert_eq!(told(&read).0, "请打137****1111");
    assert_eq!(
        read.pieces.len(),
        1,
        "the e-mail address is gone with its text"
    );
}

async fn pieces_live_through_another_suite_fresh_keys_and_an_examination(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = with_text(&h, TEXT).await;
    let register = after_sales(
        "name = \"fault_text\"\n",
        "name = \"fault_text\"\nsuite = \"national\"\n",
    );
    crate::support::apply(&h.vault, Some(&register), None)
        .await
        .unwrap();
    while h.vault.work().await.unwrap() {}
    h.vault.reseal(&Caller::operator(), None).await.unwrap();
    while h.vault.work().await.unwrap() {}
    let adviser = h.strong_staff("adviser", "service-adviser");
    let whole = [FieldKind::Mobile];
    let read = clear_pieces(&h, &adviser, subject, &whole).await;
    assert!(told(&read).0.contains("13912345678"));
    let found = h.vault.examine(&Caller::operator(), |_| {}).await.unwrap();
    assert!(found.findings.is_empty(), "{:?}", found.findings);
}

async fn an_import_counts_what_it_seals_apart_and_so_does_its_dry_run(engine: Engine) {
    let h = Harness::new(engine).await;
    let operator = Caller::operator();
    let mapping = "[columns]\n\"手机\" = \"customer.mobile\"\n\"单号\" = \"work_order.number\"\n\"描述\" = \"work_order.fault_text\"\n";
    let file = "手机,单号,描述\n13800138000,WO-1,请打13912345678或13700001111\n13800138001,WO-2,异响\n13800138002,WO-3,邮箱 a.b@example.com\n";
    let bytes = || Cursor::new(file.as_bytes().to_vec());
    let id = h.vault.begin_import(&operator, mapping).await.unwrap();
    let expected = BTreeMap::from([("email".to_owned(), 1), ("mobile".to_owned(), 2)]);
    let tried = h
        .vault
        .try_import(&operator, id, bytes(), None)
        .await
        .unwrap();
    assert_eq!((tried.rows, tried.pieces), (3, expected.clone()));
    let done = h
        .vault
        .feed_import(&operator, id, bytes(), None, |_| {})
        .await
        .unwrap();
    assert_eq!(
        (done.rows, &done.pieces),
        (3, &expected),
        "{:?}",
        done.counts
    );
    assert_eq!(h.vault.import_status(id).await.unwrap().pieces, expected);
    // Nothing of the same file is sealed apart a second time.
    let again = h.vault.begin_import(&operator, mapping).await.unwrap();
    let done = h
        .vault
        .feed_import(&operator, again, bytes(), None, |_| {})
        .await
        .unwrap();
    assert_eq!((done.counts["unchanged"], done.pieces.len()), (3, 0));
}

async fn a_mask_of_the_registers_own_tells_no_word(engine: Engine) {
    let register = after_sales(
        "name = \"fault_text\"\n",
        "name = \"fault_text\"\nmask = \"free_text\"\n",
    );
    let profile = shouxin_register::profile("after-sales").unwrap();
    let h = Harness::with(engine, &register, profile.policies).await;
    let subject = with_text(&h, TEXT).await;
    let adviser = h.staff("adviser", "service-adviser");
    let read = h
        .read(&adviser, subject, "repair-service", &[FIELD], &[])
        .await;
    let (text, pieces) = told(&read);
    assert!(!text.contains("发动机") && pieces.is_empty(), "{text}");
}
