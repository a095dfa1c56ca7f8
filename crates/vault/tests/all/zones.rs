//! Zones apart: databases and keys of their own, joined only by whoever holds a grant for each side.

use std::collections::BTreeSet;

use shouxin_model::{Caller, Personal, SearchMode, SubjectId};
use shouxin_store::{Store, StoreError, Tx, params};
use shouxin_vault::{
    ApplyError, CountRequest, OpenVaultError, RecordError, RecordWrite, SearchOutcome,
    SearchRequest, Vault, VaultError, Written, ZoneError, keydir,
};

use crate::support::{
    Engine, Harness, apply, granted, on_both_engines, person, record, request, shown,
};

on_both_engines! {
    each_side_is_read_alone_and_both_with_a_grant_for_each
    two_grants_join_two_zones_and_one_does_not
    neither_database_leads_to_the_other
    what_was_committed_reaches_the_zone_once_and_in_order
    a_zone_that_is_away_stops_what_touches_it_and_nothing_else
    records_are_found_by_their_keys_in_the_zone
    a_changed_register_reaches_the_records_of_a_zone
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_take_turns_in_a_zone() {
    let h = harness(Engine::Postgres).await;
    let nodes = [h.vault.clone(), h.node().await];
    let mut writers = Vec::new();
    for n in 0..16 {
        let vault = nodes[n % 2].clone();
        writers.push(tokio::spawn(async move {
            let order = format!("SO-{}", n % 8);
            let state = if n < 8 { "placed" } else { "paid" };
            loop {
                let values = [("order_number", order.as_str()), ("state", state)];
                let write = vec![record("transaction", &values)];
                match vault.write(&Caller::operator(), None, write).await {
                    // Both nodes wrote at once too often: whoever called would be told to come again.
                    Err(RecordError::Vault(VaultError::Busy)) => {}
                    written => return written.unwrap().subject,
                }
            }
        }));
    }
    let mut people = BTreeSet::new();
    for writer in writers {
        people.insert(writer.await.unwrap());
    }
    assert_eq!(people.len(), 8, "each order belongs to one person");
    let zone = zone_store(&h.vault);
    assert_eq!(count(&zone, "SELECT COUNT(*) FROM record").await, 8);
    let head = count(h.vault.store(), "SELECT seq FROM zone_head").await;
    assert_eq!(count(&zone, "SELECT seq FROM zone_applied").await, head);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_fills_both_sides_and_names_nobody_by_a_payment_alone() {
    let h = harness(Engine::Sqlite).await;
    let operator = Caller::operator();
    let map = "[source]\nthird_party = false\n[columns]\n\"手机号\" = \"basic.mobile\"\n\"订单号\" = \"transaction.order_number\"\n\"金额\" = \"transaction.amount\"\n";
    let file = "手机号,订单号,金额\n13900000001,SO-1,10.00\n13900000002,SO-2,20.00\n";
    let import = h.vault.begin_import(&operator, map).await.unwrap();
    let bytes = std::io::Cursor::new(file.as_bytes().to_vec());
    let done = h
        .vault
        .feed_import(&operator, import, bytes, None, |_| {})
        .await
        .unwrap();
    assert_eq!(done.counts["created"], 2, "{done:?}");
    let zone = zone_store(&h.vault);
    assert_eq!(count(&zone, "SELECT COUNT(*) FROM record").await, 2);
    let rows = h.vault.import_rows(import, 0, 10).await.unwrap();
    assert!(rows.iter().all(|row| row.subject.is_some()));

    let map = "[source]\nthird_party = false\n[columns]\n\"订单号\" = \"transaction.order_number\"\n\"状态\" = \"transaction.state\"\n";
    let file = "订单号,状态\nSO-1,refunded\nSO-3,paid\n";
    let import = h.vault.begin_import(&operator, map).await.unwrap();
    let bytes = std::io::Cursor::new(file.as_bytes().to_vec());
    let done = h
        .vault
        .feed_import(&operator, import, bytes, None, |_| {})
        .await
        .unwrap();
    assert_eq!((done.counts["merged"], done.counts["created"]), (1, 1));
    let rows = h.vault.import_rows(import, 0, 10).await.unwrap();
    assert!(rows.iter().all(|row| row.subject.is_none()));
    assert_eq!(count(&zone, "SELECT COUNT(*) FROM record").await, 3);
    assert_eq!(
        count(h.vault.store(), "SELECT COUNT(*) FROM subject").await,
        3
    );
}

const PAYMENT: &str = "PAY-2026-7Q2Z9981";
const CARD: &str = "6222021234567890128";
const ORDER: &str = "SO-LIES-OPEN-0123";
const MOBILE: &str = "13912345678";

async fn harness(engine: Engine) -> Harness {
    let profile = shouxin_register::profile("service-centre").unwrap();
    Harness::with(engine, profile.register_toml, profile.policies).await
}

fn payment() -> RecordWrite {
    record(
        "transaction",
        &[
            ("order_number", ORDER),
            ("payment_number", PAYMENT),
            ("amount", "88123.45"),
            ("bank_card", CARD),
            ("state", "paid"),
        ],
    )
}

async fn customer(h: &Harness) -> Written {
    let basic = record("basic", &[("name", "欧阳震华"), ("mobile", MOBILE)]);
    h.vault
        .write(&Caller::operator(), None, vec![basic, payment()])
        .await
        .unwrap()
}

async fn search(vault: &Vault, caller: &Caller, purpose: &str) -> SearchOutcome {
    let request = SearchRequest {
        field: "transaction.payment_number".parse().unwrap(),
        mode: SearchMode::Exact,
        value: Personal::new(PAYMENT.to_owned()),
        purpose: purpose.to_owned(),
        limit: 10,
    };
    vault.search(caller, &request).await.unwrap()
}

fn zone_store(vault: &Vault) -> Store {
    vault.zones().next().unwrap().1.clone()
}

async fn count(store: &Store, sql: &'static str) -> i64 {
    store.query(sql, Vec::new()).await.unwrap()[0]
        .int(0)
        .unwrap()
}

async fn each_side_is_read_alone_and_both_with_a_grant_for_each(engine: Engine) {
    let h = harness(engine).await;
    let who = customer(&h).await.subject;
    let clerk = h.staff("wu.min", "payment-clerk");
    // By its own numbers, and answered without identity.
    let found = search(&h.vault, &clerk, "payment-handling").await;
    let [(alias, alias_record)] = found.matches[..] else {
        panic!("{found:?}")
    };
    assert_ne!(alias, who);
    let fields = [
        "transaction.payment_number",
        "transaction.bank_card",
        "transaction.state",
    ];
    let own = h
        .read(
            &clerk,
            alias,
            "payment-handling",
            &fields,
            &["transaction.payment_number"],
        )
        .await;
    assert_eq!(own.subject, alias);
    assert_eq!(
        shown(&own)[..],
        [
            format!("transaction.payment_number clear clerk-payment {PAYMENT}"),
            format!("transaction.bank_card masked clerk-card {}", masked_card()),
            "transaction.state clear business-fields paid".to_owned(),
        ]
    );
    assert_eq!(own.fields[0].values[0].record, alias_record);
    // The same by who the customer is joins the sides.
    let by_id = h.read(&clerk, who, "payment-handling", &fields, &[]).await;
    assert_eq!(by_id.refusal.unwrap().rule, "zones-joined");
    // A batch of both names of one person tells nobody that they are one.
    let both = request(&[who, alias], "payment-handling", &fields, &[]);
    let both = h.vault.read(&clerk, &both).await.unwrap();
    let rules: Vec<_> = both
        .iter()
        .map(|outcome| {
            outcome
                .refusal
                .as_ref()
                .map(|because| because.rule.to_string())
        })
        .collect();
    assert_eq!(rules, [Some("zones-joined".to_owned()), None]);
    // Identity is not found by the zone's ids at all.
    let reviewer = h.staff("he.lin", "legal-reviewer");
    let stranger = h
        .read(&reviewer, alias, "complaint-review", &["basic.name"], &[])
        .await;
    assert!(!stranger.found);
    let spans = ["basic.name", "transaction.amount"];
    for name in [who, alias] {
        let joined = h
            .read(&reviewer, name, "complaint-review", &spans, &[])
            .await;
        assert_eq!(joined.refusal.unwrap().rule, "zones-joined");
    }
    let alone = h
        .read(&reviewer, who, "complaint-review", &["basic.name"], &[])
        .await;
    assert!(alone.refusal.is_none());

    // Both grants: whoever answers what is held about somebody.
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let found = search(&h.vault, &officer, "rights-answer").await;
    assert_eq!(found.matches[0].0, who);
    let fields = ["basic.mobile", "transaction.payment_number"];
    let all = h
        .read(&officer, who, "rights-answer", &fields, &fields)
        .await;
    assert_eq!(
        shown(&all)[..],
        [
            format!("basic.mobile clear officer-rights-clear {MOBILE}"),
            format!("transaction.payment_number clear officer-rights-clear {PAYMENT}"),
        ]
    );
    // One grant of the two is none.
    let profile = shouxin_register::profile("service-centre").unwrap();
    for one in ["[\"identity\"]", "[\"transaction\"]"] {
        let text = profile.register_toml.replacen(
            "zones = [\"identity\", \"transaction\"]",
            &format!("zones = {one}"),
            1,
        );
        apply(&h.vault, Some(&text), None).await.unwrap();
        let half = h.read(&officer, who, "rights-answer", &fields, &[]).await;
        assert_eq!(half.refusal.unwrap().rule, "zones-joined", "{one}");
        let found = search(&h.vault, &officer, "rights-answer").await;
        assert_eq!(found.matches[0].0, alias, "{one}");
    }
    // Counting stays within the zone.
    let lead = h.staff("liu.yang", "team-lead");
    let counted = h
        .vault
        .count(
            &lead,
            &CountRequest {
                purpose: "service-statistics".to_owned(),
                collection: "transaction".to_owned(),
                group_by: vec!["state".to_owned()],
            },
        )
        .await
        .unwrap();
    assert!(counted.refusal.is_none());
    assert_eq!((counted.groups.len(), counted.suppressed), (0, 1));
}

async fn two_grants_join_two_zones_and_one_does_not(engine: Engine) {
    let h = harness(engine).await;
    let who = customer(&h).await.subject;
    let reviewer = person(&h.vault, 1, "he.lin", "legal-reviewer");
    let spans = ["basic.name", "transaction.amount"];
    let look = async || {
        h.read(&reviewer, who, "complaint-review", &spans, &[])
            .await
            .refusal
            .map(|because| because.rule.to_string())
    };
    let joined = Some("zones-joined".to_owned());
    assert_eq!(look().await, joined);
    // One for both sides at once is one for neither.
    granted(&h, &reviewer, "complaint-review", "*").await;
    assert_eq!(look().await, joined);
    let identity = granted(&h, &reviewer, "complaint-review", "basic.*").await;
    assert_eq!(look().await, joined);
    let transaction = granted(&h, &reviewer, "complaint-review", "transaction.*").await;
    assert_eq!(look().await, None);
    let question = request(&[who], "complaint-review", &spans, &[]);
    let told = h
        .vault
        .explain(&reviewer, &question)
        .await
        .unwrap()
        .unwrap();
    let both = BTreeSet::from([identity.id, transaction.id]);
    assert_eq!(told.joined_by.into_iter().collect::<BTreeSet<_>>(), both);
    // By who it is, the other side alone takes both as well.
    let alone = h
        .read(&reviewer, who, "complaint-review", &spans[1..], &[])
        .await;
    assert!(alone.refusal.is_none());
    h.vault.revoke_grant(&reviewer, identity.id).await.unwrap();
    assert_eq!(look().await, joined);
    let alone = h
        .read(&reviewer, who, "complaint-review", &spans[1..], &[])
        .await;
    assert_eq!(alone.refusal.map(|b| b.rule.to_string()), joined);
}

fn masked_card() -> String {
    shouxin_deid::mask(
        shouxin_model::FieldKind::BankCard,
        shouxin_deid::MaskProfile::Screen,
        CARD,
    )
}

/// Every value of every table of a database, as bytes in one heap.
async fn heap(store: &Store) -> Vec<u8> {
    let tables = [
        "SELECT id, state, source, pseudonym FROM subject",
        "SELECT subject, zone, wrapped FROM subject_key",
        "SELECT subject, collection, id, plain, sealed, marks FROM record",
        "SELECT subject, field, mode, tag, record FROM blind",
        "SELECT subject, collection, field, value, record FROM facet",
        "SELECT name, value FROM setting",
        "SELECT zone, payload FROM zone_outbox",
        "SELECT bodies FROM ledger_batch",
        "SELECT actor, purpose, kind FROM quota",
        "SELECT outcome, subject FROM import_row",
    ];
    let mut heap = Vec::new();
    for sql in tables {
        for row in store.query(sql, Vec::new()).await.unwrap() {
            for i in 0.. {
                if let Ok(Some(text)) = row.opt_text(i) {
                    heap.extend_from_slice(text.as_bytes());
                } else if let Ok(Some(bytes)) = row.opt_bytes(i) {
                    heap.extend_from_slice(bytes);
                } else if row.opt_int(i).is_err() {
                    break;
                }
                heap.push(0);
            }
        }
    }
    heap
}

fn holds(heap: &[u8], what: &[u8]) -> bool {
    heap.windows(what.len()).any(|window| window == what)
}

async fn neither_database_leads_to_the_other(engine: Engine) {
    let h = harness(engine).await;
    let written = customer(&h).await;
    let who = written.subject;
    let clerk = h.staff("wu.min", "payment-clerk");
    let found = search(&h.vault, &clerk, "payment-handling").await;
    let (alias, alias_record) = found.matches[0];
    let fields = ["transaction.payment_number"];
    h.read(&clerk, alias, "payment-handling", &fields, &fields)
        .await;
    let zone = zone_store(&h.vault);
    let (main_heap, zone_heap) = (heap(h.vault.store()).await, heap(&zone).await);
    let record = written.records[1].0;
    let texts = |id: SubjectId| [id.as_bytes().to_vec(), id.to_string().into_bytes()];
    // The scan finds what is there.
    assert!(holds(&main_heap, who.as_bytes()));
    assert!(holds(&zone_heap, alias.as_bytes()));
    assert!(holds(&zone_heap, alias_record.as_bytes()));
    assert!(holds(&zone_heap, ORDER.as_bytes()));
    for text in texts(alias) {
        assert!(!holds(&main_heap, &text), "an alias in the main database");
    }
    for text in texts(who) {
        assert!(!holds(&zone_heap, &text), "a subject in the zone");
    }
    for id in [record.as_bytes(), alias_record.as_bytes()] {
        assert!(
            !holds(&main_heap, id),
            "a record of the zone in the main database"
        );
    }
    assert!(!holds(&zone_heap, record.as_bytes()));
    for value in [ORDER, PAYMENT, CARD] {
        assert!(!holds(&main_heap, value.as_bytes()), "{value}");
    }
    // Times are those of the day, not of the moment.
    let times = "SELECT created_at, updated_at FROM record";
    for row in zone.query(times, Vec::new()).await.unwrap() {
        for i in 0..2 {
            assert_eq!((row.int(i).unwrap() / 1_000_000 + 8 * 3600) % 86_400, 0);
        }
    }
    // Nothing of either lies in the other's files, pages that were freed included.
    if engine == Engine::Sqlite {
        let folder = h.folder.path().to_owned();
        h.vault.close().await;
        let (data, apart) = (
            read_all(&folder.join("data")),
            read_all(&folder.join("zones")),
        );
        for value in [ORDER, PAYMENT, CARD] {
            assert!(!holds(&data, value.as_bytes()), "{value}");
        }
        assert!(!holds(&data, alias.as_bytes()) && !holds(&data, alias_record.as_bytes()));
        assert!(!holds(&apart, who.as_bytes()) && !holds(&apart, record.as_bytes()));
        assert!(holds(&apart, ORDER.as_bytes()) && holds(&data, who.as_bytes()));
    }
}

fn read_all(folder: &std::path::Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            all.extend(read_all(&entry.path()));
        } else {
            all.extend(std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

async fn run(store: &Store, sql: &'static str) {
    let mut tx = Tx::new();
    tx.run(sql, Vec::new());
    store.commit(tx).await.unwrap();
}

async fn lose_step(zone: &Store, by: i64) {
    let mut tx = Tx::new();
    tx.run_exactly(1, "UPDATE zone_applied SET seq = seq + $1", params![by]);
    zone.commit(tx).await.unwrap();
}

async fn what_was_committed_reaches_the_zone_once_and_in_order(engine: Engine) {
    let mut h = harness(engine).await;
    let who = customer(&h).await.subject;
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let fields = ["transaction.amount"];
    // Committed, and then the zone is gone before the change reached it.
    let update = record(
        "transaction",
        &[("order_number", ORDER), ("amount", "1.00")],
    );
    let zone = zone_store(&h.vault);
    let sql = "SELECT seq, payload FROM zone_outbox";
    let (stop, go_on) = match engine {
        Engine::Sqlite => (
            "CREATE TRIGGER away BEFORE UPDATE ON record BEGIN SELECT RAISE(IGNORE); END",
            "DROP TRIGGER away",
        ),
        Engine::Postgres => (
            "CREATE RULE away AS ON UPDATE TO record DO INSTEAD NOTHING",
            "DROP RULE away ON record",
        ),
    };
    run(&zone, stop).await;
    let write = vec![update];
    let cut_off = h.vault.write(&Caller::operator(), Some(who), write).await;
    let unacknowledged = StoreError::Unacknowledged;
    assert!(
        matches!(&cut_off, Err(RecordError::Vault(VaultError::Ledger(error))) if *error == unacknowledged),
        "{cut_off:?}"
    );
    let left = h.vault.store().query(sql, Vec::new()).await.unwrap();
    assert_eq!(
        left.len(),
        1,
        "the change stands sealed in the main database"
    );
    assert!(!holds(left[0].bytes(1).unwrap(), ORDER.as_bytes()));
    let old = h
        .read(&officer, who, "rights-answer", &fields, &fields)
        .await;
    assert_eq!(old.fields[0].values[0].value.expose(), "88123.45");
    // Until it has reached the zone, nothing else is written there.
    let later = h
        .vault
        .write(&Caller::operator(), None, vec![payment()])
        .await;
    assert!(later.is_err());
    run(&zone, go_on).await;
    h = h.reopen().await;
    let new = h
        .read(&officer, who, "rights-answer", &fields, &fields)
        .await;
    assert_eq!(new.fields[0].values[0].value.expose(), "1.00");
    let zone = {
        drop(zone);
        zone_store(&h.vault)
    };
    assert_eq!(count(&zone, "SELECT seq FROM zone_applied").await, 2);
    assert_eq!(count(&zone, "SELECT COUNT(*) FROM record").await, 1);
    assert_eq!(count(&zone, "SELECT version FROM record").await, 2);
    // Applied, and the main database not yet told so: not applied again.
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "INSERT INTO zone_outbox (zone, seq, payload) VALUES ('transaction', 2, $1)",
        params![left[0].bytes(1).unwrap()],
    );
    h.vault.store().commit(tx).await.unwrap();
    h.vault.settle_zones().await.unwrap();
    assert_eq!(count(&zone, "SELECT version FROM record").await, 2);
    assert_eq!(
        count(h.vault.store(), "SELECT COUNT(*) FROM zone_outbox").await,
        0
    );
    // A database of another moment is not served.
    lose_step(&zone, -1).await;
    h.vault.close().await;
    let behind = h.open().await;
    assert!(matches!(
        behind,
        Err(OpenVaultError::Zone(ZoneError::OutOfStep(_)))
    ));
}

async fn a_zone_that_is_away_stops_what_touches_it_and_nothing_else(engine: Engine) {
    let h = harness(engine).await;
    let who = customer(&h).await.subject;
    let officer = h.strong_staff("zhao.min", "protection-officer");
    zone_store(&h.vault).close().await;
    let before = h.vault.store().ledger_head().await.unwrap().size;
    let write = h
        .vault
        .write(&Caller::operator(), Some(who), vec![payment()])
        .await;
    assert!(matches!(
        write,
        Err(RecordError::Vault(VaultError::Store(_)))
    ));
    let fields = ["transaction.amount"];
    let read = request(&[who], "rights-answer", &fields, &fields);
    assert!(h.vault.read(&officer, &read).await.is_err());
    assert_eq!(
        h.vault.store().ledger_head().await.unwrap().size,
        before,
        "nothing was committed"
    );
    let name = h
        .read(&officer, who, "rights-answer", &["basic.name"], &[])
        .await;
    assert!(name.refusal.is_none());
    let basic = record("basic", &[("mobile", MOBILE), ("language", "zh")]);
    h.vault
        .write(&Caller::operator(), None, vec![basic])
        .await
        .unwrap();
    h.vault.store().close().await;

    // Without the zone, or with other keys, nothing opens.
    let keyring = || keydir::open(&h.folder.path().join("keys"), None).unwrap();
    let without = h.open_with(Vec::new()).await;
    assert!(matches!(
        without,
        Err(OpenVaultError::Zone(ZoneError::Missing(_)))
    ));
    let mut homes = crate::support::homes(h.folder.path(), &h.zones).await;
    let own = std::mem::replace(&mut homes[0].keys, keyring().into());
    let store = homes[0].store.clone();
    let foreign = h.open_with(homes).await;
    let Err(foreign) = foreign else {
        panic!("other keys opened the zone")
    };
    assert!(
        foreign.to_string().starts_with("cannot unseal zone"),
        "{foreign}"
    );
    drop((own, store));
}

async fn records_are_found_by_their_keys_in_the_zone(engine: Engine) {
    let h = harness(engine).await;
    let first = customer(&h).await;
    // By the order's number alone.
    let again = record(
        "transaction",
        &[("order_number", ORDER), ("state", "refunded")],
    );
    let again = h
        .vault
        .write(&Caller::operator(), None, vec![again])
        .await
        .unwrap();
    assert_eq!(
        (again.subject, again.records[0].0),
        (first.subject, first.records[1].0)
    );
    let same = h
        .vault
        .write(&Caller::operator(), None, vec![payment()])
        .await
        .unwrap();
    assert_eq!(same.outcome().word(), "merged");
    let same = h
        .vault
        .write(&Caller::operator(), None, vec![payment()])
        .await
        .unwrap();
    assert_eq!(same.outcome().word(), "unchanged");
    // Many at once, each order once.
    let mut writers = Vec::new();
    for n in 0..12 {
        let vault = h.vault.clone();
        writers.push(tokio::spawn(async move {
            let order = format!("SO-{}", n % 4);
            let write = record(
                "transaction",
                &[("order_number", &order), ("state", "paid")],
            );
            vault
                .write(&Caller::operator(), None, vec![write])
                .await
                .unwrap()
                .subject
        }));
    }
    let mut people = BTreeSet::new();
    for writer in writers {
        people.insert(writer.await.unwrap());
    }
    assert_eq!(people.len(), 4);
    let zone = zone_store(&h.vault);
    assert_eq!(count(&zone, "SELECT COUNT(*) FROM record").await, 5);
    assert_eq!(
        count(h.vault.store(), "SELECT COUNT(*) FROM record").await,
        1
    );
    let keys = "SELECT COUNT(*) FROM subject_key WHERE zone = 'transaction'";
    assert_eq!(count(h.vault.store(), keys).await, 0);
    assert_eq!(count(&zone, keys).await, 5);
}

async fn a_changed_register_reaches_the_records_of_a_zone(engine: Engine) {
    let h = harness(engine).await;
    let who = customer(&h).await.subject;
    let text = shouxin_register::profile("service-centre")
        .unwrap()
        .register_toml;
    // What lies apart stays there, and what does not is not taken there, while there is any of it.
    for (from, to) in [
        ("apart = true\n", ""),
        ("zone = \"transaction\"", "zone = \"identity\""),
        (
            "name = \"feedback\"\ntitle = { zh = \"反馈信息\", en = \"feedback data\" }\nzone = \"identity\"",
            "name = \"feedback\"\ntitle = { zh = \"反馈信息\", en = \"feedback data\" }\nzone = \"transaction\"",
        ),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        let applied = apply(&h.vault, Some(&changed), None).await;
        if from.contains("feedback") {
            applied.unwrap();
        } else {
            assert!(matches!(applied, Err(ApplyError::StoredData(_))), "{from}");
        }
    }
    let national = text.replacen("suite = \"international\"", "suite = \"national\"", 1);
    apply(&h.vault, Some(&national), None).await.unwrap();
    let zone = zone_store(&h.vault);
    let tags = "SELECT COUNT(*) FROM blind";
    let before = count(&zone, tags).await;
    while h.vault.work().await.unwrap() {}
    assert_eq!(count(&zone, tags).await, before);
    assert_eq!(count(&zone, "SELECT COUNT(*) FROM record").await, 1);
    let row = &zone
        .query("SELECT sealed FROM record", Vec::new())
        .await
        .unwrap()[0];
    let sealed = shouxin_seal::SealedRecord::decode(row.bytes(0).unwrap()).unwrap();
    assert_eq!(
        sealed.get("amount").and_then(shouxin_seal::suite_of),
        Some(shouxin_model::Suite::National)
    );
    let officer = h.strong_staff("zhao.min", "protection-officer");
    assert_eq!(
        search(&h.vault, &officer, "rights-answer").await.matches[0].0,
        who
    );
    let fields = ["transaction.amount"];
    let read = h
        .read(&officer, who, "rights-answer", &fields, &fields)
        .await;
    assert_eq!(read.fields[0].values[0].value.expose(), "88123.45");
}
