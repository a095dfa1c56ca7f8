//! Two nodes on one PostgreSQL.

use std::io::Cursor;

use shouxin_ledger::{ConsistencyProof, Kind, SignedCheckpoint};
use shouxin_model::ConsentWord;
use shouxin_model::{Caller, Form, Personal, SearchMode};
use shouxin_vault::{CountRequest, ReadError, SearchRequest, Vault};

use crate::support::{
    Engine, Harness, after_sales, apply, number, record, recounted, request, shown, weighed,
};

/// A harness and a second vault over its database.
async fn two() -> (Harness, Vault) {
    let h = Harness::new(Engine::Postgres).await;
    let other = h.node().await;
    (h, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_read_and_write_and_sign_and_their_ledger_stays_one() {
    let (h, other) = two().await;
    let nodes = [h.vault.clone(), other];
    let signing: Vec<_> = nodes
        .iter()
        .cloned()
        .map(|vault| {
            tokio::spawn(async move {
                for _ in 0..20 {
                    vault.sign_checkpoint(None).await.unwrap();
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let working: Vec<_> = (0..8usize)
        .map(|task| {
            let (one, two) = (nodes[task % 2].clone(), nodes[(task + 1) % 2].clone());
            let adviser = h.strong_staff("li.na", "service-adviser");
            tokio::spawn(async move {
                for i in 0..8 {
                    let (mobile, number) =
                        (format!("138001{task:02}{i:03}"), format!("WO-{task}-{i}"));
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
                    let written = one.write(&Caller::operator(), None, records).await.unwrap();
                    // What one has written the other reads at once, and both show the entry of it.
                    let name = request(
                        &[written.subject],
                        "repair-service",
                        &["customer.name"],
                        &[],
                    );
                    let read = two.read(&adviser, &name).await.unwrap();
                    assert!(shown(&read[0])[0].ends_with(" 欧阳*"));
                    assert!(read[0].entry > written.entry);
                    assert_eq!(
                        one.entry(read[0].entry).await.unwrap().1,
                        two.entry(read[0].entry).await.unwrap().1
                    );
                }
            })
        })
        .collect();
    for task in working.into_iter().chain(signing) {
        task.await.unwrap();
    }
    for vault in &nodes {
        vault.sign_checkpoint(None).await.unwrap();
        // One entry founds, then each write and each read has one.
        assert_eq!(recounted(vault).await, 1 + 2 * 64);
        let report = vault.verify_ledger(&[], |_, _| {}).await.unwrap();
        assert!(report.is_right(), "{:?}", report.findings);
    }
    let newest = nodes[0].signed_head().await.unwrap().unwrap().checkpoint;
    for index in [0, 1, 64, 128] {
        let (bytes, proof, note) = nodes[1].prove(index).await.unwrap();
        let checkpoint = SignedCheckpoint::parse(&note).unwrap().checkpoint;
        let leaf = shouxin_ledger::Hash::of_leaf(&bytes);
        proof
            .verify(&leaf, checkpoint.size, &checkpoint.root)
            .unwrap();
    }
    for kept in nodes[0].store().checkpoints(1, 1_000).await.unwrap() {
        let signed = SignedCheckpoint::parse(&kept.note).unwrap();
        signed.verify(&nodes[1].ledger_keys()).unwrap();
        let (size, root) = (signed.checkpoint.size, signed.checkpoint.root);
        let proof: ConsistencyProof = nodes[1]
            .store()
            .consistency_proof(size, newest.size)
            .await
            .unwrap();
        proof
            .verify(size, &root, newest.size, &newest.root)
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_policies_on_one_node_is_obeyed_by_the_next_act_on_the_other() {
    let (h, other) = two().await;
    let written = h.customer("li.na").await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let name = request(
        &[written.subject],
        "repair-service",
        &["customer.name"],
        &["customer.name"],
    );
    let form = async |vault: &Vault| vault.read(&adviser, &name).await.unwrap()[0].fields[0].form;
    assert_eq!(form(&other).await, Form::Clear);
    let open = h.vault.current_sources().await.unwrap().1;
    for rule in ["adviser-reveal", "adviser-contact"] {
        // Whoever may reveal or see masked is now somebody else.
        let (before, after) = open.split_once(&format!("@id(\"{rule}\")")).unwrap();
        let after = after.replacen("Role::\"service-adviser\"", "Role::\"warranty-clerk\"", 1);
        let shut = format!("{before}@id(\"{rule}\"){after}");
        apply(&h.vault, None, Some(&shut)).await.unwrap();
        let now = if rule == "adviser-reveal" {
            Form::Masked
        } else {
            Form::Clear
        };
        assert_eq!(form(&other).await, now, "{rule}");
        let explained = other.explain(&adviser, &name).await.unwrap().unwrap();
        assert_eq!(explained.fields[0].1.form, now);
    }
    apply(&h.vault, None, Some(&open)).await.unwrap();
    let search = SearchRequest {
        field: "customer.mobile".parse().unwrap(),
        mode: SearchMode::Exact,
        value: Personal::new("13800138000".to_owned()),
        purpose: "repair-service".to_owned(),
        limit: 10,
    };
    assert_eq!(
        other.search(&adviser, &search).await.unwrap().matches.len(),
        1
    );
    let no_search = open.replace("Action::\"search\"", "Action::\"count\"");
    assert_ne!(open, no_search);
    apply(&h.vault, None, Some(&no_search)).await.unwrap();
    assert_eq!(
        other
            .search(&adviser, &search)
            .await
            .unwrap()
            .refusal
            .unwrap()
            .rule,
        "no-search-rule"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_declares_the_other_knows_at_the_next_act() {
    let (h, other) = two().await;
    let written = h.customer("li.na").await;
    let text = h.vault.current_sources().await.unwrap().0;
    let text = weighed(&text, "repair-service");
    let renamed = |round: usize| {
        text.replace(
            "\"regional-performance\"",
            &format!("\"performance-{round}\""),
        )
        .replace("\"repair-service\"", &format!("\"repair-{round}\""))
        .replace("\"marketing-contact\"", &format!("\"marketing-{round}\""))
    };
    let policies = h.vault.current_sources().await.unwrap().1;
    let policies = |round: usize| {
        policies
            .replace(
                "\"regional-performance\"",
                &format!("\"performance-{round}\""),
            )
            .replace("\"repair-service\"", &format!("\"repair-{round}\""))
            .replace("\"marketing-contact\"", &format!("\"marketing-{round}\""))
    };
    let adviser = h.strong_staff("li.na", "service-adviser");
    let manager = h.staff("chen.jie", "regional-manager");
    let apply = async |round: usize| {
        apply(&h.vault, Some(&renamed(round)), Some(&policies(round)))
            .await
            .unwrap();
    };
    apply(1).await;
    let read = other
        .read(
            &adviser,
            &request(&[written.subject], "repair-1", &["customer.name"], &[]),
        )
        .await
        .unwrap();
    assert_eq!(read[0].fields[0].form, Form::Masked);
    apply(2).await;
    assert_eq!(
        other
            .list_cases(&adviser, "repair-2", None, 10)
            .await
            .unwrap()
            .cases
            .len(),
        1
    );
    apply(3).await;
    let search = SearchRequest {
        field: "customer.mobile".parse().unwrap(),
        mode: SearchMode::Exact,
        value: Personal::new("13800138000".to_owned()),
        purpose: "repair-3".to_owned(),
        limit: 10,
    };
    assert_eq!(
        other.search(&adviser, &search).await.unwrap().matches.len(),
        1
    );
    apply(4).await;
    let count = CountRequest {
        purpose: "performance-4".to_owned(),
        collection: "work_order".to_owned(),
        group_by: vec!["service_type".to_owned()],
    };
    assert!(
        other
            .count(&manager, &count)
            .await
            .unwrap()
            .refusal
            .is_none()
    );
    apply(5).await;
    let operator = Caller::operator();
    let (given, form) = (ConsentWord::Given, shouxin_model::ConsentForm::General);
    other
        .put_consent(&operator, written.subject, "marketing-5", given, form, None)
        .await
        .unwrap();
    apply(6).await;
    // What is declared no longer is known no longer.
    let gone = other
        .read(
            &adviser,
            &request(&[written.subject], "repair-5", &["customer.name"], &[]),
        )
        .await;
    assert!(
        matches!(gone, Ok(ref read) if read[0].refusal.is_some())
            || matches!(gone, Err(ReadError::UnknownPurpose))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_done_by_one_of_them() {
    let (h, other) = two().await;
    for i in 0..30 {
        h.customer_of(&format!("1380013{i:04}"), "li.na").await;
    }
    let national = after_sales("suite = \"international\"", "suite = \"national\"");
    let applied = apply(&h.vault, Some(&national), None).await.unwrap();
    let work = |vault: Vault| tokio::spawn(async move { while vault.work().await.unwrap() {} });
    let (one, two) = tokio::join!(work(h.vault.clone()), work(other.clone()));
    one.unwrap();
    two.unwrap();
    let jobs = other.jobs().await.unwrap();
    assert_eq!(jobs.len(), applied.jobs);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    assert_eq!(number(&other, "SELECT MAX(attempts) FROM job").await, 1);
    let mut claims = 0;
    for index in 0..recounted(&other).await {
        claims += usize::from(other.entry(index).await.unwrap().0.kind == Kind::Key);
    }
    assert_eq!(claims, applied.jobs);
    assert_eq!(number(&other, "SELECT COUNT(*) FROM record WHERE register_version < 2 AND collection IN ('customer', 'work_order')").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_of_the_same_people_at_once_make_each_of_them_once() {
    let (h, other) = two().await;
    let mapping = "[columns]\n\"姓名\" = \"customer.name\"\n\"手机\" = \"customer.mobile\"\n";
    let rows: String = (0..600).map(|i| format!("张三,1380013{i:04}\n")).collect();
    let file = format!("姓名,手机\n{rows}").into_bytes();
    let feed = |vault: Vault| {
        let file = Cursor::new(file.clone());
        tokio::spawn(async move {
            let operator = Caller::operator();
            let id = vault.begin_import(&operator, mapping).await.unwrap();
            vault
                .feed_import(&operator, id, file, None, |_| {})
                .await
                .unwrap()
        })
    };
    let (one, two) = tokio::join!(feed(h.vault.clone()), feed(other.clone()));
    let (one, two) = (one.unwrap(), two.unwrap());
    let counted = |word: &str| {
        [&one, &two]
            .iter()
            .map(|s| s.counts.get(word).copied().unwrap_or(0))
            .sum::<u64>()
    };
    assert_eq!(
        (counted("created"), counted("unchanged"), counted("refused")),
        (600, 600, 0)
    );
    assert_eq!(number(&other, "SELECT COUNT(*) FROM subject").await, 600);
}
