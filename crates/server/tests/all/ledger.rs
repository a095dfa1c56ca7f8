//! The ledger over HTTP, and what happens when it cannot be written.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shouxin_store::{Tx, params};
use shouxin_vault::said::shouxin_ledger::{GrowthProof, Hash, VerifierKey, unpack};

use crate::support::{Harness, Person};

#[tokio::test]
async fn when_the_ledger_cannot_be_written_there_is_503_and_no_data() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let writer = h.writer().await;
    let (subject, order) = h.customer(&writer, "li.na").await;
    let manager = h.staff("wang.fang", &["regional-manager"]).await;
    // Somebody tampers with the head: the ledger no longer continues what this process has seen.
    let mut tx = Tx::new();
    tx.run_exactly(1, "UPDATE ledger_head SET size = size + 1", params![]);
    h.app.vault().store().commit(tx).await.unwrap();
    h.get(&Person::default(), "/readyz")
        .await
        .problem(503, "ledger-unavailable");
    assert!(
        h.app.vault().sign_checkpoint(None).await.is_err(),
        "a tampered head was signed"
    );
    let read = json!({"fields": ["customer.name"], "purpose": "repair-service"});
    let batch =
        json!({"subjects": [subject], "fields": ["customer.name"], "purpose": "repair-service"});
    let search = json!({"field": "customer.mobile", "mode": "last4", "value": "8000", "purpose": "repair-service"});
    let count = json!({"purpose": "regional-performance", "collection": "work_order", "group_by": ["status"]});
    let record =
        json!({"collection": "customer", "values": {"name": "张三", "mobile": "13800138001"}});
    for (person, method, path, body) in [
        (
            &adviser,
            "POST",
            format!("/api/v1/subjects/{subject}/reads"),
            Some(read.clone()),
        ),
        (
            &adviser,
            "POST",
            format!("/api/v1/subjects/{subject}/reads?explain"),
            Some(read),
        ),
        (&adviser, "POST", "/api/v1/reads".to_owned(), Some(batch)),
        (
            &adviser,
            "POST",
            "/api/v1/searches".to_owned(),
            Some(search),
        ),
        (
            &adviser,
            "GET",
            "/api/v1/cases?purpose=repair-service".to_owned(),
            None,
        ),
        (
            &adviser,
            "PATCH",
            format!("/api/v1/subjects/{subject}/cases/{order}"),
            Some(json!({"status": "closed"})),
        ),
        (&manager, "POST", "/api/v1/counts".to_owned(), Some(count)),
        (&writer, "POST", "/api/v1/records".to_owned(), Some(record)),
    ] {
        let answer = h.call(person, method, &path, body).await;
        let problem = answer.problem(503, "ledger-unavailable");
        assert_eq!(answer.header("retry-after"), "5");
        let keys: BTreeSet<&str> = problem
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            keys,
            BTreeSet::from(["code", "instance", "status", "title", "type"]),
            "{path}"
        );
    }
}

#[tokio::test]
async fn entries_are_found_by_kind_actor_and_subject_and_looking_for_a_person_is_recorded() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let (other, _) = h
        .write(
            &writer,
            None,
            "customer",
            json!({"name": "张三", "mobile": "13800138009"}),
        )
        .await;
    for subject in [&subject, &other] {
        let body = json!({"fields": ["customer.name"], "purpose": "repair-service"});
        h.post(&adviser, &format!("/api/v1/subjects/{subject}/reads"), body)
            .await;
    }
    let audit = h.staff("audit", &["audit-admin"]).await;
    let kinds = async |query: &str| {
        let page = h
            .get(&audit, &format!("/api/v1/ledger/entries?{query}"))
            .await
            .ok();
        let kind = |entry: &Value| entry["kind"].as_str().unwrap().to_owned();
        page["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds("kind=read").await, ["read"]);
    assert_eq!(
        kinds(&format!("actor={}", adviser.actor)).await,
        ["read", "refusal"]
    );
    assert_eq!(
        kinds(&format!("actor={}&newest", adviser.actor)).await,
        ["refusal", "read"]
    );
    assert_eq!(
        kinds(&format!("subject={subject}&kind=read")).await,
        ["read"]
    );
    assert_eq!(
        kinds(&format!("subject={other}&actor={}", adviser.actor)).await,
        ["refusal"]
    );
    assert_eq!(kinds("kind=ledger").await, ["ledger", "ledger"]);
    assert_eq!(kinds("from=0&to=0").await, ["system"]);
    assert_eq!(kinds("from=999999").await, Vec::<String>::new());
    h.get(
        &audit,
        "/api/v1/ledger/entries?subject=sub_00000000000000000000000000",
    )
    .await
    .problem(404, "subject-not-found");

    // By the role that people hold, by a pseudonym, and by time.
    assert_eq!(kinds("role=service-adviser").await, ["read", "refusal"]);
    assert_eq!(kinds("role=service").await, Vec::<String>::new());
    let read = h.get(&audit, "/api/v1/ledger/entries?kind=read").await.ok();
    let pseudonym = read["entries"][0]["subject"].as_str().unwrap();
    let before = h.app.vault().store().ledger_head().await.unwrap().size;
    assert_eq!(
        kinds(&format!("pseudonym={pseudonym}&kind=read")).await,
        ["read"]
    );
    let after = h.app.vault().store().ledger_head().await.unwrap().size;
    assert_eq!(
        after,
        before + 1,
        "looking for a pseudonym is looking for a person"
    );
    let since = h.vault.now().plus_seconds(60);
    assert_eq!(kinds(&format!("since={since}")).await, Vec::<String>::new());
    h.world.pass(120);
    h.get(
        &audit,
        &format!("/api/v1/ledger/entries?pseudonym={pseudonym}"),
    )
    .await
    .ok();
    assert_eq!(kinds(&format!("since={since}")).await, ["ledger"]);
    assert_eq!(
        kinds(&format!("until={since}&newest&limit=1")).await,
        ["ledger"]
    );
    assert_eq!(
        kinds(&format!("since={since}&until={since}")).await,
        Vec::<String>::new()
    );
    assert_eq!(
        kinds("until=2020-01-01T00:00:00Z").await,
        Vec::<String>::new()
    );
    for wrong in [
        "pseudonym=abc",
        "since=yesterday",
        "until=2026",
        "role=Service!",
    ] {
        h.get(&audit, &format!("/api/v1/ledger/entries?{wrong}"))
            .await
            .problem(400, "invalid-parameter");
    }

    // Pages meet without a gap, forwards and backwards.
    for order in ["", "&newest"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        let size = h.app.vault().store().ledger_head().await.unwrap().size;
        loop {
            let page = h
                .get(
                    &audit,
                    &format!("/api/v1/ledger/entries?limit=2{order}{cursor}"),
                )
                .await
                .ok();
            seen.extend(
                page["entries"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|e| e["index"].as_u64().unwrap()),
            );
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        if !order.is_empty() {
            seen.reverse();
        }
        assert_eq!(seen, (0..size).collect::<Vec<_>>(), "{order}");
    }
    assert_eq!(
        h.get(&audit, "/api/v1/ledger/entries/0").await.ok()["kind"],
        "system"
    );
    h.get(&audit, "/api/v1/ledger/entries/999999")
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn tiles_lead_to_the_signed_root_and_growth_can_be_proven() {
    let h = Harness::new().await;
    let nobody = Person::default();
    h.get(&nobody, "/api/v1/ledger/checkpoint")
        .await
        .problem(404, "not-found");
    let audit = h.staff("audit", &["audit-admin"]).await;
    let sign = async || h.app.vault().sign_checkpoint(None).await.unwrap().unwrap();
    sign().await;
    let mut tx = Tx::new();
    for n in 0..600i64 {
        let mut entry =
            shouxin_vault::said::Entry::new(n, shouxin_vault::said::Kind::System, "operator");
        entry.extra.push(("n".to_owned(), n.to_string()));
        tx.append(entry.encode().unwrap());
    }
    h.app.vault().store().commit(tx).await.unwrap();
    let note = sign().await;
    assert_eq!(
        h.get(&nobody, "/api/v1/ledger/checkpoint").await.text(),
        note
    );
    let size: u64 = note.lines().nth(1).unwrap().parse().unwrap();

    let mut frontier = shouxin_vault::said::shouxin_ledger::Frontier::new();
    for index in 0..=size / 256 {
        let part = if index == size / 256 {
            format!(".p/{}", size % 256)
        } else {
            String::new()
        };
        let hashes = h
            .get(&audit, &format!("/api/v1/ledger/tile/0/{index:03}{part}"))
            .await
            .bytes;
        let entries = h
            .get(
                &audit,
                &format!("/api/v1/ledger/tile/entries/{index:03}{part}"),
            )
            .await
            .bytes;
        for (hash, entry) in hashes.chunks_exact(32).zip(unpack(&entries)) {
            let leaf = Hash::of_leaf(entry.unwrap());
            assert_eq!(leaf.as_bytes(), hash);
            frontier.append(leaf);
        }
    }
    assert_eq!(
        (frontier.size(), frontier.root().base64().as_str()),
        (size, note.lines().nth(2).unwrap())
    );
    let upper = h.get(&audit, "/api/v1/ledger/tile/1/000.p/2").await;
    assert_eq!((upper.status, upper.bytes.len()), (200, 64));
    for beyond in ["1/000", "0/003", "0/002.p/255", "2/000.p/1", "entries/999"] {
        h.get(&audit, &format!("/api/v1/ledger/tile/{beyond}"))
            .await
            .problem(404, "not-found");
    }

    let keys = h.get(&nobody, "/api/v1/ledger/keys").await.ok();
    let keys: Vec<VerifierKey> = vec![keys["keys"][0].as_str().unwrap().parse().unwrap()];
    let growth = h.get(&audit, "/api/v1/ledger/consistency?from=1").await;
    let growth: GrowthProof = serde_json::from_slice(&growth.bytes).unwrap();
    assert_eq!(growth.verify(&keys).unwrap().1.checkpoint.size, size);
    h.get(&audit, "/api/v1/ledger/consistency?from=2")
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn a_tampered_ledger_is_found_out_by_its_own_server() {
    let h = Harness::new().await;
    h.customer(&h.writer().await, "li.na").await;
    let audit = h.staff("audit", &["audit-admin"]).await;
    h.app
        .vault()
        .sign_checkpoint(h.app.witness())
        .await
        .unwrap();
    let rows = h
        .app
        .vault()
        .store()
        .query("SELECT bodies FROM ledger_batch WHERE first = 2", params![])
        .await
        .unwrap();
    let mut bodies = rows[0].bytes(0).unwrap().to_vec();
    let at = bodies
        .windows(10)
        .position(|part| part == b"\"operator\"" || part.starts_with(b"\"stf_"))
        .unwrap();
    bodies[at + 6] ^= 1;
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE ledger_batch SET bodies = $1 WHERE first = 2",
        params![bodies],
    );
    h.app.vault().store().commit(tx).await.unwrap();
    let report = h
        .call(&audit, "POST", "/api/v1/ledger/verifications", None)
        .await
        .ok();
    assert_eq!(report["right"], false);
    let finding = &report["findings"][0];
    assert!(
        finding["first"].as_u64() <= Some(2) && finding["last"].as_u64() >= Some(2),
        "{report}"
    );
    assert!(
        h.get(&Person::default(), "/metrics")
            .await
            .text()
            .contains("shouxin_incidents_total{kind=\"ledger\"} 1")
    );
}

#[tokio::test]
async fn health_tells_what_is_well_and_metrics_count_it() {
    let h = Harness::new().await;
    let nobody = Person::default();
    assert_eq!(
        h.get(&nobody, "/healthz").await.ok(),
        json!({"status": "ok"})
    );
    assert_eq!(h.get(&nobody, "/readyz").await.ok()["ledger_size"], 1);
    // What was found holds for a second: whoever asks often costs the disk nothing.
    h.writer().await;
    assert_eq!(h.get(&nobody, "/readyz").await.ok()["ledger_size"], 1);
    // Entries that nobody signs for half a minute mean that signing has stopped.
    h.world.pass(31);
    h.get(&nobody, "/readyz")
        .await
        .problem(503, "ledger-unavailable");
    h.app.vault().sign_checkpoint(None).await.unwrap();
    h.get(&nobody, "/readyz")
        .await
        .problem(503, "ledger-unavailable");
    h.world.pass(1);
    assert_eq!(h.get(&nobody, "/readyz").await.ok()["checkpoint_size"], 1);
    let metrics = h.get(&nobody, "/metrics").await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for line in [
        "shouxin_http_requests_total{operation=\"readiness\",status=\"503\"} 2",
        "shouxin_refusals_total{code=\"ledger-unavailable\"} 2",
        "shouxin_ledger_entries 1",
        "shouxin_ledger_checkpoint_age_seconds 1",
    ] {
        assert!(metrics.text().contains(line), "{line}: {}", metrics.text());
    }
}
