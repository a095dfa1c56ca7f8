//! What leaves holds nothing that the register does not allow: it is stopped, or flagged where that is set.

use shouxin_ledger::Kind;
use shouxin_model::text::Language;
use shouxin_testkit::registers;
use shouxin_vault::{ExportError, ExportRequest, LeakAction};

use crate::exports::{approve, cells, entries, exported, extra, officer, request, run};
use crate::support::{Engine, Harness, on_both_engines};

on_both_engines! {
    an_export_with_what_its_purpose_does_not_need_is_stopped_and_an_alarm_shows_it
    where_leaks_are_flagged_it_leaves_and_is_told_once
    a_text_leaves_with_placeholders_but_for_what_a_column_of_its_kind_lets_out
}

const ADDRESS: &str = "上海市浦东新区张江镇科苑路1号 收件13912349876";

/// A vault whose purpose for copies needs names, addresses and complaints, and no numbers.
async fn without_numbers(engine: Engine) -> Harness {
    let profile = shouxin_register::profile("after-sales").unwrap();
    let register = registers::without_numbers(profile.register_toml);
    let h = Harness::with(engine, &register, profile.policies).await;
    h.write(&[
        (
            "customer",
            &[
                ("name", "欧阳明"),
                ("mobile", "13800138000"),
                ("address", ADDRESS),
            ],
        ),
        (
            "complaint",
            &[
                ("number", "C-1"),
                ("content", "请回电13700001111,邮箱 a.b@example.com"),
            ],
        ),
    ])
    .await;
    h
}

async fn alarms(h: &Harness) -> Vec<(String, String)> {
    let found = h.vault.alarms(&officer(&h.vault), true, 100).await.unwrap();
    found
        .into_iter()
        .map(|alarm| (alarm.kind, alarm.about))
        .collect()
}

async fn an_export_with_what_its_purpose_does_not_need_is_stopped_and_an_alarm_shows_it(
    engine: Engine,
) {
    let h = without_numbers(engine).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let request = request(&["customer.address"], &["customer.address"]);
    let asked = vault.ask_export(&officer, &request).await.unwrap();
    approve(vault, &asked).await;
    let stopped = run(vault, &officer, &asked).await;
    let Err(ExportError::Leak { leaks, entry }) = stopped else {
        panic!("{stopped:?}");
    };
    let reason = leaks.reason();
    assert!(
        reason
            .get(Language::Chinese)
            .contains("customer.address 手机号 1"),
        "{reason:?}"
    );
    assert!(
        reason
            .get(Language::English)
            .contains("customer.address mobile number 1")
    );
    let told = entries(vault, Kind::Leak).await;
    assert_eq!(told.len(), 1);
    assert_eq!(extra(&told[0], "did"), "stopped");
    assert_eq!(extra(&told[0], "to"), asked.plan.export.to_string());
    assert_eq!(extra(&told[0], "found"), "customer.address mobile 1");
    assert!(!format!("{told:?}").contains("13912349876"));
    let (at, bytes) = &vault.store().ledger_entries(entry, 1).await.unwrap()[0];
    assert_eq!(*at, entry);
    assert!(String::from_utf8_lossy(bytes).contains("leak"));
    let about = format!("{}: customer.address mobile", asked.plan.export);
    assert_eq!(alarms(&h).await, [("leak-stopped".to_owned(), about)]);
    let status = vault.export_status(asked.plan.export).await.unwrap();
    assert_eq!((status.state.as_str(), status.digest), ("stopped", None));
}

async fn where_leaks_are_flagged_it_leaves_and_is_told_once(engine: Engine) {
    let h = without_numbers(engine).await;
    h.vault.set_leak_action(LeakAction::Flag);
    let officer = officer(&h.vault);
    let request = request(&["customer.address"], &["customer.address"]);
    let (status, bytes) = exported(&h.vault, &officer, &request).await;
    assert_eq!(status.state, "done");
    assert!(cells(&bytes).iter().any(|row| row[0] == ADDRESS));
    let told = entries(&h.vault, Kind::Leak).await;
    assert_eq!((told.len(), extra(&told[0], "did")), (1, "flagged"));
    assert_eq!(alarms(&h).await[0].0, "leak-flagged");
}

async fn a_text_leaves_with_placeholders_but_for_what_a_column_of_its_kind_lets_out(
    engine: Engine,
) {
    let h = Harness::new(engine).await;
    h.write(&[
        ("customer", &[("name", "欧阳明"), ("mobile", "13800138000")]),
        (
            "complaint",
            &[
                ("number", "C-1"),
                ("content", "请回电13700001111,邮箱 a.b@example.com"),
            ],
        ),
    ])
    .await;
    let officer = officer(&h.vault);
    let of = |fields: &[&str], clear: &[&str]| ExportRequest {
        collection: "complaint".to_owned(),
        ..request(fields, clear)
    };
    let alone = of(&["complaint.content"], &["complaint.content"]);
    let (_, bytes) = exported(&h.vault, &officer, &alone).await;
    let rows = cells(&bytes);
    assert!(
        rows.iter()
            .any(|row| row[0] == "请回电〔手机号1〕,邮箱 〔电子邮箱1〕"),
        "{rows:?}"
    );
    let both = of(
        &["complaint.content", "customer.mobile"],
        &["complaint.content"],
    );
    let (_, bytes) = exported(&h.vault, &officer, &both).await;
    let rows = cells(&bytes);
    assert!(
        rows.iter()
            .any(|row| row[0] == "请回电137****1111,邮箱 〔电子邮箱1〕"),
        "{rows:?}"
    );
    assert!(entries(&h.vault, Kind::Leak).await.is_empty());
    let told = entries(&h.vault, Kind::Export).await;
    let pieces: Vec<&str> = told.iter().map(|entry| extra(entry, "piece")).collect();
    assert!(
        pieces.contains(&"mobile withheld not-in-columns"),
        "{pieces:?}"
    );
}
